#include <algorithm>

#include "space/catalog/protection.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/inventory/routing.h"

namespace sluice::space {

namespace {

constexpr int64_t kVolumeMax = 1'000'000'000'000;

Status check_item_facts(const State& s, const Person& person, const ItemFacts& f) {
  TRY(need_text("title", f.title, kNameBytesMax));
  TRY(need_text("place", f.place, kTextBytesMax));
  if (std::find(kItemMedia.begin(), kItemMedia.end(), f.medium) == kItemMedia.end()) return fail(Errc::invalid, "inventory.unknown_medium", f.medium.substr(0, kNameBytesMax));
  if (f.volume < 0 || f.volume > kVolumeMax) return fail(Errc::invalid, "inventory.bad_volume");
  for (const std::string* text : {&f.description, &f.system, &f.volume_unit, &f.frequency, &f.retention, &f.purpose, &f.processing, &f.provision}) {
    if (text->size() > kTextBytesMax) return fail(Errc::invalid, "form.text_too_long", "facts");
    if (!is_utf8(*text)) return fail(Errc::invalid, "form.text_not_utf8", "facts");
  }
  if (!f.department.empty()) {
    const Unit* unit = find(s.units, f.department);
    if (!unit || unit->party != person.party) return fail(Errc::not_found, "unit.not_found");
  }
  return check_stages(f.measures);
}

Result<const DescribedItem*> open_item(const State& s, const Person& person, const ItemId& id) {
  const DescribedItem* item = find(s.items, id);
  if (!item || item->party != person.party) return fail(Errc::not_found, "inventory.item_not_found");
  if (item->ended_ms > 0) return fail(Errc::conflict, "inventory.item_ended");
  return item;
}

// A manager describes everything; who answers for a department describes what is of that department, and leaves it there.
Status may_describe(const State& s, const Context& c, const Person& person, const DescribedItem* item, const ItemFacts& f) {
  if (acting_as(s, c, Duty::data_manager)) return {};
  UnitId department = item ? item->facts.department : f.department;
  if (department.empty() || !answers_for(s, person, department, c.now)) return fail(Errc::forbidden, "duty.missing", "data_manager");
  if (f.department != department) return fail(Errc::forbidden, "inventory.department_is_fixed");
  return {};
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const DescribeItem& cmd) {
  const Person* person = TRY(acting(s, c));
  const DescribedItem* item = cmd.item.empty() ? nullptr : TRY(open_item(s, *person, cmd.item));
  TRY(may_describe(s, c, *person, item, cmd.facts));
  TRY(check_item_facts(s, *person, cmd.facts));
  int64_t number = item && !item->answers.empty() ? item->answers.back().number + 1 : 1;
  return Events{ItemDescribed{item ? item->id : ItemId::make(c.random), person->party, number, cmd.facts}};
}

Result<Events> decide_on(const State& s, const Context& c, const GradeItem& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  TRY(open_item(s, *person, cmd.item));
  const ItemGrade& g = cmd.grade;
  if (g.level < 1 || g.level > 5) return fail(Errc::invalid, "level.out_of_range");
  TRY(need_text("type", g.type, kNameBytesMax));
  TRY(need_text("reason", g.reason, kTextBytesMax));
  TRY(check_own_level(s, person->party, g.level, g.own_level));
  int floor = floor_of(s, c.rules, person->party, g.type);
  if (g.level < floor) return fail(Errc::refused, "catalog.below_floor", std::to_string(floor));
  auto rules = TRY(grading_rules(s, c, person->party));
  return Events{ItemGraded{cmd.item, g, c.now + rules->grading.validity_days(g.level) * kDayMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const EndItem& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  TRY(open_item(s, *person, cmd.item));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ItemEnded{cmd.item, cmd.reason}};
}

void fold(State& s, const ItemDescribed& e, const EventPlace& at) {
  DescribedItem& item = s.items[e.item.str()];
  item.id = e.item;
  item.party = e.party;
  item.facts = e.facts;
  item.answers.push_back({.number = e.number, .facts = e.facts, .by = at.actor, .at_ms = at.time, .seq = at.seq});
  if (item.answers.size() > kAnswersKept) item.answers.erase(item.answers.begin());
  item.at_ms = at.time;
  item.seq = at.seq;
}
void fold(State& s, const ItemGraded& e, const EventPlace& at) {
  DescribedItem& item = s.items[e.item.str()];
  item.grade = e.grade;
  item.graded_by = at.actor;
  item.graded_ms = at.time;
  item.valid_until_ms = e.valid_until_ms;
}
void fold(State& s, const ItemEnded& e, const EventPlace& at) {
  DescribedItem& item = s.items[e.item.str()];
  item.ended = e.reason;
  item.ended_ms = at.time;
}

}  // namespace sluice::space
