#!/usr/bin/env python3
"""The plans that are shipped for messages of the national platform (settlement list 4101, settlement 5203; a plan for each list of children): signed synthetic
messages go through every one of them, each field arrives, each row is sealed, and what breaks a rule of the plan is held."""
import functools, json, os, pathlib, re, sys

sys.path.insert(0, os.environ["SLUICE_ROOT"] + "/tests/support")
import desk
from desk import TMP, new_space
from outsider import check

PLANS = pathlib.Path(os.environ["SLUICE_ROOT"]) / "rules/plans"
run = functools.partial(desk.run, hide="Zhang-Nobody-4711")
CHILDREN = {"setl_list_opsp": "opspdiseinfo", "setl_list_diag": "diseinfo", "setl_list_oprn": "oprninfo", "setl_list_icu": "icuinfo", "setl_list_item": "iteminfo",
            "setl_list_fund": "payinfo"}


def fields_of(name):
    """(name, type, first of the values) of each field, as the plan's text has them."""
    text = (PLANS / f"{name}.yaml").read_text(encoding="utf-8").split("\nfields:\n")[1].split("\ncross_rules:")[0]
    out = []
    for field in re.split(r"^  - name: ", text, flags=re.M)[1:]:
        values = re.search(r'values: \["([^"]*)"', field)
        out.append((field.split("\n")[0], re.search(r"type: (\w+)", field)[1], values and values[1]))
    return out


def id_check(number):
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return number[:17] + "10X98765432"[sum(int(d) * w for d, w in zip(number, weights)) % 11]


def value(field, kind, first, n):
    known = {"certno": id_check("50980319800101001"), "brdy": "1980-01-01", "gend": "1", "fixmedins_code": "H50980300018", "psn_name": "Zhang-Nobody-4711", "setl_list_sn": f"L{n:08d}", "setl_id": f"S{n:08d}",
             "setl_begndate": "2026-01-02", "setl_enddate": "2026-01-05", "emp_poscode": "000000", "insu_admdvs": "509803", "age": 46}
    if field in known:
        return known[field]
    return {"date": "2026-01-03", "datetime": "2026-01-03 10:11:12", "int": 3, "decimal": 12.5}.get(kind) or first or "1"


def record(name, n, skip=()):
    return {f: value(f, kind, first, n) for f, kind, first in fields_of(name) if f not in skip}


def signed(infno, n, **body):
    e = {"infno": infno, "msgid": "H50980300018" + "20260105101112" + f"{n:04d}", "mdtrtarea_admvs": "509803", "insuplc_admdvs": "509803", "signtype": "SM2", "infver": "V1.0", "opter_type": "1",
         "inf_time": "2026-01-05 10:11:12", "fixmedins_code": "H50980300018", **body}
    bare = TMP / "envelope"
    bare.write_text(json.dumps(e, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
    return json.dumps({**e, "cainfo": json.loads(run("sign", "--key", TMP / "key", "--json", bare).stdout)["signature"]}, ensure_ascii=False)


def collected(space, name, messages, rows, code=0):
    folder = TMP / f"{name}-{len(messages)}-{rows}"
    folder.mkdir()
    file = folder / f"{name}.ndjson"
    file.write_text("\n".join(messages) + "\n", encoding="utf-8")
    plan = PLANS / f"{name}.yaml"
    told = json.loads(run("manifest", "--plan", plan, "--key", TMP / "key", "--json", file).stdout)
    check(told["rows"] == rows, f"{name}: {told}")
    return json.loads(run("collect", "--space", space, "--passphrase-file", TMP / "pass", "--plan", plan, "--source-key", TMP / "key.pub", "--json", file, code=code).stdout)[0]


def main():
    run("key", "new", "--out", TMP / "key", "--no-passphrase")
    (TMP / "pass").write_text("the passphrase of the test\n")
    space = TMP / "space"
    new_space(space, TMP / "pass")
    check({p.stem for p in PLANS.glob("setl_list*.yaml")} == {"setl_list", *CHILDREN}, "a plan for the list and for each list of children")
    lists = []
    for n in (1, 2, 3):
        children = {node: [record(name, n, ("setl_list_sn", "fixmedins_code")) for _ in range(n)] for name, node in CHILDREN.items()}
        lists.append(signed("4101", n, input={"setlinfo": record("setl_list", n), **children}))
    done = collected(space, "setl_list", lists, 3)
    check(done["sealed"] and done["accepted"] + done["warned"] == 3 and done["held"] == 0, f"the lists: {done}")
    for name in CHILDREN:
        done = collected(space, name, lists, 6)
        check(done["sealed"] and done["accepted"] + done["warned"] == 6 and done["held"] == 0, f"{name}: {done}")
    settled = [signed("5203", 10 + n, output={"setlinfo": record("setl_5203", n), "setldetail": [record("setl_5203_fund", n, ("setl_id",)), record("setl_5203_fund", n, ("setl_id",))]}) for n in (1, 2)]
    for name, rows in (("setl_5203", 2), ("setl_5203_fund", 4)):
        done = collected(space, name, settled, rows)
        check(done["sealed"] and done["accepted"] + done["warned"] == rows and done["held"] == 0, f"{name}: {done}")
    # A rule of the plan is broken: held, and the rest is sealed.
    wrong = dict(record("setl_list", 9), gend="2")
    done = collected(space, "setl_list", [signed("4101A", 20, input={"setlinfo": record("setl_list", 8)}), signed("4101A", 21, input={"setlinfo": wrong})], 2)
    check(done["sealed"] and done["held"] == 1, f"the sex of the ID number: {done}")
    print("plans for messages: the settlement list with its children, the settlement")


main()
