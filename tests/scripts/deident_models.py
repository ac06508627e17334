#!/usr/bin/env python3
"""What the receipt of a search says of its models the check counts anew by other code: entropy and recursive l, ordered and hierarchical t, k-map and presence in the
population that the receipt names; without the population or the hierarchy it says that it did not count. Receipts, files, populations and hierarchies that were
changed do not hold. Counted a third time here."""
import collections, csv, json, math, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args):
    return subprocess.run([SLUICE, "deident", *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240)


def write(name, text):
    (TMP / name).write_text(text, encoding="utf-8")
    return TMP / name


dice = random.Random(11)
everybody = [(str(dice.randrange(20, 60)), dice.choice("甲乙丙丁"), dice.choice("男女")) for _ in range(6000)] + [("", "甲", "男")] * 40
sample = [(*p, dice.choice(["流感", "高血压", "糖尿病", "肺炎"]), str(dice.randrange(10) * 5)) for p in dice.sample(everybody, 1500)]
header = "age,place,sex,diag,cost"
data = write("data.csv", header + "\n" + "".join(",".join(r) + "\n" for r in sample))
people = write("people.csv", "place,sex,age,extra\n" + "".join(f"{p},{s},{a},x\n" for a, p, s in everybody))
ages = write("ages.csv", "".join(f"{a};{a // 5 * 5}-{a // 5 * 5 + 4};{a // 20 * 20}+;*\n" for a in range(20, 60)))
places = write("places.csv", "甲;东;*\n乙;东;*\n丙;西;*\n丁;西;*\n")
diags = write("diags.csv", "流感;感染;*\n肺炎;感染;*\n高血压;慢病;*\n糖尿病;慢病;*\n")
qi = ["--qi", "age,place,sex", "--hierarchy", f"age={ages}", "--hierarchy", f"place={places}"]
paper, out = TMP / "paper.json", TMP / "out.csv"


def anonymized(*more):
    done = run("anonymize", data, out, *qi, "--receipt", paper, "--json", *more)
    check(done.returncode == 0, f"{more}: {done.stderr}")
    return json.loads(paper.read_text()), list(csv.DictReader(out.open(encoding="utf-8")))


def judged(*more, code=0, receipt=None, file=None):
    done = run("check", file or out, "--receipt", receipt or paper, "--json", *more)
    check(done.returncode == code, f"{more}: {done.returncode} {done.stderr} {[f for f in json.loads(done.stdout or '{}').get('findings', []) if f['outcome'] != 'ok']}")
    return json.loads(done.stdout) if done.stdout else None


def lines(report, name):
    return {f["column"] + "/" + f["detail"].split(":")[0] if name == "model" else f["column"]: f["outcome"] for f in report["findings"] if f["check"] == name}


def classes(rows):
    out = collections.defaultdict(list)
    for r in rows:
        out[r["age"], r["place"], r["sex"]].append(r)
    return out


def model(receipt, name):
    return next(m for m in receipt["models"] if m["model"] == name)


# Entropy and recursive l, and every distance, of the file alone.
receipt, rows = anonymized("--k", 5, "--l", "diag=2.2", "--diversity", "entropy")
entropies = [math.exp(-sum(n / len(c) * math.log(n / len(c)) for n in collections.Counter(r["diag"] for r in c).values())) for c in classes(rows).values()]
said = model(receipt, "l_entropy_permille")
check(said["wanted"] == 2200 and abs(said["reached"] - min(entropies) * 1000) <= 1 and said["holds"], f"{said} {min(entropies)}")
check(lines(judged(), "model") == {"/k": "ok", "diag/l_entropy_permille": "ok"}, "counted")
receipt, rows = anonymized("--k", 5, "--l", "diag=2", "--diversity", "recursive", "--c", "2.5")


def recursive(c, l):
    counts = sorted(collections.Counter(r["diag"] for r in c).values(), reverse=True)
    return counts[0] < 2.5 * sum(counts[l - 1:])


greatest = max((l for l in range(1, 5) if all(recursive(c, l) for c in classes(rows).values())), default=0)
check(model(receipt, "l_recursive") | {"holds": True} == {"model": "l_recursive", "column": "diag", "wanted": 2, "reached": greatest, "holds": True, "c_permille": 2500}, f"{receipt['models']} {greatest}")
judged()
for distance, name, more in (("ordered", "t_ordered_permille", ()), ("hierarchical", "t_hierarchical_permille", ("--sensitive-hierarchy", f"diag={diags}"))):
    column = "cost" if distance == "ordered" else "diag"
    receipt, rows = anonymized("--k", 5, "--t", f"{column}=0.3", "--distance", distance, *more)
    check(0 < model(receipt, name)["reached"] <= 300, receipt["models"])
    check(lines(judged(*more), "model")[f"{column}/{name}"] == "ok", distance)
    judged("--t", f"{column}=0.3", "--distance", distance, *more)
    if more:
        report = judged()
        check(lines(report, "model")[f"{column}/{name}"] == "not_checkable" and report["not_checkable"] > 0, "without the hierarchy it is not counted")
        other = write("other.csv", "流感;甲类;*\n肺炎;乙类;*\n高血压;乙类;*\n糖尿病;甲类;*\n")
        check(lines(judged("--sensitive-hierarchy", f"diag={other}", code=6), "model")[f"{column}/{name}"] == "broken", "another hierarchy")
    for change in ({"reached": 1}, {"holds": False}, {"wanted": 1}):
        changed = json.loads(json.dumps(receipt))
        model(changed, name).update(change)
        check(lines(judged(*more, code=6, receipt=write("changed.json", json.dumps(changed))), "model")[f"{column}/{name}"] == "broken", f"{change}")
receipt, rows = anonymized("--k", 20, "--suppression", "0.2", "--t", "diag=0.2")
if "rows_suppressed" in receipt:
    check(model(receipt, "t_permille").get("of") == "input" and lines(judged(), "model")["diag/t_permille"] == "not_checkable", "held against rows that are not here")
    changed = json.loads(json.dumps(receipt))
    model(changed, "t_permille")["reached"] += 7
    judged(code=6, receipt=write("changed.json", json.dumps(changed)))

# k-map and presence want the population.
receipt, rows = anonymized("--k", 3, "--k-map", 25, "--presence", "0.05:0.6", "--population", people)
heights = {f["column"]: f["parameters"]["height"] for f in receipt["fields"] if f["technique"] == "hierarchy"}
check(heights, f"something was generalised: {receipt['fields']}")
ladder = {"age": lambda v, h: v if h == 0 else ("*" if h == 3 else "") if v == "" else [None, f"{int(v) // 5 * 5}-{int(v) // 5 * 5 + 4}", f"{int(v) // 20 * 20}+", "*"][h],
          "place": lambda v, h: v if h == 0 else [None, "东" if v in "甲乙" else "西", "*"][h], "sex": lambda v, h: v}
stars = {f["column"] for f in receipt["fields"] if f["technique"] == "redact"}


def brought(v, column):
    return "*" if column in stars else ladder[column](v, heights.get(column, 0))


many = collections.Counter(tuple(brought(v, c) for v, c in zip(p, ("age", "place", "sex"))) for p in everybody)
shares = [len(c) / max(len(c), many[key]) for key, c in classes(rows).items()]
said = model(receipt, "k_map")
check(said["reached"] == min(max(len(c), many[key]) for key, c in classes(rows).items()) >= 25 and said["holds"], f"{said}")
said = model(receipt, "presence_ppm")
check(abs(said["reached"] - max(shares) * 1e6) <= 1 and abs(said["lowest_reached"] - min(shares) * 1e6) <= 1 and said["wanted"] == 600000 and said["lowest_wanted"] == 50000, f"{said} {max(shares)}")
told = judged()
check({k: v for k, v in lines(told, "model").items() if k != "/k"} == {"/k_map": "not_checkable", "/presence_ppm": "not_checkable"}, "without the population nothing is said to hold")
check("--population" in json.dumps(told), "and it says what it wants")
full = ["--population", people, "--hierarchy", f"age={ages}", "--hierarchy", f"place={places}"]
check(lines(judged(*full), "model") == {"/k": "ok", "/k_map": "ok", "/presence_ppm": "ok"}, "counted")
check(lines(judged(*full), "claim") == {c: "ok" for c in heights} | {c: "ok" for c in stars}, "with the hierarchies their labels are seen too")
judged(*full, "--k-map", model(receipt, "k_map")["reached"], "--presence", "0.05:0.6")
judged(*full, "--k-map", model(receipt, "k_map")["reached"] + 1, code=6)
judged(*full, "--presence", "0:0.01", code=6)
if heights:
    report = judged("--population", people)
    check(list(lines(report, "population").values()) == ["not_checkable"] and lines(report, "model")["/k_map"] == "not_checkable", "without the hierarchies it is not counted")
# Whatever is changed is seen.
for change in (("k_map", {"reached": 4000}), ("k_map", {"wanted": 10**6}), ("presence_ppm", {"reached": 1}), ("presence_ppm", {"lowest_reached": 600000}), ("presence_ppm", {"holds": False})):
    changed = json.loads(json.dumps(receipt))
    model(changed, change[0]).update(change[1])
    judged(*full, code=6, receipt=write("changed.json", json.dumps(changed)))
changed = json.loads(json.dumps(receipt))
del model(changed, "presence_ppm")["lowest_wanted"]
judged(*full, code=6, receipt=write("changed.json", json.dumps(changed)))
for column in heights:
    changed = json.loads(json.dumps(receipt))
    next(f for f in changed["fields"] if f["column"] == column)["parameters"]["height"] += 1 if heights[column] < 2 else -1
    judged(*full, code=6, receipt=write("changed.json", json.dumps(changed)))
twice = write("twice.csv", people.read_text() + "甲,男,30,x\n" * 500)
report = judged("--population", twice, *full[2:], code=6)
check(lines(report, "population") == {"": "broken"} and lines(report, "model")["/k_map"] == "not_checkable", "another population")
if "age" in heights:
    other = write("other.csv", "".join(f"{a};{a // 10 * 10};{a // 20 * 20}+;*\n" for a in range(20, 60)))
    judged("--population", people, "--hierarchy", f"age={other}", "--hierarchy", f"place={places}", code=6)
moved = write("moved.csv", out.read_text(encoding="utf-8").replace("\n", "\n", 1))
text = out.read_text(encoding="utf-8").splitlines()
moved.write_text("\n".join(text[:1] + text[2:] + text[1:2]) + "\n", encoding="utf-8")
judged(*full, code=6, file=moved)

# Bad input: named, and never a crash.
for words, reason in ((("--k-map", 5), "cli.bad_arguments"), (("--presence", "0:0.5"), "cli.bad_arguments"), (("--population", people, "--presence", "1"), "cli.bad_arguments"),
                      (("--population", people, "--k-map", "nan"), "cli.bad_arguments"), (("--population", TMP / "absent.csv"), "file."), (("--population", "/dev/zero"), "file.unreadable"), (("--hierarchy", "age"), "cli.bad_arguments"), (("--hierarchy", f"nobody={ages}"), "recheck.no_such_column"),
                      (("--hierarchy", f"age={TMP / 'absent.csv'}"), "file.not_found"), (("--hierarchy", f"age={write('empty.csv', '')}"), "csv.empty"),
                      (("--hierarchy", f"age={write('ragged.csv', 'a;b;*' + chr(10) + 'c;*' + chr(10))}"), "recheck.bad_hierarchy")):
    done = run("check", out, "--receipt", paper, *words)
    check(done.returncode not in (0, 6) and done.returncode > 0 and reason in done.stderr, f"{words}: {done.returncode} {done.stderr[-300:]}")
for name, content in (("bad utf-8", b"age,place,sex\n\xff\xfe,a,b\n"), ("no rows", "age,place,sex\n".encode()), ("other columns", b"a,b\n1,2\n"), ("nothing", b"")):
    bad = TMP / "bad.csv"
    bad.write_bytes(content)
    changed = json.loads(json.dumps(receipt))
    done = run("check", out, "--receipt", paper, *full[2:], "--population", bad)
    check(done.returncode == 6, f"{name}: another population than the receipt's, before it is read: {done.returncode} {done.stderr}")
for member, value in (("population_digest", 7), ("population_digest", "zz"), ("models", [{"model": "k_map", "column": "", "wanted": 1, "reached": 1, "holds": True, "lowest_wanted": "x"}]),
                      ("models", [{"model": "l_recursive", "column": "diag", "wanted": 1, "reached": 1, "holds": True, "c_permille": -4}]),
                      ("models", [{"model": "l_recursive", "column": "diag", "wanted": 1, "reached": 9, "holds": True}])):
    changed = dict(receipt, **{member: value})
    done = run("check", out, "--receipt", write("changed.json", json.dumps(changed)), *full)
    check(done.returncode > 0, f"{member}={value}: {done.returncode}")

# Local recoding: labels of every height in its range, and the check sees them where it has the hierarchies.
receipt, rows = anonymized("--k", 5, "--recoding", "local")
ranges = {f["column"]: f["parameters"] for f in receipt["fields"] if f["technique"] == "hierarchy"}
report = judged("--hierarchy", f"age={ages}", "--hierarchy", f"place={places}")
check(all(lines(report, "claim")[c] == "ok" for c in ranges), f"{ranges}")
for refused, reason in ((("--k-map", 5, "--population", people), "anonymity.local_population"), (("--suppression", 0.1), "cli.bad_arguments")):
    check(reason in run("anonymize", data, TMP / "no.csv", *qi, "--k", 5, "--recoding", "local", *refused).stderr and not (TMP / "no.csv").exists(), reason)
print("ok")
