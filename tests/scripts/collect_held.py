#!/usr/bin/env python3
"""Held batches and held rows, through the command line and the HTTPS API: held, corrected, accepted once, all of it on record.

Story C of a settlement batch: the manifest says 10,000 rows, 9,998 arrive; held, corrected, accepted once.
"""
import base64, csv, functools, hashlib, hmac, http.client, json, os, ssl, struct, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import desk
from desk import OWNER, SLUICE, TMP
from outsider import check

SPACE, PASS, WORK = TMP / "space", TMP / "pass", TMP / "work"
PASSWORD = "a-password-of-the-test-1"
SECRET = "Zhang-Nobody-4711"  # a value that must never be told or lie in the clear
run = functools.partial(desk.run, hide=SECRET)
PLAN = f"""format: sluice-plan/1
id: settlement.v1
dataset: 结算明细
table: setl
source:
  name: 测试来源机构
  uscc: "{OWNER}"
file_format: csv
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
fields:
  - {{name: id, title: 流水号, type: text, key: true, required: true, max_length: 20, necessity: 唯一指向}}
  - {{name: name, title: 姓名, type: text, required: true, max_length: 40, necessity: 核对}}
  - {{name: sex, title: 性别, type: text, values: ["1", "2"], necessity: 核对}}
  - {{name: day, title: 日期, type: date, required: true, necessity: 核对}}
  - {{name: fee, title: 费用, type: decimal, scale: 2, required: true, min: "0", necessity: 监管}}
control_totals: [fee]
"""


def in_space(*args, code=0):
    return run(*args, "--space", SPACE, "--passphrase-file", PASS, "--json", code=code)


def answer(*args, code=0):
    return json.loads(in_space(*args, code=code).stdout)


def code_of(done):
    return json.loads(done.stderr)["code"]


def rows(count, first=1):
    return [[f"S{n:06d}", f"人{n % 97}", str(1 + n % 2), "2026-01-05", f"{n % 500}.25"] for n in range(first, first + count)]


def write_csv(name, content):
    path = WORK / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(["id", "name", "sex", "day", "fee"])
        writer.writerows(content)
    return path


def sign(path, number, key="source.key"):
    run("manifest", "--plan", WORK / "plan.yaml", "--key", WORK / key, "--batch", number, path)
    return path


def collect(path, code=0):
    done = in_space("collect", "--plan", WORK / "plan.yaml", "--source-key", WORK / "source.key.pub", path, code=code)
    return json.loads(done.stdout)[0] if done.stdout else done


def totp(secret, step=0):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return "%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


class Client:
    def __init__(self, port):
        self.port, self.headers, self.context = port, {}, ssl._create_unverified_context()

    def ask(self, method, path, body=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context, timeout=60)
        headers = dict(self.headers, **({"Content-Type": "application/json"} if body is not None else {}))
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        got = connection.getresponse()
        raw = got.read()
        if got.getheader("Set-Cookie"):
            self.headers["Cookie"] = got.getheader("Set-Cookie").split(";")[0]
        return got.status, (json.loads(raw) if raw else None)

    def must(self, method, path, body=None, status=(200, 201, 204)):
        got, out = self.ask(method, path, body)
        check(got in status, f"{method} {path}: {got} {out}")
        return out

    def job(self, path, body):
        status, out = self.ask("POST", path, body)
        for _ in range(300):
            if status != 202:
                break
            time.sleep(0.1)
            state = self.must("GET", f"/api/v1/jobs/{out['id']}")
            if state["state"] != "running":
                return (200, state["result"]) if state["state"] == "done" else (409, state)
        return status, out

    def sign_in(self, account, password, fresh=None):
        me = self.must("POST", "/api/v1/session", {"account": account, "password": password})
        self.headers["X-CSRF-Token"] = me["csrf"]
        if fresh:
            self.must("POST", "/api/v1/session/password", {"old": password, "new": fresh})
        return me


