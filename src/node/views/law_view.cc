// The legal registers: papers, assessments, consents, requests of persons, statutory provisions, periods of retention.
#include <algorithm>

#include "node/views/listed.h"
#include "space/law/legal_case.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr std::string_view kLawTyped = "plausible";
const std::string kLawText(kLawTyped);

Json law_actions(std::initializer_list<std::pair<std::string_view, bool>> all) {
  Json out = Json::array();
  for (const auto& [name, open] : all)
    if (open) out.push(Json(name));
  return out;
}

template <class T>
bool wanted_status(const T& object, const ListAsk& ask) {
  return ask.status.empty() || name_of(object.status) == ask.status;
}

Json law_task(std::string_view kind, const std::string& object, std::string title, TimeMs since, TimeMs due) {
  return Json::object({{"due_ms", due > 0 ? Json(due) : Json()}, {"kind", kind}, {"object", object}, {"since_ms", since}, {"title", std::move(title)}});
}

std::string_view label_of(const std::vector<rules::LawRequestKind>& kinds, const std::string& id) {
  for (const auto& kind : kinds)
    if (kind.id == id) return kind.zh;
  return id;
}

struct RetentionState {
  RetentionEnd end;
  std::string_view state;
};

RetentionState retention_state(const State& s, const rules::LawPack& law, const DatasetVersion& v, TimeMs now) {
  RetentionState out{retention_end(s, law, v.id), "kept"};
  const DestroyedKeys* gone = find(s.destroyed, v.id);
  if (gone && (gone->whole || columns_with_keys(s, v).empty())) {
    out.state = "destroyed";
  } else if (out.end.at_ms != 0 && now >= out.end.at_ms) {
    out.state = "over";
  } else if (out.end.at_ms != 0 && now >= out.end.at_ms - law.retention_warn_days * kDayMs) {
    out.state = "ending";
  }
  return out;
}

}  // namespace

Json View::show(const Paper& p) const {
  Json out = encode(p);
  if (const auto* kind = rules.law.paper(p.form.kind)) out.set("kind_en", kind->en).set("kind_zh", kind->zh);
  return shown(out.set("in_force", p.in_force(now)), law_actions({{"check", may(CheckPaper{p.id, true, kLawText})}, {"end", may(EndPaper{p.id, kLawText})}}));
}

Json View::show(const Assessment& a) const {
  Json out = encode(a);
  out.set("in_force", a.status == AssessmentStatus::approved && now < a.valid_until_ms);
  bool approves = may(DecideAssessment{a.id, true, kLawText});
  return shown(std::move(out), law_actions({{"approve", approves}, {"decide", approves || may(DecideAssessment{a.id, false, kLawText})}}));
}

Json View::show(const Consent& c) const {
  Json out = encode(c);
  return shown(out.set("in_force", !c.withdrawn && now < c.form.expires_ms), law_actions({{"withdraw", may(WithdrawConsent{c.id, kLawText})}}));
}

Json View::show(const SubjectRequest& r) const {
  Json out = encode(r);
  out.erase("token_digest");
  out.set("overdue", r.overdue(now)).set("what_zh", label_of(rules.law.requests, r.what));
  bool answers = r.status == SubjectRequestStatus::granted && owns(r.owner) && (holds(Duty::data_manager) || holds(Duty::pi_officer));
  return shown(std::move(out), law_actions({{"verify", may_have_done(VerifySubject{r.id, VerifiedBy::in_person, kLawText, {}})},
                                            {"decide", may(DecideSubjectRequest{r.id, true, kLawText})},
                                            {"answer", answers}}));
}

Json View::show(const Provision& p) const {
  Json out = encode(p);
  bool fetches = p.status == ProvisionStatus::delivered && owns(p.owner) && holds(Duty::data_manager);
  return shown(std::move(out), law_actions({{"approve", may(ApproveProvision{p.id, true, kLawText})},
                                            {"deliver", may_have_done(StartProvision{p.id})},
                                            {"fetch", fetches},
                                            {"note", may(NoteProvision{p.id, kLawText})}}));
}

Json View::law_register(std::string_view name, const ListAsk& ask) const {
  std::vector<Listed> all;
  auto list = [&](const auto& map) {
    for (const auto& [id, object] : map) {
      if (!of_own_party(object.owner)) continue;
      if constexpr (requires { object.status; }) {
        if (!wanted_status(object, ask)) continue;
      }
      all.push_back({newest_first(object.seq, id), [this, one = &object] { return show(*one); }});
    }
  };
  if (name == "papers") list(state.papers);
  if (name == "assessments") list(state.assessments);
  if (name == "consents") list(state.consents);
  if (name == "requests") list(state.subject_requests);
  if (name == "provisions") list(state.provisions);
  return page_of_list(std::move(all), ask);
}

Result<Json> View::law_entry(std::string_view name, const std::string& id) const {
  auto one = [&](const auto& map, std::string_view reason) -> Result<Json> {
    auto it = map.find(id);
    if (it == map.end() || !of_own_party(it->second.owner)) return fail(Errc::not_found, reason);
    return show(it->second);
  };
  if (name == "papers") return one(state.papers, "law.paper_not_found");
  if (name == "assessments") return one(state.assessments, "law.assessment_not_found");
  if (name == "consents") return one(state.consents, "law.consent_not_found");
  if (name == "requests") return one(state.subject_requests, "law.request_not_found");
  return one(state.provisions, "law.provision_not_found");
}

