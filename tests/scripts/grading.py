#!/usr/bin/env python3
"""Grading as an organisation does it, over TLS against a real server: review queue, one verdict for many fields, the list with its files,
sign-off and difference, other rules with their impact, levels in a flow, measured association, drift of a new batch, lowering."""
import base64, csv, io, json, os, pathlib, subprocess, sys, time, zipfile

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
import visits as table
from outsider import Account, Server, check, uscc

SPACE, PASS, SYNTH = TMP / "space", TMP / "pass", TMP / "synth"


def run(*args):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode == 0, f"sluice {args[0]}: {done.returncode} {done.stderr[-400:]}")
    return done.stdout


PASS.write_text("a passphrase for the test\n")
made = json.loads(run("init", SPACE, "--name", "测试医疗保障局", "--uscc", uscc(11), "--passphrase-file", PASS, "--json"))
server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
people = {a["account"]: Account(server, a["account"], a["password"]).begin() for a in made["accounts"]}
agency = people["sysadmin"].sign_in()["party"]["id"]
ids = {}
for name, duty in (("manager", "data_manager"), ("officer", "security_officer"), ("pi", "pi_officer"), ("head", "data_user")):
    person = people["sysadmin"].post("/people", {"party": agency, "account": name, "display_name": "人员 " + name})
    people["secadmin"].post(f"/people/{person['id']}/duties", {"duty": duty})
    ids[name] = person["id"]
    people[name] = Account(server, name, person["password"]).begin()
manager, officer, pi, head = (people[n] for n in ("manager", "officer", "pi", "head"))
run("synth", "--out", SYNTH, "--rows", 2000)


def collect(table, *more):
    return json.loads(run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", SYNTH / f"plans/{table}.yaml", "--source-key", SYNTH / "source.pub",
                          "--json", *(more or [SYNTH / f"{table}.csv"])))[0]


tables = {t: collect(t) for t in ("psn_info_b", "mdtrt_d", "setl_d")}
todo = {i["kind"] for i in manager.get("/inbox")["items"]}
check({"classify_version", "describe_dataset"} <= todo, f"a version that nobody classified and facts that nobody gave are tasks: {todo}")
for t in tables.values():
    manager.post(f"/datasets/{t['dataset']}/versions/{t['version']}/classify")
check("classify_version" not in {i["kind"] for i in manager.get("/inbox")["items"]}, "classified is done")

# The queue: evidence, top three with what speaks for each, shapes, similar fields.
queue = manager.get("/grading/review?limit=500")
fields = sum(len(manager.get(f"/datasets/{t['dataset']}")["columns"]) for t in tables.values())
check(queue["total"] == fields == len(queue["items"]), f"every field waits once: {queue['total']} of {fields}")
check(sum(queue["counts"].values()) == fields, f"each for one reason: {queue['counts']}")
raw = json.dumps(queue, ensure_ascii=False)
values = {v for row in csv.DictReader((SYNTH / "psn_info_b.csv").open()) for k, v in row.items() if k == "certno" and v}
check(values and not any(v in raw for v in values), "no value of a person stands in the queue")
item = next(i for i in queue["items"] if i["column"] == "certno" and i["dataset"] == tables["psn_info_b"]["dataset"])
check(item["proposal"]["level"] == 4 and item["evidence"] and item["candidates"][0]["type"] == item["proposal"]["type"], f"{item['proposal']}")
check(item["candidates"][0]["evidence"], "the winner shows what speaks for it")
insured = len((SYNTH / "psn_info_b.csv").read_text().splitlines()) - 1
check(item["profile"]["rows"] == insured and item["profile"]["shapes"], f"counted over all rows: {item['profile']}")
check("min" not in item["profile"], "least and greatest of a sensitive column are not kept")
shared = next(i for i in queue["items"] if i["column"] == "psn_no")
check(len(shared["similar"]) == 2, f"psn_no waits in two other tables: {shared['similar']}")

