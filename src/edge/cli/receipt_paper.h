// Receipts as files: `--receipt FILE`, and beside it FILE.sig, the signature (what `sluice sign` writes) by the key that `--sign-key` names.
#pragma once

#include <optional>
#include <string>

#include "crypto/keyfile.h"
#include "edge/cli/command.h"

namespace sluice::cli {

inline constexpr Option kSignKeyOption{"--sign-key", "FILE", "sign the receipt with this party's key: FILE.sig beside it", Arity::optional, "用本方密钥签署回执，签名为其旁的 FILE.sig"};
inline constexpr Option kSignPassphraseOption{"--sign-passphrase-file", "FILE", "that key's passphrase, or the token's PIN, on the first line (else asked for)", Arity::optional, "该密钥的口令或设备 PIN，取文件首行（否则询问）"};

// Taken before the work begins, so that a wrong passphrase costs no run. "cli.bad_arguments" for --sign-key without --receipt.
Result<std::optional<HeldPartyKey>> hold_signing_key(const Args& args);
// A receipt and, with a key, its signature at `path`.sig.
Status write_signed(const std::string& path, const Json& receipt, std::optional<HeldPartyKey>& key);
// Where --receipt asks for it.
Status write_receipt(const Args& args, const Json& receipt, std::optional<HeldPartyKey>& key);

}  // namespace sluice::cli
