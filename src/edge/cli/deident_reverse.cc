// sluice deident reversal-approval and sluice deident reverse: the way back for enciphered columns, with the key and the signatures of two. Inside a
// space the key never leaves the key agent, so that these commands cannot be used there (`sluice reverse request` is).
#include <cstdio>

#include "base/clock.h"
#include "base/file.h"
#include "crypto/block_digest.h"
#include "crypto/keyfile.h"
#include "deident/apply.h"
#include "deident/reversal.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/masking_strategy.h"

namespace sluice::cli {

namespace {

constexpr size_t kReceiptBytesMax = 16u << 20;

std::string reversal_today() { return rfc3339(SystemClock().now()).substr(0, 10); }

Status write_approval(const Args& args) {
  deident::Strategy strategy = TRY(named_strategy(args));
  std::string receipt = TRY(read_text_file(*args.value("--receipt"), kReceiptBytesMax));
  auto approval = TRY(deident::draft_approval(strategy, receipt, *args.value("IN"), args.values("--column"), *args.value("--reason"), *args.value("--until")));
  std::string json = pretty(encode(approval)) + "\n";
  if (auto path = args.value("--out")) return write_file(*path, view(json));
  std::printf("%s", json.c_str());
  return {};
}

int run_reversal_approval(const Args& args) {
  Status done = write_approval(args);
  return done ? 0 : report(done.error(), args);
}

Result<deident::Approved> approved_by_two(const Args& args, const std::string& receipt) {
  deident::ApprovalEvidence evidence;
  auto document = args.value("--approval");
  if (!document) return fail(Errc::refused, "deident.two_approvals_wanted", "0");
  evidence.document = TRY(read_text_file(*document, 1u << 20));
  for (const auto& path : args.values("--signature")) evidence.signatures.push_back(TRY(parse_json(TRY(read_text_file(path, 64u << 10)))));
  for (const auto& path : args.values("--approved-by")) evidence.approvers.push_back(TRY(read_public_key_file(TRY(read_text_file(path, 64u << 10)))).key);
  return deident::check_approval(evidence, receipt, *args.value("IN"), args.values("--column"), reversal_today());
}

Result<deident::ReversalRecord> restore_file(const Args& args) {
  const std::string in = *args.value("IN"), out = *args.value("OUT");
  deident::Strategy strategy = TRY(named_strategy(args));
  auto receipt_path = args.value("--receipt");
  if (!receipt_path) return fail(Errc::refused, "deident.two_approvals_wanted", "0");
  std::string receipt = TRY(read_text_file(*receipt_path, kReceiptBytesMax));
  auto approved = TRY(approved_by_two(args, receipt));
  SecretBytes key = TRY(read_masking_key(*args.value("--key")));
  deident::ReversalRecord record;
  record.key_id = deident::key_id_of(key);
  if (TRY(parse_json(receipt)).get_string_or("key_id", "").value_or("") != record.key_id) return fail(Errc::invalid, "deident.wrong_key");
  record.approval = approved.approval;
  record.approval_sm3 = approved.approval_sm3;
  record.approved_by = approved.approved_by;
  record.columns = args.values("--column");
  if (record.columns.empty()) record.columns = approved.approval.columns;
  record.performed_by = args.value("--by").value_or(login_name());
  // On disk before the restored file has its name: there is none without its record.
  auto note = [&](const std::string& written, uint64_t rows) -> Status {
    record.rows = rows;
    record.output_digest = TRY(block_digest_of_file(written));
    record.performed_at = rfc3339(SystemClock().now());
    std::string json = pretty(encode(record)) + "\n";
    return write_file(args.value_or("--record", out + ".reversal.json"), view(json));
  };
  TRY(deident::reverse_file(strategy, key, record.columns, in, out, note));
  return record;
}

int run_deident_reverse(const Args& args) {
  auto record = restore_file(args);
  if (!record) return report(record.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(encode(*record)).c_str());
  } else {
    std::printf("%llu rows restored 行已还原, approved by 审批人 %s 与 %s; record 记录 %s\n", static_cast<unsigned long long>(record->rows), record->approved_by[0].c_str(), record->approved_by[1].c_str(),
                args.value_or("--record", *args.value("OUT") + ".reversal.json").c_str());
  }
  return 0;
}

}  // namespace

