#include <algorithm>

#include "space/fold.h"

namespace sluice::space {

std::string name_key(std::string_view column) {
  std::string out;
  for (char ch : column) {
    if (ch == '_' || ch == '-' || ch == ' ' || ch == '.') continue;
    out += ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch + 32) : ch;
  }
  return out;
}

void fold(State& s, const FieldReopened& e, const EventPlace& at) {
  CatalogField* column = s.datasets[e.dataset.str()].column(e.column);
  if (!column) return;
  column->drift.insert(column->drift.end(), e.findings.begin(), e.findings.end());
  if (!e.version.empty()) column->drift_version = e.version;
  column->drift_ms = at.time;
}

void fold(State& s, const VerdictRemembered& e, const EventPlace& at) {
  auto dataset = s.datasets.find(e.dataset.str());
  if (dataset == s.datasets.end()) return;
  std::string name = name_key(e.column);
  RememberedVerdict& kept = s.remembered[dataset->second.owner.str() + ":" + name];
  if (kept.times > 0 && kept.type != e.type) kept.contradicted = true;
  kept.party = dataset->second.owner;
  kept.name = name;
  kept.title = e.title;
  kept.type = e.type;
  kept.category = e.category;
  kept.level = e.level;
  kept.times++;
  kept.at_ms = at.time;
}

void fold(State& s, const DatasetDescribed& e, const EventPlace& at) {
  Dataset& dataset = s.datasets[e.dataset.str()];
  dataset.facts = e.facts;
  int64_t number = dataset.answers.empty() ? 1 : dataset.answers.back().number + 1;
  dataset.answers.push_back({.number = number, .facts = e.facts, .by = at.actor, .at_ms = at.time, .seq = at.seq});
  if (dataset.answers.size() > kAnswersKept) dataset.answers.erase(dataset.answers.begin());
}

void fold(State& s, const ListIssued& e, const EventPlace& at) {
  GradedListVersion list;
  list.id = e.list;
  list.party = e.party;
  list.number = e.number;
  list.content = e.content;
  list.list_fields = e.list_fields;
  list.confirmed = e.confirmed;
  list.completeness_permille = e.completeness_permille;
  list.note = e.note;
  list.issued_by = at.actor;
  list.issued_ms = at.time;
  list.seq = at.seq;
  s.graded_lists[e.list.str()] = std::move(list);
}
void fold(State& s, const ListSigned& e, const EventPlace& at) {
  GradedListVersion& list = s.graded_lists[e.list.str()];
  list.signed_by = at.actor;
  list.signed_for = e.unit;
  list.signed_reason = e.reason;
  list.signed_ms = at.time;
  list.review_due_ms = e.review_due_ms;
}

void fold(State& s, const AssociationMeasured& e, const EventPlace&) {
  auto& all = s.datasets[e.dataset.str()].associations;
  std::erase_if(all, [&](const MeasuredAssociation& a) { return a.version == e.measured.version; });
  all.push_back(e.measured);
}

void fold(State& s, const LoweringRequested& e, const EventPlace& at) {
  Lowering x;
  x.id = e.lowering;
  if (const Person* person = find(s.persons, at.actor)) x.party = person->party;
  x.dataset = e.dataset;
  x.column = e.column;
  x.floor = e.floor;
  x.level = e.level;
  x.days = e.days;
  x.reason = e.reason;
  x.measures = e.measures;
  x.requested_by = at.actor;
  x.at_ms = at.time;
  x.seq = at.seq;
  s.lowerings[e.lowering.str()] = std::move(x);
}
void fold(State& s, const LoweringDecided& e, const EventPlace& at) {
  Lowering& x = s.lowerings[e.lowering.str()];
  x.status = e.approved ? LoweringStatus::granted : LoweringStatus::rejected;
  x.decision = e.reason;
  x.decided_by = at.actor;
  x.decided_ms = at.time;
  x.until_ms = e.until_ms;
  CatalogField* column = s.datasets[x.dataset.str()].column(x.column);
  if (e.approved && column)
    column->lowered = FieldLowering{.lowering = x.id, .level = x.level, .floor = x.floor, .until_ms = e.until_ms, .reason = x.reason};
}

void fold(State& s, const RulesProposed& e, const EventPlace& at) {
  RuleChange x;
  x.id = e.change;
  x.party = e.party;
  x.number = e.number;
  x.title = e.title;
  x.reason = e.reason;
  x.packs = e.packs;
  x.content = e.content;
  x.rules_digest = e.rules_digest;
  x.proposed_by = at.actor;
  x.proposed_ms = at.time;
  x.seq = at.seq;
  s.rule_changes[e.change.str()] = std::move(x);
}
void fold(State& s, const RulesAssessed& e, const EventPlace& at) {
  RuleChange& x = s.rule_changes[e.change.str()];
  x.status = RuleChangeStatus::assessed;
  x.impact = e.impact;
  x.assessed_ms = at.time;
}
void fold(State& s, const RulesDecided& e, const EventPlace& at) {
  RuleChange& x = s.rule_changes[e.change.str()];
  x.status = e.approved ? RuleChangeStatus::approved : RuleChangeStatus::rejected;
  x.decision = e.reason;
  x.decided_by = at.actor;
  x.decided_ms = at.time;
  if (e.approved && x.impact) s.rules_in_force[x.party.str()] = RulesInForce{x.id, x.content, x.rules_digest, x.impact->floors};
}

}  // namespace sluice::space
