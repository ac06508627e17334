// Tracing leaks: marks that a release bears, and who was named by a file that was found (issue 5 §4; C7.1.3).
//
//   release  (prepared | open) ──ReportMarks (the node)──▶ bears marks: which columns carry them, how many cells, k counted anew;
//                                                        or bears none although its strategy asks for marks, and why
//   trace    StartTrace (security officer) → running, with a grant of kind trace ──ReportTrace──▶ done
//                                                                                └─ReportTraceFailure──▶ failed
// Each recipient has one code in a space; it lies sealed in the registry, the ledger has its salted commitment. The key of the marks
// never leaves the key agent but for the workers of a release and of a trace. The suspect file is never kept: the ledger has
// its SM3, counts, and who was named with which bound on naming anybody wrongly.
#pragma once

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

struct ReleaseMarks {
  Digest commitment{};                // SM3("sluice-mark-code/1" ‖ canonical {code, party, salt}): opened by the registry's record
  Digest strategy{};                  // of the strategy document whose `marks` were used, a blob
  std::vector<std::string> carriers;  // columns that bear marks
  int64_t cells_marked = 0, cells_changed = 0;  // of a file; an API marks each page as it leaves
  int64_t k_before = 0, k_min = 0;    // of the released rows over the released quasi-identifiers, before and after; 0: none released
  uint64_t seq = 0;
  std::optional<std::string> unmarked{};  // the strategy asks for marks and there are none: too_few_rows, no_carrier
  std::optional<int64_t> cells_expected{};  // that carry a symbol, by the number of rows: of an API before its first page
  static constexpr auto fields = field_list(
      field("unmarked", &ReleaseMarks::unmarked), field("cells_expected", &ReleaseMarks::cells_expected), field("commitment", &ReleaseMarks::commitment), field("strategy", &ReleaseMarks::strategy), field("carriers", &ReleaseMarks::carriers),
      field("cells_marked", &ReleaseMarks::cells_marked), field("cells_changed", &ReleaseMarks::cells_changed),
      field("k_before", &ReleaseMarks::k_before), field("k_min", &ReleaseMarks::k_min), field("seq", &ReleaseMarks::seq));
};

struct ReportMarks {
  static constexpr std::string_view kind = "release.report_marks";
  ReleaseId release;
  ReleaseMarks marks;
  static constexpr auto fields = field_list(field("release", &ReportMarks::release), field("marks", &ReportMarks::marks));
};
struct StartTrace {
  static constexpr std::string_view kind = "tracing.start";
  DatasetId dataset;
  Digest suspect{};  // SM3 of the file that was found
  std::string reason;
  static constexpr auto fields = field_list(field("dataset", &StartTrace::dataset), field("suspect", &StartTrace::suspect), field("reason", &StartTrace::reason));
};
struct TraceNamed {
  PartyId party;
  bool accused = false;
  int64_t deviations_permille = 0;
  std::string false_accusation_bound;
  static constexpr auto fields =
      field_list(field("party", &TraceNamed::party), field("accused", &TraceNamed::accused),
                 field("deviations_permille", &TraceNamed::deviations_permille), field("false_accusation_bound", &TraceNamed::false_accusation_bound));
};
struct ReportTrace {
  static constexpr std::string_view kind = "tracing.report";
  TraceId trace;
  int64_t rows = 0, symbols = 0;
  std::vector<std::string> carriers;
  std::string bound;
  std::vector<TraceNamed> named;  // all candidates, most suspect first
  static constexpr auto fields = field_list(field("trace", &ReportTrace::trace), field("rows", &ReportTrace::rows), field("symbols", &ReportTrace::symbols),
                                            field("carriers", &ReportTrace::carriers), field("bound", &ReportTrace::bound), field("named", &ReportTrace::named));
};
struct ReportTraceFailure {
  static constexpr std::string_view kind = "tracing.report_failure";
  TraceId trace;
  std::string reason;
  static constexpr auto fields = field_list(field("trace", &ReportTraceFailure::trace), field("reason", &ReportTraceFailure::reason));
};

struct ReleaseMarked {
  static constexpr std::string_view kind = "release.marked";
  ReleaseId release;
  PartyId party;  // the recipient
  ReleaseMarks marks;
  static constexpr auto fields =
      field_list(field("release", &ReleaseMarked::release), field("party", &ReleaseMarked::party), field("marks", &ReleaseMarked::marks));
};
struct TraceStarted {
  static constexpr std::string_view kind = "tracing.started";
  TraceId trace;
  DatasetId dataset;
  Digest suspect{};
  std::string reason;
  int64_t candidates = 0;
  GrantId grant;
  static constexpr auto fields =
      field_list(field("trace", &TraceStarted::trace), field("dataset", &TraceStarted::dataset), field("suspect", &TraceStarted::suspect),
                 field("reason", &TraceStarted::reason), field("candidates", &TraceStarted::candidates), field("grant", &TraceStarted::grant));
};
struct TraceDone {
  static constexpr std::string_view kind = "tracing.done";
  TraceId trace;
  int64_t rows = 0, symbols = 0;
  std::vector<std::string> carriers;
  std::string bound;
  std::vector<TraceNamed> named;
  static constexpr auto fields = field_list(field("trace", &TraceDone::trace), field("rows", &TraceDone::rows), field("symbols", &TraceDone::symbols),
                                            field("carriers", &TraceDone::carriers), field("bound", &TraceDone::bound), field("named", &TraceDone::named));
};
struct TraceFailed {
  static constexpr std::string_view kind = "tracing.failed";
  TraceId trace;
  std::string reason;
  static constexpr auto fields = field_list(field("trace", &TraceFailed::trace), field("reason", &TraceFailed::reason));
};

enum class TraceStatus { running, done, failed };
constexpr std::array<std::string_view, 3> enum_names(TraceStatus) { return {"running", "done", "failed"}; }

struct Trace {
  TraceId id;
  DatasetId dataset;
  Digest suspect{};
  std::string reason, failure, bound;
  int64_t candidates = 0, rows = 0, symbols = 0;
  GrantId grant;
  TraceStatus status = TraceStatus::running;
  std::vector<std::string> carriers;
  std::vector<TraceNamed> named;
  PersonId traced_by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("id", &Trace::id), field("dataset", &Trace::dataset), field("suspect", &Trace::suspect), field("reason", &Trace::reason),
      field("failure", &Trace::failure), field("bound", &Trace::bound), field("candidates", &Trace::candidates), field("rows", &Trace::rows),
      field("symbols", &Trace::symbols), field("grant", &Trace::grant), field("status", &Trace::status), field("carriers", &Trace::carriers),
      field("named", &Trace::named), field("traced_by", &Trace::traced_by), field("at_ms", &Trace::at_ms), field("seq", &Trace::seq));
};

}  // namespace sluice::space
