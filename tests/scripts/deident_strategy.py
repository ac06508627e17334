#!/usr/bin/env python3
"""A strategy's life: classes and a base, flattened, reviewed and signed, applied within its limits and targets; what it leaves of the use."""
import csv, json, math, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, reason=None):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    if reason:
        check(done.returncode != 0 and f"({reason})" in done.stderr, f"{args[:3]}: {reason}, got {done.returncode} {done.stderr[:300]}")
    else:
        check(done.returncode == 0, f"{args}: {done.returncode} {done.stderr[:400]}")
    return done.stdout


rng = random.Random(21)
source = TMP / "patients.csv"
source.write_text("患者姓名,手机号,性别,出生日期,总费用,备注\n" + "".join(
    f"张{rng.choice('伟芳娜敏静')}{rng.choice('强磊洋艳勇')},138{rng.randrange(10**8):08d},{rng.choice('男女')},{rng.randrange(1940, 2010)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d},"
    f"{rng.randrange(10, 9000)}.{rng.randrange(100):02d},随访\n" for _ in range(3000)))
(TMP / "house.yaml").write_text("""format: sluice-strategy/1
id: house
version: "3"
unlisted: suppress
targets: {risk_permille_max: 200}
use: {share_types: [controlled], not_after: "2999-12-31"}
classes:
  - {types: [phone], apply: {technique: well_formed, form: phone}}
  - {types: [birth_date], apply: {technique: hierarchy, hierarchy: date, height: 5}}
  - {identifier: direct, apply: {technique: suppress}}
  - {categories: [payment], apply: {technique: round, to: 100}}
  - {types: [sex], apply: {technique: keep}}
""")
(TMP / "project.yaml").write_text('format: sluice-strategy/1\nid: project\nversion: "1"\nextends: house.yaml\nreview: required\nk_min: 5\nfields:\n  - {column: 备注, technique: keep}\n')
out, flat = TMP / "out.csv", TMP / "flat.json"
run("deident", "apply", "--recipe", TMP / "project.yaml", source, out, "--share-type", "controlled", reason="strategy.not_reviewed")
planned = subprocess.run([SLUICE, "deident", "plan", str(source), "--recipe", str(TMP / "project.yaml"), "--out", str(flat), "--json"], capture_output=True, text=True)
check(planned.returncode in (0, 6), planned.stderr)
whole = json.loads(flat.read_text())
got = {f["column"]: f["technique"] for f in whole["fields"]}
check(got == {"备注": "keep", "患者姓名": "suppress", "手机号": "well_formed", "性别": "keep", "出生日期": "hierarchy", "总费用": "round"}, f"each column by its class: {got}")
check("extends" not in whole and sorted(whole["quasi_identifiers"]) == ["出生日期", "性别"], "the flat strategy stands alone")
for name in ("reviewer", "other"):
    run("key", "new", "--out", TMP / name, "--name", name, "--no-passphrase")
    run("sign", "--key", TMP / name, flat, "--out", TMP / f"{name}.sig")
use = ["--share-type", "controlled", "--reviewer", TMP / "reviewer.pub"]
run("deident", "apply", "--recipe", flat, source, out, *use, reason="strategy.not_reviewed")
run("deident", "apply", "--recipe", flat, source, out, *use, "--signature", TMP / "other.sig", reason="strategy.unknown_reviewer")
run("deident", "apply", "--recipe", flat, source, out, "--reviewer", TMP / "reviewer.pub", "--signature", TMP / "reviewer.sig", reason="strategy.use_unknown")
run("deident", "apply", "--recipe", flat, source, out, "--share-type", "full", "--reviewer", TMP / "reviewer.pub", "--signature", TMP / "reviewer.sig", reason="strategy.not_for_this_use")
check(not out.exists(), "nothing was written")
receipt = TMP / "receipt.json"
run("deident", "apply", "--recipe", flat, source, out, *use, "--signature", TMP / "reviewer.sig", "--receipt", receipt)
told = json.loads(receipt.read_text())
check(told["reviewed_by"] == json.loads((TMP / "reviewer.sig").read_text())["key_id"], "the receipt names the reviewer")
check(all(m["holds"] for m in told["models"]) and told["models"][0]["model"] == "risk_permille", f"targets in the receipt: {told['models']}")
rows = list(csv.DictReader(out.open(encoding="utf-8")))
check(all(r["手机号"].startswith("138000000") and len(r["手机号"]) == 11 for r in rows), "phones keep their shape")
run("deident", "check", out, "--receipt", receipt)
altered = dict(whole, k_min=1)
(TMP / "altered.json").write_text(json.dumps(altered))
run("deident", "apply", "--recipe", TMP / "altered.json", source, TMP / "x.csv", *use, "--signature", TMP / "reviewer.sig", reason="signature.wrong_document")
(TMP / "strict.yaml").write_text('format: sluice-strategy/1\nid: strict\nversion: "1"\nunlisted: keep\nquasi_identifiers: [性别, 出生日期]\ntargets: {share_type: full}\nfields:\n'
                                 "  - {column: 患者姓名, technique: suppress}\n  - {column: 手机号, technique: suppress}\n")
