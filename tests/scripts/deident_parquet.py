#!/usr/bin/env python3
"""Every deident verb gives the same of a table whether it lies as CSV or as Parquet: plan, apply, check, risk, anonymize, mark, trace, reverse."""
import csv, json, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def sluice(*args, code=0, reason=None):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)
    check(done.returncode in (code if isinstance(code, tuple) else (code,)) if reason is None else done.returncode != 0 and f"({reason})" in done.stderr,
          f"{args}: wanted {reason or code}, got {done.returncode} {done.stdout[-400:]} {done.stderr[:300]}")
    return done.stdout


def rows(path):
    """Cells of a file: of Parquet by way of a version of it as CSV, made by `anonymize` over a column that is left as it is."""
    if path.read_bytes()[:4] == b"PAR1":
        as_csv = path.with_name(path.name + ".csv")
        sluice("deident", "anonymize", path, as_csv, "--qi", "sex", "--k", "1")
        path = as_csv
    return list(csv.reader(path.open(encoding="utf-8-sig")))


rng = random.Random(8)
source, typed = TMP / "v.csv", TMP / "v.parquet"
illness = {"A01": "A", "A02": "A", "B01": "B", "B02": "B"}
source.write_text("id,name,sex,age,seen,again,dose,illness\n" + "".join(
    f"P{i:06d},张{'伟芳娜敏'[i % 4]}{i % 7},{'FM'[i % 2]},{20 + rng.randrange(40)},2024-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d},"
    f"2023-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d},{rng.randrange(90)}.{rng.randrange(100):02d},{rng.choice(sorted(illness))}\n" for i in range(4000)))
sluice("deident", "anonymize", source, typed, "--qi", "sex", "--k", "1")
check(typed.read_bytes()[:4] == b"PAR1" and rows(typed) == rows(source), "a name that ends in .parquet is written as Parquet, and every cell comes back")

ages = TMP / "ages.csv"
ages.write_text("".join(f"{a};{a // 10 * 10}-{a // 10 * 10 + 9};*\n" for a in range(20, 60)))
tree = TMP / "illness.csv"
tree.write_text("".join(f"{code};{group};*\n" for code, group in illness.items()))
(TMP / "key").write_bytes(bytes(range(32)))
for party in ("officer", "committee"):
    sluice("key", "new", "--out", TMP / party, "--name", party, "--no-passphrase")


def both(verb, *args, code=0):
    """The JSON of a verb on either file, without what names time or file."""
    out = [json.loads(sluice("deident", verb, f, *args, "--json", code=code)) for f in (source, typed)]
    check(out[0] == out[1], f"{verb} says the same of both: {str(out)[:1500]}")
    return out[0]


both("risk", "--qi", "sex,age", "--sensitive", "illness")
planned = both("plan", code=(0, 6))
check(any(r["column"] == "name" for r in planned["strategy"]["fields"]), "the plan names columns")

# anonymize: the same transformation and the same cells, from either format to either.
asked = ["--qi", "sex,age", "--hierarchy", f"age={ages}", "--k", "20", "--suppression", "0.02", "--sensitive", "illness", "--t", "0.3", "--distance", "hierarchical",
         "--sensitive-hierarchy", f"illness={tree}"]
made = {}
for name, given, out in (("cc", source, "a.csv"), ("cp", source, "b.parquet"), ("pc", typed, "c.csv"), ("pp", typed, "d"), ("pm", typed, "m.parquet"), ("cm", source, "m.csv")):
    mark = ["--suppressed-rows", "mark"] if name.endswith("m") else []
    report = json.loads(sluice("deident", "anonymize", given, TMP / out, *asked, *mark, "--json"))
    report.pop("time_ms")
    report.pop("visited_nodes")  # work done, not a result: two threads that finish in another order spare each other other nodes
    made[name] = (report, rows(TMP / out))
check(all(made[n] == made["cc"] for n in ("cp", "pc", "pp")), "one search, one result, whatever the formats")
check(made["pm"][1] == made["cm"][1] and len(made["pm"][1]) == 4001, "marked rows alike")
check((TMP / "d").read_bytes()[:4] == b"PAR1" and (TMP / "c.csv").read_bytes()[:4] != b"PAR1", "without an ending the output is of the input's format")
sluice("deident", "anonymize", typed, typed, "--qi", "sex", "--k", "1", reason="deident.same_file")
sluice("deident", "anonymize", typed, TMP / "x.parquet", "--qi", "nobody", "--k", "1", reason="anonymity.unknown_column")
sluice("deident", "anonymize", typed, TMP / "x.parquet", "--qi", "sex,age", "--hierarchy", f"age={ages}", "--k", "5000", reason="anonymity.k_too_large")
check(not (TMP / "x.parquet").exists() and not list(TMP.glob("x.parquet*")), "what is refused leaves nothing")

