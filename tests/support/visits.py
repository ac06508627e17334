"""A small table of outpatient visits whose contents a test can bend: its collection plan and its batches."""
import csv

from plans import plan as plan_of

ROWS = 400
DIAGNOSES = ("高血压", "糖尿病", "肺炎", "胃炎")
FIELDS = [("id", "流水号", "text, key: true, required: true, max_length: 20"), ("ward", "病区", "text, max_length: 40"), ("diag", "诊断名称", "text, max_length: 40"),
          ("contact", "联系方式", "text, max_length: 40"), ("fee", "费用", "decimal, scale: 2, required: true")]


def plan(unknown_fields):
    return plan_of("visits", "门诊登记", FIELDS, unknown_fields)


def plain(n):
    return DIAGNOSES[n % 4]


def write(path, number, contact, diag=plain, more=()):
    """Batch `number`: contact(n) and diag(n) fill their columns in row n, `more` are (name, value(n)) of columns that no plan knows."""
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(["id", "ward", "diag", "contact", "fee", *[name for name, _ in more]])
        for n in range(ROWS):
            writer.writerow([f"V{number}{n:06d}", f"{n % 12 + 1}病区", diag(n), contact(n), f"{n % 90}.50", *[value(n) for _, value in more]])