run("deident", "apply", "--recipe", TMP / "strict.yaml", source, TMP / "x.csv", reason="deident.target_missed")

# Only an aggregate leaves, and the independent check knows what that means.
(TMP / "table.yaml").write_text('format: sluice-strategy/1\nid: table\nversion: "1"\nunlisted: suppress\nfields:\n  - {column: 性别, technique: keep}\n  - {column: 总费用, technique: keep}\n'
                                "  - {column: 出生日期, technique: hierarchy, hierarchy: date, height: 4}\naggregate: {by: [性别, 出生日期], sums: [总费用], threshold: 20}\n")
table = TMP / "table.csv"
run("deident", "apply", "--recipe", TMP / "table.yaml", source, table, "--receipt", receipt)
check(run("deident", "check", table, "--receipt", receipt, "--json").count('"outcome": "ok"') >= 5, "the aggregate holds its receipt")
lines = table.read_text().splitlines()
shown = next(i for i, l in enumerate(lines) if l.endswith(",0") and not l.startswith("(total)"))
lines[shown] = lines[shown].rsplit(",", 3)[0] + ",7,7.00,0"
(TMP / "touched.csv").write_text("\n".join(lines) + "\n")
done = subprocess.run([SLUICE, "deident", "check", str(TMP / "touched.csv"), "--receipt", str(receipt)], capture_output=True, text=True)
check(done.returncode == 6 and "broken        sums" in done.stdout, f"a changed cell breaks the sums: {done.stdout}")

# Utility against a computation of its own.
report = json.loads(run("deident", "compare", source, out, "--qi", "性别,出生日期", "--query", "性别=男", "--json"))
before = list(csv.DictReader(source.open(encoding="utf-8")))
column = {c["name"]: c for c in report["columns"]}
check(column["患者姓名"]["dropped"] and column["性别"]["total_variation"] == 0, "a dropped and a kept column")
truth = sum(r["性别"] == "男" for r in before)
check(abs(report["queries"]["asked"][0]["truth"] - truth) < 1e-9 and report["queries"]["asked"][0]["error"] < 1e-9, "an asked query")
fees, masked = sorted(float(r["总费用"]) for r in before), sorted(float(r["总费用"]) for r in rows)
mover = sum(abs(a - b) for a, b in zip(fees, masked)) / len(fees) / (fees[-1] - fees[0])
check(math.isclose(column["总费用"]["earth_mover"], mover, rel_tol=1e-6), f"earth mover's distance of equal weights is that of the sorted values: {column['总费用']['earth_mover']} {mover}")
classes = {}
for r in rows:
    classes[r["性别"], r["出生日期"]] = classes.get((r["性别"], r["出生日期"]), 0) + 1
check(report["classes_after"]["k"] == min(classes.values()) and report["classes_after"]["classes"] == len(classes), "classes after")

# What a technique cannot read it empties, and the plan says so before a run does.
unread = TMP / "unread.csv"
unread.write_text("序号,年龄,月份,体重\n" + "".join(f"R{i},{20 + i % 60}岁,{1990 + i % 20}0{1 + i % 9},{40 + i % 60}\n" for i in range(500)))
(TMP / "unread.yaml").write_text("format: sluice-strategy/1\nid: u\nversion: '1'\nunlisted: keep\nfields:\n  - {column: 年龄, technique: band, width: 5}\n  - {column: 月份, technique: date, unit: year}\n  - {column: 体重, technique: band, width: 5}\n")
done = subprocess.run([SLUICE, "deident", "plan", str(unread), "--recipe", str(TMP / "unread.yaml"), "--json"], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
said = {f["columns"][0]: f["en"] for f in json.loads(done.stdout)["findings"] if f["rule"] == "cells_emptied"}
check(set(said) == {"年龄", "月份"} and "500/500" in said["年龄"], f"emptied columns are told: {said} {done.stderr}")

# A hierarchy learnt from the file serves the search.
run("deident", "hierarchy", source, "--column", "总费用", "--out", TMP / "fee.csv")
run("deident", "hierarchy", source, "--column", "出生日期", "--built-in", "date", "--out", TMP / "born.csv")
run("deident", "hierarchy", source, "--column", "性别", "--built-in", "age", reason="hierarchy.not_of_the_kind")
done = json.loads(run("deident", "anonymize", source, TMP / "anonymous.csv", "--qi", "总费用,出生日期", "--hierarchy", f"总费用={TMP / 'fee.csv'}", "--hierarchy",
                      f"出生日期={TMP / 'born.csv'}", "--k", "5", "--suppression", "0.05", "--identifiers-kept", "患者姓名,手机号", "--json"))
check(done["smallest_class"] >= 5 and done["score"] < 1, "and finds more than nothing")
print("ok")
