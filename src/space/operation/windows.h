// Which windows of the operations pack an operation exceeds together with those before it (C6.4.3): splitting in time, by
// account or by range of rows is one operation. What came as the same file, of one source with half of the fields in common, or with the same rows in it
// (ReportSameRows), is one dataset here, whatever plans, sources and columns are called.
#pragma once

#include "rules/rule_set.h"
#include "space/command.h"
#include "space/state.h"

namespace sluice::space {

struct PlannedOperation {
  std::string_view group;
  PersonId person;
  PartyId party;
  DatasetId dataset;
  VersionId version;
  int64_t first_row = 0, rows = 0;
  int64_t span = 0;                     // from the first to the last row, where they do not adjoin; 0: `rows`
  std::vector<std::string> columns{};   // that are shown or changed
};
// Those that are exceeded, in the order of the pack. Operations that were approved by a person were decided as what they
// are and are not added up again; those that were refused, withdrawn or failed took nothing.
std::vector<WindowFinding> exceeded_windows(const State& state, const rules::OperationsPack& pack, const PlannedOperation& planned, TimeMs now);

// The refusal of a standing approval under a window: reason by what was split, the window's id and its words as detail.
Error split_refusal(const rules::OperationsPack& pack, const WindowFinding& finding);

// Rows that collection changes (held rows corrected or given up) are a modification: the events that account for it, to stand
// beside the change, or the refusal under the window that it exceeds. An approval of a second person for this person that covers these rows and
// columns of the sealed version is used up instead. Of held rows both count by their numbers in the file.
Result<Events> account_modification(const State& state, const Context& context, const PlannedOperation& planned, std::string reason);

// The operation that these events of account_modification are about.
OperationId accounted_operation(const Events& events);

// Values of held rows that a person looks at are a reading (kind "list_values") of this level: what accounts for it, or the refusal under the window
// that it exceeds. The same rows and columns that were shown count once within a day.
Result<Events> account_reading(const State& state, const Context& context, const PlannedOperation& planned, int level, std::string reason);

}  // namespace sluice::space