Command deident_reversal_approval_command() {
  return {.path = "deident reversal-approval",
          .summary = "write what two parties sign before columns of a masked file are restored",
          .summary_zh = "生成还原审批文件，由两方各自签名后方可还原",
          .options = {{.name = "--recipe", .value = "FILE", .help = "the strategy that masked the file", .arity = Arity::one, .help_zh = "该文件脱敏所用的策略"},
                      {.name = "--receipt", .value = "FILE", .help = "the receipt of the masking", .arity = Arity::one, .help_zh = "脱敏回执"},
                      {.name = "--column", .value = "NAME", .help = "a column to restore; may be repeated (default: all that can be)", .arity = Arity::many, .help_zh = "要还原的字段，可重复（默认全部可还原字段）"},
                      {.name = "--reason", .value = "TEXT", .help = "why", .arity = Arity::one, .help_zh = "理由"},
                      {.name = "--until", .value = "YYYY-MM-DD", .help = "the last day of the approval", .arity = Arity::one, .help_zh = "批准的最后一天"},
                      {.name = "--out", .value = "FILE", .help = "write it there instead of stdout", .help_zh = "写入文件，不写标准输出"}},
          .positionals = {{.name = "IN", .help = "the masked file, CSV or Parquet", .help_zh = "脱敏文件，CSV 或 Parquet"}},
          .run = run_reversal_approval, .writes = {"--out"}};
}

Command deident_reverse_command() {
  return {.path = "deident reverse",
          .summary = "restore enciphered columns of a masked file, with the key and the signatures of two",
          .summary_zh = "经双人签名批准，用密钥还原加密的字段",
          .options = {{.name = "--recipe", .value = "FILE", .help = "the strategy that masked the file", .arity = Arity::one, .help_zh = "该文件脱敏所用的策略"},
                      {.name = "--key", .value = "FILE", .help = "the key it was masked with", .arity = Arity::one, .help_zh = "脱敏时的密钥"},
                      {.name = "--receipt", .value = "FILE", .help = "the receipt of the masking", .help_zh = "脱敏回执"},
                      {.name = "--approval", .value = "FILE", .help = "what was approved (sluice deident reversal-approval)", .help_zh = "批准文件（sluice deident reversal-approval 生成）"},
                      {.name = "--signature", .value = "SIG", .help = "a signature of the approval (sluice sign); two are wanted", .arity = Arity::many, .help_zh = "对批准文件的签名（sluice sign），须两份"},
                      {.name = "--approved-by", .value = "FILE", .help = "public key of one whose signature counts; two are wanted", .arity = Arity::many, .help_zh = "有权批准者的公钥，须两个"},
                      {.name = "--column", .value = "NAME", .help = "an approved column; may be repeated (default: all that are approved)", .arity = Arity::many, .help_zh = "已批准的字段，可重复（默认全部已批准字段）"},
                      {.name = "--record", .value = "FILE", .help = "where the record of the restoration goes (default: OUT.reversal.json)", .help_zh = "还原记录的保存位置（默认 OUT.reversal.json）"},
                      {.name = "--by", .value = "NAME", .help = "who restores, for the record (default: the user of the system)", .help_zh = "还原人，写入记录（默认为系统用户）"},
                      {.name = "--json", .help = "the record on stdout", .help_zh = "在标准输出给出记录（JSON）"}},
          .positionals = {{.name = "IN", .help = "the masked file, CSV or Parquet", .help_zh = "脱敏文件，CSV 或 Parquet"}, {.name = "OUT", .help = "the restored file, in the same format", .help_zh = "还原文件，格式相同"}},
          .run = run_deident_reverse, .writes = {"OUT", "--record"}};
}

}  // namespace sluice::cli
