#!/usr/bin/env python3
"""What came and was not taken is seen too, each source by itself. Laws: a file that waits too long for its manifest, and one without a manifest that cannot be
read, is on record once, by its digest and its reason, and taken when it comes right; two sources of one plan have their own figures; a list of deletions that
was not carried out is told with its reason, one that was with its effect, its decision and what is left; a merge is told with what it superseded; the same rows
from another source by another plan are one dataset to the windows; held rows are read with a second factor and destroyed by themselves; a batch of which
nothing could be accepted leaves nothing in the vault."""
import base64, json, os, pathlib, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check, uscc

PLAN = """format: sluice-plan/1
id: %s
dataset: %s
table: %s
source: {name: %s, uscc: "%s"}
file_format: csv
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
fields:
"""
BILLS = PLAN % ("bills.v1", "单据", "bills", "示例市医疗保障信息中心", "12509803MAT000018C") + """  - {name: bill_no, title: 单据号, type: text, key: true, required: true, max_length: 30, necessity: 唯一}
  - {name: item, title: 项目, type: text, max_length: 30, necessity: 核对}
  - {name: pric, title: 单价, type: decimal, required: true, min: "0", necessity: 核对}
"""
OTHER = PLAN % ("ledger.copy", "台账", "copied", "另一来源", uscc(77)) + """  - {name: money, title: 金额, type: decimal, required: true, necessity: 核对}
  - {name: voucher, title: 凭证, type: text, required: true, max_length: 30, necessity: 核对}
"""
DAY = 86400000
SCAN = base64.b64encode("原件".encode()).decode()


def text(rows):
    return "bill_no,item,pric\n" + "\n".join(rows) + "\n"


def manifest(a, plan, file, number, *more):
    a.run("manifest", "--plan", plan, "--key", a.tmp / "source.key", "--batch", number, *more, file)


def sent(a, name, content, number, plan="bills.yaml", code=0):
    (a.tmp / name).write_text(content)
    manifest(a, a.tmp / plan, a.tmp / name, number)
    return a.collect(a.tmp / plan, a.tmp / "source.key.pub", a.tmp / name, code=code)


