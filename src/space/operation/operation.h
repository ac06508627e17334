// Operations of people on data inside the agency: showing values, downloading, copying, modifying (C6.4.3). The kinds, their
// flows and the windows are rules (rules/operations.yaml).
//
//   (new) ──RequestOperation, standing──▶ approved          small, and small together with what came before it
//   (new) ──RequestOperation, person────▶ requested ──DecideOperation (second person, second factor)──▶ approved | rejected
//   requested | approved ──WithdrawOperation──▶ withdrawn
//   approved ──StartOperation (the node, for the same person, within the approval's hours)──▶ started, with a grant of keys
//   started ──ReportOperation──▶ done        started ──ReportOperationFailure──▶ failed
//
// An operation under a standing approval is added up with the others of its group: one account's in time, those of all
// accounts of the organisation, and adjoining ranges of rows. What was split is refused under the window that it exceeds
// ("operation.split_in_time", "operation.split_by_account", "operation.split_by_range", "operation.bulk"; the detail is the
// window's id and its words) until a second person approves it as the one operation that it is.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class OperationFlow { standing, person };
constexpr std::array<std::string_view, 2> enum_names(OperationFlow) { return {"standing", "person"}; }

struct RequestOperation {
  static constexpr std::string_view kind = "operation.request";
  std::string what;         // a kind of the operations pack
  DatasetId dataset;
  VersionId version;        // empty with a batch: its held rows
  BatchId batch;
  std::vector<std::string> columns;  // empty: all of the version
  int64_t first_row = 0, rows = 0;   // rows 0: all from first_row on
  OperationFlow flow = OperationFlow::standing;
  std::string purpose, reason;
  static constexpr auto fields = field_list(
      field("what", &RequestOperation::what), field("dataset", &RequestOperation::dataset), field("version", &RequestOperation::version),
      field("batch", &RequestOperation::batch), field("columns", &RequestOperation::columns), field("first_row", &RequestOperation::first_row),
      field("rows", &RequestOperation::rows), field("flow", &RequestOperation::flow), field("purpose", &RequestOperation::purpose),
      field("reason", &RequestOperation::reason));
};
struct DecideOperation {
  static constexpr std::string_view kind = "operation.decide";
  OperationId operation;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("operation", &DecideOperation::operation), field("approve", &DecideOperation::approve),
                                            field("reason", &DecideOperation::reason));
};
struct WithdrawOperation {
  static constexpr std::string_view kind = "operation.withdraw";
  OperationId operation;
  static constexpr auto fields = field_list(field("operation", &WithdrawOperation::operation));
};
struct StartOperation {
  static constexpr std::string_view kind = "operation.start";
  OperationId operation;
  static constexpr auto fields = field_list(field("operation", &StartOperation::operation));
};
struct ReportOperation {
  static constexpr std::string_view kind = "operation.report";
  OperationId operation;
  int64_t rows = 0, bytes = 0;
  Digest file_digest{}, envelope_digest{};  // of a file that was made; zero otherwise
  static constexpr auto fields = field_list(field("operation", &ReportOperation::operation), field("rows", &ReportOperation::rows),
                                            field("bytes", &ReportOperation::bytes), field("file_digest", &ReportOperation::file_digest),
                                            field("envelope_digest", &ReportOperation::envelope_digest));
};
struct ReportOperationFailure {
  static constexpr std::string_view kind = "operation.report_failure";
  OperationId operation;
  std::string reason;
  static constexpr auto fields = field_list(field("operation", &ReportOperationFailure::operation), field("reason", &ReportOperationFailure::reason));
};

// A window that this operation exceeds together with what came before: what the approver decides about.
struct WindowFinding {
  std::string window;
  int64_t rows = 0, operations = 0;  // together with this one
  static constexpr auto fields =
      field_list(field("window", &WindowFinding::window), field("rows", &WindowFinding::rows), field("operations", &WindowFinding::operations));
};

