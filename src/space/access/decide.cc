#include <algorithm>
#include <set>

#include "space/access/question.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr size_t kRulesBytesMax = 48u << 10;

Status known_names(const Context& c, const std::vector<std::string>& actions, const std::vector<std::string>& categories,
                   const std::vector<std::string>& purposes) {
  for (const std::string& action : actions)
    if (!c.rules.operations.kind(action)) return fail(Errc::invalid, "operation.unknown_kind", action);
  for (const std::string& category : categories)
    if (!enum_of<Category>(category)) return fail(Errc::invalid, "access.unknown_category", category);
  const auto& known = c.rules.policy.purposes;
  for (const std::string& purpose : purposes)
    if (std::find(known.begin(), known.end(), purpose) == known.end()) return fail(Errc::invalid, "operation.purpose_unknown", purpose);
  return {};
}

Status own_datasets(const State& s, const std::vector<std::string>& datasets, const PartyId& party) {
  for (const std::string& id : datasets) {
    auto it = s.datasets.find(id);
    if (it == s.datasets.end() || it->second.owner != party) return fail(Errc::not_found, "dataset.not_found");
  }
  return {};
}

Status check_rule(const State& s, const Context& c, const policy::AccessRule& rule, const PartyId& party) {
  TRY(need_text("id", rule.id, kNameBytesMax));
  if (rule.level_min < 1 || rule.level_max > 5 || rule.level_min > rule.level_max) return fail(Errc::invalid, "level.out_of_range", rule.id);
  for (const std::string& duty : rule.duties)
    if (!enum_of<Duty>(duty)) return fail(Errc::invalid, "access.unknown_duty", rule.id);
  for (const std::string& id : rule.units) {
    auto unit = s.units.find(id);
    if (unit == s.units.end() || unit->second.party != party) return fail(Errc::not_found, "unit.not_found");
  }
  for (const std::string& region : rule.regions)
    if (region.empty() || region.size() > 6 || region.find_first_not_of("0123456789") != std::string::npos)
      return fail(Errc::invalid, "unit.bad_region", rule.id);
  TRY(known_names(c, rule.actions, rule.categories, rule.purposes));
  return own_datasets(s, rule.datasets, party);
}

bool meet(const std::vector<std::string>& listed, const std::vector<std::string>& held) {
  return listed.empty() || std::any_of(listed.begin(), listed.end(), [&](const std::string& one) { return std::find(held.begin(), held.end(), one) != held.end(); });
}

// Whether a rule says something about what this person may do: it speaks of the person, and of an action that a duty of the person allows at all.
bool speaks_to(const State& s, const Context& c, const policy::AccessRule& rule, const Person& person) {
  std::vector<std::string> duties, unit, allowed;
  for (Duty duty : duties_now(s, person, c.now)) duties.emplace_back(name_of(duty));
  for (const HeldDuty& held : person.duties) duties.emplace_back(name_of(held.duty));
  std::string region;
  auto placed = s.unit_of.find(person.id.str());
  if (const Unit* at = placed == s.unit_of.end() ? nullptr : find(s.units, placed->second)) {
    unit.push_back(at->id.str());
    region = at->region;
  }
  bool in_region = rule.regions.empty() || std::any_of(rule.regions.begin(), rule.regions.end(), [&](const std::string& r) { return region.starts_with(r); });
  if (!meet(rule.duties, duties) || !meet(rule.units, unit) || !in_region) return false;
  for (const auto& kind : c.rules.operations.kinds)
    if (!kind.duties.empty() && meet(kind.duties, duties)) allowed.push_back(kind.id);
  return !allowed.empty() && meet(rule.actions, allowed);
}

bool inside(const std::vector<std::string>& narrow, const std::vector<std::string>& wide) {
  if (wide.empty()) return true;
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), [&](const std::string& one) { return std::find(wide.begin(), wide.end(), one) != wide.end(); });
}

// Whatever `narrow` speaks of, `wide` speaks of as well, to the same effect.
bool within(const policy::AccessRule& narrow, const policy::AccessRule& wide) {
  auto in_region = [&](const std::string& one) {
    return std::any_of(wide.regions.begin(), wide.regions.end(), [&](const std::string& r) { return one.starts_with(r); });
  };
  bool regions = wide.regions.empty() || (!narrow.regions.empty() && std::all_of(narrow.regions.begin(), narrow.regions.end(), in_region));
  return narrow.effect == wide.effect && regions && inside(narrow.duties, wide.duties) && inside(narrow.units, wide.units) &&
         inside(narrow.actions, wide.actions) && inside(narrow.datasets, wide.datasets) && inside(narrow.categories, wide.categories) &&
         inside(narrow.purposes, wide.purposes) && narrow.level_min >= wide.level_min && narrow.level_max <= wide.level_max;
}

