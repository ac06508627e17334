#include "space/law/legal_case.h"

#include <algorithm>
#include <functional>

#include "space/policy_request.h"

namespace sluice::space {

namespace {

bool within(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  return std::all_of(part.begin(), part.end(), [&](const std::string& one) { return std::find(whole.begin(), whole.end(), one) != whole.end(); });
}

// What a demand found: what meets it, or the reason why nothing does.
struct Found {
  std::string by;
  std::string_view reason;
  std::string detail;
};

std::string changed_since(const AssessmentForm& f, const ContractTerms& t) {
  std::string out;
  auto name = [&](std::string_view what) { out += (out.empty() ? "" : ", ") + std::string(what); };
  if (f.recipient != t.recipient) name("recipient");
  if (f.purpose != t.purpose) name("purpose");
  if (f.scenario != t.scenario) name("scenario");
  if (!within(t.columns, f.columns)) name("fields");
  return out;
}

// The nearest assessment decides what is said: one that fits but is over, one still undecided, one of something else.
Found assessment_for(const State& s, const ContractTerms& t, TimeMs now) {
  Found out{{}, "law.assessment_missing", {}};
  auto of = s.assessments_of.find(t.product.str());
  if (of == s.assessments_of.end()) return out;
  for (const AssessmentId& id : of->second) {
    const Assessment& a = s.assessments.at(id.str());
    std::string changed = changed_since(a.form, t);
    if (a.status == AssessmentStatus::rejected) continue;
    if (!changed.empty()) {
      if (out.reason == "law.assessment_missing" && a.status == AssessmentStatus::approved) out = {{}, "law.assessment_due_again", changed};
    } else if (a.status == AssessmentStatus::drafted) {
      out = {{}, "law.assessment_not_approved", id.str()};
    } else if (now >= a.valid_until_ms) {
      out = {{}, "law.assessment_expired", rfc3339(a.valid_until_ms)};
    } else {
      return {id.str(), {}, {}};
    }
  }
  return out;
}

Found paper_found(const Paper* paper, std::string_view missing) { return paper ? Found{paper->id.str(), {}, {}} : Found{{}, missing, {}}; }

const Paper* any_paper(const State& s, TimeMs now, const std::function<bool(const Paper&)>& fits) {
  for (const auto& [id, paper] : s.papers)
    if (paper.in_force(now) && fits(paper)) return &paper;
  return nullptr;
}

Found look_up(const State& s, const ContractTerms& t, const std::string& demand, TimeMs now) {
  if (demand == "impact_assessment") return assessment_for(s, t, now);
  if (demand == "separate_consent") return t.one_person ? Found{t.product.str(), {}, {}} : Found{{}, "law.consent_needs_one_person", {}};
  if (demand == "legal_basis_paper")
    return paper_found(any_paper(s, now, [&](const Paper& p) { return p.form.kind == "legal_basis" && p.owner == t.provider && p.form.basis == t.legal_basis; }),
                       "law.legal_basis_missing");
  if (demand == "processing_agreement" || demand == "joint_controllers")
    return paper_found(any_paper(s, now, [&](const Paper& p) {
                         return p.form.kind == demand && p.owner == t.provider && p.form.counterpart == t.recipient && (p.form.purpose.empty() || p.form.purpose == t.purpose);
                       }),
                       demand == "joint_controllers" ? "law.joint_controllers_missing" : "law.agreement_missing");
  if (demand == "cross_border") return paper_found(paper_for(s, "cross_border", t.product, t.recipient, t.purpose, now), "law.cross_border_missing");
  if (demand == "important_data_assessment")
    return paper_found(paper_for(s, "important_data_assessment", t.product, t.recipient, t.purpose, now), "law.important_data_missing");
  if (demand == "human_genetic_approval")
    return paper_found(paper_for(s, "human_genetic_approval", t.product, t.recipient, t.purpose, now), "law.human_genetic_missing");
  // A demand of an organisation's own pack that this release cannot check: it fails closed.
  return {{}, "law.demand_unknown", demand};
}

}  // namespace

bool LegalCase::complete() const {
  return std::all_of(demands.begin(), demands.end(), [](const DemandState& d) { return d.met; });
}

bool is_catalogued(const State& s, std::string_view kind, const DatasetId& dataset, const std::vector<std::string>& columns, TimeMs now) {
  return any_paper(s, now, [&](const Paper& p) {
           return p.form.kind == kind && p.form.dataset == dataset &&
                  std::any_of(columns.begin(), columns.end(), [&](const std::string& c) { return std::find(p.form.columns.begin(), p.form.columns.end(), c) != p.form.columns.end(); });
         }) != nullptr;
}

const Paper* paper_for(const State& s, std::string_view kind, const ProductId& product, const PartyId& recipient, std::string_view purpose, TimeMs now) {
  return any_paper(s, now, [&](const Paper& p) {
    return p.form.kind == kind && p.form.product == product && p.form.counterpart == recipient && (p.form.purpose.empty() || p.form.purpose == purpose);
  });
}

LegalCase legal_case(const State& s, const rules::RuleSet& rules, const Contract& contract, TimeMs now) {
  const ContractTerms& t = contract.terms;
  const Application* application = find(s.applications, contract.application);
  const MaskingResult* masking = find(s.maskings, t.version);
  LegalCase out;
  out.level = masking ? level_of_columns(*masking, t.columns) : 5;
  if (t.grade) out.level = std::max(out.level, t.grade->level);
  out.one_person = t.one_person.has_value();
  out.cross_border = application && application->form.cross_border;
  out.important_data = is_catalogued(s, "important_data", t.dataset, t.columns, now);
  out.human_genetic = is_catalogued(s, "human_genetic_data", t.dataset, t.columns, now);
  policy::CaseFacts facts{.level = Level::of(out.level).value_or(Level::l5()), .scenario = t.scenario, .legal_basis = t.legal_basis,
                          .one_person = out.one_person, .cross_border = out.cross_border, .important_data = out.important_data,
                          .human_genetic = out.human_genetic};
  for (const rules::LawDemand* demand : policy::demands_of(rules.law, facts)) {
    Found found = look_up(s, t, demand->id, now);
    out.demands.push_back({.id = demand->id, .clause = demand->clause, .zh = demand->zh, .en = demand->en, .met = found.reason.empty(), .by = found.by,
                           .reason = std::string(found.reason), .detail = found.detail});
  }
  return out;
}

Status legal_station(const State& s, const rules::RuleSet& rules, const Contract& contract, TimeMs now) {
  LegalCase found = legal_case(s, rules, contract, now);
  std::string detail;
  std::string_view first;
  for (const DemandState& d : found.demands) {
    if (d.met) continue;
    if (first.empty()) first = interned_reason(d.reason);
    detail += (detail.empty() ? "" : "; ") + d.reason + (d.detail.empty() ? "" : " (" + d.detail + ")") + " [" + d.clause + "]";
  }
  if (first.empty()) return {};
  return fail(Errc::refused, first, detail);
}

Result<ConsentId> consent_for(const State& s, const ContractTerms& t, const SubjectId& subject, TimeMs now) {
  auto of = s.consents_of.find(subject.str());
  std::string_view reason = "law.consent_missing";
  if (of != s.consents_of.end()) {
    for (const ConsentId& id : of->second) {
      const Consent& consent = s.consents.at(id.str());
      if (consent.form.product != t.product) continue;
      // The last one that comes near says why it does not do.
      if (consent.form.recipient != t.recipient) {
        reason = "law.consent_other_recipient";
      } else if (consent.withdrawn) {
        reason = "law.consent_withdrawn";
      } else if (now >= consent.form.expires_ms) {
        reason = "law.consent_expired";
      } else if (consent.form.purpose != t.purpose) {
        reason = "law.consent_other_purpose";
      } else if (!within(t.columns, consent.form.columns)) {
        reason = "law.consent_other_fields";
      } else {
        return id;
      }
    }
  }
  return fail(Errc::refused, reason);
}

}  // namespace sluice::space
