// Mandates of brokers: who let whom do what, what was done under each, and whose task it is.
#include <algorithm>

#include "node/views/listed.h"
#include "space/mandate/broker.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr TimeMs kMandateEndingDays = 14;
constexpr TimeMs kDraftAnswerDays = 5;
constexpr std::string_view kAnyWords = "plausible";

Json mandate_task(std::string_view kind, const std::string& id, std::string title, std::string party, TimeMs since, TimeMs due) {
  Json out = Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", id}, {"since_ms", since}, {"title", std::move(title)}});
  if (!party.empty()) out.set("party_name", std::move(party));
  return out;
}

// What it is now, by the clock.
std::string_view mandate_now(const Mandate& m, TimeMs now) {
  bool open = m.status == MandateStatus::proposed || m.status == MandateStatus::confirmed || m.status == MandateStatus::accepted;
  if (open && now >= m.form.until_ms) return "over";
  if (m.status == MandateStatus::accepted) return now < m.form.from_ms ? "not_begun" : "in_force";
  return name_of(m.status);
}

bool awaits_principal(const DraftedApplication& d) { return d.status == DraftedStatus::waiting; }

// Whether the broker was ever told of it: what the principal has not confirmed is the principal's own.
bool was_offered(const Mandate& m) {
  if (m.status == MandateStatus::refused) return m.accepted_ms > 0;
  return m.confirmed_ms > 0;
}

}  // namespace

bool View::sees_mandate(const Mandate& m) const {
  if (broker_) return owns(m.form.broker) && was_offered(m);
  return of_own_party(m.principal);
}

// Masked versions only, as names and figures.
Json View::offers_of(const Mandate& m) const {
  Json out = Json::array();
  if (!m.in_force(now) || !m.allows(MandateAct::draft_product)) return out;
  for (const DatasetId& id : m.form.datasets) {
    const Dataset* d = find(state.datasets, id);
    if (!d) continue;
    Json versions = Json::array();
    for (const VersionId& version : d->versions) {
      const MaskingResult* masking = find(state.maskings, version);
      const DatasetVersion* v = find(state.versions, version);
      if (!masking || !v) continue;
      Json columns = Json::array();
      for (const MaskedColumn& column : masking->columns) {
        const CatalogField* field = d->column(column.column);
        columns.push(Json::object({{"column", column.column}, {"title", field ? field->title : ""}, {"category", field ? Json(name_of(field->category)) : Json("")},
                                   {"level", column.level}, {"technique", column.technique}}));
      }
      versions.push(Json::object({{"version", version.str()}, {"number", v->number}, {"rows", v->rows}, {"k", masking->k}, {"columns", std::move(columns)}}));
    }
    out.push(Json::object({{"dataset", id.str()}, {"title", d->title.empty() ? d->name : d->title}, {"versions", std::move(versions)}}));
  }
  return out;
}

Json View::show(const Mandate& m, Detail detail) const {
  Json out = encode(m);
  auto waiting = std::count_if(m.drafts.begin(), m.drafts.end(), awaits_principal);
  out.set("now", mandate_now(m, now)).set("principal_name", party_name(m.principal)).set("broker_name", party_name(m.form.broker));
  out.set("deeds_count", static_cast<int64_t>(m.deeds.size())).set("drafts_waiting", static_cast<int64_t>(waiting));
  Json drafts = Json::array();
  if (detail == Detail::whole) {
    for (const DraftedApplication& d : m.drafts) {
      Json can = Json::array();
      if (awaits_principal(d)) {
        if (may(DecideDraftedApplication{m.id, d.id, true, std::string(kAnyWords)})) can.push("submit");
        if (may(DecideDraftedApplication{m.id, d.id, false, std::string(kAnyWords)})) can.push("refuse");
        if (may(WithdrawDraftedApplication{m.id, d.id, std::string(kAnyWords)})) can.push("withdraw");
      }
      drafts.push(encode(d).set("can", std::move(can)));
    }
  } else {
    out.set("deeds", Json::array());
  }
  out.set("drafts", std::move(drafts)).set("offers", broker_ && detail == Detail::whole ? offers_of(m) : Json::array());
  Json can = Json::array();
  if (may(ConfirmMandate{m.id, true, std::string(kAnyWords)})) can.push("confirm");
  if (may(ConfirmMandate{m.id, false, std::string(kAnyWords)})) can.push("refuse");
  if (may(AcceptMandate{m.id, true, std::string(kAnyWords)})) can.push("accept");
  if (may(AcceptMandate{m.id, false, std::string(kAnyWords)})) can.push("decline");
  if (may(EndMandate{m.id, std::string(kAnyWords)})) can.push("end");
  if (broker_ && m.in_force(now) && owns(m.form.broker) && holds(Duty::broker))
    for (MandateAct act : m.form.acts) can.push(name_of(act));
  return shown(std::move(out), std::move(can));
}

