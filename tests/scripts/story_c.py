#!/usr/bin/env python3
"""Story C, 委托稽核 (first half): a processor audits settlements for the controller. A batch that came short is held, then accepted once; masked
columns are delivered under a processing agreement; at the end destruction is signed by two and the processor's copy certified. Refused:
subcontracting, bulk modification split into small jobs, destroyed keys brought back from a backup."""
import csv, json, os, shutil, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, fingerprint, refused
from outsider import Account, check, uscc

PURPOSE = "fund_supervision"
COLUMNS = ["mdtrt_id", "fixmedins_code", "bilg_dr_code", "hilist_code", "fee_ocur_time", "pric"]
ROWS, DIRTY = 10000, 270
PLAN = """format: sluice-plan/1
id: audit.v1
dataset: 稽核明细
table: fee_list_d
source:
  name: 示例市医疗保障信息中心
  uscc: "12509803MAT000018C"
file_format: csv
purpose: 基金监管
legal_basis: 法定职责
frequency: 每月
fields:
  - {name: bkkp_sn, title: 记账流水号, type: text, key: true, required: true, max_length: 30, necessity: 唯一指向一条明细}
  - {name: mdtrt_id, title: 就诊ID, type: text, required: true, max_length: 30, necessity: 关联就诊}
  - {name: fixmedins_code, title: 定点医药机构编号, type: text, required: true, max_length: 30, necessity: 费用归属}
  - {name: bilg_dr_code, title: 开单医师编码, type: text, max_length: 30, necessity: 稽核对象}
  - {name: hilist_code, title: 医保目录编码, type: text, required: true, max_length: 50, necessity: 核对目录}
  - {name: fee_ocur_time, title: 费用发生时间, type: datetime, required: true, necessity: 核对时间}
  - {name: pric, title: 单价, type: decimal, required: true, min: "0", necessity: 核对价格}
"""
TABLE = ["bkkp_sn"] + COLUMNS


