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
# Groups of one's own would tell who is in them, as long as nobody has said what the column is.
answer = manager.call("POST", base + "/anonymize", {"quasi": QUASI, "k": 20, "hierarchies": {"brdy": hierarchy}})
check(answer.status == 422 and answer.code == "deident.preview_probe", f"{answer.body}")
manager.post(base + "/classify")
manager.post(f"/datasets/{sealed['dataset']}/confirm", {"verdicts": [dict({k: c["proposal"][k] for k in ("type", "category", "level", "identifying", "quasi")}, column=c["column"], reason="")
                                                                     for c in manager.get(f"/datasets/{sealed['dataset']}")["columns"]]})
found = manager.post(base + "/anonymize", {"quasi": QUASI, "k": 20, "suppression_permille": 50, "hierarchies": {"brdy": hierarchy}})
(TMP / "brdy.csv").write_text(hierarchy)
csv_header = (SYNTH / "psn_info_b.csv").read_text().splitlines()[0].lstrip("\ufeff").split(",")
by_file = json.loads(run("deident", "anonymize", SYNTH / "psn_info_b.csv", TMP / "out.csv", "--qi", ",".join(QUASI), "--k", 20, "--suppression", "0.05",
                         "--hierarchy", f"brdy={TMP / 'brdy.csv'}", "--identifiers-kept", ",".join(csv_header), "--json"))
for member in ("transformation", "score", "suppressed_rows", "classes", "smallest_class", "optimal"):
    check(found[member] == by_file[member], f"{member}: {found[member]} and {by_file[member]}")


# Models, weights, local recoding and persons: what the command line finds in the file is found in the version.
def of_file(*more):
    return json.loads(run("deident", "anonymize", SYNTH / "psn_info_b.csv", TMP / "more.csv", "--qi", ",".join(QUASI), "--hierarchy", f"brdy={TMP / 'brdy.csv'}",
                          "--identifiers-kept", ",".join(csv_header), "--json", *more))


def alike(body, *words):
    found = manager.post(base + "/anonymize", {"quasi": QUASI, "hierarchies": {"brdy": hierarchy}, **body})
    told = of_file(*words)
    for member in ("recoding", "score", "suppressed_rows", "classes", "smallest_class", "attributes", "person"):
        check(found.get(member) == told.get(member), f"{body}: {member}: {found.get(member)} and {told.get(member)}")
    return found


SENSITIVE, PERSON = "insu_admdvs", "psn_no"
values = sorted({line.split(",")[csv_header.index(SENSITIVE)] for line in (SYNTH / "psn_info_b.csv").read_text().splitlines()[1:]})
ladder = "".join(f"{v};{int(v or 0) % 2};*\n" for v in values)
(TMP / "ladder.csv").write_text(ladder)
plain = alike({"k": 20}, "--k", "20")
alike({"k": 20, "closeness": [{"column": SENSITIVE, "t_permille": 250}]}, "--k", "20", "--t", f"{SENSITIVE}=0.25")
alike({"k": 20, "closeness": [{"column": SENSITIVE, "t_permille": 150, "distance": "ordered"}]}, "--k", "20", "--t", f"{SENSITIVE}=0.15", "--distance", "ordered")
alike({"k": 20, "closeness": [{"column": SENSITIVE, "t_permille": 150, "distance": "hierarchical", "hierarchy": ladder}]}, "--k", "20", "--t", f"{SENSITIVE}=0.15",
      "--distance", "hierarchical", "--sensitive-hierarchy", f"{SENSITIVE}={TMP / 'ladder.csv'}")
alike({"k": 5, "suppression_permille": 900, "diversity": [{"column": SENSITIVE, "l": 2, "kind": "entropy"}]}, "--k", "5", "--suppression", "0.9", "--l", f"{SENSITIVE}=2", "--diversity", "entropy")
alike({"k": 5, "suppression_permille": 900, "diversity": [{"column": SENSITIVE, "l": 2, "kind": "recursive", "c_permille": 9000}]}, "--k", "5", "--suppression", "0.9", "--l", f"{SENSITIVE}=2",
      "--diversity", "recursive", "--c", "9")
alike({"k": 20, "weights_permille": {"gend": 5000}}, "--k", "20", "--weight", "gend=5")
local = alike({"k": 20, "recoding": "local", "closeness": [{"column": SENSITIVE, "t_permille": 400}]}, "--k", "20", "--recoding", "local", "--t", f"{SENSITIVE}=0.4")
check("transformation" not in local and local["score"] <= plain["score"] and all("lowest_level" in a for a in local["attributes"]), "each class has levels of its own, and no more is lost")
persons = alike({"k": 20, "person": PERSON}, "--k", "20", "--person", PERSON)
check(persons["person"]["smallest_class"] >= 20, "k counts persons")

