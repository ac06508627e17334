#!/usr/bin/env python3
"""JSON lines and Excel workbooks as sources: the same rows as a CSV file give the same figures; bad files give a reason and nothing else."""
import json, os, pathlib, subprocess, sys, time, zipfile

SLUICE, ROOT, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["SLUICE_ROOT"]), pathlib.Path(os.environ["TMP"])
sys.path.insert(0, str(ROOT / "tests/support"))
from make_xlsx import workbook

SECRET = "Zhang-Nobody-4711"
USCC = "12509803MAT000018C"
PLAN = """format: sluice-plan/1
id: fees-%s.v1
dataset: 费用
table: fees
source: {name: 测试来源机构, uscc: "%s"}
file_format: %s
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
%sfields:
  - {name: id, title: 流水号, type: text, key: true, required: true, necessity: 唯一指向}
  - {name: name, title: 姓名, type: text, necessity: 核对}
  - {name: day, title: 日期, type: date, required: true, necessity: 核对}
  - {name: fee, title: 费用, type: decimal, scale: 2, required: true, min: "-1000", necessity: 监管}
control_totals: [fee]
"""
HEADER = ["id", "name", "day", "fee"]


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    check(SECRET not in done.stdout + done.stderr, f"{args[:2]}: no value is told")
    check(0 <= done.returncode < 128, f"{args[:2]}: no crash: {done.returncode} {done.stderr[-300:]}")
    return done


def plan(kind, more=""):
    path = TMP / f"{kind}{len(more)}.yaml"
    path.write_text(PLAN % (kind, USCC, kind, more), encoding="utf-8")
    return path


def file(name, content):
    path = TMP / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def figures(kind, path, more=""):
    """What the source counts in its file, through the same pipeline as the collection."""
    done = run("manifest", "--plan", plan(kind, more), "--key", TMP / "key", "--json", path)
    check(done.returncode == 0, f"{path.name}: {done.stderr}")
    told = json.loads(done.stdout)
    return told["rows"], told["control_totals"]["fee"]


def reason(kind, path, more=""):
    done = run("manifest", "--plan", plan(kind, more), "--key", TMP / "key", "--json", path)
    check(done.returncode != 0, f"{path.name} is refused")
    return json.loads(done.stderr)["code"]


def rows():
    return [[f"S{n:05d}", f"人{n % 89}", 45000 + n % 300, n % 700 - 100 + (n % 100) / 100] for n in range(6000)]


def day(serial):
    import datetime
    return (datetime.date(1899, 12, 30) + datetime.timedelta(serial)).isoformat()


def same_figures():
    content = rows()
    csv = file("a.csv", ",".join(HEADER) + "\n" + "".join(f"{i},{n},{day(d)},{f:.2f}\n" for i, n, d, f in content))
    jsonl = file("a.jsonl", "".join('{"fee":%.2f,"id":"%s","name":"%s","day":"%s"}\n' % (f, i, n, day(d)) for i, n, d, f in content))
    xlsx = file("a.xlsx", workbook([HEADER] + [[i, n, ("date", d), f] for i, n, d, f in content]))
    wanted = figures("csv", csv)
    check(wanted[0] == 6000, f"{wanted}")
    check(figures("jsonl", jsonl) == wanted, "JSON lines tell the same figures")
    check(figures("xlsx", xlsx) == wanted, "a workbook tells the same figures")
    return jsonl, xlsx


def numbers():
    """Money never passes through floating point, and a workbook's 0.1 + 0.2 is 0.3."""
    exact = file("n.jsonl", '{"id":"1","day":"2026-01-05","fee":0.10}\n{"id":"2","day":"2026-01-05","fee":-0.30}\n')
    check(figures("jsonl", exact) == (2, -20), "refunds are negative rows")
    book = file("n.xlsx", workbook([HEADER, ["1", None, ("date", 46027), 0.1 + 0.2], ["2", None, ("raw", '<c r="@" t="str"><f>A1</f><v>2026-01-05</v></c>'), -12.3]]))
    check(figures("xlsx", book) == (2, -1200), "fifteen digits are what a workbook keeps")
    old = file("o.xlsx", workbook([HEADER, ["1", None, ("date", 46027 - 1462), 1]], epoch_1904=True))
    check(figures("xlsx", old) == (1, 100), "the 1904 system")


