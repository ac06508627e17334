#!/usr/bin/env python3
"""kill -9 while versions move between tiers, round after round, on one file system and (where something can be mounted) onto another. Laws: after
each kill every version is whole in one place or in both, byte for byte; the next run goes on and leaves it in its tier alone; each move is one entry of
the ledger; whatever was moved can still be read with its keys."""
import hashlib, json, os, random, signal, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency
from outsider import check

ROUNDS, VERSIONS = 6, 3
SEED = random.randrange(1 << 30)
CHANCE = random.Random(SEED)


def content(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def places(a, version):
    return [p for p in a.space.glob("vault/**/" + version) if p.is_dir()]


def hidden(a):
    return [str(p) for p in (a.space / "vault").rglob(".*")]


def tiers(a):
    return [a.sluice, "storage", "tiers", "--space", str(a.space), "--passphrase-file", str(a.passphrase), "--json"]


def kill_in_a_move(a, waiting):
    """Killed within a few milliseconds of the first change that a move makes; gives whether it was still at work."""
    tops = {p: sorted(x.name for x in p.iterdir()) for p in [a.space / "vault", *(a.space / "vault").glob("level-*")]}
    running = subprocess.Popen(tiers(a), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    while running.poll() is None:
        time.sleep(0.0005)
        now = {p: sorted(x.name for x in p.iterdir()) for p in [a.space / "vault", *(a.space / "vault").glob("level-*")]}
        if now != tops:
            time.sleep(CHANCE.random() * 0.02)
            running.send_signal(signal.SIGKILL)
            break
    running.wait(60)
    return running.returncode == -signal.SIGKILL


def moved_entries(a, version):
    found = json.loads(a.run("ledger", "search", "--space", a.space, "--kind", "storage.version_tiered", "--limit", "200", "--json"))["entries"]
    return [e for e in found if version in e["objects"]]


def one_round(a, make):
    waiting = make()
    before = {v: content(places(a, v)[0]) for v in waiting}
    a.server.stop()
    kills = 0
    for _ in range(VERSIONS + 1):
        kills += kill_in_a_move(a, waiting)
        for v in waiting:
            lies = places(a, v)
            check(lies, f"{v} is nowhere")
            for place in lies:
                check(content(place) == before[v], f"{v} is not whole in {place}")
    done = subprocess.run(tiers(a), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
    check(done.returncode == 0, f"it goes on: {done.stderr}")
    for v in waiting:
        lies = places(a, v)
        check(len(lies) == 1 and lies[0].parent.name.startswith("level-"), f"{v} in its tier, once: {lies}")
        check(content(lies[0]) == before[v], f"{v} as it was")
        check(len(moved_entries(a, v)) == 1, f"{v}: one move, one entry")
    check(not hidden(a), f"nothing half is left: {hidden(a)}")
    taken = subprocess.run([a.sluice, "storage", "inventory", "--space", a.space, "--passphrase-file", a.passphrase, "--json"], capture_output=True, text=True, timeout=120)
    check(taken.returncode == 0, f"every chunk: {taken.stdout} {taken.stderr}")
    a.restart()
    for account in a.people.values():
        if account.name in ("officer", "manager"):
            account.sign_in()
    for v in waiting:
        report = a.work("officer", f"/versions/{v}/recheck", {})
        check(report["holds"], f"{v} is read with its keys: {report}")
    return kills


def story(mount):
    a = Agency()
    try:
        a.staff()
        synth = a.tmp / "synth"
        a.run("synth", "--out", synth, "--rows", 4000, "--seed", "7")
        batch = a.collect(synth / "plans/setl_d.yaml", synth / "source.pub", synth / "setl_d.csv")
        a.graded(batch)
        columns = [c["column"] for c in a.people["manager"].get(f"/datasets/{batch['dataset']}")["columns"]]
        first = a.masked(batch, columns, {"begndate": {"technique": "date", "unit": "year"}, "gend": {"technique": "keep"}}, title="试", k_min=1, quasi_identifiers=["begndate"])
        strategy = a.people["manager"].get(f"/datasets/{batch['dataset']}")["strategies"][0]["id"]

        def make():
            return [a.work("officer", f"/strategies/{strategy}/apply", {"version": batch["version"]})["version"] for _ in range(VERSIONS)]

        kills = one_round(a, lambda: [first["version"], *make()[1:]])
        level = places(a, first["version"])[0].parent
        for n in range(1, ROUNDS):
            if mount and n == ROUNDS // 2:
                # From here on their tier is another file system: moving copies, checks and takes away.
                a.server.stop()
                aside = a.tmp / "aside"
                subprocess.run(["cp", "-a", str(level), str(aside)], check=True)
                subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m,mode=700", "tmpfs", str(level)], check=True)
                subprocess.run(["cp", "-a", f"{aside}/.", str(level)], check=True)
                a.restart()
                a.people["officer"].sign_in()
            kills += one_round(a, make)
        check(kills >= ROUNDS, f"enough kills hit a move: {kills}")
        print(f"{kills} kills in {ROUNDS} rounds, seed {SEED}" + ("" if mount else "; a tier on another file system was left out: nothing can be mounted here"))
    finally:
        a.server.stop()
    a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")


if len(sys.argv) > 1:
    story(True)
else:
    flags = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
    if subprocess.run(["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode != 0:
        story(False)
    else:
        sys.exit(subprocess.run(["unshare", *flags, sys.executable, __file__, "inside"]).returncode)
