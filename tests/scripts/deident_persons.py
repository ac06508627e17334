#!/usr/bin/env python3
"""k of persons: where people have several rows, each class of the output has k different ones, counted anew here and by the independent check; k of rows is not enough. The column of keys goes out
as tokens unless it is said otherwise."""
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

# What goes out of the person column: tokens of one run, tokens of a key that join with other tables, nothing, or the keys when it is said.
def people_of(*more, at="out.csv"):
    done = run("anonymize", data, TMP / at, *common, "--person", "who", "--receipt", TMP / "out.json", *more)
    check(done.returncode == 0, f"{more}: {done.stderr}")
    paper = json.loads((TMP / "out.json").read_text())
    field = next(f for f in paper["fields"] if f["column"] == "who")
    return [r.get("who") for r in csv.DictReader((TMP / at).open())], field, paper


(TMP / "person.key").write_bytes(bytes(range(32)))
keys = [w for w, *_ in visits]
seen = {}
for name, more, technique in (("drawn", (), "pseudonym"), ("again", (), "pseudonym"), ("key", ("--key", TMP / "person.key"), "pseudonym"), ("key2", ("--key", TMP / "person.key"), "pseudonym"),
                              ("scope", ("--key", TMP / "person.key", "--scope", "p1"), "pseudonym"), ("drop", ("--person-column", "drop"), "suppress"), ("keep", ("--person-column", "keep"), "keep"),
                              ("marked", ("--suppression", "0.3", "--suppressed-rows", "mark"), "pseudonym")):
    seen[name], field, paper = people_of(*more)
    check(field["technique"] == technique and ("key_id" in paper) == name.startswith(("key", "scope")), f"{name}: {field}")
    held = run("check", TMP / "out.csv", "--receipt", TMP / "out.json", "--json")
    report = json.loads(held.stdout)
    check(held.returncode == 0 and report["holds"], f"{name}: {report}")
    counted = [f for f in report["findings"] if f["check"] == "model" and f["column"] == "who"]
    check([f["outcome"] for f in counted] == (["not_checkable"] if name == "drop" else ["ok"]), f"{name}: persons are counted, or said not to be: {counted}")
    if technique == "pseudonym":
        # The same person has one token, and no two persons one.
        check(not set(keys) & set(seen[name]) and len(set(zip(keys, seen[name]))) == len(set(keys)) == len(set(seen[name])), f"{name}: one token for each")
check(set(seen["drop"]) == {None} and seen["keep"] == keys, "left out, or as it was")
check(seen["key"] == seen["key2"] != seen["scope"] and seen["drawn"] != seen["again"], "tokens of a key come again, drawn ones do not")
# The tokens are those of a strategy with this key, scope and column.
(TMP / "join.yaml").write_text("format: sluice-strategy/1\nid: j\nversion: '1'\nscope: p1\nunlisted: keep\nfields:\n  - {column: who, technique: pseudonym}\n")
check(run("apply", "--recipe", TMP / "join.yaml", "--key", TMP / "person.key", data, TMP / "joined.csv").returncode == 0, "apply")
check([r["who"] for r in csv.DictReader((TMP / "joined.csv").open())] == seen["scope"], "it joins with another table")
empty = TMP / "gaps.csv"
empty.write_text("who,age,sex,ward\n" + "".join(f"{w if i % 9 else ''},{a},{s},{d}\n" for i, (w, a, s, d) in enumerate(visits)))
done = run("anonymize", empty, TMP / "gaps_out.parquet", *common, "--person", "who", "--receipt", TMP / "gaps.json")
check(done.returncode == 0 and json.loads(run("check", TMP / "gaps_out.parquet", "--receipt", TMP / "gaps.json", "--k", 8, "--person", "who", "--json").stdout)["holds"], f"Parquet, rows without a key: {done.stderr}")
check(run("anonymize", data, TMP / "none.parquet", *common, "--person", "who", "--person-column", "drop", "--receipt", TMP / "gaps.json").returncode == 0
      and run("check", TMP / "none.parquet", "--receipt", TMP / "gaps.json").returncode == 0, "dropped in Parquet")
ids = TMP / "ids.csv"  # an identifier as person key goes out as a token; it refuses the run where it would stay
ids.write_text("who,age,sex,ward\n" + "".join(f"138{12340000 + int(w[1:])},{a},{s},{d}\n" for w, a, s, d in visits))
check(run("anonymize", ids, TMP / "ids_out.csv", *common, "--person", "who").returncode == 0 and "13812" not in (TMP / "ids_out.csv").read_text(), "a phone number as key")
check("deident.residual_found" in run("anonymize", ids, TMP / "no.csv", *common, "--person", "who", "--person-column", "keep").stderr and not (TMP / "no.csv").exists(), "kept it is found")
for words in (["--person-column", "drop"], ["--key", TMP / "person.key"], ["--person", "who", "--person-column", "away"], ["--person", "who", "--scope", "p1"],
              ["--person", "who", "--person-column", "keep", "--key", TMP / "person.key"], ["--person", "who", "--key", data.parent / "absent.key"]):
    done = run("anonymize", data, TMP / "no.csv", *common, *words)
    check(done.returncode != 0 and ("cli.bad_arguments" in done.stderr or "file.not_found" in done.stderr) and not (TMP / "no.csv").exists(), f"{words}: {done.stderr}")
(TMP / "short.key").write_text("abc")
done = run("anonymize", data, TMP / "no.csv", *common, "--person", "who", "--key", TMP / "short.key")
check("deident.bad_key" in done.stderr and not (TMP / "no.csv").exists(), f"a short key: {done.stderr}")

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
