#!/usr/bin/env python3
"""A source is scanned through the API and an inventory comes of it: uploaded schema dumps and files, and a registered database that is stopped half way and goes on
where it stood. Laws: a data manager starts a scan, a security officer of the party reads it, nobody else sees that there is one; the same request sent twice is one
scan; a source is read by one scan at a time; no value of a row is in an answer, a list or a file of the space; what could not be read is named; starting, ending and
taking the list out are on record."""
import base64, json, os, sys, time

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import databases
from agency import Agency, refused
from outsider import check

DUMP = """CREATE TABLE public.pat_base (
  pat_id varchar(20) NOT NULL,
  xm varchar(50),
  sfzh varchar(18),
  hiv_result varchar(20)
);
COMMENT ON TABLE public.pat_base IS '患者基本信息';
COMMENT ON COLUMN public.pat_base.xm IS '姓名';
COMMENT ON COLUMN public.pat_base.sfzh IS '身份证号';
COMMENT ON COLUMN public.pat_base.hiv_result IS 'HIV抗体检测结果';
"""
PHONES = "flag\n" + "".join(f"1380000{n:04d}\n" for n in range(300))


def upload(*files):
    return [{"name": name, "content": base64.b64encode(content.encode()).decode()} for name, content in files]


def done_of(who, answer):
    """The job's scan when it is over."""
    while answer.get("state") == "running":
        time.sleep(0.1)
        answer = who.get("/jobs/" + answer["id"])
    return answer


def why(who, answer):
    """The reason of a refusal, at once or as the job's end."""
    job = done_of(who, answer.json)
    return (job.get("problem") or job).get("code")


def fields_of(who, scan, query=""):
    return {f["column"]: f for f in who.get(f"/scans/{scan}/fields?limit=500{query}")["items"]}


def scan_files(a):
    manager = a.people["manager"]
    body = {"name": "医院库结构", "files": upload(("pat.sql", DUMP), ("contacts.csv", PHONES), ("broken.parquet", "PAR1 is not enough"))}
    made = done_of(manager, manager.post("/scans", body, status=(200, 202), Idempotency_Key="scan-1"))
    again = done_of(manager, manager.post("/scans", body, status=(200, 202), Idempotency_Key="scan-1"))
    scans = manager.get("/scans")
    check(scans["total"] == 1 and scans["can"] == ["start"] and again == made, f"sent twice it is one scan: {scans['total']}")
    scan = scans["items"][0]
    check(scan["status"] == "done" and scan["fields_found"] == 5 and scan["unread"] == 1 and sum(scan["levels"]) == 5, f"done: {scan}")
    fields = fields_of(manager, scan["id"])
    check(fields["sfzh"]["level"] >= 4 and fields["sfzh"]["identifying"] and fields["sfzh"]["reasons_zh"], f"an ID number: {fields['sfzh']}")
    check(fields["hiv_result"]["level"] == 5, f"level 5 by its name: {fields['hiv_result']}")
    check(fields["flag"]["type"] != "unknown" and "phone" in fields["flag"]["type"], f"telephones by their values, whatever the column is called: {fields['flag']}")
    check(set(fields_of(manager, scan["id"], "&level=5")) == {"hiv_result"} and set(fields_of(manager, scan["id"], "&q=sfzh")) == {"sfzh"}, "narrowed")
    tables = {t["table"]: t for t in manager.get(f"/scans/{scan['id']}/tables")["items"]}
    check(tables["broken.parquet"]["reason"] and tables["broken.parquet"]["columns"] == 0, f"what could not be read is named: {tables}")
    officer = a.people["officer"]
    check(officer.get(f"/scans/{scan['id']}")["can"] == [], "the security officer reads it")
    refused(officer.call("POST", "/scans", body), "duty.missing", "and starts none", 403)
    refused(officer.call("POST", f"/scans/{scan['id']}/remove"), "duty.missing", "nor removes it", 403)
    refused(a.people["other"].call("GET", f"/scans/{scan['id']}"), "scan.not_found", "another party's manager sees none", 404)
    check(a.people["other"].get("/scans")["items"] == [], "in no list either")
    for wrong, code in (({"files": []}, "scan.one_source"), ({"folder": "/tmp"}, "collection.local_only"), ({"files": upload(("../up", "x"))}, "scan.bad_file"),
                        ({"files": [{"name": "x.csv", "content": "?"}]}, "scan.bad_file"), ({"files": upload(("a.csv", "a\n1\n")), "rows": 0}, "scan.bad_rows")):
        answer = manager.call("POST", "/scans", wrong)
        check(why(manager, answer) == code, f"{wrong}: {answer.status} {answer.body[:200]}")
    listed = manager.call("GET", f"/scans/{scan['id']}/list?format=csv")
    check(listed.status == 200 and "身份证号" in listed.body.decode("utf-8-sig") and "13800001234" not in listed.body.decode("utf-8-sig"), "the graded list")
    check(manager.call("GET", f"/scans/{scan['id']}/list").body[:2] == b"PK", "as a workbook")
    check(why(manager, manager.call("POST", f"/scans/{scan['id']}/resume")) == "scan.over", "it is done")
    check(not a.stored("13800000123") and not a.stored("pat_base"), "no value and no name of the outside stands in the clear")
    manager.post(f"/scans/{scan['id']}/remove")
    refused(manager.call("GET", f"/scans/{scan['id']}"), "scan.not_found", "it went", 404)


