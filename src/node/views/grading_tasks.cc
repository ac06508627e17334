// What waits in grading: reopened and expired verdicts, versions nobody classified, columns that no plan knows, facts that only people
// know (asked along the organisation chart: space/inventory/routing.h), described items, lists to sign and to review, changes of
// rules, lowerings.
#include <algorithm>

#include "node/views/view.h"
#include "space/inventory/routing.h"
#include "rules/rule_set.h"

namespace sluice::node {

using namespace space;

namespace {

Json grading_task(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due) {
  return Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", object}, {"since_ms", since}, {"title", std::move(title)}});
}

std::vector<std::string> open_questions(const ItemFacts& f) {
  std::vector<std::string> out;
  for (auto [question, text] : {std::pair{"retention", &f.retention}, {"purpose", &f.purpose}, {"processing", &f.processing}, {"provision", &f.provision}})
    if (text->empty()) out.emplace_back(question);
  if (f.department.empty()) out.emplace_back("department");
  if (f.measures.empty()) out.emplace_back("measures");
  return out;
}

// Asked now: the nearest head above the data, a step later the next one too; the data managers where no department is named, where it
// has no head, and when every head let it lie.
bool is_asked(const View& view, const UnitId& department, TimeMs since, TimeMs step) {
  auto heads = heads_from(view.state, department, view.now);
  bool manager = view.holds(Duty::data_manager);
  if (heads.empty()) return manager;
  auto due = static_cast<size_t>(std::max<TimeMs>(0, view.now - since) / std::max<TimeMs>(step, 1)) + 1;
  if (due > heads.size()) return manager || answers_for(view.state, view.person, department, view.now);
  for (size_t i = 0; i < due; i++) {
    bool stands_in = std::any_of(view.state.deputyships.begin(), view.state.deputyships.end(), [&](const auto& d) {
      return d.second.deputy == view.person.id && d.second.absent == heads[i] && d.second.in_force(view.now);
    });
    if (heads[i] == view.person.id || stands_in) return true;
  }
  return false;
}

Json asking(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due, const std::vector<std::string>& questions) {
  return grading_task(kind, object, std::move(title), since, due).set("questions", encode(questions));
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
  TimeMs remind = rules.grading.review.remind_days * kDayMs, step = rules.operations.tasks.escalate_after_hours * kHourMs;
  for (const auto& [id, d] : state.datasets) {
    if (!owns(d.owner) || d.destroyed_ms) continue;
    std::string title = d.title.empty() ? d.name : d.title;
    const DatasetVersion* newest = nullptr;
    for (const VersionId& v : d.versions)
      if (const DatasetVersion* version = find(state.versions, v); version && version->masked_from.empty() && version->parts.empty()) newest = version;
    if (!newest) continue;
    auto questions = open_questions(state, d);
    TimeMs asked = d.answers.empty() ? newest->at_ms : d.answers.back().at_ms;
    if (!questions.empty() && is_asked(*this, d.facts ? d.facts->department : UnitId{}, asked, step))
      items.push(asking("describe_dataset", id, title, asked, asked + step, questions));
    if (!manager) continue;
    if (!d.unplanned.empty() && d.proposed_version)
      items.push(asking("unplanned_columns", id, title + "：" + std::to_string(d.unplanned.size()), newest->at_ms, 0, d.unplanned));
    Counted c = counted(d, now, remind);
    if (c.reopened > 0) items.push(grading_task("reopened_grades", id, title + "：" + std::to_string(c.reopened), c.since, 0));
    if (c.expired + c.due_soon > 0) items.push(grading_task("expired_grades", id, title + "：" + std::to_string(c.expired + c.due_soon), c.first_due, c.first_due));
    // A merge that was looked at holds the rows of the versions before it.
    auto place_of = [&](const VersionId& v) { return std::find(d.versions.begin(), d.versions.end(), v) - d.versions.begin(); };
    bool looked_at = d.proposed_version && std::find(d.versions.begin(), d.versions.end(), *d.proposed_version) != d.versions.end() &&
                     place_of(*d.proposed_version) >= place_of(newest->id);
    if (!looked_at && !find(state.destroyed, newest->id)) items.push(grading_task("classify_version", id, title, newest->at_ms, 0));
  }
  for (const auto& [id, item] : state.items) {
    if (!owns(item.party) || item.ended_ms > 0) continue;
    auto questions = open_questions(item.facts);
    if (!questions.empty() && is_asked(*this, item.facts.department, item.at_ms, step))
      items.push(asking("describe_item", id, item.facts.title, item.at_ms, item.at_ms + step, questions));
    if (!manager) continue;
    if (!item.grade) items.push(grading_task("grade_item", id, item.facts.title, item.at_ms, 0));
    if (item.grade && now + remind >= item.valid_until_ms) items.push(grading_task("expired_item", id, item.facts.title, item.graded_ms, item.valid_until_ms));
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

// One task a dataset: the one whose rows were found elsewhere.
void View::tasks_of_same_rows(Json& items) const {
  auto title = [&](const DatasetId& id) {
    const Dataset& d = state.datasets.at(id.str());
    return d.title.empty() ? d.name : d.title;
  };
  struct Found {
    std::string title;
    TimeMs since = 0;
  };
  std::map<std::string, Found> found;
  for (const auto& [key, pair] : state.same_rows) {
    if (!pair.permille || pair.decided_by || !may(DecideSameRows{pair.dataset, pair.other, false, "reason"})) continue;
    auto [it, fresh] = found.try_emplace(pair.dataset.str());
    it->second.title = fresh ? title(pair.dataset) + " = " + title(pair.other) : it->second.title + "、" + title(pair.other);
    it->second.since = fresh ? pair.at_ms : std::min(it->second.since, pair.at_ms);
  }
  for (const auto& [id, what] : found) items.push(grading_task("same_rows", id, what.title, what.since, 0));
}

}  // namespace sluice::node
