// Rows of one table (or one query that a plan names) as CSV, as of one moment, with what the source itself counts of them.
//
//   auto measured = TRY(measure(connection, extract));   // opens the snapshot
//   TRY(copy_rows(connection, extract, measured, write)); // the same snapshot
//   TRY(same_columns(connection, extract, measured));     // and nothing changed its form meanwhile
//
// Incremental: rows whose `by` lies above `after` and not above what was measured; `by` is a number or a moment, so that the watermark
// names nobody. `lag_s` leaves the newest seconds for the next run: rows that are being written with the same moment are not missed.
// The CSV has a header (the names of the plan), UTF-8, LF; a null is an empty cell. A text with a NUL byte or that is no UTF-8 is told
// by whoever parses the CSV.
//
// PostgreSQL hands over each row as one text, since through ODBC every cell costs a call (RowForm). MariaDB's and SQL Server's cells come one by one.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "odbc/connection.h"

namespace sluice::odbc {

struct ExtractColumn {
  std::string name;    // in the CSV
  std::string column;  // in the source
  std::optional<int64_t> total_scale;  // its sum is wanted, in units of 10^-scale
  static constexpr auto fields = field_list(field("name", &ExtractColumn::name), field("column", &ExtractColumn::column), field("total_scale", &ExtractColumn::total_scale));
};

// `separated`: the cells with U+001F between them, which costs server and driver least. A row of n cells has n-1 separators unless a value holds that
// character: then copy_rows ends with "source.separator_in_value", and the caller reads again as `record`, PostgreSQL's own quoted form.
enum class RowForm { separated, record };
constexpr std::array<std::string_view, 2> enum_names(RowForm) { return {"separated", "record"}; }

struct Extract {
  std::string schema, table;           // table is empty where a query stands
  std::optional<std::string> query;    // one SELECT without a semicolon, put in parentheses
  std::vector<ExtractColumn> columns;
  std::optional<std::string> by;       // the column of the watermark
  std::optional<std::string> after;    // absent: from the beginning
  std::optional<int64_t> lag_s;
  RowForm row_form = RowForm::separated;
  static constexpr auto fields =
      field_list(field("schema", &Extract::schema), field("table", &Extract::table), field("query", &Extract::query), field("columns", &Extract::columns),
                 field("by", &Extract::by), field("after", &Extract::after), field("lag_s", &Extract::lag_s),
                 field("row_form", &Extract::row_form));
};

struct Measured {
  int64_t rows = 0;
  int64_t without_mark = 0;                // rows whose `by` is null: no run takes them
  std::map<std::string, int64_t> totals;   // by CSV name, minor units
  std::optional<std::string> until;        // the new watermark; absent: no rows, or not incremental
  std::string form;                        // columns and types as the source names them
  static constexpr auto fields = field_list(field("rows", &Measured::rows), field("without_mark", &Measured::without_mark), field("totals", &Measured::totals),
                                            field("until", &Measured::until), field("form", &Measured::form));
};

// "source.column_gone" (detail: the column), "source.table_gone", "source.bad_mark" (`by` is neither number nor moment),
// "source.bad_query", "collect.total_overflow", and those of the connection.
Result<Measured> measure(Connection& connection, const Extract& extract);

using WriteFn = std::function<Status(std::string_view bytes)>;
using TellFn = std::function<void(int64_t rows)>;
// Gives the number of rows written. "source.separator_in_value" (see RowForm), "csv.record_too_long", "csv.field_too_long".
Result<int64_t> copy_rows(Connection& connection, const Extract& extract, const Measured& measured, const WriteFn& write, const TellFn& tell);

// "source.schema_changed" when columns or types are no longer what they were.
Status same_columns(Connection& connection, const Extract& extract, const Measured& measured);

}  // namespace sluice::odbc