def fails(a, *args):
    done = subprocess.run([a.sluice, *map(str, args), "--space", str(a.space), "--passphrase-file", str(a.passphrase)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode not in (0, 7), f"refused: {done.stdout[-300:]}")
    return json.loads(done.stderr)["code"]


def until(what, holds):
    for _ in range(150):
        if holds():
            return
        time.sleep(0.2)
    check(False, what)


def two_sources(a, plan):
    """Each its own figures; a file without a manifest has its line, under its source alone."""
    manager = a.people["manager"]
    places, ids = {}, {}
    for name in ("north", "south"):
        places[name] = a.tmp / "drop" / name
        places[name].mkdir(parents=True)
        a.at_the_desk("sources", "add", a.space, "--plan", "bills.v1", "--name", name, "--every", "2", code=6)  # what the node writes is nothing that came
        shown = json.loads(a.at_the_desk("sources", "add", places[name], "--plan", "bills.v1", "--name", name, "--every", "2", "--manifest-within", "3", "--json"))
        ids[name] = shown["id"]
        check(shown["where"]["manifest_within_s"] == 3, f"how long it waits: {shown}")
    source = lambda name: manager.get(f"/sources/{ids[name]}")
    for name, rows in (("north", 30), ("south", 20)):
        file = places[name] / f"{name}.csv"
        file.write_text(text([f"{name}{i:05d},甲,1.50" for i in range(rows)]))
        manifest(a, a.tmp / "bills.yaml", file, name)
    until("both were taken", lambda: all(source(n)["came"]["batches"] == 1 for n in ids))
    check([source(n)["came"]["rows"] for n in ids] == [30, 20] and source("north")["of_plan"] == {"batches": 3, "rows": 51}, f"each its own, the one by hand in neither: {source('north')}")
    check(sorted(b["source"] for b in manager.get("/batches")["items"] if "source" in b) == sorted(ids.values()), "a batch says whose it is, the one by hand nobody's")
    late = places["north"] / "late-名单.csv"
    late.write_text(text(["late00001,乙,2.50"]))
    (places["north"] / "broken.csv").write_text(text(["x"]))
    (places["north"] / "broken.csv.manifest.json").write_text("{ not json")
    until("it is on record, and named to people", lambda: source("north")["refused_files"] == 1 and "file" in source("north")["refused"][0])
    line = source("north")["refused"][0]
    check((line["reason"], line["bytes"], line["file"], line["source"]) == ("manifest.missing", late.stat().st_size, late.name, ids["north"]), f"what, why, whose: {line}")
    check(source("south")["refused"] == [] and source("south")["refused_files"] == 0, "and nobody else's")
    until("an unreadable manifest is held", lambda: source("north")["held_batches"] == 1)
    check(source("north")["held"][0]["reason"] == "manifest.malformed" and source("south")["held_batches"] == 0, "with its reason, under its source")
    time.sleep(3)
    events = json.loads(a.run("ledger", "search", "--space", a.space, "--kind", "collection.file_refused", "--limit", "20", "--json"))["entries"]
    check(len(events) == 1 and "名单" not in json.dumps(events, ensure_ascii=False), f"once, without its name: {events}")
    manifest(a, a.tmp / "bills.yaml", late, "late")
    until("with its manifest it is taken", lambda: source("north")["came"]["batches"] == 2)
    check(source("north")["refused_files"] == 0 and source("north")["refused"][0]["batch"].startswith("bt_"), "and the line says so")
    # By hand, without a manifest and not to be read.
    (a.tmp / "ragged.csv").write_text("bill_no,item,pric\na,1,x\nb,2\n")
    check(fails(a, "collect", "--plan", a.tmp / "bills.yaml", "--json", a.tmp / "ragged.csv") == "csv.ragged", "the answer is as before")
    hand = [f for f in manager.get("/refused-files")["items"] if "source" not in f]
    check([(f["reason"], f["file_problem"]) for f in hand] == [("manifest.missing", "csv.ragged")], f"with both reasons: {hand}")
    listed = json.loads(a.at_the_desk("sources", "refused", "--json"))["items"]
    check(len(listed) == 2, f"the command line lists them: {listed}")
    for name in ids:
        a.at_the_desk("sources", "remove", ids[name], "--reason", "测试")


def one_file_holds_up_nobody(a, dataset):
    """Files that cannot be taken now (there is no room for them) come after those that can, however early their names are."""
    manager, place = a.people["manager"], a.tmp / "drop" / "mixed"
    place.mkdir(parents=True)
    for name, rows in [(f"a{i}.csv", 40000) for i in range(4)] + [("z.csv", 7)]:
        (place / name).write_text(text([f"{name[:-4]}{i:07d},项目,1.50" for i in range(rows)]))
        manifest(a, a.tmp / "bills.yaml", place / name, "mixed " + name)
    used = a.people["sysadmin"].get("/storage")["used_bytes"]
    a.at_the_desk("storage", "policy", "--dataset-max", f"{dataset}={used + 200000}", "--space-max", "0", "--keep-free", "0")
    made = json.loads(a.at_the_desk("sources", "add", place, "--plan", "bills.v1", "--name", "mixed", "--every", "2", "--json"))
    source = lambda: manager.get(f"/sources/{made['id']}")
    until("the one that fits was taken", lambda: source()["came"]["rows"] == 7)
    until("and what holds up the others is said", lambda: source()["outcome"] == "failed" and source()["reason"] == "storage.dataset_quota")
    a.at_the_desk("storage", "policy", "--dataset-max", f"{dataset}=0")
    a.at_the_desk("sources", "run", made["id"], code=0)
    until("with room all of them", lambda: source()["came"]["batches"] == 5)
    a.at_the_desk("sources", "remove", made["id"], "--reason", "测试")


def merges_and_deletions(a, dataset):
    manager = a.people["manager"]
    rows = [f"b{i:06d},项目,1.50" for i in range(100)]
    first = sent(a, "first.csv", text(rows), "m1")
    second = sent(a, "second.csv", text([r.replace("1.50", "1.90") for r in rows[:40]]), "m2")
    merged = a.work("manager", f"/datasets/{dataset}/merge", {"parts": [first["version"], second["version"]], "newest_by_key": True})
    told = manager.get("/version-changes?status=merge")["items"][0]
    check((told["version"], told["rows_before"], told["rows"], told["change"]["superseded"]) == (merged["version"], 140, 100, 40), f"its effect: {told}")
    check(told["operation"]["flow"] == "standing" and [p["version"] for p in told["parts"]] == [first["version"], second["version"]], f"by whose word, of what: {told}")

    listed = a.tmp / "gone.csv"
    delete = lambda: a.at_the_desk("collect", "delete", "--plan", "bills.v1", "--version", merged["version"], "--json", listed)
    listed.write_text("bill_no\nnobody01\nnobody02\n")
    manifest(a, a.tmp / "bills.yaml", listed, "d1", "--deletion")
    check(fails(a, "collect", "delete", "--plan", "bills.v1", "--version", merged["version"], "--json", listed) == "deletion.nothing_matched", "no such rows")
    lists = manager.get("/refused-files?status=deletion")["items"]
    check([f["reason"] for f in lists] == ["deletion.nothing_matched"] and "version" not in lists[0], f"what was asked and not done: {lists}")
    listed.write_text("bill_no\nb000001\nb000002\nnobody03\n")
    check(fails(a, "collect", "delete", "--plan", "bills.v1", "--version", merged["version"], "--json", listed).startswith("manifest."), "another list than the manifest's")
    manifest(a, a.tmp / "bills.yaml", listed, "d2", "--deletion")
    done = json.loads(delete())
    told = manager.get("/version-changes?status=deletion")["items"][0]
    change = told["change"]
    check((told["version"], told["rows_before"], told["rows"], change["removed"], change["unmatched"], change["number"]) == (done["version"], 100, 98, 2, 1, "d2"), f"what was asked, done and not found: {told}")
    check(told["operation"]["requested_by"] and told["older_until_ms"] > time.time() * 1000 and not told["parts"][0]["destroyed"], f"by whom, and what is left until when: {told}")
    again = [f for f in manager.get("/refused-files?status=deletion")["items"] if f["file_digest"] == change["list_digest"]]
    check(len(again) == 1 and again[0]["version"] == done["version"], f"a list that came right says so: {again}")
    from_afar(a, done)


def from_afar(a, before):
    """The list comes with the request of a signed-in data manager: nothing of it is said but counts, nothing of it stays."""
    manager, listed = a.people["manager"], a.tmp / "afar.csv"
    plan = next(p["id"] for p in manager.get("/plans")["items"] if p["name"] == "bills.v1")
    listed.write_text("bill_no\nb000005\nb000006\nb000007\nsecretkey99\n")
    manifest(a, a.tmp / "bills.yaml", listed, "d3", "--deletion")
    good = {"name": "afar.csv", "content": base64.b64encode(listed.read_bytes()).decode(), "manifest": pathlib.Path(f"{listed}.manifest.json").read_text()}
    send = lambda **more: manager.call("POST", "/collections/deletion", {"plan": plan, "version": before["version"], "list": dict(good, **more)})
    check(manager.call("POST", "/collections/deletion", {"plan": plan, "file": str(listed)}).code == "collection.local_only", "a path is for this machine alone")
    check(manager.call("POST", "/collections/deletion", {"plan": plan, "file": "/etc/passwd", "list": good}).code == "deletion.list_or_file", "one or the other")
    check(a.people["officer"].call("POST", "/collections/deletion", {"plan": plan, "list": good}).code == "duty.missing", "not by anybody")
    for bad, code in ((dict(name="../afar.csv"), "deletion.bad_name"), (dict(name=""), "deletion.bad_name"), (dict(name="a\0b"), "deletion.bad_name"), (dict(name="x" * 300), "deletion.bad_name"), (dict(content="%%"), "deletion.list_missing"),
                      (dict(content=""), "deletion.list_missing")):
        check(send(**bad).code == code, f"{bad}: {send(**bad).body}")

    def outcome(answer):
        told = answer.json
        while told.get("state") == "running":
            time.sleep(0.1)
            told = manager.get("/jobs/" + told["id"])
        return told
    for bad, code in ((dict(manifest=""), "manifest.missing"), (dict(manifest="{"), "manifest.malformed"), (dict(content=base64.b64encode(b"bill_no\nb000009\n").decode()), "manifest."), (dict(name="other.csv"), "manifest.")):
        told = json.dumps(outcome(send(**bad)), ensure_ascii=False)
        check(code in told and "secretkey99" not in told and "b00000" not in told, f"{list(bad)}: {told}")
    told = outcome(send())
    done = told.get("result", told)
    check((done["removed"], done["unmatched"], done["from"]) == (3, 1, before["version"]), f"done, and how many keys were nobody's: {told}")
    check("secretkey99" not in json.dumps(told) + json.dumps(manager.get("/version-changes?status=deletion")) + a.log.read_text(errors="replace"), "no key is said")
    check(not [p for p in pathlib.Path("/dev/shm").rglob("afar.csv")], "nothing of it stays in memory")


def same_rows(a, dataset):
    """Another source, another plan, other names and order of the columns, a part of the rows: the same rows."""
    manager = a.people["manager"]
    rows = [f"voucher-{i:06d}" for i in range(600)]
    first = sent(a, "whole.csv", text([f"{v},甲,{i % 90}.50" for i, v in enumerate(rows)]), "s1")
    (a.tmp / "other.yaml").write_text(OTHER)
    copy = sent(a, "copy.csv", "money,voucher\n" + "".join(f"{i % 90}.50,{v}\n" for i, v in reversed(list(enumerate(rows[:450])))), "s2", plan="other.yaml")
    entries = json.loads(a.run("ledger", "search", "--space", a.space, "--kind", "collection.same_rows_found", "--limit", "20", "--json"))["entries"]
    check(len(entries) == 1, f"found by their content: {entries}")
    a.graded(first), a.graded(copy)
    a.people["secadmin"].post("/access/rights", {"person": a.ids["manager"], "scope": {"actions": ["list_values"], "datasets": [first["dataset"], copy["dataset"]], "level_max": 4},
                                                 "expires_ms": int(time.time() * 1000) + DAY, "reason": "岗位需要"})
    manager.step_up()
    ask = lambda batch, column, at: manager.call("POST", "/operations", {"what": "list_values", "dataset": batch["dataset"], "version": batch["version"], "batch": "", "columns": [column],
                                                 "first_row": at, "rows": 200, "flow": "standing", "purpose": "fund_supervision", "reason": "核对"})
    check([ask(first, "item", at).status for at in (0, 200)] == [201, 201], "two helpings")
    refused(ask(copy, "money", 0), "operation.split_in_time", "the third from the copy")
    # A security officer tells them apart, and takes that back.
    shown = a.people["officer"].get(f"/datasets/{copy['dataset']}")
    check([(pair["other"], pair["same"]) for pair in shown["same_rows"]] == [(first["dataset"], True)] and "same-rows" in shown["can"], f"who decides sees it: {shown.get('same_rows')}")
    decide = lambda who, same: a.people[who].call("POST", f"/datasets/{first['dataset']}/same-rows", {"other": copy["dataset"], "same": same, "reason": "核对后认定"})
    refused(decide("manager", False), "duty.missing", "not who reads them", 403)
    a.people["officer"].sign_in()
    refused(decide("officer", False), "session.step_up_needed", "with a second factor", 403)
    a.people["officer"].step_up()
    waits = lambda who: [(i["object"], i["title"]) for i in a.people[who].get("/inbox")["items"] if i["kind"] == "same_rows"]
    check(waits("officer") == [(copy["dataset"], "台账 = 单据")] and waits("manager") == [], f"a task of who decides, until somebody did: {waits('officer')}")
    check(decide("officer", True).status == 200 and waits("officer") == [], "confirmed, and no task any more")
    refused(decide("officer", True), "collection.same_rows_known", "confirmed once", 409)
    check(decide("officer", False).status == 200 and ask(copy, "money", 0).status == 201, "two tables again")
    refused(decide("officer", False), "collection.same_rows_unknown", "once", 409)
    again = decide("officer", True).json
    check([(pair["same"], pair["reason"]) for pair in again["same_rows"]] == [(True, "核对后认定")], f"what was decided: {again['same_rows']}")
    refused(ask(copy, "money", 200), "operation.split_in_time", "one table again")
    check(decide("officer", False).status == 200, "and apart, for what follows")


def held_rows(a, dataset):
    manager = a.people["manager"]
    nothing = sent(a, "nothing.csv", text([f"n{i:05d},甲,-1" for i in range(5)]), "h0", code=7)
    check(not nothing["sealed"] and nothing["reason"] == "collection.no_acceptable_rows", f"nothing could be accepted: {nothing}")
    shown = manager.get(f"/batches/{nothing['batch']}")
    check(shown["held_version"] == "", f"then nothing of it is sealed: {shown}")
    batch = sent(a, "held.csv", text([f"h{i:05d},甲,{-1 if i < 7 else 1}" for i in range(10)]), "h1")
    check(batch["held"] == 7 and batch["accepted"] == 3, f"held: {batch}")
    version = manager.get(f"/batches/{batch['batch']}")["held_version"]
    # Values want the second factor where the level does, or nobody confirmed it; reasons do not.
    columns = manager.get(f"/datasets/{dataset}")["columns"]
    verdicts = [dict({k: c["proposal"][k] for k in ("type", "category", "identifying", "quasi")}, column=c["column"], level=4, reason="按敏感处理") for c in columns]
    manager.post(f"/datasets/{dataset}/confirm", {"verdicts": verdicts})
    read = lambda detail: manager.call("POST", f"/batches/{batch['batch']}/held", {"detail": detail, "after": 0, "limit": 5})
    manager.sign_in()
    refused(read("values"), "session.step_up_needed", "values of level 4", 403)
    check(read("reasons").status == 200, "reasons are not values")
    manager.step_up()
    shown = read("values")
    check(shown.status == 200 and len(shown.json["rows"]) == 5, f"with it they are shown: {shown.status} {shown.body[:300]}")
    # Destroyed by themselves: what was accepted stays.
    wish = {"proposal": {"work": "destroy_version", "version": version, "reason": "来源确认作废"}}
    refused(manager.call("POST", "/key-works", wish), "keys.retention_not_over", "before their retention ends")
    item = next(i for i in manager.get("/law/retention")["items"] if i["version"] == version)
    check(item["held"] and item["batch"] == batch["batch"] and item["state"] == "kept", f"they stand in the register: {item}")
    paper = {"kind": "destruction_approval", "title": "销毁审批", "number": "〔2026〕9号", "authority": "示例市医疗保障局", "dataset": dataset, "scan": SCAN, "expires_ms": int(time.time() * 1000) + 30 * DAY}
    approval = a.people["officer"].post("/law/papers", paper)["id"]
    a.people["pi"].post(f"/law/papers/{approval}/check", {"accept": True, "note": "与原件一致"})
    wish["proposal"]["approval"] = approval
    work = manager.post("/key-works", wish)["id"]
    for who in ("secadmin", "sysadmin"):
        a.people[who].post(f"/key-works/{work}/witness", {"verdict": "agree"})
    a.work("manager", f"/key-works/{work}/carry-out")
    check(not (a.space / "vault" / version).exists(), "their folder is gone")
    gone = read("reasons")
    check(gone.code in ("keys.version_destroyed", "keys.column_destroyed"), f"nobody reads them any more: {gone.body[:200]}")
    certificate = json.loads(a.at_the_desk("keys", "certificate", work, "--json"))
    check(certificate["format"].startswith("sluice-destruction"), "with a certificate")
    check(next(i for i in manager.get("/law/retention")["items"] if i["version"] == version)["state"] == "destroyed", "and the register says so")
    check(next(i for i in manager.get("/law/retention")["items"] if i["version"] == batch["version"])["state"] == "kept", "what was accepted stays")


def hosts(a):
    sysadmin, manager = a.people["sysadmin"], a.people["manager"]
    sysadmin.step_up()
    sysadmin.post("/source-hosts", {"host": "his.example.cn:5432", "reason": "医院前置机"}, status=(200,))
    shown = manager.get("/source-hosts")
    check([(h["host"], h["reason"]) for h in shown["hosts"]] == [("his.example.cn:5432", "医院前置机")] and shown["can"] == [], f"data managers see it: {shown}")
    check(sysadmin.post("/source-hosts/remove", {"host": "his.example.cn:5432", "reason": "下线"}, status=(200,))["hosts"] == [], "ended")


a = Agency()
try:
    a.staff()
    a.run("key", "new", "--out", a.tmp / "source.key", "--no-passphrase", "--json")
    (a.tmp / "bills.yaml").write_text(BILLS)
    dataset = sent(a, "begin.csv", text(["begin00001,甲,1.00"]), "0")["dataset"]
    two_sources(a, dataset)
    merges_and_deletions(a, dataset)
    same_rows(a, dataset)
    held_rows(a, dataset)
    hosts(a)
    one_file_holds_up_nobody(a, dataset)
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("refused files, each source's figures, merges and deletions with their effect, copies, held rows destroyed")