def scan_database(a, kind):
    server = kind(a.tmp / "his")
    try:
        manager = a.people["manager"]
        rows = ",".join(f"('1380000{n:04d}','M{n:05d}')" for n in range(200))
        for n in range(8):
            server.sql(f"CREATE TABLE visits{n} (phone varchar(20), mdtrt_id varchar(30) PRIMARY KEY)")
            server.sql(f"INSERT INTO visits{n} VALUES {rows}")
            server.sql(f"GRANT SELECT ON visits{n} TO reader" + ("@'127.0.0.1'" if server.kind == "mariadb" else ""))
        (a.tmp / "word").write_text(server.password + "\n")
        described = server.describe(a.tmp / "his.yaml", more="rows_per_second: 150\n")
        (a.tmp / "his_plan.yaml").write_text("""format: sluice-plan/1
id: his.v1
dataset: 就诊
table: visits0
source: {name: 示例医院, uscc: "12509803MAT000018C"}
file_format: database
database: {table: visits0}
purpose: 待遇核算
legal_basis: 法定职责
frequency: 每日
fields:
  - {name: mdtrt_id, title: 就诊ID, type: text, key: true, required: true, max_length: 30, necessity: 唯一指向一次就诊}
""")
        manager.post("/plans", {"plan": (a.tmp / "his_plan.yaml").read_text()})
        added = json.loads(a.at_the_desk("sources", "add", "--plan", "his.v1", "--name", "医院库", "--every", "36000", "--source-password-file", a.tmp / "word", f"odbc:{described}", "--json"))
        job = manager.post("/scans", {"source": added["id"], "rows": 200}, status=(202,), Prefer="respond-async")
        progress = {}
        while job["state"] == "running" and progress.get("rows", 0) < 2:
            time.sleep(0.1)
            job = manager.get("/jobs/" + job["id"])
            progress = job.get("progress") or {}
        check(job["state"] == "running" and progress["total"] == 8, f"half way: {job}")
        scan = progress["scan"]
        shown = manager.get(f"/scans/{scan}")
        check(shown["status"] == "running" and shown["can"] == ["stop"] and shown["tables"] >= 1, f"with its progress: {shown}")
        check(why(manager, manager.call("POST", "/scans", {"source": added["id"]})) == "scan.busy", "one scan of a source at a time")
        check(why(manager, manager.call("POST", f"/scans/{scan}/resume")) == "scan.running", "it runs")
        stopping = manager.post(f"/scans/{scan}/stop")
        check(stopping["status"] != "running" or (stopping["stopping"] and stopping["can"] == []), f"it says that it is stopping: {stopping}")
        job = done_of(manager, job)
        stopped = manager.get(f"/scans/{scan}")
        check(stopped["status"] == "stopped" and 1 < stopped["tables"] < 8 and stopped["reason"] == "scan.stopped", f"stopped with what it had: {stopped}")
        check(len(fields_of(manager, scan)) > 0 and manager.get(f"/scans/{scan}/fields")["total"] == 2 * stopped["tables"], "which can be looked at")
        a.restart()
        manager.sign_in()
        a.work("manager", f"/scans/{scan}/resume")
        over = manager.get(f"/scans/{scan}")
        names = sorted(t["table"].split(".")[-1] for t in manager.get(f"/scans/{scan}/tables")["items"])
        check(over["status"] == "done" and names == [f"visits{n}" for n in range(8)], f"it went on where it stood, across a restart: {over['tables']} {names}")
        phone = fields_of(manager, scan)["phone"]
        check(phone["level"] >= 3 and not a.stored("13800000077"), f"by the values, and none of them is kept: {phone}")
    finally:
        server.stop()
    check(why(manager, manager.call("POST", "/scans", {"source": added["id"]})) == "source.unreachable", "a source that is down says so")
    check(manager.get("/scans")["items"][0]["status"] == "failed", "and so does the scan")


a = Agency()
try:
    a.staff()
    a.enrol(a.party("示例保险公司", 61), "other", "data_manager")
    scan_files(a)
    found, missing = databases.available()
    for kind in found[:1]:
        scan_database(a, kind)
finally:
    a.server.stop()
a.run("ledger", "verify", "--space", a.space, "--trust", a.space / "trust.txt")
print("scans: files, list, rights; " + (f"a {found[0].kind} database stopped, resumed across a restart" if found else f"no database server here: {missing}"))
