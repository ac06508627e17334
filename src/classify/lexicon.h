// The dictionary pack compiled: token phrases → types and subjects, in three ways of writing.
//
// Words: Chinese by character and English by word, abbreviations expanded ("dept" = "department"), plurals and of/the/for
// dropped, glued English cut at known words ("patientname"), words without their vowels or their end read as the one known
// word that they can stand for ("natnlty", "occup"). Syllables: the same Chinese phrases in pinyin. Letters: their
// initials, ambiguous by nature, so that match_initials gives every phrase that a name may stand for.
// Thread rule: immutable after construction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "classify/pinyin.h"
#include "rules/rule_set.h"

namespace sluice::classify {

struct NameMatch {
  std::string type;
  std::string_view kind;  // "zh", "en", "pinyin", "initials", "national", "legacy"
  int64_t weight = 0;
  std::string phrase;      // as written in the dictionary, for the reason
  bool whole = false;      // the phrase is the whole name
  bool head_known = true;  // the end of the name was understood
  bool one_word = false;   // the phrase is one word, whose meaning leans on the table
};

class Lexicon {
 public:
  explicit Lexicon(const rules::RuleSet& rules);

  // What a name says: the longest phrase that ends the name counts most ("date of death" is read as "death date"); a generic
  // head (code, name, id, type) after a specific phrase takes the specific type, words such as "value" and "concept" between
  // them notwithstanding; content of level 5 counts wherever it stands. Whom a name speaks of (patient, doctor, visit) is no
  // answer when its end is not understood. Nothing when no phrase is known.
  std::optional<NameMatch> match(std::string_view name) const;
  // The same, the name read as pinyin.
  std::optional<NameMatch> match_pinyin(std::string_view name) const;
  // The phrases whose initials end the name, the likeliest first; empty when the name cannot be initials.
  std::vector<NameMatch> match_initials(std::string_view name) const;

  // The subject that a name shows, the first in the pack's order; empty when none.
  std::string subject_of(std::string_view name) const;
  // Which of two subjects counts when a name shows both; the other when one is empty.
  std::string stronger(const std::string& a, const std::string& b) const;
  // The subject of a table whose name is pinyin initials: T_MZCF → 门诊处方.
  std::string subject_by_initials(std::string_view name) const;
  // The same, but looks only before the end: what modifies the head noun.
  std::string subject_before_head(std::string_view name) const;
  // A name as words: abbreviations written out, glued words cut, plurals and of/the/for dropped, heads put last.
  std::vector<std::string> words_of(std::string_view name) const;

 private:
  struct Entry {
    std::string type;
    std::string_view kind;
    int64_t weight = 0;
    std::string phrase;
  };
  struct Found {
    const Entry* entry = nullptr;
    size_t tokens = 0;
  };
  struct Subject {
    size_t rank = 0;
    std::string name;
  };
  struct Table {
    std::unordered_map<std::string, std::vector<Entry>> phrases;
    std::unordered_map<std::string, Subject> subjects;
    size_t tokens_max = 1;
  };

  std::vector<std::string> syllables_of(std::string_view name) const;
  std::vector<std::string> cut_glued(const std::string& word) const;
  std::string written_out(const std::string& word) const;
  void learn_words(const rules::DictionaryPack& pack);
  void add(const std::string& type, const std::vector<std::string>& words, std::string_view kind, int64_t weight);
  void add_pinyin(const std::string& type, const std::string& word, const rules::DictionaryPack& pack);
  void add_subjects(const rules::DictionaryPack& pack);
  static void put(Table& table, const std::vector<std::string>& tokens, Entry entry);

  size_t through(const Table& table, const std::vector<std::string>& tokens, size_t end) const;
  Found longest_ending_at(const Table& table, const std::vector<std::string>& tokens, size_t end) const;
  std::optional<NameMatch> read(const Table& table, const std::vector<std::string>& tokens) const;
  std::optional<NameMatch> flag(const Table& table, const std::vector<std::string>& tokens) const;
  const Entry* severe(const Table& table, const std::vector<std::string>& tokens) const;
  static std::string subject_in(const Table& table, const std::vector<std::string>& tokens, size_t end);

  Pinyin pinyin_;
  Table words_, syllables_, letters_;
  std::unordered_map<std::string, Subject> written_initials_;  // of subjects, as people wrote them
  std::unordered_map<std::string, size_t> ranks_;  // of subjects
  std::unordered_map<std::string, std::vector<std::string>> abbreviations_;
  std::unordered_set<std::string> vocabulary_;       // English words of the pack
  std::unordered_map<std::string, std::vector<std::string>> skeletons_;  // first two consonant marks → words of the vocabulary
  std::unordered_set<std::string> see_through_;      // value, concept, coding …
  std::unordered_set<std::string> entity_types_;     // whom or what a name speaks of: persons, staff, institutions, visits
  std::unordered_set<std::string> severe_types_;     // level 5
  std::unordered_set<std::string> through_flags_;    // types that a flag tells about: health, deaths, level 5
};

// Types that only say the form of a field and take their meaning from what stands before them.
bool is_generic_type(std::string_view type);

}  // namespace sluice::classify
