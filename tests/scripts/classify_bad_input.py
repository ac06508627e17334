#!/usr/bin/env python3
"""Bad input at the classifier: wide tables, long names, dialects, broken dumps, mixed encodings, columns that lie. Always a clear finding,
never a crash, never a value of the data on any output; a sample and the full scan agree on what they can both see."""
import csv, json, os, pathlib, subprocess, sys, time

SLUICE, TMP = os.environ["SLUICE"], pathlib.Path(os.environ["TMP"])
SECRET = "Zhang-Nobody-4711"


def check(holds, what):
    if not holds:
        print("FAILED:", what)
        sys.exit(1)


def classify(path, *more, expect=0):
    done = subprocess.run([SLUICE, "classify", "--json", *map(str, more), str(path)], capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, timeout=300)
    check(done.returncode == expect if expect is not None else 0 <= done.returncode < 128, f"{path.name} {more}: exit {done.returncode} {done.stderr[:300]}")
    check(SECRET not in done.stdout + done.stderr, f"{path.name}: nothing of the data comes back")
    return json.loads(done.stdout) if done.returncode == 0 else json.loads(done.stderr or "{}")


def table(name, columns, rows):
    path = TMP / name
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def by_name(verdicts):
    return {v["column"]: v for v in verdicts}


def id_number(n):
    """Nobody's: division 509801 was never assigned."""
    body = "509801" + f"{1950 + n % 60}{1 + n % 12:02d}{1 + n % 28:02d}{n % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11]


# Five thousand columns, and a name of a mebibyte.
wide = table("wide.csv", [f"c{n}" for n in range(4999)] + ["psn_name"], [[str(n % 7) for n in range(4999)] + [["王伟", "李芳", "张敏"][r % 3]] for r in range(30)])
began = time.time()
for how in ([], ["--full"], ["--names-only"]):
    verdicts = classify(wide, *how)
    check(len(verdicts) == 5000 and verdicts[-1]["type"] == "person_name", f"wide {how}: {len(verdicts)}")
check(time.time() - began < 240, "a wide table ends in time")
long_name = table("long_name.csv", ["x" * (1 << 20), "certno"], [["1", id_number(n)] for n in range(50)])
for how in ([], ["--full"]):
    answer = classify(long_name, *how, expect=None)
    check(isinstance(answer, list) and len(answer) == 2 or "code" in answer, "a name of a mebibyte is read or refused")

# Columns that lie: the values win over the name, and what Excel did to a number is still found.
n_rows = range(300)
lies = {
    "flag": [f"139{n * 7919 % 100000000:08d}" for n in n_rows],                       # phones in a flag
    "remark1": [id_number(n) for n in n_rows],                                        # ID numbers in a remark
    "certno_cut": [id_number(n)[:15] + "000" for n in n_rows],                         # cut by Excel to 15 digits and zeros
    "certno_sci": [f"{int(id_number(n)[:17] + '0'):.5E}" for n in n_rows],             # scientific notation
    "mobile_wide": ["".join(chr(ord(c) + 0xfee0) for c in f"139{n * 7919 % 100000000:08d}") for n in n_rows],  # full-width digits
    "mobile_gap": [f"139 {n * 7919 % 10000:04d} {n * 31 % 10000:04d}" for n in n_rows],  # inner spaces
    "all_null": ["" for _ in n_rows],
    "constant": ["1" for _ in n_rows],
    "secret": [SECRET for _ in n_rows],
}
liar = table("liar.csv", list(lies), zip(*lies.values()))
for how in ([], ["--full"]):
    seen = by_name(classify(liar, *how))
    check(set(seen) == set(lies), f"every column has a verdict {how}")
    check(seen["flag"]["level"] >= 4 and seen["flag"]["category"] == "personal", f"phones in a column called flag {how}: {seen['flag']}")
    check(seen["remark1"]["type"] == "id_number", f"ID numbers in a remark {how}: {seen['remark1']['type']}")
    for bent in ("certno_cut", "certno_sci", "mobile_wide", "mobile_gap"):
        check(seen[bent]["level"] >= 4 or seen[bent]["review"], f"{bent} {how} is high or goes to a person: {seen[bent]}")
    check(seen["constant"]["level"] <= 2 or seen["constant"]["review"], f"a constant is no secret {how}: {seen['constant']}")
