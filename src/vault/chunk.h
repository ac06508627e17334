// One column of one row group as bytes: encoding, compression and sealing (docs/formats/sealed-chunk.md).
// Pure functions, thread-safe.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/restricted.h"
#include "table/column.h"

namespace sluice::vault {

constexpr size_t kChunkBodyBytesMax = 256u << 20;

// The plaintext of a chunk: packing ‖ body size ‖ content. Chooses the encoding, and zstd where it pays.
// "vault.chunk_too_large".
Result<Bytes> encode_chunk(const table::Column& column);
// The body without packing: what the golden file pins.
Bytes encode_body(const table::Column& column);

// Survives any bytes: "vault.chunk_malformed" unless they are exactly a column of this type, scale and row count.
Result<table::Column> decode_chunk(ByteView plain, const table::ColumnSpec& spec, size_t rows);

// Where a chunk belongs.
struct ChunkPlace {
  std::string_view dataset;
  std::string_view version;
  std::string_view column;
  uint64_t number = 0;
  uint32_t rows = 0;
};
Bytes chunk_associated(const ChunkPlace& place);

// "aead.bad_key".
Result<Bytes> seal_chunk(const SecretBytes& key, const ChunkPlace& place, ByteView plain);
// "vault.chunk_tampered" (detail: column and chunk number). Fills `plain`, whose memory is reused.
Status open_chunk(const SecretBytes& key, const ChunkPlace& place, ByteView sealed, Bytes& plain);

}  // namespace sluice::vault
