#include <algorithm>
#include <set>

#include "space/application/personal_filter.h"
#include "space/catalog/protection.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/law/legal_case.h"
#include "space/policy_request.h"

namespace sluice::space {

namespace {

constexpr size_t kRisksMax = 40, kAssessmentBytesMax = 40000;
constexpr int64_t kAssessedRowsMax = 1'000'000'000'000;
constexpr TimeMs kYearDays = 366;  // three years are never less than three years

Status check_answers(const rules::LawAssessment& rules, const AssessmentForm& form) {
  std::set<std::string> answered;
  for (const AssessedAnswer& a : form.answers) {
    bool known = std::any_of(rules.questions.begin(), rules.questions.end(), [&](const auto& q) { return q.id == a.question; });
    if (!known || !answered.insert(a.question).second) return fail(Errc::invalid, "law.unknown_question", a.question.substr(0, kNameBytesMax));
    TRY(need_text(a.question, a.answer, kTextBytesMax));
  }
  for (const auto& q : rules.questions)
    if (!answered.contains(q.id)) return fail(Errc::invalid, "law.question_unanswered", q.id);
  return {};
}

struct RiskPair {
  std::string before, after;
};

Result<RiskPair> highest_risks(const rules::LawAssessment& rules, const AssessmentForm& form) {
  if (form.risks.empty() || form.risks.size() > kRisksMax) return fail(Errc::invalid, "law.no_risks");
  RiskPair out;
  auto raise = [&](std::string& to, const std::string& risk) {
    if (to.empty() || rules.rank(risk) > rules.rank(to)) to = risk;
  };
  for (const AssessedRisk& r : form.risks) {
    TRY(need_text("risk", r.risk, kTextBytesMax));
    TRY(need_text("measure", r.measure, kTextBytesMax));
    std::string before = rules.risk_of(r.likelihood, r.severity), after = rules.risk_of(r.residual_likelihood, r.residual_severity);
    if (before.empty() || after.empty()) return fail(Errc::invalid, "law.unknown_risk_term");
    raise(out.before, before);
    raise(out.after, after);
  }
  return out;
}

Status check_subject_of_assessment(const State& s, const Context& c, const Person& person, const AssessmentForm& form) {
  const Product* product = TRY(seen_product(s, person, form.product, c.now));
  if (product->owner != person.party) return fail(Errc::forbidden, "product.not_yours");
  TRY(verified_party(s, form.recipient));
  const auto& policy = c.rules.policy;
  if (std::find(policy.purposes.begin(), policy.purposes.end(), form.purpose) == policy.purposes.end()) return fail(Errc::refused, "policy.purpose_unknown");
  if (std::find(policy.legal_bases.begin(), policy.legal_bases.end(), form.legal_basis) == policy.legal_bases.end())
    return fail(Errc::refused, "policy.legal_basis_unknown");
  if (form.columns.empty()) return fail(Errc::invalid, "application.no_columns");
  for (const std::string& column : form.columns)
    if (std::find(product->form.columns.begin(), product->form.columns.end(), column) == product->form.columns.end())
      return fail(Errc::refused, "application.column_not_offered", column.substr(0, kNameBytesMax));
  return {};
}

}  // namespace

int64_t assessed_level(const State& s, const ProductId& id, const std::vector<std::string>& columns, TimeMs now) {
  const Product* product = find(s.products, id);
  const Dataset* dataset = product ? find(s.datasets, product->dataset) : nullptr;
  int level = 1;
  if (!dataset) return level;
  for (const std::string& column : columns) level = std::max(level, grade_in(s, *dataset, product->version, column, now).level);
  return level;
}

namespace {

// What the draft foresees, or all that is there.
int64_t assessed_rows(const State& s, const AssessmentForm& form) {
  const Product* product = find(s.products, form.product);
  const DatasetVersion* version = product ? find(s.versions, product->version) : nullptr;
  return form.rows.value_or(version ? version->rows : 0);
}

// A condition that names a person is assessed whatever its value is.
AssessedCondition assessed_condition(const RowCondition& condition) {
  return {condition.column, condition.op, condition.secret() ? std::vector<std::string>() : condition.values};
}

// As the draft says, or as the recipient asks for it now.
std::vector<AssessedCondition> assessed_filter(const State& s, const AssessmentForm& form) {
  if (form.row_filter) return *form.row_filter;
  const Application* last = nullptr;
  for (const auto& [id, a] : s.applications) {
    bool stands = a.status == ApplicationStatus::voting || a.status == ApplicationStatus::approved;
    bool of_flow = a.product == form.product && a.applicant == form.recipient && a.form.purpose == form.purpose && (!form.form || a.form.form == *form.form);
    if (stands && of_flow && (!last || a.submitted_seq > last->submitted_seq)) last = &a;
  }
  std::vector<AssessedCondition> out;
  if (last)
    for (const RowCondition& condition : last->form.row_filter) out.push_back(assessed_condition(condition));
  return out;
}

Status check_assessed_filter(const State& s, const AssessmentForm& form) {
  if (!form.row_filter) return {};
  const Product* product = find(s.products, form.product);
  if (form.row_filter->size() > 20) return fail(Errc::invalid, "filter.too_long");
  for (const AssessedCondition& a : *form.row_filter) {
    if (!is_filter_op(a.op)) return fail(Errc::invalid, "filter.unknown_operator", a.column.substr(0, kNameBytesMax));
    if (std::find(product->form.columns.begin(), product->form.columns.end(), a.column) == product->form.columns.end())
      return fail(Errc::refused, "application.column_not_offered", a.column.substr(0, kNameBytesMax));
    if (a.values.size() > 100) return fail(Errc::invalid, "filter.too_long", a.column);
    if (!a.values.empty() && is_personal(s, product->dataset, product->version, RowCondition{a.column, a.op, a.values, {}, {}, {}}))
      return fail(Errc::invalid, "filter.value_identifies", a.column);
  }
  return {};
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const DraftAssessment& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  TRY(check_subject_of_assessment(s, c, *person, cmd.form));
  TRY(check_assessed_filter(s, cmd.form));
  const rules::LawAssessment& rules = c.rules.law.assessment;
  TRY(check_answers(rules, cmd.form));
  RiskPair risks = TRY(highest_risks(rules, cmd.form));
  TRY(need_text("conclusion", cmd.form.conclusion, kTextBytesMax));
  if (cmd.form.rows.value_or(1) < 1 || cmd.form.rows.value_or(1) > kAssessedRowsMax) return fail(Errc::invalid, "law.assessment_rows");
  if (canonical(encode(cmd.form)).size() > kAssessmentBytesMax) return fail(Errc::invalid, "form.text_too_long", "assessment");
  return Events{AssessmentDrafted{.assessment = AssessmentId::make(c.random), .owner = person->party, .form = cmd.form, .risk = risks.before,
                                  .residual = risks.after, .rules = c.rules.law.version,
                                  .level = assessed_level(s, cmd.form.product, cmd.form.columns, c.now),
                                  .cross_border = crosses_border(s, cmd.form.recipient, cmd.form.cross_border.value_or(false)),
                                  .rows = assessed_rows(s, cmd.form), .row_filter = assessed_filter(s, cmd.form)}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideAssessment& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  const Assessment* a = find(s.assessments, cmd.assessment);
  if (!a || a->owner != person->party) return fail(Errc::not_found, "law.assessment_not_found");
  TRY(second_person(s, c, a->drafted_by));
  if (a->status != AssessmentStatus::drafted) return fail(Errc::conflict, "law.assessment_decided_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  const rules::LawAssessment& rules = c.rules.law.assessment;
  if (cmd.approve && rules.rank(a->residual) > rules.rank(rules.residual_max)) return fail(Errc::refused, "law.residual_risk_too_high", a->residual);
  return Events{AssessmentDecided{.assessment = cmd.assessment, .approved = cmd.approve, .reason = cmd.reason,
                                  .valid_until_ms = cmd.approve ? c.now + rules.valid_days * kDayMs : 0,
                                  .keep_until_ms = c.now + rules.keep_years * kYearDays * kDayMs}};
}

void fold(State& s, const AssessmentDrafted& e, const EventPlace& at) {
  Assessment a;
  a.id = e.assessment;
  a.owner = e.owner;
  a.form = e.form;
  a.risk = e.risk;
  a.residual = e.residual;
  a.rules = e.rules;
  a.level = e.level;
  a.cross_border = e.cross_border;
  a.rows = e.rows;
  a.row_filter = e.row_filter;
  a.drafted_by = at.actor;
  a.at_ms = at.time;
  a.seq = at.seq;
  s.assessments_of[e.form.product.str()].push_back(e.assessment);
  s.assessments[e.assessment.str()] = std::move(a);
}
void fold(State& s, const AssessmentDecided& e, const EventPlace& at) {
  Assessment& a = s.assessments[e.assessment.str()];
  a.status = e.approved ? AssessmentStatus::approved : AssessmentStatus::rejected;
  a.reason = e.reason;
  a.decided_by = at.actor;
  a.decided_ms = at.time;
  a.valid_until_ms = e.valid_until_ms;
  a.keep_until_ms = e.keep_until_ms;
}

}  // namespace sluice::space
