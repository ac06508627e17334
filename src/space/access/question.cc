#include "space/access/question.h"

#include <algorithm>

#include "space/guard.h"

namespace sluice::space {

namespace {

policy::AccessRight plain(const Right& right) {
  return {right.id.str(), right.person.empty() ? right.unit.str() : right.person.str(), right.scope, right.revoked ? 0 : right.expires_ms};
}

void rights_held_by(const State& s, const std::string& holder, std::vector<policy::AccessRight>& out) {
  auto of = s.rights_of.find(holder);
  if (of == s.rights_of.end()) return;
  for (const RightId& id : of->second)
    if (const Right* right = find(s.rights, id); right && !right->revoked) out.push_back(plain(*right));
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
  std::vector<policy::AccessRight> rights;
  rights_held_by(s, use.person.id.str(), rights);
  auto placed = s.unit_of.find(use.person.id.str());
  const Unit* unit = placed == s.unit_of.end() ? nullptr : find(s.units, placed->second);
  if (unit) {
    q.unit = unit->id.str();
    q.region = unit->region;
    rights_held_by(s, unit->id.str(), rights);
  }
  auto rules = s.access_rules.find(use.person.party.str());
  return policy::decide_access(rules == s.access_rules.end() ? std::span<const policy::AccessRule>() : rules->second.rules, rights, q);
}

}  // namespace sluice::space
