#!/usr/bin/env python3
"""Runs every suite and ends with the line "N passed, N failed, N skipped"; exit 1 when anything failed.

    tests/run.py [--build DIR] [--junit FILE] [--jobs N] [FILTER ...]

Suites: unit_* (one binary a room), *_fuzz (each replays its committed corpus), tests/scripts/* (each an executable that
drives the real program), tests/tidy, tests/conformance/* executables, and the console's own checks. A FILTER keeps the
suites whose name contains it. A suite that should be there and is not counts as a failure: nothing vanishes quietly.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
SKIP = 77
OUTPUT_LINES_MAX = 60
# The longest suites: they begin first. No list of what is run.
LONG = {f"scripts/{name}.py" for name in ("key_work", "storage", "collect_database", "backup_restore", "tier_kills", "deident_strategies", "keys_rotation", "classify_database")}


@dataclasses.dataclass
class Outcome:
    suite: str
    name: str
    result: str  # passed, failed, skipped
    seconds: float = 0.0
    output: str = ""


@dataclasses.dataclass
class Suite:
    name: str
    command: list
    kind: str
    timeout_s: int
    cwd: pathlib.Path = ROOT
    corpus: pathlib.Path = None


def execute(command, cwd, timeout_s, extra_env):
    """Exit code and output; at the timeout the process and what it started are killed and the code is None."""
    env = dict(os.environ, **extra_env)
    process = subprocess.Popen(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout_s)
        return process.returncode, output.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        return None, output.decode("utf-8", "replace") + f"\n(killed after {timeout_s} s)"


def gtest_outcomes(suite, report, code, output, seconds):
    """One outcome for each gtest, from its XML; a crash names the test that was running."""
    outcomes = []
    if report.exists():
        try:
            for case in xml.parse(report).getroot().iter("testcase"):
                name = f"{case.get('classname')}.{case.get('name')}"
                failure = case.find("failure")
                skipped = case.find("skipped") is not None or case.get("result") == "skipped"
                text = "\n".join(f.get("message", "") for f in case.findall("failure"))
                if skipped:
                    reason = case.find("skipped")
                    text = reason.get("message", "") if reason is not None else ""
                result = "failed" if failure is not None else "skipped" if skipped else "passed"
                outcomes.append(Outcome(suite.name, name, result, float(case.get("time", 0)), text))
        except xml.ParseError:
            pass
    failed = any(o.result == "failed" for o in outcomes)
    if code != 0 and not failed:
        running = re.findall(r"\[ RUN      \] (\S+)", output)
        name = running[-1] if running else "(start)"
        outcomes.append(Outcome(suite.name, name, "failed", seconds, f"exit {code}\n{output}"))
    if code == 0 and not outcomes:
        outcomes.append(Outcome(suite.name, "(no tests)", "failed", seconds, "the binary ran no test"))
    return outcomes


def run_suite(suite, context):
    started = time.monotonic()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="sluice-test-"))
    env = {"SLUICE": str(context.build / "bin" / "sluice"), "SLUICE_ROOT": str(ROOT), "TMP": str(scratch),
           "SLUICE_BUILD": str(context.build), "LC_ALL": "C.UTF-8"}
    try:
        command = list(suite.command)
        if suite.kind == "gtest":
            report = scratch / "report.xml"
            command.append(f"--gtest_output=xml:{report}")
            env["TMPDIR"] = str(scratch)
        code, output = execute(command, suite.cwd, suite.timeout_s, env)
        seconds = time.monotonic() - started
        if suite.kind == "gtest":
            return gtest_outcomes(suite, report, code, output, seconds)
        result = "passed" if code == 0 else "skipped" if code == SKIP else "failed"
        if suite.kind == "replay" and code == 0 and re.search(r"replayed 0 inputs", output):
            result, output = "failed", f"no corpus in {suite.corpus}"
        return [Outcome(suite.name, suite.name, result, seconds, output)]
    except OSError as error:
        return [Outcome(suite.name, suite.name, "failed", 0.0, str(error))]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def unit_suites(build):
    """Every room with tests must have its binary: the tree says what is expected, not the build folder."""
    for folder in sorted((ROOT / "tests/unit").iterdir()):
        if folder.is_dir() and any(folder.rglob("*.cc")):
            name = f"unit_{folder.name}"
            yield Suite(name, [str(build / "bin" / name)], "gtest", 900)


def fuzz_suites(build):
    for source in sorted((ROOT / "tests/fuzz").glob("*_fuzz.cc")):
        corpus = ROOT / "tests/fuzz/corpus" / source.stem.removesuffix("_fuzz")
        # Seeds lie in a folder called after the source, with or without its ending.
        if not corpus.is_dir():
            corpus = ROOT / "tests/fuzz/corpus" / source.stem
        name = source.stem.replace(".", "_")
        yield Suite(name, [str(build / "bin" / name), str(corpus)], "replay", 300, corpus=corpus)


def script_suites(folder, kind):
    """The executable files of the folder itself; what they share lies in folders below."""
    directory = ROOT / "tests" / folder
    for script in sorted(directory.iterdir()) if directory.is_dir() else []:
        if script.is_file() and script.suffix in (".sh", ".py") and not script.name.startswith("_"):
            if os.access(script, os.X_OK):
                yield Suite(f"{folder}/{script.name}", [str(script)], kind, 900)
            else:
                yield Suite(f"{folder}/{script.name}", ["false", "not executable"], kind, 5)


def web_suites():
    manifest = ROOT / "web/package.json"
    if not manifest.exists():
        return
    import json
    scripts = json.loads(manifest.read_text()).get("scripts", {})
    for script in ("test", "e2e"):
        if script in scripts:
            yield Suite(f"web/{script}", ["npm", "run", "--silent", script], "script", 1800, cwd=ROOT / "web")


def all_suites(build):
    yield Suite("tidy", [sys.executable, str(ROOT / "tests/tidy/tidy.py"), "--strict"], "script", 120)
    yield Suite("tidy/self-test", [sys.executable, str(ROOT / "tests/tidy/tidy_test.py")], "script", 120)
    yield from unit_suites(build)
    yield from fuzz_suites(build)
    yield from script_suites("conformance", "script")
    yield from script_suites("scripts", "script")
    yield from web_suites()


def shown(outcome):
    # What went well in a long list says nothing about what did not.
    lines = [line for line in outcome.output.strip().splitlines() if not line.lstrip().startswith("✓")]
    if len(lines) > OUTPUT_LINES_MAX:
        lines = lines[:10] + [f"… {len(lines) - OUTPUT_LINES_MAX} lines left out …"] + lines[-(OUTPUT_LINES_MAX - 10):]
    return "".join(f"    {line}\n" for line in lines)


def flaky(outcome):
    """Walks that passed only when walked again, as the browser runner's summary names them."""
    summary = re.search(r"^  \d+ flaky\n((?:    .+\n?)+)", outcome.output, re.M) if outcome.result == "passed" else None
    return [line.strip() for line in summary.group(1).splitlines()] if summary else []


