#!/usr/bin/env python3
"""Messages as sources, by the plan's mapping: national envelopes (a forged, unsigned, repeated or foreign one refuses the file), FHIR NDJSON, HL7 v2."""
import functools, json, os, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import desk
from desk import TMP, new_space
from outsider import check

SECRET = "Zhang-Nobody-4711"
run = functools.partial(desk.run, hide=SECRET)
HEAD = """format: sluice-plan/1
id: %s
dataset: 报文
table: t
source: {name: 测试来源机构, uscc: "12509803MAT000018C"}
file_format: %s
purpose: 基金监管
legal_basis: 法定职责
frequency: 每日
"""
LIST = HEAD % ("list.v1", "message") + """mapping:
  infno: ["4101"]
  record: input.setlinfo
  paths: {fixmedins_code: /fixmedins_code, diag_code: diseinfo.0.diag_code}
fields:
  - {name: setl_list_sn, title: 清单流水号, type: text, key: true, required: true, necessity: 唯一指向}
  - {name: psn_name, title: 姓名, type: text, necessity: 核对}
  - {name: fixmedins_code, title: 机构, type: text, required: true, codes: [institution], necessity: 核对}
  - {name: diag_code, title: 诊断, type: text, necessity: 监管}
  - {name: psn_cashpay, title: 现金支付, type: decimal, scale: 2, required: true, necessity: 监管}
control_totals: [psn_cashpay]
"""
FHIR = HEAD % ("fhir.v1", "fhir") + """mapping:
  resource: Patient
  paths: {family: name.family, second: name.1.given, phone: telecom.value}
fields:
  - {name: id, title: 标识, type: text, key: true, required: true, necessity: 唯一指向}
  - {name: family, title: 姓, type: text, necessity: 核对}
  - {name: second, title: 别名, type: text, necessity: 核对}
  - {name: birthDate, title: 出生日期, type: date, necessity: 核对}
  - {name: phone, title: 电话, type: text, necessity: 核对}
"""
HL7 = HEAD % ("hl7.v1", "hl7") + """mapping:
  record: OBX
  paths: {patient: PID-3.1, code: OBX-3.1, value: OBX-5, message: MSH-10}
fields:
  - {name: message, title: 报文, type: text, required: true, necessity: 唯一指向}
  - {name: patient, title: 患者, type: text, required: true, necessity: 核对}
  - {name: code, title: 项目, type: text, required: true, necessity: 核对}
  - {name: value, title: 结果, type: text, necessity: 核对}
"""


def plan(text):
    path = TMP / (text.split("id: ")[1].split("\n")[0] + ".yaml")
    path.write_text(text, encoding="utf-8")
    return path


def file(name, content):
    path = TMP / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def figures(text, path):
    told = json.loads(run("manifest", "--plan", plan(text), "--key", TMP / "key", "--json", path).stdout)
    return told["rows"], told["control_totals"]


def reason(text, path):
    return json.loads(run("manifest", "--plan", plan(text), "--key", TMP / "key", "--json", path, code=None).stderr.splitlines()[-1])["code"]


def envelope(number, rows, **more):
    e = {"infno": "4101", "msgid": "H50980300018" + "20260105101112" + f"{number:04d}", "mdtrtarea_admvs": "509803", "insuplc_admdvs": "509803", "signtype": "SM2", "infver": "V1.0",
         "opter_type": "1", "inf_time": "2026-01-05 10:11:12", "fixmedins_code": "H50980300018", "input": {"setlinfo": rows}}
    e.update(more)
    return e


