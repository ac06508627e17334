#!/usr/bin/env python3
"""A person's SM2 key inside a GM/T 0018 device (our own library of the tests) signs there and never leaves it: documents, a certificate request.
Laws: the key file holds no private key; openssl verifies what the device signed; a wrong
password, an empty place, another key pair in the place and a token that has no SM2 are told apart; a device pulled out in the middle of a signature leaves no
signature at all; what does not sign (opening an envelope) is refused with the reason."""
import json, os, pathlib, secrets, shutil, subprocess, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from outsider import check

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
SDF = pathlib.Path(SLUICE).parent.parent / "lib" / "libsdf_soft.so"
SOFTHSM = next((p for p in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so") if os.path.exists(p)), None)
ENV = dict(os.environ, LC_ALL="C.UTF-8")
STORE, PIN, WRONG = TMP / "sdf", TMP / "pin", TMP / "wrong"

check(SDF.exists(), "the device library of the tests is built")
STORE.mkdir()
(STORE / "plugged-in").write_text("")
(STORE / "sign.3").write_bytes(secrets.token_bytes(31).rjust(32, b"\1"))
(STORE / "sign.3.password").write_text("a password of the key")
(STORE / "sign.4").write_bytes(secrets.token_bytes(31).rjust(32, b"\2"))
(STORE / "sign.4.password").write_text("a password of the key")
PIN.write_text("a password of the key\n")
WRONG.write_text("another password\n")


def run(*args, code=0):
    done = subprocess.run([SLUICE, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, env=ENV)
    check(done.returncode == code, f"sluice {' '.join(map(str, args))}: exit {done.returncode}, not {code}: {done.stdout}{done.stderr}")
    return done


def reason(done):
    return json.loads(done.stderr.strip().splitlines()[-1])["code"]


def new(out, place="3", pin=PIN, kind="sdf", module=SDF, code=0):
    return run("key", "new", "--inside", "--module", module, "--kind", kind, "--token", place, "--setting", f"SDF_SOFT_STORE={STORE}", "--pin-file", pin, "--name", "王一",
               "--out", TMP / out, "--json", code=code)


check(reason(new("x.key", place="9", code=3)) == "device.no_such_key", "an empty place")
check(reason(new("x.key", pin=WRONG, code=4)) == "device.wrong_pin", "a wrong password")
if SOFTHSM:
    check(reason(new("x.key", place="any", kind="pkcs11", module=SOFTHSM, code=6)) == "device.no_sm2", "a PKCS#11 token has no SM2, and says so")
check(reason(run("key", "new", "--inside", "--json", "--out", TMP / "x.key", code=2)) == "cli.bad_arguments", "inside of what?")
check(not list(TMP.glob("x.key*")), "nothing is left of what failed")
made = json.loads(new("wang.key").stdout)
file = json.loads((TMP / "wang.key").read_text())
scalar = (STORE / "sign.3").read_bytes()
check("private_key" not in file and "seal" not in file and scalar.hex() not in (TMP / "wang.key").read_text(), "no private key is in the file")
check(json.loads((TMP / "wang.key.pub").read_text())["public_key"] == made["public_key"], "and the public half beside it")

# A signature, and what openssl says of it.
document = TMP / "document.json"
document.write_text('{"b": 1, "a": "文件"}')
sign = lambda *more, key="wang.key", pin=PIN, code=0: run("sign", "--key", TMP / key, "--passphrase-file", pin, "--json", *more, code=code)
sign("--out", TMP / "sig.json", document)
check(reason(sign(document, pin=WRONG, code=4)) == "device.wrong_pin", "the password is asked at each signature")
if shutil.which("openssl"):
    import base64

    spki = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200") + bytes.fromhex(made["public_key"])
    (TMP / "pub.der").write_bytes(spki)
    (TMP / "signed").write_bytes('{"a":"文件","b":1}'.encode())
    (TMP / "signature").write_bytes(base64.b64decode(json.loads((TMP / "sig.json").read_text())["signature"]))
    checked = subprocess.run(["openssl", "dgst", "-sm3", "-verify", TMP / "pub.der", "-keyform", "DER", "-sigopt", "distid:1234567812345678", "-signature", TMP / "signature", TMP / "signed"],
                             capture_output=True, text=True)
    check(checked.returncode == 0, f"openssl agrees: {checked.stdout}{checked.stderr}")
    run("certificate", "request", "--key", TMP / "wang.key", "--passphrase-file", PIN, "--name", "王一", "--out", TMP / "wang.csr")
    asked = subprocess.run(["openssl", "req", "-in", TMP / "wang.csr", "-verify", "-noout", "-vfyopt", "distid:1234567812345678"], capture_output=True, text=True)
    check(asked.returncode == 0, f"a certificate request signed in the device: {asked.stderr}")

# What only a key at hand can do.
check(reason(run("open", "--json", "--key", TMP / "wang.key", "--passphrase-file", PIN, "--out", TMP / "o", document, code=6)) == "device.signs_only", "it opens nothing")

# Another key pair in the place is another signer.
(STORE / "sign.3").rename(STORE / "kept")
shutil.copy(STORE / "sign.4", STORE / "sign.3")
check(reason(sign(document, code=3)) == "device.no_such_key", "another key pair signs nothing under this name")
(STORE / "kept").rename(STORE / "sign.3")

# Pulled out in the middle: the key is open, the document comes, the device is gone.
pipe = TMP / "pipe"
os.mkfifo(pipe)
out = TMP / "never.json"
running = subprocess.Popen([SLUICE, "sign", "--key", TMP / "wang.key", "--passphrase-file", PIN, "--json", "--out", out, pipe], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           stdin=subprocess.DEVNULL, env=ENV)
with open(pipe, "w") as writer:  # opens when the document is about to be read: the key was held before
    (STORE / "plugged-in").unlink()
    writer.write("{}")
stdout, stderr = running.communicate(timeout=60)
check(running.returncode == 8 and json.loads(stderr.strip().splitlines()[-1])["code"] == "device.gone", f"told: {running.returncode} {stderr}")
check(not out.exists() and not stdout, "nothing was signed")
check(reason(sign(document, code=8)) == "device.gone", "and without the device nothing can be")
(STORE / "plugged-in").write_text("")
sign(document)
print("signed inside the device; pulled out, it signs nothing")
