#!/usr/bin/env python3
"""The house rules, as a test. tests/tidy/tidy.py [--strict] [--root DIR]

Rules: floors (a room includes lower floors freely, a sibling only along a CMake edge), banned names, heavy headers in
headers, banners, commented-out code, open ends, file length, dead headers, machine paths and registry hosts, files
over 1 MiB, every reason id has a message, Python names are bound and imports used, every clause that counts as met has
a test that exists.

Findings listed in tests/tidy/ratchet.txt ("rule<TAB>where", one a line) are tolerated; with --strict a line of the
ratchet that is no longer needed is a finding too, so that it can only get shorter. "*" stands for every place: for a
rule that is being worked towards.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys

import clauses
import names as python_names
import reasons

FLOORS = {"base": 0, "codec": 1, "crypto": 1, "standard": 1, "ledger": 2, "table": 2, "rules": 2, "recheck": 2, "classify": 3,
          "vault": 3, "policy": 3, "deident": 3, "anonymity": 3, "collect": 3, "odbc": 3, "synth": 3, "space": 4, "compute": 4, "supervise": 4,
          "node": 5, "adapter": 6, "edge": 6}
# Of these rooms these headers only: the independent check reads Parquet with the engine's reader and uses nothing else of the table room.
ONLY = {("recheck", "table"): {"parquet.h", "cell_text.h"}}
BANNED = re.compile(r"\b(?:class|struct|namespace|enum(?: class)?)\s+(\w*(?:Manager|Helper|Util|Utils|Common|Impl))\b")
BANNED_FILE = re.compile(r"(?:^|_)(?:manager|helper|helpers|util|utils|common|impl|misc)(?:_|\.)")
HEAVY = re.compile(r'#include\s+[<"](nlohmann/|boost/|gtest/|gmock/|regex>|duckdb\.h|sqlite3\.h|openssl/|yaml-cpp/|CLI/|gcrypt\.h|re2/|sql\.h|sqlext\.h)')
INCLUDE = re.compile(r'^\s*#include\s+"([a-z_]+)/([^"]+)"')
BANNER = re.compile(r"^\s*(?://|#|\*)\s*[-=*#~_─═]{6,}")
CODE_IN_COMMENT = re.compile(r"^\s*//\s*(?:(?:if|for|while|switch|return|else)\b[^.]*[;{]|[\w:<>.\->\[\]&* ]+\([^)]*\);|#include\b|}\s*$"
                             r"|[\w:.\->]+\s*[-+|&]?=\s*[^=].*;)\s*$")
OPEN_END = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE = re.compile(r"/(?:wo" r"rk|ho" r"me|ro" r"ot|Us" r"ers)/[a-z]|registry\.npm" r"js|npm" r"mirror|pypi\.o" r"rg|files\.python" r"hosted|deb\.deb" r"ian\.org"
                     r"|artifac" r"tory|nex" r"us\.")
TEXT = {".h", ".cc", ".py", ".sh", ".md", ".yaml", ".yml", ".json", ".txt", ".ts", ".tsx", ".html", ".css", ".cmake", ".inc", ".go", ""}
LINES_MAX = 450
BYTES_MAX = 1 << 20

# In bash neither "! command" nor what stands before the last && ends a script that runs under set -e.
UNCHECKED = re.compile(r"(?!.*(?:\|\||&& fails? ))\s*(?:! |(?:\[|grep|cmp|test|head|jq) .* && )")

Finding = collections.namedtuple("Finding", "rule where what")


def tracked_files(root):
    """What git knows or would add: ignored files are nobody's business."""
    run = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    if run.returncode == 0:
        names = [n for n in run.stdout.decode().split("\0") if n]
    else:
        names = [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()]
    return sorted(n for n in set(names) if (root / n).is_file())


def cmake_edges(root):
    """room → rooms it is linked to, from the sluice_room lines."""
    edges = {}
    for room, rest in re.findall(r"^sluice_room\((\w+)([^)]*)\)", (root / "CMakeLists.txt").read_text(), re.M):
        edges[room] = {word for word in rest.split() if word in FLOORS}
    return edges


