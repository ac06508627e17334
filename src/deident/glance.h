// The first look at a cell, before the residual scan reads it byte by byte (deident/residual.h): 64 bytes at a time it tells that there is
// nothing in it (nearly always), or that only its runs of digits matter, and which.
//
// nothing: no bit of deident/byte_bits.h stands, or the cell is ASCII without @ or groups of digits and no run has a length that counts. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::deident {

enum class Seen : uint8_t { nothing, runs, text };

struct Glance {
  Seen seen = Seen::text;
  // Of runs, in a cell of at most 64 bytes of ASCII: its digits, and the last digit of each run of 11 to 19 (of 8 in a cell of nine bytes).
  uint64_t digits = 0, last = 0;
};

}  // namespace sluice::deident
