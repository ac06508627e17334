#!/usr/bin/env python3
"""Searches for inputs that break a parser: tests/fuzz/run.py [SECONDS] [TARGET].

SECONDS (default 60) is the time for each target; TARGET keeps those whose name contains it. New inputs are kept in
build/fuzz/corpus, crashes in build/fuzz/crashes (exit 1). A crash that was mended belongs into tests/fuzz/corpus.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main(arguments):
    seconds = int(arguments[0]) if arguments else 60
    wanted = arguments[1] if len(arguments) > 1 else ""
    failed, ran = [], 0
    for source in sorted((ROOT / "tests/fuzz").glob("*_fuzz.cc")):
        name = source.stem.replace(".", "_")
        if wanted not in name and wanted not in source.stem:
            continue
        ran += 1
        binary = ROOT / "build/fuzz/bin" / name
        if not binary.exists():
            print(f"{name}: not built")
            failed.append(name)
            continue
        found = ROOT / "build/fuzz/corpus" / name
        crashes = ROOT / "build/fuzz/crashes" / name
        for folder in (found, crashes):
            folder.mkdir(parents=True, exist_ok=True)
        seeds = ROOT / "tests/fuzz/corpus" / source.stem.removesuffix("_fuzz")
        corpora = [str(found)] + ([str(seeds)] if seeds.is_dir() else [])
        before = set(crashes.iterdir())
        print(f"{name}: {seconds} s", flush=True)
        run = subprocess.run([str(binary), f"-max_total_time={seconds}", "-max_len=65536", "-timeout=20",
                              "-rss_limit_mb=2048", "-print_final_stats=0", "-verbosity=0",
                              f"-artifact_prefix={crashes}/", *corpora], stdin=subprocess.DEVNULL)
        if run.returncode != 0:
            failed.append(name)
            for artefact in sorted(set(crashes.iterdir()) - before):
                print(f"  kept {os.path.relpath(artefact, ROOT)}")
    if not ran:
        print(f"no target matches {wanted!r}")
        return 1
    print(f"{ran - len(failed)} clean, {len(failed)} failed" + (": " + ", ".join(failed) if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
