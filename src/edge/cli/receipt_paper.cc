#include "edge/cli/receipt_paper.h"

#include "base/file.h"
#include "crypto/document_signature.h"
#include "edge/cli/party_key_input.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

Result<std::optional<HeldPartyKey>> hold_signing_key(const Args& args) {
  if (!args.value(kSignKeyOption.name)) return std::optional<HeldPartyKey>();
  if (!args.value("--receipt")) return goes_with("--sign-key", "--receipt");
  return std::optional(TRY(hold_party_key(args, kSignPassphraseOption.name, kSignKeyOption.name)));
}

Status write_signed(const std::string& path, const Json& receipt, std::optional<HeldPartyKey>& key) {
  std::string text = pretty(receipt) + "\n";
  TRY(write_file(path, view(text)));
  if (!key) return {};
  std::string signature = pretty(TRY(sign_document(*key, view(text)))) + "\n";
  return write_file(path + ".sig", view(signature));
}

Status write_receipt(const Args& args, const Json& receipt, std::optional<HeldPartyKey>& key) {
  auto path = args.value("--receipt");
  return path ? write_signed(*path, receipt, key) : Status();
}

}  // namespace sluice::cli
