// The objects of the API: state structs with what stands around them.
#include <algorithm>

#include "node/secret_filter.h"
#include "node/views/view.h"
#include "space/catalog/in_force.h"
#include "space/catalog/taken_back.h"
#include "space/collection/held_columns.h"
#include "space/policy_request.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kPlausible = "plausible";

// Collects the actions that are open.
class Actions {
 public:
  Actions& add(std::string_view action, bool open) {
    if (open) list_.push(Json(action));
    return *this;
  }
  Json take() { return std::move(list_); }

 private:
  Json list_ = Json::array();
};

FieldVerdict agreeing(const CatalogField& field) {
  FieldVerdict v;
  v.column = field.column;
  v.reason = kPlausible;
  if (field.proposal) {
    v.type = field.proposal->type, v.category = field.proposal->category, v.level = field.proposal->level;
  } else {
    v.type = field.type.empty() ? "text" : field.type, v.category = field.category, v.level = std::max(field.level, 1);
  }
  return v;
}

std::string text_of(std::string_view t) { return std::string(t); }

template <class T>
Json all_of(const std::vector<const T*>& list) {
  Json out = Json::array();
  for (const T* item : list) out.push(encode(*item));
  return out;
}

ApplicationForm plausible_form(const Product& p, const rules::RuleSet& rules) {
  ApplicationForm form;
  form.purpose = rules.policy.purposes.empty() ? text_of(kPlausible) : rules.policy.purposes.front();
  form.legal_basis = rules.policy.legal_bases.empty() ? text_of(kPlausible) : rules.policy.legal_bases.front();
  form.purpose_note = form.safety_measures = text_of(kPlausible);
  if (!p.form.forms.empty()) form.form = p.form.forms.front();
  form.columns = p.form.columns;
  form.rate_per_minute = 1;
  return form;
}

}  // namespace

Json View::show(const Dataset& d, Detail detail) const {
  Json out = encode(d);
  if (detail == Detail::whole) out.set("protection", field_protection(d));
  std::vector<const DatasetVersion*> versions;
  std::vector<const Batch*> batches;
  std::vector<const Strategy*> strategies;
  std::vector<const MaskingResult*> maskings;
  const VersionInForce in_force = version_in_force(state, d.id);
  const DatasetVersion *raw = find(state.versions, in_force.version), *masked = nullptr;
  for (const VersionId& id : d.versions)
    if (const DatasetVersion* v = find(state.versions, id)) {
      versions.push_back(v);
      if (!v->masked_from.empty()) masked = v;
      if (const MaskingResult* m = find(state.maskings, id)) maskings.push_back(m);
    }
  for (const auto& [id, b] : state.batches)
    if (b.dataset == d.id) batches.push_back(&b);
  for (const auto& [id, s] : state.strategies)
    if (s.dataset == d.id) strategies.push_back(&s);
  auto by_seq = [](const auto* a, const auto* b) { return a->seq < b->seq; };
  std::sort(batches.begin(), batches.end(), by_seq);
  std::sort(strategies.begin(), strategies.end(), by_seq);
  out.set("versions", all_of(versions)).set("batches", all_of(batches)).set("strategies", all_of(strategies)).set("maskings", all_of(maskings));
  if (const Plan* p = find(state.plans, d.plan)) out.set("plan", encode(*p));
  out.set("in_force", encode(in_force));

  Actions can;
  bool own = owns(d.owner);
  if (detail == Detail::whole && (own || sees_all())) {
    Json same_rows = Json::array();
    for (const auto& [key, pair] : state.same_rows)
      if (pair.dataset == d.id || pair.other == d.id) same_rows.push(encode(pair));
    // Of any other one of the owner it may be said, whether or not anything was found.
    can.add("same-rows", std::any_of(state.datasets.begin(), state.datasets.end(), [&](const auto& other) {
      auto said = state.same_rows.find(same_rows_key(d.id, other.second.id));
      return may(DecideSameRows{d.id, other.second.id, said == state.same_rows.end() || !said->second.same, text_of(kPlausible)});
    }));
    out.set("same_rows", std::move(same_rows));
  }
  auto work = [&](Work what, const DatasetVersion* on) {
    return own && on && !on->columns.empty() && may_have_done(GrantKeys{d.id, on->id, on->columns, what, kMinuteMs});
  };
  can.add("confirm", !d.columns.empty() && may(ConfirmFields{d.id, {agreeing(d.columns.front())}}));
  can.add("classify", work(Work::classify, raw));
  can.add("strategies", may(AdoptStrategy{d.id, text_of(kPlausible), {}, {}}));
  can.add("mask", !strategies.empty() && work(Work::mask, raw));
  can.add("product", masked && may(DraftProduct{d.id, masked->id, {}}));
  return shown(std::move(out), can.take());
}

