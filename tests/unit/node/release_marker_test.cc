// Marks in the rows of a release while they leave: what changes, what does not, and that it is the same in every run.
#include "node/jobs/release_marker.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "table/cell_text.h"

namespace sluice::node {
namespace {

constexpr const char* kMarkedStrategy = R"(format: sluice-strategy/1
id: fees
version: "1"
unlisted: keep
quasi_identifiers: [kind]
k_min: 2
fields:
  - {column: key, technique: keep}
marks:
  row_key: key
  one_in: 1
  carriers:
    - {column: result_value, kind: low_digit}
    - {column: day, kind: day}
)";

const std::vector<table::ColumnSpec> kMarkedSpecs = {
    {"key", table::Type::text, 0}, {"result_value", table::Type::decimal, 2}, {"day", table::Type::date, 0}, {"kind", table::Type::text, 0}, {"total", table::Type::decimal, 2}};

std::vector<table::ColumnRef> released_rows(size_t rows) {
  std::vector<table::ColumnBuilder> builders;
  for (const auto& spec : kMarkedSpecs) builders.emplace_back(spec);
  for (size_t i = 0; i < rows; i++) {
    builders[0].append_text("row" + std::to_string(i));
    if (i % 50 == 7) {
      builders[1].append_null();
    } else {
      builders[1].append_int(static_cast<int64_t>(1000 + i * 37 % 9000));
    }
    builders[2].append_int(days_from_civil(2025, 1, 1) + static_cast<int64_t>(i % 300));
    builders[3].append_text(i % 2 ? "甲" : "乙");
    builders[4].append_int(static_cast<int64_t>(i * 101));
  }
  std::vector<table::ColumnRef> out;
  for (auto& builder : builders) out.push_back(std::make_shared<const table::Column>(builder.finish()));
  return out;
}

struct MarkerBench {
  Result<std::optional<ReleaseMarker>> marker(const std::string& code, Json request = Json()) {
    auto [server, server_end] = *Channel::pair();
    auto [keys, keys_end] = *Channel::pair();
    EXPECT_TRUE(hand_keys(keys_end, {"pseudonyms", {}, {}, {{"marks/ds/fees", SecretBytes(Bytes(32, 5))}}}, 1000));
    if (request.is_null()) request = Json::object({{"marks", Json::object({{"code", code}, {"strategy", kMarkedStrategy}})}});
    WorkerContext context{server, keys, {}, std::move(request), {}};
    return ReleaseMarker::create(context, kMarkedSpecs);
  }
  std::vector<table::ColumnRef> marked(const std::string& code, size_t rows = 2000) {
    auto made = marker(code);
    EXPECT_TRUE(made && *made) << (made ? "" : made.error().reason);
    auto shown = released_rows(rows);
    EXPECT_TRUE((*made)->mark(shown));
    for (size_t r = 0; r < rows; r++) (*made)->count(r);
    auto told = (*made)->finish();
    EXPECT_TRUE(told);
    last = *told;
    return shown;
  }
  Json last;
};

TEST(ReleaseMarker, OnlyCarriersMoveByAtMostOneStepAndKeepTheirType) {
  MarkerBench bench;
  auto before = released_rows(2000), after = bench.marked("code-a");
  size_t cents = 0, days = 0;
  for (size_t r = 0; r < 2000; r++) {
    ASSERT_EQ(before[1]->is_null(r), after[1]->is_null(r)) << "nothing is written where nothing stood";
    if (!before[1]->is_null(r)) {
      ASSERT_LE(std::abs(before[1]->int_at(r) - after[1]->int_at(r)), 1);
      cents += before[1]->int_at(r) != after[1]->int_at(r);
    }
    ASSERT_LE(std::abs(before[2]->int_at(r) - after[2]->int_at(r)), 1);
    days += before[2]->int_at(r) != after[2]->int_at(r);
  }
  EXPECT_EQ(after[1]->type(), table::Type::decimal);
  EXPECT_EQ(after[2]->type(), table::Type::date);
  for (size_t c : {0u, 3u, 4u}) EXPECT_TRUE(after[c]->same_values(*before[c])) << "no carrier: " << kMarkedSpecs[c].name;
  EXPECT_EQ(static_cast<size_t>(*bench.last.get_int("cells_changed")), cents + days);
  EXPECT_EQ(*bench.last.get_int("cells_marked"), 2000 + 2000 - 40);
  EXPECT_EQ(*bench.last.get_int("k_before"), 1000);
  EXPECT_EQ(*bench.last.get_int("k_min"), 1000) << "quasi-identifiers are no carriers: classes stay";
  EXPECT_GT(cents, 700u);
  EXPECT_LT(cents, 1300u);
}

TEST(ReleaseMarker, TheSameRecipientGetsTheSameMarksAndAnotherGetsOthers) {
  MarkerBench bench;
  auto once = bench.marked("code-a"), again = bench.marked("code-a"), other = bench.marked("code-b");
  EXPECT_TRUE(once[1]->same_values(*again[1]));
  EXPECT_TRUE(once[2]->same_values(*again[2]));
  EXPECT_FALSE(once[1]->same_values(*other[1]));
}

TEST(ReleaseMarker, ARequestWithoutMarksGivesNoneAndAPlanWithoutItsKeyIsRefused) {
  MarkerBench bench;
  auto none = bench.marker("", Json::object());
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  auto [server, server_end] = *Channel::pair();
  auto [keys, keys_end] = *Channel::pair();
  keys_end.close();
  WorkerContext context{server, keys, {}, Json::object({{"marks", Json::object({{"code", "c"}, {"strategy", kMarkedStrategy}})}}), {}};
  EXPECT_FALSE(ReleaseMarker::create(context, kMarkedSpecs));
}

}  // namespace
}  // namespace sluice::node
