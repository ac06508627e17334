#!/usr/bin/env python3
"""Statutory provision, decisions of a meeting, retention and the registers at the command line: an identified answer to a court with document,
basis and two approvals, reported to supervision; what is asked without them is refused with the reason."""
import base64, csv, json, os, shutil, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, fingerprint, refused
from outsider import Account, check, uscc

SCAN = base64.b64encode("（2026）示民初字第1号 调取证据通知书".encode()).decode()

a = Agency()
try:
    a.staff()
    insurer, watchdog = a.party("示例保险公司", 52), a.party("监管机构", 53, "supervisor")
    a.enrol(insurer, "user", "data_user")
    a.enrol(watchdog, "watch", "supervisor")
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 1500)
    batch = a.collect(synth / "plans/psn_info_b.yaml", synth / "source.pub", synth / "psn_info_b.csv")
    grades = a.graded(batch)
    people = list(csv.DictReader(open(synth / "psn_info_b.csv", encoding="utf-8-sig")))
    party = people[7]
    manager, pi = a.people["manager"], a.people["pi"]

    paper = {"kind": "legal_basis", "title": "民事诉讼法第七十条", "number": "主席令", "authority": "全国人民代表大会常务委员会", "basis": "statutory_duty"}
    basis = manager.post("/law/papers", paper)
    court_key = a.key(None, "court")
    agency = {"kind": "agency", "title": "示例市人民法院", "number": "登记 1", "authority": "机构编制委员会", "uscc": uscc(61), "public_key": court_key, "scan": SCAN}
    form = {"kind": "court", "requester": "示例市人民法院", "document": "（2026）示民初字第1号", "reason": "仅案件当事人的参保状态", "basis": basis["id"], "dataset": batch["dataset"],
            "version": batch["version"], "columns": ["psn_name", "certno", "insutype"], "row_filter": [{"column": "certno", "op": "eq", "values": [party["certno"]], "secret_ref": ""}],
            "recipient_key": court_key, "scan": SCAN}
    ask = lambda **other: manager.call("POST", "/law/provisions", dict(form, **other))
    # Whoever asks is known: credit code, document, and the key's fingerprint had in another way.
    refused(ask(), "law.requester_not_checked", "a name and a key that nobody entered")
    refused(manager.call("POST", "/law/papers", dict(agency, uscc=uscc(61)[:-1] + "0")), "party.bad_uscc", "a code whose check digit is wrong", 400)
    refused(manager.call("POST", "/law/papers", {k: v for k, v in agency.items() if k != "scan"}), "law.paper_incomplete", "no document", 400)
    entered = manager.post("/law/papers", agency)
    pi.step_up()
    refused(ask(), "law.requester_not_checked", "entered, not checked")
    check_of = lambda **more: pi.call("POST", f"/law/papers/{entered['id']}/check", dict({"accept": True, "note": "公函与电话核对"}, **more))
    refused(check_of(), "law.agency_key_not_confirmed", "no fingerprint")
    refused(check_of(key_id="0" * 32), "law.agency_key_not_confirmed", "another fingerprint")
    check("check" in pi.get(f"/law/papers/{entered['id']}")["can"] and "key_id" not in pi.get(f"/law/papers/{entered['id']}"), "the fingerprint is the checker's to bring")
    check(check_of(key_id=fingerprint(court_key)).status == 200, "confirmed")
    refused(ask(), "law.legal_basis_missing", "the basis is entered, not checked")
    pi.post(f"/law/papers/{basis['id']}/check", {"accept": True, "note": "现行有效"})
    refused(ask(recipient_key=a.key(None, "another")), "law.requester_not_checked", "a key of a second ago")
    refused(manager.call("POST", "/law/provisions", {**{k: v for k, v in form.items() if k != "scan"}, "digest": "11" * 32}), "law.no_scan", "a digest without its document", 404)
    refused(manager.call("POST", "/law/provisions", {k: v for k, v in form.items() if k != "scan"}), "law.provision_needs_document", "no document")
    refused(ask(row_filter=[]), "law.provision_needs_filter", "the whole table")
    refused(ask(kind="agency"), "law.provision_masked_only", "identified data for an agency")
    refused(ask(rows_max=10**9), "law.provision_rows", "more rows than there are", 400)
    everything = list(people[0])
    refused(ask(columns=everything), "law.provision_column_reason", "all columns, without a reason for each")
    by_city = [{"column": "insutype", "op": "in", "values": ["310", "340", "390"], "secret_ref": ""}]
    refused(ask(row_filter=by_city), "law.provision_range_reason", "a filter that names nobody")
    refused(ask(row_filter=by_city, range_reason="全市"), "law.provision_range_rows", "a range without bound")
    refused(ask(row_filter=by_city, range_reason="全市", kind="medical_aid", rows_max=20), "law.provision_needs_persons", "medical aid is for persons")
    ranged = ask(row_filter=by_city, range_reason="公文所列三个险种", rows_max=20, agency=entered["id"])
    check(ranged.status == 201 and ranged.json["range"] and ranged.json["approvers"][-1] == "security_officer", f"a range needs a third word: {ranged.body[:300]}")
    wanted = ask()
    check(wanted.status == 201, f"requested: {wanted.body[:300]}")
    provision = wanted.json
    check(not provision["range"] and len(provision["approvers"]) == 2 and provision["case"]["complete"], f"a case of persons: {provision['approvers']}")
    check(provision["identified"] and party["certno"] not in json.dumps(provision), f"the filter's value is kept apart: {provision['form']['row_filter']}")
    at = f"/law/provisions/{provision['id']}"
    refused(manager.call("POST", at + "/deliver"), "law.provision_not_approved", "nobody approved")
    refused(manager.call("POST", at + "/approve", {"approve": True, "reason": "x"}), "duty.missing", "not by who asks", 403)
    pi.post(at + "/approve", {"approve": True, "reason": "依法调取"})
    refused(manager.call("POST", at + "/deliver"), "law.provision_not_approved", "one of two")
    a.people["m1"].post(at + "/approve", {"approve": True, "reason": "范围最小"})
    a.work("manager", at + "/deliver")
    check(manager.get(at)["status"] == "delivered" and manager.get(at)["rows"] == 1, f"one person's row: {manager.get(at)}")
    envelope = manager.call("GET", at + "/file")
    (a.tmp / "sealed").write_bytes(envelope.body)
    a.run("open", "--key", a.keys["court"], "--out", a.tmp / "opened.csv", a.tmp / "sealed")
    told = json.loads(a.run("open", "--json", "--key", a.keys["court"], "--out", a.tmp / "opened2.csv", a.tmp / "sealed"))["labels"]
    check(told["scenario"] == "statutory" and not told["masked"] and told["level"] == provision["level"] == provision["grade"]["level"], f"its labels name the level of the flow: {told}")
    opened = list(csv.DictReader(open(a.tmp / "opened.csv", encoding="utf-8")))
    check([(r["certno"], r["psn_name"]) for r in opened] == [(party["certno"], party["psn_name"])] and list(opened[0]) == form["columns"], f"as the law says, identified: {opened}")
    check(not a.stored(party["certno"]), "no number stands in the clear in the space")
    watch = a.people["watch"]
    check([i["object"] for i in watch.get("/inbox")["items"] if i["kind"] == "note_provision"] == [provision["id"]], "reported to supervision")
    check(len(watch.get("/law/report")["provisions"]) == 2 and not watch.get("/releases")["items"], "listed apart from releases")
    watch.post(at + "/note", {"note": "已阅"})

    # The requester certifies what it destroyed, with its key, from the notice that went with the file.
    notice = a.tmp / "notice.json"
    notice.write_text(a.at_the_desk("law", "notice", provision["id"]))
    check(json.loads(notice.read_text())["destroy_by_ms"] > time.time() * 1000, "until when it may keep it")
    a.run("destroy-certificate", notice, "--key", a.keys["another"], "--method", "粉碎", "--out", a.tmp / "forged.json")
    refused(manager.call("POST", at + "/destruction", json.loads((a.tmp / "forged.json").read_text())), "destruction.bad_signature", "another's key")
    a.run("destroy-certificate", notice, "--key", a.keys["court"], "--method", "结案后粉碎", "--out", a.tmp / "destroyed.json")
    check(manager.get(at)["destruction_state"] == "due" and "certify-destruction" in manager.get(at)["can"], "due")
    refused(watch.call("POST", at + "/note", {"note": "x"}), "law.provision_noted_already", "once", 409)
    check(pi.call("GET", at + "/scan").body.decode().startswith("（2026）"), "the scan is there for its people")
    refused(a.people["user"].call("GET", at), "law.provision_not_found", "another organisation sees nothing of it", 404)

    second = ask().json
    for who in ("pi", "m1"):
        a.people[who].post(f"/law/provisions/{second['id']}/approve", {"approve": True, "reason": "依法"})
    a.work("manager", f"/law/provisions/{second['id']}/deliver")

    # A committee that decided in a meeting.
    keep = {"technique": "keep"}
    columns = [c for c in people[0]]
    masked = a.masked(batch, columns, {"gend": keep, "insutype": keep}, k_min=5, quasi_identifiers=["gend", "insutype"])
    product = a.product(batch, masked["version"], ["gend", "insutype"], ["file"])
    wish = a.application(product, ["gend", "insutype"], purpose="statistics", legal_basis="public_interest", form="file", rate_per_minute=0)
    application = a.people["user"].post("/applications", wish)
    minutes = {"kind": "minutes", "title": "数据安全委员会会议纪要", "number": "〔2026〕3号", "authority": "数据安全委员会", "application": application["id"],
               "members": [a.ids["m1"], a.ids["m2"]], "approve": True, "scan": SCAN}
    entered = manager.post("/law/papers", minutes)
    check(a.people["m1"].get(f"/applications/{application['id']}")["status"] == "voting", "entered is not decided")
    refused(manager.call("POST", f"/law/papers/{entered['id']}/check", {"accept": True, "note": "x"}), "duty.missing", "a second person", 403)
    pi.post(f"/law/papers/{entered['id']}/check", {"accept": True, "note": "与纪要原件一致"})
    decided = a.people["m1"].get(f"/applications/{application['id']}")
    check((decided["status"], decided["reason"]) == ("approved", "application.decided_in_meeting"), f"decided by the meeting: {decided['status']}")

    # What one person decides otherwise and a meeting decided: an exception, refused by it.
    asked = manager.post("/exceptions", {"what": "download", "dataset": batch["dataset"], "columns": ["certno"], "days": 2, "reason": "线索核查", "measures": "专机"})
    meeting = {"kind": "meeting_approval", "title": "第三次办公会纪要", "number": "办〔2026〕12号", "authority": "示例市医疗保障局", "decides": asked["id"],
               "members": [a.ids["pi"], a.ids["officer"]], "approve": False, "scan": SCAN}
    refused(manager.call("POST", "/law/papers", dict(meeting, decides=application["id"])), "law.meeting_decides_nothing", "a vote has minutes of its own", 409)
    refused(manager.call("POST", "/law/papers", dict(meeting, members=[a.ids["pi"]])), "law.meeting_members", "one person is no meeting", 400)
    refused(manager.call("POST", "/law/papers", {k: v for k, v in meeting.items() if k != "scan"}), "law.paper_incomplete", "without the minutes", 400)
    entered = manager.post("/law/papers", meeting)
    check(any(t["kind"] == "check_paper" and t["object"] == entered["id"] for t in pi.get("/inbox")["items"]), "a task of who may decide it")
    check(not any(t["object"] == entered["id"] for t in a.people["officer"].get("/inbox")["items"]), "and of nobody else")
    pi.post(f"/law/papers/{entered['id']}/check", {"accept": True, "note": "与纪要原件一致"})
    decided = manager.get(f"/exceptions/{asked['id']}")
    check(decided["status"] == "rejected" and "办〔2026〕12号" in decided["decision"], f"as the meeting did, with its document: {decided}")
    refused(manager.call("POST", "/law/papers", meeting), "law.meeting_decides_nothing", "once", 409)

    # Retention, and the command line.
    kept = manager.get("/law/retention")["items"]
    check(all(v["state"] == "kept" and v["ends_ms"] > time.time() * 1000 for v in kept), f"periods: {kept}")
    until = max(v["ends_ms"] for v in kept) + 86400000
    a.people["officer"].post(f"/law/retention/{batch['version']}/keep", {"until_ms": until, "reason": "诉讼未结"})
    check([v["reason"] for v in manager.get("/law/retention")["items"] if v["version"] == batch["version"]] == ["诉讼未结"], "kept longer, with the reason")
    check(json.loads(a.at_the_desk("law", "show", "provisions", provision["id"]))["status"] == "delivered", "at the command line")
    check(len(json.loads(a.at_the_desk("law", "template"))["assessment"]["questions"]) >= 5, "the template")
    (a.tmp / "paper.json").write_text(json.dumps({"kind": "important_data", "title": "重要数据目录", "number": "1", "authority": "示例市医疗保障局", "dataset": batch["dataset"], "columns": ["gend"]}))
    listed = json.loads(a.at_the_desk("law", "new", "papers", a.tmp / "paper.json", "--json"))
    pi.post(f"/law/papers/{listed['id']}/check", {"accept": True, "note": "列入目录"})
    refused(a.people["user"].call("POST", "/applications", wish), "policy.important_data_not_assessed", "important data without assessment")
    a.at_the_desk("law", "do", "papers", listed["id"], "end", "--reason", "调出目录", code=4)  # who entered it does not take the demand away
    refused(a.people["user"].call("POST", "/applications", wish), "policy.important_data_not_assessed", "it stands")
    check(pi.post(f"/law/papers/{listed['id']}/end", {"reason": "调出目录"}, status=(200,))["status"] == "ended", "somebody else does")
    said = a.at_the_desk("law", "list", "papers", "--lang", "en")
    check("important_data 重要数据目录" in said, f"with kind and title: {said}")
    check("nothing to show" in a.at_the_desk("law", "list", "consents", "--lang", "en"), "an empty register says so")
    other = json.loads(a.at_the_desk("law", "new", "papers", a.tmp / "paper.json", "--json"))
    a.at_the_desk("law", "do", "papers", other["id"], "check", "--reason", "x", code=2)  # a word that was forgotten is not a no
    shown = a.run("law", "do", "papers", other["id"], "end", "--reason", "填错", "--space", a.space, "--passphrase-file", a.passphrase)
    check("ended" in shown, f"what nobody checked is taken back at the command line: {shown}")
    a.at_the_desk("law", "do", "provisions", provision["id"], "destruction", "--certificate", a.tmp / "destroyed.json")
    check(manager.get(at)["destruction_state"] == "certified", "certified at the command line")

    # Who does not is chased, and supervision sees it.
    if not shutil.which("faketime"):
        print("expiry: skipped, faketime is not installed")
    else:
        a.restart("+370d")
        late = {name: Account(a.server, name, a.people[name].password) for name in ("manager", "watch")}
        for account in late.values():
            account.sign_in()
        for name in late:
            tasks = [i["object"] for i in late[name].get("/inbox")["items"] if i["kind"] == "provision_overdue"]
            check(tasks == [second["id"]], f"{name} is told of the one that nobody certified: {tasks}")
        late["manager"].post(f"/law/provisions/{second['id']}/chase", {"note": "请销毁并出具证明"})
        refused(late["manager"].call("POST", f"/law/provisions/{second['id']}/chase", {"note": "x"}), "law.chased_today", "once a day", 409)
        report = late["watch"].get("/law/report")["overdue_provisions"]
        check([(r["provision"], r["chased"]["times"]) for r in report] == [(second["id"], 1)], f"with the reminders: {report}")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("legal registers: provided, decided, kept, on record")
