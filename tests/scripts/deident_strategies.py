#!/usr/bin/env python3
"""Strategies in the flow of a space, with all that they may say: a house strategy that others extend, classes, conditions, rows in small classes left
out, targets, use limits, a review by a second person's key, aggregates, rows with level-5 content left out; that batches and tables of a
project link; releases that bear no marks and say so; the recheck of CSV, Parquet and API releases; a strategy draft as a task of its reviewer; tasks of a reversal; every finding of the audit."""
import collections, csv, json, os, pathlib, sqlite3, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check
from plans import plan

TMP, PURPOSE, ROWS = pathlib.Path(os.environ["TMP"]), "insurance_product_design", 600
a = Agency()
a.staff()
insurer = a.party("示例保险公司", 12)
a.enrol(insurer, "insurer", "data_user")
a.enrol(insurer, "insurersigner", "contract_signer")
a.key(insurer, "insurer")
a.key(a.agency, "agency")
manager, officer, pi = (a.people[n] for n in ("manager", "officer", "pi"))

# Two tables about the same people, one of them in two batches. 20 rows of special diseases; three rows alone in their class.
a.run("key", "new", "--out", TMP / "source.key", "--no-passphrase", "--name", "某医院")
FIELDS = {
    "visits": [("id", "流水号", "text, key: true, max_length: 20"), ("psn_no", "人员编号", "text, max_length: 20"), ("gend", "性别", "text, max_length: 2"), ("age", "年龄", "int"),
               ("insu_admdvs", "参保区划", "text, max_length: 6"), ("diag_name", "诊断名称", "text, max_length: 40"), ("medfee_sumamt", "医疗费总额", "decimal, scale: 2"),
               ("begndate", "就诊日期", "date")],
    "bills": [("bill_no", "账单号", "text, key: true, max_length: 20"), ("psn_no", "人员编号", "text, max_length: 20"), ("pay_amt", "支付金额", "decimal, scale: 2")],
}
for table, title in (("visits", "门诊登记"), ("bills", "账单")):
    (TMP / f"{table}.yaml").write_text(plan(table, title, [(name, words, kind + ", required: true") for name, words, kind in FIELDS[table]]))


def batch(table, number, rows):
    path = TMP / f"{table}{number}.csv"
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow([n for n, _, _ in FIELDS[table]])
        writer.writerows(rows)
    a.run("manifest", "--plan", TMP / f"{table}.yaml", "--key", TMP / "source.key", "--batch", f"{table}{number}", path)
    return a.collect(TMP / f"{table}.yaml", TMP / "source.key.pub", path)


