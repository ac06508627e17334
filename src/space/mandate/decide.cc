#include <algorithm>
#include <set>

#include "space/application/submission.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/mandate/broker.h"

namespace sluice::space {

namespace {

constexpr size_t kListMax = 100;
constexpr size_t kDraftsWaitingMax = 50;
constexpr size_t kOpenMax = 200;  // of one principal

// Who takes part for the principal: whose work is handed over, and who answers for the party.
const std::vector<std::string> kProposers{"data_manager", "data_user"};
const std::vector<std::string> kEnders{"data_manager", "data_user", "contract_signer", "security_officer"};

template <class T>
Status once_each(const std::vector<T>& list) {
  if (list.size() > kListMax) return fail(Errc::invalid, "mandate.list_too_long", std::to_string(kListMax));
  for (size_t i = 0; i < list.size(); i++)
    if (std::find(list.begin(), list.begin() + static_cast<ptrdiff_t>(i), list[i]) != list.begin() + static_cast<ptrdiff_t>(i)) return fail(Errc::invalid, "mandate.named_twice");
  return {};
}

Status check_parties(const State& s, const PartyId& principal, const PartyId& broker) {
  const Party* gives = TRY(verified_party(s, principal));
  if (gives->role != PartyRole::agency && gives->role != PartyRole::data_user) return fail(Errc::forbidden, "mandate.not_a_principal");
  if (TRY(verified_party(s, broker))->role != PartyRole::broker) return fail(Errc::invalid, "mandate.not_a_broker");
  return {};
}

Status check_scope(const State& s, const Context& c, const Person& person, const MandateForm& form) {
  TRY(once_each(form.acts));
  TRY(once_each(form.products));
  TRY(once_each(form.datasets));
  TRY(once_each(form.purposes));
  auto allows = [&](MandateAct act) { return std::find(form.acts.begin(), form.acts.end(), act) != form.acts.end(); };
  if (form.acts.empty()) return fail(Errc::invalid, "mandate.no_acts");
  bool agency = s.parties.at(person.party.str()).role == PartyRole::agency;
  if (!agency && (allows(MandateAct::draft_product) || allows(MandateAct::draft_contract))) return fail(Errc::invalid, "mandate.act_of_agencies");
  if (allows(MandateAct::draft_product) == form.datasets.empty()) return fail(Errc::invalid, "mandate.datasets_of_products");
  if (form.purposes.empty() && (allows(MandateAct::draft_application) || allows(MandateAct::draft_contract))) return fail(Errc::invalid, "mandate.no_purposes");
  for (const ProductId& id : form.products) TRY(seen_product(s, person, id, c.now));
  for (const DatasetId& id : form.datasets)
    if (TRY(seen_dataset(s, person, id, c.now))->owner != person.party) return fail(Errc::forbidden, "dataset.not_yours");
  const auto& known = c.rules.policy.purposes;
  for (const std::string& purpose : form.purposes)
    if (std::find(known.begin(), known.end(), purpose) == known.end()) return fail(Errc::refused, "policy.purpose_unknown");
  return {};
}

Status check_paper(const Context& c, const MandateForm& form) {
  TRY(need_text("number", form.number, kNameBytesMax));
  if (form.digest == Digest{}) return fail(Errc::invalid, "mandate.no_scan");
  if (!form.note.empty()) TRY(need_text("note", form.note, kTextBytesMax));
  TimeMs from = std::max(form.from_ms, c.now);
  if (form.from_ms < 0 || form.until_ms <= from || form.until_ms - from > kMandateMsMax || form.from_ms > c.now + kMandateMsMax) return fail(Errc::invalid, "mandate.bad_period");
  return {};
}

// Of the acting person's own party, as its principal.
Result<const Mandate*> own_mandate(const State& s, const Person& person, const MandateId& id) {
  const Mandate* m = find(s.mandates, id);
  if (!m || m->principal != person.party) return fail(Errc::not_found, "mandate.not_found");
  return m;
}

const DraftedApplication* draft_of(const Mandate& m, const DraftedApplicationId& id) {
  auto found = std::find_if(m.drafts.begin(), m.drafts.end(), [&](const DraftedApplication& d) { return d.id == id; });
  return found == m.drafts.end() ? nullptr : &*found;
}
DraftedApplication& draft_in(State& s, const MandateId& mandate, const DraftedApplicationId& id) {
  auto& drafts = s.mandates[mandate.str()].drafts;
  auto found = std::find_if(drafts.begin(), drafts.end(), [&](const DraftedApplication& d) { return d.id == id; });
  return found == drafts.end() ? drafts.emplace_back() : *found;
}

Result<const DraftedApplication*> waiting_draft(const Mandate& m, const DraftedApplicationId& id) {
  const DraftedApplication* draft = draft_of(m, id);
  if (!draft) return fail(Errc::not_found, "mandate.draft_not_found");
  if (draft->status != DraftedStatus::waiting) return fail(Errc::conflict, "mandate.draft_decided_already");
  return draft;
}

bool chased_today(const Mandate& m, const ContractId& contract, TimeMs now) {
  return std::any_of(m.deeds.begin(), m.deeds.end(), [&](const MandateDeed& d) {
    return d.contract == contract && d.command == ChaseDelivery::kind && now < d.at_ms + kDayMs;
  });
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const ProposeMandate& cmd) {
  const Person* person = TRY(acting_as_any(s, c, kProposers));
  TRY(check_parties(s, person->party, cmd.form.broker));
  TRY(check_scope(s, c, *person, cmd.form));
  TRY(check_paper(c, cmd.form));
  auto open = std::count_if(s.mandates.begin(), s.mandates.end(), [&](const auto& m) {
    return m.second.principal == person->party && m.second.status != MandateStatus::refused && m.second.status != MandateStatus::ended && c.now < m.second.form.until_ms;
  });
  if (static_cast<size_t>(open) >= kOpenMax) return fail(Errc::exhausted, "mandate.too_many", std::to_string(kOpenMax));
  return Events{MandateProposed{MandateId::make(c.random), person->party, cmd.form}};
}

Result<Events> decide_on(const State& s, const Context& c, const ConfirmMandate& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::contract_signer));
  const Mandate* m = TRY(own_mandate(s, *person, cmd.mandate));
  if (m->status != MandateStatus::proposed) return fail(Errc::conflict, "mandate.not_awaiting_confirmation");
  if (!cmd.approve) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
    return Events{MandateConfirmed{cmd.mandate, false, cmd.reason}};
  }
  TRY(second_person(s, c, m->proposed_by));
  TRY(stepped_up(c));
  TRY(check_parties(s, m->principal, m->form.broker));
  if (c.now >= m->form.until_ms) return fail(Errc::conflict, "mandate.over");
  return Events{MandateConfirmed{cmd.mandate, true, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const AcceptMandate& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::broker));
  const Mandate* m = find(s.mandates, cmd.mandate);
  // What the principal has not confirmed is no offer yet.
  if (!m || m->form.broker != person->party || m->status == MandateStatus::proposed) return fail(Errc::not_found, "mandate.not_found");
  if (m->status != MandateStatus::confirmed) return fail(Errc::conflict, "mandate.not_awaiting_acceptance");
  if (!cmd.approve) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
    return Events{MandateAccepted{cmd.mandate, false, cmd.reason}};
  }
  TRY(second_person(s, c, m->proposed_by));
  TRY(second_person(s, c, m->confirmed_by));
  TRY(stepped_up(c));
  TRY(check_parties(s, m->principal, m->form.broker));
  if (c.now >= m->form.until_ms) return fail(Errc::conflict, "mandate.over");
  return Events{MandateAccepted{cmd.mandate, true, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const EndMandate& cmd) {
  const Person* person = TRY(acting(s, c));
  const Mandate* m = find(s.mandates, cmd.mandate);
  bool broker = m && m->form.broker == person->party && m->status != MandateStatus::proposed;
  TRY(broker ? acting_as(s, c, Duty::broker) : acting_as_any(s, c, kEnders));
  if (!m || (!broker && m->principal != person->party)) return fail(Errc::not_found, "mandate.not_found");
  if (m->status == MandateStatus::refused || m->status == MandateStatus::ended || c.now >= m->form.until_ms) return fail(Errc::conflict, "mandate.ended_already");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{MandateEnded{cmd.mandate, broker, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const DraftApplication& cmd) {
  ActsFor acts = TRY(mandate_for(s, c, cmd.mandate, MandateAct::draft_application));
  const Product* product = TRY(seen_product(s, *acts.person, cmd.product, c.now));
  TRY(covered(acts, *product, cmd.form.purpose));
  // Values that identify somebody are typed by the principal's own people (docs/formats/secret-filter.md).
  for (const RowCondition& condition : cmd.form.row_filter)
    if (condition.secret() || condition.commitment || condition.masked) return fail(Errc::invalid, "mandate.secret_condition", condition.column.substr(0, kNameBytesMax));
  auto waiting = std::count_if(acts.mandate->drafts.begin(), acts.mandate->drafts.end(), [](const DraftedApplication& d) { return d.status == DraftedStatus::waiting; });
  if (static_cast<size_t>(waiting) >= kDraftsWaitingMax) return fail(Errc::exhausted, "mandate.too_many_drafts", std::to_string(kDraftsWaitingMax));
  // What could not be submitted is not put before anybody; nothing of the answer is kept.
  TRY(submission(s, c, *acts.person, *acts.party, cmd.product, cmd.form, std::span(&acts.person->id, 1)));
  DraftedApplicationId draft = DraftedApplicationId::make(c.random);
  Events events{ApplicationDrafted{cmd.mandate, draft, cmd.product, cmd.form}};
  note_act(events, acts, {.act = MandateAct::draft_application, .command = std::string(DraftApplication::kind), .product = cmd.product, .draft = draft});
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const DecideDraftedApplication& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_user));
  const Mandate* m = TRY(own_mandate(s, *person, cmd.mandate));
  const DraftedApplication* draft = TRY(waiting_draft(*m, cmd.draft));
  if (!cmd.approve) {
    TRY(need_text("reason", cmd.reason, kTextBytesMax));
    return Events{DraftedApplicationDecided{cmd.mandate, cmd.draft, false, {}, cmd.reason}};
  }
  TRY(second_person(s, c, draft->by));
  const Party* party = TRY(verified_party(s, person->party));
  const PersonId hands[] = {person->id, draft->by};
  ApplicationSubmitted submitted = TRY(submission(s, c, *person, *party, draft->product, draft->form, hands));
  ApplicationId application = submitted.application;
  return Events{std::move(submitted), DraftedApplicationDecided{cmd.mandate, cmd.draft, true, application, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawDraftedApplication& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::broker));
  const Mandate* m = find(s.mandates, cmd.mandate);
  if (!m || m->form.broker != person->party) return fail(Errc::not_found, "mandate.not_found");
  TRY(waiting_draft(*m, cmd.draft));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{DraftedApplicationWithdrawn{cmd.mandate, cmd.draft, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ChaseDelivery& cmd) {
  ActsFor acts = TRY(mandate_for(s, c, cmd.mandate, MandateAct::chase));
  const Contract* contract = find(s.contracts, cmd.contract);
  if (!contract || contract->terms.recipient != acts.party->id) return fail(Errc::not_found, "contract.not_found");
  const Product* product = find(s.products, contract->terms.product);
  if (!product) return fail(Errc::not_found, "contract.not_found");
  TRY(covered(acts, *product, contract->terms.purpose));
  if (contract->status != ContractStatus::active) return fail(Errc::conflict, "contract.not_active");
  if (c.now >= contract->terms.expires_ms) return fail(Errc::conflict, "contract.expired");
  if (contract->terms.form == OpenForm::file && contract->delivered >= contract->terms.deliveries_max) return fail(Errc::conflict, "mandate.nothing_due");
  if (chased_today(*acts.mandate, cmd.contract, c.now)) return fail(Errc::conflict, "mandate.chased_today");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  Events events;
  note_act(events, acts, {.act = MandateAct::chase, .command = std::string(ChaseDelivery::kind), .product = product->id, .contract = cmd.contract});
  events.push_back(DeliveryChased{cmd.mandate, cmd.contract, contract->terms.provider, cmd.note});
  return events;
}

void fold(State& s, const MandateProposed& e, const EventPlace& at) {
  s.mandates[e.mandate.str()] = Mandate{.id = e.mandate, .principal = e.principal, .form = e.form, .status = MandateStatus::proposed, .proposed_by = at.actor,
                                        .confirmed_by = {}, .accepted_by = {}, .ended_by = {}, .reason = {}, .at_ms = at.time, .seq = at.seq, .drafts = {}, .deeds = {}};
}
void fold(State& s, const MandateConfirmed& e, const EventPlace& at) {
  Mandate& m = s.mandates[e.mandate.str()];
  m.status = e.approved ? MandateStatus::confirmed : MandateStatus::refused;
  m.reason = e.reason;
  m.confirmed_by = at.actor;
  m.confirmed_ms = at.time;
}
void fold(State& s, const MandateAccepted& e, const EventPlace& at) {
  Mandate& m = s.mandates[e.mandate.str()];
  m.status = e.accepted ? MandateStatus::accepted : MandateStatus::refused;
  m.reason = e.reason;
  m.accepted_by = at.actor;
  m.accepted_ms = at.time;
}
void fold(State& s, const MandateEnded& e, const EventPlace& at) {
  Mandate& m = s.mandates[e.mandate.str()];
  m.status = MandateStatus::ended;
  m.reason = e.reason;
  m.ended_by = at.actor;
  m.ended_ms = at.time;
}
void fold(State& s, const MandateActed& e, const EventPlace& at) {
  s.mandates[e.mandate.str()].deeds.push_back({.act = e.act, .command = e.command, .note = {}, .by = at.actor, .at_ms = at.time, .seq = at.seq, .product = e.product,
                                               .application = e.application, .contract = e.contract, .release = e.release, .draft = e.draft});
}
void fold(State& s, const ApplicationDrafted& e, const EventPlace& at) {
  s.mandates[e.mandate.str()].drafts.push_back({.id = e.draft, .product = e.product, .form = e.form, .status = DraftedStatus::waiting, .by = at.actor, .decided_by = {},
                                                .at_ms = at.time, .decided_ms = 0, .reason = {}, .application = {}});
}
void fold(State& s, const DraftedApplicationDecided& e, const EventPlace& at) {
  DraftedApplication& draft = draft_in(s, e.mandate, e.draft);
  draft.status = e.approved ? DraftedStatus::submitted : DraftedStatus::refused;
  draft.reason = e.reason;
  draft.application = e.application;
  draft.decided_by = at.actor;
  draft.decided_ms = at.time;
}
void fold(State& s, const DraftedApplicationWithdrawn& e, const EventPlace& at) {
  DraftedApplication& draft = draft_in(s, e.mandate, e.draft);
  draft.status = DraftedStatus::withdrawn;
  draft.reason = e.reason;
  draft.decided_by = at.actor;
  draft.decided_ms = at.time;
}
// The deed stands already: its entry is the one before.
void fold(State& s, const DeliveryChased& e, const EventPlace&) {
  auto& deeds = s.mandates[e.mandate.str()].deeds;
  if (!deeds.empty()) deeds.back().note = e.note;
}

}  // namespace sluice::space