struct OperationRequested {
  static constexpr std::string_view kind = "operation.requested";
  OperationId operation;
  std::string what;
  DatasetId dataset;
  VersionId version;
  BatchId batch;
  std::vector<std::string> columns;
  int64_t first_row = 0, rows = 0;
  OperationFlow flow = OperationFlow::standing;
  std::string purpose, reason;
  int level = 1;          // the highest of the columns
  std::string access;     // the rule or right that allows it
  RightId right;          // where it is a right
  ExceptionId exception;  // where the columns are beyond what is free
  std::vector<WindowFinding> windows;
  TimeMs expires_ms = 0;  // of the standing approval
  static constexpr auto fields = field_list(
      field("operation", &OperationRequested::operation), field("what", &OperationRequested::what), field("dataset", &OperationRequested::dataset),
      field("version", &OperationRequested::version), field("batch", &OperationRequested::batch), field("columns", &OperationRequested::columns),
      field("first_row", &OperationRequested::first_row), field("rows", &OperationRequested::rows), field("flow", &OperationRequested::flow),
      field("purpose", &OperationRequested::purpose), field("reason", &OperationRequested::reason), field("level", &OperationRequested::level),
      field("access", &OperationRequested::access), field("right", &OperationRequested::right), field("exception", &OperationRequested::exception),
      field("windows", &OperationRequested::windows), field("expires_ms", &OperationRequested::expires_ms));
};
struct OperationDecided {
  static constexpr std::string_view kind = "operation.decided";
  OperationId operation;
  bool approved = false;
  std::string reason;
  TimeMs expires_ms = 0;
  static constexpr auto fields = field_list(field("operation", &OperationDecided::operation), field("approved", &OperationDecided::approved),
                                            field("reason", &OperationDecided::reason), field("expires_ms", &OperationDecided::expires_ms));
};
struct OperationWithdrawn {
  static constexpr std::string_view kind = "operation.withdrawn";
  OperationId operation;
  static constexpr auto fields = field_list(field("operation", &OperationWithdrawn::operation));
};
struct OperationStarted {
  static constexpr std::string_view kind = "operation.started";
  OperationId operation;
  GrantId grant;
  static constexpr auto fields = field_list(field("operation", &OperationStarted::operation), field("grant", &OperationStarted::grant));
};
struct OperationDone {
  static constexpr std::string_view kind = "operation.done";
  OperationId operation;
  int64_t rows = 0, bytes = 0;
  Digest file_digest{}, envelope_digest{};
  static constexpr auto fields = field_list(field("operation", &OperationDone::operation), field("rows", &OperationDone::rows),
                                            field("bytes", &OperationDone::bytes), field("file_digest", &OperationDone::file_digest),
                                            field("envelope_digest", &OperationDone::envelope_digest));
};
struct OperationFailed {
  static constexpr std::string_view kind = "operation.failed";
  OperationId operation;
  std::string reason;
  static constexpr auto fields = field_list(field("operation", &OperationFailed::operation), field("reason", &OperationFailed::reason));
};

enum class OperationStatus { requested, approved, rejected, withdrawn, started, done, failed };
constexpr std::array<std::string_view, 7> enum_names(OperationStatus) {
  return {"requested", "approved", "rejected", "withdrawn", "started", "done", "failed"};
}

struct Operation {
  OperationId id;
  std::string what;
  PartyId party;
  DatasetId dataset;
  VersionId version;
  BatchId batch;
  std::vector<std::string> columns;
  int64_t first_row = 0, rows = 0;
  OperationFlow flow = OperationFlow::standing;
  OperationStatus status = OperationStatus::requested;
  std::string purpose, reason, decision, access;
  int level = 1;
  RightId right;
  ExceptionId exception;
  std::vector<WindowFinding> windows;
  PersonId requested_by, decided_by;
  GrantId grant;
  int64_t done_rows = 0, bytes = 0;
  Digest file_digest{}, envelope_digest{};
  TimeMs at_ms = 0, decided_ms = 0, expires_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("id", &Operation::id), field("what", &Operation::what), field("party", &Operation::party), field("dataset", &Operation::dataset),
      field("version", &Operation::version), field("batch", &Operation::batch), field("columns", &Operation::columns),
      field("first_row", &Operation::first_row), field("rows", &Operation::rows), field("flow", &Operation::flow), field("status", &Operation::status),
      field("purpose", &Operation::purpose), field("reason", &Operation::reason), field("decision", &Operation::decision),
      field("access", &Operation::access), field("level", &Operation::level), field("right", &Operation::right),
      field("exception", &Operation::exception), field("windows", &Operation::windows), field("requested_by", &Operation::requested_by),
      field("decided_by", &Operation::decided_by), field("grant", &Operation::grant), field("done_rows", &Operation::done_rows),
      field("bytes", &Operation::bytes), field("file_digest", &Operation::file_digest), field("envelope_digest", &Operation::envelope_digest),
      field("at_ms", &Operation::at_ms), field("decided_ms", &Operation::decided_ms), field("expires_ms", &Operation::expires_ms),
      field("seq", &Operation::seq));
};

}  // namespace sluice::space
