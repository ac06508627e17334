#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/file.h"
#include "base/random.h"
#include "deident/carrier.h"
#include "deident/mark.h"
#include "deident/trace.h"
#include "deident/trace_code.h"
#include "tests/unit/deident/trace_bench.h"

namespace sluice::deident {
namespace {

TEST(Trace, OneLeakerIsNamedAfterDeletionShufflingColumnLossAndRounding) {
  TraceBench bench(50000);
  Rows copy = half_shuffled(bench.copy_of(17), 2);
  const std::vector<std::string> only = {"recipient-17"};
  EXPECT_EQ(bench.accused(copy), only);
  for (size_t carrier : {2u, 3u, 4u}) EXPECT_EQ(bench.accused(copy, {carrier, 0}), only) << "one carrier left: " << carrier;
  Rows rounded = copy;
  for (size_t r = 1; r < rounded.size(); r++) rounded[r][2] = rounded[r][2].substr(0, rounded[r][2].find('.')) + ".00";
  EXPECT_EQ(bench.accused(rounded), only) << "the other carriers speak";
  Rows tenth(copy.begin(), copy.begin() + 5001);
  EXPECT_EQ(bench.accused(tenth), only) << "90 % deleted";
}

// The least that is marked: a thousand rows with one carrier, a thousand symbols.
TEST(Trace, OneLeakerOfAThousandRowsIsNamedByTheWholeCopyAndByHalfOfIt) {
  TraceBench bench(1000);
  bench.strategy.marks->one_in = 1;
  bench.strategy.marks->carriers.resize(1);
  ASSERT_EQ(symbols_expected(*bench.strategy.marks, 1000, 1), kMarkSymbolsMin);
  for (int leaker : {5, 60, 131, 199}) {
    const std::vector<std::string> only = {bench.candidates[static_cast<size_t>(leaker)]};
    Rows copy = bench.copy_of(leaker);
    EXPECT_EQ(bench.accused(copy), only);
    EXPECT_EQ(bench.accused(half_shuffled(copy, static_cast<uint64_t>(leaker))), only);
  }
  EXPECT_TRUE(bench.accused(TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27))).empty()) << "who has no marked copy is not named";
}

TEST(Trace, WhatCountsIsTheNumberOfCellsThatCarryASymbol) {
  MarkPlan plan{.row_key = "id", .one_in = 10, .carriers = {}};
  EXPECT_FALSE(enough_to_mark(plan, 4000, 1));
  EXPECT_TRUE(enough_to_mark(plan, 4000, 3));
  EXPECT_FALSE(enough_to_mark(plan, kMarkRowsMin - 1, 100)) << "few rows, however many carriers";
}

// Rows of colluders mixed in three ways, half of them deleted: who is named by each.
struct Mixed {
  std::vector<std::string> by_row, by_majority, by_minority;
};

Mixed mixed_and_traced(TraceBench& bench, const std::vector<int>& guilty) {
  std::vector<Rows> copies;
  for (int g : guilty) copies.push_back(bench.copy_of(g));
  SeededRandom random(5);
  Rows by_row = copies[0], by_majority = copies[0], by_minority = copies[0];
  for (size_t r = 1; r < by_row.size(); r++) {
    by_row[r] = copies[random.below(3)][r];
    for (size_t c = 2; c < 5; c++) {
      const std::string &x = copies[0][r][c], &y = copies[1][r][c], &z = copies[2][r][c];
      by_majority[r][c] = y == z ? y : x;
      by_minority[r][c] = x == y ? z : x == z ? y : x;
    }
  }
  return {bench.accused(half_shuffled(std::move(by_row), 6)), bench.accused(half_shuffled(std::move(by_majority), 7)),
          bench.accused(half_shuffled(std::move(by_minority), 8))};
}

void three_are_named(int rows) {
  TraceBench bench(rows);
  const std::vector<std::string> names = {"recipient-151", "recipient-3", "recipient-90"};
  const Mixed found = mixed_and_traced(bench, {3, 90, 151});
  EXPECT_EQ(found.by_row, names);
  EXPECT_EQ(found.by_majority, names);
  EXPECT_FALSE(found.by_minority.empty());
  for (const auto& name : found.by_minority) EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << "an innocent was named";
}

