// sluice deident compare: what a published file still answers, next to the original, and its risk before and after.
#include <algorithm>
#include <cstdio>

#include "anonymity/table_file.h"
#include "anonymity/utility.h"
#include "deident/file_rows.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"

namespace sluice::cli {

namespace {

using anonymity::CsvTable;

constexpr size_t kComparedColumnsMax = 40;

std::vector<std::string> shared_columns(const std::vector<std::string>& wanted, const std::vector<std::string>& header) {
  std::vector<std::string> out;
  for (const auto& name : wanted)
    if (std::find(header.begin(), header.end(), name) != header.end()) out.push_back(name);
  return out;
}

Result<anonymity::UtilityReport> compare_files(const Args& args) {
  anonymity::UtilityOptions options;
  options.quasi = column_list(args.values("--qi"));
  options.columns = column_list(args.values("--columns"));
  const std::string before_path = *args.value("BEFORE"), after_path = *args.value("AFTER");
  auto header = TRY(deident::columns_of_file(before_path));
  if (options.columns.empty()) options.columns = header;
  if (options.columns.size() > kComparedColumnsMax) options.columns.resize(kComparedColumnsMax);
  for (const auto& name : options.quasi)
    if (std::find(options.columns.begin(), options.columns.end(), name) == options.columns.end()) options.columns.push_back(name);
  for (const auto& given : args.values("--hierarchy")) {
    auto [name, path] = TRY(named_value("--hierarchy", given));
    options.hierarchies.emplace(name, TRY(anonymity::Hierarchy::load(path)));
  }
  for (const auto& given : args.values("--query")) options.queries.push_back(TRY(anonymity::parse_query(given)));
  options.random_queries = static_cast<size_t>(TRY(number_in("--queries", args.value_or("--queries", "200"), 0, 10000)));
  CsvTable before = TRY(anonymity::read_table_file(before_path, options.columns));
  auto left = shared_columns(options.columns, TRY(deident::columns_of_file(after_path)));
  if (left.empty()) return fail(Errc::invalid, "anonymity.no_columns");
  CsvTable after = TRY(anonymity::read_table_file(after_path, left));
  return anonymity::compare_tables(before, after, options);
}

void print_comparison(const anonymity::UtilityReport& r) {
  std::printf("rows 记录数 %llu -> %llu\n", static_cast<unsigned long long>(r.rows_before), static_cast<unsigned long long>(r.rows_after));
  std::printf("%-24s %10s %10s %8s %8s %8s\n", "column 字段", "values", "after", "loss", "TV", "EMD");
  for (const auto& c : r.columns) {
    if (c.dropped) {
      std::printf("%-24s %10llu %10s\n", c.name.c_str(), static_cast<unsigned long long>(c.distinct_before), "dropped");
      continue;
    }
    std::printf("%-24s %10llu %10llu %8.4f %8.4f", c.name.c_str(), static_cast<unsigned long long>(c.distinct_before),
                static_cast<unsigned long long>(c.distinct_after), c.loss, c.total_variation);
    if (c.earth_mover) std::printf(" %8.4f", *c.earth_mover);
    std::printf("\n");
  }
  std::printf("correlation lost 相关性损失 %.4f over %zu pairs\n", r.correlation_lost, r.pairs.size());
  if (r.random_queries)
    std::printf("count queries 查询误差: mean %.3f, median %.3f, 95%% below %.3f (%llu random)\n", r.query_error_mean, r.query_error_median, r.query_error_p95,
                static_cast<unsigned long long>(r.random_queries));
  for (const auto& q : r.asked) std::printf("  asked: truth %.0f, estimate %.1f, error %.3f\n", q.truth, q.estimate, q.error);
  if (r.classes_before && r.classes_after)
    std::printf("k %llu -> %llu, unique rows 唯一记录 %llu -> %llu, mean risk %.4f -> %.4f\n", static_cast<unsigned long long>(r.classes_before->k),
                static_cast<unsigned long long>(r.classes_after->k), static_cast<unsigned long long>(r.classes_before->unique_rows),
                static_cast<unsigned long long>(r.classes_after->unique_rows), r.classes_before->average_risk, r.classes_after->average_risk);
}

int run_deident_compare(const Args& args) {
  auto compared = compare_files(args);
  if (!compared) return report(compared.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(anonymity::to_json(*compared)).c_str());
  } else {
    print_comparison(*compared);
  }
  return 0;
}

}  // namespace

Command deident_compare_command() {
  return {.path = "deident compare",
          .summary = "usefulness and risk of a published file next to the original",
          .summary_zh = "对比脱敏前后的可用性与风险",
          .options = {{.name = "--qi", .value = "A,B,C", .help = "quasi-identifiers: risk and class sizes before and after", .arity = Arity::many, .help_zh = "准标识符：比较前后的风险与等价类规模"},
                      {.name = "--columns", .value = "A,B,C", .help = "columns to compare (default: all, at most 40)", .arity = Arity::many, .help_zh = "要比较的字段（默认全部，至多 40 个）"},
                      {.name = "--hierarchy", .value = "A=FILE", .help = "hierarchy by which a column was generalised (ARX CSV)", .arity = Arity::many, .help_zh = "字段泛化所用的层级（ARX CSV）"},
                      {.name = "--query", .value = "A=X,B=L..H", .help = "a count query whose error matters; may be repeated", .arity = Arity::many, .help_zh = "要考察误差的计数查询，可重复"},
                      {.name = "--queries", .value = "N", .help = "random count queries (default 200)", .help_zh = "随机计数查询的个数（默认 200）"},
                      {.name = "--json", .help = "the report as JSON", .help_zh = "以 JSON 给出报告"}},
          .positionals = {{.name = "BEFORE", .help = "the original, CSV or Parquet", .help_zh = "原文件，CSV 或 Parquet"}, {.name = "AFTER", .help = "the published file, CSV or Parquet", .help_zh = "发布的文件，CSV 或 Parquet"}},
          .run = run_deident_compare};
}

}  // namespace sluice::cli
