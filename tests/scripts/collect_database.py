#!/usr/bin/env python3
"""Collection from real databases: whole tables and increments, measured at the source; what drops, changes its form or lies is held or leaves
nothing; schedules and watched folders; rows that the source takes back."""
import functools, json, os, shutil, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import databases, desk
from desk import SLUICE, TMP
from outsider import check

PASS, SYNTH = TMP / "pass", TMP / "synth"
SECRET = "Zhang-Nobody-4711"
run = functools.partial(desk.run, hide=SECRET)
SPACE = TMP / "space"


def in_space(*args, code=0):
    return run(*args, "--space", SPACE, "--passphrase-file", PASS, code=code)


def code_of(done):
    return json.loads(done.stderr.splitlines()[-1])["code"]


def new_space(name):
    global SPACE
    SPACE = TMP / name
    run("init", SPACE, "--name", "测试经办机构", "--uscc", "12509803MAT000018C", "--passphrase-file", PASS)


def plan_for(table, name, database):
    """The plan of `sluice synth`, reading a database instead of a file."""
    text = (SYNTH / "plans" / f"{table}.yaml").read_text(encoding="utf-8")
    text = text.replace("file_format: csv\n", "file_format: database\n" + database).replace("encoding: auto\n", "").replace("header: true\n", "")
    text = text.replace(f"id: {table}.v1", f"id: {name}")
    path = TMP / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def collect(plan, source, password, code=0):
    done = in_space("collect", "--plan", plan, "--password-file", password, "--json", f"odbc:{source}", code=code)
    return json.loads(done.stdout)[0] if code in (0, 7) else code_of(done)


def vault():
    return sorted(p.name for p in (SPACE / "vault").iterdir())


def whole_table(server, source, password):
    plan = plan_for("setl_d", f"setl-{server.kind}", "database: {table: setl_d}\n")
    rows = (SYNTH / "setl_d.csv").read_text(encoding="utf-8").count("\n") - 1
    answer = collect(plan, source, password)
    check(answer["sealed"] and answer["rows"] == rows and answer["held"] == 0, f"{server.kind}: a whole table is sealed: {answer}")
    # The same rows from the file give the same figures by the same rules.
    sums = json.loads((SYNTH / "setl_d.csv.manifest.json").read_text())["control_totals"]
    quality = json.loads(in_space("collect", "batches", "--json").stdout)
    check(sums and quality, "the source's file states totals")
    before = vault()
    check(collect(plan, source, password, code=5) == "collection.batch_known", f"{server.kind}: the same rows are not taken twice")
    check(vault() == before, "and leave nothing")


def incremental(server, source, password):
    plan = plan_for("fee_list_d", f"fee-{server.kind}", "database: {table: fee_list_d, incremental: {by: updt_time}}\n")
    header, rows = databases.load_table(server, SYNTH, "fee_list_d", ("updt_time timestamp" if server.kind == "postgresql" else "updt_time datetime",))
    server.sql("UPDATE fee_list_d SET updt_time = '2026-01-01 10:00:00'")
    first = collect(plan, source, password)
    check(first["sealed"] and first["rows"] == len(rows) and first["mark_after"].startswith("2026-01-01 10:00:00"), f"{server.kind}: everything at first: {first}")
    again = collect(plan, source, password)
    check(again.get("nothing_new"), f"{server.kind}: then nothing new: {again}")
    key = header.index("bkkp_sn")
    corrected = rows[0][key]
    fresh = [v if i != key else "M999999999999999999" for i, v in enumerate(rows[1])]
    databases.insert_rows(server, "fee_list_d", header + ["updt_time"], [fresh + ["2026-01-01 11:00:00"]])
    server.sql(f"UPDATE fee_list_d SET bilg_dept_name = '更正科室', updt_time = '2026-01-01 11:30:00' WHERE bkkp_sn = '{corrected}'")
    server.sql("UPDATE fee_list_d SET updt_time = NULL WHERE bkkp_sn = '%s'" % rows[2][key])
    second = collect(plan, source, password)
    check(second["sealed"] and second["rows"] == 2 and second["version"] != first["version"], f"{server.kind}: a new row and a late correction, as a later version: {second}")
    check(second["without_mark"] == 1, f"{server.kind}: a row without a mark is told: {second}")
    check(collect(plan, source, password).get("nothing_new"), "and then nothing again")
    return header, rows


