// The digest of a large file over its blocks, kind `sm3-blocks-65536/1`: SM3 over the SM3 digests, one after the other, of its
// blocks of 65,536 bytes (the last is shorter; an empty file has none). docs/formats/deident-receipt.md says how a third party
// recomputes it with common tools.
//
// Blocks are independent, so that sixteen are hashed at once where the processor can; a plain SM3 waits for every byte before.
// Within the kind it is as hard to find two files of one digest as to find a collision of SM3: equal digests mean equal lists of
// block digests, these mean equal blocks. It says nothing across kinds: a digest always travels with the name of its kind.
// Thread rule: one thread. Memory: 1 MiB.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/hash.h"

namespace sluice {

constexpr std::string_view kBlockDigestKind = "sm3-blocks-65536/1";
constexpr size_t kDigestBlockBytes = 65536;

class BlockDigest {
 public:
  void update(ByteView data);
  Digest finish();  // once

 private:
  void hash_blocks(ByteView data);
  Bytes pending_;
  Sm3 over_digests_;
};

Digest block_digest(ByteView data);
// Of the whole file, in bounded memory; "file.not_found", "file.unreadable".
Result<Digest> block_digest_of_file(const std::string& path);

}  // namespace sluice
