#!/usr/bin/env python3
"""The root key under a device, on the real program: a PKCS#11 token (softhsm2) and a GM/T 0018 library of our own (tests/support/sdf_soft.cc).
Laws: the device's PIN opens the space and the old passphrase does not; a token that is pulled out, a wrong PIN, a library that others may
write, and a file moved to another token each have their own reason and leave the space as it was; the root can leave the device again;
each change of the keeper is an entry of the ledger."""
import json, os, pathlib, shutil, subprocess, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from desk import ENV, SLUICE, TMP, reason, run
from outsider import check

LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
SOFTHSM = next((p for p in LIBRARIES if os.path.exists(p)), None)
SDF = pathlib.Path(SLUICE).parent.parent / "lib" / "libsdf_soft.so"
PASS, PIN, SPACE = TMP / "pass", TMP / "pin", TMP / "space"

if not SOFTHSM or not shutil.which("softhsm2-util"):
    print("skipped: softhsm2 is not installed")
    sys.exit(77)


def listing(word, code=0, space=SPACE):
    return run("keys", "list", "--space", space, "--passphrase-file", word, "--json", code=code)


PASS.write_text("a passphrase of tests\n")
PIN.write_text("48151623\n")
(TMP / "wrong").write_text("99999999\n")
(TMP / "tokens").mkdir()
CONF = TMP / "softhsm2.conf"
CONF.write_text(f"directories.tokendir = {TMP}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
for label in ("sluice-a", "sluice-b"):
    made = subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", "48151623"],
                          env=dict(ENV, SOFTHSM2_CONF=str(CONF)), capture_output=True, text=True)
    check(made.returncode == 0, f"a token is made: {made.stderr}")

run("init", SPACE, "--name", "测试经办机构", "--uscc", "12509803MAT000018C", "--passphrase-file", PASS)
setting = ["--setting", f"SOFTHSM2_CONF={CONF}"]


def into(token, word=PASS, pin=PIN, module=SOFTHSM, more=setting, code=0, kind="pkcs11"):
    return run("keys", "device", "--space", SPACE, "--module", module, "--kind", kind, "--token", token, "--pin-file", pin, "--passphrase-file", word,
               "--json", *more, code=code)


# Nothing that fails changes anything.
check(reason(into("sluice-a", pin=TMP / "wrong", code=4)) == "device.wrong_pin", "a wrong PIN is told")
check(reason(into("nobody", code=3)) == "device.no_such_token", "an unknown token is told")
check(reason(into("sluice-a", module="libsofthsm2.so", code=1)) == "device.module_path", "a library is named by its whole path")
open_copy = TMP / "library.so"
shutil.copy(SOFTHSM, open_copy)
open_copy.chmod(0o666)
check(reason(into("sluice-a", module=open_copy, code=6)) == "device.module_path", "a library that others may write is not loaded")
(TMP / "text.so").write_text("no library\n")
check(reason(into("sluice-a", module=TMP / "text.so", code=1)) == "device.not_a_module", "what is no library is told")
check(reason(into("sluice-a", more=["--setting", "LD_PRELOAD=/x"], code=1)) == "device.bad_setting", "a setting cannot steer the loader")
listing(PASS)

# A PKCS#11 token.
into("sluice-a")
check(not (SPACE / "keys" / "passphrase").exists(), "no passphrase lies beside it")
listing(PIN)
check(reason(listing(PASS, code=4)) == "device.wrong_pin", "the old passphrase opens nothing")
root = json.loads((SPACE / "keys" / "root.json").read_text())
check(root["format"] == "sluice-root-device/1" and "passphrase" not in json.dumps(root), "the file names the device")

# Another token cannot stand in, and a missing one is told.
moved = json.loads(json.dumps(root))
moved["device"]["token"] = "sluice-b"
shutil.copytree(SPACE, TMP / "moved")
(TMP / "moved" / "keys" / "root.json").write_text(json.dumps(moved))
check(reason(listing(PIN, code=3, space=TMP / "moved")) == "device.no_such_key", "another token does not have the key")
(TMP / "tokens").rename(TMP / "pulled")
(TMP / "tokens").mkdir()
check(reason(listing(PIN, code=3)) == "device.no_such_token", "a token that was pulled out is told")
(TMP / "tokens").rmdir()
(TMP / "pulled").rename(TMP / "tokens")
listing(PIN)

# Into a GM/T 0018 device, with the token's PIN as what opens the old root.
store = TMP / "sdf"
store.mkdir()
(store / "kek.7").write_bytes(os.urandom(16))
(store / "plugged-in").write_text("")
WORD = TMP / "word"
WORD.write_text("a passphrase beside the device\n")
sdf = ["--setting", f"SDF_SOFT_STORE={store}"]
check(SDF.exists(), "the device library of the tests is built")
check(reason(into("8", word=PIN, pin=WORD, module=SDF, more=sdf, kind="sdf", code=3)) == "device.no_such_key", "no key in that place")
into("7", word=PIN, pin=WORD, module=SDF, more=sdf, kind="sdf")
listing(WORD)
check(reason(listing(PIN, code=4)) == "custody.wrong_passphrase", "without the passphrase the device alone opens nothing")
(store / "plugged-in").unlink()
check(reason(listing(WORD, code=8)) == "device.gone", "a device that is gone is told")
(store / "plugged-in").write_text("")
kek = (store / "kek.7").read_bytes()
(store / "kek.7").write_bytes(os.urandom(16))
check(reason(listing(WORD, code=4)) == "custody.wrong_passphrase", "another device's key opens nothing")
(store / "kek.7").write_bytes(kek)

# And out again, under a passphrase.
(TMP / "new").write_text("another passphrase of tests\n")
run("keys", "passphrase", "--space", SPACE, "--passphrase-file", WORD, "--new-passphrase-file", TMP / "new", "--json")
listing(TMP / "new")
found = run("ledger", "search", "--space", SPACE, "--kind", "keys.root_changed", "--json").stdout
check(found.count("keys.root_changed") >= 3, f"each change of the keeper is an entry: {found}")
run("ledger", "verify", "--space", SPACE, "--trust", SPACE / "trust.txt")
print("the root went into a token, into a device and out again")
