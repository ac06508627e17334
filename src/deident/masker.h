// A strategy bound to the columns of one table and to a key: cell in, masked cell out. The kernels behind the CSV path and
// the column engine. Deterministic: the same key, strategy and cell give the same output whatever the thread or batch.
//
// Thread rule: a Masker is immutable after bind(); each thread uses its own Scratch.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/restricted.h"
#include "deident/kernels.h"
#include "deident/receipt.h"
#include "deident/strategy.h"

namespace sluice::deident {



enum class CellOutcome { kept, masked, null, failed };

class Masker {
 public:
  // `columns` are the names in the data's order. Errors: "deident.unlisted_column", "deident.missing_column",
  // "deident.duplicate_column" (detail: the column, or its number where the name is unfit to print), "deident.key_required",
  // "deident.bad_key" (fewer than 16 bytes).
  static Result<Masker> bind(const Strategy& strategy, std::span<const std::string> columns, const std::optional<SecretBytes>& key,
                             TextEncoding encoding = TextEncoding::utf8);

  size_t columns() const { return actions_.size(); }
  Technique technique(size_t column) const { return actions_[column].technique; }
  bool dropped(size_t column) const { return technique(column) == Technique::suppress; }
  OnFailure on_failure(size_t column) const { return actions_[column].on_failure; }
  // The column whose value names the person for date_shift, if the technique needs one.
  std::optional<size_t> person_of(size_t column) const { return actions_[column].person; }

  // Appends the masked form of `cell` to `out` (nothing for `failed` and `null`). `person` is the person's cell where
  // person_of() names one. Never appends `cell` itself unless the technique is `keep` or leaves it as it is.
  CellOutcome apply(size_t column, std::string_view cell, std::string_view person, std::string& out) const;

  struct Action {
    Technique technique = Technique::keep;
    OnFailure on_failure = OnFailure::blank;
    std::optional<size_t> person{};
    FieldRule rule{};
    SecretBytes key{};   // derived for this technique, scope and domain
    std::string text{};  // constant, prefix or mask character
  };

 private:
  std::vector<Action> actions_;
  TextEncoding encoding_ = TextEncoding::utf8;
};

}  // namespace sluice::deident
