#!/usr/bin/env python3
"""What of a person's rows a deletion does not reach is said and proven: a version that is damaged holds up no other, is counted as left, and the request stays
open; one that somebody keeps longer stays; masked versions made before are named, also when the version they were made of was written again in between. A work
that can write nothing fails and says why. The ways out are its folder from a restored backup, and its approved destruction."""
import base64, json, os, shutil, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check
import persons
from persons import CERTNO, VISIT, people, plan

PLAN = plan("visits", "就诊记录", "mdtrt_d", CERTNO, VISIT)
COLUMNS = ["certno", "mdtrt_id"]
DAY = 86400000


def damaged(a, version):
    """A byte of each sealed file of a version is another."""
    files = [p for d in a.space.rglob(version) if d.is_dir() for p in d.rglob("*") if p.is_file() and p.suffix != ".json" and p.stat().st_size > 64]
    check(files, f"sealed files of {version}")
    for path in files:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.chmod(0o600)
        path.write_bytes(content)


a = Agency()
try:
    a.staff()
    person, other = people(a)[:2]
    tables = [[[person, f"M{n:06d}"], [other, f"N{n:06d}"]] for n in range(3)]
    one, broken, kept = [persons.batch(a, PLAN, f"visits{n}.csv", n, COLUMNS, rows) for n, rows in enumerate(tables)]
    a.graded(one)
    manager, officer, pi = a.people["manager"], a.people["officer"], a.people["pi"]
    masked = a.masked(one, COLUMNS, {"certno": {"technique": "pseudonym"}}, title="假名")["version"]
    out = a.tmp / "out"
    a.at_the_desk("backup", out, "--json")

    def witnessed(work):
        for witness in ("officer", "pi"):
            a.people[witness].post(f"/key-works/{work}/witness", {"verdict": "agree", "reason": ""})

    def asked(who):
        at = "/law/requests/" + pi.post("/law/requests", {"identifier": who, "what": "delete", "channel": "窗口"})["id"]
        manager.post(at + "/verify", {"method": "in_person", "evidence": "身份证原件"})
        pi.post(at + "/decide", {"grant": True, "reason": "本人"})
        a.work("manager", at + "/search")
        return at

    def deleted(at):
        proposed = manager.post(at + "/delete", {}, status=(201,))
        witnessed(proposed["key_work"])
        done = a.work("manager", f"/key-works/{proposed['key_work']}/carry-out")
        return proposed["key_work"], done, manager.get(f"/key-works/{proposed['key_work']}/certificate")

    # Another person's rows go first: the version is written again, and what was masked of it before still holds the first person's.
    before = deleted(asked(other))
    check((before[1]["versions_rewritten"], before[1]["versions_left"]) == (3, []), f"of the other: {before[1]}")
    at = asked(person)
    now = {f["version"]: f for f in manager.get(at)["found"] if "in" not in f}
    order = {r["version"]: r["new_version"] for r in before[2]["rewritten"]}
    one_now, broken_now, kept_now = (order[b["version"]] for b in (one, broken, kept))
    check(set(now) == {one_now, broken_now, kept_now}, f"found in the versions of today: {sorted(now)}")
    # Long before the retention ends, which a person's deletion goes before.
    officer.post(f"/law/retention/{kept_now}/keep", {"until_ms": int(time.time() * 1000) + 30 * DAY, "reason": "诉讼未结"})
    a.at_the_desk("backup", out, "--json")
    damaged(a, broken_now)
    work, done, certificate = deleted(at)
    check((done["versions_rewritten"], done["versions_kept"], done["rows_removed"]) == (1, 1, 1), f"the one that could: {done}")
    check([v["version"] for v in done["versions_left"]] == [broken_now] and done["versions_left"][0]["reason"].startswith("vault."), f"and which could not, and why: {done['versions_left']}")
    shown = manager.get(f"/key-works/{work}")
    check((shown["status"], shown["versions_kept"], shown["versions_left"]) == ("done", 1, 1), f"shown: {shown}")
    survives = certificate["survives"]
    check((certificate["kept"], certificate["left"]) == (1, 1), f"in the certificate: {certificate['kept']} {certificate['left']}")
    check({masked, broken_now, kept_now} <= set(survives["versions"]), f"masked before the version was written again, damaged, kept: {survives['versions']}")
    check(certificate["rewritten"][0]["new_version"] not in survives["versions"], "not what was written without the person")
    check([h["version"] for h in survives["holds"]] == [kept_now], f"by whose word: {survives['holds']}")
    path = a.tmp / "certificate.json"
    path.write_text(json.dumps(certificate))
    verify = lambda p, *more, code=0: a.run("keys", "verify-certificate", p, "--trust", a.space / "trust.txt", *more, code=code)
    verdict = json.loads(verify(path, "--json"))
    check((verdict["ok"], verdict["kept"], verdict["left"]) == (True, 1, 1), f"verified: {verdict}")
    check("1 versions kept longer" in verify(path) and "1 not written again" in verify(path), "said to whoever verifies it")
    for name in ("kept", "left"):
        bent = dict(certificate, **{name: 0})
        (a.tmp / "bent.json").write_text(json.dumps(bent))
        check(f"certificate.differs {name}" in json.loads(verify(a.tmp / "bent.json", "--json", code=6))["problems"], f"{name} cannot be made less")
        bent.pop(name)
        (a.tmp / "bent.json").write_text(json.dumps(bent))
        check(json.loads(verify(a.tmp / "bent.json", "--json"))[name] == 1, f"nor left out: the entry says {name}")
    check((out / "tombstones" / (work + ".json")).exists(), "the backups are told")
    refused(manager.call("POST", at + "/answer", {"note": "已删", "key_work": work}), "law.request_rows_left", "not while rows are left")

    # Nothing but the damaged one: the work fails, and says on what.
    again = manager.post(at + "/delete", {}, status=(201,))
    check((again["versions"], again["kept"]) == (1, 1), f"what is left: {again}")
    witnessed(again["key_work"])
    answer = manager.call("POST", f"/key-works/{again['key_work']}/carry-out")
    check(answer.code == "keys.person_nothing_written" and broken_now in json.dumps(answer.json), f"nothing could be written: {answer.status} {answer.body[:300]}")
    check(manager.get(f"/key-works/{again['key_work']}")["status"] == "failed", "it has failed")
    # One way out: its folder out of a restored backup. Another: the approved destruction.
    a.run("restore", out, a.tmp / "copy", "--passphrase-file", a.passphrase)
    whole, = [d for d in (a.tmp / "copy").rglob(broken_now) if d.is_dir()]
    place, = [d for d in a.space.rglob(broken_now) if d.is_dir()]
    shutil.rmtree(place)
    shutil.copytree(whole, place)
    a.work("manager", at + "/search")
    check({f["version"] for f in manager.get(at)["found"] if "in" not in f} == {broken_now, kept_now}, "whole again, it is searched as before")
    damaged(a, broken_now)
    paper = officer.post("/law/papers", {"kind": "destruction_approval", "title": "损坏版本销毁审批", "number": "〔2026〕9号", "authority": "示例市医疗保障局", "dataset": one["dataset"],
                                         "scan": base64.b64encode("销毁审批原件".encode()).decode(), "expires_ms": int(time.time() * 1000) + 30 * DAY})
    pi.post(f"/law/papers/{paper['id']}/check", {"accept": True, "note": "与原件一致"})
    wreck = manager.post("/key-works", {"proposal": {"work": "destroy_version", "version": broken_now, "reason": "数据损坏", "approval": paper["id"]}})
    for witness in ("secadmin", "sysadmin"):
        a.people[witness].post(f"/key-works/{wreck['id']}/witness", {"verdict": "agree", "reason": ""})
    a.work("manager", f"/key-works/{wreck['id']}/carry-out")
    pi.post(f"/law/retention/{kept_now}/end-hold", {"reason": "诉讼终结"})
    last, done, certificate = deleted(at)
    check((done["versions_rewritten"], done["versions_kept"], done["versions_left"]) == (1, 0, []), f"the rest: {done}")
    manager.post(at + "/answer", {"note": "已删", "key_work": last})
    check(manager.get(at)["status"] == "answered", "answered when nothing is left")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("what a deletion does not reach: said, counted, proven, and led out of")
