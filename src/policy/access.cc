#include "policy/access.h"

#include <algorithm>

namespace sluice::policy {

namespace {

bool names(const std::vector<std::string>& list, std::string_view name) {
  return list.empty() || std::find(list.begin(), list.end(), name) != list.end();
}
bool names_any(const std::vector<std::string>& list, std::span<const std::string_view> of) {
  return list.empty() || std::any_of(of.begin(), of.end(), [&](std::string_view name) { return std::find(list.begin(), list.end(), name) != list.end(); });
}
bool covers_region(const std::vector<std::string>& list, std::string_view region) {
  return list.empty() || std::any_of(list.begin(), list.end(), [&](const std::string& prefix) { return region.starts_with(prefix); });
}

}  // namespace

bool speaks_of(const AccessRule& r, const AccessQuestion& q) {
  return q.level >= r.level_min && q.level <= r.level_max && names(r.actions, q.action) && names(r.datasets, q.dataset) &&
         names(r.categories, q.category) && names(r.purposes, q.purpose) && names(r.units, q.unit) && covers_region(r.regions, q.region) &&
         names_any(r.duties, q.duties);
}

bool reaches(const AccessScope& scope, TimeMs expires_ms, const AccessQuestion& q) {
  return q.now < expires_ms && q.level <= scope.level_max && names(scope.actions, q.action) && names(scope.datasets, q.dataset) &&
         names(scope.categories, q.category) && names(scope.purposes, q.purpose);
}
bool reaches(const AccessRight& r, const AccessQuestion& q) {
  return (r.holder == q.person || (!q.unit.empty() && r.holder == q.unit)) && reaches(r.scope, r.expires_ms, q);
}

AccessAnswer decide_access(std::span<const AccessRule> rules, std::span<const AccessRight> rights, const AccessQuestion& q) {
  const AccessRule* permits = nullptr;
  for (const AccessRule& rule : rules) {
    if (!speaks_of(rule, q)) continue;
    if (rule.effect == AccessEffect::forbid) return {false, "access.forbidden_by_rule", rule.id};
    if (!permits) permits = &rule;
  }
  for (const AccessRight& right : rights)
    if (reaches(right, q)) return {true, "access.right", right.id};
  if (permits) return {true, "access.permitted_by_rule", permits->id};
  return {false, "access.no_right", {}};
}

}  // namespace sluice::policy
