#include "recheck/class_count.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sluice::recheck {

std::string class_key(std::span<const std::string_view> cells) {
  std::string out;
  for (std::string_view cell : cells) {
    out += std::to_string(cell.size()) + ":";
    out += cell;
  }
  return out;
}

ClassCount::ClassCount(std::vector<size_t> quasi, std::vector<size_t> sensitive) : quasi_(std::move(quasi)) {
  for (size_t place : sensitive) sensitive_.push_back({.place = place});
}

void ClassCount::row(std::span<const std::string_view> cells) {
  rows_++;
  of_row_.clear();
  for (size_t q : quasi_) of_row_.push_back(cells[q]);
  auto at = class_of_.emplace(class_key(of_row_), static_cast<uint32_t>(sizes_.size())).first;
  if (at->second == sizes_.size()) sizes_.push_back(0);
  sizes_[at->second]++;
  for (Column& column : sensitive_) {
    uint32_t code = column.codes.emplace(std::string(cells[column.place]), static_cast<uint32_t>(column.overall.size())).first->second;
    if (code == column.overall.size()) column.overall.push_back(0);
    column.overall[code]++;
    column.counts[uint64_t{at->second} << 32 | code]++;
  }
}

uint64_t ClassCount::smallest() const { return sizes_.empty() ? 0 : *std::min_element(sizes_.begin(), sizes_.end()); }
uint64_t ClassCount::alone() const { return static_cast<uint64_t>(std::count(sizes_.begin(), sizes_.end(), uint64_t{1})); }

std::vector<ClassCount::Counts> ClassCount::by_class(size_t sensitive) const {
  std::vector<Counts> out(sizes_.size());
  for (auto [key, n] : sensitive_[sensitive].counts) out[key >> 32].emplace_back(static_cast<uint32_t>(key), n);
  return out;
}

double ClassCount::least_distinct(size_t sensitive) const {
  size_t least = sensitive_[sensitive].overall.size();
  for (const Counts& counts : by_class(sensitive)) least = std::min(least, counts.size());
  return static_cast<double>(least);
}

double ClassCount::least_entropy(size_t sensitive) const {
  double least = std::log(static_cast<double>(std::max<size_t>(1, sensitive_[sensitive].overall.size())));
  auto classes = by_class(sensitive);
  for (size_t c = 0; c < classes.size(); c++) {
    double entropy = 0;
    for (auto [code, n] : classes[c]) {
      double share = static_cast<double>(n) / static_cast<double>(sizes_[c]);
      entropy -= share * std::log(share);
    }
    least = std::min(least, entropy);
  }
  return std::exp(least);
}

uint64_t ClassCount::not_recursive(size_t sensitive, double c, uint64_t l) const {
  uint64_t broken = 0;
  for (Counts& counts : by_class(sensitive)) {
    std::sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    uint64_t rest = 0;
    for (size_t i = static_cast<size_t>(std::max<uint64_t>(1, l)) - 1; i < counts.size(); i++) rest += counts[i].second;
    broken += !(static_cast<double>(counts[0].second) < c * static_cast<double>(rest));
  }
  return broken;
}

// A greater l has a smaller tail, so that one that holds is followed by those below it.
uint64_t ClassCount::greatest_recursive(size_t sensitive, double c) const {
  uint64_t l = 0;
  while (l < sensitive_[sensitive].overall.size() && not_recursive(sensitive, c, l + 1) == 0) l++;
  return l;
}

double ClassCount::farthest_equal(size_t sensitive) const {
  const Column& column = sensitive_[sensitive];
  double farthest = 0;
  auto classes = by_class(sensitive);
  for (size_t c = 0; c < classes.size(); c++) {
    double above = 0;  // half of the sum of differences is the sum of those above
    for (auto [code, n] : classes[c])
      above += std::max(0.0, static_cast<double>(n) / static_cast<double>(sizes_[c]) - static_cast<double>(column.overall[code]) / static_cast<double>(rows_));
    farthest = std::max(farthest, above);
  }
  return farthest;
}

std::vector<uint32_t> ClassCount::rank_of_codes(const Column& column) const {
  struct Value {
    std::string_view text;
    double number;
    uint32_t code;
  };
  std::vector<Value> values;
  bool numbers = true;
  for (const auto& [text, code] : column.codes) {
    char* end = nullptr;
    double number = std::strtod(text.c_str(), &end);
    numbers = numbers && !text.empty() && *end == '\0' && std::isfinite(number);
    values.push_back({text, number, code});
  }
  std::sort(values.begin(), values.end(), [&](const Value& a, const Value& b) { return numbers && a.number != b.number ? a.number < b.number : a.text < b.text; });
  std::vector<uint32_t> rank(values.size());
  for (uint32_t i = 0; i < values.size(); i++) rank[values[i].code] = i;
  return rank;
}

double ClassCount::farthest_ordered(size_t sensitive) const {
  const Column& column = sensitive_[sensitive];
  const size_t m = column.overall.size();
  if (m < 2) return 0;
  std::vector<uint32_t> rank = rank_of_codes(column);
  std::vector<double> table(m), own(m);
  for (size_t code = 0; code < m; code++) table[rank[code]] = static_cast<double>(column.overall[code]) / static_cast<double>(rows_);
  double farthest = 0;
  auto classes = by_class(sensitive);
  for (size_t c = 0; c < classes.size(); c++) {
    std::fill(own.begin(), own.end(), 0.0);
    for (auto [code, n] : classes[c]) own[rank[code]] = static_cast<double>(n) / static_cast<double>(sizes_[c]);
    double carried = 0, work = 0;
    for (size_t i = 0; i + 1 < m; i++) {
      carried += own[i] - table[i];
      work += std::abs(carried);
    }
    farthest = std::max(farthest, work / static_cast<double>(m - 1));
  }
  return farthest;
}

std::optional<double> ClassCount::farthest_hierarchical(size_t sensitive, const ValueTree& tree) const {
  const Column& column = sensitive_[sensitive];
  std::vector<const std::vector<uint32_t>*> groups(column.overall.size());
  std::vector<double> table(tree.groups()), own(tree.groups());
  for (const auto& [text, code] : column.codes) {
    groups[code] = tree.groups_of(text);
    if (!groups[code]) return std::nullopt;
    for (uint32_t g : *groups[code]) table[g] += static_cast<double>(column.overall[code]) / static_cast<double>(rows_);
  }
  double farthest = 0;
  auto classes = by_class(sensitive);
  for (size_t c = 0; c < classes.size(); c++) {
    std::vector<uint32_t> touched;
    for (auto [code, n] : classes[c])
      for (uint32_t g : *groups[code]) {
        if (own[g] == 0) touched.push_back(g);
        own[g] += static_cast<double>(n) / static_cast<double>(sizes_[c]);
      }
    // At each level as much is above the table's share as is below it: half of the sum of differences.
    double above = 0;
    for (uint32_t g : touched) {
      above += std::max(0.0, own[g] - table[g]);
      own[g] = 0;
    }
    farthest = std::max(farthest, above / static_cast<double>(tree.height()));
  }
  return farthest;
}

}  // namespace sluice::recheck
