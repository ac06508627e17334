#include "odbc/catalog.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "odbc/dialect.h"

namespace sluice::odbc {

namespace {

// Never in the middle of a character.
std::string cut_at(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t end = bytes_max;
  while (end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80) end--;
  return std::string(text.substr(0, end));
}

std::optional<int64_t> estimate_of(std::string_view text) {
  int64_t rows = -1;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), rows);
  if (ec != std::errc() || end != text.data() + text.size() || rows < 0) return std::nullopt;
  return rows;
}

using Place = std::map<std::pair<std::string, std::string>, size_t>;

Status read_columns(Connection& connection, const Place& place, std::vector<SourceTable>& tables) {
  Rows rows = TRY(connection.query(columns_sql(connection.description()), 4096));
  size_t seen = 0;
  while (TRY(rows.next())) {
    if (++seen > kSourceColumnsMax) return fail(Errc::invalid, "source.too_large", "columns");
    auto found = place.find({std::string(rows.cell(0)), std::string(rows.cell(1))});
    if (found == place.end()) continue;  // made since the tables were listed
    tables[found->second].columns.push_back({cut_at(rows.cell(2), 512), cut_at(rows.cell(3), 512), cut_at(rows.cell(5), 2000),
                                             rows.cell(6) == "1" ? Readable::yes : Readable::no});
  }
  return {};
}

Status read_keys(Connection& connection, const Place& place, std::vector<SourceTable>& tables) {
  Rows rows = TRY(connection.query(keys_sql(connection.description()), 4096));
  while (TRY(rows.next())) {
    auto found = place.find({std::string(rows.cell(0)), std::string(rows.cell(1))});
    if (found == place.end()) continue;
    SourceTable& table = tables[found->second];
    if (rows.cell(3) == "primary") {
      table.primary_key.emplace_back(rows.cell(2));
    } else {
      table.foreign_keys.push_back({std::string(rows.cell(2)), std::string(rows.cell(4)), std::string(rows.cell(5)), std::string(rows.cell(6))});
    }
  }
  return {};
}

}  // namespace

Result<std::vector<SourceTable>> read_catalog(Connection& connection) {
  std::vector<SourceTable> out;
  Place place;
  {
    Rows rows = TRY(connection.query(tables_sql(connection.description()), 4096));
    while (TRY(rows.next())) {
      if (out.size() == kSourceTablesMax) return fail(Errc::invalid, "source.too_large", "tables");
      SourceTable table;
      table.schema = std::string(rows.cell(0));
      table.name = std::string(rows.cell(1));
      table.view = rows.cell(2) == "view";
      table.comment = cut_at(rows.cell(3), 2000);
      table.rows_estimated = estimate_of(rows.cell(4));
      table.readable = rows.cell(5) == "1" ? Readable::yes : Readable::no;
      place.emplace(std::pair(table.schema, table.name), out.size());
      out.push_back(std::move(table));
    }
  }
  TRY(read_columns(connection, place, out));
  TRY(read_keys(connection, place, out));
  return out;
}

}  // namespace sluice::odbc
