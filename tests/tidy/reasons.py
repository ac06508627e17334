"""Every reason id that src/ can return has a row in the message catalogue, and every row is still used."""
import re

USED = re.compile(r'Errc::\w+\s*,\s*"([a-z0-9_]+\.[a-z0-9_]+)"')
# A parser's verdict as a plain string: returned, put into its refusal, or chosen between two.
PLAIN = re.compile(r'(?:\breturn|Refusal\{|[?:])\s*"((?:csv|yaml|jsonl|xlsx|zip|message)\.[a-z0-9_]+)"')
LITERAL = re.compile(r'"([a-z0-9_]+\.[a-z0-9_]+)"')
ROW = re.compile(r'^    \{"([a-z0-9_]+\.[a-z0-9_]+)",', re.M)
CATALOGUE = "src/edge/messages/"


def used_reasons(root, names):
    """reason → first file that returns it; and every literal of that form anywhere, for the reverse direction."""
    used, literals = {}, set()
    for name in names:
        if not name.startswith("src/") or not name.endswith((".h", ".cc")) or name.startswith(CATALOGUE):
            continue
        text = (root / name).read_text()
        for reason in USED.findall(text) + PLAIN.findall(text):
            used.setdefault(reason, name)
        literals.update(LITERAL.findall(text))
    return used, literals


def check(root, names):
    rows = []
    for name in names:
        if name.startswith(CATALOGUE) and name.endswith(".cc"):
            rows += ROW.findall((root / name).read_text())
    used, literals = used_reasons(root, names)
    for reason, name in sorted(used.items()):
        if reason not in rows:
            yield "message", reason, f"returned in {name}, has no sentence in {CATALOGUE}"
    for reason in sorted(set(rows) - literals):
        yield "message_unused", reason, "has a sentence, but nothing returns it"
