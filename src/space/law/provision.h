// Statutory provision 法定提供 (C5.2): what a court, an auditor, another agency, a cross-region settlement or medical aid may demand.
//
//   (new) ──RequestProvision (data manager)──▶ requested ──ApproveProvision: one word for each approver's duty, of different people, neither
//   of them the requester, each with a second factor──▶ approved | refused ──StartProvision──▶ started ──ReportProvision──▶ delivered
//   started ──ReportProvisionFailure──▶ approved; delivered ──NoteProvision (supervisor)──▶ noted
//
// The one path on which identified data may leave without the person's consent: with document number and digest of its scan, a checked
// legal-basis paper, named fields with the reason why no fewer do, a row filter (never a whole table), levels up to the kind's and never 5,
// sealed for the requester's own key. Kinds whose rule does not name persons get masked versions only. Listed apart from releases; every
// one waits in the supervisor's inbox until it is noted.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/application/application.h"

namespace sluice::space {

struct ProvisionForm {
  std::string kind, requester, document, reason;
  Digest digest{};
  PaperId basis;
  DatasetId dataset;
  VersionId version;
  std::vector<std::string> columns;
  std::vector<RowCondition> row_filter;
  Bytes recipient_key;
  static constexpr auto fields = field_list(
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

struct ProvisionRequested {
  static constexpr std::string_view kind = "law.provision_requested";
  ProvisionId provision;
  PartyId owner;
  ProvisionForm form;
  bool identified = false;
  int level = 1;
  std::vector<std::string> approvers;
  static constexpr auto fields = field_list(
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
  static constexpr auto fields = field_list(
      field("id", &Provision::id), field("owner", &Provision::owner), field("form", &Provision::form),
      field("identified", &Provision::identified), field("level", &Provision::level),
      field("approvers", &Provision::approvers), field("status", &Provision::status),
      field("words", &Provision::words), field("grant", &Provision::grant), field("rows", &Provision::rows),
      field("bytes", &Provision::bytes), field("file_digest", &Provision::file_digest),
      field("envelope_digest", &Provision::envelope_digest), field("reason", &Provision::reason),
      field("note", &Provision::note), field("requested_by", &Provision::requested_by),
      field("noted_by", &Provision::noted_by), field("at_ms", &Provision::at_ms),
      field("delivered_ms", &Provision::delivered_ms), field("noted_ms", &Provision::noted_ms),
      field("seq", &Provision::seq));
};

}  // namespace sluice::space
