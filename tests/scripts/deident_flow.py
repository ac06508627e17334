#!/usr/bin/env python3
"""De-identification in the flow, as the people of an agency walk it: risk, a composed strategy, preview and comparison, masking with its receipt and
the independent check, releases that bear their recipient's marks, a leak whose source is named by the space's own records, a reversal by two people,
the audit, and a job that is cancelled."""
import base64, csv, json, os, pathlib, random, subprocess, sys, time

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from outsider import Account, Server, check, request, uscc

SPACE, PASS, SYNTH = TMP / "space", TMP / "pass", TMP / "synth"
PURPOSE = "insurance_product_design"
ROWS = 7000
KEPT = {"bkkp_sn": {"technique": "pseudonym"}, "psn_no": {"technique": "pseudonym", "domain": "person"}, "setl_id": {"technique": "encrypt", "mode": "deterministic"},
        "fee_ocur_time": {"technique": "keep"}, "pric": {"technique": "keep"}, "det_item_fee_sumamt": {"technique": "keep"}, "chrgitm_lv": {"technique": "keep"},
        "list_type": {"technique": "keep"}}
STRATEGY = {"format": "sluice-strategy/1", "id": "fees", "version": "1", "title": "费用明细", "k_min": 5, "quasi_identifiers": ["chrgitm_lv", "list_type"],
            "marks": {"row_key": "bkkp_sn", "one_in": 1, "carriers": [{"column": "fee_ocur_time", "kind": "day"}], "tokens": True}}
AGREED = ["bkkp_sn", "psn_no", "setl_id", "fee_ocur_time", "pric", "det_item_fee_sumamt", "chrgitm_lv", "list_type"]


def run(*args, code=0):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode == code, f"sluice {' '.join(map(str, args[:2]))}: {done.returncode} {done.stdout[-300:]} {done.stderr[-400:]}")
    return done.stdout


def refused(answer, status, code, what):
    check(answer.status == status and answer.code == code, f"{what}: wanted {status} {code}, got {answer.status} {answer.body[:300]}")


PASS.write_text("a passphrase for the test\n")
made = json.loads(run("init", SPACE, "--name", "测试医疗保障局", "--uscc", uscc(11), "--passphrase-file", PASS, "--json"))
server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
people = {a["account"]: Account(server, a["account"], a["password"]).begin() for a in made["accounts"]}
agency = people["sysadmin"].sign_in()["party"]["id"]
keys, ids = {}, {}


def enrol(party, name, *duties):
    person = people["sysadmin"].post("/people", {"party": party, "account": name, "display_name": "人员 " + name})
    for duty in duties:
        people["secadmin"].post(f"/people/{person['id']}/duties", {"duty": duty})
    people[name], ids[name] = Account(server, name, person["password"]).begin(), person["id"]
    return people[name]


def party(name, serial):
    new = people["sysadmin"].post("/parties", {"name": name, "uscc": uscc(serial), "role": "data_user", "evidence": "登记证"})
    people["secadmin"].post(f"/parties/{new['id']}/verify", {"evidence": "公示系统一致"})
    return new["id"]


def sign(name, text):
    (TMP / "to_sign").write_text(text)
    return json.loads(run("sign", "--key", keys[name], "--json", TMP / "to_sign"))["signature"]


def key(of, name):
    keys[name] = TMP / f"{name}.key"
    shown = base64.b64encode(bytes.fromhex(json.loads(run("key", "new", "--out", keys[name], "--name", name, "--no-passphrase", "--json"))["public_key"])).decode()
    proof = "sluice/party-key/v1\n" + json.dumps({"party": of, "public_key": shown}, separators=(",", ":"))
    proposed = people["secadmin"].post(f"/parties/{of}/key", {"public_key": shown, "proof": sign(name, proof)})["proposed_key"]
    people["sysadmin"].post(f"/parties/{of}/key/decide", {"key_id": proposed["key_id"], "approve": True})


