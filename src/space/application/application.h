// Applications and the committee's vote (C7.2.5a, G4.6a).
//
//   submitted (policy checked, vote opened with its roster, rule and deadline)
//     ├─ CastVote / RecuseMember … ──▶ approved | rejected      as soon as the rule is met or can no longer be met
//     ├─ deadline passed, CloseVote ──▶ rejected ("application.quorum_not_reached") or decided by the votes cast
//     └─ WithdrawApplication ──▶ withdrawn
// The roster is fixed when the vote opens. A member who belongs to the applicant's party or recuses does not count; a
// vote needs a reason and a second factor, is cast once, and is never changed.
// EraseFilter (personal-information officer of either side) destroys the registry's values of one secret condition: what
// rests on it fails closed from then on ("filter.erased"), and every proof stays valid.
#pragma once

#include <vector>

#include "codec/record.h"
#include "space/credential/credential.h"
#include "space/product/product.h"

namespace sluice::space {

// One condition on a column. Values that are personal identifiers (personal_filter.h) lie in the registry under `secret_ref`,
// where they can be erased; here stand their salted commitment and a masked form to read (docs/formats/secret-filter.md).
struct RowCondition {
  std::string column, op;           // op: eq ne lt le gt ge in prefix
  std::vector<std::string> values;  // empty where secret_ref is set
  std::string secret_ref;
  std::optional<Digest> commitment{};
  std::optional<std::vector<std::string>> masked{};
  bool secret() const { return !secret_ref.empty(); }
  static constexpr auto fields = field_list(field("column", &RowCondition::column), field("op", &RowCondition::op),
                                            field("values", &RowCondition::values), field("secret_ref", &RowCondition::secret_ref),
                                            field("commitment", &RowCondition::commitment), field("masked", &RowCondition::masked));
};

struct ApplicationForm {
  std::string purpose, legal_basis;  // ids of the policy pack's lists
  std::string purpose_note, safety_measures;
  Scenario scenario = Scenario::controller_to_user;
  OpenForm form = OpenForm::file;
  std::vector<std::string> columns;
  std::vector<RowCondition> row_filter;
  int64_t deliveries_max = 1;        // files, or calls of the API
  int64_t rate_per_minute = 0;       // API only
  int64_t valid_days = 90;
  bool cross_border = false;
  static constexpr auto fields = field_list(
      field("purpose", &ApplicationForm::purpose), field("legal_basis", &ApplicationForm::legal_basis),
      field("purpose_note", &ApplicationForm::purpose_note),
      field("safety_measures", &ApplicationForm::safety_measures), field("scenario", &ApplicationForm::scenario),
      field("form", &ApplicationForm::form), field("columns", &ApplicationForm::columns), field("row_filter", &ApplicationForm::row_filter),
      field("deliveries_max", &ApplicationForm::deliveries_max), field("rate_per_minute", &ApplicationForm::rate_per_minute),
      field("valid_days", &ApplicationForm::valid_days), field("cross_border", &ApplicationForm::cross_border));
};

struct VotingRule {
  int64_t quorum = 1;         // members who must vote
  int64_t approve_percent = 51;  // of the votes cast
  static constexpr auto fields = field_list(field("quorum", &VotingRule::quorum), field("approve_percent", &VotingRule::approve_percent));
};

struct SubmitApplication {
  static constexpr std::string_view kind = "application.submit";
  ProductId product;
  ApplicationForm form;
  static constexpr auto fields = field_list(field("product", &SubmitApplication::product), field("form", &SubmitApplication::form));
};
struct CastVote {
  static constexpr std::string_view kind = "application.cast_vote";
  ApplicationId application;
  bool approve = false;
  std::string reason;
  std::optional<PersonalSignature> personal{};  // over vote_text(); stands for the second factor
  static constexpr auto fields = field_list(field("application", &CastVote::application), field("approve", &CastVote::approve),
                                            field("reason", &CastVote::reason), field("personal", &CastVote::personal));
};
struct RecuseMember {
  static constexpr std::string_view kind = "application.recuse";
  ApplicationId application;
  std::string reason;
  static constexpr auto fields = field_list(field("application", &RecuseMember::application), field("reason", &RecuseMember::reason));
};
struct CloseVote {
  static constexpr std::string_view kind = "application.close_vote";
  ApplicationId application;
  static constexpr auto fields = field_list(field("application", &CloseVote::application));
};
struct EraseFilter {
  static constexpr std::string_view kind = "application.erase_filter";
  ApplicationId application;
  std::string secret_ref, reason;
  static constexpr auto fields = field_list(field("application", &EraseFilter::application), field("secret_ref", &EraseFilter::secret_ref),
                                            field("reason", &EraseFilter::reason));
};
struct WithdrawApplication {
  static constexpr std::string_view kind = "application.withdraw";
  ApplicationId application;
  std::string reason;
  static constexpr auto fields = field_list(field("application", &WithdrawApplication::application), field("reason", &WithdrawApplication::reason));
};

// A reason of the policy decision, with the clause it rests on.
struct PolicyReason {
  std::string id, clause, text_zh, text_en;
  static constexpr auto fields = field_list(field("id", &PolicyReason::id), field("clause", &PolicyReason::clause),
                                            field("text_zh", &PolicyReason::text_zh), field("text_en", &PolicyReason::text_en));
};

struct ApplicationSubmitted {
  static constexpr std::string_view kind = "application.submitted";
  ApplicationId application;
  ProductId product;
  PartyId applicant;
  ApplicationForm form;
  std::vector<PolicyReason> policy;
  std::vector<PersonId> roster;
  VotingRule rule;
  TimeMs deadline_ms = 0;
  std::optional<FlowGrade> grade{};  // the level of what is asked for, in this flow
  static constexpr auto fields = field_list(
      field("grade", &ApplicationSubmitted::grade), field("application", &ApplicationSubmitted::application), field("product", &ApplicationSubmitted::product),
      field("applicant", &ApplicationSubmitted::applicant), field("form", &ApplicationSubmitted::form), field("policy", &ApplicationSubmitted::policy),
      field("roster", &ApplicationSubmitted::roster), field("rule", &ApplicationSubmitted::rule), field("deadline_ms", &ApplicationSubmitted::deadline_ms));
};
struct VoteCast {
  static constexpr std::string_view kind = "application.vote_cast";
  ApplicationId application;
  PersonId member;
  bool approve = false;
  std::string reason;
  std::optional<PersonalSignature> personal{};
  static constexpr auto fields = field_list(field("application", &VoteCast::application), field("member", &VoteCast::member),
                                            field("approve", &VoteCast::approve), field("reason", &VoteCast::reason),
                                            field("personal", &VoteCast::personal));
};
struct MemberRecused {
  static constexpr std::string_view kind = "application.member_recused";
  ApplicationId application;
  PersonId member;
  std::string reason;
  static constexpr auto fields = field_list(field("application", &MemberRecused::application), field("member", &MemberRecused::member),
                                            field("reason", &MemberRecused::reason));
};
struct ApplicationDecided {
  static constexpr std::string_view kind = "application.decided";
  ApplicationId application;
  bool approved = false;
  int64_t votes_for = 0, votes_against = 0, recused = 0, roster = 0;
  std::string reason;
  static constexpr auto fields = field_list(
      field("application", &ApplicationDecided::application), field("approved", &ApplicationDecided::approved),
      field("votes_for", &ApplicationDecided::votes_for), field("votes_against", &ApplicationDecided::votes_against),
      field("recused", &ApplicationDecided::recused), field("roster", &ApplicationDecided::roster), field("reason", &ApplicationDecided::reason));
};
struct FilterErased {
  static constexpr std::string_view kind = "application.filter_erased";
  ApplicationId application;
  std::string secret_ref, reason;
  static constexpr auto fields = field_list(field("application", &FilterErased::application), field("secret_ref", &FilterErased::secret_ref),
                                            field("reason", &FilterErased::reason));
};
struct ApplicationWithdrawn {
  static constexpr std::string_view kind = "application.withdrawn";
  ApplicationId application;
  std::string reason;
  static constexpr auto fields = field_list(field("application", &ApplicationWithdrawn::application), field("reason", &ApplicationWithdrawn::reason));
};

enum class ApplicationStatus { voting, approved, rejected, withdrawn };
constexpr std::array<std::string_view, 4> enum_names(ApplicationStatus) { return {"voting", "approved", "rejected", "withdrawn"}; }

struct Vote {
  PersonId member;
  bool approve = false, recused = false;
  std::string reason;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  std::optional<CertificateId> certificate{};  // the member's own, where it signed the vote
  static constexpr auto fields = field_list(field("member", &Vote::member), field("approve", &Vote::approve), field("recused", &Vote::recused),
                                            field("reason", &Vote::reason), field("at_ms", &Vote::at_ms), field("seq", &Vote::seq),
                                            field("certificate", &Vote::certificate));
};
struct Application {
  ApplicationId id;
  ProductId product;
  PartyId applicant;
  PersonId submitted_by;
  ApplicationForm form;
  std::vector<PolicyReason> policy;
  std::vector<PersonId> roster;
  VotingRule rule;
  TimeMs at_ms = 0, deadline_ms = 0;
  std::vector<Vote> votes;
  ApplicationStatus status = ApplicationStatus::voting;
  std::string reason;
  uint64_t submitted_seq = 0, decided_seq = 0;
  std::vector<std::string> erased_filters;  // secret_refs whose values were destroyed
  std::optional<FlowGrade> grade{};
  bool has_erased(const std::vector<RowCondition>& filter) const;
  static constexpr auto fields = field_list(
      field("grade", &Application::grade), field("erased_filters", &Application::erased_filters), field("id", &Application::id), field("product", &Application::product), field("applicant", &Application::applicant),
      field("submitted_by", &Application::submitted_by), field("form", &Application::form), field("policy", &Application::policy),
      field("roster", &Application::roster), field("rule", &Application::rule), field("at_ms", &Application::at_ms),
      field("deadline_ms", &Application::deadline_ms), field("votes", &Application::votes), field("status", &Application::status),
      field("reason", &Application::reason), field("submitted_seq", &Application::submitted_seq), field("decided_seq", &Application::decided_seq));
};

}  // namespace sluice::space
