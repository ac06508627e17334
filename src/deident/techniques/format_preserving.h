// Format-preserving encryption of cells: rank the value among all of its kind, encipher the rank (crypto/ff1.h), write the
// value of the new rank. Reversible with the key; equal cells of one domain stay equal.
//
//   id_number  A GB 11643 number of 18 characters with a right check character becomes another one with a right check
//              character, in a division code that was never assigned (nobody_area below): nobody's, yet well-formed.
//              Whole of division, date and sequence are enciphered together; births before 2000, 2000–2019 and of each later
//              year stay within their span, so that nobody is born in the far future. An x is written X afterwards.
//   phone      A mobile number (1, then 3–9, nine digits; +86 or 86 before it stays). The result looks like a real number and may be
//              somebody's: never dial it, never publish it.
//   card       13–19 digits that pass Luhn: all but the first `first` digits (6 by default) and the check digit.
//   digits     6–36 digits; shorter ones are a small domain.
//   code       Digits become digits, letters letters of the same case; everything else stays in its place. Up to 2^100 forms.
//   date       A day of 1900–2099, as YYYY-MM-DD, YYYY/MM/DD or YYYYMMDD; the time stays. Small domain.
//
// A small domain (below 10⁶ values) is enciphered by a keyed permutation and counted: small_domain_cells(). What is not of
// the kind fails. Thread rule: as BoundTechnique.
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "crypto/ff1.h"
#include "deident/strategy.h"
#include "deident/technique.h"

namespace sluice::deident {

class FormatPreserving final : public BoundTechnique {
 public:
  // `key`: 32 bytes, derived for scope and domain.
  FormatPreserving(SecretBytes key, FormatKind kind, BlockCipher cipher, int first);
  ~FormatPreserving() override;
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  bool by_cell_alone() const override { return true; }
  bool reversible() const override { return true; }
  void reverse(std::span<const CellInput> cells, MaskedCells& out) const override;
  uint64_t small_domain_cells() const { return small_.load(); }

  struct Form;  // how one cell is written around its rank

 private:
  enum class Direction { encrypt, decrypt };
  void both(Direction direction, std::span<const CellInput> cells, MaskedCells& out) const;
  const IntegerCipher& cipher_for(Wide size, uint32_t variant) const;

  SecretBytes key_;
  FormatKind kind_;
  BlockCipher cipher_;
  int first_;
  mutable std::mutex mutex_;
  mutable std::map<std::pair<Wide, uint32_t>, IntegerCipher> ciphers_;
  mutable std::atomic<uint64_t> small_ = 0;
};

// A division code that GB/T 2260 never assigned, in a province that exists: cities 54–89 and 91–97, and all but 0000 in
// Taiwan, Hong Kong and Macau.
bool nobody_area(std::string_view six_digits);

}  // namespace sluice::deident
