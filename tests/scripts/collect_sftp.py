#!/usr/bin/env python3
"""A folder behind SFTP, against a real OpenSSH server: what is whole is fetched into memory and collected; a host with another key, a key that is not
let in, a folder that is gone and a server that is away are told apart, and leave nothing."""
import functools, json, os, pathlib, shutil, socket, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import desk
from desk import SLUICE, TMP, new_space, run
from outsider import check

SPACE, PASS, SYNTH, SERVER = TMP / "space", TMP / "pass", TMP / "synth", TMP / "sshd"
SSHD = next((p for p in ("/usr/sbin/sshd", "/usr/local/sbin/sshd") if os.path.exists(p)), None)
in_space = functools.partial(desk.in_space, SPACE, PASS)


def keygen(name):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", SERVER / name], check=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Sshd:
    """A server of this user alone, on loopback, that knows SFTP and nothing else."""

    def __init__(self, port, host_key):
        config = SERVER / "config"
        config.write_text(f"Port {port}\nListenAddress 127.0.0.1\nHostKey {SERVER / host_key}\nPidFile none\nAuthorizedKeysFile {SERVER / 'allowed'}\nStrictModes no\nUsePAM no\n"
                          "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\nForceCommand internal-sftp\n")
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stdout=subprocess.DEVNULL, stderr=open(SERVER / "log", "a"), stdin=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        print("no SSH server can be run here:", (SERVER / "log").read_text()[-300:])
        sys.exit(77)

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def story(port, server):
    import getpass
    drop = TMP / "drop"
    drop.mkdir()
    place = f"sftp://{getpass.getuser()}@127.0.0.1:{port}{drop}"
    add = lambda name, host, key, at=place: in_space("sources", "add", at, "--plan", "setl_d.v1", "--name", name, "--every", "1h", "--pattern", "*.csv", "--host-key", SERVER / f"{host}.pub",
                                                     "--identity", SERVER / key)
    source = add("医院专线", "host", "client")["id"]
    ran = lambda which=source, code=0: in_space("sources", "run", which, code=code)
    check(ran().get("outcome") is None, "an empty folder has nothing new")
    # A file that is still growing waits; one without its manifest too.
    shutil.copy(SYNTH / "setl_d.csv", drop)
    waits = ran()["waiting"]
    check(waits == [{"file": "setl_d.csv", "reason": "manifest.missing"}], f"no manifest yet: {waits}")
    shutil.copy(SYNTH / "setl_d.csv.manifest.json", drop)
    (drop / "other.txt").write_text("not of the pattern")
    check(ran()["waiting"][0]["reason"] == "source.still_written", "seen once is not whole")
    taken = ran()
    check(taken["outcome"] == "taken" and len(taken["batches"]) == 1, f"whole at two looks: {taken}")
    check(ran().get("outcome") is None, "not twice")
    check(not [p for p in pathlib.Path("/dev/shm").glob("sluice_*/known_hosts")], "nothing stays in memory")
    check(not [p for p in SPACE.rglob("*.csv")], "nor on the disk")
    lines = (SYNTH / "setl_d.csv").read_text(encoding="utf-8").splitlines()
    needle = lines[1].split(",")[0].encode()
    check(len(needle) < 8 or not [p for p in SPACE.rglob("*") if p.is_file() and needle in p.read_bytes()], "no plaintext")
    # A forged batch is held as from anywhere else.
    (drop / "forged.csv").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    manifest = json.loads((SYNTH / "setl_d.csv.manifest.json").read_text())
    manifest.update(file="forged.csv", sm3="0" * 64)
    (drop / "forged.csv.manifest.json").write_text(json.dumps(manifest))
    ran()
    held = ran(code=7)
    check(held["outcome"] == "held" and held["reason"].startswith("manifest."), f"{held}")
    # Who is not who was pinned, and who is not let in.
    refused = lambda name, host, key, at=place: ran(add(name, host, key, at)["id"], code=1)["reason"]
    check(refused("另一主机", "other_host", "client") == "source.host_key", "another host key")
    check(refused("另一密钥", "host", "stranger") == "source.sign_in_refused", "a key that is not let in")
    check(refused("没有的文件夹", "host", "client", place + "/gone") == "source.no_folder", "a folder that is gone")
    check(in_space("sources", "add", place + '/a"b', "--plan", "setl_d.v1", "--name", "x", "--every", "1h", "--host-key", SERVER / "host.pub", "--identity", SERVER / "client",
                   code=1) == "source.bad_place", "a name that would be a command")
    ledger = (SPACE / "ledger.sqlite").read_bytes() + (SPACE / "registry.sqlite").read_bytes()
    secret = (SERVER / "client").read_text().splitlines()[2].encode()
    check(secret not in ledger, "the private key lies sealed")
    server.stop()
    check(ran(code=1)["reason"] == "source.unreachable", "a server that is away")
    shown = in_space("sources", source)
    check(shown["source_kind"] == "sftp" and shown["where"]["host"] == "127.0.0.1" and "password" not in json.dumps({k: v for k, v in shown.items() if k != "can"}), f"{shown}")
    run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")


if not SSHD or not shutil.which("sftp"):
    print("no OpenSSH server or client here")
    sys.exit(77)
SERVER.mkdir()
os.chmod(SERVER, 0o700)
for name in ("host", "other_host", "client", "stranger"):
    keygen(name)
shutil.copy(SERVER / "client.pub", SERVER / "allowed")
PASS.write_text("a passphrase of tests\n")
run("synth", "--out", SYNTH, "--rows", "500", "--seed", "3")
new_space(SPACE, PASS)
# A first batch by hand adopts the plan.
first = TMP / "first" / "setl_d.csv"
first.parent.mkdir()
first.write_text("\n".join((SYNTH / "setl_d.csv").read_text(encoding="utf-8").splitlines()[:3]) + "\n", encoding="utf-8")
in_space("collect", "--plan", SYNTH / "plans" / "setl_d.yaml", "--source-key", SYNTH / "source.pub", first, code=7)
port = free_port()
server = Sshd(port, "host")
node = subprocess.Popen([SLUICE, "serve", "--space", SPACE, "--passphrase-file", PASS, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)
try:
    check("https://" in node.stdout.readline(), "the node starts")
    story(port, server)
finally:
    server.stop()
    node.terminate()
    node.wait(30)
print("ok")
