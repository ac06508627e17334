#!/usr/bin/env python3
"""Keys under dual control on the real program: a column and one person's rows are shredded by two witnesses, certified, and stay destroyed
when an older backup is restored; the ledger's keys are handed over; the root is split among officers.
"""
import base64, csv, hashlib, hmac, http.client, json, os, pathlib, shutil, ssl, struct, subprocess, sys, time

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
PASS, SPACE, DATA = TMP / "pass", TMP / "space", TMP / "data"
PASS.write_text("a passphrase of tests\n")
ENV = dict(os.environ, LC_ALL="C.UTF-8")


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, code=0, **kw):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, env=ENV, **kw)
    check(done.returncode == code, f"sluice {' '.join(map(str, args))}: exit {done.returncode}, not {code}: {done.stdout}{done.stderr}")
    return done


def said(done):
    return json.loads(done.stdout)


def reason(done):
    return json.loads(done.stderr.strip().splitlines()[-1])["code"]


class Server:
    def __init__(self, space, *unlock):
        self.process = subprocess.Popen([SLUICE, "serve", "--space", space, "--listen", "127.0.0.1:0", *map(str, unlock)], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True, env=ENV)
        line = self.process.stdout.readline()
        check("https://" in line, f"the server starts: {line!r}")
        self.port = int(line.rsplit(":", 1)[1].strip().strip("/"))

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


class Person:
    """Signed in, with a password and a second factor of their own."""

    def __init__(self, port, account, password):
        self.port, self.headers, self.step = port, {}, None
        me = self.ask("POST", "/api/v1/session", {"account": account, "password": password})
        self.headers["X-CSRF-Token"] = me["csrf"]
        self.ask("POST", "/api/v1/session/password", {"old": password, "new": "a-password-of-the-test-1"})
        offer = self.ask("POST", "/api/v1/session/totp/enrol", {})
        seed = offer.get("seed") or offer.get("secret") or offer["uri"].split("secret=")[1].split("&")[0]
        self.seed = base64.b32decode(seed + "=" * (-len(seed) % 8))
        self.ask("POST", "/api/v1/session/totp/confirm", {"code": self.code()})

    def code(self):
        mac = hmac.new(self.seed, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
        at = mac[-1] & 15
        return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)

    def ask(self, method, path, body=None, status=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=ssl._create_unverified_context(), timeout=60)
        headers = dict(self.headers, **({"Content-Type": "application/json"} if body is not None else {}))
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        raw = answer.read()
        if answer.getheader("Set-Cookie"):
            self.headers["Cookie"] = answer.getheader("Set-Cookie").split(";")[0]
        check(answer.status == status if status else answer.status < 300, f"{method} {path}: {answer.status} {raw[:300]}")
        return json.loads(raw) if raw else None


accounts = {a["account"]: a["password"] for a in said(run("init", SPACE, "--name", "测试经办机构", "--uscc", "12509803MAT000018C", "--passphrase-file", PASS, "--json"))["accounts"]}
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

