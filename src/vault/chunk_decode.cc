#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

#include "crypto/aead.h"
#include "vault/bitpack.h"
#include "vault/chunk.h"
#include "vault/chunk_layout.h"

namespace sluice::vault {

using table::Column;
using table::ColumnParts;
using table::Type;

namespace {

tl::unexpected<Error> malformed() { return fail(Errc::corrupt, "vault.chunk_malformed"); }

ZSTD_DCtx* decompressor() {
  struct Free {
    void operator()(ZSTD_DCtx* c) const { ZSTD_freeDCtx(c); }
  };
  thread_local std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  return context.get();
}

// A view of the body: the stored bytes, or their decompression in `buffer`.
Result<ByteView> body_of(ByteView plain, Bytes& buffer) {
  ByteReader in(plain);
  uint8_t packing = TRY(in.u8());
  uint32_t size = TRY(in.u32());
  if (size > kChunkBodyBytesMax) return malformed();
  ByteView content = TRY(in.take(in.left()));
  if (packing == kPackingStored) {
    if (content.size() != size) return malformed();
    return content;
  }
  if (packing != kPackingZstd) return malformed();
  // The frame states its size, so that a lie is found before memory is taken.
  if (ZSTD_getFrameContentSize(content.data(), content.size()) != size) return malformed();
  if (buffer.size() < size) buffer.resize(size);
  size_t n = ZSTD_decompressDCtx(decompressor(), buffer.data(), size, content.data(), content.size());
  if (ZSTD_isError(n) || n != size) return malformed();
  return ByteView(buffer.data(), size);
}

bool fits(Type type, int64_t low, int64_t high) {
  if (type == Type::date)
    return low >= std::numeric_limits<int32_t>::min() && high <= std::numeric_limits<int32_t>::max();
  if (type == Type::boolean) return low >= 0 && high <= 1;
  return true;
}

// Whether every value that the shape can hold fits, so that none has to be looked at.
bool run_fits(Type type, PackedShape shape) {
  if (type != Type::date && type != Type::boolean) return true;
  if (shape.width > 32) return false;
  auto low = static_cast<int64_t>(shape.base);
  if (!fits(type, low, low)) return false;
  return fits(type, low, low + ((int64_t{1} << shape.width) - 1));
}

// Lengths become offsets; false when they do not add up to what a column may hold.
bool offsets_from_lengths(const PackedRun& lengths, std::vector<uint32_t>& offsets) {
  offsets.resize(lengths.n + 1);
  if (lengths.shape.width > 32 || lengths.shape.base > kChunkBodyBytesMax) return false;
  unpack(lengths, offsets.data() + 1);
  uint64_t total = 0;
  offsets[0] = 0;
  for (size_t i = 1; i < offsets.size(); i++) {
    total += offsets[i];
    if (total > kChunkBodyBytesMax) return false;
    offsets[i] = static_cast<uint32_t>(total);
  }
  return true;
}

Status read_texts(ByteReader& in, size_t n, ColumnParts& parts) {
  PackedRun lengths = TRY(read_packed(in, n));
  if (!offsets_from_lengths(lengths, parts.offsets)) return malformed();
  ByteView bytes = TRY(in.take(parts.offsets.back()));
  parts.arena.assign(bytes.begin(), bytes.end());
  return {};
}

Status read_codes(ByteReader& in, size_t rows, uint64_t entries, std::vector<uint32_t>& codes) {
  PackedRun run = TRY(read_packed(in, rows));
  if (run.shape.width > 32 || run.shape.base >= entries) return malformed();
  codes.resize(rows);
  unpack(run, codes.data());
  // Codes that cannot reach `entries`, whatever their bits, need no look; codes that could pass 2^32 have no business.
  uint64_t reach = run.shape.base + ((uint64_t{1} << run.shape.width) - 1);
  if (reach < entries) return {};
  if (reach > UINT32_MAX) return malformed();
  uint32_t highest = 0;
  for (uint32_t code : codes) highest = std::max(highest, code);
  if (highest >= entries) return malformed();
  return {};
}

Status read_text_dictionary(ByteReader& in, ColumnParts& parts) {
  uint32_t entries = TRY(in.u32());
  if (entries == 0 || entries > parts.rows) return malformed();
  TRY(read_texts(in, entries, parts));
  return read_codes(in, parts.rows, entries, parts.codes);
}

// Integers of any encoding, into the width that the type keeps.
template <class T>
Status read_integers(ByteReader& in, uint8_t encoding, Type type, size_t rows, std::vector<T>& out) {
  out.resize(rows);
  if (encoding == kPacked) {
    PackedRun run = TRY(read_packed(in, rows));
    if (!run_fits(type, run.shape)) {
      // The width would allow more than the type does: only the values themselves can tell.
      std::vector<int64_t> wide(rows);
      unpack(run, wide.data());
      for (int64_t v : wide)
        if (!fits(type, v, v)) return malformed();
    }
    unpack(run, out.data());
    return {};
  }
  if (type == Type::boolean) return malformed();
  if (encoding == kDelta) {
    uint64_t value = TRY(in.u64());
    if (rows == 0) return malformed();
    std::vector<int64_t> steps(rows - 1);
    PackedRun run = TRY(read_packed(in, rows - 1));
    unpack(run, steps.data());
    for (size_t i = 0; i < rows; i++) {
      int64_t now = static_cast<int64_t>(value);
      if (!fits(type, now, now)) return malformed();
      out[i] = static_cast<T>(now);
      if (i + 1 < rows) value += static_cast<uint64_t>(steps[i]);
    }
    return {};
  }
  if (encoding != kIntDictionary) return malformed();
  uint32_t entries = TRY(in.u32());
  if (entries == 0 || entries > rows) return malformed();
  std::vector<int64_t> values(entries);
  PackedRun run = TRY(read_packed(in, entries));
  unpack(run, values.data());
  auto [low, high] = std::minmax_element(values.begin(), values.end());
  if (!fits(type, *low, *high)) return malformed();
  std::vector<uint32_t> codes;
  TRY(read_codes(in, rows, entries, codes));
  for (size_t i = 0; i < rows; i++) out[i] = static_cast<T>(values[codes[i]]);
  return {};
}

Status read_values(ByteReader& in, uint8_t encoding, ColumnParts& parts) {
  switch (parts.type) {
    case Type::text:
      if (encoding == kTextPlain) return read_texts(in, parts.rows, parts);
      if (encoding == kTextDictionary) return read_text_dictionary(in, parts);
      return malformed();
    case Type::date:
      return read_integers(in, encoding, parts.type, parts.rows, parts.dates);
    case Type::boolean:
      return read_integers(in, encoding, parts.type, parts.rows, parts.bools);
    case Type::int64:
    case Type::decimal:
    case Type::datetime:
      return read_integers(in, encoding, parts.type, parts.rows, parts.ints);
  }
  return malformed();
}

Result<Column> decode_body(ByteView body, const table::ColumnSpec& spec, size_t rows) {
  ByteReader in(body);
  ColumnParts parts;
  parts.type = spec.type;
  parts.scale = spec.scale;
  parts.rows = rows;
  if (TRY(in.u8()) != static_cast<uint8_t>(spec.type)) return malformed();
  if (TRY(in.u8()) != spec.scale) return malformed();
  uint8_t encoding = TRY(in.u8());
  uint8_t nulls = TRY(in.u8());
  if (nulls > 1 || TRY(in.u32()) != rows || rows == 0) return malformed();
  if (nulls == 1) {
    ByteView words = TRY(in.take((rows + 63) / 64 * 8));
    parts.validity.resize(words.size() / 8);
    std::memcpy(parts.validity.data(), words.data(), words.size());
  }
  TRY(read_values(in, encoding, parts));
  if (!in.done()) return malformed();
  return Column(std::move(parts));
}

}  // namespace

Result<Column> decode_chunk(ByteView plain, const table::ColumnSpec& spec, size_t rows) {
  thread_local Bytes buffer;  // grows to the largest body of the thread; making it anew costs more than decoding
  if (rows > (size_t{1} << 20)) return malformed();
  auto body = body_of(plain, buffer);
  if (!body) return malformed();
  auto column = decode_body(*body, spec, rows);
  if (!column) return malformed();
  return column;
}

Bytes chunk_associated(const ChunkPlace& place) {
  Bytes out = to_bytes("sluice/chunk/v1");
  for (std::string_view part : {place.dataset, place.version, place.column}) {
    put_u16(out, static_cast<uint16_t>(part.size()));
    put(out, part);
  }
  put_u64(out, place.number);
  put_u32(out, place.rows);
  return out;
}

namespace {

Bytes nonce_of(uint64_t number) {
  Bytes nonce(4, 0);
  put_u64(nonce, number);
  return nonce;
}

}  // namespace

Result<Bytes> seal_chunk(const SecretBytes& key, const ChunkPlace& place, ByteView plain) {
  Sm4Gcm cipher = TRY(Sm4Gcm::create(key));
  return cipher.seal(nonce_of(place.number), chunk_associated(place), plain);
}

Status open_chunk(const SecretBytes& key, const ChunkPlace& place, ByteView sealed, Bytes& plain) {
  Sm4Gcm cipher = TRY(Sm4Gcm::create(key));
  auto tampered = [&] {
    return fail(Errc::corrupt, "vault.chunk_tampered",
                "column " + std::string(place.column) + ", chunk " + std::to_string(place.number));
  };
  if (sealed.size() < kGcmTagBytes) return tampered();
  plain.resize(sealed.size() - kGcmTagBytes);
  if (!cipher.open_into(nonce_of(place.number), chunk_associated(place), sealed, plain)) return tampered();
  return {};
}

}  // namespace sluice::vault