for name, duties in {"manager": ["data_manager"], "officer": ["security_officer"], "registrar": ["registrar"], "signer": ["contract_signer"], "pi": ["pi_officer"],
                     "m1": ["committee_member"], "m2": ["committee_member"], "m3": ["committee_member"]}.items():
    enrol(agency, name, *duties)
insurer, rival = party("示例保险公司", 12), party("另一保险公司", 13)
for of, who in ((insurer, "insurer"), (rival, "rival")):
    enrol(of, who, "data_user")
    enrol(of, who + "signer", "contract_signer")
    key(of, who)
key(agency, "agency")
manager, officer, pi = people["manager"], people["officer"], people["pi"]

# A sealed version with confirmed grades.
run("synth", "--out", SYNTH, "--rows", ROWS)
source = list(csv.DictReader(open(SYNTH / "fee_list_d.csv", encoding="utf-8")))
sealed = json.loads(run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", SYNTH / "plans/fee_list_d.yaml", "--source-key", SYNTH / "source.pub", "--json",
                        SYNTH / "fee_list_d.csv"))[0]
check(sealed["sealed"], f"collected: {sealed}")
base = f"/datasets/{sealed['dataset']}/versions/{sealed['version']}"
graded = manager.post(base + "/classify")
manager.post(f"/datasets/{sealed['dataset']}/confirm", {"verdicts": [
    {"column": c["column"], "type": c["proposal"]["type"], "category": c["proposal"]["category"], "level": c["proposal"]["level"],
     "identifying": c["proposal"]["identifying"], "quasi": c["proposal"]["quasi"], "reason": ""} for c in graded["columns"]]})
columns = [c["column"] for c in graded["columns"]]
strategy_text = dict(STRATEGY, fields=[dict(KEPT.get(c, {"technique": "suppress"}), column=c) for c in columns])

# Risk, by the officer; the overview says what can be done.
overview = officer.get(base + "/deident")
check(overview["rows"] == len(source) and "preview" in overview["can"] and "recheck" not in overview["can"], f"overview: {overview['can']}")
risk = officer.post(base + "/risk", {"quasi": ["chrgitm_lv", "list_type", "psn_no"]})
check(risk["rows"] == len(source) and risk["histogram"] and len(risk["profiles"]) == 3, "the risk report has classes and profiles")
check(people["insurer"].call("GET", base + "/deident").status == 404, "a stranger's dataset is not there")

# A composed strategy, a preview and a comparison: nothing is masked yet, and no value leaves without a right to it.
plan = officer.post(base + "/plan", {"share_type": "controlled"})
check({r["column"] for r in plan["strategy"]["fields"]} == set(columns), "the composed strategy names every column")
preview = officer.post(base + "/preview", {"strategy": strategy_text, "show": 5})
shown = preview["shown"]
check(preview["rows_total"] == len(source) and len(shown["after"]) == 5 and shown["before"] is None, "a preview shows masked rows only")
by_name = {c["column"]: c for c in preview["columns"]}
check(by_name["psn_no"]["changed_permille"] == 1000 and by_name["psn_no"]["distinct_after"] == by_name["psn_no"]["distinct_before"], f"pseudonyms: {by_name['psn_no']}")
originals = {r["psn_no"] for r in source}
check(not originals & {cell for row in shown["after"] for cell in row}, "no original number is shown")
at = shown["columns"].index("psn_no")
check(all(row[at].startswith("⟨") for row in shown["after"]) and [f for f in shown["forms"] if f["column"] == "psn_no" and f["masked"] and f["masked"] != f["example"]], f"its form, and what becomes of an example: {shown['forms']}")
check(preview["risk_after"]["rows"] == len(source) and preview["k_min"] == 5, "risk is that of all rows")
utility = preview["utility"]
kept_of = {c["name"]: c for c in utility["columns"]}
check(utility["rows_before"] == preview["rows_sampled"] and kept_of["pric"]["total_variation"] == 0 and "psn_no" not in kept_of, f"use of the sample: {kept_of}")
check(all("mean_before" not in c for c in kept_of.values()) and utility["queries"]["random"] > 0, "no mean from which a row could be told")
kept = dict(strategy_text, id="leaky", fields=[dict(f, technique="keep") if f["column"] == "psn_no" else f for f in strategy_text["fields"]])
kept["fields"] = [{k: v for k, v in f.items() if not (f["column"] == "psn_no" and k == "domain")} for f in kept["fields"]]
both = officer.post(base + "/compare", {"a": strategy_text, "b": kept})
check(any(f["rule"] == "direct_identifier_kept" for f in both["b"]["findings"]) and not any(f["rule"] == "direct_identifier_kept" for f in both["a"]["findings"]),
      f"the comparison says which one keeps an identifier: {both['b']['findings']}")