def write(path, rows):
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.DictWriter(f, TABLE, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


a = Agency()
try:
    a.staff()
    processor, third = a.party("示例核查公司", 42), a.party("某数据公司", 43)
    a.enrol(processor, "auditor", "data_user")
    a.enrol(processor, "auditorsigner", "contract_signer")
    a.key(a.agency, "agency")
    a.key(processor, "processor")

    # 10,000 rows are announced, 9,998 arrive.
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 12000)
    rows = list(csv.DictReader(open(synth / "fee_list_d.csv", encoding="utf-8-sig")))
    seen, whole = set(), []
    for row in rows:
        if row["bkkp_sn"] in seen or len(whole) == ROWS or not row["pric"] or row["pric"].startswith("-"):
            continue
        seen.add(row["bkkp_sn"])
        whole.append(row)
    check(len(whole) == ROWS, f"the generator gives enough: {len(whole)}")
    for row in whole[:DIRTY]:
        row["pric"] = "-1.00"  # below the minimum: held row by row, and worked off below
    plan, file = a.tmp / "audit.yaml", a.tmp / "in" / "fees.csv"
    plan.write_text(PLAN)
    a.run("key", "new", "--out", a.tmp / "source.key", "--no-passphrase", "--json")
    write(file, whole)
    a.run("manifest", "--plan", plan, "--key", a.tmp / "source.key", "--batch", "2026-10", file)
    write(file, whole[:-2])
    short = a.collect(plan, a.tmp / "source.key.pub", file, code=7)
    check(not short["sealed"] and short["reason"] == "manifest.digest_differs" and short["rows"] == ROWS - 2, f"held: {short}")
    write(file, whole)
    batch = a.collect(plan, a.tmp / "source.key.pub", file)
    check(batch["sealed"] and batch["rows"] == ROWS and batch["held"] == DIRTY, f"accepted: {batch}")
    a.at_the_desk("collect", "--plan", plan, file, code=5)

    # Bulk modification, split into small jobs.
    path = f"/batches/{batch['batch']}"
    manager = a.people["manager"]

    def corrections(first, count):
        body = {"corrections": [{"row": n, "cells": {"pric": "1.00"}} for n in range(first, first + count)], "rejected": [], "reason": "来源更正"}
        answer = manager.call("POST", path + "/corrections", body)
        while answer.status == 202 or (answer.status == 200 and answer.json.get("state") == "running"):
            time.sleep(0.2)
            answer = manager.call("GET", "/jobs/" + answer.json["id"])
        if answer.json.get("state") == "failed":
            return answer.json.get("code") or answer.json.get("error", {}).get("code")
        return answer.code
    said = [corrections(1 + 90 * n, 90) for n in range(3)]
    check(said[:2] == [None, None] and said[2] and said[2].startswith("operation.split"), f"three times ninety rows is one modification of 270: {said}")
    check(corrections(1, DIRTY) is not None, "nor all at once")

    # Delivered, masked, under a processing agreement.
    a.graded(batch)
    keep = {"technique": "keep"}
    kept = {"mdtrt_id": {"technique": "pseudonym"}, "bilg_dr_code": {"technique": "pseudonym"}, "fixmedins_code": keep, "hilist_code": keep,
            "fee_ocur_time": {"technique": "date", "unit": "year"}, "pric": keep}
    masked = a.masked(batch, TABLE, kept, title="稽核", k_min=5, quasi_identifiers=["fee_ocur_time"])
    product = a.product(batch, masked["version"], COLUMNS, ["file"], name="稽核明细")
    wish = {"purpose": PURPOSE, "legal_basis": "statutory_duty", "scenario": "controller_to_processor", "form": "file", "rate_per_minute": 0, "deliveries_max": 2}
    contract = a.agree("auditor", "auditorsigner", "processor", a.application(product, COLUMNS, **wish))
    release = lambda: manager.call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE})
    case = a.people["auditor"].get(f"/law/cases/{contract}")
    demanded = {d["id"] for d in case["demands"]}
    check({"legal_basis_paper", "processing_agreement"} <= demanded and not case["complete"], f"what the case demands: {case}")
    if case["level"] >= 3:
        refused(release(), "law.assessment_missing", "no impact assessment")
        a.assess(product, processor, PURPOSE, COLUMNS, scenario="controller_to_processor", legal_basis="statutory_duty")
    refused(release(), "law.legal_basis_missing", "no document for the statutory duty")
    paper = lambda who, **form: a.people[who].call("POST", "/law/papers", dict({"title": "文件", "number": "〔2026〕7号", "authority": "示例市医疗保障局"}, **form))
    court_key = a.key(None, "court")
    court = paper("manager", kind="agency", title="示例市人民法院", uscc=uscc(67), public_key=court_key, scan="c2Nhbg==").json
    a.people["pi"].post(f"/law/papers/{court['id']}/check", {"accept": True, "note": "电话核对", "key_id": fingerprint(court_key)})
    of_court = paper("manager", kind="legal_basis", basis="statutory_duty", agency=court["id"]).json
    a.people["pi"].post(f"/law/papers/{of_court['id']}/check", {"accept": True, "note": "仅限法院调取"})
    refused(release(), "law.legal_basis_missing", "what a court may demand is no basis for a company")
    basis = paper("manager", kind="legal_basis", basis="statutory_duty", scan="c2NhbiBvZiB0aGUgZG9jdW1lbnQ=").json
    refused(release(), "law.legal_basis_missing", "entered, not checked")
    a.people["pi"].post(f"/law/papers/{basis['id']}/check", {"accept": True, "note": "与原件一致"})
    scan = a.people["pi"].call("GET", f"/law/papers/{basis['id']}/scan")
    check(scan.body == b"scan of the document" and not a.stored("scan of the document"), "the scan lies sealed and is read by its people")
    refused(release(), "law.agreement_missing", "no processing agreement")
    terms = {"kind": "processing_agreement", "counterpart": processor, "purpose": PURPOSE, "duties": "按指示稽核，不得转委托，期满销毁", "expires_ms": int(time.time() * 1000) + 60 * 86400000}
    narrow = paper("manager", **dict(terms, dataset=batch["dataset"], columns=["fee_ocur_time"])).json
    a.people["pi"].post(f"/law/papers/{narrow['id']}/check", {"accept": True, "note": "双方已签"})
    refused(release(), "law.paper_other_fields", "an agreement on other fields")
    agreement = paper("manager", **terms).json
    a.people["pi"].post(f"/law/papers/{agreement['id']}/check", {"accept": True, "note": "双方已签"})
    refused(paper("auditor", **dict(terms, counterpart=third)), "law.subcontracting_forbidden", "the processor passes its work on")
    refused(paper("auditor", **dict(terms, counterpart=third, purpose="statistics")), "law.subcontracting_forbidden", "whatever it calls the purpose")
    refused(paper("auditor", **dict(terms, counterpart=third, upstream=agreement["id"])), "law.subcontracting_forbidden", "and says so")
    delivered = release()
    check(delivered.status in (200, 201), f"delivered: {delivered.body[:300]}")
    release_id = delivered.json["id"]
    envelope = a.people["auditor"].call("GET", f"/releases/{release_id}/file")
    (a.tmp / "sealed").write_bytes(envelope.body)
    a.run("open", "--key", a.keys["processor"], "--out", a.tmp / "opened.csv", a.tmp / "sealed")
    opened = list(csv.DictReader(open(a.tmp / "opened.csv", encoding="utf-8")))
    check(list(opened[0]) == COLUMNS and len(opened) == ROWS - DIRTY, f"the agreed columns of the accepted rows: {len(opened)}")
    visits = {r["mdtrt_id"] for r in whole}
    check(not visits & {r["mdtrt_id"] for r in opened}, "visits are pseudonyms")
    (a.tmp / "passport.json").write_text(json.dumps(a.people["auditor"].get(f"/releases/{release_id}/passport"), ensure_ascii=False))

    # At the end: a backup from before, destruction signed by two, nothing comes back.
    backup = json.loads(a.at_the_desk("backup", a.tmp / "backup", "--json"))
    shown = {v["version"]: v for v in manager.get("/law/retention")["items"]}
    check(shown[masked["version"]]["state"] == "kept" and shown[masked["version"]]["category"], f"how long it is kept: {shown[masked['version']]}")
    refused(manager.call("POST", "/key-works", {"proposal": {"work": "destroy_version", "version": masked["version"], "reason": "委托期满"}}), "keys.contract_delivers", "a contract still delivers from it")
    work = manager.post("/key-works", {"proposal": {"work": "destroy_version", "version": masked["version"], "reason": "委托期满", "contracts": [contract]}})
    a.at_the_desk("keys", "carry-out", work["id"], "--json", code=5)
    refused(a.people["secadmin"].call("POST", f"/key-works/{work['id']}/witness", {"verdict": "agree"}), "keys.awaits_decision", "nobody decided it yet", 409)
    check(any(i["kind"] == "decide_key_work" for i in a.people["m1"].get("/inbox")["items"]), "the committee is asked")
    a.people["m1"].post(f"/key-works/{work['id']}/decide", {"approve": True, "reason": "委托期满，不再需要"})
    a.people["secadmin"].post(f"/key-works/{work['id']}/witness", {"verdict": "agree"})
    again = a.people["secadmin"].call("POST", f"/key-works/{work['id']}/witness", {"verdict": "agree"})
    check(again.status in (403, 409), f"one person is not two: {again.body[:200]}")
    a.at_the_desk("keys", "carry-out", work["id"], "--json", code=5)
    a.people["sysadmin"].post(f"/key-works/{work['id']}/witness", {"verdict": "agree"})
    a.at_the_desk("keys", "carry-out", work["id"], "--json")
    certificate = a.tmp / "certificate.json"
    certificate.write_text(a.at_the_desk("keys", "certificate", work["id"], "--json"))
    verdict = json.loads(a.run("keys", "verify-certificate", certificate, "--trust", a.space / "trust.txt", "--json"))
    check(verdict["ok"] and verdict["witnesses"] == 2, f"signed by two: {verdict}")
    shown = {v["version"]: v for v in manager.get("/law/retention")["items"]}
    check(shown[masked["version"]]["state"] == "destroyed", "and the register says so")
    refused(release(), "keys.version_destroyed", "nothing is delivered of it any more", 404)
    told = json.loads(a.run("restore", a.tmp / "backup", a.tmp / "restored", "--passphrase-file", a.passphrase, "--backup", backup["backup"], "--json"))
    check(told["keys_left_out"] >= len(COLUMNS), f"destroyed keys are not restored from a backup: {told}")
    # The next backup closes what held them: a copy from before opens no more, whoever tells it nothing.
    shutil.copytree(a.tmp / "backup", a.tmp / "offsite")
    check(json.loads(a.at_the_desk("backup", a.tmp / "backup", "--json"))["epochs_closed"] == 1, "closed")
    a.run("restore", a.tmp / "offsite", a.tmp / "again", "--passphrase-file", a.passphrase, "--backup", backup["backup"], "--json", code=3)

    # The processor certifies its copies; who is late is chased, and supervision sees it.
    if not shutil.which("faketime"):
        print("expiry: skipped, faketime is not installed")
    else:
        watchdog = a.party("监管机构", 44, "supervisor")
        a.enrol(watchdog, "watch", "supervisor")
        a.restart("+45d")
        signed_in = {}
        for name in ("auditor", "manager", "watch"):
            signed_in[name] = Account(a.server, name, a.people[name].password)
            signed_in[name].sign_in()
        check(signed_in["auditor"].get(f"/releases/{release_id}")["destruction_state"] == "overdue", "overdue since the contract has ended")
        check(any(i["kind"] == "destruction_overdue" and i["object"] == release_id for i in signed_in["watch"].get("/inbox")["items"]), "supervision is told")
        signed_in["manager"].post(f"/releases/{release_id}/chase", {"note": "请提交销毁证明"})
        refused(signed_in["manager"].call("POST", f"/releases/{release_id}/chase", {"note": "x"}), "law.chased_today", "once a day", 409)
        report = signed_in["watch"].get("/law/report")
        check([r["chased"]["times"] for r in report["overdue_recipients"] if r["release"] == release_id] == [1], f"with the reminders: {report['overdue_recipients']}")
        a.run("destroy-certificate", a.tmp / "passport.json", "--key", a.keys["processor"], "--method", "覆写后删除", "--out", a.tmp / "destroyed.json")
        taken = signed_in["auditor"].post(f"/releases/{release_id}/destruction", json.loads((a.tmp / "destroyed.json").read_text()))
        check(taken["destruction_state"] == "certified", "the processor's copies are certified as destroyed")
        check(not signed_in["watch"].get("/law/report")["overdue_recipients"], "and the register is quiet")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("story C: told over TLS, destroyed and certified")
