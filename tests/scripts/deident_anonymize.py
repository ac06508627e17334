#!/usr/bin/env python3
"""deident risk and deident anonymize: what the report says is what the written file shows, counted anew here; what cannot be done is
refused with its reason and leaves no file."""
import collections
import csv
import json
import os
import pathlib
import random
import subprocess
import sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
ROOT = pathlib.Path(os.environ["SLUICE_ROOT"])


def run(*words, **more):
    return subprocess.run([SLUICE, "deident", *map(str, words)], capture_output=True, text=True, **more)


def answer(*words):
    done = run(*words, "--json")
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout)


def refused(reason, *words):
    before = set(TMP.iterdir())
    done = run(*words)
    assert done.returncode != 0 and reason in done.stderr, (reason, done.returncode, done.stderr)
    assert set(TMP.iterdir()) == before, "something was left behind"
    return done.stderr


def classes_of(path, columns, delimiter):
    with open(path, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f, delimiter=delimiter))
    return rows, collections.Counter(tuple(r[c] for c in columns) for r in rows)


def write(name, text, encoding="utf-8"):
    path = TMP / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


dice = random.Random(5)
people = [(dice.choice("男女"), str(dice.randrange(20, 60)), dice.choice("甲乙丙丁"), dice.choice(["流感", "高血压", "糖尿病"])) for _ in range(3000)]
header = ("性别", "年龄", "地区", "诊断")
quasi = "性别,年龄,地区"
age = write("age.csv", "".join(f"{a};{a // 5 * 5}-{a // 5 * 5 + 4};{a // 20 * 20}+;*\n" for a in range(20, 60)))
region = write("region.csv", "甲,东,*\n乙,东,*\n丙,西,*\n丁,西,*\n")
for delimiter, encoding in ((",", "utf-8"), (";", "utf-8"), ("\t", "gb18030")):
    text = "\n".join(delimiter.join(row) for row in [header, *people]) + "\n"
    source = write("people.csv", text, encoding)
    report = answer("risk", source, "--qi", quasi, "--sensitive", "诊断")
    counted = collections.Counter(p[:3] for p in people)
    assert report["rows"] == 3000 and report["classes"] == len(counted) and report["k"] == min(counted.values())
    assert {h["size"]: h["classes"] for h in report["histogram"]} == collections.Counter(counted.values())
    assert abs(report["prosecutor"]["avg"] - len(counted) / 3000) < 1e-12
    for limit in ("0", "0.1"):
        out = TMP / "out.csv"
        made = answer("anonymize", source, out, "--qi", quasi, "--hierarchy", f"年龄={age}", "--hierarchy", f"地区={region}", "--k", 25,
                      "--suppression", limit, "--l", "诊断=2")
        rows, classes = classes_of(out, header[:3], delimiter)
        assert len(rows) == made["rows_out"] == 3000 - made["suppressed_rows"], made
        assert min(classes.values()) == made["smallest_class"] >= 25 and len(classes) == made["classes"]
        assert made["suppressed_rows"] <= 3000 * float(limit) and made["optimal"]
        for key in classes:
            assert len({r["诊断"] for r in rows if tuple(r[c] for c in header[:3]) == key}) >= 2
        after = answer("risk", out, "--qi", quasi)
        assert after["k"] == made["smallest_class"]
        out.unlink()
marked = answer("anonymize", source, TMP / "marked.csv", "--qi", quasi, "--hierarchy", f"年龄={age}", "--k", 25, "--suppression", "5%",
                "--suppressed-rows", "mark")
rows, classes = classes_of(TMP / "marked.csv", header[:3], "\t")
assert len(rows) == 3000 and classes.get(("*", "*", "*"), 0) == marked["suppressed_rows"]

local = answer("anonymize", source, TMP / "local.csv", "--qi", quasi, "--hierarchy", f"年龄={age}", "--hierarchy", f"地区={region}", "--k", 25,
               "--l", "诊断=2", "--recoding", "local")
