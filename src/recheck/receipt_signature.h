// Whose word a receipt is: a detached signature of it (crypto/document_signature.h, what `sluice sign` writes), and the receipt of the masking
// from which a marked copy was made. Findings `signature` and `masked_receipt`.
#pragma once

#include <optional>
#include <span>

#include "crypto/sign.h"
#include "recheck/check.h"

namespace sluice::recheck {

// Without a signature: not_checkable, for then input, strategy and person are the receipt's own word. With one: ok only when it is of this receipt and
// by one of `keys`; without keys a valid signature is not_checkable too, and names the key that made it.
Finding judge_signature(std::string_view receipt_json, const std::optional<Json>& signature, std::span<const Sm2PublicKey> keys);

// That a marked copy's receipt is of `masked_receipt_json` and repeats what it says of the fields and rows.
Result<Finding> judge_masked_receipt(std::string_view receipt_json, std::string_view masked_receipt_json);

}  // namespace sluice::recheck
