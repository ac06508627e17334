// What waits in access and approval: for who may decide it now, and, when it waited too long, for the heads above the person
// who asked, as the organisation chart has them.
#include <algorithm>

#include "node/views/view.h"

namespace sluice::node {

using namespace space;

namespace {

Json waiting_task(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due) {
  return Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", object}, {"since_ms", since}, {"title", std::move(title)}});
}

std::string dataset_title(const State& s, const DatasetId& id) {
  const Dataset* d = find(s.datasets, id);
  return !d ? std::string() : d->title.empty() ? d->name : d->title;
}

// Heads from the unit of a person upwards; people who are gone are passed over.
std::vector<PersonId> heads_above(const State& s, const PersonId& person) {
  std::vector<PersonId> out;
  auto placed = s.unit_of.find(person.str());
  const Unit* unit = placed == s.unit_of.end() ? nullptr : find(s.units, placed->second);
  for (int depth = 0; unit && depth < 16; depth++) {
    const Person* head = find(s.persons, unit->head);
    if (head && !head->suspended && unit->head != person && std::find(out.begin(), out.end(), unit->head) == out.end()) out.push_back(unit->head);
    unit = find(s.units, unit->above);
  }
  return out;
}

struct OpenTask {
  std::string_view kind;
  std::string object, title;
  PersonId asked_by;
  TimeMs since = 0, due = 0;
};

std::vector<OpenTask> open_tasks(const State& s, const PartyId& party, TimeMs now, const rules::TaskRule& rule) {
  std::vector<OpenTask> out;
  TimeMs remind = rule.remind_after_hours * kHourMs;
  for (const auto& [id, o] : s.operations)
    if (o.party == party && o.status == OperationStatus::requested)
      out.push_back({"decide_operation", id, dataset_title(s, o.dataset), o.requested_by, o.at_ms, o.at_ms + remind});
  for (const auto& [id, e] : s.exceptions) {
    if (e.party != party) continue;
    if (e.status == ExceptionStatus::requested) out.push_back({"decide_exception", id, dataset_title(s, e.dataset), e.requested_by, e.at_ms, e.at_ms + remind});
    if (e.awaits_review(now)) out.push_back({"review_exception", id, dataset_title(s, e.dataset), e.requested_by, e.until_ms, e.review_due_ms});
  }
  return out;
}

}  // namespace

void View::tasks_of_reversals(Json& items) const {
  for (const auto& [id, r] : state.reversals) {
    if (r.expired(now)) continue;
    std::string title = dataset_title(state, r.dataset) + "：" + r.column;
    if (r.status == ReversalStatus::requested && may(DecideReversal{r.id, true, "yes"})) items.push(waiting_task("decide_reversal", id, title, r.at_ms, r.expires_ms));
    if (r.status == ReversalStatus::allowed && r.requested_by == person.id) items.push(waiting_task("run_reversal", id, title, r.decided_ms, r.expires_ms));
  }
}

void View::tasks_of_access(Json& items) const {
  tasks_of_reversals(items);
  for (const OpenTask& task : open_tasks(state, person.party, now, rules.operations.tasks)) {
    bool mine = false;
    if (task.kind == "decide_operation") mine = may(DecideOperation{state.operations.at(task.object).id, true, "yes"});
    if (task.kind == "decide_exception") mine = may(DecideException{state.exceptions.at(task.object).id, true, 0, "yes"});
    if (task.kind == "review_exception") mine = may(ReviewException{state.exceptions.at(task.object).id, ReviewVerdict::as_approved, "yes"});
    if (mine) items.push(waiting_task(task.kind, task.object, task.title, task.since, task.due));
  }
  for (const auto& [id, o] : state.operations)
    if (o.requested_by == person.id && o.flow == OperationFlow::person && o.status == OperationStatus::approved && now < o.expires_ms)
      items.push(waiting_task("run_operation", id, dataset_title(state, o.dataset), o.decided_ms, o.expires_ms));
}

// After escalate_after_hours beyond its due time the first head above sees it, after twice that the next one, and so on.
void View::escalated_to_me(Json& items) const {
  TimeMs step = rules.operations.tasks.escalate_after_hours * kHourMs;
  for (const OpenTask& task : open_tasks(state, person.party, now, rules.operations.tasks)) {
    std::vector<PersonId> heads = heads_above(state, task.asked_by);
    for (size_t i = 0; i < heads.size(); i++) {
      bool stands_in = std::any_of(state.deputyships.begin(), state.deputyships.end(), [&](const auto& d) {
        return d.second.deputy == person.id && d.second.absent == heads[i] && d.second.in_force(now);
      });
      if ((heads[i] == person.id || stands_in) && now >= task.due + static_cast<TimeMs>(i + 1) * step)
        items.push(waiting_task("escalated", task.object, task.title, task.since, task.due).set("task", task.kind));
    }
  }
}

}  // namespace sluice::node
