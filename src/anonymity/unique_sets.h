// Which combinations of columns single a row out: minimal sample uniques, in the sense of SUDA (Elliot, Manning, Ford 2002).
//
// A row is unique in a set of columns when no other row has the same values there; the set is minimal for the row when the row
// is unique in none of its proper subsets. Uniqueness is inherited by supersets, so that a row is minimal in S exactly when it
// is unique in S and in none of S without one column. Exact. Memory: one bit a distinct tuple for each set of one size and of the
// size before, and some 20 bytes a tuple for each thread; "anonymity.too_many_sets" beyond kSetsMax sets. Threads share the sets of a size.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "table/classes.h"

namespace sluice::anonymity {

constexpr size_t kSetsMax = 20'000;

struct UniqueSet {
  std::vector<size_t> columns;  // ascending
  uint64_t rows = 0;            // unique in this set
  uint64_t minimal_rows = 0;    // of these, unique in no proper subset
};

struct UniqueSets {
  std::vector<UniqueSet> sets;              // those that have minimal rows; by size, then by columns
  std::vector<uint64_t> rows_by_smallest;   // [s]: rows whose smallest unique set has s columns; [0]: rows without any
};

// `columns` hold one code a distinct tuple, `weights` its rows. Sets of up to `size_max` columns.
Result<UniqueSets> find_unique_sets(std::span<const table::KeyColumn> columns, std::span<const uint32_t> weights, size_t size_max,
                                    unsigned threads = 0);

// The same for persons who may have several rows: `columns` hold one code a person in each tuple of theirs, `persons` who it is. Such an
// appearance is unique in a set when nobody else has its values there, and counts as a row. One thread.
Result<UniqueSets> find_unique_persons(std::span<const table::KeyColumn> columns, std::span<const uint32_t> persons, size_t size_max);

}  // namespace sluice::anonymity
