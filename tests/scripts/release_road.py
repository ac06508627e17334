#!/usr/bin/env python3
"""The release road as an outside program walks it, over TLS against a real server: from the first password to pages of rows and a
sealed file, and every way in which a contract, a token, a session or a clock forbids it. Filters on persons go to the registry."""
import base64, csv, http.client, json, os, pathlib, shutil, signal, subprocess, sys, threading, time

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from openapi_forms import Document
from outsider import Account, Server, check, children, request, uscc

SPACE, PASS, SYNTH, LOG = TMP / "space", TMP / "pass", TMP / "synth", TMP / "server.log"
PURPOSE = "insurance_product_design"
STRATEGY = {"format": "sluice-strategy/1", "id": "road", "version": "1", "title": "就诊结构", "k_min": 5, "quasi_identifiers": ["gend", "begntime"]}
KEPT = {"psn_no": {"technique": "pseudonym"}, "gend": {"technique": "keep"}, "med_type": {"technique": "keep"}, "adm_dept_name": {"technique": "keep"},
        "begntime": {"technique": "date", "unit": "year"}, "ipt_days": {"technique": "band", "width": 5, "bottom": 0, "top": 20}}
OFFERED = list(KEPT)
AGREED = ["psn_no", "gend", "med_type", "begntime"]


def run(*args):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode == 0, f"sluice {args[0]}: {done.returncode} {done.stderr[-400:]}")
    return done.stdout


def refused(answer, status, code, what):
    """A problem document (RFC 9457) that names the reason."""
    check(answer.status == status and answer.code == code, f"{what}: wanted {status} {code}, got {answer.status} {answer.body[:300]}")
    check(answer.headers["content-type"].startswith("application/problem+json"), f"{what}: problem+json")
    problem = answer.json
    check(problem["type"] == "urn:sluice:problem:" + code and problem["status"] == status and problem["title"], f"{what}: shape of {problem}")
    return problem


