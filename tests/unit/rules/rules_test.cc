#include <gtest/gtest.h>

#include "rules/rule_set.h"
#include "rules/yaml.h"

namespace sluice::rules {
namespace {

TEST(Yaml, ScalarsFollowTheCoreSchemaAndQuotesMakeStrings) {
  auto json = parse_yaml("a: 1\nb: \"1\"\nc: true\nd: [x, 2.5, ~]\ne: {f: 007}\n# remark\n");
  ASSERT_TRUE(json);
  EXPECT_EQ(canonical(*json), R"({"a":1,"b":"1","c":true,"d":["x",2.5,null],"e":{"f":"007"}})");
}

TEST(Yaml, WhatCanUnfoldOrDeceiveIsRefused) {
  EXPECT_EQ(parse_yaml("a: &x [1]\nb: *x").error().reason, "yaml.alias");
  EXPECT_EQ(parse_yaml("a: !!binary aGk=").error().reason, "yaml.alias");
  EXPECT_EQ(parse_yaml("a: 1\na: 2").error().reason, "yaml.duplicate_key");
  EXPECT_EQ(parse_yaml("a: 1\n---\nb: 2").error().reason, "yaml.malformed");
  EXPECT_EQ(parse_yaml("a: [1").error().reason, "yaml.malformed");
  EXPECT_EQ(parse_yaml(std::string(100000, '[')).error().reason, "yaml.too_deep");
  EXPECT_EQ(parse_yaml("").error().reason, "yaml.malformed");
}

TEST(RuleSet, TheBuiltInPacksLoadAndNameEachOther) {
  const RuleSet& rules = RuleSet::built_in();
  EXPECT_EQ(rules.packs.size(), 14u);
  EXPECT_GT(rules.types.types.size(), 80u);
  EXPECT_EQ(rules.type("id_number")->level, 4);
  EXPECT_EQ(rules.type("no such type"), nullptr);
  EXPECT_TRUE(rules.worksheet.interim);
}

TEST(RuleSet, TheDigestFollowsTheContentNotTheLayout) {
  std::string text = "pack: worksheet\nversion: \"1\"\neffective_from: 2026-01-01\ninterim: true\nnote: n\nobjects: [{id: a, zh: a, en: a}]\ndegrees: [{id: d, zh: d, en: d}]\nmatrix: [{object: a, levels: [1]}]\n";
  auto one = RuleSet::from_texts({{"worksheet", text}});
  auto same = RuleSet::from_texts({{"worksheet", "# a comment\n" + text}});
  auto other = RuleSet::from_texts({{"worksheet", text.replace(text.find("[1]"), 3, "[2]")}});
  ASSERT_TRUE(one && same && other);
  EXPECT_EQ((*one)->digest, (*same)->digest);
  EXPECT_NE((*one)->digest, (*other)->digest);
}

TEST(RuleSet, EveryFaultOfAPackHasItsReason) {
  auto reason = [](const char* name, const std::string& text) { return std::string(RuleSet::from_texts({{name, text}}).error().reason); };
  EXPECT_EQ(reason("worksheet", "pack: other\nversion: \"1\"\neffective_from: 2026-01-01\ninterim: true\nnote: n\n"), "rules.wrong_pack");
  EXPECT_EQ(reason("worksheet", "pack: worksheet\nversion: \"1\"\neffective_from: 2026-02-30\ninterim: true\nnote: n\n"), "rules.bad_date");
  EXPECT_EQ(reason("worksheet", "pack: worksheet\nversion: \"1\"\neffective_from: 2026-01-01\ninterim: true\nnote: n\nsurprise: 1\n"), "record.unknown_field");
  EXPECT_EQ(reason("detectors", "pack: detectors\nversion: \"1\"\neffective_from: 2026-01-01\nsurnames: ''\ndetectors: [{id: x, type: nothing, pattern: a, weight: 1, rate_permille: 1}]\n"), "rules.unknown_reference");
  EXPECT_EQ(reason("detectors", "pack: detectors\nversion: \"1\"\neffective_from: 2026-01-01\nsurnames: ''\ndetectors: [{id: x, type: phone, pattern: '(', weight: 1, rate_permille: 1}]\n"), "rules.bad_pattern");
  EXPECT_EQ(reason("detectors", "pack: detectors\nversion: \"1\"\neffective_from: 2026-01-01\nsurnames: ''\ndetectors: [{id: x, type: phone, pattern: a, check: magic, weight: 1, rate_permille: 1}]\n"), "rules.unknown_check");
  EXPECT_EQ(RuleSet::load("/nonexistent").error().reason, "rules.no_folder");
}

}  // namespace
}  // namespace sluice::rules
