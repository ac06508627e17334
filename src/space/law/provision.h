// Statutory provision 法定提供 (C5.2): what a court, an auditor, another agency, a cross-region settlement or medical aid may demand.
//
//   (new) ──RequestProvision (data manager)──▶ requested ──ApproveProvision: one word for each approver's duty, of different people, neither
//   of them the requester, each with a second factor──▶ approved | refused ──StartProvision──▶ started ──ReportProvision──▶ delivered
//   started ──ReportProvisionFailure──▶ approved; delivered ──NoteProvision (supervisor)──▶ noted
//   delivered ──CertifyProvision (data manager, for the requester, who signed it)──▶ destroyed there; overdue ──ChaseProvision──▶ chased
//
// The one path on which identified data may leave without the person's consent:
// - The requester is known: a verified party with its registered key, or an agency that one person entered and another checked (a paper of the
//   kind `agency`: credit code, document, fingerprint of the key had in another way). What is delivered is sealed for that key alone.
// - Document number and scan, and a checked legal-basis paper (one that names a counterpart holds for that one).
// - Fields are named, of the categories and up to the levels that the kind may ask for; all of a table, or more than a few, with a reason for each.
// - The rows are those of the case: persons named by value in a column that identifies people, at most so many; or a range, with the reason
//   why no persons can be named, a bound on its rows, and one more duty that agrees (`range_approvers` of the rules). Never a whole table.
// - The level of the flow (catalog/level.h, scenario `statutory`) is up to the kind's and never 5; important data, human genetic data and flows
//   abroad have the papers that they have in a release (legal_case.h). All of it is asked again when it starts.
// - Kinds whose rule does not name persons get masked versions only.
// The requester destroys or returns it by `destroy_by_ms`, says so signed with its key (provision_destruction_statement), and is chased and
// shown to supervision when it does not. Listed apart from releases; every one waits in the supervisor's inbox until it is noted.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/application/application.h"
#include "space/catalog/flow_level.h"
#include "space/law/retention.h"
#include "space/release/destruction.h"

namespace sluice::space {

// Why the document needs this column.
struct ProvisionColumn {
  std::string column, reason;
  static constexpr auto fields = field_list(field("column", &ProvisionColumn::column), field("reason", &ProvisionColumn::reason));
};
// One of `party` and `agency` names the requester; `requester` and `recipient_key` are then what is registered of it. A form that names
// neither must give both, as registered.
struct ProvisionForm {
  std::string kind, requester, document, reason;
  Digest digest{};
  PaperId basis;
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;
  std::vector<RowCondition> row_filter;
  Bytes recipient_key;
  std::optional<int64_t> rows_max{};  // as the document demands; nothing is delivered beyond it, and the level is that of so many rows
  std::optional<PartyId> party{};
  std::optional<PaperId> agency{};
  std::optional<std::vector<ProvisionColumn>> column_reasons{};
  std::optional<std::string> range_reason{};  // why no persons can be named
  std::optional<TimeMs> destroy_by_ms{};      // absent: `keep_days` of the kind from the request on
  static constexpr auto fields = field_list(
      field("party", &ProvisionForm::party), field("agency", &ProvisionForm::agency), field("column_reasons", &ProvisionForm::column_reasons),
      field("range_reason", &ProvisionForm::range_reason), field("destroy_by_ms", &ProvisionForm::destroy_by_ms),
      field("rows_max", &ProvisionForm::rows_max),
      field("kind", &ProvisionForm::kind), field("requester", &ProvisionForm::requester),
      field("document", &ProvisionForm::document), field("reason", &ProvisionForm::reason),
      field("digest", &ProvisionForm::digest), field("basis", &ProvisionForm::basis),
      field("dataset", &ProvisionForm::dataset), field("version", &ProvisionForm::version),
      field("columns", &ProvisionForm::columns), field("row_filter", &ProvisionForm::row_filter),
      field("recipient_key", &ProvisionForm::recipient_key));
};

struct RequestProvision {
  static constexpr std::string_view kind = "law.request_provision";
  ProvisionForm form;
  static constexpr auto fields = field_list(
      field("form", &RequestProvision::form));
};
struct ApproveProvision {
  static constexpr std::string_view kind = "law.approve_provision";
  ProvisionId provision;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("provision", &ApproveProvision::provision), field("approve", &ApproveProvision::approve),
      field("reason", &ApproveProvision::reason));
};
struct StartProvision {
  static constexpr std::string_view kind = "law.start_provision";
  ProvisionId provision;
  static constexpr auto fields = field_list(
      field("provision", &StartProvision::provision));
};
struct ReportProvision {
  static constexpr std::string_view kind = "law.report_provision";
  ProvisionId provision;
  int64_t rows = 0, bytes = 0;
  Digest file_digest{}, envelope_digest{};
  static constexpr auto fields = field_list(
      field("provision", &ReportProvision::provision), field("rows", &ReportProvision::rows),
      field("bytes", &ReportProvision::bytes), field("file_digest", &ReportProvision::file_digest),
      field("envelope_digest", &ReportProvision::envelope_digest));
};
struct ReportProvisionFailure {
  static constexpr std::string_view kind = "law.report_provision_failure";
  ProvisionId provision;
  std::string reason;
  static constexpr auto fields = field_list(
      field("provision", &ReportProvisionFailure::provision), field("reason", &ReportProvisionFailure::reason));
};
struct NoteProvision {
  static constexpr std::string_view kind = "law.note_provision";
  ProvisionId provision;
  std::string note;
  static constexpr auto fields = field_list(
      field("provision", &NoteProvision::provision), field("note", &NoteProvision::note));
};