Result<Json> View::law_case(const std::string& text) const {
  auto id = ContractId::parse(text);
  if (!id) return fail(Errc::not_found, "contract.not_found");
  const Contract* contract = TRY(seen_contract(state, person, *id, now));
  LegalCase found = legal_case(state, rules, *contract, now);
  return shown(encode(found).set("complete", found.complete()).set("contract", text), Json::array());
}

Json View::retention() const {
  Json items = Json::array();
  for (const auto& [id, v] : state.versions) {
    const Dataset* dataset = find(state.datasets, v.dataset);
    if (!dataset || !of_own_party(dataset->owner)) continue;
    RetentionState found = retention_state(state, rules.law, v, now);
    Json one = Json::object({{"category", found.end.category}, {"dataset", v.dataset.str()}, {"ends_ms", found.end.at_ms}, {"extended", found.end.extended},
                             {"masked", !v.masked_from.empty()}, {"rows", v.rows}, {"sealed_ms", v.at_ms}, {"state", found.state},
                             {"title", dataset->title.empty() ? dataset->name : dataset->title}, {"version", id}});
    if (auto term = state.retention_terms.find(id); term != state.retention_terms.end()) one.set("reason", term->second.reason);
    for (const auto& [work, item] : state.key_works)
      if (item.version == v.id && (item.status == KeyWorkStatus::proposed || item.status == KeyWorkStatus::approved)) one.set("key_work", work);
    items.push(std::move(one));
  }
  size_t total = items.as_array().size();
  return Json::object({{"items", std::move(items)}, {"total", total}, {"warn_days", rules.law.retention_warn_days}, {"rules", encode(rules.law.retention)}});
}

Json View::law_report() const {
  Json provisions = Json::array(), overdue = Json::array(), late = Json::array();
  for (const auto& [id, p] : state.provisions)
    if (of_own_party(p.owner)) provisions.push(show(p));
  for (const auto& [id, r] : state.releases) {
    if (!may_see(state, person, r, now) || destruction_state(r) != "overdue") continue;
    const Contract& c = state.contracts.at(r.contract.str());
    Json one = Json::object({{"due_ms", r.expires_ms + kDestructionDays * kDayMs}, {"recipient", party_name(c.terms.recipient)}, {"release", id}});
    if (auto chased = state.chased.find(id); chased != state.chased.end()) one.set("chased", encode(chased->second));
    overdue.push(std::move(one));
  }
  for (const auto& [id, r] : state.subject_requests)
    if (of_own_party(r.owner) && r.overdue(now)) late.push(show(r));
  return Json::object({{"overdue_recipients", std::move(overdue)}, {"late_requests", std::move(late)}, {"provisions", std::move(provisions)}});
}

void View::tasks_of_law(Json& items) const {
  for (const auto& [id, p] : state.papers)
    if (p.status == PaperStatus::entered && owns(p.owner) && may(CheckPaper{p.id, true, kLawText})) items.push(law_task("check_paper", id, p.form.title, p.at_ms, 0));
  for (const auto& [id, a] : state.assessments) {
    if (a.status != AssessmentStatus::drafted || !owns(a.owner) || !may(DecideAssessment{a.id, false, kLawText})) continue;
    const Product* product = find(state.products, a.form.product);
    items.push(law_task("decide_assessment", id, product ? product->form.name : id, a.at_ms, 0));
  }
  for (const auto& [id, r] : state.subject_requests) {
    if (!r.open() || !owns(r.owner)) continue;
    std::string title(label_of(rules.law.requests, r.what));
    if (may_have_done(VerifySubject{r.id, VerifiedBy::in_person, kLawText, {}})) items.push(law_task("verify_subject", id, title, r.at_ms, r.due_ms));
    if (may(DecideSubjectRequest{r.id, true, kLawText})) items.push(law_task("decide_subject_request", id, title, r.verified_ms, r.due_ms));
    if (r.status == SubjectRequestStatus::granted && (holds(Duty::data_manager) || holds(Duty::pi_officer)))
      items.push(law_task("answer_subject_request", id, title, r.decided_ms, r.due_ms));
  }
  for (const auto& [id, p] : state.provisions) {
    if (owns(p.owner) && may(ApproveProvision{p.id, true, kLawText})) items.push(law_task("approve_provision", id, p.form.requester, p.at_ms, 0));
    if (owns(p.owner) && may_have_done(StartProvision{p.id})) items.push(law_task("deliver_provision", id, p.form.requester, p.at_ms, 0));
    if (may(NoteProvision{p.id, kLawText})) items.push(law_task("note_provision", id, p.form.requester, p.delivered_ms, 0));
  }
  if (holds(Duty::data_manager) || holds(Duty::security_officer)) {
    for (const auto& [id, v] : state.versions) {
      const Dataset* dataset = find(state.datasets, v.dataset);
      if (!dataset || !owns(dataset->owner)) continue;
      RetentionState found = retention_state(state, rules.law, v, now);
      if (found.state == "ending" || found.state == "over")
        items.push(law_task(found.state == "over" ? "retention_over" : "retention_ending", id, dataset->title.empty() ? dataset->name : dataset->title, v.at_ms, found.end.at_ms));
    }
  }
  if (person.has(Duty::supervisor, now)) {
    for (const auto& [id, r] : state.releases)
      if (destruction_state(r) == "overdue")
        items.push(law_task("destruction_overdue", id, party_name(state.contracts.at(r.contract.str()).terms.recipient), r.expires_ms, r.expires_ms + kDestructionDays * kDayMs));
    for (const auto& [id, r] : state.subject_requests)
      if (r.overdue(now)) items.push(law_task("subject_request_late", id, std::string(label_of(rules.law.requests, r.what)), r.at_ms, r.due_ms));
  }
}

}  // namespace sluice::node
