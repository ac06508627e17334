#!/usr/bin/env python3
"""Mutual TLS (C7.2.5c) against a real node with certificates of openssl: what a party's programs are known by is proposed by one and confirmed by
another; a call under a contract or for a party that demands it shows one of these, or is refused with its reason and on record; expired, revoked,
removed and foreign ones are refused from the next request on, on an open connection too; nothing is resumed; browsers are asked for nothing; the node
shows its own certificate where a server that it calls asks for one."""
import base64, hashlib, http.client, http.server, json, os, pathlib, shutil, socket, ssl, subprocess, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import Account, Answer, Server, check

if not shutil.which("openssl"):
    print("skipped: openssl is not installed")
    sys.exit(77)

PURPOSE = "insurance_product_design"
PKI = pathlib.Path(os.environ["TMP"]) / "pki"
PKI.mkdir()


def openssl(*words, code=0, stdin=None):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, input=stdin, timeout=60)
    check(done.returncode == code, f"openssl {words[0]}: {done.stderr.decode()[-400:]}")
    return done.stdout


class Authority:
    """A certification authority of openssl, with its list of revoked certificates."""

    def __init__(self, name, issuer=None):
        self.name, self.dir, self.serial = name, PKI / name, 0x1000
        self.dir.mkdir()
        (self.dir / "index.txt").write_text("")
        (self.dir / "crlnumber").write_text("01\n")
        (self.dir / "serial").write_text("1000\n")
        (self.dir / "ca.cnf").write_text(f"""[ca]
default_ca = it
[it]
dir = {self.dir}
database = {self.dir}/index.txt
new_certs_dir = {self.dir}
serial = {self.dir}/serial
crlnumber = {self.dir}/crlnumber
certificate = {self.dir}/ca.pem
private_key = {self.dir}/ca.key
default_md = sha256
default_crl_days = 2
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
organizationName = optional
[sub]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
""")
        subject = f"/O=Test/CN={name}"
        if issuer is None:
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.dir / "ca.key", "-out", self.dir / "ca.pem", "-days", "30", "-subj", subject,
                    "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        else:
            openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.dir / "ca.key", "-out", self.dir / "ca.csr", "-subj", subject)
            openssl("ca", "-batch", "-config", issuer.dir / "ca.cnf", "-extensions", "sub", "-days", "20", "-in", self.dir / "ca.csr", "-out", self.dir / "ca.pem", "-notext")
        self.pem = (self.dir / "ca.pem").read_bytes()

    def leaf(self, name, use="clientAuth", start=None, end=None, key="rsa:2048", san=None):
        """A certificate for a program: (certificate, key) files."""
        self.serial += 1
        base = self.dir / f"leaf{self.serial}"
        extensions = ["-addext", f"extendedKeyUsage={use}"] + (["-addext", f"subjectAltName={san}"] if san else [])
        openssl("req", "-newkey", *(["ec", "-pkeyopt", "ec_paramgen_curve:P-256"] if key == "ec" else [key]), "-nodes", "-keyout", f"{base}.key", "-out", f"{base}.csr", "-subj", f"/O=Test/CN={name}", *extensions)
        when = (["-startdate", start] if start else []) + (["-enddate", end] if end else ["-days", "10"])
        openssl("ca", "-batch", "-config", self.dir / "ca.cnf", *when, "-in", f"{base}.csr", "-out", f"{base}.pem", "-notext")
        return f"{base}.pem", f"{base}.key"

    def revocations(self, *revoked, seconds=None):
        for certificate, _ in revoked:
            openssl("ca", "-batch", "-config", self.dir / "ca.cnf", "-revoke", certificate)
        openssl("ca", "-config", self.dir / "ca.cnf", "-gencrl", *(["-crlsec", seconds] if seconds else []), "-out", self.dir / "list.pem")
        return (self.dir / "list.pem").read_bytes()


def self_signed(name, *more, key="rsa:2048"):
    base = PKI / name
    openssl("req", "-x509", "-newkey", key, "-nodes", "-keyout", f"{base}.key", "-out", f"{base}.pem", "-days", "10", "-subj", f"/CN={name}", *more)
    return f"{base}.pem", f"{base}.key"


def sha256_of(pair):
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pathlib.Path(pair[0]).read_text())).hexdigest()


def der_of(pem_bytes):
    return ssl.PEM_cert_to_DER_cert(pem_bytes.decode())


