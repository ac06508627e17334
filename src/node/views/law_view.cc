// The legal registers: papers, assessments, consents, requests of persons, statutory provisions, periods of retention.
#include <algorithm>

#include "node/views/listed.h"
#include "base/random.h"
#include "space/collection/held_columns.h"
#include "space/law/legal_case.h"
#include "space/law/retention_end.h"
#include "space/organisation/figures.h"

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

// Whether a version that a search found is still there, and no work takes the person's rows out of it already.
bool deletion_is_open(const State& s, const SubjectRequest& r, TimeMs now) {
  return !person_work_in_hand(s, r.id, now) && std::any_of(r.found.begin(), r.found.end(), [&](const FoundRows& rows) { return rows.raw() && version_with(s, r, rows); });
}

bool has_open_correction(const State& s, const SubjectRequest& r) {
  return std::any_of(s.row_corrections.begin(), s.row_corrections.end(), [&](const auto& one) { return one.second.request == r.id && one.second.open(); });
}

// The fingerprint of an agency's key is the checker's to bring: whether they may check does not depend on it.
CheckPaper check_of(const Paper& p) {
  CheckPaper out{p.id, true, kLawText, {}};
  if (p.form.public_key) out.key_id = key_id_of(*p.form.public_key);
  return out;
}

struct RetentionState {
  RetentionEnd end;
  std::string_view state;
};

RetentionState retention_state(const State& s, const rules::LawPack& law, const DatasetVersion& v, TimeMs now) {
  RetentionState out{retention_end(s, law, v), "kept"};
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
  return shown(out.set("in_force", p.in_force(now)), law_actions({{"check", may(check_of(p))}, {"end", may(EndPaper{p.id, kLawText})}}));
}

Json View::show(const Assessment& a) const {
  Json out = encode(a);
  out.set("in_force", a.status == AssessmentStatus::approved && now < a.valid_until_ms);
  bool approves = may(DecideAssessment{a.id, true, kLawText});
  return shown(std::move(out), law_actions({{"approve", approves}, {"decide", approves || may(DecideAssessment{a.id, false, kLawText})}}));
}

Json View::show(const Consent& c) const {
  Json out = encode(c);
  bool waits = c.not_searched() && !c.withdrawn;
  return shown(out.set("in_force", c.counts() && now < c.form.expires_ms).set("not_searched", waits),
               law_actions({{"search", waits && may_have_done(StartConsentCheck{c.id})}, {"confirm-unsearchable", waits && may(ConfirmUnsearchable{c.id, kLawText})}, {"check", may_have_done(CheckConsent{c.id, false, kLawText})}, {"withdraw", may(WithdrawConsent{c.id, kLawText})}}));
}

Json View::corrections_of(const SubjectRequest& r) const {
  std::vector<const RowCorrection*> mine;
  for (const auto& [id, c] : state.row_corrections)
    if (c.request == r.id) mine.push_back(&c);
  std::sort(mine.begin(), mine.end(), [](const auto* a, const auto* b) { return a->seq < b->seq; });
  Json out = Json::array();
  for (const RowCorrection* c : mine) {
    const DatasetVersion* version = find(state.versions, c->version);
    SeededRandom random(c->seq);
    ReportRowCorrection plausible{.correction = c->id, .new_version = VersionId::make(random), .manifest = {}, .rows = version ? version->rows : 0, .corrected = 1};
    bool decides = may(DecideRowCorrection{c->id, true, kLawText}), refuses = may(DecideRowCorrection{c->id, false, kLawText});
    Json one = encode(*c);
    const Dataset* dataset = find(state.datasets, c->dataset);
    const CatalogField* field = dataset ? dataset->column(c->column) : nullptr;
    one.set("column_title", field && !field->title.empty() ? field->title : c->column).set("dataset_title", !dataset ? "" : dataset->title.empty() ? dataset->name : dataset->title);
    one.set("can", law_actions({{"decide", decides}, {"refuse", refuses}, {"value", (decides || refuses) && c->way == CorrectionWay::office},
                                {"carry-out", c->way == CorrectionWay::office && may_have_done(plausible)}}));
    out.push(std::move(one));
  }
  return out;
}

Json View::show(const SubjectRequest& r) const {
  Json out = encode(r);
  out.erase("token_digest");
  out.set("corrections", corrections_of(r));
  out.set("overdue", r.overdue(now)).set("what_zh", label_of(rules.law.requests, r.what));
  bool answers = r.status == SubjectRequestStatus::granted && owns(r.owner) && (holds(Duty::data_manager) || holds(Duty::pi_officer));
  return shown(std::move(out), law_actions({{"verify", may_have_done(VerifySubject{r.id, VerifiedBy::in_person, kLawText, {}})},
                                            {"decide", may(DecideSubjectRequest{r.id, true, kLawText})},
                                            {"search", may_have_done(StartSubjectSearch{r.id})},
                                            {"links", r.open() && owns(r.owner) && !r.links.empty() && (holds(Duty::data_manager) || holds(Duty::pi_officer))},
                                            {"delete", answers && r.what == "delete" && deletion_is_open(state, r, now)},
                                            {"propose-correction", answers && r.what == "correct"},
                                            {"answer", answers && (r.what != "correct" || corrections_over(state, r))}}));
}