class Road:
    def __init__(self):
        PASS.write_text("a passphrase for the test\n")
        made = json.loads(run("init", SPACE, "--name", "测试医疗保障局", "--uscc", uscc(11), "--passphrase-file", PASS, "--json"))
        self.server = Server(SLUICE, SPACE, PASS, LOG)
        self.people = {a["account"]: Account(self.server, a["account"], a["password"]).begin() for a in made["accounts"]}
        self.ids, self.keys = {}, {}
        self.agency = self.people["sysadmin"].sign_in()["party"]["id"]

    def restart(self, shifted=None, keep_step=True):
        self.server.stop()
        self.server = Server(SLUICE, SPACE, PASS, LOG, shifted)
        for account in self.people.values():
            account.server = self.server

    def enrol(self, party, name, *duties):
        made = self.people["sysadmin"].post("/people", {"party": party, "account": name, "display_name": "人员 " + name})
        for duty in duties:
            self.people["secadmin"].post(f"/people/{made['id']}/duties", {"duty": duty})
        self.ids[name] = made["id"]
        self.people[name] = Account(self.server, name, made["password"]).begin()

    def party(self, name, serial):
        made = self.people["sysadmin"].post("/parties", {"name": name, "uscc": uscc(serial), "role": "data_user", "evidence": "登记证"})
        self.people["secadmin"].post(f"/parties/{made['id']}/verify", {"evidence": "公示系统一致"})
        return made["id"]

    def key(self, party, name):
        self.keys[name] = TMP / f"{name}.key"
        point = bytes.fromhex(json.loads(run("key", "new", "--out", self.keys[name], "--name", name, "--no-passphrase", "--json"))["public_key"])
        shown = base64.b64encode(point).decode()
        proof_text = "sluice/party-key/v1\n" + json.dumps({"party": party, "public_key": shown}, separators=(",", ":"))
        proposed = self.people["secadmin"].post(f"/parties/{party}/key", {"public_key": shown, "proof": self.signature(name, proof_text)})["proposed_key"]
        self.people["sysadmin"].post(f"/parties/{party}/key/decide", {"key_id": proposed["key_id"], "approve": True})

    def signature(self, name, text):
        document = TMP / "to_sign"
        document.write_text(text)
        return json.loads(run("sign", "--key", self.keys[name], "--json", document))["signature"]

    def everybody(self):
        for name, duties in {"manager": ["data_manager"], "officer": ["security_officer"], "registrar": ["registrar"], "signer": ["contract_signer"],
                             "pi": ["pi_officer"], "m1": ["committee_member"], "m2": ["committee_member"], "m3": ["committee_member"]}.items():
            self.enrol(self.agency, name, *duties)
        self.insurer, self.rival = self.party("示例保险公司", 12), self.party("另一保险公司", 13)
        self.enrol(self.insurer, "user", "data_user")
        self.enrol(self.insurer, "usersigner", "contract_signer")
        self.enrol(self.rival, "rival", "data_user")
        self.enrol(self.rival, "rivalsigner", "contract_signer")
        self.key(self.agency, "agency")
        self.key(self.insurer, "insurer")
        self.key(self.rival, "rival")

    def product(self):
        run("synth", "--out", SYNTH, "--rows", 3000)
        answer = json.loads(run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", SYNTH / "plans/mdtrt_d.yaml", "--source-key",
                                SYNTH / "source.pub", "--json", SYNTH / "mdtrt_d.csv"))[0]
        check(answer["sealed"], f"collected: {answer}")
        manager, officer = self.people["manager"], self.people["officer"]
        dataset = manager.post(f"/datasets/{answer['dataset']}/versions/{answer['version']}/classify")
        verdicts = [{"column": c["column"], "type": c["proposal"]["type"], "category": c["proposal"]["category"], "level": c["proposal"]["level"],
                     "identifying": c["proposal"]["identifying"], "quasi": c["proposal"]["quasi"], "reason": ""} for c in dataset["columns"]]
        tagged = manager.call("GET", f"/datasets/{answer['dataset']}")
        same = manager.call("GET", f"/datasets/{answer['dataset']}", If_None_Match=tagged.headers["etag"])
        check(same.status == 304 and not same.body, "an object that is as it was comes as 304")
        manager.post(f"/datasets/{answer['dataset']}/confirm", {"verdicts": verdicts}, If_Match=tagged.headers["etag"])
        stale = manager.call("POST", f"/datasets/{answer['dataset']}/confirm", {"verdicts": verdicts}, If_Match=tagged.headers["etag"])
        refused(stale, 412, "http.precondition_failed", "a change on what has changed since")
        identifying = {v["column"] for v in verdicts if v["identifying"]}
        check("psn_no" in identifying, f"the person's number is an identifying column: {identifying}")
        columns = [c["column"] for c in dataset["columns"]]
        text = dict(STRATEGY, fields=[dict(KEPT.get(c, {"technique": "suppress"}), column=c) for c in columns])
        strategy = officer.post(f"/datasets/{answer['dataset']}/strategies", {"text": text})
        masked = officer.post(f"/strategies/{strategy['id']}/apply", {"version": answer["version"]})
        form = {"name": "就诊结构", "summary": "去标识化的就诊结构", "suited_uses": "产品设计", "forbidden_uses": "重标识", "authorisation": "委员会审批", "time_span": "2024-2025",
                "keywords": ["就诊"], "applications": ["精算"], "interfaces": ["GET /api/v1/data"], "related_products": [], "flow": "share", "share": "controlled", "forms": ["file", "api"],
                "columns": OFFERED, "price_fen": 0}
        product = manager.post("/products", {"dataset": answer["dataset"], "version": masked["version"], "form": form})["id"]
        self.check_as_a_job(product)
        officer.post(f"/products/{product}/review", {"approve": True, "reason": "符合"})
        registered = self.people["registrar"].post(f"/products/{product}/register", {"approve": True, "reason": "通过"})
        check(registered["status"] == "registered", "registered by a second person")
        self.product_id, self.rows, self.dataset, self.version = product, masked["rows"], answer["dataset"], answer["version"]
        for recipient in (self.insurer, self.rival):
            self.assess(recipient)

    def certificate(self):
        """The registration certificate (C6.6.3): the whole form, verified offline by an outsider; bent, early and withdrawn ones are none."""
        taken, anchor = TMP / "certificate.json", SPACE / "trust.txt"
        taken.write_bytes(self.people["user"].call("GET", f"/products/{self.product_id}/certificate").body)
        told = json.loads(taken.read_text())
        check(told["general"]["number"] == told["number"] and told["number"].startswith("YBSJ-") and told["specific"]["applications"] == ["精算"], f"the form: {told['general']} {told['specific']}")
        check(self.dataset not in json.dumps(told) and self.version not in json.dumps(told), "an outsider's copy names neither dataset nor version")
        verdict = json.loads(run("verify", taken, "--trust", anchor, "--json"))
        check(verdict["verdict"] == "verified" and verdict["name"] == "就诊结构" and verdict["owner_name"] == "测试医疗保障局", f"verified offline: {verdict}")
        for what, bent, wanted in (("other uses", taken.read_text().replace("产品设计", "任何用途"), 6), ("another number", taken.read_text().replace(told["number"], "YBSJ-2020-000001"), 6),
                                   ("half a file", taken.read_text()[:2000], 1), ("no evidence", json.dumps({**told, "evidence": {}}), 1)):
            (TMP / "bent.json").write_text(bent)
            done = subprocess.run([SLUICE, "verify", TMP / "bent.json", "--trust", anchor], capture_output=True, text=True, timeout=60)
            check(done.returncode == wanted, f"{what}: {done.returncode} {done.stdout} {done.stderr}")
        done = subprocess.run([SLUICE, "verify", taken], capture_output=True, text=True, timeout=60)
        check(done.returncode == 6 and "not pinned" in done.stdout, f"without an anchor nobody is pinned: {done.stdout}")
        printed = self.people["user"].call("GET", f"/products/{self.product_id}/certificate?format=pdf")
        check(printed.body.startswith(b"%PDF-") and printed.headers["content-type"] == "application/pdf" or printed.code == "pdf.no_font", f"for print: {printed.status} {printed.body[:200]}")
        refused(self.people["user"].call("GET", f"/products/{self.product_id}/certificate?format=doc"), 400, "product.certificate_format", "another format")
        run("product", "certificate", "--space", SPACE, "--out", TMP / "by_hand.json", self.product_id)
        run("verify", TMP / "by_hand.json", "--trust", anchor)

    def graded_too_low(self):
        """A column that people graded as a code of a catalog, and that holds diagnoses: the node's own sample says so, and the product goes no further (C7.1.3)."""
        manager, officer = self.people["manager"], self.people["officer"]
        shown = manager.call("GET", f"/datasets/{self.dataset}")
        verdict = {"column": "dscg_maindiag_code", "type": "code", "category": "resource", "level": 1, "identifying": False, "quasi": False, "reason": "内部编码"}
        manager.post(f"/datasets/{self.dataset}/confirm", {"verdicts": [verdict]}, If_Match=shown.headers["etag"])
        columns = [c["column"] for c in shown.json["columns"]]
        text = {"format": "sluice-strategy/1", "id": "low", "version": "1", "title": "编码", "fields": [
            {"column": c, "technique": "keep" if c == "dscg_maindiag_code" else "suppress"} for c in columns]}
        strategy = officer.post(f"/datasets/{self.dataset}/strategies", {"text": text})
        masked = officer.post(f"/strategies/{strategy['id']}/apply", {"version": self.version})
        form = {"name": "编码", "summary": "编码", "suited_uses": "产品设计", "forbidden_uses": "重标识", "authorisation": "委员会审批", "time_span": "2024-2025", "keywords": ["编码"],
                "applications": [], "interfaces": [], "related_products": [], "flow": "share", "share": "controlled", "forms": ["file"], "columns": ["dscg_maindiag_code"], "price_fen": 0}
        product = manager.post("/products", {"dataset": self.dataset, "version": masked["version"], "form": form})["id"]
        checked = manager.post(f"/products/{product}/check")
        told = {c["check"]: c for c in checked["checks"]}
        check(not told["regrade"]["passed"] and "dscg_maindiag_code" in told["regrade"]["note_zh"] and told["grades"]["passed"], f"graded anew by the sample: {told}")
        refused(officer.call("POST", f"/products/{product}/review", {"approve": True, "reason": "符合"}), 409, "product.not_awaiting_review", "what failed its check is not reviewed")
        refused(manager.call("GET", f"/products/{product}/certificate"), 409, "product.not_registered", "what is not registered has no certificate")

    def assess(self, recipient):
        """The impact assessment that every release of level 3 demands."""
        questions = self.people["manager"].get("/law/template")["assessment"]["questions"]
        drafted = self.people["manager"].post("/law/assessments", {"product": self.product_id, "recipient": recipient, "purpose": PURPOSE, "columns": OFFERED,
            "answers": [{"question": q["id"], "answer": "符合"} for q in questions], "conclusion": "可行",
            "risks": [{"risk": "重标识", "likelihood": "medium", "severity": "moderate", "measure": "分箱", "residual_likelihood": "low", "residual_severity": "moderate"}],
            "legal_basis": "public_interest"})
        self.people["pi"].post(f"/law/assessments/{drafted['id']}/decide", {"approve": True, "reason": "同意"})

    def check_as_a_job(self, product):
        """The product check in the background; its events can be resumed by Last-Event-ID."""
        manager = self.people["manager"]
        begun = manager.call("POST", f"/products/{product}/check", {}, Prefer="respond-async")
        check(begun.status == 202 and begun.headers["location"].startswith("/api/v1/jobs/"), f"a job: {begun.status} {begun.body}")
        job = begun.headers["location"].removeprefix("/api/v1")
        events = manager.call("GET", job, Accept="text/event-stream").body.decode()
        check(events.rstrip().splitlines()[-2] == "event: done", f"the stream of events ends with done: {events[-300:]}")
        again = manager.call("GET", job, Accept="text/event-stream", Last_Event_ID="999999").body.decode()
        check("event: progress" not in again and "event: done" in again, "after the last event nothing is repeated")
        refused(self.people["officer"].call("GET", job), 404, "job.not_found", "another person's job")

    def application(self, who, form, columns=AGREED, row_filter=(), deliveries=1, rate=0):
        wish = {"purpose": PURPOSE, "legal_basis": "public_interest", "purpose_note": "产品设计", "safety_measures": "专机专人", "scenario": "controller_to_user",
                "form": form, "columns": list(columns), "row_filter": list(row_filter), "deliveries_max": deliveries, "rate_per_minute": rate, "valid_days": 30,
                "cross_border": False}
        return {"product": self.product_id, "form": wish}

    def agree(self, who, signer, key, **wish):
        made = self.people[who].post("/applications", self.application(who, **wish))
        for member in ("m1", "m2", "m3"):
            if self.people["m1"].get(f"/applications/{made['id']}")["status"] == "voting":
                self.people[member].post(f"/applications/{made['id']}/vote", {"approve": True, "reason": "必要"})
        contract = self.people["manager"].post(f"/applications/{made['id']}/contract", {"duties": "专人保管", "liability": "依法追责"})
        for name, whose in (("signer", "agency"), (signer, key)):
            document = self.people[name].get(f"/contracts/{contract['id']}")["document"]
            self.people[name].post(f"/contracts/{contract['id']}/sign", {"signature": self.signature(whose, document)})
        return made["id"], contract["id"]

    def open_api(self, contract, who="user"):
        opened = self.people[who].post(f"/contracts/{contract}/release", {"purpose": PURPOSE})
        return opened["release"]["id"], opened["token"]

    def data(self, token, query="", body=None, **headers):
        shown = {"Authorization": "Bearer " + token, **headers}
        return request(self.server, "POST" if body is not None else "GET", "/api/v1/data" + query, body, shown)