# apply, check, mark, trace, reverse.
recipe = TMP / "r.yaml"
recipe.write_text("""format: sluice-strategy/1
id: visits
version: "1"
quasi_identifiers: [sex, age]
fields:
  - {column: id, technique: format_preserving, kind: code, domain: person}
  - {column: name, technique: encrypt}
  - {column: sex, technique: keep}
  - {column: age, technique: band, width: 10}
  - {column: seen, technique: keep}
  - {column: again, technique: keep}
  - {column: dose, technique: keep}
  - {column: illness, technique: rare, k: 5, value: other}
marks: {row_key: id, one_in: 1, carriers: [{column: seen, kind: day}, {column: again, kind: day}]}
""")
masked, receipts = {}, {}
for name, given in (("csv", source), ("parquet", typed)):
    masked[name], receipts[name] = TMP / f"masked.{name}", TMP / f"masked.{name}.json"
    sluice("deident", "apply", "--recipe", recipe, "--key", TMP / "key", given, masked[name], "--receipt", receipts[name])
check(rows(masked["csv"]) == rows(masked["parquet"]), "masked alike")
told = [json.loads(receipts[n].read_text()) for n in masked]
check([f for f in told[0]["fields"]] == [f for f in told[1]["fields"]] and told[0]["risk_after"] == told[1]["risk_after"], "receipts count alike")
kept = {f["column"]: f["kept"] for f in told[0]["fields"]}
check(kept == {"id": 0, "name": 0, "sex": 4000, "age": 0, "seen": 4000, "again": 4000, "dose": 4000, "illness": 4000}, f"cells that stayed are counted: {kept}")
for name in masked:
    findings = json.loads(sluice("deident", "check", masked[name], "--receipt", receipts[name], "--json"))["findings"]
    check(("kept", "illness", 4000) in {(f["check"], f["column"], f["cells"]) for f in findings}, "and the check names them")
    false = json.loads(receipts[name].read_text())
    next(f for f in false["fields"] if f["column"] == "illness")["kept"] = 12
    (TMP / "false.json").write_text(json.dumps(false))
    sluice("deident", "check", masked[name], "--receipt", TMP / "false.json", code=6)

# Hierarchical closeness, counted by three: by definition here, by the check, on either file.
cells = rows(masked["csv"])
classes = {}
for r in cells[1:]:
    classes.setdefault((r[2], r[3]), []).append(r[7])
share = lambda codes, group: sum(group(c) for c in codes) / len(codes)
whole = [r[7] for r in cells[1:]]


def distance(codes):
    total = 0.0
    for groups in ([lambda c, x=x: c == x for x in illness], [lambda c, g=g: illness[c] == g for g in "AB"]):
        total += sum(abs(share(codes, g) - share(whole, g)) for g in groups)
    return total / 2 / 2


farthest = max(map(distance, classes.values()))
for name in masked:
    demand = ["deident", "check", masked[name], "--receipt", receipts[name], "--distance", "hierarchical"]
    for t, code in ((farthest + 1e-6, 0), (farthest - 1e-6, 6)):
        sluice(*demand, "--t", f"illness={t}", "--sensitive-hierarchy", f"illness={tree}", code=code)
    sluice(*demand, "--t", "illness=0.5", reason="cli.bad_arguments")
    sluice(*demand, "--t", "illness=0.5", "--sensitive-hierarchy", f"illness={ages}", code=6)  # values outside
    (TMP / "two.csv").write_text("A01;A\nB01;B\n")
    sluice(*demand, "--t", "illness=0.5", "--sensitive-hierarchy", f"illness={TMP / 'two.csv'}", reason="recheck.bad_hierarchy")

copies = {}
for name in masked:
    copies[name] = TMP / f"copy.{name}"
    mark = ["deident", "mark", "--recipe", recipe, "--key", TMP / "key", "--recipient", "甲", masked[name], copies[name]]
    counted = json.loads(sluice(*mark, "--masked-receipt", receipts[name], "--receipt", TMP / f"copy.{name}.json", "--json"))
    counted.pop("output_sm3")
    check(counted["cells_marked"] == 8000, f"marked: {counted}")
    sluice("deident", "check", copies[name], "--receipt", TMP / f"copy.{name}.json", "--masked-receipt", receipts[name])
    traced = json.loads(sluice("deident", "trace", copies[name], "--recipe", recipe, "--key", TMP / "key", "--recipient", "甲", "--recipient", "乙", "--json"))
    check([r["recipient"] for r in traced["recipients"] if r["accused"]] == ["甲"] and traced["rows"] == 4000, f"traced in {name}: {traced}")
    sluice("deident", "trace", masked[name], "--recipe", recipe, "--key", TMP / "key", "--recipient", "甲", code=6)
