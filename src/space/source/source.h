// Registered sources: what is collected when, without anybody's hand (C6.1).
//
//   source   active ──ChangeSource──▶ paused ──▶ active, or removed for good
//   run      the node reports what a run of a source came to: taken, held, or failed with its reason; a look that found nothing
//            new leaves no entry
//
// A run is due every `every_s` seconds, or at the times of day `at` (China Standard Time, HH:MM). A failed run is tried again
// after one minute, two, four … at most an hour, and never later than the next regular one, `retries` times; then the next regular
// one counts. A source is late when nothing was taken of it for `late_after_s`.
//
// With `rows_per_day` nothing more is begun while the batches of the last 24 hours have that many rows: "source.quota".
//
// The place of a source (a folder, a folder behind SFTP, or the description of a database) is JSON without any password; passwords and keys lie
// in the registry.
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class SourceKind { folder, database, sftp };
constexpr std::array<std::string_view, 3> enum_names(SourceKind) { return {"folder", "database", "sftp"}; }

enum class SourceStatus { active, paused, removed };
constexpr std::array<std::string_view, 3> enum_names(SourceStatus) { return {"active", "paused", "removed"}; }

enum class RunOutcome { taken, held, failed };
constexpr std::array<std::string_view, 3> enum_names(RunOutcome) { return {"taken", "held", "failed"}; }

constexpr int64_t kSourceEverySecondsMin = 2, kSourceRetriesMax = 20;
constexpr size_t kSourcePlaceBytesMax = 16u << 10, kSourceTimesMax = 48;

// A data manager of the plan's owner.
struct RegisterSource {
  static constexpr std::string_view kind = "source.register";
  PlanId plan;
  std::string name;
  SourceKind source_kind = SourceKind::folder;
  std::string place;             // canonical JSON
  int64_t every_s = 0;           // 0: at the times of day
  std::vector<std::string> at;   // "HH:MM", China Standard Time
  int64_t late_after_s = 0;      // 0: never late
  int64_t retries = 3;
  std::optional<int64_t> rows_per_day{};  // a quota: what was taken in the last 24 hours
  static constexpr auto fields = field_list(
      field("plan", &RegisterSource::plan), field("name", &RegisterSource::name), field("source_kind", &RegisterSource::source_kind),
      field("place", &RegisterSource::place), field("every_s", &RegisterSource::every_s), field("at", &RegisterSource::at),
      field("late_after_s", &RegisterSource::late_after_s), field("retries", &RegisterSource::retries), field("rows_per_day", &RegisterSource::rows_per_day));
};
struct ChangeSource {
  static constexpr std::string_view kind = "source.change";
  SourceId source;
  SourceStatus status = SourceStatus::paused;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &ChangeSource::source), field("status", &ChangeSource::status), field("reason", &ChangeSource::reason));
};
// The node's.
struct ReportRun {
  static constexpr std::string_view kind = "source.report_run";
  SourceId source;
  RunOutcome outcome = RunOutcome::taken;
  std::string reason;            // stable, where it was not taken
  std::vector<BatchId> batches;
  static constexpr auto fields = field_list(field("source", &ReportRun::source), field("outcome", &ReportRun::outcome), field("reason", &ReportRun::reason),
                                            field("batches", &ReportRun::batches));
};

struct SourceRegistered {
  static constexpr std::string_view kind = "source.registered";
  SourceId source;
  PlanId plan;
  std::string name;
  SourceKind source_kind = SourceKind::folder;
  std::string place;
  int64_t every_s = 0;
  std::vector<std::string> at;
  int64_t late_after_s = 0, retries = 0;
  std::optional<int64_t> rows_per_day{};
  static constexpr auto fields = field_list(
      field("source", &SourceRegistered::source), field("plan", &SourceRegistered::plan), field("name", &SourceRegistered::name),
      field("source_kind", &SourceRegistered::source_kind), field("place", &SourceRegistered::place), field("every_s", &SourceRegistered::every_s),
      field("at", &SourceRegistered::at), field("late_after_s", &SourceRegistered::late_after_s), field("retries", &SourceRegistered::retries), field("rows_per_day", &SourceRegistered::rows_per_day));
};
struct SourceChanged {
  static constexpr std::string_view kind = "source.changed";
  SourceId source;
  SourceStatus status = SourceStatus::paused;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &SourceChanged::source), field("status", &SourceChanged::status), field("reason", &SourceChanged::reason));
};
struct SourceRan {
  static constexpr std::string_view kind = "source.ran";
  SourceId source;
  PlanId plan;
  RunOutcome outcome = RunOutcome::taken;
  std::string reason;
  std::vector<BatchId> batches;
  static constexpr auto fields = field_list(field("source", &SourceRan::source), field("plan", &SourceRan::plan), field("outcome", &SourceRan::outcome),
                                            field("reason", &SourceRan::reason), field("batches", &SourceRan::batches));
};

struct Source {
  SourceId id;
  PlanId plan;
  PartyId owner;
  PersonId registered_by;
  std::string name;
  SourceKind source_kind = SourceKind::folder;
  std::string place;
  int64_t every_s = 0;
  std::vector<std::string> at;
  int64_t late_after_s = 0, retries = 0;
  SourceStatus status = SourceStatus::active;
  TimeMs registered_ms = 0;
  std::optional<TimeMs> last_run_ms, last_taken_ms;  // runs that are on record
  std::optional<RunOutcome> outcome;                 // of the last one
  std::string reason;
  int64_t failures = 0;                              // one after the other
  int64_t runs = 0, batches = 0;
  uint64_t seq = 0;
  std::optional<int64_t> rows_per_day{};
  static constexpr auto fields = field_list(
      field("id", &Source::id), field("plan", &Source::plan), field("owner", &Source::owner), field("registered_by", &Source::registered_by),
      field("name", &Source::name), field("source_kind", &Source::source_kind), field("place", &Source::place), field("every_s", &Source::every_s),
      field("at", &Source::at), field("late_after_s", &Source::late_after_s), field("retries", &Source::retries), field("status", &Source::status),
      field("registered_ms", &Source::registered_ms), field("last_run_ms", &Source::last_run_ms), field("last_taken_ms", &Source::last_taken_ms),
      field("outcome", &Source::outcome), field("reason", &Source::reason), field("failures", &Source::failures), field("runs", &Source::runs),
      field("batches", &Source::batches), field("seq", &Source::seq), field("rows_per_day", &Source::rows_per_day));
};

// When the source is due again, after a run or a look at `last_ms` (absent: none yet).
TimeMs next_due(const Source& source, std::optional<TimeMs> last_ms);
// Since when it is late; absent when it is not. Paused sources are never late.
std::optional<TimeMs> late_since(const Source& source, TimeMs now);

}  // namespace sluice::space