# The whole population is another version: here the same people, so that k-map holds with k, and every class is there whole.
people_of = {"population": sealed["version"]}
check(manager.post(base + "/anonymize", {"quasi": QUASI, "k": 5, "hierarchies": {"brdy": hierarchy}, "k_map": 20, **people_of})["smallest_class"] >= 20, "k-map against the version itself is k")
whole = {"presence": {"lowest_permille": 0, "highest_permille": 500}, **people_of}
answer = manager.call("POST", base + "/anonymize", {"quasi": QUASI, "k": 5, "hierarchies": {"brdy": hierarchy}, **whole})
check(answer.code == "anonymity.unreachable", f"everybody is present: {answer.status} {answer.body[:200]}")

# Samples and thresholds.
for body, words in (({"sampling_ppm": 50000}, ["--sampling-fraction", "0.05"]), ({"population_size": 100000}, ["--population-size", "100000"]),
                    ({"sampling_ppm": 200000, "population_model": "snb"}, ["--sampling-fraction", "0.2", "--population-model", "snb"]),
                    ({"threshold_permille": 10}, ["--threshold", "0.01"]), ({"person": PERSON}, ["--person", PERSON]), (people_of, ["--population", SYNTH / "psn_info_b.csv"])):
    sampled = manager.post(base + "/risk", {"quasi": QUASI, **body})
    told = json.loads(run("deident", "risk", SYNTH / "psn_info_b.csv", "--qi", ",".join(QUASI), "--json", *words))
    for member in ("journalist", "prosecutor", "marketer", "population_models", "threshold", "histogram", "person"):
        check(sampled.get(member) == told.get(member), f"{body}: {member}: {sampled.get(member)} and {told.get(member)}")
check(report["journalist"].get("taken_as_whole") is True and "taken_as_whole" not in manager.post(base + "/risk", {"quasi": QUASI, "sampling_ppm": 50000})["journalist"], "who says nothing is told")
text = run("deident", "risk", SYNTH / "psn_info_b.csv", "--qi", ",".join(QUASI))
check("--sampling-fraction" in text and "样本" in text, "in words too")

# What cannot be is refused by a reason of its own, before a grant is in the ledger.
for path, body, code in (("/risk", {"sampling_ppm": 1, "population_size": 5}, "anonymity.two_populations"), ("/risk", {"sampling_ppm": 0}, "deident.out_of_range"),
                         ("/risk", {"threshold_permille": 1001}, "deident.out_of_range"), ("/risk", {"population_size": 10}, "anonymity.population_too_small"),
                         ("/risk", {"person": "gend"}, "anonymity.person_in_quasi"), ("/risk", {"population_model": "guess"}, "record.unknown_name"),
                         ("/anonymize", {"k": 5, "k_map": 5}, "anonymity.no_population"), ("/anonymize", {"k": 5, "recoding": "local", "suppression_permille": 10}, "anonymity.local_suppression"),
                         ("/anonymize", {"k": 5, "recoding": "local", "k_map": 5, **people_of}, "anonymity.local_population"),
                         ("/anonymize", {"k": 5, "closeness": [{"column": SENSITIVE, "t_permille": 1001}]}, "deident.out_of_range"),
                         ("/anonymize", {"k": 5, "closeness": [{"column": SENSITIVE, "t_permille": 100, "distance": "hierarchical"}]}, "anonymity.no_hierarchy"),
                         ("/anonymize", {"k": 5, "diversity": [{"column": SENSITIVE, "l": 0}]}, "deident.out_of_range"), ("/anonymize", {"k": 0}, "deident.out_of_range"),
                         ("/anonymize", {"k": 5, "diversity": [{"column": SENSITIVE}]}, "record.missing_field"), ("/anonymize", {"k": 5, "weights_permille": {"nothing": 1}}, "anonymity.weight_without_quasi"),
                         ("/anonymize", {"k": 5, "presence": {"lowest_permille": 600, "highest_permille": 500}, **people_of}, "deident.out_of_range"),
                         ("/anonymize", {"k": 5, "k_map": 2, "population": "nothing"}, "id.malformed"), ("/anonymize", {"k": 5, "person": "nothing"}, "catalog.no_such_column")):
    answer = manager.call("POST", base + path, {"quasi": QUASI, **body})
    check(answer.status >= 400 and answer.code == code, f"{path} {body}: {answer.status} {answer.code} {answer.body[:200]}")

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
