#!/usr/bin/env python3
"""Bad input of every kind at the deident verbs: a clear error with a stable reason or an honest result; the output appears whole or not at all."""
import json, os, pathlib, random, re, resource, signal, subprocess, sys, time

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, **more):
    return subprocess.run([SLUICE, "deident", *map(os.fsencode, map(str, args))], capture_output=True, stdin=subprocess.DEVNULL, timeout=240, **more)


def refused(reason, *args, out=None, **more):
    done = run(*args, **more)
    shown = done.stderr.decode(errors="replace")
    check(0 < done.returncode < 128, f"{args}: an error, no crash: {done.returncode} {shown[:300]}")
    check(re.search(rf"\({reason}\)", shown), f"{args}: {reason}, got {shown[:300]}")
    if out:
        check(not out.exists() and not list(out.parent.glob(out.name + ".*")), f"{args}: nothing is left")
    return shown


def fine(*args, **more):
    done = run(*args, **more)
    check(done.returncode == 0, f"{args}: {done.returncode} {done.stderr.decode(errors='replace')[:300]}")
    return done.stdout.decode()


def file(name, content):
    path = TMP / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


RECIPE = 'format: sluice-strategy/1\nid: t\nversion: "1"\nunlisted: keep\nfields:\n'
OUT = TMP / "out.csv"


def headers_and_paths():
    """A header that is a person's row, lines that end in CR alone, pipes; what is written is never what is read, and never stays without its receipt."""
    person = "420111199709284631,女,2024-08-11,何丽,18921742180\n"
    rows = file("nohead.csv", person + "".join(f"{i},男,2024-08-{1 + i % 28:02d},张三,1\n" for i in range(60)))
    keeps = file("keeps.yaml", 'format: sluice-strategy/1\nid: t\nversion: "1"\nunlisted: keep\nfields:\n  - {column: a, technique: pseudonym}\n')
    key = file("k", "0123456789abcdef0123456789abcdef")
    for verb in (["plan", rows, "--out", TMP / "nh.json"], ["apply", "--recipe", keeps, "--key", key, rows, OUT]):
        shown = refused("deident.header_is_data", *verb, out=OUT)
        check("4201" not in shown and "189217" not in shown and "column 1" in shown, f"which column, never what stands there: {shown}")
    cr = file("cr.csv", b"a,name\rP1,\xe5\xbc\xa0\xe4\xb8\x89\rP2,13812345678\r")
    refused("deident.bad_column_name", "apply", "--recipe", keeps, "--key", key, cr, OUT, out=OUT)
    named = file("named.csv", "a,b,2023\n" + "".join(f"p{i},x,{i}\n" for i in range(40)))
    check("40 rows" in fine("apply", "--recipe", keeps, "--key", key, named, OUT), "a year is a name")
    OUT.unlink()
    piped = subprocess.run([SLUICE, "deident", "apply", "--recipe", keeps, "--key", key, "/dev/stdin", OUT], input=named.read_bytes(), capture_output=True, timeout=60)
    check(piped.returncode == 2 and b"deident.not_regular_file" in piped.stderr and not OUT.exists(), f"a pipe is refused: {piped.stderr}")

    before = named.read_bytes(), keeps.read_bytes()
    for words in (["apply", "--recipe", keeps, "--key", key, "--receipt", named, named, OUT], ["apply", "--recipe", keeps, "--key", key, "--receipt", OUT, named, OUT],
                  ["apply", "--recipe", keeps, "--key", key, "--receipt", keeps, named, OUT], ["plan", named, "--out", named], ["hierarchy", named, "--column", "2023", "--out", named],
                  ["apply", "--recipe", keeps, "--key", key, named, TMP / "." / "named.csv"]):
        refused("deident.same_file", *words)
    check((named.read_bytes(), keeps.read_bytes()) == before and not OUT.exists(), "nothing was overwritten")
    refused(r"file\.\w+", "apply", "--recipe", keeps, "--key", key, "--receipt", TMP / "nowhere/r.json", named, OUT, out=OUT)

    data, done = TMP / "tables", TMP / "done"
    data.mkdir(), done.mkdir()
    for name in ("a.csv", "b.csv"):
        (data / name).write_bytes(named.read_bytes())
    project = file("project.yaml", "format: sluice-masking-project/1\nscope: s\ntables: [{file: a.csv, recipe: keeps.yaml}, {file: b.csv, recipe: keeps.yaml}]\n")
    refused("deident.same_file", "apply-project", project, data, data, "--key", key)
    (done / "a.csv").write_text("stood here\n")
    (done / "b.csv").mkdir()
    (done / "b.csv/x").write_text("in the way")
    for words in ([], ["--receipt", TMP / "nowhere/p.json"]):
        blocked = run("apply-project", project, data, done, "--key", key, *words)
        check(blocked.returncode > 0 and (done / "a.csv").read_text() == "stood here\n", "all tables appear, with their receipts, or none does")
        check(sorted(p.name for p in done.iterdir()) == ["a.csv", "b.csv"], "nothing is left beside them")