def signed(e, key="key"):
    bare = file("envelope", json.dumps(e, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
    out = json.loads(run("sign", "--key", TMP / key, "--json", bare).stdout)
    return json.dumps({**e, "cainfo": out["signature"]}, ensure_ascii=False)


def settlement_lists():
    row = lambda n: {"setl_list_sn": f"L{n}", "psn_name": SECRET, "psn_cashpay": 12.5, "diseinfo": [{"diag_code": "J18.900"}, {"diag_code": "I10.x00"}]}
    good = [signed(envelope(1, [row(1), row(2)])), signed(envelope(2, row(3)))]
    check(figures(LIST, file("good.ndjson", "\n".join(good) + "\n")) == (3, {"psn_cashpay": 3750}), "an array gives rows, an object one")
    forged = json.loads(signed(envelope(7, [row(7)])))
    forged["input"]["setlinfo"][0]["psn_cashpay"] = 0.01
    cases = {"forged": (json.dumps(forged), "message.forged"), "unsigned": (json.dumps(envelope(3, row(4))), "message.unsigned"), "another's key": (signed(envelope(3, row(4)), "other"), "message.forged"),
             "twice": (good[0], "message.twice"), "interface": (signed(envelope(4, row(4), infno="2303")), "message.other_interface"), "id": (signed(envelope(4, row(4), msgid="X1")), "message.bad_id"),
             "cut": (good[1][:-20], "message.malformed"), "no object": ("[1]", "message.malformed"), "nested": (signed(envelope(5, {**row(5), "psn_name": {"a": SECRET}})), "message.nested_value"),
             "signature": (json.dumps({**envelope(6, row(6)), "cainfo": "AAAA"}), "message.forged"), "long": ("x" * (5 << 20), "message.too_long"), "bytes": (b"\xff\xfe", "message.malformed")}
    for name, (line, wanted) in cases.items():
        content = (good[0] + "\n").encode() + (line if isinstance(line, bytes) else line.encode()) + b"\n"
        got = reason(LIST, file(f"bad {name}.ndjson", content))
        check(got == wanted, f"{name}: {got}, not {wanted}")
    check(reason(LIST, file("none.ndjson", "\n\n")) == "message.empty", "nothing in it")
    return TMP / "good.ndjson", forged


def into_a_space(good, forged):
    space, passphrase = TMP / "space", TMP / "pass"
    passphrase.write_text("the passphrase of the test\n")
    new_space(space, passphrase)
    ask = ["collect", "--space", space, "--passphrase-file", passphrase, "--plan", plan(LIST), "--source-key", TMP / "key.pub", "--json"]
    bad = TMP / "bad"
    bad.mkdir()
    (bad / "good.ndjson").write_text(json.dumps(forged) + "\n", encoding="utf-8")
    (bad / "good.ndjson.manifest.json").write_bytes((TMP / "good.ndjson.manifest.json").read_bytes())
    held = json.loads(run(*ask, bad / "good.ndjson", code=7).stdout)[0]
    check(not held["sealed"] and held["file_problem"] == "message.forged", f"a forged envelope holds the batch: {held}")
    sealed = json.loads(run(*ask, good).stdout)[0]
    check(sealed["sealed"] and sealed["accepted"] == 3, f"the right one is sealed: {sealed}")
    # The same message again, in a file of another number, beside a fresh one: the batch is held as a whole; the fresh one alone is not.
    again, fresh = signed(envelope(2, {"setl_list_sn": "L3", "psn_name": SECRET, "psn_cashpay": 12.5})), signed(envelope(30, {"setl_list_sn": "L30", "psn_cashpay": 2.5}))
    for name, lines, wanted in (("replayed", [again, fresh], "message.seen_before"), ("fresh", [fresh], ""), ("replayed again", [fresh], "message.seen_before")):
        path = file(f"{name}.ndjson", "\n".join(lines) + "\n" * (1 + len(name)))
        run("manifest", "--plan", plan(LIST), "--key", TMP / "key", "--batch", name, "--json", path)
        done = json.loads(run(*ask, path, code=7 if wanted else 0).stdout)[0]
        check(done["sealed"] == (not wanted) and done["reason"] == wanted, f"{name}: {done}")


def fhir():
    lines = [{"resourceType": "Patient", "id": "p1", "name": [{"family": "王", "given": ["一"]}, {"given": ["别名"]}], "birthDate": "1980-01-02", "telecom": [{"system": "phone", "value": SECRET}]},
             {"resourceType": "Observation", "id": "o1"}, {"resourceType": "Patient", "id": "p2", "birthDate": "1990-01-02"}]
    check(figures(FHIR, file("f.ndjson", "".join(json.dumps(x) + "\n" for x in lines)))[0] == 2, "other resources are passed over")
    check(reason(FHIR, file("g.ndjson", json.dumps({"resourceType": "Patient", "id": {"a": 1}}))) == "message.nested_value", "a path that ends at an object")


def hl7():
    message = lambda n: f"MSH|^~\\&|LAB|H|S|A|202601051011||ORU^R01|M{n}|P|2.5\rPID|1||P{n}^^^H||{SECRET}^A\rOBX|1|NM|718-7^HGB||13.2|g/dL\rOBX|2|ST|X^Y||a\\F\\b\\S\\c~second\r"
    check(figures(HL7, file("h.hl7", message(1) + message(2)))[0] == 4, "each OBX is a row")
    check(figures(HL7, file("h2.hl7", message(1).replace("\r", "\r\n")))[0] == 2, "CR, LF or both")
    for name, content in {"no head": "PID|1\r", "short": "MSH|^\rPID|1\r", "bytes": b"MSH|^~\\&|\xff\r", "empty": ""}.items():
        check(reason(HL7, file(f"{name}.hl7", content)) in ("message.malformed", "message.empty"), name)


def bent():
    good = (TMP / "good.ndjson").read_bytes()
    for n in range(0, len(good), max(1, len(good) // 40)):
        run("manifest", "--plan", plan(LIST), "--key", TMP / "key", "--json", file("bent.ndjson", good[:n] + bytes([good[n] ^ 0x41]) + good[n + 1:]), code=None)


def main():
    for name in ("key", "other"):
        run("key", "new", "--out", TMP / name, "--no-passphrase")
    good, forged = settlement_lists()
    into_a_space(good, forged)
    fhir()
    hl7()
    bent()
    print("ok")


main()
