#include "deident/strategy_parts.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "classify/classify.h"

namespace sluice::deident {

namespace {

template <class T>
bool names(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// A class rule without any criterion fits nothing; several must all fit.
bool fits(const ClassRule& rule, const ColumnClass& column) {
  if (rule.types.empty() && rule.categories.empty() && rule.levels.empty() && !rule.identifier) return false;
  if (!rule.types.empty() && !names(rule.types, column.type)) return false;
  if (!rule.categories.empty() && !names(rule.categories, column.category)) return false;
  if (!rule.levels.empty() && !names(rule.levels, column.level)) return false;
  if (rule.identifier && *rule.identifier == IdentifierKind::direct && !column.direct_identifier) return false;
  return !rule.identifier || *rule.identifier != IdentifierKind::quasi || column.quasi_identifier;
}

template <class T>
void take_if_absent(std::optional<T>& child, const std::optional<T>& base) {
  if (!child) child = base;
}
template <class T>
void take_if_empty(std::vector<T>& child, const std::vector<T>& base) {
  if (child.empty()) child = base;
}
// The stricter of two bounds, whichever are there.
template <class T, class Less>
void stricter(std::optional<T>& child, const std::optional<T>& base, Less is_stricter) {
  if (base && (!child || is_stricter(*base, *child))) child = base;
}

void join_columns(std::vector<ColumnTarget>& child, const std::vector<ColumnTarget>& base, std::optional<int> ColumnTarget::*bound, bool greater) {
  for (const ColumnTarget& b : base) {
    auto at = std::find_if(child.begin(), child.end(), [&](const auto& c) { return c.column == b.column && (c.*bound).has_value() == (b.*bound).has_value(); });
    if (at == child.end()) {
      child.push_back(b);
    } else if (b.*bound && (greater ? *(b.*bound) > *((*at).*bound) : *(b.*bound) < *((*at).*bound))) {
      (*at).*bound = b.*bound;
    }
  }
}

std::optional<Targets> join(const std::optional<Targets>& base, const std::optional<Targets>& child) {
  if (!base || !child) return child ? child : base;
  Targets out = *child;
  stricter(out.risk_permille_max, base->risk_permille_max, std::less<>());
  stricter(out.presence_permille_max, base->presence_permille_max, std::less<>());
  take_if_absent(out.share_type, base->share_type);
  join_columns(out.diversity, base->diversity, &ColumnTarget::l, true);
  join_columns(out.closeness, base->closeness, &ColumnTarget::t_permille, false);
  return out;
}

// Both limits hold: what both allow. An empty list allows everything.
std::vector<std::string> both_allow(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  std::vector<std::string> out;
  for (const auto& name : a)
    if (names(b, name)) out.push_back(name);
  if (out.empty()) out.emplace_back("none");
  return out;
}

std::optional<UseLimits> join(const std::optional<UseLimits>& base, const std::optional<UseLimits>& child) {
  if (!base || !child) return child ? child : base;
  UseLimits out = *child;
  out.share_types = both_allow(child->share_types, base->share_types);
  out.forms = both_allow(child->forms, base->forms);
  out.purposes = both_allow(child->purposes, base->purposes);
  stricter(out.not_after, base->not_after, std::less<>());
  return out;
}

Result<Strategy> read_part(const std::string& path, std::vector<std::string>& seen) {
  Strategy own = TRY(read_strategy(TRY(read_text_file(path, 4u << 20))));
  if (!own.extends) return own;
  const std::string& base = *own.extends;
  if (base.empty() || base.size() > 200 || base.find('/') != std::string::npos || base.starts_with('.') || seen.size() >= kExtendsMax)
    return fail(Errc::invalid, "strategy.bad_extends");
  size_t slash = path.rfind('/');
  std::string base_path = (slash == std::string::npos ? "" : path.substr(0, slash + 1)) + base;
  if (names(seen, base_path)) return fail(Errc::invalid, "strategy.extends_cycle");
  seen.push_back(base_path);
  return extend(TRY(read_part(base_path, seen)), own);
}

}  // namespace

std::vector<ColumnClass> classes_of(std::span<const classify::Verdict> verdicts) {
  std::vector<ColumnClass> out;
  for (const auto& v : verdicts)
    out.push_back({v.column, v.type, v.category, v.contains_level5 ? Level::l5() : v.level, v.direct_identifier, v.quasi_identifier});
  return out;
}

Strategy extend(const Strategy& base, const Strategy& child) {
  Strategy out = child;
  out.extends.reset();
  std::set<std::string_view> own;
  for (const auto& rule : child.rules) own.insert(rule.column);
  for (const auto& rule : base.rules)
    if (!own.contains(rule.column)) out.rules.push_back(rule);
  out.classes.insert(out.classes.end(), base.classes.begin(), base.classes.end());
  for (const auto& [name, csv] : base.hierarchies) out.hierarchies.try_emplace(name, csv);
  take_if_absent(out.title, base.title);
  take_if_absent(out.scope, base.scope);
  take_if_absent(out.unlisted, base.unlisted);
  take_if_absent(out.suppress_permille, base.suppress_permille);
  take_if_absent(out.sample, base.sample);
  take_if_absent(out.marks, base.marks);
  take_if_absent(out.review, base.review);
  take_if_absent(out.aggregate, base.aggregate);
  take_if_empty(out.quasi_identifiers, base.quasi_identifiers);
  take_if_empty(out.identifiers_kept, base.identifiers_kept);
  stricter(out.k_min, base.k_min, std::greater<>());
  out.targets = join(base.targets, child.targets);
  out.use = join(base.use, child.use);
  return out;
}

Result<Strategy> read_strategy_file(const std::string& path) {
  std::vector<std::string> seen{path};
  Strategy out = TRY(read_part(path, seen));
  TRY(check(out));
  return out;
}

bool has_classes(const Strategy& strategy) { return !strategy.classes.empty(); }

Result<Strategy> resolve(const Strategy& strategy, std::span<const ColumnClass> columns) {
  if (strategy.extends) return fail(Errc::invalid, "strategy.unresolved");
  if (strategy.classes.empty()) return strategy;
  Strategy out = strategy;
  out.classes.clear();
  const bool measured = strategy.k_min || strategy.targets;
  const bool names_quasi = !strategy.quasi_identifiers.empty();
  for (const ColumnClass& column : columns) {
    auto own = std::find_if(out.rules.begin(), out.rules.end(), [&](const FieldRule& r) { return r.column == column.column; });
    if (own == out.rules.end()) {
      auto rule = std::find_if(strategy.classes.begin(), strategy.classes.end(), [&](const ClassRule& r) { return fits(r, column); });
      if (rule == strategy.classes.end()) {
        if (measured && !names_quasi && column.quasi_identifier && strategy.unlisted == Unlisted::keep) out.quasi_identifiers.push_back(column.column);
        continue;
      }
      out.rules.push_back(TRY(rule_for_column(*rule, column.column)));
      own = out.rules.end() - 1;
    }
    bool stays = own->technique != Technique::suppress && own->technique != Technique::blank && own->technique != Technique::redact;
    if (measured && !names_quasi && column.quasi_identifier && stays) out.quasi_identifiers.push_back(column.column);
  }
  TRY(check(out));
  return out;
}

}  // namespace sluice::deident
