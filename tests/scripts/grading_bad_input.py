#!/usr/bin/env python3
"""Bad input at the grading desk of a real node: columns that lie, a table of many columns, people's texts that want to be markup, formulas or commands, broken rule
packs and broken questions. Always a clear finding, never a crash, never a value of a person in an answer, a list, a picture or the log."""
import csv, io, json, os, sys, urllib.parse, xml.dom.minidom, zipfile

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency
from outsider import check, uscc

a = Agency("测试医疗保障局")
a.staff()
manager, officer = a.people["manager"], a.people["officer"]
a.run("key", "new", "--out", a.tmp / "source.key", "--name", "source", "--no-passphrase", "--json")


def collected(name, columns, rows):
    plan, path = a.tmp / f"{name}.yaml", a.tmp / f"{name}.csv"
    plan.write_text(f"format: sluice-plan/1\nid: {name}.v1\ndataset: {name}\ntable: {name}\nsource: {{name: 某医院, uscc: \"{uscc(12)}\"}}\nfile_format: csv\nencoding: auto\nheader: true\n"
                    "purpose: 监管\nlegal_basis: 法定职责\nfrequency: 每月\nunknown_fields: refuse\nfields:\n"
                    + "".join(f"  - {{name: {c}, title: {c}, type: text, max_length: 200, necessity: 核对}}\n" for c in columns))
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    a.run("manifest", "--plan", plan, "--key", a.tmp / "source.key", "--batch", "B1", path)
    done = a.collect(plan, a.tmp / "source.key.pub", path)
    check(done["sealed"], f"{name}: {done}")
    a.work("manager", f"/datasets/{done['dataset']}/versions/{done['version']}/classify")
    return done


def id_number(n):
    """Nobody's: division 509801 was never assigned."""
    body = "509801" + f"{1950 + n % 60}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11]


# Columns that lie about what they hold.
count = range(300)
lies = {"flag": [f"139{n * 7919 % 100000000:08d}" for n in count],
        "remark1": [id_number(n) for n in count],
        "certno_cut": [id_number(n)[:15] + "000" for n in count],
        "certno_sci": [f"{int(id_number(n)[:17] + '0'):.5E}" for n in count],
        "mobile_wide": ["".join(chr(ord(c) + 0xfee0) for c in f"139{n * 7919 % 100000000:08d}") for n in count],
        "mobile_gap": [f"139 {n * 7919 % 10000:04d} {n * 31 % 10000:04d}" for n in count],
        "all_null": ["" for _ in count],
        "constant": ["1" for _ in count]}
liar = collected("liar", list(lies), zip(*lies.values()))
queue = {i["column"]: i for i in manager.get(f"/grading/review?dataset={liar['dataset']}&limit=500")["items"]}
check(set(queue) == set(lies), f"every column waits for a person: {set(queue)}")
for column in ("flag", "remark1", "certno_cut", "certno_sci", "mobile_wide", "mobile_gap"):
    proposal = queue[column]["proposal"]
    check(proposal["level"] >= 4 or "review" in queue[column]["why"], f"{column} is high or goes to a person: {proposal}")
check(queue["flag"]["proposal"]["level"] >= 4 and queue["remark1"]["proposal"]["type"] == "id_number", "values win over the name")
told = json.dumps(list(queue.values()), ensure_ascii=False) + json.dumps(manager.get(f"/datasets/{liar['dataset']}/profile"), ensure_ascii=False)
for column in ("flag", "remark1", "certno_cut", "mobile_wide", "mobile_gap"):
    check(not any(v in told for v in set(lies[column])), f"no value of {column} in queue or profile")

# Many columns: one entry of the ledger does not hold what a wide table has to say.
wide = [f"c{n}" for n in range(1200)]
table = collected("wide", wide, [[str(n % 7) for n in range(1200)] for _ in range(20)])
check(len(manager.get(f"/datasets/{table['dataset']}")["columns"]) == 1200, "a wide table is whole")
listed = manager.get(f"/grading/list?dataset={table['dataset']}&limit=500")
check(listed["total"] == 1200 and listed["next"], "in pages")
flow = manager.post("/grading/level", {"parts": [{"dataset": table["dataset"], "version": table["version"]}]})
check(len(flow["columns"]) == 1200, "and so is its level")

# Texts of people: markup, formulas, escapes, what steers a terminal.
nasty = ['=cmd|"/c calc"!A1', "<script>alert(1)</script>", "\u202eevil", "'; DROP TABLE entry; --", "a\u0000b", "@SUM(1)", "𠮷" * 100, "]]>&amp;"]
for text in nasty:
    made = manager.call("POST", "/grading/items", {"title": text, "medium": "paper", "place": text, "volume": 1, "volume_unit": text})
    check(made.status in (201, 400), f"{text!r}: {made.status} {made.body[:200]}")
