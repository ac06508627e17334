// Laws: a suspect whose columns have other names is read by their content, and names the same; where no column bears marks nobody is read; the
// columns are chosen without a look at the candidates. A Parquet copy bears the marks of the CSV copy, in its columns' types.
#include "deident/file_rows.h"
#include "table/cell_text.h"
#include "table/parquet.h"
#include "tests/unit/deident/trace_bench.h"

namespace sluice::deident {
namespace {

Result<TraceReport> traced_rows(TraceBench& bench, Rows rows, std::vector<std::string> header, const TraceOptions& options = {}) {
  rows[0] = std::move(header);
  std::string text;
  for (const auto& row : rows) {
    for (size_t c = 0; c < row.size(); c++) text += (c ? "," : "") + row[c];
    text += '\n';
  }
  EXPECT_TRUE(write_file(bench.dir + "/renamed.csv", view(text)));
  return trace_file(bench.strategy, bench.key, bench.candidates, bench.dir + "/renamed.csv", options);
}

std::vector<std::string> named_by(const Result<TraceReport>& report) {
  std::vector<std::string> out;
  if (!report) return {std::string(report.error().reason)};
  for (const auto& r : report->recipients)
    if (r.accused) out.push_back(r.recipient);
  return out;
}

TEST(TraceByContent, OtherNamesOfKeyAndCarriersHideNobody) {
  TraceBench bench(20000);
  const Rows copy = half_shuffled(bench.copy_of(17), 3);
  const std::vector<std::string> only = {"recipient-17"};
  auto key_renamed = traced_rows(bench, copy, {"编号", "sex", "dose", "day", "mode"});
  EXPECT_EQ(named_by(key_renamed), only);
  EXPECT_EQ(key_renamed->renamed, (std::map<std::string, std::string>{{"id", "编号"}}));
  auto all_renamed = traced_rows(bench, copy, {"a", "b", "c", "d", "e"});
  EXPECT_EQ(named_by(all_renamed), only);
  EXPECT_EQ(all_renamed->renamed, (std::map<std::string, std::string>{{"id", "a"}, {"dose", "c"}, {"day", "d"}, {"mode", "e"}}));
  EXPECT_EQ(named_by(traced_rows(bench, copy, {"x", "sex", "dose", "day", "mode"}, {.key_column = "x"})), only);
  EXPECT_EQ(named_by(traced_rows(bench, copy, {"x", "sex", "dose", "day", "mode"}, {.key_column = "y"})), std::vector<std::string>{"deident.missing_column"});
}

TEST(TraceByContent, ColumnsThatBearNoMarksAreTakenForNone) {
  TraceBench bench(20000);
  const Rows base = TraceBench::parse(*read_text_file(bench.dir + "/base.csv", 1u << 27));
  EXPECT_EQ(named_by(traced_rows(bench, base, {"a", "b", "c", "d", "e"})), std::vector<std::string>{"mark.no_carrier"});
  Rows swapped = bench.copy_of(17);  // the names point at columns of no marks
  for (size_t r = 1; r < swapped.size(); r++) swapped[r][0] = "q" + std::to_string(r);
  EXPECT_EQ(named_by(traced_rows(bench, swapped, {"z", "sex", "dose", "day", "mode"})), std::vector<std::string>{"mark.no_carrier"}) << "another row key";
  EXPECT_EQ(named_by(traced_rows(bench, swapped, {"id", "sex", "dose", "day", "mode"})), std::vector<std::string>()) << "read by name, names nobody";
}

TEST(CarriersByGrade, WhatPeopleConfirmedOfAColumnStandsBeforeWhatItsNameSuggests) {
  TraceBench bench(10);
  auto with = [&](const std::string& column, const std::string& type) {
    Strategy strategy = bench.strategy;
    strategy.marks->carriers = {{.column = column, .kind = CarrierKind::low_digit, .pair = {}}};
    auto status = check_marks(strategy, type.empty() ? KnownTypes() : KnownTypes{{column, type}});
    return status ? std::string("allowed") : std::string(status.error().reason);
  };
  EXPECT_EQ(with("x1", ""), "mark.billing_column") << "nobody knows what it is";
  EXPECT_EQ(with("x1", "test_result"), "allowed");
  EXPECT_EQ(with("x1", "amount"), "mark.billing_column");
  EXPECT_EQ(with("x1", "diagnosis_code"), "mark.code_column");
  EXPECT_EQ(with("icd9", "test_result"), "mark.code_column") << "a name that says code is one";
}

// base.csv as Parquet with typed columns.
std::string base_as_parquet(const TraceBench& bench) {
  const std::vector<table::ColumnSpec> specs = {{"id", table::Type::text, 0}, {"sex", table::Type::int64, 0}, {"dose", table::Type::decimal, 2}, {"day", table::Type::date, 0}, {"mode", table::Type::text, 0}};
  std::vector<std::string> names;
  std::vector<table::ColumnBuilder> texts;
  for (const auto& spec : specs) {
    names.push_back(spec.name);
    texts.emplace_back(table::Type::text);
  }
  table::Batch batch;
  batch.rows = *read_rows(bench.dir + "/base.csv", names, [&](std::span<const std::string_view> cells) {
    for (size_t c = 0; c < cells.size(); c++) texts[c].append_text(cells[c]);
    return true;
  });
  for (size_t c = 0; c < specs.size(); c++) batch.columns.push_back(*table::column_of_texts(texts[c].finish(), specs[c]));
  auto sink = table::create_parquet(bench.dir + "/base.parquet", specs);
  EXPECT_TRUE(sink && (*sink)->append(batch) && (*sink)->finish());
  return bench.dir + "/base.parquet";
}

TEST(MarkedParquet, BearsTheMarksOfTheCsvCopyInTheTypesOfItsColumns) {
  TraceBench bench(6000);
  const std::string base = base_as_parquet(bench), copy = bench.dir + "/copy.parquet";
  auto csv = mark_file(bench.strategy, bench.key, "recipient-5", bench.dir + "/base.csv", bench.dir + "/copy.csv");
  auto parquet = mark_file(bench.strategy, bench.key, "recipient-5", base, copy);
  ASSERT_TRUE(csv && parquet) << (parquet ? "" : parquet.error().reason);
  EXPECT_EQ(csv->cells_marked, parquet->cells_marked);
  EXPECT_EQ(csv->cells_changed, parquet->cells_changed);
  EXPECT_EQ(csv->k_min, parquet->k_min);
  const std::vector<std::string> names = *columns_of_file(copy);
  std::vector<std::string> cells_of_csv, cells_of_parquet;
  auto into = [](std::vector<std::string>& out) {
    return [&out](std::span<const std::string_view> cells) {
      for (auto cell : cells) out.emplace_back(cell);
      return true;
    };
  };
  EXPECT_EQ(*read_rows(bench.dir + "/copy.csv", names, into(cells_of_csv)), *read_rows(copy, names, into(cells_of_parquet)));
  EXPECT_EQ(cells_of_csv, cells_of_parquet);
  auto specs = (*table::open_parquet(copy))->specs();
  EXPECT_EQ(specs[2].type, table::Type::decimal);
  EXPECT_EQ(specs[3].type, table::Type::date);
  EXPECT_EQ(named_by(trace_file(bench.strategy, bench.key, bench.candidates, copy)), std::vector<std::string>{"recipient-5"});
  EXPECT_EQ(mark_file(bench.strategy, bench.key, "recipient-5", base, base).error().reason, "deident.same_file");
}

}  // namespace
}  // namespace sluice::deident
