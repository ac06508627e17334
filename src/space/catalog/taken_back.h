// Later versions of a dataset in which rows are gone or stand corrected that a version still has as they were.
//
//   deletion    the source took rows back (collection/delete_rows.cc): nothing more is delivered of a version that may still hold them
//   correction  a later batch superseded rows, or a person's request corrected some: told, and left to the data manager
//
// A version may hold such rows where it shares collected parts with the version that they were taken from, and was not made of the one without them.
// Which rows a part of a merge held is not known to the state: it counts as holding them.
#pragma once

#include <vector>

#include "space/state.h"

namespace sluice::space {

enum class RowsChange { deletion, correction };
constexpr std::array<std::string_view, 2> enum_names(RowsChange) { return {"deletion", "correction"}; }

struct ChangedSince {
  RowsChange kind = RowsChange::deletion;
  VersionId from;  // the collected version whose rows are delivered
  int64_t from_number = 0;
  VersionId version;  // the later one
  int64_t number = 0;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(field("kind", &ChangedSince::kind), field("from", &ChangedSince::from), field("from_number", &ChangedSince::from_number),
                                            field("version", &ChangedSince::version), field("number", &ChangedSince::number), field("at_ms", &ChangedSince::at_ms),
                                            field("seq", &ChangedSince::seq));
};

// Oldest first; of a masked version, what became of the one that it was masked from.
std::vector<ChangedSince> changed_since(const State& state, const VersionId& version);
// "contract.rows_taken_back", with the two versions' numbers.
Status not_taken_back(const State& state, const VersionId& version);

}  // namespace sluice::space