struct CertifyProvision {
  static constexpr std::string_view kind = "law.certify_provision";
  ProvisionId provision;
  Digest file_digest{};
  std::string method;
  TimeMs destroyed_ms = 0;
  Bytes signature;  // SM2 DER over the canonical provision_destruction_statement, by the key it was sealed for
  static constexpr auto fields = field_list(
      field("provision", &CertifyProvision::provision), field("file_digest", &CertifyProvision::file_digest),
      field("method", &CertifyProvision::method), field("destroyed_ms", &CertifyProvision::destroyed_ms),
      field("signature", &CertifyProvision::signature));
};
struct ChaseProvision {
  static constexpr std::string_view kind = "law.chase_provision";
  ProvisionId provision;
  std::string note;
  static constexpr auto fields = field_list(
      field("provision", &ChaseProvision::provision), field("note", &ChaseProvision::note));
};

struct ProvisionRequested {
  static constexpr std::string_view kind = "law.provision_requested";
  ProvisionId provision;
  PartyId owner;
  ProvisionForm form;
  bool identified = false;
  int level = 1;
  std::vector<std::string> approvers;
  std::optional<FlowGrade> grade{};  // `level` with its reasons
  static constexpr auto fields = field_list(
      field("grade", &ProvisionRequested::grade),
      field("provision", &ProvisionRequested::provision), field("owner", &ProvisionRequested::owner),
      field("form", &ProvisionRequested::form), field("identified", &ProvisionRequested::identified),
      field("level", &ProvisionRequested::level), field("approvers", &ProvisionRequested::approvers));
};
struct ProvisionApproved {
  static constexpr std::string_view kind = "law.provision_approved";
  ProvisionId provision;
  bool approved = false;
  std::string duty, reason;
  bool completes = false;
  static constexpr auto fields = field_list(
      field("provision", &ProvisionApproved::provision), field("approved", &ProvisionApproved::approved),
      field("duty", &ProvisionApproved::duty), field("reason", &ProvisionApproved::reason),
      field("completes", &ProvisionApproved::completes));
};
struct ProvisionStarted {
  static constexpr std::string_view kind = "law.provision_started";
  ProvisionId provision;
  GrantId grant;
  static constexpr auto fields = field_list(
      field("provision", &ProvisionStarted::provision), field("grant", &ProvisionStarted::grant));
};
struct ProvisionDelivered {
  static constexpr std::string_view kind = "law.provision_delivered";
  ProvisionId provision;
  int64_t rows = 0, bytes = 0;
  Digest file_digest{}, envelope_digest{};
  static constexpr auto fields = field_list(
      field("provision", &ProvisionDelivered::provision), field("rows", &ProvisionDelivered::rows),
      field("bytes", &ProvisionDelivered::bytes), field("file_digest", &ProvisionDelivered::file_digest),
      field("envelope_digest", &ProvisionDelivered::envelope_digest));
};
struct ProvisionFailed {
  static constexpr std::string_view kind = "law.provision_failed";
  ProvisionId provision;
  std::string reason;
  static constexpr auto fields = field_list(
      field("provision", &ProvisionFailed::provision), field("reason", &ProvisionFailed::reason));
};
struct ProvisionNoted {
  static constexpr std::string_view kind = "law.provision_noted";
  ProvisionId provision;
  std::string note;
  static constexpr auto fields = field_list(
      field("provision", &ProvisionNoted::provision), field("note", &ProvisionNoted::note));
};