sampled, full = by_name(classify(liar)), by_name(classify(liar, "--full"))
for column in lies:
    check(sampled[column]["type"] == full[column]["type"] and sampled[column]["level"] == full[column]["level"],
          f"{column}: the sample says {sampled[column]['type']}, all rows say {full[column]['type']}")

# One row in fifty thousand: only the full scan is sure to see it.
rare = table("rare.csv", ["id", "diag_name"], [[n, "艾滋病" if n == 33333 else "高血压"] for n in range(50000)])
found = by_name(classify(rare, "--full"))["diag_name"]
check(found.get("contains_level5", {}).get("rows") == 1 and found["level"] == 5, f"one row of level 5: {found}")

# Other dialects, broken dumps, mixed encodings.
dumps = {
    "oracle.sql": 'CREATE TABLE "HIS"."PAT_INFO" ("PAT_NAME" VARCHAR2(60 CHAR) NOT NULL ENABLE, "CERTNO" VARCHAR2(18), CONSTRAINT "PK" PRIMARY KEY ("CERTNO") USING INDEX PCTFREE 10) TABLESPACE "USERS";\n'
                  'COMMENT ON COLUMN "HIS"."PAT_INFO"."PAT_NAME" IS \'患者姓名\';\n',
    "mssql.sql": "SET ANSI_NULLS ON\nGO\nCREATE TABLE [dbo].[PAT INFO](\n [姓名] [nvarchar](50) NULL,\n [身份证号] [char](18) NOT NULL,\n CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([身份证号] ASC)\n) ON [PRIMARY]\nGO\n",
    "mysql.sql": "CREATE TABLE `pat` (\n `name` varchar(20) COMMENT '患者''姓名',\n `id_no` char(18) DEFAULT NULL COMMENT '身份证号'\n) ENGINE=InnoDB COMMENT='病人; 信息';\n",
    "half.sql": "CREATE TABLE pat (\n name varchar(20),\n certno char(18",
    "noise.sql": "\x00\x01 DROP TABLE; ))((('; CREATE TABLE ok (psn_name text, certno char(18)); CREATE TABLE",
}
for name, text in dumps.items():
    (TMP / name).write_text(text, encoding="utf-8")
    answer = classify(TMP / name, expect=None)
    if name in ("oracle.sql", "mssql.sql", "mysql.sql"):
        check(isinstance(answer, list) and sum(v["level"] >= 4 for v in answer) == 2, f"{name}: name and number are found: {answer}")
    else:
        check(isinstance(answer, list) or "code" in answer, f"{name}: read as far as it goes, or refused by name")
(TMP / "gb.csv").write_bytes("患者姓名,身份证号\n".encode("gb18030") + "".join(f"王伟,{id_number(n)}\n" for n in range(60)).encode("gb18030"))
check([v["level"] for v in classify(TMP / "gb.csv")] == [4, 4], "GB18030 is read")
(TMP / "mixed.csv").write_bytes("患者姓名,备注\n".encode() + "王伟,正常\n".encode() * 40 + "李芳,异常\n".encode("gb18030") * 40)
for how in ([], ["--full"]):
    answer = classify(TMP / "mixed.csv", *how, expect=None)
    check(isinstance(answer, list) or "code" in answer, "two encodings in one file: read or refused by name")

# A folder with one bad file among good ones: the bad one is named, the others are classified.
folder = TMP / "folder"
folder.mkdir()
(folder / "good.csv").write_text("psn_name,certno\n" + "".join(f"王伟,{id_number(n)}\n" for n in range(30)))
(folder / "ragged.csv").write_text("a,b\n1,2\n3\n" + SECRET + ",1,2,3\n")
done = subprocess.run([SLUICE, "classify", "--json", str(folder)], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
check(done.returncode == 0 and {v["table"] for v in json.loads(done.stdout)} >= {"good"}, f"the good file: {done.stderr[:200]}")
check(SECRET not in done.stdout + done.stderr, "nothing of the bad one")
print("ok")
