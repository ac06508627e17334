#include "space/access/question.h"

#include <algorithm>

#include "space/guard.h"

namespace sluice::space {

namespace {

// A right of this holder that is in force and reaches the field; the first that was granted.
const Right* right_that_reaches(const State& s, const std::string& holder, const policy::AccessQuestion& q) {
  auto of = s.rights_of.find(holder);
  if (of == s.rights_of.end()) return nullptr;
  for (const RightId& id : of->second)
    if (const Right* right = find(s.rights, id); right && !right->revoked && policy::reaches(right->scope, right->expires_ms, q)) return right;
  return nullptr;
}

}  // namespace

std::vector<Duty> duties_now(const State& s, const Person& person, TimeMs now) {
  std::vector<Duty> out;
  for (const HeldDuty& held : person.duties)
    if (person.has(held.duty, now)) out.push_back(held.duty);
  for (const auto& [id, d] : s.deputyships)
    if (d.deputy == person.id && d.in_force(now))
      for (Duty duty : d.duties)
        if (std::find(out.begin(), out.end(), duty) == out.end() && deputyship_for(s, person, duty, now)) out.push_back(duty);
  return out;
}

policy::AccessAnswer access_answer(const State& s, const FieldUse& use, TimeMs now) {
  policy::AccessQuestion q{.person = use.person.id.str(), .unit = {}, .region = {}, .duties = {}, .action = use.action, .dataset = use.dataset.id.str(),
                           .category = name_of(use.grade.category), .purpose = use.purpose, .level = use.grade.level, .now = now};
  for (Duty duty : duties_now(s, use.person, now)) q.duties.push_back(name_of(duty));
  auto placed = s.unit_of.find(use.person.id.str());
  const Unit* unit = placed == s.unit_of.end() ? nullptr : find(s.units, placed->second);
  if (unit) {
    q.unit = unit->id.str();
    q.region = unit->region;
  }
  auto adopted = s.access_rules.find(use.person.party.str());
  const AccessRules* rules = adopted == s.access_rules.end() ? nullptr : &adopted->second;
  auto said = rules ? rules->index.of(rules->rules).rules_say(q) : std::nullopt;
  if (said && said->effect == policy::AccessEffect::forbid) return {false, "access.forbidden_by_rule", rules->rules[said->rule].id};
  const Right* right = right_that_reaches(s, use.person.id.str(), q);
  if (!right && unit) right = right_that_reaches(s, unit->id.str(), q);
  if (right) return {true, "access.right", right->id.str()};
  if (said) return {true, "access.permitted_by_rule", rules->rules[said->rule].id};
  return {false, "access.no_right", {}};
}

}  // namespace sluice::space
