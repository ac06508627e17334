#!/usr/bin/env python3
"""Law: the tour of the README does what the README says. Its blocks run in one shell, from a folder of their own; each printed
line of the page must appear in what the program prints, in order, where numbers, ids and digests are free and `…` cuts.

What is not run: the block that builds (the program under test stands already) and the server, which is started in the
background on a free port instead of 8443.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(os.environ["SLUICE_ROOT"])
PROGRAM = pathlib.Path(os.environ["SLUICE"])
MARK = "__the_command_is_done__"


def blocks(text):
    tour = text[text.index("## A tour of ten minutes"):text.index("**9. Serve it**")]
    return re.findall(r"```(console|sh)\n(.*?)```", tour, re.S)


def commands(block):
    """(command with its here-document and continuation lines, lines that the page shows under it)"""
    out, lines, at = [], block.splitlines(), 0
    while at < len(lines):
        if not lines[at].startswith("$ "):
            out[-1][1].append(lines[at])
            at += 1
            continue
        command = [lines[at][2:]]
        at += 1
        here = re.search(r"<<'(\w+)'", command[0])
        if here:
            while lines[at] != here[1]:
                command.append(lines[at])
                at += 1
            command.append(lines[at])
            at += 1
        while command[-1].rstrip().endswith("\\") or "\n".join(command).count('"') % 2:
            command.append(lines[at])
            at += 1
        out.append(("\n".join(command), []))
    return out


def free(line):
    line = re.sub(r"#.*", "", line) if line.lstrip().startswith("curl") else line
    line = re.sub(r"\b(rl|ct|bt|rq|vs)_[0-9a-z]+", "ID", line)
    line = re.sub(r"\b[0-9a-f]{32,}\b", "HEX", line)
    line = re.sub(r"[0-9a-z]{20}\b", "TEXT", line)
    line = re.sub(r"[\d,.:*\-]+", "0", line)
    return re.sub(r"\s+", " ", line).strip()


class Shell:
    def __init__(self, folder):
        env = dict(os.environ, PATH=f"{PROGRAM.parent}:{os.environ['PATH']}", LC_ALL="C.UTF-8")
        self.process = subprocess.Popen(["bash", "--norc"], cwd=folder, env=env, text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command):
        self.process.stdin.write(command + f"\necho {MARK}\n")
        self.process.stdin.flush()
        out = []
        for line in self.process.stdout:
            if line.rstrip("\n").endswith(MARK):
                rest = line.rstrip("\n")[:-len(MARK)]
                return out + ([rest] if rest else [])
            out.append(line.rstrip("\n"))
        sys.exit("FAILED the shell ended in the middle of the tour")


def shown_in_order(page, printed, command):
    at = 0
    missing = []
    for wanted in page:
        # `…` cuts: what stands before, between and after it must each be there.
        pieces = [free(p) for p in wanted.split("…")]
        pieces = [p for p in pieces if p]
        for piece in pieces:
            found = next((i for i in range(at, len(printed)) if piece in free(printed[i])), None)
            if found is None:
                missing.append(wanted)
                break
            at = found
    for line in missing:
        print(f"FAILED the page shows what was not printed: {line!r}\n  after: {command.splitlines()[0]}")
        print("  printed:\n    " + "\n    ".join(printed[-20:]))
    return not missing


def main():
    if not shutil.which("sqlite3"):
        print("sqlite3 is not installed: the step that changes a ledger cannot run")
        return 77
    folder = pathlib.Path(os.environ["TMP"]) / "tour"
    folder.mkdir()
    shell = Shell(folder)
    good, ran = True, 0
    for kind, block in blocks((ROOT / "README.md").read_text()):
        if kind == "sh":
            continue  # ./dev build
        for command, page in commands(block):
            printed = shell.run(command)
            ran += 1
            good = shown_in_order(page, printed, command) and good
    if ran < 20:
        print(f"FAILED only {ran} commands were found in the tour")
        good = False
    print(f"{ran} commands of the README ran" + (" as it says" if good else ""))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