def start_server():
    server = subprocess.Popen([SLUICE, "serve", "--space", SPACE, "--passphrase-file", PASS, "--listen", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, stderr=open(TMP / "server.log", "ab"), stdin=subprocess.DEVNULL, text=True)
    line = server.stdout.readline()
    check("https://" in line, f"the server starts: {line!r}")
    return server, int(line.rsplit(":", 1)[1].strip().strip("/"))


def story_c():
    """9,998 of 10,000 rows arrive: held; the whole file comes: accepted once, and the held batch is replaced by it."""
    whole = rows(10000)
    file = sign(write_csv("c/setl.csv", whole), "2026-01")
    write_csv("c/setl.csv", whole[:-2])
    held = collect(file, code=7)
    check(not held["sealed"] and held["reason"] == "manifest.digest_differs" and held["rows"] == 9998, f"held: {held}")
    write_csv("c/setl.csv", whole)
    sealed = collect(file)
    check(sealed["sealed"] and sealed["rows"] == 10000, f"accepted: {sealed}")
    check(in_space("collect", "--plan", WORK / "plan.yaml", file, code=5).returncode == 5, "accepted once")
    batches = {b["id"]: b for b in answer("collect", "batches")}
    check(batches[held["batch"]]["status"] == "replaced" and batches[held["batch"]]["replaced_by"] == sealed["batch"], f"replaced: {batches}")
    again = collect(sign(write_csv("c2/setl.csv", rows(10001)), "2026-01"), code=7)
    check(again["reason"] == "collection.number_known", f"the source's number is taken once: {again}")
    return sealed


def unreadable():
    """A signed file that cannot be parsed is a held batch with its reason, and nothing is sealed."""
    vault = sorted(p.name for p in (SPACE / "vault").iterdir())
    file = sign(write_csv("bad/setl.csv", rows(50)), "2026-02")
    good = file.read_bytes()
    file.write_bytes(good[:len(good) // 2] + b"\nonly,two\n")
    held = collect(file, code=7)
    check(held["reason"] == "manifest.digest_differs" and held["file_problem"].startswith("csv."), f"held and why: {held}")
    file.write_bytes(good)
    ragged = WORK / "bad/ragged.csv"
    ragged.write_text("id,name,sex,day,fee\nS1,甲,1,2026-01-05,1.00\nS2,乙\n", encoding="utf-8")
    refused = in_space("collect", "--plan", WORK / "plan.yaml", ragged, code=None)
    check(refused.returncode not in (0, 7), "without a manifest it is nobody's batch")
    check(sorted(p.name for p in (SPACE / "vault").iterdir()) == vault, "nothing is sealed")
    on_record = [b for b in answer("collect", "batches", "--status", "held") if b["id"] == held["batch"]]
    check(len(on_record) == 1 and on_record[0]["file_problem"] == held["file_problem"], f"on record: {on_record}")
    check(collect(file)["sealed"], "the whole file is accepted")


def dirty_batch(number, first):
    content = rows(12, first)
    content[2][2] = "9"                 # sex not in the value set
    content[4][4] = "-3.00"             # below the minimum
    content[6][3] = "2026-02-30"        # no such day
    content[8][0] = content[0][0]       # the key of another row
    content[9][1] = SECRET
    content[9][4] = "abc"
    batch = collect(sign(write_csv(f"dirty-{number}/setl.csv", content), number))
    check(batch["sealed"] and batch["held"] == 5 and batch["accepted"] == 7, f"rows are held one by one: {batch}")
    return batch, content


def corrections_by_cli():
    batch, content = dirty_batch("2026-03", 20000)
    listed = answer("collect", "held", batch["batch"])
    check([r["row"] for r in listed] == [3, 5, 7, 9, 10] and all("cells" not in r for r in listed), f"rows and reasons, no values: {listed}")
    check(listed[0]["reasons"][0]["subject"] == "sex", f"the reason names the field: {listed[0]}")
    check(code_of(in_space("collect", "held", batch["batch"], "--out", WORK / "held.csv", code=4)) == "access.no_right", "values are a person's with a right, not the machine's")
    keep = "[not shown]"  # sent again as it stood
    fixed = WORK / "fixed.csv"
    fixed.write_text("row,sex,fee,day\n" + f"3,1,{keep},{keep}\n5,{keep},-4.00,{keep}\n7,{keep},{keep},2026-02-28\n9,{keep},{keep},{keep}\n")  # the second is still wrong
    check(code_of(in_space("collect", "correct", batch["batch"], "--reject", 10, code=1)) == "form.text_missing", "a rejection gives its reason")
    done = answer("collect", "correct", batch["batch"], "--file", fixed, "--reject", 10, "--reason", "来源确认作废", code=7)
    check(done["accepted"] == 2 and done["rejected"] == 1, f"two are accepted, one is given up: {done}")
    check([(r["row"], r["reasons"]) for r in done["still_held"]] == [(5, ["fee:value.out_of_range"]), (9, ["id:key.duplicate"])],
          f"a row that is wrong again, and one whose key is accepted already, stay held: {done}")
    check(code_of(in_space("collect", "correct", batch["batch"], "--file", fixed, code=5)) == "correction.row_settled", "accepted once")
    left = answer("collect", "held", batch["batch"])
    check([r["row"] for r in left] == [5, 9], f"what is left: {left}")
    check(code_of(in_space("collect", "correct", batch["batch"], "--reject", 4, "--reason", "x", code=1)) == "correction.not_held", "only held rows")
    return batch, done


def ledger_entries(kind):
    done = run("ledger", "search", "--space", SPACE, "--kind", kind, "--json")
    return json.loads(done.stdout)["entries"]


def merged(batch, done):
    answer_ = answer("collect", "merge", batch["dataset"], "--part", batch["version"], "--part", done["version"])
    check(answer_["rows"] == 9, f"the batch and its corrected rows as one version: {answer_}")
    twice = in_space("collect", "merge", batch["dataset"], "--part", answer_["version"], "--part", done["version"], code=5)
    check(code_of(twice) == "merge.rows_twice", "no row is in a version twice")


def people(port, first):
    """A data manager and a security officer, enrolled and given their duties by two administrators."""
    system, security = Client(port), Client(port)
    me = system.sign_in("sysadmin", first["sysadmin"], PASSWORD)
    security.sign_in("secadmin", first["secadmin"], PASSWORD)
    offer = security.must("POST", "/api/v1/session/totp/enrol", {})  # a duty takes a second factor
    security.must("POST", "/api/v1/session/totp/confirm", {"code": totp(offer["secret"], -1)})
    security.must("POST", "/api/v1/session/step-up", {"code": totp(offer["secret"])})
    out = {"security": security, "ids": {}}
    for account, duty in (("manager", "data_manager"), ("officer", "security_officer"), ("clerk", "registrar")):
        person = system.must("POST", "/api/v1/people", {"party": me["party"]["id"], "account": account, "display_name": account, "phone": ""})
        security.must("POST", f"/api/v1/people/{person['id']}/duties", {"duty": duty, "expires_ms": 0})
        out["ids"][account] = person["id"]
        out[account] = Client(port)
        out[account].sign_in(account, person["password"], PASSWORD)
    return out


def corrections_by_api(who):
    batch, _ = dirty_batch("2026-04", 30000)
    path = f"/api/v1/batches/{batch['batch']}"
    manager, officer, clerk = who["manager"], who["officer"], who["clerk"]
    check(set(manager.must("GET", path)["can"]) >= {"held-values", "correct"}, "the manager may work it off")
    check(officer.must("GET", path)["can"] == ["held-reasons"], "the officer sees reasons")
    page = officer.must("POST", path + "/held", {"detail": "reasons"})
    check(len(page["rows"]) == 5 and page["open"] == 5 and SECRET not in json.dumps(page), "reasons without values")
    check(officer.ask("POST", path + "/held", {"detail": "values"})[0] == 403, "values are not the officer's")
    check(clerk.ask("POST", path + "/held", {"detail": "reasons"})[0] == 403, "nor reasons the registrar's")
    status, problem = manager.ask("POST", path + "/held", {"detail": "values", "limit": 2})
    check((status, problem["code"]) == (403, "access.no_right"), f"the duty alone shows no value: {problem}")
    who["security"].must("POST", "/api/v1/access/rights", {"person": who["ids"]["manager"], "scope": {"actions": ["list_values"], "level_max": 4},
                                                           "expires_ms": int(time.time() * 1000) + 86400000, "reason": "岗位需要"})
    status, problem = manager.ask("POST", path + "/held", {"detail": "values", "limit": 2})
    check((status, problem["code"]) == (403, "session.step_up_needed"), f"and of what nobody graded none without a second factor: {problem}")
    offer = manager.must("POST", "/api/v1/session/totp/enrol", {})
    manager.must("POST", "/api/v1/session/totp/confirm", {"code": totp(offer["secret"], -1)})
    first = manager.must("POST", path + "/held", {"detail": "values", "limit": 2})
    check([r["row"] for r in first["rows"]] == [3, 5] and first["next"] == 5, f"pages: {first}")
    rest = manager.must("POST", path + "/held", {"detail": "values", "limit": 50, "after": first["next"]})
    check(rest["rows"][2]["cells"] == {"fee": "abc"} and rest["next"] is None and SECRET not in json.dumps(rest), f"the rest; of a dataset that nobody graded what is to be corrected: {rest}")
    body = {"corrections": [{"row": 3, "cells": {"sex": "2"}}, {"row": 9, "cells": {"id": "S999999"}}], "rejected": [10], "reason": "作废"}
    check(officer.ask("POST", path + "/corrections", body)[0] in (403, 404), "corrections are the manager's")
    check(manager.ask("POST", path + "/corrections", {"corrections": [{"row": 3, "cells": {"none": "1"}}]})[0] == 400, "an unknown column")
    status, done = manager.job(path + "/corrections", body)
    check(status == 200 and done["accepted"] == 2 and done["rejected"] == 1 and done["still_held"] == [], f"corrected: {status} {done}")
    status, problem = manager.job(path + "/corrections", body)
    check(status == 409 and problem["code"] == "correction.row_settled", f"once: {status} {problem}")
    shown = manager.must("GET", path)
    check(shown["corrected"] == 2 and shown["rejected"] == 1 and shown["open_rows"] == 2, f"the batch tells: {shown}")


def receipts(who):
    """A source that cannot sign: held, received by a second person, then accepted under the receipt."""
    file = write_csv("paper/setl.csv", rows(20, 40000))
    held = collect(file, code=7)
    check(held["reason"] == "manifest.missing", f"held: {held}")
    password = WORK / "officer.password"
    password.write_text(PASSWORD + "\n")
    form = ["collect", "receipt", held["batch"], "--receipt", "收据 2026-7", "--reconciled", "与来源电话逐项核对"]
    check(code_of(in_space(*form, "--rows", 20, code=4)) == "duty.missing", "the local operator, who collected it, may not")
    signed = ["--as", "officer", "--password-file", password]
    check(code_of(in_space(*form, "--rows", 19, *signed, code=5)) == "batch.receipt_differs", "another count")
    check(answer(*form, "--rows", 20, *signed)["status"] == "receipted", "a second person's receipt")
    sealed = collect(file)
    check(sealed["sealed"] and sealed["rows"] == 20, f"accepted under the receipt: {sealed}")
    return password


def source_key(who, password):
    """The source's key changes: by the security officer with a second factor; old signatures are no longer believed."""
    run("key", "new", "--out", WORK / "next.key", "--no-passphrase")
    offer = who["officer"].must("POST", "/api/v1/session/totp/enrol", {})
    who["officer"].must("POST", "/api/v1/session/totp/confirm", {"code": totp(offer["secret"], -1)})
    form = ["collect", "source-key", "settlement.v1", "--key", WORK / "next.key.pub", "--reason", "来源更换密钥"]
    check(code_of(in_space(*form, code=4)) == "duty.missing", "not the data manager")
    signed = ["--as", "officer", "--password-file", password]
    check(code_of(in_space(*form, *signed, code=4)) == "session.step_up_needed", "not without the second factor")
    plan = answer(*form, *signed, "--code", totp(offer["secret"]))
    check(plan["version"] == 2, f"a new version of the plan: {plan}")
    old = collect_with("next.key.pub", sign(write_csv("old/setl.csv", rows(5, 50000)), "2026-05"), code=7)
    check(old["reason"] == "manifest.unknown_key", f"the old key counts no more: {old}")
    fresh = collect_with("next.key.pub", sign(write_csv("new/setl.csv", rows(5, 50000)), "2026-06", "next.key"))
    check(fresh["sealed"], f"the new one does: {fresh}")


def collect_with(key, path, code=0):
    done = in_space("collect", "--plan", WORK / "plan.yaml", "--source-key", WORK / key, path, code=code)
    return json.loads(done.stdout)[0]


def on_record(batch):
    settled = ledger_entries("collection.held_settled")
    check(len(settled) == 2 and any(batch["batch"] in e["objects"] for e in settled), f"each settlement is an entry: {settled}")
    for kind in ("collection.batch_held", "collection.batch_receipted", "collection.source_key_changed", "collection.versions_merged", "keys.granted"):
        check(ledger_entries(kind), f"{kind} is on record")
    run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
    for path in SPACE.rglob("*"):
        if path.is_file():
            check(SECRET.encode() not in path.read_bytes(), f"a value lies in the clear in {path.name}")


def main():
    WORK.mkdir()
    PASS.write_text("the passphrase of the test\n")
    made = run("init", SPACE, "--name", "测试经办机构", "--uscc", OWNER, "--passphrase-file", PASS, "--json")
    first = {a["account"]: a["password"] for a in json.loads(made.stdout)["accounts"]}
    (WORK / "plan.yaml").write_text(PLAN, encoding="utf-8")
    run("key", "new", "--out", WORK / "source.key", "--no-passphrase")
    story_c()
    unreadable()
    batch, done = corrections_by_cli()
    merged(batch, done)
    server, port = start_server()
    try:
        who = people(port, first)
        corrections_by_api(who)
        password = receipts(who)
        source_key(who, password)
        check(server.poll() is None, "the server lives")
    finally:
        server.terminate()
        server.wait(20)
    on_record(batch)
    print("ok")


main()