def visit(number, n):
    person = n % 300
    region = "440100" if number == 1 and n in (100, 200, 300) else "4402%02d" % (person % 6)
    diag = "艾滋病" if n % 30 == 7 else ["高血压", "糖尿病", "肺炎", "胃炎", "感冒"][(n // 4) % 5]
    return [f"V{number}{n:05d}", f"P44{person:06d}", str(1 + person // 24 % 2), str(20 + person // 6 % 4 * 15), region, diag, f"{100 + n % 90}.50", f"2025-0{1 + n % 9}-1{n % 9}"]


visits = [batch("visits", k, [visit(k, n) for n in range(ROWS)]) for k in (1, 2)]
bills = batch("bills", 1, [[f"B{n:05d}", f"P44{n * 7 % 400:06d}", f"{n % 50}.00"] for n in range(400)])
SAID = {"psn_no": (True, False), "gend": (False, True), "age": (False, True), "insu_admdvs": (False, True)}


def confirm(of, levels=None, by_row=()):
    seen = manager.get(f"/datasets/{of['dataset']}")
    verdicts = []
    for c in seen["columns"]:
        p = c.get("proposal") or {"type": "amount", "category": "payment", "level": 3}
        identifying, quasi = SAID.get(c["column"], (False, False))
        verdict = {k: p[k] for k in ("type", "category", "level")}
        verdict.update(column=c["column"], identifying=identifying, quasi=quasi, reason="人工核对", level=(levels or {}).get(c["column"], verdict["level"]))
        verdicts.append(dict(verdict, **({"by_row": True} if c["column"] in by_row else {})))
    manager.post(f"/datasets/{of['dataset']}/confirm", {"verdicts": verdicts})
    return {v["column"]: v for v in verdicts}


for of in (*visits, bills):
    a.work("manager", f"/datasets/{of['dataset']}/versions/{of['version']}/classify")
# The diagnosis is of level 5 by what stands in some of its rows: graded row by row, the column is of level 3.
graded = confirm(visits[0], {"diag_name": 3}, by_row=["diag_name"])
confirm(bills)
dataset, version = visits[0]["dataset"], visits[0]["version"]
base = f"/datasets/{dataset}/versions/{version}"
(TMP / "officer.pw").write_text(officer.password + "\n")
AS = ["--space", a.space, "--as", "officer", "--password-file", TMP / "officer.pw"]


def cli(*args, code=0):
    out = a.run("deident", *args, *AS, "--json", code=code)
    return json.loads(out) if code in (0, 6) else out


def adopt(strategy, **more):
    return officer.post(f"/datasets/{dataset}/strategies", dict({"text": strategy}, **more))


def apply(strategy, of=version, **more):
    return officer.call("POST", f"/strategies/{strategy['id']}/apply", dict({"version": of}, **more))


def masked(strategy, of=version, **more):
    answer = apply(strategy, of, **more)
    check(answer.status == 200, f"masked: {answer.status} {answer.body[:400]}")
    return answer.json


# A house strategy for classes of fields, written once; a project extends it, adds conditions and targets, and leaves rows in small classes out.
house = {"format": "sluice-strategy/1", "id": "house", "version": "1", "unlisted": "suppress", "scope": "project-1", "k_min": 5, "fields": [],
         "classes": [{"identifier": "direct", "apply": {"technique": "pseudonym", "domain": "person", "prefix": "P"}},
                     {"types": [graded["medfee_sumamt"]["type"]], "apply": {"technique": "round", "to": 10}}]}
project = {"format": "sluice-strategy/1", "id": "project", "version": "1", "title": "项目", "extends": "house.yaml", "k_min": 5, "suppress_permille": 20,
           "quasi_identifiers": ["gend", "age", "insu_admdvs"],
           "fields": [{"column": "gend", "technique": "keep"}, {"column": "age", "technique": "band", "width": 30}, {"column": "insu_admdvs", "technique": "keep"},
                      {"column": "diag_name", "technique": "redact", "value": "（略）", "when": {"column": "gend", "is": ["2"]}, "otherwise": "keep"}],
           "targets": {"share_type": "controlled"}}
refused(officer.call("POST", f"/datasets/{dataset}/strategies", {"text": project}), "strategy.base_not_found", "nothing to extend yet", 404)
(TMP / "house.json").write_text(json.dumps(house, ensure_ascii=False))
(TMP / "project.json").write_text(json.dumps(project, ensure_ascii=False))
cli("adopt", TMP / "house.json", "--dataset", dataset)
adopted = cli("adopt", TMP / "project.json", "--dataset", dataset)
check(adopted["summary"]["base"] == "house" and adopted["summary"]["base_version"] == "1", f"whole, with its base: {adopted['summary']}")

# What it would do is seen before: classes resolved by the catalog, small classes counted, targets measured.
preview = officer.post(base + "/preview", {"strategy_id": adopted["id"], "show": 4})
seen = {c["column"]: c["technique"] for c in preview["columns"]}
check(seen == {"id": "suppress", "psn_no": "pseudonym", "gend": "keep", "age": "band", "insu_admdvs": "keep", "diag_name": "redact", "medfee_sumamt": "round", "begndate": "suppress"}, f"by class: {seen}")
check(preview["rows_suppressed"] == 3 and {m["model"]: m["holds"] for m in preview["models"]} == {"k": True, "risk_permille": True}, f"models: {preview['models']} {preview['rows_suppressed']}")
check(not [r for r in preview["refusals"] if r["reason"] != "deident.residual_found"], f"nothing refuses it: {preview['refusals']}")
plan = officer.post(base + "/plan", {"strategy": adopted["id"]})
check("classes" not in plan["strategy"] or not plan["strategy"]["classes"], "the plan gives it whole")
strict = dict(project, id="strict", targets={"share_type": "full", "closeness": [{"column": "diag_name", "t_permille": 1}]})
both = officer.post(base + "/compare", {"a": adopted["id"], "b": strict})
check(any(r["reason"] == "deident.target_missed" for r in both["b"]["refusals"]) and not any(r["reason"] == "deident.target_missed" for r in both["a"]["refusals"]), f"one misses its targets: {both['b']['refusals']}")

first = cli("mask", version, "--strategy", adopted["id"], "--share-type", "controlled", "--form", "file", "--purpose", PURPOSE, "--level5-rows", "leave_out")
LEVEL5 = sum(visit(1, n)[5] == "艾滋病" for n in range(ROWS))
check(LEVEL5 == 20 and first["level5_rows_left_out"] == LEVEL5 and first["rows"] == ROWS - LEVEL5 - 3 and first["k"] >= 5, f"rows of level 5 and of small classes left out: {first}")
receipt = officer.get(f"/versions/{first['version']}/receipt")
check(receipt["rows_level5"] == LEVEL5 and receipt["rows_suppressed"] == 3 and receipt["rows_in"] == ROWS and {m["model"] for m in receipt["models"]} == {"k", "risk_permille"}, "the receipt counts them")
check(cli("recheck", first["version"])["holds"], "checked by code that shares nothing with masking")
plain = masked(adopted)
check(plain.get("level5_rows_left_out") is None and plain["rows"] == ROWS - 3, f"kept where nobody asks: {plain}")
form = {"name": "p", "summary": "s", "suited_uses": "s", "forbidden_uses": "f", "authorisation": "a", "time_span": "2025", "keywords": ["k"], "applications": [], "interfaces": [],
        "related_products": [], "flow": "share", "share": "controlled", "forms": ["file", "api"], "columns": ["gend", "age", "diag_name"], "price_fen": 0}
with5 = manager.post("/products", {"dataset": dataset, "version": plain["version"], "form": form})["id"]
a.work("manager", f"/products/{with5}/check")
check(manager.get(f"/products/{with5}")["status"] == "rejected", "a column with rows of level 5 inside is of level 5 and is not offered")

# Targets and presence: a miss leaves nothing behind.
versions = len(manager.get(f"/datasets/{dataset}")["versions"])
refused(apply(adopt(strict)), "deident.target_missed", "t-closeness of a thousandth")
tight = dict(project, id="tight", suppress_permille=1)
refused(apply(adopt(tight)), "deident.too_many_suppressed", "more than one in a thousand")
there = dict(project, id="there", targets={"presence_permille_max": 600})
there = adopt(there)
refused(apply(there), "deident.population_required", "δ-presence wants a population")
refused(apply(there, population=version), "deident.target_missed", "everybody of the population is in the data")
refused(apply(adopted, population=first["version"]), "masking.masked_already", "a population is not masked", 409)
check(len(manager.get(f"/datasets/{dataset}")["versions"]) == versions, "nothing was sealed")

# Local recoding: classes with heights of their own, as a version with its receipt like any other; within k and the targets, or refused.
coarse = dict(project, id="coarse", k_min=20, suppress_permille=20, targets={"diversity": [{"column": "medfee_sumamt", "l": 2}]},
              fields=[{"column": "gend", "technique": "keep"}, {"column": "age", "technique": "hierarchy", "hierarchy": "age", "height": 4},
                      {"column": "insu_admdvs", "technique": "hierarchy", "hierarchy": "division", "height": 1}, {"column": "diag_name", "technique": "suppress"}])
local = dict(coarse, id="local", fields=[dict(f, lowest=0) if f["technique"] == "hierarchy" else f for f in coarse["fields"]])
finer = adopt(local)
shown = officer.post(base + "/preview", {"strategy_id": finer["id"], "show": 4})
check({c["column"]: c["parameters"].get("lowest") for c in shown["columns"] if c["technique"] == "hierarchy"} == {"age": 0, "insu_admdvs": 0}, f"seen before: {shown['columns']}")
check(not [r for r in shown["refusals"] if r["reason"] != "deident.residual_found"] and all(m["holds"] for m in shown["models"]), f"nothing refuses it: {shown['refusals']}")
made, wide = masked(finer), masked(adopt(coarse))
paper, other = (officer.get(f"/versions/{m['version']}/receipt") for m in (made, wide))
check(made["k"] >= 20 and paper["risk_after"]["classes"] > other["risk_after"]["classes"] and all(m["holds"] for m in paper["models"]), f"finer, within k and targets: {paper['risk_after']} {other['risk_after']}")
check({f["column"]: f["parameters"].get("lowest") for f in paper["fields"] if f["technique"] == "hierarchy"} == {"age": 0, "insu_admdvs": 0}, "the receipt says so")
check(cli("recheck", made["version"])["holds"], "checked by other code")
refused(officer.call("POST", f"/datasets/{dataset}/strategies", {"text": dict(local, id="l2", targets={"presence_permille_max": 600})}), "strategy.local_wants", "people of a population have no classes of their own")
refused(apply(adopt(dict(local, id="l3", quasi_identifiers=["gend", "age"]))), "strategy.local_wants", "a column outside the classes", 400)
beside = dict(local, id="l4", fields=[dict(f, technique="permute") if f["column"] == "gend" else f for f in local["fields"]])
refused(apply(adopt(beside)), "strategy.local_beside", "a class cannot hang on a permuted column")
versions = len(manager.get(f"/datasets/{dataset}")["versions"])

# Use limits and the last day.
refused(apply(adopt(dict(project, id="old", use={"not_after": "2020-01-01"}))), "strategy.expired", "after its last day")
enclave = adopt(dict(project, id="enclave", use={"share_types": ["enclave"], "purposes": ["fund_supervision"]}))
refused(apply(enclave, share_type="controlled"), "strategy.not_for_this_use", "said to be for something else")
inside = masked(enclave, share_type="enclave", level5_rows="leave_out")
refused(manager.call("POST", "/products", {"dataset": dataset, "version": inside["version"], "form": form}), "strategy.not_for_this_use", "no product beyond the use")

# Review: another officer's signature over exactly the text, by the key that the person signs in with.
reviewed = json.dumps(dict(project, id="reviewed", review="required"), ensure_ascii=False)
whole = json.dumps({"format": "sluice-strategy/1", "id": "reviewed", "version": "1", "review": "required", "unlisted": "suppress", "fields": [{"column": "gend", "technique": "keep"}]})
for who in ("pi", "officer", "manager"):
    shown = a.key(None, who)
    a.people[who].step_up()
    proof = "sluice/sign-in-key/v1\n" + json.dumps({"person": a.ids[who], "public_key": shown}, separators=(",", ":"))
    a.people[who].post("/session/key", {"public_key": shown, "proof": a.signature(who, proof)})


def signed(who, text):
    (TMP / "strategy.json").write_text(text)
    return json.loads(a.run("sign", "--key", a.keys[who], "--json", TMP / "strategy.json"))


def adopting(text, **more):
    return officer.call("POST", f"/datasets/{dataset}/strategies", dict({"text": text}, **more))


refused(adopting(whole), "strategy.not_reviewed", "a review is demanded")
refused(adopting(whole, signature=signed("officer", whole)), "strategy.own_review", "not one's own", 403)
refused(adopting(whole, signature=signed("manager", whole)), "strategy.unknown_reviewer", "a data manager does not review")
refused(adopting(whole.replace('"version": "1"', '"version": "2"'), signature=signed("pi", whole)), "signature.wrong_document", "another text")
refused(adopting(reviewed, signature=signed("pi", reviewed)), "strategy.review_of_parts", "not the whole is signed")
good = adopting(whole, signature=signed("pi", whole))
check(good.status == 201 and good.json["summary"]["review"]["reviewer"] == a.ids["pi"], f"reviewed: {good.body[:300]}")
check(officer.get(f"/versions/{masked(good.json)['version']}/receipt")["reviewed_by"] == good.json["summary"]["review"]["key_id"], "the receipt says by whom")

# The same on the road of a task: submitted, in the reviewer's inbox until it is signed or refused, then in that of whom may adopt it.
tasks = lambda who: {(i["kind"], i["object"]) for i in a.people[who].get("/inbox")["items"]}
text = whole.replace('"version": "1"', '"version": "3"')
(TMP / "draft.json").write_text(text)
draft = cli("submit", TMP / "draft.json", "--dataset", dataset, "--note", "请审核")
check(draft["status"] == "submitted" and draft["can"] == ["withdraw"] and draft["note"] == "请审核", f"it waits for somebody else: {draft}")
check(("review_strategy", draft["id"]) in tasks("pi") and not any(o == draft["id"] for _, o in tasks("officer") | tasks("manager")), "a task of the reviewer alone")
refused(officer.call("POST", f"/datasets/{dataset}/strategy-drafts", {"text": text, "note": ""}), "draft.known", "the same text twice", 409)
refused(officer.call("POST", f"/datasets/{dataset}/strategy-drafts", {"text": reviewed, "note": ""}), "strategy.review_of_parts", "not the whole")
refused(pi.call("POST", f"/datasets/{dataset}/strategy-drafts", {"text": whole, "note": ""}), "duty.missing", "a reviewer does not draft", 403)
refused(officer.call("POST", f"/strategy-drafts/{draft['id']}/adopt"), "draft.not_signed", "not yet", 409)
reading = pi.get(f"/strategy-drafts/{draft['id']}")
to_sign = reading["text"]
check(reading["in_force"]["id"] == good.json["id"] and reading["in_force"]["strategy"]["version"] == "1" and reading["written"]["version"] == "3", f"beside what it would replace: {reading['in_force']}")
check("no_k" in {f["rule"] for f in reading["findings"]} and all(f["zh"] and f["en"] for f in reading["findings"]), f"and what can be said of it without data: {reading['findings']}")
check(to_sign == text, "byte for byte what was submitted")
decide = lambda who, **word: a.people[who].call("POST", f"/strategy-drafts/{draft['id']}/decide", dict({"reason": ""}, **word))
refused(decide("officer", signature=signed("officer", to_sign)), "strategy.own_review", "not one's own", 403)
refused(decide("pi", signature=signed("officer", to_sign)), "strategy.own_review", "nor by the signature of who submitted it", 403)
refused(decide("pi", signature=signed("pi", whole)), "signature.wrong_document", "another text")
refused(decide("pi"), "form.text_missing", "a refusal says why", 400)
check(decide("pi", signature=signed("pi", to_sign)).json["status"] == "signed", "signed")
check(("adopt_reviewed", draft["id"]) in tasks("officer") and not any(o == draft["id"] for _, o in tasks("pi")), "then a task of whom may adopt it")
adopted_draft = cli("adopt", draft["id"])
check(adopted_draft["summary"]["review"]["reviewer"] == a.ids["pi"] and adopted_draft["summary"]["version"] == "3", f"adopted with the review: {adopted_draft['summary']}")
closed = officer.get(f"/strategy-drafts/{draft['id']}")
check(closed["in_force"]["id"] == good.json["id"], "an adopted draft stays beside what it replaced")
check(closed["status"] == "adopted" and closed["strategy"] == adopted_draft["id"] and closed["can"] == [] and not any(o == draft["id"] for _, o in tasks("officer")), f"the task is done: {closed}")
draft = officer.post(f"/datasets/{dataset}/strategy-drafts", {"text": text.replace('"3"', '"4"'), "note": ""})
check(decide("pi", reason="性别之外无字段").json["status"] == "refused" and not any(o == draft["id"] for _, o in tasks("pi")), "refused, and no task any more")
draft = officer.post(f"/datasets/{dataset}/strategy-drafts", {"text": text.replace('"3"', '"4"'), "note": ""})
check(cli("withdraw", draft["id"])["status"] == "withdrawn" and {d["status"] for d in cli("drafts")["items"]} == {"adopted", "refused", "withdrawn"}, "withdrawn")

# Batches and tables of a project link, and only inside its scope.
second = masked(adopted, visits[1]["version"], level5_rows="leave_out")
bill_strategy = officer.post(f"/datasets/{bills['dataset']}/strategies", {"text": {
    "format": "sluice-strategy/1", "id": "bills", "version": "1", "scope": "project-1", "fields": [{"column": "bill_no", "technique": "suppress"}, {"column": "pay_amt", "technique": "keep"},
    {"column": "psn_no", "technique": "pseudonym", "domain": "person", "prefix": "P"}]}})
linked = masked(bill_strategy, bills["version"])
other = masked(adopt(dict(project, id="elsewhere", scope="project-2")), level5_rows="leave_out")
a.people["secadmin"].post("/access/rights", {"person": a.ids["manager"], "scope": {"actions": ["list_values"], "datasets": [dataset, bills["dataset"]], "level_max": 4},
                                            "expires_ms": int(time.time() * 1000) + 86_400_000, "reason": "核对"})


def values(of, version, column, rows):
    asked = manager.post("/operations", {"what": "list_values", "dataset": of, "version": version, "columns": [column], "first_row": 0, "rows": rows, "flow": "standing",
                                         "purpose": PURPOSE, "reason": "核对假名"})
    return [row[column] for row in manager.post(f"/operations/{asked['id']}/run")["values"]]


kept = [n for n in range(ROWS) if visit(1, n)[5] != "艾滋病" and n not in (100, 200, 300)]
in_first, in_second = values(dataset, first["version"], "psn_no", 190), values(dataset, second["version"], "psn_no", 190)
pseudonym = dict(zip((visit(1, n)[1] for n in kept), in_first))
check(len(set(in_first)) == len(pseudonym) == 190 and not set(in_first) & set(pseudonym), "a pseudonym for each person, nobody's number")
kept2 = [n for n in range(ROWS) if visit(2, n)[5] != "艾滋病"]
both = [(pseudonym[visit(2, n)[1]], p) for n, p in zip(kept2, in_second) if visit(2, n)[1] in pseudonym]
check(len(both) > 150 and all(x == y for x, y in both), "a later batch keeps them")
in_bills = values(bills["dataset"], linked["version"], "psn_no", 200)
people_of_bills = [f"P44{n * 7 % 400:06d}" for n in range(200)]
shared = {p for p in people_of_bills if p in pseudonym}
check(len(shared) > 50 and set(in_bills) & set(in_first) == {pseudonym[p] for p in shared}, "the join of the masked tables is the join of the tables")
check(not set(values(dataset, other["version"], "psn_no", 100)) & set(in_first), "another scope does not link")

# An aggregate is a version of its own: graded, offered and released like any other.
aggregated = adopt({"format": "sluice-strategy/1", "id": "sums", "version": "1", "unlisted": "suppress",
                    "fields": [{"column": "gend", "technique": "keep"}, {"column": "insu_admdvs", "technique": "keep"}, {"column": "medfee_sumamt", "technique": "keep"}],
                    "aggregate": {"by": ["gend", "insu_admdvs"], "sums": ["medfee_sumamt"], "threshold": 5}})
table = masked(aggregated)
check(table["k"] == 5 and table["rows"] == 23, f"cells with all totals: {table}")
receipt = officer.get(f"/versions/{table['version']}/receipt")
check(receipt["aggregated_cells"] == 23 and receipt["aggregated_hidden"] >= 2, f"small cells hidden, and others with them: {receipt['aggregated_hidden']}")
report = cli("recheck", table["version"])
check(report["holds"] and {"cells", "hidden_cells", "sums", "recomputable"} <= {f["check"] for f in report["findings"]}, f"the aggregate is checked: {report['findings']}")
confirm(visits[0], {"diag_name": 3}, by_row=["diag_name"])
columns = [c["column"] for c in manager.get(f"/datasets/{dataset}")["columns"]]
check({"count", "sum_medfee_sumamt", "suppressed"} <= set(columns), f"what the aggregate adds is in the catalog: {columns}")


def released(product, columns, how, file_format=None, **terms):
    wish = {"purpose": PURPOSE, "legal_basis": "public_interest", "form": how, "deliveries_max": 1 if how == "file" else 100, "rate_per_minute": 0 if how == "file" else 600}
    contract = a.agree("insurer", "insurersigner", "insurer", a.application(product, columns, **wish), **terms)
    if how == "api":
        return a.people["insurer"].post(f"/contracts/{contract}/release", {"purpose": PURPOSE})
    return a.work("manager", f"/contracts/{contract}/release", dict({"purpose": PURPOSE}, **({"format": file_format} if file_format else {})))


def offered(version, columns, **more):
    product = a.product(visits[0], version, columns, ["file", "api"], **more)
    a.assess(product, insurer, PURPOSE, columns, legal_basis="public_interest")
    return product


def opened(release):
    envelope = a.people["insurer"].call("GET", f"/releases/{release['id']}/file")
    (TMP / "copy.sluice").write_bytes(envelope.body)
    (TMP / "copy.out").unlink(missing_ok=True)
    a.run("open", "--key", a.keys["insurer"], "--out", TMP / "copy.out", TMP / "copy.sluice")
    return (TMP / "copy.out").read_bytes()


cells = ["gend", "insu_admdvs", "count", "sum_medfee_sumamt", "suppressed"]
sums = released(offered(table["version"], cells), cells, "file")
lines = {(r["gend"], r["insu_admdvs"]): r for r in csv.DictReader(opened(sums).decode().splitlines())}
check(lines[("(total)", "(total)")]["count"] == str(ROWS), f"the total is that of the rows: {lines}")
check(all((r["suppressed"] == "1") == (r["count"] == "") for r in lines.values()) and lines[("1", "440100")]["suppressed"] == "1", "a small cell shows nothing")


def labels(passed_on):
    """What the envelope says of itself, for the recipient alone; and beside the file where that is asked for."""
    (TMP / "again.out").unlink(missing_ok=True)
    (TMP / "labels.json").unlink(missing_ok=True)
    told = json.loads(a.run("open", "--json", "--key", a.keys["insurer"], "--out", TMP / "again.out", "--labels", TMP / "labels.json", TMP / "copy.sluice"))
    check(json.loads((TMP / "labels.json").read_text(encoding="utf-8")) == told["labels"], "the same beside the file")
    check("labels" not in told["context"] and passed_on.encode() not in (TMP / "copy.sluice").read_bytes(), "sealed: the file does not tell its columns to who has no key")
    return told["labels"]


said = labels("sum_medfee_sumamt")
check(said["format"] == "sluice-labels/1" and said["masked"] and said["aggregated"] and said["k"] == 5 and said["scenario"] == "sharing", f"an aggregate says so: {said}")
check([c["column"] for c in said["columns"]] == cells and {c["technique"] for c in said["columns"]} == {"keep", "aggregate"}, f"column by column: {said['columns']}")
check(said["level"] == max(c["level"] for c in said["columns"]) == 2 and any(r["rule"] == "aggregate" and "23" in r["zh"] for r in said["reasons"]), f"level 2 by what was measured: {said}")
lineage = manager.get(f"/grading/versions/{table['version']}")
check(lineage["kind"] == "aggregated" and lineage["cells"] == 23 and lineage["cells_hidden"] == receipt["aggregated_hidden"] and lineage["level"] == 2, f"its lineage: {lineage}")
shown = a.run("open", "--key", a.keys["insurer"], "--out", TMP / "third.out", TMP / "copy.sluice")
check("level    2" in shown and "aggregated, k=5" in shown and "column   count  level 2" in shown, f"for people: {shown}")


def passport(release):
    (TMP / "passport.json").write_bytes(a.people["insurer"].call("GET", f"/releases/{release['id']}/passport").body)
    return json.loads(a.run("verify", "--json", "--file", TMP / "copy.out", TMP / "passport.json", code=6))


verdict = passport(sums)
check(verdict["verdict"] == "not_pinned" and verdict["file"] == "matches", f"an aggregate has a passport like any other release: {verdict['problems']}")

# A release that cannot bear marks says so, in the space and in its passport; or is refused where the plan demands marks.
marks = {"row_key": "psn_no", "one_in": 1, "carriers": [{"column": "begndate", "kind": "day"}]}
fine = dict(project, id="marked", fields=project["fields"] + [{"column": "begndate", "technique": "keep"}], marks=marks)
agreed = ["psn_no", "gend", "age", "diag_name", "begndate"]
few = masked(adopt(fine), level5_rows="leave_out")
check(few["rows"] == 577, f"{few}")
offer = offered(few["version"], agreed)
file = released(offer, agreed, "file")
check(a.people["insurer"].get(f"/releases/{file['id']}")["unmarked"] == "too_few_rows", "the release says that it is not marked")
opened(file)
verdict = passport(file)
check(verdict["verdict"] == "not_pinned" and verdict["unmarked"] == "too_few_rows" and verdict["level5_rows_left_out"] == LEVEL5 and verdict["file"] == "matches", f"the passport says both: {verdict}")
# A locally recoded version goes out like any other: the passport is of these bytes, with the heights' extremes in the labels; the recheck counts its classes.
of_classes = ["gend", "age", "insu_admdvs"]
recoded = released(offered(made["version"], of_classes), of_classes, "file")
rows = [tuple(r[c] for c in of_classes) for r in csv.DictReader(opened(recoded).decode().splitlines())]
sizes = collections.Counter(rows)
check(len(rows) == made["rows"] and min(sizes.values()) >= 20 and len({int(age[3:]) - int(age[:2]) for _, age, _ in sizes}) > 1, f"classes of 20 and more with heights of their own: {sizes}")
verdict = passport(recoded)
check(verdict["verdict"] == "not_pinned" and verdict["file"] == "matches" and verdict["k"] == made["k"], f"the passport of a locally recoded file: {verdict}")
check({c["column"]: c["technique"] for c in labels("age")["columns"]} == {"gend": "keep", "age": "hierarchy", "insu_admdvs": "hierarchy"}, "its labels name the techniques")
check(cli("recheck", recoded["id"])["holds"], "and its recheck holds")
must = masked(adopt(dict(fine, id="must", marks=dict(marks, unmarkable="refuse"))), level5_rows="leave_out")
demanding = offered(must["version"], agreed)
wish = a.application(demanding, agreed, purpose=PURPOSE, legal_basis="public_interest", form="file", deliveries_max=1, rate_per_minute=0)
contract = a.agree("insurer", "insurersigner", "insurer", wish)
refused(manager.call("POST", f"/contracts/{contract}/release", {"purpose": PURPOSE}), "mark.too_few_rows", "no unmarked copy")
check(officer.get("/deident/marks")["items"] == [], "nothing bears marks")

# Rechecked: CSV by its bytes, Parquet by its rows, an API by the pages that it handed out.
for what in (file, sums):
    report = cli("recheck", what["id"])
    check(report["holds"] and report["findings"][0]["outcome"] == "ok", f"the same file: {report['findings'][0]}")
parquet = released(offer, agreed, "file", "parquet")
content = opened(parquet)
check(content[:4] == b"PAR1" and b"sluice.labels" in content and b'"masked":true' in content, "a Parquet file, with its labels in the footer")
report = cli("recheck", parquet["id"])
check(report["holds"] and report["findings"][0] == {"check": "digest", "column": "", "outcome": "ok", "cells": 0, "detail": "SM3"}, f"the same rows: {report['findings'][0]}")
api = released(offer, agreed, "api")
for query in ("?limit=200", "?limit=200&cursor=200", "?limit=50&age.eq=30-59"):
    check(a.data(api["token"], query).status == 200, f"a page {query}: {a.data(api['token'], query).body[:200]}")
report = cli("recheck", api["release"]["id"])
pages = next(f for f in report["findings"] if f["check"] == "pages")
check(report["holds"] and pages["outcome"] == "ok" and pages["cells"] >= 2, f"the pages made again: {pages}")
refused(officer.call("POST", f"/releases/{manager.get('/releases')['items'][-1]['id']}x/recheck", {}), "release.not_found", "no such release", 404)

# A contract may want rows with level-5 content left out of what goes out, whatever was masked: they are looked for at each release and counted, in
# the entry and in the passport; the recheck leaves out the same rows. (A person graded the whole column 3 here, against what stands in it.)
confirm(visits[0], {"diag_name": 3})
whole = masked(adopt(dict(project, id="whole", fields=project["fields"])))
still = sum(visit(1, n)[5] == "艾滋病" and visit(1, n)[2] == "1" for n in range(ROWS))  # the others' diagnosis is redacted
check(still > 0 and whole["rows"] == ROWS - 3 and whole.get("level5_rows_left_out") is None, f"masking left these rows in: {whole}")
offer = offered(whole["version"], agreed[:4])
as_is, without = released(offer, agreed[:4], "file"), released(offer, agreed[:4], "file", level5_rows="leave_out")
check("艾滋病" in opened(as_is).decode(), "by the one contract they go out")
contract = a.people["insurer"].get(f"/contracts/{without['contract']}")
check(contract["terms"]["level5_rows"] == "leave_out" and "第5级内容" in contract["text_zh"] and "sluice:level5Rows" in json.dumps(contract["odrl"]), "the other says so, in its text too")
copy = opened(without).decode()
check("艾滋病" not in copy and len(copy.splitlines()) == whole["rows"] - still + 1, f"{len(copy.splitlines())} lines of {whole['rows']} rows")
verdict = passport(without)
check(verdict["verdict"] == "not_pinned" and verdict["file"] == "matches" and verdict["level5_rows_left_out"] == still, f"the passport counts them: {verdict}")
check(cli("recheck", without["id"])["holds"], "the same bytes without the same rows")
api = released(offer, agreed[:4], "api", level5_rows="leave_out")
rows, cursor = [], 0
while cursor is not None:
    page = a.data(api["token"], f"?limit=300&cursor={cursor}&age.eq=30-59").json
    rows, cursor = rows + page["rows"], page["next"]
check(rows and all(r["diag_name"] != "艾滋病" and r["age"] == "30-59" for r in rows), f"pages leave them out: {len(rows)}")
report = cli("recheck", api["release"]["id"])
pages = next(f for f in report["findings"] if f["check"] == "pages")
check(report["holds"] and pages["outcome"] == "ok" and pages["detail"].endswith("0 not checkable"), f"calls with conditions on columns that name nobody are made again: {pages}")
confirm(visits[0], {"diag_name": 3}, by_row=["diag_name"])

# A reversal is a task of whom may decide it, then of who asked.
asked = officer.post("/reversals", {"version": first["version"], "column": "psn_no", "values": [in_first[0]], "reason": "稽核"})
check(("decide_reversal", asked["id"]) in tasks("pi") and ("decide_reversal", asked["id"]) not in tasks("officer"), "it waits for the second person")
pi.step_up()
pi.post(f"/reversals/{asked['id']}/decide", {"approve": True, "reason": "属实"})
check(("run_reversal", asked["id"]) in tasks("officer") and ("decide_reversal", asked["id"]) not in tasks("pi"), "then for who asked")
officer.step_up()
back = officer.post(f"/reversals/{asked['id']}/run")
check(back["values"][0]["original"] == visit(1, kept[0])[1], "a pseudonym of a class goes back")
check(("run_reversal", asked["id"]) not in tasks("officer"), "done")


# The audit: each finding is brought about and found.
def findings():
    return {(f["rule"], f["kind"]) for f in officer.get("/deident/audit")["items"]}


clean = findings()
check(("release_unmarked", "release") in clean and not clean & {("beyond_use_limits", "release"), ("receipt_missing", "version"), ("grade_raised", "version")}, f"before: {clean}")
adopt(dict(fine, version="2", use={"forms": ["file"], "not_after": "2020-12-31"}))
found = findings()
check({("beyond_use_limits", "release"), ("beyond_use_limits", "product"), ("strategy_superseded", "version"), ("strategy_superseded", "release")} <= found, f"beyond what the strategy allows now: {found}")
officer.post(f"/datasets/{dataset}/strategies", {"text": dict(house, version="2")})
check(("base_superseded", "version") in findings(), "a later house strategy")
open_form = dict(form, share="full", forms=["website"], columns=["gend", "age"], name="网站公开")
manager.post("/products", {"dataset": dataset, "version": first["version"], "form": open_form})
check(("risk_above_share_type", "product") in findings(), "offered to everybody with the k of a contract")
keeping = masked(adopt({"format": "sluice-strategy/1", "id": "keeping", "version": "1", "unlisted": "keep", "k_min": 5, "quasi_identifiers": ["gend"],
                        "fields": [{"column": "psn_no", "technique": "suppress"}, {"column": "id", "technique": "suppress"}, {"column": "diag_name", "technique": "suppress"}]}))
check({("field_not_listed", "version"), ("quasi_not_measured", "version")} <= findings(), "columns that it does not name, and quasi-identifiers that it does not measure")
SAID["begndate"] = (True, False)
confirm(visits[0], {"diag_name": 3, "medfee_sumamt": 4}, by_row=["diag_name"])
check({("identifier_kept", "version"), ("grade_raised", "version")} <= findings(), f"graded otherwise since: {findings()}")
digest = officer.get("/receipts")["items"][0]["receipt"]
a.server.stop()
with sqlite3.connect(a.space / "ledger.sqlite") as db:
    check(db.execute("DELETE FROM blob WHERE digest = ?", (bytes.fromhex(digest),)).rowcount == 1, "a receipt is lost")
a.server = type(a.server)(a.sluice, a.space, a.passphrase, a.log)
for account in a.people.values():
    account.server = a.server
officer.sign_in()
check(("receipt_missing", "version") in findings(), "a receipt that is not there")
audit = cli("audit", code=6)
rules = collections.Counter(f["rule"] for f in audit["items"])
check(set(rules) >= {"strategy_superseded", "base_superseded", "field_not_listed", "grade_raised", "identifier_kept", "quasi_not_measured", "receipt_missing", "risk_above_share_type",
                     "release_unmarked", "beyond_use_limits"}, f"every rule spoke: {rules}")
a.server.stop()
print("ok")
