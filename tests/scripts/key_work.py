#!/usr/bin/env python3
"""Keys under dual control on the real program: a column and one person's rows are shredded by two witnesses, certified, and stay destroyed
when an older backup is restored; the ledger's keys are handed over; the root is split among officers.
"""
import base64, csv, json, os, shutil, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from desk import SLUICE, TMP, new_space, reason, run, said
from outsider import Account, Server, check

PASS, SPACE, DATA = TMP / "pass", TMP / "space", TMP / "data"
PASS.write_text("a passphrase of tests\n")
accounts = new_space(SPACE, PASS)
run("synth", "--out", DATA, "--rows", "400", "--seed", "3")
plan = DATA / "plans" / "fee_list_d.yaml"
sealed = said(run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", plan, "--source-key", DATA / "source.pub", "--json", DATA / "fee_list_d.csv"))[0]
version = sealed["version"]
with open(DATA / "fee_list_d.csv", newline="") as f:
    rows = list(csv.DictReader(f))
column = next(c for c in rows[0] if c in ("psn_no", "mdtrt_id", "setl_id"))
person = rows[0][column]
theirs = sum(r[column] == person for r in rows)
(TMP / "person").write_text(person + "\n")

server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
try:
    security, system = (Account(server, a, accounts[a]).begin() for a in ("secadmin", "sysadmin"))
    old = said(run("backup", "--space", SPACE, TMP / "out", "--json"))
    shutil.copytree(TMP / "out", TMP / "out_of_the_safe")
    shutil.copytree(TMP / "out.epochs", TMP / "out_of_the_safe.epochs")

    def propose(*more, work="destroy_columns"):
        return said(run("keys", "propose", "--space", SPACE, work, "--reason", "retention is over", "--json", *more))

    def witnessed(item):
        for who in (security, system)[: item["witnesses_needed"]]:
            who.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"})
        return item["id"]

    # A column. Its retention period is not over: a checked approval is needed.
    gone = next(c for c in rows[0] if c != column)
    wish = ("keys", "propose", "--space", SPACE, "destroy_columns", "--version", version, "--column", gone, "--reason", "r", "--json")
    check(reason(run(*wish, code=6)) == "keys.retention_not_over", "not before its time")
    agency, security_id = system.get("/session")["party"]["id"], security.get("/session")["person"]
    made = system.post("/people", {"party": agency, "account": "pi", "display_name": "个人信息保护责任人"})
    security.post(f"/people/{made['id']}/duties", {"duty": "pi_officer"})
    pi = Account(server, "pi", made["password"]).begin()
    (TMP / "paper.json").write_text(json.dumps({"kind": "destruction_approval", "title": "提前销毁审批", "number": "〔2026〕9号", "authority": "测试经办机构", "dataset": sealed["dataset"], "scan": base64.b64encode("销毁审批原件".encode()).decode(), "expires_ms": int(time.time() * 1000) + 30 * 86400000}))
    paper = said(run("law", "new", "papers", TMP / "paper.json", "--space", SPACE, "--json"))["id"]
    check(reason(run(*wish, "--approval", paper, code=6)) == "keys.no_destruction_approval", "entered is not checked")
    pi.post(f"/law/papers/{paper}/check", {"accept": True, "note": "与原件一致"})
    item = propose("--version", version, "--column", gone, "--approval", paper)
    check(reason(run("keys", "carry-out", "--space", SPACE, item["id"], "--json", code=5)) == "keys.work_not_approved", "two witnesses are needed")
    security.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"})
    security.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"}, status=(403,))
    check(reason(run("keys", "carry-out", "--space", SPACE, item["id"], "--json", code=5)) == "keys.work_not_approved", "one is not two")
    system.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"})
    done = said(run("keys", "carry-out", "--space", SPACE, item["id"], "--json"))
    check(done["tombstones_written"] == 1 and done["tombstones_missed"] == 0, f"the backup learns of it at once: {done}")
    run("keys", "certificate", "--space", SPACE, item["id"], "--json")
    certificate = TMP / "certificate.json"
    certificate.write_text(run("keys", "certificate", "--space", SPACE, item["id"], "--json").stdout)
    content = json.loads(certificate.read_text())
    check([b["backup"] for b in content["survives"]["backups"]] == [old["backup"]], "the certificate names the backup that survives")
    verdict = said(run("keys", "verify-certificate", certificate, "--trust", SPACE / "trust.txt", "--json"))
    check(verdict["ok"] and verdict["pinned"] and verdict["witnesses"] == 2 and verdict["columns"] == [gone], f"it verifies: {verdict}")
    run("keys", "verify-certificate", certificate, code=6)
    for member, value in (("reason", "another"), ("columns", [column]), ("version", "dv_0000000000000000")):
        (TMP / "bent.json").write_text(json.dumps(dict(content, **{member: value})))
        run("keys", "verify-certificate", TMP / "bent.json", "--trust", SPACE / "trust.txt", code=6)
    check(reason(run("keys", "propose", "--space", SPACE, "destroy_columns", "--version", version, "--column", gone, "--reason", "r", "--approval", paper, "--json", code=3)) == "keys.column_destroyed", "twice")

    # One person's rows, out of what is left: by a column that the grading confirmed as naming people, and not before its time either.
    wish = ("keys", "propose", "--space", SPACE, "destroy_rows", "--version", version, "--column", column, "--reason", "r", "--person-file", TMP / "person", "--json")
    check(reason(run(*wish, "--approval", paper, code=6)) == "keys.column_names_no_person", "a column that nobody confirmed as naming people")
    made = system.post("/people", {"party": agency, "account": "manager", "display_name": "数据管理员"})
    security.post(f"/people/{made['id']}/duties", {"duty": "data_manager"})
    manager = Account(server, "manager", made["password"]).begin()
    manager.post(f"/datasets/{sealed['dataset']}/confirm", {"verdicts": [{"column": column, "type": "psn_no", "category": "personal", "level": 4, "identifying": True, "quasi": False, "reason": "个人编号"}]})
    check(reason(run(*wish, code=6)) == "keys.retention_not_over", "not before its time")
    check(reason(run(*wish, "--approval", paper, code=6)) == "keys.approval_used", "one paper approves one destruction")
    paper = said(run("law", "new", "papers", TMP / "paper.json", "--space", SPACE, "--json"))["id"]
    pi.post(f"/law/papers/{paper}/check", {"accept": True, "note": "与原件一致"})
    item = propose("--approval", paper,"--version", version, "--column", column, "--person-file", TMP / "person", work="destroy_rows")
    done = said(run("keys", "carry-out", "--space", SPACE, witnessed(item), "--json"))
    check(done["rows_removed"] == theirs, f"{theirs} rows of the person: {done['rows_removed']}")
    check(not (SPACE / "vault" / version).exists() and (SPACE / "vault" / done["new_version"]).exists(), "a new version takes the old one's place")
    ledger = run("ledger", "search", "--space", SPACE, "--limit", "1000", "--json").stdout + (SPACE / "ledger.sqlite").read_bytes().decode("latin-1")
    check(person not in ledger, "the person's identifier is not in the ledger")
    rewritten = done["new_version"]

    # Fresh wraps, and a hand-over of the ledger's keys; what was pinned before still holds.
    item = security.post("/key-works", {"proposal": {"work": "rotate_datasets", "reason": "yearly"}})
    system.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"})
    check(said(run("keys", "carry-out", "--space", SPACE, item["id"], "--json"))["wraps"] > 1, "wraps are made anew")
    item = security.post("/key-works", {"proposal": {"work": "rotate_ledger", "reason": "yearly"}})
    system.post(f"/key-works/{item['id']}/witness", {"verdict": "agree"})
    run("keys", "carry-out", "--space", SPACE, item["id"], "--json")
    verified = said(run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt", "--json"))
    check(verified["verified"] and verified["pinned"], f"history is signed back to the first key: {verified}")
    check(len(run("keys", "list", "--space", SPACE, "--json").stdout) > 100, "the list")
    # People act here: the root is replaced by a witnessed work, among officers who are colleagues.
    for name in ("wang", "li", "zhang"):
        system.post("/people", {"party": agency, "account": name, "display_name": "保管人 " + name})
    root_work = security.post("/key-works", {"proposal": {"work": "rotate_root", "reason": "保管人分持"}})["id"]
    early = security.post("/key-works", {"proposal": {"work": "rotate_root", "reason": "尚无人见证"}})["id"]
    system.post(f"/key-works/{root_work}/witness", {"verdict": "agree"})
finally:
    server.stop()
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
run("keys", "verify-certificate", certificate, "--trust", SPACE / "trust.txt")

# An older backup does not bring destroyed keys back: it was told. A copy that was not told has them, as the certificate says.
told = said(run("restore", TMP / "out", TMP / "back", "--passphrase-file", PASS, "--backup", old["backup"], "--json"))
check(told["keys_left_out"] >= len(rows[0]), f"destroyed keys are left out: {told}")
beside = said(run("restore", TMP / "out_of_the_safe", TMP / "back1", "--passphrase-file", PASS, "--json"))
check(beside["keys_left_out"] >= len(rows[0]) and "escrow" in beside["told_by"], f"the list beside the secret tells an old copy: {beside}")
# On another machine nobody finds that list.
(TMP / "out.epochs").rename(TMP / "far.epochs")
untold = said(run("restore", TMP / "out_of_the_safe", TMP / "back2", "--epochs", TMP / "out_of_the_safe.epochs", "--passphrase-file", PASS, "--json"))
check(untold["keys_left_out"] == 0, f"a copy that lay in a safe with its secret is what the certificate names: {untold}")
(TMP / "far.epochs").rename(TMP / "out.epochs")
# An older registry under the newer ledger: the agent reads the ledger.
shutil.copytree(SPACE, TMP / "mixed")
for name in ("registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm"):
    (TMP / "mixed" / name).unlink(missing_ok=True)
shutil.copy(TMP / "back2" / "registry.sqlite", TMP / "mixed" / "registry.sqlite")
run("keys", "list", "--space", TMP / "mixed", "--passphrase-file", PASS)
check(run("keys", "list", "--space", TMP / "mixed", "--passphrase-file", PASS).returncode == 0, "it opens")

# The root among three officers, two of whom are enough.
officers, words = [], []
for n, name in enumerate(("wang", "li", "zhang")):
    (TMP / f"{name}.pass").write_text(f"the passphrase of {name}\n")
    officers += ["--officer", f"{name}={TMP / name}.share"]
    words += ["--officer-passphrase-file", TMP / f"{name}.pass"]
(TMP / "copied.pass").write_text("the passphrase of wang\n")
split = ["keys", "split", "--space", SPACE, "--passphrase-file", PASS, "--needed", "2", "--json"]
for account in (security, system):
    (TMP / f"{account.name}.word").write_text(account.password + "\n")


def desk(work, *people):
    """Who stands at the desk, each with password and a fresh code."""
    words = ["--work", work]
    for place, account in zip(("first", "second"), people):
        words += [f"--{place}", account.name, f"--{place}-password-file", TMP / f"{account.name}.word", f"--{place}-code", account.code()]
    return words


check(reason(run(*split, *officers, *words, code=6)) == "keys.root_needs_proposal", "whoever holds the passphrase does not replace the root alone")
check(reason(run("keys", "passphrase", "--space", SPACE, "--passphrase-file", PASS, "--new-passphrase-file", PASS, "--json", code=6)) == "keys.root_needs_proposal", "by no command")
check(reason(run(*split, *desk(early, security, system), *officers, *words, code=5)) == "keys.work_not_approved", "nor without a witness")
check(reason(run(*split, *desk(root_work, security), *officers, *words, code=6)) == "keys.root_needs_two", "nor one person with a witness who is not there")
strangers = [f"{o.split('=')[0]}x={o.split('=')[1]}" if "=" in str(o) else o for o in map(str, officers)]
check(reason(run(*split, *desk(root_work, security, system), *strangers, *words, code=3)) == "account.not_found", "officers are colleagues, not names")
twice = ["--officer-passphrase-file", TMP / "wang.pass", "--officer-passphrase-file", TMP / "copied.pass", "--officer-passphrase-file", TMP / "zhang.pass"]
check(reason(run(*split, *desk(root_work, security, system), *officers, *twice, code=5)) == "shares.officer_twice", "two officers are not one person")
check(not list(TMP.glob("*.share")), "an abandoned ceremony leaves no share")
run("keys", "list", "--space", SPACE, "--passphrase-file", PASS)
check(said(run(*split, *desk(root_work, security, system), *officers, *words))["total"] == 3, "the root is split")


def unlock(*names):
    return [x for n in names for x in ("--share", TMP / f"{n}.share", "--share-passphrase-file", TMP / f"{n}.pass")]


listing = ["keys", "list", "--space", SPACE, "--json"]
check(reason(run(*listing, "--passphrase-file", PASS, code=6)) == "shares.too_few", "the old passphrase opens nothing")
check(reason(run(*listing, *unlock("li"), code=6)) == "shares.too_few", "nor does one officer")
run(*listing, *unlock("zhang", "wang"))
bent = json.loads((TMP / "li.share").read_text())
sealed_share = bytearray(base64.b64decode(bent["sealed"]))
sealed_share[-1] ^= 1
bent["sealed"] = base64.b64encode(sealed_share).decode()
(TMP / "bent.share").write_text(json.dumps(bent))
shutil.copy(TMP / "li.pass", TMP / "bent.pass")
wrong = run(*listing, *unlock("wang", "bent"), code=4)
check(reason(wrong) == "shares.wrong_passphrase" and "li" in wrong.stderr, "a wrong share is named")
server = Server(SLUICE, SPACE, None, TMP / "server.log", unlock=unlock("li", "wang"))
try:
    said(run("backup", "--space", SPACE, TMP / "out", "--json"))
finally:
    server.stop()
run("restore", TMP / "out", TMP / "by_officers", *unlock("li", "zhang"))
run(*["keys", "list", "--space", TMP / "by_officers", "--json"], *unlock("wang", "zhang"))
found = json.loads(run("ledger", "search", "--space", TMP / "by_officers", "--kind", "keys.root_changed", "--json").stdout.splitlines()[0])
check(security_id in json.dumps(found), f"the entry names who did it: {found}")
run("ledger", "verify", "--space", TMP / "by_officers", "--trust", SPACE / "trust.txt")
print("destroyed is destroyed; nobody opens the root alone")