struct ProvisionCertified {
  static constexpr std::string_view kind = "law.provision_certified";
  ProvisionId provision;
  Digest file_digest{};
  std::string method, key_id;
  TimeMs destroyed_ms = 0;
  Bytes public_key, signature;
  static constexpr auto fields = field_list(
      field("provision", &ProvisionCertified::provision), field("file_digest", &ProvisionCertified::file_digest),
      field("method", &ProvisionCertified::method), field("key_id", &ProvisionCertified::key_id),
      field("destroyed_ms", &ProvisionCertified::destroyed_ms), field("public_key", &ProvisionCertified::public_key),
      field("signature", &ProvisionCertified::signature));
};
struct ProvisionChased {
  static constexpr std::string_view kind = "law.provision_chased";
  ProvisionId provision;
  std::string note;
  int64_t times = 1;
  static constexpr auto fields = field_list(
      field("provision", &ProvisionChased::provision), field("note", &ProvisionChased::note), field("times", &ProvisionChased::times));
};

enum class ProvisionStatus { requested, approved, refused, started, delivered };
constexpr std::array<std::string_view, 5> enum_names(ProvisionStatus) { return {"requested", "approved", "refused", "started", "delivered"}; }

struct ProvisionWord {
  PersonId person;
  std::string duty, reason;
  bool approved = false;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(
      field("person", &ProvisionWord::person), field("duty", &ProvisionWord::duty),
      field("reason", &ProvisionWord::reason), field("approved", &ProvisionWord::approved),
      field("at_ms", &ProvisionWord::at_ms));
};
struct Provision {
  ProvisionId id;
  PartyId owner;
  ProvisionForm form;
  bool identified = false;
  int level = 1;
  std::optional<FlowGrade> grade{};
  std::vector<std::string> approvers;
  ProvisionStatus status = ProvisionStatus::requested;
  std::vector<ProvisionWord> words;
  GrantId grant;
  int64_t rows = 0, bytes = 0;
  Digest file_digest{}, envelope_digest{};
  std::string reason, note;
  PersonId requested_by, noted_by;
  TimeMs at_ms = 0, delivered_ms = 0, noted_ms = 0;
  uint64_t seq = 0;
  std::optional<Destruction> destruction{};
  std::optional<Chased> chased{};
  // Entries of before requesters had a day are never overdue.
  bool overdue(TimeMs now) const { return status == ProvisionStatus::delivered && !destruction && form.destroy_by_ms && now >= *form.destroy_by_ms; }
  static constexpr auto fields = field_list(
      field("id", &Provision::id), field("owner", &Provision::owner), field("form", &Provision::form),
      field("identified", &Provision::identified), field("level", &Provision::level), field("grade", &Provision::grade),
      field("approvers", &Provision::approvers), field("status", &Provision::status),
      field("words", &Provision::words), field("grant", &Provision::grant), field("rows", &Provision::rows),
      field("bytes", &Provision::bytes), field("file_digest", &Provision::file_digest),
      field("envelope_digest", &Provision::envelope_digest), field("reason", &Provision::reason),
      field("note", &Provision::note), field("requested_by", &Provision::requested_by),
      field("noted_by", &Provision::noted_by), field("at_ms", &Provision::at_ms),
      field("delivered_ms", &Provision::delivered_ms), field("noted_ms", &Provision::noted_ms),
      field("seq", &Provision::seq), field("destruction", &Provision::destruction), field("chased", &Provision::chased));
};

constexpr std::string_view kProvisionNoticeFormat = "sluice-provision-notice/1";
// What the requester signs: {destroyed_ms, file_digest, format (kDestructionFormat), method, provision}.
Json provision_destruction_statement(const ProvisionId& provision, const Digest& file_digest, std::string_view method, TimeMs destroyed_ms);

struct State;
// A condition that names persons by value.
bool names_persons(const State& state, const ProvisionForm& form, const RowCondition& condition);
// No condition of its filter names persons by value: a range.
bool names_no_persons(const State& state, const ProvisionForm& form);

}  // namespace sluice::space
