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
# Of 69 rows one has a bonus: its value stands neither as a sum nor as a mean.
bonus, receipt = TMP / "bonus.csv", TMP / "receipt.json"
bonus.write_text("dept,sex,bonus\n" + "".join(f"{d},{s},{'98765.43' if (d, s) == ('B', 'M') else 1000 + i if i < w else ''}\n"
                                              for d, s, n, w in (("A", "F", 40, 30), ("A", "M", 50, 40), ("B", "F", 45, 20), ("B", "M", 1, 1), ("C", "F", 33, 30), ("C", "M", 33, 33)) for i in range(n))
                 + "B,M,\n" * 68)
done = run(bonus, out, "--by", "dept,sex", "--sum", "bonus", "--mean", "bonus", "--threshold", "5", "--receipt", receipt)
check(done.returncode == 0 and "98765" not in out.read_text() and "B,M,,,,1" in out.read_text(), f"one person's value: {done.stderr} {out.read_text()}")


def checked(path, paper, *, code):
    done = subprocess.run([SLUICE, "deident", "check", str(path), "--receipt", str(paper), "--json"], capture_output=True, text=True, timeout=120)
    check(done.returncode == code, f"check of {path.name}: {done.returncode} {done.stdout[-600:]} {done.stderr}")
    return sorted({f["check"] for f in json.loads(done.stdout)["findings"] if f["outcome"] == "broken"})


def renewed(paper, path, **members):
    """A receipt that a forger would write: the digest of the file as it is now."""
    import hashlib
    data = path.read_bytes()
    digest = hashlib.new("sm3", b"".join(hashlib.new("sm3", data[i:i + 65536]).digest() for i in range(0, len(data), 65536))).hexdigest()
    other = TMP / "forged.json"
    other.write_text(json.dumps({**json.loads(paper.read_text()), "output_digest": digest, **members}))
    return other


check(checked(out, receipt, code=0) == [], "an aggregate of the command line can be checked")
threshold = json.loads(receipt.read_text())["aggregate"]["threshold"]
check(threshold == 5, "the receipt names the rule")
# Small cells filled in truthfully, all of them: a receipt that calls none hidden does not hold.
small = TMP / "small.csv"
small.write_text("place,sex\n" + "".join(f"{p},{s}\n" for p, s, n in (("x", "F", 3), ("x", "M", 17), ("y", "F", 17), ("y", "M", 3), ("z", "F", 30), ("z", "M", 40)) for _ in range(n)))
check(run(small, out, "--by", "place,sex", "--receipt", receipt).returncode == 0 and checked(out, receipt, code=0) == [], "hidden")
filled = TMP / "filled.csv"
filled.write_text("place,sex,count,suppressed\nx,F,3,0\nx,M,17,0\nx,(total),20,0\ny,F,17,0\ny,M,3,0\ny,(total),20,0\nz,F,30,0\nz,M,40,0\nz,(total),70,0\n"
                  "(total),F,50,0\n(total),M,60,0\n(total),(total),110,0\n")
check(checked(filled, renewed(receipt, filled, aggregated_hidden=0), code=6) == ["threshold"], "what was hidden and filled in is found")
done = run(small, out, "--by", "place,sex", "--threshold", "100")
check(done.returncode == 0 and "nothing is left" in done.stdout, f"when nothing is left it is said: {done.stdout}")
# Values of group columns leave as they are: identifiers among them are refused.
people = TMP / "people.csv"
people.write_text("tel,fee\n" + "".join(f"138{i:08d},1\n" for i in range(10000000, 10000200)))
none = TMP / "none.csv"
done = run(people, none, "--by", "tel", "--sum", "fee")
check(done.returncode != 0 and "deident.residual_found" in done.stderr and not none.exists(), f"identifiers as groups: {done.stderr}")
check(run(people, none, "--by", "tel", "--identifiers-kept", "tel").returncode == 0, "unless they are said to stay")
none.unlink()
done = run(small, none, "--by", "place", "--receipt", TMP / "nowhere/x.json")
check(done.returncode != 0 and not none.exists(), "no output without its receipt")
# Parquet is checked like CSV.
(TMP / "keep.yaml").write_text("format: sluice-strategy/1\nid: k\nversion: '1'\nunlisted: keep\nidentifiers_kept: [rising]\nfields: [{column: plain_text, technique: suppress}]\n"
                               "aggregate: {by: [few_texts], threshold: 3}\n")
good, parquet = pathlib.Path(os.environ["SLUICE_ROOT"]) / "tests/fuzz/corpus/table.parquet/good", TMP / "out.parquet"
done = subprocess.run([SLUICE, "deident", "apply", "--recipe", str(TMP / "keep.yaml"), str(good), str(parquet), "--receipt", str(receipt)], capture_output=True, text=True)
check(done.returncode == 0 and checked(parquet, receipt, code=0) == [], f"an aggregate in Parquet is checked: {done.stderr}")
wrong = json.loads(receipt.read_text())
wrong["aggregated_hidden"] += 1
(TMP / "wrong.json").write_text(json.dumps(wrong))
check(checked(parquet, TMP / "wrong.json", code=6) == ["hidden_cells"], "and a false receipt refused")
for arguments, reason in ((["--by", "nobody"], "deident.missing_column"), (["--by", "sex", "--sum", "place"], "aggregate.not_a_number"),
                          (["--by", "sex", "--threshold", "1"], "cli.bad_arguments"), ([], "aggregate.bad_rule")):
    none = TMP / "none.csv"
    done = run(source, none, *arguments)
    check(done.returncode != 0 and reason in done.stderr and not none.exists(), f"{arguments}: {done.stderr}")
print("ok")