b64 = lambda data: base64.b64encode(data if isinstance(data, bytes) else pathlib.Path(data).read_bytes()).decode()
a = Agency()
sysadmin, secadmin = a.people["sysadmin"], a.people["secadmin"]
a.staff()
insurer, rival = a.party("示例保险公司", 12), a.party("另一保险公司", 13)
for party, who in ((insurer, "user"), (rival, "rival")):
    a.enrol(party, who, "data_user")
    a.enrol(party, who + "signer", "contract_signer")
usersigner = a.people["usersigner"]


class Machine:
    """A program of a party: one TLS connection, kept open, with a certificate or without."""

    def __init__(self, pair=None):
        context = ssl.create_default_context(cafile=a.server.certificate)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        if pair:
            context.load_cert_chain(*pair)
        self.connection = http.client.HTTPSConnection("127.0.0.1", a.server.port, context=context, timeout=60)

    def call(self, path, **headers):
        self.connection.request("GET", path, headers=headers)
        got = self.connection.getresponse()
        return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())

    def data(self, token):
        return self.call("/api/v1/data?limit=2", Authorization="Bearer " + token)


def answered(answer, what):
    check(answer.status == 200 and len(answer.json["rows"]) == 2, f"{what}: {answer.status} {answer.body[:300]}")


def no(answer, code, what):
    refused(answer, code, what, 403)


def once(token, pair=None):
    return Machine(pair).data(token)


def asked_for():
    """What the server asks a client for in its handshake, as openssl prints it."""
    return openssl("s_client", "-connect", f"127.0.0.1:{a.server.port}", "-CAfile", a.server.certificate, stdin=b"").decode()


def post_no(who, path, body, code, what, status):
    answer = who.call("POST", path, body)
    if answer.code == "session.step_up_needed":
        who.step_up()
        answer = who.call("POST", path, body)
    refused(answer, code, what, status)


def clients(who=secadmin, party=insurer):
    return {c["id"]: c for c in who.get(f"/parties/{party}")["clients"]}


def reminders(who):
    """What of this party's certificates ends soon, as this person's inbox has it: {kind: (title, due)}."""
    return {i["kind"]: (i["title"], i["due_ms"]) for i in who.get("/inbox")["items"] if i["kind"].startswith("client_") and i["object"] == insurer}


def propose(by, certificate, party=insurer, **more):
    before = set(clients(party=party))
    shown = secadmin.post(f"/parties/{party}/clients", dict({"by": by, "certificate": b64(certificate)}, **more))
    return next(c["id"] for c in shown["clients"] if c["id"] not in before)


def registered(by, certificate, party=insurer, **more):
    client = propose(by, certificate, party, **more)
    sysadmin.post(f"/parties/{party}/clients/{client}/decide", {"approve": True})
    return client


# ---- an interface that is open, and nobody is asked for a certificate -------------------------------------------------------------------------------
synth = a.tmp / "synth"
a.run("synth", "--out", synth, "--rows", "3000", "--seed", "7")
batch = a.collect(synth / "plans/mdtrt_d.yaml", synth / "source.pub", synth / "mdtrt_d.csv")
verdicts = a.graded(batch)
kept = {"gend": {"technique": "keep"}, "med_type": {"technique": "keep"}, "begntime": {"technique": "date", "unit": "year"}}
masked = a.masked(batch, list(verdicts), kept, k_min=5, quasi_identifiers=["gend", "begntime"])
COLUMNS = ["gend", "med_type"]
product = a.product(batch, masked["version"], COLUMNS, ["api"])
a.key(a.agency, "agency")
a.key(insurer, "insurer")
a.assess(product, insurer, PURPOSE, COLUMNS, legal_basis="consent")
wish = {"purpose": PURPOSE, "legal_basis": "consent", "form": "api", "rate_per_minute": 600, "deliveries_max": 5000}


def opened(**terms):
    contract = a.agree("user", "usersigner", "insurer", a.application(product, COLUMNS, **wish), **terms)
    made = a.people["user"].post(f"/contracts/{contract}/release", {"purpose": PURPOSE})
    return contract, made["release"]["id"], made["token"]


contract, release, token = opened()
company, other = Authority("Insurer CA"), Authority("Other CA")
pinned = self_signed("insurer-system")
stranger = self_signed("stranger")
check("No client certificate CA names sent" in asked_for(), "nobody is registered: nobody is asked")
answered(once(token), "without a demand a token is enough")
answered(once(token, stranger), "and nobody looks at a certificate that is not asked for")

