#!/usr/bin/env python3
"""Whatever makes a version of a dataset that was classified before is classified by the node itself: corrected held rows, a merge, rows that the source took back.
A few rows raise what stands and never lower it."""
import csv, json, os, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency
from outsider import check
from plans import plan

FIELDS = [("id", "流水号", "text, key: true, required: true"), ("sex", "性别", 'text, values: ["1", "2"]'), ("note", "备注", "text"),
          ("day", "就诊日期", "date, required: true"), ("fee", "费用", "decimal, scale: 2, required: true")]


def rows(first, count, note="复诊"):
    return [[f"V{n:06d}", str(1 + n % 2), note, f"2026-01-{1 + n % 28:02d}", f"{n % 400}.50"] for n in range(first, first + count)]


a = Agency()
try:
    a.enrol(a.agency, "manager", "data_manager")
    manager = a.people["manager"]
    a.run("key", "new", "--out", a.tmp / "source", "--no-passphrase")
    (a.tmp / "plan.yaml").write_text(plan("visits", "就诊明细", FIELDS, control_totals=["fee"]), encoding="utf-8")

    def deliver(name, rows, header=("id", "sex", "note", "day", "fee"), *more):
        path = a.tmp / name
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        a.run("manifest", *more, "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source", path)
        return path

    def collect(path):
        return a.collect(a.tmp / "plan.yaml", a.tmp / "source.pub", path)

    def state(dataset):
        shown = manager.get(f"/datasets/{dataset}")
        return {c["column"]: c for c in shown["columns"]}, shown

    def waits():
        return {i["kind"] for i in manager.get("/inbox")["items"]}

    first = collect(deliver("first.csv", rows(1, 300) + [["V900001", "9", "复诊", "2026-01-02", "1.00"], ["V900002", "8", "确诊艾滋病", "2026-01-03", "2.00"]]))
    check(first["sealed"] and first["held"] == 2 and "grading" not in first, f"nobody classified the dataset yet: {first}")
    dataset = first["dataset"]
    manager.post(f"/datasets/{dataset}/versions/{first['version']}/classify")
    before, _ = state(dataset)
    verdicts = [{"column": c, "type": f["proposal"]["type"], "category": f["proposal"]["category"], "level": f["proposal"]["level"],
                 "identifying": f["proposal"]["identifying"], "quasi": f["proposal"]["quasi"], "reason": ""} for c, f in before.items()]
    manager.post(f"/datasets/{dataset}/confirm", {"verdicts": verdicts})
    report = manager.get(f"/datasets/{dataset}/profile")["version"]

    corrected = manager.post(f"/batches/{first['batch']}/corrections", {"corrections": [{"row": 301, "cells": {"sex": "1"}}], "rejected": [], "reason": ""})
    check(corrected["accepted"] == 1 and corrected["grading"] == {"reopened": [], "review": 0, "problem": ""}, f"one corrected row changes nothing: {corrected}")
    check("classify_version" not in waits(), "and leaves nobody a task")
    check(manager.get(f"/datasets/{dataset}/profile")["version"] == report, "the profile is still that of the many")
    after, _ = state(dataset)
    check(all(after[c]["proposal"]["level"] == before[c]["proposal"]["level"] for c in before), "no proposal went down")

    sick = manager.post(f"/batches/{first['batch']}/corrections", {"corrections": [{"row": 302, "cells": {"sex": "2"}}], "rejected": [], "reason": ""})
    check("note" in sick["grading"]["reopened"], f"level 5 content in a corrected row reopens its column: {sick['grading']}")

    second = collect(deliver("second.csv", rows(1000, 300)))
    check(second["grading"]["problem"] == "", f"a batch as before: {second}")
    merged = manager.post(f"/datasets/{dataset}/merge", {"parts": []})
    check(merged["grading"]["problem"] == "" and "classify_version" not in waits(), f"a merge is classified: {merged}")
    check(manager.get(f"/datasets/{dataset}/profile")["version"] == merged["version"], "all its rows are the profile now")
    gone = deliver("back.csv", [["V000001"], ["V000002"]], ("id",), "--deletion", "--batch", "撤回-1")
    back = json.loads(a.at_the_desk("collect", "delete", "--plan", "visits.v1", gone, "--json"))
    check(back["removed"] == 2 and back["grading"]["problem"] == "", f"so are rows without those that were taken back: {back}")
    check("classify_version" not in waits(), "nothing waits to be classified")
finally:
    a.server.stop()
print("ok")
