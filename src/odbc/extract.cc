#include "odbc/extract.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "codec/csv.h"
#include "codec/csv_scan.h"
#include "odbc/catalog.h"
#include "odbc/dialect.h"
#include "odbc/pace.h"

namespace sluice::odbc {

namespace {

constexpr size_t kWriteBytes = 256u << 10;

enum class MarkKind { number, moment };

// The watermark's text goes into a statement: digits and the signs of a moment alone.
bool is_mark(std::string_view text) {
  if (text.empty() || text.size() > 40) return false;
  return text.find_first_not_of("0123456789-+: .T") == std::string_view::npos;
}

std::string source_of(Kind kind, const Extract& e) { return e.query ? "(" + *e.query + ") sluice_rows" : qualified(kind, e.schema, e.table); }

Status check_query(const Extract& e) {
  if (!e.query) return {};
  std::string head = e.query->substr(0, 7);
  std::transform(head.begin(), head.end(), head.begin(), [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  bool one = e.query->find(';') == std::string::npos && (head.starts_with("select ") || head.starts_with("select\n") || head.starts_with("with "));
  return one ? Status{} : fail(Errc::invalid, "source.bad_query");
}

std::string now_less(Kind kind, int64_t seconds) {
  switch (kind) {
    case Kind::postgresql: return fmt::format("(localtimestamp - interval '{} seconds')", seconds);
    case Kind::mariadb: return fmt::format("(current_timestamp(6) - interval {} second)", seconds);
    case Kind::sqlserver: return fmt::format("dateadd(second, -{}, sysdatetime())", seconds);
  }
  return {};
}

std::string decimal_of(Kind kind, const std::string& column, int64_t scale) {
  return kind == Kind::postgresql ? fmt::format("{}::numeric(38,{})", column, scale) : fmt::format("cast({} as decimal(38,{}))", column, scale);
}

Result<int64_t> minor_units(std::string_view text, int64_t scale, const std::string& name) {
  if (text.empty()) return 0;
  bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string fraction = point == std::string_view::npos ? "" : std::string(text.substr(point + 1));
  fraction.resize(static_cast<size_t>(scale), '0');
  digits += fraction;
  int64_t value = 0;
  auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (ec != std::errc() || end != digits.data() + digits.size()) return fail(Errc::invalid, "collect.total_overflow", name);
  return negative ? -value : value;
}

// "name type, name type, …" of the columns that are read; for a query its columns have no types that the catalogs know.
Result<std::string> form_of(Connection& connection, const Extract& e, std::map<std::string, std::string>* types) {
  if (e.query) return std::string();
  Description one = connection.description();
  std::string sql = columns_sql(one);
  size_t order = sql.rfind(" ORDER BY");
  std::string schema = one.kind == Kind::postgresql ? "n.nspname" : one.kind == Kind::mariadb ? "table_schema" : "s.name";
  std::string table = one.kind == Kind::postgresql ? "c.relname" : one.kind == Kind::mariadb ? "table_name" : "o.name";
  std::string filter = fmt::format(" AND {} = {}", table, quoted_text(one.kind, e.table));
  if (!e.schema.empty()) filter += fmt::format(" AND {} = {}", schema, quoted_text(one.kind, e.schema));
  sql.insert(order, filter);
  std::map<std::string, std::string> found;
  {
    Rows rows = TRY(connection.query(sql, 4096));
    while (TRY(rows.next())) found.emplace(rows.cell(2), rows.cell(3));
  }
  if (found.empty()) return fail(Errc::not_found, "source.table_gone", e.table);
  std::string out;
  auto add = [&](const std::string& column) -> Status {
    auto it = found.find(column);
    if (it == found.end()) return fail(Errc::not_found, "source.column_gone", column);
    out += (out.empty() ? "" : ", ") + it->first + " " + it->second;
    return {};
  };
  for (const ExtractColumn& c : e.columns) TRY(add(c.column));
  if (e.by) TRY(add(*e.by));
  if (types) *types = std::move(found);
  return out;
}

std::string where_of(Kind kind, const Extract& e, const std::optional<std::string>& until) {
  if (!e.by) return {};
  std::string by = quoted_name(kind, *e.by), out;
  if (e.after) out = fmt::format("{} > '{}'", by, *e.after);
  if (until) out += fmt::format("{}{} <= '{}'", out.empty() ? "" : " AND ", by, *until);
  if (!until && e.lag_s && *e.lag_s > 0) out += fmt::format("{}{} <= {}", out.empty() ? "" : " AND ", by, now_less(kind, *e.lag_s));
  return out.empty() ? "" : " WHERE " + out;
}

}  // namespace

Result<Measured> measure(Connection& connection, const Extract& e) {
  Kind kind = connection.description().kind;
  TRY(check_query(e));
  if (e.after && !is_mark(*e.after)) return fail(Errc::invalid, "source.bad_mark");
  TRY(connection.begin_snapshot());
  // Before the snapshot is taken: its form cannot change from here on, and a table that was rewritten since would look empty.
  if (kind == Kind::postgresql && !e.query) TRY(connection.execute("LOCK TABLE " + qualified(kind, e.schema, e.table) + " IN ACCESS SHARE MODE"));
  Measured out;
  out.form = TRY(form_of(connection, e, nullptr));
  std::string source = source_of(kind, e);
  if (e.by) {
    std::string by = quoted_name(kind, *e.by);
    Rows rows = TRY(connection.query(fmt::format("SELECT max({}) FROM {}{}", by, source, where_of(kind, e, std::nullopt)), 256));
    if (TRY(rows.next()) && !rows.is_null(0)) {
      std::string until(rows.cell(0));
      if (!is_mark(until)) return fail(Errc::invalid, "source.bad_mark", *e.by);
      out.until = until;
    }
  }
  if (e.by) {
    Rows rows = TRY(connection.query(fmt::format("SELECT count(*) FROM {} WHERE {} IS NULL", source, quoted_name(kind, *e.by)), 64));
    if (TRY(rows.next())) out.without_mark = TRY(minor_units(rows.cell(0), 0, "count"));
    if (!out.until) return out;  // nothing new
  }
  std::string asked = "count(*)";
  for (const ExtractColumn& c : e.columns)
    if (c.total_scale) asked += fmt::format(", sum({})", decimal_of(kind, quoted_name(kind, c.column), *c.total_scale));
  Rows rows = TRY(connection.query(fmt::format("SELECT {} FROM {}{}", asked, source, where_of(kind, e, out.until)), 256));
  if (!TRY(rows.next())) return fail(Errc::unreachable, "source.failed", "count");
  out.rows = TRY(minor_units(rows.cell(0), 0, "count"));
  size_t at = 1;
  for (const ExtractColumn& c : e.columns)
    if (c.total_scale) {
      std::string_view sum = rows.cell(at++);
      out.totals[c.name] = TRY(minor_units(sum, *c.total_scale, c.name));
    }
  return out;
}

namespace {

// PostgreSQL writes a row as one text, "(a,"b c",,)": one cell to fetch instead of one for each column. It quotes as CSV does, but for
// backslashes, which it doubles inside quotes.
void append_record(std::string_view record, std::string& out) {
  if (record.size() < 2) return;
  record = record.substr(1, record.size() - 2);
  if (record.find('\\') == std::string_view::npos) {
    out += record;
  } else {
    for (size_t i = 0; i < record.size(); i++) {
      out += record[i];
      if (record[i] == '\\' && i + 1 < record.size() && record[i + 1] == '\\') i++;
    }
  }
  out += '\n';
}

constexpr char kSeparator = '\x1f';
constexpr size_t kArgumentsMax = 90;  // a function of PostgreSQL takes 100

// The row as CSV; false where a value holds the separator.
bool append_separated(std::string_view row, size_t columns, std::string& out) {
  size_t start = out.size(), separators = 0;
  bool quotes = false;
  out += row;
  for (size_t at = 0; at < row.size(); at += 64) {
    size_t n = std::min<size_t>(64, row.size() - at);
    char tail[64] = {};
    const char* from = row.data() + at;
    if (n < 64) from = static_cast<const char*>(std::memcpy(tail, from, n));
    quotes |= csv_scan::mask64(from, '"', ',', '\n') != 0;
    for (uint64_t found = csv_scan::mask64(from, kSeparator, '\r', kSeparator); found != 0; found &= found - 1) {
      auto place = at + static_cast<size_t>(std::countr_zero(found));
      if (row[place] == '\r') {
        quotes = true;
        continue;
      }
      separators++;
      out[start + place] = ',';
    }
  }
  if (separators != columns - 1) return false;
  if (!quotes) {
    out += '\n';
    return true;
  }
  out.resize(start);
  CsvWriter csv(out);
  for (size_t cell = 0; cell < columns; cell++) {
    size_t end = row.find(kSeparator);
    csv.field(row.substr(0, end));
    if (end != std::string_view::npos) row.remove_prefix(end + 1);
  }
  csv.end_record();
  return true;
}

std::string separated(const std::vector<std::string>& texts) {
  auto joined = [](auto from, auto to) {
    std::string out = "concat_ws(E'\\x1f'";
    for (; from != to; ++from) out += ", " + *from;
    return out + ")";
  };
  std::vector<std::string> groups;
  for (size_t at = 0; at < texts.size(); at += kArgumentsMax) {
    size_t end = std::min(at + kArgumentsMax, texts.size());
    groups.push_back(joined(texts.begin() + static_cast<ptrdiff_t>(at), texts.begin() + static_cast<ptrdiff_t>(end)));
  }
  return groups.size() == 1 ? groups[0] : joined(groups.begin(), groups.end());
}

// What a row comes as.
enum class Packing { cells, separated, record };

// A record of one empty text is "()", which a file of one column reads as an empty line: it stays a cell of its own.
Packing packing_of(Kind kind, const Extract& e) {
  if (kind != Kind::postgresql || e.columns.size() < 2) return Packing::cells;
  bool many = e.columns.size() > kArgumentsMax * kArgumentsMax;
  return e.row_form == RowForm::separated && !many ? Packing::separated : Packing::record;
}

// Booleans as 1 and 0, as plans read them; all else as the server writes it.
Result<std::string> selected(Connection& connection, const Extract& e, Packing packing) {
  Kind kind = connection.description().kind;
  std::map<std::string, std::string> types;
  TRY(form_of(connection, e, &types));
  std::vector<std::string> texts;
  std::string listed, listed_texts;
  for (const ExtractColumn& c : e.columns) {
    std::string name = quoted_name(kind, c.column);
    auto type = types.find(c.column);
    if (kind == Kind::postgresql && type != types.end() && type->second == "boolean") name += "::int";
    texts.push_back("coalesce(" + name + "::text, '')");
    listed += (listed.empty() ? "" : ", ") + name;
    listed_texts += (listed_texts.empty() ? "" : ", ") + texts.back();
  }
  switch (packing) {
    case Packing::cells: return listed;
    case Packing::separated: return separated(texts);
    case Packing::record: return "ROW(" + listed_texts + ")::text";  // the same cells as separated
  }
  return listed;
}

Status append_row(const Rows& rows, Packing packing, const Extract& e, std::string& out) {
  if (packing == Packing::cells) {
    CsvWriter csv(out);
    for (size_t c = 0; c < rows.columns(); c++) {
      if (rows.was_cut(c)) return fail(Errc::invalid, "csv.field_too_long");
      csv.field(rows.cell(c));
    }
    csv.end_record();
    return {};
  }
  if (rows.was_cut(0)) return fail(Errc::invalid, "csv.record_too_long");
  if (packing == Packing::record)
    append_record(rows.cell(0), out);
  else if (!append_separated(rows.cell(0), e.columns.size(), out))
    return fail(Errc::conflict, "source.separator_in_value");
  return {};
}

}  // namespace

Result<int64_t> copy_rows(Connection& connection, const Extract& e, const Measured& measured, const WriteFn& write, const TellFn& tell) {
  Kind kind = connection.description().kind;
  Packing packing = packing_of(kind, e);
  std::string sql = fmt::format("SELECT {} FROM {}{}", TRY(selected(connection, e, packing)), source_of(kind, e), where_of(kind, e, measured.until));
  TRY(connection.lift_statement_limit());
  std::string out;
  CsvWriter csv(out);
  for (const ExtractColumn& c : e.columns) csv.field(c.name);
  csv.end_record();
  Rows rows = TRY(connection.query(sql, packing == Packing::cells ? kCsvFieldBytesMax : kCsvRecordBytesMax));
  Pace pace(connection.description().rows_per_second.value_or(0));
  int64_t count = 0;
  auto flush = [&]() -> Status {
    TRY(write(out));
    out.clear();
    tell(count);
    return {};
  };
  while (TRY(rows.next())) {
    TRY(append_row(rows, packing, e, out));
    count++;
    if (out.size() >= kWriteBytes) TRY(flush());
    if ((count & 63) == 0) pace.take(64);
  }
  TRY(flush());
  return count;
}

Status same_columns(Connection& connection, const Extract& e, const Measured& measured) {
  auto form = form_of(connection, e, nullptr);
  if (!form && form.error().reason != "source.column_gone" && form.error().reason != "source.table_gone") return tl::unexpected(form.error());
  if (!form || *form != measured.form) return fail(Errc::conflict, "source.schema_changed", form ? "" : form.error().detail);
  return {};
}

}  // namespace sluice::odbc