# What was dropped and follows from what stays is told, in a space as of a file; none of the dropped cells leaves the worker.
telling = dict(strategy_text, id="telling", marks=None, fields=[{"column": f["column"], "technique": {"mdtrt_id": "keep", "psn_no": "suppress"}.get(f["column"], f["technique"])} if
                                                    f["column"] in ("mdtrt_id", "psn_no") else f for f in strategy_text["fields"]])
told = officer.post(base + "/preview", {"strategy": {k: v for k, v in telling.items() if v is not None}, "show": 3})
check(["mdtrt_id", "psn_no"] in [f["columns"] for f in told["findings"] if f["rule"] == "dropped_follows"], f"a person follows from the visit: {told['findings']}")
check("psn_no" not in told["shown"]["columns"] and not any(r["psn_no"] in json.dumps(told, ensure_ascii=False) for r in source), "no dropped cell is told")
refused(manager.call("POST", base + "/preview", {"strategy": {"format": "x"}}), 400, "strategy.unsupported_format", "no strategy")
people["secadmin"].post("/access/rights", {"person": ids["manager"], "scope": {"actions": ["list_values"], "datasets": [sealed["dataset"]], "level_max": 4},
                                           "expires_ms": int(time.time() * 1000) + 86_400_000, "reason": "核对"})
asked = manager.post("/operations", {"what": "list_values", "dataset": sealed["dataset"], "version": sealed["version"], "columns": ["chrgitm_lv", "pric"], "first_row": 10,
                                     "rows": 3, "flow": "standing", "purpose": PURPOSE, "reason": "核对脱敏效果"})
with_right = manager.post(base + "/preview", {"strategy": strategy_text, "show": 20, "operation": asked["id"]})["shown"]
check([[a, float(b)] for a, b in with_right["before"]] == [[r["chrgitm_lv"], float(r["pric"])] for r in source[10:13]] and with_right["rows"] == [10, 11, 12], f"before, within the right: {with_right}")
refused(manager.call("POST", base + "/preview", {"strategy": strategy_text, "operation": asked["id"]}), 409, "operation.over", "an operation is done once")

# Masked, with what C6.5.3 asks in the ledger and in the receipt; checked by code that shares nothing with masking.
strategy = officer.post(f"/datasets/{sealed['dataset']}/strategies", {"text": strategy_text})
masked = officer.post(f"/strategies/{strategy['id']}/apply", {"version": sealed["version"]})
receipts = officer.get("/receipts")["items"]
check(receipts[0]["version"] == masked["version"] and receipts[0]["current"] and receipts[0]["strategy_version"] == "1", f"receipts: {receipts[:1]}")
receipt = officer.get(f"/versions/{masked['version']}/receipt")
for member in ("performed_by", "input_manifest_sm3", "output_manifest_sm3", "key_id", "strategy_digest", "fields", "risk_before", "risk_after"):
    check(receipt.get(member), f"the receipt has {member}")
