#!/usr/bin/env python3
"""What somebody with the disk may do to a space that was closed or is served: keys taken away, chunks bent, replayed or gone, ledger rows
and the snapshot rewritten. Each is told by a stable reason, makes nobody a right, and leaves nothing half done. And a line without end."""
import http.client, itertools, json, os, pathlib, shutil, socket, sqlite3, stat, subprocess, sys, time

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from outsider import Server, check, request, uscc

GOOD, PASS = TMP / "good", TMP / "pass"
PLAN = """format: sluice-plan/1
id: people.v1
dataset: 人员
table: people
source: {name: 示例医院, uscc: "12449801MX0000019J"}
file_format: csv
purpose: 测试
legal_basis: 合成数据
frequency: 一次
fields:
  - {name: id, title: 标识, type: text, required: true, key: true, necessity: 唯一}
  - {name: sex, title: 性别, type: text, values: [M, F], necessity: 统计}
  - {name: city, title: 城市, type: text, necessity: 统计}
"""


def run(*args, timeout=120):
    return subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=timeout)


class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.host)


def ask(space, method, path, body=None):
    """The operator of the machine, through the socket of the server."""
    connection = Local("localhost")
    connection.host = str(space / "sluice.sock")
    connection.request(method, "/api/v1" + path, json.dumps(body or {}), {"Content-Type": "application/json", "Host": "localhost"})
    answer = connection.getresponse()
    raw = answer.read()
    return answer.status, json.loads(raw) if raw else None


def make():
    PASS.write_text("the passphrase of the test\n")
    check(run("init", GOOD, "--name", "测试经办机构", "--uscc", uscc(1), "--passphrase-file", PASS).returncode == 0, "init")
    work = TMP / "work"
    work.mkdir()
    (work / "plan.yaml").write_text(PLAN)
    check(run("key", "new", "--out", work / "source.key", "--no-passphrase", "--name", "示例医院").returncode == 0, "a key of the source")
    versions = []
    for part in (0, 1):
        if part == 1:
            shutil.copytree(GOOD, TMP / "older")
        rows = work / f"people{part}.csv"
        rows.write_text("id,sex,city\n" + "".join(f"p{part}{n},{'MF'[n % 2]},c{n % 7}\n" for n in range(500)))
        check(run("manifest", "--plan", work / "plan.yaml", "--key", work / "source.key", rows).returncode == 0, "a manifest")
        done = run("collect", "--space", GOOD, "--passphrase-file", PASS, "--plan", work / "plan.yaml", "--source-key", work / "source.key.pub", "--json", rows)
        check(done.returncode == 0, f"collected: {done.stderr}")
        versions.append(json.loads(done.stdout)[0])
    return versions


def the_folder_is_its_owners():
    for made in (GOOD, TMP / "unattended"):
        if not made.exists():
            check(run("init", made, "--name", "无口令", "--uscc", uscc(2)).returncode == 0, "a space without a passphrase of one's own")
        check(stat.S_IMODE(made.stat().st_mode) == 0o700, f"{made.name}: nobody else may look into a space: {oct(made.stat().st_mode)}")
    (TMP / "open").mkdir(mode=0o755)
    check(run("init", TMP / "open", "--name", "空文件夹", "--uscc", uscc(3)).returncode == 0, "a space in a folder that was there")
    for made in (GOOD, TMP / "open"):
        for path in [made / "ledger.sqlite", made / "registry.sqlite", *(made / "keys").iterdir()]:
            check(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, f"{path} is its owner's alone: {oct(path.stat().st_mode)}")
    check(stat.S_IMODE((TMP / "unattended/keys/passphrase").stat().st_mode) == 0o400, "and a passphrase that lies there is its owner's to read")


def copy(name):
    shutil.copytree(GOOD, TMP / name)
    return TMP / name


def does_not_start(name, change, reason):
    space = copy(name)
    change(space)
    before = {p: p.read_bytes() for p in space.rglob("*") if p.is_file() and p.name != "lock" and not p.name.endswith(("-shm", "-wal"))}
    try:
        done = run("serve", "--space", space, "--passphrase-file", PASS, "--listen", "127.0.0.1:0", timeout=20)
    except subprocess.TimeoutExpired:
        check(False, f"{name}: a server serves it")
    check(0 < done.returncode < 128 and f"({reason})" in done.stderr, f"{name}: {reason}, got {done.returncode} {done.stderr[-300:]}")
    check(all(p.exists() and p.read_bytes() == content for p, content in before.items()), f"{name}: nothing was changed by the try")


def bend(path, at=-20):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def rewrite(space, seq, old, new):
    db = sqlite3.connect(space / "ledger.sqlite")
    (body,) = db.execute("select body from entry where seq=?", (seq,)).fetchone()
    body = bytes(body) if isinstance(body, bytes) else body.encode()
    check(old in body and len(old) == len(new), f"entry {seq} holds {old}")
    db.execute("update entry set body=? where seq=?", (body.replace(old, new), seq))
    db.commit()
    db.close()


