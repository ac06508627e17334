"""The desk beside the node: the program run on this machine and judged by its exit code, and the node's own socket. Nothing of Sluice is used."""
import http.client, json, os, pathlib, socket, subprocess

from outsider import check

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
# What the program says follows the locale; tests read the same words everywhere.
ENV = dict(os.environ, LC_ALL="C.UTF-8")
OWNER = "12509803MAT000018C"  # the credit code of the agency that runs the test's space; nobody's


def run(*args, code=0, stdin=None, timeout=300, hide=None):
    """Runs the program; `code` is the exit that it must have (None: any but a crash). No word of `hide` may be said, whatever happens."""
    words = [str(a) for a in args]
    done = subprocess.run([SLUICE, *words], capture_output=True, text=True, input=stdin, stdin=None if stdin else subprocess.DEVNULL, timeout=timeout, env=ENV)
    check(not hide or hide not in done.stdout + done.stderr, f"sluice {' '.join(words[:3])}: no value of a person is told")
    right = 0 <= done.returncode < 128 if code is None else done.returncode == code
    check(right, f"sluice {' '.join(words)}: exit {done.returncode}, not {code}: {done.stdout[-600:]} {done.stderr[-900:]}")
    return done


def said(done):
    return json.loads(done.stdout)


def reason(done):
    """The stable code of a refusal: the last line on stderr of a command with --json."""
    return json.loads(done.stderr.strip().splitlines()[-1])["code"]


def in_space(space, passphrase, *args, code=0):
    """A command on a space, as JSON: what it did, or the code of its refusal."""
    done = run(*args, "--space", space, "--passphrase-file", passphrase, "--json", code=code)
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else reason(done)


def new_space(space, passphrase, name="测试经办机构"):
    """A fresh space and its first accounts: name to first password."""
    made = said(run("init", space, "--name", name, "--uscc", OWNER, "--passphrase-file", passphrase, "--json"))
    return {a["account"]: a["password"] for a in made["accounts"]}


class Local(http.client.HTTPConnection):
    """The socket in the space's folder: who reaches it is the operator of the machine."""

    def __init__(self, space, timeout=120):
        super().__init__("localhost", timeout=timeout)
        self.path = str(pathlib.Path(space) / "sluice.sock")

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def ask(space, method, path, body=None):
    """One request of the operator; its status and the answer."""
    link = Local(space)
    headers = {"Content-Type": "application/json"} if body is not None else {}
    link.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
    answer = link.getresponse()
    raw = answer.read()
    link.close()
    return answer.status, json.loads(raw) if raw else None