def check_floors(root, names):
    edges = cmake_edges(root)
    for name in names:
        parts = name.split("/")
        if parts[0] != "src" or len(parts) < 3 or not name.endswith((".h", ".cc")):
            continue
        room = parts[1]
        if room not in FLOORS:
            yield Finding("floor", name, f"room {room} has no floor")
            continue
        for number, line in enumerate((root / name).read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match or match[1] == room or match[1] not in FLOORS:
                continue
            other = match[1]
            if (only := ONLY.get((room, other))) and match[2] not in only:
                yield Finding("floor", f"{name}:{number}", f"{room} may include only {', '.join(sorted(only))} of {other}")
            above = FLOORS[other] > FLOORS[room]
            sideways = FLOORS[other] == FLOORS[room] and other not in edges.get(room, set())
            if above or sideways:
                yield Finding("floor", f"{name}:{number}", f"{room} (floor {FLOORS[room]}) includes {other} (floor {FLOORS[other]})")
    for room, linked in edges.items():
        for other in linked:
            if FLOORS[other] > FLOORS.get(room, 99):
                yield Finding("floor", "CMakeLists.txt", f"{room} is linked to {other}, which is above it")


def check_lines(root, names):
    for name in names:
        path = pathlib.PurePath(name)
        if path.suffix not in TEXT or (root / name).stat().st_size > BYTES_MAX:
            continue
        try:
            lines = (root / name).read_text().splitlines()
        except UnicodeDecodeError:
            continue
        source = path.suffix in (".h", ".cc")
        generated = path.name in ("package-lock.json", "CHANGELOG.md") or name.startswith(("tests/golden/", "tests/fuzz/corpus/"))
        for number, line in enumerate(lines, 1):
            where = f"{name}:{number}"
            if MACHINE.search(line) and not generated:
                yield Finding("machine_path", where, "names a path of one machine or a registry's host")
            if generated:
                continue
            if OPEN_END.search(line):
                yield Finding("open_end", where, "an open end: finish it or file it as an issue")
            if name.startswith("tests/scripts/") and path.suffix == ".sh" and UNCHECKED.match(line):
                yield Finding("unchecked", where, "set -e does not see this fail: end it with || fail …")
            if source and BANNER.match(line):
                yield Finding("banner", where, "a banner")
            if source and CODE_IN_COMMENT.match(line):
                yield Finding("dead_code", where, "code in a comment")
            if source and (match := BANNED.search(line)):
                yield Finding("name", where, f"{match[1]} says nothing about what it is")
            if path.suffix == ".h" and not name.startswith(("tests/", "bench/")) and HEAVY.search(line):
                yield Finding("heavy_header", where, "a heavy header in a header")
        if source and name.startswith("src/") and len(lines) > LINES_MAX and path.parts[2:3] != ("messages",):
            yield Finding("long_file", name, f"{len(lines)} lines")


def check_files(root, names):
    for name in names:
        size = (root / name).stat().st_size
        if size > BYTES_MAX:
            yield Finding("large_file", name, f"{size} bytes")
        if name.endswith((".h", ".cc")) and BANNED_FILE.search(pathlib.PurePath(name).name):
            yield Finding("name", name, "a file name that says nothing")
    included = set()
    for name in names:
        if name.endswith((".h", ".cc", ".inc")):
            for target in re.findall(r'^\s*#include\s+"([^"]+)"', (root / name).read_text(), re.M):
                included.add(target)
                included.add("src/" + target)
                included.add(str(pathlib.PurePath(name).parent / target))
    for name in names:
        if name.endswith(".h") and name not in included:
            yield Finding("dead_header", name, "is never included")


def check_headers(root, names):
    for name in names:
        if name.startswith("src/") and name.endswith(".h"):
            text = (root / name).read_text()
            if not text.startswith("//"):
                yield Finding("header_comment", name, "does not begin by saying what it is for")
            if "#pragma once" not in text:
                yield Finding("header_guard", name, "no #pragma once")


def findings(root):
    names = tracked_files(root)
    for check in (check_floors, check_lines, check_files, check_headers, reasons.check, clauses.check, python_names.check):
        yield from (Finding(*f) for f in check(root, names))


def read_ratchet(root):
    path = root / "tests/tidy/ratchet.txt"
    if not path.exists():
        return set()
    return {tuple(line.split("\t")[:2]) for line in path.read_text().splitlines() if line and not line.startswith("#")}


def place(finding):
    """The ratchet names files, not lines: lines move."""
    return (finding.rule, re.sub(r":\d+$", "", finding.where))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent.parent)
    options = parser.parse_args()
    tolerated, used, bad = read_ratchet(options.root), set(), 0
    for finding in sorted(findings(options.root)):
        match = {place(finding), (finding.rule, "*")} & tolerated
        if match:
            used |= match
            continue
        bad += 1
        print(f"{finding.where}: {finding.what} [{finding.rule}]")
    if options.strict:
        for rule, where in sorted(tolerated - used):
            bad += 1
            print(f"tests/tidy/ratchet.txt: {rule} {where} is mended: delete the line [ratchet]")
    print(f"{bad} findings" if bad else f"tidy ({len(used)} tolerated)")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
