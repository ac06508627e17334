#!/usr/bin/env python3
"""A whole dataset is destroyed as one work on keys. Laws: it wants the approval, the witnesses and the unchanged dataset that one version wants; a version that
is kept longer holds all of it, whatever older paper there is; kill -9 in the middle leaves a work that goes on, and nothing of it readable; one certificate proves the end of every
version and names what survives; the catalogue keeps the dataset as destroyed and takes nothing for it, here or in a space restored from an older backup."""
import base64, json, os, signal, subprocess, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check

PLAN = """format: sluice-plan/1
id: bills.v1
dataset: 单据明细
table: bill_d
source: {name: 示例市医疗保障信息中心, uscc: "12509803MAT000018C"}
file_format: csv
purpose: 基金核算
legal_basis: 法定职责
frequency: 每日
fields:
  - {name: certno, title: 证件号码, type: text, required: true, max_length: 50, necessity: 核对本人}
  - {name: amount, title: 金额, type: decimal, required: true, necessity: 核算}
  - {name: bill_no, title: 单据号, type: text, key: true, required: true, max_length: 30, necessity: 唯一}
"""
BATCHES = 24
PERSON = "330102198707021234"


def collect(a, number, code=0, bad=False):
    file = a.tmp / f"bills{number}.csv"
    rows = [f"{PERSON},{n}.50,B{number:03}{n:03}" for n in range(40)] + ([f"{PERSON},abc,B{number:03}900"] if bad else [])
    file.write_text("certno,amount,bill_no\n" + "\n".join(rows) + "\n")
    a.run("manifest", "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source.key", "--batch", str(number), file)
    return a.collect(a.tmp / "plan.yaml", a.tmp / "source.key.pub", file, code=code)


def paper(a, dataset):
    made = a.people["officer"].post("/law/papers", {"kind": "destruction_approval", "title": "整体销毁审批", "number": f"〔2026〕{time.time_ns() % 100000}号", "authority": "示例市医疗保障局", "dataset": dataset,
                                                    "scan": base64.b64encode("销毁审批原件".encode()).decode(), "expires_ms": int(time.time() * 1000) + 30 * 86400000})
    a.people["pi"].post(f"/law/papers/{made['id']}/check", {"accept": True, "note": "与原件一致"})
    return made["id"]


def wish(dataset, **more):
    return {"proposal": dict({"work": "destroy_dataset", "dataset": dataset, "reason": "系统下线，不再需要"}, **more)}


def witnessed(a, id):
    for who in ("secadmin", "sysadmin"):
        a.people[who].post(f"/key-works/{id}/witness", {"verdict": "agree"})


def folders(a):
    vault = a.space / "vault"
    tiers = [vault] + [vault / name for name in os.listdir(vault) if name.startswith("level-")]
    return [name for tier in tiers for name in os.listdir(tier) if name.startswith("dv_")]


def refused_before_its_time(a, dataset, version):
    manager = a.people["manager"]
    refused(manager.call("POST", "/key-works", wish(dataset)), "keys.retention_not_over", "not before its time", 422)
    refused(manager.call("POST", "/key-works", wish(dataset, version=version)), "keys.whole_dataset_alone", "one or all", 400)
    refused(a.people["sysadmin"].call("POST", "/key-works", wish(dataset)), "duty.missing", "not by anybody", 403)
    old = paper(a, dataset)
    a.people["officer"].post(f"/law/retention/{version}/keep", {"until_ms": int(time.time() * 1000) + 9000 * 86400000, "reason": "诉讼未结"})
    refused(manager.call("POST", "/key-works", wish(dataset, approval=old)), "keys.kept_longer", "a hold of after the paper holds all of it", 422)
    a.people["pi"].post(f"/law/retention/{version}/end-hold", {"reason": "已结案"})
    # Another version came after the witnesses: other data than were decided about.
    work = manager.post("/key-works", wish(dataset, approval=old))
    check(work["whole"]["versions"] == len(folders(a)) and work["names"][dataset], f"what is proposed says what it covers: {work}")
    refused(manager.call("POST", f"/key-works/{work['id']}/carry-out"), "keys.work_not_approved", "nobody witnessed it", 409)
    witnessed(a, work["id"])
    collect(a, BATCHES)
    refused(manager.call("POST", f"/key-works/{work['id']}/carry-out"), "keys.dataset_changed", "a batch came meanwhile", 409)
    check(manager.get(f"/key-works/{work['id']}")["status"] == "failed", "it can never be carried out, and says so")
    check(len(folders(a)) == work["whole"]["versions"] + 1, "nothing went")


