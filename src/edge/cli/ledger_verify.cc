// `sluice ledger verify`, `ledger prove`, `ledger export-tiles`: what anyone may do with a ledger's file and no secret.
// All three open the file for reading and run beside a server.
#include <unistd.h>

#include <cstdio>

#include "adapter/sqlite/ledger_store.h"
#include "base/file.h"
#include "edge/cli/command.h"
#include "ledger/export.h"
#include "ledger/ledger.h"
#include "ledger/verifier.h"

namespace sluice::cli {

namespace {

Result<std::unique_ptr<adapter::SqliteLedgerStore>> ledger_of(const Args& args) {
  std::string path = args.value_or("--space", ".") + "/ledger.sqlite";
  auto store = adapter::SqliteLedgerStore::open(path, adapter::OpenMode::read_only);
  if (!store && store.error().code == Errc::not_found) return fail(Errc::not_found, "space.not_found", path);
  return store;
}

Json report_json(const ledger::VerifyReport& r) {
  Json out = Json::object({{"verified", r.ok()},
                           {"origin", r.origin},
                           {"entries", r.entries},
                           {"fields", r.fields},
                           {"erased_fields", r.erased_fields},
                           {"checkpoints", r.checkpoints},
                           {"signed_size", r.signed_size},
                           {"segments", r.segments},
                           {"records", r.records},
                           {"blobs", r.blobs},
                           {"tiles", r.tiles},
                           {"key_periods", r.key_periods},
                           {"sm3_root", hex(r.sm3_root)},
                           {"sha256_root", hex(r.sha256_root)}});
  if (r.pinned) out.set("pinned", *r.pinned);
  if (!r.ok()) {
    Json bad = Json::object({{"reason", r.first_bad->reason}, {"what", r.first_bad->what}});
    if (r.first_bad->seq) bad.set("seq", *r.first_bad->seq);
    out.set("first_bad", std::move(bad));
  }
  return out;
}

void print_report(const ledger::VerifyReport& r) {
  if (!r.ok()) {
    std::string where = r.first_bad->seq ? "entry " + std::to_string(*r.first_bad->seq) + ": " : "";
    std::printf("NOT verified: %s%s (%s)\n", where.c_str(), r.first_bad->what.c_str(), r.first_bad->reason.c_str());
    return;
  }
  std::printf("verified: %s\n", r.origin.c_str());
  std::printf("  %llu entries, %llu fields (%llu erased), %llu tiles\n", static_cast<unsigned long long>(r.entries),
              static_cast<unsigned long long>(r.fields), static_cast<unsigned long long>(r.erased_fields), static_cast<unsigned long long>(r.tiles));
  std::printf("  %llu checkpoints, the last of size %llu; %llu key periods\n", static_cast<unsigned long long>(r.checkpoints),
              static_cast<unsigned long long>(r.signed_size), static_cast<unsigned long long>(r.key_periods));
  std::printf("  %llu access segments with %llu records, %llu blobs\n", static_cast<unsigned long long>(r.segments),
              static_cast<unsigned long long>(r.records), static_cast<unsigned long long>(r.blobs));
  std::printf("  SM3 root     %s\n  SHA-256 root %s\n", hex(r.sm3_root).c_str(), hex(r.sha256_root).c_str());
  std::printf("  %s\n", r.pinned ? "the trusted anchor matches" : "no anchor given (--trust): whoever holds the keys could have rewritten it");
}

int run_ledger_verify(const Args& args) {
  std::optional<ledger::Trust> trust;
  if (auto path = args.value("--trust")) {
    auto text = read_text_file(*path, ledger::kNoteBytesMax);
    if (!text) return report(text.error(), args);
    auto parsed = ledger::Trust::parse(*text);
    if (!parsed) return report(parsed.error(), args);
    trust = *std::move(parsed);
  }
  auto store = ledger_of(args);
  if (!store) return report(store.error(), args);
  ledger::VerifyOptions options;
  if (trust) options.trust = &*trust;
  if (isatty(STDERR_FILENO))
    options.progress = [](uint64_t done, uint64_t total) {
      std::fprintf(stderr, "\r%llu of %llu entries%s", static_cast<unsigned long long>(done), static_cast<unsigned long long>(total),
                   done == total ? "\n" : "");
    };
  auto result = ledger::verify_store(**store, options);
  if (!result) return report(result.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(report_json(*result)).c_str());
  } else {
    print_report(*result);
  }
  return result->ok() ? 0 : exit_code(Errc::refused);
}

int run_ledger_prove(const Args& args) {
  auto store = ledger_of(args);
  if (!store) return report(store.error(), args);
  SystemRandom random;
  auto opened = ledger::Ledger::open(**store, random);
  if (!opened) return report(opened.error(), args);
  ledger::Reveal reveal;
  std::string digits = args.value_or("SEQ", "");
  if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string::npos)
    return report(Error{Errc::usage, "ledger.bad_sequence", "SEQ is a number"}, args);
  reveal.seq = std::stoull(digits);
  reveal.fields = args.values("--field");
  auto bundle = (*opened)->evidence({&reveal, 1});
  if (!bundle) return report(bundle.error(), args);
  std::printf("%s\n", pretty(*bundle).c_str());
  return 0;
}

int run_ledger_export(const Args& args) {
  auto store = ledger_of(args);
  if (!store) return report(store.error(), args);
  SystemRandom random;
  auto opened = ledger::Ledger::open(**store, random);
  if (!opened) return report(opened.error(), args);
  auto done = ledger::export_tiles(**opened, args.value_or("DIR", ""));
  if (!done) return report(done.error(), args);
  return 0;
}

}  // namespace

Command ledger_verify_command() {
  return {.path = "ledger verify",
          .summary = "Re-hash the whole ledger and check every signature; names the first bad entry",
          .summary_zh = "校验存证日志：重算全部散列并核验每个签名，指出第一条有误的记录",
          .options = {{"--space", "DIR", "folder of the space (default: here)"},
                      {"--trust", "FILE", "verifier keys or a checkpoint seen before"},
                      {"--json", "", "answer as JSON"}},
          .positionals = {},
          .run = run_ledger_verify};
}

Command ledger_prove_command() {
  return {.path = "ledger prove",
          .summary = "Print evidence for one entry: proofs, checkpoint and the chosen fields",
          .summary_zh = "为一条记录出具证据：证明路径、检查点与选定字段",
          .options = {{"--space", "DIR", "folder of the space (default: here)"},
                      {"--field", "NAME", "field to reveal", Arity::many},
                      {"--json", "", "answer as JSON (it always is)"}},
          .positionals = {{"SEQ", "sequence of the entry"}},
          .run = run_ledger_prove};
}

Command ledger_export_command() {
  return {.path = "ledger export-tiles",
          .summary = "Write checkpoint, tiles and entries as C2SP tlog-tiles files, for public witnesses and verifiers",
          .summary_zh = "按 C2SP tlog-tiles 布局导出检查点、瓦片与记录，供公共见证方核验",
          .options = {{"--space", "DIR", "folder of the space (default: here)"}, {"--json", "", "errors as JSON"}},
          .positionals = {{"DIR", "where to write"}},
          .run = run_ledger_export};
}

}  // namespace sluice::cli