Json View::show(const Provision& p) const {
  Json out = encode(p);
  bool fetches = p.status == ProvisionStatus::delivered && owns(p.owner) && holds(Duty::data_manager);
  bool open = p.status != ProvisionStatus::delivered && p.status != ProvisionStatus::refused;
  if (open) {
    LegalCase found = provision_case(state, rules, p.owner, p.form, p.level, now);
    out.set("case", encode(found).set("complete", found.complete()));
  }
  std::string_view destruction = p.destruction ? "certified" : p.overdue(now) ? "overdue" : p.status == ProvisionStatus::delivered && p.form.destroy_by_ms ? "due" : "none";
  const rules::LawProvisionKind* kind = rules.law.provision(p.form.kind);
  out.set("told", kind && kind->told.value_or(true));
  out.set("destruction_state", destruction).set("range", names_no_persons(state, p.form));
  return shown(std::move(out), law_actions({{"approve", may(ApproveProvision{p.id, true, kLawText})},
                                            {"deliver", may_have_done(StartProvision{p.id})},
                                            {"fetch", fetches && !p.destruction},
                                            {"chase", may(ChaseProvision{p.id, kLawText})},
                                            {"certify-destruction", fetches && !p.destruction},
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
  auto set_key_work = [&](Json& one, const VersionId& version, const DatasetId& dataset) {
    for (const auto& [work, item] : state.key_works)
      if ((item.version == version || (item.whole && item.dataset == dataset)) && (item.status == KeyWorkStatus::proposed || item.status == KeyWorkStatus::approved)) one.set("key_work", work);
  };
  for (const auto& [id, v] : state.versions) {
    const Dataset* dataset = find(state.datasets, v.dataset);
    if (!dataset || !of_own_party(dataset->owner)) continue;
    RetentionState found = retention_state(state, rules.law, v, now);
    Json one = Json::object({{"category", found.end.category}, {"dataset", v.dataset.str()}, {"ends_ms", found.end.at_ms}, {"extended", found.end.extended},
                             {"masked", !v.masked_from.empty()}, {"rows", v.rows}, {"sealed_ms", v.at_ms}, {"state", found.state},
                             {"title", dataset->title.empty() ? dataset->name : dataset->title}, {"version", id}});
    if (auto term = state.retention_terms.find(id); term != state.retention_terms.end()) {
      one.set("reason", term->second.reason);
      if (term->second.holds(now)) one.set("hold", Json::object({{"by", term->second.by.str()}, {"since_ms", term->second.at_ms}, {"until_ms", term->second.until_ms}}));
    }
    one.set("can", law_actions({{"end-hold", may(EndHold{v.id, kLawText})}}));
    set_key_work(one, v.id, v.dataset);
    items.push(std::move(one));
  }
  // Held rows lie sealed beside the versions, and are destroyed with the last one of their batch, or by themselves.
  for (const auto& [id, b] : state.batches) {
    const Dataset* dataset = find(state.datasets, b.dataset);
    if (b.held_version.empty() || !dataset || !of_own_party(dataset->owner)) continue;
    DatasetVersion held = held_as_version(state, b);
    RetentionState found = retention_state(state, rules.law, held, now);
    Json one = Json::object({{"batch", id}, {"can", Json::array()}, {"category", found.end.category}, {"dataset", b.dataset.str()}, {"ends_ms", found.end.at_ms}, {"extended", found.end.extended}, {"held", true},
                             {"masked", false}, {"rows", b.held}, {"sealed_ms", b.at_ms}, {"state", found.state}, {"title", dataset->title.empty() ? dataset->name : dataset->title}, {"version", held.id.str()}});
    set_key_work(one, held.id, held.dataset);
    items.push(std::move(one));
  }
  size_t total = items.as_array().size();
  Json names = names_of(items);
  return Json::object({{"items", std::move(items)}, {"names", std::move(names)}, {"total", total}, {"warn_days", rules.law.retention_warn_days}, {"rules", encode(rules.law.retention)}});
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
  Json kept = Json::array();
  for (const auto& [id, p] : state.provisions) {
    if (!of_own_party(p.owner) || !p.overdue(now)) continue;
    Json one = Json::object({{"due_ms", *p.form.destroy_by_ms}, {"provision", id}, {"recipient", p.form.requester}});
    if (p.chased) one.set("chased", encode(*p.chased));
    kept.push(std::move(one));
  }
  return Json::object({{"overdue_recipients", std::move(overdue)}, {"overdue_provisions", std::move(kept)}, {"late_requests", std::move(late)},
                       {"provisions", std::move(provisions)}});
}

void View::tasks_of_law(Json& items) const {
  TimeMs remind = rules.operations.tasks.remind_after_hours * kHourMs;
  for (const auto& [id, p] : state.papers)
    if (p.status == PaperStatus::entered && owns(p.owner) && may(check_of(p))) items.push(law_task("check_paper", id, p.form.title, p.at_ms, p.at_ms + remind));
  for (const auto& [id, p] : state.papers)
    if (owns(p.owner) && (holds(Duty::data_manager) || holds(Duty::security_officer)) && procedure_due(state, rules, p, now))
      items.push(law_task("review_procedure", id, p.form.title, p.checked_ms, p.form.expires_ms));
  for (const auto& [id, a] : state.assessments) {
    if (a.status != AssessmentStatus::drafted || !owns(a.owner) || !may(DecideAssessment{a.id, false, kLawText})) continue;
    const Product* product = find(state.products, a.form.product);
    items.push(law_task("decide_assessment", id, product ? product->form.name : id, a.at_ms, a.at_ms + remind));
  }
  for (const auto& [id, c] : state.contracts) {
    if (c.status != ContractStatus::active || now >= c.terms.expires_ms || !owns(c.terms.provider) || !(holds(Duty::data_manager) || holds(Duty::pi_officer))) continue;
    LegalCase found = legal_case(state, rules, c, now);
    bool due = std::any_of(found.demands.begin(), found.demands.end(), [](const DemandState& d) {
      return !d.met && (d.reason == "law.assessment_expired" || d.reason == "law.assessment_due_again");
    });
    if (due) items.push(law_task("assessment_due_again", id, party_name(c.terms.recipient), c.at_ms, 0));
  }
  for (const auto& [id, consent] : state.consents)
    if (owns(consent.owner)) {
      const Product* product = find(state.products, consent.form.product);
      std::string title = product ? product->form.name : id;
      if (may_have_done(CheckConsent{consent.id, false, kLawText})) items.push(law_task("check_consent", id, title, consent.at_ms, consent.at_ms + remind));
      bool waits = consent.not_searched() && !consent.withdrawn;
      if (waits && (may_have_done(StartConsentCheck{consent.id}) || may(ConfirmUnsearchable{consent.id, kLawText})))
        items.push(law_task("consent_not_searched", id, title, consent.checked_ms.value_or(consent.at_ms), consent.checked_ms.value_or(consent.at_ms) + remind));
    }
  for (const auto& [id, r] : state.subject_requests) {
    if (!r.open() || !owns(r.owner)) continue;
    std::string title(label_of(rules.law.requests, r.what));
    if (may_have_done(VerifySubject{r.id, VerifiedBy::in_person, kLawText, {}})) items.push(law_task("verify_subject", id, title, r.at_ms, r.due_ms));
    if (may(DecideSubjectRequest{r.id, true, kLawText})) items.push(law_task("decide_subject_request", id, title, r.verified_ms, r.due_ms));
    for (const auto& [correction, c] : state.row_corrections) {
      if (c.request != r.id) continue;
      if (c.status == RowCorrectionStatus::proposed && may(DecideRowCorrection{c.id, true, kLawText})) items.push(law_task("decide_row_correction", id, c.column, c.at_ms, r.due_ms));
      if (c.status == RowCorrectionStatus::approved && holds(Duty::data_manager)) items.push(law_task("carry_out_correction", id, c.column, c.decided_ms, r.due_ms));
    }
    if (r.status == SubjectRequestStatus::granted && (r.what != "correct" || !has_open_correction(state, r)) && (holds(Duty::data_manager) || holds(Duty::pi_officer)))
      items.push(law_task("answer_subject_request", id, title, r.decided_ms, r.due_ms));
  }
  for (const auto& [id, p] : state.provisions) {
    if (owns(p.owner) && may(ApproveProvision{p.id, true, kLawText})) items.push(law_task("approve_provision", id, p.form.requester, p.at_ms, p.at_ms + remind));
    if (owns(p.owner) && may_have_done(StartProvision{p.id})) items.push(law_task("deliver_provision", id, p.form.requester, p.at_ms, 0));
    if (p.overdue(now) && (person.has(Duty::supervisor, now) || (owns(p.owner) && holds(Duty::data_manager))))
      items.push(law_task("provision_overdue", id, p.form.requester, p.delivered_ms, *p.form.destroy_by_ms));
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
