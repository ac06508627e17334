// Reversal of masked values: pseudonyms and enciphered values back to what they stand for, inside the node, under dual control (C6.5.1,
// GB/T 37964 §8.2).
//
//   (new) ──RequestReversal (security or personal-information officer, with a reason)──▶ requested
//   requested ──DecideReversal (another person, second factor)──▶ allowed | refused;   seven days undecided ──▶ lapsed
//   requested | allowed ──WithdrawReversal (who asked)──▶ withdrawn
//   allowed ──StartReversal (the node, for who asked, with a second factor, within 24 hours)──▶ running, with a grant of kind reverse
//   running ──ReportReversal──▶ done        running ──ReportReversalFailure──▶ failed
//
// What was asked for is fixed: the values lie sealed in the registry, the ledger has their number and a salted commitment, never a
// value. The key agent gives the key of the strategy for an open grant of kind reverse and for nothing else that reverses. A
// pseudonym cannot be computed backwards: the worker makes the pseudonyms of the source column anew and compares, so that the
// grant names the source version.
#pragma once

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

constexpr int64_t kReversalValuesMax = 200;

struct RequestReversal {
  static constexpr std::string_view kind = "reversal.request";
  VersionId version;     // a masked one
  std::string column;
  int64_t count = 0;     // of the values
  Digest commitment{};   // SM3 of the registry's record: salt and values
  std::string reason, case_ref;
  static constexpr auto fields = field_list(field("version", &RequestReversal::version), field("column", &RequestReversal::column),
                                            field("count", &RequestReversal::count), field("commitment", &RequestReversal::commitment),
                                            field("reason", &RequestReversal::reason), field("case_ref", &RequestReversal::case_ref));
};
struct DecideReversal {
  static constexpr std::string_view kind = "reversal.decide";
  ReversalId reversal;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("reversal", &DecideReversal::reversal), field("approve", &DecideReversal::approve),
                                            field("reason", &DecideReversal::reason));
};
struct WithdrawReversal {
  static constexpr std::string_view kind = "reversal.withdraw";
  ReversalId reversal;
  static constexpr auto fields = field_list(field("reversal", &WithdrawReversal::reversal));
};
struct StartReversal {
  static constexpr std::string_view kind = "reversal.start";
  ReversalId reversal;
  static constexpr auto fields = field_list(field("reversal", &StartReversal::reversal));
};
struct ReportReversal {
  static constexpr std::string_view kind = "reversal.report";
  ReversalId reversal;
  int64_t restored = 0, missing = 0;
  static constexpr auto fields = field_list(field("reversal", &ReportReversal::reversal), field("restored", &ReportReversal::restored),
                                            field("missing", &ReportReversal::missing));
};
struct ReportReversalFailure {
  static constexpr std::string_view kind = "reversal.report_failure";
  ReversalId reversal;
  std::string reason;
  static constexpr auto fields = field_list(field("reversal", &ReportReversalFailure::reversal), field("reason", &ReportReversalFailure::reason));
};

struct ReversalRequested {
  static constexpr std::string_view kind = "reversal.requested";
  ReversalId reversal;
  DatasetId dataset;
  VersionId version;
  StrategyId strategy;
  std::string column, technique;
  int64_t count = 0;
  Digest commitment{};
  std::string reason, case_ref;
  TimeMs lapses_ms = 0;
  static constexpr auto fields = field_list(
      field("reversal", &ReversalRequested::reversal), field("dataset", &ReversalRequested::dataset), field("version", &ReversalRequested::version),
      field("strategy", &ReversalRequested::strategy), field("column", &ReversalRequested::column), field("technique", &ReversalRequested::technique),
      field("count", &ReversalRequested::count), field("commitment", &ReversalRequested::commitment), field("reason", &ReversalRequested::reason),
      field("case_ref", &ReversalRequested::case_ref), field("lapses_ms", &ReversalRequested::lapses_ms));
};
struct ReversalDecided {
  static constexpr std::string_view kind = "reversal.decided";
  ReversalId reversal;
  bool approved = false;
  std::string reason;
  TimeMs expires_ms = 0;
  static constexpr auto fields = field_list(field("reversal", &ReversalDecided::reversal), field("approved", &ReversalDecided::approved),
                                            field("reason", &ReversalDecided::reason), field("expires_ms", &ReversalDecided::expires_ms));
};
struct ReversalWithdrawn {
  static constexpr std::string_view kind = "reversal.withdrawn";
  ReversalId reversal;
  static constexpr auto fields = field_list(field("reversal", &ReversalWithdrawn::reversal));
};
struct ReversalStarted {
  static constexpr std::string_view kind = "reversal.started";
  ReversalId reversal;
  GrantId grant;
  static constexpr auto fields = field_list(field("reversal", &ReversalStarted::reversal), field("grant", &ReversalStarted::grant));
};
struct ReversalDone {
  static constexpr std::string_view kind = "reversal.done";
  ReversalId reversal;
  int64_t restored = 0, missing = 0;
  static constexpr auto fields =
      field_list(field("reversal", &ReversalDone::reversal), field("restored", &ReversalDone::restored), field("missing", &ReversalDone::missing));
};
struct ReversalFailed {
  static constexpr std::string_view kind = "reversal.failed";
  ReversalId reversal;
  std::string reason;
  static constexpr auto fields = field_list(field("reversal", &ReversalFailed::reversal), field("reason", &ReversalFailed::reason));
};

enum class ReversalStatus { requested, allowed, refused, withdrawn, running, done, failed };
constexpr std::array<std::string_view, 7> enum_names(ReversalStatus) {
  return {"requested", "allowed", "refused", "withdrawn", "running", "done", "failed"};
}

struct Reversal {
  ReversalId id;
  PartyId party;
  DatasetId dataset;
  VersionId version;
  StrategyId strategy;
  std::string column, technique;
  int64_t count = 0, restored = 0, missing = 0;
  Digest commitment{};
  std::string reason, case_ref, decision, failure;
  ReversalStatus status = ReversalStatus::requested;
  PersonId requested_by, decided_by;
  GrantId grant;
  TimeMs at_ms = 0, decided_ms = 0, expires_ms = 0;  // expires: lapse of the request, then of the permission
  uint64_t seq = 0;
  bool expired(TimeMs now) const { return (status == ReversalStatus::requested || status == ReversalStatus::allowed) && now >= expires_ms; }
  static constexpr auto fields = field_list(
      field("id", &Reversal::id), field("party", &Reversal::party), field("dataset", &Reversal::dataset), field("version", &Reversal::version),
      field("strategy", &Reversal::strategy), field("column", &Reversal::column), field("technique", &Reversal::technique),
      field("count", &Reversal::count), field("restored", &Reversal::restored), field("missing", &Reversal::missing),
      field("commitment", &Reversal::commitment), field("reason", &Reversal::reason), field("case_ref", &Reversal::case_ref),
      field("decision", &Reversal::decision), field("failure", &Reversal::failure), field("status", &Reversal::status),
      field("requested_by", &Reversal::requested_by), field("decided_by", &Reversal::decided_by), field("grant", &Reversal::grant),
      field("at_ms", &Reversal::at_ms), field("decided_ms", &Reversal::decided_ms), field("expires_ms", &Reversal::expires_ms), field("seq", &Reversal::seq));
};

}  // namespace sluice::space
