// What waits in grading: reopened and expired verdicts, versions nobody classified, facts that only people know, lists to sign and
// to review, changes of rules, lowerings.
#include <algorithm>

#include "node/views/view.h"
#include "rules/rule_set.h"

namespace sluice::node {

using namespace space;

namespace {

Json grading_task(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due) {
  return Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", object}, {"since_ms", since}, {"title", std::move(title)}});
}

bool facts_missing(const Dataset& d) {
  return !d.facts || d.facts->department.empty() || d.facts->place.empty() || d.facts->retention.empty() || d.facts->processing.empty() || d.facts->provision.empty();
}

bool heads_department(const State& s, const Person& person, const Dataset& d) {
  const Unit* unit = d.facts ? find(s.units, d.facts->department) : nullptr;
  return unit && unit->head == person.id;
}

struct Counted {
  int64_t reopened = 0, expired = 0, due_soon = 0;
  TimeMs since = 0, first_due = 0;
};

Counted counted(const Dataset& d, TimeMs now, TimeMs remind) {
  Counted out;
  for (const CatalogField& f : d.columns) {
    if (f.reopened()) out.reopened++, out.since = std::max(out.since, f.drift_ms.value_or(0));
    if (!f.confirmed || !f.valid_until_ms) continue;
    out.expired += now >= *f.valid_until_ms;
    out.due_soon += now < *f.valid_until_ms && now + remind >= *f.valid_until_ms;
    if (now + remind >= *f.valid_until_ms && (out.first_due == 0 || *f.valid_until_ms < out.first_due)) out.first_due = *f.valid_until_ms;
  }
  return out;
}

}  // namespace

void View::tasks_of_grading(Json& items) const {
  bool manager = holds(Duty::data_manager);
  TimeMs remind = rules.grading.review.remind_days * kDayMs;
  for (const auto& [id, d] : state.datasets) {
    if (!owns(d.owner) || (!manager && !heads_department(state, person, d))) continue;
    std::string title = d.title.empty() ? d.name : d.title;
    const DatasetVersion* newest = nullptr;
    for (const VersionId& v : d.versions)
      if (const DatasetVersion* version = find(state.versions, v); version && version->masked_from.empty() && version->parts.empty()) newest = version;
    if (!newest) continue;
    if (facts_missing(d)) items.push(grading_task("describe_dataset", id, title, newest->at_ms, 0));
    if (!manager) continue;
    Counted c = counted(d, now, remind);
    if (c.reopened > 0) items.push(grading_task("reopened_grades", id, title + "：" + std::to_string(c.reopened), c.since, 0));
    if (c.expired + c.due_soon > 0) items.push(grading_task("expired_grades", id, title + "：" + std::to_string(c.expired + c.due_soon), c.first_due, c.first_due));
    if (d.proposed_version != newest->id && !find(state.destroyed, newest->id)) items.push(grading_task("classify_version", id, title, newest->at_ms, 0));
  }
  const GradedListVersion* latest = nullptr;
  for (const auto& [id, list] : state.graded_lists) {
    if (!owns(list.party)) continue;
    if (!latest || list.number > latest->number) latest = &list;
  }
  if (latest && latest->signed_ms == 0 && may(SignList{latest->id, "plausible"}))
    items.push(grading_task("sign_list", latest->id.str(), std::to_string(latest->number), latest->issued_ms, 0));
  if (latest && latest->signed_ms > 0 && manager && now + remind >= latest->review_due_ms)
    items.push(grading_task("review_list", latest->id.str(), std::to_string(latest->number), latest->signed_ms, latest->review_due_ms));
  for (const auto& [id, change] : state.rule_changes) {
    if (!owns(change.party)) continue;
    if (change.status == RuleChangeStatus::proposed && (manager || holds(Duty::security_officer)))
      items.push(grading_task("assess_rules", id, change.title, change.proposed_ms, 0));
    if (change.status == RuleChangeStatus::assessed && may(DecideRules{change.id, true, "plausible"}))
      items.push(grading_task("decide_rules", id, change.title, change.assessed_ms, 0));
  }
  for (const auto& [id, lowering] : state.lowerings)
    if (lowering.status == LoweringStatus::requested && may(DecideLowering{lowering.id, true, "plausible"}))
      items.push(grading_task("decide_lowering", id, lowering.column, lowering.at_ms, 0));
}

}  // namespace sluice::node
