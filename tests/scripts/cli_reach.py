#!/usr/bin/env python3
"""The command line reaches what the API changes: each route of web/openapi.yaml that is not only looked at is a command of the program, or
stands below with its reason. Rows of the verb tables name members that their route has, and leave out none that it demands."""
import json, os, re, subprocess, sys

ROOT, SLUICE = os.environ["SLUICE_ROOT"], os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from openapi_forms import Document
from outsider import check

# Written by hand, because they are more than one request: the command that reaches the route.
BY_HAND = {
    "POST /session/key/challenge": "session open", "POST /session/key/sign-in": "session open", "POST /session/certificate/challenge": "session certify",
    "POST /certificates": "certificate register", "POST /certificates/{id}/revoke": "certificate revoke", "POST /certificate-authorities": "certificate authority",
    "POST /certificate-authorities/{id}/end": "certificate end-authority", "POST /certificate-authorities/{id}/revocations": "certificate revocations",
    "POST /oidc/providers": "oidc set", "POST /oidc/providers/{id}/remove": "oidc remove", "POST /people/{id}/oidc-link": "oidc link",
    "POST /people/{id}/oidc-link/remove": "oidc unlink", "POST /collections": "collect", "POST /collections/database": "collect", "POST /collections/deletion": "collect delete",
    "POST /collections/receipt": "collect receipt", "POST /plans/{id}/source-key": "collect source-key", "POST /batches/{id}/held": "collect held",
    "POST /batches/{id}/corrections": "collect correct", "POST /datasets/{id}/merge": "collect merge", "POST /sources": "sources add",
    "POST /sources/{id}/status": "sources pause", "POST /sources/{id}/take-over": "sources take-over", "POST /sources/{id}/run": "sources run",
    "POST /datasets/{id}/strategies": "deident adopt", "POST /strategies/{id}/apply": "deident mask", "POST /versions/{id}/recheck": "deident recheck",
    "POST /releases/{id}/recheck": "deident recheck", "POST /deident/suspects": "deident trace", "POST /deident/trace": "deident trace",
    "POST /datasets/{id}/strategy-drafts": "deident submit", "POST /strategy-drafts/{id}/decide": "deident review", "POST /strategy-drafts/{id}/withdraw": "deident withdraw",
    "POST /reversals": "reverse request", "POST /reversals/{id}/decide": "reverse allow", "POST /reversals/{id}/run": "reverse run",
    "POST /grading/items": "grading describe-item", "POST /grading/items/{id}/grade": "grading grade-item", "POST /grading/items/{id}/end": "grading end-item",
    "POST /grading/processes": "grading draw-process", "POST /grading/own-levels": "grading own-levels", "POST /operations": "operation request",
    "POST /operations/{id}/run": "operation run", "POST /deputyships": "organisation deputy", "POST /deputyships/{id}/end": "organisation end-deputy",
    "POST /people/{id}/engagement": "organisation engage", "POST /key-works": "keys propose", "POST /key-works/{id}/carry-out": "keys carry-out",
    "POST /key-works/{id}/decide": "keys decide", "POST /law/consents/{id}/check": "law do", "POST /law/consents/{id}/search": "law do", "POST /law/consents/{id}/confirm-unsearchable": "law do",
    "POST /law/provisions/{id}/chase": "law do", "POST /law/provisions/{id}/destruction": "law do", "POST /backups": "backup", "POST /storage/policy": "storage policy", "POST /storage/inventory": "storage inventory", "POST /storage/tiers": "storage tiers",
    "POST /storage/backup": "storage backup", "POST /storage/rehearsal": "storage rehearse", "POST /references": "reference add",
    "POST /law/papers": "law new", "POST /law/papers/{id}/check": "law do", "POST /law/papers/{id}/end": "law do", "POST /law/assessments": "law new",
    "POST /law/assessments/{id}/decide": "law do", "POST /law/consents": "law new", "POST /law/consents/{id}/withdraw": "law do", "POST /law/requests": "law new",
    "POST /law/requests/{id}/verify": "law do", "POST /law/requests/{id}/decide": "law do", "POST /law/requests/{id}/search": "law do",
    "POST /law/requests/{id}/delete": "law do", "POST /law/requests/{id}/answer": "law do", "POST /law/provisions": "law new", "POST /law/provisions/{id}/approve": "law do",
    "POST /law/provisions/{id}/deliver": "law do", "POST /law/provisions/{id}/note": "law do",
}
# Of no command, each with its reason.
NO_COMMAND = {
    "DELETE /people/{id}/duties/{duty}": "the same as POST …/revoke, which takes a reason (person end-duty)",
    "POST /data": "asked with a contract's token by the recipient's own program, not by a person at a desk",
    "POST /my/consents/{id}/withdraw": "asked with the token of the insured person's own device",
    "POST /ledger/verification": "sluice ledger verify does it beside the server",
    "POST /grading/level": "computes only: sluice grading level",
    "POST /law/consents/text": "computes only: sluice law text",
    "POST /datasets/{id}/versions/{version}/plan": "computes only: the workbench of the console, or sluice deident plan on a file",
    "POST /datasets/{id}/versions/{version}/preview": "computes only: the workbench of the console, or sluice deident apply on a file",
    "POST /datasets/{id}/versions/{version}/compare": "computes only: the workbench of the console, or sluice deident compare on files",
}