def reseal(file):
    """Another character of the same alphabet inside what is sealed: a file that reads well and is not what was written."""
    content = json.loads(file.read_text())
    key = content["ledger_sm2"]
    content["ledger_sm2"] = key[:20] + ("B" if key[20] == "A" else "A") + key[21:]
    file.write_text(json.dumps(content))


def keys_and_rows():
    for file in ("root.json", "space.json"):
        does_not_start("no " + file, lambda space: (space / "keys" / file).unlink(), "key_agent.no_keys")
    does_not_start("no signed.json", lambda space: (space / "keys/signed.json").unlink(), "key_agent.bad_signed_state")
    does_not_start("bent space.json", lambda space: reseal(space / "keys/space.json"), "custody.tampered")
    does_not_start("no registry", lambda space: (space / "registry.sqlite").unlink(), "store.missing")
    db = sqlite3.connect(GOOD / "ledger.sqlite")
    granted = [(seq, bytes(body) if isinstance(body, bytes) else body.encode()) for seq, body in db.execute("select seq, body from entry order by seq")]
    seq = next(n for n, body in granted if b'"security_admin"' in body)
    db.close()

    def changed_row(space):
        rewrite(space, seq, b'"security_admin"', b'"data_manager"  ')
        shutil.rmtree(space / "projections")
    does_not_start("a duty in a ledger row", changed_row, "ledger.entry_changed")
    does_not_start("the last row gone", lambda space: execute(space, "delete from entry where seq=(select max(seq) from entry)"), "ledger.head_differs")


def an_older_ledger(older):
    """A ledger and a registry of yesterday, put back under the keys of today: nothing is served, nothing of today's data is swept away."""
    def put_back(space):
        for name in ("ledger.sqlite", "registry.sqlite"):
            shutil.copy(older / name, space / name)
        shutil.rmtree(space / "projections")
    does_not_start("an older ledger", put_back, "ledger.shorter_than_signed")
    newest = TMP / "newest"
    newest.write_text(run("ledger", "checkpoint", "--space", GOOD).stdout)
    verified = run("ledger", "verify", "--space", older, "--trust", newest)
    check(verified.returncode == 6, f"and whoever saw a later checkpoint finds it out: {verified.stdout}")
    check(run("ledger", "verify", "--space", GOOD, "--trust", newest).returncode == 0, "as the true one is found true")


def execute(space, statement):
    db = sqlite3.connect(space / "ledger.sqlite")
    db.execute(statement)
    db.commit()
    db.close()


def a_forged_snapshot(version):
    """Whoever writes into the snapshot of the state that the operator may not work on data, or may do more, has written nothing."""
    space = copy("forged snapshot")
    snapshot = space / "projections/state.json"
    text = snapshot.read_text(encoding="utf-8")
    check(text.count('"data_manager"') >= 1, "the operator's duty stands in the snapshot")
    snapshot.chmod(0o600)
    snapshot.write_text(text.replace('"data_manager"', '"broker"'), encoding="utf-8")
    server = Server(SLUICE, space, PASS, TMP / "server.log")
    try:
        status, answer = ask(space, "POST", f"/datasets/{version['dataset']}/versions/{version['version']}/risk", {"quasi": ["sex"]})
        check(status == 200, f"the ledger's word counts, not the snapshot's: {status} {answer}")
    finally:
        server.stop()
    check(b"space.snapshot_mac" in (TMP / "server.log").read_bytes(), "and the log says that the snapshot was not believed")


