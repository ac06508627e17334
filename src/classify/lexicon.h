// The dictionary pack compiled: token phrases → types and subjects.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/rule_set.h"

namespace sluice::classify {

struct NameMatch {
  std::string type;
  std::string_view kind;  // "zh", "en", "pinyin", "initials", "national", "legacy"
  int64_t weight = 0;
  std::string phrase;   // as written in the dictionary, for the reason
  bool whole = false;   // the phrase is the whole name
};

class Lexicon {
 public:
  explicit Lexicon(const rules::DictionaryPack& pack);

  // What a name says: the longest phrase that ends the name counts most; a generic head (code, name, id, type) directly
  // after a specific phrase takes the specific type. Nothing when no phrase is known.
  std::optional<NameMatch> match(std::string_view name) const;
  // The subject that a name shows, the first in the pack's order; empty when none.
  std::string subject_of(std::string_view name) const;
  // The same, but looks only before the end: what modifies the head noun.
  std::string subject_before_head(std::string_view name) const;

 private:
  struct Entry {
    std::string type;
    std::string_view kind;
    int64_t weight;
    std::string phrase;
  };
  struct Found {
    const Entry* entry = nullptr;
    size_t tokens = 0;
  };
  void add(const std::string& type, const std::vector<std::string>& words, std::string_view kind, int64_t weight);
  Found longest_ending_at(const std::vector<std::string>& tokens, size_t end) const;
  std::string subject_in(const std::vector<std::string>& tokens, size_t end) const;

  std::unordered_map<std::string, Entry> phrases_;
  std::unordered_map<std::string, std::pair<size_t, std::string>> subjects_;  // phrase → rank, subject
  size_t tokens_max_ = 1;
};

// Types that only say the form of a field and take their meaning from what stands before them.
bool is_generic_type(std::string_view type);

}  // namespace sluice::classify
