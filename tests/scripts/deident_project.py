#!/usr/bin/env python3
"""One project over several tables: links between them hold, in CSV and in batches; another project with the same key cannot be joined."""
import csv, json, os, pathlib, random, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def apply(recipe, source, out):
    done = subprocess.run([SLUICE, "deident", "apply", "--recipe", str(recipe), "--key", str(TMP / "key"), str(source), str(out)], capture_output=True, text=True, timeout=120)
    check(done.returncode == 0, done.stderr)


def rows(path):
    return list(csv.DictReader(path.open(encoding="utf-8-sig")))


(TMP / "key").write_bytes(bytes(range(32)))
rng = random.Random(12)
people = [f"P{rng.randrange(10**9):09d}" for _ in range(400)]
visits = [(f"V{i:06d}", rng.choice(people), f"2024-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}") for i in range(1500)]
fees = [(rng.choice(visits)[0], rng.choice(people), f"{rng.randrange(1000)}.50") for _ in range(3000)]
tables = {"people": ("person,born\n", [(p, f"19{rng.randrange(40, 99)}-05-0{1 + i % 9}") for i, p in enumerate(people)]),
          "visits": ("visit,patient,day\n", visits), "fees": ("visit_no,psn,fee\n", fees)}
for name, (head, content) in tables.items():
    (TMP / f"{name}.csv").write_text(head + "".join(",".join(r) + "\n" for r in content))
RULES = {"people": "  - {column: person, technique: pseudonym, domain: person}\n  - {column: born, technique: date_shift, person: person}\n",
         "visits": "  - {column: patient, technique: pseudonym, domain: person}\n  - {column: visit, technique: format_preserving, kind: code, domain: visit}\n"
                   "  - {column: day, technique: date_shift, person: patient}\n",
         "fees": "  - {column: psn, technique: pseudonym, domain: person}\n  - {column: visit_no, technique: format_preserving, kind: code, domain: visit}\n"}


def recipe(name, scope):
    path = TMP / f"{name}.{scope}.yaml"
    path.write_text(f'format: sluice-strategy/1\nid: {name}\nversion: "1"\nscope: {scope}\nunlisted: keep\nfields:\n{RULES[name]}')
    return path


for scope in ("one", "two"):
    for name in tables:
        apply(recipe(name, scope), TMP / f"{name}.csv", TMP / f"{name}.{scope}.csv")
person = {a[0]: b["person"] for a, b in zip(tables["people"][1], rows(TMP / "people.one.csv"))}
visit = {a[0]: b["visit"] for a, b in zip(visits, rows(TMP / "visits.one.csv"))}
check(len(set(person.values())) == len(set(people)) and not set(person.values()) & set(people), "a person is one pseudonym, no pseudonym is a person")
check(all(person[a[1]] == b["patient"] for a, b in zip(visits, rows(TMP / "visits.one.csv"))), "visits join people as before")
check(all(visit[a[0]] == b["visit_no"] and person[a[1]] == b["psn"] for a, b in zip(fees, rows(TMP / "fees.one.csv"))), "fees join both")
# A batch masked later, by itself, gives the same rows.
half = TMP / "late.csv"
half.write_text("visit,patient,day\n" + "".join(",".join(r) + "\n" for r in visits[1000:]))
apply(recipe("visits", "one"), half, TMP / "late.one.csv")
check(rows(TMP / "late.one.csv") == rows(TMP / "visits.one.csv")[1000:], "an incremental batch fits")
# Another project: nothing joins, with the same key.
for name, columns in {"people": ["person"], "visits": ["patient"], "fees": ["psn"]}.items():
    one, two = rows(TMP / f"{name}.one.csv"), rows(TMP / f"{name}.two.csv")
    for column in columns:
        check(not {r[column] for r in one} & {r[column] for r in two}, f"{name}.{column} of two projects have nothing in common")
shared = {r["visit"] for r in rows(TMP / "visits.one.csv")} & {r["visit"] for r in rows(TMP / "visits.two.csv")}
same = sum(a["visit"] == b["visit"] for a, b in zip(rows(TMP / "visits.one.csv"), rows(TMP / "visits.two.csv")))
check(same <= 3, f"enciphered numbers of two projects agree by chance at most: {same} of {len(visits)}, {len(shared)} in both")

# All tables in one run: all or none, and the links proven.
(TMP / "in").mkdir()
(TMP / "recipes").mkdir()
for name in tables:
    (TMP / "in" / f"{name}.csv").write_bytes((TMP / f"{name}.csv").read_bytes())
    (TMP / "recipes" / f"{name}.yaml").write_bytes(recipe(name, "one").read_bytes())
project = TMP / "recipes" / "project.yaml"
project.write_text("format: sluice-masking-project/1\nscope: one\ntables:\n" + "".join(f"  - {{file: {n}.csv, recipe: {n}.yaml}}\n" for n in tables))


def together(out, *more):
    return subprocess.run([SLUICE, "deident", "apply-project", str(project), str(TMP / "in"), str(TMP / out), "--key", str(TMP / "key"), "--json", *map(str, more)],
                          capture_output=True, text=True, timeout=120)


