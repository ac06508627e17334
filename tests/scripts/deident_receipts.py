#!/usr/bin/env python3
"""Receipts that bind: a false one is refused whichever member is false, a signature says whose word it is, a marked copy has a receipt of
its own, and Parquet is checked like CSV."""
import copy, json, os, pathlib, random, subprocess, sys

SLUICE, ROOT, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["SLUICE_ROOT"]), pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def sluice(*args, code=0, reason=None):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
    check(done.returncode == code if reason is None else done.returncode != 0 and f"({reason})" in done.stderr,
          f"{args}: wanted {reason or code}, got {done.returncode} {done.stdout[-400:]} {done.stderr[:300]}")
    return done.stdout


def findings(out, receipt, *demands, code=0):
    """The outcome of every check, worst first where one occurs several times."""
    report = json.loads(sluice("deident", "check", out, "--receipt", receipt, *demands, "--json", code=code))
    check(report["holds"] == (code == 0), "the verdict and the exit code agree")
    check(report["not_checkable"] == sum(f["outcome"] == "not_checkable" for f in report["findings"]), "what is not checkable is counted")
    return {(f["check"], f["column"]): f["outcome"] for f in sorted(report["findings"], key=lambda f: f["outcome"] == "broken")}


def broken(outcomes):
    return sorted({name for (name, _), outcome in outcomes.items() if outcome == "broken"})


rng = random.Random(5)
source, masked, receipt = TMP / "visits.csv", TMP / "masked.csv", TMP / "receipt.json"
day = lambda: f"{rng.randrange(2020, 2025)}-{rng.randrange(1, 13):02d}-{rng.randrange(2, 28):02d}"
source.write_text("id,name,sex,born,illness,seen,again\n" + "".join(
    f"p{i:05d},某某,{rng.choice('MF')},{rng.randrange(1950, 1954)}-03-04,{rng.choice('ABCD')},{day()},{day()}\n" for i in range(3000)))
(TMP / "key").write_bytes(bytes(range(32)))
(TMP / "r.yaml").write_text("""format: sluice-strategy/1
id: visits
version: "1"
k_min: 5
quasi_identifiers: [sex, born]
targets: {diversity: [{column: illness, l: 2}], closeness: [{column: illness, t_permille: 300}]}
fields:
  - {column: id, technique: pseudonym}
  - {column: name, technique: suppress}
  - {column: sex, technique: keep}
  - {column: born, technique: date, unit: year}
  - {column: illness, technique: keep}
  - {column: seen, technique: keep}
  - {column: again, technique: keep}
marks: {row_key: id, one_in: 1, carriers: [{column: seen, kind: day}, {column: again, kind: day}]}
""")
for name in ("officer", "stranger"):
    sluice("key", "new", "--out", TMP / name, "--name", name, "--no-passphrase")
mask = ["deident", "apply", "--recipe", TMP / "r.yaml", "--key", TMP / "key", source, masked]
sluice(*mask, "--sign-key", TMP / "officer", reason="cli.bad_arguments")
check(not masked.exists(), "a signature without a receipt is refused before anything is written")
sluice(*mask, "--receipt", receipt, "--sign-key", TMP / "officer")
signature = pathlib.Path(f"{receipt}.sig")
signed = ["--signature", signature, "--by-key", TMP / "officer.pub"]

sure = findings(masked, receipt, *signed)
check(sure["signature", ""] == "ok" and sure["residual", ""] == "ok" and sure["risk", ""] == "ok" and sure["model", "illness"] == "ok" and sure["kept", "illness"] == "note",
      f"what holds is said to: {sure}")
check(findings(masked, receipt)["signature", ""] == "not_checkable", "an unsigned receipt is its own word, and that is said")
check(broken(findings(masked, receipt, "--signature", signature, "--by-key", TMP / "stranger.pub", code=6)) == ["signature"], "another key vouches for nothing")
told = sluice("deident", "check", masked, "--receipt", receipt)
check("1 of its claims cannot be seen" in told, f"what is taken on trust stands beside the verdict: {told[-200:]}")