def dirty_and_lying(server, source, password):
    """Rows that break rules are held one by one; a table whose form is not the plan's is held as a whole."""
    server.sql("CREATE TABLE visits (id varchar(20), name varchar(40), day varchar(30), fee varchar(30))")
    databases.insert_rows(server, "visits", ["id", "name", "day", "fee"], [["1", SECRET, "2026-01-05", "1.50"], ["2", 'q"uo\\te,\nline', "05/01/26", "2.50"], ["3", "", "2026-01-07", "3.00"]])
    server.sql("GRANT SELECT ON visits TO reader" + ("@'127.0.0.1'" if server.kind == "mariadb" else ""))
    text = """format: sluice-plan/1
id: visits-%s
dataset: 就诊
table: visits
source: {name: 测试来源机构, uscc: "12509803MAT000018C"}
file_format: database
database: {table: %s, columns: {visit_day: day}}
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
fields:
  - {name: id, title: 流水号, type: text, key: true, required: true, necessity: 唯一指向}
  - {name: name, title: 姓名, type: text, necessity: 核对}
  - {name: visit_day, title: 日期, type: date, required: true, necessity: 核对}
  - {name: fee, title: 费用, type: decimal, scale: 2, required: true, necessity: 监管}
control_totals: [fee]
"""
    plan = TMP / f"visits-{server.kind}.yaml"
    plan.write_text(text % (server.kind, "visits"), encoding="utf-8")
    answer = collect(plan, source, password)
    check(answer["sealed"] and answer["accepted"] == 2 and answer["held"] == 1, f"{server.kind}: the row with a date that is none is held: {answer}")
    server.sql("ALTER TABLE visits DROP COLUMN name")
    answer = collect(plan, source, password, code=7)
    check(not answer["sealed"] and answer["reason"] == "source.column_gone", f"{server.kind}: a column that went holds the batch: {answer}")
    gone = TMP / f"gone-{server.kind}.yaml"
    gone.write_text((text % (server.kind + "2", "no_such_table")), encoding="utf-8")
    check(collect(gone, source, password, code=7)["reason"] == "source.table_gone", "a table that went, too")
    query = TMP / f"query-{server.kind}.yaml"
    query.write_text((text % (server.kind + "3", "x")).replace("{table: x, columns: {visit_day: day}}", '{query: "SELECT id, \'\' AS name, day AS visit_day, fee FROM visits WHERE id < \'3\'"}'), encoding="utf-8")
    answer = collect(query, source, password)
    check(answer["sealed"] and answer["rows"] == 2, f"{server.kind}: a query that the plan names: {answer}")
    for n, bad in enumerate(("DELETE FROM visits", "SELECT 1; DELETE FROM visits")):
        evil = TMP / "evil.yaml"
        evil.write_text((text % (server.kind + "4", "x")).replace("{table: x, columns: {visit_day: day}}", '{query: "%s"}' % bad).replace("visits-", f"evil{n}-"), encoding="utf-8")
        check(collect(evil, source, password, code=1) == "source.bad_query", f"not a query: {bad}")
    evil.write_text((text % (server.kind + "5", "x")).replace("{table: x, columns: {visit_day: day}}", '{query: "WITH x AS (DELETE FROM visits RETURNING 1) SELECT \'\' AS id, \'\' AS name, \'\' AS visit_day, 0 AS fee FROM x"}').replace("visits-", "evil9-"), encoding="utf-8")
    collect(evil, source, password, code=8)
    check(server.sql("SELECT count(*) FROM visits").strip() == "3", "the session cannot write")
    if server.kind == "postgresql":
        server.sql("CREATE VIEW lying AS SELECT id, ''::text AS name, day, (1000/(id::int - 2))::text AS fee FROM visits; GRANT SELECT ON lying TO reader")
        lying = TMP / "lying.yaml"
        lying.write_text((text % ("lying", "lying")), encoding="utf-8")
        answer = collect(lying, source, password, code=7)
        check(answer["reason"] == "source.value_unfit", f"a value that cannot be what it says: {answer}")


