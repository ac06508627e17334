#!/usr/bin/env python3
"""Bad input at every verb that reads a file: never a crash, always a stable reason, never a value of the input.

Then a real passport and a real ledger, bent byte by byte: never verified, and the first bad entry is named.
"""
import json, os, pathlib, random, re, shutil, sqlite3, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
SECRET = b"Zhang-Nobody-4711"  # stands in every bad file: must not come back


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args):
    return subprocess.run([SLUICE, *map(os.fsencode, map(str, args))], capture_output=True, stdin=subprocess.DEVNULL, timeout=60)


def bad_files():
    rng = random.Random(5)
    folder = TMP / "bad"
    folder.mkdir()
    files = {
        "empty": b"", "long_line": SECRET + b"x" * (10 << 20), "binary": SECRET + rng.randbytes(300000), "nul": SECRET + b"\0" * 5000,
        "nested": b"[" * 10000 + SECRET + b"]" * 10000, "nested_object": b'{"a":' * 10000 + b"1" + b"}" * 10000,
        "cut_json": b'{"format":"' + SECRET, "surrogate": b'{"a":"\\ud800' + SECRET + b'"}', "big_number": b'{"size":1e999999,"a":"' + SECRET + b'"}',
        "name_1mb": b"n" * (1 << 20) + b"," + SECRET + b"\n1,2\n", "many_columns": b",".join([b"c"] * 100000) + b"\n" + SECRET,
        "open_quote": b'a,b\n"' + SECRET, "gb_and_utf8": "列,甲\n外科,乙\n".encode() + "内科".encode("gb18030") + b"," + SECRET,
        "magic.parquet": b"PAR1" + SECRET + rng.randbytes(5000) + b"\xff\xff\xff\x7fPAR1", "sql.sql": b"create table " + b"(" * 10000 + SECRET,
        "alias.yaml": b"a: &a [" + SECRET + b"]\nb: *a\n", "markup.csv": b"<script>alert(1)</script>,' OR 1=1 --\n" + SECRET + b",2\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "folder").mkdir()
    (folder / "unreadable").write_bytes(SECRET)
    (folder / "unreadable").chmod(0)
    return [folder / name for name in files] + [folder / "folder", folder / "unreadable", folder / "nowhere", pathlib.Path("/dev/null")]


def decent(done, what, may_succeed):
    check(0 <= done.returncode < 128, f"{what}: no crash, got {done.returncode} {done.stderr[-300:]}")
    check(may_succeed or done.returncode != 0, f"{what}: is not accepted")
    if done.returncode == 0 or done.returncode == 6 and done.stdout:
        return
    check(re.search(rb"\([a-z_0-9]+\.[a-z_0-9.]+\)", done.stderr), f"{what}: a stable reason on stderr, exit {done.returncode}: {done.stderr[:300]}")
    check(SECRET not in done.stderr, f"{what}: nothing of the input on stderr")
    check(len(done.stderr) < 5000, f"{what}: a short error, got {len(done.stderr)} bytes")


def every_reader():
    files = bad_files()
    recipe, fine = TMP / "recipe.yaml", TMP / "fine.csv"
    fine.write_text("name,city\n甲,乙\n")
    for file in files:
        for args in (["classify", file], ["classify", "--names-only", file]):
            decent(run(*args), f"{args[:-1]} {file.name}", may_succeed=True)
        decent(run("verify", file), f"verify {file.name}", may_succeed=False)
        decent(run("verify", "--trust", file, fine), f"verify --trust {file.name}", may_succeed=False)
        out = TMP / "out.csv"
        decent(run("deident", "apply", "--recipe", file, fine, out), f"recipe {file.name}", may_succeed=False)
        check(not out.exists(), f"recipe {file.name}: nothing is left")
        decent(run("ledger", "verify", "--space", file), f"ledger verify {file.name}", may_succeed=False)
        space = TMP / "fake_space"
        space.mkdir(exist_ok=True)
        if file.is_file() and file.name != "unreadable":
            shutil.copy(file, space / "ledger.sqlite")
            decent(run("ledger", "verify", "--space", space), f"ledger of {file.name}", may_succeed=False)
    recipe.write_text(RECIPE)
    check(run("deident", "apply", "--recipe", recipe, fine, TMP / "good.csv").returncode == 0, "the good recipe works")
    for file in files:
        out = TMP / f"out.{file.name}"
        done = run("deident", "apply", "--recipe", recipe, file, out)
        decent(done, f"deident {file.name}", may_succeed=False)
        check(not out.exists(), f"deident {file.name}: nothing half done is left")


RECIPE = ""


def codes():
    types = "id-number uscc date datetime institution pharmacy insurance-unit drug consumable service icd10 icd9cm3 region".split()
    values = ["", " ", "x" * 100000, "中" * 1000, "\u202e1", "' OR 1=1 --", "<b>", "-1", "9" * 500, "２０２６", "\x01\x02"]
    for kind in types:
        for value in values:
            done = run("code", "check", kind, "--", value) if value.startswith("-") else run("code", "check", kind, value)
            check(done.returncode in (2, 6), f"code check {kind} {value[:10]!r}: {done.returncode} {done.stderr[:200]}")
            check(len(value) < 500 or value.encode() not in done.stdout + done.stderr, f"code check {kind}: a long value is not echoed")
    done = run("code", "check", "x" * 1000, "1")
    check(done.returncode == 2 and b"(" in done.stderr, f"an unknown type: {done.returncode}")
    done = subprocess.run([SLUICE, "code", "check", "id-number", b"\xff\xfe\x80"], capture_output=True, timeout=20)
    check(done.returncode in (2, 6), f"bytes that are no text: {done.returncode}")


def passport(demo):
    bundle, file, trust = next((demo / "recipient").glob("*.passport.json")), next((demo / "recipient").glob("*.csv")), demo / "recipient/trust.txt"
    check(run("verify", bundle, "--file", file, "--trust", trust).returncode == 0, "the good passport verifies")
    check(run("verify", bundle).returncode == 6, "without a pinned issuer it does not")
    content, rng, bent, seen = bundle.read_bytes(), random.Random(11), TMP / "bent.json", {1: 0, 6: 0}
    for n in range(60):
        at, bit = rng.randrange(len(content)), rng.randrange(8)
        if bit == 5 and any(run_of.start() <= at < run_of.end() for run_of in re.finditer(rb"[0-9a-f]{32,}", content)):
            continue  # the case of a hexadecimal digit: the same bytes, read in either case
        bent.write_bytes(content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1:])
        done = run("verify", bent, "--file", file, "--trust", trust)
        check(done.returncode in (1, 6) and b"\nverified" not in b"\n" + done.stdout, f"byte {at} flipped: {done.returncode} {done.stdout[:100]}")
        seen[done.returncode] += 1
    check(seen[1] and seen[6], f"some are unreadable, some fail: {seen}")
    for size in (0, 1, 100, len(content) // 2, len(content) - 2):
        bent.write_bytes(content[:size])
        check(run("verify", bent, "--trust", trust).returncode == 1, f"cut to {size} bytes: unreadable")
    bent.write_bytes(content + b" {}")
    check(run("verify", bent, "--trust", trust).returncode != 0, "something after the end")
    shorter = TMP / "shorter.csv"
    shorter.write_bytes(file.read_bytes()[:-1])
    check(run("verify", bundle, "--file", shorter, "--trust", trust).returncode == 6, "another file")


def flip(value, rng):
    if isinstance(value, str):
        at = rng.randrange(len(value))
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1:]
    at = rng.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << rng.randrange(8))]) + value[at + 1:]


