#!/usr/bin/env python3
"""Brokers' mandates (C5.5) on a real node: an insurer and an agency each let a broker act for them, on paper, proposed by one, confirmed by another and
accepted by the broker. The broker's person works at the command line: drafts an application that the insurer's own person submits, a product and a contract
that the agency reviews and both sign, chases a delivery; each act stands in the record with its mandate. Without a mandate, beyond it, before it and after it
nothing goes, with a reason that says what to do. Over the whole interface the broker's person reads no row, file, sample, profile or key. The principal, the
supervisor and the broker see what they may. An ecosystem service provider has the rights of its own role."""
import base64, json, os, pathlib, re, subprocess, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import Account, check

PURPOSE = "insurance_product_design"
DAY = 86400000
now = lambda: int(time.time() * 1000)
SCAN = base64.b64encode(b"%PDF-1.4 a mandate with two seals").decode()

a = Agency()
sysadmin, secadmin = a.people["sysadmin"], a.people["secadmin"]
a.staff()
insurer, rival = a.party("示例保险公司", 12), a.party("另一保险公司", 13)
broker, guide, watch = a.party("示例数据经纪公司", 14, "broker"), a.party("示例评估机构", 15, "service_provider"), a.party("省医保局（监管）", 16, "supervisor")
for party, name, duty in ((insurer, "user", "data_user"), (insurer, "usersigner", "contract_signer"), (rival, "rival", "data_user"), (broker, "agent", "broker"), (guide, "guide", "data_user"),
                          (watch, "watcher", "supervisor")):
    a.enrol(party, name, duty)
user, agent, watcher, manager = (a.people[n] for n in ("user", "agent", "watcher", "manager"))
a.key(a.agency, "agency")
a.key(insurer, "insurer")

# ---- roles: which duties an organisation's people may hold ------------------------------------------------------------------------------------------------
for who, duty in (("agent", "data_user"), ("agent", "data_manager"), ("agent", "contract_signer"), ("guide", "data_manager"), ("guide", "committee_member"), ("guide", "broker"), ("user", "registrar"), ("manager", "broker")):
    answer = secadmin.call("POST", f"/people/{a.ids[who]}/duties", {"duty": duty})
    if answer.code == "session.step_up_needed":
        secadmin.step_up()
        answer = secadmin.call("POST", f"/people/{a.ids[who]}/duties", {"duty": duty})
    refused(answer, "duty.not_for_this_party", f"{duty} for {who}", 409)

# ---- what there is to act about ---------------------------------------------------------------------------------------------------------------------------
synth = a.tmp / "synth"
a.run("synth", "--out", synth, "--rows", "3000", "--seed", "7")
batch = a.collect(synth / "plans/mdtrt_d.yaml", synth / "source.pub", synth / "mdtrt_d.csv")
verdicts = a.graded(batch)
kept = {"gend": {"technique": "keep"}, "med_type": {"technique": "keep"}, "begntime": {"technique": "date", "unit": "year"}}
masked = a.masked(batch, list(verdicts), kept, k_min=5, quasi_identifiers=["gend", "begntime"])
COLUMNS = ["gend", "med_type"]
product = a.product(batch, masked["version"], COLUMNS, ["file", "api"], name="就诊结构")
a.assess(product, insurer, PURPOSE, COLUMNS, legal_basis="consent")
FORM = {"purpose": PURPOSE, "legal_basis": "consent", "purpose_note": "精算", "safety_measures": "专机专人", "scenario": "controller_to_user", "form": "file", "columns": COLUMNS,
        "row_filter": [], "deliveries_max": 2, "rate_per_minute": 0, "valid_days": 30, "cross_border": False}
form_file = a.tmp / "form.json"
form_file.write_text(json.dumps(FORM))


def mandate_form(number, acts, until=None, **more):
    return dict({"broker": broker, "acts": acts, "products": [product], "purposes": [PURPOSE], "until_ms": until or now() + 90 * DAY, "number": number, "scan": SCAN}, **more)


def kinds(who):
    return [i["kind"] for i in a.people[who].get("/inbox")["items"]]