server = Server(SPACE, "--passphrase-file", PASS)
try:
    security, system = (Person(server.port, a, accounts[a]) for a in ("secadmin", "sysadmin"))
    old = said(run("backup", "--space", SPACE, TMP / "out", "--json"))
    shutil.copytree(TMP / "out", TMP / "out_of_the_safe")

    def propose(*more, work="destroy_columns"):
        return said(run("keys", "propose", "--space", SPACE, work, "--reason", "retention is over", "--json", *more))

    def witnessed(item):
        for who in (security, system)[: item["witnesses_needed"]]:
            who.ask("POST", f"/api/v1/key-works/{item['id']}/witness", {"verdict": "agree"})
        return item["id"]

    # A column. Its retention period is not over: a checked approval is needed.
    gone = next(c for c in rows[0] if c != column)
    wish = ("keys", "propose", "--space", SPACE, "destroy_columns", "--version", version, "--column", gone, "--reason", "r", "--json")
    check(reason(run(*wish, code=6)) == "keys.retention_not_over", "not before its time")
    agency = system.ask("GET", "/api/v1/session")["party"]["id"]
    made = system.ask("POST", "/api/v1/people", {"party": agency, "account": "pi", "display_name": "个人信息保护责任人"})
    security.ask("POST", f"/api/v1/people/{made['id']}/duties", {"duty": "pi_officer"})
    pi = Person(server.port, "pi", made["password"])
    (TMP / "paper.json").write_text(json.dumps({"kind": "destruction_approval", "title": "提前销毁审批", "number": "〔2026〕9号", "authority": "测试经办机构", "dataset": sealed["dataset"]}))
    paper = said(run("law", "new", "papers", TMP / "paper.json", "--space", SPACE, "--json"))["id"]
    check(reason(run(*wish, "--approval", paper, code=6)) == "keys.no_destruction_approval", "entered is not checked")
    pi.ask("POST", f"/api/v1/law/papers/{paper}/check", {"accept": True, "note": "与原件一致"})
    item = propose("--version", version, "--column", gone, "--approval", paper)
    check(reason(run("keys", "carry-out", "--space", SPACE, item["id"], "--json", code=5)) == "keys.work_not_approved", "two witnesses are needed")
    security.ask("POST", f"/api/v1/key-works/{item['id']}/witness", {"verdict": "agree"})
    security.ask("POST", f"/api/v1/key-works/{item['id']}/witness", {"verdict": "agree"}, status=403)
    check(reason(run("keys", "carry-out", "--space", SPACE, item["id"], "--json", code=5)) == "keys.work_not_approved", "one is not two")
    system.ask("POST", f"/api/v1/key-works/{item['id']}/witness", {"verdict": "agree"})
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

    # One person's rows, out of what is left.
    item = propose("--version", version, "--column", column, "--person-file", TMP / "person", work="destroy_rows")
    done = said(run("keys", "carry-out", "--space", SPACE, witnessed(item), "--json"))
    check(done["rows_removed"] == theirs, f"{theirs} rows of the person: {done['rows_removed']}")
    check(not (SPACE / "vault" / version).exists() and (SPACE / "vault" / done["new_version"]).exists(), "a new version takes the old one's place")
    ledger = run("ledger", "search", "--space", SPACE, "--limit", "1000", "--json").stdout + (SPACE / "ledger.sqlite").read_bytes().decode("latin-1")
    check(person not in ledger, "the person's identifier is not in the ledger")
    rewritten = done["new_version"]

    # Fresh wraps, and a hand-over of the ledger's keys; what was pinned before still holds.
    item = security.ask("POST", "/api/v1/key-works", {"proposal": {"work": "rotate_datasets", "reason": "yearly"}})
    system.ask("POST", f"/api/v1/key-works/{item['id']}/witness", {"verdict": "agree"})
    check(said(run("keys", "carry-out", "--space", SPACE, item["id"], "--json"))["wraps"] > 1, "wraps are made anew")
    item = security.ask("POST", "/api/v1/key-works", {"proposal": {"work": "rotate_ledger", "reason": "yearly"}})
    system.ask("POST", f"/api/v1/key-works/{item['id']}/witness", {"verdict": "agree"})
    run("keys", "carry-out", "--space", SPACE, item["id"], "--json")
    verified = said(run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt", "--json"))
    check(verified["verified"] and verified["pinned"], f"history is signed back to the first key: {verified}")
    check(len(run("keys", "list", "--space", SPACE, "--json").stdout) > 100, "the list")
finally:
    server.stop()
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
run("keys", "verify-certificate", certificate, "--trust", SPACE / "trust.txt")

# An older backup does not bring destroyed keys back: it was told. A copy that was not told has them, as the certificate says.
told = said(run("restore", TMP / "out", TMP / "back", "--passphrase-file", PASS, "--backup", old["backup"], "--json"))
check(told["keys_left_out"] >= len(rows[0]), f"destroyed keys are left out: {told}")
untold = said(run("restore", TMP / "out_of_the_safe", TMP / "back2", "--passphrase-file", PASS, "--json"))
check(untold["keys_left_out"] == 0, "a copy that lay in a safe is what the certificate names")
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
twice = ["--officer-passphrase-file", TMP / "wang.pass", "--officer-passphrase-file", TMP / "copied.pass", "--officer-passphrase-file", TMP / "zhang.pass"]
check(reason(run(*split, *officers, *twice, code=5)) == "shares.officer_twice", "two officers are not one person")
check(not list(TMP.glob("*.share")), "an abandoned ceremony leaves no share")
run("keys", "list", "--space", SPACE, "--passphrase-file", PASS)
check(said(run(*split, *officers, *words))["total"] == 3, "the root is split")


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
server = Server(SPACE, *unlock("li", "wang"))
try:
    said(run("backup", "--space", SPACE, TMP / "out", "--json"))
finally:
    server.stop()
run("restore", TMP / "out", TMP / "by_officers", *unlock("li", "zhang"))
run(*["keys", "list", "--space", TMP / "by_officers", "--json"], *unlock("wang", "zhang"))
run("ledger", "verify", "--space", TMP / "by_officers", "--trust", SPACE / "trust.txt")
print("destroyed is destroyed; nobody opens the root alone")
