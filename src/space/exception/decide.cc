#include <algorithm>

#include "space/catalog/protection.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

Result<const PrivilegeException*> own_exception(const State& s, const Person& person, const ExceptionId& id) {
  const PrivilegeException* e = find(s.exceptions, id);
  if (!e || e->party != person.party) return fail(Errc::not_found, "exception.not_found");
  return e;
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const RequestException& cmd) {
  const rules::OperationRule* rule = c.rules.operations.kind(cmd.what);
  if (!rule) return fail(Errc::invalid, "operation.unknown_kind", cmd.what.substr(0, kNameBytesMax));
  const Person* person = TRY(acting_as_any(s, c, rule->duties));
  const Dataset* dataset = TRY(seen_dataset(s, *person, cmd.dataset, c.now));
  if (dataset->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  if (cmd.columns.empty()) return fail(Errc::invalid, "keys.no_columns");
  int level = 1;
  for (const std::string& name : cmd.columns) {
    const CatalogField* column = dataset->column(name);
    if (!column) return fail(Errc::invalid, "catalog.no_such_column", name.substr(0, kNameBytesMax));
    int at = grade_of(*column, c.now).level;
    if (at > c.rules.operations.exceptions.level_max || at > rule->level_shown_max) return fail(Errc::refused, "exception.level_out_of_reach", name);
    level = std::max(level, at);
  }
  if (level <= rule->level_free_max) return fail(Errc::invalid, "exception.not_needed");
  if (cmd.days < 1 || cmd.days > c.rules.operations.exceptions.days_max)
    return fail(Errc::invalid, "exception.bad_days", std::to_string(c.rules.operations.exceptions.days_max));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  TRY(need_text("measures", cmd.measures, kTextBytesMax));
  return Events{ExceptionRequested{.exception = ExceptionId::make(c.random), .what = cmd.what, .dataset = cmd.dataset, .columns = cmd.columns,
                                   .level = level, .days = cmd.days, .reason = cmd.reason, .measures = cmd.measures}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideException& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  const PrivilegeException* e = TRY(own_exception(s, *person, cmd.exception));
  TRY(second_person(s, c, e->requested_by));
  if (e->status != ExceptionStatus::requested) return fail(Errc::conflict, "exception.decided_already");
  TRY(stepped_up(c));
  if (cmd.days < 0 || cmd.days > e->days) return fail(Errc::invalid, "exception.bad_days", std::to_string(e->days));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  ExceptionDecided out{.exception = cmd.exception, .approved = cmd.approve, .reason = cmd.reason, .until_ms = 0, .review_due_ms = 0};
  if (cmd.approve) {
    out.until_ms = c.now + (cmd.days == 0 ? e->days : cmd.days) * kDayMs;
    out.review_due_ms = out.until_ms + c.rules.operations.exceptions.review_within_days * kDayMs;
  }
  return Events{out};
}

Result<Events> decide_on(const State& s, const Context& c, const EndException& cmd) {
  const Person* person = TRY(acting(s, c));
  const PrivilegeException* e = TRY(own_exception(s, *person, cmd.exception));
  if (e->requested_by != person->id) TRY(acting_as(s, c, Duty::pi_officer));
  if (!e->in_force(c.now)) return fail(Errc::conflict, "exception.not_in_force");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{ExceptionEnded{cmd.exception, cmd.reason, c.now + c.rules.operations.exceptions.review_within_days * kDayMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReviewException& cmd) {
  const Person* person = TRY(acting_as_any(s, c, {"pi_officer", "audit_admin"}));
  const PrivilegeException* e = TRY(own_exception(s, *person, cmd.exception));
  TRY(second_person(s, c, e->requested_by));
  if (e->in_force(c.now)) return fail(Errc::conflict, "exception.still_in_force");
  if (!e->awaits_review(c.now)) return fail(Errc::conflict, "exception.not_awaiting_review");
  // Whoever granted it does not judge whether it was right to.
  TRY(second_person(s, c, e->decided_by));
  TRY(need_text("note", cmd.note, kTextBytesMax));
  if (cmd.verdict == ReviewVerdict::not_used && !e->uses.empty()) return fail(Errc::invalid, "exception.was_used");
  return Events{ExceptionReviewed{cmd.exception, cmd.verdict, cmd.note, static_cast<int64_t>(e->uses.size())}};
}

void fold(State& s, const ExceptionRequested& e, const EventPlace& at) {
  PrivilegeException x;
  x.id = e.exception;
  x.what = e.what;
  if (const Person* person = find(s.persons, at.actor)) x.party = person->party;
  x.dataset = e.dataset;
  x.columns = e.columns;
  x.level = e.level;
  x.days = e.days;
  x.reason = e.reason;
  x.measures = e.measures;
  x.requested_by = at.actor;
  x.at_ms = at.time;
  x.seq = at.seq;
  s.exceptions[e.exception.str()] = std::move(x);
}
void fold(State& s, const ExceptionDecided& e, const EventPlace& at) {
  PrivilegeException& x = s.exceptions[e.exception.str()];
  x.status = e.approved ? ExceptionStatus::granted : ExceptionStatus::rejected;
  x.decision = e.reason;
  x.decided_by = at.actor;
  x.decided_ms = at.time;
  x.until_ms = e.until_ms;
  x.review_due_ms = e.review_due_ms;
}
void fold(State& s, const ExceptionEnded& e, const EventPlace& at) {
  PrivilegeException& x = s.exceptions[e.exception.str()];
  x.until_ms = at.time;
  x.review_due_ms = e.review_due_ms;
  x.note = e.reason;
}
void fold(State& s, const ExceptionReviewed& e, const EventPlace& at) {
  PrivilegeException& x = s.exceptions[e.exception.str()];
  x.status = ExceptionStatus::reviewed;
  x.verdict = e.verdict;
  x.note = e.note;
  x.reviewed_by = at.actor;
  x.reviewed_ms = at.time;
}

}  // namespace sluice::space
