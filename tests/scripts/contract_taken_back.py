#!/usr/bin/env python3
"""A contract on a version whose rows the source takes back. Laws: from the deletion on neither a release, nor the opening of an interface, nor a call of an open one, nor the fetching of a sealed
file goes, each refused with one reason; both sides see it on the contract, the data manager has a task that names both versions until the contract ended; a contract on the version without
the rows delivers. A list of all rows is refused with what to do instead, and nothing is made of it."""
import csv, json, os, subprocess, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
from agency import Agency, refused
from outsider import check, request
from plans import plan

PURPOSE = "insurance_product_design"
FIELDS = [("id", "流水号", "text, key: true, required: true"), ("ward", "病区", "text"), ("day", "就诊日期", "date, required: true"), ("fee", "费用", "decimal, scale: 2, required: true")]
COLUMNS = ["ward", "fee"]


def rows(first, count):
    return [[f"V{n:06d}", f"{1 + n % 4}病区", f"2026-01-{1 + n % 2:02d}", f"{n % 7}.50"] for n in range(first, first + count)]


a = Agency()
try:
    a.staff()
    manager = a.people["manager"]
    company = a.party("示例保险公司", 55)
    a.enrol(company, "user", "data_user")
    a.enrol(company, "usersigner", "contract_signer")
    user = a.people["user"]
    a.key(a.agency, "agency")
    a.key(company, "insurer")
    a.run("key", "new", "--out", a.tmp / "source", "--no-passphrase")
    (a.tmp / "plan.yaml").write_text(plan("visits", "就诊明细", FIELDS, control_totals=["fee"]), encoding="utf-8")

    def sent(name, rows, header=("id", "ward", "day", "fee"), *more):
        with open(a.tmp / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
        a.run("manifest", *more, "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source", a.tmp / name)
        return a.tmp / name

    def taken_back(name, keys):
        return ["collect", "delete", "--plan", "visits.v1", sent(name, [[k] for k in keys], ("id",), "--deletion", "--batch", name), "--json"]

    batch = a.collect(a.tmp / "plan.yaml", a.tmp / "source.pub", sent("first.csv", rows(1, 300)))
    check(batch["sealed"], f"collected: {batch}")
    names = list(a.graded(batch))

    def product(version, name):
        masked = a.masked({"dataset": batch["dataset"], "version": version}, names, {c: {"technique": "keep"} for c in COLUMNS}, id=name, title="去标识", k_min=5, quasi_identifiers=["ward"])
        made = a.product(batch, masked["version"], COLUMNS, ["file", "api"], name=name)
        a.assess(made, company, PURPOSE, COLUMNS, legal_basis="consent")
        return made

    def contract(product, form):
        wish = {"purpose": PURPOSE, "legal_basis": "consent", "form": form, "rate_per_minute": 600 if form == "api" else 0, "deliveries_max": 50}
        return a.agree("user", "usersigner", "insurer", a.application(product, COLUMNS, **wish))

    release = lambda who, of: a.people[who].call("POST", f"/contracts/{of}/release", {"purpose": PURPOSE})
    data = lambda token: request(a.server, "GET", "/api/v1/data?limit=2", headers={"Authorization": "Bearer " + token})
    tasks = lambda kind: {i["object"]: i["title"] for i in manager.get("/inbox")["items"] if i["kind"] == kind}
    old = product(batch["version"], "old")
    by_file, by_call, unopened = contract(old, "file"), contract(old, "api"), contract(old, "api")
    delivered = release("manager", by_file)
    check(delivered.status in (200, 201), f"delivered: {delivered.body[:300]}")
    opened = release("user", by_call)
    check(opened.status in (200, 201) and data(opened.json["token"]).status == 200, f"open: {opened.body[:300]}")
    check(manager.get(f"/contracts/{by_file}")["changed_since"] == [] and not tasks("contract_rows_taken_back"), "nothing was taken back yet")

    # A list of everything: refused, with the way.
    every = subprocess.run([a.sluice, *map(str, taken_back("all.csv", [r[0] for r in rows(1, 300)])), "--space", str(a.space), "--passphrase-file", str(a.passphrase)],
                           capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
    check(every.returncode not in (0, 7) and json.loads(every.stderr)["code"] == "deletion.nothing_left", f"nothing would be left: {every.stderr[-400:]}")
    check("keys propose destroy_version --version" in every.stderr and batch["version"] in every.stderr, f"with what to do instead, and to which version: {every.stderr[-400:]}")

    # Some of its rows: deliveries stop.
    back = json.loads(a.at_the_desk(*taken_back("back.csv", ["V000001", "V000002"])))
    check(back["removed"] == 2 and back["rows"] == 298, f"taken back: {back}")
    for answer, what in ((release("manager", by_file), "a release"), (release("user", unopened), "the opening of an interface"), (data(opened.json["token"]), "the next call"),
                         (user.call("GET", f"/releases/{delivered.json['id']}/file"), "a file that nobody fetched yet")):
        refused(answer, "contract.rows_taken_back", what, answer.status if answer.status in (403, 422) else 422)
    for who in (manager, user):
        seen = who.get(f"/contracts/{by_file}")
        check([(c["kind"], c["from"], c["version"]) for c in seen["changed_since"]] == [("deletion", batch["version"], back["version"])] and "release" not in seen["can"], f"both sides see it: {seen}")
    shown = manager.get(f"/contracts/{by_call}")
    check(shown["changed_since"][0]["from_number"] < shown["changed_since"][0]["number"], "by their numbers")
    check(set(tasks("contract_rows_taken_back")) == {by_file, by_call, unopened}, f"a task for each: {tasks('contract_rows_taken_back')}")
    first, later = (shown["changed_since"][0][m] for m in ("from_number", "number"))
    check(tasks("contract_rows_taken_back")[by_file].endswith(f"：v{first} → v{later}"), "it names both versions")

    # The way on.
    fresh = contract(product(back["version"], "fresh"), "file")
    delivered = release("manager", fresh)
    check(delivered.status in (200, 201) and user.call("GET", f"/releases/{delivered.json['id']}/file").status == 200, f"without the rows it goes: {delivered.body[:300]}")
    for ended in (by_file, by_call, unopened):
        manager.post(f"/contracts/{ended}/terminate", {"reason": "来源撤回"})
    check(not tasks("contract_rows_taken_back"), "done when the contracts ended")
finally:
    a.server.stop()
print("ok")
