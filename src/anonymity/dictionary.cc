#include "anonymity/dictionary.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "table/text_hash.h"

namespace sluice::anonymity {

namespace {

constexpr size_t kWholeMax = 16;
constexpr size_t kAtOnce = 16;

template <class Word>
uint64_t word_at(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

}  // namespace

// Overlapping words: with the size they tell texts of up to 16 bytes apart.
Dictionary::Key Dictionary::key_of(std::string_view text) {
  const char* p = text.data();
  const size_t n = text.size();
  const auto size = static_cast<uint32_t>(n);
  if (n > kWholeMax) return {table::hash_text(text), 0, size};
  if (n >= 8) return {word_at<uint64_t>(p), word_at<uint64_t>(p + n - 8), size};
  if (n >= 4) return {word_at<uint32_t>(p), word_at<uint32_t>(p + n - 4), size};
  if (n >= 2) return {word_at<uint16_t>(p), word_at<uint16_t>(p + n - 2), size};
  return {n == 1 ? word_at<uint8_t>(p) : 0, 0, size};
}

uint64_t Dictionary::hash_of(const Key& key) {
  return table::mix64(key.head ^ 0xe7037ed1a0b428db, key.tail ^ key.size ^ 0xa0761d6478bd642f);
}

bool Dictionary::is(const Slot& slot, const Key& key, std::string_view text) const {
  return slot.head == key.head && slot.tail == key.tail && slot.size == key.size && (key.size <= kWholeMax || text_of(slot.code) == text);
}

size_t Dictionary::slot_of(const Key& key, uint64_t hash, std::string_view text) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].code != kFree && !is(slots_[at], key, text)) at = (at + 1) & mask;
  return at;
}

uint32_t Dictionary::code_of(const Key& key, uint64_t hash, std::string_view text) {
  Slot& slot = slots_[slot_of(key, hash, text)];
  if (slot.code != kFree) return slot.code;
  const uint32_t code = size();
  arena_.insert(arena_.end(), text.begin(), text.end());
  offsets_.push_back(arena_.size());
  slot = {key.head, key.tail, key.size, code};
  if (size_t{size()} * 3 > slots_.size() * 2) grow();
  return code;
}

uint32_t Dictionary::code_of(std::string_view text) {
  const Key key = key_of(text);
  return code_of(key, hash_of(key), text);
}

void Dictionary::codes_of(std::span<const std::string_view> texts, std::vector<uint32_t>& out) {
  std::array<Key, kAtOnce> keys;
  std::array<uint64_t, kAtOnce> hashes;
  for (; !texts.empty(); texts = texts.subspan(std::min(texts.size(), kAtOnce))) {
    const size_t n = std::min(texts.size(), kAtOnce);
    for (size_t i = 0; i < n; i++) {
      keys[i] = key_of(texts[i]);
      hashes[i] = hash_of(keys[i]);
      __builtin_prefetch(&slots_[hashes[i] & (slots_.size() - 1)]);
    }
    for (size_t i = 0; i < n; i++) out.push_back(code_of(keys[i], hashes[i], texts[i]));
  }
}

std::optional<uint32_t> Dictionary::find(std::string_view text) const {
  const Key key = key_of(text);
  const uint32_t code = slots_[slot_of(key, hash_of(key), text)].code;
  return code == kFree ? std::nullopt : std::optional(code);
}

void Dictionary::grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  const size_t mask = larger.size() - 1;
  for (const Slot& slot : slots_) {
    if (slot.code == kFree) continue;
    size_t at = hash_of({slot.head, slot.tail, slot.size}) & mask;
    while (larger[at].code != kFree) at = (at + 1) & mask;
    larger[at] = slot;
  }
  slots_ = std::move(larger);
}

}  // namespace sluice::anonymity
