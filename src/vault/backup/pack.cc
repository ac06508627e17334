#include "vault/backup/pack.h"

#include <algorithm>

#include "crypto/hash.h"

namespace sluice::vault {

namespace {

constexpr std::string_view kPackMark{"sluice/pack/v1\0\0", 16};
constexpr std::string_view kPackSuffix = ".pack";

tl::unexpected<Error> damaged_pack(std::string what) { return fail(Errc::corrupt, "backup.pack_damaged", std::move(what)); }

Digest digest_at(ByteView bytes) {
  Digest out;
  std::copy(bytes.begin(), bytes.begin() + 32, out.begin());
  return out;
}

}  // namespace

Bytes pack_index(const std::vector<PackRow>& rows) {
  Bytes out;
  out.reserve(rows.size() * kPackRowBytes);
  for (const PackRow& row : rows) {
    put(out, ByteView(row.name));
    put_u64(out, row.offset);
    put_u64(out, row.size);
    put(out, ByteView(row.digest));
  }
  return out;
}

Bytes pack_trailer(ByteView index, uint32_t objects) {
  Bytes out;
  put(out, ByteView(sm3(index)));
  put_u32(out, objects);
  put(out, kPackMark);
  return out;
}

std::string pack_file_name(const Digest& index_digest) { return hex(index_digest) + std::string(kPackSuffix); }

bool is_pack_file_name(std::string_view name, Digest& index_digest) {
  if (!name.ends_with(kPackSuffix)) return false;
  auto digest = digest_from_hex(name.substr(0, name.size() - kPackSuffix.size()));
  if (digest) index_digest = *digest;
  return digest.has_value();
}

Result<PackTail> parse_pack_trailer(ByteView trailer) {
  if (trailer.size() != kPackTrailerBytes || text(trailer.subspan(36)) != kPackMark) return damaged_pack("trailer");
  ByteReader count(trailer.subspan(32, 4));
  PackTail tail{digest_at(trailer), TRY(count.u32())};
  if (tail.objects == 0 || tail.objects > kPackObjectsMax) return damaged_pack("count");
  return tail;
}

Result<std::vector<PackRow>> parse_pack_index(ByteView index, const PackTail& tail, uint64_t objects_bytes) {
  if (index.size() != size_t{tail.objects} * kPackRowBytes || sm3(index) != tail.index_digest) return damaged_pack("index");
  ByteReader in(index);
  std::vector<PackRow> rows(tail.objects);
  uint64_t end = 0;
  for (PackRow& row : rows) {
    row.name = digest_at(TRY(in.take(32)));
    row.offset = TRY(in.u64());
    row.size = TRY(in.u64());
    row.digest = digest_at(TRY(in.take(32)));
    if (row.offset != end || row.size == 0 || row.size > kPackObjectBytesMax) return damaged_pack("place");
    end += row.size;
  }
  if (end != objects_bytes) return damaged_pack("size");
  return rows;
}

}  // namespace sluice::vault
