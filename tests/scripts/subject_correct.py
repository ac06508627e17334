#!/usr/bin/env python3
"""A person's request to correct leads to work. Laws: a note alone is no answer; a correction names version, field and evidence, and its value stands in no
entry and no file in the clear; another person looks at it with a second factor, confirms or refuses it with the reason; what breaks the plan's rules, or
replaces what does not stand there, is not carried out; carried out it is one more version in which that person's cell is right and everything else as it was,
as old as the one before and on hold where that was; a version that another was made of is not corrected; the answer names the new version; what the source sent
again is confirmed in the place of it; a hold is ended early by another person than who set it, with the reason."""
import json, os, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check
import persons
from persons import CERTNO, entries, people, plan

PLAN = plan("persons", "参保人信息", "psn_info_d", CERTNO,
            "  - {name: psn_name, title: 姓名, type: text, required: true, max_length: 50, necessity: 核对本人}\n",
            "  - {name: brdy, title: 出生日期, type: date, required: true, necessity: 核对年龄}\n",
            "  - {name: bill_no, title: 单据号, type: text, key: true, required: true, max_length: 30, necessity: 唯一}\n")
WRONG, RIGHT, AWRY = "欧阳错名氏", "欧阳正名氏", "1987-02-30"
PROOF = {"method": "in_person", "evidence": "身份证原件"}


def batch(a, number, rows):
    done = persons.batch(a, PLAN, f"persons{number}.csv", number, ["certno", "psn_name", "brdy", "bill_no"], rows)
    check(done["held"] == 0, f"nothing held: {done}")
    return done


def asked(a, person):
    at = f"/law/requests/{a.people['pi'].post('/law/requests', {'identifier': person, 'what': 'correct', 'channel': '窗口'})['id']}"
    a.people["manager"].post(at + "/verify", PROOF)
    return at


def version(a, dataset, id):
    return next(v for v in a.people["manager"].get(f"/datasets/{dataset}")["versions"] if v["id"] == id)


def correct_one(a, first, person, other):
    manager, pi, officer = (a.people[n] for n in ("manager", "pi", "officer"))
    dataset, raw = first["dataset"], first["version"]
    at = asked(a, person)
    wish = {"version": raw, "person_column": "certno", "column": "psn_name", "value": RIGHT, "was": WRONG, "evidence": "户口簿 3301 号"}
    refused(manager.call("POST", at + "/corrections", wish), "law.request_not_decided", "before it is granted")
    pi.post(at + "/decide", {"grant": True, "reason": "本人申请"})
    refused(manager.call("POST", at + "/answer", {"note": "已更正"}), "law.not_searched", "a note alone answers nothing")
    refused(manager.call("POST", at + "/corrections", wish), "law.not_searched", "before a search")
    a.work("manager", at + "/search")
    refused(manager.call("POST", at + "/answer", {"note": "已更正"}), "law.request_needs_correction", "nor after it")
    refused(officer.call("POST", at + "/corrections", wish), "duty.missing", "the desk proposes", 403)
    refused(manager.call("POST", at + "/corrections", dict(wish, person_column="psn_name_x")), "catalog.no_such_column", "a field that is not there", 400)
    refused(manager.call("POST", at + "/corrections", dict(wish, value="名" * 2000)), "law.correction_bad_value", "a value that is too long", 400)
    shown = manager.post(at + "/corrections", wish, status=(201,))
    made = shown["corrections"][0]
    check(made["status"] == "proposed" and "answer" not in shown["can"] and RIGHT not in json.dumps(shown), f"proposed, and the value stays back: {shown}")
    refused(manager.call("POST", at + "/corrections", wish), "law.correction_open", "the same field for the same request once", 409)
    c = f"/law/corrections/{made['id']}"
    refused(manager.call("POST", c + "/carry-out", {}), "law.correction_not_approved", "not before it is confirmed", 409)
    refused(manager.call("POST", c + "/decide", {"approve": True, "reason": "x"}), "duty.second_person_needed", "nor by who proposed it", 403)
    refused(a.people["signer"].call("POST", c + "/value", {}), "duty.missing", "nor shown to anybody", 403)
    check(officer.post(c + "/value", {}, status=(200,)) == {"value": RIGHT, "was": WRONG}, "who decides looks at it")
    officer.post(c + "/decide", {"approve": True, "reason": "与户口簿一致"}, status=(200,))
    before = version(a, dataset, raw)
    done = a.work("manager", c + "/carry-out", {})
    check((done["rows"], done["corrected"]) == (before["rows"], 2), f"both rows that held it: {done}")
    after = version(a, dataset, done["version"])
    check(after["parts"] == [raw] and after["at_ms"] == before["at_ms"] and after["columns"] == before["columns"] and after["change"]["correction"] == made["id"], f"as old, and says why: {after}")
    refused(officer.call("POST", c + "/value", {}), "law.correction_value_gone", "the value goes with the work", 404)
    told = manager.post(at + "/answer", {"note": "已更正，见新版本"}, status=(200,))
    check(told["status"] == "answered", "then it is answered")
    answer = manager.get(at + "/answer")["corrections"]
    check([(x["version"], x["status"], x["cells"], x["field"]) for x in answer] == [(done["version"], "done", 2, "姓名")], f"which names the new version: {answer}")
    for value in (WRONG, RIGHT, person):
        check(not a.stored(value), f"nothing of it stands in the clear: {a.stored(value)}")
    check([len(entries(a, k)) for k in ("law.row_correction_proposed", "law.row_correction_decided", "law.row_corrected")] == [1, 1, 1], "the chain is on record")
    return done["version"]


