#include "space/mandate/broker.h"

#include <algorithm>

#include "space/guard.h"

namespace sluice::space {

namespace {

constexpr size_t kDeedsMax = 2000;

template <class T>
bool among(const std::vector<T>& list, const T& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

bool covers_product(const Mandate& m, const Product& p) {
  bool of_dataset = p.owner == m.principal && among(m.form.datasets, p.dataset);
  return m.form.products.empty() || among(m.form.products, p.id) || of_dataset;
}
bool covers_purpose(const Mandate& m, const std::string& purpose) { return m.form.purposes.empty() || among(m.form.purposes, purpose); }

// Own products are seen for what is drafted about them, others' while they can be applied for.
bool shows(const Mandate& m, const Product& p) {
  if (p.owner == m.principal)
    return (m.allows(MandateAct::draft_product) && among(m.form.datasets, p.dataset)) ||
           ((m.allows(MandateAct::draft_contract) || m.allows(MandateAct::chase)) && covers_product(m, p));
  return p.status == ProductStatus::registered && (m.allows(MandateAct::draft_application) || m.allows(MandateAct::chase)) && covers_product(m, p);
}

template <class F>
bool some_mandate(const State& s, const PartyId& broker, TimeMs now, F covers) {
  return std::any_of(s.mandates.begin(), s.mandates.end(), [&](const auto& m) { return m.second.form.broker == broker && m.second.in_force(now) && covers(m.second); });
}

}  // namespace

bool is_broker(const State& s, const Person& person) {
  const Party* party = find(s.parties, person.party);
  return party && party->role == PartyRole::broker;
}

bool open_to_brokers(std::string_view command) {
  static constexpr std::string_view kOpen[] = {AcceptMandate::kind, EndMandate::kind, DraftApplication::kind, WithdrawDraftedApplication::kind, ChaseDelivery::kind,
                                               DraftProduct::kind, DraftContract::kind, ChaseRecipient::kind,
                                               // the own account
                                               NoteCredentialChange::kind, RegisterCertificate::kind, RevokeCertificate::kind};
  return std::find(std::begin(kOpen), std::end(kOpen), command) != std::end(kOpen);
}

Status broker_may_send(const State& s, const PersonId& id, std::string_view command) {
  const Person* person = find(s.persons, id);
  if (!person || !is_broker(s, *person) || open_to_brokers(command)) return {};
  return fail(Errc::forbidden, "broker.mandate_only", std::string(command));
}

Result<ActsFor> mandate_for(const State& s, const Context& c, const MandateId& id, MandateAct act) {
  const Person* person = TRY(acting_as(s, c, Duty::broker));
  const Mandate* m = find(s.mandates, id);
  if (!m || m->form.broker != person->party) return fail(Errc::not_found, "mandate.not_found");
  if (m->status == MandateStatus::proposed || m->status == MandateStatus::confirmed) return fail(Errc::conflict, "mandate.not_accepted");
  if (m->status != MandateStatus::accepted) return fail(Errc::forbidden, "mandate.ended");
  if (c.now < m->form.from_ms) return fail(Errc::forbidden, "mandate.not_begun");
  if (c.now >= m->form.until_ms) return fail(Errc::forbidden, "mandate.over");
  if (!m->allows(act)) return fail(Errc::forbidden, "mandate.act_not_covered", std::string(name_of(act)));
  if (m->deeds.size() >= kDeedsMax) return fail(Errc::exhausted, "mandate.too_many_acts", std::to_string(kDeedsMax));
  TRY(verified_party(s, person->party));
  return ActsFor{person, TRY(verified_party(s, m->principal)), m};
}

Result<ActsFor> acts_for(const State& s, const Context& c, Duty duty, const std::optional<MandateId>& mandate, MandateAct act) {
  const Person* person = TRY(acting(s, c));
  bool broker = is_broker(s, *person);
  if (broker && !mandate) return fail(Errc::forbidden, "mandate.needed");
  if (broker) return mandate_for(s, c, *mandate, act);
  TRY(acting_as(s, c, duty));
  if (mandate) return fail(Errc::forbidden, "mandate.not_yours");
  return ActsFor{person, find(s.parties, person->party), nullptr};
}

Status covered(const ActsFor& acts, const Product& product, const std::string& purpose) {
  if (!acts.mandate) return {};
  if (!covers_product(*acts.mandate, product)) return fail(Errc::forbidden, "mandate.product_not_covered", product.id.str());
  if (!covers_purpose(*acts.mandate, purpose)) return fail(Errc::forbidden, "mandate.purpose_not_covered", purpose.substr(0, kNameBytesMax));
  return {};
}

Status covered(const ActsFor& acts, const DatasetId& dataset) {
  if (!acts.mandate || among(acts.mandate->form.datasets, dataset)) return {};
  return fail(Errc::forbidden, "mandate.dataset_not_covered", dataset.str());
}

void note_act(Events& events, const ActsFor& acts, MandateActed about) {
  if (!acts.mandate) return;
  about.mandate = acts.mandate->id;
  about.principal = acts.mandate->principal;
  about.broker = acts.mandate->form.broker;
  events.push_back(std::move(about));
}

bool broker_sees(const State& s, const PartyId& broker, const Product& product, TimeMs now) {
  return some_mandate(s, broker, now, [&](const Mandate& m) { return shows(m, product); });
}

bool broker_sees(const State& s, const PartyId& broker, const Application& a, TimeMs now) {
  const Product* product = find(s.products, a.product);
  return product && some_mandate(s, broker, now, [&](const Mandate& m) {
    bool applies = a.applicant == m.principal && (m.allows(MandateAct::draft_application) || m.allows(MandateAct::chase));
    bool answers = product->owner == m.principal && m.allows(MandateAct::draft_contract);
    return (applies || answers) && covers_product(m, *product) && covers_purpose(m, a.form.purpose);
  });
}

bool broker_sees(const State& s, const PartyId& broker, const Contract& c, TimeMs now) {
  const Product* product = find(s.products, c.terms.product);
  return product && some_mandate(s, broker, now, [&](const Mandate& m) {
    bool receives = c.terms.recipient == m.principal && (m.allows(MandateAct::draft_application) || m.allows(MandateAct::chase));
    bool provides = c.terms.provider == m.principal && (m.allows(MandateAct::draft_contract) || m.allows(MandateAct::chase));
    return (receives || provides) && covers_product(m, *product) && covers_purpose(m, c.terms.purpose);
  });
}

}  // namespace sluice::space
