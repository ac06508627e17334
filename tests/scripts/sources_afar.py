#!/usr/bin/env python3
"""Sources are kept by data managers who are not at the machine: registered with a second factor, in folders that the operator allows, with
passwords that nothing shows again; their schedule, password and manager are changed over the API and at the command line."""
import json, os, shutil, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import Server, check

house = Agency()
house.staff()
house.enrol(house.agency, "deputy", "data_manager")
manager, deputy, officer = (house.people[name] for name in ("manager", "deputy", "officer"))
drop, elsewhere = house.tmp / "drop", house.tmp / "elsewhere"
for folder in (drop / "his", elsewhere):
    folder.mkdir(parents=True)
(drop / "link").symlink_to(elsewhere)
house.run("synth", "--out", house.tmp / "synth", "--rows", 600)
plan = manager.post("/plans", {"plan": (house.tmp / "synth/plans/mdtrt_d.yaml").read_text(),
                               "source_key": (house.tmp / "synth/source.pub").read_text().strip()})["id"]


def folder(path, name="就诊投递"):
    return {"plan": plan, "name": name, "every_s": 3600, "folder": {"folder": str(path), "pattern": "*.csv", "settle_s": 0}}


# No folder is open to people off the machine until the operator says which.
manager.step_up()
refused(manager.call("POST", "/sources", folder(drop / "his")), "source.folder_not_allowed", "no folder is allowed yet")
check(manager.get("/source-folders") == {"folders": []}, "none")
house.server.stop()
house.server = Server(house.sluice, house.space, None, house.log, unlock=("--passphrase-file", house.passphrase, "--source-folder", drop))
for account in house.people.values():
    account.server = house.server
for account in (manager, deputy, officer, house.people["auditadmin"]):
    account.sign_in()
check(manager.get("/source-folders") == {"folders": [str(drop)]}, "the operator allowed one")

refused(manager.call("POST", "/sources", folder(drop / "his")), "session.step_up_needed", "a second factor", 403)
refused(officer.call("POST", "/sources", folder(drop / "his")), "duty.missing", "data managers alone", 403)
manager.step_up()
for place in (elsewhere, drop / "link", drop / ".." / "elsewhere", "/etc", drop / "none"):
    refused(manager.call("POST", "/sources", folder(place)), "source.folder_not_allowed", f"{place} lies elsewhere")
made = manager.post("/sources", folder(drop / "his"))
check({"change", "hand-over", "pause", "run"} <= set(made["can"]) and "password" not in made["can"], f"what may be done: {made['can']}")
for ending in ("csv", "csv.manifest.json"):
    shutil.copy(house.tmp / f"synth/mdtrt_d.{ending}", drop / f"his/mdtrt_d.{ending}")
for _ in range(3):
    ran = house.work("manager", f"/sources/{made['id']}/run")
    time.sleep(0.3)
check(manager.get(f"/sources/{made['id']}")["came"]["batches"] == 1, f"what lies there is collected: {ran}")

# A database with its password: nothing shows it again.
word = "a-password-that-nobody-sees-again"
database = {"plan": plan, "name": "医院库", "at": ["02:30"], "password": word,
            "database": {"format": "sluice-source/1", "name": "HIS", "kind": "postgresql", "host": "127.0.0.1", "port": 1, "database": "his", "user": "reader", "schemas": []}}
