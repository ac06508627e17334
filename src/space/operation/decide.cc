#include <algorithm>

#include "space/access/question.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/operation/windows.h"

namespace sluice::space {

namespace {

constexpr TimeMs kOperationWorkMs = kHourMs;
constexpr std::string_view kCellPrefix = "cell_";  // of held rows: node/collect_batch

// What an operation is about, looked up: the sealed version, its rows, the columns in question.
struct OperationTarget {
  const Dataset& dataset;
  VersionId version;
  int64_t first_row = 0, rows = 0;
  std::vector<std::string> columns;
};

Result<OperationTarget> target_of(const State& s, const Person& person, const RequestOperation& cmd, TimeMs now) {
  const Dataset* dataset = TRY(seen_dataset(s, person, cmd.dataset, now));
  if (dataset->owner != person.party) return fail(Errc::forbidden, "dataset.not_yours");
  OperationTarget out{*dataset, cmd.version, cmd.first_row, cmd.rows, cmd.columns};
  int64_t total = 0;
  std::vector<std::string> known;
  if (!cmd.batch.empty()) {
    const Batch* batch = find(s.batches, cmd.batch);
    const DatasetVersion* sealed = batch ? find(s.versions, batch->version) : nullptr;
    if (!batch || batch->dataset != cmd.dataset) return fail(Errc::not_found, "batch.not_found");
    if (batch->held_version.empty() || !sealed) return fail(Errc::conflict, "operation.no_held_rows");
    out.version = batch->held_version;
    total = cmd.what == "modify" ? batch->rows : batch->held;  // those that are changed are named by their numbers in the file
    known = {"row_number", "held_reasons"};
    for (const std::string& column : sealed->columns) known.push_back(std::string(kCellPrefix) + column);
  } else {
    const DatasetVersion* version = find(s.versions, cmd.version);
    if (!version || version->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
    total = version->rows;
    known = version->columns;
  }
  if (out.columns.empty()) out.columns = known;
  for (const std::string& column : out.columns)
    if (std::find(known.begin(), known.end(), column) == known.end()) return fail(Errc::invalid, "catalog.no_such_column", column);
  if (cmd.first_row < 0 || cmd.rows < 0 || cmd.first_row >= std::max<int64_t>(total, 1)) return fail(Errc::invalid, "operation.bad_range");
  int64_t left = total - cmd.first_row;
  out.rows = cmd.rows == 0 ? left : std::min(cmd.rows, left);
  return out;
}

FieldGrade grade_for(const State& s, const OperationTarget& target, const std::string& column, TimeMs now) {
  if (column.starts_with(kCellPrefix)) return grade_in(s, target.dataset, {}, std::string_view(column).substr(kCellPrefix.size()), now);
  if (column == "row_number" || column == "held_reasons") return {Category::none, 1, false};
  return grade_in(s, target.dataset, target.version, column, now);
}

const PrivilegeException* exception_for(const State& s, const Person& person, std::string_view what, const DatasetId& dataset,
                                        const std::vector<std::string>& columns, TimeMs now) {
  for (const auto& [id, e] : s.exceptions) {
    if (e.requested_by != person.id || e.what != what || e.dataset != dataset || !e.in_force(now)) continue;
    bool covers = std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
      return std::find(e.columns.begin(), e.columns.end(), column) != e.columns.end();
    });
    if (covers) return &e;
  }
  return nullptr;
}

std::string catalog_name(const std::string& column) { return column.starts_with(kCellPrefix) ? column.substr(kCellPrefix.size()) : column; }

struct Clearance {
  int level = 1;
  std::string access;
  RightId right;
  ExceptionId exception;
};

// Level by level and field by field: what may be shown at all, what needs the officer's exception, what the rules and rights
// of this person allow. Asked when the operation is requested, and again when it starts.
Result<Clearance> clear(const State& s, const Context& c, const rules::OperationRule& rule, const Person& person, const OperationTarget& target,
                        std::string_view purpose) {
  Clearance out;
  std::vector<std::string> beyond;
  for (const std::string& column : target.columns) {
    FieldGrade grade = grade_for(s, target, column, c.now);
    out.level = std::max(out.level, grade.level);
    if (grade.level > rule.level_shown_max) return fail(Errc::refused, "operation.level_never_shown", column);
    if (grade.level > rule.level_free_max) beyond.push_back(catalog_name(column));
    auto answer = access_answer(s, {person, target.dataset, rule.id, purpose, grade}, c.now);
    if (!answer.allowed)
      return answer.by.empty() ? fail(Errc::forbidden, "access.no_right", column) : fail(Errc::forbidden, "access.forbidden_by_rule", answer.by);
    if (out.access.empty()) out.access = answer.by;
    if (auto right = RightId::parse(answer.by); right && out.right.empty()) out.right = *right;
  }
  if (!beyond.empty()) {
    const PrivilegeException* exception = exception_for(s, person, rule.id, target.dataset.id, beyond, c.now);
    if (!exception) return fail(Errc::refused, "operation.exception_needed", beyond.front());
    out.exception = exception->id;
  }
  return out;
}

// Whether an operation was about all of these; one on record without columns was about none that can be named.
bool covers_columns(const Operation& o, const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& one) { return std::find(o.columns.begin(), o.columns.end(), one) != o.columns.end(); });
}

