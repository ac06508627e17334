// Drift between two classifications: exactly the columns of which something changed, and nothing when more of the same comes.
#include <gtest/gtest.h>

#include "node/classification_report.h"

namespace sluice::node {
namespace {

FieldReport column_report(std::string name, int64_t rows, int64_t nulls, int64_t distinct, std::vector<table::Shape> shapes) {
  FieldReport f;
  f.column = name;
  f.profile.name = std::move(name);
  f.profile.rows = rows;
  f.profile.nulls = nulls;
  f.profile.distinct = distinct;
  f.profile.length_min = 1;
  f.profile.length_max = 11;
  f.profile.shapes = std::move(shapes);
  return f;
}

ClassificationReport report_with(std::vector<FieldReport> columns) {
  ClassificationReport r;
  r.columns = std::move(columns);
  r.rows = r.columns.empty() ? 0 : r.columns[0].profile.rows;
  return r;
}

std::vector<std::string> causes(const ClassificationReport& before, const ClassificationReport& after) {
  std::vector<std::string> out;
  for (const auto& d : drift_between(before, after, rules::DriftRule{})) out.push_back(d.column + " " + d.cause);
  return out;
}

TEST(DriftBetween, MoreOfTheSameIsNone) {
  auto before = report_with({column_report("phone", 1000, 10, 990, {{"9{11}", 985}}), column_report("sex", 1000, 0, 2, {{"9", 1000}})});
  auto after = report_with({column_report("phone", 9000, 100, 8800, {{"9{11}", 8850}}), column_report("sex", 9000, 0, 2, {{"9", 9000}})});
  EXPECT_TRUE(causes(before, after).empty());
}

TEST(DriftBetween, EachCauseNamesItsColumnAndNoOther) {
  auto before = report_with({column_report("phone", 1000, 10, 990, {{"9{11}", 985}}), column_report("sex", 1000, 0, 2, {{"9", 1000}})});
  auto changed = [&](auto change) {
    auto after = before;
    change(after.columns[0]);
    return causes(before, after);
  };
  using Causes = std::vector<std::string>;
  EXPECT_EQ(changed([](FieldReport& f) { f.profile.shapes = {{"文{2}", 985}}; }), Causes{"phone form_changed"});
  EXPECT_EQ(changed([](FieldReport& f) { f.profile.nulls = 400; f.profile.shapes = {{"9{11}", 598}}; f.profile.distinct = 600; }), Causes{"phone nulls_changed"});
  EXPECT_EQ(changed([](FieldReport& f) { f.profile.distinct = 30; }), Causes{"phone distinct_changed"});
  EXPECT_EQ(changed([](FieldReport& f) { f.profile.type = table::Type::int64; }), Causes{"phone type_changed"});
  EXPECT_EQ(changed([](FieldReport& f) { f.profile.length_max = 60; }), Causes{"phone lengths_changed"});
  EXPECT_EQ(changed([](FieldReport& f) { f.level5 = Level5Note{3, 990}; }), Causes{"phone level5_appeared"});
  EXPECT_EQ(changed([](FieldReport& f) { f.column = "mobile"; }), (Causes{"mobile new_column", "phone column_gone"}));
}

TEST(DriftBetween, AHandfulOfRowsProvesNothing) {
  auto before = report_with({column_report("phone", 5, 0, 5, {{"9{11}", 5}})}), after = report_with({column_report("phone", 5, 5, 0, {})});
  EXPECT_TRUE(causes(before, after).empty());
}

TEST(DriftOfProposals, OnlyNewsAboveTheVerdictReopens) {
  space::Dataset d;
  space::CatalogField f;
  f.column = "a";
  f.confirmed = true;
  f.level = 2;
  f.proposal = space::FieldProposal{};
  f.proposal->level = 3;
  d.columns = {f};
  space::FieldProposal p;
  p.column = "a";
  p.confidence_permille = 900;
  p.level = 3;
  EXPECT_TRUE(drift_of_proposals(d, {p}).empty()) << "the person saw level 3 and decided";
  p.level = 4;
  ASSERT_EQ(drift_of_proposals(d, {p}).size(), 1u);
  EXPECT_EQ(drift_of_proposals(d, {p})[0].cause, "proposal_raised");
  p.confidence_permille = 300;
  EXPECT_TRUE(drift_of_proposals(d, {p}).empty()) << "a guess is no news";
}

}  // namespace
}  // namespace sluice::node
