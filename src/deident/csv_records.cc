#include <algorithm>
#include <cstring>

#include "deident/csv_block.h"
#include "deident/csv_fields.h"

namespace sluice::deident {

namespace {

// Eight bytes at a time, the last eight perhaps twice.
bool needs_quotes(std::string_view field, char delimiter) {
  const size_t n = field.size();
  if (n < 8) {
    for (char c : field)
      if (c == delimiter || c == '"' || c == '\n' || c == '\r') return true;
    return false;
  }
  constexpr uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  const uint64_t delimiters = ones * static_cast<uint8_t>(delimiter);
  for (size_t at = 0;; at = std::min(at + 8, n - 8)) {
    uint64_t word;
    std::memcpy(&word, field.data() + at, 8);
    uint64_t hit = 0;
    for (uint64_t pattern : {delimiters, ones * '"', ones * '\n', ones * '\r'}) hit |= ((word ^ pattern) - ones) & ~(word ^ pattern);
    if (hit & highs) return true;
    if (at == n - 8) return false;
  }
}

}  // namespace

void put_field(std::string& out, std::string_view field, char delimiter) {
  if (!needs_quotes(field, delimiter)) {
    out.append(field);
    return;
  }
  out += '"';
  for (char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::optional<uint64_t> read_fields(std::string_view block, char delimiter, size_t columns,
                                    const std::function<void(size_t column, std::string_view field)>& take) {
  const char* p = block.data();
  const char* limit = p + block.size();
  std::string scratch;
  uint64_t rows = 0;
  while (p < limit) {
    if (columns > 1 && (*p == '\n' || (*p == '\r' && p + 1 < limit && p[1] == '\n'))) {
      p += *p == '\n' ? 1 : 2;
      continue;
    }
    for (size_t c = 0;; c++) {
      FieldSpan f = field_at(p, limit, delimiter, scratch);
      if (!f.end) return std::nullopt;
      bool last = *f.end == '\n';
      if (c >= columns || last != (c + 1 == columns)) return std::nullopt;
      take(c, f.content);
      p = f.end + 1;
      if (last) break;
    }
    rows++;
  }
  return rows;
}

RecordFault fault_of_records(std::string_view block, char delimiter, size_t columns) {
  const char* p = block.data();
  const char* limit = p + block.size();
  std::string scratch;
  for (size_t record = 0; p < limit; record++) {
    while (columns > 1 && p < limit && is_empty_line(p, limit)) p += *p == '\n' ? 1 : 2;
    for (size_t c = 0; p < limit; c++) {
      const FieldSpan f = field_at(p, limit, delimiter, scratch);
      if (!f.end) return {"deident.bad_quoting", record};
      const bool last = *f.end == '\n';
      if (c >= columns || last != (c + 1 == columns)) return {"deident.ragged_row", record};
      p = f.end + 1;
      if (last) break;
    }
  }
  return {"deident.bad_quoting", 0};  // of whole, right records nothing is asked
}

namespace {

template <class Fields>
std::optional<uint64_t> give_wanted(Fields fields, std::string_view block, std::span<const size_t> places, const std::string& scratch,
                                    std::vector<std::string_view>& cells, const std::function<bool(std::span<const std::string_view>)>& take) {
  const char* p = block.data();
  const char* limit = p + block.size();
  std::vector<std::string> unescaped(cells.size());
  uint64_t rows = 0;
  while (p < limit) {
    if (places.size() > 1 && is_empty_line(p, limit)) {
      p = fields.next(p).end + 1;
      continue;
    }
    for (size_t c = 0;; c++) {
      FieldSpan f = fields.next(p);
      if (!f.end) return std::nullopt;
      bool last = *f.end == '\n';
      if (c >= places.size() || last != (c + 1 == places.size())) return std::nullopt;
      if (const size_t place = places[c]; place < cells.size()) {
        const bool own = f.content.data() == scratch.data() && !f.content.empty();
        cells[place] = own ? std::string_view(unescaped[place].assign(f.content)) : f.content;
      }
      p = f.end + 1;
      if (last) break;
    }
    rows++;
    if (!take(cells)) return rows;
  }
  return rows;
}

}  // namespace

std::optional<uint64_t> read_wanted(std::string_view block, char delimiter, std::span<const size_t> places, size_t wanted,
                                    const std::function<bool(std::span<const std::string_view>)>& take) {
  std::vector<std::string_view> cells(wanted);
  std::string scratch;
  thread_local CsvMap map;
  if (!block.empty() && !csv_mappers().empty() && csv_mappers().back().map(block, delimiter, map))
    return give_wanted(MappedFields{.base = block.data(), .map = map}, block, places, scratch, cells, take);
  return give_wanted(ReadFields{.limit = block.data() + block.size(), .delimiter = delimiter, .scratch = scratch}, block, places, scratch, cells, take);
}

bool copy_records(std::string_view block, char delimiter, size_t columns, const std::function<bool()>& stays, std::string& out) {
  const char* p = block.data();
  const char* limit = p + block.size();
  std::string scratch;
  while (p < limit) {
    const char* start = p;
    if (columns > 1 && is_empty_line(p, limit)) {
      p += *p == '\n' ? 1 : 2;
      continue;
    }
    for (size_t c = 0;; c++) {
      FieldSpan f = field_at(p, limit, delimiter, scratch);
      bool last = f.end && *f.end == '\n';
      if (!f.end || c >= columns || last != (c + 1 == columns)) return false;
      p = f.end + 1;
      if (last) break;
    }
    if (stays()) out.append(start, static_cast<size_t>(p - start));
  }
  return true;
}

size_t whole_records(std::string_view data, char delimiter) {
  if (data.find('"') == std::string_view::npos) {
    size_t last = data.rfind('\n');
    return last == std::string_view::npos ? 0 : last + 1;
  }
  size_t whole = 0;
  bool field_start = true, quoted = false;
  for (size_t i = 0; i < data.size(); i++) {
    char c = data[i];
    if (quoted) {
      if (c == '"') quoted = i + 1 < data.size() && data[i + 1] == '"' ? (i++, true) : false;
      continue;
    }
    if (c == '"' && field_start) {
      quoted = true;
      field_start = false;
      continue;
    }
    field_start = c == delimiter || c == '\n';
    if (c == '\n') whole = i + 1;
  }
  return whole;
}

std::optional<FirstRecord> first_record(std::string_view data, char delimiter) {
  FirstRecord record;
  std::string padded(data.substr(0, std::min<size_t>(data.size(), kCsvRecordBytesMax)));
  padded.append(16, '\n');
  const char* base = padded.data();
  const char* limit = base + padded.size() - 16;
  std::string scratch;
  for (const char* p = base; p < limit;) {
    FieldSpan f;
    if (*p == '"') {
      f = quoted_field(p, limit, delimiter, scratch);
    } else {
      const char* end = plain_end(p, delimiter);
      size_t n = static_cast<size_t>(end - p);
      if (end < limit && *end == '\n' && n > 0 && end[-1] == '\r') n--;
      f = {end, {p, n}};
    }
    if (!f.end || f.end >= limit) return std::nullopt;
    if (record.fields.size() >= kColumnsMax) {
      record.too_many = true;
      return record;
    }
    record.fields.emplace_back(f.content);
    p = f.end + 1;
    if (*f.end == '\n') {
      record.bytes = static_cast<size_t>(p - base);
      return record;
    }
    // A delimiter directly before the end of the data: the record goes on in the next block.
  }
  return std::nullopt;
}

}  // namespace sluice::deident
