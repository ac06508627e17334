// What a database holds: tables and views with their columns, types, comments and keys, from the server's own catalogs (ODBC's
// catalog functions hide comments, and ask once a table). Names and comments only; no row is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "odbc/connection.h"

namespace sluice::odbc {

enum class Readable { yes, no };
constexpr std::array<std::string_view, 2> enum_names(Readable) { return {"yes", "no"}; }

struct SourceColumn {
  std::string name, type, comment;
  Readable readable = Readable::yes;
  static constexpr auto fields = field_list(field("name", &SourceColumn::name), field("type", &SourceColumn::type), field("comment", &SourceColumn::comment),
                                            field("readable", &SourceColumn::readable));
};
struct ForeignKey {
  std::string column, schema, table, other;  // our column, and what it refers to
  static constexpr auto fields = field_list(field("column", &ForeignKey::column), field("schema", &ForeignKey::schema), field("table", &ForeignKey::table),
                                            field("other", &ForeignKey::other));
};
struct SourceTable {
  std::string schema, name, comment;
  bool view = false;
  Readable readable = Readable::yes;
  std::optional<int64_t> rows_estimated;  // the server's own statistics
  std::vector<SourceColumn> columns;
  std::vector<std::string> primary_key;
  std::vector<ForeignKey> foreign_keys;
  static constexpr auto fields = field_list(
      field("schema", &SourceTable::schema), field("name", &SourceTable::name), field("comment", &SourceTable::comment), field("view", &SourceTable::view),
      field("readable", &SourceTable::readable), field("rows_estimated", &SourceTable::rows_estimated), field("columns", &SourceTable::columns),
      field("primary_key", &SourceTable::primary_key), field("foreign_keys", &SourceTable::foreign_keys));
};

constexpr size_t kSourceTablesMax = 100'000;
constexpr size_t kSourceColumnsMax = 2'000'000;

// In order of schema and name. "source.too_large" beyond the bounds. Names are cut at 512 bytes, comments at 2,000.
Result<std::vector<SourceTable>> read_catalog(Connection& connection);

}  // namespace sluice::odbc