TEST(Trace, ThreeWhoMixTheirCopiesAreNamedAndNobodyElseIs) { three_are_named(50'000); }
TEST(Trace, ThreeWhoMixTheirCopiesOfTwoHundredThousandRowsAreNamedAndNobodyElseIs) { three_are_named(200'000); }

TEST(Trace, WithoutMarksOrWithAnotherKeyNobodyIsNamed) {
  TraceBench bench(20000);
  Rows unmarked = TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27));
  EXPECT_TRUE(bench.accused(unmarked).empty());
  Rows copy = bench.copy_of(1);
  bench.key = SecretBytes(Bytes(32, 12));
  EXPECT_TRUE(bench.accused(copy).empty());
}

TEST(Trace, InnocentScoresStayBelowTheirBound) {
  TraceCode code(SecretBytes(Bytes(32, 1)));
  std::vector<double> weights(kTraceCodeLength);
  auto bits = code.bits_of("guilty");
  for (size_t i = 0; i < weights.size(); i++) weights[i] = bits[i] ? 1 : -1;
  EXPECT_LT(code.score("guilty", weights).false_accusation, 1e-30);
  int above_two = 0;
  for (int i = 0; i < 4000; i++) {
    auto score = code.score("innocent" + std::to_string(i), weights);
    above_two += score.deviations > 2;
    EXPECT_GT(score.false_accusation, 1e-6);
  }
  EXPECT_NEAR(above_two / 4000.0, 0.0228, 0.012);
}

Strategy with_carrier(const std::string& carrier, const std::string& row_key = "bkkp_sn") {
  auto strategy = read_strategy("format: sluice-strategy/1\nid: m\nversion: \"1\"\nunlisted: keep\nfields:\n  - {column: " + row_key +
                                ", technique: keep}\nmarks:\n  row_key: " + row_key + "\n  one_in: 2\n  carriers:\n    - " + carrier + "\n");
  EXPECT_TRUE(strategy) << carrier;
  return *strategy;
}

std::string carrier_answer(const std::string& carrier) {
  auto status = check_marks(with_carrier(carrier));
  return status ? "fine" : std::string(status.error().reason);
}

TEST(Marks, AmountsPricesAndQuantitiesBearNoLowDigitMarks) {
  for (const char* name : {"hifp_pay", "psn_pay", "acct_pay", "cash_payamt", "balc", "hifob_pay", "inscp_amt", "fulamt_ownpay_amt", "pric", "cnt", "selfpay_prop", "medfee_sumamt"}) {
    EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: low_digit}"), "mark.billing_column") << name;
    // A column of the national catalogue is what the catalogue says.
    EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: low_digit, billing: false}"), "mark.billing_column") << name;
  }
  for (const char* name : {"总金额", "个人负担总金额", "费用", "总费用", "金额", "total_fee", "amount"})
    for (const char* said : {"", ", billing: false", ", measured: true"})
      EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: low_digit" + said + "}"), "mark.billing_column") << name << said;
  for (const char* name : {"x1", "x2"}) {
    EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: low_digit}"), "mark.billing_column") << name;
    for (const char* said : {", billing: false", ", measured: true"})
      EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: low_digit" + said + "}"), "fine") << name << said;
  }
  for (const char* name : {"体温", "血糖", "temperature", "result_value"}) EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: low_digit}"), "fine") << name;
  for (const char* name : {"summary_date", "fee_ocur_time", "setl_time", "就诊日期"}) EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: day}"), "fine") << name;
}

TEST(Marks, NoiseFreesAPriceAndNoAmount) {
  for (auto [name, answer] : {std::pair("pric", "fine"), std::pair("单价", "fine"), std::pair("medfee_sumamt", "mark.billing_column"), std::pair("balc", "mark.billing_column")}) {
    Strategy s = with_carrier("{column: " + std::string(name) + ", kind: low_digit}");
    FieldRule noise;
    noise.column = name;
    noise.technique = Technique::noise;
    noise.person = "bkkp_sn";
    noise.bound = 1;
    s.rules.push_back(noise);
    auto status = check_carrier_column(s, s.marks->carriers[0]);
    EXPECT_EQ(status ? "fine" : std::string(status.error().reason), answer) << name;
  }
}

