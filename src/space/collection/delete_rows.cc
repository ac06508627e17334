// Deletion by the source: one more version, without the rows that the source took back.
#include "space/decisions.h"
#include "space/fold.h"
#include "space/operation/windows.h"

namespace sluice::space {

Result<Events> decide_on(const State& s, const Context& c, const ReportDeletion& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as(s, c, Duty::data_manager));
  const Dataset* dataset = find(s.datasets, cmd.dataset);
  if (!dataset || dataset->owner != person->party) return fail(Errc::not_found, "dataset.not_found");
  TRY(takes_data(s, cmd.dataset));
  const DatasetVersion* from = find(s.versions, cmd.from);
  if (!from || from->dataset != cmd.dataset) return fail(Errc::not_found, "version.not_found");
  if (!from->masked_from.empty()) return fail(Errc::conflict, "merge.masked_version");
  if (cmd.removed <= 0) return fail(Errc::conflict, "deletion.nothing_matched");
  if (cmd.rows <= 0 || cmd.version.empty()) return fail(Errc::conflict, "deletion.nothing_left");
  if (cmd.rows + cmd.removed != from->rows || cmd.unmatched < 0) return fail(Errc::invalid, "merge.rows_differ");
  if (find(s.versions, cmd.version)) return fail(Errc::conflict, "version.known");
  TRY(need_text("number", cmd.number, kNameBytesMax));
  // The source asks; that rows go is the agency's own modification all the same, and past its windows a second person's decision.
  Events events = TRY(account_modification(s, c, {"write", person->id, person->party, cmd.dataset, cmd.from, 0, cmd.removed, 0, from->columns}, "deletion " + cmd.number));
  OperationId counted = accounted_operation(events);
  events.push_back(RowsDeleted{.dataset = cmd.dataset, .from = cmd.from, .version = cmd.version, .rows = cmd.rows, .removed = cmd.removed,
                            .unmatched = cmd.unmatched, .list_digest = cmd.list_digest, .number = cmd.number,
                            .version_manifest = cmd.version_manifest, .columns = from->columns, .operation = counted});
  return events;
}

void fold(State& s, const RowsDeleted& e, const EventPlace& at) {
  DatasetVersion version;
  version.id = e.version;
  version.dataset = e.dataset;
  version.rows = e.rows;
  version.manifest = e.version_manifest;
  version.columns = e.columns;
  version.at_ms = at.time;
  version.seq = at.seq;
  version.parts = {e.from};  // whose rows it has: the two are never merged into one
  version.change = VersionChange{.by = at.actor, .removed = e.removed, .unmatched = e.unmatched, .number = e.number, .list_digest = e.list_digest, .operation = e.operation};
  add_version(s, std::move(version));
}

}  // namespace sluice::space
