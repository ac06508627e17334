// sluice deident risk: how easily people are found in a file over its quasi-identifiers, and through which columns.
#include <algorithm>
#include <cstdio>

#include "anonymity/risk_report.h"
#include "anonymity/table_file.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"
#include "rules/rule_set.h"

namespace sluice::cli {

namespace {

using anonymity::RiskReport;

Result<RiskReport> measure(const Args& args) {
  anonymity::RiskOptions options;
  options.quasi = column_list(args.values("--qi"));
  options.sensitive = column_list(args.values("--sensitive"));
  options.threshold = static_cast<double>(TRY(profile_of(args.value_or("--share-type", "controlled"))).risk_permille_max) / 1000;
  if (auto given = args.value("--threshold")) options.threshold = TRY(number_in("--threshold", *given, 1e-9, 1));
  if (auto given = args.value("--sampling-fraction")) options.sampling_fraction = TRY(number_in("--sampling-fraction", *given, 1e-9, 1));
  if (auto given = args.value("--population-size")) options.population_size = TRY(count_in("--population-size", *given, 1, 100'000'000'000));
  options.model = TRY(choice_of(args, "--population-model", anonymity::PopulationModel::automatic));
  options.person = args.value_or("--person", "");
  if (auto given = args.value("--unique")) options.unique_size_max = static_cast<size_t>(TRY(number_in("--unique", *given, 0, 4)));
  anonymity::ReadOptions reading{.delimiter = TRY(delimiter_of(args))};
  std::vector<std::string> columns = options.quasi;
  for (const auto& name : options.sensitive) columns.push_back(name);
  if (!options.person.empty() && std::find(columns.begin(), columns.end(), options.person) == columns.end()) columns.push_back(options.person);
  anonymity::CsvTable table = TRY(anonymity::read_table_file(*args.value("IN"), columns, reading));
  std::optional<anonymity::CsvTable> population;
  if (auto path = args.value("--population")) population = TRY(anonymity::read_table_file(*path, options.quasi));
  if (population) options.population = &*population;
  return anonymity::measure_risk(table, options, rules::RuleSet::built_in().masking.thresholds);
}

void print_classes(const RiskReport& report) {
  struct Band {
    uint64_t from, to;
  };
  constexpr Band bands[] = {{1, 1}, {2, 2}, {3, 4}, {5, 9}, {10, 19}, {20, 49}, {50, 99}, {100, 999}, {1000, UINT64_MAX}};
  for (auto [from, to] : bands) {
    uint64_t classes = 0, rows = 0;
    for (auto [size, n] : report.count.histogram)
      if (size >= from && size <= to) {
        classes += n;
        rows += n * size;
      }
    if (classes == 0) continue;
    std::string label = from == to ? std::to_string(from) : to == UINT64_MAX ? std::to_string(from) + "+" : std::to_string(from) + "-" + std::to_string(to);
    double part = 100.0 * static_cast<double>(rows) / static_cast<double>(report.count.rows);
    std::printf("  %-9s %10llu classes %10llu rows %5.1f%%  %s\n", label.c_str(), static_cast<unsigned long long>(classes),
                static_cast<unsigned long long>(rows), part, std::string(static_cast<size_t>(part / 4 + 0.5), '#').c_str());
  }
}

void print_combinations(const RiskReport& report) {
  std::vector<const anonymity::UniqueSet*> worst;
  for (const auto& set : report.unique.sets) worst.push_back(&set);
  std::stable_sort(worst.begin(), worst.end(), [](auto* a, auto* b) { return a->minimal_rows > b->minimal_rows; });
  if (worst.size() > 8) worst.resize(8);
  if (!worst.empty()) std::printf("combinations that single people out 能唯一定位个人的最小字段组合\n");
  for (const auto* set : worst) {
    std::string names;
    for (size_t c : set->columns) names += (names.empty() ? "" : " + ") + report.quasi[c];
    std::printf("  %-40s %10llu rows, %llu of them by no smaller one\n", names.c_str(), static_cast<unsigned long long>(set->rows),
                static_cast<unsigned long long>(set->minimal_rows));
  }
}

void print_report(const RiskReport& report) {
  const auto& risk = report.risk;
  std::printf("rows 记录数 %llu, classes 等价类 %llu, k = %llu, unique rows 唯一记录 %llu (%.2f%%)\n", static_cast<unsigned long long>(report.count.rows),
              static_cast<unsigned long long>(report.count.classes), static_cast<unsigned long long>(report.count.k_min),
              static_cast<unsigned long long>(report.count.unique_rows()), 100 * report.count.uniqueness());
  if (report.person)
    std::printf("counted in persons 按人计 (%s): %llu persons 人, %llu rows 行; every count below is of persons, once in each class 以下各数均按人计，每类一次\n", report.person->column.c_str(),
                static_cast<unsigned long long>(report.person->persons), static_cast<unsigned long long>(report.person->rows));
  std::printf("attacker 攻击者          max       avg       rows above %.3g\n", report.threshold);
  std::printf("  prosecutor 检察官  %8.4f  %8.4f  %8.2f%%\n", risk.prosecutor.highest, risk.prosecutor.average, 100 * risk.prosecutor.share_at_risk);
  std::printf("  journalist 记者    %8.4f  %8.4f  %8.2f%%  (F: %s)\n", risk.journalist.highest, risk.journalist.average,
              100 * risk.journalist.share_at_risk, std::string(report.basis).c_str());
  std::printf("  marketer 营销者              %8.4f\n", risk.marketer);
  if (report.taken_as_whole())
    std::printf("  the file is taken for the whole population: if it is a sample, say so (--sampling-fraction, --population-size or --population)\n"
                "  已把文件当作全部人群；若只是样本，请用 --sampling-fraction、--population-size 或 --population 说明\n");
  if (report.population && report.population->uniques)
    std::printf("  unique in the population 总体唯一（估计）: about %.0f of %.0f people (model: %s)\n", *report.population->uniques,
                report.population->population_rows, std::string(report.population->chosen).c_str());
  for (const auto& p : report.profiles)
    std::printf("  %-10s k >= %llu, risk <= %.3g: %s, %llu rows above\n", p.share_type.c_str(), static_cast<unsigned long long>(p.k_min), p.threshold,
                p.acceptable ? "acceptable 可接受" : "too high 过高", static_cast<unsigned long long>(p.rows_above));
  std::printf("class sizes 等价类大小分布\n");
  print_classes(report);
  print_combinations(report);
  for (const auto& d : report.disclosure)
    std::printf("  %s: one value in the whole class for %llu rows (%llu in classes of several)\n", d.column.c_str(),
                static_cast<unsigned long long>(d.rows_uniform), static_cast<unsigned long long>(d.rows_unsafe));
}

int run_deident_risk(const Args& args) {
  auto measured = measure(args);
  if (!measured) return report(measured.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(anonymity::to_json(*measured)).c_str());
  } else {
    print_report(*measured);
  }
  return 0;
}

}  // namespace

Command deident_risk_command() {
  return {.path = "deident risk",
          .summary = "risk of re-identification over the quasi-identifiers of a CSV file",
          .summary_zh = "评估文件的重标识风险",
          .options = {{.name = "--qi", .value = "A,B,C", .help = "the quasi-identifiers", .arity = Arity::many, .help_zh = "准标识符"},
                      {.name = "--sensitive", .value = "A,B", .help = "columns whose disclosure inside a class is measured", .arity = Arity::many, .help_zh = "要测算类内泄露的敏感字段"},
                      {.name = "--share-type", .value = "TYPE", .help = "full, controlled (default) or enclave: the threshold of the risk", .help_zh = "共享类型（决定风险阈值）：full、controlled（默认）、enclave"},
                      {.name = "--threshold", .value = "RISK", .help = "another threshold, such as 0.1", .help_zh = "另设风险阈值，例如 0.1"},
                      {.name = "--population", .value = "FILE", .help = "a table of the population with the same columns", .help_zh = "含相同字段的总体表"},
                      {.name = "--sampling-fraction", .value = "F", .help = "the share of the population that the file holds", .help_zh = "抽样比例：文件占总体的份额"},
                      {.name = "--population-size", .value = "N", .help = "how many people the file is a sample of, instead of the fraction", .help_zh = "总体人数（文件为其样本），代替抽样比例"},
                      {.name = "--population-model", .value = "NAME", .help = "auto (default), pitman, zayatz or snb: how many people are unique in the population", .help_zh = "总体唯一性模型：auto（默认）、pitman、zayatz、snb"},
                      {.name = "--person", .value = "COLUMN", .help = "the column of person keys: persons are counted, not rows", .help_zh = "个人键字段：按人计数，不按行"},
                      {.name = "--unique", .value = "N", .help = "look for unique combinations of up to N columns (0-4, default 3)", .help_zh = "查找至多 N 个字段的唯一组合（0–4，默认 3）"},
                      {.name = "--delimiter", .value = "C", .help = "the separator, when the header does not tell", .help_zh = "分隔符，表头看不出时给出"},
                      {.name = "--json", .help = "the report as JSON", .help_zh = "以 JSON 给出报告"}},
          .positionals = {{.name = "IN", .help = "CSV, any separator, or Parquet", .help_zh = "CSV（任何分隔符）或 Parquet"}},
          .run = run_deident_risk};
}

}  // namespace sluice::cli