checked = officer.post(f"/versions/{masked['version']}/recheck", {"k": 5})
check(checked["holds"] and checked["rows"] == len(source), f"the independent check holds: {[f for f in checked['findings'] if f['outcome'] == 'broken']}")

# Products, contracts, releases: a file for one recipient, an API for the other.
form = {"name": "费用结构", "summary": "去标识化的费用明细", "suited_uses": "产品设计", "forbidden_uses": "重标识", "authorisation": "委员会审批", "time_span": "2024-2025",
        "keywords": ["费用"], "applications": [], "interfaces": [], "related_products": [], "flow": "share", "share": "controlled", "forms": ["file", "api"],
        "columns": AGREED, "price_fen": 0}
product = manager.post("/products", {"dataset": sealed["dataset"], "version": masked["version"], "form": form})["id"]
manager.post(f"/products/{product}/check")
officer.post(f"/products/{product}/review", {"approve": True, "reason": "符合"})
check(people["registrar"].post(f"/products/{product}/register", {"approve": True, "reason": "通过"})["status"] == "registered", "registered")

# The impact assessment that a release of this level demands, for each recipient.
questions = manager.get("/law/template")["assessment"]["questions"]
for recipient in (insurer, rival):
    drafted = manager.post("/law/assessments", {"product": product, "recipient": recipient, "purpose": PURPOSE, "columns": AGREED, "conclusion": "可行",
        "answers": [{"question": q["id"], "answer": "符合"} for q in questions], "legal_basis": "public_interest",
        "risks": [{"risk": "重标识", "likelihood": "medium", "severity": "moderate", "measure": "假名与标记", "residual_likelihood": "low", "residual_severity": "moderate"}]})
    pi.post(f"/law/assessments/{drafted['id']}/decide", {"approve": True, "reason": "同意"})


def contract(who, how):
    wish = {"purpose": PURPOSE, "legal_basis": "public_interest", "purpose_note": "产品设计", "safety_measures": "专机专人", "scenario": "controller_to_user", "form": how,
            "columns": AGREED, "row_filter": [], "deliveries_max": 1 if how == "file" else 100, "rate_per_minute": 0 if how == "file" else 60, "valid_days": 30, "cross_border": False}
    asked_for = people[who].post("/applications", {"product": product, "form": wish})
    for member in ("m1", "m2", "m3"):
        if people["m1"].get(f"/applications/{asked_for['id']}")["status"] == "voting":
            people[member].post(f"/applications/{asked_for['id']}/vote", {"approve": True, "reason": "必要"})
    drawn = manager.post(f"/applications/{asked_for['id']}/contract", {"duties": "专人保管", "liability": "依法追责"})["id"]
    for name, whose in (("signer", "agency"), (who + "signer", who)):
        document = people[name].get(f"/contracts/{drawn}")["document"]
        people[name].post(f"/contracts/{drawn}/sign", {"signature": sign(whose, document)})
    return drawn


released = manager.post(f"/contracts/{contract('insurer', 'file')}/release", {"purpose": PURPOSE})
envelope = people["insurer"].call("GET", f"/releases/{released['id']}/file")
(TMP / "copy.sluice").write_bytes(envelope.body)
run("open", "--key", keys["insurer"], "--out", TMP / "copy.csv", TMP / "copy.sluice")
copy = list(csv.DictReader(open(TMP / "copy.csv", encoding="utf-8")))
check(len(copy) == len(source), "all rows were released")
moved = sum(a["fee_ocur_time"][:10] != b["fee_ocur_time"][:10] for a, b in zip(copy, source))
check(2000 < moved < 5000, f"about half the carriers were changed: {moved}")
check(all(float(a[c]) == float(b[c]) for a, b in zip(copy, source) for c in ("pric", "det_item_fee_sumamt")) and all(a["chrgitm_lv"] == b["chrgitm_lv"] for a, b in zip(copy, source)),
      "prices, totals and codes bear no marks")
