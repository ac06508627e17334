#!/usr/bin/env python3
"""People do their work at the command line alone, each in a session of their own: accounts, duties, parties, rights, an operation asked for
and decided, keys witnessed by two and destroyed, a product, the committee's vote, a contract, the file opened; and what is refused, by its
reason and its exit code. Nothing here speaks to the API."""
import json, os, pathlib, stat, sys, time

ROOT, TMP = os.environ["SLUICE_ROOT"], pathlib.Path(os.environ["TMP"])
sys.path.insert(0, ROOT + "/tests/support")
from desk import SLUICE, new_space, reason, run, said
from outsider import Server, check, totp, uscc

SPACE, PASS, SYNTH = TMP / "space", TMP / "pass", TMP / "synth"
PASS.write_text("a passphrase for the test\n")
ACCOUNTS = new_space(SPACE, PASS, "测试医疗保障局")
SERVER = Server(SLUICE, str(SPACE), str(PASS), str(TMP / "serve.err"))
PURPOSE = "insurance_product_design"
SECRETS = {}


def cli(who, *words, code=0):
    """A command of somebody: its answer, or the reason of its refusal. None: the operator at this machine."""
    session = ["--session", TMP / f"{who}.session"] if who else []
    done = run(*words, "--space", SPACE, *session, "--json", code=None)
    if done.stderr.startswith("{") and reason(done) == "session.step_up_needed" and who in SECRETS:
        step_up(who)
        done = run(*words, "--space", SPACE, *session, "--json", code=None)
    check(done.returncode == code, f"{who}: sluice {' '.join(map(str, words))}: exit {done.returncode}, not {code}: {done.stdout[-500:]} {done.stderr[-700:]}")
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines else reason(done) if code else {}