# ---- proposed, confirmed by another, accepted by the broker ------------------------------------------------------------------------------------------------
refused(a.people["rival"].call("POST", "/mandates", mandate_form("委 0", ["draft_application"], broker=insurer)), "mandate.not_a_broker", "a mandate for no broker", 400)
refused(user.call("POST", "/mandates", dict(mandate_form("委 0", ["draft_application"]), scan="")), "law.scan_empty", "without a scan", 400)
refused(user.call("POST", "/mandates", mandate_form("委 0", ["draft_contract"])), "mandate.act_of_agencies", "an insurer drafts no contracts", 400)
refused(a.people["guide"].call("POST", "/mandates", mandate_form("委 0", ["chase"])), "mandate.not_a_principal", "an ecosystem service provider gives no mandate", 403)
made = user.post("/mandates", mandate_form("委字〔2026〕1号", ["draft_application", "chase"], note="续保数据"))
mandate = made["id"]
check(made["now"] == "proposed" and made["broker_name"] == "示例数据经纪公司", f"proposed: {made}")
check(agent.get("/mandates")["total"] == 0 and agent.call("GET", f"/mandates/{mandate}").status == 404, "the broker is told nothing yet")
check("confirm_mandate" in kinds("usersigner") and "confirm_mandate" not in kinds("signer"), "it waits for the principal's own signer")
user.refused(f"/mandates/{mandate}/confirm", {"approve": True}, "duty.missing")
fresh = Account(a.server, "usersigner", a.people["usersigner"].password)
fresh.sign_in()
fresh.refused(f"/mandates/{mandate}/confirm", {"approve": True}, "session.step_up_needed")
a.people["usersigner"].post(f"/mandates/{mandate}/confirm", {"approve": True})
check("accept_mandate" in kinds("agent"), "then it waits for the broker")


# The broker's person works at the command line, in a session of the own.
(a.tmp / "agent.pass").write_text(agent.password + "\n")
SESSION = a.tmp / "agent.session"


def cli(*words, code=0):
    done = subprocess.run([a.sluice, *map(str, words), "--space", str(a.space), "--session", str(SESSION), "--json"], capture_output=True, text=True, timeout=120)
    check(done.returncode == code, f"sluice {' '.join(map(str, words))}: exit {done.returncode}, not {code}: {done.stdout[-400:]} {done.stderr[-600:]}")
    lines = done.stdout.strip().splitlines()
    if code:
        return json.loads(done.stderr)["code"] if done.stderr.startswith("{") else ""
    return json.loads(lines[-1]) if lines else {}


a.run("session", "open", "agent", "--space", a.space, "--keep", SESSION, "--password-file", a.tmp / "agent.pass", "--json")
check(cli("mandate", "apply", mandate, "--product", product, "--form", form_file, code=5) == "mandate.not_accepted", "nothing goes before it is accepted")
check(cli("mandate", "accept", mandate, "approve", code=4) == "session.step_up_needed", "accepting wants the second factor")
cli("session", "step-up", agent.code())
check(cli("mandate", "accept", mandate, "approve")["now"] == "in_force", "accepted at the command line")
check([m["id"] for m in cli("mandate", "list")["items"]] == [mandate], "the broker's list")
out = a.tmp / "scan.pdf"
cli("mandate", "scan", mandate, "--out", out)
check(out.read_bytes() == base64.b64decode(SCAN), "the paper as it was scanned")

