// A pack: objects of a backup one after the other in one file, with its index at the end. docs/formats/backup.md.
//
//   pack    = object* index trailer
//   index   = per object: name(32) ‖ offset u64 ‖ size u64 ‖ SM3 of the stored bytes (32)
//   trailer = SM3(index) (32) ‖ objects u32 ‖ "sluice/pack/v1\0\0" (16)
// The file is called hex(SM3(index)) ".pack": its name stands for every byte of it. Whoever has a pack can check it
// without a key. The name of a sealed chunk is its digest; of a block, a keyed hash of what it holds (snapshot.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace sluice::vault {

inline constexpr size_t kPackRowBytes = 80;
inline constexpr size_t kPackTrailerBytes = 52;
inline constexpr uint32_t kPackObjectsMax = 1u << 20;
inline constexpr uint64_t kPackObjectBytesMax = 1u << 30;

struct PackRow {
  Digest name{};
  uint64_t offset = 0, size = 0;
  Digest digest{};
};

struct PackTail {
  Digest index_digest{};
  uint32_t objects = 0;
};

Bytes pack_index(const std::vector<PackRow>& rows);
Bytes pack_trailer(ByteView index, uint32_t objects);
std::string pack_file_name(const Digest& index_digest);
// Of a name in the packs' folder: the digest that it promises.
bool is_pack_file_name(std::string_view name, Digest& index_digest);

// "backup.pack_damaged" unless the bytes are exactly what pack_trailer / pack_index write; objects lie without gaps from 0
// and fill the pack of `objects_bytes` bytes.
Result<PackTail> parse_pack_trailer(ByteView trailer);
Result<std::vector<PackRow>> parse_pack_index(ByteView index, const PackTail& tail, uint64_t objects_bytes);

}  // namespace sluice::vault