def key_of(table):
    return "segment * 1000000 + n" if table == "segment_record" else "rowid"  # the one table without rowids


def blob_columns(db):
    """Every column that holds bytes or text, of every table with rows."""
    for (table,) in db.execute("select name from sqlite_master where type='table' and name not like 'sqlite_%' order by name").fetchall():
        for column in db.execute(f'pragma table_info("{table}")').fetchall():
            name = column[1]
            rows = db.execute(f'select {key_of(table)} from "{table}" where typeof("{name}") in (\'blob\', \'text\') and length("{name}") > 0').fetchall()
            if rows:
                yield table, name, [r[0] for r in rows]


def ledger(demo):
    space, bent, rng, tried = demo / "space", TMP / "bent_space", random.Random(13), []
    check(run("ledger", "verify", "--space", space, "--trust", space / "trust.txt").returncode == 0, "the good ledger verifies")
    bent.mkdir()
    db = sqlite3.connect(f"file:{space}/ledger.sqlite?mode=ro", uri=True)
    targets = list(blob_columns(db))
    for table, column, rows in targets:
        for row in sorted({rows[0], rng.choice(rows), rows[-1]}):
            for old in bent.iterdir():
                old.unlink()
            copy = sqlite3.connect(bent / "ledger.sqlite")
            db.backup(copy)
            (value,) = copy.execute(f'select "{column}" from "{table}" where {key_of(table)}=?', (row,)).fetchone()
            copy.execute(f'update "{table}" set "{column}"=? where {key_of(table)}=?', (flip(value, rng), row))
            copy.commit()
            copy.close()
            done = run("ledger", "verify", "--space", bent, "--trust", space / "trust.txt", "--json")
            tried.append((table, column, done.returncode))
            told = (done.stdout + done.stderr).decode("utf-8", "replace")
            check(done.returncode == 6, f"{table}.{column} row {row}: {done.returncode} {told[:300]}")
            bad = json.loads(told).get("first_bad") or {}
            check(bad.get("reason", "").startswith("verify.") and bad.get("what"), f"{table}.{column} row {row}: the first bad thing is named: {told[:300]}")
            check(table != "entry" or bad.get("seq") == row, f"entry.{column}: entry {row} is named, got {bad}")
    print("ledger: flipped in", ", ".join(sorted({f"{t}.{c}" for t, c, _ in tried})))


def main():
    global RECIPE
    RECIPE = "format: sluice-strategy/1\nid: two\nversion: \"1\"\nfields:\n  - {column: name, technique: mask, first: 1, last: 0}\n  - {column: city, technique: keep}\n"
    codes()
    every_reader()
    demo = TMP / "demo"
    done = run("demo", "--once", "--rows", 1500, "--dir", demo)
    check(done.returncode == 0, f"the demo: {done.stderr}")
    passport(demo)
    ledger(demo)


main()