def bad_lines():
    good = '{"id":"1","day":"2026-01-05","fee":1}\n'
    cases = {
        "not json": (good + "{\n", "jsonl.malformed"), "array": ("[1]\n", "jsonl.not_an_object"), "truncated": (good + '{"id":"' + SECRET, "jsonl.malformed"),
        "nested": ('{"id":{"a":"' + SECRET + '"}}\n', "jsonl.nested_value"), "twice": ('{"id":"1","id":"2"}\n', "jsonl.duplicate_name"),
        "bytes": (b'{"id":"\xff\xfe"}\n', "jsonl.not_utf8"), "deep": ('{"x":' + "[" * 10000 + "]" * 10000 + "}\n", "collect.unknown_field"), "empty": ("\n\n", "jsonl.empty"),
        "unknown": ('{"id":"1","' + SECRET + '":1}\n', "collect.unknown_field"), "long": ('{"id":"' + "x" * (5 << 20) + '"}\n', "jsonl.line_too_long"),
        "nul": (b'{"id":"a\0b"}\n', "jsonl.malformed"), "escaped nul": ('{"id":"\\u0000"}\n', "jsonl.malformed"), "surrogate": ('{"id":"\\ud800"}\n', "jsonl.malformed"),
        "one line": ("x" * (20 << 20), "jsonl.line_too_long"), "two on a line": (good[:-1] + good, "jsonl.malformed"), "number": ('{"id":01}\n', "jsonl.malformed")}
    for name, (content, wanted) in cases.items():
        got = reason("jsonl", file(f"bad {name}.jsonl", content))
        check(got == wanted, f"{name}: {got}, not {wanted}")
    drop = "unknown_fields: drop\n"
    check(figures("jsonl", file("d.jsonl", good[:-2] + ',"more":{"a":[1,{"b":"\\u4e2d"}]}}\n'), drop)[0] == 1, "names outside the plan are dropped where it says so")
    check(reason("jsonl", file("deep.jsonl", '{"x":' + "[" * 10000 + "]" * 10000 + "}\n"), drop) == "jsonl.malformed", "but not to any depth")


