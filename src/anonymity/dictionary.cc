#include "anonymity/dictionary.h"

#include "table/text_hash.h"

namespace sluice::anonymity {

size_t Dictionary::slot_of(std::string_view text, uint64_t hash) const {
  size_t mask = slots_.size() - 1, at = hash & mask;
  while (slots_[at] != kFree && (hashes_[slots_[at]] != hash || text_of(slots_[at]) != text)) at = (at + 1) & mask;
  return at;
}

uint32_t Dictionary::code_of(std::string_view text) {
  if (last_ != kFree && text_of(last_) == text) return last_;
  uint64_t hash = table::hash_text(text);
  size_t at = slot_of(text, hash);
  if (slots_[at] != kFree) return last_ = slots_[at];
  uint32_t code = size();
  arena_.insert(arena_.end(), text.begin(), text.end());
  offsets_.push_back(arena_.size());
  hashes_.push_back(hash);
  slots_[at] = code;
  if (hashes_.size() * 2 > slots_.size()) grow();
  return last_ = code;
}

std::optional<uint32_t> Dictionary::find(std::string_view text) const {
  uint32_t code = slots_[slot_of(text, table::hash_text(text))];
  return code == kFree ? std::nullopt : std::optional(code);
}

void Dictionary::grow() {
  std::vector<uint32_t> larger(slots_.size() * 4, kFree);
  size_t mask = larger.size() - 1;
  for (uint32_t code : slots_) {
    if (code == kFree) continue;
    size_t at = hashes_[code] & mask;
    while (larger[at] != kFree) at = (at + 1) & mask;
    larger[at] = code;
  }
  slots_ = std::move(larger);
}

}  // namespace sluice::anonymity