# ---- the broker drafts, the principal's own person submits --------------------------------------------------------------------------------------------------
check([p["id"] for p in agent.get("/products")["items"]] == [product], "the broker sees the product that the mandate names")
check(cli("application", "new", "--product", product, "--form", form_file, code=4) == "broker.mandate_only", "it does not apply itself")
(a.tmp / "other.json").write_text(json.dumps(dict(FORM, purpose="statistics")))
check(cli("mandate", "apply", mandate, "--product", product, "--form", a.tmp / "other.json", code=4) == "mandate.purpose_not_covered", "a purpose beyond the mandate")
person = dict(FORM, row_filter=[{"column": "gend", "op": "eq", "values": [], "secret_ref": "x", "commitment": "0" * 64, "masked": []}])
refused(agent.call("POST", f"/mandates/{mandate}/applications", {"product": product, "form": person}), "mandate.secret_condition", "a condition on somebody", 400)
drafted = cli("mandate", "apply", mandate, "--product", product, "--form", form_file)
draft = drafted["drafts"][0]["id"]
check(drafted["deeds"][0]["command"] == "mandate.draft_application" and drafted["drafts"][0]["status"] == "waiting", f"drafted: {drafted}")
check(user.get("/applications")["total"] == 0, "nothing was submitted by that")
check("decide_drafted_application" in kinds("user"), "it waits for the principal's own person")
check(cli("mandate", "decide", mandate, draft, "approve", code=4) == "broker.mandate_only", "the broker does not submit it")
submitted = user.post(f"/mandates/{mandate}/applications/{draft}/decide", {"approve": True})
application = submitted["drafts"][0]["application"]
check(user.get(f"/applications/{application}")["submitted_by"] == a.ids["user"], "submitted under the own name")
check(agent.get(f"/applications/{application}")["status"] == "voting", "the broker follows it")
agent.refused(f"/applications/{application}/vote", {"approve": True, "reason": "x"}, "broker.mandate_only")
again = cli("mandate", "apply", mandate, "--product", product, "--form", form_file)
back = [d["id"] for d in again["drafts"] if d["status"] == "waiting"]
cli("mandate", "withdraw", mandate, back[0], "--reason", "重复")
for member in ("m1", "m2", "m3"):
    if a.people["m1"].get(f"/applications/{application}")["status"] == "voting":
        a.people[member].post(f"/applications/{application}/vote", {"approve": True, "reason": "必要"})

# ---- the same broker for the agency: a product and a contract, never both sides of one application ----------------------------------------------------------
given = manager.post("/mandates", mandate_form("委字〔2026〕2号", ["draft_product", "draft_contract"], datasets=[batch["dataset"]]))["id"]
a.people["signer"].post(f"/mandates/{given}/confirm", {"approve": True})
agent.post(f"/mandates/{given}/accept", {"approve": True})
offers = agent.get(f"/mandates/{given}")["offers"]
check(offers[0]["versions"][0]["version"] == masked["version"] and {c["column"] for c in offers[0]["versions"][0]["columns"]} >= set(COLUMNS), f"what a product may be made of, by names: {offers}")
check(agent.call("GET", f"/datasets/{batch['dataset']}").code == "broker.mandate_only", "the dataset itself is not for the broker")
product_form = dict(manager.get(f"/products/{product}")["form"], name="就诊结构（代拟）")
(a.tmp / "product.json").write_text(json.dumps(product_form))
made_product = cli("mandate", "product", given, "--dataset", batch["dataset"], "--version", masked["version"], "--form", a.tmp / "product.json")
check(made_product["status"] == "drafted" and made_product["owner"] == a.agency, f"drafted for the agency: {made_product['status']}")
check(agent.call("POST", f"/products/{made_product['id']}/check").code == "broker.mandate_only", "its check draws a sample: the agency's own")
a.work("manager", f"/products/{made_product['id']}/check")
a.people["officer"].post(f"/products/{made_product['id']}/review", {"approve": True, "reason": "符合"})
check(cli("mandate", "contract", given, "--application", application, "--duties", "专人", "--liability", "依法", code=4) == "mandate.both_sides", "not for both sides of one application")
own = user.post("/applications", {"product": product, "form": FORM})["id"]
for member in ("m1", "m2", "m3"):
    if a.people["m1"].get(f"/applications/{own}")["status"] == "voting":
        a.people[member].post(f"/applications/{own}/vote", {"approve": True, "reason": "必要"})
contract = cli("mandate", "contract", given, "--application", own, "--duties", "专人保管", "--liability", "依法追责")
check(contract["status"] == "drafted" and contract["document"], "the contract's draft")
refused(agent.call("POST", f"/contracts/{contract['id']}/sign", {"signature": a.signature("agency", contract["document"])}), "broker.mandate_only", "the broker signs nothing", 403)
for name, whose in (("signer", "agency"), ("usersigner", "insurer")):
    a.people[name].post(f"/contracts/{contract['id']}/sign", {"signature": a.signature(whose, a.people[name].get(f"/contracts/{contract['id']}")["document"])})

