#!/usr/bin/env python3
"""SM2 certificates of people on the real program, issued by an authority made with openssl: registered with proof of the key, sign-in and second
factor by challenge, votes and contracts signed with them; expiry, revocation by the person, by the administrator and by the authority's list, and
the end of the authority, each on the next request. Keys in files and under a PKCS#11 token (softhsm2); a token that is pulled out in the
middle of a signature signs nothing and says so."""
import base64, json, os, pathlib, shutil, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import Account, check

SOFTHSM = next((p for p in ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so") if os.path.exists(p)), None)
if not shutil.which("openssl"):
    print("skipped: openssl is not installed")
    sys.exit(77)
a = Agency()
TMP, CA = a.tmp, a.tmp / "ca"
CA.mkdir()
ID = ["-sigopt", "distid:1234567812345678"]


def openssl(*args, where=CA):
    done = subprocess.run(["openssl", *map(str, args)], cwd=where, capture_output=True, text=True)
    check(done.returncode == 0, f"openssl {args[0]}: {done.stderr}")
    return done.stdout


# An authority: its own certificate, and a register of what it issued.
(CA / "ca.cnf").write_text("""[ca]
default_ca = own
[own]
database = index.txt
serial = serial
crlnumber = crlnumber
default_md = sm3
default_crl_days = 30
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
policy = any
x509_extensions = person
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
organizationName = optional
[person]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
[other_use]
basicConstraints = critical,CA:FALSE
keyUsage = critical,keyEncipherment
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[req]
distinguished_name = dn
[dn]
""")
(CA / "index.txt").write_text("")
(CA / "serial").write_text("1001\n")
(CA / "crlnumber").write_text("01\n")


def authority(name):
    openssl("ecparam", "-genkey", "-name", "SM2", "-out", f"{name}.key")
    openssl("req", "-x509", "-new", "-key", f"{name}.key", "-sm3", *ID, "-days", "365", "-subj", "/O=Test Authority/CN=" + name, "-config", "ca.cnf", "-extensions", "root",
            "-out", f"{name}.pem")


def issue(request, out, *more, extensions="person"):
    # The library verifies the request with the same id as it signs with.
    done = subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-sm3", *ID, "-vfyopt", "distid:1234567812345678",
                           "-extfile", "ca.cnf", "-extensions", extensions, "-out", out, *(more or ("-days", "30"))], cwd=CA, capture_output=True, text=True)
    check(done.returncode == 0, f"the authority issues {out}: {done.stderr}")
    return CA / out


authority("ca")
authority("stranger")
a.staff()
for name in ("alice", "carol"):
    a.enrol(a.agency, name, "data_manager" if name == "alice" else "registrar")
sysadmin, secadmin, alice = a.people["sysadmin"], a.people["secadmin"], a.people["alice"]


def person_key(name, *options):
    a.run("key", "new", "--out", TMP / f"{name}.key", "--name", name, *(options or ("--no-passphrase",)))
    return TMP / f"{name}.key"


def request_of(name, *unlock):
    a.run("certificate", "request", "--key", TMP / f"{name}.key", "--name", name, "--organisation", "示例单位", "--out", CA / f"{name}.csr", *unlock)
    return f"{name}.csr"


def signature(name, text, code=0):
    (TMP / "to_sign").write_text(text)
    return json.loads(a.run("sign", "--key", TMP / f"{name}.key", "--json", TMP / "to_sign", code=code) or "{}").get("signature")


def fingerprint(pem):
    der = subprocess.run(["openssl", "x509", "-in", pem, "-outform", "DER"], capture_output=True, check=True).stdout
    return subprocess.run(["openssl", "dgst", "-sm3", "-r"], input=der, capture_output=True, check=True).stdout.split()[0].decode()


def proof(who, key, pem):
    return signature(key, "sluice/certificate/v1\n" + json.dumps({"certificate_sm3": fingerprint(pem), "person": a.ids[who]}, separators=(",", ":")))