# One verdict for three fields; then each is remembered and shown as decided before.
verdict = {k: shared["proposal"][k] for k in ("type", "category", "level", "identifying", "quasi")}
targets = [{"dataset": s["dataset"], "column": s["column"]} for s in shared["similar"]] + [{"dataset": shared["dataset"], "column": "psn_no"}]
refused = manager.call("POST", "/grading/confirm", {"verdict": {**verdict, "column": "", "reason": "", "level": 1}, "targets": targets})
check(refused.code == "catalog.reason_needed", f"lowering wants a reason: {refused.body}")
refused = manager.call("POST", "/grading/confirm", {"verdict": {**verdict, "column": "", "reason": "公开", "level": 1}, "targets": targets})
check(refused.code == "catalog.below_floor", f"and below the floor an officer: {refused.body}")
done = manager.post("/grading/confirm", {"verdict": {**verdict, "column": "", "reason": ""}, "targets": targets})
check(done["confirmed"] == 3, f"{done}")
check(officer.call("POST", "/grading/confirm", {"verdict": {**verdict, "column": "", "reason": ""}, "targets": targets}).status == 403, "others may not")


def confirm_rest(dataset):
    seen = manager.get(f"/datasets/{dataset}")
    verdicts = [{**{k: c["proposal"][k] for k in ("column", "type", "category", "level", "identifying", "quasi")}, "reason": ""} for c in seen["columns"] if not c["confirmed"]]
    manager.post(f"/datasets/{dataset}/confirm", {"verdicts": verdicts})


# A correction is a suggestion; the next classification of a field of that name cites it.
clinic = next(i for i in queue["items"] if i["dataset"] == tables["mdtrt_d"]["dataset"] and i["proposal"]["level"] <= 2)
manager.post("/grading/confirm", {"verdict": {"column": "", "type": "amount", "category": "payment", "level": 3, "identifying": False, "quasi": False, "reason": "本地口径为金额"},
                                  "targets": [{"dataset": clinic["dataset"], "column": clinic["column"]}]})
said = manager.get("/grading/suggestions")["items"]
check(len(said) == 1 and said[0]["type"] == "amount" and said[0]["contradicted"] == 0, f"{said}")
manager.post(f"/datasets/{clinic['dataset']}/versions/{tables['mdtrt_d']['version']}/classify")
again = manager.get(f"/datasets/{clinic['dataset']}")
cited = next(c for c in again["columns"] if c["column"] == clinic["column"])
check(any("此前人员" in r for r in cited["proposal"]["reasons_zh"]), f"cites what people decided: {cited['proposal']['reasons_zh']}")
for t in tables.values():
    confirm_rest(t["dataset"])
check(manager.get("/grading/review")["total"] == 0, "nothing waits")

# The list: all fields, filters, completeness, files.
listed = manager.get("/grading/list?limit=500")
check(listed["total"] == fields and listed["completeness"]["confirmed"] == fields, f"{listed['completeness']}")
check(listed["completeness"]["missing"]["department"] == fields, "what people have not said yet is missing")
before = listed["completeness"]["permille"]
people["sysadmin"].post("/units", {"name": "基金监管处", "unit_kind": "lead_department", "above": "", "region": ""})
unit = next(u for u in people["sysadmin"].get("/organisation")["units"] if u["name"] == "基金监管处")["id"]
people["secadmin"].post(f"/units/{unit}/head", {"head": ids["head"], "reason": "任命"})
for t in tables.values():
    manager.post(f"/datasets/{t['dataset']}/facts", {"department": unit, "place": "一号机房", "medium": "electronic", "retention": "三十年"})