original = json.loads(receipt.read_text())


def with_change(change, *demands):
    other = copy.deepcopy(original)
    change(other)
    path = TMP / "false.json"
    path.write_text(json.dumps(other, ensure_ascii=False))
    return broken(findings(masked, path, *demands, code=6))


def field(of, name):
    return next(f for f in of["fields"] if f["column"] == name)


for change, wanted in [
    (lambda r: r.update(rows_in=5), "row_sum"), (lambda r: r.update(rows_suppressed=7), "row_sum"), (lambda r: r.update(residual_rows_scanned=0), "scanned"),
    (lambda r: field(r, "id").update(masked=3), "field_counts"), (lambda r: field(r, "id").update(technique="zzz"), "claim"),
    (lambda r: field(r, "id").update(technique="keep"), "field_counts"), (lambda r: r["risk_after"].update(unique_rows=9), "risk"),
    (lambda r: r["risk_after"].update(classes=3), "risk"), (lambda r: r["risk_after"].update(prosecutor_ppm=1), "risk"), (lambda r: r.pop("risk_after"), "k"),
    (lambda r: field(r, "born").update(technique="round", parameters={"to": 0}), "claim"), (lambda r: field(r, "born").update(technique="region", parameters={"digits": -5}), "claim"),
    (lambda r: field(r, "born").update(parameters={"unit": "moment"}), "claim"), (lambda r: field(r, "id").pop("parameters") if "parameters" in field(r, "id") else field(r, "id").update(parameters={"k": 3}), "claim"),
    (lambda r: field(r, "born").update(technique="band", parameters={"width": 10}), "claim"), (lambda r: field(r, "born").update(technique="hierarchy", parameters={"hierarchy": "division", "height": 99}), "claim"),
    (lambda r: [r.pop(m) for m in ("output_digest", "input_digest", "digest_kind")] and r.update(format="sluice-deident-receipt/1"), "digest"),
    (lambda r: r["models"][0].update(reached=9), "model"), (lambda r: r.update(output_digest="0" * 64), "digest"), (lambda r: r.update(rows_out=5), "rows"),
]:
    got = with_change(change)
    check(wanted in got, f"{wanted} is broken: {got}")
check(with_change(lambda r: r.update(performed_by="somebody"), *signed) == ["signature"], "a signed receipt is of exactly these words")
nameless = {k: v for k, v in original.items() if k != "output_digest"}
(TMP / "nameless.json").write_text(json.dumps(nameless))
sluice("deident", "check", masked, "--receipt", TMP / "nameless.json", reason="recheck.malformed_receipt")

twice = copy.deepcopy(original)
twice["fields"].insert(0, {"column": "born", "technique": "suppress", "masked": 0})
(TMP / "twice.json").write_text(json.dumps(twice))
sluice("deident", "check", masked, "--receipt", TMP / "twice.json", reason="recheck.malformed_receipt")

# A band is no raw number, though the receipt and its digest say so.
ages, banded, paper_of_bands = TMP / "ages.csv", TMP / "banded.csv", TMP / "banded.json"
ages.write_text("age\n" + "".join(f"{20 + i % 60}\n" for i in range(300)))
(TMP / "bands.yaml").write_text("format: sluice-strategy/1\nid: b\nversion: '1'\nfields: [{column: age, technique: band, width: 10, top: 70}]\n")
sluice("deident", "apply", "--recipe", TMP / "bands.yaml", ages, banded, "--receipt", paper_of_bands)
findings(banded, paper_of_bands)
banded.write_text(banded.read_text().replace("60-69", "63"))
check(broken(findings(banded, paper_of_bands, code=6)) == ["claim", "digest"], "raw numbers are no bands")

