#!/usr/bin/env python3
"""Storage: versions go to the tier of their level, quotas refuse before the disk is full, a forecast says how long it lasts; the inventory finds a
changed byte and goes on after kill -9; backups are made when due, and the newest is restored and verified on schedule. A tier on another file
system that is full, or a move that is interrupted, leaves nothing half open."""
import json, os, shutil, signal, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency
from outsider import check


def code_of(done):
    return json.loads(done.stderr.strip().splitlines()[-1])["code"]


def desk(a, *args, code=0):
    done = subprocess.run([a.sluice, *map(str, args), "--space", a.space, "--passphrase-file", a.passphrase, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=300)
    check(done.returncode == code, f"sluice {' '.join(map(str, args))}: exit {done.returncode}, not {code}: {done.stdout[-600:]}{done.stderr[-600:]}")
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else code_of(done)


def storage(a):
    return desk(a, "storage")


def place(a, version):
    return next((p.parent.name for p in a.space.glob("vault/**/" + version) if p.is_dir()), None)


def hidden(a):
    return [str(p) for p in (a.space / "vault").rglob(".*")] + [str(p) for p in a.space.glob(".rehearsal*")]


def until(a, what, holds, seconds=90):
    deadline = time.time() + seconds
    while time.time() < deadline:
        shown = storage(a)
        if holds(shown):
            return shown
        time.sleep(0.5)
    check(False, f"{what}: {json.dumps(shown)[:1500]}")


def batches(a, rows=3000):
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", rows, "--seed", "5")
    collected = {}
    for table in ("setl_d", "fee_list_d", "mdtrt_d"):
        collected[table] = a.collect(synth / "plans" / f"{table}.yaml", synth / "source.pub", synth / f"{table}.csv")
        check(collected[table]["sealed"], f"{table}: {collected[table]}")
    return synth, collected


def tiers_follow_the_grade(a, batch):
    version = batch["version"]
    check(place(a, version) == "vault", "not graded yet: in the intake")
    before = {t["tier"]: t["versions"] for t in storage(a)["tiers"]}
    check(before[0] >= 3 and sum(before.values()) == before[0], f"everything in the intake: {before}")
    highest = max(v["level"] for v in a.graded(batch).values())
    desk(a, "storage", "tiers")
    check(place(a, version) == f"level-{highest}", f"level {highest}: {place(a, version)}")
    moves = json.loads(a.run("ledger", "search", "--space", a.space, "--kind", "storage.version_tiered", "--limit", "100", "--json"))["entries"]
    check(any(version in m["objects"] for m in moves), "the move is on record")
    check(desk(a, "storage", "tiers")["moved"] == 0, "once")
    strategy = {"setl_id": {"technique": "pseudonym"}, "begndate": {"technique": "date", "unit": "year"}}
    columns = [c["column"] for c in a.people["manager"].get(f"/datasets/{batch['dataset']}")["columns"]]
    masked = a.masked(batch, columns, strategy, title="试", k_min=1, quasi_identifiers=["begndate"])
    check(masked["rows"] > 0, "a version is read where it lies, with the keys of its tier")
    desk(a, "storage", "tiers")
    check(place(a, masked["version"]) not in (None, "vault", f"level-{highest}"), f"what is masked stands lower: {place(a, masked['version'])}")
    return version, highest


def quotas(a, synth, batch):
    key = synth / "source.pub"
    dataset = batch["dataset"]
    used = next(d for d in storage(a)["datasets"] if d["dataset"] == dataset)["bytes"]
    shown = desk(a, "storage", "policy", "--dataset-max", f"{dataset}={used + 1000}", "--space-max", "0", "--keep-free", "0")
    listed = next(d for d in shown["datasets"] if d["dataset"] == dataset)
    check(listed["bytes_max"] == used + 1000 and listed["growth"]["limited_by"] == "dataset_quota" and listed["growth"]["days_left"] == 0, f"{listed}")
    check(any(w["kind"] == "dataset_full_soon" for w in shown["warnings"]), f"a warning: {shown['warnings']}")
    before = sorted(str(p) for p in a.space.glob("vault/**/*"))
    a.run("synth", "--out", a.tmp / "again", "--rows", 3100, "--seed", "5")  # the same source, another batch
    copied = a.tmp / "again" / "setl_d.csv"
    collect = ("collect", "--plan", synth / "plans/setl_d.yaml", "--source-key", key)
    check(desk(a, *collect, copied, code=1) == "storage.dataset_quota", "the dataset's quota")
    desk(a, "storage", "policy", "--dataset-max", f"{dataset}=0", "--space-max", storage(a)["used_bytes"])
    check(desk(a, *collect, copied, code=1) == "storage.space_quota", "the space's")
    desk(a, "storage", "policy", "--space-max", "0", "--keep-free", "900000G")
    check(desk(a, *collect, copied, code=1) == "storage.disk_short", "what must stay free on the disk")
    check(sorted(str(p) for p in a.space.glob("vault/**/*")) == before, "nothing was begun")
    shown = desk(a, "storage", "policy", "--keep-free", "1M")
    check(shown["growth"]["bytes_per_day"] > 0 and shown["growth"]["limited_by"] == "disk" and shown["days"], f"the forecast: {shown['growth']}")
    begun = desk(a, *collect, copied, code=7)[0]  # another key of the source: it is held, and nothing more is wrong with it
    check(begun["reason"] == "manifest.unknown_key", f"with room it is begun: {begun}")


def inventory(a, version):
    run = desk(a, "storage", "inventory")
    check(run["found"] == 0 and run["chunks"] > 10, f"all is well: {run}")
    column = next(p for p in sorted(next(a.space.glob("vault/**/" + version)).glob("*.col")) if p.stat().st_size > 40)
    content = bytearray(column.read_bytes())
    content[20] ^= 1
    column.write_bytes(content)
    run = desk(a, "storage", "inventory", code=6)
    check(run["found"] == 1 and run["findings"][0]["version"] == version and run["findings"][0]["reason"] == "vault.chunk_tampered" and run["findings"][0]["column"], f"{run}")
    check(any(w["kind"] == "inventory_findings" for w in storage(a)["warnings"]), "and it is shown")
    # A backup says which version it is, and where all of them are named.
    for damage in ("chunk", "manifest"):
        manifest = column.parent / "manifest.json"
        whole = manifest.read_bytes()
        if damage == "manifest":
            manifest.chmod(0o600)
            manifest.write_bytes(whole[:len(whole) // 2])
        done = subprocess.run([a.sluice, "backup", str(a.tmp / "beside"), "--space", str(a.space), "--passphrase-file", str(a.passphrase), "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        told = json.loads(done.stderr.strip().splitlines()[-1])
        check(done.returncode == 6 and told["code"] == "backup.version_damaged" and version in json.dumps(told) and "storage inventory" in told["nextStep"], f"{damage}: {told}")
        check("no backup was made" in told["title"], f"said in words: {told}")
        manifest.write_bytes(whole)
        # No backup came of it: no secret of it lies about, and what was written restores nothing.
        check(not list((a.tmp / "beside.epochs").glob("be_*.json")), "the epoch's secret was taken back")
        epochs = a.people["sysadmin"].get("/backups")["epochs"]
        ours = [c for e in epochs for c in e["copies"] if c["place"] == str(a.tmp / "beside.epochs")]
        check(ours and all(c.get("gone_ms") for c in ours), f"and the record says so: {epochs}")
        nothing = subprocess.run([a.sluice, "restore", str(a.tmp / "beside"), str(a.tmp / "nowhere"), "--passphrase-file", str(a.passphrase), "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        check(json.loads(nothing.stderr.strip().splitlines()[-1])["code"] == "backup.nothing_finished" and not (a.tmp / "nowhere").exists(), f"{nothing.stdout} {nothing.stderr}")
    content[20] ^= 1
    column.write_bytes(content)
    check(desk(a, "storage", "inventory")["found"] == 0, "mended from a backup, say")


def backup_after_a_failed_one(a):
    # The next one goes on from what is there, under the same epoch.
    made = json.loads(a.run("backup", a.tmp / "beside", "--space", a.space, "--passphrase-file", a.passphrase, "--json"))
    check(made["escrow"] == [str(a.tmp / "beside.epochs")] and (a.tmp / "beside.epochs" / f"{made['epoch']}.json").exists(), f"{made}")
    a.people["sysadmin"].sign_in()  # the node was restarted meanwhile
    kept = [e for e in a.people["sysadmin"].get("/backups")["epochs"] if e["id"] == made["epoch"]][0]["copies"]
    check([bool(c.get("gone_ms")) for c in kept if c["place"] == str(a.tmp / "beside.epochs")][-1] is False, f"its secret is on record again: {kept}")
    inside = subprocess.run([a.sluice, "restore", str(a.tmp / "beside"), str(a.tmp / "beside" / "in"), "--passphrase-file", str(a.passphrase), "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(code_of(inside) == "restore.inside_backup" and not (a.tmp / "beside" / "in").exists(), f"{inside.stderr}")
    restored = json.loads(a.run("restore", a.tmp / "beside", a.tmp / "nowhere", "--passphrase-file", a.passphrase, "--json"))
    check(restored["backup"] == made["backup"], f"{restored}")


def interrupted_inventory(a):
    """Slow, killed with the server in the middle, and gone on with."""
    shown = storage(a)
    desk(a, "storage", "policy", "--inventory-rate", max(500, shown["used_bytes"] // 40))
    a.people["manager"].sign_in()
    a.people["manager"].call("POST", "/storage/inventory", {})
    under_way = until(a, "an inventory is under way", lambda s: s["inventory_under_way"] and 0 < s["inventory_under_way"]["versions"] < s["inventory_under_way"]["versions_total"])
    a.server.process.send_signal(signal.SIGKILL)
    a.restart()
    began = storage(a)["inventory_under_way"]
    check(began and began["versions"] >= under_way["inventory_under_way"]["versions"], f"where it stands is known: {began}")
    desk(a, "storage", "policy", "--inventory-rate", "0")
    run = desk(a, "storage", "inventory")
    check(run["started_ms"] == began["started_ms"] and run["versions"] == began["versions_total"] and run["found"] == 0, f"it goes on: {began} {run}")
    check(storage(a)["inventory_under_way"] is None, "and is over")


def schedules(a):
    out = a.tmp / "backups"
    desk(a, "storage", "policy", "--backup-to", out, "--backup-every", "1h", "--inventory-every", "1d", "--rehearse-every", "1d")
    shown = until(a, "a backup, an inventory and a rehearsal", lambda s: s["rehearsals"] and s["due"]["inventory_ms"] and s["due"]["inventory_ms"] > time.time() * 1000)
    rehearsal = shown["rehearsals"][-1]
    check(rehearsal["reason"] == "" and rehearsal["versions"] >= 4 and rehearsal["entries"] > 20, f"restored and verified whole: {rehearsal}")
    check(not hidden(a), f"the temporary folder is gone: {hidden(a)}")
    kinds = [e["kind"] for e in json.loads(a.run("ledger", "search", "--space", a.space, "--kind", "storage.restore_rehearsed", "--json"))["entries"]]
    check(kinds == ["storage.restore_rehearsed"], "on record")
    # A backup that lost a pack: the rehearsal says so, and the space is as it was.
    desk(a, "storage", "policy", "--backup-every", "0", "--rehearse-every", "0", "--inventory-every", "0")
    kept = a.tmp / "kept"
    shutil.copytree(out, kept)
    pack = next(p for p in sorted((kept / "packs").iterdir()) if p.stat().st_size > 5000)
    content = bytearray(pack.read_bytes())
    content[len(content) // 2] ^= 4
    pack.write_bytes(content)
    bad = desk(a, "storage", "rehearse", kept, code=6)
    check(bad["reason"].startswith("backup."), f"a damaged backup: {bad}")
    check(any(w["kind"] == "rehearsal_failed" for w in storage(a)["warnings"]), "shown as a warning")
    check(desk(a, "storage", "rehearse")["reason"] == "", "the whole one is good")
    # At once, from anywhere: into the folder that the machine named, and by whoever may set the policy.
    a.people["sysadmin"].sign_in()  # the node was restarted meanwhile
    before = len(a.people["sysadmin"].get("/backups")["backups"])
    made = desk(a, "storage", "backup")
    after = a.people["sysadmin"].get("/backups")["backups"]
    check(len(after) == before + 1 and made["backup"] in [b["id"] for b in after], f"{made}")
    # A folder that cannot be written to: on record, tried again later, nothing half done.
    (a.tmp / "file").write_text("x")
    desk(a, "storage", "policy", "--backup-to", a.tmp / "file" / "no", "--backup-every", "60")
    failed = until(a, "the failure", lambda s: s["failures"])
    check(failed["failures"][0]["work"] == "backup" and failed["failures"][0]["times"] >= 1, f"{failed['failures']}")
    desk(a, "storage", "policy", "--backup-to", out, "--backup-every", "0")


def another_file_system(a, synth):
    """Its tier is a mount of its own, too small at first."""
    a.people["manager"].sign_in()
    batch = a.collect(synth / "plans" / "psn_info_b.yaml", synth / "source.pub", synth / "psn_info_b.csv")
    version = batch["version"]
    a.graded(batch)
    level = max(c["level"] for c in a.people["manager"].get(f"/datasets/{batch['dataset']}")["columns"])
    size = sum(p.stat().st_size for p in (a.space / "vault" / version).iterdir())
    # The schedule may have been quicker: then it moves from one tier to the other.
    tier = a.space / "vault" / f"level-{level}"
    if place(a, version) != "vault":
        return "moved before the mount stood"
    inside = {p.name for p in tier.iterdir()} if tier.exists() else set()
    tier.mkdir(exist_ok=True)
    a.server.stop()
    aside = a.tmp / "aside"
    shutil.copytree(tier, aside)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={max(8192, size // 2)}", "tmpfs", tier], check=True)
    a.restart()
    try:
        if not inside:
            done = subprocess.run([a.sluice, "storage", "tiers", "--space", a.space, "--passphrase-file", a.passphrase, "--json"], capture_output=True, text=True, timeout=120)
            check(done.returncode != 0 and code_of(done) == "file.disk_full", f"the tier is full: {done.stdout} {done.stderr}")
            check(place(a, version) == "vault" and not hidden(a), f"whole where it was, nothing half: {place(a, version)} {hidden(a)}")
        subprocess.run(["mount", "-o", "remount,size=64m", tier], check=True)
        for name in inside:
            shutil.copytree(aside / name, tier / name)
        desk(a, "storage", "tiers")
        check(place(a, version) == tier.name and not (a.space / "vault" / version).exists() and not hidden(a), "with room it is copied, checked, and gone from where it was")
        check(desk(a, "storage", "inventory")["found"] == 0, "every chunk of it")
    finally:
        a.server.stop()
    return ""


def story():
    a = Agency()
    try:
        a.staff()
        synth, collected = batches(a)
        version, level = tiers_follow_the_grade(a, collected["setl_d"])
        quotas(a, synth, collected["setl_d"])
        inventory(a, version)
        interrupted_inventory(a)
        schedules(a)
        backup_after_a_failed_one(a)  # last: a backup makes a rehearsal due, and this folder is not where scheduled ones go
        if len(sys.argv) > 1:
            left_out = another_file_system(a, synth)
            print("ok" + (", but: " + left_out if left_out else ""))
        else:
            print("ok; a tier on another file system was left out: nothing can be mounted here")
    finally:
        a.server.stop()
    a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")


if len(sys.argv) > 1:
    story()
else:
    flags = ["-m"] if os.geteuid() == 0 else ["-r", "-m"]
    if subprocess.run(["unshare", *flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode != 0:
        story()
    else:
        sys.exit(subprocess.run(["unshare", *flags, sys.executable, __file__, "inside"]).returncode)
