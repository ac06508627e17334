#include "vault/bitpack.h"

#include <bit>
#include <cstring>

namespace sluice::vault {

static_assert(std::endian::native == std::endian::little, "bit order of the format is that of the machine");

namespace {

template <class T>
void pack_values(Bytes& out, PackedShape shape, std::span<const T> values) {
  put_u64(out, shape.base);
  put_u8(out, static_cast<uint8_t>(shape.width));
  size_t at = out.size();
  out.resize(at + packed_bytes(values.size(), shape.width));
  uint8_t* p = out.data() + at;
  if (shape.width == 64) {
    for (T v : values) {
      uint64_t bits = static_cast<uint64_t>(v) - shape.base;
      std::memcpy(p, &bits, 8);
      p += 8;
    }
    return;
  }
  uint64_t buffer = 0;
  unsigned filled = 0;  // below 8 between values, so that 56 more bits fit
  for (T v : values) {
    buffer |= (static_cast<uint64_t>(v) - shape.base) << filled;
    filled += shape.width;
    for (; filled >= 8; filled -= 8, buffer >>= 8) *p++ = static_cast<uint8_t>(buffer);
  }
  if (filled > 0) *p = static_cast<uint8_t>(buffer);
}

// Eight-byte loads at bit positions; the last values, whose load would pass the end, go through a padded copy.
template <class T>
void unpack_bits(const uint8_t* bits, size_t bytes, size_t n, PackedShape shape, T* out) {
  const unsigned width = shape.width;
  const uint64_t mask = (uint64_t{1} << width) - 1;
  size_t safe = bytes < 8 ? 0 : std::min(n, ((bytes - 8) * 8) / width + 1);
  for (size_t i = 0; i < safe; i++) {
    size_t bit = i * width;
    uint64_t word;
    std::memcpy(&word, bits + bit / 8, 8);
    out[i] = static_cast<T>(shape.base + (word >> (bit % 8) & mask));
  }
  for (size_t i = safe; i < n; i++) {
    size_t bit = i * width;
    uint64_t word = 0;
    std::memcpy(&word, bits + bit / 8, std::min<size_t>(8, bytes - bit / 8));
    out[i] = static_cast<T>(shape.base + (word >> (bit % 8) & mask));
  }
}

template <class Stored, class T>
void unpack_whole(const uint8_t* bits, size_t n, uint64_t base, T* out) {
  for (size_t i = 0; i < n; i++) {
    Stored v;
    std::memcpy(&v, bits + i * sizeof(Stored), sizeof(Stored));
    out[i] = static_cast<T>(base + v);
  }
}

}  // namespace

PackedShape packed_shape(uint64_t low, uint64_t high) {
  unsigned width = static_cast<unsigned>(std::bit_width(high - low));
  return {low, width > 56 ? 64 : width};
}

void put_packed(Bytes& out, PackedShape shape, std::span<const uint64_t> values) { pack_values(out, shape, values); }
void put_packed(Bytes& out, PackedShape shape, std::span<const uint32_t> values) { pack_values(out, shape, values); }

Result<PackedRun> read_packed(ByteReader& in, size_t n) {
  PackedRun run;
  run.shape.base = TRY(in.u64());
  run.shape.width = TRY(in.u8());
  if (run.shape.width > 56 && run.shape.width != 64) return fail(Errc::corrupt, "vault.chunk_malformed");
  run.n = n;
  run.bits = TRY(in.take(packed_bytes(n, run.shape.width)));
  return run;
}

template <class T>
void unpack(const PackedRun& run, T* out) {
  const uint8_t* bits = run.bits.data();
  switch (run.shape.width) {
    case 0:
      std::fill(out, out + run.n, static_cast<T>(run.shape.base));
      return;
    case 8:
      return unpack_whole<uint8_t>(bits, run.n, run.shape.base, out);
    case 16:
      return unpack_whole<uint16_t>(bits, run.n, run.shape.base, out);
    case 32:
      return unpack_whole<uint32_t>(bits, run.n, run.shape.base, out);
    case 64:
      return unpack_whole<uint64_t>(bits, run.n, run.shape.base, out);
    default:
      return unpack_bits(bits, run.bits.size(), run.n, run.shape, out);
  }
}

template void unpack<int64_t>(const PackedRun&, int64_t*);
template void unpack<int32_t>(const PackedRun&, int32_t*);
template void unpack<uint32_t>(const PackedRun&, uint32_t*);
template void unpack<uint8_t>(const PackedRun&, uint8_t*);

}  // namespace sluice::vault