check(rows(copies["csv"]) == rows(copies["parquet"]) != rows(masked["csv"]), "the same marks")

for name in masked:
    approval, back = TMP / f"approval.{name}.json", TMP / f"back.{name}"
    sluice("deident", "reversal-approval", masked[name], "--recipe", recipe, "--receipt", receipts[name], "--reason", "核查", "--until", "2999-12-31", "--out", approval)
    signed = []
    for party in ("officer", "committee"):
        sluice("sign", approval, "--key", TMP / party, "--out", TMP / f"{party}.sig")
        signed += ["--signature", TMP / f"{party}.sig", "--approved-by", TMP / f"{party}.pub"]
    again = ["deident", "reverse", masked[name], back, "--recipe", recipe, "--key", TMP / "key", "--receipt", receipts[name]]
    sluice(*again, reason="deident.two_approvals_wanted")
    check(not back.exists(), "nothing without two")
    sluice(*again, "--approval", approval, *signed)
    restored = rows(back)
    check([r[:2] for r in restored] == [r[:2] for r in rows(source)] and [r[2:] for r in restored] == [r[2:] for r in rows(masked[name])], f"restored from {name}, and nothing else changed")

# Where every cell is masked by itself, Parquet is masked by column chunks: still what the CSV path gives, cell for cell and count for count.
alone = TMP / "alone.yaml"
alone.write_text("""format: sluice-strategy/1
id: alone
version: "1"
fields:
  - {column: id, technique: format_preserving, kind: code, domain: person}
  - {column: name, technique: mask, first: 1, last: 0}
  - {column: sex, technique: pseudonym, length: 20}
  - {column: age, technique: suppress}
  - {column: seen, technique: keep}
  - {column: again, technique: keep}
  - {column: dose, technique: keep}
  - {column: illness, technique: rare, k: 900, value: other}
""")
chunked = {}
for name, given in (("csv", source), ("parquet", typed)):
    out = TMP / f"alone.{name}"
    sluice("deident", "apply", "--recipe", alone, "--key", TMP / "key", given, out, "--receipt", TMP / f"{out.name}.json")
    sluice("deident", "check", out, "--receipt", TMP / f"{out.name}.json")
    chunked[name] = json.loads((TMP / f"{out.name}.json").read_text())
written = (TMP / "alone.parquet").read_bytes()
check(b"DuckDB" not in written and b"DuckDB" in typed.read_bytes(), "by chunks: the footer is ours")
check(rows(TMP / "alone.csv") == rows(TMP / "alone.parquet"), "masked alike by chunks")
check(chunked["csv"]["fields"] == chunked["parquet"]["fields"] and chunked["csv"]["fields"][-1]["kept"] > 0, f"counted alike by chunks: {chunked}")
shown = {cell for r in rows(TMP / "alone.csv") for cell in r}
hidden = {cell for r in rows(source)[1:] for cell in r[:2]} - shown
check(len(hidden) > 3900 and not any(cell.encode() in written for cell in hidden), "nothing of a masked column is left in the file, not in its statistics either")

# What a kept column must not hold is found alike, once for each cell and not once for each entry of a dictionary.
planted, mixed = TMP / "planted.csv", TMP / "planted.parquet"
planted.write_text("id,sex,note,number\n" + "".join(f"P{i},{'FM'[i % 2]},{'call 13812345678' if i % 4 == 0 else 'none'},{13912345000 + i % 9 if i % 5 == 0 else i}\n" for i in range(3000)))
sluice("deident", "anonymize", planted, mixed, "--qi", "sex", "--k", "1", reason="deident.residual_found")
sluice("deident", "anonymize", planted, mixed, "--qi", "sex", "--k", "1", "--identifiers-kept", "note,number")
keep = TMP / "keep.yaml"
keep.write_text("format: sluice-strategy/1\nid: keep\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: id, technique: mask, first: 1, last: 0}\n")
told = [subprocess.run([SLUICE, "deident", "apply", "--recipe", keep, f, TMP / "refused.out"], capture_output=True, text=True, stdin=subprocess.DEVNULL) for f in (planted, mixed)]
check(told[0].returncode == told[1].returncode == 6 and told[0].stderr == told[1].stderr and "750" in told[0].stderr and "600" in told[0].stderr, f"found alike: {[t.stderr for t in told]}")
check(not list(TMP.glob("refused.out*")), "what is refused leaves nothing")
