#!/usr/bin/env python3
"""Classification of real databases without copying them: PostgreSQL and MariaDB. The verdicts of a database are those of its files; tables
that refuse, lock or lie are findings; a dropped connection is gone on from; no value of a person is told anywhere."""
import functools, json, os, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import databases, desk
from desk import SLUICE, TMP
from outsider import check

SECRET = "Zhang-Nobody-4711"
run = functools.partial(desk.run, code=None, hide=SECRET)
TABLES = ["psn_info_b", "mdtrt_d", "setl_d", "dr_info_b", "hilist_b"]


def classify(source, password, *more):
    return run("classify", f"odbc:{source}", "--password-file", password, "--json", *more)


def verdicts_of(done):
    check(done.returncode == 0, f"classified: {done.returncode} {done.stderr}")
    return {(v["table"], v["column"]): v for v in json.loads(done.stdout)}


def skipped(done):
    return {line.split()[4]: line.rsplit("(", 1)[1].rstrip(")") for line in done.stderr.splitlines() if line.startswith("skipped the values of")}


def same_as_files(server, source, password, synth):
    seen = verdicts_of(classify(source, password))
    different = []
    for table in TABLES:
        of_file = verdicts_of(run("classify", synth / f"{table}.csv", "--json"))
        for (_, column), v in of_file.items():
            mine = seen.get((table, column))
            check(mine is not None, f"{server.kind}: {table}.{column} is in the inventory")
            if mine["type"] != v["type"] and not (mine["review"] or v["review"]):
                different.append((table, column, v["type"], mine["type"]))
    check(len(different) * 20 <= len(seen), f"{server.kind}: a database's columns are what its files' are, but for comments: {different}")
    check(seen[("psn_info_b", "certno")]["level"] >= 4 and any(r["id"].startswith("value.") for r in seen[("psn_info_b", "certno")]["reasons"]), "values were looked at")
    names = verdicts_of(classify(source, password, "--names-only"))
    check(names.keys() == seen.keys() and not any(r["id"].startswith("value.") for v in names.values() for r in v["reasons"]), "names alone")
    table = run("classify", f"odbc:{source}", "--password-file", password, "--list", TMP / f"{server.kind}.csv")
    listed = (TMP / f"{server.kind}.csv").read_text(encoding="utf-8-sig")
    check(table.returncode == 0 and listed.count("\n") == len(seen) + 1 and "certno" in listed, f"the list has every field: {table.stderr}")


def lying_types(server, source, password):
    """Texts in columns that say otherwise, types of the server's own, cells of a megabyte, and rows that no plan foresaw."""
    if server.kind == "postgresql":
        server.sql("CREATE TYPE mood AS ENUM ('a','b'); CREATE TABLE odd (a mood, b jsonb, c bytea, d int[], e tstzrange, f text, g uuid, h interval, \"列 名\"\"x\" text, i \"char\", j xid);"
                   f"INSERT INTO odd SELECT 'a', '{{\"k\":\"{SECRET}\"}}', '\\x00ff', '{{1,2}}', 'empty', repeat('{SECRET}', 70000), gen_random_uuid(), '1 day', '{SECRET}', 'x', '1' FROM generate_series(1, 5);"
                   "GRANT SELECT ON odd TO reader; CREATE VIEW broken AS SELECT 1/(f='x')::int::int AS n, f FROM odd; GRANT SELECT ON broken TO reader;"
                   f"CREATE TABLE \"{'长' * 20}\" (n int); GRANT SELECT ON \"{'长' * 20}\" TO reader; CREATE TABLE nothing (); GRANT SELECT ON nothing TO reader;")
    else:
        server.sql(f"CREATE TABLE odd (a enum('a','b'), b json, c blob, d set('x','y'), e year, f longtext, g bit(9), h time, `列 名``x` text, i datetime);"
                   f"INSERT INTO odd VALUES ('a', '{{\"k\":\"{SECRET}\"}}', x'00ff', 'x,y', 2024, repeat('{SECRET}', 70000), b'101', '838:59:59', '{SECRET}', NULL);"
                   "SET sql_mode=''; INSERT INTO odd (i, a, f) VALUES ('0000-00-00', '', 'a\\0b');"
                   "CREATE TABLE gone (n int); CREATE VIEW broken AS SELECT n FROM gone; DROP TABLE gone;"
                   "GRANT SELECT ON odd TO reader@'127.0.0.1'; GRANT SELECT ON broken TO reader@'127.0.0.1'")
    done = classify(source, password)
    seen, told = verdicts_of(done), skipped(done)
    odd = {column for table, column in seen if table == "odd"}
    check({"a", "b", "c", "f"} <= odd and any("列" in c for c in odd), f"{server.kind}: every column is in the inventory: {odd}")
    check(any(t.endswith(".broken") for t in told), f"{server.kind}: a view that fails is a finding: {told}")
    check("source.value_unfit" in told.values() or "source.table_gone" in told.values(), f"{server.kind}: with its reason: {told}")


