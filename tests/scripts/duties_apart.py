#!/usr/bin/env python3
"""Duties apart on the real program: each way by which one person, two accounts of one person, a deputy, or somebody from outside would get what
takes two is tried and refused with its reason; then the lawful way is walked. Parties' keys and their return, heads of units, administrators,
outside staff, access rules and rights, exceptions, one vote a person, drafts by deputies."""
import base64, json, os, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import Account, check

DAY, PURPOSE = 86400000, "insurance_product_design"
a = Agency()
try:
    sysadmin, secadmin, auditor = (a.people[n] for n in ("sysadmin", "secadmin", "auditadmin"))
    a.staff()
    manager, officer, pi = (a.people[n] for n in ("manager", "officer", "pi"))
    insurer = a.party("示例保险公司", 12)
    a.enrol(insurer, "user", "data_user")
    a.enrol(insurer, "usersigner", "contract_signer")

    def enrol(name, *duties, party=a.agency, **more):
        made = sysadmin.post("/people", dict({"party": party, "account": name, "display_name": "人员 " + name}, **more))
        for duty in duties:
            secadmin.post(f"/people/{made['id']}/duties", {"duty": duty})
        a.ids[name] = made["id"]
        a.people[name] = Account(a.server, name, made["password"]).begin()
        return a.people[name]

    def no(who, path, body, code, what, status=403):
        """Refused for this reason, with the second factor shown where it is asked for."""
        answer = who.call("POST", path, body)
        if answer.code == "session.step_up_needed" and code != "session.step_up_needed":
            who.step_up()
            answer = who.call("POST", path, body)
        refused(answer, code, what, status)

    def kinds(who):
        return [(i["kind"], i["object"]) for i in who.get("/inbox")["items"]]

    # A party's key: proposed by one, confirmed by another. What one person proposed is no key.
    a.keys["insurer"] = a.tmp / "insurer.key"
    made = a.run("key", "new", "--out", a.keys["insurer"], "--name", "insurer", "--no-passphrase", "--json")
    shown = base64.b64encode(bytes.fromhex(json.loads(made)["public_key"])).decode()
    proof = "sluice/party-key/v1\n" + json.dumps({"party": insurer, "public_key": shown}, separators=(",", ":"))
    body = {"public_key": shown, "proof": a.signature("insurer", proof)}
    proposed = secadmin.post(f"/parties/{insurer}/key", body)
    check(proposed["key_id"] == "" and "confirm-key" not in proposed["can"], f"proposed is not registered: {proposed}")
    key = {"key_id": proposed["proposed_key"]["key_id"], "approve": True}
    no(secadmin, f"/parties/{insurer}/key/decide", key, "duty.second_person_needed", "who proposed it does not confirm it")
    no(manager, f"/parties/{insurer}/key/decide", key, "duty.missing", "nor somebody without the duty")
    no(a.people["signer"], f"/parties/{insurer}/key/decide", key, "duty.missing", "nor a signer of another party")
    no(sysadmin, f"/parties/{insurer}/key/decide", dict(key, key_id="0" * 32), "party.no_key_proposed", "nor a key that was not looked at", 409)
    check(("confirm_party_key", insurer) in kinds(a.people["usersigner"]) and ("confirm_party_key", insurer) in kinds(sysadmin), "it waits for whose key it is, and for an administrator")
    confirmed = a.people["usersigner"].post(f"/parties/{insurer}/key/decide", key)
    check(confirmed["key_id"] == key["key_id"] and "proposed_key" not in confirmed, f"confirmed: {confirmed}")
    secadmin.post(f"/parties/{insurer}/key", body)
    sysadmin.post(f"/parties/{insurer}/key/decide", dict(key, approve=False, reason="未经该机构确认"))
    check(sysadmin.get(f"/parties/{insurer}")["key_id"] == key["key_id"], "refused: the one before holds")

    # A signer of the party proposes it too; then an administrator confirms, whoever else signs for the party. What its holder made elsewhere is a file.
    a.keys["next"] = a.tmp / "next.key"
    a.run("key", "new", "--out", a.keys["next"], "--name", "next", "--no-passphrase")
    a.run("party", "key", insurer, "--key", a.keys["next"], "--out", a.tmp / "next.proof")
    made = json.loads((a.tmp / "next.proof").read_text())
    check(sorted(made) == ["format", "party", "proof", "public_key"] and made["party"] == insurer, f"the proof, and nothing of the private half: {sorted(made)}")
    a.enrol(insurer, "usersigner2", "contract_signer")
    no(a.people["user"], f"/parties/{insurer}/key", {"public_key": made["public_key"], "proof": made["proof"]}, "duty.missing", "somebody of the party who signs nothing")
    no(a.people["usersigner"], f"/parties/{a.agency}/key", {"public_key": made["public_key"], "proof": made["proof"]}, "duty.missing", "another party's key")
    own = a.people["usersigner"].post(f"/parties/{insurer}/key", {"public_key": made["public_key"], "proof": made["proof"]})
    key = {"key_id": own["proposed_key"]["key_id"], "approve": True}
    check("confirm-key" not in own["can"], f"not by who proposed it: {own['can']}")
    no(a.people["usersigner2"], f"/parties/{insurer}/key/decide", key, "duty.missing", "two of the party are not the space's word")
    check(("confirm_party_key", insurer) not in kinds(a.people["usersigner2"]), "nor is it their task")
    check(secadmin.post(f"/parties/{insurer}/key/decide", key)["key_id"] == key["key_id"], "an administrator confirms")
    a.keys["insurer"] = a.keys["next"]

    # Administrators are people of the organisation that runs the space; a duty takes a second factor.
    for duty in ("system_admin", "security_admin", "audit_admin"):
        theirs = enrol("their_" + duty.split("_")[0], party=insurer)
        no(secadmin, f"/people/{theirs.get('/session')['person']}/duties", {"duty": duty}, "duty.own_organisation_only", f"{duty} of another organisation", 409)
    enrol("second_sysadmin", "system_admin")
    fresh = Account(a.server, "secadmin", secadmin.password)
    fresh.secret, fresh.step = secadmin.secret, secadmin.step
    fresh.sign_in()
    refused(fresh.call("POST", f"/people/{a.ids['user']}/duties", {"duty": "broker"}), "session.step_up_needed", "a duty takes a second factor", 403)

    # Outside staff decide over nobody, in whichever order it is tried.
    outside = enrol("outside")
    until = int(time.time() * 1000) + 30 * DAY
    sysadmin.post(f"/people/{a.ids['outside']}/engagement", {"sponsor": a.ids["officer"], "company": "某软件公司", "until_ms": until})
    for duty in ("committee_member", "pi_officer", "security_officer", "registrar", "contract_signer", "audit_admin"):
        no(secadmin, f"/people/{a.ids['outside']}/duties", {"duty": duty}, "duty.not_for_outsiders", f"{duty} for outside staff", 409)
    no(secadmin, "/deputyships", {"absent": a.ids["officer"], "deputy": a.ids["outside"], "duties": ["security_officer"], "from_ms": 0, "until_ms": until, "reason": "出差"},
       "duty.not_for_outsiders", "nor as a deputy", 409)
    no(sysadmin, f"/people/{a.ids['m1']}/engagement", {"sponsor": a.ids["officer"], "company": "x", "until_ms": until}, "duty.not_for_outsiders", "nor a member who becomes one", 409)
    secadmin.post(f"/people/{a.ids['outside']}/duties", {"duty": "data_user"})

    # Heads of units are named by the security administrator, on record.
    sysadmin.post("/units", {"name": "稽核处", "unit_kind": "implementing_department", "region": "990000"})
    unit = next(u for u in sysadmin.get("/organisation")["units"] if u["name"] == "稽核处")["id"]
    no(sysadmin, "/units", {"name": "信息处", "unit_kind": "lead_department", "head": a.ids["officer"]}, "unit.head_named_apart", "the system administrator names no head")
    no(sysadmin, f"/units/{unit}", {"name": "稽核处", "unit_kind": "implementing_department", "head": a.ids["officer"]}, "unit.head_named_apart", "nor by a change")
    no(sysadmin, f"/units/{unit}/head", {"head": a.ids["officer"], "reason": "任命"}, "duty.missing", "nor by name")
    no(secadmin, f"/units/{unit}/head", {"head": a.ids["outside"], "reason": "任命"}, "duty.not_for_outsiders", "nor outside staff", 409)
    me = secadmin.get("/session")["person"]
    no(secadmin, f"/units/{unit}/head", {"head": me, "reason": "任命"}, "duty.not_to_oneself", "nor oneself")
    secadmin.post(f"/units/{unit}/head", {"head": a.ids["officer"], "reason": "任命"})
    sysadmin.post(f"/units/{unit}", {"name": "基金稽核处", "unit_kind": "implementing_department", "region": "990000"})
    check(next(u for u in sysadmin.get("/organisation")["units"] if u["id"] == unit)["head"] == a.ids["officer"], "a change of the unit leaves its head")
    log = secadmin.get("/access/log")["items"]
    check(any(e["kind"] == "organisation.head_named" and e["body"]["head"] == a.ids["officer"] for e in log), "on record")

    # Two accounts of one person (the same telephone) are one: they give each other nothing, and have one vote.
    phone = "+86 139-0000-0001"
    enrol("twin_a", "committee_member", phone=phone)
    enrol("twin_b", "committee_member", phone="13900000001")
    admin_b = enrol("secadmin_b", "security_admin", phone="13900000002")
    enrol("work_of_b", phone="0086 13900000002")
    scope = {"actions": ["list_values"], "level_max": 4}
    grant = lambda **to: dict({"scope": scope, "expires_ms": until, "reason": "岗位"}, **to)
    no(admin_b, f"/people/{a.ids['work_of_b']}/duties", {"duty": "data_manager"}, "duty.not_to_oneself", "a duty for the own other account")
    no(admin_b, "/access/rights", grant(person=a.ids["work_of_b"]), "duty.not_to_oneself", "a right for it")
    sysadmin.post(f"/people/{a.ids['work_of_b']}/unit", {"unit": unit})
    no(admin_b, "/access/rights", grant(unit=unit), "duty.not_to_oneself", "a right of a unit where it sits")
    no(sysadmin, f"/people/{sysadmin.get('/session')['person']}/unit", {"unit": unit}, "duty.not_to_oneself", "nor does one place oneself")
    secadmin.post("/access/rights", grant(unit=unit))

    # Nobody adopts rules that widen the own reach.
    def rule(name, effect, duties, **more):
        return dict({"id": name, "effect": effect, "duties": duties, "units": [], "regions": [], "actions": ["list_values"], "datasets": [], "categories": [], "purposes": [],
                     "level_min": 1, "level_max": 3, "zh": "x", "en": "x"}, **more)
    adopt = lambda *rules: {"rules": list(rules), "reason": "按岗位"}
    no(officer, "/access/rules", adopt(rule("mine", "permit", ["security_officer"])), "access.rule_for_oneself", "for the own duty")
    no(officer, "/access/rules", adopt(rule("all", "permit", [])), "access.rule_for_oneself", "for everybody")
    stop = rule("stop", "forbid", ["security_officer"], level_max=5, purposes=["statistics"])
    officer.post("/access/rules", adopt(rule("managers", "permit", ["data_manager"]), stop))
    no(officer, "/access/rules", adopt(rule("managers", "permit", ["data_manager"])), "access.rule_for_oneself", "nor is what forbids taken away")
    officer.post("/access/rules", adopt(rule("managers", "permit", ["data_manager"], level_max=2), stop))
    standing = {"absent": a.ids["pi"], "deputy": a.ids["officer"], "duties": ["pi_officer"], "from_ms": 0, "until_ms": int(time.time() * 1000) + DAY, "reason": "病假"}
    secadmin.post("/deputyships", standing)
    no(officer, "/access/rules", adopt(rule("pi", "permit", ["pi_officer"]), stop), "access.rule_for_oneself", "nor for whom one stands in")
    deputyship = next(d for d in secadmin.get("/organisation")["deputyships"] if d["absent"] == a.ids["pi"])
    secadmin.post(f"/deputyships/{deputyship['id']}/end", {"reason": "返岗"})

    # Data, a product, the committee's vote: two accounts, one seat.
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", "3000", "--seed", "7")
    batch = a.collect(synth / "plans/mdtrt_d.yaml", synth / "source.pub", synth / "mdtrt_d.csv")
    verdicts = a.graded(batch)
    kept = {"gend": {"technique": "keep"}, "med_type": {"technique": "keep"}, "begntime": {"technique": "date", "unit": "year"}}
    masked = a.masked(batch, list(verdicts), kept, k_min=5, quasi_identifiers=["gend", "begntime"])
    product = a.product(batch, masked["version"], ["gend", "med_type"], ["file"])
    a.key(a.agency, "agency")
    a.assess(product, insurer, PURPOSE, ["gend", "med_type"], legal_basis="consent")
    asked = a.people["user"].post("/applications", a.application(product, ["gend", "med_type"], purpose=PURPOSE, legal_basis="consent", form="file",
                                                                         rate_per_minute=0, deliveries_max=2))
    roster = a.people["m1"].get(f"/applications/{asked['id']}")["roster"]
    seated = [n for n in ("twin_a", "twin_b") if a.ids[n] in roster]
    check(len(roster) == 4 and len(seated) == 1, f"five accounts, four people: {roster}")
    empty = "twin_b" if seated == ["twin_a"] else "twin_a"
    vote = {"approve": True, "reason": "必要"}
    a.people[seated[0]].post(f"/applications/{asked['id']}/vote", vote)
    no(a.people[empty], f"/applications/{asked['id']}/vote", vote, "application.not_on_roster", "the other account of the same person")
    for member in ("m1", "m2", "m3"):
        if a.people["m1"].get(f"/applications/{asked['id']}")["status"] == "voting":
            a.people[member].post(f"/applications/{asked['id']}/vote", vote)
    contract = manager.post(f"/applications/{asked['id']}/contract", {"duties": "专人保管", "liability": "依法追责"})["id"]
    for name, whose in (("signer", "agency"), ("usersigner", "insurer")):
        document = a.people[name].get(f"/contracts/{contract}")["document"]
        a.people[name].post(f"/contracts/{contract}/sign", {"signature": a.signature(whose, document)})

    # Two accounts of one person are one witness as well.
    work = secadmin.post("/key-works", {"proposal": {"work": "rotate_datasets", "reason": "年度"}})["id"]
    no(secadmin, f"/key-works/{work}/witness", {"verdict": "agree"}, "duty.second_person_needed", "one's own work")

    # A deputy: recorded as whose act for whom, and never about the own or the principal's request.
    of = {"dataset": batch["dataset"], "version": batch["version"], "what": "download", "columns": ["gend"], "first_row": 0, "rows": 0, "flow": "person", "purpose": "fund_supervision", "reason": "核对"}
    secadmin.post("/access/rights", grant(person=a.ids["manager"], scope={"actions": ["list_values", "download"], "level_max": 4}))
    deputy = enrol("deputy", "pi_officer")
    secadmin.post("/deputyships", {"absent": a.ids["officer"], "deputy": a.ids["deputy"], "duties": ["security_officer"], "from_ms": 0, "until_ms": int(time.time() * 1000) + DAY, "reason": "出差"})
    strategy = {"format": "sluice-strategy/1", "id": "deputy", "version": "1", "fields": [{"column": c, "technique": "suppress"} for c in verdicts]}
    deputy.post(f"/datasets/{batch['dataset']}/strategies", {"text": strategy})
    acted = next(e for e in secadmin.get("/access/log")["items"] if e["kind"] == "organisation.deputy_acted")
    check(acted["actor"] == a.ids["deputy"] and acted["body"]["absent"] == a.ids["officer"] and acted["body"]["command"] == "masking.adopt_strategy", f"X for Y: {acted}")
    secadmin.post("/access/rights", grant(person=a.ids["officer"], scope={"actions": ["list_values"], "level_max": 4}))
    operation = officer.post("/operations", dict(of, what="list_values", rows=10))
    no(deputy, f"/operations/{operation['id']}/decide", {"approve": True, "reason": "x"}, "duty.second_person_needed", "who stands in for the requester, by the own duty")
    pi.post(f"/operations/{operation['id']}/decide", {"approve": True, "reason": "必要"})

    # Exceptions: whoever granted one does not review it.
    high = next(c for c, v in verdicts.items() if v["level"] == 4)
    asked_for = manager.post("/exceptions", {"what": "download", "dataset": batch["dataset"], "columns": [high], "days": 2, "reason": "配合核查", "measures": "专机"})["id"]
    no(manager, f"/exceptions/{asked_for}/decide", {"approve": True, "reason": "x"}, "duty.missing", "not by oneself")
    pi.post(f"/exceptions/{asked_for}/decide", {"approve": True, "days": 1, "reason": "限一日"})
    manager.post(f"/exceptions/{asked_for}/end", {"reason": "已完成"})
    no(pi, f"/exceptions/{asked_for}/review", {"verdict": "not_used", "note": "x"}, "duty.second_person_needed", "who granted it does not review it")
    check(("review_exception", asked_for) not in kinds(pi) and ("review_exception", asked_for) in kinds(auditor), "it waits for somebody else")
    check(auditor.post(f"/exceptions/{asked_for}/review", {"verdict": "not_used", "note": "未执行"})["status"] == "reviewed", "the audit administrator reviews")

    # A party is suspended at once, and resumed by two.
    no(secadmin, f"/parties/{a.agency}/suspend", {"reason": "x"}, "party.own_organisation", "never the organisation that runs the space")
    secadmin.post(f"/parties/{insurer}/suspend", {"reason": "核查"})
    check(a.people["user"].call("GET", "/inbox").status == 401, "its sessions ended")
    no(manager, f"/contracts/{contract}/release", {"purpose": PURPOSE}, "party.not_verified", "nothing goes to it")
    no(sysadmin, f"/parties/{insurer}/resume", {"reason": "x"}, "duty.missing", "the security administrator asks")
    waiting = secadmin.post(f"/parties/{insurer}/resume", {"reason": "整改完成"})
    check(waiting["status"] == "suspended" and "confirm-resume" not in waiting["can"], "asked for is not resumed")
    no(secadmin, f"/parties/{insurer}/resume/decide", {"approve": True, "reason": "x"}, "duty.second_person_needed", "another person decides")
    check(("confirm_resume", insurer) in kinds(sysadmin), "it waits for an administrator")
    sysadmin.post(f"/parties/{insurer}/resume/decide", {"approve": False, "reason": "尚未核实"})
    secadmin.post(f"/parties/{insurer}/resume", {"reason": "整改完成，附材料"})
    check(sysadmin.post(f"/parties/{insurer}/resume/decide", {"approve": True, "reason": "已核实"})["status"] == "verified", "resumed")
    a.people["user"].sign_in()
    a.work("manager", f"/contracts/{contract}/release", {"purpose": PURPOSE})
    check(any(r["contract"] == contract and r["status"] == "delivered" for r in manager.get("/releases")["items"]), "and delivered to again")
    # So is a person: neither of the two is the person.
    secadmin.post(f"/people/{a.ids['user']}/suspend", {"reason": "核查"})
    check(a.people["user"].call("GET", "/inbox").status == 401, "sessions ended")
    no(sysadmin, f"/people/{a.ids['user']}/resume", {"reason": "x"}, "duty.missing", "the security administrator asks")
    waiting = secadmin.post(f"/people/{a.ids['user']}/resume", {"reason": "核查完毕"})
    check(waiting["suspended"] and waiting["resume"]["reason"] == "核查完毕" and "confirm-resume" not in waiting["can"], "asked for is not resumed")
    decide = f"/people/{a.ids['user']}/resume/decide"
    no(secadmin, decide, {"approve": True, "reason": "x"}, "duty.second_person_needed", "another administrator decides")
    no(auditor, decide, {"approve": True, "reason": "x"}, "duty.missing", "the audit administrator where an administrator is concerned alone")
    check(("confirm_person_resume", a.ids["user"]) in kinds(sysadmin) and ("confirm_person_resume", a.ids["user"]) not in kinds(secadmin), "it waits for the other one")
    check(sysadmin.post(decide, {"approve": False, "reason": "尚未核实"})["suspended"], "refused")
    secadmin.post(f"/people/{a.ids['user']}/resume", {"reason": "核查完毕，附材料"})
    check(not sysadmin.post(decide, {"approve": True, "reason": "已核实"})["suspended"], "resumed")
    no(sysadmin, decide, {"approve": True, "reason": "x"}, "person.no_resume_asked", "once", 409)
    a.people["user"].sign_in()

    log = {e["kind"] for e in secadmin.get("/access/log")["items"]}
    check({"person.resume_asked", "person.resume_refused", "person.resumed"} <= log, "each step is on record")
    check({"party.resume_asked", "party.resume_refused", "party.resumed"} <= log, "each step is on record")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space)
print("what takes two takes two")
