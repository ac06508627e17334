#include <algorithm>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

constexpr TimeMs kReversalLapseMs = 7 * kDayMs, kReversalValidMs = kDayMs, kReversalWorkMs = kHourMs;

std::vector<std::string> reversal_askers() { return {std::string(name_of(Duty::security_officer)), std::string(name_of(Duty::pi_officer))}; }
std::vector<std::string> reversal_deciders() {
  auto out = reversal_askers();
  out.emplace_back(name_of(Duty::committee_member));
  return out;
}

Result<const Reversal*> own_reversal(const State& s, const Person& person, const ReversalId& id) {
  const Reversal* r = find(s.reversals, id);
  if (!r || r->party != person.party) return fail(Errc::not_found, "reversal.not_found");
  return r;
}

Result<const Reversal*> running_reversal(const State& s, const Context& c, const ReversalId& id) {
  TRY(from_node(c));
  const Reversal* r = find(s.reversals, id);
  if (!r) return fail(Errc::not_found, "reversal.not_found");
  if (r->status != ReversalStatus::running) return fail(Errc::conflict, "reversal.over");
  return r;
}

void end_reversal_grant(const State& s, const Reversal& r, std::string outcome, Events& events) {
  if (find(s.grants, r.grant)) events.push_back(KeysGrantEnded{r.grant, std::move(outcome)});
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const RequestReversal& cmd) {
  const Person* person = TRY(acting_as_any(s, c, reversal_askers()));
  const DatasetVersion* version = find(s.versions, cmd.version);
  const MaskingResult* masking = find(s.maskings, cmd.version);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || dataset->owner != person->party) return fail(Errc::not_found, "version.not_found");
  if (!masking) return fail(Errc::conflict, "reversal.not_masked");
  const MaskedColumn* column = masking->column(cmd.column);
  if (!column) return fail(Errc::invalid, "catalog.no_such_column", cmd.column.substr(0, kNameBytesMax));
  bool reversible = column->technique == "pseudonym" || column->technique == "format_preserving" || column->technique == "encrypt";
  if (!reversible) return fail(Errc::refused, "reversal.not_reversible", cmd.column);
  if (cmd.count < 1 || cmd.count > kReversalValuesMax) return fail(Errc::invalid, "reversal.bad_count", std::to_string(kReversalValuesMax));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (!cmd.case_ref.empty()) TRY(need_text("case_ref", cmd.case_ref, kNameBytesMax));
  return Events{ReversalRequested{.reversal = ReversalId::make(c.random), .dataset = dataset->id, .version = cmd.version, .strategy = masking->strategy,
                                  .column = cmd.column, .technique = column->technique, .count = cmd.count, .commitment = cmd.commitment,
                                  .reason = cmd.reason, .case_ref = cmd.case_ref, .lapses_ms = c.now + kReversalLapseMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideReversal& cmd) {
  const Person* person = TRY(acting_as_any(s, c, reversal_deciders()));
  const Reversal* r = TRY(own_reversal(s, *person, cmd.reversal));
  // Nor whoever stands in for the requester: they would decide about the own absence's request.
  TRY(second_person(s, c, r->requested_by));
  if (r->status != ReversalStatus::requested) return fail(Errc::conflict, "reversal.decided_already");
  if (c.now >= r->expires_ms) return fail(Errc::refused, "reversal.lapsed");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ReversalDecided{cmd.reversal, cmd.approve, cmd.reason, cmd.approve ? c.now + kReversalValidMs : 0}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawReversal& cmd) {
  const Person* person = TRY(acting(s, c));
  const Reversal* r = TRY(own_reversal(s, *person, cmd.reversal));
  if (r->requested_by != person->id) return fail(Errc::forbidden, "reversal.not_yours");
  if (r->status != ReversalStatus::requested && r->status != ReversalStatus::allowed) return fail(Errc::conflict, "reversal.over");
  return Events{ReversalWithdrawn{cmd.reversal}};
}

Result<Events> decide_on(const State& s, const Context& c, const StartReversal& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, reversal_askers()));
  const Reversal* r = TRY(own_reversal(s, *person, cmd.reversal));
  if (r->requested_by != person->id) return fail(Errc::forbidden, "reversal.not_yours");
  if (r->status == ReversalStatus::requested) return fail(Errc::refused, "reversal.awaits_decision");
  if (r->status != ReversalStatus::allowed) return fail(Errc::conflict, "reversal.over");
  if (c.now >= r->expires_ms) return fail(Errc::refused, "reversal.permission_expired");
  TRY(stepped_up(c));
  const MaskingResult& masking = s.maskings.at(r->version.str());
  VersionId of_grant = r->technique == "pseudonym" ? masking.from_version : r->version;
  TRY(keys_are_there(s, of_grant, {r->column}));
  GrantId grant = GrantId::make(c.random);
  return Events{ReversalStarted{cmd.reversal, grant},
                KeysGranted{.grant = grant, .dataset = r->dataset, .version = of_grant, .columns = {r->column}, .work = Work::reverse, .release = {},
                            .expires_ms = c.now + kReversalWorkMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportReversal& cmd) {
  const Reversal* r = TRY(running_reversal(s, c, cmd.reversal));
  Events events{ReversalDone{cmd.reversal, cmd.restored, cmd.missing}};
  end_reversal_grant(s, *r, "done", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportReversalFailure& cmd) {
  const Reversal* r = TRY(running_reversal(s, c, cmd.reversal));
  Events events{ReversalFailed{cmd.reversal, cmd.reason}};
  end_reversal_grant(s, *r, "failed", events);
  return events;
}

void fold(State& s, const ReversalRequested& e, const EventPlace& at) {
  Reversal r;
  r.id = e.reversal;
  if (const Person* person = find(s.persons, at.actor)) r.party = person->party;
  r.dataset = e.dataset;
  r.version = e.version;
  r.strategy = e.strategy;
  r.column = e.column;
  r.technique = e.technique;
  r.count = e.count;
  r.commitment = e.commitment;
  r.reason = e.reason;
  r.case_ref = e.case_ref;
  r.requested_by = at.actor;
  r.at_ms = at.time;
  r.expires_ms = e.lapses_ms;
  r.seq = at.seq;
  s.reversals[e.reversal.str()] = std::move(r);
}
void fold(State& s, const ReversalDecided& e, const EventPlace& at) {
  Reversal& r = s.reversals[e.reversal.str()];
  r.status = e.approved ? ReversalStatus::allowed : ReversalStatus::refused;
  r.decision = e.reason;
  r.decided_by = at.actor;
  r.decided_ms = at.time;
  if (e.approved) r.expires_ms = e.expires_ms;
}
void fold(State& s, const ReversalWithdrawn& e, const EventPlace&) { s.reversals[e.reversal.str()].status = ReversalStatus::withdrawn; }
void fold(State& s, const ReversalStarted& e, const EventPlace&) {
  Reversal& r = s.reversals[e.reversal.str()];
  r.status = ReversalStatus::running;
  r.grant = e.grant;
}
void fold(State& s, const ReversalDone& e, const EventPlace&) {
  Reversal& r = s.reversals[e.reversal.str()];
  r.status = ReversalStatus::done;
  r.restored = e.restored;
  r.missing = e.missing;
}
void fold(State& s, const ReversalFailed& e, const EventPlace&) {
  Reversal& r = s.reversals[e.reversal.str()];
  r.status = ReversalStatus::failed;
  r.failure = e.reason;
}

}  // namespace sluice::space
