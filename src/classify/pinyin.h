// Pinyin of the words of the dictionary, and Latin names cut into syllables: "chushengriqi" → chu sheng ri qi.
//
// A character may have more than one reading (率: lv, lu); readings() gives each combination of a word, at most
// kReadingsMax. Latin letters and digits inside a word stand for themselves: 病人ID → bing ren id.
// Thread rule: immutable after construction.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "rules/packs.h"

namespace sluice::classify {

class Pinyin {
 public:
  static constexpr size_t kReadingsMax = 4;

  explicit Pinyin(const rules::PinyinPack& pack);

  // The syllables of a Chinese word, one list per reading; empty when a character is not in the pack.
  std::vector<std::vector<std::string>> readings(std::string_view word) const;
  // A lower-case Latin word cut into syllables without a rest, the fewest; empty when it cannot be.
  std::vector<std::string> syllables_of(std::string_view word) const;

 private:
  std::unordered_map<std::string, std::vector<std::string>> readings_;  // character → syllables
  std::unordered_set<std::string> syllables_;
};

}  // namespace sluice::classify
