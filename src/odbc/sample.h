// A sample of a table's values for looking at what they are, with the error that it is known to have.
//
// Tables whose estimate is small are read up to `rows_max` rows; larger ones are sampled by the server (PostgreSQL: BERNOULLI, above
// five million rows SYSTEM, which takes whole pages and is cheaper and less even; MariaDB: each row by chance; SQL Server: pages).
// `error_permille` is the half width of the 95 % interval of a share in the worst case, with the correction for a finite table; 0 when
// every row was read. For SYSTEM and pages it is a lower bound: neighbours resemble each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "odbc/catalog.h"

namespace sluice::odbc {

enum class SampleMethod { all, first, bernoulli, system };
constexpr std::array<std::string_view, 4> enum_names(SampleMethod) { return {"all", "first", "bernoulli", "system"}; }

struct SampledColumn {
  std::vector<std::string> values;  // non-null, cut at kSampleCellBytes
  int64_t nulls = 0;
  static constexpr auto fields = field_list(field("values", &SampledColumn::values), field("nulls", &SampledColumn::nulls));
};
struct TableSample {
  int64_t rows = 0;       // read
  std::optional<int64_t> of;  // rows of the table, where known or estimated
  SampleMethod method = SampleMethod::all;
  int64_t error_permille = 0;
  std::vector<SampledColumn> columns;  // of the table's columns, in order; unreadable ones are empty
  static constexpr auto fields = field_list(field("rows", &TableSample::rows), field("of", &TableSample::of), field("method", &TableSample::method),
                                            field("error_permille", &TableSample::error_permille), field("columns", &TableSample::columns));
};

constexpr size_t kSampleCellBytes = 512;

struct SampleLimits {
  size_t rows = 2000;               // wanted of each table
  size_t values_total = 400'000;    // over all columns of one table: wide ones give fewer rows
};

Result<TableSample> sample_table(Connection& connection, const SourceTable& table, const SampleLimits& limits);

// The half width for `read` of `all` rows.
int64_t sample_error_permille(int64_t read, std::optional<int64_t> all);

}  // namespace sluice::odbc
