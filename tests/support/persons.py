"""Tables whose rows name persons, as requests of persons are told with them: who they are, how a batch of them is collected, what the ledger says."""
import csv, json

from outsider import check

PLAN = """format: sluice-plan/1
id: {id}.v1
dataset: {title}
table: {table}
source: {{name: 示例市医疗保障信息中心, uscc: "12509803MAT000018C"}}
file_format: csv
purpose: 待遇核算
legal_basis: 法定职责
frequency: 每日
fields:
"""
CERTNO = "  - {name: certno, title: 证件号码, type: text, required: true, max_length: 50, codes: [id-number], necessity: 核对本人}\n"
VISIT = "  - {name: mdtrt_id, title: 就诊ID, type: text, key: true, required: true, max_length: 30, necessity: 唯一指向一次就诊}\n"


def plan(id, title, table, *fields):
    return PLAN.format(id=id, title=title, table=table) + "".join(fields)


def people(a, seed=9):
    """ID numbers of synthetic persons, each once."""
    a.run("synth", "--out", a.tmp / "synth", "--rows", 300, "--seed", str(seed))
    with open(a.tmp / "synth" / "psn_info_b.csv", encoding="utf-8-sig") as file:
        return list(dict.fromkeys(r["certno"] for r in csv.DictReader(file) if r["certno"]))


def signed(a, plan, name, number, columns, rows):
    """A batch with its manifest; the source's key is made with the first."""
    (a.tmp / "plan.yaml").write_text(plan)
    if not (a.tmp / "source.key").exists():
        a.run("key", "new", "--out", a.tmp / "source.key", "--no-passphrase", "--json")
    with open(a.tmp / name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])
    a.run("manifest", "--plan", a.tmp / "plan.yaml", "--key", a.tmp / "source.key", "--batch", str(number), a.tmp / name)
    return a.tmp / name


def batch(a, plan, name, number, columns, rows):
    done = a.collect(a.tmp / "plan.yaml", a.tmp / "source.key.pub", signed(a, plan, name, number, columns, rows))
    check(done["sealed"], f"collected: {done}")
    return done


def entries(a, kind, limit=1000):
    return json.loads(a.run("ledger", "search", "--space", a.space, "--kind", kind, "--limit", str(limit), "--json"))["entries"]
