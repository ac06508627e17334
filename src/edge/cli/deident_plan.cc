// sluice deident plan: a strategy for a file from the rules' default profile, or a look at what a given one leaves.
#include <cstdio>

#include "base/file.h"
#include "deident/column_names.h"
#include "deident/plan.h"
#include "deident/strategy_parts.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_strategy.h"
#include "rules/rule_set.h"

namespace sluice::cli {

namespace {

struct Planned {
  deident::Strategy strategy;
  std::vector<deident::PlanFinding> findings;
  static constexpr auto fields = field_list(field("strategy", &Planned::strategy), field("findings", &Planned::findings));
};

Result<Planned> plan_file(const Args& args) {
  std::string path = *args.value("IN");
  std::vector<classify::Verdict> verdicts = TRY(classified_columns(path));
  std::vector<std::string> names;
  for (const auto& v : verdicts) names.push_back(v.column);
  TRY(deident::check_column_names(names));
  Planned out;
  if (auto recipe = args.value("--recipe")) {
    out.strategy = TRY(deident::resolve(TRY(named_strategy(args)), deident::classes_of(verdicts)));
  } else {
    const rules::MaskingPack& pack = rules::RuleSet::built_in().masking;
    std::string name = path.substr(path.rfind('/') + 1);
    auto composed = TRY(deident::compose(verdicts, pack, args.value_or("--share-type", "controlled"), name.substr(0, name.find('.')), args.value_or("--form", "")));
    out.strategy = TRY(deident::fit_to_file(composed, verdicts, pack, path));
  }
  out.findings = TRY(deident::inspect(out.strategy, verdicts, path));
  if (auto to = args.value("--out")) {
    std::string json = pretty(encode(out.strategy)) + "\n";
    TRY(write_file(*to, view(json)));
  }
  return out;
}

int run_deident_plan(const Args& args) {
  auto planned = plan_file(args);
  if (!planned) return report(planned.error(), args);
  bool serious = false;
  for (const auto& f : planned->findings) serious = serious || f.serious;
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*planned)).c_str());
    return serious ? 6 : 0;
  }
  for (const auto& rule : planned->strategy.rules) {
    Json parameters = encode(rule);
    for (const char* known : {"column", "technique"}) parameters.erase(known);
    std::printf("%-24s %-17s %s\n", rule.column.c_str(), std::string(name_of(rule.technique)).c_str(), parameters.as_object().empty() ? "" : canonical(parameters).c_str());
  }
  for (const auto& f : planned->findings) std::printf("%s %s\n  %s\n", f.serious ? "!" : "-", f.zh.c_str(), f.en.c_str());
  return serious ? 6 : 0;
}

}  // namespace

Command deident_plan_command() {
  return {.path = "deident plan",
          .summary = "compose a masking strategy for a file, or say what a given one leaves",
          .summary_zh = "为文件编制脱敏策略，或检查策略留下的风险",
          .options = {{.name = "--recipe", .value = "FILE", .help = "look at this strategy instead of composing one", .help_zh = "审视给出的策略，不自动编制"},
                      {.name = "--share-type", .value = "TYPE", .help = "full, controlled (default) or enclave", .help_zh = "共享类型：full、controlled（默认）、enclave"},
                      {.name = "--form", .value = "FORM", .help = "website, file, api, query or platform: rules for that form too", .help_zh = "开放形态：website、file、api、query、platform，并用其规则"},
                      {.name = "--out", .value = "FILE", .help = "where the strategy goes (JSON)", .help_zh = "策略保存位置（JSON）"},
                      {.name = "--json", .help = "strategy and findings on stdout", .help_zh = "在标准输出给出策略与发现（JSON）"}},
          .positionals = {{.name = "IN", .help = "CSV, TSV or Parquet", .help_zh = "CSV、TSV 或 Parquet"}},
          .run = run_deident_plan, .writes = {"--out"}};
}

}  // namespace sluice::cli