whole = answer("anonymize", source, TMP / "whole.csv", "--qi", quasi, "--hierarchy", f"年龄={age}", "--hierarchy", f"地区={region}", "--k", 25, "--l", "诊断=2")
rows, classes = classes_of(TMP / "local.csv", header[:3], "\t")
assert len(rows) == 3000 and min(classes.values()) == local["smallest_class"] >= 25 and len(classes) == local["classes"] >= whole["classes"]
assert local["score"] <= whole["score"]  # evenly spread people leave local recoding little to gain; it never loses more

# What cannot be done: a reason, no value of the data in it, no file.
out = TMP / "none.csv"
base = ("anonymize", source, out, "--qi", quasi, "--hierarchy", f"年龄={age}")
refused("anonymity.k_too_large", *base, "--k", 3001)
refused("cli.bad_arguments", *base, "--k", 0)
refused("cli.bad_arguments", *base, "--k", "1.5")
refused("cli.bad_arguments", *base, "--k", 5, "--weight", "诊断=2")  # no quasi-identifier
refused("cli.bad_arguments", *base, "--k", 5, "--suppression", "1.2")
refused("cli.bad_arguments", *base, "--k", 5, "--metric", "beauty")
refused("anonymity.unknown_column", "anonymize", source, out, "--qi", "没有", "--k", 5)
refused("anonymity.hierarchy_without_quasi", *base, "--k", 5, "--hierarchy", f"诊断={age}")
refused("anonymity.unreachable", *base, "--k", 5, "--l", "诊断=9")
refused("file.not_found", *base, "--k", 5, "--hierarchy", f"地区={TMP / 'absent.csv'}")
refused("deident.same_file", "anonymize", source, source, "--qi", quasi, "--k", 5)
for reason, text in (("hierarchy.empty", ""), ("hierarchy.gap", "甲;;*\n"), ("hierarchy.depths_differ", "甲;东;*\n乙;*\n"),
                     ("hierarchy.cycle", "甲;东;西\n乙;西;东\n"), ("hierarchy.value_twice", "甲;东;*\n甲;西;*\n"),
                     ("hierarchy.not_a_tree", "甲;东;x\n乙;东;y\n"), ("anonymity.value_outside", "甲;*\n乙;*\n"), ("csv.bad_encoding", b"\xff\xff\xff;*\n")):
    bad = write("bad.csv", text)
    said = refused(reason, *base, "--k", 5, "--hierarchy", f"地区={bad}")
    assert not any(value in said for value in "甲乙丙丁东西"), said
for text, reason in (("", "csv.empty"), ("a,b\n1\n", "csv.ragged"), (b"a,b\n\xff\xfe,1\n", "csv.bad_encoding")):
    refused(reason, "risk", write("bad.csv", text), "--qi", "a")
refused("anonymity.no_rows", "anonymize", write("bad.csv", "a,b\n"), out, "--qi", "a", "--k", 1)
assert answer("risk", write("bad.csv", "a,b\n"), "--qi", "a")["k"] == 0
one = answer("anonymize", write("bad.csv", "a\nx\n"), TMP / "one.csv", "--qi", "a", "--k", 1)
assert one["score"] == 0 and one["classes"] == 1
gone = answer("anonymize", write("bad.csv", "a\nx\ny\nz\n"), TMP / "one.csv", "--qi", "a", "--k", 2, "--suppression", 1)
assert gone["smallest_class"] in (0, 3)

