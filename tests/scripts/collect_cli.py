#!/usr/bin/env python3
"""sluice collect on good and bad input, with and without a server: sealed, held with the reason, or refused and nothing left."""
import csv, json, os, pathlib, random, shutil, signal, subprocess, sys, time

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
PASS, SYNTH, WORK, SPACES = TMP / "pass", TMP / "synth", TMP / "work", TMP / "spaces"
SPACE = SPACES / "none"
FRESH = TMP / "fresh"  # tables that are never sealed as they are: the bad variants come from them
said = []  # everything on stderr


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def run(*args, timeout=60):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout)
    done.out, done.err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    said.append(done.err)
    return done


# With a running server the command goes through its socket; the cases below are the same either way.
def collect(file, plan=None, source=None):
    source = source or FRESH
    return run("collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", plan or source / "plans/fee_list_d.yaml",
               "--source-key", source / "source.pub", "--json", file)


def new_space(name):
    """From here on SPACE is a new one: every run of synth signs with a new key, and a plan's name has one source."""
    global SPACE
    SPACE = SPACES / name
    done = run("init", SPACE, "--name", "测试经办机构", "--uscc", "12509803MAT000018C", "--passphrase-file", PASS)
    check(done.returncode == 0, f"init: {done.err}")


def vault():
    return sorted(p.name for p in (SPACE / "vault").iterdir())


def sealed(done, what):
    check(done.returncode == 0, f"{what}: {done.returncode} {done.err}")
    answer = json.loads(done.out)[0]
    check(answer["sealed"] and answer["version"] in vault(), f"{what}: sealed, its version is in the vault")
    return answer


def held(done, reason, what, before):
    check(done.returncode == 7, f"{what}: exit 7, got {done.returncode} {done.err}")
    answer = json.loads(done.out)[0]
    check(not answer["sealed"] and answer["reason"] == reason, f"{what}: held as {reason}, got {answer}")
    check(vault() == before, f"{what}: nothing is sealed")


def refused(done, what, before, reasons=()):
    check(0 < done.returncode < 128 and done.returncode != 7, f"{what}: refused, got {done.returncode} {done.out} {done.err}")
    code = json.loads(done.err)["code"]
    check("." in code and (not reasons or code in reasons), f"{what}: a stable reason, got {code}")
    check(vault() == before, f"{what}: nothing is left in the vault")
    return code


def variant(name, change, table="fee_list_d"):
    """A copy of a table with its manifest, changed; returns the file."""
    folder = WORK / name
    folder.mkdir(parents=True)
    file = folder / f"{table}.csv"
    shutil.copy(FRESH / f"{table}.csv", file)
    manifest = folder / f"{table}.csv.manifest.json"
    shutil.copy(FRESH / f"{table}.csv.manifest.json", manifest)
    change(file, manifest)
    return file


def edit_manifest(member, value):
    def change(_, manifest):
        content = json.loads(manifest.read_text())
        content[member] = value
        manifest.write_text(json.dumps(content))
    return change


def with_bytes(change):
    return lambda file, _: file.write_bytes(change(file.read_bytes()))


def untrusted_batches():
    """Held for checking: the source's word is missing, forged, or does not fit."""
    before = vault()
    cases = {
        "no manifest": (lambda f, m: m.unlink(), "manifest.missing"),
        "forged count": (edit_manifest("rows", 2008), "manifest.forged"),
        "forged digest": (edit_manifest("sm3", "00" * 32), "manifest.forged"),
        "another plan": (edit_manifest("plan", "setl_d.v1"), ("manifest.forged", "manifest.wrong_plan", "manifest.other_plan")),
        "not JSON": (lambda f, m: m.write_text("{"), "manifest.malformed"),
        "nested": (lambda f, m: m.write_text("[" * 10000 + "]" * 10000), "manifest.malformed"),
        "unknown member": (edit_manifest("rumour", 1), "manifest.malformed"),
        "changed value": (with_bytes(lambda b: b.replace("外科".encode(), "内科".encode(), 1)), "manifest.digest_differs"),
        "a row less": (with_bytes(lambda b: b[:b.rstrip(b"\n").rfind(b"\n") + 1]), ("manifest.digest_differs", "manifest.rows_differ")),
    }
    for name, (change, reason) in cases.items():
        done = collect(variant(name, change))
        got = json.loads(done.out)[0]["reason"] if done.returncode == 7 else ""
        held(done, got if got in reason or got == reason else reason, name, before)


