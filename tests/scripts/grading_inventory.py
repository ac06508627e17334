#!/usr/bin/env python3
"""The inventory beside the fields and the level of a flow, as an agency's people meet them over TLS: rows that arrive in a graded dataset are looked at without
anyone asking; paper records, questions along the organisation chart, business processes with their picture, own levels, search in Chinese, pinyin and English,
usage; and a release that is refused because a measured combination raised its level, with the combination named."""
import io, json, os, sys, xml.dom.minidom, zipfile

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import visits as table
from agency import Agency, refused
from outsider import check

a = Agency("测试医疗保障局")
a.staff()
for name in ("head", "chief"):
    a.enrol(a.agency, name, "data_user")
insurer = a.party("示例保险公司", 12)
a.enrol(insurer, "insurer", "data_user")
a.enrol(insurer, "insurersigner", "contract_signer")
a.key(insurer, "insurer")
a.key(a.agency, "agency")
manager, officer, head, chief = (a.people[n] for n in ("manager", "officer", "head", "chief"))
sysadmin = a.people["sysadmin"]


def kinds(person):
    return {i["kind"] for i in person.get("/inbox")["items"]}


def task(person, kind, obj):
    return next((i for i in person.get("/inbox")["items"] if i["kind"] == kind and i["object"] == obj), None)


# The organisation chart that questions travel along.
office = a.unit("综合处", "lead_department", a.ids["chief"])
archive = a.unit("档案室", "data_owner", a.ids["head"], office)

# Rows that arrive in a graded dataset: measured by the node itself, exactly what they touch is open again.
a.run("key", "new", "--out", a.tmp / "source.key", "--name", "source", "--no-passphrase", "--json")
(a.tmp / "plan.yaml").write_text(table.plan("drop"))


def batch(number, contact, more=()):
    path = a.tmp / f"visits{number}.csv"
    table.write(path, number, contact, more=more)
    a.run("manifest", "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source.key", "--batch", f"B{number}", path)
    return a.collect(a.tmp / "plan.yaml", a.tmp / "source.key.pub", path)


first = batch(1, lambda n: f"100{n:08d}")
check("grading" not in first, f"nobody classified it yet, so nothing is looked at: {first}")
visits = first["dataset"]
a.graded(first)
second = batch(2, lambda n: f"100{n + 700:08d}")
check(second["grading"] == {"reopened": [], "review": 0, "problem": ""}, f"the same kind of rows touches nothing: {second}")
check(manager.get(f"/datasets/{visits}")["proposed_version"] == second["version"], "and was measured all the same")
check("classify_version" not in kinds(manager), "nothing is left to do")
third = batch(3, lambda n: f"内线{n % 90}转{n % 7}", [("psn_name", lambda n: ["王伟", "李芳"][n % 2])])
check(third["grading"]["reopened"] == ["contact"] and third["grading"]["review"] == 1, f"exactly the verdict that was touched: {third['grading']}")
check("reopened_grades" in kinds(manager), "it is a task")
seen = manager.get(f"/datasets/{visits}")
check([c["column"] for c in seen["columns"] if c["drift"]] == ["contact"], "no other column")
check(task(manager, "unplanned_columns", visits)["questions"] == ["psn_name"], "a column that no plan knows is a task")
profile = manager.get(f"/datasets/{visits}/profile")
check([(u["column"], u["type"], u["level"]) for u in profile["unplanned"]] == [("psn_name", "person_name", 4)], f"with what its name says: {profile['unplanned']}")
check(all(profile["quality"][q] for q in ("completeness", "validity", "consistency", "timeliness", "uniqueness")), f"five indicators: {profile['quality']}")
told = a.at_the_desk("grading", "profile", visits)
check(all(word in told for word in ("完整性", "规范性", "一致性", "时效性", "唯一性")), f"the command line has them too: {told}")

# What nobody can measure is asked of the department's head, then of the one above; answers have versions.
check(task(manager, "describe_dataset", visits) and not task(head, "describe_dataset", visits), "while nobody said whose it is, the manager is asked")
manager.post(f"/datasets/{visits}/facts", {"department": archive})
asked = task(head, "describe_dataset", visits)
check(asked and {"place", "retention", "processing", "provision", "measures"} == set(asked["questions"]) and asked["due_ms"], f"the head is asked: {asked}")
check(not task(manager, "describe_dataset", visits) and not task(chief, "describe_dataset", visits), "and nobody else")
head.post(f"/datasets/{visits}/facts", {"place": "一号机房", "retention": "三十年", "processing": "结算审核", "provision": "不对外提供", "measures": {"storage": "逐列加密"}})
check(not task(head, "describe_dataset", visits), "answered is done")
refused(head.call("POST", f"/datasets/{visits}/facts", {"department": office}), "inventory.department_is_fixed", "a head cannot hand it to others", 403)
refused(head.call("POST", f"/datasets/{visits}/facts", {"measures": {"lunch": "x"}}), "catalog.unknown_stage", "no such stage", 400)
answers = manager.get(f"/datasets/{visits}/answers")
check([x["number"] for x in answers["answers"]] == [1, 2] and answers["answers"][1]["by"] == a.ids["head"] and answers["questions"] == [], f"by version: {answers}")

