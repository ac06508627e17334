#!/usr/bin/env python3
"""Story A, 惠民保核赔: impact assessment, the person's separate consent and a contract come before an API that answers for one person. Amounts
reconcile, each call has its receipt, the person's own view shows it; and every way in which it must be refused, each with its reason."""
import csv, json, os, pathlib, re, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check, request

PURPOSE = "insurance_claims_service"
OUT = ["begndate", "enddate", "medfee_sumamt", "inscp_amt", "fund_pay_sumamt", "psn_pay"]
IN = ["certno", "setl_id"]
TABLE = IN + OUT + ["dscg_maindiag_code"]
PLAN = pathlib.Path(os.environ["SLUICE_ROOT"], "tests/support/claims_plan.yaml").read_text(encoding="utf-8")


def settlements(a):
    """What the source hands over: settlements with their person, from the synthetic tables."""
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 1500)
    read = lambda name: list(csv.DictReader(open(synth / f"{name}.csv", encoding="utf-8-sig")))
    person = {r["psn_no"]: r["certno"] for r in read("psn_info_b")}
    diagnosis = {r["mdtrt_id"]: r["dscg_maindiag_code"] for r in read("mdtrt_d")}
    rows = [dict({c: r[c] for c in TABLE[1:-1]}, certno=person[r["psn_no"]], dscg_maindiag_code=diagnosis.get(r["mdtrt_id"], "")) for r in read("setl_d") if r["psn_no"] in person]
    rows = list({r["setl_id"]: r for r in rows}.values())
    file = a.tmp / "claims.csv"
    with open(file, "w", newline="", encoding="utf-8") as f:
        writer = csv.DictWriter(f, TABLE, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (a.tmp / "claims.yaml").write_text(PLAN)
    a.run("key", "new", "--out", a.tmp / "source.key", "--no-passphrase", "--json")
    a.run("manifest", "--plan", a.tmp / "claims.yaml", "--key", a.tmp / "source.key", "--batch", "1", file)
    return rows, file


def fen(text):
    yuan, _, rest = text.partition(".")
    return int(yuan) * 100 + int((rest + "00")[:2])


a = Agency()
try:
    a.staff()
    insurer, rival = a.party("示例保险公司", 32), a.party("另一保险公司", 33)
    a.enrol(insurer, "user", "data_user")
    a.enrol(insurer, "usersigner", "contract_signer")
    a.key(a.agency, "agency")
    a.key(insurer, "insurer")
    rows, file = settlements(a)
    batch = a.collect(a.tmp / "claims.yaml", a.tmp / "source.key.pub", file)
    check(batch["sealed"], f"collected: {batch}")
    held = {} if not batch["held"] else batch
    grades = a.graded(batch)
    check(grades["certno"]["identifying"] and grades["certno"]["level"] == 4, f"the number names a person: {grades['certno']}")
    keep = {"technique": "keep"}
    masked = a.masked(batch, TABLE, {c: keep for c in IN + OUT}, title="一人一查", identifiers_kept=IN)

    # One person, with two settlements, and another person.
    by_person = {}
    for row in rows:
        by_person.setdefault(row["certno"], []).append(row)
    person = next(p for p, r in by_person.items() if len(r) >= 2)
    other = next(p for p in by_person if p != person)

    # An ordinary product may not hand this over, and one for one person is an API with inputs and nothing else.
    ordinary = a.people["manager"].call("POST", "/products", {"dataset": batch["dataset"], "version": masked["version"], "form": {
        "name": "x", "summary": "x", "suited_uses": "x", "forbidden_uses": "x", "authorisation": "x", "time_span": "2025", "keywords": ["x"], "applications": [],
        "interfaces": [], "related_products": [], "flow": "share", "share": "controlled", "forms": ["api", "file"], "columns": OUT, "price_fen": 0,
        "one_person": {"subject": "certno", "inputs": IN}}})
    refused(ordinary, "product.one_person_api_only", "one product, one road", 400)
    product = a.product(batch, masked["version"], OUT, ["api"], name="理赔核算一人一查", one_person={"subject": "certno", "inputs": IN})

    # Before the contract: what is not offered, the wrong purpose, a reinsurer abroad.
    ask = lambda columns=OUT, **wish: a.people["user"].call("POST", "/applications", a.application(product, columns, **wish))
    refused(ask(OUT + ["dscg_maindiag_code"]), "application.column_not_offered", "the diagnosis is not offered")
    problem = refused(ask(purpose="insurance_underwriting"), "policy.purpose_unknown", "underwriting is no permitted purpose")
    refused(ask(legal_basis="public_interest"), "policy.one_person_needs_consent", "another basis than the person's separate consent")
    problem = refused(ask(cross_border=True), "policy.cross_border_not_assessed", "a reinsurer abroad without assessment")
    check("G4.6a" in problem["params"]["detail"], f"the refusal cites its clause: {problem}")

    contract = a.agree("user", "usersigner", "insurer", a.application(product, OUT))
    shown = a.people["user"].get(f"/contracts/{contract}")
    check("逐人查询" in shown["text_zh"] and shown["terms"]["one_person"]["subject"] == "certno", "signers read that it is for one person at a time")

    # The impact assessment.
    opening = lambda purpose=PURPOSE: a.people["user"].call("POST", f"/contracts/{contract}/release", {"purpose": purpose})
    problem = refused(opening(), "law.assessment_missing", "no impact assessment")
    check("PIPL 55" in problem["params"]["detail"], f"with its clause: {problem}")
    case = a.people["user"].get(f"/law/cases/{contract}")
    check(not case["complete"] and {d["id"]: d["met"] for d in case["demands"]} == {"impact_assessment": False, "separate_consent": True}, f"the case: {case}")
    a.assess(product, insurer, "statistics", OUT)
    problem = refused(opening(), "law.assessment_due_again", "an assessment of another purpose")
    check("(purpose)" in problem["params"]["detail"], f"what changed: {problem}")
    drafted = a.assess(product, insurer, PURPOSE, OUT, approve=False)
    refused(opening(), "law.assessment_not_approved", "drafted, not approved")
    refused(a.people["manager"].call("POST", f"/law/assessments/{drafted}/decide", {"approve": True, "reason": "x"}), "duty.missing", "not by who drafted it", 403)
    a.people["pi"].post(f"/law/assessments/{drafted}/decide", {"approve": True, "reason": "措施与风险相适应"})
    kept = a.people["pi"].get(f"/law/assessments/{drafted}")
    check(kept["keep_until_ms"] - kept["decided_ms"] >= 3 * 365 * 86400000, "kept three years at least")
    check(a.people["user"].get(f"/law/cases/{contract}")["complete"], "the case is complete")

    refused(opening("insurance_underwriting"), "contract.purpose_not_agreed", "underwriting under this contract")
    opened = a.people["user"].post(f"/contracts/{contract}/release", {"purpose": PURPOSE})
    release, token = opened["release"]["id"], opened["token"]
    call = lambda certno, setl, more="": a.data(token, f"?certno.eq={certno}&setl_id.eq={setl}{more}")
    mine, theirs = by_person[person][0], by_person[other][0]

    # The separate consent.
    refused(call(person, mine["setl_id"]), "law.consent_missing", "no consent")
    consent_form = {"identifier": person, "product": product, "recipient": insurer, "purpose": PURPOSE, "columns": OUT, "evidence": "单独同意书 2026-0001",
                    "expires_ms": int(time.time() * 1000) + 20 * 86400000}
    refused(a.people["user"].call("POST", "/law/consents", consent_form), "duty.missing", "the insurer does not record consents", 403)
    a.consent(dict(consent_form, columns=OUT[:2]))
    refused(call(person, mine["setl_id"]), "law.consent_other_fields", "a consent to fewer fields")
    consent = a.people["pi"].post("/law/consents", consent_form)
    check(not consent["in_force"] and "check" in a.people["manager"].get(f"/law/consents/{consent['id']}")["can"], "another desk is asked")
    refused(call(person, mine["setl_id"]), "law.consent_not_checked", "recorded by one desk is not yet a consent")
    refused(a.people["pi"].call("POST", f"/law/consents/{consent['id']}/check", {"accept": True, "note": "x"}), "duty.second_person_needed", "not by who recorded it", 403)
    a.people["manager"].post(f"/law/consents/{consent['id']}/check", {"accept": True, "note": "与同意书原件一致"}, status=(200,))
    nobody = a.people["pi"].post("/law/consents", dict(consent_form, identifier="某个不在数据中的人"))
    refused(a.people["manager"].call("POST", f"/law/consents/{nobody['id']}/check", {"accept": True, "note": "x"}), "law.consent_nobody", "a person who is not in the data")
    a.people["manager"].post(f"/law/consents/{nobody['id']}/check", {"accept": False, "note": "数据中没有此人"}, status=(200,))
    check(consent["form"]["subject"].startswith("sb_") and person not in json.dumps(consent), "the register names a reference, not the person")

    # The call that is allowed.
    answer = call(person, mine["setl_id"])
    check(answer.status == 200 and len(answer.json["rows"]) == 1, f"one record: {answer.status} {answer.body[:300]}")
    record = answer.json["rows"][0]
    check(list(record) == OUT, f"the agreed fields and no other: {list(record)}")
    check(all(fen(record[c]) == fen(mine[c]) for c in OUT[2:]) and record["begndate"] == mine["begndate"], f"as the source settled it: {record}")
    check(fen(record["medfee_sumamt"]) == fen(record["fund_pay_sumamt"]) + fen(record["psn_pay"]), f"amounts reconcile: {record}")
    check(len(answer.json["receipt"]) == 64 and answer.json["next"] is None, "a receipt, and nothing more to fetch")
    calls = {c["receipt"]: c for c in a.people["user"].get(f"/releases/{release}/calls")["items"]}
    check(calls[answer.json["receipt"]]["consent"] == consent["id"], f"the receipt names the record of this call: {calls}")
    by_body = a.data(token, body={"filter": [{"column": "certno", "op": "eq", "values": [person]}, {"column": "setl_id", "op": "eq", "values": [mine["setl_id"]]}]})
    check(by_body.json["rows"] == answer.json["rows"], "the same asked in the body, which no proxy logs")

    # What is refused at the call.
    refused(a.data(token, f"?certno.eq={person}"), "api.input_missing", "all of one person's settlements")
    refused(a.data(token, f"?setl_id.eq={mine['setl_id']}"), "api.input_missing", "a settlement without its person")
    refused(a.data(token, f"?certno.eq={person}&setl_id.prefix=0"), "api.input_missing", "settlements by prefix")
    refused(call(person, theirs["setl_id"]), "api.record_not_of_person", "another person's settlement")
    refused(call(other, theirs["setl_id"]), "law.consent_missing", "another person, who did not consent")
    refused(call(person, mine["setl_id"], "&dscg_maindiag_code.eq=I10"), "contract.column_not_agreed", "the diagnosis")
    guesses = [call(person, f"guess{n}").code for n in range(6)]
    check(guesses[0] == "api.record_not_of_person" and guesses[-1] == "api.enumeration", f"trying out numbers is noticed: {guesses}")
    refused(call(person, mine["setl_id"]), "api.enumeration", "and stops the release for a while")

    # The person's own view.
    request_form = {"identifier": person, "what": "used", "channel": "经办窗口"}
    taken = a.people["pi"].post("/law/requests", request_form)
    refused(a.people["pi"].call("POST", f"/law/requests/{taken['id']}/decide", {"grant": True, "reason": "x"}), "law.request_not_verified", "not verified yet")
    verified = a.people["manager"].post(f"/law/requests/{taken['id']}/verify", {"method": "in_person", "evidence": "身份证原件核对"})
    a.people["pi"].post(f"/law/requests/{taken['id']}/decide", {"grant": True, "reason": "本人申请"})
    a.people["manager"].post(f"/law/requests/{taken['id']}/answer", {"note": "已出具使用记录"})
    told = a.people["manager"].get(f"/law/requests/{taken['id']}/answer")
    check(told["what"] == "used" and len(told["uses"]) >= 2, f"the answer: {told}")
    view = lambda secret: request(a.server, "GET", "/api/v1/my", headers={"Authorization": "Bearer " + secret})
    own = view(verified["token"]).json
    answered = [u for u in own["uses"] if "refused" not in u]
    check(len(answered) == 2 and answered[0]["recipient"] == "示例保险公司" and answered[0]["columns"] == OUT, f"who used it, for what: {own['uses']}")
    check(any(u.get("refused") == "law.consent_missing" for u in own["uses"]), "and who tried without consent")
    check(person not in json.dumps(own), "no identifier is repeated")
    refused(view("sls_" + "x" * 43), "law.bad_token", "a guessed token", 401)

    # Withdrawal, by the person, counts from the next call.
    a.restart()
    for account in a.people.values():
        account.sign_in()
    refused(call(person, mine["setl_id"]), "api.enumeration", "no restart forgets what was tried out; until the withdrawal the consent stands")
    active = [c["id"] for c in own["consents"] if c["columns"] == OUT][0]
    withdrawn = request(a.server, "POST", f"/api/v1/my/consents/{active}/withdraw", {}, {"Authorization": "Bearer " + verified["token"]})
    check(withdrawn.status == 200, f"withdrawn by the person: {withdrawn.body[:300]}")
    refused(call(person, mine["setl_id"]), "law.consent_withdrawn", "the next call after the withdrawal")
    check(not a.stored(person), f"the person's number stands in no file of the space: {a.stored(person)}")

    # A file of those who consented, and of nobody else.
    named = ["certno"] + OUT
    listed = a.product(batch, masked["version"], named, ["file"], name="同意者结算清单", one_person={"subject": "certno", "inputs": ["certno"]})
    filed = a.agree("user", "usersigner", "insurer", a.application(listed, named, form="file"))
    check("以单独同意为限" in a.people["user"].get(f"/contracts/{filed}")["text_zh"], "signers read whose rows leave")
    a.assess(listed, insurer, PURPOSE, named)
    refused(a.people["manager"].call("POST", f"/contracts/{filed}/release", {"purpose": PURPOSE}), "law.consent_missing", "nobody consented to this product")

    def release_file():
        made = a.work("manager", f"/contracts/{filed}/release", {"purpose": PURPOSE})
        sealed = request(a.server, "GET", f"/api/v1/releases/{made['release']['id'] if 'release' in made else made['id']}/file", headers={"Cookie": a.people["user"].cookie})
        (a.tmp / "sealed").write_bytes(sealed.body)
        (a.tmp / "opened.csv").unlink(missing_ok=True)
        a.run("open", "--key", a.keys["insurer"], "--out", a.tmp / "opened.csv", a.tmp / "sealed")
        return list(csv.DictReader(open(a.tmp / "opened.csv", encoding="utf-8-sig")))

    for_file = dict(consent_form, product=listed, columns=named)
    a.consent(dict(for_file, identifier=other))
    got = release_file()
    check({r["certno"] for r in got} == {other} and len(got) == len(by_person[other]) and list(got[0]) == named, f"one person's rows: {len(got)}")
    both = a.consent(for_file)
    got = release_file()
    check({r["certno"] for r in got} == {person, other} and len(got) == len(by_person[other]) + len(by_person[person]), "two who consented")
    a.people["pi"].post(f"/law/consents/{both['id']}/withdraw", {"reason": "本人来函撤回"})
    check({r["certno"] for r in release_file()} == {other}, "the next file is without who withdrew")
    own = view(verified["token"]).json
    check(any(u["columns"] == named for u in own["uses"] if "columns" in u), "the person sees the file that was made")
    check(not a.stored(person), f"the person's number stands in no file of the space: {a.stored(person)}")

    # The same registers at the command line.
    case = {language: a.at_the_desk("law", "case", contract, "--lang", language) for language in ("zh", "en")}
    check("齐备" in case["zh"] and "complete" not in case["zh"], f"the case, in words: {case['zh']}")
    check(case["en"].rstrip().endswith("complete") and not re.search("[\u4e00-\u9fff]", case["en"]), f"in English when English is asked for: {case['en']}")
    check(json.loads(a.at_the_desk("law", "list", "consents", "--json"))["total"] == 5, "consents at the command line")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("story A: told over TLS, refused with the reason each time")
