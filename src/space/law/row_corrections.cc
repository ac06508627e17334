#include <algorithm>

#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

const std::vector<std::string> kCorrectionDesk{"data_manager", "pi_officer"}, kCorrectionDeciders{"data_manager", "pi_officer", "security_officer"};

// Whether rows of one of these versions stand in this one: it is one of them, or was made of them.
bool holds_rows_of(const State& s, const VersionId& id, const std::vector<FoundRows>& found, int depth = 0) {
  if (std::any_of(found.begin(), found.end(), [&](const FoundRows& rows) { return rows.raw() && rows.version == id; })) return true;
  const DatasetVersion* version = find(s.versions, id);
  if (!version || depth > 64) return false;
  bool of_parts = std::any_of(version->parts.begin(), version->parts.end(), [&](const VersionId& part) { return holds_rows_of(s, part, found, depth + 1); });
  const VersionId* before = find(s.rewritten_from, id);
  return of_parts || (before && holds_rows_of(s, *before, found, depth + 1));
}

// What is corrected is the newest: a version that another one was made of keeps its rows for the releases that named it.
Status is_newest(const State& s, const DatasetVersion& version) {
  for (const auto& [id, other] : s.versions)
    if (other.masked_from.empty() && std::find(other.parts.begin(), other.parts.end(), version.id) != other.parts.end()) return fail(Errc::conflict, "law.correction_superseded", id);
  return {};
}

Status has_column(const DatasetVersion& version, const std::string& column) {
  bool there = std::find(version.columns.begin(), version.columns.end(), column) != version.columns.end();
  return there ? Status{} : fail(Errc::invalid, "catalog.no_such_column", column);
}

Result<const RowCorrection*> own_correction(const State& s, const Person& person, const RowCorrectionId& id) {
  const RowCorrection* correction = find(s.row_corrections, id);
  if (!correction || correction->owner != person.party) return fail(Errc::not_found, "law.correction_not_found");
  return correction;
}

Status fits(const State& s, const SubjectRequest& r, const ProposeRowCorrection& cmd, const DatasetVersion& version) {
  TRY(has_column(version, cmd.column));
  if (cmd.way == CorrectionWay::source) {
    // What the source sent since, in which a search found the person's rows; a merge of what lay there before is not it.
    if (version.batch.empty() || version.at_ms <= r.decided_ms) return fail(Errc::refused, "law.correction_not_arrived");
    if (cmd.value != Digest{}) return fail(Errc::invalid, "law.correction_bad_value");
    if (!r.searched_ms || *r.searched_ms < version.at_ms) return fail(Errc::refused, "law.not_searched");
    return holds_rows_of(s, version.id, r.found) ? Status{} : fail(Errc::refused, "law.correction_no_rows");
  }
  if (cmd.value == Digest{}) return fail(Errc::invalid, "law.correction_bad_value");
  if (!r.searched_ms) return fail(Errc::refused, "law.not_searched");
  if (!holds_rows_of(s, version.id, r.found)) return fail(Errc::refused, "law.correction_no_rows");
  TRY(has_column(version, cmd.person_column));
  const Dataset* dataset = find(s.datasets, version.dataset);
  const CatalogField* field = dataset ? dataset->column(cmd.person_column) : nullptr;
  if (!field || !field->confirmed || !field->identifying) return fail(Errc::refused, "keys.column_names_no_person", cmd.person_column);
  TRY(keys_are_there(s, version.id, {cmd.person_column, cmd.column}));
  return is_newest(s, version);
}

}  // namespace

Status corrections_over(const State& s, const SubjectRequest& r) {
  bool any = false;
  for (const auto& [id, correction] : s.row_corrections) {
    if (correction.request != r.id) continue;
    if (correction.open()) return fail(Errc::conflict, "law.correction_open", id);
    any = true;
  }
  if (any) return {};
  if (!r.searched_ms) return fail(Errc::refused, "law.not_searched");
  bool found = std::any_of(r.found.begin(), r.found.end(), [](const FoundRows& rows) { return rows.raw(); });
  return found ? fail(Errc::refused, "law.request_needs_correction") : Status{};
}

