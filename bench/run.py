#!/usr/bin/env python3
"""Runs the benchmarks, prints them beside their peers and writes docs/BENCHMARKS.md: bench/run.py [--large] [NAME ...].

--large takes the sizes that need minutes and gigabytes where a benchmark has such (SLUICE_BENCH_LARGE=1 in its environment).

Each *_bench binary prints one JSON line per measurement: name, ours, peer, unit, ratio, goal, floor, note. With NAMEs only
the matching ones run, and docs/BENCHMARKS.md keeps its other rows. `met` is judged where goal and floor say how:
">= 0.5", "<= 1.0", or a bare number, which is a lower bound for rates (unit ends with /s) and an upper one for the rest.
Exit 1 when a benchmark fails to run; a missed floor is printed, and left to people to judge.
"""
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/BENCHMARKS.md"
COLUMNS = ["name", "ours", "peer", "unit", "ratio", "goal", "floor", "verdict", "note", "load", "date"]
ROWS_BEGIN = "<!-- rows: " + " | ".join(COLUMNS) + " -->"


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.lower().startswith(("model name", "cpu model", "hardware")):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def holds(measured, bound, unit):
    """True or False; None where the bound is words."""
    match = re.fullmatch(r"\s*(>=|<=|>|<)?\s*([0-9.]+)\s*[x×]?\s*", str(bound))
    if not match or measured is None:
        return None
    sign = match[1] or (">=" if unit.endswith("/s") else "<=")
    value = float(match[2])
    return {">=": measured >= value, ">": measured > value, "<=": measured <= value, "<": measured < value}[sign]


def verdict(row):
    # `judge: ours` marks rows whose goal and floor are in the row's own unit and not a ratio to the peer.
    measured = row.get("ours") if row.get("judge") == "ours" else row.get("ratio")
    goal, floor = (holds(measured, row.get(k, ""), row.get("unit", "")) for k in ("goal", "floor"))
    if goal:
        return "goal"
    if floor:
        return "floor"
    return "missed" if floor is False else "–"


def shown(value):
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def run(binary):
    process = subprocess.run([str(binary)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             env=dict(os.environ, SLUICE=str(binary.parent / "sluice"), SLUICE_ROOT=str(ROOT)))
    rows = []
    for line in process.stdout.decode().splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            print(f"  {binary.name}: not a measurement: {line[:120]}", file=sys.stderr)
    return process.returncode, rows


def old_rows():
    if not PAGE.exists():
        return {}
    text = PAGE.read_text()
    cells = [[c.strip() for c in line.strip().strip("|").split("|")]
             for line in text.split("<!-- rows: ")[-1].splitlines() if line.startswith("|")]
    # Rows of before the load was noted have one cell less.
    cells = [c[:9] + ["–"] + c[9:] if len(c) == len(COLUMNS) - 1 else c for c in cells]
    return {c[0]: c for c in cells if len(c) == len(COLUMNS) and c[0] != "name" and not c[0].startswith("---")}


def write_page(table):
    head = f"""# Benchmarks

Measured with `./dev bench`, each against its peer or physical limit in the same run; a row carries the date of its run.
Machine: {cpu_model()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}.
A ratio is ours to the peer's, in the unit shown; goal and floor are bounds on the ratio unless they carry words.
The load is the machine's average over the minute before the run: above 0.3 or so, what is timed shared its cores with other work, and only
ratios and repeated runs mean much.

{ROWS_BEGIN}

| {" | ".join(COLUMNS)} |
|{"---|" * len(COLUMNS)}
"""
    body = "".join("| " + " | ".join(cells) + " |\n" for cells in table.values())
    PAGE.write_text(head + body)


def main(names):
    table, failed, today = old_rows(), [], datetime.date.today().isoformat()
    sources = [s for s in sorted((ROOT / "bench").glob("*_bench.cc")) if not names or any(n in s.stem for n in names)]
    for source in sources:
        binary = ROOT / "build/release/bin" / source.stem.replace(".", "_")
        print(f"== {source.stem}", file=sys.stderr, flush=True)
        load = f"{os.getloadavg()[0]:.1f}"
        code, rows = run(binary) if binary.exists() else (127, [])
        if code != 0 or not rows:
            failed.append(source.stem)
        for row in rows:
            cells = [str(row.get("name", "?"))] + [shown(row.get(k, "–")) for k in ("ours", "peer", "unit", "ratio", "goal", "floor")]
            cells += [verdict(row), str(row.get("note", "")), load, today]
            cells = [c.replace("|", "/").replace("\n", " ") for c in cells]
            table[cells[0]] = cells
            print(f"{cells[0]:<44} {cells[1]:>12} {cells[2]:>12} {cells[3]:<12} ratio {cells[4]:<7} goal {cells[5]:<8} "
                  f"floor {cells[6]:<8} {cells[7]}", flush=True)
    if table:
        write_page(table)
    for name in failed:
        print(f"FAILED {name}")
    return 1 if failed or not sources else 0


if __name__ == "__main__":
    if "--large" in sys.argv:
        os.environ["SLUICE_BENCH_LARGE"] = "1"
    sys.exit(main([name for name in sys.argv[1:] if name != "--large"]))