# A paper record: described and graded by people, in the list and in every file of it.
form = a.tmp / "paper.yaml"
form.write_text("title: 1998—2005 年住院病历（纸质）\nmedium: paper\nplace: 库房三排\nvolume: 1200\nvolume_unit: 册\ndepartment: " + archive + "\n")
paper = json.loads(a.at_the_desk("grading", "describe-item", form, "--json"))
check(task(manager, "grade_item", paper["id"]) and set(task(head, "describe_item", paper["id"])["questions"]) == {"retention", "purpose", "processing", "provision", "measures"}, "both are asked")
head.post(f"/grading/items/{paper['id']}", {"retention": "永久", "purpose": "查阅", "processing": "不处理", "provision": "不对外提供", "measures": {"storage": "专库双锁"}})
refused(head.call("POST", f"/grading/items/{paper['id']}/grade", {"type": "person_name", "category": "personal", "level": 4, "reason": "含姓名"}), "duty.missing", "grading is the manager's", 403)
refused(manager.call("POST", f"/grading/items/{paper['id']}/grade", {"type": "person_name", "category": "personal", "level": 2, "reason": "x"}), "catalog.below_floor", "the floor holds for paper too")
graded = manager.post(f"/grading/items/{paper['id']}/grade", {"type": "person_name", "category": "personal", "level": 4, "reason": "含姓名与诊断", "identifying": True})
check(graded["grade"]["level"] == 4 and [x["number"] for x in graded["answers"]] == [1, 2], f"{graded}")
row = next(r for r in manager.get("/grading/list?limit=500")["items"] if r.get("item") == paper["id"])
check(row["medium"] == "paper" and row["rows"] == 1200 and row["volume_unit"] == "册" and row["department"] == "档案室" and row["state"] == "confirmed" and row["level"] == 4, f"{row}")
for form_of, has in (("csv", lambda b: "住院病历" in b.decode("utf-8-sig") and "专库双锁" in b.decode("utf-8-sig")), ("json", lambda b: "住院病历" in b.decode()),
                     ("dcat", lambda b: paper["id"] in b.decode() and "库房三排" in b.decode()),
                     ("xlsx", lambda b: "住院病历".encode() in b"".join(zipfile.ZipFile(io.BytesIO(b)).read(n) for n in zipfile.ZipFile(io.BytesIO(b)).namelist()))):
    got = manager.call("GET", "/grading/list/export?format=" + form_of)
    check(got.status == 200 and has(got.body), f"the paper record is in the {form_of}")
check("住院病历" in a.at_the_desk("grading", "items"), "listed on the command line")
check(a.people["insurer"].get("/grading/items")["total"] == 0, "others see none of it")
second_paper = manager.post("/grading/items", {"title": "旧胶片", "medium": "film", "place": "地下室", "volume": 3, "volume_unit": "箱"})
manager.post(f"/grading/items/{second_paper['id']}/end", {"reason": "已销毁"})
check(not any(r.get("item") == second_paper["id"] for r in manager.get("/grading/list?limit=500")["items"]), "what was destroyed is in no list")

