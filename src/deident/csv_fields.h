// The fields of a block of CSV records one after the other: by reading them, or by a map of the block where it has no quotes. Internal
// to csv_block.cc and csv_records.cc; grammar and padding as csv_block.h says.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "deident/csv_map.h"
#include "deident/residual.h"

namespace sluice::deident {

// The end of the field that starts at `p`: the delimiter or line feed after it. Null: wrong quoting. `quoted` cells give
// their content unescaped in `content` (a view into the block, or into `scratch`).
struct FieldSpan {
  const char* end = nullptr;
  std::string_view content{};
};

inline FieldSpan quoted_field(const char* p, const char* limit, char delimiter, std::string& scratch) {
  const char* start = ++p;
  scratch.clear();
  bool escaped = false;
  while (true) {
    const void* found = std::memchr(p, '"', static_cast<size_t>(limit - p));
    if (!found) return {};
    const char* q = static_cast<const char*>(found);
    if (q + 1 < limit && q[1] == '"') {
      scratch.append(start, static_cast<size_t>(q + 1 - start));
      escaped = true;
      p = start = q + 2;
      continue;
    }
    std::string_view content{start, static_cast<size_t>(q - start)};
    if (escaped) content = scratch.append(content);
    p = q + 1;
    if (p < limit && *p == '\r' && p + 1 < limit && p[1] == '\n') p++;
    if (p >= limit || (*p != delimiter && *p != '\n')) return {};
    return {p, content};
  }
}

// The next delimiter or line feed, eight bytes at a time. Reads up to 7 bytes behind the one it finds.
inline const char* plain_end(const char* p, char delimiter) {
  constexpr uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  const uint64_t d = ones * static_cast<uint8_t>(delimiter), n = ones * static_cast<uint8_t>('\n');
  while (true) {
    uint64_t w;
    std::memcpy(&w, p, 8);
    uint64_t a = w ^ d, b = w ^ n;
    uint64_t hit = ((a - ones) & ~a & highs) | ((b - ones) & ~b & highs);
    if (hit) {
      if constexpr (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) return p + (__builtin_ctzll(hit) >> 3);
      while (*p != delimiter && *p != '\n') p++;
      return p;
    }
    p += 8;
  }
}

inline bool is_empty_line(const char* p, const char* limit) { return *p == '\n' || (*p == '\r' && p + 1 < limit && p[1] == '\n'); }

inline FieldSpan field_at(const char* start, const char* limit, char delimiter, std::string& scratch) {
  if (*start == '"') return quoted_field(start, limit, delimiter, scratch);
  const char* end = plain_end(start, delimiter);
  size_t n = static_cast<size_t>(end - start);
  if (*end == '\n' && n > 0 && end[-1] == '\r') n--;
  return {end, {start, n}};
}

// The fields of a block one after the other, by reading them; the general way.
struct ReadFields {
  const char* limit;
  char delimiter;
  std::string& scratch;
  FieldSpan next(const char* start) { return field_at(start, limit, delimiter, scratch); }
  void scan(std::string_view cell, TextEncoding encoding, ResidualTally& tally) const { scan_cell(cell, tally, encoding); }
};

// The same by a map of the block, which has no quotes.
struct MappedFields {
  const char* base;
  const CsvMap& map;
  size_t word = 0;
  uint64_t bits = map.ends[0];

  FieldSpan next(const char* start) {
    while (bits == 0) bits = map.ends[++word];
    const char* end = base + 64 * word + __builtin_ctzll(bits);
    bits &= bits - 1;
    size_t n = static_cast<size_t>(end - start);
    if (*end == '\n' && n > 0 && end[-1] == '\r') n--;
    return {end, {start, n}};
  }
  bool looks(size_t from, size_t to) const {
    const size_t first = from / 64, last = (to - 1) / 64;
    uint64_t head = map.looks[first] >> (from % 64) << (from % 64), tail = ~uint64_t{0} >> (63 - (to - 1) % 64);
    if (first == last) return (head & tail) != 0;
    for (size_t w = first + 1; w < last; w++) head |= map.looks[w];
    return (head | (map.looks[last] & tail)) != 0;
  }
  void scan(std::string_view cell, TextEncoding encoding, ResidualTally& tally) const {
    if (encoding != TextEncoding::utf8) return scan_cell(cell, tally, encoding);
    if (cell.size() < kResidualBytesMin) return;
    size_t from = static_cast<size_t>(cell.data() - base);
    if (looks(from, from + cell.size())) return scan_cell(cell, tally);
    tally.cells++;
    if (NameTally::worth_a_look(cell)) tally.names.cell(cell);
  }
};

}  // namespace sluice::deident
