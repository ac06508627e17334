// Techniques that must have seen the whole column: rare values, microaggregation, permutation.
//
// Memory: rare holds the distinct values, microaggregation 16 bytes a row, permutation the column.
#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "crypto/ff1.h"
#include "deident/technique.h"
#include "deident/techniques/scaled.h"

namespace sluice::deident {

// Values that fewer than `k` rows have become `instead`; the others stay.
class RareValues final : public BoundTechnique {
 public:
  RareValues(int64_t k, std::string instead) : k_(static_cast<uint64_t>(k)), instead_(std::move(instead)) {}
  bool learns() const override { return true; }
  void learn(const CellInput& cell) override;
  Status finish_learning() override;
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;
  bool by_cell_alone() const override { return true; }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  uint64_t k_;
  std::string instead_;
  std::unordered_map<std::string, uint64_t, Hash, std::equal_to<>> counts_;
};

// Univariate microaggregation of fixed size: sorted values in groups of at least `k` (equal values never parted), each
// written as its group's mean. The sum is kept but for rounding. "deident.too_few_values" below k values.
class Microaggregate final : public BoundTechnique {
 public:
  explicit Microaggregate(int64_t k) : k_(static_cast<size_t>(k)) {}
  bool learns() const override { return true; }
  void learn(const CellInput& cell) override;
  Status finish_learning() override;
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;

 private:
  struct Group {
    WideSigned highest, mean;
  };
  size_t k_;
  size_t digits_ = 0;
  std::vector<WideSigned> values_;
  std::vector<Group> groups_;
};

// The cells of the column change places by a keyed permutation of the rows: every marginal stays, every link goes.
class Permute final : public BoundTechnique {
 public:
  explicit Permute(SecretBytes key) : key_(std::move(key)) {}
  bool learns() const override { return true; }
  void learn(const CellInput& cell) override;
  Status finish_learning() override;
  void run(std::span<const CellInput> cells, MaskedCells& out) const override;

 private:
  SecretBytes key_;
  std::string cells_;
  std::vector<size_t> ends_;
  std::optional<IntegerCipher> places_;
};

}  // namespace sluice::deident
