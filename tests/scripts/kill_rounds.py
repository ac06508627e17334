#!/usr/bin/env python3
"""kill -9 on the real server: no acknowledged command is lost, and the ledger verifies against every earlier checkpoint.

Also: the key agent alone is killed, a second server asks for the same space, the passphrase is wrong.
"""
import hashlib, http.client, json, os, pathlib, random, signal, ssl, subprocess, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from outsider import PASSWORD, check, children, uscc

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
SPACE, PASS = TMP / "space", TMP / "pass"
def run(*args):
    return subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Server:
    def __init__(self):
        self.log = open(TMP / "server.log", "ab")
        self.process = subprocess.Popen([SLUICE, "serve", "--space", SPACE, "--passphrase-file", PASS, "--listen", "127.0.0.1:0"],
                                        stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        check("https://" in line, f"the server starts: {line!r}")
        self.port = int(line.rsplit(":", 1)[1].strip().strip("/"))
        self.agent = children(self.process.pid)
        check(len(self.agent) == 1, "one child: the key agent")

    def kill(self):
        family = children(self.process.pid)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        until = time.time() + 10
        while any(map(alive, family)) and time.time() < until:
            time.sleep(0.02)
        check(not any(map(alive, family)), "key agent and workers end with their server")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


class Client:
    def __init__(self, port):
        self.context = ssl._create_unverified_context()
        self.port, self.headers, self.connection = port, {}, None

    def ask(self, method, path, body=None):
        if not self.connection:
            self.connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=30)
        headers = dict(self.headers, **({"Content-Type": "application/json"} if body is not None else {}))
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        raw = answer.read()
        if answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
        return answer.status, (json.loads(raw) if raw else None)

    def sign_in(self, account, password):
        status, me = self.ask("POST", "/api/v1/session", {"account": account, "password": password})
        check(status == 200, f"sign-in: {status} {me}")
        self.headers["X-CSRF-Token"] = me["csrf"]
        return me

    def twin(self):
        other = Client(self.port)
        other.headers = dict(self.headers)
        return other


def party(serial):
    return {"name": f"测试参与方{serial}", "uscc": uscc(serial), "role": "data_user", "evidence": f"营业执照 测试-{serial}"}


def parties(client):
    found, cursor = set(), ""
    while True:
        status, page = client.ask("GET", "/api/v1/parties?limit=200" + (f"&cursor={cursor}" if cursor else ""))
        check(status == 200, f"the list of parties: {status} {page}")
        found.update(item["id"] for item in page["items"])
        cursor = page.get("next")
        if not cursor:
            return found


def write_until_killed(server, client, first_serial, seconds):
    """Four threads register parties; the server is killed under them. Returns the acknowledged ids."""
    acknowledged, refused = [], []

    def work(lane):
        mine = client.twin()
        for n in range(100000):
            try:
                status, answer = mine.ask("POST", "/api/v1/parties", party(first_serial + 4 * n + lane))
            except (OSError, http.client.HTTPException, ValueError):
                return  # killed before the answer was whole: nothing was promised
            (acknowledged if status == 201 else refused).append(answer["id"] if status == 201 else (status, answer))
            if status != 201:
                return

    threads = [threading.Thread(target=work, args=(lane,)) for lane in range(4)]
    for t in threads:
        t.start()
    time.sleep(seconds)
    server.kill()
    for t in threads:
        t.join(40)
    check(not refused, f"no registration is refused: {refused[:1]}")
    return acknowledged


def ledger_verify(trust):
    done = run("ledger", "verify", "--space", SPACE, "--trust", trust)
    check(done.returncode == 0, f"the ledger verifies against {trust}: {done.returncode} {done.stdout} {done.stderr}")