Json View::show(const Plan& p, Detail) const {
  Actions can;
  can.add("collect", owns(p.owner) && holds(Duty::data_manager));
  // Asked with no key, which is another one wherever there is one.
  bool keeps_keys = p.source_key.empty() ? holds(Duty::security_officer) : may(ChangeSourceKey{p.id, {}, text_of(kPlausible)});
  can.add("source-key", owns(p.owner) && keeps_keys);
  return shown(encode(p), can.take());
}

Json View::show(const Batch& b) const {
  Actions can;
  const Plan* p = find(state.plans, b.plan);
  can.add("receipt", p && owns(p->owner) && may(ReceiptBatch{b.plan, b.file_digest, b.rows, text_of(kPlausible), text_of(kPlausible)}));
  bool open = open_held_rows(state, b) > 0;
  bool own = p && owns(p->owner);
  can.add("held-reasons", open && own && (holds(Duty::data_manager) || holds(Duty::security_officer)));
  can.add("held-values", open && own && holds(Duty::data_manager));
  can.add("correct", open && own && holds(Duty::data_manager));
  Json out = encode(b);
  out.set("open_rows", open_held_rows(state, b));
  if (p) {
    Json names = Json::array();
    for (const PlanField& f : p->plan_fields) names.push(Json::object({{"name", f.name}, {"title", f.title}}));
    out.set("plan_title", p->title).set("plan_name", p->name).set("source_name", p->source_name).set("plan_fields", std::move(names));
  }
  return shown(std::move(out), can.take());
}

Json View::product_fields(const Product& p) const {
  Json out = Json::array();
  const Dataset* dataset = find(state.datasets, p.dataset);
  const MaskingResult* masking = find(state.maskings, p.version);
  for (const std::string& name : p.form.columns) {
    Json one = Json::object({{"column", name}});
    if (const CatalogField* field = dataset ? dataset->column(name) : nullptr) {
      one.set("title", field->title).set("category", name_of(field->category)).set("level", field->level);
      one.set("type", field->proposal && field->proposal->type == field->type ? field->proposal->type_zh : field->type);
    }
    if (const MaskedColumn* column = masking ? masking->column(name) : nullptr)
      one.set("technique", column->technique).set("level", column->level);
    out.push(std::move(one));
  }
  return out;
}

Json View::show(const Product& p, Detail) const {
  Json out = encode(p);
  const MaskingResult* masking = find(state.maskings, p.version);
  // Who at the owner did what is the owner's business; a registered product shows that it was done.
  if (!owns(p.owner) && !sees_all())
    for (const char* name : {"drafted_by", "reviewed_by", "registered_by"}) out.set(name, "");
  out.set("fields", product_fields(p));
  Json risk = masking ? encode(*masking) : Json();
  if (!owns(p.owner) && !sees_all()) {
    out.set("dataset", "").set("version", "");
    for (const char* name : {"version", "from_version", "strategy"})
      if (masking) risk.set(name, "");
    for (const char* name : {"run", "masked_by"}) risk.erase(name);
  }
  out.set("masking", std::move(risk));
  const DatasetVersion* raw = masking ? find(state.versions, masking->from_version) : nullptr;
  const Batch* batch_seen = raw ? find(state.batches, raw->batch) : nullptr;
  if (batch_seen)
    out.set("quality", Json::object({{"rows", batch_seen->rows}, {"accepted", batch_seen->accepted}, {"warned", batch_seen->warned}, {"held", batch_seen->held}}));
  Actions can;
  const DatasetVersion* version = find(state.versions, p.version);
  can.add("check", p.status == ProductStatus::drafted && owns(p.owner) && version &&
                       may_have_done(GrantKeys{p.dataset, p.version, version->columns, Work::check, kMinuteMs}));
  can.add("review", may(ReviewProduct{p.id, true, text_of(kPlausible)}));
  can.add("register", may(RegisterProduct{p.id, true, text_of(kPlausible)}));
  can.add("withdraw", may(WithdrawProduct{p.id, text_of(kPlausible)}));
  can.add("apply", may(SubmitApplication{p.id, plausible_form(p, rules)}));
  return shown(std::move(out), can.take());
}

