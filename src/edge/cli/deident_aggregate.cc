// sluice deident aggregate: counts, sums and means by groups, small and dominated cells hidden so that nobody can recompute them.
#include <cstdio>

#include "deident/aggregate.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/receipt_paper.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

Result<deident::AggregateRule> aggregate_rule(const Args& args) {
  deident::AggregateRule rule;
  rule.by = column_list(args.values("--by"));
  rule.sums = column_list(args.values("--sum"));
  rule.means = column_list(args.values("--mean"));
  rule.contributor = args.value("--contributor");
  rule.threshold = static_cast<int>(TRY(number_in("--threshold", args.value_or("--threshold", "5"), 2, 1000)));
  if (auto given = args.value("--dominance")) {
    size_t colon = given->find(':');
    if (colon == std::string::npos) return wants("--dominance", "N:PERCENT");
    rule.dominance_n = static_cast<int>(TRY(number_in("--dominance", given->substr(0, colon), 1, 10)));
    rule.dominance_percent = static_cast<int>(TRY(number_in("--dominance", given->substr(colon + 1), 50, 99)));
  }
  return rule;
}

Result<deident::AggregateReport> aggregate(const Args& args) {
  const auto rule = TRY(aggregate_rule(args));
  auto signing = TRY(hold_signing_key(args));
  deident::AggregateOptions options{.identifiers_kept = column_list(args.values("--identifiers-kept")), .performed_by = login_name()};
  if (args.value("--receipt")) options.receipt = [&](const deident::Receipt& receipt) { return write_receipt(args, encode(receipt), signing); };
  return deident::aggregate_source_file(rule, *args.value("IN"), *args.value("OUT"), options);
}

int run_deident_aggregate(const Args& args) {
  auto done = aggregate(args);
  if (!done) return report(done.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*done)).c_str());
    return 0;
  }
  std::printf("%llu rows in %llu cells and totals, %llu hidden 已抑制单元 (%.1f%% of the rows)\n", static_cast<unsigned long long>(done->rows_in),
              static_cast<unsigned long long>(done->cells), static_cast<unsigned long long>(done->cells_hidden),
              static_cast<double>(done->share_hidden_permille) / 10);
  if (done->cells > 0 && done->cells_hidden == done->cells)
    std::printf("nothing is left: every cell is hidden; take fewer groups or a lower --threshold 全部单元均已抑制，输出中没有数字；请减少分组字段或降低阈值\n");
  if (done->narrowest)
    std::printf("an outsider knows no hidden count better than within %llu 外部推算区间宽度至少 %llu\n", static_cast<unsigned long long>(*done->narrowest),
                static_cast<unsigned long long>(*done->narrowest));
  return 0;
}

}  // namespace

Command deident_aggregate_command() {
  return {.path = "deident aggregate",
          .summary = "counts, sums and means by groups, with small and dominated cells hidden beyond recomputing",
          .summary_zh = "分组汇总并抑制小单元（含互补抑制）",
          .options = {{.name = "--by", .value = "A,B", .help = "the group columns, up to four", .arity = Arity::many, .help_zh = "分组字段，至多四个"},
                      {.name = "--sum", .value = "X,Y", .help = "columns to sum", .arity = Arity::many, .help_zh = "求和字段"},
                      {.name = "--mean", .value = "X,Y", .help = "columns whose mean is wanted", .arity = Arity::many, .help_zh = "求均值的字段"},
                      {.name = "--threshold", .value = "N", .help = "cells of fewer contributors are hidden (default 5)", .help_zh = "贡献者少于此数的单元格隐藏（默认 5）"},
                      {.name = "--dominance", .value = "N:PERCENT", .help = "cells in which N contributors hold more than PERCENT of a sum are hidden", .help_zh = "前 N 个贡献者占合计超过 PERCENT 的单元格隐藏"},
                      {.name = "--contributor", .value = "COLUMN", .help = "whom a row is about (default: each row is a contributor)", .help_zh = "每行所属的贡献者（默认每行自成一个）"},
                      {.name = "--identifiers-kept", .value = "A,B", .help = "group columns that may hold direct identifiers, of institutions for instance", .arity = Arity::many, .help_zh = "允许含直接标识符的分组字段，例如机构"},
                      {.name = "--receipt", .value = "FILE", .help = "where the receipt goes, for deident check", .help_zh = "回执保存位置，供 deident check"},
                      kSignKeyOption, kSignPassphraseOption,
                      {.name = "--json", .help = "the report as JSON", .help_zh = "以 JSON 给出报告"}},
          .positionals = {{.name = "IN", .help = "CSV, TSV or Parquet", .help_zh = "CSV、TSV 或 Parquet"}, {.name = "OUT", .help = "the table, in the same format", .help_zh = "汇总表，格式相同"}},
          .run = run_deident_aggregate, .writes = {"OUT", "--receipt"}};
}

}  // namespace sluice::cli
