#!/usr/bin/env python3
"""Backup and restore on the real program: beside a server, incremental, verified, whole or not at all.

Also: truncated, tampered and foreign backups, a target that is not empty, a full disk, an interrupted backup, a wrong passphrase.
"""
import json, os, random, resource, shutil, signal, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from desk import ENV, SLUICE, TMP, reason, run
from outsider import check

PASS = TMP / "pass"
PASS.write_text("a passphrase of tests\n")


def refused(why, *args, code):
    done = run(*args, "--json", code=code)
    check(reason(done) == why, f"{args[0]}: {reason(done)}, not {why}")


def backup(space, out, *more):
    return json.loads(run("backup", "--space", space, out, "--passphrase-file", PASS, "--json", *more).stdout)


def restore(source, target, *more):
    return json.loads(run("restore", source, target, "--passphrase-file", PASS, "--json", *more).stdout)


def tree(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def entries(space):
    return json.loads(run("ledger", "verify", "--space", space, "--json").stdout)["entries"]


alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
head = "91990000MA0000001"
uscc = head + alphabet[(31 - sum(alphabet.index(c) * 3**i % 31 for i, c in enumerate(head)) % 31) % 31]
space = TMP / "space"
run("init", space, "--name", "Test agency", "--uscc", uscc, "--passphrase-file", PASS)

out = TMP / "out"
first = backup(space, out)
check(first["entries"] > 5 and first["bytes_stored"] > 0, "the first backup stores something")
second = backup(space, out)
check(second["bytes_stored"] < first["bytes_stored"], f"an unchanged space is not stored twice: {first} {second}")
back = TMP / "back"
told = restore(out, back)
check(told["backup"] == second["backup"], "the newest is restored")
check(entries(back) == second["entries"], "with every entry")
run("ledger", "verify", "--space", back, "--trust", space / "trust.txt")
# It opens, says that it was restored, and can be backed up elsewhere.
third = backup(back, TMP / "out_of_back")
found = json.loads(run("ledger", "search", "--space", back, "--kind", "backup.restored", "--json").stdout)["entries"]
check(len(found) == 1, "the restored space says so once")
run("ledger", "verify", "--space", back, "--trust", space / "trust.txt")

# An older one by name; pinned from outside.
old = restore(out, TMP / "older", "--backup", first["backup"], "--trust", str(space / "trust.txt"))
check(old["keys_pinned"] and not old["pinned"] and entries(TMP / "older") == first["entries"], "an older backup by its id")

# Beside a running server, while it is written to.
server = subprocess.Popen([SLUICE, "serve", "--space", space, "--passphrase-file", PASS, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True, env=ENV)
try:
    check("https://" in server.stdout.readline(), "the server starts")
    beside = backup(space, out)
    refused("restore.not_empty", "restore", out, space, "--passphrase-file", PASS, code=5)
    refused("backup.inside_space", "backup", "--space", space, space / "x", "--passphrase-file", PASS, code=1)
finally:
    server.terminate()
    server.wait(20)
restore(out, TMP / "beside")
run("ledger", "verify", "--space", TMP / "beside", "--trust", space / "trust.txt")

# What is refused, and leaves nothing.
refused("restore.not_empty", "restore", out, back, "--passphrase-file", PASS, code=5)
refused("backup.not_a_backup", "restore", TMP / "nowhere", TMP / "t0", code=3)
(TMP / "data_of_others").mkdir()
(TMP / "data_of_others" / "file").write_text("x")
refused("backup.not_a_backup", "backup", "--space", space, TMP / "data_of_others", "--passphrase-file", PASS, code=5)
(TMP / "wrong").write_text("another passphrase\n")
refused("custody.wrong_passphrase", "restore", out, TMP / "t1", "--passphrase-file", TMP / "wrong", code=4)
refused("backup.no_such_backup", "restore", out, TMP / "t1", "--passphrase-file", PASS, "--backup", "bk_none", code=3)
other = TMP / "other"
head2 = "91990000MA0000002"
uscc2 = head2 + alphabet[(31 - sum(alphabet.index(c) * 3**i % 31 for i, c in enumerate(head2)) % 31) % 31]
run("init", other, "--name", "Other agency", "--uscc", uscc2, "--passphrase-file", PASS)
refused("backup.foreign", "backup", "--space", other, out, "--passphrase-file", PASS, code=5)
refused("restore.not_pinned", "restore", out, TMP / "t1", "--passphrase-file", PASS, "--trust", other / "trust.txt", code=6)
# What opens the backups lies apart from them; the folder says where, and on another machine the officers' copy is named.
escrow = TMP / "out.epochs"
check(first["escrow"] == [str(escrow)] and first["escrow_new"] and not second["escrow_new"], f"where the secret lies is said: {first}")
check(not (out / "epochs").exists() and not [f for f in tree(out) if first["epoch"] in f], "it is nowhere among the backups")
copied = TMP / "copied"
shutil.copytree(out, copied)
restore(copied, TMP / "from_copy")
epoch = escrow / f"{first['epoch']}.json"
shutil.copytree(escrow, TMP / "officer")
shutil.move(epoch, TMP / "epoch_kept_elsewhere")
for source in (out, copied):
    refused("backup.epoch_file_missing", "restore", source, TMP / "t1", "--passphrase-file", PASS, code=3)
restore(copied, TMP / "with_epoch_file", "--epoch-file", str(TMP / "epoch_kept_elsewhere"))
restore(copied, TMP / "with_officer", "--epochs", str(TMP / "officer"))
check(backup(space, out)["escrow"] == [] and not epoch.exists(), "an epoch file that was taken away is not written again")
named = backup(space, out, "--epochs", str(TMP / "safe"))
check(named["escrow"] == [str(TMP / "safe")] and (TMP / "safe" / epoch.name).is_file(), f"a place that is named is written to: {named}")
check(backup(space, out)["escrow"] == named["escrow"], "and known from then on")
run("keys", "escrow", "--space", space, "--passphrase-file", PASS, TMP / "handed")
check((TMP / "handed" / epoch.name).is_file(), "a copy for an officer")
for place in (out / "in", space / "in", TMP):
    refused("backup.escrow_inside", "backup", "--space", space, out, "--passphrase-file", PASS, "--epochs", place, code=1)
shutil.copy(TMP / "epoch_kept_elsewhere", epoch)

# A folder of before there was escrow: its files move out with the next backup, and it restored before.
old = TMP / "old_layout"
shutil.copytree(out, old)
head = json.loads((old / "backup.json").read_text())
head.pop("escrow")
(old / "backup.json").write_text(json.dumps(head))
(old / "epochs").mkdir()
shutil.copy(epoch, old / "epochs")
restore(old, TMP / "from_old_layout")
backup(space, old)
check(not list((old / "epochs").iterdir()) and (TMP / "old_layout.epochs" / epoch.name).is_file(), "the secret moved out from among the backups")
restore(old, TMP / "from_moved")

# Any changed or missing part of the newest backup: an error, and nothing half open.
seed = random.Random(int(os.environ.get("SEED", "5")))
newest = json.loads(run("backups", out, "--json").stdout)["backups"][-1]["backup"]
files = [f for f in tree(out) if f.startswith("packs/")] + [f"snapshots/{newest}.json", f"snapshots/{newest}.evidence.json"]
bent = TMP / "bent"
for n, name in enumerate(files):
    for how in ("cut", "flip", "gone"):
        shutil.rmtree(bent, ignore_errors=True)
        shutil.copytree(out, bent)
        path = bent / name
        content = bytearray(path.read_bytes())
        if how == "cut":
            path.write_bytes(content[: len(content) - 1 - seed.randrange(len(content) - 1)])
        elif how == "flip":
            at = seed.randrange(len(content))
            content[at] ^= 1 + seed.randrange(255)
            path.write_bytes(content)
        else:
            path.unlink()
        done = subprocess.run([SLUICE, "restore", bent, TMP / "t2", "--passphrase-file", PASS, "--json", "--backup", newest], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=300, env=ENV)
        # A flipped byte may lie in a pack that this backup does not use: then it restores, and verifies.
        if done.returncode == 0:
            check(how != "cut", f"{name} {how} was not noticed")
            run("ledger", "verify", "--space", TMP / "t2", "--trust", space / "trust.txt")
            shutil.rmtree(TMP / "t2")
        else:
            check(not (TMP / "t2").exists(), f"{name} {how}: nothing half open")
            check(reason(done).split(".")[0] in ("backup", "custody", "restore", "ledger", "json", "record"), f"{name} {how}: {reason(done)}")
        left = [p.name for p in TMP.iterdir() if ".restoring_" in p.name]
        check(not left, f"nothing is left beside the target: {left}")

# A full disk (here: a limit on the size of files): the backup fails clearly, the earlier ones stay good.
def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

tight = TMP / "tight"
done = subprocess.run([SLUICE, "backup", "--space", space, tight, "--passphrase-file", PASS, "--json"], capture_output=True, text=True,
                      stdin=subprocess.DEVNULL, timeout=300, env=ENV, preexec_fn=small_files)
if done.returncode != 0:
    check(reason(done) in ("file.disk_full", "file.unwritable", "store.io", "store.disk_full"), f"a full disk: {reason(done)}")
    check(not [p for p in tight.rglob("*.unfinished*")] and not list((tight / "snapshots").glob("*.evidence.json")), "nothing half done")
backup(space, tight)
restore(tight, TMP / "from_tight")

# Interrupted: killed at some moment; the next one goes on and restores.
for delay in (0.05, 0.2, 0.5):
    victim = subprocess.Popen([SLUICE, "backup", "--space", space, TMP / "killed", "--passphrase-file", PASS], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=ENV)
    time.sleep(delay)
    victim.kill()
    victim.wait()
    time.sleep(0.3)
backup(space, TMP / "killed")
restore(TMP / "killed", TMP / "from_killed")
run("ledger", "verify", "--space", TMP / "from_killed", "--trust", space / "trust.txt")
check(not [p for p in (TMP / "killed").rglob(".unfinished*")], "what the killed one left is gone")
print("backup and restore: whole or not at all")
