#!/usr/bin/env python3
"""Every layer of keys made anew on the real program: the space key (also killed in the middle), dataset and column keys, and the root dealt
among officers who each sit at a desk of their own. Laws: nothing is lost; a killed rotation leaves a space that opens and is finished by
opening it; what lay under a key that was replaced opens nothing any more; two officers are two people; a share is handed out once; an
abandoned ceremony changes nothing."""
import json, os, shutil, signal, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from desk import ENV, SLUICE, TMP, ask, new_space, reason, run, said
from outsider import Account, Server, check

PASS, SPACE, DATA = TMP / "pass", TMP / "space", TMP / "data"
PASS.write_text("a passphrase of tests\n")


def serve(space, *unlock):
    return Server(SLUICE, space, None, TMP / "server.log", unlock=unlock)


def folder(version):
    """Where a sealed version lies: its tier may change."""
    return next(iter((SPACE / "vault").rglob(version)), None)


def keys_file(space=SPACE):
    return json.loads((space / "keys" / "space.json").read_text())


accounts = new_space(SPACE, PASS)
run("synth", "--out", DATA, "--rows", "300", "--seed", "3")
collect = ["collect", "--space", SPACE, "--plan", DATA / "plans" / "fee_list_d.yaml", "--source-key", DATA / "source.pub", "--json", DATA / "fee_list_d.csv"]
version = said(run(*collect, "--passphrase-file", PASS))[0]["version"]
other = said(run("collect", "--space", SPACE, "--plan", DATA / "plans" / "setl_d.yaml", "--source-key", DATA / "source.pub", "--json", DATA / "setl_d.csv", "--passphrase-file", PASS))[0]["version"]


def classify(space, version, unlock, code=None):
    """Reads the version's columns on the real road: as the operator of this machine, by classifying it."""
    server = serve(space, *unlock)
    try:
        dataset = next(d["id"] for d in ask(space, "GET", "/datasets")[1]["items"] if version in [v["id"] for v in d["versions"]])
        status, answer = ask(space, "POST", f"/datasets/{dataset}/versions/{version}/classify", {})
        if code:
            check(answer.get("code") == code, f"reading {version}: {answer} is not {code}")
        else:
            check(status == 200, f"version {version} reads: {answer}")
    finally:
        server.stop()


server = serve(SPACE, "--passphrase-file", PASS)
people, ids = {}, {}
try:
    security, system = (Account(server, a, accounts[a]).begin() for a in ("secadmin", "sysadmin"))
    party = security.get("/session")["party"]["id"]
    for n, account in enumerate(("wang", "li", "zhang", "wangagain")):
        made = system.post("/people", {"party": party, "account": account, "display_name": "保管人" + account, "phone": "1380000000" + str(n % 3)})
        security.post(f"/people/{made['id']}/duties", {"duty": "committee_member", "expires_ms": 0})
        ids[account], people[account] = made["id"], Account(server, account, made["password"]).begin()
    first = said(run("backup", "--space", SPACE, TMP / "out", "--json"))

    def approved(work, **more):
        item = security.post("/key-works", {"proposal": {"work": work, "reason": "yearly", **more}})
        system.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"})
        return item["id"]

    # The space key: every wrap lies under another one, and no column was written again.
    before, chunks = keys_file(), sorted(p.name for p in folder(version).rglob("*"))
    unapproved = security.post("/key-works", {"proposal": {"work": "rotate_space", "reason": "yearly"}})["id"]
    check(reason(run("keys", "carry-out", "--space", SPACE, unapproved, "--json", code=5)) == "keys.work_not_approved", "dual control")
    done = said(run("keys", "carry-out", "--space", SPACE, approved("rotate_space"), "--json"))
    after = keys_file()
    check(done["wraps"] >= 2, f"wraps and the backup epoch moved: {done}")
    check(all(before[k] != after[k] for k in ("space", "registry", "pseudonym", "ledger_ed25519", "ledger_sm2")), "every box of the space's file is another")
    check("space_before" not in after, "the key before is forgotten")
    check(chunks and chunks == sorted(p.name for p in folder(version).rglob("*")), "no column was written again")
    more = said(run("backup", "--space", SPACE, TMP / "out", "--json"))

    # Column keys: the version is written again under others, the old ones are destroyed.
    masked_or_own = [w["work"] for w in security.get("/key-works")["items"]]
    check("rotate_space" in masked_or_own, "the list shows it")
    done = said(run("keys", "carry-out", "--space", SPACE, approved("rotate_columns", version=version), "--json"))
    fresh = done["new_version"]
    check(fresh and done["rows_removed"] == 0 and folder(version) is None, f"a version with other column keys takes its place: {done}")
    run("keys", "carry-out", "--space", SPACE, approved("rotate_datasets"), "--json")
    run("keys", "carry-out", "--space", SPACE, approved("rotate_ledger"), "--json")
    entries = security.get("/ledger/entries?kind=keys.rotated&limit=50")["items"]
    check(len(entries) == 3, f"each is an entry: {entries}")
    waiting = [approved("rotate_space") for _ in range(8)]
