#!/usr/bin/env python3
"""Sign-in through an outside provider, against a real one (npm oidc-provider) and against one that lies. Laws: the way there and back signs in
whom an administrator linked, and nobody else; nobody is made; votes and keys still ask for the local second factor; state, nonce, issuer,
audience, expiry, algorithm, signature and the browser are each checked; the provider may change its keys; a provider or link that is taken
away ends its sessions on the next request."""
import atexit, base64, http.client, http.server, json, os, re, shutil, socket, ssl, subprocess, sys, threading, time, urllib.parse

ROOT = os.environ["SLUICE_ROOT"]
sys.path.insert(0, ROOT + "/tests/support")
from agency import Agency, refused
import outsider
from outsider import check

MODULES = next((m for m in (os.environ.get("SLUICE_NODE_MODULES", ""), ROOT + "/web/node_modules") if os.path.isdir(m + "/oidc-provider")), None)
if not MODULES or not shutil.which("node"):
    print("skipped: npm oidc-provider is not installed (./dev setup)")
    sys.exit(77)

a = Agency()
TMP, server = a.tmp, a.server
CALLBACK = f"https://127.0.0.1:{server.port}/api/v1/session/oidc/callback"
sysadmin, secadmin = a.people["sysadmin"], a.people["secadmin"]
for name, duty in (("alice", "data_manager"), ("bob", "committee_member")):
    a.enrol(a.agency, name, duty)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# Every Set-Cookie of an answer, not only the last.


def request(server, method, path, body=None, headers=None):
    context = ssl.create_default_context(cafile=server.certificate)
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=120)
    headers = dict(headers or {})
    if body is not None:
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    connection.request(method, path, body, headers)
    got = connection.getresponse()
    answer = outsider.Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
    answer.all_cookies = ", ".join(v for k, v in got.getheaders() if k.lower() == "set-cookie")
    return answer