def stored(text):
    """Whether a text stands anywhere in the space's folder, registry included."""
    return [str(p) for p in SPACE.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def sessions_and_replay(road):
    user = road.people["user"]
    form = road.application("user", form="file")
    refused(user.call("POST", "/applications", form, X_CSRF_Token="x"), 403, "session.csrf", "a request without the session's token")
    refused(user.call("GET", "/inbox", Cookie="__Host-sluice=" + "A" * 43), 401, "session.expired", "a cookie of no session")
    refused(user.call("GET", "/inbox", Cookie="x=y"), 401, "session.absent", "no cookie")
    for _ in range(6):
        stranger = request(road.server, "POST", "/api/v1/session", {"account": "totp:" + road.ids["m1"], "password": "x"})
        check(stranger.status in (401, 429), f"a stranger's try: {stranger.status}")
    road.people["m1"].step_up()  # and the second factor of the person whose id was shown is not held up
    first = user.call("POST", "/applications", form, Idempotency_Key="key-1")
    again = user.call("POST", "/applications", form, Idempotency_Key="key-1")
    check(first.status == again.status == 201 and first.json["id"] == again.json["id"], "a request sent twice is done once")
    form["form"]["valid_days"] = 31
    refused(user.call("POST", "/applications", form, Idempotency_Key="key-1"), 409, "http.idempotency_mismatch", "another body under the same key")
    user.post(f"/applications/{first.json['id']}/withdraw", {"reason": "试用"})


def second_factor_leaves_no_entry(road):
    audit, member = road.people["auditadmin"], Account(road.server, "m1", road.people["m1"].password)
    member.sign_in()
    made = road.people["user"].post("/applications", road.application("user", form="file"))
    before = audit.get("/ledger/entries?kind=command.refused")["total"]
    refused(member.call("POST", f"/applications/{made['id']}/vote", {"approve": True, "reason": "x"}), 403, "session.step_up_needed", "a vote without a code")
    refused(road.people["user"].call("POST", f"/applications/{made['id']}/vote", {"approve": True, "reason": "x"}), 403, "duty.missing", "a vote of no member")
    after = audit.get("/ledger/entries?kind=command.refused")
    check(after["total"] == before + 1, f"one refusal is an entry, the missing code is not: {before} {after['total']}")
    newest = after["items"][0]
    check(newest["names"].get(newest["actor"]) == "人员 user", f"entries come with names: {newest}")
    check(audit.get("/ledger/entries?limit=3")["total"] > 50, "the total of all entries")
    road.people["user"].post(f"/applications/{made['id']}/withdraw", {"reason": "试用"})


def sealed_page(road, release, token, query, rows):
    """A page for the recipient's key alone, opened with its key file as a delivered file is."""
    answer = road.data(token, query, Accept="application/vnd.sluice.envelope")
    check(answer.status == 200 and answer.headers["content-type"] == "application/vnd.sluice.envelope", f"sealed: {answer.status} {answer.headers}")
    check(answer.body.startswith(b"sluice-envelope/1\n") and rows[0]["psn_no"].encode() not in answer.body, "nothing of it in the clear")
    (TMP / "page.sealed").write_bytes(answer.body)
    run("open", TMP / "page.sealed", "--key", TMP / "insurer.key", "--out", TMP / "page.json")
    page = json.loads((TMP / "page.json").read_text())
    check(page["rows"] == rows and page["release"] == release and len(page["receipt"]) == 64, f"the same page: {list(page)}")
    changed = bytearray(answer.body)
    changed[-1] ^= 1
    (TMP / "bent.sealed").write_bytes(bytes(changed))
    for file, key in (("bent.sealed", "insurer"), ("page.sealed", "agency")):
        done = subprocess.run([SLUICE, "open", TMP / file, "--key", TMP / f"{key}.key", "--out", TMP / "wrong.json"], capture_output=True, timeout=60)
        check(done.returncode == 6 and not (TMP / "wrong.json").exists(), f"{file} with {key}'s key: {done.returncode} {done.stderr[-200:]}")


def paging_filters_and_count(road):
    _, contract = road.agree("user", "usersigner", "insurer", form="api", deliveries=12, rate=1000)
    text = road.people["user"].get(f"/contracts/{contract}")["text_zh"]
    check("健康保险产品设计" in text and "公共利益" in text and PURPOSE not in text, "the contract's text names purpose and basis in words")
    refused(road.people["user"].call("POST", f"/contracts/{contract}/release", {"purpose": "statistics"}), 422, "contract.purpose_not_agreed", "another purpose")
    release, token = road.open_api(contract)
    refused(road.people["user"].call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE}), 409, "release.api_open_already", "a second token")
    rows, cursor, calls = [], 0, 0
    while cursor is not None:
        answer = road.data(token, f"?limit=250&cursor={cursor}")
        check(answer.status == 200 and answer.headers["cache-control"] == "no-store", f"a page: {answer.status} {answer.body[:200]}")
        rows += answer.json["rows"]
        cursor, calls = answer.json["next"], calls + 1
    check(len(rows) == road.rows and calls >= 3, f"paging ends with every row: {len(rows)} of {road.rows} in {calls} calls")
    check(all(list(r) == AGREED for r in rows), "agreed columns, in the agreed order, and no other")
    women = road.data(token, "?limit=1000&gend.eq=2")
    check(len(women.json["rows"]) == sum(r["gend"] == "2" for r in rows) > 0, "a filter shows what it says")
    refused(road.data(token, "?adm_dept_name.eq=x"), 422, "contract.column_not_agreed", "a column outside the contract")
    refused(road.data(token, "?gend.like=2"), 400, "api.bad_filter", "an unknown operator")
    refused(road.data(token, "?limit=0"), 400, "http.bad_page", "a page of no rows")
    person = rows[0]["psn_no"]
    same = [r for r in rows if r["psn_no"] == person]
    check(road.data(token, f"?limit=1000&psn_no.eq={person}").json["rows"] == same, "a query for one person")
    by_body = road.data(token, body={"limit": 1000, "filter": [{"column": "psn_no", "op": "in", "values": [person]}]})
    check(by_body.json["rows"] == same, f"the same in the body: {by_body.body[:200]}")
    check(not stored(person), f"a person's number stands nowhere in the space: {stored(person)}")
    left = 12 - calls - 3
    check(left >= 0, "the pages were counted")
    if left > 0:
        left -= 1
        sealed_page(road, release, token, f"?limit=1000&psn_no.eq={person}", same)
    for _ in range(left):
        check(road.data(token, "?limit=1").status == 200, "a call within the count")
    problem = refused(road.data(token, "?limit=1"), 422, "contract.count_used_up", "one call too many")
    check(problem["params"]["detail"] == "12", "the refusal says what was agreed")
    road.people["pi"].post(f"/releases/{release}/erase-queries", {"reason": "个人要求删除"})
    shown = road.people["user"].get(f"/releases/{release}")
    check("usersigner" in json.dumps(shown["names"], ensure_ascii=False) and "人员 user" in shown["names"].values(), f"a release names who did it: {shown['names']}")
    return rows, release, token