namespace {

// For people of brokers: which columns are filtered, never for what.
std::vector<RowCondition> without_values(std::vector<RowCondition> filter) {
  for (RowCondition& condition : filter) {
    condition.values.clear();
    if (condition.masked) condition.masked->clear();
  }
  return filter;
}

}  // namespace

Json View::show(const Application& a, Detail) const {
  Json out = encode(a);
  if (broker_) {
    Application bare = a;
    bare.form.row_filter = without_values(std::move(bare.form.row_filter));
    out = encode(bare);
  }
  const Product* p = find(state.products, a.product);
  if (p && may_see(state, person, *p, now)) out.set("product_name", p->form.name);
  out.set("applicant_name", party_name(a.applicant));
  const MaskingResult* masking = p ? find(state.maskings, p->version) : nullptr;
  if (masking) out.set("level", a.grade ? a.grade->level : level_of_columns(*masking, a.form.columns));
  Json contract_id;
  for (const auto& [id, c] : state.contracts)
    if (c.application == a.id && may_see(state, person, c, now) && (contract_id.is_null() || c.status != ContractStatus::terminated)) contract_id = Json(id);
  out.set("contract", std::move(contract_id));
  Actions can;
  can.add("vote", may(CastVote{a.id, true, text_of(kPlausible)}));
  can.add("recuse", may(RecuseMember{a.id, text_of(kPlausible)}));
  can.add("close-vote", may(CloseVote{a.id}));
  can.add("withdraw", may(WithdrawApplication{a.id, text_of(kPlausible)}));
  auto standing = std::find_if(a.form.row_filter.begin(), a.form.row_filter.end(), [&](const auto& f) { return f.secret() && !a.has_erased({f}); });
  can.add("erase-filter", standing != a.form.row_filter.end() && may(EraseFilter{a.id, standing->secret_ref, text_of(kPlausible)}));
  can.add("reveal-filter", standing != a.form.row_filter.end() && may_reveal(state, person, a, now));
  can.add("contract", may(DraftContract{a.id, text_of(kPlausible), text_of(kPlausible)}));
  return shown(std::move(out), can.take());
}