class Provider:
    """A provider of its own process; it does not outlive a check that fails."""

    def __init__(self, alg, secret, port=None):
        self.port = port or free_port()
        env = dict(os.environ, PORT=str(self.port), CLIENT="sluice-space", SECRET=secret, REDIRECT=CALLBACK, ALG=alg, NODE_MODULES=MODULES)
        self.process = subprocess.Popen(["node", ROOT + "/tests/support/oidc_provider.mjs"], stdout=subprocess.PIPE, stderr=open(TMP / "provider.log", "ab"), text=True, env=env)
        atexit.register(self.process.kill)
        check(self.process.stdout.readline().strip() == "ready", "the provider starts")
        self.issuer = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Browser:
    """Cookies by origin, redirects by hand; types a name into the provider's own form."""

    def __init__(self):
        self.cookies, self.bound = {}, "__Host-sluice-oidc=none"

    def provider(self, method, url, form=None):
        u = urllib.parse.urlsplit(url)
        c = http.client.HTTPConnection(u.hostname, u.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = urllib.parse.urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        c.request(method, u.path + ("?" + u.query if u.query else ""), body, headers)
        answer = c.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                k, v = value.split(";")[0].split("=", 1)
                self.cookies[k] = v
        return answer.status, urllib.parse.urljoin(url, answer.getheader("Location") or ""), text

    def start(self, provider):
        answer = request(server, "GET", f"/api/v1/session/oidc/{provider}/start")
        check(answer.status == 303, f"the way there: {answer.status} {answer.body}")
        flags = answer.headers["set-cookie"]
        check(flags.startswith("__Host-sluice-oidc=") and "HttpOnly" in flags and "Secure" in flags and "SameSite=Lax" in flags, "the flow is bound to this browser")
        self.bound = flags.split(";")[0]
        return answer.headers["location"]

    def at_provider(self, url, login):
        """From the authorization endpoint to the callback's address."""
        status, url, text = self.provider("GET", url)
        while not url.startswith(CALLBACK):
            if status in (302, 303):
                status, url, text = self.provider("GET", url)
                continue
            action = re.search(r'action="([^"]+)"', text).group(1)
            prompt = re.search(r'name="prompt" value="(\w+)"', text).group(1)
            form = {"prompt": "login", "login": login, "password": "anything"} if prompt == "login" else {"prompt": "consent"}
            status, url, text = self.provider("POST", urllib.parse.urljoin(url, action), form)
        return url

    def come_back(self, url, bound=None, accept="application/json"):
        return request(server, "GET", url[len(f"https://127.0.0.1:{server.port}"):], None, {"Cookie": bound or self.bound, "Accept": accept})

    def sign_in(self, provider, login):
        return self.come_back(self.at_provider(self.start(provider), login))


def with_session(answer, method, path, body=None):
    cookie = next(c for c in raw_cookies(answer) if c.startswith("__Host-sluice="))
    return request(server, method, "/api/v1" + path, body, {"Cookie": cookie, "X-CSRF-Token": answer.json["csrf"]})


def confirm(name, who=None):
    """The owner says that this is the own identity, signed in otherwise and with the own second factor; or a security administrator does."""
    who = who or a.people[name]
    asked = who.get(f"/people/{a.ids[name]}/oidc-link")["asked"]
    who.post(f"/people/{a.ids[name]}/oidc-link/decide", {"identity": asked["id"], "approve": True})


def raw_cookies(answer):
    return re.findall(r"(__Host-sluice(?:-oidc)?=[^;,]*)", answer.all_cookies)


try:
    real = Provider("RS256", "a secret of the client")
    setting = {"provider": "city", "title": "市统一身份认证", "issuer": real.issuer, "client_id": "sluice-space", "client_secret": "a secret of the client", "redirect_uri": CALLBACK}
    refused(secadmin.call("POST", "/oidc/providers", setting), "duty.missing", "not the security administrator", 403)
    sysadmin.step_up()
    refused(sysadmin.call("POST", "/oidc/providers", {**setting, "issuer": "http://192.0.2.1"}), "oidc.bad_issuer", "plain http elsewhere", 400)
    refused(sysadmin.call("POST", "/oidc/providers", {**setting, "redirect_uri": "https://127.0.0.1/elsewhere"}), "oidc.bad_redirect", "another callback", 400)
    sysadmin.post("/oidc/providers", setting)
    shown = sysadmin.get("/oidc/providers")
    check("a secret" not in json.dumps(shown) and shown["items"][0]["issuer"] == real.issuer, f"the secret is not shown: {shown}")
    check(a.stored("a secret of the client") == [], "nor stored in the clear")
    offered = request(server, "GET", "/api/v1/session/providers").json["items"]
    check(offered == [{"provider": "city", "title": "市统一身份认证", "start": "/api/v1/session/oidc/city/start"}], f"a sign-in page can offer it: {offered}")

    # Known to the provider, linked to nobody here: no account is made.
    before = len(sysadmin.get("/people")["items"])
    refused(Browser().sign_in("city", "alice@city"), "oidc.not_linked", "nobody is linked", 403)
    check(len(sysadmin.get("/people")["items"]) == before, "no account was made")
    (TMP / "subject").write_text("alice@city\n")
    link = {"provider": "city", "subject": "alice@city"}
    refused(a.people["alice"].call("POST", f"/people/{a.ids['alice']}/oidc-link", link), "duty.missing", "not by oneself", 403)
    me = sysadmin.get("/session")["person"]
    refused(sysadmin.call("POST", f"/people/{me}/oidc-link", link), "duty.not_to_oneself", "nor into the own account", 403)
    (TMP / "word").write_text(sysadmin.password + "\n")
    linked = json.loads(a.at_the_desk("oidc", "link", a.ids["alice"], "--provider", "city", "--subject-file", TMP / "subject", "--as", "sysadmin", "--password-file", TMP / "word",
                                      "--code", sysadmin.code(), "--json"))
    check(linked["linked"] is None and linked["asked"]["subject"] == "alice@city", f"asked for by the command line: {linked}")
    refused(Browser().sign_in("city", "alice@city"), "oidc.not_linked", "what one administrator asked for is no link yet", 403)
    refused(sysadmin.call("POST", f"/people/{a.ids['alice']}/oidc-link/decide", {"identity": linked["asked"]["id"], "approve": True}), "duty.missing", "who asked does not confirm", 403)
    confirm("alice")
    refused(sysadmin.call("POST", f"/people/{a.ids['bob']}/oidc-link", link), "oidc.linked_to_another", "one identity, one account", 409)
    check(a.stored("alice@city") == [], "the identity stands nowhere in the clear")

    # There and back.
    browser = Browser()
    back = browser.at_provider(browser.start("city"), "alice@city")
    refused(browser.come_back(back, bound="__Host-sluice-oidc=another-browser"), "oidc.bad_state", "another browser's flow", 422)
    signed_in = browser.come_back(back)
    check(signed_in.status == 200 and signed_in.json["person"] == a.ids["alice"], f"signed in: {signed_in.status} {signed_in.body}")
    refused(browser.come_back(back), "oidc.bad_state", "once", 422)
    got = with_session(signed_in, "GET", "/session")
    check(got.json["account"] == "alice" and got.json["stepped_up_until_ms"] == 0, f"a session without a second factor: {got.body}")
    entries = secadmin.get("/access/log")["items"]
    check(any(e["kind"] == "credential.identity_decided" and e["body"]["linked"] and e["body"]["person"] == a.ids["alice"] for e in entries), "the link is on record, the identity is not")
    # The page for a browser.
    browser = Browser()
    page = browser.come_back(browser.at_provider(browser.start("city"), "alice@city"), accept="text/html")
    check(page.status == 200 and "text/html" in page.headers["content-type"] and 'url=/"' in page.body.decode() and "<script" not in page.body.decode(), "a page that goes on")
    page = request(server, "GET", "/api/v1/session/oidc/callback?state=none&code=x", None, {"Accept": "text/html"})
    check("sign_in_error=oidc.bad_state" in page.body.decode(), "a browser is told too")
    # Refused at the provider.
    browser = Browser()
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.start("city")).query)["state"][0]
    refused(browser.come_back(f"{CALLBACK}?state={state}&error=access_denied&iss={urllib.parse.quote(real.issuer)}"), "oidc.denied", "the provider says no", 403)
    # The local second factor stands: what asks for it asks still.
    for name in ("bob",):
        sysadmin.post(f"/people/{a.ids[name]}/oidc-link", {"provider": "city", "subject": "bob@city"})
        confirm(name, secadmin)
    bob = Browser().sign_in("city", "bob@city")
    asked = with_session(bob, "POST", f"/people/{a.ids['alice']}/duties", {"duty": "registrar"})
    check(asked.code in ("duty.missing", "session.step_up_needed"), f"no more rights than here: {asked.body}")
    work = secadmin.post("/key-works", {"proposal": {"work": "rotate_datasets", "reason": "yearly"}})
    refused(with_session(bob, "POST", f"/key-works/{work['id']}/witness", {"verdict": "agree"}), "session.step_up_needed", "a witness wants the local second factor", 403)
    stepped = with_session(bob, "POST", "/session/step-up", {"code": a.people["bob"].code()})
    check(stepped.status == 200, f"with the local authenticator: {stepped.body}")
    check(with_session(bob, "POST", f"/key-works/{work['id']}/witness", {"verdict": "agree"}).status == 200, "then it goes")

    # The provider changes its keys (and its kind of keys): read again, not at once.
    port = real.port
    real.stop()
    real = Provider("ES256", "a secret of the client", port)
    deadline = time.time() + 40
    while True:
        answer = Browser().sign_in("city", "alice@city")
        if answer.status == 200 or time.time() > deadline:
            break
        refused(answer, "oidc.bad_token", "a key that is not known yet", 422)
        time.sleep(2)
    check(answer.status == 200, f"with the provider's new keys: {answer.body}")
    real.stop()
    refused(Browser().come_back(f"{CALLBACK}?state=x&code=y"), "oidc.bad_state", "no flow", 422)
    browser = Browser()
    state = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.start("city")).query)["state"][0]
    answer = browser.come_back(f"{CALLBACK}?state={state}&code=y&iss={urllib.parse.quote(real.issuer)}")
    check(answer.status == 503 and answer.code == "oidc.unreachable", f"a provider that is away: {answer.body}")
    # A public client and EdDSA, at another provider.
    real = Provider("EdDSA", "")
    sysadmin.post("/oidc/providers", {**setting, "provider": "province", "issuer": real.issuer, "client_secret": ""})
    sysadmin.post(f"/people/{a.ids['alice']}/oidc-link", {"provider": "province", "subject": "alice"})
    confirm("alice")
    there = Browser().sign_in("province", "alice")
    check(there.status == 200, f"PKCE alone, EdDSA: {there.body}")

    # One that lies: its word is checked.
    subprocess.run(["openssl", "genrsa", "-out", TMP / "liar.pem", "2048"], check=True, capture_output=True)
    modulus = subprocess.run(["openssl", "rsa", "-in", TMP / "liar.pem", "-noout", "-modulus"], check=True, capture_output=True, text=True).stdout.split("=")[1].strip()
    b64 = lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")
    liar = {"port": free_port(), "lie": {}, "header": {}, "metadata": {}}
    liar["issuer"] = f"http://127.0.0.1:{liar['port']}"

    def token(nonce):
        claims = {"iss": liar["issuer"], "aud": "sluice-space", "sub": "alice@liar", "iat": int(time.time()), "exp": int(time.time()) + 300, "nonce": nonce}
        claims.update(liar["lie"])
        header = dict({"alg": "RS256", "kid": "k"}, **liar["header"])
        text = b64(json.dumps(header).encode()) + "." + b64(json.dumps({k: v for k, v in claims.items() if v is not None}).encode())
        (TMP / "to_sign").write_text(text)
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", TMP / "liar.pem", TMP / "to_sign"], check=True, capture_output=True).stdout
        return text + "." + (liar.get("signature") or b64(signature))

    class Liar(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def say(self, body):
            raw = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def do_GET(self):
            if self.path.endswith("openid-configuration"):
                self.say(dict({"issuer": liar["issuer"], "authorization_endpoint": liar["issuer"] + "/auth", "token_endpoint": liar["issuer"] + "/token",
                               "jwks_uri": liar["issuer"] + "/jwks"}, **liar["metadata"]))
            else:
                self.say({"keys": [{"kty": "RSA", "kid": "k", "use": "sig", "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}]})

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.say({"access_token": "x", "token_type": "Bearer", "id_token": token(liar["nonce"])})

    threading.Thread(target=http.server.ThreadingHTTPServer(("127.0.0.1", liar["port"]), Liar).serve_forever, daemon=True).start()
    sysadmin.post("/oidc/providers", {**setting, "provider": "liar", "issuer": liar["issuer"]})
    sysadmin.post(f"/people/{a.ids['bob']}/oidc-link", {"provider": "liar", "subject": "alice@liar"})
    confirm("bob")

    def lied(**lie):
        liar.update({"lie": {}, "header": {}, "signature": None})
        liar.update(lie)
        browser = Browser()
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.start("liar")).query)
        liar["nonce"] = lie.get("nonce", asked["nonce"][0])
        check(asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"], "code and PKCE")
        return browser.come_back(f"{CALLBACK}?state={asked['state'][0]}&code=c" + lie.get("more", ""))

    check(lied().status == 200, "it can tell the truth")
    now = int(time.time())
    for name, lie in (("iss", {"lie": {"iss": "https://elsewhere.example"}}), ("aud", {"lie": {"aud": "another"}}), ("aud", {"lie": {"aud": ["sluice-space", "another"]}}),
                      ("aud", {"lie": {"aud": None}}), ("azp", {"lie": {"azp": "another"}}), ("exp", {"lie": {"exp": now - 120}}), ("exp", {"lie": {"exp": None}}),
                      ("iat", {"lie": {"iat": now + 3600}}), ("iat", {"lie": {"iat": now - 7200}}), ("nbf", {"lie": {"nbf": now + 3600}}), ("sub", {"lie": {"sub": ""}}),
                      ("nonce", {"nonce": "another"}), ("nonce", {"lie": {"nonce": None}}), ("alg", {"header": {"alg": "none"}, "signature": "AA"}),
                      ("alg", {"header": {"alg": "HS256"}}), ("kid", {"header": {"kid": "unknown"}}), ("signature", {"signature": b64(b"x" * 256)})):
        answer = refused(lied(**lie), "oidc.bad_token", f"a lie about {name}", 422)
        check(answer["params"]["detail"] == name, f"{name} is named: {answer}")
    refused(lied(more="&iss=https%3A%2F%2Felsewhere.example"), "oidc.bad_state", "another issuer's answer (RFC 9207)", 422)
    refused(lied(lie={"sub": "somebody"}), "oidc.not_linked", "somebody else", 403)

    # One that hangs up: strangers who begin flow after flow do not make the node ask on and on.
    mute, asked = socket.create_server(("127.0.0.1", 0)), []

    def hang_up():
        while True:
            asked.append(mute.accept()[0])
            asked[-1].close()

    threading.Thread(target=hang_up, daemon=True).start()
    sysadmin.post("/oidc/providers", {**setting, "provider": "mute", "issuer": f"http://127.0.0.1:{mute.getsockname()[1]}"})
    for _ in range(5):
        refused(request(server, "GET", "/api/v1/session/oidc/mute/start"), "oidc.unreachable", "a provider that hangs up", 503)
    check(len(asked) == 1, f"it is asked once in a while: {len(asked)}")

    # What is taken away counts on the next request.
    still = with_session(there, "GET", "/session")
    check(still.status == 200, "a session of the province")
    sysadmin.post("/oidc/providers/province/remove", {"reason": "over"})
    check(with_session(there, "GET", "/session").status == 401, "its provider is gone")
    honest = lied()
    sysadmin.post(f"/people/{a.ids['bob']}/oidc-link/remove", status=(204,))
    check(with_session(honest, "GET", "/session").status == 401, "its link is gone")
    refused(lied(), "oidc.not_linked", "and nobody comes in by it", 403)
    real.stop()
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space)
print("the provider says who somebody is, and nothing else")
