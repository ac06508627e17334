// Integers packed to the bits they need: docs/formats/sealed-chunk.md, "Packed integers".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace sluice::vault {

struct PackedShape {
  uint64_t base = 0;
  unsigned width = 0;  // 0–56 or 64
};

// The narrowest shape for values in [low, high] (as unsigned distances from low).
PackedShape packed_shape(uint64_t low, uint64_t high);
constexpr size_t packed_bytes(size_t n, unsigned width) { return (n * width + 7) / 8; }

// base ‖ width ‖ bits.
void put_packed(Bytes& out, PackedShape shape, std::span<const uint64_t> values);
void put_packed(Bytes& out, PackedShape shape, std::span<const uint32_t> values);

// A packed run inside a body: where its bits lie. Errors: "bytes.truncated", "vault.chunk_malformed".
struct PackedRun {
  PackedShape shape;
  size_t n = 0;
  ByteView bits;
};
Result<PackedRun> read_packed(ByteReader& in, size_t n);

// out[i] = base + bits of value i, cut to the size of T.
template <class T>
void unpack(const PackedRun& run, T* out);

}  // namespace sluice::vault
