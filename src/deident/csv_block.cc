#include "deident/csv_block.h"

#include <deque>

#include "base/limits.h"
#include "codec/csv.h"
#include "deident/csv_fields.h"
#include "deident/csv_input.h"

namespace sluice::deident {

namespace {

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
  if (w.scan == Scan::on) scan_cell(cell, w.result.residual[column], w.masker.encoding());
  put_field(w.result.out, cell, w.delimiter);
  return true;
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

namespace {

enum class Act : uint8_t { copy, mask, batch, drop };

Act act_of(const Masker& masker, size_t column) {
  if (masker.dropped(column)) return Act::drop;
  if (masker.in_batches(column)) return Act::batch;
  return masker.technique(column) == Technique::keep ? Act::copy : Act::mask;
}

// A record below this many bytes has no cell that is too long in UTF-8: a character of GB18030 has at most half as many bytes more there.
constexpr size_t kRecordBytesCalm = kCsvFieldBytesMax / 3 * 2;

struct TooLong {
  std::string_view reason;
  size_t column = 0;
};

// A long record as it was written, cell by cell.
std::optional<TooLong> too_long(std::string_view record, char delimiter, TextEncoding encoding) {
  std::string text = encoding == TextEncoding::gb18030 ? gb18030_to_utf8(record).value_or(std::string(record)) : std::string(record);
  const size_t bytes = text.size();
  text.append(kCsvPadding, '\n');
  std::string scratch;
  const char* p = text.data();
  for (size_t c = 0; p < text.data() + bytes; c++) {
    const FieldSpan f = field_at(p, text.data() + bytes, delimiter, scratch);
    if (!f.end) break;
    if (f.content.size() > kCsvFieldBytesMax) return TooLong{"deident.cell_too_long", c};
    p = f.end + 1;
  }
  if (bytes > kCsvRecordBytesMax) return TooLong{"deident.record_too_long", 0};
  return std::nullopt;
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
        if (w.scan == Scan::on) fields.scan(f.content, masker.encoding(), result.residual[c]);
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
      if (out.size() - row_start > kRecordBytesCalm)
        if (auto fault = too_long(std::string_view(out).substr(row_start), w.delimiter, masker.encoding())) return refuse(fault->reason, fault->column);
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

}  // namespace sluice::deident
