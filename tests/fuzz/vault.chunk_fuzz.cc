// Law: the plaintext of a chunk, whatever its bytes, is a column of the asked shape or malformed; and a column that was
// decoded comes back from its own encoding.
// Input: u8 type, u8 scale, u16 rows, plaintext.
#include <cstdlib>

#include "base/bytes.h"
#include "vault/chunk.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  if (size < 4) return 0;
  table::ColumnSpec spec{.name = "c", .type = static_cast<table::Type>(data[0] % 6), .scale = data[1]};
  size_t rows = static_cast<size_t>(data[2]) << 8 | data[3];
  auto column = vault::decode_chunk({data + 4, size - 4}, spec, rows);
  if (!column) return 0;
  if (column->rows() != rows) std::abort();
  auto again = vault::encode_chunk(*column);
  if (!again) return 0;  // too large to be one chunk
  auto back = vault::decode_chunk(*again, spec, rows);
  if (!back || !back->same_values(*column)) std::abort();
  return 0;
}