demand = ["--sensitive", "illness"]
check(findings(masked, receipt, "--k", "5", *demand, "--l", "4")["l", "illness"] == "ok", "four illnesses in every class")
check(broken(findings(masked, receipt, *demand, "--l", "5", code=6)) == ["l"], "not five")
check(broken(findings(masked, receipt, *demand, "--l", "4", "--diversity", "entropy", code=6)) == ["l"], "not four of equal weight")
check(broken(findings(masked, receipt, "--t", "illness=0.0001", "--distance", "ordered", code=6)) == ["t"], "not so near")
sluice("deident", "check", masked, "--receipt", receipt, "--l", "2", reason="cli.bad_arguments")

# A marked copy: its own digest, k after marking, where the marks stand, and the masking that it was made from.
marked, paper = TMP / "copy.csv", TMP / "copy.json"
mark = ["deident", "mark", "--recipe", TMP / "r.yaml", "--key", TMP / "key", "--recipient", "A"]
sluice(*mark, masked, marked, "--receipt", paper, reason="cli.bad_arguments")
sluice(*mark, source, marked, "--receipt", paper, "--masked-receipt", receipt, reason="mark.wrong_receipt")
check(not marked.exists() and not paper.exists(), "a receipt of something else marks nothing")
sluice(*mark, masked, marked, "--receipt", paper, "--masked-receipt", receipt, "--sign-key", TMP / "officer")
of_copy = findings(marked, paper, "--k", "5", "--masked-receipt", receipt, "--signature", f"{paper}.sig", "--by-key", TMP / "officer.pub")
check(of_copy["marks", ""] == "ok" and of_copy["masked_receipt", ""] == "ok" and of_copy["digest", ""] == "ok" and of_copy["k", ""] == "ok", f"the copy is proven: {of_copy}")
changed = {c["column"]: c["cells_changed"] for c in json.loads(paper.read_text())["marks"]["carriers"]}
rows = [[line.split(",") for line in path.read_text().splitlines()] for path in (masked, marked)]
for column, cells in changed.items():
    at = rows[0][0].index(column)
    check(sum(a[at] != b[at] for a, b in zip(*rows)) == cells > 1000, f"as many cells of {column} differ as the receipt says")
check(broken(findings(marked, receipt, code=6)) == ["digest"], "the masked file's receipt is not the copy's")
lie = json.loads(paper.read_text())
lie["marks"]["carriers"][0]["column"] = "born"
paper.write_text(json.dumps(lie))
check(broken(findings(marked, paper, code=6)) == ["marks"], "no marks in a generalised column")

# Parquet: masked, checked, compared and measured (the rest: deident_parquet.py).
good, out = ROOT / "tests/fuzz/corpus/table.parquet/good", TMP / "out.parquet"
(TMP / "p.yaml").write_text("""format: sluice-strategy/1
id: p
version: "1"
unlisted: keep
quasi_identifiers: [few_texts, all_null]
fields:
  - {column: all_null, technique: suppress}
  - {column: plain_text, technique: redact, value: X}
""")
sluice("deident", "apply", "--recipe", TMP / "p.yaml", good, out, reason="deident.residual_found")
check(not out.exists(), "numbers are scanned like texts: a column of them that has the shape of identifiers is not let out unnoticed")
(TMP / "p.yaml").write_text((TMP / "p.yaml").read_text() + "identifiers_kept: [rising]\n")
sluice("deident", "apply", "--recipe", TMP / "p.yaml", good, out, "--receipt", receipt)
declared = {(r["column"], r["type"]) for r in json.loads(receipt.read_text())["residual"]}
check(declared and all(column == "rising" for column, _ in declared), f"the receipt declares what was kept: {declared}")
check(findings(out, receipt)["risk", ""] == "ok", "the Parquet output holds what its receipt says")
wrong = json.loads(receipt.read_text())
wrong["risk_after"]["classes"] += 1
receipt.write_text(json.dumps(wrong))
check(broken(findings(out, receipt, code=6)) == ["risk"], "and a false one is refused")
check(json.loads(sluice("deident", "compare", good, out, "--json"))["rows_after"] == 20, "two Parquet files are compared")
check(json.loads(sluice("deident", "risk", good, "--qi", "few_texts", "--json"))["rows"] == 20, "risk is measured on Parquet")
