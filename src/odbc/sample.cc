#include "odbc/sample.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "odbc/dialect.h"
#include "odbc/pace.h"

namespace sluice::odbc {

namespace {

constexpr int64_t kBernoulliRowsMax = 5'000'000;

bool holds_text(std::string_view type) {
  for (std::string_view binary : {"bytea", "blob", "binary", "image", "geometry", "oid", "rowversion"})
    if (type.find(binary) != std::string_view::npos) return false;
  return true;
}

struct Draw {
  std::string sql;
  SampleMethod method;
};

// How many more rows than wanted are drawn, since chance may give fewer.
double share_of(size_t wanted, int64_t all) { return std::min(1.0, 1.1 * static_cast<double>(wanted) / static_cast<double>(all)); }

Draw draw_of(Kind kind, const SourceTable& table, const std::string& columns, size_t wanted) {
  std::string from = qualified(kind, table.schema, table.name);
  int64_t all = table.rows_estimated.value_or(0);
  bool large = all > static_cast<int64_t>(wanted) * 4;
  size_t bound = large ? wanted : wanted * 8;  // an estimate may lag behind: a small table is read well beyond it
  double share = large ? share_of(wanted, all) : 1.0;
  switch (kind) {
    case Kind::postgresql:
      if (large && !table.view) {
        SampleMethod method = all > kBernoulliRowsMax ? SampleMethod::system : SampleMethod::bernoulli;
        return {fmt::format("SELECT {} FROM {} TABLESAMPLE {} ({:.6f}) LIMIT {}", columns, from, method == SampleMethod::system ? "SYSTEM" : "BERNOULLI",
                            share * 100, bound), method};
      }
      return {fmt::format("SELECT {} FROM {} LIMIT {}", columns, from, bound + 1), SampleMethod::first};
    case Kind::mariadb:
      if (large) return {fmt::format("SELECT {} FROM {} WHERE RAND() < {:.9f} LIMIT {}", columns, from, share, bound), SampleMethod::bernoulli};
      return {fmt::format("SELECT {} FROM {} LIMIT {}", columns, from, bound + 1), SampleMethod::first};
    case Kind::sqlserver:
      if (large && !table.view) return {fmt::format("SELECT TOP ({}) {} FROM {} TABLESAMPLE ({:.6f} PERCENT)", bound, columns, from, share * 100), SampleMethod::system};
      return {fmt::format("SELECT TOP ({}) {} FROM {}", bound + 1, columns, from), SampleMethod::first};
  }
  return {};
}

std::string text_of(const Rows& rows, size_t column) {
  std::string_view cell = rows.cell(column);
  if (rows.was_cut(column))  // never in the middle of a character
    while (!cell.empty() && (static_cast<uint8_t>(cell.back()) & 0xc0) == 0x80) cell.remove_suffix(1);
  if (rows.was_cut(column) && !cell.empty() && static_cast<uint8_t>(cell.back()) >= 0xc0) cell.remove_suffix(1);
  return std::string(cell);
}

}  // namespace

int64_t sample_error_permille(int64_t read, std::optional<int64_t> all) {
  if (read <= 0) return 1000;
  if (all && *all <= read) return 0;
  double correction = all && *all > 1 ? std::sqrt(static_cast<double>(*all - read) / static_cast<double>(*all - 1)) : 1.0;
  return static_cast<int64_t>(std::ceil(1000 * 0.98 / std::sqrt(static_cast<double>(read)) * correction));
}

Result<TableSample> sample_table(Connection& connection, const SourceTable& table, const SampleLimits& limits) {
  TableSample out;
  out.columns.resize(table.columns.size());
  std::vector<size_t> read;
  std::string columns;
  Kind kind = connection.description().kind;
  for (size_t c = 0; c < table.columns.size(); c++) {
    if (table.columns[c].readable == Readable::no || !holds_text(table.columns[c].type)) continue;
    columns += (columns.empty() ? "" : ", ") + quoted_name(kind, table.columns[c].name);
    read.push_back(c);
  }
  out.of = table.rows_estimated;
  if (read.empty()) {
    out.error_permille = 1000;
    return out;
  }
  size_t wanted = std::clamp<size_t>(limits.values_total / read.size(), 50, limits.rows);
  Draw draw = draw_of(kind, table, columns, wanted);
  Rows rows = TRY(connection.query(draw.sql, kSampleCellBytes));
  Pace pace(connection.description().rows_per_second.value_or(0));
  size_t bound = draw.method == SampleMethod::first ? wanted * 8 : wanted;
  while (TRY(rows.next())) {
    if (static_cast<size_t>(out.rows) == bound) {
      out.rows++;  // there is more than was wanted
      break;
    }
    pace.take(1);
    out.rows++;
    for (size_t i = 0; i < read.size(); i++) {
      SampledColumn& column = out.columns[read[i]];
      if (rows.is_null(i)) {
        column.nulls++;
      } else {
        column.values.push_back(text_of(rows, i));
      }
    }
  }
  bool whole = draw.method == SampleMethod::first && static_cast<size_t>(out.rows) <= bound;
  out.rows = std::min<int64_t>(out.rows, static_cast<int64_t>(bound));
  out.method = whole ? SampleMethod::all : draw.method;
  if (whole) out.of = out.rows;
  if (!whole && out.of && *out.of <= out.rows) out.of.reset();  // the estimate was wrong
  out.error_permille = sample_error_permille(out.rows, out.of);
  return out;
}

}  // namespace sluice::odbc