def bad_workbooks():
    good = workbook([HEADER, ["1", "甲", ("date", 46027), 1]])
    flag = bytearray(good)
    at = flag.find(b"PK\x01\x02")
    while at >= 0:
        flag[at + 8] |= 1
        at = flag.find(b"PK\x01\x02", at + 4)
    flipped = bytearray(workbook([HEADER, ["1", "甲", ("date", 46027), 1]], compression=zipfile.ZIP_STORED))
    flipped[flipped.find(b"<sheetData>") + 2] ^= 1
    bomb = workbook([HEADER], {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + b" " * (300 << 20) + b"</sheetData></worksheet>"})
    check(len(bomb) < 1 << 20, "a bomb is small")
    laughs = '<!DOCTYPE a [<!ENTITY b "%s"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet>&c;</worksheet>' % ("x" * 1000)
    cases = {
        "empty": (b"", "zip.malformed"), "no archive": (os.urandom(5000), "zip.malformed"), "cut": (good[:len(good) // 2], "zip.malformed"), "encrypted": (bytes(flag), "zip.encrypted"),
        "checksum": (bytes(flipped), "zip.checksum"), "bomb": (bomb, "zip.bomb"), "entities": (workbook([HEADER], {"xl/worksheets/sheet1.xml": laughs}), "xlsx.doctype"),
        "no sheet": (workbook([HEADER], {"xl/worksheets/sheet1.xml": None}), "xlsx.no_sheet"), "no workbook": (workbook([HEADER], {"xl/workbook.xml": None}), "xlsx.malformed"),
        "not XML": (workbook([HEADER], {"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"}), "xlsx.malformed"), "nothing in it": (workbook([]), "xlsx.empty"),
        "gap in the names": (workbook([["id", None, "fee"]]), "xlsx.no_header"), "ragged": (workbook([HEADER, ["1", None, None, None, SECRET]]), "xlsx.ragged"),
        "shared string": (workbook([HEADER, [("raw", '<c r="@" t="s"><v>99999</v></c>')]]), "xlsx.bad_cell"), "back": (workbook([HEADER, [("raw", '<c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>')]]), "xlsx.bad_cell"),
        "unknown column": (workbook([HEADER + ["more"]]), "collect.unknown_field")}
    for name, (content, wanted) in cases.items():
        got = reason("xlsx", file(f"bad {name}.xlsx", content))
        check(got == wanted, f"{name}: {got}, not {wanted}")
    # Slow ones are refused early, with the limit: by what the directory says, and where a sheet of Excel ends.
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(2, 60_000))
    head = b'<worksheet><sheetData><row r="1">' + b"".join(b'<c r="%c1" t="inlineStr"><is><t>%s</t></is></c>' % (65 + i, name.encode()) for i, name in enumerate(HEADER)) + b"</row>"
    steep = workbook([HEADER], {"xl/worksheets/sheet1.xml": head + b"<row></row>" * (150 << 17) + b"</sheetData></worksheet>"})
    many = workbook([HEADER], {"xl/worksheets/sheet1.xml": head + rows + b"<row/>" * 1_000_000 + b"</sheetData></worksheet>"})
    wide = workbook([HEADER, [("raw", '<c r="XFE2"><v>1</v></c>')]])
    for name, content, wanted, limit in (("steep", steep, "zip.bomb", "250"), ("many", many, "xlsx.too_large", "1048576"), ("wide", wide, "xlsx.too_large", "16384")):
        began = time.monotonic()
        done = run("manifest", "--plan", plan("xlsx"), "--key", TMP / "key", "--json", file(f"{name}.xlsx", content))
        told = json.loads(done.stderr.strip().splitlines()[-1])
        check(told["code"] == wanted and limit in told.get("detail", ""), f"{name}: {told}")
        check(time.monotonic() - began < 20, f"{name}: refused early, not after {time.monotonic() - began:.0f} s")
    for n in range(0, len(good), max(1, len(good) // 60)):
        bent = bytearray(good)
        bent[n] ^= 0x41
        run("manifest", "--plan", plan("xlsx"), "--key", TMP / "key", "--json", file("bent.xlsx", bytes(bent)))


def into_a_space(jsonl, xlsx):
    space, passphrase = TMP / "space", TMP / "pass"
    passphrase.write_text("the passphrase of the test\n")
    check(run("init", space, "--name", "测试经办机构", "--uscc", USCC, "--passphrase-file", passphrase).returncode == 0, "a space")
    # The cut copy comes first: it is held, and the whole file replaces it.
    broken = TMP / "broken"
    broken.mkdir()
    (broken / "a.xlsx").write_bytes(xlsx.read_bytes()[:-100])
    (broken / "a.xlsx.manifest.json").write_bytes((TMP / "a.xlsx.manifest.json").read_bytes())
    done = run("collect", "--space", space, "--passphrase-file", passphrase, "--plan", plan("xlsx"), "--source-key", TMP / "key.pub", "--json", broken / "a.xlsx")
    check(done.returncode == 7 and json.loads(done.stdout)[0]["file_problem"] == "zip.malformed", f"a cut workbook is a held batch: {done.returncode} {done.stdout} {done.stderr}")
    for kind, path in (("jsonl", jsonl), ("xlsx", xlsx)):
        done = run("collect", "--space", space, "--passphrase-file", passphrase, "--plan", plan(kind), "--source-key", TMP / "key.pub", "--json", path)
        answer = json.loads(done.stdout or "[{}]")[0]
        check(done.returncode == 0 and answer["sealed"] and answer["accepted"] == 6000, f"{kind}: {done.returncode} {done.stdout} {done.stderr}")


def main():
    check(run("key", "new", "--out", TMP / "key", "--no-passphrase").returncode == 0, "a key")
    jsonl, xlsx = same_figures()
    numbers()
    bad_lines()
    bad_workbooks()
    into_a_space(jsonl, xlsx)
    print("ok")


main()
