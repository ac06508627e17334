#!/usr/bin/env python3
"""Access and approval through the API and the command line: default deny, rights, splitting seen through, a second person's
decision, an exception by the personal-information officer, a deputy, outside staff, who could see a column, what nobody uses."""
import base64, hashlib, hmac, http.client, json, os, pathlib, signal, socket, struct, subprocess, sys, time

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
SPACE, PASS = TMP / "space", TMP / "pass"
DAY = 86400000


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, code=0, stdin=subprocess.DEVNULL):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, stdin=stdin, timeout=120)
    out, err = done.stdout.decode(), done.stderr.decode()
    check(done.returncode == code, f"{' '.join(map(str, args))}: wanted {code}, got {done.returncode}: {out[-500:]} {err[-500:]}")
    return json.loads(out) if out.startswith(("{", "[")) else json.loads(err) if code and err.startswith("{") else out


class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(60)
        self.sock.connect(str(SPACE / "sluice.sock"))


class Person:
    """A session as a browser keeps it; without sign-in the operator at this machine."""
    cookie = csrf = secret = ""

    def ask(self, method, path, body=None, status=200):
        link = Local("localhost")
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.cookie:
            headers.update({"Cookie": self.cookie, "X-CSRF-Token": self.csrf})
        link.request(method, "/api/v1" + path, json.dumps(body).encode() if body is not None else None, headers)
        answer = link.getresponse()
        text = answer.read()
        if answer.getheader("Set-Cookie"):
            self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        link.close()
        got = json.loads(text) if text[:1] in (b"{", b"[") else text
        if isinstance(got, dict) and got.get("code") == "session.step_up_needed" and self.secret:
            # The second factor counts for five minutes; a code works once, so a new step may have to begin first.
            while self.ask("POST", "/session/step-up", {"code": totp(self.secret)}, (200, 400, 401, 403, 409, 422)).get("code", "").startswith("totp"):
                time.sleep(3)
            return self.ask(method, path, body, status)
        wanted = status if isinstance(status, tuple) else (status,)
        check(answer.status in wanted, f"{method} {path}: wanted {wanted}, got {answer.status} {text[:400]}")
        if isinstance(got, dict) and got.get("csrf"):
            self.csrf = got["csrf"]
        return got

    def get(self, path, status=200):
        return self.ask("GET", path, None, status)

    def post(self, path, body=None, status=(200, 201, 204)):
        return self.ask("POST", path, body or {}, status)

    def refused(self, path, body, code):
        got = self.post(path, body, status=tuple(range(400, 500)))
        check(got["code"] == code, f"{path}: wanted {code}, got {got}")
        return got

    def sign_in(self, account, first):
        self.post("/session", {"account": account, "password": first})
        self.post("/session/password", {"old": first, "new": f"a long passphrase of {account}"})
        secret = self.post("/session/totp/enrol")["secret"]
        self.person = self.post("/session/totp/confirm", {"code": totp(secret)})["person"]
        self.secret = secret
        return self


def totp(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


PASS.write_text("a passphrase of the tests\n")
accounts = {a["account"]: a for a in run("init", SPACE, "--name", "测试经办机构", "--uscc", "12509803MAT000018C", "--passphrase-file", PASS, "--json")["accounts"]}
run("synth", "--out", TMP / "synth", "--rows", "3000", "--seed", "7")
run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", TMP / "synth/plans/fee_list_d.yaml", "--source-key", TMP / "synth/source.pub",
    "--json", TMP / "synth/fee_list_d.csv")
server = subprocess.Popen([SLUICE, "serve", "--space", str(SPACE), "--passphrase-file", str(PASS), "--listen", "127.0.0.1:0"],
                          stdout=subprocess.DEVNULL, stderr=open(TMP / "serve.err", "w"))
