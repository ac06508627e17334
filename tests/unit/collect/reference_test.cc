// Code tables with periods of validity, and refunds tied to their origin.
#include <gtest/gtest.h>

#include "collect/pipeline.h"
#include "standard/datetime.h"

namespace sluice::collect {
namespace {

constexpr std::string_view kFees = R"(format: sluice-plan/1
id: fees.v1
dataset: 费用
table: fees
source: {name: 示例医院, uscc: "91350100M000100Y43"}
file_format: csv
purpose: 监管
legal_basis: 法定职责
frequency: 每日
fields:
  - {name: id, title: 结算号, type: text, key: true, required: true, necessity: 唯一}
  - {name: origin, title: 原结算号, type: text, necessity: 退费}
  - {name: day, title: 日期, type: date, required: true, necessity: 核对}
  - {name: item, title: 目录编码, type: text, reference: {table: items, on: day}, necessity: 监管}
  - {name: fee, title: 费用, type: decimal, scale: 2, required: true, necessity: 监管}
refunds: {amount: fee, origin: origin, of: id}
)";

int64_t day_of(std::string_view text) { return parse_date(text)->days; }

CodeTables items() {
  CodeTables out;
  out.add("items", 1, day_of("2024-01-01"), {}, *CodeList::parse("code,name,valid_from,valid_to\nA1,甲,,\nB2,乙,2024-06-01,2024-06-30\nC3,丙,,\n"));
  out.add("items", 2, day_of("2025-01-01"), {}, *CodeList::parse("code\nA1\nD4\n"));
  return out;
}

struct FeesRun {
  Result<Outcome> outcome = fail(Errc::internal, "test.not_run");
  HeldRows held;
  std::string why() const {
    std::string out;
    for (const HeldRow& row : held.rows)
      for (const HeldReason& reason : row.reasons) out += std::to_string(row.row) + ":" + reason.subject + ":" + reason.rule + " ";
    return out;
  }
};

FeesRun collect_fees(std::string rows, RefundBook* book = nullptr) {
  FeesRun out;
  auto plan = parse_plan(kFees);
  EXPECT_TRUE(plan) << plan.error().reason << " " << plan.error().detail;
  CodeTables tables = items();
  table::MemoryTable accepted(specs_of(*plan));
  std::string text = "id,origin,day,item,fee\n" + std::move(rows);
  auto source = bytes_of_memory(text);
  Progress progress;
  CollectOptions options;
  options.tables = &tables;
  options.refunds = book;
  out.outcome = collect_stream(*plan, *source, options, accepted, out.held, progress);
  return out;
}

TEST(Reference, ARowIsCheckedAgainstTheTableOfItsOwnDate) {
  FeesRun run = collect_fees(
      "1,,2024-03-01,A1,1\n2,,2024-03-01,D4,1\n3,,2025-03-01,D4,1\n4,,2025-03-01,C3,1\n5,,2024-06-15,B2,1\n6,,2024-07-01,B2,1\n7,,2023-12-31,A1,1\n8,,2025-03-01,a1,1\n9,,2025-03-01,,1\n");
  ASSERT_TRUE(run.outcome) << run.outcome.error().reason;
  EXPECT_EQ(run.why(), "2:item:reference.unknown_code 4:item:reference.unknown_code 6:item:reference.not_valid_then 7:item:reference.no_version_then ");
  EXPECT_EQ(run.outcome->facts.accepted, 5);
}

TEST(Reference, OfTwoVersionsOfOneDayTheLaterCountsAndAnEndedOneIsNone) {
  CodeTables t;
  t.add("x", 1, 100, {}, *CodeList::parse("code\nold\n"));
  t.add("x", 2, 100, {}, *CodeList::parse("code\nnew\n"));
  t.add("x", 3, 200, 299, *CodeList::parse("code\nshort\n"));
  EXPECT_EQ(t.judge("x", "new", 150), "");
  EXPECT_EQ(t.judge("x", "old", 150), "reference.unknown_code");
  EXPECT_EQ(t.judge("x", "SHORT", 299), "");
  EXPECT_EQ(t.judge("x", "new", 300), "reference.no_version_then");
  EXPECT_EQ(t.judge("y", "new", 150), "reference.no_version_then");
}

TEST(Reference, BadTablesAreNamedAndATableThatIsMissingStopsTheCollection) {
  auto why = [](std::string_view csv) { return std::string(CodeList::parse(csv).error().reason); };
  EXPECT_EQ(why("name\nx\n"), "reference.no_code");
  EXPECT_EQ(why("code\n"), "reference.too_large");
  EXPECT_EQ(why("code,valid_from\nA,yesterday\n"), "reference.malformed");
  EXPECT_EQ(why("code,valid_from,valid_to\nA,2024-02-01,2024-01-01\n"), "reference.malformed");
  auto plan = parse_plan(kFees);
  table::MemoryTable accepted(specs_of(*plan));
  HeldRows held;
  Progress progress;
  auto source = bytes_of_memory("id,origin,day,item,fee\n1,,2024-03-01,A1,1\n");
  EXPECT_EQ(collect_stream(*plan, *source, {}, accepted, held, progress).error().reason, "reference.no_table");
}

TEST(Refund, IsTiedToItsOriginAndNeverTakesBackMoreThanIsLeft) {
  FeesRun run = collect_fees(
      "1,,2024-03-01,A1,10.00\n2,1,2024-03-02,A1,-4.00\n3,1,2024-03-02,A1,-6.01\n4,1,2024-03-03,A1,-6.00\n5,1,2024-03-03,A1,-0.01\n6,,2024-03-03,A1,-1\n7,99,2024-03-03,A1,-1\n8,9,2024-03-03,A1,-1\n9,,2024-03-04,A1,5\n");
  ASSERT_TRUE(run.outcome);
  EXPECT_EQ(run.why(), "3:origin:refund.exceeds_origin 5:origin:refund.exceeds_origin 6:origin:refund.no_origin 7:origin:refund.unknown_origin 8:origin:refund.unknown_origin ");
}

TEST(Refund, OriginsOfEarlierVersionsCountWithWhatWasRefundedOfThem) {
  RefundBook book(7);
  book.origin("old", 500);
  book.refunded("old", -300);
  FeesRun run = collect_fees("1,old,2024-03-01,A1,-2.00\n2,old,2024-03-01,A1,-0.01\n", &book);
  ASSERT_TRUE(run.outcome);
  EXPECT_EQ(run.why(), "2:origin:refund.exceeds_origin ");
}

TEST(Refund, AHeldOriginIsNone) {
  FeesRun run = collect_fees("1,,2024-03-01,ZZ,10.00\n2,1,2024-03-02,A1,-4.00\n");
  ASSERT_TRUE(run.outcome);
  EXPECT_EQ(run.why(), "1:item:reference.unknown_code 2:origin:refund.unknown_origin ");
}

TEST(PlanForm, ReferencesAndRefundsNameFieldsOfTheRightKind) {
  auto why = [](std::string_view from, std::string_view to) {
    std::string text(kFees);
    text.replace(text.find(from), from.size(), to);
    auto plan = parse_plan(text);
    return plan ? std::string("ok") : std::string(plan.error().reason) + " " + plan.error().detail;
  };
  EXPECT_EQ(why("on: day", "on: id"), "plan.bad_member item.reference.on");
  EXPECT_EQ(why("table: items", "table: ''"), "plan.bad_member item.reference");
  EXPECT_EQ(why("amount: fee", "amount: id"), "plan.bad_member refunds.amount");
  EXPECT_EQ(why("of: id}", "of: origin}"), "plan.bad_member refunds.of");
  EXPECT_EQ(why("origin: origin,", "origin: nobody,"), "plan.bad_member refunds.origin");
}

}  // namespace
}  // namespace sluice::collect
