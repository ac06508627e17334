#!/usr/bin/env python3
"""How wide a table and how long a cell may be for masking: what is written the independent check can read; what it could not read is refused by name, and nothing
is left. A strategy's own hierarchy goes before a built-in one of its name."""
import os, pathlib, subprocess, sys

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args):
    return subprocess.run([SLUICE, "deident", *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240)


def file(name, content):
    path = TMP / name
    path.write_text(content)
    return path


# As wide as collection takes tables, and one more; the longest cell that the check reads, and one more, with what the technique makes of it.
def wide(columns):
    return file("wide.csv", ",".join(f"c{i}" for i in range(columns)) + "\n" + ",".join("x" for _ in range(columns)) + "\n")


plain = file("plain.yaml", "format: sluice-strategy/1\nid: p\nversion: '1'\nunlisted: keep\nfields:\n  - {column: c0, technique: suppress}\n")

def written(data, strategy, *more):
    (TMP / "o.csv").unlink(missing_ok=True)
    done = run("apply", "--recipe", strategy, data, TMP / "o.csv", "--receipt", TMP / "o.json", *more)
    if done.returncode == 0:
        held = run("check", TMP / "o.csv", "--receipt", TMP / "o.json")
        check(held.returncode == 0, f"what was written can be checked: {held.stdout[-300:]} {held.stderr[-300:]}")
    else:
        check(not (TMP / "o.csv").exists(), "nothing was written")
    return done


for columns in (5000, 16384):
    check(written(wide(columns), plain).returncode == 0, f"{columns} columns")
done = written(wide(16385), plain)
check("deident.too_many_columns" in done.stderr and "16384" in done.stderr, f"one column more is named: {done.stderr}")
MIB = 1 << 20
(TMP / "long.key").write_bytes(bytes(range(32)))
keep = file("keep.yaml", "format: sluice-strategy/1\nid: p\nversion: '1'\nunlisted: keep\nfields:\n  - {column: a, technique: suppress}\n")
drop = file("drop.yaml", "format: sluice-strategy/1\nid: p\nversion: '1'\nunlisted: keep\nfields:\n  - {column: b, technique: suppress}\n")
grow = file("grow.yaml", "format: sluice-strategy/1\nid: p\nversion: '1'\nunlisted: keep\nfields:\n  - {column: b, technique: encrypt}\n")

def cell(size):
    return file("cell.csv", "a,b\n1,y\n2," + "x" * size + "\n3,z\n")


check(written(cell(MIB), keep).returncode == 0, "a cell of 1 MiB is kept and checked")
for size in (MIB + 1, 5 * MIB):
    done = written(cell(size), keep)
    check("deident.cell_too_long" in done.stderr and "record 3" in done.stderr, f"{size}: {done.stderr}")
    check(written(cell(size), drop).returncode == 0, "what masking takes away may be as long")
done = written(cell(MIB - 1000), grow, "--key", TMP / "long.key")
check("deident.cell_too_long" in done.stderr, f"it counts what would be written: {done.stderr}")
(TMP / "cell.csv").write_bytes(("a,b\n2," + "字" * (MIB * 4 // 10) + "\n").encode("gb18030"))
check("deident.cell_too_long" in written(TMP / "cell.csv", keep).stderr, "in UTF-8, which the check reads, it is longer")
taken = file("taken.yaml", "format: sluice-strategy/1\nid: p\nversion: '1'\nunlisted: keep\nhierarchies: {age: \"1;a;*\\n2;b;*\\n\"}\nfields:\n  - {column: a, technique: hierarchy, hierarchy: age, height: 1}\n")
done = written(file("cell.csv", "a,b\n1,y\n2,z\n"), taken)
check(done.returncode == 0 and "given:age" in (TMP / "o.json").read_text(), f"a hierarchy of its own wins inside its strategy, and the receipt does not take it for the built-in one: {done.stderr}")
check((TMP / "o.csv").read_text() == "a,b\na,y\nb,z\n", "by its own labels")
print("ok")