try:
    for _ in range(300):
        try:
            probe = socket.socket(socket.AF_UNIX)
            probe.connect(str(SPACE / "sluice.sock"))
            probe.close()
            break
        except OSError:
            time.sleep(0.1)
    operator = Person()
    me = operator.get("/session")["person"]
    sysadmin = Person().sign_in("sysadmin", accounts["sysadmin"]["password"])
    secadmin = Person().sign_in("secadmin", accounts["secadmin"]["password"])
    party = operator.get("/session")["party"]["id"]

    def enrol(account, *duties):
        made = sysadmin.post("/people", {"party": party, "account": account, "display_name": "测试 " + account})
        for duty in duties:
            secadmin.post(f"/people/{made['id']}/duties", {"duty": duty, "expires_ms": 0})
        return Person().sign_in(account, made["password"])

    officer, pi, manager = enrol("officer", "security_officer"), enrol("pi", "pi_officer"), enrol("manager", "data_manager")
    dataset = operator.get("/datasets")["items"][0]
    at, version = f"/datasets/{dataset['id']}", dataset["versions"][0]["id"]
    graded = operator.post(f"{at}/versions/{version}/classify")
    verdicts = [{**{k: f["proposal"][k] for k in ("column", "type", "category", "level", "identifying", "quasi")}, "reason": ""} for f in graded["columns"]]
    graded = operator.post(f"{at}/confirm", {"verdicts": verdicts})

    # The measures of a grade stand beside every field, and what is not the node's is said to be the organisation's (C6.2.3).
    beside = graded["protection"]
    check({c["column"] for c in beside["columns"]} == {c["column"] for c in graded["columns"]}, "every field has its measures")
    check(all(c["failing"] == [] for c in beside["columns"]), f"nothing fails: {beside['columns']}")
    check({m["enforced_by"] for level in beside["levels"] for m in level["measures"]} == {"node", "organisation"}, "both kinds are told apart")
    check("[node]" in subprocess.run([SLUICE, "protection"], capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8", "LANG": "en_US.UTF-8"}).stdout.decode()
          or "系统强制" in run("protection"), "the command line shows them too")
    shown = run("protection", "--space", SPACE, "--dataset", dataset["id"], "--json")
    check(shown["columns"] == beside["columns"], "as the API does")

    low = [f["column"] for f in graded["columns"] if f["level"] <= 3][:2]
    high = [f["column"] for f in graded["columns"] if f["level"] == 4][:1]
    check(low and high, "the sample has fields on both sides")
    of = {"dataset": dataset["id"], "version": version, "purpose": "fund_supervision", "reason": "核对费用"}
    view = lambda first, rows, columns=low: {**of, "what": "list_values", "columns": columns, "first_row": first, "rows": rows}
    cli = ["--space", SPACE, "--dataset", dataset["id"], "--version", version, "--column", low[0], "--reason", "核对", "--json"]

    # Default deny; a right with scope and expiry; the command line says the same as the API.
    manager.refused("/operations", view(0, 10), "access.no_right")
    check(run("operation", "request", "list_values", *cli, "--rows", 10, code=4)["code"] == "access.no_right", "denied on the command line")
    soon = int(time.time() * 1000) + 20 * DAY
    scope = {"actions": ["list_values", "download"], "datasets": [dataset["id"]], "level_max": 4}
    manager.refused("/access/rights", {"person": me, "scope": scope, "expires_ms": soon, "reason": "x"}, "duty.missing")
    for person in (me, manager.person):
        secadmin.post("/access/rights", {"person": person, "scope": scope, "expires_ms": soon, "reason": "稽核岗位"})
    asked = run("operation", "request", "list_values", *cli, "--rows", 5)
    rows = run("operation", "run", asked["id"], "--space", SPACE, "--json")["values"]
    check(len(rows) == 5 and list(rows[0]) == [low[0]], f"five rows of one column: {rows}")
    done = manager.post(f"/operations/{manager.post('/operations', view(10, 7))['id']}/run")
    check(len(done["values"]) == 7 and done["operation"]["status"] == "done", "shown, and on record as done")
    entries = operator.get("/ledger/entries?kind=operation.&limit=50")["items"]
    check({"operation.requested", "operation.started", "operation.done"} <= {e["kind"] for e in entries}, "each step is an entry")

    # Bulk is a person's; what is split in time or by account is one operation, and the refusal names the rule.
    got = manager.refused("/operations", view(0, 500), "operation.bulk")
    check(got["params"]["detail"].startswith("single: "), f"the rule is named: {got}")
    for i in range(4):
        manager.post("/operations", view(100 + 300 * i, 110))
    got = manager.refused("/operations", view(2000, 100), "operation.split_in_time")
    check(got["params"]["detail"].startswith("split_in_time: "), f"the rule is named: {got}")
    for i in range(3):
        operator.post("/operations", view(1500 + 300 * i, 100))
    check(run("operation", "request", "list_values", *cli, "--first-row", 2600, "--rows", 100, code=6)["code"] == "operation.split_by_account", "two accounts, one operation")

    # A download: never under a standing approval, decided by a second person with a second factor, sealed for the own key.
    check(run("operation", "request", "download", *cli, code=6)["code"] == "operation.needs_person", "a download needs a person")
    waiting = run("operation", "request", "download", *cli, "--ask-approval", code=7)
    check(waiting["status"] == "requested", "it waits")
    manager.refused(f"/operations/{waiting['id']}/decide", {"approve": True, "reason": "x"}, "duty.missing")
    check(any(i["kind"] == "decide_operation" and i["object"] == waiting["id"] for i in officer.get("/inbox")["items"]), "the officer has it in the inbox")
    officer.post(f"/operations/{waiting['id']}/decide", {"approve": True, "reason": "稽核需要"})
    check(run("operation", "run", waiting["id"], "--space", SPACE, "--json", code=5)["code"] == "party.no_key", "no key, no file")
    run("key", "new", "--out", TMP / "agency.key", "--no-passphrase", "--name", "测试")
    point = bytes.fromhex(run("key", "show", TMP / "agency.key", "--json")["public_key"])
    proof = "sluice/party-key/v1\n" + json.dumps({"party": party, "public_key": base64.b64encode(point).decode()}, separators=(",", ":"))
    (TMP / "proof.txt").write_text(proof)
    signed = run("sign", "--key", TMP / "agency.key", TMP / "proof.txt", "--json")["signature"]
    raw = bytes.fromhex(signed) if all(c in "0123456789abcdef" for c in signed) else base64.b64decode(signed)
    proposed = secadmin.post(f"/parties/{party}/key", {"public_key": base64.b64encode(point).decode(), "proof": base64.b64encode(raw).decode()})["proposed_key"]
    check(run("operation", "run", waiting["id"], "--space", SPACE, "--json", code=5)["code"] == "party.no_key", "what one person proposed is no key yet")
    sysadmin.post(f"/parties/{party}/key/decide", {"key_id": proposed["key_id"], "approve": True})
    run("operation", "run", waiting["id"], "--space", SPACE, "--out", TMP / "out.sluice", "--json")
    run("open", "--key", TMP / "agency.key", TMP / "out.sluice", "--out", TMP / "out.csv")
    lines = (TMP / "out.csv").read_text().splitlines()
    check(lines[0] == low[0] and len(lines) > 2500, f"the whole column and no other: {lines[0]}, {len(lines)} lines")

    # Beyond the rights of the post: the officer's exception, for a time, reviewed when it is over.
    beyond = {**of, "what": "download", "columns": high, "flow": "person"}
    got = manager.refused("/operations", beyond, "operation.exception_needed")
    check(got["params"]["detail"] == high[0], "the field is named")
    asked = manager.post("/exceptions", {"what": "download", "dataset": dataset["id"], "columns": high, "days": 2, "reason": "配合核查", "measures": "专机，用后即毁"})
    officer.refused(f"/exceptions/{asked['id']}/decide", {"approve": True, "reason": "x"}, "duty.missing")
    given = pi.post(f"/exceptions/{asked['id']}/decide", {"approve": True, "days": 1, "reason": "限一日"})
    check(given["in_force"] and given["until_ms"] - given["decided_ms"] == DAY, "for a day, not the two asked for")
    check(manager.post("/operations", beyond)["status"] == "requested", "now it may be asked for")
    pi.refused(f"/exceptions/{asked['id']}/review", {"verdict": "as_approved", "note": "x"}, "exception.still_in_force")
    manager.post(f"/exceptions/{asked['id']}/end", {"reason": "已完成"})
    pi.refused(f"/exceptions/{asked['id']}/review", {"verdict": "not_used", "note": "x"}, "duty.second_person_needed")
    check(not any(i["kind"] == "review_exception" for i in pi.get("/inbox")["items"]), "no task for who granted it")
    auditor = Person().sign_in("auditadmin", accounts["auditadmin"]["password"])
    check(any(i["kind"] == "review_exception" for i in auditor.get("/inbox")["items"]), "its review is a task")
    check(auditor.post(f"/exceptions/{asked['id']}/review", {"verdict": "not_used", "note": "未执行"})["status"] == "reviewed", "reviewed")

    # Who could see this column, and why.
    who = run("access", "who", "--space", SPACE, "--dataset", dataset["id"], "--column", high[0], "--json")
    could = {p["person"] for p in who["people"] if p["could"]}
    check(could == {me, manager.person}, f"the two with a right: {who['people']}")
    check(all(p["needs"] == ["second_factor"] for p in who["people"] if p["could"]), "with a second factor")
    check({p["reason"] for p in who["people"] if not p["could"]} >= {"duty.missing", "access.no_right"}, "and why the others could not")

    # A rule that forbids wins over the right, and is named.
    rule = {"id": "no-night", "effect": "forbid", "duties": ["data_manager"], "units": [], "regions": [], "actions": ["list_values"], "datasets": [], "categories": [],
            "purposes": ["statistics"], "level_min": 1, "level_max": 5, "zh": "统计用途不看原值", "en": "no raw values for statistics"}
    officer.post("/access/rules", {"rules": [rule], "reason": "收紧"})
    got = manager.refused("/operations", {**view(2900, 1), "purpose": "statistics"}, "access.forbidden_by_rule")
    check(got["params"]["detail"] == "no-night", "the rule is named")

    # A deputy acts with the own name within the period; outside staff need sponsor and end.
    deputy = enrol("deputy")
    second = run("operation", "request", "download", *cli, "--ask-approval", code=7)
    deputy.refused(f"/operations/{second['id']}/decide", {"approve": True, "reason": "x"}, "duty.missing")
    secadmin.post("/deputyships", {"absent": officer.person, "deputy": deputy.person, "duties": ["security_officer"], "from_ms": 0,
                                   "until_ms": int(time.time() * 1000) + DAY, "reason": "出差"})
    decided = deputy.post(f"/operations/{second['id']}/decide", {"approve": False, "reason": "代行：不同意"})
    check(decided["decided_by"] == deputy.person and decided["status"] == "rejected", "by the own name")
    acted = [e for e in secadmin.get("/access/log")["items"] if e["kind"] == "organisation.deputy_acted"]
    check(acted and acted[0]["body"]["absent"] == officer.person and acted[0]["actor"] == deputy.person, "the log says for whom")
    unit = sysadmin.post("/units", {"name": "稽核处", "unit_kind": "implementing_department", "region": "990000"})["units"][0]["id"]
    secadmin.post(f"/units/{unit}/head", {"head": officer.person, "reason": "任命"})
    sysadmin.refused(f"/people/{deputy.person}/engagement", {"sponsor": officer.person, "company": "某软件公司", "until_ms": int(time.time() * 1000) + DAY}, "duty.not_for_outsiders")
    standing = next(d for d in secadmin.get("/organisation")["deputyships"] if d["deputy"] == deputy.person)
    secadmin.post(f"/deputyships/{standing['id']}/end", {"reason": "返岗"})
    sysadmin.post(f"/people/{manager.person}/unit", {"unit": unit})
    sysadmin.post(f"/people/{deputy.person}/engagement", {"sponsor": officer.person, "company": "某软件公司", "until_ms": int(time.time() * 1000) + 1500})
    time.sleep(2)
    deputy.get("/inbox", status=401)
    # At the next sign-in they are told why, and whom to ask; not somebody who does not know the password.
    over = Person().refused("/session", {"account": "deputy", "password": "a long passphrase of deputy"}, "person.engagement_over")
    check("sponsor" in over.get("nextStep", "").lower() or "保荐人" in over.get("nextStep", ""), f"what to do: {over}")
    Person().refused("/session", {"account": "deputy", "password": "a wrong passphrase"}, "sign_in.failed")

    # The same at the command line: deputies by who may appoint them, what nobody uses, rights, the log.
    check(any(d["deputy"] == deputy.person for d in run("organisation", "show", "--space", SPACE, "--json")["deputyships"]), "the chart shows the deputy")
    check(run("organisation", "engage", deputy.person, "--space", SPACE, "--sponsor", officer.person, "--company", "x", "--days", 3, "--json", code=4)["code"] == "duty.missing", "engaging is the system administrator's")
    check(run("organisation", "deputy", deputy.person, "--space", SPACE, "--for", officer.person, "--duty", "security_officer", "--days", 3, "--reason", "x", "--json", code=4)["code"] == "duty.missing",
          "appointing is the security administrator's")

    # Least privilege: the log knows what was used; a fresh right is not called unused, after no days it is.
    unused = secadmin.get("/access/unused?days=0")["items"]
    check(any(i["kind"] == "duty" for i in unused), "duties that nobody used")
    check(not any(i.get("holder") == manager.person and i["kind"] == "duty" for i in secadmin.get("/access/unused?days=1")["items"]), "used ones are not among them")
    # Sign-in with an own SM2 key: the private half stays here, a challenge counts once and for one account.
    run("key", "new", "--out", TMP / "own.key", "--no-passphrase", "--name", "测试")
    own = base64.b64encode(bytes.fromhex(run("key", "show", TMP / "own.key", "--json")["public_key"])).decode()

    def signed_by(key, text):
        (TMP / "text").write_text(text)
        made = run("sign", "--key", TMP / key, TMP / "text", "--json")["signature"]
        return made if not all(c in "0123456789abcdef" for c in made) else base64.b64encode(bytes.fromhex(made)).decode()

    ours = "sluice/sign-in-key/v1\n" + json.dumps({"person": manager.person, "public_key": own}, separators=(",", ":"))
    manager.refused("/session/key", {"public_key": own, "proof": signed_by("agency.key", ours)}, "party.key_not_proven")
    manager.post("/session/key", {"public_key": own, "proof": signed_by("own.key", ours)})
    stranger = Person()
    asked = stranger.post("/session/key/challenge", {"account": "manager"})
    wrong = {"account": "manager", "challenge": asked["challenge"], "signature": signed_by("agency.key", asked["text"])}
    stranger.refused("/session/key/sign-in", wrong, "sign_in.failed")
    right = {**wrong, "signature": signed_by("own.key", asked["text"])}
    stranger.refused("/session/key/sign-in", right, "sign_in.failed")  # spent by the first try
    asked = stranger.post("/session/key/challenge", {"account": "manager"})
    elsewhere = stranger.post("/session/key/challenge", {"account": "nobody"})  # no oracle
    stranger.refused("/session/key/sign-in", {"account": "nobody", "challenge": elsewhere["challenge"], "signature": signed_by("own.key", elsewhere["text"])}, "sign_in.failed")
    stranger.post("/session/key/sign-in", {"account": "manager", "challenge": asked["challenge"], "signature": signed_by("own.key", asked["text"])})
    check(stranger.get("/session")["person"] == manager.person, "signed in by key")
    check(any(e["kind"] == "person.credential_changed" and e["body"]["what"] == "sm2_key" for e in secadmin.get("/access/log")["items"]), "on record")

    # A revocation counts at once.
    for right in secadmin.get("/access/rights")["items"]:
        secadmin.post(f"/access/rights/{right['id']}/revoke", {"reason": "复核"})
    manager.refused("/operations", view(2950, 1), "access.no_right")
finally:
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=30)
run("ledger", "verify", "--space", SPACE)
print("ok")
