#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "base/file.h"
#include "deident/aggregate.h"
#include "deident/file_rows.h"
#include "deident/interval_audit.h"
#include "table/parquet.h"

namespace sluice::deident {
namespace {

using At = std::array<uint32_t, kGroupsMax>;

CellCube random_cube(std::mt19937& rng, std::vector<uint32_t> values, uint64_t threshold, size_t dominance_n = 0) {
  CellCube cube(values, 1, {.threshold = threshold, .dominance_n = dominance_n, .dominance_percent = 80});
  const size_t rows = 20 + rng() % 120;
  for (size_t i = 0; i < rows; i++) {
    CellCube::Part part{.rows = 1, .sums = {static_cast<WideSigned>(rng() % 1000) * 1'000'000}, .values = {1}};
    for (size_t g = 0; g < values.size(); g++) part.at[g] = static_cast<uint32_t>(std::min(rng() % values[g], rng() % values[g]));
    EXPECT_TRUE(cube.add_contributor({part}));
  }
  return cube;
}

bool is_total(const CellCube& cube, const CubeCell& cell) {
  for (size_t g = 0; g < cube.groups(); g++)
    if (cell.at[g] == kAll) return true;
  return false;
}

// Every table of whole counts, at least 1 where a cell is, that agrees with what is visible: what an outsider could try by hand.
void try_all(const CellCube& cube, std::map<size_t, std::pair<uint64_t, uint64_t>>& bounds) {
  std::vector<size_t> free, totals;
  for (size_t c = 0; c < cube.cells().size(); c++) {
    const CubeCell& cell = cube.cells()[c];
    if (is_total(cube, cell)) {
      totals.push_back(c);
    } else if (cell.hidden) {
      free.push_back(c);
    }
  }
  uint64_t all = 0;
  for (const auto& cell : cube.cells())
    if (!is_total(cube, cell)) all += cell.rows;
  std::vector<uint64_t> counts;
  for (const auto& cell : cube.cells()) counts.push_back(cell.rows);
  auto agrees = [&] {
    for (size_t t : totals) {
      uint64_t sum = 0;
      for (size_t c = 0; c < cube.cells().size(); c++) {
        const CubeCell& cell = cube.cells()[c];
        bool inside = !is_total(cube, cell);
        for (size_t g = 0; g < cube.groups(); g++) inside = inside && (cube.cells()[t].at[g] == kAll || cube.cells()[t].at[g] == cell.at[g]);
        if (inside) sum += counts[c];
      }
      if (!cube.cells()[t].hidden && sum != cube.cells()[t].rows) return;
      counts[t] = sum;
    }
    for (size_t c = 0; c < cube.cells().size(); c++) {
      auto [at, fresh] = bounds.try_emplace(c, counts[c], counts[c]);
      at->second = {std::min(at->second.first, counts[c]), std::max(at->second.second, counts[c])};
    }
  };
  std::function<void(size_t)> next = [&](size_t i) {
    if (i == free.size()) return agrees();
    for (counts[free[i]] = 1; counts[free[i]] <= all; counts[free[i]]++) next(i + 1);
  };
  next(0);
}

TEST(IntervalAudit, EqualsTryingEveryTable) {
  std::mt19937 rng(7);
  size_t compared = 0;
  for (int round = 0; round < 60; round++) {
    CellCube cube({2, 2}, 0, {.threshold = 3});
    for (uint32_t a = 0; a < 2; a++)
      for (uint32_t b = 0; b < 2; b++)
        for (uint64_t i = rng() % 6; i > 0; i--) ASSERT_TRUE(cube.add_contributor({{.at = {a, b}, .rows = 1}}));
    cube.suppress();
    std::map<size_t, std::pair<uint64_t, uint64_t>> bounds;
    try_all(cube, bounds);
    for (size_t c = 0; c < cube.cells().size(); c++) {
      if (!cube.cells()[c].hidden) continue;
      auto interval = outsider_interval(cube, c);
      ASSERT_TRUE(interval);
      EXPECT_EQ(interval->low, bounds[c].first);
      if (interval->high) {
        EXPECT_EQ(*interval->high, bounds[c].second);
      }
      compared++;
    }
  }
  EXPECT_GT(compared, 50u);
}

TEST(CellCube, AnOutsiderBoundsNoHiddenCountMoreNarrowlyThanTheThreshold) {
  std::mt19937 rng(11);
  size_t hidden = 0, others = 0, audited = 0;
  for (int round = 0; round < 120; round++) {
    std::vector<uint32_t> values = round % 3 == 2 ? std::vector<uint32_t>{2, 2, 3} : std::vector<uint32_t>{static_cast<uint32_t>(2 + rng() % 4), static_cast<uint32_t>(2 + rng() % 4)};
    CellCube cube = random_cube(rng, values, 4);
    cube.suppress();
    for (size_t c = 0; c < cube.cells().size(); c++) {
      const CubeCell& cell = cube.cells()[c];
      EXPECT_TRUE(cell.hidden || cell.contributors >= 4);
      if (!cell.hidden) continue;
      hidden++;
      others += !cell.sensitive;
      uint64_t certified = cube.certified_width(c);
      EXPECT_GE(certified, cell.sensitive ? 4u : 1u);
      auto interval = outsider_interval(cube, c, 40);
      if (!interval) continue;
      audited++;
      EXPECT_GE(interval->width(), cell.sensitive ? 4u : 1u);
      if (certified < UINT64_MAX / 8) {
        EXPECT_GE(interval->width(), certified) << "a box promises no more than there is";
      }
      EXPECT_LE(interval->low, cell.rows);
      if (interval->high) {
        EXPECT_GE(*interval->high, cell.rows);
      }
    }
  }
  EXPECT_GT(hidden, 300u);
  EXPECT_GT(others, 50u);
  EXPECT_GT(audited, 200u);
}

// Whether relations and visible cells fix a hidden cell, by elimination modulo a prime: holds for sums as for counts, without any bound.
bool follows_from_relations(const CellCube& cube, size_t wanted) {
  constexpr int64_t p = 1'000'000'007;
  std::vector<size_t> hidden;
  for (size_t c = 0; c < cube.cells().size(); c++)
    if (cube.cells()[c].hidden) hidden.push_back(c);
  std::vector<std::vector<int64_t>> rows;
  for (size_t g = 0; g < cube.groups(); g++)
    for (const auto& total : cube.cells()) {
      if (total.at[g] != kAll) continue;
      std::vector<int64_t> row(hidden.size());
      for (size_t h = 0; h < hidden.size(); h++) {
        At at = cube.cells()[hidden[h]].at;
        bool same = true;
        for (size_t o = 0; o < cube.groups(); o++) same = same && (o == g || at[o] == total.at[o]);
        if (same) row[h] = at[g] == kAll ? p - 1 : 1;
      }
      rows.push_back(row);
    }
  auto power = [&](int64_t b, int64_t e) {
    int64_t r = 1;
    for (; e; e >>= 1, b = b * b % p)
      if (e & 1) r = r * b % p;
    return r;
  };
  std::vector<int64_t> target(hidden.size());
  target[static_cast<size_t>(std::find(hidden.begin(), hidden.end(), wanted) - hidden.begin())] = 1;
  size_t rank = 0;
  for (size_t c = 0; c < hidden.size() && rank < rows.size(); c++) {
    size_t r = rank;
    while (r < rows.size() && rows[r][c] == 0) r++;
    if (r == rows.size()) continue;
    std::swap(rows[r], rows[rank]);
    int64_t inverse = power(rows[rank][c], p - 2);
    for (auto& v : rows[rank]) v = v * inverse % p;
    auto clear = [&](std::vector<int64_t>& row) {
      int64_t f = row[c];
      for (size_t k = 0; f && k < row.size(); k++) row[k] = ((row[k] - f * rows[rank][k]) % p + p) % p;
    };
    for (size_t o = rank + 1; o < rows.size(); o++) clear(rows[o]);
    clear(target);
    rank++;
  }
  return std::all_of(target.begin(), target.end(), [](int64_t v) { return v == 0; });
}

TEST(CellCube, NoHiddenSumFollowsFromTheRelationsAndDominatedCellsAreHidden) {
  std::mt19937 rng(5);
  size_t hidden = 0, dominated = 0;
  for (int round = 0; round < 60; round++) {
    CellCube cube = random_cube(rng, round % 2 ? std::vector<uint32_t>{4, 5} : std::vector<uint32_t>{3, 3, 2}, 3, 2);
    cube.suppress();
    for (size_t c = 0; c < cube.cells().size(); c++) {
      const CubeCell& cell = cube.cells()[c];
      const CellMeasure& m = cell.measures[0];
      bool dominates = m.sum > 0 && (m.top[0] + (m.top.size() > 1 ? m.top[1] : 0)) * 100 > m.sum * 80;
      EXPECT_TRUE(cell.hidden || !dominates);
      dominated += dominates && cell.contributors >= 3;
      if (!cell.hidden) continue;
      hidden++;
      EXPECT_FALSE(follows_from_relations(cube, c));
    }
  }
  EXPECT_GT(hidden, 100u);
  EXPECT_GT(dominated, 10u);
}

std::string claims() {
  std::string out = "院区,sex,person,fee\n";
  auto rows = [&](const char* where, const char* sex, int n, int persons) {
    for (int i = 0; i < n; i++) out += std::string(where) + "," + sex + "," + where + sex + std::to_string(i % persons) + "," + std::to_string(10 + i) + ".50\n";
  };
  rows("东", "F", 9, 9);
  rows("东", "M", 12, 12);
  rows("西", "F", 3, 3);
  rows("西", "M", 20, 20);
  rows("南", "F", 8, 2);
  rows("南", "M", 15, 15);
  return out;
}

std::string aggregated(const AggregateRule& rule, const std::string& data, AggregateReport* report = nullptr) {
  std::string in = testing::TempDir() + "/aggregate_in.csv", out = testing::TempDir() + "/aggregate_out.csv";
  std::remove(out.c_str());
  EXPECT_TRUE(write_file(in, view(data)));
  auto done = aggregate_file(rule, in, out);
  if (done && report) *report = *done;
  return done ? read_text_file(out, 1 << 20).value_or("") : std::string(done.error().reason);
}

TEST(Aggregate, SmallCellsAndTheirPartnersAreEmptyAndAllOthersAreExact) {
  AggregateReport report;
  std::string out = aggregated({.by = {"院区", "sex"}, .sums = {"fee"}, .means = {"fee"}, .threshold = 5}, claims(), &report);
  EXPECT_NE(out.find("院区,sex,count,sum_fee,mean_fee,suppressed\n"), std::string::npos);
  EXPECT_NE(out.find("西,F,,,,1\n"), std::string::npos) << "fewer than five";
  EXPECT_NE(out.find("(total),(total),67,"), std::string::npos);
  size_t hidden = 0;
  for (size_t at = 0; (at = out.find(",,,,1\n", at)) != std::string::npos; at++) hidden++;
  EXPECT_EQ(hidden, 4u) << "the cell, one in its row, one in its column, and their crossing: " << out;
  EXPECT_EQ(report.cells_hidden, 4u);
  EXPECT_EQ(report.cells_audited_exactly, 4u);
  EXPECT_GE(report.narrowest.value_or(0), 5u);
  EXPECT_NE(out.find("东,(total),21,"), std::string::npos);
}

TEST(Aggregate, TheThresholdCountsPeopleWhereTheyAreNamed) {
  AggregateReport report;
  std::string out = aggregated({.by = {"院区", "sex"}, .threshold = 3, .contributor = "person"}, claims(), &report);
  EXPECT_NE(out.find("南,F,,1\n"), std::string::npos) << "eight rows of two people";
  out = aggregated({.by = {"院区", "sex"}, .threshold = 3}, claims());
  EXPECT_EQ(out.find(",1\n"), std::string::npos);
}

// 69 rows of which one has an amount: sum and mean would be that amount.
TEST(Aggregate, ACellIsSmallByThoseWhoHaveAValueToo) {
  std::string data = "dept,sex,person,bonus\n";
  auto rows = [&](const char* dept, const char* sex, int n, int with_amount) {
    for (int i = 0; i < n; i++) data += std::string(dept) + "," + sex + "," + dept + sex + std::to_string(i / 2) + "," + (i < with_amount ? std::to_string(90'000 + i) + ".43" : "") + "\n";
  };
  rows("A", "F", 40, 30);
  rows("A", "M", 50, 40);
  rows("B", "F", 45, 20);
  rows("B", "M", 69, 1);
  rows("C", "F", 33, 0);
  rows("C", "M", 33, 33);
  AggregateReport report;
  AggregateRule rule{.by = {"dept", "sex"}, .sums = {"bonus"}, .means = {"bonus"}, .threshold = 5};
  std::string out = aggregated(rule, data, &report);
  EXPECT_NE(out.find("B,M,,,,1\n"), std::string::npos) << out;
  EXPECT_EQ(out.find("90000.43"), std::string::npos) << out;
  EXPECT_NE(out.find("A,M,50,3600797.20,"), std::string::npos) << "others stay: " << out;
  EXPECT_GE(report.cells_hidden, 4u);
  EXPECT_NE(aggregated({.by = {"dept", "sex"}, .threshold = 5}, data).find("B,M,69,0\n"), std::string::npos) << "the count alone says nothing of the amount";
  rule.contributor = "person";
  rule.threshold = 8;
  rows("D", "F", 60, 14);  // fourteen values of seven people
  out = aggregated(rule, data);
  EXPECT_NE(out.find("D,F,,,,1\n"), std::string::npos) << out;
  rule.threshold = 7;
  EXPECT_NE(aggregated(rule, data).find("D,F,60,"), std::string::npos);
}

TEST(Aggregate, TheOrderOfRowsDoesNotMatterAndParquetHoldsTheSame) {
  std::string data = claims(), head = data.substr(0, data.find('\n') + 1);
  std::vector<std::string> lines;
  for (size_t at = head.size(); at < data.size(); at = data.find('\n', at) + 1) lines.push_back(data.substr(at, data.find('\n', at) + 1 - at));
  std::shuffle(lines.begin(), lines.end(), std::mt19937(3));
  std::string shuffled = head;
  for (const auto& line : lines) shuffled += line;
  AggregateRule rule{.by = {"院区", "sex"}, .sums = {"fee"}, .threshold = 5, .dominance_n = 1, .dominance_percent = 90};
  EXPECT_EQ(aggregated(rule, data), aggregated(rule, shuffled));

  std::string in = testing::TempDir() + "/aggregate_in.parquet", out = testing::TempDir() + "/aggregate_out.parquet";
  std::vector<table::ColumnSpec> specs;
  for (const char* name : {"院区", "sex", "person", "fee"}) specs.push_back({name, table::Type::text, 0});
  auto sink = table::create_parquet(in, specs);
  ASSERT_TRUE(sink);
  table::Batch batch;
  std::vector<table::ColumnBuilder> builders(4, table::ColumnBuilder(table::Type::text));
  auto csv = testing::TempDir() + "/aggregate_in.csv";
  ASSERT_TRUE(write_file(csv, view(data)));
  ASSERT_TRUE(read_rows(csv, {"院区", "sex", "person", "fee"}, [&](std::span<const std::string_view> cells) {
    for (size_t c = 0; c < 4; c++) builders[c].append_text(cells[c]);
    batch.rows++;
    return true;
  }));
  for (auto& b : builders) batch.columns.push_back(b.finish());
  ASSERT_TRUE((*sink)->append(batch));
  ASSERT_TRUE((*sink)->finish());
  ASSERT_TRUE(aggregate_file(rule, in, out));
  std::string text;
  ASSERT_TRUE(read_rows(out, {"院区", "sex", "count", "sum_fee", "suppressed"}, [&](std::span<const std::string_view> cells) {
    for (size_t c = 0; c < cells.size(); c++) text += (c ? "," : "") + std::string(cells[c]);
    text += "\n";
    return true;
  }));
  EXPECT_EQ("院区,sex,count,sum_fee,suppressed\n" + text, aggregated(rule, data));
}

TEST(Aggregate, WhatCannotBeMeantIsRefusedAndLeavesNothing) {
  auto reason = [](const AggregateRule& rule, const std::string& data) {
    std::string got = aggregated(rule, data);
    EXPECT_FALSE(read_text_file(testing::TempDir() + "/aggregate_out.csv", 1 << 20));
    return got;
  };
  EXPECT_EQ(reason({}, claims()), "aggregate.bad_rule");
  EXPECT_EQ(reason({.by = {"sex"}, .threshold = 1}, claims()), "aggregate.bad_rule");
  EXPECT_EQ(reason({.by = {"sex"}, .dominance_n = 2}, claims()), "aggregate.bad_rule");
  EXPECT_EQ(reason({.by = {"sex"}, .sums = {"person"}}, claims()), "aggregate.not_a_number");
  EXPECT_EQ(reason({.by = {"sex"}, .sums = {"fee"}}, "sex,fee\nF,NaN\n"), "aggregate.not_a_number");
  EXPECT_EQ(reason({.by = {"sex"}, .sums = {"fee"}}, "sex,fee\nF,1e400\n"), "aggregate.not_a_number");
  EXPECT_EQ(reason({.by = {"none"}}, claims()), "deident.missing_column");
  EXPECT_EQ(reason({.by = {"sex"}}, "sex\n(total)\n"), "aggregate.value_taken");
  EXPECT_EQ(reason({.by = {"sex"}}, "sex,fee\nF,1\nF,1,2\n"), "deident.ragged_row");
  EXPECT_EQ(reason({.by = {"sex"}}, "sex,fee\nF,1\nF\n"), "deident.ragged_row");
  EXPECT_EQ(reason({.by = {"sex"}}, "sex,fee\nF,1\n\"F\"x,1\n"), "deident.bad_quoting");
  EXPECT_EQ(reason({.by = {"sex"}}, std::string("sex,fee\nF,1\nF,") + '\0' + "\n"), "csv.nul_byte");
  EXPECT_EQ(reason({.by = {"sex"}}, "sex,fee,sex\nF,1,M\n"), "deident.duplicate_column");
}

}  // namespace
}  // namespace sluice::deident