Json View::show(const Contract& c, Detail detail) const {
  Json out = encode(c);
  if (detail == Detail::whole) out.set("document", canonical(contract_document(c.id, c.terms, c.text_zh, c.odrl)));
  if (broker_ && !c.terms.row_filter.empty()) {
    // Its text says what is filtered for.
    Contract bare = c;
    bare.terms.row_filter = without_values(std::move(bare.terms.row_filter));
    bare.text_zh.clear();
    bare.odrl = Json::object();
    out = encode(bare);
    if (detail == Detail::whole) out.set("document", "");
  }
  if (c.status == ContractStatus::active && now >= c.terms.expires_ms) out.set("now", "expired");
  if (const Product* p = find(state.products, c.terms.product)) {
    out.set("product_name", p->form.name);
    if (const MaskingResult* masking = find(state.maskings, c.terms.version)) out.set("level", c.terms.grade ? c.terms.grade->level : level_of_columns(*masking, c.terms.columns));
  }
  out.set("provider_name", party_name(c.terms.provider)).set("recipient_name", party_name(c.terms.recipient));
  Json changed = Json::array();
  for (const ChangedSince& change : changed_since(state, c.terms.version)) changed.push(encode(change));
  out.set("changed_since", std::move(changed));
  std::vector<const Release*> releases_of;
  for (const auto& [id, r] : state.releases)
    if (r.contract == c.id) releases_of.push_back(&r);
  std::sort(releases_of.begin(), releases_of.end(), [](const Release* a, const Release* b) { return a->prepared_seq < b->prepared_seq; });
  Json list = Json::array();
  for (const Release* r : releases_of)
    list.push(Json::object({{"id", r->id.str()}, {"status", name_of(r->status)}, {"at_ms", r->at_ms}, {"form", name_of(r->form)}}));
  out.set("releases", std::move(list));
  Actions can;
  can.add("sign", may(SignContract{c.id, {}}));
  can.add("suspend", may(SuspendContract{c.id, text_of(kPlausible)}));
  can.add("resume", may(ResumeContract{c.id, text_of(kPlausible)}));
  can.add("terminate", may(TerminateContract{c.id, text_of(kPlausible)}));
  can.add("release", c.terms.form == OpenForm::api ? may(OpenApi{c.id, {}, c.terms.purpose}) : may(PrepareRelease{c.id, {}, c.terms.purpose}));
  return shown(std::move(out), can.take());
}

// What programs of the party are known by: for its own people, those who administer, and those who see all.
Json View::clients_of(const Party& p) const {
  Json out = Json::array();
  if (!owns(p.id) && !sees_all() && !administers()) return out;
  for (const PartyClient& client : p.clients) {
    Json one = encode(client);
    // Numbers of certificates are told by how many: a list of them has thousands.
    if (client.revocations)
      one.set("revocations", Json::object({{"list", hex(client.revocations->list)}, {"this_update_ms", client.revocations->this_update_ms},
                                           {"next_update_ms", client.revocations->next_update_ms}, {"serials", static_cast<int64_t>(client.revocations->serials.size())}}));
    Actions can;
    can.add("confirm", may(DecideClient{p.id, client.id, true, text_of(kPlausible)}));
    can.add("refuse", may(DecideClient{p.id, client.id, false, text_of(kPlausible)}));
    can.add("end", may(EndClient{p.id, client.id, text_of(kPlausible)}));
    can.add("revocations", client.by == ClientBy::authority && may(EndClient{p.id, client.id, text_of(kPlausible)}));
    out.push(one.set("can", can.take()));
  }
  return out;
}

Json View::show(const Party& p, Detail) const {
  Json out = encode(p);
  out.set("clients", clients_of(p));
  if (!owns(p.id) && !sees_all() && !administers())
    for (const char* name : {"registered_by", "verified_by"}) out.set(name, "");
  Actions can;
  can.add("client", p.status == PartyStatus::verified && (holds(Duty::security_admin) || (owns(p.id) && holds(Duty::contract_signer))));
  can.add("demand-mutual-tls", may(DemandMutualTls{p.id, text_of(kPlausible)}));
  can.add("ask-mutual-tls-end", may(AskMutualTlsEnd{p.id, text_of(kPlausible)}));
  can.add("confirm-mutual-tls-end", may(DecideMutualTlsEnd{p.id, true, text_of(kPlausible)}));
  can.add("refuse-mutual-tls-end", may(DecideMutualTlsEnd{p.id, false, text_of(kPlausible)}));
  can.add("verify", may(VerifyParty{p.id, text_of(kPlausible)}));
  can.add("key", may(RegisterPartyKey{p.id, {}, {}}));
  if (p.proposed_key) {
    can.add("confirm-key", may(DecidePartyKey{p.id, p.proposed_key->key_id, true, text_of(kPlausible)}));
    can.add("refuse-key", may(DecidePartyKey{p.id, p.proposed_key->key_id, false, text_of(kPlausible)}));
  }
  can.add("suspend", may(SuspendParty{p.id, text_of(kPlausible)}));
  can.add("resume", may(ResumeParty{p.id, text_of(kPlausible)}));
  can.add("confirm-resume", may(DecideResume{p.id, true, text_of(kPlausible)}));
  can.add("refuse-resume", may(DecideResume{p.id, false, text_of(kPlausible)}));
  return shown(std::move(out), can.take());
}

