// Looks for direct identifiers that are still in the output: ID numbers (GB 11643 check digit and date), mobile numbers and
// e-mail addresses, anywhere in a cell. Runs of digits are taken whole, so that a longer number is no phone. ID numbers of
// the masked form (sequence 000) and those in a division that was never assigned (enciphered ones) do not count.
//
// One random 18-digit number in eleven passes the check: a column's ID numbers count as found only when more than 3 in 10
// of its ID-shaped runs pass. Thread rule: a tally belongs to one thread; tallies are added.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::deident {

struct ResidualTally {
  uint64_t id_shaped = 0, id_valid = 0, mobiles = 0, emails = 0;
  void add(const ResidualTally& other);
  uint64_t id_numbers() const { return id_valid * 10 > id_shaped * 3 ? id_valid : 0; }
  // Type and cells of what counts as found.
  std::vector<std::pair<std::string_view, uint64_t>> findings() const;
};

void scan_cell(std::string_view cell, ResidualTally& tally);

}  // namespace sluice::deident