def kill_rounds(first_password):
    server, known, checkpoints, changed = Server(), set(), [], False
    for seed in (1, 2, 3):
        client = Client(server.port)
        me = client.sign_in("sysadmin", PASSWORD if changed else first_password)
        if not changed:
            check(me["must_change_password"], "the first password must be changed")
            status, answer = client.ask("POST", "/api/v1/parties", party(1))
            check(status == 403, f"nothing is done before that: {status} {answer}")
            status, _ = client.ask("POST", "/api/v1/session/password", {"old": first_password, "new": PASSWORD})
            check(status == 204, "the password changes")
            changed = True
        acknowledged = write_until_killed(server, client, seed * 100000, 0.3 + random.Random(seed).random() * 1.7)
        check(acknowledged, "the server got something done before it was killed")
        known.update(acknowledged)
        server = Server()
        client = Client(server.port)
        client.sign_in("sysadmin", PASSWORD)
        lost = known - parties(client)
        check(not lost, f"round {seed}: {len(lost)} of {len(known)} acknowledged parties are lost")
        checkpoint = TMP / f"checkpoint.{seed}"
        checkpoint.write_text(latest_checkpoint())
        checkpoints.append(checkpoint)
        for trust in [SPACE / "trust.txt", *checkpoints]:
            ledger_verify(trust)
        print(f"round {seed}: {len(acknowledged)} acknowledged, {len(known)} in all, none lost")
    return server


def latest_checkpoint():
    """The newest signed note, read beside the running server."""
    out = TMP / "tiles"
    done = run("ledger", "export-tiles", "--space", SPACE, out)
    check(done.returncode == 0, f"tiles are exported: {done.stderr}")
    return (out / "checkpoint").read_text()


def second_server():
    done = run("serve", "--space", SPACE, "--passphrase-file", PASS, "--listen", "127.0.0.1:0")
    check(done.returncode == 5 and "space.locked" in done.stderr, f"a second server is refused: {done.returncode} {done.stderr}")


def agent_killed(server):
    client = Client(server.port)
    client.sign_in("sysadmin", PASSWORD)
    os.kill(server.agent[0], signal.SIGKILL)
    synth = TMP / "synth"
    check(run("synth", "--rows", 200, "--out", synth).returncode == 0, "synthetic data")
    done = run("collect", "--space", SPACE, "--plan", synth / "plans/psn_info_b.yaml", "--source-key", synth / "source.pub", synth / "psn_info_b.csv")
    check(done.returncode == 8 and "key_agent.gone" in done.stderr, f"work on data says what is away: {done.returncode} {done.stderr}")
    check(not list((SPACE / "vault").iterdir()), "nothing half done lies in the vault")
    status, _ = client.ask("GET", "/api/v1/parties?limit=5")
    check(status == 200, f"reads go on: {status}")
    status, _ = client.ask("GET", "/healthz")
    check(status in (200, 503) and server.process.poll() is None, f"the server lives and says how it is: {status}")


def digests():
    return {p.relative_to(SPACE).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(SPACE.rglob("*"))
            if p.is_file() and not p.name.endswith(("-shm", "-wal"))}


def wrong_passphrase():
    wrong = TMP / "wrong"
    wrong.write_text("not the passphrase of it\n")
    before = digests()
    done = run("serve", "--space", SPACE, "--passphrase-file", wrong, "--listen", "127.0.0.1:0")
    check(0 < done.returncode < 128 and "(" in done.stderr and "passphrase" in done.stderr, f"a wrong passphrase: {done.returncode} {done.stderr}")
    check("not the passphrase" not in done.stderr, "the passphrase is not echoed")
    check(digests() == before, "a wrong passphrase changes nothing")
    missing = run("serve", "--space", SPACE, "--passphrase-file", TMP / "nowhere", "--listen", "127.0.0.1:0")
    check(missing.returncode == 3 and digests() == before, f"no passphrase file: {missing.returncode} {missing.stderr}")


def main():
    PASS.write_text("the passphrase of the test\n")
    bad = run("init", SPACE, "--name", "测试经办机构", "--uscc", "91350211M000100Y43", "--passphrase-file", PASS)
    check(bad.returncode == 1 and "space.bad_uscc" in bad.stderr and not SPACE.exists(), f"a refused init leaves nothing: {bad.stderr}")
    made = run("init", SPACE, "--name", "测试经办机构", "--uscc", uscc(0), "--passphrase-file", PASS, "--json")
    check(made.returncode == 0, f"init: {made.stderr}")
    password = {a["account"]: a["password"] for a in json.loads(made.stdout)["accounts"]}["sysadmin"]
    server = kill_rounds(password)
    try:
        second_server()
        agent_killed(server)
    finally:
        server.stop()
    wrong_passphrase()
    server = Server()  # and the right one still opens it
    server.stop()
    ledger_verify(SPACE / "trust.txt")


main()
