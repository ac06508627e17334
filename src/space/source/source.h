// Registered sources: what is collected when, without anybody's hand (C6.1).
//
//   source   active ──ChangeSource──▶ paused ──▶ active, or removed for good
//            It is collected in the name of the data manager who registered it, or to whom it was handed over; where that person no longer acts,
//            another one takes it over. Name and schedule can be amended, the password (which is never on record) replaced.
//   run      the node reports what a run of a source came to: taken, held, or failed with its reason; a look that found nothing
//            new leaves no entry
//
// A run is due every `every_s` seconds, or at the times of day `at` (China Standard Time, HH:MM). A failed run is tried again
// after one minute, two, four … at most an hour, and never later than the next regular one, `retries` times; then the next regular
// one counts. A source is late when nothing was taken of it for `late_after_s`.
//
// With `rows_per_day` nothing more is begun while the batches of the last 24 hours have that many rows: "source.quota".
//
// The password, or private key, lies in the registry under the mark that the ledger names (`secret`): which of two counts when a crash fell between is
// the ledger's word (node/source_secret.h).
//
// From off the machine a database or SFTP server may be named only where its host is allowed: AllowSourceHost, ForbidSourceHost (system administrator,
// second factor). What was registered from afar stops running when its host is allowed no more (node/source_host.h).
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
  std::optional<std::string> secret{};    // the mark of its password in the registry
  std::optional<bool> from_afar{};        // named by somebody who was not at the machine
  static constexpr auto fields = field_list(
      field("plan", &RegisterSource::plan), field("name", &RegisterSource::name), field("source_kind", &RegisterSource::source_kind),
      field("place", &RegisterSource::place), field("every_s", &RegisterSource::every_s), field("at", &RegisterSource::at),
      field("late_after_s", &RegisterSource::late_after_s), field("retries", &RegisterSource::retries), field("rows_per_day", &RegisterSource::rows_per_day),
      field("secret", &RegisterSource::secret), field("from_afar", &RegisterSource::from_afar));
};
struct ChangeSource {
  static constexpr std::string_view kind = "source.change";
  SourceId source;
  SourceStatus status = SourceStatus::paused;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &ChangeSource::source), field("status", &ChangeSource::status), field("reason", &ChangeSource::reason));
};
// Another data manager of the owner, where whoever runs it is suspended, gone or no data manager any more: "source.manager_active" otherwise.
struct TakeOverSource {
  static constexpr std::string_view kind = "source.take_over";
  SourceId source;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &TakeOverSource::source), field("reason", &TakeOverSource::reason));
};
// Any data manager of the owner. What is absent stays; a schedule of one kind takes the place of the other.
struct AmendSource {
  static constexpr std::string_view kind = "source.amend";
  SourceId source;
  std::string reason;
  std::optional<std::string> name{};
  std::optional<int64_t> every_s{};
  std::optional<std::vector<std::string>> at{};
  std::optional<int64_t> late_after_s{}, retries{}, rows_per_day{};
  static constexpr auto fields = field_list(
      field("source", &AmendSource::source), field("reason", &AmendSource::reason), field("name", &AmendSource::name), field("every_s", &AmendSource::every_s),
      field("at", &AmendSource::at), field("late_after_s", &AmendSource::late_after_s), field("retries", &AmendSource::retries),
      field("rows_per_day", &AmendSource::rows_per_day));
};
// That the registry's password, or private key, is another one from now on: "source.no_password" of a folder.
struct ChangeSourceSecret {
  static constexpr std::string_view kind = "source.change_secret";
  SourceId source;
  std::string reason;
  std::optional<std::string> secret{};
  static constexpr auto fields = field_list(field("source", &ChangeSourceSecret::source), field("reason", &ChangeSourceSecret::reason), field("secret", &ChangeSourceSecret::secret));
};
// To another data manager of the owner, who acts.
struct HandOverSource {
  static constexpr std::string_view kind = "source.hand_over";
  SourceId source;
  PersonId to;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &HandOverSource::source), field("to", &HandOverSource::to), field("reason", &HandOverSource::reason));
};
// `host`: a name or an address, with ":PORT" where only that port is meant (an IPv6 address in brackets then). "source.bad_host",
// "source.host_known", "source.host_unknown".
struct AllowSourceHost {
  static constexpr std::string_view kind = "source.allow_host";
  std::string host, reason;
  static constexpr auto fields = field_list(field("host", &AllowSourceHost::host), field("reason", &AllowSourceHost::reason));
};
struct ForbidSourceHost {
  static constexpr std::string_view kind = "source.forbid_host";
  std::string host, reason;
  static constexpr auto fields = field_list(field("host", &ForbidSourceHost::host), field("reason", &ForbidSourceHost::reason));
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
  std::optional<std::string> secret{};
  std::optional<bool> from_afar{};
  static constexpr auto fields = field_list(
      field("source", &SourceRegistered::source), field("plan", &SourceRegistered::plan), field("name", &SourceRegistered::name),
      field("source_kind", &SourceRegistered::source_kind), field("place", &SourceRegistered::place), field("every_s", &SourceRegistered::every_s),
      field("at", &SourceRegistered::at), field("late_after_s", &SourceRegistered::late_after_s), field("retries", &SourceRegistered::retries), field("rows_per_day", &SourceRegistered::rows_per_day),
      field("secret", &SourceRegistered::secret), field("from_afar", &SourceRegistered::from_afar));
};
struct SourceChanged {
  static constexpr std::string_view kind = "source.changed";
  SourceId source;
  SourceStatus status = SourceStatus::paused;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &SourceChanged::source), field("status", &SourceChanged::status), field("reason", &SourceChanged::reason));
};
struct SourceTakenOver {
  static constexpr std::string_view kind = "source.taken_over";
  SourceId source;
  PersonId from;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &SourceTakenOver::source), field("from", &SourceTakenOver::from), field("reason", &SourceTakenOver::reason));
};
struct SourceAmended {
  static constexpr std::string_view kind = "source.amended";
  SourceId source;
  std::string name;
  int64_t every_s = 0;
  std::vector<std::string> at;
  int64_t late_after_s = 0, retries = 0;
  std::optional<int64_t> rows_per_day{};
  std::string reason;
  static constexpr auto fields = field_list(
      field("source", &SourceAmended::source), field("name", &SourceAmended::name), field("every_s", &SourceAmended::every_s), field("at", &SourceAmended::at),
      field("late_after_s", &SourceAmended::late_after_s), field("retries", &SourceAmended::retries), field("rows_per_day", &SourceAmended::rows_per_day),
      field("reason", &SourceAmended::reason));
};
struct SourceSecretChanged {
  static constexpr std::string_view kind = "source.secret_changed";
  SourceId source;
  std::string reason;
  std::optional<std::string> secret{};
  static constexpr auto fields = field_list(field("source", &SourceSecretChanged::source), field("reason", &SourceSecretChanged::reason), field("secret", &SourceSecretChanged::secret));
};
struct SourceHandedOver {
  static constexpr std::string_view kind = "source.handed_over";
  SourceId source;
  PersonId from, to;
  std::string reason;
  static constexpr auto fields = field_list(field("source", &SourceHandedOver::source), field("from", &SourceHandedOver::from), field("to", &SourceHandedOver::to),
                                            field("reason", &SourceHandedOver::reason));
};
struct SourceHostAllowed {
  static constexpr std::string_view kind = "source.host_allowed";
  std::string host, reason;
  static constexpr auto fields = field_list(field("host", &SourceHostAllowed::host), field("reason", &SourceHostAllowed::reason));
};
struct SourceHostForbidden {
  static constexpr std::string_view kind = "source.host_forbidden";
  std::string host, reason;
  static constexpr auto fields = field_list(field("host", &SourceHostForbidden::host), field("reason", &SourceHostForbidden::reason));
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
  PersonId registered_by;  // in whose name it is collected: who registered it, took it over, or had it handed over
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
  std::optional<std::string> secret{};
  std::optional<bool> from_afar{};
  static constexpr auto fields = field_list(
      field("id", &Source::id), field("plan", &Source::plan), field("owner", &Source::owner), field("registered_by", &Source::registered_by),
      field("name", &Source::name), field("source_kind", &Source::source_kind), field("place", &Source::place), field("every_s", &Source::every_s),
      field("at", &Source::at), field("late_after_s", &Source::late_after_s), field("retries", &Source::retries), field("status", &Source::status),
      field("registered_ms", &Source::registered_ms), field("last_run_ms", &Source::last_run_ms), field("last_taken_ms", &Source::last_taken_ms),
      field("outcome", &Source::outcome), field("reason", &Source::reason), field("failures", &Source::failures), field("runs", &Source::runs),
      field("batches", &Source::batches), field("seq", &Source::seq), field("rows_per_day", &Source::rows_per_day),
      field("secret", &Source::secret), field("from_afar", &Source::from_afar));
};
struct AllowedHost {
  std::string host, reason;
  PersonId by;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(field("host", &AllowedHost::host), field("reason", &AllowedHost::reason), field("by", &AllowedHost::by), field("at_ms", &AllowedHost::at_ms));
};

// Whether this is how a host is written in the list: "his.example.cn", "10.1.2.3:5432", "[fd00::7]:22".
bool is_source_host(std::string_view host);

struct State;
// Whether the person in whose name it is collected may still collect.
bool manager_acts(const State& state, const Source& source, TimeMs now);
// When the source is due again, after a run or a look at `last_ms` (absent: none yet).
TimeMs next_due(const Source& source, std::optional<TimeMs> last_ms);
// Since when it is late; absent when it is not. Paused sources are never late.
std::optional<TimeMs> late_since(const Source& source, TimeMs now);

}  // namespace sluice::space
