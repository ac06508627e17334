"""The text of a collection plan, for tests that care about its fields only."""
from outsider import uscc


def plan(table, title, fields, unknown_fields="refuse", control_totals=()):
    """`fields` are (name, title, the rest as the plan says it: "text, key: true"); the source is a hospital that nobody has."""
    lines = "".join(f"  - {{name: {name}, title: {words}, type: {rest}, necessity: 监管}}\n" for name, words, rest in fields)
    totals = f"control_totals: [{', '.join(control_totals)}]\n" if control_totals else ""
    return f"""format: sluice-plan/1
id: {table}.v1
dataset: {title}
table: {table}
source: {{name: 某医院, uscc: "{uscc(12)}"}}
file_format: csv
encoding: auto
header: true
purpose: 监管
legal_basis: 法定职责
frequency: 每日增量
unknown_fields: {unknown_fields}
fields:
{lines}{totals}"""
