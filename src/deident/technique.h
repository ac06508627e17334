// A technique bound to its parameters and its key, for many cells of one column at once: the form in which the keyed and
// the learning techniques run behind the CSV path and behind the columnar path alike. Simple ones are plain functions
// (deident/kernels.h).
//
// Laws: run() answers every cell, in order; an empty cell is `null` and becomes empty; a cell that cannot be handled is
// `failed` and gives no text. The answer to a cell depends on nothing but the cell, what stands beside it, its row and
// what was learnt, so neither on threads nor on how a table was cut into batches.
// Thread rule: run() and reverse() are const and thread-safe; learn() and finish_learning() come before, from one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::deident {

enum class CellOutcome : uint8_t { kept, masked, null, failed };

struct CellInput {
  std::string_view cell;
  std::string_view beside{};  // the cell of the column that Masker::beside() names, if it names one
  uint64_t row = 0;           // of the table, from 0
  uint64_t times = 1;         // cells of the column that are like it and share its answer: for those who count
};

// Answers in order, their texts in one piece of memory.
class MaskedCells {
 public:
  void clear() {
    text_.clear();
    ends_.clear();
    outcomes_.clear();
  }
  // Append the text of the next answer here, then close it.
  std::string& text() { return text_; }
  void close(CellOutcome outcome) {
    if (outcome == CellOutcome::failed || outcome == CellOutcome::null) text_.resize(ends_.empty() ? 0 : ends_.back());
    ends_.push_back(text_.size());
    outcomes_.push_back(outcome);
  }
  size_t size() const { return ends_.size(); }
  std::string_view at(size_t i) const {
    size_t start = i ? ends_[i - 1] : 0;
    return std::string_view(text_).substr(start, ends_[i] - start);
  }
  CellOutcome outcome(size_t i) const { return outcomes_[i]; }

 private:
  std::string text_;
  std::vector<size_t> ends_;
  std::vector<CellOutcome> outcomes_;
};

class BoundTechnique {
 public:
  virtual ~BoundTechnique() = default;
  virtual void run(std::span<const CellInput> cells, MaskedCells& out) const = 0;
  // Whether the answer to a cell hangs on the cell (and what was learnt) alone, so that one answer does for all that are like it.
  virtual bool by_cell_alone() const { return false; }

  // Techniques that must have seen the whole column first.
  virtual bool learns() const { return false; }
  virtual void learn(const CellInput& /*cell*/) {}
  virtual Status finish_learning() { return {}; }

  // The way back, with the key. Only where reversible() holds.
  virtual bool reversible() const { return false; }
  virtual void reverse(std::span<const CellInput> cells, MaskedCells& out) const;
};

}  // namespace sluice::deident