Result<const Operation*> own_operation(const State& s, const Person& person, const OperationId& id) {
  const Operation* o = find(s.operations, id);
  if (!o || o->party != person.party) return fail(Errc::not_found, "operation.not_found");
  return o;
}

void end_keys(const State& s, const Operation& o, std::string outcome, Events& events) {
  if (find(s.grants, o.grant)) events.push_back(KeysGrantEnded{o.grant, std::move(outcome)});
}

}  // namespace

Result<Events> decide_on(const State& s, const Context& c, const RequestOperation& cmd) {
  const rules::OperationRule* rule = c.rules.operations.kind(cmd.what);
  if (!rule) return fail(Errc::invalid, "operation.unknown_kind", cmd.what.substr(0, kNameBytesMax));
  const Person* person = TRY(acting_as_any(s, c, rule->duties));
  OperationTarget target = TRY(target_of(s, *person, cmd, c.now));
  if ((cmd.what == "download_held") == cmd.batch.empty() && cmd.what != "modify" && cmd.what != "list_values")
    return fail(Errc::invalid, "operation.wrong_target");
  const auto& purposes = c.rules.policy.purposes;
  if (std::find(purposes.begin(), purposes.end(), cmd.purpose) == purposes.end()) return fail(Errc::invalid, "operation.purpose_unknown");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  if (rule->rows_max > 0 && target.rows > rule->rows_max) return fail(Errc::refused, "operation.too_many_rows", std::to_string(rule->rows_max));
  Clearance cleared = TRY(clear(s, c, *rule, *person, target, cmd.purpose));
  if (cleared.level >= c.rules.operations.second_factor_from_level) TRY(stepped_up(c));
  PlannedOperation planned{rule->group, person->id, person->party, cmd.dataset, target.version, target.first_row, target.rows};
  auto windows = exceeded_windows(s, c.rules.operations, planned, c.now);
  bool standing = cmd.flow == OperationFlow::standing;
  if (standing && rule->flow == "person") return fail(Errc::refused, "operation.needs_person", rule->id);
  if (standing && !windows.empty()) return tl::unexpected(split_refusal(c.rules.operations, windows.front()));
  return Events{OperationRequested{
      .operation = OperationId::make(c.random), .what = cmd.what, .dataset = cmd.dataset, .version = target.version, .batch = cmd.batch,
      .columns = std::move(target.columns), .first_row = target.first_row, .rows = target.rows, .flow = cmd.flow, .purpose = cmd.purpose,
      .reason = cmd.reason, .level = cleared.level, .access = cleared.access, .right = cleared.right, .exception = cleared.exception,
      .windows = std::move(windows), .expires_ms = standing ? c.now + c.rules.operations.approval_valid_hours * kHourMs : 0}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideOperation& cmd) {
  const Person* person = TRY(acting_as_any(s, c, c.rules.operations.approvers));
  const Operation* o = TRY(own_operation(s, *person, cmd.operation));
  // Nor whoever stands in for the requester: they would decide about the own absence's request.
  TRY(second_person(s, c, o->requested_by));
  if (o->status != OperationStatus::requested) return fail(Errc::conflict, "operation.decided_already");
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{OperationDecided{cmd.operation, cmd.approve, cmd.reason, cmd.approve ? c.now + c.rules.operations.approval_valid_hours * kHourMs : 0}};
}

Result<Events> decide_on(const State& s, const Context& c, const WithdrawOperation& cmd) {
  const Person* person = TRY(acting(s, c));
  const Operation* o = TRY(own_operation(s, *person, cmd.operation));
  if (o->requested_by != person->id) return fail(Errc::forbidden, "operation.not_yours");
  if (o->status != OperationStatus::requested && o->status != OperationStatus::approved) return fail(Errc::conflict, "operation.over");
  return Events{OperationWithdrawn{cmd.operation}};
}

Result<Events> decide_on(const State& s, const Context& c, const StartOperation& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting(s, c));
  const Operation* o = TRY(own_operation(s, *person, cmd.operation));
  if (o->requested_by != person->id) return fail(Errc::forbidden, "operation.not_yours");
  if (o->status == OperationStatus::requested) return fail(Errc::refused, "operation.awaits_decision");
  if (o->status != OperationStatus::approved) return fail(Errc::conflict, "operation.over");
  if (c.now >= o->expires_ms) return fail(Errc::refused, "operation.approval_expired");
  const rules::OperationRule* rule = c.rules.operations.kind(o->what);
  if (!rule) return fail(Errc::invalid, "operation.unknown_kind", o->what);
  TRY(acting_as_any(s, c, rule->duties));
  // Rights, grades and exceptions may have changed since it was approved.
  OperationTarget target{s.datasets.at(o->dataset.str()), o->version, o->first_row, o->rows, o->columns};
  TRY(clear(s, c, *rule, *person, target, o->purpose));
  if (o->level >= c.rules.operations.second_factor_from_level) TRY(stepped_up(c));
  GrantId grant = GrantId::make(c.random);
  return Events{OperationStarted{cmd.operation, grant},
                KeysGranted{.grant = grant, .dataset = o->dataset, .version = o->version, .columns = o->columns, .work = Work::operate, .release = {},
                            .expires_ms = c.now + kOperationWorkMs}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportOperation& cmd) {
  TRY(from_node(c));
  const Operation* o = find(s.operations, cmd.operation);
  if (!o) return fail(Errc::not_found, "operation.not_found");
  if (o->status != OperationStatus::started) return fail(Errc::conflict, "operation.over");
  Events events{OperationDone{cmd.operation, cmd.rows, cmd.bytes, cmd.file_digest, cmd.envelope_digest}};
  end_keys(s, *o, "done", events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportOperationFailure& cmd) {
  TRY(from_node(c));
  const Operation* o = find(s.operations, cmd.operation);
  if (!o) return fail(Errc::not_found, "operation.not_found");
  if (o->status != OperationStatus::started) return fail(Errc::conflict, "operation.over");
  Events events{OperationFailed{cmd.operation, cmd.reason}};
  end_keys(s, *o, "failed", events);
  return events;
}

namespace {

// What a second person approved for this person: an operation of this kind on these rows and columns of the version.
const Operation* approval_for(const State& s, const PlannedOperation& planned, std::string_view what, TimeMs now) {
  int64_t end = planned.first_row + std::max(planned.rows, planned.span);
  for (const auto& [id, o] : s.operations) {
    bool stands = o.what == what && o.flow == OperationFlow::person && o.status == OperationStatus::approved && o.requested_by == planned.person &&
                  o.version == planned.version && now < o.expires_ms;
    if (stands && o.first_row <= planned.first_row && end <= o.first_row + o.rows && covers_columns(o, planned.columns)) return &o;
  }
  return nullptr;
}

// Something done without a request of its own: on record as a standing operation of this kind, under the windows of its group.
Result<Events> account_aside(const State& s, const Context& c, const PlannedOperation& planned, std::string_view what, int level, std::string reason) {
  auto windows = exceeded_windows(s, c.rules.operations, planned, c.now);
  if (!windows.empty()) return tl::unexpected(split_refusal(c.rules.operations, windows.front()));
  OperationDone done{.operation = OperationId::make(c.random), .rows = planned.rows, .bytes = 0, .file_digest = {}, .envelope_digest = {}};
  return Events{OperationRequested{.operation = done.operation, .what = std::string(what), .dataset = planned.dataset, .version = planned.version, .batch = {},
                                   .columns = planned.columns, .first_row = planned.first_row, .rows = planned.rows, .flow = OperationFlow::standing, .purpose = {},
                                   .reason = std::move(reason), .level = level, .access = "data_manager", .right = {}, .exception = {}, .windows = {},
                                   .expires_ms = c.now},
                done};
}

}  // namespace

Result<Events> account_modification(const State& s, const Context& c, const PlannedOperation& planned, std::string reason) {
  if (const Operation* approval = approval_for(s, planned, "modify", c.now))
    return Events{OperationDone{.operation = approval->id, .rows = planned.rows, .bytes = 0, .file_digest = {}, .envelope_digest = {}}};
  return account_aside(s, c, planned, "modify", 1, std::move(reason));
}

OperationId accounted_operation(const Events& events) {
  for (const Event& event : events)
    if (const auto* done = event.get_if<OperationDone>()) return done->operation;
  return {};
}

Result<Events> account_reading(const State& s, const Context& c, const PlannedOperation& planned, int level, std::string reason) {
  bool again = std::any_of(s.operations.begin(), s.operations.end(), [&](const auto& one) {
    const Operation& o = one.second;
    return o.what == "list_values" && o.batch.empty() && o.status == OperationStatus::done && o.requested_by == planned.person && o.version == planned.version &&
           o.first_row == planned.first_row && o.done_rows >= planned.rows && covers_columns(o, planned.columns) && c.now < o.at_ms + kDayMs;
  });
  return again ? Events{} : account_aside(s, c, planned, "list_values", level, std::move(reason));
}

void fold(State& s, const OperationRequested& e, const EventPlace& at) {
  Operation o;
  o.id = e.operation;
  o.what = e.what;
  if (const Person* person = find(s.persons, at.actor)) o.party = person->party;
  o.dataset = e.dataset;
  o.version = e.version;
  o.batch = e.batch;
  o.columns = e.columns;
  o.first_row = e.first_row;
  o.rows = e.rows;
  o.flow = e.flow;
  o.status = e.flow == OperationFlow::standing ? OperationStatus::approved : OperationStatus::requested;
  o.purpose = e.purpose;
  o.reason = e.reason;
  o.access = e.access;
  o.level = e.level;
  o.right = e.right;
  o.exception = e.exception;
  o.windows = e.windows;
  o.requested_by = at.actor;
  o.at_ms = at.time;
  o.expires_ms = e.expires_ms;
  o.seq = at.seq;
  s.operations[e.operation.str()] = std::move(o);
  if (auto right = s.rights.find(e.right.str()); right != s.rights.end()) right->second.last_used_ms = at.time;
}
void fold(State& s, const OperationDecided& e, const EventPlace& at) {
  Operation& o = s.operations[e.operation.str()];
  o.status = e.approved ? OperationStatus::approved : OperationStatus::rejected;
  o.decision = e.reason;
  o.decided_by = at.actor;
  o.decided_ms = at.time;
  o.expires_ms = e.expires_ms;
}
void fold(State& s, const OperationWithdrawn& e, const EventPlace&) { s.operations[e.operation.str()].status = OperationStatus::withdrawn; }
void fold(State& s, const OperationStarted& e, const EventPlace&) {
  Operation& o = s.operations[e.operation.str()];
  o.status = OperationStatus::started;
  o.grant = e.grant;
  if (auto exception = s.exceptions.find(o.exception.str()); exception != s.exceptions.end()) exception->second.uses.push_back(o.id);
}
void fold(State& s, const OperationDone& e, const EventPlace&) {
  Operation& o = s.operations[e.operation.str()];
  o.status = OperationStatus::done;
  o.done_rows = e.rows;
  o.bytes = e.bytes;
  o.file_digest = e.file_digest;
  o.envelope_digest = e.envelope_digest;
}
void fold(State& s, const OperationFailed& e, const EventPlace&) {
  Operation& o = s.operations[e.operation.str()];
  o.status = OperationStatus::failed;
  o.decision = e.reason;
}

}  // namespace sluice::space
