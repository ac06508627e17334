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

// The nearest assessment decides what is said: one that fits but is over, one still undecided, one of something else.
Found assessment_for(const State& s, const rules::LawPack& law, const ContractTerms& t, bool abroad, TimeMs now) {
  Found out{{}, "law.assessment_missing", {}};
  auto of = s.assessments_of.find(t.product.str());
  if (of == s.assessments_of.end()) return out;
  for (const AssessmentId& id : of->second) {
    const Assessment& a = s.assessments.at(id.str());
    std::string changed = changed_since(s, law, a, t, abroad, now);
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

// A paper for the flow; where there is one for other columns only, that is said.
Found flow_paper(const State& s, const ContractTerms& t, std::string_view kind, std::string_view missing, TimeMs now) {
  if (const Paper* paper = paper_for(s, kind, {t.product, t.recipient, t.purpose, t.columns}, now)) return paper_found(paper, missing);
  bool narrower = paper_for(s, kind, {t.product, t.recipient, t.purpose, {}}, now) != nullptr;
  return {{}, narrower ? std::string_view("law.paper_other_fields") : missing, narrower ? std::string(kind) : std::string()};
}

// A paper about somebody or something else says nothing about this flow. What it leaves open it holds for.
bool is_about(const Paper& p, const ContractTerms& t) {
  const PaperForm& f = p.form;
  return !f.agency && (f.counterpart.empty() || f.counterpart == t.recipient) && (f.product.empty() || f.product == t.product) && (f.dataset.empty() || f.dataset == t.dataset) &&
         (f.purpose.empty() || f.purpose == t.purpose);
}

// A paper of the provider's that fits; one for other columns only is told as that.
Found own_paper(const State& s, const ContractTerms& t, TimeMs now, std::string_view missing, const std::function<bool(const Paper&)>& fits) {
  auto about = [&](const Paper& p) { return p.owner == t.provider && is_about(p, t) && fits(p); };
  if (const Paper* paper = any_paper(s, now, [&](const Paper& p) { return about(p) && (p.form.columns.empty() || within(t.columns, p.form.columns)); }))
    return paper_found(paper, missing);
  const Paper* narrower = any_paper(s, now, about);
  return {{}, narrower ? std::string_view("law.paper_other_fields") : missing, narrower ? narrower->form.kind : std::string()};
}

Found look_up(const State& s, const rules::LawPack& law, const ContractTerms& t, const std::string& demand, bool abroad, TimeMs now) {
  if (demand == "impact_assessment") return assessment_for(s, law, t, abroad, now);
  if (demand == "separate_consent") return t.one_person ? Found{t.product.str(), {}, {}} : Found{{}, "law.consent_needs_one_person", {}};
  if (demand == "legal_basis_paper")
    return own_paper(s, t, now, "law.legal_basis_missing", [&](const Paper& p) { return p.form.kind == "legal_basis" && p.form.basis == t.legal_basis; });
  if (demand == "processing_agreement" || demand == "joint_controllers")
    return own_paper(s, t, now, demand == "joint_controllers" ? "law.joint_controllers_missing" : "law.agreement_missing",
                     [&](const Paper& p) { return p.form.kind == demand && p.form.counterpart == t.recipient; });
  if (demand == "cross_border") return flow_paper(s, t, demand, "law.cross_border_missing", now);
  if (demand == "important_data_assessment") return flow_paper(s, t, demand, "law.important_data_missing", now);
  if (demand == "human_genetic_approval") return flow_paper(s, t, demand, "law.human_genetic_missing", now);
  // A demand of an organisation's own pack that this release cannot check: it fails closed.
  return {{}, "law.demand_unknown", demand};
}

// What a paper for a provision is called when it is missing; empty: a demand that this station cannot check.
std::string_view missing_of_provision(std::string_view demand) {
  if (demand == "cross_border") return "law.cross_border_missing";
  if (demand == "important_data_assessment") return "law.important_data_missing";
  return demand == "human_genetic_approval" ? "law.human_genetic_missing" : std::string_view();
}

Found provision_paper(const State& s, const PartyId& owner, const ProvisionForm& f, const std::string& demand, TimeMs now) {
  std::string_view missing = missing_of_provision(demand);
  if (missing.empty()) return {{}, "law.demand_unknown", demand};
  auto of_flow = [&](const Paper& p) {
    bool of_requester = f.agency ? p.form.agency == f.agency : f.party && p.form.counterpart == *f.party;
    return p.form.kind == demand && p.owner == owner && of_requester && p.form.product.empty() && p.form.dataset == f.dataset;
  };
  const Paper* whole = any_paper(s, now, [&](const Paper& p) { return of_flow(p) && (p.form.columns.empty() || within(f.columns, p.form.columns)); });
  if (whole) return paper_found(whole, missing);
  return any_paper(s, now, of_flow) ? Found{{}, "law.paper_other_fields", demand} : Found{{}, missing, {}};
}

void add_demand(LegalCase& to, const rules::LawDemand& demand, const Found& found) {
  to.demands.push_back({.id = demand.id, .clause = demand.clause, .zh = demand.zh, .en = demand.en, .met = found.reason.empty(), .by = found.by,
                        .reason = std::string(found.reason), .detail = found.detail});
}

// Rows beyond what was assessed from which an assessment is due again, where the pack does not say.
constexpr int64_t kGrowthPercent = 50;

// Of a file all rows of its version; of an API what it has answered to this recipient, where the assessment says how much that may be.
int64_t rows_handed_over(const State& s, const Assessment& a, const ContractTerms& t) {
  const DatasetVersion* version = find(s.versions, t.version);
  if (t.form == OpenForm::file) return version ? version->rows : 0;
  int64_t rows = 0;
  if (!a.form.rows) return rows;
  for (const auto& [id, release] : s.releases) {
    const Contract* contract = find(s.contracts, release.contract);
    if (contract && contract->terms.product == t.product && contract->terms.recipient == t.recipient) rows += release.rows;
  }
  return rows;
}

// Whether the rows under `filter` are among those under the assessed conditions: every one of them is there, with no other values.
bool narrowed_by(const std::vector<RowCondition>& filter, const std::vector<AssessedCondition>& assessed) {
  auto is_set = [](std::string_view op) { return op == "eq" || op == "in"; };
  return std::all_of(assessed.begin(), assessed.end(), [&](const AssessedCondition& a) {
    return std::any_of(filter.begin(), filter.end(), [&](const RowCondition& c) {
      if (c.column != a.column) return false;
      if (is_set(a.op) && is_set(c.op)) return a.values.empty() || (!c.values.empty() && within(c.values, a.values));
      return c.op == a.op && (a.values.empty() || c.values == a.values);
    });
  });
}

}  // namespace

std::string changed_since(const State& s, const rules::LawPack& law, const Assessment& a, const ContractTerms& t, bool cross_border, TimeMs now) {
  const AssessmentForm& f = a.form;
  std::string out;
  auto name = [&](std::string_view what) { out += (out.empty() ? "" : ", ") + std::string(what); };
  if (f.recipient != t.recipient) name("recipient");
  if (f.purpose != t.purpose) name("purpose");
  if (f.legal_basis != t.legal_basis) name("legal_basis");
  if (f.scenario != t.scenario) name("scenario");
  if (f.form && *f.form != t.form) name("form");
  if (!within(t.columns, f.columns)) name("fields");
  if (a.row_filter && !narrowed_by(t.row_filter, *a.row_filter)) name("row_filter");
  if (a.cross_border && cross_border && !*a.cross_border) name("cross_border");
  if (a.rows && rows_handed_over(s, a, t) > *a.rows + *a.rows * law.assessment.growth_percent.value_or(kGrowthPercent) / 100) name("volume");
  if (a.level && assessed_level(s, t.product, f.columns, now) > *a.level) name("level");
  return out;
}

bool LegalCase::complete() const {
  return std::all_of(demands.begin(), demands.end(), [](const DemandState& d) { return d.met; });
}

bool is_catalogued(const State& s, std::string_view kind, const DatasetId& dataset, const std::vector<std::string>& columns, TimeMs now) {
  return any_paper(s, now, [&](const Paper& p) {
           return p.form.kind == kind && p.form.dataset == dataset &&
                  std::any_of(columns.begin(), columns.end(), [&](const std::string& c) { return std::find(p.form.columns.begin(), p.form.columns.end(), c) != p.form.columns.end(); });
         }) != nullptr;
}

const Paper* paper_for(const State& s, std::string_view kind, const PaperFlow& flow, TimeMs now) {
  return any_paper(s, now, [&](const Paper& p) {
    return p.form.kind == kind && p.form.product == flow.product && p.form.counterpart == flow.recipient &&
           (p.form.purpose.empty() || p.form.purpose == flow.purpose) && (p.form.columns.empty() || within(flow.columns, p.form.columns));
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
  out.cross_border = crosses_border(s, t.recipient, application && application->form.cross_border);
  out.important_data = is_catalogued(s, "important_data", t.dataset, t.columns, now);
  out.human_genetic = is_catalogued(s, "human_genetic_data", t.dataset, t.columns, now);
  policy::CaseFacts facts{.level = Level::of(out.level).value_or(Level::l5()), .scenario = t.scenario, .legal_basis = t.legal_basis,
                          .one_person = out.one_person, .cross_border = out.cross_border, .important_data = out.important_data,
                          .human_genetic = out.human_genetic};
  for (const rules::LawDemand* demand : policy::demands_of(rules.law, facts)) {
    add_demand(out, *demand, look_up(s, rules.law, t, demand->id, out.cross_border, now));
  }
  return out;
}

LegalCase provision_case(const State& s, const rules::RuleSet& rules, const PartyId& owner, const ProvisionForm& f, int level, TimeMs now) {
  LegalCase out;
  out.level = level;
  const Party* party = f.party ? find(s.parties, *f.party) : nullptr;
  out.cross_border = party && party->abroad();
  out.important_data = is_catalogued(s, "important_data", f.dataset, f.columns, now);
  out.human_genetic = is_catalogued(s, "human_genetic_data", f.dataset, f.columns, now);
  for (const rules::LawDemand& demand : rules.law.demands) {
    auto holds = [&](const std::string& flag) {
      return (flag == "cross_border" && out.cross_border) || (flag == "important_data" && out.important_data) || (flag == "human_genetic" && out.human_genetic);
    };
    bool applies = !demand.flags.empty() && std::all_of(demand.flags.begin(), demand.flags.end(), holds) && level >= demand.level_min.value_or(1);
    if (applies) add_demand(out, demand, provision_paper(s, owner, f, demand.id, now));
  }
  return out;
}

Status legal_station(const State& s, const rules::RuleSet& rules, const Contract& contract, TimeMs now) {
  return complete_or_refused(legal_case(s, rules, contract, now));
}

Status complete_or_refused(const LegalCase& found) {
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
      } else if (!consent.counts()) {
        reason = consent.not_searched() ? "law.consent_not_searched" : "law.consent_not_checked";
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
