#!/usr/bin/env python3
"""Automatic alarms (C7.2.5d) on a real node: nothing before somebody switches them on and nothing on an idle node; what people do and what states are raises
one alarm each, which goes out by mail (STARTTLS and a password), syslog (UDP and TCP) and a signed webhook, is tried again until it arrives or is given up, and
is taken up and cleared by people; a restart neither forgets nor repeats it."""
import base64, email, email.policy, hmac, http.server, json, os, shutil, socket, ssl, subprocess, sys, threading, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import Server, check, request

if not shutil.which("openssl"):
    print("skipped: openssl is not installed")
    sys.exit(77)

house = Agency()
house.staff()
manager, officer, sysadmin, secadmin, audit = (house.people[name] for name in ("manager", "officer", "sysadmin", "secadmin", "auditadmin"))
WORD, KEY = "a-mail-password-" + os.urandom(8).hex(), "a-webhook-key-" + os.urandom(8).hex()

# ---- servers that take alarms -----------------------------------------------------------------------------------------------------------------------
cert, key = house.tmp / "mail.pem", house.tmp / "mail.key"
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1"],
               check=True, capture_output=True)


class Mail(threading.Thread):
    """A small SMTP server: STARTTLS, AUTH PLAIN over TLS alone, and what it took. `mood` makes it misbehave."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener, self.taken, self.mood, self.faults = socket.create_server(("127.0.0.1", 0)), [], "well", []
        self.port = self.listener.getsockname()[1]
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(cert, key)
        self.start()

    def run(self):
        while True:
            link, _ = self.listener.accept()
            try:
                self.talk(link)
            except (OSError, ValueError):
                pass
            finally:
                link.close()

    def talk(self, link):
        if self.mood == "down":
            return
        link.settimeout(20)
        wire, secure, signed, mail = link.makefile("rwb"), False, False, {}

        def say(text):
            wire.write(text.encode() + b"\r\n")
            wire.flush()

        say("220 test" if self.mood != "busy" else "421 busy")
        while line := wire.readline().decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                say("250-test")
                say("250-SIZE 1000000") if secure or self.mood == "no_starttls" else say("250-STARTTLS")
                say("250 AUTH LOGIN PLAIN" if secure else "250 HELP")
            elif verb == "STARTTLS":
                wire.write(b"220 go\r\n" + (b"250 smuggled\r\n" if self.mood == "smuggle" else b""))
                wire.flush()
                link = self.tls.wrap_socket(link, server_side=True)
                wire, secure = link.makefile("rwb"), True
            elif verb == "AUTH":
                signed = secure and base64.b64decode(line.split(" ")[2]) == b"\0duty\0" + WORD.encode()
                say("235 in" if signed else "535 no")
            elif verb == "MAIL":
                if not (secure and signed):
                    self.faults.append(line)  # a letter is only given to a server that was checked, by who signed in
                mail = {"from": line[10:], "to": []}
                say("250 ok")
            elif verb == "RCPT":
                mail["to"].append(line[8:])
                say("250 ok" if self.mood != "nobody" else "550 5.1.1 <duty@example.gov> " + WORD)
            elif verb == "DATA":
                say("354 go")
                lines = []
                while (content := wire.readline()) != b".\r\n":
                    lines.append(content)
                mail["letter"] = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                self.taken.append(mail)
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("502 no")


class Hook(http.server.BaseHTTPRequestHandler):
    taken, status = [], 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Hook.taken.append((self.path, dict(self.headers), body))
        self.send_response(Hook.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


mail = Mail()
hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
hook.socket = context.wrap_socket(hook.socket, server_side=True)
threading.Thread(target=hook.serve_forever, daemon=True).start()
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("127.0.0.1", 0))
udp.settimeout(20)
tcp = socket.create_server(("127.0.0.1", 0))
tcp.settimeout(20)
tcp_taken = []


def take_tcp():
    while True:
        try:
            link, _ = tcp.accept()
        except OSError:
            continue
        with link:
            whole = b""
            while more := link.recv(65536):
                whole += more
            tcp_taken.append(whole)


threading.Thread(target=take_tcp, daemon=True).start()


def until(what, holds, seconds=40):
    end = time.time() + seconds
    while time.time() < end:
        if found := holds():
            return found
        time.sleep(0.3)
    check(False, f"in time: {what}")


def entries():
    return audit.get("/ledger/entries?limit=1")["total"]


def still(seconds=3):
    before = entries()
    time.sleep(seconds)
    return entries() == before


def alarms(**wanted):
    return [a for a in secadmin.get("/alarms?limit=200")["items"] if all(a[k] == v for k, v in wanted.items())]


def alarm_entries(kind=""):
    return audit.get(f"/ledger/entries?kind=alarm.{kind}&limit=200")["items"]


# ---- off: nothing ------------------------------------------------------------------------------------------------------------------------------------
for _ in range(20):
    refused(manager.call("POST", "/parties", {"name": "x", "uscc": "91410100MA9G00001X", "role": "data_user", "evidence": "x"}), "duty.missing", "not a data manager's", 403)
time.sleep(3)
check(alarms() == [] and alarm_entries() == [], "nothing is watched before somebody says so")
settings = secadmin.get("/alarm-settings")
check(not settings["enabled"] and len(settings["rules"]) >= 15 and settings["can"] == ["set"], f"as delivered: {settings['enabled']} {settings['can']}")
refused(manager.call("POST", "/alarm-settings", {"settings": {"enabled": True}, "reason": "x"}), "duty.missing", "the security administrator's", 403)
refused(sysadmin.call("GET", "/alarms/al_0000000000000000"), "alarm.not_found", "no such alarm", 404)

# ---- channels ----------------------------------------------------------------------------------------------------------------------------------------
base = {"host": "127.0.0.1", "least": "low"}
letter = {"channel": {**base, "name": "mail", "channel_kind": "smtp", "port": mail.port, "security": "starttls", "sender": "sluice@example.gov", "to": ["duty@example.gov", "head@example.gov"]}, "user": "duty", "password": WORD, "ca_pem": cert.read_text()}
sysadmin.step_up()
refused(sysadmin.call("POST", "/alarm-channels", letter), "source.host_not_allowed", "a host that nobody allowed", 422)
(house.tmp / "sysadmin.word").write_text(sysadmin.password + "\n")
house.at_the_desk("sources", "allow-host", "127.0.0.1", "--reason", "告警接收方", "--as", "sysadmin", "--password-file", house.tmp / "sysadmin.word", "--code", sysadmin.code())
for bad, member in (({"to": ["a@b\r\nDATA"]}, "to"), ({"sender": ""}, "sender"), ({"port": 0}, "port"), ({"name": "../x"}, "name"), ({"security": "none"}, "password")):
    answer = sysadmin.call("POST", "/alarm-channels", {**letter, "channel": {**letter["channel"], **bad}})
    check(answer.code == "alarm.bad_channel" and answer.json["params"]["detail"] == member, f"{bad}: {answer.body}")
refused(sysadmin.call("POST", "/alarm-channels", {"channel": {**base, "name": "hook", "channel_kind": "webhook", "port": 1, "security": "tls", "path": "/in"}}), "alarm.bad_channel", "a webhook without a key", 400)
shown = sysadmin.post("/alarm-channels", letter)
check(shown["can"] == ["channels"] and WORD not in json.dumps(shown) and not house.stored(WORD), "its password is sealed and never shown")
sysadmin.post("/alarm-channels", {"channel": {**base, "name": "hook", "channel_kind": "webhook", "port": hook.server_port, "security": "tls", "path": "/in?x=1"}, "key": KEY, "ca_pem": cert.read_text()})
sysadmin.post("/alarm-channels", {"channel": {**base, "name": "log-udp", "channel_kind": "syslog", "port": udp.getsockname()[1], "security": "none", "udp": True, "least": "medium"}})
sysadmin.post("/alarm-channels", {"channel": {**base, "name": "log-tcp", "channel_kind": "syslog", "port": tcp.getsockname()[1], "security": "none", "least": "high"}})
for name in ("mail", "hook", "log-udp", "log-tcp"):
    tested = sysadmin.post(f"/alarm-channels/{name}/test")
    check(next(c for c in tested["channels"] if c["channel"]["name"] == name)["tested"] is True, f"{name} is tested: {tested['channels']}")
check(len(mail.taken) == 1 and mail.taken[0]["to"] == ["<duty@example.gov>", "<head@example.gov>"] and "测试" in mail.taken[0]["letter"]["Subject"], f"the letter: {mail.taken}")
path, headers, body = Hook.taken[0]
signature = "hmac-sm3=" + hmac.new(KEY.encode(), headers["X-Sluice-Timestamp"].encode() + b"." + body, "sm3").hexdigest()
check(path == "/in?x=1" and headers["X-Sluice-Signature"] == signature and json.loads(body)["format"] == "sluice-alarm/1", f"the webhook: {headers} {body}")
check(udp.recv(65536).startswith(b"<109>1 "), "syslog over UDP")
until("syslog over TCP", lambda: tcp_taken and tcp_taken[0].split(b" ", 1)[0] == str(len(tcp_taken[0].split(b" ", 1)[1])).encode())
for mood, code in (("busy", "mail.refused"), ("no_starttls", "mail.no_starttls"), ("nobody", "mail.refused"), ("smuggle", "mail.malformed"), ("down", "fetch.unreachable")):
    mail.mood = mood
    answer = sysadmin.call("POST", "/alarm-channels/mail/test")
    check(answer.code == code and WORD not in answer.body.decode(), f"a server that is {mood}: {answer.body}")
mail.mood = "well"
check([c for c in sysadmin.get("/alarm-settings")["channels"] if c["channel"]["name"] == "mail"][0]["test_reason"] == "fetch.unreachable", "why the last test failed stays")
untrusted = {**letter, "channel": {**letter["channel"], "name": "untrusted"}, "ca_pem": ""}
sysadmin.post("/alarm-channels", untrusted)
refused(sysadmin.call("POST", "/alarm-channels/untrusted/test"), "fetch.untrusted", "a certificate that nobody vouches for", 422)
sysadmin.post("/alarm-channels/untrusted/remove", {"reason": "证书不可信"})
refused(sysadmin.call("POST", "/alarm-channels/untrusted/test"), "alarm.no_such_channel", "gone", 404)

# ---- on: idle nodes write nothing --------------------------------------------------------------------------------------------------------------------
rules = [{"rule": "disk_low", "disabled": True}, {"rule": "refused_requests", "disabled": False, "count": 5, "window_s": 300}, {"rule": "batch_held", "disabled": False, "after_s": 0}]
secadmin.post("/alarm-settings", {"settings": {"enabled": True, "rules": rules, "retry_s": [2, 3, 5]}, "reason": "启用自动告警"})
time.sleep(7)
before = entries()
time.sleep(8)
check(entries() == before and alarms() == [], f"an idle node writes nothing: {before} {entries()} {alarms()}")

# ---- what somebody did -------------------------------------------------------------------------------------------------------------------------------
mail.mood = "down"
for _ in range(12):
    refused(manager.call("POST", "/parties", {"name": "x", "uscc": "91410100MA9G00001X", "role": "data_user", "evidence": "x"}), "duty.missing", "not a data manager's", 403)
alarm = until("refused requests are noticed", lambda: alarms(rule="refused_requests"))[0]
check(alarm["subject"] == house.ids["manager"] and alarm["count"] == 5 and alarm["severity"] == "medium" and alarm["reason"] == "duty.missing", f"one alarm: {alarm}")
owed = until("the letter is owed and why", lambda: [o for o in alarms(id=alarm["id"])[0]["owed"] if o["channel"] == "mail" and o["reason"] == "fetch.unreachable"])
check(owed[0]["tries"] >= 1, f"tried: {owed}")
mail.mood = "well"
until("tried again, it arrives", lambda: any(d["channel"] == "mail" and d["delivered"] and d["tries"] > 1 for d in alarms(id=alarm["id"])[0]["deliveries"]))
until("the webhook has it", lambda: any(json.loads(b).get("alarm") == alarm["id"] for _, _, b in Hook.taken))
check(alarm["id"].encode() in udp.recv(65536) and not any(alarm["id"].encode() in x for x in tcp_taken), "syslog has what asks for its severity, and no other")
said = mail.taken[-1]["letter"].get_content() + json.dumps([b.decode() for _, _, b in Hook.taken])
check("refused_requests" in said and "人员 manager" not in said and "127.0.0.1" not in said, "ids and counts, no name and no address")
check(len(alarms(rule="refused_requests")) == 1 and len(alarm_entries("raised")) == 1, "twelve refusals are one alarm")
check([i["object"] for i in officer.get("/inbox")["items"] if i["kind"] == "alarm"] == [alarm["id"]], "it waits for the officer")
refused(manager.call("POST", f"/alarms/{alarm['id']}/clear", {"reason": "没事"}), "duty.second_person_needed", "not by whom it is about", 403)
officer.post(f"/alarms/{alarm['id']}/acknowledge", {"note": "正在核查"})
check(not [i for i in officer.get("/inbox")["items"] if i["kind"] == "alarm"], "taken up")
officer.post(f"/alarms/{alarm['id']}/clear", {"reason": "误操作，已培训"})
until("that it is cleared is told", lambda: {d["channel"] for d in alarms(id=alarm["id"])[0]["deliveries"] if d["stage"] == "cleared"} == {"mail", "hook", "log-udp"})
check("解除" in mail.taken[-1]["letter"]["Subject"], f"{mail.taken[-1]['letter']['Subject']}")
check(udp.recv(65536).startswith(b"<109>1 "), "a notice")

# ---- failed sign-ins, of strangers; given up after the last try ----------------------------------------------------------------------------------------
Hook.status = 500
for i in range(10):
    request(house.server, "POST", "/api/v1/session", {"account": f"nobody{i}", "password": "x"})
stranger = until("failed sign-ins", lambda: alarms(rule="sign_in_failures"))[0]
check(stranger["subject"] == "" and stranger["count"] >= 8, f"about the node: {stranger}")
refused(officer.call("GET", f"/alarms/{stranger['id']}"), "alarm.not_found", "the node is the administrators' matter", 404)
given_up = until("given up after four tries", lambda: [d for d in alarms(id=stranger["id"])[0]["deliveries"] if d["channel"] == "hook"])
check(not given_up[0]["delivered"] and given_up[0]["tries"] == 4 and given_up[0]["reason"] == "webhook.refused", f"shown as undelivered: {given_up}")
Hook.status = 200
refused(sysadmin.call("POST", f"/alarms/{stranger['id']}/clear", {"reason": ""}), "form.text_missing", "with a reason", 400)
sysadmin.post(f"/alarms/{stranger['id']}/clear", {"reason": "扫描来自内部测试"})

# ---- a state, which clears itself ----------------------------------------------------------------------------------------------------------------------
house.run("synth", "--out", house.tmp / "synth", "--rows", 300)
lines = (house.tmp / "synth/mdtrt_d.csv").read_text(encoding="utf-8").splitlines()
(house.tmp / "short").mkdir()
(house.tmp / "short/mdtrt_d.csv").write_text("\n".join(lines[:-2]) + "\n", encoding="utf-8")
subprocess.run([house.sluice, "collect", "--space", house.space, "--plan", house.tmp / "synth/plans/mdtrt_d.yaml", "--source-key", house.tmp / "synth/source.pub", "--json", house.tmp / "short/mdtrt_d.csv"],
               capture_output=True, stdin=subprocess.DEVNULL, timeout=300)
held = until("a batch that is held", lambda: alarms(rule="batch_held"))[0]
check(held["clears_itself"] and held["can"] == ["acknowledge"], f"a state: {held}")
refused(sysadmin.call("POST", f"/alarms/{held['id']}/clear", {"reason": "x"}), "alarm.state_clears", "nobody talks it away", 422)
until("it is told over every channel", still)
before = entries()
time.sleep(8)
check(entries() == before, f"while it stands nothing is written: {[e['kind'] for e in audit.get(f'/ledger/entries?limit={max(1, entries() - before)}')['items']]}")

# ---- a restart neither forgets nor repeats --------------------------------------------------------------------------------------------------------------
raised = len(alarm_entries("raised"))
house.server.stop()
house.server = Server(house.sluice, house.space, house.passphrase, house.log)
for account in house.people.values():
    account.server = house.server
    account.sign_in()
time.sleep(8)
check(len(alarm_entries("raised")) == raised and alarms(id=held["id"])[0]["status"] == "raised", "what stands, stands once")
rules[2] = {"rule": "batch_held", "disabled": False, "after_s": 864000}
secadmin.post("/alarm-settings", {"settings": {"enabled": True, "rules": rules, "retry_s": [2, 3, 5]}, "reason": "放宽"})
until("no longer the case: over by itself", lambda: alarms(id=held["id"])[0]["status"] == "cleared")
check(alarms(id=held["id"])[0]["cleared_reason"] == "", "by itself")

# ---- by hand -------------------------------------------------------------------------------------------------------------------------------------------
(house.tmp / "secadmin.word").write_text(secadmin.password + "\n")
kept = house.tmp / "secadmin.session"
house.run("session", "open", "secadmin", "--space", house.space, "--keep", kept, "--password-file", house.tmp / "secadmin.word", "--code", secadmin.code())
told = house.run("alarm", "list", "--space", house.space, "--session", kept)
check(alarm["id"] in str(told), f"alarm list: {told}")
house.run("alarm", "off", "--space", house.space, "--session", kept, "--reason", "检修")
check(not secadmin.get("/alarm-settings")["enabled"] and secadmin.get("/alarm-settings")["settings"]["rules"] == rules, "off, and what was set stays")
house.run("alarm", "on", "--space", house.space, "--session", kept, "--reason", "恢复")
check(mail.faults == [], f"no letter in the clear or unsigned: {mail.faults}")
house.server.stop()
house.run("ledger", "verify", "--space", house.space, "--trust", house.space / "trust.txt")
check(not house.stored(WORD) and not house.stored(KEY), "no secret of a channel stands in any file of the space")
print("alarms: raised once, delivered over four channels, taken up and cleared, idle nodes write nothing")
