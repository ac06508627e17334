"""The clause map: rules/clauses.yaml names, for each clause, its status, the feature that shows it and the tests.

    C6.3.2: {status: met, feature: "…", tests: ["Suite.Name", "scripts/story.sh", "e2e: title"]}

A named test must exist: a gtest of that suite and name, a file below tests/, or a Playwright test of that title. A clause
that is `met` or `partly` names at least one. The file is read line by line in exactly this form: no YAML library is needed.
"""
import re

ROW = re.compile(r'^([CG][0-9][0-9a-z.]*): \{status: (met|partly|not_yet), feature: "([^"]*)", tests: \[([^\]]*)\]\}$')
GTEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")
TITLE = re.compile(r"""\btest(?:\.\w+)?\(\s*(['"`])(.*?)\1""")


def known_tests(root, names):
    known = set()
    for name in names:
        if name.startswith("tests/unit/") and name.endswith(".cc"):
            known.update(f"{suite}.{test}" for suite, test in GTEST.findall((root / name).read_text()))
        if name.startswith(("tests/scripts/", "tests/conformance/")):
            known.add(name.removeprefix("tests/"))
        if name.startswith("web/e2e/") and name.endswith(".ts"):
            known.update("e2e: " + title for _, title in TITLE.findall((root / name).read_text()))
    return known


def check(root, names):
    path = "rules/clauses.yaml"
    if path not in names:
        return
    known, seen = known_tests(root, names), set()
    for number, line in enumerate((root / path).read_text().splitlines(), 1):
        where = f"{path}:{number}"
        if not line or line.startswith("#"):
            continue
        match = ROW.match(line)
        if not match:
            yield "clause", where, "is not a row of the clause map"
            continue
        clause, status, _, listed = match.groups()
        tests = re.findall(r'"([^"]+)"', listed)
        if clause in seen:
            yield "clause", where, f"{clause} is listed twice"
        seen.add(clause)
        if status != "not_yet" and not tests:
            yield "clause", where, f"{clause} is {status} but names no test"
        for test in tests:
            if test not in known:
                yield "clause", where, f"{clause} names {test}, which does not exist"
