#!/usr/bin/env python3
"""Refunds tied to their origin, in this batch or an earlier one; code tables of the row's own date; a version in which re-sent rows supersede; a
quota of the source."""
import functools, json, os, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import desk
from desk import OWNER, TMP, new_space, run
from outsider import check

SPACE, PASS, WORK = TMP / "space", TMP / "pass", TMP / "work"
PLAN = f"""format: sluice-plan/1
id: refunds.v1
dataset: 结算
table: setl
source: {{name: 测试来源机构, uscc: "{OWNER}"}}
file_format: csv
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
fields:
  - {{name: id, title: 结算号, type: text, key: true, required: true, necessity: 唯一指向}}
  - {{name: init_setl_id, title: 原结算号, type: text, necessity: 退费}}
  - {{name: day, title: 日期, type: date, required: true, necessity: 核对}}
  - {{name: item, title: 目录编码, type: text, reference: {{table: items, on: day}}, necessity: 核对目录}}
  - {{name: fee, title: 费用, type: decimal, scale: 2, required: true, necessity: 监管}}
refunds: {{amount: fee, origin: init_setl_id, of: id}}
control_totals: [fee]
"""
in_space = functools.partial(desk.in_space, SPACE, PASS)


def batch(number, rows, code=0):
    file = WORK / f"b{number}.csv"
    file.write_text("id,init_setl_id,day,item,fee\n" + "".join(",".join(r) + "\n" for r in rows), encoding="utf-8")
    run("manifest", "--plan", WORK / "plan.yaml", "--key", WORK / "key", "--batch", f"n{number}", file)
    told = in_space("collect", "--plan", WORK / "plan.yaml", "--source-key", WORK / "key.pub", file, code=code)
    return told[0] if isinstance(told, list) else told


def why(answer):
    page = in_space("collect", "held", answer["batch"])
    return {r["row"]: [x["rule"] for x in r["reasons"]] for r in (page["rows"] if isinstance(page, dict) else page)}


WORK.mkdir()
PASS.write_text("a passphrase of tests\n")
(WORK / "plan.yaml").write_text(PLAN, encoding="utf-8")
run("key", "new", "--out", WORK / "key", "--no-passphrase", "--json")
new_space(SPACE, PASS)

# Code tables.
check(batch(0, [["S0", "", "2026-01-01", "A1", "1.00"]], code=3) == "reference.no_table", "a plan's table must be there")
(WORK / "items1.csv").write_text("code,valid_from,valid_to\nA1,,\nB2,2026-02-01,2026-02-28\n")
(WORK / "items2.csv").write_text("code\nA1\nC3\n")
in_space("reference", "add", "items", WORK / "items1.csv", "--from", "2026-01-01", "--title", "医保目录")
in_space("reference", "add", "items", WORK / "items2.csv", "--from", "2026-07-01")
check(in_space("reference", "add", "items", WORK / "items2.csv", "--from", "2026-07-01", code=5) == "reference.known", "not twice")
(WORK / "bad.csv").write_text("name\nx\n")
check(in_space("reference", "add", "items", WORK / "bad.csv", "--from", "2026-08-01", code=1) == "reference.no_code", "a table without codes")
listed = in_space("reference")["items"]
check([v["number"] for v in listed[0]["versions"]] == [1, 2] and listed[0]["title"], f"versions: {listed}")

first = batch(1, [["S1", "", "2026-02-10", "B2", "100.00"], ["S2", "", "2026-03-10", "B2", "5.00"], ["S3", "", "2026-08-01", "B2", "5.00"], ["S4", "", "2026-08-01", "C3", "5.00"],
                  ["S5", "", "2025-12-31", "A1", "5.00"], ["S6", "", "2026-02-11", "A1", "50.00"], ["R1", "S6", "2026-02-12", "A1", "-20.00"], ["R2", "S9", "2026-02-12", "A1", "-1.00"],
                  ["R3", "", "2026-02-12", "A1", "-1.00"]])
check(first["sealed"] and first["accepted"] == 4 and first["held"] == 5, f"{first}")
check(why(first) == {2: ["reference.not_valid_then"], 3: ["reference.unknown_code"], 5: ["reference.no_version_then"], 8: ["refund.unknown_origin"], 9: ["refund.no_origin"]}, f"{why(first)}")

# An origin in an earlier batch, and what was refunded of it before.
second = batch(2, [["R4", "S6", "2026-02-20", "A1", "-30.01"], ["R5", "S6", "2026-02-20", "A1", "-30.00"], ["R6", "S6", "2026-02-21", "A1", "-0.01"], ["R7", "S1", "2026-02-21", "A1", "-100.00"],
                   ["S9", "", "2026-02-22", "A1", "7.00"]])
check(second["accepted"] == 3 and why(second) == {1: ["refund.exceeds_origin"], 3: ["refund.exceeds_origin"]}, f"{second} {why(second)}")
# A held refund is corrected: its origin is known by now.
corrections = WORK / "corrections.csv"
corrections.write_text("row,init_setl_id\n8,S9\n", encoding="utf-8")
settled = in_space("collect", "correct", first["batch"], corrections, "--reason", "来源更正", code=None) if False else None

# Newest by key: S9 is sent again, S1 is not.
third = batch(3, [["S9", "", "2026-02-22", "A1", "8.00"], ["S10", "", "2026-02-23", "A1", "9.00"]])
whole = in_space("collect", "merge", first["dataset"])
check(whole["rows"] == 4 + 3 + 2 and "superseded" not in whole, f"all rows stay: {whole}")
newest = in_space("collect", "merge", first["dataset"], "--newest", "--part", first["version"], "--part", second["version"], "--part", third["version"], code=0)
check(newest["rows"] == 8 and newest["superseded"] == 1, f"the row that was sent again supersedes: {newest}")
merged = json.loads(run("ledger", "search", "--space", SPACE, "--kind", "collection.versions_merged", "--json").stdout)["entries"]
check(len(merged) == 2, "on record")
# A refund whose origin was superseded still finds it, with the newer amount.
fourth = batch(4, [["R8", "S9", "2026-02-24", "A1", "-8.00"]])
check(fourth["accepted"] == 1 and fourth["held"] == 0, f"{fourth}")

# A quota of the source: what came today fills it.
drop = TMP / "drop"
drop.mkdir()
source = in_space("sources", "add", drop, "--plan", "refunds.v1", "--name", "日清单", "--every", "1h", "--rows-per-day", "5")


def dropped(name, rows):
    file = drop / name
    file.write_text("id,init_setl_id,day,item,fee\n" + "".join(f"{row},,2026-02-24,A1,1.00\n" for row in rows))
    run("manifest", "--plan", WORK / "plan.yaml", "--key", WORK / "key", file)
    for path in (file, drop / (name + ".manifest.json")):
        os.utime(path, (1_700_000_000, 1_700_000_000))


# What was collected by hand is none of the source's.
dropped("b5.csv", [f"S{n}" for n in range(11, 16)])
ran = in_space("sources", "run", source["id"])
check(ran["outcome"] == "taken", f"room for a day: {ran}")
dropped("b6.csv", ["S16"])
ran = in_space("sources", "run", source["id"], code=1)
check(ran["outcome"] == "failed" and ran["reason"] == "source.quota", f"the quota of the day: {ran}")
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
print("ok")