def hierarchies():
    data = file("h.csv", "age,sex\n" + "".join(f"{20 + i % 4},{'FM'[i % 2]}\n" for i in range(40)))
    bad = {
        "hierarchy.cycle": "20;a;b;a\n21;a;b;a\n22;a;b;a\n23;a;b;a\n",
        "hierarchy.gap": "20;;*\n21;x;*\n22;x;*\n23;x;*\n",
        "hierarchy.depths_differ": "20;x;*\n21;*\n22;x;*\n23;x;*\n",
        "hierarchy.not_a_tree": "20;x;1\n21;x;2\n22;y;1\n23;y;1\n",
        "hierarchy.value_twice": "20;x;*\n20;y;*\n21;x;*\n22;x;*\n23;x;*\n",
        "hierarchy.empty": "",
    }
    for reason, text in bad.items():
        refused(reason, "anonymize", data, OUT, "--qi", "age", "--hierarchy", f"age={file('bad.csv', text)}", "--k", "2", out=OUT)
    outside = file("outside.csv", "20;x;*\n21;x;*\n22;x;*\n")
    shown = refused(r"anonymity\.\w+|hierarchy\.\w+", "anonymize", data, OUT, "--qi", "age", "--hierarchy", f"age={outside}", "--k", "2", out=OUT)
    check("23" not in shown.replace(str(TMP), ""), "the value outside is not told")


def sizes():
    good = file("h.hier", "20;*\n21;*\n22;*\n23;*\n")
    data = file("few.csv", "age,sex\n20,F\n21,M\n22,F\n")
    refused("anonymity.k_too_large", "anonymize", data, OUT, "--qi", "age", "--hierarchy", f"age={good}", "--k", "5", out=OUT)
    for path, k in ((data, "4"), (data, "5"), (file("four.csv", "age,sex\n20,F\n21,M\n22,F\n22,M\n"), "5")):
        # Where all rows may go, a k beyond the rows is answered like a k that no class reaches: nothing is left, and that is said.
        all_out = json.loads(fine("anonymize", path, OUT, "--qi", "age", "--hierarchy", f"age={good}", "--k", k, "--suppression", "1", "--json"))
        check(all_out["suppressed_share"] == 1 and all_out["classes"] == 0 and OUT.read_text() == "age,sex\n", f"{path.name} {k}: {all_out}")
        OUT.unlink()
    named = file("named.yaml", RECIPE + "  - {column: age, technique: hierarchy, hierarchy: ages, height: 1}\nhierarchies: {ages: levels/ages.csv}\n")
    refused("strategy.hierarchy_not_csv", "apply", "--recipe", named, data, OUT, out=OUT)
    tie = file("tie.csv", "a,x;b\n" + "1;2\n3;4\n" * 4)
    check(json.loads(fine("risk", tie, "--qi", "b", "--json"))["rows"] == 8, "the rows tell the separator that the header leaves open")
    small = file("small.yaml", RECIPE + "  - {column: age, technique: keep}\nquasi_identifiers: [age]\nk_min: 2\nsuppress_permille: 1000\n")
    fine("apply", "--recipe", small, data, OUT)
    check(OUT.read_text() == "age,sex\n", "all rows suppressed within the limit: the header alone")
    OUT.unlink()
    recipe = file("r.yaml", RECIPE + "  - {column: age, technique: band, width: 10}\n")
    for name, content in {"empty": "", "header": "age,sex\n", "one_row": "age,sex\n20,F\n", "one_column": "age\n20\n21\n", "no_line_end": "age,sex\n20,F"}.items():
        path = file(name + ".csv", content)
        for args in (["apply", "--recipe", recipe, path, OUT], ["risk", path, "--qi", "age"], ["anonymize", path, OUT, "--qi", "age", "--k", "1"],
                     ["aggregate", path, OUT, "--by", "age"], ["plan", path], ["compare", path, path]):
            done = run(*args)
            check(0 <= done.returncode < 128, f"{name} {args[0]}: {done.returncode} {done.stderr[-200:]}")
            check(done.returncode == 0 or done.stdout or re.search(rb"\([a-z_]+\.[a-z_]+\)", done.stderr), f"{name} {args[0]}: a reason, {done.stderr[:200]}")
            check(done.returncode != 0 or args[0] not in ("apply", "aggregate") or OUT.exists(), f"{name} {args[0]}: done means written")
            OUT.unlink(missing_ok=True)