// Nobody makes the rules that widen the own reach, nor that of whom they stand in for or who stands in for them: no rule that permits
// something new, none that forbids taken away. "access.rule_for_oneself" (detail: the rule).
Status no_own_gain(const State& s, const Context& c, const std::vector<policy::AccessRule>& rules, const PartyId& party) {
  static const std::vector<policy::AccessRule> kNone;
  auto adopted = s.access_rules.find(party.str());
  const auto& before = adopted == s.access_rules.end() ? kNone : adopted->second.rules;
  std::vector<const Person*> selves;
  for (const auto& [id, person] : s.persons)
    if (person.party == party && gains(s, c, person.id)) selves.push_back(&person);
  auto missing_from = [&](const policy::AccessRule& rule, const std::vector<policy::AccessRule>& others) {
    return std::none_of(others.begin(), others.end(), [&](const policy::AccessRule& other) { return within(rule, other); });
  };
  auto to_oneself = [&](const policy::AccessRule& rule) {
    return std::any_of(selves.begin(), selves.end(), [&](const Person* self) { return speaks_to(s, c, rule, *self); });
  };
  for (const auto& rule : rules)
    if (rule.effect == policy::AccessEffect::permit && missing_from(rule, before) && to_oneself(rule)) return fail(Errc::forbidden, "access.rule_for_oneself", rule.id);
  for (const auto& rule : before)
    if (rule.effect == policy::AccessEffect::forbid && missing_from(rule, rules) && to_oneself(rule)) return fail(Errc::forbidden, "access.rule_for_oneself", rule.id);
  return {};
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const AdoptAccessRules& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  TRY(stepped_up(c));
  if (cmd.rules.size() > kAccessRulesMax) return fail(Errc::invalid, "access.too_many_rules", std::to_string(kAccessRulesMax));
  std::set<std::string> ids;
  for (const auto& rule : cmd.rules) {
    TRY(check_rule(s, c, rule, person->party));
    if (!ids.insert(rule.id).second) return fail(Errc::invalid, "access.rule_twice", rule.id);
  }
  if (canonical(encode(cmd.rules)).size() > kRulesBytesMax) return fail(Errc::invalid, "access.too_many_rules", std::to_string(kAccessRulesMax));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(no_own_gain(s, c, cmd.rules, person->party));
  return Events{AccessRulesAdopted{person->party, cmd.rules, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const GrantAccess& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  if (cmd.person.empty() == cmd.unit.empty()) return fail(Errc::invalid, "access.one_holder");
  if (!cmd.person.empty()) TRY(not_to_oneself(s, c, cmd.person));
  PartyId party;
  if (!cmd.person.empty()) {
    const Person* holder = find(s.persons, cmd.person);
    if (!holder) return fail(Errc::not_found, "person.not_found");
    if (holder->suspended) return fail(Errc::conflict, "person.suspended");
    party = holder->party;
  } else {
    const Unit* unit = find(s.units, cmd.unit);
    if (!unit) return fail(Errc::not_found, "unit.not_found");
    party = unit->party;
    // A right of the own unit is a right of one's own.
    for (const auto& [member, placed] : s.unit_of)
      if (placed == cmd.unit) TRY(not_to_oneself(s, c, TRY(PersonId::parse(member))));
  }
  if (cmd.scope.level_max < 1 || cmd.scope.level_max > 5) return fail(Errc::invalid, "level.out_of_range");
  TRY(known_names(c, cmd.scope.actions, cmd.scope.categories, cmd.scope.purposes));
  TRY(own_datasets(s, cmd.scope.datasets, party));
  if (cmd.expires_ms <= c.now) return fail(Errc::invalid, "duty.expiry_in_past");
  if (cmd.expires_ms > c.now + kRightMsMax) return fail(Errc::invalid, "access.expiry_too_far");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{AccessGranted{.right = RightId::make(c.random), .party = party, .person = cmd.person, .unit = cmd.unit, .scope = cmd.scope,
                              .expires_ms = cmd.expires_ms, .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const RevokeAccess& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Right* right = find(s.rights, cmd.right);
  if (!right) return fail(Errc::not_found, "access.right_not_found");
  if (right->revoked) return fail(Errc::conflict, "access.revoked_already");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{AccessRevoked{cmd.right, cmd.reason}};
}

void fold(State& s, const AccessRulesAdopted& e, const EventPlace& at) { s.access_rules[e.party.str()] = AccessRules{e.party, e.rules, at.actor, at.time}; }
void fold(State& s, const AccessGranted& e, const EventPlace& at) {
  s.rights[e.right.str()] = Right{.id = e.right, .party = e.party, .person = e.person, .unit = e.unit, .scope = e.scope, .expires_ms = e.expires_ms,
                                  .granted_ms = at.time, .last_used_ms = 0, .granted_by = at.actor, .revoked = false, .reason = e.reason};
  s.rights_of[e.person.empty() ? e.unit.str() : e.person.str()].push_back(e.right);
}
void fold(State& s, const AccessRevoked& e, const EventPlace&) {
  Right& right = s.rights[e.right.str()];
  right.revoked = true;
  right.reason = e.reason;
}

}  // namespace sluice::space
