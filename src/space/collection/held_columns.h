// Which cells of a batch's held rows a person may look at (C6.1.2, C6.4.3). Nobody sees more of a row because it is held: each column asks the person's
// rights as showing values of the dataset does. Internal to the room and to node/held_rows.
#pragma once

#include <string>
#include <vector>

#include "space/state.h"

namespace sluice::space {

// Names as in the held version (kHeldCellPrefix ‖ column).
struct HeldColumns {
  std::vector<std::string> open;      // shown in every row
  std::vector<std::string> named;     // of level 5 (or not graded yet), or identifying: shown where the row's reasons name them, to be corrected
  std::vector<std::string> withheld;  // no right of this person reaches them
  int level = 1;                      // the highest of what is shown
  std::vector<std::string> shown() const;
};
HeldColumns held_columns(const State& state, const Person& person, const Batch& batch, TimeMs now);

// A version, or the sealed held rows of a batch as if they were one: they stand in no dataset's list of versions. Absent: neither.
std::optional<DatasetVersion> sealed_version(const State& state, const VersionId& id);
// The sealed held rows of a batch that has some, as if they were a version.
DatasetVersion held_as_version(const State& state, const Batch& batch);

// Held rows of a batch that still wait for somebody: none where they were destroyed.
int64_t open_held_rows(const State& state, const Batch& batch);

// The batch that a file of the plan became, or null.
const Batch* batch_of(const State& state, const PlanId& plan, const Digest& file);
// What a refused file came to since: the batch that it became, or the version that a list of deletions led to. Both null: nothing.
struct CameOfFile {
  const Batch* batch = nullptr;
  const DatasetVersion* version = nullptr;
};
CameOfFile came_of(const State& state, const RefusedFile& file);
// Whether it did not come right since.
bool refusal_is_open(const State& state, const RefusedFile& file);

// The download_held that a second person approved for this person: of all held rows of the batch. Pages are read under it until the last one is, which the
// node reports; then it is used up. Null: there is none.
const Operation* held_approval(const State& state, const Person& person, const Batch& batch, TimeMs now);

}  // namespace sluice::space
