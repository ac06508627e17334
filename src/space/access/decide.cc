#include <algorithm>
#include <set>

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
  return Events{AccessRulesAdopted{person->party, cmd.rules, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const GrantAccess& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  if (cmd.person.empty() == cmd.unit.empty()) return fail(Errc::invalid, "access.one_holder");
  if (cmd.person == c.principal.person) return fail(Errc::forbidden, "duty.not_to_oneself");
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
    auto mine = s.unit_of.find(c.principal.person.str());
    if (mine != s.unit_of.end() && mine->second == cmd.unit) return fail(Errc::forbidden, "duty.not_to_oneself");
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
