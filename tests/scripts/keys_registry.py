#!/usr/bin/env python3
"""The key of the registry and the root of pseudonyms, replaced under dual control on the real program. Laws: neither is replaced before somebody else has
witnessed it; every item is sealed anew and everything still works; a rotation killed in the middle leaves a space that opens and is finished by
opening it; the former key opens nothing any more; backups of before open as before; what is masked later has pseudonyms of its own, and what was masked before can
still be checked and made again."""
import json, os, signal, sqlite3, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check


def keys_file(a):
    return json.loads((a.space / "keys" / "space.json").read_text())


def sealed_items(a):
    """The registry as it lies on disk, by kind and id."""
    with sqlite3.connect(f"file:{a.space}/registry.sqlite?mode=ro", uri=True) as db:
        return {(kind, id): sealed for kind, id, sealed in db.execute("select kind, id, bytes from item")}


def proposed(a, work):
    return a.people["secadmin"].post("/key-works", {"proposal": {"work": work, "reason": "例行更换"}}, status=(200, 201))["id"]


def approved(a, work):
    item = proposed(a, work)
    a.people["officer"].post(f"/key-works/{item}/witness", {"verdict": "agree", "reason": ""})
    return item


def killed_in_the_middle(a):
    """The server goes while items are being sealed anew; whether it was in the middle shows in the keys' file."""
    for _ in range(8):
        work = approved(a, "rotate_registry")
        asking = threading.Thread(target=lambda: quietly(lambda: a.people["secadmin"].call("POST", f"/key-works/{work}/carry-out")))
        asking.start()
        deadline = time.time() + 20
        while "registry_next" not in keys_file(a) and asking.is_alive() and time.time() < deadline:
            time.sleep(0.0005)
        os.kill(a.server.pid, signal.SIGKILL)
        asking.join()
        a.server.process.wait(20)
        middle = "registry_next" in keys_file(a)
        a.restart()
        for account in a.people.values():
            account.sign_in() if account.name in ("manager", "officer", "secadmin") else None
        if middle:
            return work
    check(False, "no kill hit the middle of a rotation")


def quietly(do):
    try:
        do()
    except Exception:
        pass  # its server is killed


a = Agency()
try:
    a.staff()
    manager, secadmin = a.people["manager"], a.people["secadmin"]
    for n in range(150):
        manager.post("/law/requests", {"identifier": f"no-number-{n}", "identifier_kind": "person_no", "what": "held", "channel": "窗口"})
    synth = a.tmp / "synth"
    a.run("synth", "--out", synth, "--rows", 400, "--seed", "11")
    batch = a.collect(synth / "plans/setl_d.yaml", synth / "source.pub", synth / "setl_d.csv")
    a.graded(batch)
    columns = [c["column"] for c in manager.get(f"/datasets/{batch['dataset']}")["columns"]]
    before = a.masked(batch, columns, {"setl_id": {"technique": "pseudonym"}, "begndate": {"technique": "date", "unit": "year"}}, title="试", k_min=1, quasi_identifiers=["begndate"])
    strategy = manager.get(f"/datasets/{batch['dataset']}")["strategies"][0]["id"]
    again = lambda: a.work("officer", f"/strategies/{strategy}/apply", {"version": batch["version"]})["version"]
    same = again()
    run_of = lambda version: next(m["run"] for m in manager.get(f"/datasets/{batch['dataset']}")["maskings"] if m["version"] == version)
    check(run_of(same)["key_id"] == run_of(before["version"])["key_id"], "one strategy, one key")
    out = a.tmp / "backups"
    a.at_the_desk("backup", out, "--json")

    # The registry.
    first, items = keys_file(a)["registry"], sealed_items(a)
    waiting = proposed(a, "rotate_registry")
    refused(secadmin.call("POST", f"/key-works/{waiting}/carry-out"), "keys.work_not_approved", "alone", 409)
    done = a.work("secadmin", f"/key-works/{approved(a, 'rotate_registry')}/carry-out")
    check(done["wraps"] >= len(items), f"every item: {done} of {len(items)}")
    now = sealed_items(a)
    check(all(now[k] != v for k, v in items.items() if k in now) and set(items) <= set(now), "each is sealed anew, none is lost")
    check(keys_file(a)["registry"] != first and "registry_next" not in keys_file(a), "under the fresh key alone")
    manager.sign_in()
    a.work("officer", f"/versions/{same}/recheck", {})
    second = keys_file(a)["registry"]
    work = killed_in_the_middle(a)
    check("registry_next" not in keys_file(a) and keys_file(a)["registry"] != second, "opening the space has finished it")
    check(set(items) <= set(sealed_items(a)), "nothing is lost")
    manager.post("/law/requests", {"identifier": "no-number-7", "identifier_kind": "person_no", "what": "held", "channel": "窗口"})
    check(len({r["subject"] for r in manager.get("/law/requests?limit=200")["items"]}) == 150, "the same person is the same reference")
    a.work("secadmin", f"/key-works/{work}/carry-out")
    check(next(w for w in secadmin.get("/key-works")["items"] if w["id"] == work)["status"] == "done", "and the work is closed by carrying it out again")
    restored = a.tmp / "restored"
    a.run("restore", out, restored, "--passphrase-file", a.passphrase, "--json")
    check(json.loads((restored / "keys" / "space.json").read_text())["registry"] == first, "a backup of before has the key of before, and opens")

    # The root of pseudonyms.
    a.work("secadmin", f"/key-works/{approved(a, 'rotate_pseudonyms')}/carry-out")
    check(len(keys_file(a)["pseudonym_later"]) == 1, "one more root; the first stays")
    later = again()
    check(run_of(later)["key_id"] != run_of(same)["key_id"] and "@1/" in run_of(later)["key_name"], f"a key of its own: {run_of(later)}")
    check("@" not in run_of(same)["key_name"], "what was masked before names the root that it has")
    for version in (same, later):
        check(a.work("officer", f"/versions/{version}/recheck", {})["holds"], "both are checked as they are")
    a.work("secadmin", f"/key-works/{approved(a, 'rotate_space')}/carry-out")
    a.restart()
    a.people["officer"].sign_in()
    check(run_of_later := again(), "masked after everything was replaced")
    manager.sign_in()
    check(run_of(run_of_later)["key_id"] == run_of(later)["key_id"], "with the root that counts")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("the registry's key and the root of pseudonyms were replaced, also by a killed server")
