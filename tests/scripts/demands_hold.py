#!/usr/bin/env python3
"""Demands that nobody gets round, each tried as somebody who wants to. Laws: a preview shows no cell that masking left as it was; held rows ask the reader's
rights, cell by cell, and a request that nobody answered opens nothing; a download of them is approved, in its columns, once; an approved modification holds
for its rows and columns; rows in whose place a merge puts others are modified; the same rows under another plan are the same rows; grading anew never brings
the end of retention nearer; a term that somebody set holds for every row; who takes a person's request does not verify it, who verifies it does not decide
it; a deletion is answered when that person's rows are gone; a company is no court, and what a court asks for adds up; a destruction approval is a document,
for what was there, once; held rows go with their version."""
import base64, csv, json, os, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, fingerprint, refused
from outsider import check, uscc

PLAN = """format: sluice-plan/1
id: %s
dataset: %s
table: %s
source: {name: 示例市医疗保障信息中心, uscc: "12509803MAT000018C"}
file_format: csv
purpose: 基金监管
legal_basis: 法定职责
frequency: 每月
fields:
"""
HELD = PLAN % ("held.v1", "检测结果", "t") + """  - {name: sn, title: 流水号, type: text, key: true, required: true, max_length: 30, necessity: 唯一}
  - {name: certno, title: 证件号码, type: text, required: true, max_length: 30, necessity: 核对本人}
  - {name: diag, title: HIV检测结果, type: text, max_length: 30, necessity: 核对}
  - {name: pric, title: 单价, type: decimal, required: true, min: "0", necessity: 核对}
"""
BILLS = """  - {name: bill_no, title: 单据号, type: text, key: true, required: true, max_length: 30, necessity: 唯一}
  - {name: item, title: 项目, type: text, max_length: 30, necessity: 核对}
  - {name: pric, title: 单价, type: decimal, required: true, necessity: 核对}
"""
SCAN = base64.b64encode("原件".encode()).decode()
SOON = int(time.time() * 1000) + 30 * 86400000


def sent(a, plan, name, text, number, code=0):
    (a.tmp / "plan.yaml").write_text(plan)
    (a.tmp / name).write_text(text)
    a.run("manifest", "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source.key", "--batch", number, a.tmp / name)
    return a.collect(a.tmp / "plan.yaml", a.tmp / "source.key.pub", a.tmp / name, code=code)


