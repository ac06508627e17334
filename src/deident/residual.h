// Looks for direct identifiers that are still in the output, anywhere in a cell: ID numbers (GB 11643 check digit and date), mobile
// numbers, e-mail addresses, bank cards (issuer's prefix and Luhn), medical-insurance and social-security numbers after words that name them
// (医保, 社保, 社会保障, 参保, 医疗证), social-security cards (a letter and eight digits, in columns of little else), addresses down to a house number
// (UTF-8). Runs of digits are taken whole, so that a longer number is no phone. Masked forms do not count: ID numbers of sequence 000
// or in a division that was never assigned, phones, cards and insurance numbers with zeros for what identifies.
//
// One random 18-digit number in eleven passes the check: a column's ID numbers count as found only when more than 3 in 10
// of its ID-shaped runs pass; of cards, one number in ten passes: more than 6 in 10 must. Thread rule: a tally belongs to one thread; tallies are added.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::deident {

struct ResidualTally {
  uint64_t id_shaped = 0, id_valid = 0, mobiles = 0, emails = 0;
  uint64_t card_shaped = 0, card_valid = 0, social_shaped = 0, insurance = 0, addresses = 0, cells = 0;
  void add(const ResidualTally& other);
  uint64_t id_numbers() const { return id_valid * 10 > id_shaped * 3 ? id_valid : 0; }
  // Type and cells of what counts as found.
  std::vector<std::pair<std::string_view, uint64_t>> findings() const;
};

constexpr size_t kResidualBytesMin = 6;  // shorter cells are passed over

void scan_cell(std::string_view cell, ResidualTally& tally);

}  // namespace sluice::deident