refused(manager.call("POST", "/sources", dict(database, database=dict(database["database"], driver="/tmp/evil.so"))), "source.driver_local_only", "no library of the machine is named", 403)
# Nor any host of the machine's network: those that a system administrator allows, inner ones where that is said at the machine.
refused(manager.call("POST", "/sources", database), "source.host_not_allowed", "no host is allowed yet")
sysadmin = house.people["sysadmin"]
sysadmin.sign_in()
refused(sysadmin.call("POST", "/source-hosts", {"host": "10.1.2.3", "reason": "前置库"}), "session.step_up_needed", "a second factor", 403)
sysadmin.step_up()
refused(manager.call("POST", "/source-hosts", {"host": "10.1.2.3", "reason": "x"}), "duty.missing", "not by a data manager", 403)
for inner in ("127.0.0.1", "127.0.0.1:5432", "localhost", "[::1]:22", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1", "0.0.0.0", "100.100.100.200"):
    refused(sysadmin.call("POST", "/source-hosts", {"host": inner, "reason": "x"}), "source.host_local_only", f"{inner} at the machine alone", 403)
refused(sysadmin.call("POST", "/source-hosts", {"host": "/var/run/postgresql", "reason": "x"}), "source.bad_host", "no path", 400)
names = sysadmin.post("/source-hosts", {"host": "localhost.localdomain", "reason": "本机名"})
check([h["host"] for h in names["hosts"]] == ["localhost.localdomain"], f"a name: {names}")
by_name = dict(database, database=dict(database["database"], host="localhost.localdomain"))
answer = manager.call("POST", "/sources", by_name)
check(answer.code in ("source.host_inner", "source.unreachable"), f"a name that leads to this machine: {answer.body[:200]}")
(house.tmp / "sysadmin.word").write_text(sysadmin.password + "\n")
house.at_the_desk("sources", "allow-host", "127.0.0.1:1", "--reason", "测试库", "--as", "sysadmin", "--password-file", house.tmp / "sysadmin.word", "--code", sysadmin.code())
refused(manager.call("POST", "/sources", dict(database, database=dict(database["database"], port=2))), "source.host_not_allowed", "another port")
answer = manager.call("POST", "/sources", database)
check(answer.status == 201 and word not in answer.body.decode() and "password" in answer.json["can"], f"registered: {answer.body[:400]}")
base = answer.json["id"]
check(word not in manager.call("GET", f"/sources/{base}").body.decode() and not house.stored(word), "it is sealed")
changed = manager.call("POST", f"/sources/{base}/password", {"password": word + "-2", "reason": "每年更换"})
check(changed.status == 200 and word not in changed.body.decode() and not house.stored(word), f"replaced, and sealed: {changed.body[:300]}")
refused(manager.call("POST", f"/sources/{made['id']}/password", {"password": "x", "reason": "x"}), "source.no_password", "a folder has none", 409)
refused(manager.call("POST", f"/sources/{base}/password", {"password": "", "reason": "x"}), "source.bad_place", "an empty one", 400)

# Schedule and manager.
amended = manager.post(f"/sources/{base}/change", {"every_s": 900, "late_after_s": 86400, "reason": "改为一刻钟一次"})
check(amended["every_s"] == 900 and amended["at"] == [] and amended["name"] == "医院库", f"amended: {amended}")
refused(manager.call("POST", f"/sources/{base}/change", {"every_s": 1, "reason": "x"}), "source.bad_schedule", "too often", 400)
refused(manager.call("POST", f"/sources/{base}/change", {"name": "就诊投递", "reason": "x"}), "source.name_known", "the name of another", 409)
refused(manager.call("POST", f"/sources/{base}/hand-over", {"to": house.ids["officer"], "reason": "x"}), "source.no_manager", "to no data manager", 409)
check(manager.post(f"/sources/{base}/hand-over", {"to": house.ids["deputy"], "reason": "调岗"})["registered_by"] == house.ids["deputy"], "handed over")
refused(officer.call("POST", f"/sources/{base}/change", {"every_s": 60, "reason": "x"}), "session.step_up_needed", "officers do not", 403)

# Allowed no more: it is not connected to.
check(house.work("manager", f"/sources/{base}/run")["reason"] not in ("source.host_not_allowed", ""), "nobody listens there, but it is tried")
sysadmin.step_up()
sysadmin.post("/source-hosts/remove", {"host": "127.0.0.1:1", "reason": "停用"})
check(house.work("manager", f"/sources/{base}/run")["reason"] == "source.host_not_allowed", "not connected to")
check(manager.get("/source-hosts")["can"] == [] and sysadmin.get("/source-hosts")["can"] == ["change"], "who sees it, and who changes it")

# The same at the command line, by a person in a session that is kept.
(house.tmp / "deputy.word").write_text(deputy.password + "\n")
kept = house.tmp / "deputy.session"
house.run("session", "open", "deputy", "--space", house.space, "--keep", kept, "--password-file", house.tmp / "deputy.word", "--code", deputy.code())


def desk(*words, code=0):
    return house.run(*words, "--space", house.space, "--session", kept, "--json", code=code)


check(json.loads(desk("sources", "change", base, "--at", "01:00", "--at", "13:00", "--reason", "一日两次"))["at"] == ["01:00", "13:00"], "at the command line")
(house.tmp / "word3").write_text(word + "-3\n")
check(word not in desk("sources", "password", base, "--source-password-file", house.tmp / "word3", "--reason", "更换"), "nor does the command line show it")
desk("sources", "hand-over", base, "--to", house.ids["manager"], "--reason", "回岗")
check(json.loads(desk("sources", "folders"))["folders"] == [str(drop)], "where it may be")
kinds = {e["kind"] for e in house.people["auditadmin"].get(f"/ledger/entries?object={base}&limit=50")["items"]}
check({"source.registered", "source.amended", "source.secret_changed", "source.handed_over"} <= kinds, f"all of it is on record: {kinds}")
house.server.stop()
print("sources are kept from afar, and passwords are never seen again")