def tokens_and_revocation(road):
    _, contract = road.agree("user", "usersigner", "insurer", form="api", deliveries=1000, rate=3)
    release, token = road.open_api(contract)
    _, other = road.agree("rival", "rivalsigner", "rival", form="api", columns=["gend"], deliveries=5, rate=1000)
    refused(road.people["rival"].call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE}), 404, "contract.not_found", "another organisation's contract")
    refused(road.people["rival"].call("GET", f"/releases/{release}"), 404, "release.not_found", "another organisation's release")
    for ask in ({"quasi": ["gend"]}, {"quasi": ["no_such_column"]}):
        theirs = road.people["rival"].call("POST", f"/datasets/{road.dataset}/versions/{road.version}/risk", ask)
        nobodys = road.people["rival"].call("POST", f"/datasets/{road.dataset}/versions/dv_0000000000000000/risk", ask)
        check((theirs.status, theirs.body) == (nobodys.status, nobodys.body), f"another organisation's version is absent, word for word: {theirs.body} {nobodys.body}")
    wrong_column = road.people["manager"].call("POST", f"/datasets/{road.dataset}/versions/{road.version}/risk", {"quasi": ["no_such_column"]})
    refused(wrong_column, 400, "catalog.no_such_column", "a column that was never there is not said to be destroyed")
    rival_release, rival_token = road.open_api(other, "rival")
    theirs = road.data(rival_token, "?limit=5")
    check(theirs.json["release"] == rival_release and all(list(r) == ["gend"] for r in theirs.json["rows"]), "a token opens its own contract and nothing more")
    refused(road.data(rival_token, "?psn_no.eq=x"), 422, "contract.column_not_agreed", "another organisation's token at our columns")
    wrong = road.data(token[:-1] + ("A" if token[-1] != "A" else "B"))
    refused(wrong, 401, "api.bad_token", "a wrong token")
    check(wrong.headers["www-authenticate"] == "Bearer", "what kind of token is wanted")
    refused(road.data("", Cookie=road.people["user"].cookie), 401, "api.bad_token", "a session is no token")
    answers = [road.data(token, "?limit=1") for _ in range(8)]
    fast = [a for a in answers if a.status == 429]
    check(sum(a.status == 200 for a in answers) >= 3, f"three a minute are agreed: {[a.status for a in answers]}")
    check(fast, "the fourth call of a minute is too fast")
    refused(fast[0], 429, "api.too_fast", "faster than agreed")
    road.people["manager"].post(f"/contracts/{contract}/suspend", {"reason": "核查"})
    refused(road.data(token), 422, "contract.suspended", "a suspended contract")
    road.people["manager"].post(f"/contracts/{contract}/resume", {"reason": "核查完毕"})
    road.people["manager"].post(f"/releases/{release}/revoke", {"reason": "撤回"})
    refused(road.data(token), 422, "release.revoked", "a revoked release, on the next request")
    road.people["manager"].post(f"/contracts/{other}/terminate", {"reason": "终止"})
    refused(road.data(rival_token), 422, "contract.terminated", "a terminated contract")
    statuses = [road.data("slt_" + "x" * 43).status for _ in range(60)]
    check(statuses[-1] == 429 and statuses[0] == 401, f"an address that shows bad tokens waits: {statuses}")
    flooded = road.data("slt_" + "y" * 43)
    refused(flooded, 429, "session.locked_out", "too many bad tokens")
    check(int(flooded.headers["retry-after"]) > 0, "and is told how long")


