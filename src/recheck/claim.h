// What a technique claims of the cells it wrote, as a predicate over single cells and, for some, over the whole column.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "recheck/ladder.h"
#include "recheck/parameters.h"

namespace sluice::recheck {

class Claim {
 public:
  virtual ~Claim() = default;
  // Cells are UTF-8 and not empty. False: the cell breaks the claim.
  virtual bool holds(std::string_view cell) = 0;
  // After the last cell: how many cells break a claim about the whole column.
  virtual uint64_t broken_at_end() { return 0; }
};

// Null where nothing can be said of a cell (`keep`, `permute`, given hierarchies, techniques this version does not know). The parameters
// have no fault.
std::unique_ptr<Claim> claim_of(std::string_view technique, const Parameters& parameters);

// Of a given hierarchy that is at hand, which must outlive the claim.
std::unique_ptr<Claim> claim_of_ladder(const Ladder& ladder, const Parameters& parameters);

// Whether with these parameters the technique leaves every cell as it is: nothing is claimed then.
bool changes_nothing(std::string_view technique, const Parameters& parameters);

// Whether there is such a technique at all: a receipt that names another says nothing.
bool is_technique(std::string_view name);

// Pieces that claims and the identifier scan share.
char check_character_of_id(std::string_view first17);
bool passes_luhn(std::string_view digits);
// A GB 11643 number that cannot be anybody's: sequence 000, or a division that was never assigned.
bool is_nobodys_id(std::string_view eighteen);

}  // namespace sluice::recheck
