#include <fmt/core.h>

#include "base/file.h"
#include "crypto/document_signature.h"
#include "edge/cli/command.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/secret_input.h"

namespace sluice::cli {
namespace {

// Documents are contracts, offers and manifests; data files are signed through their manifest.
constexpr size_t kSignedDocumentBytesMax = 64u << 20;

Status sign_file(const Args& args) {
  HeldPartyKey held = TRY(hold_party_key(args, kPassphraseFileOption.name));
  Bytes document = TRY(read_file(args.value_or("IN", ""), kSignedDocumentBytesMax));
  Json signature = TRY(sign_document(held, document));
  std::string out = (args.json() ? canonical(signature) : pretty(signature)) + "\n";
  if (auto path = args.value("--out")) return write_file(*path, view(out));
  fmt::print("{}", out);
  return {};
}

int run_sign(const Args& args) {
  Status done = sign_file(args);
  return done ? 0 : report(done.error(), args);
}

}  // namespace

Command sign_command() {
  return {.path = "sign",
          .summary = "sign a document with a party's key (JSON in its canonical form, anything else as it is)",
          .summary_zh = "用参与方密钥对文件签名（JSON 按规范形式，其他按原样）",
          .options = {kKeyOption, kPassphraseFileOption, {"--out", "SIG", "write the signature there instead of stdout"},
                      {"--json", "", "on one line"}},
          .positionals = {{"IN", "the document"}},
          .run = run_sign};
}

}  // namespace sluice::cli