def a_filter_on_persons(road, rows):
    persons = sorted({r["psn_no"] for r in rows})[:2]
    wanted = [{"column": "psn_no", "op": "in", "values": persons, "secret_ref": ""}, {"column": "gend", "op": "in", "values": ["1", "2"], "secret_ref": ""}]
    forged = dict(wanted[0], values=[], secret_ref="sf_forged")
    refused(road.people["user"].call("POST", "/applications", road.application("user", form="file", row_filter=[forged])), 400, "filter.reference_given", "a reference of one's own")
    application, contract = road.agree("user", "usersigner", "insurer", form="file", row_filter=wanted, deliveries=3)
    shown = road.people["user"].get(f"/contracts/{contract}")
    secret, plain = shown["terms"]["row_filter"]
    check(secret["values"] == [] and secret["secret_ref"] and len(secret["commitment"]) == 64, f"the contract refers to the values: {secret}")
    check(plain["values"] == ["1", "2"], "what identifies nobody stays as it is")
    check("****" + persons[0][-2:] in shown["text_zh"] and persons[0] not in shown["document"], "signers read a masked form")
    check(not stored(persons[0]), f"no person's number in any file of the space: {stored(persons[0])}")
    refused(road.people["rival"].call("POST", f"/applications/{application}/reveal-filter"), 404, "application.not_found", "another organisation asks for the values")
    revealed = road.people["signer"].post(f"/applications/{application}/reveal-filter")["row_filter"][0]
    check(revealed["values"] == persons and revealed["commitment"] == secret["commitment"], "those who sign may read them in full")
    made = road.people["manager"].post(f"/contracts/{contract}/release", {"purpose": PURPOSE})
    refused(road.people["manager"].call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE, "columns": ["adm_dept_name"]}), 422,
            "contract.column_not_agreed", "a file with a column outside the contract")
    envelope = road.people["user"].call("GET", f"/releases/{made['id']}/file")
    check(envelope.status == 200, f"the envelope: {envelope.body[:200]}")
    (TMP / "sealed").write_bytes(envelope.body)
    run("open", "--key", road.keys["insurer"], "--out", TMP / "opened.csv", TMP / "sealed")
    delivered = list(csv.DictReader(open(TMP / "opened.csv", encoding="utf-8")))
    check(delivered and {r["psn_no"] for r in delivered} <= set(persons), f"the file has the agreed persons only: {len(delivered)}")
    check(len(delivered) == sum(r["psn_no"] in persons for r in rows), "and all of their rows")
    road.file_release, road.file_digest = made["id"], made["file_digest"]
    passport = TMP / "passport.json"
    passport.write_text(json.dumps(road.people["user"].get(f"/releases/{made['id']}/passport"), ensure_ascii=False))
    certified_while_the_contract_runs(road, contract)
    refused(road.people["manager"].call("POST", f"/applications/{application}/erase-filter", {"secret_ref": secret["secret_ref"], "reason": "x"}), 403, "duty.missing",
            "erasing is for who answers for personal information")
    road.people["pi"].post(f"/applications/{application}/erase-filter", {"secret_ref": secret["secret_ref"], "reason": "个人要求删除"})
    refused(road.people["manager"].call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE}), 422, "filter.erased", "what rests on erased values")
    refused(road.people["signer"].call("POST", f"/applications/{application}/reveal-filter"), 422, "filter.erased", "nobody reads them again")
    run("verify", passport, "--file", TMP / "opened.csv", "--trust", SPACE / "trust.txt")
    run("ledger", "verify", "--space", SPACE)


