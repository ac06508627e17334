#!/usr/bin/env python3
"""The password of a source and the ledger's word about it agree, wherever the node is killed: it is changed between a right and a wrong one as fast as it goes,
killed at some moment, and after the next opening a run signs in exactly when the last entry says that the right one counts."""
import http.client, json, os, random, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import databases
from desk import SLUICE, TMP, ask, new_space, run
from outsider import Server, check

if databases.Postgres not in databases.available()[0]:
    print("skipped: needs PostgreSQL and its ODBC driver")
    sys.exit(databases.MISSING)

PASS, SPACE = TMP / "pass", TMP / "space"
PASS.write_text("a passphrase of tests\n")
new_space(SPACE, PASS)
run("synth", "--out", TMP / "synth", "--rows", 50)
text = (TMP / "synth/plans/setl_d.yaml").read_text().replace("file_format: csv\n", "file_format: database\ndatabase: {table: setl_d}\n")
text = text.replace("encoding: auto\n", "").replace("header: true\n", "")
database = databases.Postgres(TMP / "pg")
node = Server(SLUICE, SPACE, PASS, TMP / "server.log")


def done(method, path, body=None):
    status, answer = ask(SPACE, method, path, body)
    while answer.get("state") == "running":
        time.sleep(0.1)
        status, answer = ask(SPACE, "GET", "/jobs/" + answer["id"])
    check(status in (200, 201, 202), f"{method} {path}: {status} {answer}")
    return answer["result"] if "state" in answer and "result" in answer else answer


try:
    plan = done("POST", "/plans", {"plan": text, "source_key": (TMP / "synth/source.pub").read_text().strip()})["id"]
    place = {"format": "sluice-source/1", "name": "测试库", "kind": "postgresql", "host": "127.0.0.1", "port": database.port, "database": "his", "user": "reader", "tls": "off",
             "schemas": []}
    source = done("POST", "/sources", {"plan": plan, "name": "库", "at": ["02:30"], "password": database.password, "database": place})["id"]

    def signs_in():
        return done("POST", f"/sources/{source}/run", {})["reason"] != "source.sign_in_refused"

    def changes():
        """The sequence numbers of the last changes on record; the newest first."""
        return [e["seq"] for e in done("GET", f"/ledger/entries?object={source}&kind=source.secret_changed&limit=200")["items"]]

    def keep_changing(stop):
        n = 0
        while not stop.is_set() and n < 150:
            which = ("wrong", "right")[n % 2]
            n += 1
            try:
                ask(SPACE, "POST", f"/sources/{source}/password", {"password": {"right": database.password, "wrong": "another one"}[which], "reason": which})
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                return  # it was killed

    check(signs_in(), "the first password opens")
    seed = random.Random(int(os.environ.get("SEED", "7")))
    seen, known = ["right"], 0
    for n in range(8):
        stop = threading.Event()
        changing = threading.Thread(target=keep_changing, args=(stop,))
        changing.start()
        time.sleep(0.03 + seed.random() * 0.2)
        node.kill()
        stop.set()
        changing.join()
        node.process.wait(60)
        node = Server(SLUICE, SPACE, PASS, TMP / "server.log")
        fresh = [seq for seq in changes() if seq > known]
        known = max([known, *fresh])
        seen.append(("right", "wrong")[len(fresh) % 2] if fresh else seen[-1])
        check(signs_in() == (seen[-1] == "right"), f"kill {n}: the ledger says {seen[-1]}, and the source does otherwise")
    print(f"eight kills, the ledger's word counts: {', '.join(seen[1:])}")
finally:
    node.stop()
    database.stop()
run("ledger", "verify", "--space", SPACE)