# Direct identifiers in columns that are copied refuse the run, unless they are said to stay; the receipt of a run is one that the check believes.
tels = write("tels.csv", "tel," + ",".join(header) + "\n" + "".join(f"138{12345678 + i}," + ",".join(p) + "\n" for i, p in enumerate(people)))
with_ages = ("--qi", quasi, "--hierarchy", f"年龄={age}", "--hierarchy", f"地区={region}", "--k", 25, "--suppression", "5%")
said = refused("deident.residual_found", "anonymize", tels, out, *with_ages)
assert "138" not in said and "--identifiers-kept" in said, said
paper = TMP / "paper.json"
refused("file.", "anonymize", tels, out, *with_ages, "--identifiers-kept", "tel", "--receipt", TMP / "nowhere/x.json")
for how in ((), ("--suppressed-rows", "mark")):
    answer("anonymize", tels, TMP / "kept.csv", *with_ages, "--identifiers-kept", "tel", "--receipt", paper, "--l", "诊断=2", *how)
    checked = answer("check", TMP / "kept.csv", "--receipt", paper, "--k", 25)
    assert checked["holds"], checked
    assert run("check", TMP / "kept.csv", "--receipt", paper, "--k", 2000).returncode == 6
text = (TMP / "kept.csv").read_text()
(TMP / "kept.csv").write_text(text.replace("138", "139", 1))
assert run("check", TMP / "kept.csv", "--receipt", paper).returncode == 6, "another file than the receipt's"

# Empty cells are a value of their own: learnt and built-in hierarchies fit the file that they were made from.
gaps = write("gaps.csv", "weight,born\n" + "".join(f"{'' if i % 9 == 4 else 40 + i % 50},{'' if i % 7 == 3 else f'19{50 + i % 40}-03-04'}\n" for i in range(900)))
for column, how in (("weight", ()), ("born", ("--built-in", "date"))):
    tree = TMP / "tree.csv"
    assert run("hierarchy", gaps, "--column", column, *how, "--out", tree).returncode == 0
    made = answer("anonymize", gaps, TMP / "gaps_out.csv", "--qi", column, "--hierarchy", f"{column}={tree}", "--k", 30, "--receipt", paper)
    rows, classes = classes_of(TMP / "gaps_out.csv", [column], ",")
    assert len(rows) == 900 and min(classes.values()) >= 30 and classes[("",)] == (100 if column == "weight" else 129), classes
    assert answer("check", TMP / "gaps_out.csv", "--receipt", paper, "--k", 30)["holds"]

# The highest levels are known to reach k before the search begins: no time at all still gives them.
hurried = answer("anonymize", source, TMP / "hurried.csv", "--qi", quasi, "--hierarchy", f"年龄={age}", "--hierarchy", f"地区={region}", "--k", 25, "--seconds", "0.001")
assert hurried["smallest_class"] >= 25 and hurried["lower_bound"] <= hurried["score"]

# A full disk leaves nothing under the name.
if os.access("/dev/full", os.W_OK) and os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", str((TMP / "small").mkdir() or TMP / "small")],
                                                                           capture_output=True).returncode == 0:
    try:
        done = run("anonymize", source, TMP / "small/out.csv", "--qi", quasi, "--hierarchy", f"年龄={age}", "--k", 5, "--suppression", "10%")
        assert done.returncode == 1 and "file.disk_full" in done.stderr, done.stderr
        assert not list((TMP / "small").iterdir())
    finally:
        subprocess.run(["umount", str(TMP / "small")], check=True)

adult = ROOT / "../shared/data/anonymity"
if (adult / "adult.csv").exists():
    nine = "sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class"
    files = [w for c in nine.split(",") for w in ("--hierarchy", f"{c}={adult / f'adult_hierarchy_{c}.csv'}")]
    for limit, score, suppressed in (("0", 0.573151, 0), ("0.05", 0.241932, 1346)):
        made = answer("anonymize", adult / "adult.csv", TMP / "adult.csv", "--qi", nine, *files, "--k", 5, "--suppression", limit)
        assert abs(made["score"] - score) < 1e-6 and made["suppressed_rows"] == suppressed, made
        rows, classes = classes_of(TMP / "adult.csv", nine.split(","), ";")
        assert min(classes.values()) >= 5 and len(rows) == 30162 - suppressed
print("ok")
sys.exit(0)