def write_junit(path, outcomes):
    root = xml.Element("testsuites")
    for suite in sorted({o.suite for o in outcomes}):
        own = [o for o in outcomes if o.suite == suite]
        element = xml.SubElement(root, "testsuite", name=suite, tests=str(len(own)),
                                 failures=str(sum(o.result == "failed" for o in own)),
                                 skipped=str(sum(o.result == "skipped" for o in own)))
        for outcome in own:
            case = xml.SubElement(element, "testcase", classname=suite, name=outcome.name, time=f"{outcome.seconds:.3f}")
            if outcome.result != "passed":
                tag = {"failed": "failure", "skipped": "skipped"}[outcome.result]
                xml.SubElement(case, tag).text = re.sub(r"[^\x09\x0a\x20-\ud7ff]", "?", outcome.output)
    xml.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filters", nargs="*", metavar="FILTER")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--junit", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1, help="suites at once, default one more than processors: some wait for servers and clocks")
    parser.add_argument("--list", action="store_true")
    context = parser.parse_args()
    context.build = context.build.resolve()
    suites = [s for s in all_suites(context.build) if not context.filters or any(f in s.name for f in context.filters)]
    if context.list:
        print("\n".join(s.name for s in suites))
        return 0
    outcomes = []
    # The browser and whole-program tests come last and alone: they watch time limits of their own.
    heavy = [s for s in suites if s.name.startswith("web/")]
    with concurrent.futures.ThreadPoolExecutor(context.jobs) as pool:
        # Nothing long is left alone at the end.
        light = sorted((s for s in suites if s not in heavy), key=lambda s: s.name not in LONG)
        batches = pool.map(lambda s: (s, run_suite(s, context)), light)
        for suite, batch in list_as_they_come(batches, heavy, context):
            outcomes += batch
            counts = {r: sum(o.result == r for o in batch) for r in ("passed", "failed", "skipped")}
            mark = "FAIL" if counts["failed"] else "skip" if not counts["passed"] else "ok  "
            print(f"{mark} {suite.name}: {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped, "
                  f"{sum(o.seconds for o in batch):.0f} s", flush=True)
            for outcome in batch:
                if outcome.result == "failed":
                    print(f"  FAILED {outcome.suite} {outcome.name}\n{shown(outcome)}", flush=True)
                elif outcome.result == "skipped":
                    reason = (outcome.output.strip().splitlines() or [""])[-1]
                    print(f"  skipped {outcome.name}: {reason}", flush=True)
                for walk in flaky(outcome):
                    print(f"  flaky {walk}: passed only when walked again", flush=True)
    if context.junit:
        write_junit(context.junit, outcomes)
    totals = {r: sum(o.result == r for o in outcomes) for r in ("passed", "failed", "skipped")}
    if not outcomes:
        print("no suite matches the filter")
        totals["failed"] = 1
    print(f"{totals['passed']} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    return 1 if totals["failed"] else 0


def list_as_they_come(batches, heavy, context):
    yield from batches
    for suite in heavy:
        yield suite, run_suite(suite, context)


if __name__ == "__main__":
    sys.exit(main())
