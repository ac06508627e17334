#!/usr/bin/env python3
"""A person has several numbers, and a request names one. Laws: what a version holds by another kind of number only is named as not searched; numbers that stand
beside the person's are shown by kind and in part, confirmed or rejected by a person, and then searched for too; nothing is answered as complete while one of them
is open; rows that only the other number names are deleted too; uses under every confirmed number are the person's; the numbers are gone from the registry when the
request is over. An ID number with a wrong check character is refused. A provision that named the person is told, where the law does not forbid it; datasets where
nothing was found are not told as held."""
import base64, csv, json, os, sqlite3, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check, request

HEAD = """format: sluice-plan/1
id: {id}.v1
dataset: {title}
table: {id}
source: {{name: 示例市医疗保障信息中心, uscc: "12509803MAT000018C"}}
file_format: csv
purpose: 待遇核算
legal_basis: 法定职责
frequency: 每日
fields:
"""
FIELD = {"certno": "  - {name: certno, title: 证件号码, type: text, required: true, max_length: 50, codes: [id-number], necessity: 核对本人}\n",
         "psn_no": "  - {name: psn_no, title: 人员编号, type: text, required: true, max_length: 30, necessity: 关联参保人}\n",
         "key": "  - {name: sn, title: 流水号, type: text, key: true, required: true, max_length: 30, necessity: 唯一}\n",
         "begndate": "  - {name: begndate, title: 开始日期, type: date, required: true, necessity: 核对区间}\n"}