TEST(Marks, EquivalentValuesAreWordsInColumnsOfWords) {
  for (const char* name : {"insutype", "med_type", "gend", "cnt", "chrgitm_lv", "selfpay_prop", "vali_flag", "age", "ipt_days", "dscg_maindiag_name"})
    EXPECT_NE(carrier_answer("{column: " + std::string(name) + ", kind: equivalent, pair: [甲, 乙], billing: false}"), "fine") << name;
  for (const char* pair : {"[\"1.00\", \"2.00\"]", "[\"01\", \"02\"]", "[A, B]", "[内科, K1]"})
    EXPECT_EQ(carrier_answer("{column: x1, kind: equivalent, pair: " + std::string(pair) + "}"), "mark.code_column") << pair;
  for (const char* name : {"科室名称", "备注", "x1"}) EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: equivalent, pair: [内科, 内科门诊]}"), "fine") << name;
}

TEST(Marks, WhatAColumnMayNotBearIsToldAsItIsRefused) {
  for (const char* name : {"pric", "medfee_sumamt", "总金额", "x1", "体温", "oprn_code", "住院号", "setl_time", "就诊方式"}) {
    auto told = carrier_refusals(name);
    for (CarrierKind kind : {CarrierKind::low_digit, CarrierKind::day, CarrierKind::equivalent}) {
      std::string carrier = "{column: " + std::string(name) + ", kind: " + std::string(name_of(kind)) + (kind == CarrierKind::equivalent ? ", pair: [甲, 乙]" : "");
      auto one = std::find_if(told.begin(), told.end(), [&](const CarrierRefusal& r) { return r.kind == kind; });
      EXPECT_EQ(carrier_answer(carrier + "}"), one == told.end() ? "fine" : one->reason) << carrier;
      EXPECT_EQ(carrier_answer(carrier + ", billing: false}"), one == told.end() || one->lifted_by_statement ? "fine" : one->reason) << carrier;
    }
  }
}

TEST(Marks, CodesBearNoMarksByNameOrByCell) {
  for (const char* name : {"oprn_code", "diag_code", "icd9", "手术编码", "项目代码", "住院号", "rx_drord_no"})
    for (const char* kind : {"low_digit, billing: false", "day", "equivalent, pair: [甲, 乙]"})
      EXPECT_EQ(carrier_answer("{column: " + std::string(name) + ", kind: " + kind + "}"), "mark.code_column") << name << " " << kind;
  TraceBench bench(1);
  auto marked = [&](auto cell) {
    std::string data = "bkkp_sn,x1\n";
    for (int i = 0; i < 2000; i++) data += "r" + std::to_string(i) + "," + cell(i) + "\n";
    EXPECT_TRUE(write_file(bench.dir + "/c.csv", view(data)));
    auto result = mark_file(with_carrier("{column: x1, kind: low_digit, billing: false}"), bench.key, "r", bench.dir + "/c.csv", bench.dir + "/c.out");
    return result ? std::string("fine") : std::string(result.error().reason);
  };
  EXPECT_EQ(marked([](int i) { return std::to_string(10 + i % 90) + "." + std::to_string(10 + i % 83); }), "mark.code_column");
  EXPECT_EQ(marked([](int i) { return std::string(i % 50 ? "" : "0") + std::to_string(i % 300) + ".5"; }), "mark.code_column");
  EXPECT_EQ(marked([](int i) { return std::string(i % 2 ? "E" : "") + std::to_string(i % 300) + ".5"; }), "mark.code_column");
  EXPECT_FALSE(std::filesystem::exists(bench.dir + "/c.out"));
  EXPECT_EQ(marked([](int i) { return std::to_string(i % 300) + "." + std::to_string(i % 10); }), "fine");
}

