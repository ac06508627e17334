#include "space/inventory/routing.h"

#include <algorithm>

#include "space/guard.h"

namespace sluice::space {

namespace {

constexpr int kUnitDepthMax = 16;

bool stands_in_for(const State& s, const PersonId& deputy, const PersonId& absent, TimeMs now) {
  return std::any_of(s.deputyships.begin(), s.deputyships.end(),
                     [&](const auto& d) { return d.second.deputy == deputy && d.second.absent == absent && d.second.in_force(now); });
}

}  // namespace

std::vector<PersonId> heads_from(const State& s, const UnitId& id, TimeMs now) {
  std::vector<PersonId> out;
  const Unit* unit = find(s.units, id);
  for (int depth = 0; unit && depth < kUnitDepthMax; depth++) {
    const Person* head = find(s.persons, unit->head);
    if (head && active(s, *head, now) && std::find(out.begin(), out.end(), head->id) == out.end()) out.push_back(head->id);
    unit = find(s.units, unit->above);
  }
  return out;
}

bool answers_for(const State& s, const Person& person, const UnitId& unit, TimeMs now) {
  auto heads = heads_from(s, unit, now);
  return std::any_of(heads.begin(), heads.end(), [&](const PersonId& head) { return head == person.id || stands_in_for(s, person.id, head, now); });
}

std::vector<std::string> open_questions(const State& s, const Dataset& d) {
  const DatasetFacts none, &f = d.facts ? *d.facts : none;
  const Plan* plan = find(s.plans, d.plan);
  std::vector<std::string> out;
  auto ask = [&](const char* question, bool answered) {
    if (!answered) out.emplace_back(question);
  };
  ask("department", !f.department.empty());
  ask("system", !f.system.empty() || (plan && !plan->source_name.empty()));
  ask("place", !f.place.empty());
  ask("retention", !f.retention.empty());
  ask("purpose", !f.purpose.empty() || (plan && !plan->purpose.empty()));
  ask("processing", !f.processing.empty());
  ask("provision", !f.provision.empty());
  ask("measures", f.measures && !f.measures->empty());
  return out;
}

Status check_stages(const std::map<std::string, std::string>& measures) {
  for (const auto& [stage, text] : measures) {
    if (std::find(kLifeStages.begin(), kLifeStages.end(), stage) == kLifeStages.end()) return fail(Errc::invalid, "catalog.unknown_stage", stage.substr(0, kNameBytesMax));
    if (text.size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "measures");
    if (!is_utf8(text)) return fail(Errc::invalid, "form.text_not_utf8", "measures");
  }
  return {};
}

}  // namespace sluice::space