def why(a, *args):
    """What a command says when it refuses."""
    done = subprocess.run([a.sluice, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode not in (0, 7), f"refused: {done.stdout[-300:]}")
    return json.loads(done.stderr)


def right(a, who, actions, level, *datasets):
    a.people["secadmin"].post("/access/rights", {"person": a.ids[who], "scope": {"actions": actions, "datasets": list(datasets), "level_max": level},
                                                 "expires_ms": SOON, "reason": "岗位需要"})


def approved(a, by, **wish):
    made = a.people["manager"].post("/operations", dict({"flow": "person", "purpose": "fund_supervision", "reason": "更正", "first_row": 0, "rows": 0, "columns": [], "version": "", "batch": ""}, **wish))
    a.people[by].post(f"/operations/{made['id']}/decide", {"approve": True, "reason": "属实"})
    return made["id"]


def held_rows(a):
    manager = a.people["manager"]
    lines = [f"s{i:05d},5098031980{i:07d}X,阳性{i},{'-1' if i <= 700 else '1'}" for i in range(1, 721)]
    batch = sent(a, HELD, "held.csv", "sn,certno,diag,pric\n" + "\n".join(lines) + "\n", "1")
    check(batch["held"] == 700 and batch["accepted"] == 20, f"held: {batch}")
    at, dataset = f"/batches/{batch['batch']}", batch["dataset"]
    (a.tmp / "ragged.csv").write_text("sn,certno,diag,pric\na,1,x,1\nb,2,x\n")
    told = why(a, "collect", "--plan", a.tmp / "plan.yaml", "--source-key", a.tmp / "source.key.pub", "--json", a.tmp / "ragged.csv", "--space", a.space, "--passphrase-file", a.passphrase)
    check(told["code"] == "csv.ragged" and "record 3" in json.dumps(told), f"what cannot be read is told with its place: {told}")
    read = lambda **ask: manager.call("POST", at + "/held", dict({"detail": "values", "after": 0, "limit": 200}, **ask))
    refused(read(), "access.no_right", "the duty alone shows no value", 403)
    a.run("collect", "held", batch["batch"], "--out", a.tmp / "out.csv", "--space", a.space, "--passphrase-file", a.passphrase, code=4)
    check(not (a.tmp / "out.csv").exists(), "nor the machine")
    right(a, "manager", ["list_values", "download_held", "modify"], 5, dataset)
    if (first := read(limit=2)).code:
        refused(first, "session.step_up_needed", "of what nobody graded no value without a second factor", 403)
        manager.step_up()
    page = read(limit=2).json
    check([r["cells"] for r in page["rows"]] == [{"pric": "-1"}] * 2 and len(page["on_reason"]) == 4, f"nobody graded it: what is to be corrected, and nothing else: {page}")
    graded = a.graded(batch)
    manager.post(f"/datasets/{dataset}/confirm", {"verdicts": [dict(graded["diag"], level=5, reason="专病"), dict(graded["certno"], identifying=True, level=4, reason="证件")]})
    page = read(limit=3).json
    check({"certno", "diag"} <= set(page["on_reason"]) and all("diag" not in r["cells"] and "certno" not in r["cells"] and r["cells"]["pric"] == "-1" for r in page["rows"]),
          f"level 5 and what names people stay back where no reason names them: {page['rows'][0]}")
    check(len(read().json["rows"]) == 200 and len(read(after=200).json["rows"]) == 200, "under the windows")
    refused(read(after=400), "operation.split_in_time", "the third page")
    manager.post("/operations", {"what": "list_values", "dataset": dataset, "batch": batch["batch"], "version": "", "columns": ["row_number"], "first_row": 400, "rows": 200,
                                 "flow": "person", "purpose": "fund_supervision", "reason": "x"})
    refused(read(after=400), "operation.split_in_time", "a request that nobody answered opens nothing")

    # A file of them.
    refused(read(detail="file"), "operation.needs_person", "nobody approved a download")
    operation = approved(a, "officer", what="download_held", dataset=dataset, batch=batch["batch"], columns=["row_number", "held_reasons", "cell_pric"])
    after, seen = 0, []
    while after is not None:
        page = read(detail="file", after=after).json
        seen += page["rows"]
        after = page["next"]
    check(len(seen) == 700 and all(list(r["cells"]) == ["pric"] for r in seen), "all of it, in the columns that were approved")
    check(manager.get(f"/operations/{operation}")["status"] == "done", "then it is used up")
    refused(read(detail="file"), "operation.needs_person", "once")

    # A modification is approved for rows and columns.
    reject = lambda first, last: manager.call("POST", at + "/corrections", {"corrections": [], "rejected": list(range(first, last + 1)), "reason": "作废"})
    approved(a, "officer", what="modify", dataset=dataset, batch=batch["batch"], columns=["cell_pric"], rows=120)
    refused(reject(1, 110), "operation.bulk", "a corrected price is not a row given up")
    whole = approved(a, "officer", what="modify", dataset=dataset, batch=batch["batch"], rows=120)
    refused(reject(31, 150), "operation.bulk", "other rows than approved")
    a.work("manager", at + "/corrections", {"corrections": [], "rejected": list(range(1, 111)), "reason": "作废"})
    check(manager.get(f"/operations/{whole}")["status"] == "done", "those that were approved")
    return batch


def destroyed_with_held(a, batch):
    manager, at = a.people["manager"], f"/batches/{batch['batch']}"
    paper = {"kind": "destruction_approval", "title": "提前销毁审批", "number": "〔2026〕9号", "authority": "示例市医疗保障局", "dataset": batch["dataset"]}
    refused(manager.call("POST", "/law/papers", paper), "law.paper_incomplete", "an approval that nobody can look at", 400)
    entered = a.people["officer"].post("/law/papers", dict(paper, scan=SCAN, expires_ms=SOON))["id"]
    a.people["pi"].post(f"/law/papers/{entered}/check", {"accept": True, "note": "与原件一致"})
    wish = lambda version: {"proposal": {"work": "destroy_version", "version": version, "reason": "误采集", "approval": entered}}
    work = manager.post("/key-works", wish(batch["version"]))["id"]
    refused(manager.call("POST", "/key-works", wish(batch["version"])), "keys.approval_used", "one paper, one destruction")
    for who in ("secadmin", "sysadmin"):
        a.people[who].post(f"/key-works/{work}/witness", {"verdict": "agree"})
    a.work("manager", f"/key-works/{work}/carry-out")
    gone = manager.call("POST", at + "/held", {"detail": "values", "after": 0, "limit": 5})
    check(gone.code in ("keys.version_destroyed", "keys.column_destroyed"), f"held rows went with it: {gone.body[:200]}")
    certificate = json.loads(a.at_the_desk("keys", "certificate", work, "--json"))
    check(certificate["survives"]["versions"] == [], f"and the certificate says what survives: {certificate['survives']}")


def previews(a, batch, people):
    columns = list(people[0])
    strategy = {"format": "sluice-strategy/1", "id": "all", "version": "1", "identifiers_kept": columns, "fields": [{"column": c, "technique": "keep"} for c in columns]}
    graded = {c["column"]: c for c in a.people["manager"].get(f"/datasets/{batch['dataset']}")["columns"]}
    closed = [c for c in columns if graded[c]["level"] > 2 or graded[c]["identifying"]]
    check(len(closed) > 3, f"columns of people: {closed}")
    for who in ("manager", "officer"):
        shown = a.work(who, f"/datasets/{batch['dataset']}/versions/{batch['version']}/preview", {"strategy": strategy, "show": 100, "sample_rows": 2000})["shown"]
        check(len(shown["after"]) == min(100, len(people)), "rows are shown")
        for c in closed:
            at = shown["columns"].index(c)
            values = {r[c] for r in people if r[c]}
            check(all(row[at] == "" or row[at].startswith("⟨") and row[at] not in values for row in shown["after"]), f"{who}: {c} is not shown as it is")
    # Strategies of one's own, one after the other: what of a cell one of them leaves is never put together with what another leaves.
    path = f"/datasets/{batch['dataset']}/versions/{batch['version']}"
    only = lambda column, rule: dict(strategy, identifiers_kept=[], unlisted="suppress", fields=[dict(rule, column=column)])
    tried = {"certno": [{"technique": "mask", "first": n, "last": 18 - n - 9} for n in (0, 3, 9)] + [{"technique": "keep"}, {"technique": "permute"}, {"technique": "id_number", "region": 6, "birth": "year"}],
             "brdy": [{"technique": "date", "unit": "month"}, {"technique": "date_shift", "person": "certno", "days_max": 1}, {"technique": "hierarchy", "hierarchy": "date", "height": 1}],
             "tel": [{"technique": "mask", "first": 7, "last": 0}, {"technique": "mask", "first": 0, "last": 7}, {"technique": "format_preserving", "kind": "phone"}]}
    sampled = set()
    for column, rules in tried.items():
        cells = [r[column] for r in people if r[column] not in ("", "2000-01-31", "13800000000", "110105198001010008")]  # but for those that examples are
        for i, rule in enumerate(rules):
            seen = a.work("officer", path + "/preview", {"strategy": only(column, rule), "show": 100, "sample_rows": 50 + 40 * i})
            told = {row[0] for row in seen["shown"]["after"]}
            sampled.add((seen["rows_sampled"], tuple(seen["shown"]["rows"])))
            check(told and all(t == "" or t.startswith("⟨") for t in told) and len(told) <= 4, f"{column} {rule}: forms, whatever the strategy does: {sorted(told)[:4]}")
            examples = [e for e in seen["shown"]["forms"] if e["column"] == column]
            check({f"⟨{e['form']}⟩" for e in examples} == told - {""}, f"each form has its example: {examples}")
            whole = json.dumps(seen, ensure_ascii=False)
            check(not any(c in whole for c in cells), f"{column} {rule}: no cell anywhere in the answer")
            check(rule["technique"] != "mask" or any("*" in (e["masked"] or "") and e["masked"] != e["example"] for e in examples), f"what the strategy does is seen on an example: {examples}")
    check(len(sampled) == 1, "the sample is the version's, whatever is asked")
    # Counts of what was chosen by a value, or cut at points of one's own, would tell whether it is there.
    target = people[0]["certno"]
    probes = [only("gend", {"technique": "blank", "when": {"column": "certno", "is": [target]}}), only("certno", {"technique": "band", "width": 1000000}),
              only("certno", {"technique": "clamp", "bottom": 110000}), only("certno", {"technique": "round", "to": 100})]
    for probe in probes:
        refused(a.people["officer"].call("POST", path + "/preview", {"strategy": probe}), "deident.preview_probe", f"no probe: {probe['fields'][0]}", 422)
        refused(a.people["officer"].call("POST", path + "/compare", {"a": probe, "b": strategy}), "deident.preview_probe", "nor in a comparison", 422)
        refused(a.people["officer"].call("POST", path + "/plan", {"strategy": probe}), "deident.preview_probe", "nor in a plan", 422)
    refused(a.people["officer"].call("POST", path + "/anonymize", {"quasi": ["certno"], "k": 2, "hierarchies": {"certno": f"{target},*\n"}}), "deident.preview_probe", "nor in a search", 422)
    # What measures shows no value either.
    values = {r[c] for r in people for c in ("certno", "psn_name", "tel", "addr", "brdy") if c in r and len(r[c]) > 3}
    for name, body in {"risk": {"quasi": ["brdy", "gend", "certno"]}, "anonymize": {"quasi": ["brdy", "gend"], "k": 2}, "plan": {}, "compare": {"a": strategy, "b": strategy}, "association": {}}.items():
        told = json.dumps(a.work("manager" if name == "association" else "officer", f"{path}/{name}", body), ensure_ascii=False)
        check(not [v for v in values if v in told], f"{name} tells no value")


def same_rows_elsewhere(a):
    lines = [f"b{i:05d},项目{i % 7},{i % 90}.50" for i in range(450)]
    text = lambda some: "bill_no,item,pric\n" + "\n".join(some) + "\n"
    first = sent(a, PLAN % ("bills.v1", "单据", "bills") + BILLS, "bills.csv", text(lines), "1")
    copy = sent(a, PLAN % ("bills.copy", "单据备份", "copied") + BILLS, "copy.csv", text(lines[:-1]), "1")
    for batch in (first, copy):
        a.graded(batch)
    right(a, "manager", ["list_values", "modify"], 4, first["dataset"], copy["dataset"])
    ask = lambda batch, at: a.people["manager"].call("POST", "/operations", {"what": "list_values", "dataset": batch["dataset"], "version": batch["version"], "batch": "", "columns": ["pric"],
                                                     "first_row": at, "rows": 200, "flow": "standing", "purpose": "fund_supervision", "reason": "核对"})
    if ask(first, 0).code == "session.step_up_needed":
        a.people["manager"].step_up()
        check(ask(first, 0).status == 201, "the first helping")
    check(ask(first, 200).status == 201, "the second")
    got = ask(copy, 0)
    check(got.code == "operation.split_in_time", f"the same rows under another plan: {got.body[:300]}")
    detail = got.json["params"]["detail"]
    check(detail.startswith("split_in_time: ") and "24小时" in detail and "within 24 hours" in detail, f"the window in words: {detail}")

    # A merge that puts rows in the place of others modifies them.
    second = sent(a, PLAN % ("bills.v1", "单据", "bills") + BILLS, "again.csv", text([line.replace(".50", ".90") for line in lines[:150]]), "2")
    merge = {"parts": [first["version"], second["version"]], "newest_by_key": True}
    got = a.people["manager"].call("POST", f"/datasets/{first['dataset']}/merge", merge)
    check(got.code == "operation.bulk", f"150 rows are replaced without anybody's word: {got.body[:300]}")
    operation = approved(a, "officer", what="modify", dataset=first["dataset"], version=first["version"])
    done = a.work("manager", f"/datasets/{first['dataset']}/merge", merge)
    check(done["superseded"] == 150 and a.people["manager"].get(f"/operations/{operation}")["status"] == "done", f"with it they are: {done}")


def ends_of(a, version):
    return next(v["ends_ms"] for v in a.people["manager"].get("/law/retention")["items"] if v["version"] == version)


def requests_of_persons(a, batch, people):
    manager, pi = a.people["manager"], a.people["pi"]
    numbers = list(dict.fromkeys(r["certno"] for r in people if r["certno"]))
    ask = lambda by, person, what: f"/law/requests/{a.people[by].post('/law/requests', {'identifier': person, 'what': what, 'channel': '窗口', 'dataset': batch['dataset']})['id']}"
    proof = {"method": "in_person", "evidence": "身份证原件"}
    at = ask("manager", numbers[0], "delete")
    refused(manager.call("POST", at + "/verify", proof), "duty.second_person_needed", "who takes it does not verify it", 403)
    pi.post(at + "/verify", proof)
    pi.step_up()
    refused(pi.call("POST", at + "/decide", {"grant": True, "reason": "x"}), "duty.second_person_needed", "who verifies it does not decide it", 403)
    a.people["pi2"].post(at + "/decide", {"grant": True, "reason": "本人申请"})
    a.found(at)
    other = ask("pi", numbers[1], "delete")
    manager.post(other + "/verify", proof)
    pi.post(other + "/decide", {"grant": True, "reason": "本人申请"})
    a.found(other)
    work = manager.post(other + "/delete", {}, status=(201,))["key_work"]
    for who in ("officer", "pi"):
        a.people[who].post(f"/key-works/{work}/witness", {"verdict": "agree", "reason": ""})
    check("carry-out" not in pi.get(f"/key-works/{work}")["can"] and "carry-out" in manager.get(f"/key-works/{work}")["can"], "offered to those who can")
    before = ends_of(a, batch["version"])
    a.work("manager", f"/key-works/{work}/carry-out")
    new = a.people["manager"].get(f"/key-works/{work}/certificate")["rewritten"][0]["new_version"]
    check(abs(ends_of(a, new) - before) < 1000, "what stays is as old as it was")
    refused(manager.call("POST", at + "/answer", {"note": "已删", "key_work": work}), "law.request_rows_left", "another person's deletion deleted nothing of this one")
    manager.post(other + "/answer", {"note": "已删", "key_work": work})

    # A term that somebody set.
    a.people["officer"].post(f"/law/retention/{new}/keep", {"until_ms": before + 86400000, "reason": "诉讼未结"})
    for what in ("delete", "withdraw"):
        at = ask("pi", numbers[2], what)
        manager.post(at + "/verify", proof)
        pi.post(at + "/decide", {"grant": True, "reason": "本人申请"})
        wish = {"proposal": {"work": "destroy_rows", "version": new, "columns": ["certno"], "reason": "本人要求", "request": at.rsplit("/", 1)[1]}, "subject": ""}
        refused(pi.call("POST", "/key-works", wish), "keys.kept_longer", f"a request to {what} does not lift it")
    return new


def provisions(a, batch, version, people):
    manager, pi = a.people["manager"], a.people["pi"]
    numbers = list(dict.fromkeys(r["certno"] for r in people if r["certno"]))[5:]
    insurer = a.party("示例保险公司", 32)
    a.key(insurer, "insurer")
    basis = manager.post("/law/papers", {"kind": "legal_basis", "title": "民事诉讼法第七十条", "number": "主席令", "authority": "全国人大常委会", "basis": "statutory_duty"})["id"]
    pi.post(f"/law/papers/{basis}/check", {"accept": True, "note": "现行有效"})
    form = lambda some, **more: dict({"kind": "court", "document": "（2026）示民初字第1号", "reason": "仅案件当事人", "basis": basis, "dataset": batch["dataset"], "version": version, "columns": ["insutype"],
                                      "row_filter": [{"column": "certno", "op": "in", "values": some, "secret_ref": ""}], "scan": SCAN}, **more)
    refused(manager.call("POST", "/law/provisions", form(numbers[:3], party=insurer)), "law.requester_no_agency", "an insurer is no court")
    key = a.key(None, "court")
    court = manager.post("/law/papers", {"kind": "agency", "title": "示例市人民法院", "number": "登记 1", "authority": "编委", "uscc": uscc(61), "public_key": key, "scan": SCAN})["id"]
    pi.post(f"/law/papers/{court}/check", {"accept": True, "note": "电话核对", "key_id": fingerprint(key)})
    some = numbers[:60]
    for _ in range(100 // len(some)):
        asked = manager.call("POST", "/law/provisions", form(some, agency=court))
        check(asked.status == 201, f"up to a hundred persons: {asked.body[:300]}")
    refused(manager.call("POST", "/law/provisions", form(some, agency=court)), "law.provision_persons_add_up", "and no more within the month")


a = Agency()
try:
    a.staff()
    a.enrol(a.agency, "pi2", "pi_officer")
    a.run("key", "new", "--out", a.tmp / "source.key", "--no-passphrase", "--json")
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 300, "--seed", "9")
    people = list(csv.DictReader(open(synth / "psn_info_b.csv", encoding="utf-8-sig")))
    persons = a.collect(synth / "plans/psn_info_b.yaml", synth / "source.pub", synth / "psn_info_b.csv")
    a.graded(persons)
    previews(a, persons, people)
    destroyed_with_held(a, held_rows(a))
    same_rows_elsewhere(a)
    newest = requests_of_persons(a, persons, people)
    provisions(a, persons, newest, people)

    # Grading anew.
    end = ends_of(a, newest)
    columns = a.people["manager"].get(f"/datasets/{persons['dataset']}")["columns"]
    verdicts = [dict({k: c[k] for k in ("column", "type", "level", "identifying", "quasi")}, category="none", reason="误判") for c in columns]
    a.people["manager"].post(f"/datasets/{persons['dataset']}/confirm", {"verdicts": verdicts})
    check(ends_of(a, newest) >= end, "grading anew brings no end of retention nearer")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("demands hold: previews, held rows, approvals, merges, retention, requests, provisions")
