#include "classify/choice.h"

#include <algorithm>
#include <cmath>

namespace sluice::classify {

namespace {

struct Place {  // all types of one category and level
  std::string_view category;
  int level = 0;
  double share = 0;
};

double cost_of(const Place& said, const Place& is, const Costs& costs) {
  double cost = said.category != is.category ? 1 : 0;
  if (said.level != is.level) cost += costs.level;
  if (said.level < is.level) cost += costs.under * (is.level - said.level);
  if (said.level < 4 && is.level >= 4) cost += costs.sensitive_missed;
  return cost;
}

}  // namespace

Chosen Choice::choose(std::vector<Scored> candidates, const rules::TypeRule* plain) const {
  std::stable_sort(candidates.begin(), candidates.end(), [](const Scored& a, const Scored& b) { return a.score != b.score ? a.score > b.score : a.rule->id < b.rule->id; });
  double most = candidates[0].score, total = 0;
  std::vector<double> shares;
  for (const Scored& c : candidates) {
    shares.push_back(std::exp(c.score - most));
    total += shares.back();
  }
  std::vector<Place> places;
  for (size_t i = 0; i < candidates.size(); i++) {
    shares[i] /= total;
    const rules::TypeRule& rule = *candidates[i].rule;
    auto at = std::find_if(places.begin(), places.end(), [&](const Place& p) { return p.level == rule.level && p.category == rule.category; });
    if (at == places.end()) at = places.insert(places.end(), {rule.category, rule.level, 0});
    at->share += shares[i];
  }
  bool settled = plain && candidates[0].rule == plain;
  const Place* best = nullptr;
  double best_cost = 0, likeliest = 0;
  for (const Place& p : places) likeliest = std::max(likeliest, p.share);
  for (const Place& said : places) {
    // The likeliest candidate made the first place.
    if (settled && best) break;
    if (!settled && said.share < kLeastOfLikeliest * likeliest) continue;
    double cost = 0;
    for (const Place& is : places) cost += is.share * cost_of(said, is, costs_);
    if (!best || cost < best_cost) best = &said, best_cost = cost;
  }
  Chosen out;
  double category = 0;
  for (const Place& p : places) {
    if (p.category == best->category) category += p.share;
    if (p.level >= 4) out.sensitive_share += p.share;
  }
  out.category_share = std::clamp(category, 0.001, 0.999);
  for (size_t i = 0; i < candidates.size(); i++) {
    const rules::TypeRule& rule = *candidates[i].rule;
    if (!out.rule && rule.category == best->category && rule.level == best->level) {
      out.rule = &rule;
    } else if (out.others.size() < 2) {
      out.others.emplace_back(&rule, shares[i]);
    }
  }
  return out;
}

}  // namespace sluice::classify