exported = manager.call("GET", "/grading/list/export?format=csv").body.decode("utf-8-sig")
for line in csv.reader(io.StringIO(exported)):
    check(not any(cell[:1] in "=@+" and len(cell) > 1 for cell in line), f"no cell begins a formula: {[c for c in line if c[:1] in '=@']}")
book = zipfile.ZipFile(io.BytesIO(manager.call("GET", "/grading/list/export?format=xlsx").body))
for name in book.namelist():
    if name.endswith(".xml"):
        xml.dom.minidom.parseString(book.read(name))
        check(b"<f>" not in book.read(name), "no formula in the workbook")
json.loads(manager.call("GET", "/grading/list/export?format=dcat").body)
for text in nasty:
    made = manager.call("POST", "/grading/processes", {"title": text, "nodes": [{"id": "s", "title": text, "kind": "start", "processing": text, "storage": text}]})
    if made.status != 201:
        check(made.status == 400 and made.code, f"{text!r}: {made.status} {made.body[:200]}")
        continue
    picture = manager.call("GET", f"/grading/processes/{made.json['id']}/picture").body
    svg = xml.dom.minidom.parseString(picture)
    check(not svg.getElementsByTagName("script") and b"<script" not in picture, f"{text!r} is drawn, not run")
big = {"title": "x", "nodes": [{"id": f"n{i}", "title": "节点" * 40, "kind": "start", "storage": "库" * 300} for i in range(199)]}
check(manager.call("POST", "/grading/processes", big).code in ("process.too_large", "http.too_large"), "what does not fit an entry is refused")
for body in ({"title": "x", "medium": "paper", "place": "y", "volume": 10 ** 30}, {"title": "x" * 600, "medium": "paper", "place": "y"}, {"title": 7}, [], "text",
             {"title": "x", "medium": "paper", "place": "y", "volume": -1}, {"title": "x", "medium": "paper", "place": "y", "measures": {"storage": 7}},
             {"title": "x", "medium": "paper", "place": "y", "department": "un_nobody"}):
    got = manager.call("POST", "/grading/items", body)
    check(got.status in (400, 404, 422) and got.code, f"{str(body)[:60]}: {got.status} {got.body[:200]}")

# Questions that make no sense, and packs that do not hold together.
for query in ("", "%", "_", "*", "(((", "a" * 5000, "\\", "' OR 1=1", "\u202e", "生" * 500, "%00"):
    got = manager.call("GET", "/catalog/search?q=" + urllib.parse.quote(query))
    check(got.status in (200, 400, 414, 431) and (got.status != 200 or isinstance(got.json["items"], list)), f"search {query[:20]!r}: {got.status} {got.body[:200]}")
for limit in ("0", "-1", "x", "99999", "1e3"):
    check(manager.call("GET", "/catalog/search?q=c&limit=" + limit).status in (200, 400), f"limit {limit}")
for part in ({"parts": []}, {"parts": [{}]}, {"parts": [{"dataset": "ds_nothing"}]}, {"parts": "all"}, {"parts": [{"dataset": liar["dataset"], "columns": ["nothing"]}]},
             {"parts": [{"dataset": liar["dataset"]}], "rows": -5}, {"parts": [{"dataset": liar["dataset"]}], "rows": "many"}):
    got = manager.call("POST", "/grading/level", part)
    check(got.status in (200, 400, 404, 422), f"{part}: {got.status} {got.body[:200]}")
    check(got.status != 200 or part.get("rows") == -5, f"{part} has no level")
for packs in ({"grading": "volumes: [}"}, {"grading": "a: " + "[" * 3000}, {"nothing": "x: 1"}, {"types": ""}, {"worksheet": 7}, {"taxonomy": "&a [*a]"}):
    got = manager.call("POST", "/grading/changes", {"title": "t", "reason": "r", "packs": packs})
    check(got.status in (400, 422) and got.code, f"{str(packs)[:40]}: {got.status} {got.body[:200]}")
scale = [{"id": f"L{n}", "zh": "x", "en": "x", "standard": n} for n in range(1, 6)]
for levels in (scale, scale * 5, [{"id": "x"}], [7], "five", scale + [{"id": "L1", "zh": "x", "en": "x", "standard": 5}], scale + [{"id": "L6", "zh": "x", "en": "x", "standard": 6}]):
    got = officer.call("POST", "/grading/own-levels", {"levels": levels, "reason": "r"})
    check(got.status == 400 and got.code, f"{str(levels)[:60]}: {got.status} {got.body[:200]}")

check(manager.get("/grading/review?limit=1")["total"] > 0, "and the node is well")
log = a.log.read_text(errors="replace")
check(not any(v in log for column in ("flag", "remark1", "certno_cut") for v in lies[column]), "the log holds no value")
a.server.stop()
print("ok")
