#include "classify/resemblance.h"

#include <algorithm>
#include <bit>

namespace sluice::classify {

namespace {

constexpr uint8_t kToDictionary = 255;

}  // namespace

Resemblance::Resemblance(const rules::RuleSet& rules) {
  const rules::ResemblancePack& pack = rules.resemblance;
  for (const auto& id : pack.types) types_.push_back(rules.type(id));
  outputs_ = pack.outputs.data();
  weights_ = pack.weights.data();
  step_ = static_cast<float>(pack.step_micro) / 1e6f;
  slots_.resize(std::bit_ceil(std::max<size_t>(pack.counts.size() * 2, 2)));
  uint32_t from = 0;
  for (size_t i = 0; i < pack.counts.size(); i++) {
    uint32_t mark = pack.marks[4 * i] | static_cast<uint32_t>(pack.marks[4 * i + 1]) << 8 | static_cast<uint32_t>(pack.marks[4 * i + 2]) << 16 |
                    static_cast<uint32_t>(pack.marks[4 * i + 3]) << 24;
    size_t at = mark & (slots_.size() - 1);
    while (slots_[at].count != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {mark, from, pack.counts[i]};
    from += pack.counts[i];
  }
}

const Resemblance::Slot* Resemblance::find(uint32_t mark) const {
  for (size_t at = mark & (slots_.size() - 1); slots_[at].count != 0; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].mark == mark) return &slots_[at];
  return nullptr;
}

float Resemblance::score(std::span<const uint32_t> marks, std::vector<float>& scores) const {
  // Whole numbers until the end: the sum does not depend on the order of the marks.
  std::vector<int32_t> sums(256, 0);
  for (uint32_t mark : marks) {
    const Slot* slot = find(mark);
    if (!slot) continue;
    for (uint32_t i = slot->from; i < slot->from + slot->count; i++) sums[outputs_[i]] += static_cast<int8_t>(weights_[i]);
  }
  scores.resize(types_.size());
  for (size_t t = 0; t < types_.size(); t++) scores[t] = static_cast<float>(sums[t]) * step_;
  return static_cast<float>(sums[kToDictionary]) * step_;
}

float Resemblance::says(uint32_t mark, size_t type, size_t rather_than) const {
  const Slot* slot = find(mark);
  int32_t sum = 0;
  for (uint32_t i = slot ? slot->from : 0; slot && i < slot->from + slot->count; i++) {
    if (outputs_[i] == type) sum += static_cast<int8_t>(weights_[i]);
    if (outputs_[i] == rather_than) sum -= static_cast<int8_t>(weights_[i]);
  }
  return static_cast<float>(sum) * step_;
}

}  // namespace sluice::classify