def refused_and_by_hand(a, newest, first, person, other):
    """What cannot be carried out is refused with the reason; from the command line; what another version was made of stays as it is."""
    manager, officer = a.people["manager"], a.people["officer"]
    at = asked(a, person)
    a.people["pi"].post(at + "/decide", {"grant": True, "reason": "本人申请"})
    a.work("manager", at + "/search")
    base = {"person_column": "certno", "column": "brdy", "evidence": "出生证明"}
    refused(manager.call("POST", at + "/corrections", dict(base, version=first["version"], value="1987-02-28")), "law.correction_superseded", "the older version", 409)
    def confirmed(**wish):
        made = manager.post(at + "/corrections", dict(base, version=newest, **wish), status=(201,))["corrections"][-1]["id"]
        refused(officer.call("POST", f"/law/corrections/{made}/decide", {"approve": True, "reason": "属实"}), "law.correction_not_looked_at", "nobody confirms what they did not look at")
        officer.post(f"/law/corrections/{made}/value", {}, status=(200,))
        officer.post(f"/law/corrections/{made}/decide", {"approve": True, "reason": "属实"}, status=(200,))
        return f"/law/corrections/{made}"
    def fails(at, code):
        answer = manager.call("POST", at + "/carry-out", {})
        check(answer.code == code and AWRY.encode() not in answer.body, f"wanted {code}: {answer.status} {answer.body[:300]}")
        officer.post(at + "/decide", {"approve": False, "reason": "不能执行：" + code}, status=(200,))
    versions = len(manager.get(f"/datasets/{first['dataset']}")["versions"])
    refused(manager.call("POST", at + "/corrections", dict(base, version=newest)), "law.correction_value_missing", "nothing said is not emptied", 400)
    refused(manager.call("POST", at + "/corrections", dict(base, version=newest, column="bill_no", value="B00000001")), "law.correction_key_column", "two rows of one key")
    fails(confirmed(value=AWRY), "law.correction_breaks_rule")
    fails(confirmed(value="1987-02-28", was="1900-01-01"), "law.correction_no_such_cell")
    # That the first one is there: what it wrote is what can be replaced now, and what it replaced is not.
    name = {"column": "psn_name"}
    fails(confirmed(**name, value="x", was=WRONG), "law.correction_no_such_cell")
    check(len(manager.get(f"/datasets/{first['dataset']}")["versions"]) == versions, "and none of it left a version")
    # A hold goes on for what takes the place of the version that it is about.
    until = next(v["ends_ms"] for v in manager.get("/law/retention")["items"] if v["version"] == newest) + 86400000
    officer.post(f"/law/retention/{newest}/keep", {"until_ms": until, "reason": "诉讼未结"}, status=(200,))
    (a.tmp / "value.txt").write_text(WRONG + "\n")
    (a.tmp / "was.txt").write_text(RIGHT + "\n")
    (a.tmp / "manager.pass").write_text(manager.password + "\n")
    who = ("--as", "manager", "--password-file", a.tmp / "manager.pass")
    shown = json.loads(a.at_the_desk("law", "correction", "propose", at.rsplit("/", 1)[1], "--version", newest, "--column", "psn_name", "--person-column", "certno", "--value-file", a.tmp / "value.txt",
                                     "--was-file", a.tmp / "was.txt", "--evidence", "再次更正", "--json", *who))
    made = shown["corrections"][-1]["id"]
    officer.post(f"/law/corrections/{made}/value", {}, status=(200,))
    officer.post(f"/law/corrections/{made}/decide", {"approve": True, "reason": "属实"}, status=(200,))
    done = json.loads(a.at_the_desk("law", "correction", "carry-out", made, "--json", *who))
    check(done["corrected"] == 2, f"from the command line: {done}")
    manager.post(at + "/answer", {"note": "见附"}, status=(200,))
    answer = manager.get(at + "/answer")["corrections"]
    check(sorted(x["status"] for x in answer) == ["done", "refused", "refused", "refused"] and all(x["reason"] for x in answer if x["status"] == "refused"), f"each refusal with its reason: {answer}")
    return done["version"], until


