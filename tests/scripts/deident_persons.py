#!/usr/bin/env python3
"""k of persons: where people have several rows, each class of the output has k different ones, counted anew here and by the independent check; k of rows is not enough."""
import collections, csv, json, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args):
    return subprocess.run([SLUICE, "deident", *map(str, args)], capture_output=True, text=True, timeout=120)


rng = random.Random(3)
visits = [(f"P{p:03d}", 20 + p % 40, "MF"[p % 2], rng.randrange(5)) for p in range(120) for _ in range(9 + rng.randrange(12))]
data, ages = TMP / "visits.csv", TMP / "ages.csv"
data.write_text("who,age,sex,ward\n" + "".join(f"{w},{a},{s},{d}\n" for w, a, s, d in visits))
ages.write_text("".join(f"{a};{a // 5 * 5};{a // 20 * 20};*\n" for a in range(20, 60)))
common = ["--qi", "age,sex", "--hierarchy", f"age={ages}", "--k", 8, "--json"]


def fewest(path):
    rows, people = collections.Counter(), collections.defaultdict(set)
    for r in csv.DictReader(path.open()):
        rows[r["age"], r["sex"]] += 1
        people[r["age"], r["sex"]].add(r["who"])
    return min(rows.values()), min(map(len, people.values()))


for more, persons in (([], False), (["--person", "who"], True), (["--person", "who", "--recoding", "local"], True), (["--person", "who", "--suppression", "0.2"], True)):
    out, paper = TMP / "out.csv", TMP / "out.json"
    done = run("anonymize", data, out, *common, "--receipt", paper, *more)
    check(done.returncode == 0, done.stderr)
    rows, people = fewest(out)
    report = json.loads(done.stdout)
    check(rows >= 8 and (people >= 8) == persons, f"{more}: {rows} rows, {people} people")
    if persons:
        check(report["person"] == {"column": "who", "smallest_class": people}, f"{more}: {report['person']}")
        models = json.loads(paper.read_text())["models"]
        check(any(m["model"] == "l" and m["column"] == "who" and m["wanted"] == 8 and m["holds"] for m in models), f"the receipt names it: {models}")
    for demand, code in (([], 0), (["--k", 8], 0), (["--k", 8, "--person", "who"], 0 if persons else 6), (["--k", people + 1, "--person", "who"], 6)):
        held = run("check", out, "--receipt", paper, *demand)
        check(held.returncode == code, f"{more}, {demand}: {held.returncode} {held.stdout[-300:]} {held.stderr}")
    out.unlink()
check("cli.bad_arguments" in run("check", data, "--receipt", TMP / "out.json", "--person", "who").stderr, "persons of how large a class")
for words, reason in ((["--person", "age"], "anonymity.person_in_quasi"), (["--person", "nobody"], "anonymity.unknown_column")):
    check(reason in run("anonymize", data, TMP / "no.csv", *common, *words).stderr and not (TMP / "no.csv").exists(), reason)
    check(reason in run("risk", data, "--qi", "age,sex", *words).stderr, reason)
risk = json.loads(run("risk", data, "--qi", "age,sex", "--person", "who", "--json").stdout)
classes = collections.defaultdict(set)
for w, a, s, _ in visits:
    classes[a, s].add(w)
sizes = collections.Counter(map(len, classes.values()))
check({h["size"]: h["classes"] for h in risk["histogram"]} == dict(sizes) and risk["person"]["persons"] == 120 and risk["person"]["rows"] == len(visits), "the risk counts people")
print("ok")
