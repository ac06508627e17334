#include "anonymity/tuples.h"

#include "base/large_memory.h"
#include "base/parallel.h"

namespace sluice::anonymity {

Result<Tuples> collapse(std::span<const table::KeyColumn* const> columns, unsigned threads) {
  table::RowClasses classes = TRY(table::row_classes(columns, {.bytes_max = SIZE_MAX, .threads = threads}));
  Tuples out;
  out.weights = std::move(classes.size_of_class);
  out.tuple_of_row = std::move(classes.class_of_row);
  out.rows = out.tuple_of_row.size();
  out.columns.resize(columns.size());
  std::vector<uint32_t> first;
  reserve_large(first, out.size());
  first.resize(out.size());
  for (size_t r = out.tuple_of_row.size(); r-- > 0;) first[out.tuple_of_row[r]] = static_cast<uint32_t>(r);
  in_parallel(threads_of(threads), columns.size(), [&](size_t c) {
    out.columns[c].cardinality = columns[c]->cardinality;
    reserve_large(out.columns[c].codes, first.size());
    for (uint32_t row : first) out.columns[c].codes.push_back(columns[c]->codes[row]);
  });
  return out;
}

}  // namespace sluice::anonymity
