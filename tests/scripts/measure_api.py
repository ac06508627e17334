#!/usr/bin/env python3
"""Risk and the best generalisation of a sealed version over the API: the same figures as the command line gives for the file, on the
keys of the named columns only, for the owner's data managers and security officers and nobody else."""
import json, os, pathlib, subprocess, sys

ROOT, TMP, SLUICE = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"]), os.environ["SLUICE"]
sys.path.insert(0, ROOT + "/tests/support")
from outsider import Account, Server, check, uscc

SPACE, PASS, SYNTH = TMP / "space", TMP / "pass", TMP / "synth"
QUASI = ["gend", "brdy"]


def run(*args):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode == 0, f"sluice {args[0]}: {done.returncode} {done.stderr[-400:]}")
    return done.stdout


PASS.write_text("a passphrase for the test\n")
made = json.loads(run("init", SPACE, "--name", "测试医疗保障局", "--uscc", uscc(11), "--passphrase-file", PASS, "--json"))
server = Server(SLUICE, SPACE, PASS, TMP / "server.log")
people = {a["account"]: Account(server, a["account"], a["password"]).begin() for a in made["accounts"]}
agency = people["sysadmin"].sign_in()["party"]["id"]
for name, duty in (("manager", "data_manager"), ("officer", "security_officer")):
    person = people["sysadmin"].post("/people", {"party": agency, "account": name, "display_name": "人员 " + name})
    people["secadmin"].post(f"/people/{person['id']}/duties", {"duty": duty})
    people[name] = Account(server, name, person["password"]).begin()
run("synth", "--out", SYNTH, "--rows", 2000)
sealed = json.loads(run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", SYNTH / "plans/psn_info_b.yaml", "--source-key", SYNTH / "source.pub",
                        "--json", SYNTH / "psn_info_b.csv"))[0]
base = f"/datasets/{sealed['dataset']}/versions/{sealed['version']}"
manager, officer = people["manager"], people["officer"]

report = manager.post(base + "/risk", {"quasi": QUASI})
by_file = json.loads(run("deident", "risk", SYNTH / "psn_info_b.csv", "--qi", ",".join(QUASI), "--json"))
for member in ("rows", "classes", "k", "unique_rows", "prosecutor", "histogram", "profiles", "unique_combinations"):
    check(report[member] == by_file[member], f"{member}: {report[member]} and {by_file[member]}")

days = sorted({line.split(",")[3] for line in (SYNTH / "psn_info_b.csv").read_text().splitlines()[1:]})
hierarchy = "".join(f"{d};{d[:4]};{d[:3]}0s;*\n" for d in days)
found = manager.post(base + "/anonymize", {"quasi": QUASI, "k": 20, "suppression_permille": 50, "hierarchies": {"brdy": hierarchy}})
(TMP / "brdy.csv").write_text(hierarchy)
csv_header = (SYNTH / "psn_info_b.csv").read_text().splitlines()[0].lstrip("\ufeff").split(",")
by_file = json.loads(run("deident", "anonymize", SYNTH / "psn_info_b.csv", TMP / "out.csv", "--qi", ",".join(QUASI), "--k", 20, "--suppression", "0.05",
                         "--hierarchy", f"brdy={TMP / 'brdy.csv'}", "--identifiers-kept", ",".join(csv_header), "--json"))
for member in ("transformation", "score", "suppressed_rows", "classes", "smallest_class", "optimal"):
    check(found[member] == by_file[member], f"{member}: {found[member]} and {by_file[member]}")

by_officer = officer.post(base + "/risk", {"quasi": QUASI})
check(by_officer["classes"] == report["classes"], "a security officer sees the same risk")
check(people["sysadmin"].call("POST", base + "/risk", {"quasi": QUASI}).status in (403, 404), "an administrator has no data")
for body, code in (({"quasi": []}, "anonymity.no_columns"), ({"quasi": ["nothing"]}, "catalog.no_such_column"), ({"quasi": QUASI, "extra": 1}, "record.unknown_field")):
    answer = manager.call("POST", base + "/risk", body)
    check(answer.status >= 400 and answer.code == code, f"{body}: {answer.status} {answer.body[:200]}")
cycle = manager.call("POST", base + "/anonymize", {"quasi": ["gend"], "k": 2, "hierarchies": {"gend": "1;2;3\n2;3;1\n"}})
check(cycle.status == 400 and cycle.code == "hierarchy.cycle", f"{cycle.status} {cycle.body[:200]}")
server.stop()
print("ok")
