#include "anonymity/tuples.h"

#include "anonymity/parallel.h"

namespace sluice::anonymity {

Result<Tuples> collapse(std::span<const table::KeyColumn* const> columns, unsigned threads) {
  table::RowClasses classes = TRY(table::row_classes(columns, {.bytes_max = SIZE_MAX, .threads = threads}));
  Tuples out;
  out.weights = std::move(classes.size_of_class);
  out.tuple_of_row = std::move(classes.class_of_row);
  out.rows = out.tuple_of_row.size();
  out.columns.resize(columns.size());
  std::vector<uint32_t> first(out.size());
  for (size_t r = out.tuple_of_row.size(); r-- > 0;) first[out.tuple_of_row[r]] = static_cast<uint32_t>(r);
  for_each_part(threads_of(threads), columns.size(), [&](size_t c) {
    out.columns[c].cardinality = columns[c]->cardinality;
    out.columns[c].codes.resize(first.size());
    for (size_t t = 0; t < first.size(); t++) out.columns[c].codes[t] = columns[c]->codes[first[t]];
  });
  return out;
}

}  // namespace sluice::anonymity