def certified_while_the_contract_runs(road, contract):
    """What its recipient certified as destroyed is offered no more, to nobody, and the refusal says since when."""
    user, manager = road.people["user"], road.people["manager"]
    path = f"/releases/{manager.post(f'/contracts/{contract}/release', {'purpose': PURPOSE})['id']}"
    check("file" in user.get(path)["can"] and "file" in manager.get(path)["can"], "offered to both")
    (TMP / "second.json").write_text(json.dumps(user.get(path + "/passport"), ensure_ascii=False))
    run("destroy-certificate", TMP / "second.json", "--key", road.keys["insurer"], "--method", "粉碎", "--out", TMP / "second.destroyed")
    user.post(path + "/destruction", json.loads((TMP / "second.destroyed").read_text()))
    for who in (user, manager):
        check("file" not in who.get(path)["can"] and "passport" in who.get(path)["can"], "the file is not offered, the passport is")
        problem = refused(who.call("GET", path + "/file"), 422, "destruction.certified_already", "nor handed out")
        check(problem["params"]["detail"].startswith("20"), f"since when: {problem}")


def whole_flow(road):
    """From the batch to every recipient, and from a delivery back (C7.2.5b); another organisation sees nothing of it."""
    manager = road.people["manager"]
    batch = manager.get(f"/datasets/{road.dataset}")["batches"][0]["id"]
    flow = manager.get(f"/flow/{batch}")
    kinds = {}
    for node in flow["nodes"]:
        kinds.setdefault(node["kind"], []).append(node["id"])
    check(road.file_release in kinds["release"] and road.insurer in kinds["recipient"] and road.rival not in kinds["recipient"] and road.version in kinds["version"] and kinds["masked"], f"forward: {kinds}")
    delivered = next(n for n in flow["nodes"] if n["id"] == road.file_release)
    check(delivered["digest"] == road.file_digest and delivered["destruction"] == "not_due" and delivered["marked"] is False, f"the delivery: {delivered}")
    back = manager.get(f"/flow/{road.file_release}")
    how = {(e["from"], e["how"], e["to"]) for e in back["edges"]}
    check((road.product_id, "released", road.file_release) in how and any(h == "collected" and f == batch for f, h, _ in how), f"back: {how}")
    check(all(r["id"] == road.file_release for r in back["nodes"] if r["kind"] == "release"), "of one delivery, no other")
    theirs = road.people["user"].get(f"/flow/{road.file_release}")
    check({n["kind"] for n in theirs["nodes"]} == {"product", "release", "recipient"} and theirs["hidden"], f"the recipient sees its own end: {theirs}")
    for path in (batch, road.file_release, road.version, "bt_none"):
        refused(road.people["rival"].call("GET", f"/flow/{path}"), 404, "flow.not_found", "another organisation")
    told = run("flow", "show", "--space", SPACE, batch)
    check(road.file_release in told and "digest=" + road.file_digest in told, f"by hand: {told[:500]}")


