// Laws: a composed strategy keeps no number of a document and no code of what was dropped; figures stay and are told of; marks are proposed where
// columns may bear them, and their absence is said; a mask that shows nearly all of an identifier is no mask.
#include "deident/tells.h"

#include <gtest/gtest.h>

namespace sluice::deident {
namespace {

classify::Verdict told(const std::string& column, const std::string& type, Level level = Level::l3()) {
  classify::Verdict v;
  v.column = column;
  v.type = type;
  v.level = level;
  return v;
}

FieldRule by(const std::string& column, Technique technique) {
  FieldRule rule;
  rule.column = column;
  rule.technique = technique;
  return rule;
}

table::KeyColumn every(uint32_t values, size_t rows) {
  table::KeyColumn out;
  out.cardinality = values;
  for (size_t row = 0; row < rows; row++) out.codes.push_back(static_cast<uint32_t>(row % values));
  return out;
}

struct TellsBench {
  std::map<std::string, table::KeyColumn> cells;
  std::vector<classify::Verdict> verdicts;
  Strategy strategy;
  TellsBench() {
    strategy.format = "sluice-strategy/1";
    strategy.id = "t";
    strategy.version = "1";
  }
  void column(const classify::Verdict& v, Technique technique, table::KeyColumn keys) {
    verdicts.push_back(v);
    strategy.rules.push_back(by(v.column, technique));
    cells.emplace(v.column, std::move(keys));
  }
  CellsAsTheyAre as_they_are() const {
    return CellsAsTheyAre([this](const FieldRule& rule) -> Result<table::KeyColumn> { return cells.at(rule.column); });
  }
  std::string technique_of(const Strategy& s, const std::string& column) const {
    return std::string(name_of(std::find_if(s.rules.begin(), s.rules.end(), [&](const auto& r) { return r.column == column; })->technique));
  }
};

TellsBench bench_of_tells() {
  TellsBench b;
  b.column(told("order_ref", "order"), Technique::keep, every(1000, 1000));
  b.column(told("fee", "amount"), Technique::keep, every(900, 1000));
  b.column(told("dept", "department"), Technique::keep, every(12, 1000));
  classify::Verdict name = told("item_name", "service_name");
  name.contains_level5 = true;
  b.column(name, Technique::suppress, every(60, 1000));
  b.column(told("item_ref", "catalog_code"), Technique::keep, every(60, 1000));
  b.column(told("visit", "visit_no"), Technique::pseudonym, every(1000, 1000));
  return b;
}

TEST(Tells, NumbersOfThingsAndCodesOfWhatWasDroppedBecomePseudonyms) {
  TellsBench b = bench_of_tells();
  CellsAsTheyAre cells = b.as_they_are();
  auto s = hide_tells(b.strategy, b.verdicts, cells);
  ASSERT_TRUE(s.has_value());
  EXPECT_EQ(b.technique_of(*s, "order_ref"), "pseudonym");
  EXPECT_EQ(b.technique_of(*s, "item_ref"), "pseudonym");
  EXPECT_EQ(b.technique_of(*s, "fee"), "keep");
  EXPECT_EQ(b.technique_of(*s, "dept"), "keep");
}

TEST(Tells, WhatIsLeftIsFound) {
  TellsBench b = bench_of_tells();
  CellsAsTheyAre cells = b.as_they_are();
  auto found = lint_tells(b.strategy, b.verdicts, cells);
  ASSERT_TRUE(found.has_value());
  std::map<std::string, bool> serious;
  for (const auto& f : *found) serious[f.rule + (f.columns.empty() ? "" : " " + f.columns.front())] = f.serious;
  EXPECT_EQ(serious, (std::map<std::string, bool>{{"nearly_unique order_ref", true}, {"nearly_unique fee", false}, {"dropped_follows item_ref", true}, {"no_marks", false}}));
}

TEST(Tells, MarksAreProposedWhereColumnsMayBearThem) {
  TellsBench b = bench_of_tells();
  CellsAsTheyAre cells = b.as_they_are();
  auto none = propose_marks(b.strategy, b.verdicts, cells);
  ASSERT_TRUE(none.has_value());
  ASSERT_TRUE(none->marks.has_value()) << "pseudonyms bear marks by themselves";
  EXPECT_EQ(none->marks->tokens, true);
  EXPECT_FALSE(none->marks->row_key);
  EXPECT_TRUE(none->marks->carriers.empty());
  b.column(told("体温", "vital_sign"), Technique::keep, every(40, 1000));
  auto s = propose_marks(b.strategy, b.verdicts, cells);
  ASSERT_TRUE(s && s->marks);
  EXPECT_EQ(s->marks->row_key, "visit");
  EXPECT_EQ(s->marks->tokens, true);
  ASSERT_EQ(s->marks->carriers.size(), 1u);
  EXPECT_EQ(s->marks->carriers[0].column, "体温");
}

TEST(Tells, AMaskThatShowsNearlyAllOfAnIdentifierIsNone) {
  FieldRule rule = by("certno", Technique::mask);
  rule.first = 17;
  rule.last = 0;
  EXPECT_TRUE(leaves_identifier(rule, "id_number"));
  rule.first = 6;
  rule.last = 4;
  EXPECT_FALSE(leaves_identifier(rule, "id_number"));
  EXPECT_TRUE(leaves_identifier(rule, "phone"));
  // Five characters are hidden, but they are a year and half a month: some 200 numbers, of which the check digit leaves 18.
  rule.last = 7;
  EXPECT_TRUE(leaves_identifier(rule, "id_number"));
  rule.first = 2;
  rule.last = 8;
  EXPECT_FALSE(leaves_identifier(rule, "id_number"));
  rule.first = 10;
  rule.last = 0;
  EXPECT_FALSE(leaves_identifier(rule, "id_number")) << "a day and a sequence";
  EXPECT_TRUE(leaves_identifier(by("tel", Technique::clamp), "phone"));
  EXPECT_FALSE(leaves_identifier(by("tel", Technique::pseudonym), "phone"));
}

}  // namespace
}  // namespace sluice::deident