def table(a, id, title, numbers, rows):
    columns = ["sn", *numbers, "begndate"]
    (a.tmp / f"{id}.yaml").write_text(HEAD.format(id=id, title=title) + FIELD["key"] + "".join(FIELD[n] for n in numbers) + FIELD["begndate"])
    file = a.tmp / f"{id}.csv"
    with open(file, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([f"{id}{i:06d}", *row, f"2025-03-{1 + i % 28:02d}"] for i, row in enumerate(rows))
    if not (a.tmp / "source.key").exists():
        a.run("key", "new", "--out", a.tmp / "source.key", "--no-passphrase", "--json")
    a.run("manifest", "--plan", a.tmp / f"{id}.yaml", "--key", a.tmp / "source.key", "--batch", "1", file)
    done = a.collect(a.tmp / f"{id}.yaml", a.tmp / "source.key.pub", file)
    check(done["sealed"] and done["held"] == 0, f"collected: {done}")
    grades = a.graded(done)
    for n, kind in (("certno", "id_number"), ("psn_no", "person_no")):
        if n in numbers:
            check(grades[n]["type"] == kind and grades[n]["identifying"], f"{n}: {grades[n]}")
    return done


def right(number):
    """Whether an ID number has 18 characters and the right one at the end."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return len(number) == 18 and number[:17].isdigit() and number[17] == "10X98765432"[sum(int(d) * w for d, w in zip(number, weights)) % 11]


def begun(a, what, identifier, **more):
    made = a.people["pi"].post("/law/requests", {"identifier": identifier, "what": what, "channel": "窗口", **more})
    at = f"/law/requests/{made['id']}"
    token = a.people["manager"].post(at + "/verify", {"method": "in_person", "evidence": "身份证原件"})["token"]
    a.people["pi"].post(at + "/decide", {"grant": True, "reason": "本人"})
    return at, token


def kept(a, kind):
    with sqlite3.connect(a.space / "registry.sqlite") as db:
        return db.execute("select count(*) from item where kind = ?", (kind,)).fetchone()[0]


def provision(a, kind, batch, number, basis, key):
    form = {"kind": kind, "document": "（2026）示民初字第1号", "reason": "仅当事人", "basis": basis, "dataset": batch["dataset"], "version": batch["version"], "columns": ["begndate"],
            "row_filter": [{"column": "certno", "op": "eq", "values": [number], "secret_ref": ""}], "agency": key, "scan": base64.b64encode("（2026）".encode()).decode()}
    made = a.people["manager"].post("/law/provisions", form)
    for who in ("pi", "m1"):
        a.people[who].post(f"/law/provisions/{made['id']}/approve", {"approve": True, "reason": "依法调取"})
    a.work("manager", f"/law/provisions/{made['id']}/deliver")
    return made["id"]


a = Agency()
try:
    a.staff()
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 400, "--seed", "9")
    pairs = list({r["certno"]: (r["certno"], r["psn_no"]) for r in csv.DictReader(open(synth / "psn_info_b.csv", encoding="utf-8-sig")) if right(r["certno"]) and r["psn_no"]}.values())[:150]
    (me, my_no), (other, other_no) = pairs[:2]
    register = table(a, "psn_reg", "参保登记", ["psn_no", "certno"], [(no, cert) for cert, no in pairs])
    visits = table(a, "visit", "就诊登记", ["certno"], [(cert,) for cert, _ in pairs] + [(me,)])
    bills = table(a, "bill", "结算明细", ["psn_no"], [(no,) for _, no in pairs] + [(my_no,), (my_no,)])
    away = table(a, "away", "异地备案", ["certno"], [(cert,) for cert, _ in pairs[1:]])
    masked = a.masked(bills, ["sn", "psn_no", "begndate"], {"psn_no": {"technique": "pseudonym"}, "begndate": {"technique": "keep"}}, title="假名")["version"]
    manager, pi = a.people["manager"], a.people["pi"]

    # What is no ID number is no request.
    ask = lambda identifier, **more: pi.call("POST", "/law/requests", {"identifier": identifier, "what": "held", "channel": "窗口", **more})
    wrong = me[:-1] + ("0" if me[-1] != "0" else "1")
    problem = refused(ask(wrong), "law.bad_id_number", "a wrong check character", 400)
    check("id.check_character" in problem["params"]["detail"] and wrong not in json.dumps(problem), f"with the checker's reason, without the number: {problem}")
    refused(ask("abc"), "law.bad_id_number", "no number at all", 400)
    refused(ask("abc", identifier_kind="shoe_size"), "law.unknown_identifier_kind", "no such kind", 400)
    check(ask("A-17", identifier_kind="person_no").status == 201, "numbers of other kinds are what they are")

    # By one number: what it does not name is said.
    at, token = begun(a, "delete", me)
    a.work("manager", at + "/search")
    shown = manager.get(at)
    found = sorted((f["version"], f["column"], f["rows"]) for f in shown["found"])
    check(found == sorted([(register["version"], "certno", 1), (visits["version"], "certno", 2)]), f"by the number of the request: {shown['found']}")
    unsearched = {n["version"]: n["reason"] for n in shown["not_searched"]}
    check(unsearched == {bills["version"]: "law.search_other_identifier", masked: "law.search_other_identifier"}, f"what names people otherwise is named: {shown['not_searched']}")
    check([(n["link"]["kind"], n["link"]["rows"], n["status"]) for n in shown["links"]] == [("person_no", 1, "found")], f"the number beside it: {shown['links']}")
    refused(manager.call("POST", at + "/delete"), "law.links_not_decided", "nothing is deleted before")
    refused(manager.call("POST", at + "/answer", {"note": "已删"}), "law.links_not_decided", "nor answered")
    refused(a.people["officer"].call("GET", at + "/links"), "duty.missing", "not for anybody", 403)
    links = manager.get(at + "/links")["items"]
    check([(n["kind_zh"], n["title"], n["masked"]) for n in links] == [("人员编号", "参保登记", "*" * (len(my_no) - 4) + my_no[-4:])], f"by kind and in part: {links}")
    check(my_no not in json.dumps(links) and not a.stored(my_no) and kept(a, "subject-links") == 1, "never whole, and sealed")
    link = links[0]["subject"]
    refused(manager.call("POST", at + "/links", {"confirm": ["sb_" + "0" * 32], "reject": [], "reason": "x"}), "law.link_not_found", "another number", 404)
    check(json.loads(a.at_the_desk("law", "links", "show", at.split("/")[-1], "--json"))["items"] == links, "the command line shows the same")
    manager.post(at + "/links", {"confirm": [link], "reject": [], "reason": "与登记一致"}, status=(200,))
    refused(manager.call("POST", at + "/links", {"confirm": [], "reject": [link], "reason": "x"}), "law.link_decided_already", "once", 409)
    refused(manager.call("POST", at + "/answer", {"note": "已删"}), "law.link_not_searched", "confirmed, and not searched for")

    # By both.
    a.work("manager", at + "/search")
    shown = manager.get(at)
    found = sorted((f["version"], f["rows"], f.get("in", "version"), f.get("by")) for f in shown["found"])
    check(found == sorted([(register["version"], 1, "version", None), (visits["version"], 2, "version", None), (bills["version"], 3, "version", link), (masked, 3, "masked", link)]),
          f"each row once, by the number that names it: {shown['found']}")
    check(shown["not_searched"] == [] and len(shown["links"]) == 1, f"nothing is left out: {shown['not_searched']}")
    proposed = manager.post(at + "/delete", {}, status=(201,))
    work = proposed["key_work"]
    check(proposed["versions"] == 3 and proposed["kept"] == 0, f"one work over the versions: {proposed}")
    for witness in ("officer", "pi"):
        a.people[witness].post(f"/key-works/{work}/witness", {"verdict": "agree", "reason": ""})
    done = a.work("manager", f"/key-works/{work}/carry-out")
    check(done["rows_removed"] == 6 and done["versions_rewritten"] == 3, f"the rows of both numbers: {done}")
    manager.post(at + "/answer", {"note": "已删", "key_work": work})
    check(kept(a, "subject-links") == 0, "the numbers are gone when it is over")
    for identifier, kind in ((me, "id_number"), (my_no, "person_no")):
        again, _ = begun(a, "held", identifier, identifier_kind=kind)
        a.work("manager", again + "/search")
        check([f for f in manager.get(again)["found"] if f.get("in", "version") == "version"] == [], f"no row is left by {kind}: {manager.get(again)['found']}")

    # What is held: where rows were found, not where there might be some; and who had them.
    scan = base64.b64encode("公文".encode()).decode()
    basis = manager.post("/law/papers", {"kind": "legal_basis", "title": "民事诉讼法第七十条", "number": "主席令", "authority": "全国人大常委会", "basis": "statutory_duty"})["id"]
    pi.post(f"/law/papers/{basis}/check", {"accept": True, "note": "现行有效"})
    court = a.requester("示例市人民法院", 61, a.key(None, "court"), scan)
    provision(a, "court", away, other, basis, court)
    provision(a, "investigation", away, other, basis, court)
    at, token = begun(a, "used", other_no, identifier_kind="person_no")
    a.work("manager", at + "/search")
    links = manager.get(at + "/links")["items"]
    check([n["kind"] for n in links] == ["id_number"], f"the ID number beside the person's: {links}")
    manager.post(at + "/links", {"confirm": [links[0]["subject"]], "reject": [], "reason": "一致"}, status=(200,))
    manager.post(at + "/answer", {"note": "见附"})
    answer = manager.get(at + "/answer")
    check([(u["authority"], u["document"], u["columns"]) for u in answer["uses"]] == [("示例市人民法院", "（2026）示民初字第1号", ["begndate"])], f"the court, under the other number; not the investigation: {answer['uses']}")
    check(any("刑事侦查" in n["zh"] for n in answer["not_told"]) and len(answer["not_told"]) == 3, f"and what is not told, by kind: {answer['not_told']}")
    mine = request(a.server, "GET", "/api/v1/my", headers={"Authorization": "Bearer " + token}).json
    check(mine["uses"] == answer["uses"] and mine["not_told"] == answer["not_told"], f"the person sees the same: {mine}")
    at, _ = begun(a, "held", me)
    manager.post(at + "/answer", {"note": "见附"})
    check({h["title"] for h in manager.get(at + "/answer")["held"]} >= {"异地备案"}, "without a search, what may hold the person")
    at, _ = begun(a, "held", other)
    a.work("manager", at + "/search")
    link = manager.get(at + "/links")["items"][0]["subject"]
    refused(manager.call("POST", at + "/answer", {"note": "见附"}), "law.links_not_decided", "what is held is not told in part")
    manager.post(at + "/links", {"confirm": [], "reject": [link], "reason": "无法核实"}, status=(200,))
    manager.post(at + "/answer", {"note": "见附"})
    answer = manager.get(at + "/answer")
    check({h["title"] for h in answer["held"]} == {"参保登记", "就诊登记", "异地备案"} and {h["title"] for h in answer["may_hold"]} == {"结算明细"}, f"found, and not found: {answer['held']} {answer['may_hold']}")
    check({n["reason"] for n in answer["search"]["not_searched"]} >= {"law.search_other_identifier"}, "and why")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("a person's numbers: linked, confirmed, searched for and deleted; uses under each; provisions told")
