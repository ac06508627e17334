// sluice deident apply-project: the tables of a project in one run, with the links between them proven.
#include <algorithm>
#include <cstdio>
#include <map>

#include "base/clock.h"
#include "base/file.h"
#include "crypto/document_signature.h"
#include "deident/project.h"
#include "deident/strategy_parts.h"
#include "deident/strategy_use.h"
#include "edge/cli/anonymity_input.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/masking_strategy.h"
#include "edge/cli/receipt_paper.h"

namespace sluice::cli {

namespace {

// What `--signature`, `--reviewer` and `--population` say of the project's tables. A signature is of the recipe whose bytes it signs; one of none of
// them is refused, as a single run refuses it.
class TableWords {
 public:
  static Result<TableWords> read(const Args& args, const deident::Project& project, const std::string& recipes) {
    TableWords out;
    out.reviewers_ = TRY(trusted_reviewers(args));
    for (const auto& path : args.values("--signature")) {
      Json signature = TRY(parse_json(TRY(read_text_file(path, 64u << 10))));
      bool of_any = false;
      for (const auto& table : project.tables) {
        Bytes document = TRY(read_file(recipes + "/" + table.recipe, 4u << 20));
        auto signer = verify_document(document, signature);
        if (!signer && signer.error().reason == "signature.wrong_document") continue;
        TRY(std::move(signer));
        of_any = true;
        out.signatures_[table.recipe] = signature;
      }
      if (!of_any) return fail(Errc::refused, "signature.wrong_document", path);
    }
    for (const auto& given : args.values("--population")) {
      auto [table, path] = TRY(named_value("--population", given));
      if (std::none_of(project.tables.begin(), project.tables.end(), [&, table = table](const auto& t) { return t.file == table; }))
        return bad_words("--population 给出的不是项目中的表：" + table, "--population names no table of the project: " + table);
      out.populations_[table] = path;
    }
    return out;
  }

  Result<deident::TablePlan> plan_of(const deident::ProjectTable& table, const std::string& recipe, const std::string& data) const {
    deident::TablePlan plan{.strategy = TRY(deident::read_strategy_file(recipe))};
    deident::ReviewEvidence evidence{.reviewers = reviewers_};
    if (auto signature = signatures_.find(table.recipe); signature != signatures_.end()) evidence.signature = signature->second;
    plan.reviewed_by = TRY(deident::check_review(plan.strategy, TRY(read_file(recipe, 4u << 20)), evidence));
    if (auto population = populations_.find(table.file); population != populations_.end()) plan.population = population->second;
    if (deident::has_classes(plan.strategy)) plan.strategy = TRY(deident::resolve(plan.strategy, deident::classes_of(TRY(classified_columns(data)))));
    return plan;
  }

 private:
  std::vector<Sm2PublicKey> reviewers_;
  std::map<std::string, Json> signatures_;           // by recipe
  std::map<std::string, std::string> populations_;   // by table
};

Result<deident::ProjectReceipt> apply_project(const Args& args) {
  const std::string path = *args.value("PROJECT");
  deident::Project project = TRY(deident::read_project(TRY(read_text_file(path, 4u << 20))));
  std::optional<SecretBytes> key;
  if (auto file = args.value("--key")) key = TRY(read_masking_key(*file));
  auto signing = TRY(hold_signing_key(args));
  deident::ApplyOptions options;
  options.performed_by = args.value("--by").value_or(login_name());
  options.use = {args.value_or("--share-type", ""), args.value_or("--form", ""), rfc3339(SystemClock().now()).substr(0, 10), args.value_or("--purpose", "")};
  const size_t slash = path.rfind('/');
  const std::string recipes = slash == std::string::npos ? "." : path.substr(0, slash);
  const TableWords words = TRY(TableWords::read(args, project, recipes));
  auto receipts = [&](const deident::ProjectReceipt& receipt) -> Status {
    TRY(write_receipt(args, encode(receipt), signing));
    // One beside each masked table, as `deident check` takes it.
    if (args.value("--receipt"))
      for (size_t t = 0; t < receipt.tables.size(); t++)
        TRY(write_signed(*args.value("OUT_DIR") + "/" + project.tables[t].file + ".receipt.json", encode(receipt.tables[t]), signing));
    return {};
  };
  auto plan_of = [&](const deident::ProjectTable& table, const std::string& recipe, const std::string& data) { return words.plan_of(table, recipe, data); };
  return deident::apply_project(project, recipes, *args.value("IN_DIR"), *args.value("OUT_DIR"), key, plan_of, options, receipts);
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
          .options = {{.name = "--key", .value = "FILE", .help = "the project's key, at least 16 bytes", .help_zh = "项目密钥，至少 16 字节"},
                      {.name = "--by", .value = "NAME", .help = "who masks, for the receipts (default: the user of the system)", .help_zh = "脱敏人，写入各回执（默认为系统用户）"},
                      {.name = "--share-type", .value = "TYPE", .help = "what the outputs are for: full, controlled or enclave", .help_zh = "输出用于何种共享类型：full、controlled、enclave"},
                      {.name = "--form", .value = "FORM", .help = "website, file, api, query or platform", .help_zh = "开放形态：website、file、api、query、platform"},
                      {.name = "--purpose", .value = "PURPOSE", .help = "likewise", .help_zh = "用途；同上"},
                      {.name = "--signature", .value = "SIG", .help = "a reviewer's signature of one of the strategies (sluice sign); may be repeated", .arity = Arity::many, .help_zh = "审核人对其中一个策略的签名（sluice sign），可重复"},
                      {.name = "--reviewer", .value = "FILE", .help = "public key of a reviewer whose signature counts; may be repeated", .arity = Arity::many, .help_zh = "受信任审核人的公钥，可重复"},
                      {.name = "--population", .value = "TABLE=FILE", .help = "the population of a table, unmasked, for a presence target; may be repeated", .arity = Arity::many, .help_zh = "某表的总体（未脱敏），供成员推断目标，可重复"},
                      {.name = "--receipt", .value = "FILE", .help = "where the project's receipt goes; each table's own then lies beside it as TABLE.receipt.json", .help_zh = "项目回执的保存位置；各表回执为其旁的 TABLE.receipt.json"},
                      kSignKeyOption, kSignPassphraseOption,
                      {.name = "--json", .help = "the receipts on stdout", .help_zh = "在标准输出给出各回执（JSON）"}},
          .positionals = {{.name = "PROJECT", .help = "the project file; its strategies lie beside it", .help_zh = "项目文件；策略在其旁"},
                          {.name = "IN_DIR", .help = "the folder of the tables", .help_zh = "各表所在文件夹"},
                          {.name = "OUT_DIR", .help = "the folder of the masked ones", .help_zh = "脱敏表所在文件夹"}},
          .run = run_apply_project, .writes = {"OUT_DIR", "--receipt"}};
}

}  // namespace sluice::cli