def registering(who, key, pem):
    return {"certificate": pathlib.Path(pem).read_text(), "proof": proof(who, key, pem)}


try:
    # No authority yet; then one, adopted by the security administrator.
    person_key("alice")
    pem = issue(request_of("alice"), "alice.pem")
    refused(alice.call("POST", "/certificates", registering("alice", "alice", pem)), "certificate.no_authority", "nobody adopted its authority")
    adopting = {"certificate": (CA / "ca.pem").read_text(), "reason": "本市签发机构"}
    refused(sysadmin.call("POST", "/certificate-authorities", adopting), "duty.missing", "the security administrator's", 403)
    refused(secadmin.call("POST", "/certificate-authorities", {**adopting, "certificate": pem.read_text()}), "certificate.not_an_authority", "a person is no authority")
    seen = secadmin.post("/certificate-authorities", adopting)
    ca = seen["authorities"][0]["id"]
    check("CN=ca" in seen["authorities"][0]["subject"], f"its name: {seen}")
    # Other keys and other uses do not count.
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", TMP / "rsa.key", "-out", TMP / "rsa.pem", "-subj", "/CN=rsa", "-days", "9"], capture_output=True, check=True)
    refused(secadmin.call("POST", "/certificate-authorities", {**adopting, "certificate": (TMP / "rsa.pem").read_text()}), "certificate.not_sm2", "RSA")
    refused(secadmin.call("POST", "/certificate-authorities", {**adopting, "certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}), "certificate.malformed", "no certificate", 400)
    refused(alice.call("POST", "/certificates", {**registering("alice", "alice", pem), "proof": proof("carol", "alice", pem)}), "party.key_not_proven", "a proof for somebody else", 400)
    other_use = issue("alice.csr", "other_use.pem", extensions="other_use")
    refused(alice.call("POST", "/certificates", registering("alice", "alice", other_use)), "certificate.not_for_signing", "not for signing")
    forged = subprocess.run(["openssl", "x509", "-req", "-in", "alice.csr", "-CA", "stranger.pem", "-CAkey", "stranger.key", "-CAcreateserial", "-sm3", *ID, "-vfyopt", "distid:1234567812345678",
                             "-days", "9", "-out", "forged.pem"], cwd=CA, capture_output=True, text=True)
    check(forged.returncode == 0, forged.stderr)
    refused(alice.call("POST", "/certificates", registering("alice", "alice", CA / "forged.pem")), "certificate.no_authority", "another authority's")
    bent = bytearray(subprocess.run(["openssl", "x509", "-in", pem, "-outform", "DER"], capture_output=True, check=True).stdout)
    bent[-5] ^= 1
    bent_file = TMP / "bent.der"
    bent_file.write_bytes(bent)
    sm3 = subprocess.run(["openssl", "dgst", "-sm3", "-r", bent_file], capture_output=True, check=True).stdout.split()[0].decode()
    bent_proof = signature("alice", "sluice/certificate/v1\n" + json.dumps({"certificate_sm3": sm3, "person": a.ids["alice"]}, separators=(",", ":")))
    refused(alice.call("POST", "/certificates", {"certificate": base64.b64encode(bytes(bent)).decode(), "proof": bent_proof}), "certificate.bad_signature", "a bent signature")

    # Registered by the command line, as the person.
    (TMP / "alice.word").write_text(alice.password + "\n")
    made = json.loads(a.at_the_desk("certificate", "register", pem, "--key", TMP / "alice.key", "--as", "alice", "--password-file", TMP / "alice.word", "--code", alice.code(), "--json"))
    certificate = made["id"]
    refused(alice.call("POST", "/certificates", registering("alice", "alice", pem)), "certificate.known", "once", 409)
    check(a.stored("示例单位") == [], "the certificate's words are not in the clear")
    mine = alice.get("/certificates")["items"]
    check([c["id"] for c in mine] == [certificate] and mine[0]["in_force"] and "CN=alice" in mine[0]["subject"], f"one's own: {mine}")

    # Sign-in by challenge; the second factor by another.
    def sign_in(name, key, code=None):
        here = Account(a.server, name, "")
        asked = here.call("POST", "/session/key/challenge", {"account": name}).json
        answer = here.call("POST", "/session/key/sign-in", {"account": name, "challenge": asked["challenge"], "signature": signature(key, asked["text"])})
        if code:
            return refused(answer, code, f"{name} by certificate", 401)
        check(answer.status == 200, f"{name} signs in by certificate: {answer.body}")
        here.cookie, here.csrf = answer.headers["set-cookie"].split(";")[0], answer.json["csrf"]
        return here

    def step_up(here, key, wrong=False):
        asked = here.call("POST", "/session/certificate/challenge").json
        return here.call("POST", "/session/certificate/step-up", {"challenge": asked["challenge"], "signature": signature(key, asked["text"] + ("x" if wrong else ""))})

    here = sign_in("alice", "alice")
    check(here.get("/session")["person"] == a.ids["alice"], "it is she")
    person_key("nobody")
    sign_in("alice", "nobody", "sign_in.failed")
    sign_in("carol", "alice", "sign_in.failed")
    refused(step_up(here, "alice", wrong=True), "certificate.none", "another text", 403)
    refused(here.call("POST", "/certificates", {"certificate": "x", "proof": ""}), "certificate.malformed", "before the second factor the form", 400)
    check(step_up(here, "alice").status == 200 and here.get("/session")["stepped_up_until_ms"] > 0, "the second factor by certificate")

    # Under a token: the PIN opens it, and pulled out in the middle it signs nothing.
    if SOFTHSM and shutil.which("softhsm2-util"):
        (TMP / "tokens").mkdir()
        conf = TMP / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {TMP}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
        done = subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "person", "--so-pin", "12345678", "--pin", "48151623"],
                              env=dict(os.environ, SOFTHSM2_CONF=str(conf)), capture_output=True, text=True)
        check(done.returncode == 0, done.stderr)
        (TMP / "pin").write_text("48151623\n")
        (TMP / "wrong").write_text("99999999\n")
        person_key("carol", "--module", SOFTHSM, "--token", "person", "--pin-file", TMP / "pin", "--setting", f"SOFTHSM2_CONF={conf}")
        check(json.loads((TMP / "carol.key").read_text())["seal"]["device"]["token"] == "person", "the file names the token")
        pin = ("--passphrase-file", TMP / "pin")
        carol_pem = issue(request_of("carol", *pin), "carol.pem")
        (TMP / "to_sign").write_text("anything")

        def fails(wanted, *args, exit_code):
            done = subprocess.run([a.sluice, *map(str, args)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
            code = json.loads(done.stderr.strip().splitlines()[-1])["code"]
            check(code == wanted and done.returncode == exit_code and not done.stdout, f"{args}: {done.returncode} {done.stderr} {done.stdout}")

        fails("device.wrong_pin", "sign", "--key", TMP / "carol.key", "--passphrase-file", TMP / "wrong", "--json", TMP / "to_sign", exit_code=4)
        check(json.loads(a.run("sign", "--key", TMP / "carol.key", *pin, "--json", TMP / "to_sign"))["signature"], "signed with the token there")
        carol = a.people["carol"]
        (TMP / "carol.word").write_text(carol.password + "\n")
        a.at_the_desk("certificate", "register", carol_pem, "--key", TMP / "carol.key", "--key-passphrase-file", TMP / "pin", "--as", "carol", "--password-file", TMP / "carol.word",
                      "--code", carol.code(), "--json")
        # The command has the token open and waits for the document: now it is pulled out.
        fifo = TMP / "document.fifo"
        os.mkfifo(fifo)
        signing = subprocess.Popen([a.sluice, "sign", "--key", str(TMP / "carol.key"), *map(str, pin), "--json", str(fifo)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        with open(fifo, "w") as document:  # opens when the command reads it: the PIN was good by then
            (TMP / "tokens").rename(TMP / "pulled")
            (TMP / "tokens").mkdir()
            document.write("a contract")
        out, err = signing.communicate(timeout=60)
        check(json.loads(err.strip().splitlines()[-1])["code"] == "device.gone" and signing.returncode == 8 and not out, f"pulled out in mid-signature: {signing.returncode} {err} {out}")
        (TMP / "tokens").rmdir()
        (TMP / "pulled").rename(TMP / "tokens")
        check(json.loads(a.run("sign", "--key", TMP / "carol.key", *pin, "--json", TMP / "to_sign"))["signature"], "put back, it signs")

    # A vote and a contract, signed with one's own certificate in place of a code.
    synth = TMP / "synth"
    a.run("synth", "--out", synth, "--rows", 400)
    batch = a.collect(synth / "plans/fee_list_d.yaml", synth / "source.pub", synth / "fee_list_d.csv")
    graded = a.graded(batch)
    kept = [c for c, v in graded.items() if v["level"] <= 2 and not v["identifying"] and not v["quasi"]][:3]
    masked = a.masked(batch, list(graded), {c: {"technique": "keep"} for c in kept})
    party = a.party("示例研究院", 41)
    a.enrol(party, "user", "data_user")
    a.enrol(party, "their_signer", "contract_signer")
    a.key(a.agency, "agency")
    a.key(party, "theirs")
    product = a.product(batch, masked["version"], kept, ["file"])
    application = a.people["user"].post("/applications", a.application(product, kept, form="file", purpose="statistics", legal_basis="statutory_duty"))
    vote = lambda who, approve, reason: "sluice/vote/v1\n" + json.dumps({"application": application["id"], "approve": approve, "member": a.ids[who], "reason": reason},
                                                                      separators=(",", ":"), ensure_ascii=False)
    person_key("m1")
    m1 = a.people["m1"]
    m1_certificate = m1.post("/certificates", registering("m1", "m1", issue(request_of("m1"), "m1.pem")))["id"]
    m1.sign_in()  # a session without a second factor
    refused(m1.call("POST", f"/applications/{application['id']}/vote", {"approve": True, "reason": "必要"}), "session.step_up_needed", "without either", 403)
    ballot = {"approve": True, "reason": "必要", "personal": {"certificate": m1_certificate, "signature": signature("m1", vote("m1", False, "必要"))}}
    refused(m1.call("POST", f"/applications/{application['id']}/vote", ballot), "certificate.bad_signature", "a signature of the other vote")
    refused(m1.call("POST", f"/applications/{application['id']}/vote", {**ballot, "personal": {"certificate": certificate, "signature": ballot["personal"]["signature"]}}),
            "certificate.not_found", "another person's certificate", 404)
    # At the command line: signed there, with the key of a certificate of one's own and no other.
    (TMP / "m1.word").write_text(m1.password + "\n")

    def by_own_key(who, *words, key=None, code=0):
        return a.at_the_desk(*words, "--as", who, "--password-file", TMP / f"{who}.word", "--own-key", TMP / f"{key or who}.key", "--json", code=code)

    cast = ("vote", "cast", application["id"], "approve", "--reason", "必要")
    by_own_key("m1", *cast, key="alice", code=3)
    by_own_key("m1", *cast)
    for member in ("m2", "m3"):
        if m1.get(f"/applications/{application['id']}")["status"] == "voting":
            a.people[member].post(f"/applications/{application['id']}/vote", {"approve": True, "reason": "必要"})
    contract = a.people["manager"].post(f"/applications/{application['id']}/contract", {"duties": "专人保管", "liability": "依法追责"})
    signer = a.people["signer"]
    person_key("signer")
    signer_certificate = signer.post("/certificates", registering("signer", "signer", issue(request_of("signer"), "signer.pem")))["id"]
    signer.sign_in()
    seen = signer.get(f"/contracts/{contract['id']}")
    refused(signer.call("POST", f"/contracts/{contract['id']}/sign", {"signature": a.signature("agency", seen["document"])}), "session.step_up_needed", "without either", 403)
    (TMP / "signer.word").write_text(signer.password + "\n")
    done = json.loads(by_own_key("signer", "contract", "sign", contract["id"], "--key", a.keys["agency"]))
    check(len(done["signatures"]) == 1 and done["signatures"][0]["certificate"] == signer_certificate, f"signed with the certificate, and it stands there: {done}")
    votes = signer.get(f"/applications/{application['id']}")["votes"]
    check([v.get("certificate") for v in votes if v["member"] == a.ids["m1"]] == [m1_certificate], f"by the vote: {votes}")
    check(all("certificate" not in v for v in votes if v["member"] != a.ids["m1"]), "not by the others")

    # The word of a witness: over the work as it was proposed. What may be destroyed is offered although its retention period is not over.
    offered = a.people["manager"].get("/key-works")["can"]
    check("destroy_version" in offered, f"offered to the data manager: {offered}")
    work = a.people["manager"].post("/key-works", {"proposal": {"work": "destroy_version", "version": masked["version"], "reason": "另行脱敏", "contracts": [contract["id"]]}})
    a.people["m2"].post(f"/key-works/{work['id']}/decide", {"approve": True, "reason": "另行脱敏"})
    work = a.people["manager"].get(f"/key-works/{work['id']}")
    of_work = lambda who, **other: "sluice/key-work-witness/v1\n" + json.dumps(
        {**{k: work[k] for k in ("columns", "epoch", "version", "work")}, "key_work": work["id"], "reason": "已核对", "verdict": "agree", "witness": a.ids[who], **other},
        separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    word = lambda text: {"verdict": "agree", "reason": "已核对", "personal": {"certificate": m1_certificate, "signature": signature("m1", text)}}
    m1.sign_in()
    path = f"/key-works/{work['id']}/witness"
    refused(m1.call("POST", path, {"verdict": "agree", "reason": "已核对"}), "session.step_up_needed", "without either", 403)
    refused(m1.call("POST", path, word(of_work("m1", columns=work["columns"][:1]))), "certificate.bad_signature", "a signature of another work")
    done = json.loads(by_own_key("m1", "keys", "witness", work["id"], "agree", "--reason", "已核对"))
    check(done["signed_by"] == [a.ids["m1"]], f"witnessed with the certificate: {done}")
    secadmin.post(path, {"verdict": "agree", "reason": "已核对"})
    a.work("manager", f"/key-works/{work['id']}/carry-out")
    destruction = a.people["manager"].call("GET", f"/key-works/{work['id']}/certificate")
    check('"personal"' in destruction.body.decode() and m1_certificate in destruction.body.decode(), "the certificate of the destruction bears the signature")

    # Revoked by the person: the session that it opened and the factor that it showed end with the next request.
    check(here.call("GET", "/inbox").status == 200, "the session is open")
    alice.post(f"/certificates/{certificate}/revoke", {"reason": "换发"})
    check(here.call("GET", "/inbox").status == 401, "revoked: the next request is refused")
    sign_in("alice", "alice", "sign_in.failed")
    refused(alice.call("POST", "/certificates", registering("alice", "alice", pem)), "certificate.revoked", "it does not come back", 409)
    check(next(c for c in secadmin.get("/certificates")["items"] if c["id"] == certificate)["why"] == "certificate.revoked", "and says why")
    # The factor alone: the session of a password stays, its step-up does not.
    m1.sign_in()
    check(step_up(m1, "m1").status == 200, "m1 steps up by certificate")
    secadmin.post(f"/certificates/{m1_certificate}/revoke", {"reason": "离岗"})
    check(m1.get("/session")["person"] == a.ids["m1"], "the password's session stays")
    refused(m1.call("POST", "/certificates", registering("m1", "m1", issue("m1.csr", "m1b.pem"))), "session.step_up_needed", "the factor is gone", 403)

    # By the authority's list.
    openssl("ca", "-config", "ca.cnf", "-gencrl", *ID, "-out", "empty.crl")
    there = sign_in("signer", "signer")
    taken = secadmin.post(f"/certificate-authorities/{ca}/revocations", {"list": (CA / "empty.crl").read_text()})
    check(taken["on_list"] == 0 and there.call("GET", "/inbox").status == 200, f"an empty list: {taken}")
    serial = openssl("x509", "-in", "signer.pem", "-noout", "-serial").strip().split("=")[1]
    (CA / "index.txt").write_text(f"R\t{time.strftime('%y%m%d%H%M%SZ', time.gmtime(time.time() + 86400 * 20))}\t{time.strftime('%y%m%d%H%M%SZ', time.gmtime())}\t{serial}\tunknown\t/CN=signer\n")
    time.sleep(1.1)
    openssl("ca", "-config", "ca.cnf", "-gencrl", *ID, "-out", "full.crl")
    refused(a.people["manager"].call("POST", f"/certificate-authorities/{ca}/revocations", {"list": (CA / "full.crl").read_text()}), "duty.missing", "the security administrator's", 403)
    (TMP / "sec.word").write_text(secadmin.password + "\n")
    taken = json.loads(a.at_the_desk("certificate", "revocations", CA / "full.crl", "--authority", ca, "--as", "secadmin", "--password-file", TMP / "sec.word", "--code", secadmin.code(), "--json"))
    check(taken["on_list"] == 1 and taken["revoked"] == 1, f"the list: {taken}")
    check(there.call("GET", "/inbox").status == 401, "on the list: the next request is refused")
    sign_in("signer", "signer", "sign_in.failed")
    refused(secadmin.call("POST", f"/certificate-authorities/{ca}/revocations", {"list": (CA / "empty.crl").read_text()}), "certificate.list_older", "an older list", 409)
    der = bytearray(subprocess.run(["openssl", "crl", "-in", CA / "full.crl", "-outform", "DER"], capture_output=True, check=True).stdout)
    der[-3] ^= 1
    refused(secadmin.call("POST", f"/certificate-authorities/{ca}/revocations", {"list": base64.b64encode(bytes(der)).decode()}), "certificate.bad_list", "a forged list")
    # A certificate that is on the list when it comes is not registered.
    refused(signer.call("POST", "/certificates", registering("signer", "signer", CA / "signer.pem")), "session.step_up_needed", "first the factor", 403)
    signer.step_up()
    refused(signer.call("POST", "/certificates", registering("signer", "signer", CA / "signer.pem")), "certificate.revoked", "on the list")

    # Over in time, and the end of the authority.
    a.people["m2"].step_up()
    person_key("m2")
    m2_pem = issue(request_of("m2"), "m2.pem", "-days", "1")
    m2_certificate = a.people["m2"].post("/certificates", registering("m2", "m2", m2_pem))["id"]
    if shutil.which("faketime"):
        a.restart("+26h")
        sign_in("m2", "m2", "sign_in.failed")
        a.restart()
    m2 = sign_in("m2", "m2")
    for account in (secadmin, sysadmin):
        account.sign_in()
    secadmin.post(f"/certificate-authorities/{ca}/end", {"reason": "机构停业"})
    check(m2.call("GET", "/inbox").status == 401, "its authority has ended")
    sign_in("m2", "m2", "sign_in.failed")
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space)
print("a certificate counts as long as its person, its authority and its time do")