def fresh_code(who):
    secret, used = SECRETS[who]
    while int(time.time() // 30) <= used - 1:
        time.sleep(0.5)
    step = max(used + 1, int(time.time() // 30))
    SECRETS[who] = (secret, step)
    return totp(secret, step)


def step_up(who):
    shown = cli(who, "session", "step-up", fresh_code(who))
    check("csrf" not in shown and shown["account"] == who, f"what lets somebody act in the session is not printed: {shown}")


def begin(who, first):
    """The first day of a person: signs in, changes the password, sets up the authenticator."""
    old, new = TMP / f"{who}.old", TMP / f"{who}.new"
    old.write_text(first + "\n")
    new.write_text(f"a long password of {who}\n")
    file = TMP / f"{who}.session"
    me = said(run("session", "open", who, "--space", SPACE, "--keep", file, "--password-file", old, "--json"))
    check("csrf" not in me and me["account"] == who, f"who signed in, without the token: {me}")
    check(stat.S_IMODE(file.stat().st_mode) == 0o600, "the session's file is its owner's alone")
    check(cli(who, "inbox", code=4) == "session.password_change_needed", "nothing goes before the first password is changed")
    cli(who, "session", "password", "--old-password-file", old, "--new-password-file", new)
    SECRETS[who] = (cli(who, "session", "authenticator")["secret"], 0)
    check("csrf" not in cli(who, "session", "confirm", fresh_code(who)), "nor when the authenticator is confirmed")
    old.unlink()


def enrol(party, who, *duties):
    made = cli("sysadmin", "person", "new", who, "人员 " + who, "--party", party)
    for duty in duties:
        cli("secadmin", "person", "duty", made["id"], duty)
    begin(who, made["password"])
    return made["id"]


for administrator in ("sysadmin", "secadmin", "auditadmin"):
    begin(administrator, ACCOUNTS[administrator])
AGENCY = cli("sysadmin", "session", "show")["party"]["id"]
IDS = {who: enrol(AGENCY, who, duty) for who, duty in {"manager": "data_manager", "officer": "security_officer", "registrar": "registrar", "signer": "contract_signer",
                                                       "pi": "pi_officer", "m1": "committee_member", "m2": "committee_member", "m3": "committee_member"}.items()}

# People, parties, the chart.
check({p["account"] for p in cli("sysadmin", "person", "list")["items"]} >= set(IDS), "everybody is listed")
check(cli("manager", "person", "new", "x", "某人", "--party", AGENCY, code=4) == "duty.missing", "only the system administrator makes accounts")
check(cli("sysadmin", "person", "duty", IDS["m3"], "data_user", code=4) == "duty.missing", "and only the security administrator gives duties")
check(cli("manager", "person", "show", "ps_AAAAAAAAAAAAAAAAAAAAAAAAAA", code=3), "an unknown person: 3")
insurer = cli("sysadmin", "party", "new", "示例保险公司", "--uscc", uscc(12), "--role", "data_user", "--evidence", "登记证", code=7)["id"]
check(cli("sysadmin", "party", "check", insurer, "--evidence", "公示系统一致", code=4), "who registered it does not check it")
cli("secadmin", "party", "check", insurer, "--evidence", "公示系统一致")
enrol(insurer, "user", "data_user")
enrol(insurer, "usersigner", "contract_signer")
for party, name in ((AGENCY, "agency"), (insurer, "insurer")):
    run("key", "new", "--out", TMP / f"{name}.key", "--name", name, "--no-passphrase")
    proposed = cli("secadmin", "party", "key", party, "--key", TMP / f"{name}.key")["proposed_key"]["key_id"]
    check(cli("secadmin", "party", "decide-key", party, "approve", "--key-id", proposed, code=4) == "duty.second_person_needed", "who proposed a key does not confirm it")
    cli("sysadmin", "party", "decide-key", party, "approve", "--key-id", proposed)
cli("sysadmin", "unit", "new", "基金监管处", "--kind", "lead_department")
unit = next(u for u in cli("sysadmin", "unit", "list")["units"] if u["name"] == "基金监管处")["id"]
check(cli("sysadmin", "unit", "head", unit, "--head", IDS["officer"], "--reason", "任命", code=4) == "duty.missing", "heads are named by the security administrator")
cli("secadmin", "unit", "head", unit, "--head", IDS["officer"], "--reason", "任命")
cli("sysadmin", "unit", "place", IDS["manager"], "--unit", unit)

# Data: collected, classified, confirmed, masked.
run("synth", "--out", SYNTH, "--rows", 3000)
batch = said(run("collect", "--space", SPACE, "--plan", SYNTH / "plans/mdtrt_d.yaml", "--source-key", SYNTH / "source.pub", "--json", SYNTH / "mdtrt_d.csv"))[0]
dataset, version = batch["dataset"], batch["version"]
graded = cli("manager", "dataset", "classify", dataset, version)
verdicts = [dict({k: c["proposal"][k] for k in ("type", "category", "level", "identifying", "quasi")}, column=c["column"], reason="") for c in graded["columns"]]
(TMP / "verdicts.json").write_text(json.dumps(verdicts))
cli("manager", "dataset", "confirm", dataset, "--verdicts", TMP / "verdicts.json")
kept = {"psn_no": {"technique": "pseudonym"}, "gend": {"technique": "keep"}, "med_type": {"technique": "keep"}, "begntime": {"technique": "date", "unit": "year"}}
strategy = {"format": "sluice-strategy/1", "id": "walk", "version": "1", "title": "就诊结构", "k_min": 5, "quasi_identifiers": ["gend", "begntime"],
            "fields": [dict(kept.get(c["column"], {"technique": "suppress"}), column=c["column"]) for c in graded["columns"]]}
(TMP / "strategy.json").write_text(json.dumps(strategy))
adopted = cli("officer", "deident", "adopt", "--dataset", dataset, TMP / "strategy.json")
masked = cli("officer", "deident", "mask", "--strategy", adopted["id"], version)["version"]

# A right, an operation that wants a second person, its decision.
low = next(v["column"] for v in verdicts if v["level"] <= 3)
ask = ("operation", "request", "list_values", "--dataset", dataset, "--version", version, "--column", low, "--rows", "5", "--reason", "核对", "--purpose", "fund_supervision")
check(cli("manager", *ask, code=4) == "access.no_right", "default deny")
right = cli("secadmin", "access", "grant", "--person", IDS["manager"], "--action", "list_values", "--dataset", dataset, "--level-max", "3", "--purpose", "fund_supervision",
            "--until", "20d", "--reason", "核对费用")
operation = cli("manager", *ask, "--ask-approval", code=7)["id"]
check(cli("manager", "operation", "decide", operation, "approve", "--reason", "自批", code=4), "nobody decides what they asked for")
check(operation in {i["object"] for i in cli("officer", "inbox")["items"]}, "the second person finds it in the inbox")
check(cli("officer", "operation", "decide", operation, "perhaps", "--reason", "x", code=2) == "cli.bad_arguments", "approve or refuse, nothing else: 2")
cli("officer", "operation", "decide", operation, "approve", "--reason", "同意")
check(len(cli("manager", "operation", "run", operation)["values"]) == 5, "and the rows are shown to who asked")
table = run("access", "rights", "--space", SPACE, "--session", TMP / "secadmin.session").stdout
check("list_values" in table and "{" not in table and len(table.splitlines()) >= 3, f"rights are a table for people: {table}")
at_desk = run("access", "rights", "--space", SPACE).stdout
check("--as" in at_desk, f"who may see none is told what to do: {at_desk!r}")
for words in (("organisation", "show"), ("keys", "list"), ("law", "retention"), ("sources", "refused")):
    printed = run(*words, "--space", SPACE)
    check((printed.stdout + printed.stderr).strip() and "{" not in printed.stdout, f"{words}: a table, not JSON: {printed.stdout[:300]}")
    json.loads(run(*words, "--space", SPACE, "--json").stdout)
right_id = right.get("id") or cli("secadmin", "access", "rights")["items"][0]["id"]
cli("secadmin", "access", "revoke", right_id, "--reason", "核对完毕")
check(cli("manager", *ask, code=4) == "access.no_right", "a revoked right counts no more")
for language, word in (("en", "revoked"), ("zh", "已撤销")):
    line = next(one for one in run("access", "rights", "--space", SPACE, "--session", TMP / "secadmin.session", "--lang", language).stdout.splitlines() if right_id in one)
    check(word in line, f"a right that was taken back says so: {line}")
check(run("access", "rights", "--lang", "fr", code=2).returncode == 2, "another language is a usage error")

# An exception to over-privilege, decided by the personal-information officer and reviewed.
high = next(v["column"] for v in verdicts if v["level"] == 4)
exception = cli("manager", "exception", "request", "download", "--dataset", dataset, "--column", high, "--days", "3", "--reason", "投诉核查", "--measures", "专机", code=7)["id"]
cli("pi", "exception", "decide", exception, "approve", "--days", "2", "--reason", "同意两天")
check(any(e["id"] == exception and e["status"] == "granted" for e in cli("pi", "exception", "list")["items"]), "granted, and listed so")
cli("pi", "exception", "end", exception, "--reason", "查完")
check(cli("pi", "exception", "review", exception, "not_used", "--note", "未使用", code=4) == "duty.second_person_needed", "who granted it does not review it")
cli("auditadmin", "exception", "review", exception, "not_used", "--note", "未使用")

# Keys: destroyed only with two witnesses.
epoch = said(run("backup", "--space", SPACE, TMP / "backup", "--json"))["epoch"]
work = cli("secadmin", "keys", "propose", "destroy_epoch", "--epoch", epoch, "--reason", "旧备份到期")["id"]
check(cli("secadmin", "keys", "witness", work, "agree", code=4), "who proposed it does not witness it")
cli("officer", "keys", "witness", work, "agree")
check(cli("secadmin", "keys", "carry-out", work, code=5) == "keys.work_not_approved", "one witness is not enough")
check(cli("officer", "keys", "witness", work, "agree", code=4) == "keys.witnessed_already", "nor the same one twice")
cli("pi", "keys", "witness", work, "agree")
cli("secadmin", "keys", "carry-out", work)
check(cli("secadmin", "keys", "show", work)["status"] == "done", "carried out")

# The product, the vote, the contract, the release.
offered = list(kept)
form = {"name": "就诊结构", "summary": "去标识化的就诊结构", "suited_uses": "产品设计", "forbidden_uses": "重标识", "authorisation": "委员会审批", "time_span": "2024-2025",
        "keywords": ["就诊"], "applications": [], "interfaces": [], "related_products": [], "flow": "share", "share": "controlled", "forms": ["file"], "columns": offered, "price_fen": 0}
(TMP / "product.json").write_text(json.dumps(form))
product = cli("manager", "product", "new", "--dataset", dataset, "--version", masked, "--form", TMP / "product.json")["id"]
cli("manager", "product", "check", product)
check(cli("manager", "product", "review", product, "approve", "--reason", "自审", code=4), "nobody reviews their own product")
cli("officer", "product", "review", product, "approve", "--reason", "符合")
check(cli("registrar", "product", "register", product, "approve", "--reason", "通过")["status"] == "registered", "registered")
questions = cli("manager", "law", "template")["assessment"]["questions"]
assessment = {"product": product, "recipient": insurer, "scenario": "controller_to_user", "purpose": PURPOSE, "legal_basis": "public_interest", "columns": offered,
              "answers": [{"question": q["id"], "answer": "符合"} for q in questions], "conclusion": "可行",
              "risks": [{"risk": "重标识", "likelihood": "medium", "severity": "moderate", "measure": "分箱", "residual_likelihood": "low", "residual_severity": "moderate"}]}
(TMP / "assessment.json").write_text(json.dumps(assessment))
assessed = cli("manager", "law", "new", "assessments", TMP / "assessment.json")["id"]
cli("pi", "law", "do", "assessments", assessed, "decide", "--yes", "--reason", "措施相适应")
wish = {"purpose": PURPOSE, "legal_basis": "public_interest", "purpose_note": "产品设计", "safety_measures": "专机专人", "scenario": "controller_to_user", "form": "file",
        "columns": offered, "row_filter": [], "deliveries_max": 1, "rate_per_minute": 0, "valid_days": 30, "cross_border": False}
(TMP / "wish.json").write_text(json.dumps(wish))
application = cli("user", "application", "new", "--product", product, "--form", TMP / "wish.json", code=7)["id"]
check([a["id"] for a in cli("m1", "vote", "list")["items"]] == [application], "the committee finds it")
check(cli("user", "vote", "cast", application, "approve", "--reason", "x", code=4) == "duty.missing", "the applicant has no vote")
for member in ("m1", "m2", "m3"):
    if cli("m1", "application", "show", application)["status"] == "voting":
        cli(member, "vote", "cast", application, "approve", "--reason", "必要")
contract = cli("manager", "contract", "new", application, "--duties", "专人保管", "--liability", "依法追责")["id"]
check(cli("user", "release", "run", contract, "--purpose", PURPOSE, code=4) == "duty.missing", "a file is delivered by the agency")
cli("signer", "contract", "sign", contract, "--key", TMP / "agency.key")
check(cli("usersigner", "contract", "sign", contract, "--key", TMP / "agency.key", code=6), "the agency's key does not sign for the insurer")
check(cli("usersigner", "contract", "sign", contract, "--key", TMP / "insurer.key")["status"] == "active", "in force when both signed")
released = cli("manager", "release", "run", contract, "--purpose", PURPOSE, "--format", "csv")
release = released.get("release", released)["id"]
cli("user", "release", "fetch", release, "--out", TMP / "sealed")
run("open", TMP / "sealed", "--key", TMP / "insurer.key", "--out", TMP / "data.csv")
check((TMP / "data.csv").read_text().splitlines()[0] == ",".join(offered), "the recipient opens what was agreed")
cli("user", "release", "passport", release, "--out", TMP / "passport.json")
run("verify", TMP / "passport.json", "--trust", SPACE / "trust.txt")
cli("manager", "contract", "suspend", contract, "--reason", "核查")
check(cli("manager", "contract", "show", contract)["status"] == "suspended", "and the contract can be stopped")
cli("officer", "law", "retention", "keep", version, "--until", "2050-12-31", "--reason", "诉讼保全")

# The ceremony: two officers, each with a passphrase of their own, each with their own share.
root = cli("secadmin", "keys", "propose", "rotate_root", "--reason", "保管人分持")["id"]
check(cli("secadmin", "keys", "begin", root, "--needed", "2", "--officer", IDS["officer"], "--officer", IDS["pi"], code=5) == "keys.work_not_approved", "not before it is witnessed")
cli("sysadmin", "keys", "witness", root, "agree")
cli("secadmin", "keys", "begin", root, "--needed", "2", "--officer", IDS["officer"], "--officer", IDS["pi"])
for who in ("officer", "pi"):
    (TMP / f"{who}.own").write_text(f"only {who} knows this\n")
    check(cli("m1", "keys", "join", "--own-passphrase-file", TMP / f"{who}.own", code=4) == "ceremony.not_an_officer", "officers alone")
    cli(who, "keys", "join", "--own-passphrase-file", TMP / f"{who}.own")
for who in ("officer", "pi"):
    check("share" not in cli(who, "keys", "take-share", "--out", TMP / f"{who}.share"), "a share goes to its file and is not said")
    check(stat.S_IMODE((TMP / f"{who}.share").stat().st_mode) == 0o600, "which is its owner's alone")
check(cli("pi", "keys", "hand-in", "--my-share", TMP / "officer.share", "--own-passphrase-file", TMP / "pi.own", code=6) == "shares.wrong_share", "another's share")
for who in ("officer", "pi"):
    ceremony = cli(who, "keys", "hand-in", "--my-share", TMP / f"{who}.share", "--own-passphrase-file", TMP / f"{who}.own")
check(ceremony["state"] == "done" and cli("secadmin", "keys", "root")["keeper"] == "officers", f"the officers keep the root: {ceremony}")
check(cli("pi", "keys", "rehearse", "--my-share", TMP / "pi.share", "--own-passphrase-file", TMP / "pi.own")["opens"], "a rehearsal")

# A session ends, and a person is suspended: the next command says so.
cli("m3", "session", "end")
check(not (TMP / "m3.session").exists(), "the file is gone")
cli("secadmin", "person", "suspend", IDS["m2"], "--reason", "离岗")
check(cli("m2", "inbox", code=4) == "session.expired", "a suspended person is signed out at once")
(TMP / "no.session").write_text("not json")
check(reason(run("inbox", "--space", SPACE, "--session", TMP / "no.session", "--json", code=1)) == "cli.bad_session", "a file that is no session")
check("就诊结构" in run("product", "list", "--space", SPACE, "--session", TMP / "user.session").stdout, "without --json: a line for each")
SERVER.stop()
print("people did it all at the command line")
