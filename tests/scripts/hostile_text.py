#!/usr/bin/env python3
"""SQL, HTML, climbing paths, NULs, a megabyte, a great number and deep nesting in every field of every route that the API's document
names, by several people: never a server's fault, always a stable reason in a short answer; and where such a text may be stored, it
comes back as the text that it is."""
import json, os, pathlib, re, subprocess, sys, urllib.parse

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from openapi_forms import Document
from outsider import Account, Server, check, request, uscc

SPACE, PASS = TMP / "space", TMP / "pass"
MARKUP = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>'; DROP TABLE entry; --"
TEXTS = {"markup": MARKUP, "path": f"../../../../../..{TMP}/evil", "control": "a\0b\r\nSet-Cookie: x=y\u202e\u2028", "megabyte": "n" * (1 << 20)}
NUMBERS = {"markup": -1, "path": 2**53 - 1, "control": 0, "megabyte": 1}
# Whose answer is another's business: they end what the test needs, or belong to the machine's own socket.
LEFT_OUT = {"/api/v1/session", "/api/v1/session/step-up", "/api/v1/session/totp/confirm", "/api/v1/session/password"}


def run(*args):
    return subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)


def decent(answer, what, text):
    check(answer.status < 500, f"{what}: {answer.status} {answer.body[:300]}")
    if answer.status < 400:
        return True
    check(answer.headers["content-type"].startswith("application/problem+json"), f"{what}: a problem: {answer.headers}")
    check(re.fullmatch(r"[a-z_0-9]+(\.[a-z_0-9]+)+", answer.code or ""), f"{what}: a stable reason: {answer.body[:300]}")
    check(len(answer.body) < 4000, f"{what}: a short answer, got {len(answer.body)} bytes")
    check(answer.headers["x-content-type-options"] == "nosniff", f"{what}: no browser takes it for a page")
    check("x=y" not in answer.headers.get("set-cookie", ""), f"{what}: no header was slipped in")
    return False


class House:
    def __init__(self):
        PASS.write_text("a passphrase for the test\n")
        made = run("init", SPACE, "--name", "测试医疗保障局", "--uscc", uscc(1), "--passphrase-file", PASS, "--json")
        check(made.returncode == 0, f"init: {made.stderr}")
        self.server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
        self.people = {a["account"]: Account(self.server, a["account"], a["password"]).begin() for a in json.loads(made.stdout)["accounts"]}
        agency = self.people["sysadmin"].sign_in()["party"]["id"]
        for name, duties in {"manager": ["data_manager"], "officer": ["security_officer", "pi_officer"]}.items():
            person = self.people["sysadmin"].post("/people", {"party": agency, "account": name, "display_name": name})
            for duty in duties:
                self.people["secadmin"].post(f"/people/{person['id']}/duties", {"duty": duty})
            self.people[name] = Account(self.server, name, person["password"]).begin()
        # Somebody on whom commands may succeed.
        self.party = self.people["sysadmin"].post("/parties", {"name": MARKUP, "uscc": uscc(2), "role": "data_user", "evidence": MARKUP})["id"]
        self.people["secadmin"].post(f"/parties/{self.party}/verify", {"evidence": MARKUP})
        self.person = self.people["sysadmin"].post("/people", {"party": self.party, "account": "victim", "display_name": MARKUP})["id"]
        self.collect()

    def collect(self):
        synth = TMP / "synth"
        check(run("synth", "--out", synth, "--rows", 300).returncode == 0, "synthetic data")
        done = run("collect", "--space", SPACE, "--plan", synth / "plans/psn_info_b.yaml", "--source-key", synth / "source.pub", "--json", synth / "psn_info_b.csv")
        check(done.returncode == 0, f"collected: {done.stderr}")
        self.batch = json.loads(done.stdout)[0]

    def known(self, text):
        """Ids of what is there, and words that are good where a text would be refused at once."""
        return {"party": self.party, "person": self.person, "dataset": self.batch["dataset"], "version": self.batch["version"], "batch": self.batch["batch"],
                "uscc": uscc(3), "account": "another", "duty": "data_user", "column": "gend", "quasi": "gend", "columns": "gend", "id": "r1", "absent": self.person}

    def path(self, path, known, text):
        """The path with ids of what is there, or with the text itself."""
        ids = {"/parties/": self.party, "/people/": self.person, "/datasets/": self.batch["dataset"], "/batches/": self.batch["batch"]}
        of = next((i for start, i in ids.items() if start in path), "xx_0000000000000000")
        shown = urllib.parse.quote(text[:3000], safe="")
        return re.sub(r"\{(\w+)\}", lambda m: (self.batch["version"] if m[1] == "version" else "data_user" if m[1] == "duty" else of) if known else shown, path)