def shape(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def commands():
    done = subprocess.run([SLUICE, "help", "--json"], capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"help --json: {done.stderr}")
    return json.loads(done.stdout)["commands"]


def members(document, schema):
    """Names of a body's members and of what it demands; members of objects inside with a dot."""
    while "$ref" in schema:
        schema = document.schemas[schema["$ref"].rsplit("/", 1)[1]]
    names = {}
    for name, inner in schema.get("properties", {}).items():
        names[name] = inner
        for deeper in members(document, inner)[0] if isinstance(inner, dict) and ("$ref" in inner or "properties" in inner) else {}:
            names[f"{name}.{deeper}"] = None
    required = schema.get("required", [])
    return names, set(required if isinstance(required, list) else [])


document = Document(ROOT)
all_commands = commands()
paths = {c["path"] for c in all_commands}
asked = {}
for command in all_commands:
    if command["asks"]:
        method, target = command["asks"].split(" ")
        asked.setdefault((method, shape(target.split("?")[0])), []).append(command)

missing, routes = [], {}
for method in ("post", "put", "patch", "delete"):
    for path, schema in document.paths(method):
        route = f"{method.upper()} {path.removeprefix('/api/v1')}"
        routes[(method.upper(), shape(path.removeprefix("/api/v1")))] = schema
        ways = [(method.upper(), shape(path.removeprefix("/api/v1"))) in asked, route in BY_HAND, route in NO_COMMAND]
        if not any(ways):
            missing.append(route)
        check(sum(ways) <= 1, f"{route} is reached in one way, and told once: {ways}")
check(not missing, f"routes that change something and have no command: {missing}")

known = {f"{m} {p.removeprefix('/api/v1')}" for m in ("POST", "DELETE") for p, _ in document.paths(m.lower())}
for route in list(BY_HAND) + list(NO_COMMAND):
    check(route in known, f"{route} of the lists above is no route any more")
for route, path in BY_HAND.items():
    check(path in paths, f"{route}: no command {path}")

gets = {shape(p.removeprefix("/api/v1")) for p, _ in document.paths("get")}
for command in all_commands:
    if not command["asks"]:
        continue
    method, target = command["asks"].split(" ")
    key = (method, shape(target.split("?")[0]))
    check(key in routes or (method == "GET" and key[1] in gets), f"{command['path']} asks {command['asks']}, which is no route")
    if "members" not in command or method != "POST":
        continue
    names, demanded = members(document, routes[key])
    typed = {m["member"] for m in command["members"]}
    for member in typed - {"."}:
        check(not names or member in names, f"{command['path']}: {command['asks']} has no member {member}: {sorted(names)}")
    if "." not in typed:
        left = {m for m in demanded if m not in typed and not any(t.startswith(m + ".") for t in typed)}
        check(not left, f"{command['path']}: {command['asks']} demands {sorted(left)}")

for command in all_commands:
    check(command["summary"] and command["summary_zh"], f"{command['path']} has words in both languages")
    if "members" in command:
        for word in command["options"] + command["positionals"]:
            check(word["help"] and word["help_zh"], f"{command['path']} {word['name']}: help in both languages")
print(f"{len(routes)} routes that change something, {len(all_commands)} commands, {sum('members' in c for c in all_commands)} of them rows")
