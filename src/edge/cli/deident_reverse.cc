// sluice deident reverse: the way back for enciphered columns, with the key. Inside a space the key never leaves the key
// agent, so that this command cannot be used there.
#include <cstdio>

#include "deident/apply.h"
#include "edge/cli/command.h"
#include "edge/cli/masking_key.h"
#include "edge/cli/masking_strategy.h"

namespace sluice::cli {

namespace {

Result<uint64_t> restore_file(const Args& args) {
  deident::Strategy strategy = TRY(named_strategy(args));
  SecretBytes key = TRY(read_masking_key(*args.value("--key")));
  return deident::reverse_csv(strategy, key, args.values("--column"), *args.value("IN"), *args.value("OUT"));
}

int run_deident_reverse(const Args& args) {
  auto rows = restore_file(args);
  if (!rows) return report(rows.error(), args);
  if (args.json()) {
    std::printf("%s\n", canonical(Json::object({{"rows", *rows}})).c_str());
  } else {
    std::printf("%llu rows restored\n", static_cast<unsigned long long>(*rows));
  }
  return 0;
}

}  // namespace

Command deident_reverse_command() {
  return {.path = "deident reverse",
          .summary = "restore enciphered columns of a masked file, with the key",
          .summary_zh = "用密钥还原加密的字段",
          .options = {{.name = "--recipe", .value = "FILE", .help = "the strategy that masked the file", .arity = Arity::one},
                      {.name = "--key", .value = "FILE", .help = "the key it was masked with", .arity = Arity::one},
                      {.name = "--column", .value = "NAME", .help = "a column to restore; may be repeated", .arity = Arity::many},
                      {.name = "--json", .help = "the count on stdout"}},
          .positionals = {{.name = "IN", .help = "the masked file"}, {.name = "OUT", .help = "the restored file"}},
          .run = run_deident_reverse};
}

}  // namespace sluice::cli
