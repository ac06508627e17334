#!/usr/bin/env python3
"""A table of 5,000 columns is collected, classified, confirmed, listed and exported like any other; the list of an agency with thousands of tables comes in pages
without gaps, and a page is as quick at the end as at the beginning."""
import csv, os, sys, time, zipfile

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency
from outsider import check
from plans import plan

COLUMNS, TABLES = 5000, 1500
WORDS = [("psn_name", "姓名"), ("certno", "证件号码"), ("tel", "联系电话"), ("brdy", "出生日期"), ("gend", "性别"), ("diag_name", "诊断名称"), ("medfee_sumamt", "医疗费总额"),
         ("flag", "标志"), ("adm_dept_name", "科室"), ("memo", "备注")]


def plan_of(name, columns):
    return plan(name, name, [(c, t, "text, key: true, required: true" if i == 0 else "text") for i, (c, t) in enumerate(columns)])


a = Agency()
try:
    a.enrol(a.agency, "manager", "data_manager")
    manager = a.people["manager"]
    a.run("key", "new", "--out", a.tmp / "source", "--no-passphrase")
    columns = [(f"{WORDS[i % len(WORDS)][0]}_{i:04d}", WORDS[i % len(WORDS)][1]) for i in range(COLUMNS)]
    (a.tmp / "wide.yaml").write_text(plan_of("wide", columns), encoding="utf-8")
    with open(a.tmp / "wide.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([c for c, _ in columns])
        for r in range(60):
            writer.writerow([f"r{r}" if i == 0 else "139%08d" % (r * 7 + i) if i % len(WORDS) == 2 else f"v{(r * i) % 13}" for i in range(COLUMNS)])
    a.run("manifest", "--plan", a.tmp / "wide.yaml", "--key", a.tmp / "source", a.tmp / "wide.csv")
    taken = a.collect(a.tmp / "wide.yaml", a.tmp / "source.pub", a.tmp / "wide.csv")
    check(taken["sealed"] and taken["accepted"] == 60, f"collected: {taken}")
    dataset = taken["dataset"]
    manager.post(f"/datasets/{dataset}/versions/{taken['version']}/classify")
    shown = manager.get(f"/datasets/{dataset}")
    check(len(shown["columns"]) == COLUMNS and all(c["proposal"] for c in shown["columns"]), "every column has a proposal")
    check(manager.get(f"/datasets/{dataset}/profile")["rows"] == 60, "and a profile")
    seen, cursor = [], ""
    while True:
        page = manager.get(f"/grading/list?limit=500{'&cursor=' + cursor if cursor else ''}")
        check(page["total"] == COLUMNS, f"all of them are in the list: {page['total']}")
        seen += [(i["dataset"], i["column"]) for i in page["items"]]
        cursor = page.get("next") or ""
        if not cursor:
            break
    check(len(seen) == COLUMNS == len(set(seen)), f"each once: {len(seen)}")
    queue = manager.get("/grading/review?limit=50")
    check(queue["total"] == COLUMNS and len(queue["items"]) == 50, f"the queue comes in pages: {queue['total']}")
    likes = [c for c in shown["columns"] if c["column"].startswith("tel_")]
    target = likes[0]["proposal"]
    verdict = {"column": "", "type": target["type"], "category": target["category"], "level": target["level"], "identifying": target["identifying"], "quasi": target["quasi"], "reason": "同类字段"}
    done = manager.post("/grading/confirm", {"verdict": verdict, "targets": [{"dataset": dataset, "column": c["column"]} for c in likes]})
    check(manager.get("/grading/review?limit=1")["total"] == COLUMNS - len(likes), f"one verdict for {len(likes)} alike: {done}")
    sheet = manager.call("GET", "/grading/list/export?format=xlsx")
    (a.tmp / "list.xlsx").write_bytes(sheet.body)
    check(sheet.status == 200 and zipfile.ZipFile(a.tmp / "list.xlsx").testzip() is None, "exported")

    # Thousands of tables, as a scan of a large agency finds them.
    for n in range(TABLES):
        manager.post("/plans", {"plan": plan_of(f"t{n:05d}", [("id", "流水号"), ("psn_name", "姓名"), ("memo", "备注")])})
    names, cursor, spent = [], "", []
    while True:
        began = time.monotonic()
        page = manager.get(f"/datasets?limit=200{'&cursor=' + cursor if cursor else ''}")
        spent.append(time.monotonic() - began)
        names += [d["name"] for d in page["items"]]
        cursor = page.get("next") or ""
        if not cursor:
            break
    check(len(names) == TABLES + 1 == len(set(names)), f"every table once: {len(names)}")
    found = manager.get("/grading/list?q=t00777&limit=50")
    check(found["total"] == 3, f"found among them: {found['total']}")
    print(f"a page of 200 tables of {len(names)}: {min(spent) * 1000:.0f} to {max(spent) * 1000:.0f} ms")
finally:
    a.server.stop()
print("ok")
