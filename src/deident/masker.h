// A strategy bound to the columns of one table and to a key: cell in, masked cell out. The kernels behind the CSV path and
// the column engine. Deterministic: the same key, strategy and cell give the same output whatever the thread or batch
// (but for `encrypt` with `mode: randomised`).
//
// Keyed and learning techniques run on many cells at once (apply_many); the plain ones cell by cell (apply). Where
// learns() holds, every row is shown to learn() before the first is masked.
// Cells are text in UTF-8 or in the file's `encoding`, and so are the answers; techniques, conditions and the choice of a sample see UTF-8, so
// that equal text is equal whatever the file (deident/cell_encoding.h). What is kept keeps its bytes.
// Thread rule: a Masker is immutable after bind() and learning; calls of apply and apply_many may run on many threads.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/restricted.h"
#include "crypto/hmac_lanes.h"
#include "deident/kernels.h"
#include "deident/local_classes.h"
#include "deident/receipt.h"
#include "deident/strategy.h"
#include "deident/technique.h"

namespace sluice::deident {

class Masker {
 public:
  // `columns` are the names in the data's order. Errors: "deident.unlisted_column", "deident.missing_column",
  // "deident.duplicate_column" (detail: the column, or its number where the name is unfit to print), "deident.key_required",
  // "deident.bad_key" (fewer than 16 bytes), "deident.nothing_left".
  static Result<Masker> bind(const Strategy& strategy, std::span<const std::string> columns, const std::optional<SecretBytes>& key,
                             TextEncoding encoding = TextEncoding::utf8);
  // The way back for the named columns alone; all others are kept as they are. `columns` are those of the masked file.
  // "deident.not_reversible" (detail: the column) where the strategy's technique has no way back.
  static Result<Masker> bind_reverse(const Strategy& strategy, std::span<const std::string> columns, std::span<const std::string> restored,
                                     const SecretBytes& key);

  // Some columns by techniques of the caller's, all others kept.
  struct Custom {
    size_t column;
    std::optional<size_t> beside;
    std::shared_ptr<BoundTechnique> technique;
  };
  static Masker of(size_t columns, std::span<const Custom> customs);
  // The same for a file in another encoding.
  Masker in_encoding(TextEncoding encoding) const;

  size_t columns() const { return actions_.size(); }
  TextEncoding encoding() const { return encoding_; }
  Technique technique(size_t column) const { return actions_[column].technique; }
  const FieldRule& rule(size_t column) const { return actions_[column].rule; }
  bool dropped(size_t column) const { return technique(column) == Technique::suppress; }
  OnFailure on_failure(size_t column) const { return actions_[column].on_failure; }
  // The column whose cell stands beside this one's: the person of a date shift, the row key of noise.
  std::optional<size_t> beside(size_t column) const { return actions_[column].beside; }
  bool in_batches(size_t column) const { return actions_[column].bound != nullptr; }
  // Whether one answer does for all cells that are alike.
  bool by_cell_alone(size_t column) const { return !in_batches(column) || actions_[column].bound->by_cell_alone(); }

  bool learns() const;
  bool learns(size_t column) const { return (in_batches(column) && actions_[column].bound->learns()) || watched(column); }
  // Learns from the rows that go out, and from no others: what it writes hangs on how many of these hold a value.
  bool counts_rows(size_t column) const;
  void learn(size_t column, const CellInput& cell);
  Status finish_learning();

  // Plain techniques. Appends the masked form of `cell` to `out` (nothing for `failed` and `null`). Never appends `cell`
  // itself unless the technique is `keep` or leaves it as it is.
  CellOutcome apply(size_t column, std::string_view cell, std::string& out) const;
  // All techniques: one answer a cell, in order.
  void apply_many(size_t column, std::span<const CellInput> cells, MaskedCells& out) const;
  // Cells that were enciphered in a domain below 10⁶ so far, if the technique is format-preserving.
  std::optional<uint64_t> small_domain_cells(size_t column) const;

  // What was replaced so far in a column of free text, by kind.
  std::optional<std::map<std::string, uint64_t>> replaced_entities(size_t column) const;
  // Cells of such a column so far in which something looks like a name and was left.
  std::optional<uint64_t> cells_with_names_left(size_t column) const;

  // The column that decides which rows are sampled, if rows are; and for its cells whether their rows stay.
  std::optional<size_t> sample_column() const { return sample_column_; }
  void sample(std::span<const std::string_view> cells, std::vector<uint8_t>& stays) const;

  struct Action {
    Technique technique = Technique::keep;
    OnFailure on_failure = OnFailure::blank;
    std::optional<size_t> beside{};
    bool backwards = false;
    FieldRule rule{};
    std::shared_ptr<BoundTechnique> bound{};  // shared: copies of a Masker run the same learnt technique
    std::string text{};                       // constant or mask character
  };

 private:
  static CellOutcome apply_plain(const Action& action, std::string_view cell, std::string& out);
  void run(size_t column, std::span<const CellInput> cells, MaskedCells& out) const;
  // Not generalised locally itself, but of the classes in which others are.
  bool watched(size_t column) const { return column < watched_.size() && watched_[column].has_value(); }
  Status bind_locally(const Strategy& strategy, const std::map<std::string_view, size_t>& position);
  Status may_be_watched(size_t column, const std::string& name) const;
  std::shared_ptr<BoundTechnique> under_condition(const Action& action) const;

  std::vector<Action> actions_;
  TextEncoding encoding_ = TextEncoding::utf8;
  std::optional<size_t> sample_column_;
  int sample_permille_ = 1000;
  HmacSm3Key sample_key_;
  std::shared_ptr<LocalClasses> local_;          // null: no column is recoded locally
  std::vector<std::optional<size_t>> watched_;   // by column: its place among the classes
};

}  // namespace sluice::deident
