#include "classify/resemblance.h"

namespace sluice::classify {

namespace {

constexpr uint8_t kToDictionary = 255;

}  // namespace

Resemblance::Resemblance(const rules::RuleSet& rules) : marks_(rules.resemblance.marks) {
  const rules::ResemblancePack& pack = rules.resemblance;
  for (const auto& id : pack.types) {
    index_.emplace(id, types_.size());
    types_.push_back(rules.type(id));
  }
  counts_ = pack.counts.data();
  outputs_ = pack.outputs.data();
  weights_ = pack.weights.data();
  step_ = static_cast<float>(pack.step_micro) / 1e6f;
  uint32_t from = 0, i = 0;
  for (uint32_t start : marks_.starts()) {
    while (i < start) from += counts_[i++];
    part_weights_.push_back(from);
  }
}

Resemblance::Weights Resemblance::find(uint32_t mark) const {
  size_t part = marks_.part_of(mark);
  uint32_t from = part_weights_[part];
  for (uint32_t i = marks_.starts()[part]; i < marks_.starts()[part + 1]; from += counts_[i++])
    if (marks_.at(i) == mark) return {from, counts_[i]};
  return {};
}

void Resemblance::add(std::span<const uint32_t> marks, Sums& sums) const {
  for (uint32_t mark : marks) {
    Weights w = find(mark);
    for (uint32_t i = w.from; i < w.from + w.count; i++) sums.steps[outputs_[i]] += static_cast<int8_t>(weights_[i]);
  }
}

float Resemblance::score(const Sums& sums, std::vector<float>& scores) const {
  scores.resize(types_.size());
  for (size_t t = 0; t < types_.size(); t++) scores[t] = static_cast<float>(sums.steps[t]) * step_;
  return static_cast<float>(sums.steps[kToDictionary]) * step_;
}

size_t Resemblance::index_of(const std::string& type) const {
  auto at = index_.find(type);
  return at == index_.end() ? SIZE_MAX : at->second;
}

float Resemblance::says(uint32_t mark, size_t type) const {
  Weights w = find(mark);
  for (uint32_t i = w.from; i < w.from + w.count; i++)
    if (outputs_[i] == type) return static_cast<float>(static_cast<int8_t>(weights_[i])) * step_;
  return 0;
}

}  // namespace sluice::classify