def killed_in_the_middle(a, id, total):
    """The server is killed while folders go one by one; returns how many were left."""
    manager = a.people["manager"]
    def begin():
        try:
            manager.call("POST", f"/key-works/{id}/carry-out", {})
        except Exception:
            pass  # the server is killed under it
    thread = threading.Thread(target=begin)
    thread.start()
    until = time.time() + 60
    while len(folders(a)) >= total and time.time() < until:
        pass
    os.kill(a.server.pid, signal.SIGKILL)
    thread.join()
    return len(folders(a))


a = Agency()
try:
    a.staff()
    (a.tmp / "plan.yaml").write_text(PLAN)
    a.run("key", "new", "--out", a.tmp / "source.key", "--name", "source", "--no-passphrase")
    key = json.loads((a.tmp / "source.key").read_text())
    (a.tmp / "source.key.pub").write_text(key["public_key"] + "\n")
    first = collect(a, 0, bad=True)
    check(first["held"] == 1, f"one row is held, and sealed: {first}")
    dataset, version = first["dataset"], first["version"]
    for number in range(1, BATCHES):
        collect(a, number)
    other = a.tmp / "synth"
    a.run("synth", "--out", other, "--rows", 60)
    beside = a.collect(other / "plans/psn_info_b.yaml", other / "source.pub", other / "psn_info_b.csv")
    a.graded(first)
    a.work("manager", f"/datasets/{dataset}/merge", {"parts": [version, collect(a, 90)["version"]]})
    adopted = a.people["officer"].post(f"/datasets/{dataset}/strategies", {"text": {"format": "sluice-strategy/1", "id": "story", "version": "1", "fields": [
        {"column": "certno", "technique": "suppress"}, {"column": "amount", "technique": "keep"}, {"column": "bill_no", "technique": "suppress"}]}})
    masked = a.work("officer", f"/strategies/{adopted['id']}/apply", {})
    shown = a.people["manager"].get(f"/datasets/{dataset}")
    check(masked["from"] == shown["in_force"]["version"] and masked["from_number"] == shown["in_force"]["number"], f"nobody named a version: the one in force, and the answer says which: {masked} {shown['in_force']}")
    out = a.tmp / "out"
    backup = json.loads(a.at_the_desk("backup", out, "--json"))
    # All of the other dataset's stays.
    theirs = {beside["version"]}
    mine = [f for f in folders(a) if f not in theirs]
    held = next(b for b in shown["batches"] if b["id"] == first["batch"])["held_version"]
    check(held in mine and masked["version"] in mine, "held rows and the masked version are of it")
    for name in theirs:
        check(name in folders(a), "the other dataset")
    real = folders
    def folders(a):
        return [f for f in real(a) if f not in theirs]

    refused_before_its_time(a, dataset, version)
    work = a.people["manager"].post("/key-works", wish(dataset, approval=paper(a, dataset)))
    witnessed(a, work["id"])
    total = len(folders(a))
    left = killed_in_the_middle(a, work["id"], total)
    check(0 < left < total, f"killed in the middle: {left} of {total} were left")
    a.server.process.wait(20)
    a.restart()
    for account in a.people.values():
        account.sign_in()
    check(folders(a) == [], f"what the ledger says is destroyed goes at the opening: {folders(a)}")
    shown = a.people["manager"].get(f"/key-works/{work['id']}")
    check(shown["status"] == "approved" and shown["carried_out"] and "carry-out" in shown["can"], f"the work goes on: {shown}")
    done = a.work("manager", f"/key-works/{work['id']}/carry-out")
    check(done["versions_destroyed"] == total and done["tombstones_written"] == 1, f"{done}")
    refused(a.people["manager"].call("POST", f"/key-works/{work['id']}/carry-out"), "keys.work_not_approved", "once", 409)

    # The certificate: every version, and what survives.
    certificate = a.tmp / "certificate.json"
    certificate.write_text(a.at_the_desk("keys", "certificate", work["id"], "--json"))
    content = json.loads(certificate.read_text())
    check(len(content["versions"]) == total and content["dataset"] == dataset and {version, held, masked["version"]} <= set(content["versions"]), "each is named")
    check([b["backup"] for b in content["survives"]["backups"]] == [backup["backup"]] and content["survives"]["epochs_open"] == [backup["epoch"]], f"the backup survives: {content['survives']}")
    check(content["survives"]["versions"] == [] and set(content["survives"]) == {"backups", "epochs_open", "deliveries", "provisions", "contracts", "holds", "same_rows", "versions"}, f"{content['survives']}")
    check(PERSON not in certificate.read_text(), "no value of a person")
    verify = lambda file, code: subprocess.run([a.sluice, "keys", "verify-certificate", file, "--trust", a.space / "trust.txt", "--json"], capture_output=True, text=True).returncode == code
    check(verify(certificate, 0), "it verifies")
    for member, value in (("versions", content["versions"][1:]), ("versions", content["versions"][::-1]), ("versions", content["versions"] + [content["versions"][0]]), ("dataset", beside["dataset"]),
                          ("whole", dict(content["whole"], versions=total - 1)), ("work", "destroy_version"), ("reason", "x")):
        (a.tmp / "bent.json").write_text(json.dumps(dict(content, **{member: value})))
        check(verify(a.tmp / "bent.json", 6), f"bent in {member}")

    # The catalogue keeps it, and nothing comes into it.
    gone = a.people["manager"].get(f"/datasets/{dataset}")
    check(gone["destroyed_ms"] > 0 and gone["destroyed_by"] == work["id"] and gone["in_force"]["version"] == "" and len(gone["versions"]) > BATCHES, "it stands as destroyed")
    check(not {"classify", "mask", "product"} & set(gone["can"]), f"nothing is offered: {gone['can']}")
    check([d["dataset"] for d in a.people["manager"].get("/key-works")["datasets"]] == [dataset], "and in the list of what was destroyed")
    file = a.tmp / "late.csv"
    file.write_text(f"certno,amount,bill_no\n{PERSON},1.00,L1\n")
    a.run("manifest", "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source.key", "--batch", "late", file)
    told = subprocess.run([a.sluice, "collect", "--space", a.space, "--plan", a.tmp / "plan.yaml", "--source-key", a.tmp / "source.key.pub", "--json", file], capture_output=True, text=True)
    check(told.returncode != 0 and "catalog.dataset_destroyed" in told.stdout + told.stderr and folders(a) == [], f"no new batch: {told.returncode} {told.stdout} {told.stderr}")
    check(all(d["id"] != dataset or d["destroyed_ms"] for d in a.people["manager"].get("/datasets")["items"]), "it stays what it is in the list, too")
    refused(a.people["officer"].call("POST", f"/strategies/{adopted['id']}/apply", {"version": version}), "keys.version_destroyed", "no masking", 404)
    check(a.people["manager"].get(f"/datasets/{beside['dataset']}")["in_force"]["version"] == beside["version"], "the other one is untouched")
    a.server.stop()

    # An older backup brings neither keys nor the dataset back.
    target = a.tmp / "back"
    told = json.loads(a.run("restore", out, target, "--passphrase-file", a.passphrase, "--json"))
    check(told["keys_left_out"] > 0, f"left out: {told}")
    listed = json.loads(a.run("keys", "list", "--space", target, "--passphrase-file", a.passphrase, "--json"))
    check([d["dataset"] for d in listed["datasets"]] == [dataset] and listed["datasets"][0]["key_work"] == "", f"it stands as destroyed there too: {listed['datasets']}")
    again = subprocess.run([a.sluice, "collect", "--space", target, "--passphrase-file", a.passphrase, "--plan", a.tmp / "plan.yaml", "--source-key", a.tmp / "source.key.pub", "--json", file], capture_output=True, text=True)
    check(again.returncode != 0 and "catalog.dataset_destroyed" in again.stdout + again.stderr, f"and takes nothing: {again.stdout} {again.stderr}")
    a.run("ledger", "verify", "--space", target, "--trust", a.space / "trust.txt")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print(f"a dataset of {total} versions destroyed as one work, killed in the middle with {left} left, certified; not back out of a backup")
