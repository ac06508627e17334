"""An outside program at a node: HTTP over TLS with the node's certificate pinned, sessions, one-time codes. Nothing of Sluice is used."""
import atexit, base64, hashlib, hmac, http.client, json, os, pathlib, signal, ssl, struct, subprocess, sys, time

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PASSWORD = "a-password-of-the-test-1"


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def uscc(serial):
    """A code that passes GB 32100 and is nobody's: division 5098xx was never assigned."""
    body = "MA%06d" % serial
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    left = 11 - sum(values.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    first = "91509803" + body + {10: "X", 11: "0"}.get(left, str(left))
    return first + ALPHABET[(31 - sum(ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first)) % 31) % 31]


def totp(secret, step):
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


def children(pid):
    return [int(c) for t in pathlib.Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text().split()]


class Server:
    """sluice serve on a free port; `shifted` moves its clock (libfaketime), `unlock` are the words that open the space instead of a passphrase."""

    def __init__(self, sluice, space, passphrase, log, shifted=None, unlock=None):
        environment = dict(os.environ)
        command = [sluice, "serve", "--space", space, *map(str, unlock or ("--passphrase-file", passphrase)), "--listen", "127.0.0.1:0"]
        if shifted:
            command = ["faketime", "-f", shifted] + command
            environment.update(FAKETIME_NO_CACHE="1", FAKETIME_DONT_FAKE_MONOTONIC="1")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(log, "ab"), stdin=subprocess.DEVNULL, text=True, env=environment)
        atexit.register(self.kill)  # a check that fails leaves at once; its server must not outlive it
        line = self.process.stdout.readline()
        check("https://" in line, f"the server starts: {line!r}")
        self.port = int(line.rsplit(":", 1)[1].strip().strip("/"))
        self.pid = self.process.pid
        while shifted and b"serve" not in pathlib.Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")[1:2] and children(self.pid):
            self.pid = children(self.pid)[0]  # faketime waits for the server as its child
        self.certificate = str(pathlib.Path(space) / "tls/certificate.pem")

    def agents(self):
        return [c for c in children(self.pid) if b"key-agent" in pathlib.Path(f"/proc/{c}/cmdline").read_bytes()]

    def kill(self):
        if self.process.poll() is None:
            os.kill(getattr(self, "pid", self.process.pid), signal.SIGKILL)

    def stop(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass  # it was killed before
        self.process.wait(60)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.json = json.loads(body) if body and "json" in headers.get("content-type", "") and "ndjson" not in headers.get("content-type", "") else None

    @property
    def code(self):
        return (self.json or {}).get("code")


def request(server, method, path, body=None, headers=None):
    context = ssl.create_default_context(cafile=server.certificate)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=120)
    headers = dict(headers or {})
    if body is not None:
        body = json.dumps(body).encode()
        headers.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


class Account:
    """One person with a session. Codes are used once: each step of half a minute at most one."""

    def __init__(self, server, name, password):
        self.server, self.name, self.password, self.secret, self.step = server, name, password, None, 0
        self.cookie = self.csrf = ""

    def call(self, method, path, body=None, **headers):
        shown = {k.replace("_", "-"): v for k, v in headers.items()}
        if self.cookie:
            shown.setdefault("Cookie", self.cookie)
        if method != "GET" and self.csrf:
            shown.setdefault("X-CSRF-Token", self.csrf)
        return request(self.server, method, "/api/v1" + path, body if body is not None or method == "GET" else {}, shown)

    def sign_in(self):
        answer = self.call("POST", "/session", {"account": self.name, "password": self.password}, Cookie="")
        check(answer.status == 200, f"{self.name} signs in: {answer.status} {answer.body[:300]}")
        check("HttpOnly" in answer.headers["set-cookie"] and "Secure" in answer.headers["set-cookie"], "the cookie is HttpOnly and Secure")
        self.cookie, self.csrf = answer.headers["set-cookie"].split(";")[0], answer.json["csrf"]
        return answer.json

    def code(self):
        while int(time.time() // 30) + 1 <= self.step:
            time.sleep(0.2)
        self.step = max(self.step + 1, int(time.time() // 30))
        return totp(self.secret, self.step)

    def begin(self):
        """The first sign-in: a password of one's own, an authenticator."""
        me = self.sign_in()
        if me["must_change_password"]:
            refused = self.call("GET", "/inbox")
            check(refused.code == "session.password_change_needed", f"nothing goes before the first password is changed: {refused.body}")
            changed = self.call("POST", "/session/password", {"old": self.password, "new": PASSWORD + self.name})
            check(changed.status == 204, f"password of {self.name}: {changed.body}")
            self.password = PASSWORD + self.name
        if me["totp"] == "none":
            self.secret = self.call("POST", "/session/totp/enrol").json["secret"]
            confirmed = self.call("POST", "/session/totp/confirm", {"code": self.code()})
            check(confirmed.status == 200 and confirmed.json["totp"] == "enrolled", f"authenticator of {self.name}: {confirmed.body}")
        return self

    def step_up(self):
        answer = self.call("POST", "/session/step-up", {"code": self.code()})
        check(answer.status == 200, f"{self.name} shows a code: {answer.body}")

    def post(self, path, body=None, status=(200, 201), **headers):
        """POST that should succeed; shows the second factor when asked for it."""
        answer = self.call("POST", path, body, **headers)
        if answer.code == "session.step_up_needed":
            self.step_up()
            answer = self.call("POST", path, body, **headers)
        check(answer.status in status, f"{self.name} POST {path}: {answer.status} {answer.body[:500]}")
        return answer.json

    def refused(self, path, body, code):
        """POST that must be refused for exactly this reason."""
        answer = self.call("POST", path, body)
        check(answer.status >= 400 and answer.code == code, f"{self.name} POST {path}: {answer.status} {answer.body[:300]} is not {code}")

    def at(self, server):
        """The same person at another server of the space: a new session, the same authenticator, its second factor shown."""
        there = Account(server, self.name, self.password)
        there.secret, there.step = self.secret, self.step
        there.sign_in()
        there.step_up()
        return there

    def get(self, path):
        answer = self.call("GET", path)
        check(answer.status == 200, f"{self.name} GET {path}: {answer.status} {answer.body[:300]}")
        return answer.json
