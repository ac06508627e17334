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

Status name_is_free(const State& s, const PartyId& owner, const std::string& name, const SourceId& own) {
  for (const auto& [id, source] : s.sources)
    if (source.owner == owner && source.name == name && source.status != SourceStatus::removed && source.id != own) return fail(Errc::conflict, "source.name_known");
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
  TRY(takes_data(s, plan->dataset));
  TRY(need_text("name", cmd.name, kNameBytesMax));
  TRY(need_text("place", cmd.place, kSourcePlaceBytesMax));
  TRY(check_schedule(cmd));
  TRY(name_is_free(s, person->party, cmd.name, {}));
  return Events{SourceRegistered{.source = SourceId::make(c.random), .plan = cmd.plan, .name = cmd.name, .source_kind = cmd.source_kind, .place = cmd.place,
                                 .every_s = cmd.every_s, .at = cmd.at, .late_after_s = cmd.late_after_s, .retries = cmd.retries, .rows_per_day = cmd.rows_per_day,
                                 .secret = cmd.secret, .from_afar = cmd.from_afar}};
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

namespace {

bool acts_as_manager(const State& s, const Person* person, TimeMs now) {
  if (!person || !active(s, *person, now)) return false;
  return person->has(Duty::data_manager, now) || deputyship_for(s, *person, Duty::data_manager, now) != nullptr;
}

// A source that stands, of the acting data manager's own party.
Result<const Source*> own_source(const State& s, const Context& c, const SourceId& id) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Source* source = find(s.sources, id);
  if (!source || source->owner != person->party) return fail(Errc::not_found, "source.not_found");
  if (source->status == SourceStatus::removed) return fail(Errc::conflict, "source.removed");
  return source;
}

bool is_port(std::string_view text) {
  bool digits = !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
  return digits && text.front() != '0' && std::stoi(std::string(text)) <= 65535;
}

bool same_schedule(const Source& source, const RegisterSource& wanted) {
  return source.name == wanted.name && source.every_s == wanted.every_s && source.at == wanted.at && source.late_after_s == wanted.late_after_s &&
         source.retries == wanted.retries && source.rows_per_day == wanted.rows_per_day;
}

}  // namespace

// Lower case, so that one host is one entry: a name, an IPv4 address, or an IPv6 address (in brackets where a port follows).
bool is_source_host(std::string_view host) {
  if (host.empty() || host.size() > 260) return false;
  std::string_view name = host;
  bool bracketed = host.front() == '[';
  size_t colon = host.rfind(':'), close = host.find(']');
  if (bracketed && close == std::string_view::npos) return false;
  bool has_port = bracketed ? close + 1 < host.size() : colon != std::string_view::npos && host.find(':') == colon;
  if (has_port) {
    if (colon == std::string_view::npos || (bracketed && colon != close + 1) || !is_port(host.substr(colon + 1))) return false;
    name = host.substr(0, colon);
  }
  if (bracketed) name = name.substr(1, name.size() - 2);
  std::string_view letters = name.find(':') == std::string_view::npos ? "abcdefghijklmnopqrstuvwxyz0123456789.-_" : "abcdef0123456789:.";
  return !name.empty() && name.find_first_not_of(letters) == std::string_view::npos;
}

bool manager_acts(const State& s, const Source& source, TimeMs now) { return acts_as_manager(s, find(s.persons, source.registered_by), now); }

