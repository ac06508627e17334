#!/usr/bin/env python3
"""cmake --install gives a tree that runs where it was put: the program finds its library and its console beside itself, tells the whole story from another
folder, and serves the console; nothing in it leads back to the source tree."""
import os, pathlib, shutil, subprocess, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from outsider import Server, check, request

ROOT, TMP = pathlib.Path(os.environ["SLUICE_ROOT"]), pathlib.Path(os.environ["TMP"])
BUILD = pathlib.Path(os.environ["SLUICE"]).resolve().parent.parent
if not shutil.which("cmake") or not (BUILD / "cmake_install.cmake").exists():
    print("skipped: no build tree of cmake beside the program")
    sys.exit(77)
if not (ROOT / "web/dist/index.html").exists():
    print("skipped: the console is not built")
    sys.exit(77)


def run(*words, **more):
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, **more)
    check(done.returncode == 0, f"{' '.join(map(str, words[:3]))}: {done.returncode} {done.stdout[-300:]} {done.stderr[-600:]}")
    return done.stdout


there, away = TMP / "first", TMP / "opt" / "sluice"
run("cmake", "--install", BUILD, "--prefix", there, "--component", "sluice")
away.parent.mkdir()
there.rename(away)  # it need not stay where it was put
for wanted in ("bin/sluice", "lib/libduckdb.so", "share/sluice/console/index.html", "share/sluice/console/verify.html", "share/sluice/rules/law.yaml",
               "share/doc/sluice/README.md", "share/doc/sluice/docs/handbook/README.md", "share/doc/sluice/LICENSE"):
    check((away / wanted).is_file(), f"{wanted} is installed")
program, work = away / "bin/sluice", TMP / "work"
work.mkdir()
env = {k: v for k, v in os.environ.items() if not k.startswith("SLUICE") and k != "LD_LIBRARY_PATH"}
loaded = next(line.split()[2] for line in run("ldd", program).splitlines() if "libduckdb" in line)
check(pathlib.Path(loaded).resolve() == (away / "lib/libduckdb.so").resolve(), f"the library beside the program is the one that is loaded: {loaded}")
check(str(ROOT) not in run("readelf", "-d", program), "no path of the source tree is left in it")
check("verified" in run(program, "demo", "--once", "--rows", 1500, "--dir", work / "demo", cwd=work, env=env), "the story")
run(program, "ledger", "verify", "--space", work / "demo/space", "--trust", work / "demo/recipient/trust.txt", cwd=work, env=env)

os.environ.pop("SLUICE_CONSOLE", None)
os.chdir(work)
(TMP / "pass").write_text("a passphrase for the test\n")
run(program, "init", work / "space", "--name", "示例市医保局", "--uscc", "91350100M000100Y43", "--passphrase-file", TMP / "pass", env=env)
server = Server(str(program), str(work / "space"), str(TMP / "pass"), str(TMP / "serve.err"))
try:
    page = request(server, "GET", "/")
    check(page.status == 200 and b'<div id="root">' in page.body, f"the console is served: {page.status} {page.body[:200]}")
    check(request(server, "GET", "/verify.html").status == 200, "and the page that verifies")
finally:
    server.stop()
print("installed, moved, told, served")