done = together("out")
check(done.returncode == 0, done.stderr)
for name in tables:
    check((TMP / "out" / f"{name}.csv").read_bytes() == (TMP / f"{name}.one.csv").read_bytes(), f"{name}: as in a run of its own")
links = {(l["left"], l["right"]): (l["shared_before"], l["shared_after"]) for l in json.loads(done.stdout)["links"]}
check(links[("visits.csv.visit", "fees.csv.visit_no")][0] > 500 and all(a == b for a, b in links.values()) and len(links) == 4, f"links: {links}")
# Signed like the receipt of a single run: the project's, and one beside each table, which the check takes.
for name in ("officer", "stranger"):
    subprocess.run([SLUICE, "key", "new", "--out", str(TMP / name), "--name", name, "--no-passphrase"], check=True, capture_output=True)
done = together("signed", "--receipt", TMP / "project.json", "--sign-key", TMP / "officer")
check(done.returncode == 0 and json.loads((TMP / "project.json").read_text()) == json.loads(done.stdout) and (TMP / "project.json.sig").exists(), done.stderr)
for name in tables:
    paper = TMP / "signed" / f"{name}.csv.receipt.json"
    for key, code in (("officer", 0), ("stranger", 6)):
        held = subprocess.run([SLUICE, "deident", "check", str(TMP / "signed" / f"{name}.csv"), "--receipt", str(paper), "--signature", f"{paper}.sig", "--by-key", str(TMP / f"{key}.pub")], capture_output=True)
        check(held.returncode == code, f"{name} signed by {key}: {held.stdout[-300:]} {held.stderr[-300:]}")
done = together("none", "--sign-key", TMP / "officer")
check(done.returncode != 0 and "cli.bad_arguments" in done.stderr and not (TMP / "none").exists(), "a signature without a receipt is refused before anything is written")
# Purposes, reviews and populations, as in a single run: one signature for each strategy that demands one.
recipes = {n: (TMP / "recipes" / f"{n}.yaml").read_text() for n in tables}
for n in ("people", "visits"):
    (TMP / "recipes" / f"{n}.yaml").write_text(recipes[n] + "review: required\nuse: {purposes: [insurance_product_design]}\n")
    subprocess.run([SLUICE, "sign", "--key", str(TMP / "officer"), "--out", str(TMP / f"{n}.sig"), str(TMP / "recipes" / f"{n}.yaml")], check=True, capture_output=True)
(TMP / "other").write_text("other")
subprocess.run([SLUICE, "sign", "--key", str(TMP / "officer"), "--out", str(TMP / "other.sig"), str(TMP / "other")], check=True, capture_output=True)
said = ["--purpose", "insurance_product_design"]
signed = said + ["--signature", TMP / "people.sig", "--signature", TMP / "visits.sig"]
for more, reason in ((said, "strategy.not_reviewed"), (said + ["--signature", TMP / "people.sig", "--reviewer", TMP / "officer.pub"], "strategy.not_reviewed"),
                     (signed, "strategy.unknown_reviewer"), (signed + ["--reviewer", TMP / "stranger.pub"], "strategy.unknown_reviewer"),
                     (signed[2:] + ["--reviewer", TMP / "officer.pub"], "strategy.use_unknown"), (signed + ["--signature", TMP / "other.sig"], "signature.wrong_document"),
                     (signed + ["--reviewer", TMP / "officer.pub", "--population", f"nobody.csv={TMP / 'people.csv'}"], "cli.bad_arguments")):
    done = together("none", *more)
    check(done.returncode != 0 and reason in done.stderr and not list((TMP / "none").glob("*")), f"{reason}: {done.stderr}")
done = together("reviewed", *signed, "--reviewer", TMP / "officer.pub", "--receipt", TMP / "reviewed.json")
check(done.returncode == 0, done.stderr)
by = {p["strategy"]: p.get("reviewed_by") for p in json.loads((TMP / "reviewed.json").read_text())["tables"]}
check(by["people"] and by["people"] == by["visits"] and not by["fees"], f"who reviewed stands in the receipts: {by}")
(TMP / "recipes" / "people.yaml").write_text(recipes["people"].replace("  - {column: born, technique: date_shift, person: person}\n", "  - {column: born, technique: date, unit: year}\n")
                                            + "quasi_identifiers: [born]\ntargets: {presence_permille_max: 900}\n")
(TMP / "recipes" / "visits.yaml").write_text(recipes["visits"])
done = together("present")
check(done.returncode != 0 and "deident.population_required" in done.stderr, f"a presence target wants a population: {done.stderr}")
(TMP / "everybody.csv").write_text(tables["people"][0] + "".join(",".join(r) + "\n" for r in tables["people"][1] * 3))
done = together("present", "--population", f"people.csv={TMP / 'everybody.csv'}")
check(done.returncode == 0, f"with one it runs: {done.stderr}")
for n, text in recipes.items():
    (TMP / "recipes" / f"{n}.yaml").write_text(text)

with (TMP / "in" / "fees.csv").open("a") as f:
    f.write("one,field,too,many\n")
done = together("none")
check(done.returncode != 0 and "deident.ragged_row" in done.stderr and not any((TMP / "none").iterdir()), f"one bad table: none appears, {done.stderr}")
print("ok")