theirs = people["insurer"].get(f"/releases/{released['id']}")
check("marks" not in theirs and "marked" not in theirs, "the recipient is not told how the copy is marked")
check(people["insurer"].get("/deident/marks")["items"] == [], "nor by the list of marks")
again = officer.post(f"/releases/{released['id']}/recheck", {})
digest = [f for f in again["findings"] if f["check"] == "digest"][0]
check(again["holds"] and digest["outcome"] == "ok", f"written again, it is the file that was delivered: {[f for f in again['findings'] if f['outcome'] == 'broken']}")

opened = people["rival"].post(f"/contracts/{contract('rival', 'api')}/release", {"purpose": PURPOSE})
pages, cursor = [], 0
while cursor is not None:
    page = request(server, "GET", f"/api/v1/data?limit=1000&cursor={cursor}", None, {"Authorization": "Bearer " + opened["token"]}).json
    pages += page["rows"]
    cursor = page["next"]
check(len(pages) == len(source) and sum(a["fee_ocur_time"] != b["fee_ocur_time"] for a, b in zip(pages, copy)) > 1000, "pages bear the marks of their own recipient")
marks = officer.get("/deident/marks")["items"]
check({m["party"] for m in marks} == {insurer, rival} and all(m["carriers"] == ["fee_ocur_time", "bkkp_sn", "psn_no"] for m in marks), f"marks on record: {marks}")
check(sum(a["bkkp_sn"] != b["bkkp_sn"] for a, b in zip(pages, copy)) > 1000 and all(a["bkkp_sn"][:12] == b["bkkp_sn"][:12] for a, b in zip(pages, copy)), "tokens of two recipients share their stems")
check(len({r["psn_no"] for r in copy}) == len({r["psn_no"] for r in source}) == len({r["psn_no"] for r in pages}), "and stay one to one")
# A token is found by whatever symbol it shows: the rival names one out of the insurer's copy.
differing = next(a for a, b in zip(copy, pages) if a["psn_no"] != b["psn_no"])
found = request(server, "GET", "/api/v1/data?limit=1000&psn_no.eq=" + differing["psn_no"], None, {"Authorization": "Bearer " + opened["token"]})
check(found.status == 200 and len(found.json["rows"]) == sum(r["psn_no"] == differing["psn_no"] for r in copy), f"rows of one token: {found.status} {found.body[:200]}")

# The leak: half the rows, another order, without most columns. The space's own records name whose copy it was.
order = random.Random(7)


