#include "collect/code_tables.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/csv.h"
#include "standard/datetime.h"

namespace sluice::collect {

namespace {

constexpr size_t kTableBytesMax = 256u << 20;
constexpr int64_t kTableRowsMax = 2'000'000;

std::string upper_code(std::string_view code) {
  std::string out(code);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

size_t column_named(const std::vector<std::string>& header, std::string_view name) {
  return static_cast<size_t>(std::find(header.begin(), header.end(), name) - header.begin());
}

}  // namespace

Result<CodeList> CodeList::parse(std::string_view csv) {
  if (csv.size() > kTableBytesMax) return fail(Errc::invalid, "reference.too_large");
  CsvDialect dialect;
  dialect.encoding = Encoding::utf8;
  auto bytes = bytes_of_memory(csv);
  CsvReader reader = TRY(CsvReader::open(*bytes, dialect));
  const auto& header = reader.header();
  size_t code = column_named(header, "code"), from = column_named(header, "valid_from"), to = column_named(header, "valid_to");
  if (code == header.size()) return fail(Errc::invalid, "reference.no_code");
  CodeList out;
  while (const CsvBlock* block = TRY(reader.next())) {
    for (size_t row = 0; row < block->rows; row++) {
      out.rows_++;
      auto malformed = [&] { return fail(Errc::invalid, "reference.malformed", "line " + std::to_string(out.rows_ + 1)); };
      auto day = [&](size_t column, int64_t otherwise) -> Result<int64_t> {
        if (column == header.size() || block->cell(row, column).empty()) return otherwise;
        auto parsed = parse_date(block->cell(row, column));
        if (!parsed) return malformed();
        return parsed->days;
      };
      Span span{TRY(day(from, INT64_MIN)), TRY(day(to, INT64_MAX))};
      if (block->cell(row, code).empty() || span.from > span.to) return malformed();
      out.codes_[upper_code(block->cell(row, code))].push_back(span);
    }
    if (out.rows_ > kTableRowsMax) return fail(Errc::invalid, "reference.too_large");
  }
  if (out.rows_ == 0) return fail(Errc::invalid, "reference.too_large");
  return out;
}

CodeList::Found CodeList::look(std::string_view code, int64_t day) const {
  auto it = codes_.find(upper_code(code));
  if (it == codes_.end()) return Found::unknown;
  bool then = std::any_of(it->second.begin(), it->second.end(), [&](const Span& span) { return span.from <= day && day <= span.to; });
  return then ? Found::valid : Found::not_then;
}

void CodeTables::add(const std::string& table, int64_t number, int64_t from_day, std::optional<int64_t> to_day, CodeList list) {
  auto& versions = tables_[table];
  versions.push_back({number, from_day, to_day.value_or(INT64_MAX), std::move(list)});
  // The one that counts first: later begun, then later adopted.
  std::sort(versions.begin(), versions.end(), [](const Version& a, const Version& b) { return std::pair(a.from, a.number) > std::pair(b.from, b.number); });
}

std::string_view CodeTables::judge(const std::string& table, std::string_view code, int64_t day) const {
  auto it = tables_.find(table);
  if (it == tables_.end()) return "reference.no_version_then";
  for (const Version& version : it->second) {
    if (version.from > day) continue;
    if (version.to < day) return "reference.no_version_then";
    switch (version.list.look(code, day)) {
      case CodeList::Found::valid: return {};
      case CodeList::Found::unknown: return "reference.unknown_code";
      case CodeList::Found::not_then: return "reference.not_valid_then";
    }
  }
  return "reference.no_version_then";
}

}  // namespace sluice::collect
