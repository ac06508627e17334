// Over-privilege (C6.4.2): whoever needs more than the rights of the post asks the officer responsible for personal
// information; what is allowed is limited in fields, kind and time, stands on record, and is reviewed when it is over.
//
//   (new) ──RequestException──▶ requested ──DecideException (officer, second person, second factor)──▶ granted | rejected
//   granted ──EndException (officer or requester)──▶ ended early
//   granted, over ──ReviewException (officer or audit administrator, neither who asked nor who granted)──▶ reviewed
//
// While it runs, operations of its kind on its columns may pass the level that is free (level_free_max of the rule); a level
// above exceptions.level_max stays out of reach. A review that is not done by its due time is overdue and shown as that.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

struct RequestException {
  static constexpr std::string_view kind = "exception.request";
  std::string what;  // a kind of the operations pack
  DatasetId dataset;
  std::vector<std::string> columns;
  int64_t days = 1;
  std::string reason, measures;  // why it is needed; what protects the data meanwhile
  static constexpr auto fields =
      field_list(field("what", &RequestException::what), field("dataset", &RequestException::dataset), field("columns", &RequestException::columns),
                 field("days", &RequestException::days), field("reason", &RequestException::reason), field("measures", &RequestException::measures));
};
struct DecideException {
  static constexpr std::string_view kind = "exception.decide";
  ExceptionId exception;
  bool approve = false;
  int64_t days = 0;  // at most what was asked for; 0: what was asked for
  std::string reason;
  static constexpr auto fields = field_list(field("exception", &DecideException::exception), field("approve", &DecideException::approve),
                                            field("days", &DecideException::days), field("reason", &DecideException::reason));
};
struct EndException {
  static constexpr std::string_view kind = "exception.end";
  ExceptionId exception;
  std::string reason;
  static constexpr auto fields = field_list(field("exception", &EndException::exception), field("reason", &EndException::reason));
};
enum class ReviewVerdict { as_approved, not_used, misused };
constexpr std::array<std::string_view, 3> enum_names(ReviewVerdict) { return {"as_approved", "not_used", "misused"}; }
struct ReviewException {
  static constexpr std::string_view kind = "exception.review";
  ExceptionId exception;
  ReviewVerdict verdict = ReviewVerdict::as_approved;
  std::string note;
  static constexpr auto fields = field_list(field("exception", &ReviewException::exception), field("verdict", &ReviewException::verdict),
                                            field("note", &ReviewException::note));
};

struct ExceptionRequested {
  static constexpr std::string_view kind = "exception.requested";
  ExceptionId exception;
  std::string what;
  DatasetId dataset;
  std::vector<std::string> columns;
  int level = 1;
  int64_t days = 1;
  std::string reason, measures;
  static constexpr auto fields =
      field_list(field("exception", &ExceptionRequested::exception), field("what", &ExceptionRequested::what),
                 field("dataset", &ExceptionRequested::dataset), field("columns", &ExceptionRequested::columns), field("level", &ExceptionRequested::level),
                 field("days", &ExceptionRequested::days), field("reason", &ExceptionRequested::reason), field("measures", &ExceptionRequested::measures));
};
struct ExceptionDecided {
  static constexpr std::string_view kind = "exception.decided";
  ExceptionId exception;
  bool approved = false;
  std::string reason;
  TimeMs until_ms = 0, review_due_ms = 0;
  static constexpr auto fields =
      field_list(field("exception", &ExceptionDecided::exception), field("approved", &ExceptionDecided::approved), field("reason", &ExceptionDecided::reason),
                 field("until_ms", &ExceptionDecided::until_ms), field("review_due_ms", &ExceptionDecided::review_due_ms));
};
struct ExceptionEnded {
  static constexpr std::string_view kind = "exception.ended";
  ExceptionId exception;
  std::string reason;
  TimeMs review_due_ms = 0;
  static constexpr auto fields = field_list(field("exception", &ExceptionEnded::exception), field("reason", &ExceptionEnded::reason),
                                            field("review_due_ms", &ExceptionEnded::review_due_ms));
};
struct ExceptionReviewed {
  static constexpr std::string_view kind = "exception.reviewed";
  ExceptionId exception;
  ReviewVerdict verdict = ReviewVerdict::as_approved;
  std::string note;
  int64_t uses = 0;  // operations done under it, as the state knew them
  static constexpr auto fields = field_list(field("exception", &ExceptionReviewed::exception), field("verdict", &ExceptionReviewed::verdict),
                                            field("note", &ExceptionReviewed::note), field("uses", &ExceptionReviewed::uses));
};

enum class ExceptionStatus { requested, granted, rejected, reviewed };
constexpr std::array<std::string_view, 4> enum_names(ExceptionStatus) { return {"requested", "granted", "rejected", "reviewed"}; }

// Named so because `Exception` alone reads like C++'s.
struct PrivilegeException {
  ExceptionId id;
  std::string what;
  PartyId party;
  DatasetId dataset;
  std::vector<std::string> columns;
  int level = 1;
  int64_t days = 1;
  std::string reason, measures, decision, note;
  ExceptionStatus status = ExceptionStatus::requested;
  PersonId requested_by, decided_by, reviewed_by;
  ReviewVerdict verdict = ReviewVerdict::as_approved;
  std::vector<OperationId> uses;
  TimeMs at_ms = 0, decided_ms = 0, until_ms = 0, review_due_ms = 0, reviewed_ms = 0;
  uint64_t seq = 0;
  bool in_force(TimeMs now) const { return status == ExceptionStatus::granted && now < until_ms; }
  bool awaits_review(TimeMs now) const { return status == ExceptionStatus::granted && now >= until_ms; }
  static constexpr auto fields = field_list(
      field("id", &PrivilegeException::id), field("what", &PrivilegeException::what), field("party", &PrivilegeException::party),
      field("dataset", &PrivilegeException::dataset), field("columns", &PrivilegeException::columns), field("level", &PrivilegeException::level),
      field("days", &PrivilegeException::days), field("reason", &PrivilegeException::reason), field("measures", &PrivilegeException::measures),
      field("decision", &PrivilegeException::decision), field("note", &PrivilegeException::note), field("status", &PrivilegeException::status),
      field("requested_by", &PrivilegeException::requested_by), field("decided_by", &PrivilegeException::decided_by),
      field("reviewed_by", &PrivilegeException::reviewed_by), field("verdict", &PrivilegeException::verdict), field("uses", &PrivilegeException::uses),
      field("at_ms", &PrivilegeException::at_ms), field("decided_ms", &PrivilegeException::decided_ms), field("until_ms", &PrivilegeException::until_ms),
      field("review_due_ms", &PrivilegeException::review_due_ms), field("reviewed_ms", &PrivilegeException::reviewed_ms),
      field("seq", &PrivilegeException::seq));
};

}  // namespace sluice::space