# A business process, linked to fields and to the paper, with the level of each node; its picture is the node's own.
(a.tmp / "process.yaml").write_text(f"""title: 门诊结算 <b>&流程
department: {archive}
nodes:
  - {{id: come, title: 患者到院, kind: start}}
  - id: settle
    title: 结算登记
    data: [{{dataset: {visits}, columns: [contact, fee]}}]
    access: [{{who: 结算员, rights: [read, change]}}, {{unit: {archive}, rights: [read]}}]
    processing: 结算系统
    storage: 结算库
    transmission: 专线
  - {{id: file, title: 归档, kind: store, data: [{{item: {paper['id']}}}]}}
  - {{id: done, title: 完成, kind: end}}
edges:
  - {{from: come, to: settle}}
  - {{from: settle, to: file, label: 次日}}
  - {{from: settle, to: done}}
  - {{from: file, to: settle, label: 更正}}
""")
process = json.loads(a.at_the_desk("grading", "draw-process", a.tmp / "process.yaml", "--json"))
check(process["graded_nodes"]["settle"]["level"] >= 3 and process["graded_nodes"]["file"]["level"] == 4 and process["graded_nodes"]["come"]["level"] == 0, f"{process['graded_nodes']}")
picture = manager.call("GET", f"/grading/processes/{process['id']}/picture")
check(picture.status == 200 and picture.headers.get("Content-Type", picture.headers.get("content-type", "")).startswith("image/svg+xml"), "a picture")
svg = xml.dom.minidom.parseString(picture.body)
check(len(svg.getElementsByTagName("g")) == 4 and not svg.getElementsByTagName("script") and "&lt;b&gt;&amp;" in picture.body.decode(), "one group a node, nothing interpreted")
a.at_the_desk("grading", "process", process["id"], "--out", a.tmp / "process.svg")
check((a.tmp / "process.svg").read_bytes() == picture.body, "the same bytes from the command line")
again = manager.post(f"/grading/processes/{process['id']}", {"title": "门诊结算", "nodes": [{"id": "s", "title": "开始", "kind": "start"}]})
check(again["number"] == 2 and len(again["earlier"]) == 1, "drawn anew is the next version")
for bad, code in (({"title": "x", "nodes": [{"id": "s", "title": "s"}]}, "process.no_start"),
                  ({"title": "x", "nodes": [{"id": "s", "title": "s", "kind": "start"}, {"id": "t", "title": "t"}]}, "process.node_unreachable"),
                  ({"title": "x", "nodes": [{"id": "s", "title": "s", "kind": "start", "data": [{"dataset": visits, "columns": ["nothing"]}]}]}, "catalog.no_such_column"),
                  ({"title": "x", "nodes": "many"}, "record.wrong_kind"), ({"title": "x", "nodes": [7]}, "record.wrong_kind"),
                  ({"title": "x", "nodes": [{"id": "s", "title": "s", "kind": "start", "colour": "red"}]}, "record.unknown_field")):
    got = manager.call("POST", "/grading/processes", bad)
    check(got.code == code and got.status in (400, 422), f"{code}: {got.status} {got.body[:200]}")

# More levels than five: the own step beside the standard level, in the list and its files.
scale = [{"id": f"L{n}", "zh": f"{n}级", "en": f"level {n}", "standard": n} for n in range(1, 6)]
scale.insert(3, {"id": "L3+", "zh": "3级增强", "en": "level 3 plus", "standard": 3})
refused(manager.call("POST", "/grading/own-levels", {"levels": scale, "reason": "省级要求"}), "duty.missing", "the officer's to say", 403)
refused(officer.call("POST", "/grading/own-levels", {"levels": scale[:4], "reason": "省级要求"}), "level.own_scale", "all five must be mapped to", 400)
officer.post("/grading/own-levels", {"levels": scale, "reason": "省级要求"})
fee = next(c for c in manager.get(f"/datasets/{visits}")["columns"] if c["column"] == "fee")
verdict = {k: fee[k] for k in ("type", "category", "identifying", "quasi")}
manager.post("/grading/confirm", {"verdict": {**verdict, "column": "", "level": 3, "reason": "内部加强管控", "own_level": "L3+"}, "targets": [{"dataset": visits, "column": "fee"}]})
rows = {r["column"]: r for r in manager.get(f"/grading/list?dataset={visits}")["items"]}
check(rows["fee"]["level"] == 3 and rows["fee"]["own_level"] == "L3+" and rows["diag"]["own_level"] == f"L{rows['diag']['level']}", f"{rows['fee']}")
check("3级增强" in manager.call("GET", "/grading/list/export?format=csv").body.decode("utf-8-sig"), "exports carry both")

# The level of a flow decides: a product with a kept combination, released while nobody had measured it, and not any more once it was.
PURPOSE = "insurance_product_design"
synth = a.tmp / "synth"
a.run("synth", "--out", synth, "--rows", 7000)
fees = a.collect(synth / "plans/fee_list_d.yaml", synth / "source.pub", synth / "fee_list_d.csv")
verdicts = a.graded(fees)
kept = {"bkkp_sn": {"technique": "pseudonym"}, "psn_no": {"technique": "pseudonym", "domain": "person"}, "fee_ocur_time": {"technique": "keep"}, "pric": {"technique": "keep"},
        "det_item_fee_sumamt": {"technique": "keep"}, "chrgitm_lv": {"technique": "keep"}, "list_type": {"technique": "keep"}}