def leak(rows, names, path):
    some = order.sample(rows, len(rows) // 2)
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(some)


leak(copy, ["list_type", "fee_ocur_time", "bkkp_sn"], TMP / "leak.csv")
leak(pages, ["bkkp_sn", "fee_ocur_time"], TMP / "leak2.csv")
(TMP / "officer.pw").write_text(officer.password + "\n")
signed_in = ["--space", SPACE, "--as", "officer", "--password-file", TMP / "officer.pw"]
named = json.loads(run("deident", "trace", TMP / "leak.csv", *signed_in, "--reason", "网上发现", "--json"))
accused = [r for r in named["recipients"] if r["accused"]]
check([r["party"] for r in accused] == [insurer] and accused[0]["releases"] == [released["id"]] and float(accused[0]["false_accusation_bound"]) < 1e-6,
      f"the insurer is named and nobody else: {named}")
# No date, no amount: one column of tokens is enough, under another name.
with open(TMP / "tokens.csv", "w", encoding="utf-8") as out:
    out.write("x\n" + "".join(r["bkkp_sn"] + "\n" for r in order.sample(copy, len(copy) // 2)))
by_tokens = json.loads(run("deident", "trace", TMP / "tokens.csv", *signed_in, "--reason", "只剩一列", "--json"))
check([r["party"] for r in by_tokens["recipients"] if r["accused"]] == [insurer], f"named by its tokens: {by_tokens}")
# Larger files come in parts: the bytes as they are, whatever their encoding, cut anywhere.
leak, upload = (TMP / "leak2.csv").read_bytes(), None
for at in range(0, len(leak), 50_000):
    part = {"data": base64.b64encode(leak[at:at + 50_000]).decode()} | ({"upload": upload} if upload else {})
    sent = officer.post("/deident/suspects", part)
    upload = sent["upload"]
check(sent["bytes"] == len(leak), f"all parts arrived: {sent}")
refused(manager.call("POST", "/deident/suspects", {"data": "YQ=="}), 403, "duty.missing", "parts are the security officer's too")
refused(officer.call("POST", "/deident/trace", {"dataset": sealed["dataset"], "upload": "su_0000000000000000", "reason": "x"}), 404, "trace.unknown_upload", "nobody else's parts")
second = officer.post("/deident/trace", {"dataset": sealed["dataset"], "upload": upload, "reason": "举报"})
check([r["party"] for r in second["recipients"] if r["accused"]] == [rival], f"the rival is named by its pages: {second}")
innocent = officer.post("/deident/trace", {"dataset": sealed["dataset"], "text": "bkkp_sn,fee_ocur_time\n" + "".join(f"X{i},2024-01-{1 + i % 28:02d}\n" for i in range(3000)), "reason": "排除"})
check(not any(r["accused"] for r in innocent["recipients"]), "a file of something else names nobody")
refused(officer.call("POST", "/deident/trace", {"dataset": sealed["dataset"], "text": "a,b\n1,2\n", "reason": "x"}), 422, "trace.no_carrier", "nothing to read")
refused(manager.call("POST", "/deident/trace", {"dataset": sealed["dataset"], "text": "a\n1\n", "reason": "x"}), 403, "duty.missing", "a trace is the security officer's")
check(len(officer.get("/deident/traces")["items"]) == 5, "every trace is on record, the failed one too")

# Reversal: two people, a reason, once.
other = next(i for i, row in enumerate(copy) if row["psn_no"] != copy[3]["psn_no"])
wanted = [copy[3]["psn_no"], copy[other]["psn_no"], "NOTAPSEUDONYMOFTHIS1"]
request_body = {"version": masked["version"], "column": "psn_no", "values": wanted, "reason": "稽核立案", "case_ref": "案 2026-7"}
refused(manager.call("POST", "/reversals", request_body), 403, "duty.missing", "a data manager does not ask")
refused(officer.call("POST", "/reversals", dict(request_body, column="list_type")), 422, "reversal.not_reversible", "a kept column")
reversal = officer.post("/reversals", request_body)
check(reversal["count"] == 3 and reversal["status"] == "requested" and wanted[0] not in json.dumps(reversal), "the request holds no value")
refused(officer.call("POST", f"/reversals/{reversal['id']}/run", {}), 422, "reversal.awaits_decision", "not before it is allowed")
refused(officer.call("POST", f"/reversals/{reversal['id']}/decide", {"approve": True, "reason": "自批"}), 403, "duty.second_person_needed", "the same person twice")
check(pi.post(f"/reversals/{reversal['id']}/decide", {"approve": True, "reason": "属实"})["status"] == "allowed", "allowed by another")
refused(pi.call("POST", f"/reversals/{reversal['id']}/run", {}), 403, "reversal.not_yours", "run by who asked")
back = officer.post(f"/reversals/{reversal['id']}/run")
expected = {copy[3]["psn_no"]: source[3]["psn_no"], copy[other]["psn_no"]: source[other]["psn_no"], wanted[2]: None}
check({v["value"]: v["original"] for v in back["values"]} == expected, f"the originals: {back}")
check(back["reversal"]["restored"] == 2 and back["reversal"]["missing"] == 1 and back["reversal"]["status"] == "done", "counted")
refused(officer.call("POST", f"/reversals/{reversal['id']}/run", {}), 409, "reversal.over", "once")
(TMP / "pi.pw").write_text(pi.password + "\n")
by_cli = json.loads(run("reverse", "request", masked["version"], *signed_in, "--column", "setl_id", "--value", copy[5]["setl_id"], "--reason", "核查", "--json"))
run("reverse", "allow", by_cli["id"], "--space", SPACE, "--as", "pi", "--password-file", TMP / "pi.pw", "--code", pi.code(), "--reason", "同意")
answer = run("reverse", "run", by_cli["id"], *signed_in, "--code", officer.code())
check(answer.strip() == f"{copy[5]['setl_id']}\t{source[5]['setl_id']}", f"deciphered on the command line: {answer!r}")
ledger = (SPACE / "ledger.sqlite").read_bytes()
check(wanted[0].encode() not in ledger and wanted[2].encode() not in ledger, "the ledger holds none of the values")

# The audit: clean first, then a later version of the strategy makes what it fed outdated.
audit = json.loads(run("deident", "audit", *signed_in, "--json"))
check(audit["checked"] == {"versions": 1, "products": 1, "releases": 2} and not [f for f in audit["items"] if f["serious"]], f"nothing serious: {audit}")
officer.post(f"/datasets/{sealed['dataset']}/strategies", {"text": dict(strategy_text, version="2")})
column = next(c for c in graded["columns"] if c["column"] == "pric")["proposal"]
manager.post(f"/datasets/{sealed['dataset']}/confirm", {"verdicts": [{"column": "pric", "type": column["type"], "category": column["category"], "level": 4,
                                                                     "identifying": column["identifying"], "quasi": column["quasi"], "reason": "重新定级"}]})
audit = json.loads(run("deident", "audit", *signed_in, "--json", code=6))
rules = {(f["rule"], f["kind"]) for f in audit["items"]}
check({("strategy_superseded", "version"), ("strategy_superseded", "release"), ("grade_raised", "product")} <= rules, f"outdated and graded higher: {rules}")
check(not officer.get(base + "/deident")["strategies"][0]["current"] or len(officer.get(base + "/deident")["strategies"]) == 2, "one of two versions is current")

# A job of one's own can be cancelled; what it had begun is ended.
begun = officer.call("POST", base + "/preview", {"strategy": strategy_text}, Prefer="respond-async")
check(begun.status == 202, f"a job: {begun.status}")
cancelled = officer.call("DELETE", begun.headers["location"].removeprefix("/api/v1"))
check(cancelled.status == 200 and cancelled.json["state"] in ("failed", "done", "running"), f"cancelled: {cancelled.body}")
check(manager.call("DELETE", begun.headers["location"].removeprefix("/api/v1")).status == 404, "another's job is not there")
# A technique that was not made to take names away leaves them: the column stays what it was, and no product offers it.
for loose in ({"technique": "rare", "k": 2, "value": "*"}, {"technique": "hierarchy", "hierarchy": "amount", "height": 0}):
    named_so = officer.post(f"/datasets/{sealed['dataset']}/strategies", {"text": dict(strategy_text, id="loose-" + loose["technique"], fields=[
        dict(loose, column="psn_no") if f["column"] == "psn_no" else f for f in strategy_text["fields"]])})
    left = officer.post(f"/strategies/{named_so['id']}/apply", {"version": sealed["version"]})
    offered = manager.call("POST", "/products", {"dataset": sealed["dataset"], "version": left["version"], "form": form})
    outcome = manager.post(f"/products/{offered.json['id']}/check") if offered.status < 300 else offered.json
    check(offered.status >= 300 or not all(c["passed"] for c in outcome["checks"]), f"{loose}: {outcome}")
    check(any(f["rule"] == "identifier_kept" and f["column"] == "psn_no" for f in officer.get("/deident/audit")["items"] if f.get("version") == left["version"]), f"{loose}: the audit says so")
server.stop()
print("ok")