def lost_credentials(road):
    sysadmin, secadmin, m1 = road.people["sysadmin"], road.people["secadmin"], road.ids["m1"]
    refused(road.people["manager"].call("POST", f"/people/{m1}/ask-reset", {"what": "both", "reason": "x"}), 403, "duty.missing", "a reset is for administrators")
    refused(secadmin.call("POST", f"/people/{m1}/allow-reset"), 409, "person.no_reset_asked", "nobody asked")
    sysadmin.post(f"/people/{m1}/ask-reset", {"what": "both", "reason": "手机遗失"})
    refused(sysadmin.call("POST", f"/people/{m1}/allow-reset"), 403, "person.reset_needs_two", "one administrator alone")
    waits = lambda who: [t for t in road.people[who].get("/inbox")["items"] if t["kind"] == "allow_reset" and t["object"] == m1]
    check(len(waits("secadmin")) == 1 and waits("secadmin")[0]["due_ms"] - waits("secadmin")[0]["since_ms"] == 86400000, f"it waits in the inbox of who may allow it, until it lapses: {waits('secadmin')}")
    check(not waits("sysadmin") and not waits("manager"), "and of nobody else")
    allowed = secadmin.post(f"/people/{m1}/allow-reset")
    check(not waits("secadmin"), "done, it is gone")
    refused(road.people["m1"].call("GET", "/inbox"), 401, "session.expired", "the open session ends")
    refused(road.people["m1"].call("POST", "/session", {"account": "m1", "password": road.people["m1"].password}, Cookie=""), 401, "sign_in.failed", "the old password")
    road.people["m1"] = Account(road.server, "m1", allowed["password"])
    road.people["m1"].begin()
    kinds = [e["kind"] for e in road.people["auditadmin"].get("/ledger/entries?kind=person.credential_reset")["items"]]
    check(kinds == ["person.credential_reset_allowed", "person.credential_reset_asked"], f"both are on record: {kinds}")


def the_key_agent_dies(road):
    agents = road.server.agents()
    check(len(agents) == 1, f"one key agent: {agents}")
    check(request(road.server, "GET", "/healthz").status == 200, "healthy before")
    os.kill(agents[0], signal.SIGKILL)
    until = time.time() + 20
    while (answer := request(road.server, "GET", "/healthz", headers={"Accept-Language": "en"})).status == 200 and time.time() < until:
        time.sleep(0.2)
    problem = refused(answer, 503, "key_agent.gone", "health without the key agent")
    check("sluice serve --space" in problem["nextStep"], f"the operator is told what to do: {problem}")
    check(road.people["auditadmin"].get("/ledger/entries?limit=1")["items"], "reads go on")
    time.sleep(1.5)
    check(not road.server.agents(), "and it is not restarted without the passphrase")


def another_organisation_sees_nothing(road):
    """Every list and page that the API's document names, asked by people of another organisation: no id and no name of the agency's
    people, data and contracts; and by the agency's own people, so that the search would find them."""
    ours = {road.dataset, road.version, *(i for n, i in road.ids.items() if not n.startswith("rival")), *("人员 " + n for n in road.ids if not n.startswith("rival"))}
    # What stands in an agreement that one is oneself a party to: who voted on it and signed it, and what it is about.
    agreed = {road.dataset, *(road.ids[n] for n in ("m1", "m2", "m3", "signer"))}
    paths = [p.removeprefix("/api/v1") for p, _ in Document(ROOT).paths("get") if p.startswith("/api/v1") and "{" not in p and p != "/api/v1/data"]
    check(len(paths) > 20, f"the document names the lists: {len(paths)}")
    seen = set()
    for path in paths:
        for who in ("manager", "secadmin", "sysadmin", "auditadmin"):
            body = road.people[who].call("GET", path + "?limit=200").body.decode()
            seen |= {word for word in ours if word in body}
        for who in ("rival", "rivalsigner"):
            answer = road.people[who].call("GET", path + "?limit=200")
            hidden = ours - agreed if path in ("/applications", "/contracts", "/releases") else ours
            found = [word for word in hidden if word in answer.body.decode()]
            check(answer.status < 500 and not found, f"{who} GET {path}: {answer.status} shows {found}")
    check(len(seen) > len(ours) * 2 // 3, f"the agency's people do see them: {len(seen)} of {len(ours)}")


def words_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def killed_while_a_file_is_made(road):
    """kill -9 of the server while a worker seals: the release failed, its one delivery is not used up, nothing of it lies there. And of
    an API's calls, exactly those are counted that were answered."""
    _, called = road.agree("user", "usersigner", "insurer", form="api", deliveries=5, rate=1000)
    _, token = road.open_api(called)
    check([road.data(token, "?limit=1").status for _ in range(2)] == [200, 200], "two of five calls")
    _, contract = road.agree("user", "usersigner", "insurer", form="file", deliveries=1)
    manager, server = road.people["manager"], road.server
    manager.step_up()

    def asked():
        try:
            manager.call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE, "format": "parquet"})
        except (OSError, http.client.HTTPException):
            pass  # killed before it could answer

    in_memory = set(pathlib.Path("/dev/shm").glob("sluice_*"))
    before, thread = set(children(server.pid)), threading.Thread(target=asked)
    thread.start()
    until, workers = time.time() + 30, set()
    while not workers and time.time() < until:
        # A child bears its name once it is a program of its own; before that it is the server's twin, with all that the server holds.
        workers = {c for c in set(children(server.pid)) - before if b"worker" in words_of(c)}
    check(len(workers) == 1, "a worker is at it")
    os.kill(workers.pop(), signal.SIGSTOP)
    os.kill(server.pid, signal.SIGKILL)
    thread.join(60)
    road.restart()
    for account in road.people.values():
        account.sign_in()
    mine = [r for r in manager.get("/releases?limit=200")["items"] if r["contract"] == contract]
    check([r["status"] for r in mine] == ["failed"], f"the release that was cut short has failed: {mine}")
    check(not [p.name for p in (SPACE / "releases").iterdir() if mine[0]["id"] in p.name], "nothing of it lies in the folder of deliveries")
    check(set(pathlib.Path("/dev/shm").glob("sluice_*")) <= in_memory, "nor in memory")
    again = manager.post(f"/contracts/{contract}/release", {"purpose": PURPOSE, "format": "parquet"})
    check(again["rows"] > 0, "its one delivery was not used up")
    refused(manager.call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE}), 422, "contract.count_used_up", "now it is")
    answers = [road.data(token, "?limit=1") for _ in range(4)]
    check([a.status for a in answers] == [200, 200, 200, 422], f"three of five calls were left: {[a.status for a in answers]}")
    refused(answers[-1], 422, "contract.count_used_up", "the sixth call")