masked = a.masked(fees, list(verdicts), kept, k_min=5, quasi_identifiers=["chrgitm_lv", "list_type"])
product = a.product(fees, masked["version"], list(kept), ["file"])
shown = manager.get(f"/products/{product}")
check(shown["grade"]["level"] == shown["level"] and shown["grade"]["scenario"] == "sharing" and shown["grade"]["reasons"], f"the product says why: {shown['grade']}")
contract = a.agree("insurer", "insurersigner", "insurer", a.application(product, list(kept), purpose=PURPOSE, legal_basis="public_interest", form="file", deliveries_max=3, rate_per_minute=0))
terms = manager.get(f"/contracts/{contract}")
check(terms["terms"]["grade"]["level"] == terms["level"] and "数据级别：第" in terms["text_zh"], "it stands in what both signed")
a.assess(product, insurer, PURPOSE, list(kept), legal_basis="public_interest")
released = a.work("manager", f"/contracts/{contract}/release", {"purpose": PURPOSE})
whole = manager.get(f"/releases/{released['id']}")
check(whole["grade"]["level"] == whole["level"] and not any(r["level"] > whole["level"] for r in whole["grade"]["reasons"]), f"and in the release: {whole['grade']}")
bundle = manager.get(f"/releases/{released['id']}/passport")
(a.tmp / "passport.json").write_text(json.dumps(bundle, ensure_ascii=False))
verified = json.loads(a.run("verify", a.tmp / "passport.json", "--trust", a.space / "trust.txt", "--json"))
check(verified["grade"]["level"] == verified["level"] and verified["grade"]["reasons"], f"an outsider reads it in the passport: {verified.get('grade')}")
measured = a.work("manager", f"/datasets/{fees['dataset']}/versions/{masked['version']}/association", {"quasi": ["fee_ocur_time", "pric", "chrgitm_lv"], "size": 3})
check(measured["combinations"] and measured["flow"]["level"] == 4, f"measured on what was to leave: {measured['combinations'][:2]} {measured['flow']['level']}")
trigger = measured["flow"]["reasons"][-1]
check(trigger["rule"] == "measured" and trigger["columns"], f"{trigger}")
problem = refused(manager.call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE}), "policy.level_raised_in_flow", "the raised level may not leave")
check("+".join(trigger["columns"]) in json.dumps(problem, ensure_ascii=False), f"the combination is named: {problem}")
fewer = a.work("manager", f"/contracts/{contract}/release", {"purpose": PURPOSE, "columns": ["chrgitm_lv", "list_type", "det_item_fee_sumamt"]})
check(manager.get(f"/releases/{fewer['id']}")["level"] <= 3, "without the trigger it goes")
lineage = manager.get(f"/grading/versions/{masked['version']}")
check(lineage["kind"] == "masked" and lineage["level"] == 4 and lineage["measured"]["k"] >= 5, f"the copy inherits from its source and from what was measured on it: {lineage['level']} {lineage['zh']}")

# How data are used, and the catalog in the three ways that people type.
usage = manager.get(f"/datasets/{fees['dataset']}/usage")
check(usage["releases"] == 2 and [p["purpose"] for p in usage["purposes"]] == [PURPOSE] and usage["products"] == 1, f"{usage}")
check({c["column"]: c["releases"] for c in usage["columns"]}["chrgitm_lv"] == 2, f"by column: {usage['columns']}")


def found(text):
    return manager.get("/catalog/search?q=" + __import__("urllib.parse").parse.quote(text))["items"]


for text, by in (("联系方式", "zh"), ("lianxifangshi", "pinyin"), ("lxfs", "initials"), ("contact", "name"), ("CONTACT", "name"), ("lian xi", "pinyin")):
    hits = [h for h in found(text) if h["dataset"] == visits and h["column"] == "contact"]
    check(hits and hits[0]["matched"] == by, f"{text} finds it by {by}: {found(text)[:3]}")
check(found("menzhendengji")[0]["kind"] == "dataset" and found("门诊登记")[0]["id"] == visits, "datasets too")
check(any(h["kind"] == "item" for h in found("住院病历")), "and paper")
check(found("chrgitm")[0]["uses"] == 2, "with how often it was used")
check(found("") == [] and a.people["insurer"].get("/catalog/search?q=contact")["total"] == 0, "nothing for nothing, and nothing of others")
check("contact" in a.at_the_desk("grading", "find", "lxfs"), "and on the command line")
a.server.stop()
print("ok")
