#include "policy/decide.h"

#include <algorithm>
#include <set>

namespace sluice::policy {

namespace {

using rules::PolicyLevel;
using rules::PolicyPack;

template <class E>
bool lists(const std::vector<std::string>& names, E e) {
  return std::find(names.begin(), names.end(), name_of(e)) != names.end();
}
bool lists(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Collects reason ids in a fixed order without repetition; texts come from the pack.
class Findings {
 public:
  void add(std::string_view id) {
    if (std::find(ids_.begin(), ids_.end(), id) == ids_.end()) ids_.emplace_back(id);
  }
  bool empty() const { return ids_.empty(); }
  std::vector<Reason> texts(const std::vector<rules::PolicyReason>& from) const {
    std::vector<Reason> out;
    for (std::string_view id : ids_) {
      auto at = std::find_if(from.begin(), from.end(), [&](const auto& r) { return r.id == id; });
      // A pack without the text still gives the id: a refusal never disappears because its wording is missing.
      if (at == from.end()) {
        out.push_back({.id = std::string(id), .clause = "", .zh = std::string(id), .en = std::string(id)});
      } else {
        out.push_back({.id = at->id, .clause = at->clause, .zh = at->zh, .en = at->en});
      }
    }
    return out;
  }

 private:
  std::vector<std::string> ids_;
};

void judge_flow(const PolicyPack& pack, const Request& r, Findings& no) {
  auto form = std::find_if(pack.forms.begin(), pack.forms.end(), [&](const auto& f) { return f.form == name_of(r.form); });
  if (form == pack.forms.end() || !lists(form->share_types, r.share)) no.add("policy.form_not_for_share_type");
  if ((r.flow == FlowType::open) != (r.share == ShareType::full)) no.add("policy.open_needs_full");
  if (!lists(pack.purposes, r.purpose)) no.add("policy.purpose_unknown");
  if (!lists(pack.legal_bases, r.legal_basis)) no.add("policy.legal_basis_unknown");
  ScenarioRoles roles = roles_of(r.scenario);
  if (roles.from != r.provider_role || roles.to != r.recipient_role) no.add("policy.roles_do_not_fit_scenario");
  if (r.scenario == Scenario::subject_to_controller || r.scenario == Scenario::controller_to_subject ||
      r.scenario == Scenario::within_controller)
    no.add("policy.scenario_not_a_release");
  if (r.cross_border == Assessment::missing) no.add("policy.cross_border_not_assessed");
  if (r.important_data == Assessment::missing) no.add("policy.important_data_not_assessed");
}

void judge_risk(const rules::MaskingPack& masking, const Request& r, Findings& no) {
  if (!r.measured) return no.add("policy.risk_not_measured");
  auto limit = std::find_if(masking.thresholds.begin(), masking.thresholds.end(),
                            [&](const auto& t) { return t.share_type == name_of(r.share); });
  if (limit == masking.thresholds.end()) return no.add("policy.risk_not_measured");
  if (r.measured->k_min < static_cast<uint64_t>(limit->k_min)) no.add("policy.k_too_small");
  if (r.measured->risk_permille > limit->risk_permille_max) no.add("policy.risk_too_high");
}

void judge_level(const rules::RuleSet& rules, const PolicyLevel& level, const Request& r, Findings& no) {
  if (!level.leaves) return no.add(level.level == 5 ? "policy.level5_never_leaves" : "policy.level4_statutory_only");
  if (!lists(level.flow_types, r.flow)) no.add("policy.flow_type_not_for_level");
  if (!lists(level.share_types, r.share)) no.add("policy.share_type_not_for_level");
  if (!lists(level.recipient_roles, r.recipient))
    no.add(r.recipient == PartyRole::broker ? "policy.broker_sees_no_data" : "policy.recipient_role_not_for_level");
  if (level.deidentified_only && !r.deidentified) no.add("policy.not_deidentified");
  if (level.measured) judge_risk(rules.masking, r, no);
}

// In place of the levels' own rules: de-identification and k protect a crowd, the separate consent protects the one.
void judge_one_person(const rules::PolicyOnePerson& rule, const PolicyLevel& level, const Request& r, Findings& no) {
  if (level.level > rule.level_max) return no.add("policy.level5_never_leaves");
  if (!lists(rule.legal_bases, r.legal_basis)) no.add("policy.one_person_needs_consent");
  if (!lists(rule.forms, r.form)) no.add("policy.one_person_form");
  if (!lists(rule.recipient_roles, r.recipient))
    no.add(r.recipient == PartyRole::broker ? "policy.broker_sees_no_data" : "policy.recipient_role_not_for_level");
}

void judge_fields(const Request& r, Level highest, Findings& no) {
  // A file of persons who each consented to these very fields may say who they are.
  bool named_by_consent = r.one_person && r.form == OpenForm::file;
  for (const FieldGrade& field : r.fields) {
    if (field.direct_identifier && field.level > Level::l1() && !named_by_consent) no.add("policy.direct_identifier_left");
    if (field.enterprise && r.share == ShareType::full) no.add("policy.enterprise_not_public");
  }
  bool for_no_person = r.legal_basis == "not_personal_information" || r.legal_basis == "anonymous_information";
  if (for_no_person && highest >= Level::l3()) no.add("policy.legal_basis_unfit");
}

}  // namespace

Decision decide(const rules::RuleSet& rules, const Request& request) {
  const PolicyPack& pack = rules.policy;
  Decision decision;
  Findings no;
  if (request.fields.empty()) no.add("policy.no_fields");
  std::set<Level> levels;
  for (const FieldGrade& field : request.fields) levels.insert(field.level);
  if (request.together) levels.insert(*request.together);
  if (!levels.empty()) decision.level = *levels.rbegin();

  // Every level present is judged by its own rule: a product of levels 1 and 3 must satisfy both.
  const PolicyLevel* highest = nullptr;
  for (auto it = levels.rbegin(); it != levels.rend(); ++it) {
    auto rule = std::find_if(pack.levels.begin(), pack.levels.end(), [&](const auto& l) { return l.level == it->value(); });
    if (rule == pack.levels.end()) {
      no.add("policy.level4_statutory_only");
      continue;
    }
    if (!highest) highest = &*rule;
    if (request.one_person && pack.one_person) {
      judge_one_person(*pack.one_person, *rule, request, no);
    } else {
      judge_level(rules, *rule, request, no);
    }
  }
  judge_fields(request, decision.level, no);
  judge_flow(pack, request, no);

  decision.allowed = no.empty() && highest;
  if (!decision.allowed) {
    decision.reasons = no.texts(pack.reasons);
    return decision;
  }
  Findings yes, duties;
  yes.add(decision.level == Level::l1() ? "policy.allowed_public" : "policy.allowed_controlled");
  bool for_one = request.one_person && pack.one_person;
  bool measured = highest->measured && !for_one;
  if (for_one) yes.add("policy.allowed_one_person");
  if (measured) yes.add("policy.allowed_deidentified");
  for (const auto& id : for_one ? pack.one_person->obligations : highest->obligations) duties.add(id);
  for (const auto& form : pack.forms)
    if (form.form == name_of(request.form))
      for (const auto& id : form.obligations) duties.add(id);
  decision.reasons = yes.texts(pack.reasons);
  decision.obligations = duties.texts(pack.obligations);
  if (measured)
    for (const auto& t : rules.masking.thresholds)
      if (t.share_type == name_of(request.share)) decision.k_min = t.k_min;
  return decision;
}

std::string explain(const Decision& decision, Language language) {
  bool zh = language == Language::zh;
  std::string out = zh ? (decision.allowed ? "允许" : "不允许") : (decision.allowed ? "allowed" : "denied");
  auto add = [&](const std::vector<Reason>& list, std::string_view mark) {
    for (const Reason& r : list) out += "\n" + std::string(mark) + (zh ? r.zh : r.en) + (r.clause.empty() ? "" : " [" + r.clause + "]");
  };
  add(decision.reasons, "- ");
  add(decision.obligations, zh ? "- 须：" : "- required: ");
  return out;
}

}  // namespace sluice::policy
