// sluice deident apply: mask a file by a strategy. The output appears whole or not at all.
#include <cstdio>

#include "base/clock.h"
#include "deident/apply.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/masking_strategy.h"
#include "edge/cli/receipt_paper.h"
#include "edge/cli/terminal.h"

namespace sluice::cli {

namespace {

Result<deident::Receipt> apply(const Args& args) {
  deident::ApplyOptions options;
  deident::Strategy strategy = TRY(strategy_for_file(args, *args.value("IN")));
  options.reviewed_by = TRY(reviewer_of(args, strategy));
  options.use = {args.value_or("--share-type", ""), args.value_or("--form", ""), rfc3339(SystemClock().now()).substr(0, 10), args.value_or("--purpose", "")};
  options.population = args.value_or("--population", "");
  std::optional<SecretBytes> key;
  if (auto path = args.value("--key")) key = TRY(read_masking_key(*path));
  auto signing = TRY(hold_signing_key(args));
  Progress progress("masking");
  options.performed_by = args.value("--by").value_or(login_name());
  options.checks.digests = args.value("--receipt").has_value() || args.json();
  options.checks.risk = options.checks.digests || strategy.k_min.has_value();
  options.progress = [&](uint64_t done, uint64_t all) { progress.update(done, all); };
  options.receipt = [&](const deident::Receipt& receipt) { return write_receipt(args, encode(receipt), signing); };
  return deident::apply_file(strategy, key, *args.value("IN"), *args.value("OUT"), options);
}

int run_deident_apply(const Args& args) {
  auto receipt = apply(args);
  if (!receipt) return report(receipt.error(), args);
  if (args.json()) {
    std::printf("%s\n", pretty(encode(*receipt)).c_str());
    return 0;
  }
  std::printf("%llu rows masked by strategy %s %s / 已按该策略脱敏\n", static_cast<unsigned long long>(receipt->rows_out), receipt->strategy.c_str(),
              receipt->strategy_version.c_str());
  std::printf("  masked 已处理, empty 空, failed 未能处理、已置空\n");
  for (const auto& f : receipt->columns) {
    if (f.technique == deident::Technique::keep) continue;
    std::printf("  %-24s %-17s %llu masked, %llu empty, %llu failed\n", f.column.c_str(), std::string(name_of(f.technique)).c_str(),
                static_cast<unsigned long long>(f.masked), static_cast<unsigned long long>(f.nulls), static_cast<unsigned long long>(f.failed));
  }
  if (receipt->rows_not_sampled) std::printf("  %llu rows not sampled 未抽中\n", static_cast<unsigned long long>(*receipt->rows_not_sampled));
  if (receipt->rows_suppressed) std::printf("  %llu rows in small classes dropped 因等价类过小删除\n", static_cast<unsigned long long>(*receipt->rows_suppressed));
  for (const auto& m : receipt->models)
    std::printf("  %s%s%s %lld, demanded 要求 %lld\n", m.model.c_str(), m.column.empty() ? "" : " ", m.column.c_str(), static_cast<long long>(m.reached), static_cast<long long>(m.wanted));
  if (receipt->aggregated_cells)
    std::printf("  aggregated to %llu cells 汇总单元, %llu hidden 已抑制\n", static_cast<unsigned long long>(*receipt->aggregated_cells), static_cast<unsigned long long>(receipt->aggregated_hidden.value_or(0)));
  if (receipt->risk_before && receipt->risk_after)
    std::printf("  k %llu -> %llu, unique rows 唯一记录 %llu -> %llu\n", static_cast<unsigned long long>(receipt->risk_before->k_min),
                static_cast<unsigned long long>(receipt->risk_after->k_min), static_cast<unsigned long long>(receipt->risk_before->unique_rows),
                static_cast<unsigned long long>(receipt->risk_after->unique_rows));
  return 0;
}

}  // namespace

Command deident_apply_command() {
  return {.path = "deident apply",
          .summary = "mask a CSV or Parquet file by a masking strategy",
          .summary_zh = "按脱敏策略处理文件",
          .options = {{.name = "--recipe", .value = "FILE", .help = "the masking strategy (YAML or JSON)", .arity = Arity::one, .help_zh = "脱敏策略（YAML 或 JSON）"},
                      {.name = "--key", .value = "FILE", .help = "key of pseudonyms and date shifts, at least 16 bytes", .help_zh = "假名与日期偏移的密钥，至少 16 字节"},
                      {.name = "--by", .value = "NAME", .help = "who masks, for the receipt (default: the user of the system)", .help_zh = "脱敏人，写入回执（默认为系统用户）"},
                      {.name = "--share-type", .value = "TYPE", .help = "what the output is for: full, controlled or enclave; strategies with use limits want to know", .help_zh = "输出用于何种共享类型：full、controlled、enclave；有使用限制的策略须说明"},
                      {.name = "--form", .value = "FORM", .help = "website, file, api, query or platform; likewise", .help_zh = "开放形态：website、file、api、query、platform；同上"},
                      {.name = "--purpose", .value = "PURPOSE", .help = "likewise", .help_zh = "用途；同上"},
                      {.name = "--signature", .value = "SIG", .help = "the reviewer's signature of the strategy (sluice sign)", .help_zh = "审核人对策略的签名（sluice sign）"},
                      {.name = "--reviewer", .value = "FILE", .help = "public key of a reviewer whose signature counts; may be repeated", .arity = Arity::many, .help_zh = "受信任审核人的公钥，可重复"},
                      {.name = "--population", .value = "FILE", .help = "the population, unmasked, for a presence target", .help_zh = "总体（未脱敏），供成员推断目标"},
                      {.name = "--receipt", .value = "FILE", .help = "where the receipt goes", .help_zh = "回执保存位置"},
                      kSignKeyOption, kSignPassphraseOption,
                      {.name = "--json", .help = "the receipt on stdout", .help_zh = "在标准输出给出回执（JSON）"}},
          .positionals = {{.name = "IN", .help = "CSV, TSV or Parquet", .help_zh = "CSV、TSV 或 Parquet"}, {.name = "OUT", .help = "the masked file", .help_zh = "脱敏文件"}},
          .run = run_deident_apply, .writes = {"OUT", "--receipt"}};
}

}  // namespace sluice::cli