Json View::identity_of(const Person& p) const {
  Json out = Json::object({{"person", p.id.str()}});
  Actions can;
  SeededRandom random(1);
  can.add("ask", may(AskIdentity{IdentityId::make(random), p.id, state.sign_in_providers.empty() ? std::string() : state.sign_in_providers.begin()->first}));
  if (p.identity) out.set("linked", encode(*p.identity));
  if (p.identity_asked) {
    out.set("asked", encode(*p.identity_asked).set("lapses_ms", p.identity_asked->at_ms + kIdentityAskMs));
    can.add("confirm", may(DecideIdentity{p.id, p.identity_asked->id, true, text_of(kPlausible)}));
    can.add("refuse", may(DecideIdentity{p.id, p.identity_asked->id, false, text_of(kPlausible)}));
  }
  can.add("remove", (p.identity || p.identity_asked) && may(NoteCredentialChange{p.id, "oidc"}));
  return shown(std::move(out), can.take());
}

Json View::show(const Person& p, Detail) const {
  Json out = encode(p);
  Actions can;
  bool other = p.id != person.id;
  // Which duty is chosen later; that it excludes another one is the answer of the command.
  can.add("grant", other && !p.suspended && person.has(Duty::security_admin, now));
  can.add("revoke", !p.duties.empty() && may(RevokeDuty{p.id, p.duties.front().duty, text_of(kPlausible)}));
  can.add("ask-reset", may(AskCredentialReset{p.id, "both", text_of(kPlausible)}));
  can.add("allow-reset", may(AllowCredentialReset{p.id}));
  can.add("suspend", may(SuspendPerson{p.id, text_of(kPlausible)}));
  can.add("resume", may(ResumePerson{p.id, text_of(kPlausible)}));
  can.add("confirm-resume", may(DecidePersonResume{p.id, true, text_of(kPlausible)}));
  can.add("refuse-resume", may(DecidePersonResume{p.id, false, text_of(kPlausible)}));
  return shown(std::move(out), can.take());
}

Result<Json> View::dataset(const std::string& id) const {
  auto it = state.datasets.find(id);
  if (it == state.datasets.end() || !may_see(state, person, it->second, now)) return fail(Errc::not_found, "dataset.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::plan(const std::string& id) const {
  auto it = state.plans.find(id);
  if (it == state.plans.end() || !(owns(it->second.owner) || sees_all())) return fail(Errc::not_found, "plan.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::batch(const std::string& id) const {
  auto it = state.batches.find(id);
  const Dataset* of = it == state.batches.end() ? nullptr : find(state.datasets, it->second.dataset);
  if (!of || !may_see(state, person, *of, now)) return fail(Errc::not_found, "batch.not_found");
  return show(it->second);
}

Result<Json> View::product(const std::string& id) const {
  auto it = state.products.find(id);
  if (it == state.products.end() || !may_see(state, person, it->second, now)) return fail(Errc::not_found, "product.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::application(const std::string& id) const {
  auto it = state.applications.find(id);
  if (it == state.applications.end() || !may_see(state, person, it->second, now)) return fail(Errc::not_found, "application.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::contract(const std::string& id) const {
  auto it = state.contracts.find(id);
  if (it == state.contracts.end() || !may_see(state, person, it->second, now)) return fail(Errc::not_found, "contract.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::release(const std::string& id) const {
  auto it = state.releases.find(id);
  if (it == state.releases.end() || !may_see(state, person, it->second, now)) return fail(Errc::not_found, "release.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::party(const std::string& id) const {
  auto it = state.parties.find(id);
  if (it == state.parties.end() || !knows(it->second)) return fail(Errc::not_found, "party.not_found");
  return show(it->second, Detail::whole);
}

Result<Json> View::one_person(const std::string& id) const {
  auto it = state.persons.find(id);
  if (it == state.persons.end() || !knows(it->second)) return fail(Errc::not_found, "person.not_found");
  return show(it->second, Detail::whole);
}

}  // namespace sluice::node
