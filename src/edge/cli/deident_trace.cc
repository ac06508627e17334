// sluice deident mark and sluice deident trace: recipient marks in a release, and whose copy a suspect file was made from.
#include <cstdio>

#include "base/file.h"
#include "deident/mark.h"
#include "deident/mark_receipt.h"
#include "deident/trace.h"
#include "edge/cli/deident_space.h"
#include "edge/cli/receipt_paper.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/space_call.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/masking_strategy.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

namespace {

Result<deident::Strategy> marking_strategy(const Args& args) { return named_strategy(args); }

Result<deident::MarkReceipt> mark_copy(const Args& args) {
  const std::string in = *args.value("IN");
  auto masked_receipt = args.value("--masked-receipt");
  if (args.value("--receipt").has_value() != masked_receipt.has_value()) return goes_with("--receipt", "--masked-receipt");
  auto signing = TRY(hold_signing_key(args));
  std::string before = masked_receipt ? TRY(read_text_file(*masked_receipt, 4u << 20)) : "";
  deident::Strategy strategy = TRY(marking_strategy(args));
  Json receipt;
  auto judge = [&](const std::string& written, uint64_t cells_marked, std::span<const deident::MarkedCarrier> carriers) -> Status {
    if (masked_receipt) receipt = TRY(deident::receipt_of_copy(strategy, before, {in, written, cells_marked, carriers}));
    return write_receipt(args, receipt, signing);  // before the copy appears
  };
  return deident::mark_file(strategy, TRY(read_masking_key(*args.value("--key"))), *args.value("--recipient"), in, *args.value("OUT"), judge);
}

int run_deident_mark(const Args& args) {
  auto receipt = mark_copy(args);
  if (!receipt) return report(receipt.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*receipt)).c_str());
  } else {
    std::printf("%llu rows 行, %llu cells bear marks 单元带标记, %llu changed 已改动\n", static_cast<unsigned long long>(receipt->rows),
                static_cast<unsigned long long>(receipt->cells_marked), static_cast<unsigned long long>(receipt->cells_changed));
    if (receipt->symbols < deident::kMarkSymbolsMin)
      std::printf("only %llu symbols: joins hold, but this copy alone names nobody (from %llu on)  标记过少，仅凭此副本不能追查接收方\n", static_cast<unsigned long long>(receipt->symbols),
                  static_cast<unsigned long long>(deident::kMarkSymbolsMin));
  }
  return 0;
}

Result<deident::TraceReport> trace_suspect(const Args& args) {
  deident::Strategy strategy = TRY(marking_strategy(args));
  SecretBytes key = TRY(read_masking_key(*args.value("--key")));
  std::vector<std::string> recipients = args.values("--recipient");
  if (auto path = args.value("--recipients")) {
    std::string lines = TRY(read_text_file(*path, 16u << 20));
    for (size_t at = 0; at < lines.size();) {
      size_t end = std::min(lines.find('\n', at), lines.size());
      std::string name = lines.substr(at, end - at);
      if (name.ends_with('\r')) name.pop_back();
      if (!name.empty()) recipients.push_back(std::move(name));
      at = end + 1;
    }
  }
  if (recipients.empty()) return bad_words("须给出 --recipient", "--recipient is missing");
  return deident::trace_file(strategy, key, recipients, *args.value("SUSPECT"), {.key_column = args.value_or("--key-column", "")});
}

int told_trace(const Json& answer, const Args& args) {
  bool any = false;
  auto number = [](const Json& json, std::string_view name) { return static_cast<long long>(json.get_int_or(name, 0).value_or(0)); };
  auto word = [](const Json& json, std::string_view name) { return json.get_string_or(name, "").value_or(""); };
  const Json* recipients = answer.find("recipients");
  for (const Json& r : recipients ? recipients->as_array() : Json::Array()) any = any || r.get_bool_or("accused", false).value_or(false);
  if (args.json()) {
    std::printf("%s\n", pretty(answer).c_str());
    return any ? 0 : 6;
  }
  std::printf("%lld rows 行, %lld symbols read 已读标记, %lld candidates 候选接收方\n", number(answer, "rows"), number(answer, "symbols"), number(answer, "candidates"));
  for (const Json& r : recipients ? recipients->as_array() : Json::Array())
    if (r.get_bool_or("accused", false).value_or(false))
      std::printf("%s %s  (%.1f deviations 标准差; chance of naming anybody wrongly below 误认任何一方的概率低于 %s)\n", word(r, "party").c_str(), word(r, "name").c_str(),
                  static_cast<double>(number(r, "deviations_permille")) / 1000, word(r, "false_accusation_bound").c_str());
  if (!any) std::printf("nobody is named: no recipient reaches the bound of %s / 未能认定\n", word(answer, "bound").c_str());
  return any ? 0 : 6;
}