def holds(a, newest, until):
    item = lambda who: next(v for v in a.people[who].get("/law/retention")["items"] if v["version"] == newest)
    check(item("pi")["hold"]["until_ms"] == until and item("pi")["hold"]["by"] == a.ids["officer"], f"the hold goes on: {item('pi')}")
    check("end-hold" in item("pi")["can"] and "end-hold" not in item("officer")["can"], "offered to another than who set it")
    at = f"/law/retention/{newest}/end-hold"
    refused(a.people["officer"].call("POST", at, {"reason": "结案"}), "duty.second_person_needed", "not by who set it", 403)
    refused(a.people["manager"].call("POST", at, {"reason": "结案"}), "duty.missing", "not by anybody", 403)
    refused(a.people["pi"].call("POST", at, {"reason": ""}), "form.text_missing", "with the reason", 400)
    a.people["pi"].post(at, {"reason": "（2026）结案 9 号"}, status=(200,))
    check("hold" not in item("pi") and item("pi")["ends_ms"] < until, "the periods of its classes count again")
    refused(a.people["pi"].call("POST", at, {"reason": "x"}), "law.not_held", "once", 409)
    check(len(entries(a, "law.hold_ended")) == 1, "on record")


def several_at_once(a, newest, person, other):
    """Corrections of two people wait in one version, and each is carried out on what the one before it made."""
    manager, officer = a.people["manager"], a.people["officer"]
    waiting = []
    for who, column, value in ((person, "brdy", "1987-02-28"), (other, "psn_name", "某人改"), (other, "brdy", "1981-01-01")):
        at = waiting[-1][0] if waiting and waiting[-1][3] == who else asked(a, who)
        if not (waiting and waiting[-1][3] == who):
            a.people["pi"].post(at + "/decide", {"grant": True, "reason": "本人申请"})
            a.work("manager", at + "/search")
        made = manager.post(at + "/corrections", {"version": newest, "person_column": "certno", "column": column, "value": value, "evidence": "户口簿"}, status=(201,))["corrections"]
        id = next(c["id"] for c in made if c["column"] == column and c["status"] == "proposed")
        officer.post(f"/law/corrections/{id}/value", {}, status=(200,))
        officer.post(f"/law/corrections/{id}/decide", {"approve": True, "reason": "属实"}, status=(200,))
        waiting.append((at, id, column, who))
    at = newest
    for where, id, column, _ in waiting:
        shown = next(c for c in manager.get(where)["corrections"] if c["id"] == id)
        check(shown["version"] == at, f"it waits in the newest: {shown}")
        done = a.work("manager", f"/law/corrections/{id}/carry-out", {})
        check(done["corrected"] >= 1, f"{column}: {done}")
        parts = next(v for v in manager.get(f"/datasets/{shown['dataset']}")["versions"] if v["id"] == done["version"])["parts"]
        check(parts == [at], f"made of the one before: {parts}")
        at = done["version"]
    for where in dict.fromkeys(w[0] for w in waiting):
        manager.post(where + "/answer", {"note": "已更正"}, status=(200,))
    return at


def by_the_source(a, person):
    at = asked(a, person)
    a.people["pi"].post(at + "/decide", {"grant": True, "reason": "本人申请"})
    arrived = batch(a, 2, [(person, "张新名", "1980-01-01", "B90000001")])
    manager = a.people["manager"]
    wish = {"way": "source", "version": arrived["version"], "column": "psn_name", "evidence": "来源重报函"}
    refused(manager.call("POST", at + "/corrections", dict(wish, value="张新名")), "law.correction_bad_value", "its value is the source's", 400)
    refused(manager.call("POST", at + "/corrections", wish), "law.not_searched", "whether the person is in what arrived")
    strangers = batch(a, 3, [("110101199001011237", "某他人", "1990-01-01", "B90000002")])
    a.work("manager", at + "/search")
    refused(manager.call("POST", at + "/corrections", dict(wish, version=strangers["version"])), "law.correction_no_rows", "a batch without the person")
    made = manager.post(at + "/corrections", wish, status=(201,))["corrections"][0]["id"]
    a.people["officer"].post(f"/law/corrections/{made}/decide", {"approve": True, "reason": "已与来源核对"}, status=(200,))
    manager.post(at + "/answer", {"note": "来源已更正"}, status=(200,))
    check(manager.get(at + "/answer")["corrections"][0]["version"] == arrived["version"], "the answer names where it arrived")


a = Agency()
try:
    a.staff()
    named = people(a)
    person, other = named[:2]
    rows = [(p, f"某人{i}", "1980-01-01", f"B{i:08d}") for i, p in enumerate(named[1:60])]
    first = batch(a, 1, rows + [(person, WRONG, "1987-02-27", "B10000001"), (person, WRONG, "1987-02-27", "B10000002"), (person, "旧名", "1987-02-27", "B10000003")])
    graded = a.graded(first)
    check(graded["certno"]["identifying"], f"the number names a person: {graded['certno']}")
    a.people["manager"].step_up(), a.people["pi"].step_up(), a.people["officer"].step_up()
    newest = correct_one(a, first, person, other)
    newest, until = refused_and_by_hand(a, newest, first, person, other)
    holds(a, newest, until)
    several_at_once(a, newest, person, named[2])
    by_the_source(a, other)
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("a person's request to correct: proposed, confirmed, carried out, answered; holds ended")