def keys_and_columns():
    data = file("k.csv", "no,name\n1,a\n")
    keyed = file("keyed.yaml", RECIPE + "  - {column: no, technique: pseudonym}\n")
    for size in (0, 1, 15):
        reasons = r"deident\.bad_key|file\.\w+|key\w*\.\w+"
        refused(reasons, "apply", "--recipe", keyed, "--key", file("short.key", os.urandom(size)), data, OUT, out=OUT)
    refused("deident.key_required", "apply", "--recipe", keyed, data, OUT, out=OUT)
    absent = file("absent.yaml", RECIPE + "  - {column: nobody, technique: suppress}\n")
    refused("deident.missing_column", "apply", "--recipe", absent, data, OUT, out=OUT)
    refused("anonymity.unknown_column", "risk", data, "--qi", "nobody")
    refused("anonymity.unknown_column", "compare", data, data, "--columns", "nobody")
    refused(r"record.unknown_field", "apply", "--recipe", file("odd.yaml", RECIPE + "  - {column: no, technique: keep, colour: red}\n"), data, OUT, out=OUT)


def numbers():
    cells = ["NaN", "inf", "-inf", "Infinity", "1e400", "9" * 400, "0x1p3", "1,5", "--1", "1.2.3", "", " 7", "٣", "1" + "0" * 17 + ".5"]
    data = file("n.csv", "id,v\n" + "".join(f'{i},"{c}"\n' for i, c in enumerate(cells)))
    for rule in ("band, width: 10", "round, to: 10", "clamp, top: 5", "noise, bound: 3, person: id", "microaggregate, k: 2"):
        recipe = file("num.yaml", RECIPE + f"  - {{column: v, technique: {rule}}}\n")
        done = run("apply", "--recipe", recipe, "--key", file("n.key", os.urandom(32)), data, OUT, "--json")
        check(done.returncode in (0, 1, 6), f"{rule}: {done.returncode} {done.stderr[:200]}")
        if done.returncode == 0:
            written = OUT.read_text()
            check(not any(c in written for c in ("NaN", "inf", "1e400", "0x1p3", "9" * 400)), f"{rule}: what it cannot handle is blanked, {written}")
            failed = next(f["failed"] for f in json.loads(done.stdout)["fields"] if f["column"] == "v")
            check(failed >= 8, f"{rule}: and counted, {failed}")
            OUT.unlink()
        strict = file("strict.yaml", RECIPE + f"  - {{column: v, technique: {rule}, on_failure: refuse}}\n")
        refused(r"deident\.\w+", "apply", "--recipe", strict, "--key", TMP / "n.key", data, OUT, out=OUT)
    refused("aggregate.not_a_number", "aggregate", data, OUT, "--by", "id", "--sum", "v", out=OUT)


def encodings():
    recipe = file("name.yaml", RECIPE + "  - {column: name, technique: mask, first: 1, last: 0}\n")
    invalid = file("utf8.csv", b"name,x\n\xe5\xbc,1\n\xff\xfe\xfd,2\n\xc0\xaf,3\n")
    gb = file("gb.csv", "name,x\n张三,1\n李四,2\n".encode("gb18030"))
    late = file("late.csv", ("name,x\n" + "张三,1\n" * 30 + '"李\n四",2\n' + "\n").encode() + b"\xe7\x8e,3\n")
    for path in (invalid, late, file("gbcut.csv", gb.read_bytes()[:-5] + b"\x81\n"), file("nul.csv", b"name,x\n\0\0,1\n")):
        # Masking and the independent check have one answer: what is no text in any encoding is neither written nor read.
        said = refused(r"csv\.(bad_encoding|mixed_encoding|nul_byte)", "apply", "--recipe", recipe, path, OUT, out=OUT)
        check(path != late or "record 33, field 1" in said, f"{path.name}: where it stands, {said}")
        for args in (["risk", path, "--qi", "name"], ["plan", path], ["aggregate", path, OUT, "--by", "name"]):
            done = run(*args)
            check(0 <= done.returncode < 128, f"{path.name} {args[0]}: {done.returncode}")
            OUT.unlink(missing_ok=True)
    fine("apply", "--recipe", recipe, gb, OUT)
    check(OUT.read_bytes().decode("gb18030") == "name,x\n张*,1\n李*,2\n", "GB18030 stays GB18030")
    OUT.unlink()