int run_deident_trace(const Args& args) {
  if (args.value("--space")) {
    auto answer = trace_in_space(args);
    return answer ? told_trace(*answer, args) : report(answer.error(), args);
  }
  if (!args.value("--recipe") || !args.value("--key")) return report(one_of_both("--recipe --key", "--space").value(), args);
  auto traced = trace_suspect(args);
  if (!traced) return report(traced.error(), args);
  bool any = false;
  for (const auto& r : traced->recipients) any = any || r.accused;
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*traced)).c_str());
    return any ? 0 : 6;
  }
  std::printf("%llu rows 行, %llu symbols read 已读标记\n", static_cast<unsigned long long>(traced->rows), static_cast<unsigned long long>(traced->symbols));
  for (const auto& [planned, found] : traced->renamed) std::printf("column 字段 %s is read as 按此字段读取: %s\n", found.c_str(), planned.c_str());
  for (const auto& r : traced->recipients)
    if (r.accused)
      std::printf("%s  (%.1f deviations 标准差; chance of naming anybody wrongly below 误认任何一方的概率低于 %s)\n", r.recipient.c_str(), static_cast<double>(r.deviations_permille) / 1000,
                  r.false_accusation_bound.c_str());
  if (!any) std::printf("nobody is named: no recipient reaches the bound of %s / 未能认定\n", traced->bound.c_str());
  return any ? 0 : 6;
}

}  // namespace

Command deident_mark_command() {
  return {.path = "deident mark",
          .summary = "put a recipient's marks into a masked file, in the slack that the strategy allows",
          .summary_zh = "在脱敏文件中嵌入接收方标记",
          .options = {{.name = "--recipe", .value = "FILE", .help = "the strategy; its `marks` names row key and carriers, or says that pseudonyms bear marks", .arity = Arity::one, .help_zh = "策略；其 `marks` 载明行键与标记字段，或由假名带标记"},
                      {.name = "--key", .value = "FILE", .help = "the key of the marks, at least 16 bytes", .arity = Arity::one, .help_zh = "标记密钥，至少 16 字节"},
                      {.name = "--recipient", .value = "NAME", .help = "whose copy this is", .arity = Arity::one, .help_zh = "副本的接收方"},
                      {.name = "--receipt", .value = "FILE", .help = "where the copy's own receipt goes; it names the carriers", .help_zh = "副本回执的保存位置；其中载明标记字段"},
                      {.name = "--masked-receipt", .value = "FILE", .help = "the receipt of the masked file, with --receipt", .help_zh = "脱敏文件的回执，与 --receipt 合用"},
                      kSignKeyOption, kSignPassphraseOption,
                      {.name = "--json", .help = "the counts on stdout", .help_zh = "在标准输出给出计数（JSON）"}},
          .positionals = {{.name = "IN", .help = "the masked file, CSV or Parquet", .help_zh = "脱敏文件，CSV 或 Parquet"}, {.name = "OUT", .help = "the recipient's copy, in the same format", .help_zh = "接收方副本，格式相同"}},
          .run = run_deident_mark, .writes = {"OUT", "--receipt"}};
}

Command deident_trace_command() {
  return {.path = "deident trace",
          .summary = "name the recipients whose copies a suspect file was made from",
          .summary_zh = "追溯泄露文件的来源接收方",
          .options = {{.name = "--recipe", .value = "FILE", .help = "the strategy that the copies were marked by", .help_zh = "副本打标记所用的策略"},
                      {.name = "--key", .value = "FILE", .help = "the key of the marks", .help_zh = "标记密钥"},
                      {.name = "--recipients", .value = "FILE", .help = "candidates, one a line", .help_zh = "候选接收方，每行一个"},
                      {.name = "--recipient", .value = "NAME", .help = "a candidate; may be repeated", .arity = Arity::many, .help_zh = "候选接收方，可重复"},
                      {.name = "--key-column", .value = "NAME", .help = "the row key's name in the suspect, where it has another (default: found by its content)", .help_zh = "行键在可疑文件中的字段名（默认按内容查找）"},
                      {.name = "--space", .value = "DIR", .help = "instead of recipe, key and candidates: by this space's own records", .help_zh = "代替策略、密钥与候选：按本空间自己的记录"},
                      {.name = "--dataset", .value = "DATASET", .help = "with --space: whose releases", .help_zh = "与 --space 合用：查哪个数据集的交付"},
                      {.name = "--reason", .value = "TEXT", .help = "with --space: why; it stands in the ledger", .help_zh = "与 --space 合用：理由，记入存证"},
                      kAsOption, kPasswordFileOption, kPassphraseFileOption,
                      {.name = "--json", .help = "the report on stdout", .help_zh = "在标准输出给出报告（JSON）"}},
          .positionals = {{.name = "SUSPECT", .help = "the file that was found, CSV or Parquet", .help_zh = "发现的文件，CSV 或 Parquet"}},
          .run = run_deident_trace};
}

}  // namespace sluice::cli