def chunks(versions):
    space = copy("chunks")
    first, second = (space / "vault" / v["version"] for v in versions)
    server = Server(SLUICE, space, PASS, TMP / "server.log")

    def risk(version):
        return ask(space, "POST", f"/datasets/{version['dataset']}/versions/{version['version']}/risk", {"quasi": ["sex", "city"]})

    def refused(what, reasons):
        status, answer = risk(versions[1])
        check(400 <= status and answer.get("code") in reasons, f"{what}: {status} {answer}")
        check(server.process.poll() is None, f"{what}: the server lives")
    try:
        check(risk(versions[1])[0] == 200, "as it was")
        column = second / "0001.col"
        good = column.read_bytes()
        column.chmod(0o600)
        bend(column, len(good) // 2)
        refused("a bent chunk", ("vault.chunk_tampered",))
        column.write_bytes((first / "0001.col").read_bytes())
        refused("the same column of the version before, replayed", ("vault.chunk_tampered", "vault.extra_bytes", "vault.file_truncated"))
        column.write_bytes((second / "0002.col").read_bytes())
        refused("another column of the version", ("vault.chunk_tampered", "vault.extra_bytes", "vault.file_truncated"))
        column.unlink()
        refused("a chunk that is gone", ("vault.file_missing",))
        column.write_bytes(good)
        manifest = second / "manifest.json"
        kept = manifest.read_bytes()
        manifest.chmod(0o600)
        manifest.write_bytes((first / "manifest.json").read_bytes())
        refused("the manifest of the version before", ("vault.wrong_manifest", "vault.bad_manifest", "vault.manifest_differs"))
        manifest.write_bytes(kept)
        check(risk(versions[1])[0] == 200 and risk(versions[0])[0] == 200, "whole again, it opens again")
    finally:
        server.stop()
    check(run("ledger", "verify", "--space", space, "--trust", space / "trust.txt").returncode == 0, "the ledger verifies after it")


def unsigned_is_said():
    """The agent's record of what it signed cannot be written: entries stay durable but unsigned, /healthz says so until it is mended."""
    space = TMP / "unsigned"
    shutil.copytree(GOOD, space)
    server = Server(SLUICE, space, PASS, TMP / "unsigned.log")
    record, kept, serials = space / "keys/signed.json", TMP / "signed.json", itertools.count(500)

    def health_becomes(status):
        until = time.time() + 30
        while time.time() < until:
            # Registered or refused, it is an entry: something new to sign.
            ask(space, "POST", "/parties", {"name": "测试参与方", "uscc": uscc(next(serials)), "role": "data_user", "evidence": "营业执照"})
            answer = request(server, "GET", "/healthz")
            if answer.status == status:
                return answer
            time.sleep(0.3)
        check(False, f"/healthz becomes {status}, it is {answer.status} {answer.body}")

    try:
        check(request(server, "GET", "/healthz").status == 200, "all is well")
        record.rename(kept)
        record.mkdir()
        check(health_becomes(503).code == "ledger.not_signed", "it says that nothing is signed")
        record.rmdir()
        kept.rename(record)
        health_becomes(200)
    finally:
        server.stop()
    check(run("ledger", "verify", "--space", space, "--trust", space / "trust.txt").returncode == 0, "the ledger verifies after it")


def peak_bytes(args):
    """Runs a command; what it and its workers took at most."""
    process = subprocess.Popen([SLUICE, *map(str, args)], stdout=open(TMP / "said.out", "w"), stderr=open(TMP / "said.err", "w"), stdin=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, (TMP / "said.err").read_text() + (TMP / "said.out").read_text(), used.ru_maxrss * 1024


def a_line_without_end():
    """Ten gigabytes without a line end (one for collect, which reads to the end to name what it holds): each reader keeps to its memory."""
    work, out = TMP / "work", TMP / "out.csv"
    strategy = work / "strategy.yaml"
    strategy.write_text("format: sluice-strategy/1\nid: one\nversion: \"1\"\nunlisted: suppress\nfields:\n  - {column: id, technique: keep}\n")
    vault = sorted(p.name for p in (GOOD / "vault").iterdir())
    (work / "said").mkdir()
    for name, head in (("line.csv", "id,sex,city\n"), ("quote.csv", 'id,sex,city\np1,M,c1\n"')):
        file = TMP / name
        # The source's true word, but about another file: the batch is new, the manifest is believed, so the file is read.
        said = work / "said" / name
        said.write_text(f"id,sex,city\n{name},M,c1\n")
        check(run("manifest", "--plan", work / "plan.yaml", "--key", work / "source.key", said).returncode == 0, "a manifest")
        shutil.copy(f"{said}.manifest.json", f"{file}.manifest.json")
        collect = ["collect", "--space", GOOD, "--passphrase-file", PASS, "--plan", work / "plan.yaml", "--source-key", work / "source.key.pub", file]
        for size, args in ((10, ["classify", file]), (10, ["deident", "apply", "--recipe", strategy, file, out]), (10, ["verify", file]),
                           (10, ["manifest", "--plan", work / "plan.yaml", "--key", work / "source.key", file]), (1, collect)):
            with open(file, "wb") as f:
                f.write(head.encode())
                f.truncate(size << 30)
            code, told, peak = peak_bytes(args)
            check(0 < code < 128 and any(word in told for word in ("too_long", "too_large", "held")), f"{args[0]} {name}: {code} {told[-300:]}")
            check(peak < 700 << 20, f"{args[0]} {name}: took {peak >> 20} MiB")
            check(not out.exists() and not list(TMP.glob("out.csv*")), f"{args[0]} {name}: nothing is left")
            print(f"{args[0]} {name}: {peak >> 20} MiB, {told.strip().splitlines()[-1][:110]}")
    check(vault == sorted(p.name for p in (GOOD / "vault").iterdir()), "nothing came into the vault")


def main():
    versions = make()
    the_folder_is_its_owners()
    a_line_without_end()
    keys_and_rows()
    an_older_ledger(TMP / "older")
    chunks(versions)
    a_forged_snapshot(versions[0])
    unsigned_is_said()
    print("ok")


main()
