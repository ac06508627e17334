// The numbers of docs/formats/sealed-chunk.md that encoder and decoder share.
#pragma once

#include "base/bytes.h"
#include "table/column.h"

namespace sluice::vault {

constexpr size_t kChunkHeadBytes = 5;  // packing, body size
constexpr uint8_t kPackingStored = 0;
constexpr uint8_t kPackingZstd = 1;

constexpr uint8_t kPacked = 1;
constexpr uint8_t kDelta = 2;
constexpr uint8_t kTextPlain = 3;
constexpr uint8_t kTextDictionary = 4;
constexpr uint8_t kIntDictionary = 5;

// The body's head after its encoding: nulls, rows, presence.
void put_body_head_rest(Bytes& out, const table::Column& column);

}  // namespace sluice::vault
