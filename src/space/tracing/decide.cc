#include <set>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr TimeMs kTraceWorkMs = kHourMs;

Result<const Trace*> running_trace(const State& s, const Context& c, const TraceId& id) {
  TRY(from_node(c));
  const Trace* trace = find(s.traces, id);
  if (!trace) return fail(Errc::not_found, "trace.not_found");
  if (trace->status != TraceStatus::running) return fail(Errc::conflict, "trace.over");
  return trace;
}

void end_trace_grant(const State& s, const Trace& trace, std::string outcome, Events& events) {
  if (find(s.grants, trace.grant)) events.push_back(KeysGrantEnded{trace.grant, std::move(outcome)});
}

// Recipients that ever got a marked copy of the dataset.
std::set<std::string> marked_recipients(const State& s, const DatasetId& dataset) {
  std::set<std::string> out;
  for (const auto& [id, release] : s.releases)
    if (release.dataset == dataset && release.bears_marks()) out.insert(s.contracts.at(release.contract.str()).terms.recipient.str());
  return out;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const ReportMarks& cmd) {
  TRY(from_node(c));
  const Release* release = find(s.releases, cmd.release);
  if (!release) return fail(Errc::not_found, "release.not_found");
  if (release->status != ReleaseStatus::prepared && release->status != ReleaseStatus::open) return fail(Errc::conflict, "release.not_prepared");
  if (release->marks) return fail(Errc::conflict, "release.marked_already");
  if (cmd.marks.carriers.empty() != cmd.marks.unmarked.has_value()) return fail(Errc::invalid, "mark.no_carrier");
  return Events{ReleaseMarked{cmd.release, s.contracts.at(release->contract.str()).terms.recipient, cmd.marks}};
}

Result<Events> decide_on(const State& s, const Context& c, const StartTrace& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  const Dataset* dataset = TRY(seen_dataset(s, *person, cmd.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  auto candidates = marked_recipients(s, cmd.dataset);
  if (candidates.empty()) return fail(Errc::conflict, "trace.nothing_marked");
  GrantId grant = GrantId::make(c.random);
  return Events{TraceStarted{.trace = TraceId::make(c.random), .dataset = cmd.dataset, .suspect = cmd.suspect, .reason = cmd.reason,
                             .candidates = static_cast<int64_t>(candidates.size()), .grant = grant},
                KeysGranted{.grant = grant, .dataset = cmd.dataset, .version = {}, .columns = {}, .work = Work::trace, .release = {},
                            .expires_ms = c.now + kTraceWorkMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportTrace& cmd) {
  const Trace* trace = TRY(running_trace(s, c, cmd.trace));
  Events events{TraceDone{cmd.trace, cmd.rows, cmd.symbols, cmd.carriers, cmd.bound, cmd.named}};
  end_trace_grant(s, *trace, "done", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportTraceFailure& cmd) {
  const Trace* trace = TRY(running_trace(s, c, cmd.trace));
  Events events{TraceFailed{cmd.trace, cmd.reason}};
  end_trace_grant(s, *trace, "failed", events);
  return events;
}

void fold(State& s, const ReleaseMarked& e, const EventPlace& at) {
  auto release = s.releases.find(e.release.str());
  if (release == s.releases.end()) return;
  release->second.marks = e.marks;
  release->second.marks->seq = at.seq;
}
void fold(State& s, const TraceStarted& e, const EventPlace& at) {
  s.traces[e.trace.str()] = Trace{.id = e.trace, .dataset = e.dataset, .suspect = e.suspect, .reason = e.reason, .failure = {}, .bound = {},
                                  .candidates = e.candidates, .rows = 0, .symbols = 0, .grant = e.grant, .status = TraceStatus::running,
                                  .carriers = {}, .named = {}, .traced_by = at.actor, .at_ms = at.time, .seq = at.seq};
}
void fold(State& s, const TraceDone& e, const EventPlace&) {
  Trace& trace = s.traces[e.trace.str()];
  trace.status = TraceStatus::done;
  trace.rows = e.rows;
  trace.symbols = e.symbols;
  trace.carriers = e.carriers;
  trace.bound = e.bound;
  trace.named = e.named;
}
void fold(State& s, const TraceFailed& e, const EventPlace&) {
  Trace& trace = s.traces[e.trace.str()];
  trace.status = TraceStatus::failed;
  trace.failure = e.reason;
}

}  // namespace sluice::space
