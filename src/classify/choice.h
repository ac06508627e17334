// From scores of types to one answer: the category and level that cost least on average, and the likeliest type there.
//
// Being wrong costs: in the category 1, in the level less, a level too low more than a level too high, and a column of level 4
// or 5 that is taken for less the most.
#pragma once

#include <array>
#include <span>
#include <utility>
#include <vector>

#include "rules/rule_set.h"

namespace sluice::classify {

struct Scored {
  const rules::TypeRule* rule = nullptr;
  float score = 0;  // natural log-odds
};

// The score of knowing nothing, where the dictionary decides alone.
constexpr float kAbstainScore = 1.2f;
constexpr float kVeto = 60;
// A place with less than this part of the likeliest one's chance is no answer, however little it would cost: between a
// department and an order it would be the audit lead that has the category of one and the level of the other.
constexpr double kLeastOfLikeliest = 0.2;
// From this chance of level 4 or 5 on a person looks at a column that is taken for less.
constexpr double kSensitiveDoubt = 0.15;

struct Chosen {
  const rules::TypeRule* rule = nullptr;
  double category_share = 0;  // of the chances of all types; within 0.001 … 0.999
  double sensitive_share = 0; // of the types of levels 4 and 5
  std::vector<std::pair<const rules::TypeRule*, double>> others;  // the next likeliest, at most two
  // A column taken for less than level 4 that may well be 4 or 5: a person looks.
  bool doubts_sensitive() const { return rule->level < 4 && sensitive_share >= kSensitiveDoubt; }
};

// Chosen on the curve of docs/CLASSIFICATION.md.
struct Costs {
  double level = 0.5, under = 0.3, sensitive_missed = 2;
};

class Choice {
 public:
  explicit Choice(Costs costs = {}) : costs_(costs) {}
  // `candidates` are not empty. What the dictionary knows whole, `plain`, is the answer where it is also the likeliest: a cost
  // makes no name of a “birth date”. Its doubt stays, and a person looks.
  Chosen choose(std::vector<Scored> candidates, const rules::TypeRule* plain = nullptr) const;

 private:
  Costs costs_;
};

}  // namespace sluice::classify