finally:
    server.stop()
classify(SPACE, fresh, ("--passphrase-file", PASS))

# Killed anywhere, the space opens, what was left is moved, and the work can be carried out again.
for n, work in enumerate(waiting):
    carrying = subprocess.Popen([SLUICE, "keys", "carry-out", "--space", str(SPACE), "--passphrase-file", str(PASS), work, "--json"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=ENV)
    mark = keys_file().get("space_work")
    deadline = time.time() + 60
    while carrying.poll() is None and keys_file().get("space_work") == mark and time.time() < deadline:
        time.sleep(0.001)
    time.sleep(0.002 * n)
    if carrying.poll() is None:
        carrying.send_signal(signal.SIGKILL)
    carrying.wait()
    run("keys", "list", "--space", SPACE, "--passphrase-file", PASS)
    check("space_before" not in keys_file(), "opening finished the rotation")
    item = next(w for w in said(run("keys", "list", "--space", SPACE, "--passphrase-file", PASS, "--json"))["items"] if w["id"] == work)
    if item["status"] != "done":
        run("keys", "carry-out", "--space", SPACE, "--passphrase-file", PASS, work, "--json")
classify(SPACE, fresh, ("--passphrase-file", PASS))
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")

# Backups of before and after open; wraps of before open nothing under the keys of now.
for made in (first, more):
    out = TMP / made["backup"]
    run("restore", TMP / "out", out, "--passphrase-file", PASS, "--backup", made["backup"], "--json")
    classify(out, version, ("--passphrase-file", PASS))
shutil.copytree(SPACE, TMP / "mixed")
for name in ("registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"):
    (TMP / "mixed" / name).unlink(missing_ok=True)
shutil.copy(TMP / first["backup"] / "registry.sqlite", TMP / "mixed" / "registry.sqlite")
classify(TMP / "mixed", other, ("--passphrase-file", PASS), code="custody.tampered")
classify(SPACE, other, ("--passphrase-file", PASS))

# The root among officers at their own desks.
server = serve(SPACE, "--passphrase-file", PASS)
try:
    security, system = security.at(server), system.at(server)
    wang, li, zhang, twin = (people[a].at(server) for a in ("wang", "li", "zhang", "wangagain"))
    check(security.get("/root-key")["keeper"] == "passphrase", "who keeps it")
    work = approved("rotate_root")
    begin = {"key_work": work, "needed": 2, "officers": [ids[a] for a in ("wang", "li", "zhang")]}
    wang.refused("/root-key/ceremony", begin, "duty.missing")
    security.refused("/root-key/ceremony", {**begin, "officers": [ids["wang"], ids["li"], ids["wang"]]}, "shares.officer_twice")
    security.refused("/root-key/ceremony", {**begin, "officers": [ids["wang"], ids["li"], ids["wangagain"]]}, "shares.officer_twice")  # one telephone: one person
    again = system.post("/people", {"party": party, "account": "liagain", "display_name": "另一个名字", "phone": "+86 138-0000-0001"})["id"]
    security.refused("/root-key/ceremony", {**begin, "officers": [ids["wang"], ids["li"], again]}, "shares.officer_twice")  # however it is written
    nameless = system.post("/people", {"party": party, "account": "zhangagain", "display_name": " 保管人ＺＨＡＮＧ", "phone": ""})["id"]
    security.refused("/root-key/ceremony", {**begin, "officers": [ids["wang"], ids["zhang"], nameless]}, "shares.officer_twice")  # one name, no telephone to tell them apart
    security.refused("/root-key/ceremony", {**begin, "needed": 1}, "shares.bad_threshold")
    security.refused("/root-key/ceremony", {**begin, "key_work": unapproved}, "keys.other_work")
    wang.refused("/root-key/ceremony/join", {"passphrase": "the words of wang"}, "ceremony.none")

    # Abandoned: nothing changed, and its shares open nothing.
    security.post("/root-key/ceremony", begin)
    security.refused("/root-key/ceremony", begin, "ceremony.under_way")
    twin.refused("/root-key/ceremony/join", {"passphrase": "the words of nobody"}, "ceremony.not_an_officer")
    wang.post("/root-key/ceremony/join", {"passphrase": "the words of wang"})
    wang.refused("/root-key/ceremony/join", {"passphrase": "the words of wang"}, "ceremony.joined_already")
    li.refused("/root-key/ceremony/join", {"passphrase": "the words of wang"}, "shares.officer_twice")
    li.refused("/root-key/ceremony/join", {"passphrase": "short"}, "custody.passphrase_too_short")
    li.refused("/root-key/ceremony/share", {}, "ceremony.not_dealt")
    for who in (li, zhang):
        who.post("/root-key/ceremony/join", {"passphrase": f"the words of {who.name}"})
    stale = wang.post("/root-key/ceremony/share")["share"]
    root_before = (SPACE / "keys" / "root.json").read_text()
    zhang.post("/root-key/ceremony/abandon", {"reason": "zhang is called away"})
    check((SPACE / "keys" / "root.json").read_text() == root_before, "an abandoned ceremony changes nothing")
    wang.refused("/root-key/ceremony/confirm", {"share": stale, "passphrase": "the words of wang"}, "ceremony.none")

    # To the end.
    security.post("/root-key/ceremony", begin)
    words, shares = {}, {}
    for who in (wang, li, zhang):
        words[who.name] = f"the words of {who.name} today"
        seen = who.post("/root-key/ceremony/join", {"passphrase": words[who.name]})
    check(seen["state"] == "dealt" and "share" in seen["can"], f"dealt when the last one joined: {seen}")
    for who in (wang, li, zhang):
        shares[who.name] = who.post("/root-key/ceremony/share")["share"]
        who.refused("/root-key/ceremony/share", {}, "ceremony.share_taken")
    wang.refused("/root-key/ceremony/confirm", {"share": stale, "passphrase": words["wang"]}, "shares.other_root")
    wang.refused("/root-key/ceremony/confirm", {"share": shares["li"], "passphrase": words["li"]}, "shares.wrong_share")
    wang.refused("/root-key/ceremony/confirm", {"share": shares["wang"], "passphrase": words["li"]}, "shares.wrong_passphrase")
    for who in (wang, li, zhang):
        check((SPACE / "keys" / "root.json").read_text() == root_before, "not before the last share is confirmed")
        seen = who.post("/root-key/ceremony/confirm", {"share": shares[who.name], "passphrase": words[who.name]})
    check(seen["state"] == "done", f"over: {seen}")
    root = security.get("/root-key")
    check(root["keeper"] == "officers" and root["needed"] == 2 and [o["name"] for o in root["officers"]] == ["wang", "li", "zhang"], f"who keeps it: {root}")
    item = next(w for w in security.get("/key-works")["items"] if w["id"] == work)
    check(item["status"] == "done", "the work is closed")
    # A rehearsal changes nothing.
    check(li.post("/root-key/shares/check", {"share": shares["li"], "passphrase": words["li"]})["opens"], "the share opens")
    li.refused("/root-key/shares/check", {"share": shares["li"], "passphrase": "not the words"}, "shares.wrong_passphrase")
    li.refused("/root-key/shares/check", {"share": stale, "passphrase": "the words of wang"}, "shares.other_root")
finally:
    server.stop()
for name in shares:
    (TMP / f"{name}.share").write_text(json.dumps(shares[name]))
    (TMP / f"{name}.words").write_text(words[name] + "\n")
(TMP / "stale.share").write_text(json.dumps(stale))
(TMP / "stale.words").write_text("the words of wang\n")


def unlock(*names):
    return [x for n in names for x in ("--share", TMP / f"{n}.share", "--share-passphrase-file", TMP / f"{n}.words")]


check(reason(run("keys", "list", "--space", SPACE, "--passphrase-file", PASS, "--json", code=6)) == "shares.too_few", "the old passphrase opens nothing")
check(reason(run("keys", "list", "--space", SPACE, "--json", *unlock("wang"), code=6)) == "shares.too_few", "nor one officer")
check(reason(run("keys", "list", "--space", SPACE, "--json", *unlock("stale", "li"), code=6)) == "shares.other_root", "nor a share of an abandoned ceremony")
check(said(run("keys", "root", "--space", SPACE, "--json", *unlock("zhang", "li")))["needed"] == 2, "two of three open it")
classify(SPACE, fresh, unlock("wang", "zhang"))
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
print("every layer was made anew, and nobody opens the root alone")
