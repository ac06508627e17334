// Personal-information impact assessments 个人信息保护影响评估 (C6.4, G4.6a; PIPL 55, 56).
//
//   (new) ──DraftAssessment (data manager)──▶ drafted ──DecideAssessment (personal-information officer, second factor)──▶ approved | rejected
//
// One assessment is of one product for one recipient, scenario, purpose, legal basis and set of fields, in the country or abroad, at the
// level that the fields had, of as many rows as it was drafted for and some more (`growth_percent` of the rules), and in one form where it names
// one, and of the rows that its conditions leave; anything else needs one of its own, so it is due again when one of them changes (legal_case.h names which). Questions and the risk table are rules; the highest risk before
// and after measures is reckoned, never typed, and a residual risk above `residual_max` is not approved. Nothing removes one: the
// ledger keeps it, `keep_until_ms` says until when it must be kept at least.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"
#include "standard/taxonomy.h"

namespace sluice::space {

struct AssessedAnswer {
  std::string question, answer;
  static constexpr auto fields = field_list(
      field("question", &AssessedAnswer::question), field("answer", &AssessedAnswer::answer));
};
struct AssessedRisk {
  std::string risk;
  std::string likelihood, severity;
  std::string measure;
  std::string residual_likelihood, residual_severity;
  static constexpr auto fields = field_list(
      field("risk", &AssessedRisk::risk), field("likelihood", &AssessedRisk::likelihood),
      field("severity", &AssessedRisk::severity), field("measure", &AssessedRisk::measure),
      field("residual_likelihood", &AssessedRisk::residual_likelihood),
      field("residual_severity", &AssessedRisk::residual_severity));
};
// A condition that the rows were assessed under. No values where they would name a person: any do then.
struct AssessedCondition {
  std::string column, op;
  std::vector<std::string> values;
  static constexpr auto fields =
      field_list(field("column", &AssessedCondition::column), field("op", &AssessedCondition::op), field("values", &AssessedCondition::values));
};
struct AssessmentForm {
  ProductId product;
  PartyId recipient;
  Scenario scenario = Scenario::controller_to_user;
  std::string purpose, legal_basis;
  std::vector<std::string> columns;
  std::vector<AssessedAnswer> answers;
  std::vector<AssessedRisk> risks;
  std::string conclusion;
  std::optional<OpenForm> form{};    // absent: whatever form the contract has
  std::optional<bool> cross_border{};    // the flow abroad was assessed; a recipient abroad says it anyway
  std::optional<int64_t> rows{};         // how many rows a file may have, or an API may hand over in all; absent: those of the product's version
  // Every condition that the contract must have at least; absent: that of the recipient's last application for this product and purpose, or none: all rows.
  std::optional<std::vector<AssessedCondition>> row_filter{};
  static constexpr auto fields = field_list(
      field("product", &AssessmentForm::product), field("recipient", &AssessmentForm::recipient),
      field("scenario", &AssessmentForm::scenario), field("purpose", &AssessmentForm::purpose),
      field("legal_basis", &AssessmentForm::legal_basis), field("columns", &AssessmentForm::columns),
      field("answers", &AssessmentForm::answers), field("risks", &AssessmentForm::risks),
      field("conclusion", &AssessmentForm::conclusion),
      field("form", &AssessmentForm::form), field("cross_border", &AssessmentForm::cross_border), field("rows", &AssessmentForm::rows),
      field("row_filter", &AssessmentForm::row_filter));
};

struct DraftAssessment {
  static constexpr std::string_view kind = "law.draft_assessment";
  AssessmentForm form;
  static constexpr auto fields = field_list(
      field("form", &DraftAssessment::form));
};
struct DecideAssessment {
  static constexpr std::string_view kind = "law.decide_assessment";
  AssessmentId assessment;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("assessment", &DecideAssessment::assessment), field("approve", &DecideAssessment::approve),
      field("reason", &DecideAssessment::reason));
};

struct AssessmentDrafted {
  static constexpr std::string_view kind = "law.assessment_drafted";
  AssessmentId assessment;
  PartyId owner;
  AssessmentForm form;
  std::string risk, residual, rules;
  std::optional<int64_t> level{};      // the highest of its fields when it was drafted
  std::optional<bool> cross_border{};  // whether it is of a flow abroad
  std::optional<int64_t> rows{};       // as the form says, or those of the product's version
  std::optional<std::vector<AssessedCondition>> row_filter{};
  static constexpr auto fields = field_list(
      field("assessment", &AssessmentDrafted::assessment), field("owner", &AssessmentDrafted::owner),
      field("form", &AssessmentDrafted::form), field("risk", &AssessmentDrafted::risk),
      field("residual", &AssessmentDrafted::residual), field("rules", &AssessmentDrafted::rules),
      field("level", &AssessmentDrafted::level), field("cross_border", &AssessmentDrafted::cross_border),
      field("rows", &AssessmentDrafted::rows), field("row_filter", &AssessmentDrafted::row_filter));
};
struct AssessmentDecided {
  static constexpr std::string_view kind = "law.assessment_decided";
  AssessmentId assessment;
  bool approved = false;
  std::string reason;
  TimeMs valid_until_ms = 0, keep_until_ms = 0;
  static constexpr auto fields = field_list(
      field("assessment", &AssessmentDecided::assessment), field("approved", &AssessmentDecided::approved),
      field("reason", &AssessmentDecided::reason), field("valid_until_ms", &AssessmentDecided::valid_until_ms),
      field("keep_until_ms", &AssessmentDecided::keep_until_ms));
};

enum class AssessmentStatus { drafted, approved, rejected };
constexpr std::array<std::string_view, 3> enum_names(AssessmentStatus) { return {"drafted", "approved", "rejected"}; }

struct Assessment {
  AssessmentId id;
  PartyId owner;
  AssessmentForm form;
  AssessmentStatus status = AssessmentStatus::drafted;
  std::string risk, residual, rules, reason;
  PersonId drafted_by, decided_by;
  TimeMs at_ms = 0, decided_ms = 0, valid_until_ms = 0, keep_until_ms = 0;
  uint64_t seq = 0;
  std::optional<int64_t> level{};
  std::optional<bool> cross_border{};
  std::optional<int64_t> rows{};
  std::optional<std::vector<AssessedCondition>> row_filter{};
  static constexpr auto fields = field_list(
      field("id", &Assessment::id), field("owner", &Assessment::owner), field("form", &Assessment::form),
      field("status", &Assessment::status), field("risk", &Assessment::risk),
      field("residual", &Assessment::residual), field("rules", &Assessment::rules),
      field("reason", &Assessment::reason), field("drafted_by", &Assessment::drafted_by),
      field("decided_by", &Assessment::decided_by), field("at_ms", &Assessment::at_ms),
      field("decided_ms", &Assessment::decided_ms), field("valid_until_ms", &Assessment::valid_until_ms),
      field("keep_until_ms", &Assessment::keep_until_ms), field("seq", &Assessment::seq), field("level", &Assessment::level),
      field("cross_border", &Assessment::cross_border), field("rows", &Assessment::rows),
      field("row_filter", &Assessment::row_filter));
};

}  // namespace sluice::space