def malformed_files():
    """Never sealed: held with a reason or refused with one, and nothing in the vault."""
    before = vault()
    cut = lambda b: b[:len(b) // 2]
    ragged = lambda b: b[:b.find(b"\n") + 1] + b"a,b,c\n" + b[b.find(b"\n") + 1:]
    mixed = lambda b: b[:b.find(b"\n") + 1] + b[b.find(b"\n") + 1:].decode().replace("外科", "外科", 1).encode() + "末行外科\n".encode("gb18030")
    for name, change in {"truncated": cut, "in a quote": lambda b: b + b'"open', "NUL bytes": lambda b: b.replace(b",", b",\0", 40), "ragged": ragged,
                         "mixed encoding": mixed, "empty": lambda b: b"", "header only": lambda b: b[:b.find(b"\n") + 1],
                         "garbage": lambda b: random.Random(1).randbytes(200000), "one long line": lambda b: b"x" * (10 << 20),
                         "1 MB name": lambda b: b"n" * (1 << 20) + b"," + b}.items():
        done = collect(variant(name, with_bytes(change)))
        if done.returncode == 7:
            held(done, json.loads(done.out)[0]["reason"], name, before)
        else:
            refused(done, name, before)


def bad_plans_and_paths():
    before = vault()
    good, file = (FRESH / "plans/fee_list_d.yaml").read_text(), FRESH / "fee_list_d.csv"
    plans = {"unknown member": good + "surprise: yes\n", "unknown field member": good.replace("    key: true\n", "    kee: true\n", 1),
             "empty": "", "nested": '{"a":' * 10000 + "1" + "}" * 10000, "binary": "\x01\x02", "no fields": "format: sluice-plan/1\n",
             "unknown type": good.replace("type: decimal", "type: dezimal", 1), "alias": "a: &a [1]\nb: *a\n"}
    for name, content in plans.items():
        plan = WORK / "bad plan.yaml"
        plan.write_text(content)
        refused(collect(file, plan), f"plan: {name}", before)
    refused(collect(WORK / "nowhere/../../etc/nothing.csv"), "a path with .. that leads nowhere", before, ("file.not_found",))
    refused(collect(FRESH), "a folder", before)
    refused(collect(file, FRESH), "a folder as plan", before)
    refused(collect(file, WORK / "nowhere.yaml"), "no plan", before, ("file.not_found",))
    parquet = WORK / "parquet.yaml"
    parquet.write_text(good.replace("file_format: csv", "file_format: parquet").replace("encoding: auto\n", "").replace("header: true\n", ""))
    noise = random.Random(2).randbytes(50000)
    for name, content in {"garbage": noise, "magic": b"PAR1" + noise + b"PAR1", "lying footer": b"PAR1" + noise + b"\xff\xff\xff\x7fPAR1", "empty": b""}.items():
        file = WORK / f"{name}.parquet"
        file.write_bytes(content)
        done = collect(file, parquet)
        refused(done, f"Parquet: {name}", before)


def gb18030():
    other = TMP / "gb"
    check(run("synth", "--rows", 500, "--gb18030", "--out", other).returncode == 0, "tables in GB18030")
    sealed(collect(other / "mdtrt_d.csv", other / "plans/mdtrt_d.yaml", other), "a GB18030 file")


def people_words():
    """Values of persons from the source: names and ID numbers."""
    words = set()
    with open(SYNTH / "psn_info_b.csv", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            words.update(row[c] for c in ("psn_name", "certno", "tel", "addr") if row.get(c) and len(row[c].encode()) >= 9)
    check(len(words) > 50, "there are values of persons to look for")
    return [w.encode() for w in words]


def nothing_in_the_clear():
    words = people_words()
    for path in SPACES.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        for word in words:
            check(word not in content, f"a value of a person lies in the clear in {path.name}")
    told = "".join(said).encode()
    check(not any(w in told for w in words), "a value of a person was told on stderr")


def start_server():
    log = open(TMP / "server.log", "ab")
    server = subprocess.Popen([SLUICE, "serve", "--space", SPACE, "--passphrase-file", PASS, "--listen", "127.0.0.1:0"],
                              stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, text=True)
    check("https://" in server.stdout.readline(), "the server starts")
    return server


def children(pid):
    return [int(c) for t in pathlib.Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]


def worker_killed(server, args, before):
    """kill -9 of the worker alone: the server says so, lives, and left nothing."""
    check(vault() == before, f"the server takes away what the killed command left: {vault()}")
    agent = children(server.pid)
    command = subprocess.Popen(list(map(str, args)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    until = time.time() + 30
    while vault() == before and command.poll() is None and time.time() < until:
        time.sleep(0.005)
    workers = [c for c in children(server.pid) if c not in agent]
    check(len(workers) == 1, "a worker is at it")
    os.kill(workers[0], signal.SIGKILL)
    _, told = command.communicate(timeout=30)
    check(command.returncode == 8 and "worker.killed" in told, f"a killed worker: {command.returncode} {told}")
    check(server.poll() is None, "the server lives")


def killed_in_the_middle(big):
    """kill -9 of the command while it seals: nothing half done, and the same file collects fine."""
    before, plan, file = vault(), big / "plans/fee_list_d.yaml", big / "fee_list_d.csv"
    args = [SLUICE, "collect", "--space", SPACE, "--passphrase-file", PASS, "--plan", plan, "--source-key", big / "source.pub", file]
    command = subprocess.Popen(list(map(str, args)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    until = time.time() + 30
    while vault() == before and command.poll() is None and time.time() < until:
        time.sleep(0.005)
    command.send_signal(signal.SIGKILL)
    check(command.wait(20) == -signal.SIGKILL, "it was killed before it was done")
    time.sleep(0.3)
    done = run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
    check(done.returncode == 0, f"the ledger verifies after it: {done.out}")
    server = start_server()
    try:
        worker_killed(server, args, before)
        answer = sealed(run(*args[1:], "--json"), "the same file after the kills")
    finally:
        server.terminate()
        server.wait(20)
    left = set(vault()) - set(before)
    check(answer["version"] in left and len(left) <= 2 and not [v for v in left if v.startswith(".")], f"only the new version (and its held rows) came: {left}")


def good_after_bad():
    before, file = vault(), FRESH / "fee_list_d.csv"
    sealed(collect(file), "a good file after all the bad ones")
    after = vault()
    check(len(after) > len(before), "the server sealed it")
    check(collect(file).returncode == 5, "the same again is a conflict")
    refused(collect(file), "the same again through the server", after, ("collection.batch_known",))
    (WORK / "deep/deeper").mkdir(parents=True)
    check(collect(WORK / "deep/deeper/../../.." / "fresh" / "fee_list_d.csv").returncode == 5, "a path with .. names the file that it leads to, nothing else")


def main():
    WORK.mkdir()
    PASS.write_text("the passphrase of the test\n")
    check(run("synth", "--rows", 2000, "--dirty", 20, "--out", SYNTH).returncode == 0, "synthetic data")
    new_space("here")
    answer = sealed(collect(SYNTH / "fee_list_d.csv", source=SYNTH), "fee rows")
    check(answer["held"] > 0 and answer["accepted"] + answer["warned"] + answer["held"] == answer["rows"] == 2007, f"dirty rows are held: {answer}")
    sealed(collect(SYNTH / "psn_info_b.csv", SYNTH / "plans/psn_info_b.yaml", SYNTH), "persons")
    again = collect(SYNTH / "fee_list_d.csv", source=SYNTH)
    refused(again, "the same batch twice", vault(), ("collection.batch_known",))
    check(again.returncode == 5, "the same batch twice is a conflict")
    check(run("synth", "--rows", 1000, "--out", FRESH).returncode == 0, "tables for bad variants")
    new_space("there")
    before = vault()
    held(collect(variant("here: no manifest", lambda f, m: m.unlink())), "manifest.missing", "no manifest, no server", before)
    collected = collect(variant("here: garbage", with_bytes(lambda b: random.Random(1).randbytes(200000))))
    check(0 < collected.returncode < 128 and vault() == before, f"garbage, no server: {collected.returncode} {collected.err}")
    server = start_server()
    try:
        for step in (untrusted_batches, malformed_files, bad_plans_and_paths, gb18030, good_after_bad):
            begun = time.time()
            step()
            check(server.poll() is None, "the server lives")
            print(f"{step.__name__}: ok ({time.time() - begun:.1f} s)")
    finally:
        server.terminate()
        server.wait(20)
    big = TMP / "big"
    check(run("synth", "--rows", 80000, "--out", big).returncode == 0, "a large file")
    new_space("killed")
    killed_in_the_middle(big)
    nothing_in_the_clear()


main()
