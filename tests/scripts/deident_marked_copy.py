#!/usr/bin/env python3
"""A copy marked in pseudonyms is believed by the independent check, its carriers too; rows that are marked instead of dropped are held to l and persons; persons are not counted
against a population's rows."""
import json, os, pathlib, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, code=0, reason=""):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL)
    check(done.returncode == code if not reason else done.returncode != 0 and reason in done.stderr, f"sluice {' '.join(map(str, args[:2]))}: {done.returncode} {done.stderr[-400:]} {done.stdout[-300:]}")
    return done.stdout


run("synth", "--out", TMP / "syn", "--rows", 4000, "--seed", 3)
key = TMP / "k.key"
key.write_text("7a" * 32 + "\n")
for table in ("fee_list_d", "setl_d"):
    source, recipe, masked, copy = TMP / f"syn/{table}.csv", TMP / f"{table}.json", TMP / f"{table}.m.csv", TMP / f"{table}.c.csv"
    first, second = TMP / f"{table}.r", TMP / f"{table}.cr"
    run("deident", "plan", source, "--out", recipe)
    run("deident", "apply", "--recipe", recipe, "--key", key, "--share-type", "controlled", "--receipt", first, source, masked)
    run("deident", "check", masked, "--receipt", first)
    run("deident", "mark", "--recipe", recipe, "--key", key, "--recipient", "R1", "--masked-receipt", first, "--receipt", second, masked, copy)
    carriers = [c["column"] for c in json.loads(second.read_text())["marks"]["carriers"]]
    techniques = {f["column"]: f["technique"] for f in json.loads(second.read_text())["fields"]}
    check(any(techniques[c] == "pseudonym" for c in carriers), f"{table} bears marks in its pseudonyms: {carriers}")
    run("deident", "check", copy, "--receipt", second, "--masked-receipt", first)
    lie = json.loads(second.read_text())
    lie["marks"]["carriers"][0]["column"] = next(c for c, how in techniques.items() if how not in ("pseudonym", "keep", "noise", "date_shift"))
    second.write_text(json.dumps(lie, ensure_ascii=False))
    check("marks" in run("deident", "check", copy, "--receipt", second, "--masked-receipt", first, "--json", code=6), "other columns bear none")

# The class of the rows that are marked: of one diagnosis, or of one person.
few, out = TMP / "few.csv", TMP / "out.csv"
few.write_text("pid,a,b,d\n" + "".join(f"p{i},{i % 4},x,d{i % 7}\n" for i in range(200)) + "".join(f"q,9,y{i},HIV\n" for i in range(6)))
mark = ["--qi", "a,b", "--k", 5, "--suppression", "5%", "--suppressed-rows", "mark"]
run("deident", "anonymize", few, out, *mark, "--l", "d=3", reason="anonymity.marked_too_few")
run("deident", "anonymize", few, out, *mark, "--person", "pid", reason="anonymity.marked_too_few")
run("deident", "anonymize", few, out, *mark, "--t", "d=0.3", reason="anonymity.marked_beyond_k")
run("deident", "anonymize", few, out, *mark, "--l", "d=3", "--diversity", "entropy", reason="anonymity.marked_beyond_k")
check(not out.exists(), "nothing was written")
run("deident", "anonymize", few, out, *mark, "--receipt", TMP / "o.r")
run("deident", "check", out, "--receipt", TMP / "o.r")
few.write_text(few.read_text().replace("q,9,y5,HIV", "q2,9,y5,flu").replace("q,9,y4,HIV", "q3,9,y4,cold"))
run("deident", "anonymize", few, out, *mark, "--l", "d=3", "--receipt", TMP / "o2.r")
run("deident", "check", out, "--receipt", TMP / "o2.r", "--l", "d=3")

# A population is counted in rows.
people = TMP / "people.csv"
people.write_text("pid,a,w\n" + "".join(f"P{i},v{i},x\n" for i in range(100) for _ in range(10)))
run("deident", "risk", people, "--qi", "a", "--person", "pid", "--population", people, reason="anonymity.person_with_population")
run("deident", "anonymize", people, TMP / "pp.csv", "--qi", "a", "--k", 1, "--k-map", 10, "--person", "pid", "--population", people, reason="anonymity.person_with_population")
told = json.loads(run("deident", "risk", people, "--qi", "a", "--person", "pid", "--sensitive", "w", "--json"))
check([d["share_uniform"] for d in told["attribute_disclosure"]] == [1], f"a share is a share: {told['attribute_disclosure']}")
# Options that demand nothing are refused.
for args in (("anonymize", few, TMP / "x.csv", "--qi", "a", "--k", 2, "--diversity", "entropy"), ("check", out, "--receipt", TMP / "o2.r", "--distance", "ordered"), ("check", out, "--receipt", TMP / "o2.r", "--c", "2")):
    run("deident", *args, reason="cli.bad_arguments")
print("marked copies are believed, marked rows are held to their models, persons are not rows")
