#include <algorithm>

#include "space/decisions.h"
#include "space/fold.h"
#include "space/source/source.h"

namespace sluice::space {

namespace {

constexpr TimeMs kChinaOffsetMs = 8 * kHourMs;

// Minutes since midnight, or -1.
int minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return -1;
  for (size_t i : {0u, 1u, 3u, 4u})
    if (text[i] < '0' || text[i] > '9') return -1;
  int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

Status check_schedule(const RegisterSource& cmd) {
  bool every = cmd.every_s != 0, times = !cmd.at.empty();
  if (every == times) return fail(Errc::invalid, "source.one_schedule");
  if (every && (cmd.every_s < kSourceEverySecondsMin || cmd.every_s > 366 * 86400)) return fail(Errc::invalid, "source.bad_schedule", "every_s");
  if (cmd.at.size() > kSourceTimesMax) return fail(Errc::invalid, "source.bad_schedule", "at");
  for (const std::string& time : cmd.at)
    if (minute_of_day(time) < 0) return fail(Errc::invalid, "source.bad_schedule", "at");
  if (cmd.late_after_s < 0 || cmd.retries < 0 || cmd.retries > kSourceRetriesMax) return fail(Errc::invalid, "source.bad_schedule", "late_after_s");
  if (cmd.rows_per_day && *cmd.rows_per_day <= 0) return fail(Errc::invalid, "source.bad_schedule", "rows_per_day");
  return {};
}

TimeMs regular_due(const Source& source, TimeMs last_ms) {
  if (source.every_s > 0) return last_ms + source.every_s * kSecondMs;
  TimeMs local = last_ms + kChinaOffsetMs, midnight = local - local % kDayMs, best = midnight + 2 * kDayMs;
  for (const std::string& time : source.at)
    for (TimeMs day : {midnight, midnight + kDayMs}) {
      TimeMs due = day + minute_of_day(time) * kMinuteMs;
      if (due > local) best = std::min(best, due);
    }
  return best - kChinaOffsetMs;
}

}  // namespace

TimeMs next_due(const Source& source, std::optional<TimeMs> last_ms) {
  if (!last_ms) return source.every_s > 0 ? source.registered_ms : regular_due(source, source.registered_ms);
  TimeMs regular = regular_due(source, *last_ms);
  if (source.failures == 0 || source.failures > source.retries) return regular;
  TimeMs back_off = std::min<TimeMs>(kMinuteMs << std::min<int64_t>(source.failures - 1, 6), kHourMs);
  return std::min(regular, *last_ms + back_off);
}

std::optional<TimeMs> late_since(const Source& source, TimeMs now) {
  if (source.status != SourceStatus::active || source.late_after_s == 0) return std::nullopt;
  TimeMs due = source.last_taken_ms.value_or(source.registered_ms) + source.late_after_s * kSecondMs;
  return now > due ? std::optional(due) : std::nullopt;
}

Result<Events> decide_on(const State& s, const Context& c, const RegisterSource& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Plan* plan = find(s.plans, cmd.plan);
  if (!plan || plan->owner != person->party) return fail(Errc::not_found, "plan.not_found");
  TRY(need_text("name", cmd.name, kNameBytesMax));
  TRY(need_text("place", cmd.place, kSourcePlaceBytesMax));
  TRY(check_schedule(cmd));
  for (const auto& [id, source] : s.sources)
    if (source.owner == person->party && source.name == cmd.name && source.status != SourceStatus::removed) return fail(Errc::conflict, "source.name_known");
  return Events{SourceRegistered{.source = SourceId::make(c.random), .plan = cmd.plan, .name = cmd.name, .source_kind = cmd.source_kind, .place = cmd.place,
                                 .every_s = cmd.every_s, .at = cmd.at, .late_after_s = cmd.late_after_s, .retries = cmd.retries, .rows_per_day = cmd.rows_per_day}};
}

Result<Events> decide_on(const State& s, const Context& c, const ChangeSource& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Source* source = find(s.sources, cmd.source);
  if (!source || source->owner != person->party) return fail(Errc::not_found, "source.not_found");
  if (source->status == SourceStatus::removed) return fail(Errc::conflict, "source.removed");
  if (source->status == cmd.status) return fail(Errc::conflict, "source.unchanged");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{SourceChanged{cmd.source, cmd.status, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRun& cmd) {
  TRY(from_node(c));
  const Source* source = find(s.sources, cmd.source);
  if (!source || source->status == SourceStatus::removed) return fail(Errc::not_found, "source.not_found");
  for (const BatchId& batch : cmd.batches)
    if (!find(s.batches, batch)) return fail(Errc::not_found, "batch.not_found");
  return Events{SourceRan{cmd.source, source->plan, cmd.outcome, cmd.reason, cmd.batches}};
}

void fold(State& s, const SourceRegistered& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source = Source{};
  source.id = e.source;
  source.plan = e.plan;
  if (const Person* person = find(s.persons, at.actor)) source.owner = person->party;
  source.registered_by = at.actor;
  source.name = e.name;
  source.source_kind = e.source_kind;
  source.place = e.place;
  source.every_s = e.every_s;
  source.at = e.at;
  source.late_after_s = e.late_after_s;
  source.retries = e.retries;
  source.rows_per_day = e.rows_per_day;
  source.registered_ms = at.time;
  source.seq = at.seq;
}
void fold(State& s, const SourceChanged& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.status = e.status;
  source.failures = 0;
  source.seq = at.seq;
}
void fold(State& s, const SourceRan& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.last_run_ms = at.time;
  source.outcome = e.outcome;
  source.reason = e.reason;
  source.runs++;
  source.batches += static_cast<int64_t>(e.batches.size());
  source.failures = e.outcome == RunOutcome::failed ? source.failures + 1 : 0;
  if (e.outcome == RunOutcome::taken) source.last_taken_ms = at.time;
  source.seq = at.seq;
}

}  // namespace sluice::space