def expiry_and_the_clock(road):
    check(shutil.which("faketime"), "faketime is installed (./dev setup does it): without it expiry and the clock go untested")
    stale = road.people["user"].cookie
    _, contract = road.agree("user", "usersigner", "insurer", form="api", deliveries=50, rate=1000)
    _, token = road.open_api(contract)
    check(road.data(token, "?limit=1").status == 200, "in force now")
    road.restart("+31d")
    refused(request(road.server, "GET", "/api/v1/inbox", headers={"Cookie": stale}), 401, "session.expired", "a session of before the restart")
    problem = refused(road.data(token, "?limit=1"), 422, "contract.expired", "a month later")
    check(problem["params"]["detail"].startswith("20"), "the refusal says since when")
    manager = Account(road.server, "manager", road.people["manager"].password)
    manager.sign_in()
    refused(manager.call("POST", f"/contracts/{contract}/suspend", {"reason": ""}), 400, "form.text_missing", "something for the record")
    the_recipient_destroys(road, manager)
    road.restart()
    refused(road.data(token, "?limit=1"), 422, "contract.expired", "a clock that steps back makes nothing valid again")


def the_recipient_destroys(road, manager):
    """A month later: the recipient is told, certifies with its own key, and gets the file no more."""
    user = Account(road.server, "user", road.people["user"].password)
    user.sign_in()
    path = f"/releases/{road.file_release}"
    check(user.get(path)["destruction_state"] == "due", "due since the contract has ended")
    told = [i for i in user.get("/inbox")["items"] if i["kind"] == "certify_destruction"]
    check(road.file_release in [i["object"] for i in told] and all(i["due_ms"] for i in told), f"the recipient's inbox says so: {told}")
    certificate, forged = TMP / "destruction.json", TMP / "forged.json"
    for key, out in (("insurer", certificate), ("rival", forged)):
        run("destroy-certificate", TMP / "passport.json", "--key", road.keys[key], "--method", "覆写三遍后删除", "--out", out)
    # The certificate's clock is the recipient's own, a month behind the node's.
    signed = json.loads(certificate.read_text())
    check(signed["release"] == road.file_release and signed["file_digest"] == road.file_digest, f"of what the passport names: {signed}")
    refused(user.call("POST", path + "/destruction", json.loads(forged.read_text())), 422, "destruction.bad_signature", "signed with another party's key")
    refused(user.call("POST", path + "/destruction", dict(signed, method="也许删除了")), 422, "destruction.bad_signature", "another word than was signed")
    refused(manager.call("POST", path + "/destruction", signed), 403, "contract.not_yours", "the provider does not certify for the recipient")
    taken = user.post(path + "/destruction", signed)
    check(taken["destruction_state"] == "certified" and taken["destruction"]["method"] == "覆写三遍后删除", f"taken in: {taken.get('destruction')}")
    refused(user.call("POST", path + "/destruction", signed), 409, "destruction.certified_already", "once")
    refused(user.call("GET", path + "/file"), 422, "destruction.certified_already", "the envelope is not handed out again")
    check(road.file_release not in [i["object"] for i in user.get("/inbox")["items"]], "and the inbox is quiet")


road = Road()
try:
    road.everybody()
    road.product()
    road.certificate()
    sessions_and_replay(road)
    second_factor_leaves_no_entry(road)
    rows, _, _ = paging_filters_and_count(road)
    a_filter_on_persons(road, rows)
    whole_flow(road)
    road.graded_too_low()
    lost_credentials(road)
    tokens_and_revocation(road)
    another_organisation_sees_nothing(road)
    the_key_agent_dies(road)
    road.restart()
    for account in road.people.values():
        account.sign_in()
    killed_while_a_file_is_made(road)
    expiry_and_the_clock(road)
finally:
    road.server.stop()
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
print("release road: walked over TLS, refused with the term each time")
