// Rows that were accepted block by block and are held when the blocks are seen in order: keys that came before, refunds that do not stand.
#include <algorithm>

#include "collect/validate.h"

namespace sluice::collect {

void Validator::hold_duplicates(const CsvBlock& block, size_t first_row, std::span<const uint32_t> accepted, Checked& out) const {
  std::vector<Late> late;
  for (uint32_t position : accepted) late.push_back({position, key_[0], "key.duplicate"});
  out.tally.duplicates += static_cast<int64_t>(late.size());
  hold_accepted(block, first_row, late, out);
}

void Validator::settle_refunds(const CsvBlock& block, size_t first_row, RefundBook& book, Checked& out) const {
  size_t amount = plan_->find(plan_->refunds->amount), origin = plan_->find(plan_->refunds->origin), of = plan_->find(plan_->refunds->of);
  std::vector<Late> late;
  for (uint32_t position = 0; position < out.rows_of.size(); position++) {
    uint32_t row = out.rows_of[position];
    if (!out.present[amount][row]) continue;
    int64_t value = out.ints[amount][row];
    if (value >= 0) {
      book.origin(cell(block, first_row + row, of), value);
    } else if (std::string_view rule = book.judge(cell(block, first_row + row, origin), value); !rule.empty()) {
      late.push_back({position, origin, rule});
    }
  }
  hold_accepted(block, first_row, late, out);
}

void Validator::hold_accepted(const CsvBlock& block, size_t first_row, std::span<const Late> late, Checked& out) const {
  if (late.empty()) return;
  for (const Late& one : late) {
    uint32_t row = out.rows_of[one.position];
    (out.state[row] == 1 ? out.tally.warned : out.tally.accepted)--;
    out.tally.held++;
    out.state[row] = 2;
    const std::string& subject_name = plan_->columns[one.column].name;
    out.tally.rules[{subject_name, one.rule, Severity::hold}]++;
    HeldRow held = held_row(block, first_row, row);
    held.reasons.push_back({subject_name, std::string(one.rule)});
    auto at = std::upper_bound(out.held.begin(), out.held.end(), held.row, [](uint64_t r, const HeldRow& h) { return r < h.row; });
    out.held.insert(at, std::move(held));
  }
  emit(block, first_row, out);
}

}  // namespace sluice::collect
