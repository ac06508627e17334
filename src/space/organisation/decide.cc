#include <algorithm>
#include <set>

#include "space/access/question.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr size_t kChartDepthMax = 16;

Result<const Person*> colleague(const State& s, const PersonId& id, const PartyId& party) {
  const Person* person = find(s.persons, id);
  if (!person || person->party != party) return fail(Errc::not_found, "person.not_found");
  return person;
}

// Above a unit there is no way back to itself, and an end within sixteen steps.
Status no_circle(const State& s, const UnitId& unit, const UnitId& above) {
  UnitId at = above;
  for (size_t depth = 0; !at.empty(); depth++) {
    if (at == unit || depth >= kChartDepthMax) return fail(Errc::invalid, "unit.circle");
    const Unit* next = find(s.units, at);
    at = next ? next->above : UnitId{};
  }
  return {};
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const DefineUnit& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::system_admin));
  TRY(need_text("name", cmd.name, kNameBytesMax));
  const Unit* known = find(s.units, cmd.unit);
  if (!cmd.unit.empty() && (!known || known->party != person->party)) return fail(Errc::not_found, "unit.not_found");
  if (!cmd.above.empty()) {
    const Unit* above = find(s.units, cmd.above);
    if (!above || above->party != person->party) return fail(Errc::not_found, "unit.not_found");
    TRY(no_circle(s, cmd.unit, cmd.above));
  }
  PersonId head = known ? known->head : PersonId();
  if (!cmd.head.empty() && cmd.head != head) return fail(Errc::forbidden, "unit.head_named_apart");
  if (cmd.region.size() > 6 || cmd.region.find_first_not_of("0123456789") != std::string::npos) return fail(Errc::invalid, "unit.bad_region");
  return Events{UnitDefined{.unit = cmd.unit.empty() ? UnitId::make(c.random) : cmd.unit, .party = person->party, .name = cmd.name,
                            .unit_kind = cmd.unit_kind, .above = cmd.above, .head = head, .region = cmd.region}};
}

Result<Events> decide_on(const State& s, const Context& c, const NameHead& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Unit* unit = find(s.units, cmd.unit);
  if (!unit) return fail(Errc::not_found, "unit.not_found");
  if (!cmd.head.empty()) {
    const Person* head = TRY(colleague(s, cmd.head, unit->party));
    TRY(not_to_oneself(s, c, cmd.head));
    if (head->suspended) return fail(Errc::conflict, "person.suspended");
    if (s.outsiders.contains(cmd.head.str())) return fail(Errc::conflict, "duty.not_for_outsiders");
  }
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (cmd.head == unit->head) return fail(Errc::conflict, "unit.head_already");
  return Events{HeadNamed{cmd.unit, cmd.head, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const PlaceInUnit& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::system_admin));
  TRY(colleague(s, cmd.person, person->party));
  // A unit may have rights: who sits in it has them.
  TRY(not_to_oneself(s, c, cmd.person));
  const Unit* unit = find(s.units, cmd.unit);
  if (!cmd.unit.empty() && (!unit || unit->party != person->party)) return fail(Errc::not_found, "unit.not_found");
  return Events{PersonPlaced{cmd.person, cmd.unit}};
}

