#!/usr/bin/env python3
"""A database that speaks TLS: rows are collected over it; a server without TLS is refused where it is demanded, one whose certificate nobody vouches for
where that is; a server that demands TLS refuses a description that does without. A private authority that the description names vouches for its own servers and no
others, at the command line and for a registered source. PostgreSQL and MariaDB; no SQL Server can be had here: what is said to its driver is checked in
tests/unit/odbc/dialect_test.cc."""
import json, os, shutil, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import databases
from desk import TMP, new_space, run
from outsider import check

PASS, SYNTH, SPACE = TMP / "pass", TMP / "synth", TMP / "space"


def with_tls(server, words):
    path = server.describe(TMP / "source.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("tls: off", f"tls: {words}"), encoding="utf-8")
    return path


def collect(server, words, expect, plan="plan.yaml"):
    done = run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", TMP / plan, "--password-file", TMP / "word", "--json", f"odbc:{with_tls(server, words)}", code=None)
    check((done.returncode == 0) == expect, f"tls {words}: exit {done.returncode}: {done.stdout[-300:]} {done.stderr[-300:]}")
    return json.loads(done.stdout)[0] if expect else json.loads(done.stderr.splitlines()[-1])["code"]


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True)


def new_authority(name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout", TMP / f"{name}.key", "-out", TMP / f"{name}.pem")


def signed_by(authority, host):
    """server.key and server.crt in TMP, for this host, vouched for by the authority."""
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=database", "-keyout", TMP / "server.key", "-out", TMP / "server.csr")
    (TMP / "names").write_text(f"subjectAltName={host}\n")
    openssl("x509", "-req", "-days", "2", "-in", TMP / "server.csr", "-CA", TMP / f"{authority}.pem", "-CAkey", TMP / f"{authority}.key", "-CAcreateserial", "-extfile", TMP / "names",
            "-out", TMP / "server.crt")


def put_certificate(server):
    data = server.folder / "data"
    owner = data.stat()
    for name in ("server.key", "server.crt"):
        shutil.copy(TMP / name, data / name)
        os.chown(data / name, owner.st_uid, owner.st_gid)
        os.chmod(data / name, 0o600)
    server.sql("SELECT pg_reload_conf()")
    time.sleep(0.5)


def turn_on(server):
    data = server.folder / "data"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", TMP / "server.key", "-out", TMP / "server.crt")
    put_certificate(server)
    server.sql("ALTER SYSTEM SET ssl = on")
    rules = (data / "pg_hba.conf").read_text()
    (data / "pg_hba.conf").write_text("hostssl all reader 127.0.0.1/32 scram-sha-256\nhostnossl all reader 127.0.0.1/32 reject\n" + rules)
    server.sql("SELECT pg_reload_conf()")


def mariadb_over_tls():
    """The same laws of MariaDB, whose connector checks certificates in code of its own."""
    for name in ("ours", "theirs"):
        new_authority(name)
    signed_by("ours", "IP:127.0.0.1")
    server = databases.MariaDb(TMP / "mariadb", tls=(TMP / "server.key", TMP / "server.crt"))
    try:
        (TMP / "word").write_text(server.password + "\n")
        databases.load_table(server, SYNTH, "setl_d")
        server.sql("ALTER USER reader@'127.0.0.1' REQUIRE SSL")
        for number, words in ((4, "require"), (5, "verify\nca_file: ours.pem")):
            (TMP / f"plan{number}.yaml").write_text((TMP / "plan.yaml").read_text(encoding="utf-8").replace("id: setl_d.v1", f"id: mariadb{number}.v1"), encoding="utf-8")
            taken = collect(server, words, True, f"plan{number}.yaml")
            check(taken["sealed"] and taken["rows"] > 50, f"MariaDB, {words}: {taken}")
        refused = collect(server, "off", False)
        check(refused.startswith("source."), f"MariaDB demands TLS: {refused}")
        check(collect(server, "verify", False) == "source.certificate_refused", "MariaDB: the machine trusts none of ours")
        check(collect(server, "verify\nca_file: theirs.pem", False) == "source.certificate_refused", "MariaDB: another authority does not vouch for it")
        signed_by("ours", "DNS:elsewhere.example")
        server.take_certificate(TMP / "server.key", TMP / "server.crt")
        server.sql("FLUSH SSL")
        check(collect(server, "verify\nca_file: ours.pem", False) == "source.certificate_refused", "MariaDB: vouched for, but as another host")
    finally:
        server.stop()


found, why = databases.available()
if databases.Postgres not in found:
    print("no PostgreSQL server here:", why)
    sys.exit(77)
PASS.write_text("a passphrase of tests\n")
run("synth", "--out", SYNTH, "--rows", "300", "--seed", "3")
text = (SYNTH / "plans" / "setl_d.yaml").read_text(encoding="utf-8").replace("file_format: csv\n", "file_format: database\ndatabase: {table: setl_d}\n")
(TMP / "plan.yaml").write_text(text.replace("encoding: auto\n", "").replace("header: true\n", ""), encoding="utf-8")
new_space(SPACE, PASS)
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

    # A private authority: its own server is believed, at its own name, and no other.
    new_authority("ours")
    new_authority("theirs")
    signed_by("ours", "IP:127.0.0.1")
    put_certificate(server)
    (TMP / "plan2.yaml").write_text((TMP / "plan.yaml").read_text(encoding="utf-8").replace("id: setl_d.v1", "id: verified.v1"), encoding="utf-8")
    check(collect(server, "verify", False) == "source.certificate_refused", "no authority named, and the machine trusts none of ours")
    check(collect(server, "verify\nca_file: theirs.pem", False) == "source.certificate_refused", "another authority does not vouch for it")
    taken = collect(server, "verify\nca_file: ours.pem", True, "plan2.yaml")
    check(taken["sealed"] and taken["rows"] > 50, f"over TLS with a private authority: {taken}")
    for words, what in (("verify\nca_file: ours.key", "a private key is no certificate"), ("require\nca_file: ours.pem", "an authority that nobody would ask")):
        check(collect(server, words, False) == "source.bad_member", what)
    check(collect(server, "verify\nca_file: nowhere.pem", False) == "file.not_found", "a file that is not there")
    (TMP / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    refused = collect(server, "verify\nca_file: broken.pem", False)
    check(refused in ("source.bad_member", "source.certificate_refused"), f"what is no certificate: {refused}")

    # Registered, the source keeps the authority itself: the operator's file may go.
    described = with_tls(server, "verify\nca_file: ours.pem")
    (TMP / "plan3.yaml").write_text((TMP / "plan.yaml").read_text(encoding="utf-8").replace("id: setl_d.v1", "id: scheduled.v1"), encoding="utf-8")
    run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", TMP / "plan3.yaml", "--password-file", TMP / "word", "--json", f"odbc:{described}")
    added = json.loads(run("sources", "add", "--space", SPACE, "--passphrase-file", PASS, "--plan", "scheduled.v1", "--name", "结算库", "--every", "3600", "--source-password-file", TMP / "word",
                           f"odbc:{described}", "--json").stdout)
    check("BEGIN CERTIFICATE" in added["where"]["description"]["ca"] and "PRIVATE" not in json.dumps(added), "the certificate is public and stands with the source")
    (TMP / "ours.pem").rename(TMP / "moved.pem")
    server.sql("DELETE FROM setl_d WHERE ctid = (SELECT ctid FROM setl_d LIMIT 1)")
    ran = json.loads(run("sources", "run", "--space", SPACE, "--passphrase-file", PASS, added["id"], "--json").stdout)
    check(ran["outcome"] == "taken", f"a scheduled run over verified TLS: {ran}")
    (TMP / "moved.pem").rename(TMP / "ours.pem")
    signed_by("ours", "DNS:elsewhere.example")
    put_certificate(server)
    check(collect(server, "verify\nca_file: ours.pem", False) == "source.certificate_refused", "vouched for, but as another host")
    ran = json.loads(run("sources", "run", "--space", SPACE, "--passphrase-file", PASS, added["id"], "--json", code=1).stdout)
    check(ran["outcome"] == "failed" and ran["reason"] == "source.certificate_refused", f"a scheduled run says so: {ran}")
finally:
    server.stop()
if databases.MariaDb in found:
    mariadb_over_tls()
print("ok" if databases.MariaDb in found else "ok; no MariaDB server here")
