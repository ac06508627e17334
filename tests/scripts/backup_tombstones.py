#!/usr/bin/env python3
"""A destroyed key does not come back out of a backup: not from a copy whose proofs were taken out, not from an older copy of the folder: that does not open
without the secret, which lies elsewhere with the list of what was destroyed. The next backup closes the epochs that still hold the key; copies of their
secrets that cannot be reached are open tasks until somebody says that they are gone."""
import base64, json, os, shutil, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check, uscc

a = Agency()
try:
    a.staff()
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 300)
    batch = a.collect(synth / "plans/psn_info_b.yaml", synth / "source.pub", synth / "psn_info_b.csv")
    a.graded(batch)
    columns = len(a.people["manager"].get(f"/datasets/{batch['dataset']}")["columns"])
    out, offsite = a.tmp / "out", a.tmp / "offsite"
    backup = lambda: json.loads(a.at_the_desk("backup", out, "--json"))
    first = backup()
    shutil.copytree(out, offsite)
    escrow, officer = a.tmp / "out.epochs", a.tmp / "officer"
    a.at_the_desk("keys", "escrow", officer)

    # Approved on paper, since its retention is not over; two witness.
    paper = a.people["officer"].post("/law/papers", {"kind": "destruction_approval", "title": "提前销毁审批", "number": "〔2026〕9号", "authority": "示例市医疗保障局", "dataset": batch["dataset"], "scan": base64.b64encode("销毁审批原件".encode()).decode(), "expires_ms": int(time.time() * 1000) + 30 * 86400000})
    a.people["pi"].post(f"/law/papers/{paper['id']}/check", {"accept": True, "note": "与原件一致"})
    propose = lambda **more: a.people["manager"].post("/key-works", {"proposal": dict({"work": "destroy_version", "version": batch["version"], "reason": "误采集"}, **more)})
    work = propose(approval=paper["id"])
    witness = lambda id: [a.people[who].post(f"/key-works/{id}/witness", {"verdict": "agree"}) for who in ("secadmin", "sysadmin")]
    witness(work["id"])
    done = a.work("manager", f"/key-works/{work['id']}/carry-out")
    check(done["tombstones_written"] == 1, f"the folder learns of it: {done}")
    certificate = json.loads(a.at_the_desk("keys", "certificate", work["id"], "--json"))
    check(certificate["survives"]["epochs_open"] == [first["epoch"]], f"the certificate names the epoch to be closed: {certificate['survives']}")
    tasks = [i["object"] for i in a.people["secadmin"].get("/inbox")["items"] if i["kind"] == "close_epoch"]
    check(tasks == [first["epoch"]], f"and so does a task: {tasks}")
    a.server.stop()

    def restore(source, *more, code=0):
        target = a.tmp / "target"
        shutil.rmtree(target, ignore_errors=True)
        ran = subprocess.run([a.sluice, "restore", source, target, "--passphrase-file", a.passphrase, "--json", *map(str, more)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
        check(ran.returncode == code, f"restore {source.name} {more}: {ran.returncode} {ran.stdout[-300:]} {ran.stderr[-400:]}")
        check(code == 0 or not target.exists(), "nothing half open")
        return json.loads(ran.stdout) if code == 0 else {}, ran.stderr

    told, words = restore(out)
    check(told["keys_left_out"] == columns and not told["pinned"] and told["told_by"] == "folder", f"left out as the folder's list says: {told}")
    # The proofs are taken out: the list speaks for them. The list as well: nothing is restored. An older list, put back: it is what an older copy is.
    emptied = a.tmp / "emptied"
    shutil.copytree(out, emptied)
    shutil.rmtree(emptied / "tombstones")
    check(restore(emptied)[0]["keys_left_out"] == columns, "proofs taken out")
    (emptied / "tombstones.json").unlink()
    check("backup.tombstones_missing" in restore(emptied, code=1)[1], "the list taken out")
    check(restore(emptied, "--tombstones", out)[0]["keys_left_out"] == columns, "unless another folder tells it")
    bent = json.loads((out / "tombstones.json").read_text())
    bent["works"] = []
    (emptied / "tombstones.json").write_text(json.dumps(bent))
    check("backup.tombstone_damaged" in restore(emptied, code=1)[1], "a list made shorter")

    # An older copy of the folder: on this machine what lies with the secret tells it; elsewhere it does not open; with an officer's copy, too old to know,
    # it opens and says so loudly.
    told, words = restore(offsite)
    check(told["keys_left_out"] == columns and told["told_by"] == "escrow", f"told beside the secret: {told}")
    for place in (escrow, officer):
        os.rename(place, f"{place}.away")
    check("backup.epoch_file_missing" in restore(offsite, code=3)[1], "the folder alone does not open")
    untold, words = restore(offsite, "--epoch-file", f"{officer}.away/{first['epoch']}.json")
    check(untold["keys_left_out"] == 0 and not untold["pinned"], f"an older copy that nobody told: {untold}")
    check("WARNING" in words and "警告" in words, f"loudly, in both languages: {words}")
    os.rename(f"{escrow}.away", escrow)
    for more in (["--tombstones", out], ["--tombstones", out / "tombstones.json"], ["--tombstones", out / "tombstones"], ["--ledger-of", a.space]):
        told, words = restore(offsite, *more)
        check(told["keys_left_out"] == columns and told["pinned"] and "WARNING" not in words, f"{more}: {told}")
    other = a.tmp / "other"
    a.run("init", other, "--name", "Other", "--uscc", uscc(77), "--passphrase-file", a.passphrase)
    check("backup.foreign" in restore(offsite, "--ledger-of", other, code=5)[1], "another space's ledger says nothing of this one")

    # The next backup is of a fresh epoch, and closes the old one: the witnessed destruction, carried out in the backups too.
    a.restart()
    for account in a.people.values():
        account.sign_in()
    fresh = backup()
    check(fresh["epoch"] != first["epoch"] and fresh["epochs_closed"] == 1, f"closed by itself: {fresh}")
    check(fresh["epoch_copies_left"] == 1 and not (escrow / f"{first['epoch']}.json").exists(), f"what could be reached is gone, the officer's copy is not: {fresh}")
    seen = {e["id"]: e for e in a.people["secadmin"].get("/backups")["epochs"]}
    check(seen[first["epoch"]]["destroyed"] and [c["place"] for c in seen[first["epoch"]]["copies"] if not c.get("gone_ms")] == [str(officer)], f"which: {seen}")
    tasks = [i for i in a.people["secadmin"].get("/inbox")["items"] if i["kind"] in ("epoch_copy_left", "close_epoch")]
    check([(i["kind"], i["object"], i["title"]) for i in tasks] == [("epoch_copy_left", first["epoch"], str(officer))], f"an open task: {tasks}")
    gone = {"place": str(officer), "note": "与保管人一同销毁"}
    refused(a.people["manager"].call("POST", f"/backups/epochs/{first['epoch']}/copy-gone", gone), "duty.missing", "not by anybody", 403)
    a.people["secadmin"].step_up()
    said = {e["id"]: e for e in a.people["secadmin"].post(f"/backups/epochs/{first['epoch']}/copy-gone", gone)["epochs"]}
    check(all(c.get("gone_ms") for c in said[first["epoch"]]["copies"]), f"by their word: {said}")
    check(not [i for i in a.people["secadmin"].get("/inbox")["items"] if i["kind"] == "epoch_copy_left"], "no task is left")
    a.server.stop()
    check("backup.epoch_destroyed" in restore(offsite, "--tombstones", out, "--epochs", f"{officer}.away", code=6)[1], "the older copy is dead where it is told")
    check("backup.epoch_file_missing" in restore(offsite, code=3)[1], "and where nobody has the secret")
    check("backup.epoch_file_missing" in restore(out, "--backup", first["backup"], code=3)[1], "and nothing in the folder opens it")
    told, words = restore(out)
    check(told["backup"] == fresh["backup"] and told["keys_left_out"] == 0, f"the fresh one holds none of it: {told}")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("destroyed keys stay destroyed: told by list, folder, escrow, ledger; epochs closed")