# ---- proposed by one, confirmed by another ----------------------------------------------------------------------------------------------------------
at = f"/parties/{insurer}/clients"
ask = lambda by, certificate, **more: dict({"by": by, "certificate": b64(certificate)}, **more)
post_no(sysadmin, at, ask("certificate", pinned[0]), "duty.missing", "proposed by the security administrator", 403)
post_no(secadmin, at, ask("certificate", b"no certificate"), "client.malformed", "bytes that are no certificate", 400)
post_no(secadmin, at, ask("certificate", pathlib.Path(pinned[0]).read_bytes() + company.pem), "client.malformed", "two certificates in a file", 400)
post_no(secadmin, at, ask("certificate", pathlib.Path(pinned[0]).read_bytes()[:400]), "client.malformed", "half a file", 400)
post_no(secadmin, at, ask("certificate", self_signed("weak", key="rsa:1024")[0]), "client.weak_key", "a key of 1024 bits", 400)
post_no(secadmin, at, ask("certificate", company.leaf("server only", "serverAuth")[0]), "client.not_for_clients", "a server's certificate", 400)
post_no(secadmin, at, ask("authority", company.leaf("leaf")[0]), "client.not_an_authority", "a leaf as an authority", 400)
post_no(secadmin, at, ask("certificate", pinned[0], name="x"), "client.name_of_authority_only", "a name beside one certificate", 400)
post_no(secadmin, at, ask("certificate", company.leaf("past", start="20200101000000Z", end="20200201000000Z")[0]), "client.certificate_expired", "one that is over", 422)
post_no(secadmin, at, ask("elsewhere", pinned[0]), "record.unknown_name", "another way", 400)
client = propose("certificate", pinned[0])
decide = f"{at}/{client}/decide"
post_no(secadmin, decide, {"approve": True}, "duty.second_person_needed", "who proposed it does not confirm it", 403)
post_no(a.people["manager"], decide, {"approve": True}, "duty.missing", "nor somebody without the duty", 403)
post_no(a.people["rivalsigner"], decide, {"approve": True}, "duty.missing", "nor a signer of another party", 403)
post_no(secadmin, at, ask("certificate", pinned[0]), "client.known", "nor is it proposed twice", 409)
post_no(secadmin, f"/parties/{rival}/clients", ask("certificate", pinned[0]), "client.of_another", "nor for another party", 409)
check("No client certificate CA names sent" in asked_for(), "what is proposed counts for nothing")
check(clients(a.people["rivalsigner"]) == {} if a.people["rivalsigner"].call("GET", f"/parties/{insurer}").status == 200 else True, "another party does not see it")
check(any(i["kind"] == "confirm_party_client" and i["object"] == insurer for i in usersigner.get("/inbox")["items"]), "it waits for whose it is")
fresh = Account(a.server, "usersigner", usersigner.password)
fresh.secret, fresh.step = usersigner.secret, usersigner.step
fresh.sign_in()
refused(fresh.call("POST", decide, {"approve": True}), "session.step_up_needed", "confirming takes a second factor", 403)
shown = usersigner.post(decide, {"approve": True})
one = next(c for c in shown["clients"] if c["id"] == client)
check(one["status"] == "in_force" and one["fingerprint"] == sha256_of(pinned) and "insurer-system" in one["subject"], f"in force, under the fingerprint that others print: {one}")
for who in (usersigner, secadmin):
    title, due = reminders(who)["client_certificate_ends"]
    check("insurer-system" in title and due == one["not_after_ms"], f"ten days before its end, whose it is and who registered it are told: {title} {due}")
check(reminders(sysadmin) == {} and reminders(a.people["rivalsigner"]) == {} and reminders(a.people["user"]) == {}, "and nobody else")
post_no(sysadmin, decide, {"approve": True}, "client.none_proposed", "nor is it decided twice", 409)
refused_one = propose("certificate", stranger[0])
post_no(sysadmin, f"{at}/{refused_one}/decide", {"approve": False}, "form.text_missing", "a refusal says why", 400)
sysadmin.post(f"{at}/{refused_one}/decide", {"approve": False, "reason": "该公司未确认"})

