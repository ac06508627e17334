// Personal-information impact assessments 个人信息保护影响评估 (C6.4, G4.6a; PIPL 55, 56).
//
//   (new) ──DraftAssessment (data manager)──▶ drafted ──DecideAssessment (personal-information officer, second factor)──▶ approved | rejected
//
// One assessment is of one product for one recipient, scenario, purpose and set of fields; anything else needs one of its own, so it
// is due again when one of them changes (legal_case.h names which). Questions and the risk table are rules; the highest risk before
// and after measures is reckoned, never typed, and a residual risk above `residual_max` is not approved. Nothing removes one: the
// ledger keeps it, `keep_until_ms` says until when it must be kept at least.
#pragma once

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
struct AssessmentForm {
  ProductId product;
  PartyId recipient;
  Scenario scenario = Scenario::controller_to_user;
  std::string purpose, legal_basis;
  std::vector<std::string> columns;
  std::vector<AssessedAnswer> answers;
  std::vector<AssessedRisk> risks;
  std::string conclusion;
  static constexpr auto fields = field_list(
      field("product", &AssessmentForm::product), field("recipient", &AssessmentForm::recipient),
      field("scenario", &AssessmentForm::scenario), field("purpose", &AssessmentForm::purpose),
      field("legal_basis", &AssessmentForm::legal_basis), field("columns", &AssessmentForm::columns),
      field("answers", &AssessmentForm::answers), field("risks", &AssessmentForm::risks),
      field("conclusion", &AssessmentForm::conclusion));
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
  static constexpr auto fields = field_list(
      field("assessment", &AssessmentDrafted::assessment), field("owner", &AssessmentDrafted::owner),
      field("form", &AssessmentDrafted::form), field("risk", &AssessmentDrafted::risk),
      field("residual", &AssessmentDrafted::residual), field("rules", &AssessmentDrafted::rules));
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
  static constexpr auto fields = field_list(
      field("id", &Assessment::id), field("owner", &Assessment::owner), field("form", &Assessment::form),
      field("status", &Assessment::status), field("risk", &Assessment::risk),
      field("residual", &Assessment::residual), field("rules", &Assessment::rules),
      field("reason", &Assessment::reason), field("drafted_by", &Assessment::drafted_by),
      field("decided_by", &Assessment::decided_by), field("at_ms", &Assessment::at_ms),
      field("decided_ms", &Assessment::decided_ms), field("valid_until_ms", &Assessment::valid_until_ms),
      field("keep_until_ms", &Assessment::keep_until_ms), field("seq", &Assessment::seq));
};

}  // namespace sluice::space
