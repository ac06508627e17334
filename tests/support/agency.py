"""A space of an agency as outside programs see it, over TLS: who takes part, and each step on the way to a contract as one function. The
stories of the issue are told with it."""
import base64, json, os, pathlib, subprocess, time

from outsider import Account, Server, check, request, uscc


class Agency:
    def __init__(self, name="示例市医疗保障局"):
        self.tmp, self.sluice = pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
        self.space, self.passphrase, self.log = self.tmp / "space", self.tmp / "pass", self.tmp / "server.log"
        self.passphrase.write_text("a passphrase for the test\n")
        made = json.loads(self.run("init", self.space, "--name", name, "--uscc", uscc(31), "--passphrase-file", self.passphrase, "--json"))
        self.server = Server(self.sluice, self.space, self.passphrase, self.log)
        self.people = {a["account"]: Account(self.server, a["account"], a["password"]).begin() for a in made["accounts"]}
        self.ids, self.keys = {}, {}
        self.agency = self.people["sysadmin"].sign_in()["party"]["id"]

    def run(self, *args, code=0):
        done = subprocess.run([self.sluice, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        check(done.returncode == code, f"sluice {args[0]} {args[1]}: exit {done.returncode}, not {code}: {done.stdout[-300:]} {done.stderr[-500:]}")
        return done.stdout

    def at_the_desk(self, *args, code=0):
        return self.run(*args, "--space", self.space, "--passphrase-file", self.passphrase, code=code)

    def restart(self, shifted=None):
        self.server.stop()
        self.server = Server(self.sluice, self.space, self.passphrase, self.log, shifted)
        for account in self.people.values():
            account.server = self.server

    def work(self, who, path, body=None):
        """Something that takes long: the answer, or the job's result when it took longer than a request waits."""
        answer = self.people[who].post(path, body, status=(200, 201, 202))
        while answer.get("state") == "running":
            time.sleep(0.2)
            answer = self.people[who].get("/jobs/" + answer["id"])
        check(answer.get("state") != "failed", f"{who} POST {path}: {answer}")
        return answer["result"] if "state" in answer and "result" in answer else answer

    def enrol(self, party, name, *duties):
        made = self.people["sysadmin"].post("/people", {"party": party, "account": name, "display_name": "人员 " + name})
        for duty in duties:
            self.people["secadmin"].post(f"/people/{made['id']}/duties", {"duty": duty})
        self.ids[name] = made["id"]
        self.people[name] = Account(self.server, name, made["password"]).begin()

    def staff(self):
        for name, duty in {"manager": "data_manager", "officer": "security_officer", "registrar": "registrar", "signer": "contract_signer",
                           "pi": "pi_officer", "m1": "committee_member", "m2": "committee_member", "m3": "committee_member"}.items():
            self.enrol(self.agency, name, duty)

    def party(self, name, serial, role="data_user"):
        made = self.people["sysadmin"].post("/parties", {"name": name, "uscc": uscc(serial), "role": role, "evidence": "登记证"})
        self.people["secadmin"].post(f"/parties/{made['id']}/verify", {"evidence": "公示系统一致"})
        return made["id"]

    def unit(self, name, kind, head="", above=""):
        """A unit of the chart; its head is named by the security administrator."""
        self.people["sysadmin"].post("/units", {"name": name, "unit_kind": kind, "above": above, "region": ""})
        unit = next(u for u in self.people["sysadmin"].get("/organisation")["units"] if u["name"] == name)["id"]
        if head:
            self.people["secadmin"].post(f"/units/{unit}/head", {"head": head, "reason": "任命"})
        return unit

    def key(self, party, name):
        self.keys[name] = self.tmp / f"{name}.key"
        made = self.run("key", "new", "--out", self.keys[name], "--name", name, "--no-passphrase", "--json")
        shown = base64.b64encode(bytes.fromhex(json.loads(made)["public_key"])).decode()
        if party:
            proof = "sluice/party-key/v1\n" + json.dumps({"party": party, "public_key": shown}, separators=(",", ":"))
            proposed = self.people["secadmin"].post(f"/parties/{party}/key", {"public_key": shown, "proof": self.signature(name, proof)})["proposed_key"]
            self.people["sysadmin"].post(f"/parties/{party}/key/decide", {"key_id": proposed["key_id"], "approve": True})
        return shown

    def signature(self, name, text):
        document = self.tmp / "to_sign"
        document.write_text(text)
        return json.loads(self.run("sign", "--key", self.keys[name], "--json", document))["signature"]

    def collect(self, plan, key, file, code=0):
        return json.loads(self.at_the_desk("collect", "--plan", plan, "--source-key", key, "--json", file, code=code))[0]

    def graded(self, batch, **corrected):
        """The proposals of a version, as they are but for what the data manager corrects (members by column); the columns in the order of the table."""
        self.work("manager", f"/datasets/{batch['dataset']}/versions/{batch['version']}/classify")
        dataset = self.people["manager"].get(f"/datasets/{batch['dataset']}")
        verdicts = [dict({k: c["proposal"][k] for k in ("type", "category", "level", "identifying", "quasi")}, column=c["column"], reason="") for c in dataset["columns"]]
        verdicts = [{**v, **corrected.get(v["column"], {})} for v in verdicts]
        self.people["manager"].post(f"/datasets/{batch['dataset']}/confirm", {"verdicts": verdicts})
        return {v["column"]: v for v in verdicts}

    def masked(self, batch, columns, kept, **strategy):
        fields = [dict(kept.get(c, {"technique": "suppress"}), column=c) for c in columns]
        text = dict({"format": "sluice-strategy/1", "id": "story", "version": "1"}, fields=fields, **strategy)
        adopted = self.people["officer"].post(f"/datasets/{batch['dataset']}/strategies", {"text": text})
        return self.work("officer", f"/strategies/{adopted['id']}/apply", {"version": batch["version"]})

    def product(self, batch, version, columns, forms, **more):
        form = dict({"name": "示例产品", "summary": "示例", "suited_uses": "约定用途", "forbidden_uses": "重标识", "authorisation": "委员会审批", "time_span": "2024-2025",
                     "keywords": ["示例"], "applications": [], "interfaces": [], "related_products": [], "flow": "share", "share": "controlled", "forms": forms,
                     "columns": columns, "price_fen": 0}, **more)
        made = self.people["manager"].post("/products", {"dataset": batch["dataset"], "version": version, "form": form})
        self.work("manager", f"/products/{made['id']}/check")
        checked = self.people["manager"].get(f"/products/{made['id']}")
        check(checked["status"] == "checked", f"the node's own check: {checked.get('checks')}")
        self.people["officer"].post(f"/products/{made['id']}/review", {"approve": True, "reason": "符合"})
        self.people["registrar"].post(f"/products/{made['id']}/register", {"approve": True, "reason": "通过"})
        return made["id"]

    def application(self, product, columns, **wish):
        form = {"purpose": "insurance_claims_service", "legal_basis": "separate_consent", "purpose_note": "理赔核算", "safety_measures": "专机专人",
                "scenario": "controller_to_user", "form": "api", "columns": columns, "row_filter": [], "deliveries_max": 100, "rate_per_minute": 600,
                "valid_days": 30, "cross_border": False}
        return {"product": product, "form": dict(form, **wish)}

    def agree(self, who, signer, key, application, **terms):
        made = self.people[who].post("/applications", application)
        for member in ("m1", "m2", "m3"):
            if self.people["m1"].get(f"/applications/{made['id']}")["status"] == "voting":
                self.people[member].post(f"/applications/{made['id']}/vote", {"approve": True, "reason": "必要"})
        contract = self.people["manager"].post(f"/applications/{made['id']}/contract", dict({"duties": "专人保管，不得转委托", "liability": "依法追责"}, **terms))
        for name, whose in (("signer", "agency"), (signer, key)):
            document = self.people[name].get(f"/contracts/{contract['id']}")["document"]
            self.people[name].post(f"/contracts/{contract['id']}/sign", {"signature": self.signature(whose, document)})
        return contract["id"]

    def assess(self, product, recipient, purpose, columns, approve=True, **more):
        """The impact assessment, with the questions of the template in force."""
        questions = self.people["manager"].get("/law/template")["assessment"]["questions"]
        risk = {"risk": "超出目的使用", "likelihood": "medium", "severity": "moderate", "measure": "逐次存证", "residual_likelihood": "low", "residual_severity": "moderate"}
        drafted = self.people["manager"].post("/law/assessments", dict({"product": product, "recipient": recipient, "purpose": purpose, "columns": columns,
            "answers": [{"question": q["id"], "answer": "符合"} for q in questions], "risks": [risk], "conclusion": "可行", "legal_basis": "separate_consent"}, **more))
        if approve:
            self.people["pi"].post(f"/law/assessments/{drafted['id']}/decide", {"approve": True, "reason": "措施与风险相适应"})
        return drafted["id"]

    def consent(self, form, by="pi", checked_by="manager"):
        """A person's consent as one desk recorded it and another checked it; the node found the person in the data."""
        recorded = self.people[by].post("/law/consents", form)
        checked = self.people[checked_by].post(f"/law/consents/{recorded['id']}/check", {"accept": True, "note": "与同意书原件一致"}, status=(200,))
        check(checked["in_force"] and checked["rows"] > 0, f"checked: {checked}")
        return checked

    def found(self, at, by="manager"):
        """A person's rows, looked for by the number of the request and by those that stand beside it, all of them confirmed."""
        self.work(by, at + "/search")
        links = [n["subject"] for n in self.people[by].get(at + "/links")["items"] if n["status"] == "found"]
        if links:
            self.people[by].post(at + "/links", {"confirm": links, "reject": [], "reason": "与登记一致"}, status=(200,))
            self.work(by, at + "/search")
        return self.people[by].get(at)

    def requester(self, name, serial, key, scan):
        """An agency that may demand data by law: entered by one, its document and its key's fingerprint confirmed by another."""
        form = {"kind": "agency", "title": name, "number": "登记 1", "authority": "机构编制委员会", "uscc": uscc(serial), "public_key": key, "scan": scan}
        entered = self.people["manager"].post("/law/papers", form)
        self.people["pi"].post(f"/law/papers/{entered['id']}/check", {"accept": True, "note": "公函与电话核对", "key_id": fingerprint(key)})
        return entered["id"]

    def data(self, token, query="", body=None):
        return request(self.server, "POST" if body is not None else "GET", "/api/v1/data" + query, body, {"Authorization": "Bearer " + token})

    def stored(self, text):
        """Files of the space in which a text stands in the clear."""
        return [str(p) for p in self.space.rglob("*") if p.is_file() and text.encode() in p.read_bytes()]


def fingerprint(key):
    """How a key is named: the first 16 bytes of its SM3, as an outsider computes it."""
    digest = subprocess.run(["openssl", "dgst", "-sm3", "-binary"], input=base64.b64decode(key), capture_output=True, check=True).stdout
    return digest[:16].hex()


def refused(answer, code, what, status=422):
    """A problem document (RFC 9457) that names the reason."""
    check(answer.code == code and answer.status == status, f"{what}: wanted {status} {code}, got {answer.status} {answer.body[:400]}")
    check(answer.json["title"], f"{what}: in words")
    return answer.json