# ---- asked for, not demanded ------------------------------------------------------------------------------------------------------------------------
check("CN = insurer-system" in asked_for(), "now a client is asked, and told whose certificates count")
answered(once(token), "without one a call is answered, as nobody demands it")
answered(once(token, pinned), "with the right one")
no(once(token, stranger), "client.certificate_foreign", "with one that was refused")
no(once(token, company.leaf("unknown")), "client.certificate_foreign", "with anybody's")
calls = a.people["user"].get(f"/releases/{release}/calls")["items"]
check(calls[-1]["refused"] == "client.certificate_foreign" and calls[-3]["certificate"] == sha256_of(pinned) and calls[-2]["certificate"] == sha256_of(stranger) and "certificate" not in calls[-4],
      f"the record of a call names what was shown: {calls[-4:]}")

# ---- demanded by the party --------------------------------------------------------------------------------------------------------------------------
demand = f"/parties/{insurer}/mutual-tls"
post_no(sysadmin, demand, {"reason": "x"}, "duty.missing", "demanded by the security administrator or a signer", 403)
post_no(secadmin, demand, {"reason": ""}, "form.text_missing", "with its reason", 400)
post_no(secadmin, demand + "/end", {"reason": "x"}, "client.not_demanded", "nothing to end yet", 409)
kept_open = Machine()
answered(kept_open.data(token), "a connection without a certificate")
secadmin.post(demand, {"reason": "协议要求双向认证"})
no(kept_open.data(token), "client.certificate_needed", "the next call on the same connection")
no(once(token), "client.certificate_needed", "without one")
answered(once(token, pinned), "the right one")
no(once(token, stranger), "client.certificate_foreign", "a stranger's")
calls = a.people["user"].get(f"/releases/{release}/calls")["items"]
check([c.get("refused") for c in calls[-4:]] == ["client.certificate_needed", "client.certificate_needed", None, "client.certificate_foreign"], f"each on record: {calls[-4:]}")
check(Machine(pinned).data("slt_" + "A" * 43).code == "api.bad_token", "a certificate without the token opens nothing")

# Another party's certificate, rightly registered, is nobody's here.
theirs = other.leaf("rival system")
registered("authority", other.pem, rival)
no(once(token, theirs), "client.certificate_foreign", "another party's")

# The handshake proves the key: a certificate is public, and worth nothing without it.
mixed = ssl.create_default_context()
try:
    mixed.load_cert_chain(pinned[0], stranger[1])
    check(False, "a certificate goes with its key")
except ssl.SSLError:
    pass

# ---- by authority: a name, time, a list of what was revoked -----------------------------------------------------------------------------------------
post_no(secadmin, at, ask("authority", other.pem), "client.of_another", "an authority of another party, without names", 409)
authority = registered("authority", company.pem, name="claims.insurer.test")
good, sibling = company.leaf("claims.insurer.test"), company.leaf("second", san="DNS:claims.insurer.test", key="ec")
answered(once(token, good), "issued by the authority, with the name")
answered(once(token, sibling), "with the name as a DNS name, and another kind of key")
no(once(token, company.leaf("payroll.insurer.test")), "client.certificate_foreign", "another name")
no(once(token, company.leaf("claims.insurer.test.evil")), "client.certificate_foreign", "a name that begins with it")
no(once(token, other.leaf("claims.insurer.test")), "client.certificate_foreign", "the name, issued by somebody else")
no(once(token, company.leaf("for servers", "serverAuth", san="DNS:claims.insurer.test")), "client.certificate_foreign", "a server's certificate")
no(once(token, (company.dir / "ca.pem", company.dir / "ca.key")), "client.certificate_foreign", "the authority itself is no client")
sub = Authority("Insurer sub CA", company)
no(once(token, sub.leaf("claims.insurer.test")), "client.certificate_foreign", "issued by somebody whom the authority authorised: one step only")
twin = self_signed("claims.insurer.test", "-addext", "basicConstraints=critical,CA:FALSE")
no(once(token, twin), "client.certificate_foreign", "the name on a certificate of one's own")
double = Authority("Insurer CA 2")
impostor = double.leaf("claims.insurer.test")
no(once(token, impostor), "client.certificate_foreign", "an authority of nearly the same name")
over = company.leaf("claims.insurer.test", start="20200101000000Z", end="20200201000000Z")
no(once(token, over), "client.certificate_expired", "expired")
no(once(token, company.leaf("claims.insurer.test", start="20400101000000Z", end="20410101000000Z")), "client.certificate_not_yet_valid", "not yet valid")
soon = time.gmtime(time.time() + 6)
ending = company.leaf("claims.insurer.test", start="20200101000000Z", end=time.strftime("%Y%m%d%H%M%SZ", soon))
running_out = Machine(ending)
answered(running_out.data(token), "some seconds before its end")