def every_sign(server, source, password):
    """Cells come as they are, whatever stands in them: what the plan lists is what was there, with and without the character that rows are split at."""
    texts = ['a,b', 'q"uote', "line\nbreak", "back\\slash", "(par,en)", "tab\there", "\r", "'", "中文，", "trailing "]
    text = """format: sluice-plan/1
id: signs-%s-%s
dataset: 字符
table: signs
source: {name: 测试来源机构, uscc: "12509803MAT000018C"}
file_format: database
database: {table: signs}
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
fields:
  - {name: id, title: 流水号, type: text, key: true, required: true, necessity: 唯一指向}
  - {name: one, title: 文本, type: text, necessity: 核对, values: %s}
  - {name: none, title: 空, type: text, necessity: 核对, values: ["-"]}
  - {name: yes, title: 是否, type: bool, necessity: 核对}
  - {name: code, title: 定长, type: text, necessity: 核对, values: [AB]}
  - {name: last, title: 末列, type: text, necessity: 核对, values: %s}
"""
    flag = "boolean" if server.kind == "postgresql" else "tinyint"
    server.sql(f"CREATE TABLE signs (id varchar(20), one varchar(40), none varchar(40), yes {flag}, code char(6), last varchar(40))")
    server.sql("GRANT SELECT ON signs TO reader" + ("@'127.0.0.1'" if server.kind == "mariadb" else ""))
    rows = [[str(i), value, None, "1", "AB", texts[-1 - i]] for i, value in enumerate(texts)]
    for name, more in (("plain", []), ("separator", ["sep\x1farator"])):
        if more:
            rows.append(["99", more[0], None, "0", "AB", more[0]])
        server.sql("DELETE FROM signs")
        written = [[v.replace("\\", "\\\\") if v and server.kind == "mariadb" else v for v in row] for row in rows]  # whose client reads backslashes as escapes
        databases.insert_rows(server, "signs", ["id", "one", "none", "yes", "code", "last"], written)
        plan = TMP / f"signs-{name}-{server.kind}.yaml"
        listed = json.dumps(texts + more)  # escapes alike in YAML
        plan.write_text(text % (name, server.kind, listed, listed), encoding="utf-8")
        answer = collect(plan, source, password)
        check(answer["sealed"] and answer["accepted"] == len(rows) and answer["held"] == 0, f"{server.kind}, {name}: every cell as it is: {answer}")
    check(len([v for v in vault() if not v.startswith(".")]) == len(vault()), "a run that was read again left nothing unfinished")


def reader_sessions(server):
    if server.kind == "postgresql":
        return server.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'reader'").split()
    return server.sql("SELECT id FROM information_schema.processlist WHERE user = 'reader'").split()


