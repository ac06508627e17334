// sluice manifest: what a source does beside each file it hands over: count, sum, digest, sign (C6.1.2).
#include <cstdio>
#include <filesystem>

#include "collect/manifest.h"
#include "collect/pipeline.h"
#include "crypto/keyfile.h"
#include "edge/cli/command.h"
#include "edge/cli/secret_input.h"
#include "edge/cli/terminal.h"
#include "base/file.h"

namespace sluice::cli {

namespace {

// The source wants the figures of its file, not its rows.
class CountedOnly final : public table::BatchSink, public collect::HeldSink {
 public:
  Status append(const table::Batch&) override { return {}; }
  Status finish() override { return {}; }
  Status hold(collect::HeldRow) override { return {}; }
};

Result<collect::BatchManifest> make_manifest(const Args& args) {
  std::string file = *args.value("FILE");
  collect::Plan plan = TRY(collect::load_plan(*args.value("--plan")));
  if (args.flag("--deletion")) plan = TRY(collect::deletion_plan(plan));
  // What only the receiving space can check changes no figure of the file.
  plan.refunds.reset();
  for (collect::PlanField& f : plan.columns) f.reference.reset();
  std::string key_text = TRY(read_text_file(*args.value("--key"), 1u << 16));
  std::optional<SecretText> passphrase;
  if (args.value("--passphrase-file")) passphrase = TRY(read_passphrase(args, Asking::once));
  PartyKey key = TRY(read_key_file(key_text, passphrase));
  CountedOnly sink;
  collect::Progress progress;
  SystemClock clock;
  collect::CollectOptions options;
  options.today = civil_from_days(clock.now() / kDayMs);
  std::vector<Sm2PublicKey> own{key.key.public_key()};
  options.message_keys = own;
  auto outcome = TRY(collect::collect_file(plan, file, options, sink, sink, progress));
  collect::BatchManifest manifest;
  manifest.format = "sluice-batch-manifest/1";
  manifest.source_uscc = plan.source.uscc;
  manifest.plan = plan.id;
  manifest.file = std::filesystem::path(file).filename().string();
  manifest.batch = args.value_or("--batch", manifest.file);
  manifest.rows = outcome.facts.rows;
  manifest.control_totals = outcome.facts.control_totals;
  manifest.sm3 = outcome.facts.digest;
  manifest.made_at = rfc3339(clock.now());
  manifest = collect::sign_manifest(std::move(manifest), key.key);
  TRY(collect::save_manifest(collect::manifest_path(file), manifest));
  if (outcome.facts.held > 0)
    std::fprintf(stderr, "sluice: %lld rows break rules of the plan and will be held for checking where they are collected\n",
                 static_cast<long long>(outcome.facts.held));
  return manifest;
}

int run_manifest(const Args& args) {
  auto manifest = make_manifest(args);
  if (!manifest) return report(manifest.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(encode(*manifest)).c_str());
  } else {
    std::printf("%s: %lld rows, SM3 %s, signed by key %s\n", collect::manifest_path(*args.value("FILE")).c_str(),
                static_cast<long long>(manifest->rows), hex(manifest->sm3).c_str(), manifest->key_id.c_str());
  }
  return 0;
}

}  // namespace

Command manifest_command() {
  return {.path = "manifest",
          .summary = "As a source: count, sum, digest and sign a file under a plan (writes FILE.manifest.json)",
          .summary_zh = "来源方：按方案对文件计数、求和、摘要并签名（写出 FILE.manifest.json）",
          .options = {{"--plan", "PLAN", "the collection plan", Arity::one},
                      {"--key", "FILE", "the source's key (sluice key new)", Arity::one},
                      {"--batch", "ID", "the source's own number of the batch, default the file's name"},
                      {"--deletion", "", "the file lists the keys of rows that are taken back"},
                      kPassphraseFileOption,
                      {"--json", "", "answer as JSON"}},
          .positionals = {{"FILE", "the data file", Arity::one}},
          .run = run_manifest};
}

}  // namespace sluice::cli
