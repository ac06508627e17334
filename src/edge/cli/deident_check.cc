// sluice deident check: does a masked file hold what its receipt claims? Exit code 6 when it does not.
#include <cstdio>

#include "base/file.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"
#include "recheck/check.h"

namespace sluice::cli {

namespace {

Result<recheck::Report> checked_file(const Args& args) {
  recheck::Demands demands;
  if (auto k = args.value("--k")) demands.k = static_cast<uint64_t>(TRY(number_in("--k", *k, 1, 1e9)));
  demands.quasi_identifiers = column_list(args.values("--qi"));
  std::string receipt = TRY(read_text_file(*args.value("--receipt"), 4u << 20));
  return recheck::check_output(*args.value("OUT"), receipt, demands);
}

int run_deident_check(const Args& args) {
  auto checked = checked_file(args);
  if (!checked) return report(checked.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*checked)).c_str());
  } else {
    for (const auto& f : checked->findings)
      std::printf("%-13s %-12s %-24s %llu  %s\n", std::string(name_of(f.outcome)).c_str(), f.check.c_str(), f.column.c_str(),
                  static_cast<unsigned long long>(f.cells), f.detail.c_str());
    std::printf("%s\n", checked->holds ? "the receipt holds / 回执成立" : "the receipt does not hold / 回执不成立");
  }
  return checked->holds ? 0 : 6;
}

}  // namespace

Command deident_check_command() {
  return {.path = "deident check",
          .summary = "check a masked file against its receipt, independently of the code that made it",
          .summary_zh = "独立核验脱敏文件与回执",
          .options = {{.name = "--receipt", .value = "FILE", .help = "the receipt of the masking", .arity = Arity::one},
                      {.name = "--k", .value = "K", .help = "smallest class demanded"},
                      {.name = "--qi", .value = "A,B,C", .help = "quasi-identifiers (default: those of the receipt)", .arity = Arity::many},
                      {.name = "--json", .help = "the findings on stdout"}},
          .positionals = {{.name = "OUT", .help = "the masked file"}},
          .run = run_deident_check};
}

}  // namespace sluice::cli
