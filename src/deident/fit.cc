#include "deident/fit.h"

#include <algorithm>
#include <optional>

namespace sluice::deident {

namespace {

struct Climber {
  std::vector<FieldRule> rungs;  // from what the strategy has to suppressed
  std::vector<std::optional<table::KeyColumn>> keys;
  size_t at = 0;

  bool dropped(size_t rung) const { return rungs[rung].technique == Technique::suppress; }
};

std::string without_column(const FieldRule& rule) {
  Json json = encode(rule);
  json.erase("column");
  return canonical(json);
}

Result<Climber> climber_of(const FieldRule& present, const std::string& type, const rules::MaskingPack& pack) {
  Climber out;
  out.rungs.push_back(present);
  const std::vector<rules::MaskingStep>* steps = nullptr;
  if (pack.ladders)
    for (const auto& ladder : *pack.ladders)
      if (std::find(ladder.types.begin(), ladder.types.end(), type) != ladder.types.end()) steps = &ladder.steps;
  // A rule of the pack for some rows only, or one that no ladder knows, has no step but the last.
  if (present.when || (present.technique != Technique::keep && (!steps || std::none_of(steps->begin(), steps->end(), [&](const auto& s) { return s.technique == name_of(present.technique); }))))
    steps = nullptr;
  for (const rules::MaskingStep& step : steps ? *steps : std::vector<rules::MaskingStep>()) {
    Json json = step.params.is_object() ? step.params : Json::object();
    FieldRule rule = TRY(decode<FieldRule>(json.set("column", Json(present.column)).set("technique", Json(step.technique))));
    // What the strategy has already is where the climb begins.
    if (without_column(rule) == without_column(present)) out.rungs.erase(out.rungs.begin() + 1, out.rungs.end());
    else out.rungs.push_back(std::move(rule));
  }
  FieldRule last;
  last.column = present.column;
  last.technique = Technique::suppress;
  out.rungs.push_back(std::move(last));
  out.keys.resize(out.rungs.size());
  return out;
}

class Fitting {
 public:
  Fitting(std::vector<Climber> climbers, const FitKeysFn& keys, uint64_t k) : climbers_(std::move(climbers)), keys_(keys), k_(k) {}

  // Rows in classes below k with the climbers where they stand.
  Result<table::ClassCount> count() {
    std::vector<const table::KeyColumn*> columns;
    for (Climber& c : climbers_)
      if (!c.dropped(c.at)) columns.push_back(TRY(keys_of(c, c.at)));
    if (columns.empty()) return table::ClassCount{};
    return table::count_classes(columns);
  }
  Result<bool> holds(uint64_t permille) {
    auto now = TRY(count());
    return now.rows_below(k_) * 1000 <= permille * now.rows;
  }

  Status climb(uint64_t permille) {
    while (!TRY(holds(permille))) {
      std::optional<size_t> best;
      uint64_t best_below = 0, best_values = 0;
      for (size_t i = 0; i < climbers_.size(); i++) {
        Climber& c = climbers_[i];
        if (c.dropped(c.at)) continue;
        uint64_t values = TRY(keys_of(c, c.at))->cardinality;
        c.at++;
        auto then = count();
        c.at--;
        if (!then) return tl::unexpected(then.error());
        uint64_t below = then->rows_below(k_);
        if (best && (below > best_below || (below == best_below && values <= best_values))) continue;
        best = i;
        best_below = below;
        best_values = values;
      }
      if (!best) break;
      climbers_[*best].at++;
    }
    return {};
  }

  Status descend(uint64_t permille) {
    for (bool moved = true; moved;) {
      moved = false;
      std::vector<size_t> order(climbers_.size());
      for (size_t i = 0; i < order.size(); i++) order[i] = i;
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return left(a) < left(b); });
      for (size_t i : order) {
        if (climbers_[i].at == 0) continue;
        climbers_[i].at--;
        if (TRY(holds(permille))) {
          moved = true;
          break;
        }
        climbers_[i].at++;
      }
    }
    return {};
  }
  const std::vector<Climber>& climbers() const { return climbers_; }

 private:
  size_t left(size_t i) const { return climbers_[i].rungs.size() - climbers_[i].at; }
  Result<const table::KeyColumn*> keys_of(Climber& c, size_t rung) {
    if (!c.keys[rung]) {
      FieldRule alone = c.rungs[rung];
      alone.lowest.reset();  // finer classes are made of all quasi-identifiers at once; rows below k are those of the coarsest
      c.keys[rung] = TRY(keys_(alone));
    }
    return &*c.keys[rung];
  }

  std::vector<Climber> climbers_;
  const FitKeysFn& keys_;
  uint64_t k_;
};

}  // namespace

Result<Strategy> fit(Strategy strategy, const std::vector<classify::Verdict>& columns, const rules::MaskingPack& pack, const FitKeysFn& keys) {
  if (!strategy.k_min || strategy.quasi_identifiers.empty()) return strategy;
  std::vector<Climber> climbers;
  for (const std::string& name : strategy.quasi_identifiers) {
    auto rule = std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const FieldRule& r) { return r.column == name; });
    auto verdict = std::find_if(columns.begin(), columns.end(), [&](const auto& v) { return v.column == name; });
    if (rule == strategy.rules.end()) return strategy;
    climbers.push_back(TRY(climber_of(*rule, verdict == columns.end() ? std::string() : verdict->type, pack)));
  }
  Fitting fitting(std::move(climbers), keys, static_cast<uint64_t>(*strategy.k_min));
  const auto permille = static_cast<uint64_t>(strategy.suppress_permille.value_or(0));
  TRY(fitting.climb(permille));
  TRY(fitting.descend(permille));
  strategy.quasi_identifiers.clear();
  for (const Climber& c : fitting.climbers()) {
    const FieldRule& chosen = c.rungs[c.at];
    *std::find_if(strategy.rules.begin(), strategy.rules.end(), [&](const FieldRule& r) { return r.column == chosen.column; }) = chosen;
    if (!c.dropped(c.at)) strategy.quasi_identifiers.push_back(chosen.column);
  }
  if (strategy.quasi_identifiers.empty()) {
    strategy.k_min.reset();
    strategy.suppress_permille.reset();
  }
  TRY(check(strategy));
  return strategy;
}

}  // namespace sluice::deident