def dropped(server, password):
    slow = server.describe(TMP / "slow.yaml", "rows_per_second: 300\n")
    plan = plan_for("setl_d", f"slow-{server.kind}", "database: {table: setl_d}\n")
    plan.write_text(plan.read_text(encoding="utf-8").replace(f"id: slow-{server.kind}", f"id: slow-{server.kind}"), encoding="utf-8")
    before = vault()
    command = subprocess.Popen([SLUICE, "collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", plan, "--password-file", password, "--json", f"odbc:{slow}"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.time() + 30
    while not reader_sessions(server) and time.time() < until:
        time.sleep(0.1)
    time.sleep(1)
    changed = subprocess.Popen(server.client(), stdin=subprocess.PIPE, text=True, env={**os.environ, "PGPASSWORD": "owner"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    changed.stdin.write("ALTER TABLE setl_d ADD COLUMN later int;\n")  # waits until nobody reads
    changed.stdin.close()
    time.sleep(0.5)
    for session in reader_sessions(server):
        server.sql(f"SELECT pg_terminate_backend({session})") if server.kind == "postgresql" else server.try_sql(f"KILL {session}")
    _, told = command.communicate(timeout=60)
    check(command.returncode == 8 and "source.dropped" in told, f"{server.kind}: a dropped connection: {command.returncode} {told}")
    check(vault() == before, f"{server.kind}: leaves nothing: {vault()}")
    changed.wait(30)
    answer = collect(plan, server.describe(TMP / "quick.yaml"), password)
    check(answer["sealed"], f"{server.kind}: and the same plan goes on when the source is back: {answer}")


def start_server():
    log = open(TMP / "server.log", "ab")
    server = subprocess.Popen([SLUICE, "serve", "--space", SPACE, "--passphrase-file", PASS, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
    check("https://" in server.stdout.readline(), "the server starts")
    return server


def sources():
    return {s["name"]: s for s in json.loads(in_space("sources", "--json").stdout)["items"]}


def wait_for(what, holds, seconds=60):
    until = time.time() + seconds
    while time.time() < until:
        if holds():
            return
        time.sleep(0.5)
    check(False, f"{what}: {json.dumps(sources(), ensure_ascii=False)[:1500]} {(TMP / 'server.log').read_text()[-800:]}")


def watched_folder():
    """Files are taken when they are whole; a forged one is held and shown with its reason; a pause stops it."""
    drop = TMP / "drop"
    drop.mkdir()
    in_space("collect", "--plan", SYNTH / "plans/psn_info_b.yaml", "--source-key", SYNTH / "source.pub", SYNTH / "psn_info_b.csv")
    added = json.loads(in_space("sources", "add", "--plan", "mdtrt_d.v1", "--name", "x", "--every", "2", drop, "--json", code=3).stderr.splitlines()[-1])
    check(added["code"] == "plan.not_found", "a plan that is not adopted")
    in_space("collect", "--plan", SYNTH / "plans/mdtrt_d.yaml", "--source-key", SYNTH / "source.pub", SYNTH / "mdtrt_d.csv")
    second = TMP / "second"
    run("synth", "--out", second, "--rows", 500, "--seed", 9)
    done = json.loads(in_space("sources", "add", "--plan", "mdtrt_d.v1", "--name", "就诊投递", "--every", "2", "--late-after", "1d", "--pattern", "*.csv", drop, "--json").stdout)
    check(done["status"] == "active" and done["where"]["folder"] == str(drop), f"registered: {done}")
    # An upload in pieces: no manifest, then half a file with a manifest, then all of it.
    content = (second / "mdtrt_d.csv").read_bytes()
    (drop / "part.csv").write_bytes(content[:1000])
    wait_for("a file without manifest waits", lambda: [w["reason"] for w in json.loads(in_space("sources", done["id"], "--json").stdout)["waiting"]] == ["manifest.missing"])
    (drop / "part.csv").write_bytes(content)
    check(not sources()["就诊投递"]["came"]["batches"] > 1, "half a file is not taken")
    forged = json.loads((second / "mdtrt_d.csv.manifest.json").read_text())  # signed by a key that is not the source's
    forged["file"] = "part.csv"
    (drop / "part.csv.manifest.json").write_text(json.dumps(forged))
    wait_for("a forged manifest is held", lambda: sources()["就诊投递"]["held_batches"] == 1)
    held = sources()["就诊投递"]
    check(held["outcome"] == "held" and held["held"][0]["reason"].startswith("manifest."), f"with its reason: {held}")
    check("LATE" not in in_space("sources").stdout, "not late yet")
    in_space("sources", "pause", done["id"], "--reason", "来源停机")
    check(sources()["就诊投递"]["status"] == "paused", "paused")
    code = code_of(in_space("sources", "run", done["id"], "--json", code=5))
    check(code == "source.paused", f"a paused source is not run: {code}")
    in_space("sources", "resume", done["id"], "--reason", "恢复")
    in_space("sources", "remove", done["id"], "--reason", "不再提供")
    check(sources()["就诊投递"]["status"] == "removed", "removed")
    return second


def scheduled_database(server, source, password, header, rows):
    plan_id = f"fee-{server.kind}"
    source_id = json.loads(in_space("sources", "add", "--plan", plan_id, "--name", f"费用库{server.kind}", "--every", "2", "--late-after", "1h", "--source-password-file", password, f"odbc:{source}", "--json").stdout)["id"]
    came = sources()[f"费用库{server.kind}"]["came"]["batches"]
    key = header.index("bkkp_sn")
    databases.insert_rows(server, "fee_list_d", header + ["updt_time"], [[v if i != key else "M888888888888888888" for i, v in enumerate(rows[3])] + ["2026-02-01 08:00:00"]])
    wait_for("a new row comes by itself", lambda: sources()[f"费用库{server.kind}"]["came"]["batches"] == came + 1)
    check(sources()[f"费用库{server.kind}"]["outcome"] == "taken" and sources()[f"费用库{server.kind}"]["mark"].startswith("2026-02-01"), "on record, with its mark")
    check(server.password not in json.dumps(sources()), "no password is shown")
    server.stop()
    wait_for("a source that is away is failing, with its reason", lambda: sources()[f"费用库{server.kind}"]["reason"] in ("source.unreachable", "source.dropped"))
    inbox = in_space("sources").stdout
    check("failed" in inbox, inbox)
    in_space("sources", "remove", source_id, "--reason", "停用")


def taken_back():
    """The source's signed list of keys makes a version without these rows; a forged list changes nothing."""
    key = TMP / "own"
    run("key", "new", "--out", key, "--no-passphrase")
    folder = TMP / "own-files"
    folder.mkdir()
    plan = TMP / "own.yaml"
    plan.write_text((SYNTH / "plans/setl_d.yaml").read_text(encoding="utf-8").replace("id: setl_d.v1", "id: own.v1"), encoding="utf-8")
    shutil.copy(SYNTH / "setl_d.csv", folder / "a.csv")
    run("manifest", "--plan", plan, "--key", key, folder / "a.csv")
    sealed = json.loads(in_space("collect", "--plan", plan, "--source-key", f"{key}.pub", "--json", folder / "a.csv").stdout)[0]
    rows = (folder / "a.csv").read_text(encoding="utf-8").splitlines()
    keys = [r.split(",")[0] for r in rows[1:4]] + ["S9999999999999999"]
    (folder / "back.csv").write_text("setl_id\n" + "".join(k + "\n" for k in keys), encoding="utf-8")
    run("manifest", "--deletion", "--plan", plan, "--key", key, "--batch", "撤回-1", folder / "back.csv")
    good = (folder / "back.csv").read_bytes()
    (folder / "back.csv").write_bytes(good.replace(b"S9999999999999999", b"S9999999999999998"))
    check(code_of(in_space("collect", "delete", "--plan", "own.v1", "--json", folder / "back.csv", code=6)) == "manifest.digest_differs", "a changed list")
    (folder / "back.csv").write_bytes(good)
    done = json.loads(in_space("collect", "delete", "--plan", "own.v1", "--json", folder / "back.csv").stdout)
    check(done["removed"] == 3 and done["unmatched"] == 1 and done["rows"] == sealed["accepted"] - 3 and done["from"] == sealed["version"], f"rows are taken back: {done}")
    check(code_of(in_space("collect", "delete", "--plan", "own.v1", "--json", folder / "back.csv", code=5)) == "deletion.nothing_matched", "once")
    run("manifest", "--plan", plan, "--key", key, folder / "a.csv")
    check(code_of(in_space("collect", "delete", "--plan", "own.v1", "--json", folder / "a.csv", code=6)) == "manifest.wrong_plan", "a manifest of rows is none of a list")


def main():
    PASS.write_text("the passphrase of the test\n")
    found, missing = databases.available()
    if not found:
        print("skipped: no database server or driver here:", ", ".join(missing))
        sys.exit(77)
    run("synth", "--out", SYNTH, "--rows", 3000)
    for kind in found:
        new_space(f"space-{kind.kind}")
        server = kind(TMP / kind.kind)
        try:
            password = TMP / f"{server.kind}.password"
            password.write_text(server.password + "\n")
            source = server.describe(TMP / f"{server.kind}.yaml")
            databases.load_table(server, SYNTH, "setl_d")
            whole_table(server, source, password)
            header, rows = incremental(server, source, password)
            dirty_and_lying(server, source, password)
            every_sign(server, source, password)
            dropped(server, password)
            serving = start_server()
            try:
                scheduled_database(server, source, password, header, rows)
                if kind is found[0]:
                    watched_folder()
            finally:
                serving.terminate()
                serving.wait(60)
            if kind is found[0]:
                taken_back()
            run("ledger", "verify", "--space", SPACE)
        finally:
            server.stop()
    print("ok" + (f" (without {', '.join(missing)})" if missing else ""))


main()
