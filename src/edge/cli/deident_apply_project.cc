// sluice deident apply-project: the tables of a project in one run, with the links between them proven.
#include <cstdio>

#include "base/clock.h"
#include "base/file.h"
#include "deident/project.h"
#include "deident/strategy_parts.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/masking_strategy.h"
#include "edge/cli/receipt_paper.h"

namespace sluice::cli {

namespace {

Result<deident::Strategy> strategy_of_table(const std::string& recipe, const std::string& data) {
  deident::Strategy strategy = TRY(deident::read_strategy_file(recipe));
  if (!deident::has_classes(strategy)) return strategy;
  return deident::resolve(strategy, deident::classes_of(TRY(classified_columns(data))));
}

Result<deident::ProjectReceipt> apply_project(const Args& args) {
  const std::string path = *args.value("PROJECT");
  deident::Project project = TRY(deident::read_project(TRY(read_text_file(path, 4u << 20))));
  std::optional<SecretBytes> key;
  if (auto file = args.value("--key")) key = TRY(read_masking_key(*file));
  auto signing = TRY(hold_signing_key(args));
  deident::ApplyOptions options;
  options.performed_by = args.value("--by").value_or(login_name());
  options.use = {args.value_or("--share-type", ""), args.value_or("--form", ""), rfc3339(SystemClock().now()).substr(0, 10)};
  size_t slash = path.rfind('/');
  auto receipts = [&](const deident::ProjectReceipt& receipt) -> Status {
    TRY(write_receipt(args, encode(receipt), signing));
    // One beside each masked table, as `deident check` takes it.
    if (args.value("--receipt"))
      for (size_t t = 0; t < receipt.tables.size(); t++)
        TRY(write_signed(*args.value("OUT_DIR") + "/" + project.tables[t].file + ".receipt.json", encode(receipt.tables[t]), signing));
    return {};
  };
  return deident::apply_project(project, slash == std::string::npos ? "." : path.substr(0, slash), *args.value("IN_DIR"), *args.value("OUT_DIR"), key, strategy_of_table, options,
                                receipts);
}

int run_apply_project(const Args& args) {
  auto receipt = apply_project(args);
  if (!receipt) return report(receipt.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*receipt)).c_str());
    return 0;
  }
  for (const auto& t : receipt->tables) std::printf("%s %s: %llu rows\n", t.strategy.c_str(), t.strategy_version.c_str(), static_cast<unsigned long long>(t.rows_out));
  for (const auto& l : receipt->links)
    std::printf("link 关联 %s = %s: %llu values in both, before and after\n", l.left.c_str(), l.right.c_str(), static_cast<unsigned long long>(l.shared_after));
  return 0;
}

}  // namespace

Command deident_apply_project_command() {
  return {.path = "deident apply-project",
          .summary = "mask the tables of a project in one run and prove that they still join",
          .summary_zh = "一次处理项目的多个表并核对表间关联",
          .options = {{.name = "--key", .value = "FILE", .help = "the project's key, at least 16 bytes"},
                      {.name = "--by", .value = "NAME", .help = "who masks, for the receipts (default: the user of the system)"},
                      {.name = "--share-type", .value = "TYPE", .help = "what the outputs are for: full, controlled or enclave"},
                      {.name = "--form", .value = "FORM", .help = "website, file, api, query or platform"},
                      {.name = "--receipt", .value = "FILE", .help = "where the project's receipt goes; each table's own then lies beside it as TABLE.receipt.json"},
                      kSignKeyOption, kSignPassphraseOption,
                      {.name = "--json", .help = "the receipts on stdout"}},
          .positionals = {{.name = "PROJECT", .help = "the project file; its strategies lie beside it"},
                          {.name = "IN_DIR", .help = "the folder of the tables"},
                          {.name = "OUT_DIR", .help = "the folder of the masked ones"}},
          .run = run_apply_project, .writes = {"OUT_DIR", "--receipt"}};
}

}  // namespace sluice::cli
