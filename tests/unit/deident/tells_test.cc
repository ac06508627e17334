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
  std::map<std::string, std::vector<std::string>> written;  // some of the cells, where their form counts
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
    return CellsAsTheyAre([this](const std::string& column) -> Result<ColumnCells> {
      ColumnCells out{cells.at(column)};
      if (auto at = written.find(column); at != written.end())
        for (const std::string& cell : at->second) out.shape.add(cell);
      return out;
    });
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

// A figure that few rows have, or that nearly every row has another of, gets what the profile says of it.
TEST(Tells, FiguresNeverBecomePseudonyms) {
  struct Case {
    const char *column, *type;
    std::vector<std::string> cells;
    bool figure;
    const char* otherwise = "pseudonym";
  };
  const std::vector<Case> cases = {
      {"ipt_days", "care_event", {"3", "17", "120"}, true},
      {"住院天数", "care_event", {"3", "17"}, true},
      {"cnt", "fee_item", {"1", "2.5", "30"}, true},
      {"det_item_cnt", "fee_item", {"1", "200"}, true},
      {"次数", "fee_item", {"1", "-2"}, true},
      {"得分", "fee_item", {"61", "99.5"}, true},
      {"测试值", "fee_item", {"3.2", "17.25"}, true},
      {"nobody_knows", "unknown", {"3.21", "17.25", "140.5"}, true},
      {"dur_min", "payment_way", {"15", "300"}, true},
      {"visits", "visit_no", {"1", "20"}, false},                      // the classifier calls it an identifier
      {"order_cnt_no", "order", {"1001", "1002"}, false},              // the name says number of a thing
      {"pay_seq", "payment_way", {"1001", "1002"}, false},
      {"流水号", "order", {"1001", "1002"}, false},
      {"cnt", "fee_item", {"A1", "B2"}, false},                        // no numbers
      {"cnt", "fee_item", {"0017", "0031"}, false},                    // codes begin with zeros
      {"value", "order", {"4403012024010100017"}, false},              // longer than figures are
      {"days", "order", {"20240105", "20240203"}, false, "date"},
      {"DATE", "vaccination", {"2024-01-05", "2024-02-03"}, false, "date"},
      {"order_ref", "order", {"1001", "1002"}, false},
      {"icd9", "unknown", {"39.95", "41.10"}, false},                  // of one shape everywhere
      {"LAT", "institution_info", {"42.31", "7.12"}, false},
      {"lat", "unknown", {"42.31", "7.12"}, false},
  };
  for (const Case& c : cases) {
    TellsBench b;
    classify::Verdict v = told(c.column, c.type);
    v.quasi_identifier = std::string(c.type) == "visit_no";
    b.column(v, Technique::keep, every(1000, 1000));
    b.written[c.column] = c.cells;
    CellsAsTheyAre cells = b.as_they_are();
    auto s = hide_tells(b.strategy, b.verdicts, cells);
    ASSERT_TRUE(s.has_value());
    EXPECT_EQ(b.technique_of(*s, c.column), c.figure ? "keep" : c.otherwise) << c.column << " " << c.cells.front();
    auto found = lint_tells(b.strategy, b.verdicts, cells);
    ASSERT_TRUE(found && !found->empty());
    EXPECT_EQ(found->front().rule, "nearly_unique");
    EXPECT_EQ(found->front().serious, !c.figure) << c.column;
  }
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
