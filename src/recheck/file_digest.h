// The digest of a file as a receipt names it, computed the plain way: one SM3 after another, by what the format's page says.
// It shares no code with the writer of receipts (crypto/block_digest.h); tests hold the two against each other.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice::recheck {

// Kinds: "sm3" (of all bytes) and "sm3-blocks-65536/1". Errors: "recheck.unsupported_format" (detail: the kind),
// "file.not_found", "file.unreadable".
Result<Digest> digest_of_file(std::string_view kind, const std::string& path);

}  // namespace sluice::recheck
