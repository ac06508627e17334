// The inbox: what decide() would let this person do now and somebody waits for. Nothing is stored, so nothing goes stale.
#include <algorithm>

#include "node/views/view.h"
#include "space/catalog/taken_back.h"
#include "space/collection/held_columns.h"

namespace sluice::node {

using namespace space;

namespace {

Json waiting(std::string_view kind, const std::string& object, std::string title, std::string party, TimeMs since, TimeMs due) {
  Json out = Json::object({{"kind", kind}, {"object", object}, {"title", std::move(title)}, {"since_ms", since}});
  if (!party.empty()) out.set("party_name", std::move(party));
  out.set("due_ms", due > 0 ? Json(due) : Json());
  return out;
}

bool has_action(const Json& object, std::string_view action) {
  const Json* can = object.find("can");
  if (!can || !can->is_array()) return false;
  return std::any_of(can->as_array().begin(), can->as_array().end(), [&](const Json& a) { return a.as_string() == action; });
}

}  // namespace

// One task a contract and kind. A deletion stops its deliveries: the task stands until the contract ended. Going on after a correction is the data manager's
// choice: its next release makes it.
void View::tasks_of_changed_rows(Json& items) const {
  for (const auto& [id, c] : state.contracts) {
    bool stands = (c.status == ContractStatus::active || c.status == ContractStatus::suspended) && now < c.terms.expires_ms;
    if (!stands || !owns(c.terms.provider) || !holds(Duty::data_manager)) continue;
    const Product* product = find(state.products, c.terms.product);
    std::map<RowsChange, ChangedSince> last;
    for (const ChangedSince& change : changed_since(state, c.terms.version)) last[change.kind] = change;
    for (const auto& [kind, change] : last) {
      bool chosen = kind == RowsChange::correction && std::any_of(state.releases.begin(), state.releases.end(), [&](const auto& r) {
        return r.second.contract == c.id && r.second.prepared_seq > change.seq && r.second.status != ReleaseStatus::failed;
      });
      if (chosen) continue;
      std::string title = (product ? product->form.name : id) + "：v" + std::to_string(change.from_number) + " → v" + std::to_string(change.number);
      items.push(waiting(kind == RowsChange::deletion ? "contract_rows_taken_back" : "contract_rows_corrected", id, std::move(title), party_name(c.terms.recipient), change.at_ms, 0));
    }
  }
}

Json View::inbox(const AtTheDesk& desk) const {
  Json items = Json::array();
  auto title_of = [&](const ProductId& id) {
    const Product* p = find(state.products, id);
    return p && may_see(state, person, *p, now) ? p->form.name : id.str();
  };
  for (const auto& [id, p] : state.parties) {
    if (p.status == PartyStatus::registered && knows(p) && may(VerifyParty{p.id, "evidence"})) items.push(waiting("verify_party", id, p.name, "", 0, 0));
    if (p.proposed_key && knows(p) && may(DecidePartyKey{p.id, p.proposed_key->key_id, true, "reason"}))
      items.push(waiting("confirm_party_key", id, p.name, "", p.proposed_key->at_ms, 0));
    for (const PartyClient& client : p.clients)
      if (client.status == ClientStatus::proposed && knows(p) && may(DecideClient{p.id, client.id, true, "reason"}))
        items.push(waiting("confirm_party_client", id, p.name, "", client.at_ms, 0));
    if (p.mutual_tls_end && knows(p) && may(DecideMutualTlsEnd{p.id, true, "reason"}))
      items.push(waiting("confirm_mutual_tls_end", id, p.name, "", p.mutual_tls_end->at_ms, 0));
    if (p.resume && knows(p) && may(DecideResume{p.id, true, "reason"})) items.push(waiting("confirm_resume", id, p.name, "", p.resume->at_ms, 0));
  }
  for (const auto& [id, p] : state.persons) {
    if (p.resume && may(DecidePersonResume{p.id, true, "reason"})) items.push(waiting("confirm_person_resume", id, p.resume->reason, "", p.resume->at_ms, 0));
    // It lapses: what is due is the word of the other administrator before that.
    if (p.reset && may(AllowCredentialReset{p.id})) items.push(waiting("allow_reset", id, p.reset->reason, "", p.reset->at_ms, p.reset->at_ms + kResetValidMs));
    if (!p.identity_asked || now >= p.identity_asked->at_ms + kIdentityAskMs || !may(DecideIdentity{p.id, p.identity_asked->id, true, "reason"})) continue;
    items.push(waiting("confirm_identity", id, p.identity_asked->provider, "", p.identity_asked->at_ms, p.identity_asked->at_ms + kIdentityAskMs));
  }
  for (const auto& [id, b] : state.batches) {
    const Plan* plan = find(state.plans, b.plan);
    if (plan && owns(plan->owner) && b.status == BatchStatus::held && may(ReceiptBatch{b.plan, b.file_digest, b.rows, "receipt", "compared"}))
      items.push(waiting("reconcile_batch", id, plan->title, plan->source_name, b.at_ms, 0));
    int64_t open = open_held_rows(state, b);
    if (plan && owns(plan->owner) && open > 0 && holds(Duty::data_manager))
      items.push(waiting("correct_held", id, plan->title + "：" + std::to_string(open), plan->source_name, b.at_ms, 0));
  }
  for (const auto& [id, d] : state.datasets) {
    auto open = std::count_if(d.columns.begin(), d.columns.end(), [](const CatalogField& f) { return f.proposal && !f.confirmed; });
    if (open == 0 || !may_see(state, person, d, now) || !has_action(show(d, Detail::listed), "confirm")) continue;
    const DatasetVersion* newest = d.versions.empty() ? nullptr : find(state.versions, d.versions.back());
    items.push(waiting("confirm_grades", id, (d.title.empty() ? d.name : d.title) + "：" + std::to_string(open), "", newest ? newest->at_ms : 0, 0));
  }
  tasks_of_same_rows(items);
  for (const auto& [id, p] : state.products) {
    if (!may_see(state, person, p, now)) continue;
    if (p.status != ProductStatus::drafted && p.status != ProductStatus::checked && p.status != ProductStatus::reviewed) continue;
    Json shown_product = show(p, Detail::listed);
    TimeMs due = p.at_ms + kStepDays * kDayMs;
    for (auto [action, kind] : {std::pair{"check", "check_product"}, {"review", "review_product"}, {"register", "register_product"}})
      if (has_action(shown_product, action)) items.push(waiting(kind, id, p.form.name, party_name(p.owner), p.at_ms, due));
  }
  for (const auto& [id, a] : state.applications) {
    if (!may_see(state, person, a, now) || (a.status != ApplicationStatus::voting && a.status != ApplicationStatus::approved)) continue;
    Json shown_application = show(a, Detail::listed);
    std::string party = party_name(a.applicant);
    if (has_action(shown_application, "vote")) items.push(waiting("vote", id, title_of(a.product), party, a.at_ms, a.deadline_ms));
    if (has_action(shown_application, "close-vote")) items.push(waiting("close_vote", id, title_of(a.product), party, a.deadline_ms, 0));
    if (has_action(shown_application, "contract")) items.push(waiting("draft_contract", id, title_of(a.product), party, a.at_ms, 0));
  }
  for (const auto& [id, c] : state.contracts) {
    if (!may_see(state, person, c, now) || (c.status != ContractStatus::drafted && c.status != ContractStatus::active)) continue;
    Json shown_contract = show(c, Detail::listed);
    std::string other = party_name(owns(c.terms.provider) ? c.terms.recipient : c.terms.provider);
    if (has_action(shown_contract, "sign")) items.push(waiting("sign_contract", id, title_of(c.terms.product), other, c.at_ms, c.terms.expires_ms));
    bool released = std::any_of(state.releases.begin(), state.releases.end(), [&](const auto& r) {
      return r.second.contract == c.id && r.second.status != ReleaseStatus::failed;
    });
    if (!released && has_action(shown_contract, "release"))
      items.push(waiting("release", id, title_of(c.terms.product), other, c.at_ms, c.terms.expires_ms));
  }
  tasks_of_changed_rows(items);
  tasks_of_grading(items);
  tasks_of_sources(items);
  tasks_of_access(items);
  tasks_of_law(items);
  tasks_of_custody(items);
  tasks_of_drafts(items);
  tasks_of_mandates(items);
  tasks_of_storage(items, desk.storage);
  if (desk.ceremony) tasks_of_ceremony(items, *desk.ceremony);
  tasks_of_certificates(items);
  tasks_of_clients(items);
  tasks_of_alarms(items);
  escalated_to_me(items);
  for (const auto& [id, r] : state.releases) {
    if (!may_see(state, person, r, now)) continue;
    std::string_view wanted = destruction_state(r);
    if (wanted != "due" && wanted != "overdue") continue;
    const Contract& c = state.contracts.at(r.contract.str());
    TimeMs due = r.expires_ms + kDestructionDays * kDayMs;
    if (owns(c.terms.recipient) && person.has(Duty::data_user, now))
      items.push(waiting("certify_destruction", id, title_of(c.terms.product), party_name(c.terms.provider), r.expires_ms, due));
    if (wanted == "overdue" && owns(c.terms.provider) && person.has(Duty::data_manager, now))
      items.push(waiting("destruction_overdue", id, title_of(c.terms.product), party_name(c.terms.recipient), r.expires_ms, due));
  }
  size_t total = items.as_array().size();
  return Json::object({{"items", std::move(items)}, {"total", total}});
}

}  // namespace sluice::node
