#!/usr/bin/env python3
"""A disk that is really full (a small file system of its own): the node turns read-only, reads go on, what was acknowledged stands, and
nothing half done lies anywhere; with room again, everything goes on. Needs a mount namespace, so it runs itself again inside one."""
import json, os, pathlib, shutil, subprocess, sys

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from outsider import Account, Server, check, uscc

SMALL, PASS, SYNTH = TMP / "small", TMP / "pass", TMP / "synth"
SPACE, FILLER = SMALL / "space", SMALL / "filler"


def run(*args):
    return subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)


def fill():
    """Until not a byte more can be written."""
    with open(FILLER, "ab", buffering=0) as f:
        for size in (1 << 20, 1 << 14, 4096):
            try:
                while True:
                    f.write(b"x" * size)
            except OSError:
                pass
    check(shutil.disk_usage(SMALL).free == 0, "the file system is full")


def below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def disk_full(done, what):
    check(0 < done.returncode < 128 and "disk_full" in done.stderr, f"{what}: {done.returncode} {done.stderr[-300:]}")


def files_appear_whole_or_not_at_all():
    strategy, source = TMP / "strategy.yaml", SYNTH / "fee_list_d.csv"
    columns = source.read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    strategy.write_text("format: sluice-strategy/1\nid: all\nversion: \"1\"\nfields:\n" + "".join(f"  - {{column: {c}, technique: keep}}\n" for c in columns))
    before = below(SMALL)
    disk_full(run("deident", "apply", "--recipe", strategy, source, SMALL / "masked.csv"), "a masked file")
    disk_full(run("synth", "--rows", 500, "--out", SMALL / "synth"), "synthetic data")
    shutil.rmtree(SMALL / "synth", ignore_errors=True)
    check(run("key", "new", "--out", SMALL / "party.key", "--no-passphrase", "--name", "x").returncode != 0, "a key")
    check(below(SMALL) == before, f"nothing half done is left: {set(below(SMALL)) - set(before)}")


def parties(account):
    found, cursor = [], ""
    while True:
        page = account.get("/parties?limit=200" + cursor)
        found += [p["id"] for p in page["items"]]
        if not page.get("next"):
            return set(found)
        cursor = "&cursor=" + page["next"]


def party(serial):
    return {"name": f"参与方{serial}", "uscc": uscc(serial), "role": "data_user", "evidence": "营业执照 " + "x" * 500}


def collected():
    return run("collect", "--space", SPACE, "--plan", SYNTH / "plans/fee_list_d.yaml", "--source-key", SYNTH / "source.pub", "--json", SYNTH / "fee_list_d.csv")


def the_node():
    made = run("init", SPACE, "--name", "测试经办机构", "--uscc", uscc(1), "--passphrase-file", PASS, "--json")
    check(made.returncode == 0, f"init: {made.stderr}")
    password = {a["account"]: a["password"] for a in json.loads(made.stdout)["accounts"]}["sysadmin"]
    server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
    try:
        sysadmin = Account(server, "sysadmin", password).begin()
        known = {sysadmin.post("/parties", party(n))["id"] for n in range(2, 6)}
        fill()
        before = below(SPACE / "vault")
        disk_full(collected(), "a batch")
        check(below(SPACE / "vault") == before, "nothing half done lies in the vault")
        refused = []
        for n in range(10, 400):
            answer = sysadmin.call("POST", "/parties", party(n))
            if answer.status == 201:
                known.add(answer.json["id"])
            else:
                refused.append((answer.status, answer.code))
                if len(refused) == 3:
                    break
        check(refused and refused[0][1] in ("store.disk_full", "ledger.read_only"), f"the first that did not fit is told so: {refused}")
        check(refused[-1] == (503, "ledger.read_only"), f"and from then on nothing is written: {refused}")
        check(known <= parties(sysadmin), "reads go on, with everything that was acknowledged")
        FILLER.unlink()
        check(sysadmin.call("POST", "/parties", party(500)).code == "ledger.read_only", "room alone does not make it write again: it is restarted")
    finally:
        server.stop()
    verified = run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
    check(verified.returncode == 0, f"the ledger verifies: {verified.stdout}")
    server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
    try:
        sysadmin.server = server
        sysadmin.sign_in()
        check(known <= parties(sysadmin), "no acknowledged party is lost")
        sysadmin.post("/parties", party(501))
        done = collected()
        check(done.returncode == 0 and json.loads(done.stdout)[0]["sealed"], f"the batch is sealed now: {done.stderr}")
    finally:
        server.stop()


def inside():
    SMALL.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", SMALL], check=True)
    PASS.write_text("the passphrase of the test\n")
    check(run("synth", "--rows", 3000, "--out", SYNTH).returncode == 0, "synthetic data")
    the_node()
    fill()
    files_appear_whole_or_not_at_all()
    print("ok")


if len(sys.argv) > 1:
    inside()
else:
    flags = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
    if subprocess.run(["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode != 0:
        print("a file system of its own cannot be mounted here: the full disk is left to the unit tests")
        sys.exit(77)
    sys.exit(subprocess.run(["unshare", *flags, sys.executable, __file__, "inside"]).returncode)