TEST(Marks, FeeLinesAddUpAfterMarkingWithEveryAcceptedStrategy) {
  TraceBench bench(1);
  const std::vector<std::string> names = {"bkkp_sn", "cnt", "pric", "det_item_fee_sumamt", "selfpay_prop", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt", "fee_ocur_time", "list_type"};
  std::string data;
  for (const auto& name : names) data += (data.empty() ? "" : ",") + name;
  data += "\n";
  auto yuan = [](int fen) {
    char text[32];
    std::snprintf(text, sizeof text, "%d.%02d", fen / 100, fen % 100);
    return std::string(text);
  };
  for (int i = 0; i < 2000; i++) {
    int count = 1 + i % 7, price = 120 + i * 37 % 9000, sum = count * price, own = sum / 7, over = sum / 11, first = sum / 13;
    data += "b" + std::to_string(i) + "," + std::to_string(count) + ".00," + yuan(price) + "," + yuan(sum) + ",0." + std::to_string(10 + i % 80) + "," + yuan(own) + "," + yuan(over) + "," + yuan(first) + "," +
            yuan(sum - own - over - first) + ",2024-07-" + std::to_string(10 + i % 20) + " 08:00:00,101\n";
  }
  EXPECT_TRUE(write_file(bench.dir + "/fees.csv", view(data)));
  auto fen = [](const std::string& text) { return static_cast<int>(std::lround(std::stod(text) * 100)); };
  size_t accepted = 0;
  for (size_t column = 1; column < names.size(); column++)
    for (const char* how : {"low_digit", "low_digit, billing: false", "day"}) {
      Strategy strategy = with_carrier("{column: " + names[column] + ", kind: " + how + "}");
      if (!check_marks(strategy)) continue;
      auto receipt = mark_file(strategy, bench.key, "r", bench.dir + "/fees.csv", bench.dir + "/fees.out");
      if (!receipt) continue;
      accepted += receipt->cells_changed > 0;
      Rows rows = TraceBench::parse(*read_text_file(bench.dir + "/fees.out", 1u << 27));
      for (size_t r = 1; r < rows.size(); r++) {
        const auto& row = rows[r];
        ASSERT_EQ(fen(row[3]), fen(row[5]) + fen(row[6]) + fen(row[7]) + fen(row[8])) << names[column] << " " << how;
        ASSERT_EQ(fen(row[3]), fen(row[2]) * fen(row[1]) / 100) << names[column] << " " << how;
      }
    }
  EXPECT_EQ(accepted, 1u);  // the day of the fee
}

TEST(Trace, MarksGoOnlyWhereThereIsSlack) {
  TraceBench bench(6000);
  auto reason = [&](const std::string& from, const std::string& to) {
    std::string text = kMarkStrategy;
    text.replace(text.find(from), from.size(), to);
    auto strategy = read_strategy(text);
    if (!strategy) return std::string(strategy.error().reason);
    auto result = mark_file(*strategy, bench.key, "r", bench.dir + "/base.csv", bench.dir + "/x.csv");
    return result ? std::string("fine") : std::string(result.error().reason);
  };
  EXPECT_EQ(reason("one_in: 2", "one_in: 3"), "fine");
  EXPECT_EQ(reason("column: dose", "column: medfee_sumamt"), "mark.billing_column");
  EXPECT_EQ(reason(", billing: false", ""), "mark.billing_column");
  EXPECT_EQ(reason("column: day, kind: day", "column: id, kind: day"), "mark.bad_plan");
  EXPECT_EQ(reason("pair: [门诊, 普通门诊]", "pair: [门诊]"), "mark.bad_plan");
  EXPECT_EQ(reason("  - {column: id, technique: keep}", "  - {column: day, technique: date, unit: year}"), "mark.bad_plan");
  EXPECT_EQ(reason("k_min: 100", "k_min: 4000"), "mark.k_too_small");
  TraceBench few(100);
  EXPECT_EQ(mark_file(few.strategy, few.key, "r", few.dir + "/base.csv", few.dir + "/y.csv").error().reason, "mark.too_few_rows");
  EXPECT_FALSE(std::filesystem::exists(few.dir + "/y.csv"));
  // Only the slack changes: whole yuan, months and everything else stay.
  Rows base = TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27)), copy = bench.copy_of(2);
  size_t changed = 0;
  for (size_t r = 1; r < base.size(); r++) {
    EXPECT_EQ(copy[r][0], base[r][0]);
    EXPECT_EQ(copy[r][1], base[r][1]);
    EXPECT_LE(std::abs(std::stod(copy[r][2]) - std::stod(base[r][2])), 0.0101);
    EXPECT_EQ(copy[r][3].substr(0, 7), base[r][3].substr(0, 7));
    changed += copy[r] != base[r];
  }
  EXPECT_GT(changed, base.size() / 4);
}

}  // namespace
}  // namespace sluice::deident
