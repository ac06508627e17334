#include "deident/techniques/learning.h"

#include <algorithm>

namespace sluice::deident {

void BoundTechnique::reverse(std::span<const CellInput> cells, MaskedCells& out) const {
  for (size_t i = 0; i < cells.size(); i++) out.close(CellOutcome::failed);
}

void RareValues::learn(const CellInput& c) {
  if (c.cell.empty()) return;
  auto at = counts_.find(c.cell);
  if (at == counts_.end()) at = counts_.emplace(std::string(c.cell), 0).first;
  at->second++;
}

Status RareValues::finish_learning() {
  std::erase_if(counts_, [&](const auto& entry) { return entry.second < k_; });
  return {};
}

void RareValues::run(std::span<const CellInput> cells, MaskedCells& out) const {
  for (const CellInput& c : cells) {
    if (c.cell.empty()) {
      out.close(CellOutcome::null);
      continue;
    }
    bool stays = counts_.find(c.cell) != counts_.end();
    out.text() += stays ? c.cell : std::string_view(instead_);
    out.close(stays ? CellOutcome::kept : CellOutcome::masked);
  }
}

void Microaggregate::learn(const CellInput& c) {
  WideSigned value = 0;
  size_t digits = 0;
  if (!read_millionths(c.cell, value, digits)) return;
  values_.push_back(value);
  digits_ = std::max(digits_, digits);
}

Status Microaggregate::finish_learning() {
  if (!values_.empty() && values_.size() < k_) return fail(Errc::refused, "deident.too_few_values");
  std::sort(values_.begin(), values_.end());
  for (size_t from = 0; from < values_.size();) {
    size_t to = std::min(from + k_, values_.size());
    while (to < values_.size() && values_[to] == values_[to - 1]) to++;
    if (values_.size() - to < k_) to = values_.size();
    WideSigned sum = 0;
    for (size_t i = from; i < to; i++) sum += values_[i];
    auto n = static_cast<WideSigned>(to - from);
    groups_.push_back({values_[to - 1], (sum + (sum < 0 ? -n : n) / 2) / n});
    from = to;
  }
  values_.clear();
  values_.shrink_to_fit();
  return {};
}

void Microaggregate::run(std::span<const CellInput> cells, MaskedCells& out) const {
  for (const CellInput& c : cells) {
    if (c.cell.empty()) {
      out.close(CellOutcome::null);
      continue;
    }
    WideSigned value = 0;
    size_t digits = 0;
    bool fine = read_millionths(c.cell, value, digits);
    auto at = std::lower_bound(groups_.begin(), groups_.end(), value, [](const Group& g, WideSigned v) { return g.highest < v; });
    if (at == groups_.end() && !groups_.empty()) --at;  // of a row that does not go out
    fine = fine && at != groups_.end();
    if (fine) put_millionths(at->mean, digits_, out.text());
    out.close(fine ? CellOutcome::masked : CellOutcome::failed);
  }
}

void Permute::learn(const CellInput& c) {
  cells_ += c.cell;
  ends_.push_back(cells_.size());
}

Status Permute::finish_learning() {
  if (!ends_.empty()) places_ = TRY(IntegerCipher::create(BlockCipher::sm4, key_, ends_.size()));
  return {};
}

void Permute::run(std::span<const CellInput> cells, MaskedCells& out) const {
  std::vector<Wide> rows;
  for (const CellInput& c : cells) rows.push_back(c.row);
  bool known = places_.has_value() && std::all_of(rows.begin(), rows.end(), [&](Wide r) { return r < ends_.size(); });
  if (known) places_->encrypt(rows);
  for (Wide row : rows) {
    if (!known) {
      out.close(CellOutcome::failed);
      continue;
    }
    auto r = static_cast<size_t>(row);
    size_t start = r ? ends_[r - 1] : 0;
    std::string_view cell = std::string_view(cells_).substr(start, ends_[r] - start);
    out.text() += cell;
    out.close(cell.empty() ? CellOutcome::null : CellOutcome::masked);
  }
}

}  // namespace sluice::deident
