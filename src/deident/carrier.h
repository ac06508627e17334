// Whether a column may bear recipient marks (mark.h): never in billing amounts, never in codes (issue 5 §4).
//
// By what the column is, from the rules' knowledge of names (classify::Classifier, by tokens, never substrings), and from its cells:
//   codes    a name that ends in code, no, 编码, 编号 …, or of a type that is a code: refused for every kind of carrier. For low_digit also by
//            the cells, where no name tells it: leading zeros before the point (00.66), letters before digits (E11.9), or the same two or
//            more digits before the point in all cells (39.95), unless the type is one that is measured. `CodeTally` counts while the marks are written.
//   billing  low_digit wants a column that is measured (vital signs, test results, environment). Amounts and balances are refused
//            whatever the strategy says of them, prices unless it masks them by `noise`, and so is every other column of the national catalogue. What nobody knows wants a word of the
//            author: `billing: false` (no bills are made of it), `measured: true` (it is measured; its cells may all have one shape), or `noise` on it.
//   words    equivalent wants a column written in words (departments, institutions, addresses, remarks) or one that nobody knows, none of the
//            national catalogue, and two values that are words: no codes, no numbers.
// Errors: "mark.billing_column", "mark.code_column" (detail: the column).
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deident/strategy.h"

namespace sluice::deident {

// Types of columns that the caller knows: as people graded them, or by rules of its own. They stand before what the built-in rules make of the name; whether
// a name is the national catalogue's own is told by the name alone.
using KnownTypes = std::map<std::string, std::string>;

Status check_carrier_column(const Strategy& strategy, const MarkCarrier& carrier, const KnownTypes& known = {});

// What a column may not bear by its name and type, for who composes a strategy: the kind, the reason id, and whether the author's statement,
// or noise on the column, lifts it. What the pair and the cells say is for check_carrier_column and CodeTally.
struct CarrierRefusal {
  CarrierKind kind{};
  std::string reason;
  bool lifted_by_statement = false, lifted_by_noise = false;
  static constexpr auto fields =
      field_list(field("kind", &CarrierRefusal::kind), field("reason", &CarrierRefusal::reason), field("lifted_by_statement", &CarrierRefusal::lifted_by_statement),
                 field("lifted_by_noise", &CarrierRefusal::lifted_by_noise));
};
std::vector<CarrierRefusal> carrier_refusals(const std::string& column, const KnownTypes& known = {});

// What the cells of a low_digit carrier look like. Thread rule: add() may run on many threads.
class CodeTally {
 public:
  explicit CodeTally(const MarkCarrier& carrier, const KnownTypes& known = {});
  void add(std::string_view cell);
  // Whether what was counted are codes; a handful of cells tells nothing.
  bool says_codes() const;

 private:
  bool watched_ = false, measured_ = false;
  std::atomic<uint64_t> decimals_ = 0, leading_zeros_ = 0, lettered_ = 0;
  std::array<std::atomic<uint64_t>, 5> by_length_{};  // digits before the point, the last: more
};

}  // namespace sluice::deident