def every_route(house, document):
    for account in house.people.values():
        account.step_up()
    asked = accepted = 0
    posts = [p for p in document.paths("post") if p[0] not in LEFT_OUT]
    check(len(posts) > 60, f"the document names the routes: {len(posts)}")
    for name, text in TEXTS.items():
        for path, schema in posts:
            for known in (None, house.known(text)):
                body = document.filled(schema, text, NUMBERS[name], known)
                body = body if isinstance(body, dict) else {}
                if len(json.dumps(body)) > 7 << 20:  # many fields: together still a body that the server reads
                    body = document.filled(schema, text[:200000], NUMBERS[name], known)
                for who in ("manager", "secadmin") if name == "megabyte" else ("sysadmin", "secadmin", "manager", "officer"):
                    target = house.path(path, known, text).removeprefix("/api/v1")
                    answer = house.people[who].call("POST", target, body)
                    accepted += decent(answer, f"{who} POST {path} with {name}{' past the first look' if known else ''}", text)
                    asked += 1
                    if path in ("/api/v1/backups", "/api/v1/collections"):
                        check(answer.status in (400, 403, 404), f"{path} is for the machine's own socket: {answer.status}")
    for path, _ in document.paths("get"):
        for name, text in TEXTS.items():
            target = house.path(path, None, text).removeprefix("/api/v1") if path.startswith("/api/v1") else None
            if target and "{" in path:
                decent(house.people["manager"].call("GET", target), f"GET {path} with {name}", text)
            if target and name != "megabyte":
                shown = urllib.parse.quote(text, safe="")
                decent(house.people["manager"].call("GET", f"{target if '{' not in path else '/datasets'}?limit={shown}&cursor={shown}&status={shown}&kind={shown}&q={shown}"),
                       f"GET {path}?… with {name}", text)
    print(f"{asked} requests, {accepted} accepted")
    check(accepted > 10, "some got past every look: the text was stored")


def deep_and_malformed(house, document):
    manager = house.people["manager"]
    shown = {"Cookie": manager.cookie, "X-CSRF-Token": manager.csrf, "Content-Type": "application/json"}
    import http.client, ssl
    for raw in (b"[" * 10000 + b"]" * 10000, b'{"form":' * 10000 + b"1" + b"}" * 10000, b'{"a":"\xff\xfe"}', b'{"a":"\\ud800"}', b'{"a":1,"a":2}', b'{"a":1e999}', b"\0"):
        for path in ("/api/v1/products", "/api/v1/applications", "/api/v1/data", "/api/v1/session"):
            connection = http.client.HTTPSConnection("127.0.0.1", house.server.port, context=ssl._create_unverified_context(), timeout=30)
            connection.request("POST", path, raw, shown)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            check(answer.status == 400 and body["code"].startswith("json."), f"{raw[:20]} at {path}: {answer.status} {body}")
            connection.close()


def what_was_stored(house):
    listed = house.people["secadmin"].get("/parties?limit=100")["items"]
    check(MARKUP in [p["name"] for p in listed], "a name is the text that it is, neither run nor cut")
    plain = request(house.server, "GET", "/healthz")
    check(plain.status == 200, f"the node is well: {plain.body}")
    check(not (TMP / "evil").exists() and not list(TMP.glob("evil*")), "no path led out of its folder")
    told = run("ledger", "search", "--space", SPACE, "--limit", "200")
    check(told.returncode == 0 and "\0" not in told.stdout and "\u202e" not in told.stdout and "\033" not in told.stdout, "a terminal is shown no control characters")
    log = (TMP / "server.log").read_bytes()
    check(b"onerror" not in log and b"nnnnnnnn" not in log and b"Set-Cookie" not in log, "the log has nothing of it")
    house.server.stop()
    verified = run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
    check(verified.returncode == 0, f"the ledger verifies: {verified.stdout}")
    house.server = Server(SLUICE, SPACE, PASS, TMP / "server.log")  # and the state that was folded from it opens again
    house.server.stop()


house = House()
try:
    document = Document(ROOT)
    every_route(house, document)
    deep_and_malformed(house, document)
    what_was_stored(house)
finally:
    if house.server.process.poll() is None:
        house.server.stop()
print("ok")
