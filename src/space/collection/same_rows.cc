#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

// What was said about the two, or nothing.
const SameRows* said_of(const State& s, const DatasetId& a, const DatasetId& b) {
  auto it = s.same_rows.find(same_rows_key(a, b));
  return it == s.same_rows.end() ? nullptr : &it->second;
}

SameRows& pair_of(State& s, const DatasetId& dataset, const DatasetId& other) {
  SameRows& pair = s.same_rows[same_rows_key(dataset, other)];
  if (pair.dataset.empty()) pair.dataset = dataset, pair.other = other;
  return pair;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const ReportSameRows& cmd) {
  TRY(from_node(c));
  const Dataset *dataset = find(s.datasets, cmd.dataset), *other = find(s.datasets, cmd.other);
  if (!dataset || !other || dataset->owner != other->owner || cmd.dataset == cmd.other) return fail(Errc::not_found, "dataset.not_found");
  if (cmd.permille <= 0 || cmd.permille > 1000) return fail(Errc::invalid, "collection.same_rows_bad_share");
  if (said_of(s, cmd.dataset, cmd.other)) return fail(Errc::conflict, "collection.same_rows_known", cmd.other.str());
  return Events{SameRowsFound{cmd.dataset, cmd.other, cmd.permille}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideSameRows& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::security_officer));
  for (const DatasetId& id : {cmd.dataset, cmd.other})
    if (const Dataset* dataset = find(s.datasets, id); !dataset || dataset->owner != person->party) return fail(Errc::not_found, "dataset.not_found");
  if (cmd.dataset == cmd.other) return fail(Errc::not_found, "dataset.not_found");
  const SameRows* said = said_of(s, cmd.dataset, cmd.other);
  // What the node found a person may confirm, once.
  if (cmd.same && said && said->same && said->decided_by) return fail(Errc::conflict, "collection.same_rows_known", cmd.other.str());
  if (!cmd.same && !(said && said->same)) return fail(Errc::conflict, "collection.same_rows_unknown", cmd.other.str());
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(stepped_up(c));
  return Events{SameRowsDecided{cmd.dataset, cmd.other, cmd.same, cmd.reason}};
}

void fold(State& s, const SameRowsFound& e, const EventPlace& at) {
  SameRows& pair = pair_of(s, e.dataset, e.other);
  pair.same = true;
  pair.permille = e.permille;
  pair.at_ms = at.time;
}

void fold(State& s, const SameRowsDecided& e, const EventPlace& at) {
  SameRows& pair = pair_of(s, e.dataset, e.other);
  pair.same = e.same;
  pair.at_ms = at.time;
  pair.decided_by = at.actor;
  pair.reason = e.reason;
}

}  // namespace sluice::space
