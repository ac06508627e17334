#include <gtest/gtest.h>

#include <array>

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

TEST(RuleSet, TheModelGoesOnInASecondPackOfItsOwn) {
  ResemblancePack first{.pack = "resemblance", .version = "1 (1 of 2)", .effective_from = "2026-01-01", .types = {"phone"}, .step_micro = 1000,
                        .marks = {1, 0, 0, 0}, .counts = {1}, .outputs = {0}, .weights = {5}};
  ResemblancePack rest = first;
  rest.pack = "resemblance_rest", rest.marks = {2, 0, 0, 0};
  auto made_of = [](const ResemblancePack& one, const ResemblancePack& two) {
    return RuleSet::from_texts({{"resemblance", canonical(encode(one))}, {"resemblance_rest", canonical(encode(two))}});
  };
  auto both = made_of(first, rest);
  ASSERT_TRUE(both);
  EXPECT_EQ((*both)->resemblance.marks, (Bytes{1, 0, 0, 0, 2, 0, 0, 0}));
  EXPECT_EQ((*both)->packs.size(), 14u) << "one pack, whatever its files";
  ResemblancePack changed = rest;
  changed.weights = {6};
  EXPECT_NE((*made_of(first, changed))->digest, (*both)->digest);
  EXPECT_EQ(made_of(first, first).error().reason, "rules.wrong_pack");
  changed.marks = {1, 0, 0, 0};
  EXPECT_EQ(made_of(first, changed).error().reason, "rules.duplicate");
  changed.types = {"email"};
  EXPECT_EQ(made_of(first, changed).error().reason, "rules.incomplete");
  first.version = "1";
  EXPECT_EQ((*made_of(first, rest))->resemblance.marks.size(), 4u) << "a pack that does not say so does not go on";
}

TEST(RuleSet, TheNetworkIsAContinuationOfTheModel) {
  ResemblancePack model{.pack = "resemblance", .version = "1 (1 of 5)", .effective_from = "2026-01-01", .types = {"phone"}, .step_micro = 1000, .marks = {}, .counts = {}, .outputs = {}, .weights = {}};
  ResemblancePack rest = model;
  rest.pack = "resemblance_rest";
  auto part = [&](const std::string& name, uint8_t mark) {
    return NetworkPack{.pack = name, .version = "1", .effective_from = "2026-01-01", .types = {"phone"}, .row_step_micro = 1, .dense_step_nano = 1, .linear_permille = 700, .network_permille = 700,
                       .marks = {mark, 0, 0, 0}, .rows = Bytes(NetworkShape::kRow, 8), .dense = {}};
  };
  std::array<NetworkPack, 3> parts{part("resemblance_network", 1), part("resemblance_network_2", 2), part("resemblance_network_3", 3)};
  parts[0].dense = Bytes(2 * NetworkShape(1).size(), 0);
  auto made = [&] {
    return RuleSet::from_texts({{"resemblance", canonical(encode(model))}, {"resemblance_rest", canonical(encode(rest))}, {"resemblance_network", canonical(encode(parts[0]))},
                                {"resemblance_network_2", canonical(encode(parts[1]))}, {"resemblance_network_3", canonical(encode(parts[2]))}});
  };
  auto reason = [&] { return std::string(made().error().reason); };
  auto whole = made();
  ASSERT_TRUE(whole);
  EXPECT_EQ((*whole)->network.marks, (Bytes{1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
  EXPECT_EQ((*whole)->packs.size(), 14u) << "one pack, whatever its files";
  auto good = parts;
  parts[2].rows[0] = 9;
  EXPECT_NE((*made())->digest, (*whole)->digest);
  parts[2].rows.pop_back();
  EXPECT_EQ(reason(), "rules.incomplete");
  parts = good, parts[0].dense.pop_back();
  EXPECT_EQ(reason(), "rules.incomplete");
  parts = good, parts[1].types = {"email"};
  EXPECT_EQ(reason(), "rules.incomplete");
  parts = good, parts[1].dense = {0, 0};
  EXPECT_EQ(reason(), "rules.incomplete");
  parts = good, parts[2].marks[0] = 2;
  EXPECT_EQ(reason(), "rules.duplicate");
  parts = good, parts[0].network_permille = -1;
  EXPECT_EQ(reason(), "rules.incomplete");
  parts = good, parts[1].pack = "resemblance_network";
  EXPECT_EQ(reason(), "rules.wrong_pack");
  parts = good, model.version = "1 (1 of 4)";
  EXPECT_EQ((*made())->network.marks, (Bytes{1, 0, 0, 0, 2, 0, 0, 0})) << "as many files as it says";
  model.version = "1 (1 of 6)";
  EXPECT_FALSE(made()) << "a fourth file of the network that fits the built-in rules, not these";
  for (const char* version : {"1 (1 of 1)", "1 (1 of x)", "1 (1 of 10)", "1 (1 of ", "(1 of 5) 1"}) {
    model.version = version;
    EXPECT_TRUE((*made())->network.types.empty()) << version;
  }
  model.version = "1 (1 of 2)";
  EXPECT_TRUE((*made())->network.types.empty()) << "a pack that does not say so does not go on";
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