facts = manager.post(f"/datasets/{tables['setl_d']['dataset']}/facts", {"processing": "结算审核", "provision": "不对外提供"})
check(manager.get(f"/datasets/{tables['setl_d']['dataset']}/facts")["place"] == "一号机房", "what is not sent stays")
listed = manager.get("/grading/list?limit=500")
check(listed["completeness"]["permille"] > before, "the meter rises")
check({r["department"] for r in listed["items"]} == {"基金监管处"}, "the unit's name")
high = manager.get("/grading/list?level=4&limit=500")
check(0 < high["total"] < fields and all(r["level"] == 4 for r in high["items"]), "filtered by level")
found = manager.get("/grading/list?q=certno")["items"]
check(found and all("certno" in json.dumps(r) for r in found) and len(found) < fields, "filtered by text")
cells = manager.get("/grading/heatmap")
check(len(cells["cells"]) == 35 and sum(c["fields"] for c in cells["cells"]) == fields, "every category with every level")
for form, starts in (("json", b"{"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("dcat", b"{"), ("pdf", b"%PDF-1.7")):
    got = manager.call("GET", "/grading/list/export?format=" + form)
    if form == "pdf" and got.code == "pdf.no_font":
        print("no Chinese font here: PDF is not looked at")
        continue
    check(got.status == 200 and got.body.startswith(starts), f"{form}: {got.status} {got.body[:100]}")
    if form == "csv":
        lines = list(csv.reader(io.StringIO(got.body.decode("utf-8-sig"))))
        check(len(lines) == fields + 1 and len(lines[0]) == len(listed["columns"]), "a line for each field")
    if form == "xlsx":
        check(b"certno" in zipfile.ZipFile(io.BytesIO(got.body)).read("xl/worksheets/sheet1.xml") or
              b"certno" in b"".join(zipfile.ZipFile(io.BytesIO(got.body)).read(n) for n in zipfile.ZipFile(io.BytesIO(got.body)).namelist()), "the workbook has the fields")
    if form == "dcat":
        catalog = json.loads(got.body)
        check(len(catalog["dcat:dataset"]) == 3 and catalog["@type"] == "dcat:Catalog", "three datasets")
    if form == "pdf":
        (TMP / "list.pdf").write_bytes(got.body)
        check(got.body.rstrip().endswith(b"%%EOF") and b"/FontFile2" in got.body and b"/ToUnicode" in got.body, "the font is embedded, the text can be searched")
check(manager.call("GET", "/grading/list/export?format=doc").code == "list.unknown_format", "a format that is not known")
check(officer.get("/grading/list")["total"] == fields, "the officer of the same agency sees it")

# Issued, signed by the head of the lead department, and what differs later.
first = manager.post("/grading/lists", {"note": "第一版"})
check(manager.call("POST", "/grading/lists", {"note": "又一版"}).code == "list.unchanged", "the same twice is no version")
check(officer.call("POST", f"/grading/lists/{first['id']}/sign", {"reason": "同意"}).code == "list.lead_department_only", "only the lead department signs")
check("sign_list" in {i["kind"] for i in head.get("/inbox")["items"]}, "the head is asked to")
signed = head.post(f"/grading/lists/{first['id']}/sign", {"reason": "同意发布"})
check(signed["review_due_ms"] > signed["signed_ms"] > 0 and len(signed["rows"]) == fields, "signed until its review is due")
certno = next(c for c in manager.get(f"/datasets/{tables['psn_info_b']['dataset']}")["columns"] if c["column"] == "certno")
manager.post("/grading/confirm", {"verdict": {"column": "", "type": certno["type"], "category": certno["category"], "level": 5, "identifying": True, "quasi": False, "reason": "从严"},
                                  "targets": [{"dataset": tables["psn_info_b"]["dataset"], "column": "certno"}]})
second = manager.post("/grading/lists", {"note": "第二版"})
difference = manager.get(f"/grading/lists/{second['id']}/diff?against={first['id']}")
check([c["member"] for c in difference["changed"] if c["column"] == "certno"][:1] == ["level"], f"{difference['changed'][:3]}")
check(any("certno" in line and "4 → 5" in line for line in difference["lines_zh"]), f"{difference['lines_zh']}")
check(not difference["added"] and not difference["removed"], "nothing else came or went")

# Figures of departments: whose are the data, what is open, who decided in time; and the procedures they work by.
day = 86400000
paper = {"kind": "procedure", "title": "数据导出操作规程", "number": "〔2026〕12号", "authority": "基金监管处", "unit": unit, "expires_ms": int(time.time() * 1000) + 5 * day,
         "scan": base64.b64encode("规程正文".encode()).decode()}
check(manager.call("POST", "/law/papers", {k: v for k, v in paper.items() if k != "unit"}).code == "law.paper_incomplete", "a procedure is some department's")
check(manager.call("POST", "/law/papers", dict(paper, unit="un_0000000000000000")).status in (400, 404), "of a department that there is")
procedure = manager.post("/law/papers", paper)
pi.post(f"/law/papers/{procedure['id']}/check", {"accept": True, "note": "与原件一致"})
shown = officer.get("/organisation/figures")
ours = next(u for u in shown["units"] if u["unit"] == unit)
check((ours["datasets"], ours["columns"], ours["confirmed"]) == (3, fields, fields), f"what it holds: {ours}")
check(ours["asked"] == 24 and 0 < ours["unanswered"] < 24 and (ours["procedures"], ours["procedures_due"]) == (1, 1), f"what is open: {ours}")
check(shown["names"][unit] == "基金监管处" and [(p["paper"], p["due"]) for p in shown["papers"]] == [(procedure["id"], True)], f"its procedures: {shown['papers']}")
nobody = next(u for u in shown["units"] if u["unit"] == "")
check(nobody["decided"]["list"] == 1 and nobody["decided"]["paper"] == 1 and nobody["in_time"] == nobody["decisions"], f"those who are placed nowhere: {nobody}")
check(head.get("/organisation/figures?days=30")["units"] == shown["units"], "the head sees them")
check(manager.call("GET", "/organisation/figures?days=x").code == "http.bad_page", "days are a number")
check("review_procedure" in {i["kind"] for i in officer.get("/inbox")["items"]}, "it ends in five days: somebody is reminded")
manager.post("/law/papers", dict(paper, number="〔2026〕13号", expires_ms=int(time.time() * 1000) + 300 * day))
check("review_procedure" not in {i["kind"] for i in officer.get("/inbox")["items"]}, "until the revised one is entered")

# Levels in a flow, before anything flows.
info, visits = tables["psn_info_b"], tables["mdtrt_d"]
sheet = manager.get("/grading/worksheet")
check(sheet["interim"] and len(sheet["tree"]) == 6 and {"open", "sharing"} <= {s["id"] for s in sheet["policy"]["scenarios"]}, "the worksheet says that it is interim")
alone = manager.post("/grading/level", {"parts": [{"dataset": info["dataset"], "columns": ["gend", "brdy"]}]})
opened = manager.post("/grading/level", {"parts": [{"dataset": info["dataset"], "columns": ["gend", "brdy"]}], "scenario": "open"})
check(max(c["level"] for c in opened["columns"]) >= max(c["level"] for c in alone["columns"]), "opening never lowers")
joined = manager.post("/grading/level", {"parts": [{"dataset": info["dataset"], "columns": ["psn_name"]}, {"dataset": visits["dataset"], "columns": ["adm_dept_name"]}]})
check(joined["level"] >= 4 and joined["reasons"], f"a join is weighed before it is made: {joined}")
check(manager.call("POST", "/grading/level", {"parts": [{"dataset": info["dataset"]}], "scenario": "nowhere"}).code == "level.unknown_scenario", "scenario")
measured = manager.post(f"/datasets/{info['dataset']}/versions/{info['version']}/association", {"quasi": ["gend", "brdy"], "size": 5})
by_file = json.loads(run("deident", "risk", SYNTH / "psn_info_b.csv", "--qi", "gend,brdy", "--json"))
check(measured["rows"] == insured and measured["unique_rows"] == by_file["unique_rows"], f"measured on the sealed rows: {measured['unique_rows']} {by_file['unique_rows']}")
check(all(set(c["columns"]) <= {"gend", "brdy"} for c in measured["combinations"]), "combinations name their columns")
lineage = manager.get(f"/grading/versions/{info['version']}")
check(lineage["kind"] == "collected" and lineage["level"] == 5, f"{lineage['kind']} {lineage['level']}")
profile = manager.get(f"/datasets/{info['dataset']}/profile")
check(profile["rows"] == insured and profile["quality"]["completeness"]["permille"] > 0 and profile["quality"]["uniqueness"], f"{profile['quality']}")
check(profile["quality"]["validity"]["permille"] > 900, "what the batch's own check measured")

# Other rules: what would move is shown before a second person decides; people's verdicts stay.
types = (pathlib.Path(ROOT) / "rules/types.yaml").read_text()
row = next(line for line in types.splitlines() if line.strip().startswith("- {id: sex,"))
raised = types.replace(row, row.replace("level: " + row.split("level: ")[1].split("}")[0].split(",")[0], "level: 4"))
check(raised != types, "the test changes the level of one type")
check(manager.call("POST", "/grading/changes", {"title": "t", "reason": "r", "packs": {"types": "pack: types"}}).status == 400, "a broken pack is no proposal")
check(manager.call("POST", "/grading/changes", {"title": "t", "reason": "r", "packs": {"types": types}}).code == "rules.nothing_changed", "the same rules are no change")
change = manager.post("/grading/changes", {"title": "性别从严", "reason": "省级规定", "packs": {"types": raised}})
check(officer.call("POST", f"/grading/changes/{change['id']}/decide", {"approve": True, "reason": "同意"}).code in ("rules.not_assessed", "session.step_up_needed"), "first the impact")
assessed = manager.post(f"/grading/changes/{change['id']}/assess")
moved = [m for m in assessed["impact"]["moved"] if m["column"] == "gend"]
check(assessed["impact"]["up"] == len(assessed["impact"]["moved"]) > 0 and assessed["impact"]["down"] == 0, f"{assessed['impact']}")
check(moved and all(m["verdict"] == "kept" and m["effect"] == "reopened" for m in moved), f"{moved}")
check("decide_rules" in {i["kind"] for i in officer.get("/inbox")["items"]}, "the officer is asked")
officer.post(f"/grading/changes/{change['id']}/decide", {"approve": True, "reason": "同意"})
queue = manager.get("/grading/review?limit=500")
check({i["column"] for i in queue["items"]} == {m["column"] for m in moved} and all(i["why"] == ["reopened"] for i in queue["items"]), f"{[(i['column'], i['why']) for i in queue['items']]}")
check(all(i["drift"][0]["cause"] == "floor_raised" and i["floor"] == 4 for i in queue["items"]), "with the reason and the new floor")

# Below the floor: the officer for personal information, and it stays marked.
target = queue["items"][0]
asked = manager.post("/grading/lowerings", {"dataset": target["dataset"], "column": target["column"], "level": target["verdict"]["level"], "days": 30, "reason": "历史口径", "measures": "仅内部使用"})
check("decide_lowering" in {i["kind"] for i in pi.get("/inbox")["items"]}, "the officer is asked")
pi.post(f"/grading/lowerings/{asked['id']}/decide", {"approve": True, "reason": "限期同意"})
v = target["verdict"]
manager.post("/grading/confirm", {"verdict": {"column": "", **{k: v[k] for k in ("type", "category", "level", "identifying", "quasi")}, "reason": "经批准降级"},
                                  "targets": [{"dataset": target["dataset"], "column": target["column"]}]})
marked = manager.get("/grading/list?state=lowered")
check(marked["total"] == 1 and marked["items"][0]["lowered"]["until_ms"] > 0, f"{marked}")

# A new batch whose data changed reopens exactly the verdicts that it touches; one that is as before touches none.
run("key", "new", "--out", TMP / "source.key", "--name", "source", "--no-passphrase", "--json")
(TMP / "plan.yaml").write_text(table.plan("refuse"))


def batch(number, contact, diag):
    path = TMP / f"visits{number}.csv"
    table.write(path, number, contact, diag)
    run("manifest", "--plan", TMP / "plan.yaml", "--key", TMP / "source.key", "--batch", f"B{number}", path)
    done = json.loads(run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", TMP / "plan.yaml", "--source-key", TMP / "source.key.pub", "--json", path))[0]
    return manager.post(f"/datasets/{done['dataset']}/versions/{done['version']}/classify"), done


def phone(n):
    return f"100{n:08d}"


seen, done = batch(1, phone, table.plain)
confirm_rest(done["dataset"])
seen, done = batch(2, lambda n: f"100{n + 700:08d}", table.plain)
check(not [c["column"] for c in seen["columns"] if c["drift"]], f"the same kind of data reopens nothing: {[(c['column'], c['drift']) for c in seen['columns'] if c['drift']]}")
seen, done = batch(3, lambda n: f"内线{n % 90}转{n % 7}", table.plain)
touched = {c["column"]: [d["cause"] for d in c["drift"]] for c in seen["columns"] if c["drift"]}
check(set(touched) == {"contact"} and "form_changed" in touched["contact"], f"only the column that changed: {touched}")
check("reopened_grades" in {i["kind"] for i in manager.get("/inbox")["items"]}, "it is a task")
officer_view = officer.call("POST", f"/datasets/{done['dataset']}/strategies", {"text": {"format": "sluice-strategy/1", "id": "s", "version": "1", "k_min": 1, "fields": [
    {"column": c["column"], "technique": "suppress"} for c in seen["columns"]]}})
if officer_view.status == 201:
    blocked = officer.call("POST", f"/strategies/{officer_view.json['id']}/apply", {"version": done["version"]})
    check(blocked.code == "masking.not_graded", f"a reopened field is not masked as if it were decided: {blocked.status} {blocked.body[:200]}")
confirmed = next(c for c in seen["columns"] if c["column"] == "contact")
manager.post("/grading/confirm", {"verdict": {"column": "", **{k: confirmed[k] for k in ("type", "category", "level", "identifying", "quasi")}, "reason": "已核对"},
                                  "targets": [{"dataset": done["dataset"], "column": "contact"}]})
seen, done = batch(4, lambda n: f"内线{n % 90}转{n % 7}", lambda n: "艾滋病" if n % 8 == 0 else table.plain(n))
touched = {c["column"]: [d["cause"] for d in c["drift"]] for c in seen["columns"] if c["drift"]}
check(set(touched) == {"diag"} and "level5_appeared" in touched["diag"], f"special disease inside a diagnosis column: {touched}")
item = next(i for i in manager.get("/grading/review?dataset=" + done["dataset"])["items"] if i["column"] == "diag")
check(item["contains_level5"]["rows"] == 50 and item["contains_level5"]["scanned"] == 400, f"counted in all rows: {item['contains_level5']}")
diag = item["verdict"]
manager.post("/grading/confirm", {"verdict": {"column": "", **{k: diag[k] for k in ("type", "category", "level", "identifying", "quasi")}, "reason": "按行分级", "by_row": True},
                                  "targets": [{"dataset": done["dataset"], "column": "diag"}]})
flow = manager.post("/grading/level", {"parts": [{"dataset": done["dataset"], "version": done["version"], "columns": ["diag"]}]})
check(flow["columns"][0]["level"] == diag["level"] and flow["level"] == 5, f"the column keeps its level, the rows go along: {flow}")
print("ok")
server.stop()