def refused_and_locked(server, source, password):
    if server.kind == "postgresql":
        server.sql(f"CREATE TABLE secret (name text, ok int); INSERT INTO secret VALUES ('{SECRET}', 1); CREATE TABLE partly (name text, ok int); INSERT INTO partly VALUES ('{SECRET}', 1); GRANT SELECT (ok) ON partly TO reader;"
                   "CREATE TABLE busy (n int); GRANT SELECT ON busy TO reader")
        told = skipped(classify(source, password))
        check(told.get("public.secret") == "source.right_refused" and "public.partly" not in told, f"rights refused: {told}")
        lock = subprocess.Popen(server.client(), stdin=subprocess.PIPE, text=True, env={**os.environ, "PGPASSWORD": "owner"}, stdout=subprocess.DEVNULL)
        lock.stdin.write("BEGIN; LOCK TABLE busy IN ACCESS EXCLUSIVE MODE;\n")
    else:
        server.sql("CREATE TABLE busy (n int); GRANT SELECT ON busy TO reader@'127.0.0.1'")
        lock = subprocess.Popen(server.client(), stdin=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
        lock.stdin.write("LOCK TABLES busy WRITE;\n")
    lock.stdin.flush()
    time.sleep(0.5)
    patient = server.describe(TMP / "patient.yaml", "lock_s: 1\n")
    done = classify(patient, password)
    lock.stdin.close()
    lock.wait(10)
    told = skipped(done)
    check(any(t.endswith(".busy") and r in ("source.locked", "source.timed_out") for t, r in told.items()), f"{server.kind}: a locked table is a finding: {told} {done.stderr}")
    check(("busy", "n") in verdicts_of(done), "and classified by its name")


def kill_sessions(server):
    if server.kind == "postgresql":
        server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    else:
        for line in server.sql("SELECT id FROM information_schema.processlist WHERE user = 'reader'").split():
            server.try_sql(f"KILL {line}")


def dropped_and_resumed(server, password):
    slow = server.describe(TMP / "slow.yaml", "rows_per_second: 300\n")
    resume = TMP / f"{server.kind}.resume"
    process = subprocess.Popen([SLUICE, "classify", f"odbc:{slow}", "--password-file", password, "--json", "--resume", resume], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    kill_sessions(server)
    out, err = process.communicate(timeout=300)
    check(process.returncode == 0 and len(json.loads(out)) > 50, f"{server.kind}: a scan goes on after a dropped connection: {process.returncode} {err}")
    kept = resume.read_text(encoding="utf-8")
    check(SECRET not in kept and SECRET not in err, "no value is kept")
    lines = kept.splitlines(True)
    resume.write_text("".join(lines[:2]) + lines[2][:30], encoding="utf-8")  # as a killed scan leaves it
    again = classify(server.describe(TMP / "fast.yaml"), password, "--resume", resume)
    first, second = verdicts_of(again), {(v["table"], v["column"]): v for v in json.loads(out)}
    check(first.keys() == second.keys(), f"{server.kind}: a scan that was cut off goes on from its file")


def bad_sources(server, source, password):
    wrong = TMP / "wrong"
    wrong.write_text("not the password\n")
    cases = {"password": (source, wrong, "source.sign_in_refused"), "user": (server.describe(TMP / "user.yaml", user="nobody-here"), password, "source.sign_in_refused")}
    text = source.read_text(encoding="utf-8")
    for name, old, new, reason in (("port", f"port: {server.port}", f"port: {databases.free_port()}", "source.unreachable"), ("driver", "tls: off", "tls: off\ndriver: libnothing.so", "source.no_driver"),
                                   ("path", "tls: off", "tls: off\ndriver: ../../evil.so", "source.bad_member"), ("kind", f"kind: {server.kind}", "kind: oracle", "source.bad_member"),
                                   ("member", "tls: off", "tls: off\npassword: x", "source.unknown_member"), ("host", "host: 127.0.0.1", 'host: "127.0.0.1;Servername=x"', "source.bad_member"),
                                   ("tls", "tls: off", "tls: require", None), ("malformed", "format:", "format: [", "source.malformed")):
        path = TMP / f"bad-{name}.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        cases[name] = (path, password, reason)
    for name, (path, secret, reason) in cases.items():
        done = classify(path, secret)
        check(done.returncode != 0, f"{server.kind}: {name} is refused")
        code = json.loads(done.stderr.splitlines()[-1])["code"]
        check(code == reason or (reason is None and code.startswith("source.")), f"{server.kind}: {name}: {code}, not {reason}")
    argv = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    check(server.password not in argv, "no password stands in any argument")


def nothing_was_written(server):
    """The session is read-only by the server's own word."""
    if server.kind == "postgresql":
        check(server.sql("SELECT count(*) FROM pg_stat_database WHERE datname = 'his' AND deadlocks > 0").strip() == "0", "no deadlock was caused")


def main():
    found, missing = databases.available()
    if not found:
        print("skipped: no database server or driver here:", ", ".join(missing))
        sys.exit(77)
    synth = TMP / "synth"
    check(run("synth", "--out", synth, "--rows", 6000).returncode == 0, "tables")
    for kind in found:
        server = kind(TMP / kind.kind)
        try:
            password = TMP / f"{server.kind}.password"
            password.write_text(server.password + "\n")
            source = server.describe(TMP / f"{server.kind}.yaml")
            for table in TABLES:
                databases.load_table(server, synth, table)
            for step in (lambda: same_as_files(server, source, password, synth), lambda: lying_types(server, source, password), lambda: refused_and_locked(server, source, password),
                         lambda: dropped_and_resumed(server, password), lambda: bad_sources(server, source, password), lambda: nothing_was_written(server)):
                step()
        finally:
            server.stop()
    print("ok" + (f" (without {', '.join(missing)})" if missing else ""))


main()