lists = f"{at}/{authority}/revocations"
revoked = company.leaf("claims.insurer.test")
long_open = Machine(revoked)
answered(long_open.data(token), "before it is revoked")
first_list = company.revocations()
time.sleep(1.1)
second_list = company.revocations(revoked)
post_no(secadmin, lists, {"list": b64(other.revocations())}, "client.bad_list", "a list of another authority", 400)
post_no(secadmin, lists, {"list": b64(b"rubbish")}, "client.bad_list", "no list", 400)
bent = bytearray(base64.b64decode(b"".join(second_list.split(b"-----")[2].split())))
bent[len(bent) // 2] ^= 1
post_no(secadmin, lists, {"list": b64(bytes(bent))}, "client.bad_list", "a list with a changed bit", 400)
post_no(a.people["rivalsigner"], lists, {"list": b64(second_list)}, "duty.missing", "taken in by somebody else", 403)
post_no(secadmin, f"{at}/{client}/revocations", {"list": b64(second_list)}, "client.not_an_authority", "for one certificate", 400)
shown = usersigner.post(lists, {"list": b64(second_list)})
check(next(c for c in shown["clients"] if c["id"] == authority)["revocations"]["serials"] == 1, "the party itself takes in the list")
told = reminders(usersigner)
check(set(told) == {"client_certificate_ends", "client_authority_ends", "client_list_due"} and told["client_list_due"][0].endswith("claims.insurer.test"), f"authority and list too: {told}")
check(0 < told["client_list_due"][1] - time.time() * 1000 < 2 * 86400000 + 60000, f"the list's own time: {told['client_list_due']}")
no(long_open.data(token), "client.certificate_revoked", "revoked, on the connection that was open")
no(once(token, revoked), "client.certificate_revoked", "revoked")
answered(once(token, good), "the others count")
post_no(secadmin, lists, {"list": b64(first_list)}, "client.list_older", "an older list brings nothing back", 409)
while time.time() <= time.mktime(soon) - time.timezone + 0.2:
    time.sleep(0.3)
no(running_out.data(token), "client.certificate_expired", "the same connection, after the certificate's end")
time.sleep(1.1)
secadmin.post(lists, {"list": b64(company.revocations(seconds=4))})
answered(once(token, good), "a list that is in time")
time.sleep(4.5)
no(once(token, good), "client.revocations_overdue", "an overdue list stops its authority")
answered(once(token, pinned), "and no other")
secadmin.post(lists, {"list": b64(company.revocations())})
answered(once(token, good), "until a new one is taken in")

# ---- nothing is resumed: who comes back is who shows a certificate again ----------------------------------------------------------------------------
ticket = PKI / "session.pem"
get = f"GET /api/v1/data?limit=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n".encode()
base = ("s_client", "-connect", f"127.0.0.1:{a.server.port}", "-CAfile", a.server.certificate, "-ign_eof")
first = openssl(*base, "-cert", pinned[0], "-key", pinned[1], "-sess_out", ticket, stdin=get).decode()
check("200 OK" in first and '"rows":[{' in first, f"openssl is answered: {first[-400:]}")
check("New Session Ticket arrived" not in first, "no ticket is handed out")
again = openssl(*base, *(("-sess_in", ticket) if ticket.exists() else ()), stdin=get).decode()
check("Reused, TLS" not in again and "client.certificate_needed" in again, f"without a certificate it is nobody: {again[-400:]}")
same = ssl.create_default_context(cafile=a.server.certificate)
same.load_cert_chain(*pinned)
with same.wrap_socket(socket.create_connection(("127.0.0.1", a.server.port)), server_hostname="127.0.0.1") as one_more:
    one_more.sendall(get)
    while one_more.recv(65536):
        pass
    session = one_more.session
with same.wrap_socket(socket.create_connection(("127.0.0.1", a.server.port)), server_hostname="127.0.0.1", session=session) as one_more:
    check(not one_more.session_reused, "python neither")

# ---- removed: refused at once -----------------------------------------------------------------------------------------------------------------------
two_more = Machine(pinned)
answered(two_more.data(token), "a connection that is open")
post_no(a.people["rivalsigner"], f"{at}/{client}/end", {"reason": "x"}, "duty.missing", "removed by somebody else", 403)
post_no(secadmin, f"{at}/{client}/end", {"reason": ""}, "form.text_missing", "with its reason", 400)
usersigner.post(f"{at}/{client}/end", {"reason": "更换设备"})
no(two_more.data(token), "client.certificate_removed", "the next request on it")
no(once(token, pinned), "client.certificate_removed", "a new one")
post_no(secadmin, f"{at}/{client}/end", {"reason": "x"}, "client.not_in_force", "nor removed twice", 409)
answered(once(token, good), "the authority's go on")

# ---- the term of a contract, and the end of the party's demand by two -------------------------------------------------------------------------------
usersigner.post(demand + "/end", {"reason": "改由协议约定"})
post_no(usersigner, demand + "/end", {"reason": "x"}, "client.end_asked_already", "asked once", 409)
no(once(token), "client.certificate_needed", "asked for is not ended")
post_no(usersigner, demand + "/end/decide", {"approve": True, "reason": "x"}, "duty.second_person_needed", "who asked does not decide", 403)
check(any(i["kind"] == "confirm_mutual_tls_end" for i in sysadmin.get("/inbox")["items"]), "it waits for an administrator")
secadmin.post(demand + "/end/decide", {"approve": False, "reason": "先改协议"})
no(once(token), "client.certificate_needed", "refused: demanded as before")
usersigner.post(demand + "/end", {"reason": "协议已改"})
sysadmin.post(demand + "/end/decide", {"approve": True, "reason": "已核对"})
answered(once(token), "demanded no more")
by_contract, _, second = opened(mutual_tls=True)
text = a.people["user"].get(f"/contracts/{by_contract}")
check("双向认证" in text["text_zh"] and text["terms"]["mutual_tls"] is True and "sluice:mutualTls" in json.dumps(text["odrl"]), "what is signed says so, in words and in ODRL")
check("双向认证" not in a.people["user"].get(f"/contracts/{contract}")["text_zh"], "and nothing where it was not agreed")
no(once(second), "client.certificate_needed", "the term alone demands it")
answered(once(second, good), "and is met")
answered(once(token), "another contract stays as it was")
# The party whose data it is demands it for all who call for them.
secadmin.post(f"/parties/{a.agency}/mutual-tls", {"reason": "本机构数据一律双向认证"})
no(once(token), "client.certificate_needed", "demanded by the provider")
answered(once(token, good), "and met")

# ---- the console, the command line, a restart -------------------------------------------------------------------------------------------------------
check(sysadmin.get("/session")["account"] == "sysadmin", "a browser without a certificate is signed in as before")
check(Machine().call("/healthz").status == 200 and Machine(good).call("/api/v1/session", Cookie=sysadmin.cookie).json["account"] == "sysadmin", "with one it is, too")
check(Machine(good).call("/api/v1/session").status == 401, "and a certificate signs nobody in")
check(Machine(stranger).call("/healthz").status == 200, "a stranger's is of no concern there")
session_file = a.tmp / "secadmin.session"
word = a.tmp / "secadmin.word"
word.write_text(secadmin.password + "\n")
a.run("session", "open", "secadmin", "--space", a.space, "--keep", session_file, "--password-file", word)
a.run("session", "step-up", secadmin.code(), "--space", a.space, "--session", session_file)
by_hand = self_signed("by-hand")
cli = lambda *words, code=0: a.run(*words, "--space", a.space, "--session", session_file, "--json", code=code)
added = json.loads(cli("party", "client", rival, "--by", "certificate", "--certificate", by_hand[0]))
new = next(c for c in added["clients"] if c["fingerprint"] == sha256_of(by_hand))
cli("party", "decide-client", rival, new["id"], "approve", code=4)
sysadmin.post(f"/parties/{rival}/clients/{new['id']}/decide", {"approve": True})
ended = json.loads(cli("party", "end-client", rival, new["id"], "--reason", "试用结束"))
check(next(c for c in ended["clients"] if c["id"] == new["id"])["status"] == "ended", "by the command line")
(a.tmp / "list.crl").write_bytes(company.revocations())
json.loads(cli("party", "client-revocations", insurer, authority, "--list", a.tmp / "list.crl"))
check(json.loads(cli("party", "mutual-tls", rival, "--reason", "约定"))["mutual_tls"] is True, "demanded by the command line")
check("mutual_tls_end" in json.loads(cli("party", "end-mutual-tls", rival, "--reason", "约定已改")), "its end asked for")
cli("party", "decide-mutual-tls-end", rival, "approve", "--reason", "x", code=4)
check("mutual_tls_end" not in json.loads(cli("party", "decide-mutual-tls-end", rival, "refuse", "--reason", "撤回")), "and taken back")
kinds = {e["kind"] for e in a.people["auditadmin"].get(f"/ledger/entries?object={insurer}&limit=200")["items"]}
check({"party.client_proposed", "party.client_decided", "party.client_ended", "party.client_revocations_taken", "party.mutual_tls_demanded", "party.mutual_tls_end_asked",
       "party.mutual_tls_end_decided"} <= kinds, f"each step is an entry: {kinds}")

# ---- the node as a client: a webhook that demands a certificate -------------------------------------------------------------------------------------
hook_cert, hook_key = self_signed("hook", "-addext", "subjectAltName=IP:127.0.0.1")
node_ca = Authority("Node CA")
own = node_ca.leaf("sluice node")


class Hook(http.server.BaseHTTPRequestHandler):
    seen = []

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        Hook.seen.append(self.connection.getpeercert()["subject"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Demanding(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass


hook = Demanding(("127.0.0.1", 0), Hook)
demanding = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
demanding.load_cert_chain(hook_cert, hook_key)
demanding.load_verify_locations(cadata=node_ca.pem.decode())
demanding.verify_mode = ssl.CERT_REQUIRED
hook.socket = demanding.wrap_socket(hook.socket, server_side=True, do_handshake_on_connect=False)
threading.Thread(target=hook.serve_forever, daemon=True).start()
(a.tmp / "sysadmin.word").write_text(sysadmin.password + "\n")
a.at_the_desk("sources", "allow-host", "127.0.0.1", "--reason", "告警接收方", "--as", "sysadmin", "--password-file", a.tmp / "sysadmin.word", "--code", sysadmin.code())
sysadmin.post("/alarm-channels", {"channel": {"host": "127.0.0.1", "least": "low", "name": "hook", "channel_kind": "webhook", "port": hook.server_port, "security": "tls", "path": "/in"}, "key": "k" * 32,
                                  "ca_pem": pathlib.Path(hook_cert).read_text()})
tried = sysadmin.call("POST", "/alarm-channels/hook/test")
check(tried.status >= 400 and Hook.seen == [], f"without a certificate of the node's own the server takes nothing: {tried.status} {tried.body[:200]}")
a.server.stop()
wrong = subprocess.run([a.sluice, "serve", "--space", a.space, "--passphrase-file", a.passphrase, "--listen", "127.0.0.1:0", "--client-cert", own[0], "--client-key", good[1]], capture_output=True, text=True, timeout=60)
check(wrong.returncode == 2 or "http.bad_certificate" in wrong.stderr, f"a key that does not fit: {wrong.returncode} {wrong.stderr[-300:]}")
alone = subprocess.run([a.sluice, "serve", "--space", a.space, "--client-cert", own[0]], capture_output=True, text=True, timeout=60)
check(alone.returncode == 2, f"a certificate goes with its key: {alone.returncode}")
a.server = Server(a.sluice, a.space, a.passphrase, a.log, unlock=("--passphrase-file", a.passphrase, "--client-cert", own[0], "--client-key", own[1]))
for account in a.people.values():
    account.server = a.server
    account.cookie = account.csrf = ""
sysadmin.sign_in()
sysadmin.post("/alarm-channels/hook/test")
check(dict(x[0] for x in Hook.seen[-1])["commonName"] == "sluice node", f"the server sees who calls: {Hook.seen}")

# What was decided stands after the restart.
no(once(second), "client.certificate_needed", "after a restart")
answered(once(second, good), "the right one, after a restart")
no(once(second, pinned), "client.certificate_removed", "the removed one, after a restart")
no(once(second, revoked), "client.certificate_revoked", "the revoked one, after a restart")
a.server.stop()
verified = a.run("ledger", "verify", "--space", a.space)
print("mutual TLS: asked for, demanded, refused with its reason at once; nothing resumed; browsers as before")
