#include "space/policy_request.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "space/catalog/level.h"
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
  return paper_for(s, kind, {q.product.id, q.recipient_party, q.purpose, q.columns}, q.now) ? policy::Assessment::passed : policy::Assessment::missing;
}

}  // namespace

bool crosses_border(const State& s, const PartyId& recipient, bool said) {
  const Party* party = find(s.parties, recipient);
  return said || (party && party->abroad());
}

int level_of_columns(const MaskingResult& masking, const std::vector<std::string>& columns) {
  int level = 1;
  for (const std::string& name : columns)
    if (const MaskedColumn* column = masking.column(name)) level = std::max(level, column->level);
  return level;
}

std::vector<std::string> flow_scenarios(const rules::RuleSet& rules, const FlowQuestion& q) {
  FlowType flow = q.product.form.flow;
  std::vector<std::string> out{flow == FlowType::open ? "open" : flow == FlowType::trade ? "trade" : "sharing"};
  if (q.cross_border) out.push_back("cross_border");
  for (const rules::FlowScenario& scenario : rules.grading.scenarios)
    if (std::find(scenario.purposes.begin(), scenario.purposes.end(), q.purpose) != scenario.purposes.end() &&
        std::find(out.begin(), out.end(), scenario.id) == out.end())
      out.push_back(scenario.id);
  return out;
}

Result<FlowGrade> flow_grade(const State& s, const rules::RuleSet& rules, const FlowQuestion& q) {
  FlowAsk ask{.parts = {{q.product.dataset, q.product.version, q.columns}}, .rows = q.product.form.one_person ? 1 : 0, .scenario = {}, .fine_grained = false};
  return grade_of_flow(s, rules, std::move(ask), flow_scenarios(rules, q), q.now);
}

namespace {

policy::Request request_of(const State& s, const FlowQuestion& q) {
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
  return request;
}

}  // namespace

PolicyAnswer policy_decision(const State& s, const rules::RuleSet& rules, const FlowQuestion& q) {
  policy::Request request = request_of(s, q);
  auto grade = flow_grade(s, rules, q);
  request.together = grade ? Level::of(grade->level).value_or(Level::l5()) : Level::l5();
  return {policy::decide(rules, request), grade ? std::optional(*grade) : std::nullopt};
}

Result<Permission> ask_policy(const State& s, const rules::RuleSet& rules, const FlowQuestion& q) {
  policy::Request request = request_of(s, q);
  bool columns_could = policy::decide(rules, request).allowed;
  auto grade = flow_grade(s, rules, q);
  if (!grade && columns_could) return tl::unexpected(grade.error());
  request.together = grade ? Level::of(grade->level).value_or(Level::l5()) : Level::l5();
  policy::Decision decision = policy::decide(rules, request);
  if (!decision.allowed) {
    std::string clauses;
    for (const auto& reason : decision.reasons) clauses += (clauses.empty() ? "" : ", ") + reason.id + " [" + reason.clause + "]";
    if (columns_could) return fail(Errc::refused, "policy.level_raised_in_flow", told_zh(*grade) + " / " + told_en(*grade) + " / " + clauses);
    return fail(Errc::refused, decision.reasons.empty() ? "policy.default_deny" : interned_reason(decision.reasons.front().id), clauses);
  }
  Permission out{{}, std::move(*grade)};
  for (const auto* list : {&decision.reasons, &decision.obligations})
    for (const auto& reason : *list) out.reasons.push_back({reason.id, reason.clause, reason.zh, reason.en});
  return out;
}

FlowQuestion best_question(const rules::RuleSet& rules, const Product& product, OpenForm form, TimeMs now) {
  return {.product = product, .columns = product.form.columns, .form = form, .scenario = Scenario::controller_to_user, .recipient = PartyRole::data_user,
          .purpose = rules.policy.purposes.front(),
          .legal_basis = product.form.one_person ? std::string("separate_consent") : rules.policy.legal_bases.front(), .cross_border = false,
          .recipient_party = {}, .now = now};
}

Result<Permission> ask_policy_at_best(const State& s, const rules::RuleSet& rules, const Product& product, TimeMs now) {
  Result<Permission> last = fail(Errc::refused, "product.no_forms");
  for (OpenForm form : product.form.forms) {
    last = ask_policy(s, rules, best_question(rules, product, form, now));
    if (last) return last;
  }
  return last;
}

}  // namespace sluice::space
