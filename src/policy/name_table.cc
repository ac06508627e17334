#include "policy/name_table.h"

#include <cstring>

#include "base/random.h"

namespace sluice::policy {

namespace {

constexpr uint64_t kMixA = 0x9e3779b97f4a7c15, kMixB = 0xd1b54a32d192ed03;
constexpr size_t kSlotsAtFirst = 16;

// Both halves of the product of two words: each bit of either reaches all of it.
uint64_t fold(uint64_t a, uint64_t b) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <class Word>
uint64_t word_at(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Up to eight bytes as one word; together with the length no two names have the same.
uint64_t last_word(const char* at, size_t length) {
  if (length >= 4) return word_at<uint32_t>(at) | word_at<uint32_t>(at + length - 4) << 32;
  if (length == 0) return 0;
  return word_at<uint8_t>(at) | word_at<uint8_t>(at + length / 2) << 8 | word_at<uint8_t>(at + length - 1) << 16;
}

}  // namespace

NameTable::NameTable() : slots_(kSlotsAtFirst) {
  SystemRandom random;
  Bytes seed = random_bytes(random, sizeof seed_);
  std::memcpy(&seed_, seed.data(), sizeof seed_);
}

uint64_t NameTable::hash(std::string_view name) const {
  uint64_t h = seed_ ^ fold(name.size() ^ kMixA, kMixB);
  const char* at = name.data();
  size_t left = name.size();
  for (; left > 8; at += 8, left -= 8) h = fold(h ^ word_at<uint64_t>(at), kMixA ^ seed_);
  return fold(h ^ last_word(at, left), kMixB ^ seed_);
}

size_t NameTable::place(uint64_t hash, std::string_view wanted) const {
  size_t mask = slots_.size() - 1;
  auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const Slot& slot = slots_[at];
    if (slot.number == 0 || (slot.tag == tag && name(slot) == wanted)) return at;
  }
}

uint32_t NameTable::number(std::string_view name) const { return slots_[place(hash(name), name)].number; }

uint32_t NameTable::add(std::string_view wanted) {
  if (2 * (size_ + 1) >= slots_.size()) grow();
  uint64_t h = hash(wanted);
  Slot& slot = slots_[place(h, wanted)];
  if (slot.number == 0) {
    slot = {static_cast<uint32_t>(h >> 32), static_cast<uint32_t>(++size_), static_cast<uint32_t>(arena_.size()), static_cast<uint32_t>(wanted.size())};
    arena_.append(wanted);
  }
  return slot.number;
}

void NameTable::grow() {
  std::vector<Slot> before(2 * slots_.size());
  before.swap(slots_);
  for (const Slot& slot : before)
    if (slot.number != 0) slots_[place(hash(name(slot)), name(slot))] = slot;
}

}  // namespace sluice::policy
