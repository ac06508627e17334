#!/usr/bin/env python3
"""A strategy's presence target: the receipt names the population's file, the check says which file it wants, and counts the people anew where it is handed over, by
other code than masking's. Counted a third time here. Another population, a changed receipt or file do not hold; what the check cannot do to a population it says."""
import collections, json, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, code=0):
    done = subprocess.run([SLUICE, "deident", *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240)
    check(done.returncode == code, f"{args}: {done.returncode} {done.stderr[:400]} {done.stdout[-600:]}")
    return done


def write(name, text):
    (TMP / name).write_text(text, encoding="utf-8")
    return TMP / name


dice = random.Random(3)
FORMS = ("{y}-{m:02d}-{d:02d}", "{y}/{m}/{d}", "{y}年{m}月{d}日", "{y}{m:02d}{d:02d}", "{y}.{m:02d}.{d:02d} 08:30:00")


def person():
    y, m, d, form = dice.randrange(1950, 1954), dice.randrange(1, 13), dice.randrange(1, 29), dice.choice(FORMS)
    return {"born": form.format(y=y, m=m, d=d), "place": dice.choice(["440106", "440305", "4403", "110101"]), "weight": dice.choice(["-3", "0", "17.5", "39", "61.25", "88", "140"]),
            "post": dice.choice(["510000", "518000", "5180"]), "sex": dice.choice("男女"), "x": dice.choice("abc"), "at": (y, m, d, form)}


COLUMNS = ["born", "place", "weight", "post", "sex", "x"]
people = [person() for _ in range(9000)]
for p in people[:60]:
    p.update(born="", at=None)
rows = dice.sample(people, 4500)
for p in people[-5:]:
    p["x"] = "d"


def table(name, of, columns=COLUMNS):
    return write(name, ",".join(columns) + "\n" + "".join(",".join(p[c] for c in columns) + "\n" for p in of))


data, everybody = table("data.csv", rows), table("people.csv", people, COLUMNS[::-1])
key = write("key", "0123456789abcdef0123456789abcdef")


def strategy(name, fields, most=1000, quasi=("born", "place", "weight", "post", "sex")):
    return write(name, json.dumps({"format": "sluice-strategy/1", "id": name.split(".")[0], "version": "1", "unlisted": "keep", "quasi_identifiers": list(quasi), "fields": fields,
                                   "targets": {"presence_permille_max": most}}, ensure_ascii=False))


FIELDS = [{"column": "born", "technique": "date", "unit": "quarter"}, {"column": "place", "technique": "region", "digits": 2}, {"column": "weight", "technique": "band", "width": 20, "bottom": 0, "top": 100},
          {"column": "post", "technique": "mask", "first": 2, "last": 0}]
out, paper = TMP / "out.csv", TMP / "paper.json"


def applied(fields, **more):
    run("apply", "--recipe", strategy("s.json", fields, **more), "--key", key, data, out, "--receipt", paper, "--population", everybody)
    return json.loads(paper.read_text())


def judged(*more, code=0, receipt=paper):
    return json.loads(run("check", out, "--receipt", receipt, "--json", *more, code=code).stdout)


def of_presence(report):
    return next(f for f in report["findings"] if f["check"] == "model" and f["detail"].startswith("presence_permille"))


# By hand: what each cell becomes, and the greatest share of a class's people that is in the file.
def quarter(p):
    if p["at"] is None:
        return ""
    y, m, d, form = p["at"]
    if m >= 10 and d >= 10:  # two digits in any form
        form = form.replace("{m}", "{m:02d}").replace("{d}", "{d:02d}")
    return form.split(" ")[0].format(y=y, m=(m - 1) // 3 * 3 + 1, d=1)


def band(w):
    v = float(w)
    return "<0" if v < 0 else "100+" if v >= 100 else f"{int(v) // 20 * 20}-{int(v) // 20 * 20 + 19}"


def made(p):
    return quarter(p), p["place"][:2] + "0" * (len(p["place"]) - 2), band(p["weight"]), p["post"][:2] + "*" * (len(p["post"]) - 2), p["sex"]


def highest(of, key=made):
    there, all_ = collections.Counter(map(key, of)), collections.Counter(map(key, people))
    return max(-(-n * 1000 // all_[c]) for c, n in there.items())


receipt = applied(FIELDS)
model = receipt["models"][0]
check(model["model"] == "presence_permille" and model["reached"] == highest(rows), f"counted by hand: {model} {highest(rows)}")
check(len(receipt["population_digest"]) == 64, "the receipt names the population's file")

told = of_presence(judged())
check(told["outcome"] == "not_checkable" and "--population" in told["detail"] and receipt["population_digest"][:16] in told["detail"], f"which file is wanted: {told}")
report = judged("--population", everybody)
check(of_presence(report)["outcome"] == "ok" and f"found {model['reached']}" in of_presence(report)["detail"], f"counted anew: {of_presence(report)}")
check(not [f for f in report["findings"] if f["check"] == "population"], f"nothing is left to say of it: {report['findings']}")
judged("--population", everybody, "--presence", "0:0.01", code=6)

# Changed receipts, another population, another file.
for change in ({"reached": model["reached"] - 1}, {"reached": model["reached"] + 1}, {"wanted": model["reached"] - 1}, {"holds": False}):
    forged = json.loads(paper.read_text())
    forged["models"][0].update(change)
    write("forged.json", json.dumps(forged))
    check(of_presence(judged("--population", everybody, code=6, receipt=TMP / "forged.json"))["outcome"] == "broken", f"{change}")
report = judged("--population", table("fewer.csv", people[:-1], COLUMNS[::-1]), code=6)
check(of_presence(report)["outcome"] == "not_checkable" and [f["outcome"] for f in report["findings"] if f["check"] == "population"] == ["broken"], "another population")
unnamed = json.loads(paper.read_text())
del unnamed["population_digest"]
write("unnamed.json", json.dumps(unnamed))
check("no population" in of_presence(judged(receipt=TMP / "unnamed.json"))["detail"], "an older receipt names none")
check(of_presence(judged("--population", everybody, receipt=TMP / "unnamed.json"))["outcome"] == "not_checkable", "and so nothing is counted")

# Units, widths and constants of other kinds.
for fields, quasi in (([{"column": "born", "technique": "date", "unit": "year"}, {"column": "weight", "technique": "band", "width": 7}], ("born", "weight")),
                      ([{"column": "born", "technique": "date", "unit": "month"}, {"column": "sex", "technique": "redact", "value": "-"}], ("born", "sex")),
                      ([{"column": "sex", "technique": "blank"}, {"column": "post", "technique": "mask", "first": 1, "last": 1, "mask_char": "#"}], ("sex", "post", "x")),
                      ([{"column": "place", "technique": "region", "digits": 4}], ("place",))):
    receipt = applied(fields, quasi=quasi)
    report = judged("--population", everybody)
    check(of_presence(report)["outcome"] == "ok", f"{fields}: {of_presence(report)} {[f for f in report['findings'] if f['check'] == 'population']}")

# What the check does not do to a population it says, and never that it holds.
for fields, quasi in (([{"column": "sex", "technique": "pseudonym"}], ("sex", "place")), ([{"column": "weight", "technique": "round", "to": 10}], ("weight",)),
                      ([{"column": "sex", "technique": "redact", "value": "-", "when": {"column": "x", "is": ["a"]}, "otherwise": "keep"}], ("sex",))):
    applied(fields, quasi=quasi)
    report = judged("--population", everybody)
    said = [f for f in report["findings"] if f["check"] == "population"]
    check(of_presence(report)["outcome"] == "not_checkable" and said and "by itself" in said[0]["detail"], f"{fields}: {said}")

# A cell that technique and check need not read alike is not guessed at.
people[7]["weight"] = "about 60"
table("people.csv", people, COLUMNS[::-1])
applied(FIELDS)
report = judged("--population", everybody)
said = [f for f in report["findings"] if f["check"] == "population"]
check(of_presence(report)["outcome"] == "not_checkable" and said[0]["outcome"] == "not_checkable" and said[0]["cells"] == 1, f"one row: {said}")
print("ok")
