#!/usr/bin/env python3
"""sluice deident aggregate: counts and sums by groups; what is hidden stays unknown to who has the whole table."""
import csv, json, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args):
    return subprocess.run([SLUICE, "deident", "aggregate", *map(str, args)], capture_output=True, text=True, timeout=120)


rng = random.Random(9)
rows = []
for i in range(3000):
    place = rng.choices(["甲县", "乙县", "丙县", "丁县", "戊县"], [40, 30, 20, 9, 1])[0]
    rows.append((place, rng.choice("FM"), rng.choices(["I10", "E11", "J45", "C50"], [50, 30, 18, 2])[0], f"p{i // 2}", f"{rng.randrange(100, 90000) / 100:.2f}"))
source, out = TMP / "in.csv", TMP / "out.csv"
source.write_text("place;sex;disease;person;fee\n" + "".join(";".join(r) + "\n" for r in rows))
done = run(source, out, "--by", "place,disease", "--sum", "fee", "--mean", "fee", "--threshold", "10", "--dominance", "2:85", "--contributor", "person", "--json")
check(done.returncode == 0, done.stderr)
report = json.loads(done.stdout)
table = list(csv.DictReader(out.open(), delimiter=";"))
check(report["cells"] == len(table) and report["rows_in"] == 3000, "the report counts")
check(report["narrowest"] >= 10, f"no hidden count is known better than within the threshold: {report}")
true = {}
for place, _, disease, person, fee in rows:
    for key in ((place, disease), (place, "(total)"), ("(total)", disease), ("(total)", "(total)")):
        cell = true.setdefault(key, [0, 0, set()])
        cell[0] += 1
        cell[1] += round(float(fee) * 100)
        cell[2].add(person)
hidden = {(r["place"], r["disease"]) for r in table if r["suppressed"] == "1"}
check(len(hidden) == report["cells_hidden"] and 2 <= len(hidden) < len(table) / 2, f"some are hidden: {hidden}")
for r in table:
    key = r["place"], r["disease"]
    if key in hidden:
        check(r["count"] == r["sum_fee"] == r["mean_fee"] == "", "a hidden cell is empty")
    else:
        count, cents, people = true[key]
        check(int(r["count"]) == count and round(float(r["sum_fee"]) * 100) == cents, f"{key} is exact")
        check(abs(float(r["mean_fee"]) - cents / 100 / count) < 1e-5, f"{key} mean")
        check(len(people) >= 10, f"{key} has enough people")
check(all(len(true[k][2]) >= 10 or k in hidden for k in true), "every small cell is hidden")
# An outsider cannot subtract: no line of the table has exactly one hidden cell.
for place in {k[0] for k in true}:
    check(len([k for k in true if k[0] == place and k in hidden]) != 1, f"one hidden cell in line {place}")
for disease in {k[1] for k in true}:
    check(len([k for k in true if k[1] == disease and k in hidden]) != 1, f"one hidden cell in line {disease}")
for arguments, reason in ((["--by", "nobody"], "deident.missing_column"), (["--by", "sex", "--sum", "place"], "aggregate.not_a_number"),
                          (["--by", "sex", "--threshold", "1"], "cli.bad_arguments"), ([], "aggregate.bad_rule")):
    none = TMP / "none.csv"
    done = run(source, none, *arguments)
    check(done.returncode != 0 and reason in done.stderr and not none.exists(), f"{arguments}: {done.stderr}")
print("ok")