MARKED = 'format: sluice-strategy/1\nid: m\nversion: "1"\nunlisted: keep\nfields:\n  - {column: id, technique: keep}\n  - {column: dose, technique: keep}\n' \
         'marks: {row_key: id, one_in: 1, carriers: [{column: dose, kind: low_digit, billing: false}]}\n'


def checks_and_traces():
    """The checker and the tracer look at files of others: whatever these hold, an answer that accuses nobody and holds nothing for true."""
    data = file("c.csv", "a,b\n1,x\n2,y\n1,x\n")
    recipe = file("c.yaml", RECIPE + "  - {column: b, technique: mask, first: 1, last: 0}\n")
    receipt = TMP / "c.receipt"
    fine("apply", "--recipe", recipe, "--receipt", receipt, data, OUT)
    fine("check", OUT, "--receipt", receipt)
    bad = {"empty": "", "header": "a,b\n", "one_row": "a,b\n1,x\n", "one_column": "a\n1\n2\n1\n", "numbers": "a,b\nNaN,inf\n1e400,-0\n", "utf8": b"a,b\n\xff\xfe\x01,x\n",
           "gb": "a,b\n一,二\n".encode("gb18030"), "quote": 'a,b\n"1,x\n'}
    for name, content in bad.items():
        path = file(f"c_{name}.csv", content)
        done = run("check", path, "--receipt", receipt)
        check(done.returncode == 6 and b"does not hold" in done.stdout or re.search(rb"\(csv\.\w+\)", done.stderr), f"check {name}: {done.returncode} {done.stdout[-200:]} {done.stderr[:200]}")
        refused(r"json\.\w+|record\.\w+|receipt\.\w+|deident\.\w+", "check", OUT, "--receipt", path)
    OUT.unlink()
    marks, key = file("m.yaml", MARKED), file("m.key", os.urandom(32))
    trace = ["trace", "--recipe", marks, "--key", key, "--recipient", "x", "--recipient", "y"]
    for name, content in bad.items():
        content = content if isinstance(content, bytes) else content.encode()
        for path in (TMP / f"c_{name}.csv", file("t.csv", content.replace(b"a,b\n", b"id,dose\n"))):
            done = run(*trace, path)
            check(done.returncode == 6 and "未能认定".encode() in done.stdout or done.returncode == 1 and re.search(rb"\(\w+\.\w+\)", done.stderr),
                  f"trace {name}: nobody is named, {done.returncode} {done.stdout[-200:]} {done.stderr[:200]}")
            refused(r"mark\.too_few_rows|deident\.\w+|csv\.\w+", "mark", "--recipe", marks, "--key", key, "--recipient", "x", path, OUT, out=OUT)
    for name in ("empty", "utf8", "quote"):
        refused(r"csv\.\w+", "risk", data, "--qi", "a", "--population", TMP / f"c_{name}.csv")
        refused(r"csv\.\w+", "anonymize", data, OUT, "--qi", "a", "--k", "1", "--k-map", "2", "--population", TMP / f"c_{name}.csv", out=OUT)
    refused("anonymity.unknown_column", "risk", data, "--qi", "b", "--population", TMP / "c_one_column.csv")
    listed = json.loads(fine("risk", data, "--qi", "a", "--population", TMP / "c_header.csv", "--json"))
    check(listed["journalist"]["max"] == listed["prosecutor"]["max"] == 1, "who is in the data is in the population, listed or not")


