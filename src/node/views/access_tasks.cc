// What waits in access and approval for who may decide it now; and what of all that waits for somebody's word waited too long: for the heads above
// the person who asked, as the organisation chart has them, then for those of the lead departments and of the decision bodies.
#include <algorithm>

#include "node/views/view.h"
#include "space/collection/held_columns.h"

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

// Nobody of the chart asked (another organisation, a source, somebody placed nowhere), or nobody above them did anything: who leads, who decides.
std::vector<PersonId> heads_for(const State& s, const PartyId& party, const PersonId& asked_by) {
  std::vector<PersonId> out = heads_above(s, asked_by);
  for (UnitKind kind : {UnitKind::lead_department, UnitKind::decision_body})
    for (const auto& [id, unit] : s.units) {
      const Person* head = find(s.persons, unit.head);
      if (unit.party != party || unit.unit_kind != kind || !head || head->suspended || head->id == asked_by) continue;
      if (std::find(out.begin(), out.end(), head->id) == out.end()) out.push_back(head->id);
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

bool is_of_party(const State& s, const PersonId& id, const PartyId& party) {
  const Person* person = find(s.persons, id);
  return person && person->party == party;
}

std::string product_name(const State& s, const ProductId& id) {
  const Product* product = find(s.products, id);
  return product ? product->form.name : std::string();
}

// Votes and work on keys.
void add_decisions(const State& s, const PartyId& party, TimeMs now, TimeMs remind, std::vector<OpenTask>& out) {
  for (const auto& [id, a] : s.applications) {
    const Product* product = find(s.products, a.product);
    if (a.status == ApplicationStatus::voting && product && product->owner == party) out.push_back({"vote", id, product->form.name, {}, a.at_ms, a.at_ms + remind});
  }
  for (const auto& [id, work] : s.key_works) {
    if (work.status != KeyWorkStatus::proposed || now >= work.lapses_ms || !is_of_party(s, work.proposed_by, party)) continue;
    out.push_back({work.awaits_decision() ? "decide_key_work" : "witness_key_work", id, work.reason, work.proposed_by, work.at_ms, work.at_ms + remind});
  }
}

// What goes to others and how it is made ready for them. A product's steps and a draft's review are due when their tasks say so (inbox.cc, draft_view.cc).
void add_trade(const State& s, const PartyId& party, TimeMs now, TimeMs remind, std::vector<OpenTask>& out) {
  for (const auto& [id, p] : s.products) {
    if (p.owner != party) continue;
    std::string_view kind = p.status == ProductStatus::drafted ? "check_product" : p.status == ProductStatus::checked ? "review_product" : p.status == ProductStatus::reviewed ? "register_product" : "";
    if (!kind.empty()) out.push_back({kind, id, p.form.name, p.drafted_by, p.at_ms, p.at_ms + kStepDays * kDayMs});
  }
  for (const auto& [id, c] : s.contracts) {
    bool signed_here = std::any_of(c.signatures.begin(), c.signatures.end(), [&](const Signature& one) { return one.party == party; });
    bool open = c.status == ContractStatus::drafted && now < c.terms.expires_ms && !signed_here;
    if (open && (c.terms.provider == party || c.terms.recipient == party)) out.push_back({"sign_contract", id, product_name(s, c.terms.product), {}, c.at_ms, c.at_ms + remind});
  }
  for (const auto& [id, l] : s.lowerings)
    if (l.party == party && l.status == LoweringStatus::requested) out.push_back({"decide_lowering", id, dataset_title(s, l.dataset) + "：" + l.column, l.requested_by, l.at_ms, l.at_ms + remind});
  for (const auto& [id, r] : s.reversals)
    if (r.party == party && r.status == ReversalStatus::requested && !r.expired(now))
      out.push_back({"decide_reversal", id, dataset_title(s, r.dataset) + "：" + r.column, r.requested_by, r.at_ms, r.at_ms + remind});
  for (const auto& [id, d] : s.strategy_drafts)
    if (d.party == party && d.status == StrategyDraftStatus::submitted)
      out.push_back({"review_strategy", id, dataset_title(s, d.dataset) + "：" + d.name, d.submitted_by, d.at_ms, d.at_ms + kStepDays * kDayMs});
}

// The legal registers. A person's request has a day by the law: it climbs so that the second head sees it before that.
void add_law(const State& s, const PartyId& party, TimeMs remind, TimeMs step, std::vector<OpenTask>& out) {
  for (const auto& [id, p] : s.papers)
    if (p.owner == party && p.status == PaperStatus::entered) out.push_back({"check_paper", id, p.form.title, p.entered_by, p.at_ms, p.at_ms + remind});
  for (const auto& [id, a] : s.assessments)
    if (a.owner == party && a.status == AssessmentStatus::drafted) out.push_back({"decide_assessment", id, product_name(s, a.form.product), a.drafted_by, a.at_ms, a.at_ms + remind});
  for (const auto& [id, c] : s.consents)
    if (c.owner == party && c.awaits_check && !c.checked_by && !c.withdrawn) out.push_back({"check_consent", id, product_name(s, c.form.product), c.recorded_by, c.at_ms, c.at_ms + remind});
  for (const auto& [id, p] : s.provisions)
    if (p.owner == party && p.status == ProvisionStatus::requested) out.push_back({"approve_provision", id, p.form.requester, p.requested_by, p.at_ms, p.at_ms + remind});
  for (const auto& [id, r] : s.subject_requests) {
    if (r.owner != party || !r.open()) continue;
    std::string_view kind = r.status == SubjectRequestStatus::granted ? "answer_subject_request" : r.verified_ms != 0 ? "decide_subject_request" : "verify_subject";
    out.push_back({kind, id, r.what, {}, r.at_ms, std::max(r.at_ms + remind, r.due_ms - 2 * step)});
  }
}

// What came in and lies there: held batches, and sources that are late.
void add_collection(const State& s, const PartyId& party, TimeMs now, TimeMs remind, std::vector<OpenTask>& out) {
  for (const auto& [id, b] : s.batches) {
    const Plan* plan = find(s.plans, b.plan);
    if (!plan || plan->owner != party) continue;
    if (b.status == BatchStatus::held) out.push_back({"reconcile_batch", id, plan->title, b.reported_by, b.at_ms, b.at_ms + remind});
    if (open_held_rows(s, b) > 0) out.push_back({"correct_held", id, plan->title, b.reported_by, b.at_ms, b.at_ms + remind});
  }
  for (const auto& [id, source] : s.sources)
    if (auto late = late_since(source, now); late && source.owner == party) out.push_back({"source_late", id, source.name, source.registered_by, *late, *late + remind});
}

// Everything that somebody's word is missing for, and that heads are told of when it waits too long.
std::vector<OpenTask> climbing_tasks(const State& s, const PartyId& party, TimeMs now, const rules::TaskRule& rule) {
  std::vector<OpenTask> out = open_tasks(s, party, now, rule);
  TimeMs remind = rule.remind_after_hours * kHourMs;
  add_decisions(s, party, now, remind, out);
  add_trade(s, party, now, remind, out);
  add_law(s, party, remind, rule.escalate_after_hours * kHourMs, out);
  add_collection(s, party, now, remind, out);
  return out;
}

}  // namespace

void View::tasks_of_access(Json& items) const {
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
  for (const OpenTask& task : climbing_tasks(state, person.party, now, rules.operations.tasks)) {
    if (now < task.due + step) continue;
    std::vector<PersonId> heads = heads_for(state, person.party, task.asked_by);
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