# ---- chasing a delivery ---------------------------------------------------------------------------------------------------------------------------------------
check("delivery_chased" not in kinds("manager"), "nobody was reminded yet")
cli("mandate", "chase", mandate, "--contract", contract["id"], "--note", "请交付首批数据")
check(cli("mandate", "chase", mandate, "--contract", contract["id"], "--note", "再次", code=5) == "mandate.chased_today", "once a day")
check("delivery_chased" in kinds("manager"), "the provider is told")
delivered = a.work("manager", f"/contracts/{contract['id']}/release", {"purpose": PURPOSE})
release = delivered["id"]
check("delivery_chased" not in kinds("manager"), "the delivery is the answer")
shown = agent.get(f"/contracts/{contract['id']}")
check(shown["releases"][0]["id"] == release and shown["delivered"] == 1, "the broker sees that it was delivered")
check(cli("mandate", "chase-destruction", given, "--release", release, "--note", "x", code=4) == "mandate.act_not_covered", "an act beyond the mandate")

# ---- over the whole interface: no row, file, sample, profile or key -------------------------------------------------------------------------------------------
IDS = {"plans": batch["plan"] if "plan" in batch else "x", "batches": batch["batch"], "datasets": batch["dataset"], "versions": masked["version"], "products": product, "applications": application,
       "contracts": contract["id"], "releases": release, "parties": insurer, "people": a.ids["user"], "mandates": mandate, "strategies": "x"}
OPEN = {"GET /session", "GET /session/key", "GET /certificates", "GET /inbox", "GET /search", "GET /names", "GET /vocabulary", "GET /node", "GET /mandates", "GET /mandates/{id}", "GET /mandates/{id}/scan",
        "GET /products", "GET /products/{id}", "GET /products/{id}/certificate", "GET /applications", "GET /applications/{id}", "GET /contracts", "GET /contracts/{id}", "GET /parties", "GET /parties/{id}",
        "GET /people", "GET /people/{id}", "GET /people/{id}/oidc-link", "GET /ledger", "GET /ledger/trust", "GET /ledger/entries", "POST /mandates/{id}/accept", "POST /mandates/{id}/end",
        "POST /mandates/{id}/applications", "POST /mandates/{id}/applications/{draft}/withdraw", "POST /mandates/{id}/products", "POST /mandates/{id}/contracts", "POST /mandates/{id}/chase",
        "POST /mandates/{id}/chase-destruction", "POST /certificates", "POST /certificates/{id}/revoke"}
# Values that stand in the rows: numbers of visits and of people, as the source has them.
rows = (synth / "mdtrt_d.csv").read_text().splitlines()
header, cells = rows[0].split(","), [r.split(",") for r in rows[1:40]]
values = {c[header.index(name)] for c in cells for name in ("psn_no", "mdtrt_id") if name in header}
check(len(values) > 20, f"values to look for: {header}")
path, tried, answered = None, 0, []
for line in (pathlib.Path(os.environ["SLUICE_ROOT"]) / "web/openapi.yaml").read_text().splitlines():
    at = re.match(r"^  (/\S+):$", line)
    if at:
        path = at.group(1)
    verb = re.match(r"^    (get|post|delete):", line)
    if not verb or not path.startswith("/api/v1/"):
        continue
    route = f"{verb.group(1).upper()} {path[7:]}"
    if re.match(r"/(session|my|data$)", route.split()[1]):
        continue
    first = path[7:].split("/")[1]
    target = re.sub(r"\{(\w+)\}", lambda m: IDS.get(first, "x") if m.group(1) == "id" else masked["version"] if m.group(1) == "version" else "x", path[7:])
    answer = agent.call(verb.group(1).upper(), target, {} if verb.group(1) == "post" else None)
    tried += 1
    if route in OPEN:
        if answer.status == 200:
            answered.append(route)
            for value in values:
                check(value.encode() not in answer.body, f"{route} gives a value")
    else:
        check(answer.status == 403 and answer.code == "broker.mandate_only", f"{route} is closed to brokers: {answer.status} {answer.body[:200]}")