Result<Events> decide_on(const State& s, const Context& c, const ProposeRowCorrection& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kCorrectionDesk));
  const SubjectRequest* r = find(s.subject_requests, cmd.request);
  if (!r || r->owner != person->party) return fail(Errc::not_found, "law.request_not_found");
  if (r->what != "correct") return fail(Errc::conflict, "law.request_not_correction");
  if (r->status != SubjectRequestStatus::granted) return fail(Errc::refused, "law.request_not_decided");
  if (cmd.correction.empty() || find(s.row_corrections, cmd.correction)) return fail(Errc::conflict, "law.correction_known");
  TRY(need_text("evidence", cmd.evidence, kTextBytesMax));
  const DatasetVersion* version = find(s.versions, cmd.version);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  if (!dataset || dataset->owner != person->party || (!r->dataset.empty() && r->dataset != dataset->id)) return fail(Errc::not_found, "version.not_found");
  if (!version->masked_from.empty()) return fail(Errc::conflict, "merge.masked_version");
  TRY(fits(s, *r, cmd, *version));
  // Others may wait in the same version: each is applied to what the one before it made (fold of RowCorrected). About the same cells one at a time.
  for (const auto& [id, other] : s.row_corrections)
    if (other.open() && other.version == cmd.version && other.request == cmd.request && other.column == cmd.column) return fail(Errc::conflict, "law.correction_open", id);
  return Events{RowCorrectionProposed{.correction = cmd.correction, .request = cmd.request, .way = cmd.way, .dataset = dataset->id, .version = cmd.version,
                                      .person_column = cmd.person_column, .column = cmd.column, .value = cmd.value, .evidence = cmd.evidence}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideRowCorrection& cmd) {
  const Person* person = TRY(acting_as_any(s, c, kCorrectionDeciders));
  const RowCorrection* correction = TRY(own_correction(s, *person, cmd.correction));
  bool undone = correction->status == RowCorrectionStatus::approved && !cmd.approve;
  if (correction->status != RowCorrectionStatus::proposed && !undone) return fail(Errc::conflict, "law.correction_decided_already");
  TRY(second_person(s, c, correction->proposed_by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  return Events{RowCorrectionDecided{.correction = cmd.correction, .request = correction->request, .approved = cmd.approve, .reason = cmd.reason}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRowCorrection& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const RowCorrection* correction = TRY(own_correction(s, *person, cmd.correction));
  if (correction->status != RowCorrectionStatus::approved || correction->way != CorrectionWay::office) return fail(Errc::conflict, "law.correction_not_approved");
  // What was made of an older version would undo the correction that went before.
  if (cmd.of && *cmd.of != correction->version) return fail(Errc::conflict, "law.correction_superseded", correction->version.str());
  const DatasetVersion* version = find(s.versions, correction->version);
  if (!version) return fail(Errc::not_found, "version.not_found");
  TRY(takes_data(s, version->dataset));
  TRY(keys_are_there(s, version->id, {correction->person_column, correction->column}));
  TRY(is_newest(s, *version));
  if (cmd.corrected <= 0) return fail(Errc::conflict, "law.correction_no_such_cell");
  if (cmd.rows != version->rows || cmd.corrected > cmd.rows) return fail(Errc::invalid, "merge.rows_differ");
  if (cmd.new_version.empty() || find(s.versions, cmd.new_version)) return fail(Errc::conflict, "version.known");
  Events events{RowCorrected{.correction = cmd.correction, .request = correction->request, .dataset = version->dataset, .version = version->id,
                             .new_version = cmd.new_version, .manifest = cmd.manifest, .columns = columns_with_keys(s, *version), .column = correction->column,
                             .rows = cmd.rows, .corrected = cmd.corrected, .kept_from_ms = version->at_ms}};
  carry_term(s, version->id, cmd.new_version, events);
  return events;
}

void fold(State& s, const RowCorrectionProposed& e, const EventPlace& at) {
  RowCorrection out;
  out.id = e.correction;
  out.request = e.request;
  out.way = e.way;
  out.dataset = e.dataset;
  out.version = e.version;
  out.person_column = e.person_column;
  out.column = e.column;
  out.value = e.value;
  out.evidence = e.evidence;
  out.proposed_by = at.actor;
  out.at_ms = at.time;
  out.seq = at.seq;
  if (const Dataset* dataset = find(s.datasets, e.dataset)) out.owner = dataset->owner;
  s.row_corrections[e.correction.str()] = std::move(out);
}
void fold(State& s, const RowCorrectionDecided& e, const EventPlace& at) {
  RowCorrection& out = s.row_corrections[e.correction.str()];
  out.status = e.approved ? RowCorrectionStatus::approved : RowCorrectionStatus::refused;
  out.reason = e.reason;
  out.decided_by = at.actor;
  out.decided_ms = at.time;
  if (!e.approved || out.way != CorrectionWay::source) return;
  out.status = RowCorrectionStatus::done;
  out.new_version = out.version;
  out.done_by = at.actor;
  out.done_ms = at.time;
}
void fold(State& s, const RowCorrected& e, const EventPlace& at) {
  RowCorrection& out = s.row_corrections[e.correction.str()];
  out.status = RowCorrectionStatus::done;
  out.new_version = e.new_version;
  out.corrected = e.corrected;
  out.done_by = at.actor;
  out.done_ms = at.time;
  add_version(s, DatasetVersion{.id = e.new_version, .dataset = e.dataset, .number = 0, .rows = e.rows, .manifest = e.manifest, .columns = e.columns, .batch = {},
                                .masked_from = {}, .strategy = {}, .at_ms = e.kept_from_ms, .seq = at.seq, .parts = {e.version},
                                .change = VersionChange{.by = at.actor, .correction = e.correction}});
  // What else waits in that version waits in the one that was made of it: the next one is applied to this one's rows.
  for (auto& [id, other] : s.row_corrections)
    if (other.open() && other.way == CorrectionWay::office && other.version == e.version) other.version = e.new_version;
}

}  // namespace sluice::space
