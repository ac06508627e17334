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

struct Chosen {
  const rules::TypeRule* rule = nullptr;
  double category_share = 0;  // of the chances of all types; within 0.001 … 0.999
  std::vector<std::pair<const rules::TypeRule*, double>> others;  // the next likeliest, at most two
};

struct Costs {
  double level = 0.5, under = 0.15, sensitive_missed = 0.6;
};

class Choice {
 public:
  explicit Choice(Costs costs = {}) : costs_(costs) {}
  // `candidates` are not empty.
  Chosen choose(std::vector<Scored> candidates) const;

 private:
  Costs costs_;
};

}  // namespace sluice::classify