Json View::mandates(const ListAsk& ask) const {
  std::vector<Listed> all;
  for (const auto& [id, m] : state.mandates) {
    if (!sees_mandate(m) || (!ask.status.empty() && mandate_now(m, now) != ask.status)) continue;
    all.push_back({newest_first(m.seq, id), [this, &m] { return show(m, Detail::listed); }});
  }
  return page_of_list(std::move(all), ask);
}

Result<Json> View::mandate(const std::string& id) const {
  auto it = state.mandates.find(id);
  if (it == state.mandates.end() || !sees_mandate(it->second)) return fail(Errc::not_found, "mandate.not_found");
  return show(it->second, Detail::whole);
}

void View::tasks_of_mandates(Json& items) const {
  std::map<std::string, TimeMs> chased;  // by contract: the last time
  for (const auto& [id, m] : state.mandates) {
    for (const MandateDeed& deed : m.deeds)
      if (deed.command == ChaseDelivery::kind) chased[deed.contract.str()] = std::max(chased[deed.contract.str()], deed.at_ms);
    if (!sees_mandate(m)) continue;
    std::string other = party_name(broker_ ? m.principal : m.form.broker);
    if (may(ConfirmMandate{m.id, true, std::string(kAnyWords)})) items.push(mandate_task("confirm_mandate", id, m.form.number, other, m.at_ms, m.form.until_ms));
    if (may(AcceptMandate{m.id, true, std::string(kAnyWords)})) items.push(mandate_task("accept_mandate", id, m.form.number, other, m.confirmed_ms, m.form.until_ms));
    for (const DraftedApplication& d : m.drafts) {
      if (!awaits_principal(d) || !may(DecideDraftedApplication{m.id, d.id, true, std::string(kAnyWords)})) continue;
      const Product* p = find(state.products, d.product);
      items.push(mandate_task("decide_drafted_application", id, p ? p->form.name : d.product.str(), other, d.at_ms, d.at_ms + kDraftAnswerDays * kDayMs));
    }
    bool concerns = broker_ ? holds(Duty::broker) : owns(m.principal) && may(EndMandate{m.id, std::string(kAnyWords)});
    if (concerns && m.in_force(now) && now >= m.form.until_ms - kMandateEndingDays * kDayMs)
      items.push(mandate_task("mandate_ending", id, m.form.number, other, m.form.until_ms - kMandateEndingDays * kDayMs, m.form.until_ms));
  }
  for (const auto& [id, at] : chased) {
    auto it = state.contracts.find(id);
    if (it == state.contracts.end() || broker_ || !owns(it->second.terms.provider) || !holds(Duty::data_manager) || it->second.status != ContractStatus::active || now >= it->second.terms.expires_ms)
      continue;
    // Whatever was made for it since is the answer.
    bool answered = std::any_of(state.releases.begin(), state.releases.end(), [&](const auto& r) {
      return r.second.contract == it->second.id && r.second.at_ms >= at && r.second.status != ReleaseStatus::failed;
    });
    const Product* p = find(state.products, it->second.terms.product);
    if (!answered) items.push(mandate_task("delivery_chased", id, p ? p->form.name : id, party_name(it->second.terms.recipient), at, it->second.terms.expires_ms));
  }
}

}  // namespace sluice::node
