// Texts as numbers: equal texts get the same code, codes are given in order of first appearance.
//
// Memory: the distinct texts once, and about 24 bytes for each. At most 2^32 − 2 texts and 64 GiB of them.
// Thread rule: one thread while texts are added; reading is safe from many.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sluice::anonymity {

class Dictionary {
 public:
  uint32_t code_of(std::string_view text);  // adds the text when it is new
  std::optional<uint32_t> find(std::string_view text) const;
  std::string_view text_of(uint32_t code) const {
    return {arena_.data() + offsets_[code], offsets_[code + 1] - offsets_[code]};
  }
  uint32_t size() const { return static_cast<uint32_t>(hashes_.size()); }

 private:
  size_t slot_of(std::string_view text, uint64_t hash) const;
  void grow();

  std::vector<char> arena_;
  std::vector<uint64_t> offsets_{0};
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_ = std::vector<uint32_t>(64, kFree);
  uint32_t last_ = kFree;  // neighbours in a file are often equal
  static constexpr uint32_t kFree = UINT32_MAX;
};

}  // namespace sluice::anonymity
