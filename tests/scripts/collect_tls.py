#!/usr/bin/env python3
"""A database that speaks TLS: rows are collected over it; a server without TLS is refused where it is demanded, one whose certificate nobody vouches for
where that is; a server that demands TLS refuses a description that does without."""
import json, os, pathlib, shutil, subprocess, sys

SLUICE, ROOT, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["SLUICE_ROOT"]), pathlib.Path(os.environ["TMP"])
sys.path.insert(0, str(ROOT / "tests/support"))
import databases

PASS, SYNTH, SPACE = TMP / "pass", TMP / "synth", TMP / "space"


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, expect=0):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(expect is None or done.returncode == expect, f"{list(map(str, args))[:3]}: {done.returncode}, not {expect}: {done.stdout[-400:]} {done.stderr[-600:]}")
    return done


def with_tls(server, words):
    path = server.describe(TMP / "source.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("tls: off", f"tls: {words}"), encoding="utf-8")
    return path


def collect(server, words, expect):
    done = run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", TMP / "plan.yaml", "--password-file", TMP / "word", "--json", f"odbc:{with_tls(server, words)}", expect=None)
    check((done.returncode == 0) == expect, f"tls {words}: exit {done.returncode}: {done.stdout[-300:]} {done.stderr[-300:]}")
    return json.loads(done.stdout)[0] if expect else json.loads(done.stderr.splitlines()[-1])["code"]


def turn_on(server):
    data = server.folder / "data"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", TMP / "server.key", "-out", TMP / "server.crt"], check=True,
                   capture_output=True)
    owner = data.stat()
    for name in ("server.key", "server.crt"):
        shutil.copy(TMP / name, data / name)
        os.chown(data / name, owner.st_uid, owner.st_gid)
        os.chmod(data / name, 0o600)
    server.sql("ALTER SYSTEM SET ssl = on")
    rules = (data / "pg_hba.conf").read_text()
    (data / "pg_hba.conf").write_text("hostssl all reader 127.0.0.1/32 scram-sha-256\nhostnossl all reader 127.0.0.1/32 reject\n" + rules)
    server.sql("SELECT pg_reload_conf()")


found, why = databases.available()
if databases.Postgres not in found:
    print("no PostgreSQL server here:", why)
    sys.exit(77)
PASS.write_text("a passphrase of tests\n")
run("synth", "--out", SYNTH, "--rows", "300", "--seed", "3")
text = (SYNTH / "plans" / "setl_d.yaml").read_text(encoding="utf-8").replace("file_format: csv\n", "file_format: database\ndatabase: {table: setl_d}\n")
(TMP / "plan.yaml").write_text(text.replace("encoding: auto\n", "").replace("header: true\n", ""), encoding="utf-8")
run("init", SPACE, "--name", "测试经办机构", "--uscc", "12509803MAT000018C", "--passphrase-file", PASS)
server = databases.Postgres(TMP / "server")
try:
    (TMP / "word").write_text(server.password + "\n")
    databases.load_table(server, SYNTH, "setl_d")
    server.sql("GRANT SELECT ON setl_d TO reader")
    refused = collect(server, "require", False)
    check(refused in ("source.not_encrypted", "source.unreachable"), f"a server without TLS: {refused}")
    turn_on(server)
    refused = collect(server, "off", False)
    check(refused.startswith("source."), f"the server demands TLS: {refused}")
    refused = collect(server, "verify", False)
    check(refused.startswith("source."), f"nobody vouches for its certificate: {refused}")
    check(not [p for p in (SPACE / "vault").rglob("dv_*")], "nothing was taken")
    taken = collect(server, "require", True)
    check(taken["sealed"] and taken["rows"] > 50, f"over TLS: {taken}")
finally:
    server.stop()
print("ok")