check(tried > 200 and len(answered) > 15, f"the whole interface was walked: {tried} routes, {len(answered)} answered")
check(agent.call("GET", f"/releases/{release}/file").code == "broker.mandate_only" and agent.call("GET", f"/releases/{release}/passport").code == "broker.mandate_only", "neither the file nor its passport")

# ---- who sees what ----------------------------------------------------------------------------------------------------------------------------------------------
deeds = user.get(f"/mandates/{mandate}")["deeds"]
check([d["act"] for d in deeds] == ["draft_application", "draft_application", "chase"] and deeds[2]["note"] == "请交付首批数据", f"the principal sees all that was done: {deeds}")
check(user.get(f"/mandates/{mandate}")["names"][a.ids["agent"]] == "示例数据经纪公司", "the broker's people are known by their organisation")
check(watcher.get("/mandates")["total"] == 2 and len(watcher.get(f"/mandates/{given}")["deeds"]) == 2, "supervision sees mandates and acts")
check(a.people["rival"].get("/mandates")["total"] == 0 and a.people["rival"].call("GET", f"/mandates/{mandate}").status == 404, "another organisation sees none")
check({m["id"] for m in manager.get("/mandates")["items"]} == {given}, "and each principal its own")
entries = user.get(f"/ledger/entries?kind=mandate.acted&object={mandate}")["items"]
check(len(entries) == 3 and all(mandate in e["objects"] for e in entries), f"each act is an entry that names its mandate: {entries}")

# ---- the end ------------------------------------------------------------------------------------------------------------------------------------------------------
refused(a.people["rival"].call("POST", f"/mandates/{mandate}/end", {"reason": "x"}), "mandate.not_found", "nobody else ends it", 404)
user.post(f"/mandates/{mandate}/end", {"reason": "改由本单位办理"})
check(cli("mandate", "apply", mandate, "--product", product, "--form", form_file, code=4) == "mandate.ended", "at once: the next act is refused")
manager.post(f"/mandates/{given}/end", {"reason": "办结"})
check(all(agent.call("GET", f"/{what}").status == 404 for what in (f"applications/{application}", f"contracts/{contract['id']}", f"products/{product}")), "and what it covered is seen no more")
check(cli("mandate", "show", mandate)["now"] == "ended", "the paper and what was done stay to be read")
short = user.post("/mandates", mandate_form("委字〔2026〕3号", ["draft_application"], until=now() + 20000))["id"]
a.people["usersigner"].post(f"/mandates/{short}/confirm", {"approve": True})
agent.post(f"/mandates/{short}/accept", {"approve": True})
check("mandate_ending" in kinds("user") and "mandate_ending" in kinds("agent"), "both are told that it ends soon")
while now() < user.get(f"/mandates/{short}")["form"]["until_ms"]:
    time.sleep(0.5)
check(cli("mandate", "apply", short, "--product", product, "--form", form_file, code=4) == "mandate.over", "it ends by itself")
check(user.get(f"/mandates/{short}")["now"] == "over", "and says so")

# ---- the ecosystem service provider --------------------------------------------------------------------------------------------------------------------------------
guide_person = a.people["guide"]
refused(guide_person.call("POST", "/applications", {"product": product, "form": FORM}), "application.service_provider_processes", "for its own use a service provider does not apply", 422)
a.assess(product, guide, PURPOSE, COLUMNS, legal_basis="consent")
accepted = guide_person.call("POST", "/applications", {"product": product, "form": dict(FORM, scenario="controller_to_processor")})
check(accepted.status == 201, f"as a processor it does: {accepted.status} {accepted.body[:300]}")
check(guide_person.call("GET", f"/datasets/{batch['dataset']}").status == 404 and guide_person.get("/mandates")["total"] == 0, "and it sees what is its own")
print("ok")
