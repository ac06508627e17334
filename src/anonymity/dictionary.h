// The distinct texts of a column, numbered 0, 1, 2 … in order of first appearance.
//
// Memory: the distinct texts once, and 50 to 90 bytes for each. At most 2^32 − 2 texts of less than 4 GiB, and 64 GiB of them.
// Thread rule: one thread while texts are added; reading is safe from many.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::anonymity {

class Dictionary {
 public:
  uint32_t code_of(std::string_view text);  // adds the text when it is new
  // The same for many: their codes are appended to `out`. Quicker, since places are looked up ahead.
  void codes_of(std::span<const std::string_view> texts, std::vector<uint32_t>& out);
  std::optional<uint32_t> find(std::string_view text) const;
  std::string_view text_of(uint32_t code) const {
    return {arena_.data() + offsets_[code], offsets_[code + 1] - offsets_[code]};
  }
  uint32_t size() const { return static_cast<uint32_t>(offsets_.size() - 1); }

 private:
  static constexpr uint32_t kFree = UINT32_MAX;
  // Texts of up to 16 bytes whole, so that no other memory is looked at; of longer ones their hash.
  struct Key {
    uint64_t head = 0, tail = 0;
    uint32_t size = 0;
  };
  struct Slot {
    uint64_t head = 0, tail = 0;
    uint32_t size = 0;
    uint32_t code = kFree;
  };
  static Key key_of(std::string_view text);
  static uint64_t hash_of(const Key& key);
  bool is(const Slot& slot, const Key& key, std::string_view text) const;
  size_t slot_of(const Key& key, uint64_t hash, std::string_view text) const;
  uint32_t code_of(const Key& key, uint64_t hash, std::string_view text);
  void grow();

  std::vector<char> arena_;
  std::vector<uint64_t> offsets_{0};
  std::vector<Slot> slots_ = std::vector<Slot>(64);
};

}  // namespace sluice::anonymity
