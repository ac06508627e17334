#include "deident/csv_block.h"

#include <cstring>
#include <deque>

namespace sluice::deident {

namespace {

// The end of the field that starts at `p`: the delimiter or line feed after it. Null: wrong quoting. `quoted` cells give
// their content unescaped in `content` (a view into the block, or into `scratch`).
struct FieldSpan {
  const char* end = nullptr;
  std::string_view content{};
};

FieldSpan quoted_field(const char* p, const char* limit, char delimiter, std::string& scratch) {
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

// Cells that run in batches, masked before the block is written.
struct PreparedCells {
  std::vector<MaskedCells> masked;  // by column; empty where the column runs cell by cell
  std::vector<uint8_t> row_stays;   // empty: all
};

struct RowWriter {
  const Masker& masker;
  char delimiter;
  Scan scan;
  BlockResult& result;
  std::string scratch{}, cell{};
};

bool needs_quotes(std::string_view field, char delimiter) {
  for (char c : field)
    if (c == delimiter || c == '"' || c == '\n' || c == '\r') return true;
  return false;
}

// One masked cell. False: the run must be refused.
bool put_masked(RowWriter& w, size_t column, CellOutcome outcome, std::string_view cell) {
  CellTally& tally = w.result.cells[column];
  switch (outcome) {
    case CellOutcome::kept: break;
    case CellOutcome::masked: tally.masked++; break;
    case CellOutcome::null: tally.nulls++; break;
    case CellOutcome::failed:
      if (w.masker.on_failure(column) == OnFailure::refuse) return false;
      cell = {};
      tally.failed++;
      break;
  }
  if (w.scan == Scan::on) scan_cell(cell, w.result.residual[column]);
  put_field(w.result.out, cell, w.delimiter);
  return true;
}

bool is_empty_line(const char* p, const char* limit) { return *p == '\n' || (*p == '\r' && p + 1 < limit && p[1] == '\n'); }

FieldSpan field_at(const char* start, const char* limit, char delimiter, std::string& scratch) {
  if (*start == '"') return quoted_field(start, limit, delimiter, scratch);
  const char* end = plain_end(start, delimiter);
  size_t n = static_cast<size_t>(end - start);
  if (*end == '\n' && n > 0 && end[-1] == '\r') n--;
  return {end, {start, n}};
}

// Reads the cells of the wanted columns of all whole records; stops where the grammar is broken (the writer says so).
class CellCollector {
 public:
  CellCollector(std::string_view block, char delimiter, std::vector<bool> wanted)
      : block_(block), delimiter_(delimiter), wanted_(std::move(wanted)), cells_(wanted_.size()) {
    collect();
  }
  std::span<const std::string_view> column(size_t c) const { return cells_[c]; }

 private:
  void collect() {
    const char* p = block_.data();
    const char* limit = p + block_.size();
    const size_t columns = wanted_.size();
    std::string scratch;
    while (p < limit) {
      if (columns > 1 && is_empty_line(p, limit)) {
        p += *p == '\n' ? 1 : 2;
        continue;
      }
      for (size_t c = 0;; c++) {
        FieldSpan f = field_at(p, limit, delimiter_, scratch);
        bool last = f.end && *f.end == '\n';
        if (!f.end || c >= columns || last != (c + 1 == columns)) return;
        if (wanted_[c]) {
          bool own = f.content.data() == scratch.data() && !f.content.empty();
          cells_[c].push_back(own ? std::string_view(unescaped_.emplace_back(f.content)) : f.content);
        }
        p = f.end + 1;
        if (last) break;
      }
    }
  }
  std::string_view block_;
  char delimiter_;
  std::vector<bool> wanted_;
  std::vector<std::vector<std::string_view>> cells_;
  std::deque<std::string> unescaped_;
};

PreparedCells prepare_cells(const Masker& masker, char delimiter, std::string_view block, uint64_t first_row) {
  PreparedCells out;
  std::vector<bool> wanted(masker.columns());
  bool any = false;
  for (size_t c = 0; c < masker.columns(); c++) {
    if (!masker.in_batches(c)) continue;
    wanted[c] = any = true;
    if (auto beside = masker.beside(c)) wanted[*beside] = true;
  }
  if (auto sampled = masker.sample_column()) wanted[*sampled] = any = true;
  if (!any) return out;
  CellCollector collected(block, delimiter, std::move(wanted));
  out.masked.resize(masker.columns());
  std::vector<CellInput> inputs;
  for (size_t c = 0; c < masker.columns(); c++) {
    if (!masker.in_batches(c)) continue;
    auto cells = collected.column(c);
    auto beside = masker.beside(c);
    inputs.clear();
    for (size_t r = 0; r < cells.size(); r++) {
      // A record may end early in broken input; the writer refuses it.
      bool there = beside && r < collected.column(*beside).size();
      inputs.push_back({cells[r], there ? collected.column(*beside)[r] : std::string_view(), first_row + r});
    }
    masker.apply_many(c, inputs, out.masked[c]);
  }
  if (auto sampled = masker.sample_column()) masker.sample(collected.column(*sampled), out.row_stays);
  return out;
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

namespace {

// The fields of a block one after the other, by reading them; the general way.
struct ReadFields {
  const char* limit;
  char delimiter;
  std::string& scratch;
  FieldSpan next(const char* start) { return field_at(start, limit, delimiter, scratch); }
  void scan(std::string_view cell, ResidualTally& tally) const { scan_cell(cell, tally); }
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
  void scan(std::string_view cell, ResidualTally& tally) const {
    if (cell.size() < kResidualBytesMin) return;
    size_t from = static_cast<size_t>(cell.data() - base);
    if (looks(from, from + cell.size())) return scan_cell(cell, tally);
    tally.cells++;
  }
};

enum class Act : uint8_t { copy, mask, batch, drop };

Act act_of(const Masker& masker, size_t column) {
  if (masker.dropped(column)) return Act::drop;
  if (masker.in_batches(column)) return Act::batch;
  return masker.technique(column) == Technique::keep ? Act::copy : Act::mask;
}

template <class Fields>
void write_block(RowWriter& w, Fields fields, std::string_view block, const PreparedCells& prepared) {
  const Masker& masker = w.masker;
  BlockResult& result = w.result;
  const size_t columns = masker.columns();
  std::vector<Act> acts(columns);
  for (size_t c = 0; c < columns; c++) acts[c] = act_of(masker, c);
  const char* p = block.data();
  const char* limit = p + block.size();
  auto refuse = [&](std::string_view reason, size_t column) {
    result.error = reason;
    result.error_row = result.rows;
    result.error_column = column;
  };
  std::string& out = result.out;
  while (p < limit) {
    if (columns > 1 && is_empty_line(p, limit)) {
      const char* after = fields.next(p).end + 1;
      out.append(p, static_cast<size_t>(after - p));
      p = after;
      continue;
    }
    const size_t row = result.rows;
    const bool stays = row >= prepared.row_stays.size() || prepared.row_stays[row];
    const size_t row_start = out.size();
    const char* run = p;  // copied up to here
    for (size_t c = 0;; c++) {
      FieldSpan f = fields.next(p);
      if (!f.end) return refuse("deident.bad_quoting", c);
      bool last = *f.end == '\n';
      if (c >= columns || last != (c + 1 == columns)) return refuse("deident.ragged_row", c);
      const char* tail = f.end;  // of the field's own bytes
      if (last && tail > p && tail[-1] == '\r') tail--;
      if (!stays) {
        run = p = f.end + 1;
        if (last) break;
        continue;
      }
      if (acts[c] == Act::copy) {
        if (w.scan == Scan::on) fields.scan(f.content, result.residual[c]);
      } else {
        out.append(run, static_cast<size_t>(p - run));
        run = tail;
        if (acts[c] == Act::mask) {
          w.cell.clear();
          CellOutcome outcome = masker.apply(c, f.content, w.cell);
          if (!put_masked(w, c, outcome, w.cell)) return refuse("deident.value_refused", c);
        } else if (acts[c] == Act::batch) {
          const MaskedCells& masked = prepared.masked[c];
          if (!put_masked(w, c, masked.outcome(row), masked.at(row))) return refuse("deident.value_refused", c);
        } else if (out.size() == row_start) {
          if (!last) run = f.end + 1;
        } else {
          out.pop_back();
        }
        if (acts[c] == Act::drop) result.cells[c].masked++;
      }
      p = f.end + 1;
      if (last) break;
    }
    if (stays) {
      out.append(run, static_cast<size_t>(p - run));
    } else {
      result.dropped++;
    }
    result.rows++;
  }
}

}  // namespace

void mask_block_with(const CsvMapper* mapper, const Masker& masker, char delimiter, std::string_view block, uint64_t first_row, Scan scan,
                     BlockResult& result) {
  result.cells.assign(masker.columns(), {});
  result.residual.assign(masker.columns(), {});
  result.out.reserve(block.size() + block.size() / 8);
  const PreparedCells prepared = prepare_cells(masker, delimiter, block, first_row);
  RowWriter w{.masker = masker, .delimiter = delimiter, .scan = scan, .result = result};
  thread_local CsvMap map;
  if (mapper && !block.empty() && mapper->map(block, delimiter, map)) {
    write_block(w, MappedFields{.base = block.data(), .map = map}, block, prepared);
  } else {
    write_block(w, ReadFields{.limit = block.data() + block.size(), .delimiter = delimiter, .scratch = w.scratch}, block, prepared);
  }
}

void mask_block(const Masker& masker, char delimiter, std::string_view block, uint64_t first_row, Scan scan, BlockResult& result) {
  mask_block_with(csv_mappers().empty() ? nullptr : &csv_mappers().back(), masker, delimiter, block, first_row, scan, result);
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
    if (!f.end || f.end >= limit || record.fields.size() >= kColumnsMax) return std::nullopt;
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
