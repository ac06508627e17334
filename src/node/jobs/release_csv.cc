#include "node/jobs/release_csv.h"

#include "codec/csv.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

constexpr size_t kCsvFlushBytes = 1u << 20;

}  // namespace

Status visit_marked_rows(vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker,
                         const std::function<Status(std::span<const table::ColumnRef>, size_t)>& row, const std::function<Status(size_t)>& after_group) {
  if (!marker) return visit_rows(reader, scope, row, after_group);
  const table::Column* at_hand = nullptr;  // the first column of the group that was marked last
  table::ColumnRef held;
  std::vector<table::ColumnRef> marked;
  auto counted = [&](std::span<const table::ColumnRef> shown, size_t r) -> Status {
    if (shown.front().get() != at_hand) {
      held = shown.front();
      at_hand = held.get();
      marked.assign(shown.begin(), shown.end());
      TRY(marker->mark(marked));
    }
    marker->count(r);
    return row(marked, r);
  };
  return visit_rows(reader, scope, counted, after_group);
}

CsvContent::CsvContent(std::span<const table::ColumnSpec> specs) {
  csv_.emplace(buffer_);
  for (const auto& spec : specs) csv_->field(spec.name);
  csv_->end_record();
}

void CsvContent::row(std::span<const table::ColumnRef> shown, size_t r) {
  for (const auto& column : shown) {
    cell_.clear();
    cell_text_to(cell_, *column, r);
    csv_->field(cell_);
  }
  csv_->end_record();
  if (buffer_.size() > kCsvFlushBytes) flush();
}

void CsvContent::flush() {
  hash_.update(view(buffer_));
  buffer_.clear();
  csv_.emplace(buffer_);
}

Digest CsvContent::finish() {
  flush();
  return hash_.finish();
}

Result<int64_t> write_release_csv(WorkerContext& context, vault::SealedReader& reader, const ReleaseScope& scope, ReleaseMarker* marker, const BytesSink& sink) {
  std::string buffer, cell;
  std::optional<CsvWriter> csv(buffer);
  int64_t rows = 0;
  for (const auto& spec : scope.specs) csv->field(spec.name);
  csv->end_record();
  auto row = [&](std::span<const table::ColumnRef> shown, size_t r) -> Status {
    for (const auto& column : shown) {
      cell.clear();
      cell_text_to(cell, *column, r);
      csv->field(cell);
    }
    csv->end_record();
    rows++;
    return {};
  };
  auto after_group = [&](size_t) -> Status {
    for (size_t at = 0; at < buffer.size(); at += kCsvFlushBytes) TRY(sink(view(std::string_view(buffer).substr(at, kCsvFlushBytes))));
    buffer.clear();
    csv.emplace(buffer);
    return send_progress(context, Json::object({{"rows", rows}}));
  };
  TRY(visit_marked_rows(reader, scope, marker, row, after_group));
  if (!buffer.empty()) TRY(sink(view(buffer)));
  return rows;
}

}  // namespace sluice::node