def many_values():
    rng = random.Random(3)
    data = TMP / "many.csv"
    with data.open("w") as f:
        f.write("id,code\n")
        for i in range(600_000):  # every value distinct; ten million need only more memory and time
            f.write(f"p{i},{rng.getrandbits(60)}\n")
    report = json.loads(fine("risk", data, "--qi", "id,code", "--unique", "1", "--json"))
    check(report["classes"] == report["rows"] == 600_000 and report["k"] == 1, "all rows unique")
    rare = file("rare.yaml", RECIPE + "  - {column: code, technique: rare, k: 5, value: other}\n")
    fine("apply", "--recipe", rare, data, OUT)
    check(OUT.read_text().count(",other\n") == 600_000, "every value is rare")
    OUT.unlink()
    refused("aggregate.too_many_cells", "aggregate", data, OUT, "--by", "id", out=OUT)


def full_disk():
    data = file("big.csv", "name,x\n" + "".join(f"某人{i},{i}\n" for i in range(200_000)))
    recipe = file("f.yaml", RECIPE + "  - {column: name, technique: mask, first: 1, last: 0}\n")

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    marked = file("mf.csv", "id,dose\n" + "".join(f"p{i},{i % 997}.{i % 100:02d}\n" for i in range(120_000)))
    mark = ["mark", "--recipe", file("mf.yaml", MARKED), "--key", file("mf.key", os.urandom(32)), "--recipient", "x", marked, OUT]
    for args in (["apply", "--recipe", recipe, data, OUT], ["anonymize", data, OUT, "--qi", "x", "--k", "1"], mark):
        refused(r"file\.\w+", *args, out=OUT, preexec_fn=small_files, restore_signals=False)
    # The same where nobody ignores the signal for us.
    refused(r"file\.\w+", "apply", "--recipe", recipe, data, OUT, out=OUT, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20)))
    place = TMP / "disk"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)], capture_output=True).returncode != 0:
        print("a disk of its own cannot be mounted here: the limit on file sizes stands for it")
        return
    try:
        for args in (["apply", "--recipe", recipe, data, place / "out.csv"], ["anonymize", data, place / "out.csv", "--qi", "x", "--k", "1"]):
            refused("file.disk_full", *args, out=place / "out.csv")
        old = place / "old.csv"
        old.write_text("what was there\n")
        refused("file.disk_full", "apply", "--recipe", recipe, data, old)
        check(old.read_text() == "what was there\n", "a full disk leaves the old file")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def interrupted():
    """Whoever ends a run leaves nothing half masked behind, under whatever name."""
    data = file("long.csv", "name,x\n" + "".join(f"某人{i},{i}\n" for i in range(3_000_000)))
    recipe = file("long.yaml", RECIPE + "  - {column: name, technique: pseudonym, domain: person}\n")
    key = file("long.key", "0123456789abcdef0123456789abcdef")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        run = subprocess.Popen([SLUICE, "deident", "apply", "--recipe", recipe, "--key", key, data, OUT], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               preexec_fn=lambda: signal.signal(number, signal.SIG_DFL))
        while run.poll() is None and not any(p.stat().st_size > 0 for p in OUT.parent.glob(OUT.name + ".*")):
            time.sleep(0.002)
        check(run.poll() is None, "it is still at work")
        run.send_signal(number)
        check(run.wait(60) == 128 + number, f"signal {number}: {run.returncode}")
        check(not OUT.exists() and not list(OUT.parent.glob(OUT.name + ".*")), f"signal {number}: nothing is left")
    # A project: the table that is whole already goes too, since nobody has held it against the other.
    place, out = TMP / "joined", TMP / "joined_out"
    place.mkdir()
    data.rename(place / "b.csv")
    (place / "a.csv").write_text("name,x\n某人1,1\n某人2,2\n")
    (TMP / "project.json").write_text(json.dumps({"format": "sluice-masking-project/1", "scope": "p", "tables": [{"file": f"{t}.csv", "recipe": "long.yaml"} for t in "ab"]}))
    run = subprocess.Popen([SLUICE, "deident", "apply-project", TMP / "project.json", place, out, "--key", key], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while run.poll() is None and len(list(out.glob("*"))) < 2:
        time.sleep(0.002)
    check(run.poll() is None, "the second table is being masked")
    run.send_signal(signal.SIGINT)
    check(run.wait(60) == 130 and list(out.glob("*")) == [], f"nothing of either table is left: {list(out.glob('*'))}")


for part in (headers_and_paths, hierarchies, sizes, keys_and_columns, numbers, encodings, checks_and_traces, many_values, full_disk, interrupted):
    part()
print("ok")
