// A release with its seal and its eight stations: the page of the passport. The proofs are in the bundle, not here.
#include "node/views/view.h"

namespace sluice::node {

using namespace space;

namespace {

std::string_view seal_of(const Release& r, const Contract& c, TimeMs now) {
  switch (r.status) {
    case ReleaseStatus::revoked: return "revoked";
    case ReleaseStatus::prepared:
    case ReleaseStatus::failed: return "pending";
    case ReleaseStatus::delivered:
    case ReleaseStatus::open: break;
  }
  if (c.status == ContractStatus::suspended) return "suspended";
  if (c.status == ContractStatus::terminated) return "revoked";
  return now >= r.expires_ms ? "expired" : "valid";
}

struct StationFacts {
  std::string_view id;
  bool ok = false;
  std::string signer{};
  TimeMs at = 0;
  std::string digest{};
  uint64_t seq = 0;
  Json details = Json::object();

  Json json() const {
    return Json::object({{"id", id}, {"ok", ok}, {"signer", signer}, {"at_ms", at}, {"digest", digest}, {"seq", seq}, {"details", details}});
  }
};

void join(std::string& list, const std::string& one) {
  if (!one.empty() && list.find(one) == std::string::npos) list += (list.empty() ? "" : "、") + one;
}

// The members of an encoded struct that a station shows.
Json chosen(const Json& all, std::initializer_list<std::string_view> names) {
  Json out = Json::object();
  for (std::string_view name : names)
    if (const Json* member = all.find(name)) out.set(name, *member);
  return out;
}

}  // namespace

// A person's id where it may be known, so that `names` has the name; else the party that answers for what was done.
void View::set_person(Json& details, std::string_view member, const PersonId& id) const {
  if (std::string who = signer(id); !who.empty()) details.set(member, who);
}

Json View::stations(const Release& r) const {
  Json out = Json::array();
  const Contract& c = state.contracts.at(r.contract.str());
  const Application& a = state.applications.at(c.application.str());
  const Product& p = state.products.at(c.terms.product.str());
  const Dataset& d = state.datasets.at(r.dataset.str());
  const MaskingResult* masking = find(state.maskings, r.version);
  const DatasetVersion* raw = masking ? find(state.versions, masking->from_version) : nullptr;
  while (raw && !raw->parts.empty()) raw = find(state.versions, raw->parts.front());  // of a merged version: its first batch
  const Batch* b = raw ? find(state.batches, raw->batch) : nullptr;
  const Plan* plan_of = b ? find(state.plans, b->plan) : nullptr;

  StationFacts source{.id = "source"};
  if (b && plan_of) {
    source.ok = b->manifest == ManifestCheck::verified || b->manifest == ManifestCheck::receipt;
    source.signer = plan_of->source_name, source.at = b->at_ms, source.digest = hex(b->file_digest), source.seq = b->seq;
    source.details = chosen(encode(*b), {"batch", "manifest", "rows", "accepted", "warned", "held"});
    source.details.set("purpose", plan_of->purpose).set("legal_basis", plan_of->legal_basis).set("source_uscc", plan_of->source_uscc);
  }
  out.push(source.json());

  StationFacts grading{.id = "grading", .ok = true};
  Json graded = Json::array();
  for (const std::string& name : r.columns) {
    const CatalogField* field = d.column(name);
    grading.ok = grading.ok && field && field->confirmed;
    if (!field) continue;
    join(grading.signer, signer(field->confirmed_by));
    grading.at = std::max(grading.at, field->confirmed_ms);
    grading.seq = std::max(grading.seq, field->seq);
    graded.push(chosen(encode(*field), {"column", "title", "type", "category", "level"}));
  }
  grading.details.set("fields", std::move(graded));
  out.push(grading.json());

  StationFacts deident{.id = "deidentification"};
  if (masking) {
    const Strategy* strategy = find(state.strategies, masking->strategy);
    const DatasetVersion* version = find(state.versions, r.version);
    deident.ok = masking->residual_identifiers == 0;
    deident.signer = strategy ? signer(strategy->adopted_by) : "";
    deident.at = version ? version->at_ms : 0, deident.digest = hex(masking->receipt), deident.seq = masking->seq;
    deident.details = chosen(encode(*masking), {"rows", "k", "max_risk_ppm", "before_k", "before_risk_ppm", "uniques", "residual_identifiers", "quasi_identifiers", "columns"});
    if (masking->run && masking->run->rows_level5) deident.details.set("level5_rows_left_out", *masking->run->rows_level5);
    if (masking->run) deident.details.set("rows_left_out", masking->run->rows_dropped);
    if (strategy) deident.details.set("strategy", strategy->name).set("techniques", encode(strategy->techniques));
  }
  out.push(deident.json());

  StationFacts product_station{.id = "product", .ok = p.registered_seq != 0 && p.status == ProductStatus::registered, .at = p.at_ms, .seq = p.registered_seq};
  for (const PersonId* who : {&p.drafted_by, &p.reviewed_by, &p.registered_by}) join(product_station.signer, signer(*who));
  product_station.details = chosen(encode(p), {"number", "level", "grade", "checks", "status"});
  product_station.details.set("name", p.form.name);
  set_person(product_station.details, "drafted_by", p.drafted_by);
  set_person(product_station.details, "reviewed_by", p.reviewed_by);
  set_person(product_station.details, "registered_by", p.registered_by);
  out.push(product_station.json());

  StationFacts approval{.id = "approval", .ok = a.status == ApplicationStatus::approved, .at = a.at_ms, .seq = a.decided_seq};
  Json votes = Json::array();
  for (const Vote& vote : a.votes) {
    join(approval.signer, signer(vote.member));
    approval.at = std::max(approval.at, vote.at_ms);
    votes.push(encode(vote));
  }
  approval.details = chosen(encode(a), {"policy", "rule", "roster"});
  approval.details.set("votes", std::move(votes));
  set_person(approval.details, "submitted_by", a.submitted_by);
  out.push(approval.json());

  StationFacts contract_station{.id = "contract", .ok = c.active_seq != 0, .at = c.at_ms, .digest = hex(c.digest), .seq = c.active_seq};
  Json signatures = Json::array();
  for (const Signature& signature : c.signatures) {
    join(contract_station.signer, signer(signature.signer));
    contract_station.at = std::max(contract_station.at, signature.at_ms);
    Json one = chosen(encode(signature), {"party", "key_id", "at_ms"});
    set_person(one, "signer", signature.signer);
    signatures.push(std::move(one));
  }
  contract_station.details = chosen(encode(c.terms), {"purpose", "legal_basis", "scenario", "form", "deliveries_max", "starts_ms", "expires_ms", "duties", "liability"});
  contract_station.details.set("contract", c.id.str()).set("text_zh", c.text_zh).set("odrl", c.odrl).set("signatures", std::move(signatures));
  out.push(contract_station.json());

  StationFacts delivery{.id = "delivery", .ok = r.status == ReleaseStatus::delivered || r.status == ReleaseStatus::open, .signer = signer(r.released_by),
                        .at = r.at_ms, .seq = r.delivered_seq ? r.delivered_seq : r.prepared_seq};
  if (r.delivered_seq) delivery.digest = hex(r.envelope_digest);
  delivery.details = chosen(encode(r), {"status", "level", "grade", "rows", "bytes", "calls", "file_digest", "envelope_digest", "format", "recipient_key_id", "columns", "expires_ms"});
  delivery.details.set("recipient", party_name(c.terms.recipient)).set("delivered", c.delivered).set("deliveries_max", c.terms.deliveries_max);
  out.push(delivery.json());

  // Signed within a second; the bundle brings the proof.
  out.push(StationFacts{.id = "ledger", .ok = true, .signer = {}, .at = r.at_ms, .digest = {}, .seq = r.prepared_seq}.json());
  return out;
}

// Whether what was delivered must be destroyed now: from the end of the contract on; overdue some days after its expiry.
std::string_view View::destruction_state(const Release& r) const {
  if (r.destruction) return "certified";
  const Contract& c = state.contracts.at(r.contract.str());
  bool received = r.status != ReleaseStatus::failed && r.status != ReleaseStatus::prepared && (r.form != OpenForm::api || r.calls > 0 || r.rows > 0);
  if (!received) return "nothing_received";
  if (now >= r.expires_ms + kDestructionDays * kDayMs) return "overdue";
  bool ended = now >= r.expires_ms || c.status == ContractStatus::terminated || r.status == ReleaseStatus::revoked;
  return ended ? "due" : "not_due";
}

Json View::show(const Release& r, Detail detail) const {
  Json out = encode(r);
  out.set("destruction_state", destruction_state(r)).set("destruction_due_ms", r.expires_ms + kDestructionDays * kDayMs);
  out.erase("token_digest");
  const Contract& c = state.contracts.at(r.contract.str());
  // Which columns bear the recipient's marks is not for the recipient.
  out.erase("marks");
  if (owns(c.terms.provider) || sees_all()) out.set("marked", r.bears_marks());
  // Not marked, and why: no secret from anybody, since there is nothing to find.
  if (r.marks && r.marks->unmarked) out.set("unmarked", *r.marks->unmarked);
  out.set("seal", seal_of(r, c, now)).set("recipient_name", party_name(c.terms.recipient));
  const Product* p = find(state.products, c.terms.product);
  if (p && may_see(state, person, *p, now)) out.set("product_name", p->form.name);
  if (detail == Detail::whole) out.set("stations", stations(r));
  Json can = Json::array();
  bool delivered = r.form == OpenForm::file && r.status == ReleaseStatus::delivered && c.status == ContractStatus::active && now < r.expires_ms && !r.destruction;
  bool receives = owns(c.terms.recipient) || (owns(c.terms.provider) && person.has(Duty::data_manager, now));
  if (delivered && receives) can.push("file");
  if (r.status == ReleaseStatus::delivered || r.form == OpenForm::api) can.push("passport");
  if (may(RevokeRelease{r.id, "plausible"})) can.push("revoke");
  if (r.form == OpenForm::api && may(EraseQueries{r.id, "plausible"})) can.push("erase-queries");
  bool destroys = owns(c.terms.recipient) && (person.has(Duty::data_user, now) || person.has(Duty::contract_signer, now));
  if (std::string_view wanted = destruction_state(r); destroys && (wanted == "due" || wanted == "overdue")) can.push("certify-destruction");
  return shown(std::move(out), std::move(can));
}

}  // namespace sluice::node
