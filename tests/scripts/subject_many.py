#!/usr/bin/env python3
"""A person's rows in more versions than one entry of the ledger can name: the search goes portion by portion over all of them, is reported in as many
entries as it takes, and finds each row once; a deletion is one work over all of them, which goes on after a kill. A request about a dataset that names nobody is answered all the same."""
import http.client, json, os, signal, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check
from persons import CERTNO, VISIT, entries, people, plan, signed

VERSIONS = 202  # more than a portion, and than a report
VISITS = plan("visits", "就诊记录", "mdtrt_d", CERTNO, VISIT)
WARDS = plan("wards", "床位数", "ward_d", "  - {name: beds, title: 床位数, type: int, required: true, necessity: 统计}\n")


def collected(a, plan, columns, tables):
    """A batch of each table, collected by one command."""
    files = [signed(a, plan, f"{columns[0]}{n}.csv", n, columns, rows) for n, rows in enumerate(tables)]
    done = json.loads(a.at_the_desk("collect", "--plan", a.tmp / "plan.yaml", "--source-key", a.tmp / "source.key.pub", "--json", *files))
    check(len(done) == len(tables) and all(one["sealed"] for one in done), f"collected: {done[:3]}")
    return done


def taken(a, person, what, **more):
    at = "/law/requests/" + a.people["pi"].post("/law/requests", dict({"identifier": person, "what": what, "channel": "窗口"}, **more))["id"]
    a.people["manager"].post(at + "/verify", {"method": "in_person", "evidence": "身份证原件"})
    a.people["pi"].post(at + "/decide", {"grant": True, "reason": "本人"})
    return at


def until_killed(account, path):
    try:
        answer = account.call("POST", path)
        print(f"it was over before it was killed: {answer.status}")
    except (OSError, http.client.HTTPException):
        pass  # the node went in the middle of it


a = Agency()
try:
    a.staff()
    person, other = people(a)[:2]
    tables = [[[person, f"M{n:06d}"]] for n in range(VERSIONS)]
    for n, table in enumerate(tables):
        table.append([other, f"N{n:06d}"])
    first = collected(a, VISITS, ["certno", "mdtrt_id"], tables)[0]
    check(a.graded(first)["certno"]["identifying"], "the number names a person")
    manager = a.people["manager"]
    at = taken(a, person, "held")
    a.work("manager", at + "/search")
    shown = manager.get(at)
    found = {f["version"]: f["rows"] for f in shown["found"]}
    check(len(found) == VERSIONS == len(shown["found"]) and set(found.values()) == {1} and shown["versions_searched"] == VERSIONS, f"each version once: {len(shown['found'])} of {shown['versions_searched']}")
    check(len(entries(a, "law.subject_search_started")) >= 2 and len(entries(a, "law.subject_searched")) >= 2, "in portions, in several entries")
    manager.post(at + "/answer", {"note": "见附"})
    check(len(manager.get(at + "/answer")["search"]["found"]) == VERSIONS, "and all of it is told")

    a.at_the_desk("backup", a.tmp / "out", "--json")
    # All of it goes as one work, also where the node is killed in the middle of it.
    at = taken(a, person, "delete")
    a.work("manager", at + "/search")
    proposed = manager.post(at + "/delete", {}, status=(201,))
    work = "/key-works/" + proposed["key_work"]
    check(proposed["versions"] == VERSIONS, f"one work: {proposed}")
    for witness in ("officer", "pi"):
        a.people[witness].post(work + "/witness", {"verdict": "agree", "reason": ""})
    carrying = threading.Thread(target=until_killed, args=(manager, work + "/carry-out"))
    carrying.start()
    while manager.get(work).get("versions_done", 0) < 20:
        time.sleep(0.1)
    os.kill(a.server.pid, signal.SIGKILL)
    carrying.join()
    a.restart()
    for account in a.people.values():
        account.sign_in()
    half = manager.get(work)
    check(half["status"] == "approved" and 20 <= half["versions_done"] < VERSIONS and not half["carried_out"], f"some of them: {half}")
    done = a.work("manager", work + "/carry-out")
    check((done["versions_rewritten"], done["rows_removed"]) == (VERSIONS, VERSIONS), f"the rest, each once: {done}")
    (a.tmp / "certificate.json").write_text(json.dumps(manager.get(work + "/certificate")))
    told = json.loads((a.tmp / "out" / "tombstones" / (proposed["key_work"] + ".json")).read_text())
    check(len(told["entries"]) == VERSIONS, f"the backups are told of what went before the kill and after it: {len(told['entries'])}")
    verdict = json.loads(a.run("keys", "verify-certificate", a.tmp / "certificate.json", "--trust", a.space / "trust.txt", "--json"))
    check(verdict["ok"] and verdict["versions"] == VERSIONS and verdict["rows_removed"] == VERSIONS, f"one certificate: {verdict}")
    manager.post(at + "/answer", {"note": "已删", "key_work": proposed["key_work"]})
    at = taken(a, person, "held")
    a.work("manager", at + "/search")
    check(manager.get(at)["found"] == [], "nothing is left")
    at = taken(a, other, "held")
    a.work("manager", at + "/search")
    check(sum(f["rows"] for f in manager.get(at)["found"]) == VERSIONS, "others' rows are where they were")

    # Nobody is named there: nothing to search, nothing to destroy, and an answer all the same.
    wards = collected(a, WARDS, ["beds"], [[[str(n)] for n in range(5)]])[0]
    at = taken(a, person, "delete", dataset=wards["dataset"])
    refused(manager.call("POST", at + "/search"), "law.nothing_to_search", "somebody has to say first what the columns are", 409)
    a.graded(wards)
    a.work("manager", at + "/search")
    manager.post(at + "/answer", {"note": "未持有"})
    check(manager.get(at)["status"] == "answered", "answered")
    check(not a.stored(person), f"the number stands in no file of the space: {a.stored(person)}")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print(f"rows of a person in {VERSIONS} versions: found, told, and destroyed as one work")
