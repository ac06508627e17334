#include "space/policy_request.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "space/law/legal_case.h"

namespace sluice::space {

// Reason ids are literals everywhere else; those of the policy pack are data, so the known ones are interned.
std::string_view interned_reason(const std::string& id) {
  static std::map<std::string, std::string> known;
  static std::mutex mutex;
  std::lock_guard lock(mutex);
  return known.try_emplace(id, id).first->second;
}

namespace {

policy::Assessment assessed(const State& s, std::string_view kind, const FlowQuestion& q) {
  return paper_for(s, kind, q.product.id, q.recipient_party, q.purpose, q.now) ? policy::Assessment::passed : policy::Assessment::missing;
}

}  // namespace

int level_of_columns(const MaskingResult& masking, const std::vector<std::string>& columns) {
  int level = 1;
  for (const std::string& name : columns)
    if (const MaskedColumn* column = masking.column(name)) level = std::max(level, column->level);
  return level;
}

policy::Decision policy_decision(const State& s, const rules::RuleSet& rules, const FlowQuestion& q) {
  policy::Request request;
  const MaskingResult* masking = find(s.maskings, q.product.version);
  const Dataset* dataset = find(s.datasets, q.product.dataset);
  for (const std::string& name : q.columns) {
    policy::FieldGrade grade;
    const MaskedColumn* masked = masking ? masking->column(name) : nullptr;
    const CatalogField* field = dataset ? dataset->column(name) : nullptr;
    grade.category = field ? field->category : Category::personal;
    // What the state does not know is graded as if it were the worst: it fails closed.
    grade.level = masked ? Level::of(masked->level).value_or(Level::l5()) : Level::l5();
    grade.direct_identifier = masked ? masked->direct_identifier : true;
    request.fields.push_back(grade);
  }
  request.flow = q.product.form.flow;
  request.form = q.form;
  request.share = q.product.form.share;
  request.scenario = q.scenario;
  request.provider_role = roles_of(q.scenario).from;
  request.recipient_role = roles_of(q.scenario).to;
  request.recipient = q.recipient;
  request.purpose = q.purpose;
  request.legal_basis = q.legal_basis;
  request.deidentified = masking != nullptr;
  if (masking) request.measured = policy::MeasuredRisk{static_cast<uint64_t>(masking->k), static_cast<uint32_t>((masking->max_risk_ppm + 999) / 1000)};
  request.one_person = q.product.form.one_person.has_value();
  if (q.cross_border) request.cross_border = assessed(s, "cross_border", q);
  if (!q.recipient_party.empty() && is_catalogued(s, "important_data", q.product.dataset, q.columns, q.now))
    request.important_data = assessed(s, "important_data_assessment", q);
  return policy::decide(rules, request);
}

Result<std::vector<PolicyReason>> ask_policy(const State& s, const rules::RuleSet& rules, const FlowQuestion& q) {
  policy::Decision decision = policy_decision(s, rules, q);
  if (!decision.allowed) {
    std::string clauses;
    for (const auto& reason : decision.reasons) clauses += (clauses.empty() ? "" : ", ") + reason.id + " [" + reason.clause + "]";
    return fail(Errc::refused, decision.reasons.empty() ? "policy.default_deny" : interned_reason(decision.reasons.front().id), clauses);
  }
  std::vector<PolicyReason> out;
  for (const auto* list : {&decision.reasons, &decision.obligations})
    for (const auto& reason : *list) out.push_back({reason.id, reason.clause, reason.zh, reason.en});
  return out;
}

}  // namespace sluice::space