Result<Events> decide_on(const State& s, const Context& c, const AppointDeputy& cmd) {
  TRY(acting_as(s, c, Duty::security_admin));
  const Person* absent = find(s.persons, cmd.absent);
  if (!absent) return fail(Errc::not_found, "person.not_found");
  const Person* deputy = TRY(colleague(s, cmd.deputy, absent->party));
  if (cmd.absent == cmd.deputy) return fail(Errc::invalid, "deputy.same_person");
  if (one_human(c, cmd.deputy, c.principal.person)) return fail(Errc::forbidden, "duty.not_to_oneself");
  if (one_human(c, cmd.deputy, cmd.absent)) return fail(Errc::invalid, "deputy.same_person");
  TRY(active(s, *deputy, c.now));
  if (cmd.duties.empty()) return fail(Errc::invalid, "deputy.no_duties");
  std::vector<Duty> held = duties_now(s, *deputy, c.now);
  for (const HeldDuty& own : deputy->duties) held.push_back(own.duty);
  std::set<Duty> seen;
  for (Duty duty : cmd.duties) {
    if (!seen.insert(duty).second) return fail(Errc::invalid, "deputy.duty_twice", std::string(name_of(duty)));
    if (!absent->has(duty, c.now)) return fail(Errc::conflict, "duty.not_held", std::string(name_of(duty)));
    for (Duty own : held)
      if (exclude_each_other(own, duty)) return fail(Errc::conflict, "duty.excluded_by_other", std::string(name_of(own)));
    TRY(fit_for_duty(s, cmd.deputy, duty));
  }
  if (cmd.until_ms <= c.now || cmd.from_ms >= cmd.until_ms) return fail(Errc::invalid, "deputy.bad_period");
  if (cmd.until_ms - std::max(cmd.from_ms, c.now) > kDeputyshipMsMax) return fail(Errc::invalid, "deputy.too_long", std::to_string(kDeputyshipMsMax / kDayMs));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{DeputyAppointed{.deputyship = DeputyshipId::make(c.random), .absent = cmd.absent, .deputy = cmd.deputy, .duties = cmd.duties,
                                .from_ms = cmd.from_ms, .until_ms = cmd.until_ms, .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const EndDeputyship& cmd) {
  const Person* person = TRY(acting(s, c));
  const Deputyship* d = find(s.deputyships, cmd.deputyship);
  if (!d) return fail(Errc::not_found, "deputy.not_found");
  // Whoever is back ends it; so does the security administrator.
  if (d->absent != person->id) TRY(acting_as(s, c, Duty::security_admin));
  if (c.now >= d->until_ms) return fail(Errc::conflict, "deputy.over");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{DeputyshipEnded{cmd.deputyship, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const EngageOutsider& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  const Person* person = find(s.persons, cmd.person);
  if (!person) return fail(Errc::not_found, "person.not_found");
  const Person* sponsor = TRY(colleague(s, cmd.sponsor, person->party));
  if (cmd.sponsor == cmd.person || sponsor->suspended || s.outsiders.contains(cmd.sponsor.str())) return fail(Errc::invalid, "outsider.bad_sponsor");
  for (const HeldDuty& held : person->duties)
    if (is_administration(held.duty) || approves_others(held.duty)) return fail(Errc::conflict, "duty.not_for_outsiders", std::string(name_of(held.duty)));
  for (const auto& [id, d] : s.deputyships)
    for (Duty duty : d.duties)
      if (d.deputy == cmd.person && c.now < d.until_ms && (is_administration(duty) || approves_others(duty)))
        return fail(Errc::conflict, "duty.not_for_outsiders", std::string(name_of(duty)));
  for (const auto& [id, unit] : s.units)
    if (unit.head == cmd.person) return fail(Errc::conflict, "duty.not_for_outsiders", "head");
  TRY(need_text("company", cmd.company, kNameBytesMax));
  if (cmd.until_ms <= c.now) return fail(Errc::invalid, "duty.expiry_in_past");
  if (cmd.until_ms > c.now + kEngagementMsMax) return fail(Errc::invalid, "access.expiry_too_far");
  return Events{OutsiderEngaged{cmd.person, cmd.sponsor, cmd.company, cmd.until_ms}};
}

void fold(State& s, const UnitDefined& e, const EventPlace&) {
  s.units[e.unit.str()] = Unit{e.unit, e.party, e.name, e.unit_kind, e.above, e.head, e.region};
}
void fold(State& s, const HeadNamed& e, const EventPlace&) { s.units[e.unit.str()].head = e.head; }
void fold(State& s, const PersonPlaced& e, const EventPlace&) {
  if (e.unit.empty()) {
    s.unit_of.erase(e.person.str());
  } else {
    s.unit_of[e.person.str()] = e.unit;
  }
}
void fold(State& s, const DeputyAppointed& e, const EventPlace&) {
  s.deputyships[e.deputyship.str()] = Deputyship{e.deputyship, e.absent, e.deputy, e.duties, e.from_ms, e.until_ms, e.reason, 0};
}
void fold(State& s, const DeputyshipEnded& e, const EventPlace& at) {
  Deputyship& d = s.deputyships[e.deputyship.str()];
  d.until_ms = std::min(d.until_ms, at.time);
}
void fold(State& s, const DeputyActed& e, const EventPlace&) { s.deputyships[e.deputyship.str()].acts++; }
void fold(State& s, const OutsiderEngaged& e, const EventPlace&) { s.outsiders[e.person.str()] = Outsider{e.person, e.sponsor, e.company, e.until_ms}; }

}  // namespace sluice::space
