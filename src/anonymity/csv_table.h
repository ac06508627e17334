// Chosen columns of a CSV file in memory, as codes into dictionaries: what risk and search work on.
//
// The separator is found in the header (comma, semicolon, tab or bar, whichever occurs most outside quotes) unless it is
// given. Encodings as in codec/csv.h (UTF-8, GB18030); texts are UTF-8 in memory. An empty cell is a value like any other.
//
// Errors: those of codec/csv.h and "file.not_found", "file.unreadable"; "anonymity.no_columns" when none is asked for,
// "anonymity.unknown_column" and "anonymity.column_twice" (detail: the column), "anonymity.too_many_rows" at 2^32 − 1 rows.
// Memory: 4 bytes a row and column, and the distinct texts; while it is read up to twice as much. Codes are those of first appearance, whatever the
// number of threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "anonymity/dictionary.h"
#include "base/result.h"
#include "codec/csv.h"
#include "table/classes.h"

namespace sluice::anonymity {

struct TableColumn {
  std::string name;
  table::KeyColumn keys;  // keys.codes are codes of `texts`, one a row
  Dictionary texts;
};

// The place of each code among the column's values: numbers by value where all are numbers, and otherwise or where equal by their bytes.
std::vector<uint32_t> places_by_value(const TableColumn& column);

struct CsvTable {
  uint64_t rows = 0;
  char delimiter = ',';
  std::vector<std::string> header;  // of the whole file
  std::vector<TableColumn> columns; // in the order asked for

  const TableColumn* find(std::string_view name) const;
};

struct ReadOptions {
  char delimiter = '\0';  // '\0': find it
  unsigned threads = 0;
};

Result<CsvTable> read_csv_table(const std::string& path, const std::vector<std::string>& columns, const ReadOptions& options = {});

}  // namespace sluice::anonymity