Result<Events> decide_on(const State& s, const Context& c, const AmendSource& cmd) {
  const Source* source = TRY(own_source(s, c, cmd.source));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  RegisterSource wanted;
  wanted.name = cmd.name.value_or(source->name);
  wanted.every_s = cmd.every_s.value_or(cmd.at && !cmd.at->empty() ? 0 : source->every_s);
  wanted.at = cmd.at.value_or(cmd.every_s.value_or(0) > 0 ? std::vector<std::string>() : source->at);
  wanted.late_after_s = cmd.late_after_s.value_or(source->late_after_s);
  wanted.retries = cmd.retries.value_or(source->retries);
  wanted.rows_per_day = cmd.rows_per_day ? cmd.rows_per_day : source->rows_per_day;
  TRY(need_text("name", wanted.name, kNameBytesMax));
  TRY(check_schedule(wanted));
  if (same_schedule(*source, wanted)) return fail(Errc::conflict, "source.unchanged");
  TRY(name_is_free(s, source->owner, wanted.name, source->id));
  return Events{SourceAmended{.source = cmd.source, .name = wanted.name, .every_s = wanted.every_s, .at = wanted.at, .late_after_s = wanted.late_after_s,
                              .retries = wanted.retries, .rows_per_day = wanted.rows_per_day, .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ChangeSourceSecret& cmd) {
  const Source* source = TRY(own_source(s, c, cmd.source));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (source->source_kind == SourceKind::folder) return fail(Errc::conflict, "source.no_password");
  return Events{SourceSecretChanged{cmd.source, cmd.reason, cmd.secret}};
}

Result<Events> decide_on(const State& s, const Context& c, const AllowSourceHost& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!is_source_host(cmd.host)) return fail(Errc::invalid, "source.bad_host");
  if (s.source_hosts.contains(cmd.host)) return fail(Errc::conflict, "source.host_known");
  return Events{SourceHostAllowed{cmd.host, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ForbidSourceHost& cmd) {
  TRY(acting_as(s, c, Duty::system_admin));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!s.source_hosts.contains(cmd.host)) return fail(Errc::not_found, "source.host_unknown");
  return Events{SourceHostForbidden{cmd.host, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const HandOverSource& cmd) {
  const Source* source = TRY(own_source(s, c, cmd.source));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  const Person* to = find(s.persons, cmd.to);
  if (!to || to->party != source->owner) return fail(Errc::not_found, "person.not_found");
  if (cmd.to == source->registered_by) return fail(Errc::conflict, "source.unchanged");
  if (!acts_as_manager(s, to, c.now)) return fail(Errc::conflict, "source.no_manager", cmd.to.str());
  return Events{SourceHandedOver{cmd.source, source->registered_by, cmd.to, cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const TakeOverSource& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Source* source = find(s.sources, cmd.source);
  if (!source || source->owner != person->party) return fail(Errc::not_found, "source.not_found");
  if (source->status == SourceStatus::removed) return fail(Errc::conflict, "source.removed");
  if (manager_acts(s, *source, c.now)) return fail(Errc::conflict, "source.manager_active");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{SourceTakenOver{cmd.source, source->registered_by, cmd.reason}};
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
  source.secret = e.secret;
  source.from_afar = e.from_afar;
  source.registered_ms = at.time;
  source.seq = at.seq;
}
void fold(State& s, const SourceChanged& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.status = e.status;
  source.failures = 0;
  source.seq = at.seq;
}
void fold(State& s, const SourceTakenOver& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.registered_by = at.actor;
  source.failures = 0;
  source.seq = at.seq;
}
void fold(State& s, const SourceAmended& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.name = e.name;
  source.every_s = e.every_s;
  source.at = e.at;
  source.late_after_s = e.late_after_s;
  source.retries = e.retries;
  source.rows_per_day = e.rows_per_day;
  source.failures = 0;
  source.seq = at.seq;
}
void fold(State& s, const SourceHostAllowed& e, const EventPlace& at) { s.source_hosts[e.host] = AllowedHost{e.host, e.reason, at.actor, at.time}; }
void fold(State& s, const SourceHostForbidden& e, const EventPlace&) { s.source_hosts.erase(e.host); }
void fold(State& s, const SourceSecretChanged& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.secret = e.secret;
  source.failures = 0;
  source.seq = at.seq;
}
void fold(State& s, const SourceHandedOver& e, const EventPlace& at) {
  Source& source = s.sources[e.source.str()];
  source.registered_by = e.to;
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
  // Entries of before a batch said whose it was.
  for (const BatchId& id : e.batches)
    if (auto batch = s.batches.find(id.str()); batch != s.batches.end() && !batch->second.source) batch->second.source = e.source;
  source.failures = e.outcome == RunOutcome::failed ? source.failures + 1 : 0;
  if (e.outcome == RunOutcome::taken) source.last_taken_ms = at.time;
  source.seq = at.seq;
}

}  // namespace sluice::space
