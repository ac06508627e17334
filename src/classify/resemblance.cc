#include "classify/resemblance.h"

#include <algorithm>
#include <bit>

namespace sluice::classify {

namespace {

constexpr uint8_t kToDictionary = 255;

}  // namespace

Resemblance::Resemblance(const rules::RuleSet& rules) {
  const rules::ResemblancePack& pack = rules.resemblance;
  for (const auto& id : pack.types) {
    index_.emplace(id, types_.size());
    types_.push_back(rules.type(id));
  }
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

void Resemblance::add(std::span<const uint32_t> marks, Sums& sums) const {
  for (uint32_t mark : marks) {
    const Slot* slot = find(mark);
    if (!slot) continue;
    for (uint32_t i = slot->from; i < slot->from + slot->count; i++) sums.steps[outputs_[i]] += static_cast<int8_t>(weights_[i]);
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
  const Slot* slot = find(mark);
  for (uint32_t i = slot ? slot->from : 0; slot && i < slot->from + slot->count; i++)
    if (outputs_[i] == type) return static_cast<float>(static_cast<int8_t>(weights_[i])) * step_;
  return 0;
}

}  // namespace sluice::classify
