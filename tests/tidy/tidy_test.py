#!/usr/bin/env python3
"""Each rule finds what it is for, and leaves clean code alone: a small tree with one fault at a time."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tidy  # noqa: E402

CLEAN = {
    "CMakeLists.txt": "sluice_room(base)\nsluice_room(codec base)\nsluice_room(crypto codec)\nsluice_room(standard codec)\n",
    "src/base/result.h": "// Results.\n#pragma once\n",
    "src/codec/json.h": '// JSON.\n#pragma once\n#include "base/result.h"\n',
    "src/crypto/hash.h": '// Hashes.\n#pragma once\n#include "codec/json.h"\n',
    "src/crypto/hash.cc": '#include "crypto/hash.h"\nauto f() { return fail(Errc::io, "hash.broken"); }\n',
    "src/edge/messages/catalogue.cc": '    {"hash.broken", "坏", "broken"},\n',
    "tests/unit/crypto/hash_test.cc": "TEST(Hash, IsRight) {}\n",
    "rules/clauses.yaml": '# map\nC6.3.2: {status: met, feature: "x", tests: ["Hash.IsRight"]}\nC5.2: {status: not_yet, feature: "", tests: []}\n',
}


def rules_found(changes):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in (CLEAN | changes).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return {finding.rule for finding in tidy.findings(root)}


class Tidy(unittest.TestCase):
    def test_clean_code_has_no_findings(self):
        self.assertEqual(rules_found({}), set())

    def expect(self, rule, name, text):
        self.assertEqual(rules_found({name: text}), {rule})

    def test_a_lower_floor_must_not_include_a_higher_one(self):
        self.expect("floor", "src/base/clock.cc", '#include "codec/json.h"\n')

    def test_siblings_need_an_edge(self):
        self.expect("floor", "src/standard/codes.cc", '#include "crypto/hash.h"\n')

    def test_a_room_needs_a_floor(self):
        self.expect("floor", "src/attic/box.cc", "\n")

    def test_an_edge_must_not_point_up(self):
        self.expect("floor", "CMakeLists.txt", CLEAN["CMakeLists.txt"].replace("(base)", "(base codec)"))

    def test_names_that_say_nothing(self):
        self.expect("name", "src/base/x.cc", "class KeyMana" "ger {};\n")
        self.expect("name", "src/base/string_ut" "il.cc", "\n")

    def test_heavy_headers_stay_in_sources(self):
        self.expect("heavy_header", "src/codec/json.h", '// JSON.\n#pragma once\n#include "base/result.h"\n#include <boost/asio.hpp>\n')
        self.assertEqual(rules_found({"src/codec/json.cc": "#include <boost/asio.hpp>\n"}), set())

    def test_names_in_scripts_are_bound_and_imports_used(self):
        self.expect("unbound_name", "tests/scripts/x.py", "def f():\n    return expected\n")
        self.expect("unused_import", "tests/scripts/x.py", "import json\n")
        self.assertEqual(rules_found({"tests/scripts/x.py": "import json\ntry:\n    print(json, [n for n in (1, 2)])\nexcept ValueError as e:\n    print(e)\n"}), set())

    def test_banners_dead_code_and_open_ends(self):
        self.expect("banner", "src/base/x.cc", "// ----------- section\n")
        self.expect("dead_code", "src/base/x.cc", "// foo(bar);\n")
        self.expect("dead_code", "src/base/x.cc", "// count = count + 1;\n")
        self.expect("open_end", "src/base/x.cc", "// TO" "DO later\n")
        self.assertEqual(rules_found({"src/base/x.cc": "// If the file is gone, the caller returns early; see f().\n"}), set())

    def test_a_header_is_included_and_says_what_it_is(self):
        self.expect("dead_header", "src/base/lonely.h", "// Alone.\n#pragma once\n")
        self.expect("header_comment", "src/base/result.h", "#pragma once\n")
        self.expect("header_guard", "src/base/result.h", "// Results.\n")

    def test_machine_paths_and_registry_hosts(self):
        self.expect("machine_path", "docs/x.md", "see /wo" "rk/place\n")
        self.expect("machine_path", "web/.npmrc", "registry=https://registry.npm" "js.org\n")

    def test_long_and_large_files(self):
        self.expect("long_file", "src/base/x.cc", "int a;\n" * 451)
        self.expect("large_file", "tests/golden/x.txt", "a" * ((1 << 20) + 1))

    def test_what_set_e_does_not_see(self):
        for line in ("! grep -q secret out.csv", "[ $got = 6 ] && grep -q reason log", "  grep -q a log && ! grep -q b log"):
            self.expect("unchecked", "tests/scripts/x.sh", line + "\n")
        for line in ('! grep -q secret out.csv || fail "a secret"', '[ -s err ] && fails "no output"', "grep -q a log", "cd x && y"):
            self.assertEqual(rules_found({"tests/scripts/x.sh": line + "\n"}), set())

    def test_reasons_have_messages_and_messages_have_reasons(self):
        self.expect("message", "src/base/x.cc", 'auto g() { return fail(Errc::io, "disk.on_fire"); }\n')
        self.expect("message_unused", "src/edge/messages/catalogue.cc",
                    CLEAN["src/edge/messages/catalogue.cc"] + '    {"old.reason", "旧", "old"},\n')

    def test_the_clause_map_names_real_tests(self):
        rows = CLEAN["rules/clauses.yaml"]
        self.expect("clause", "rules/clauses.yaml", rows.replace("IsRight", "IsGone"))
        self.expect("clause", "rules/clauses.yaml", rows.replace('["Hash.IsRight"]', "[]"))
        self.expect("clause", "rules/clauses.yaml", rows + "C6.4.1: met\n")
        self.expect("clause", "rules/clauses.yaml", rows + rows)


if __name__ == "__main__":
    unittest.main()
