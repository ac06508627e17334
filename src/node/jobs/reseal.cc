#include "node/jobs/reseal.h"

namespace sluice::node {

Result<size_t> column_named(const vault::SealedReader& reader, const std::string& name) {
  size_t at = table::find_column(reader.specs(), name);
  if (at == reader.specs().size()) return fail(Errc::invalid, "catalog.no_such_column", name);
  return at;
}

Result<std::vector<table::ColumnSpec>> specs_named(const vault::SealedReader& reader, const std::vector<std::string>& names) {
  std::vector<table::ColumnSpec> out;
  for (const std::string& name : names) out.push_back(reader.specs()[TRY(column_named(reader, name))]);
  return out;
}

Result<Resealer> Resealer::open(WorkerContext& context, std::vector<table::ColumnSpec> columns, uint64_t total) {
  std::string dataset = TRY(context.request.get_string("dataset")), version = TRY(context.request.get_string("new_version"));
  std::vector<std::string> names;
  for (const auto& spec : columns) names.push_back(spec.name);
  auto keys = TRY(keys_in_order(TRY(receive_keys(context)).keys, names));
  Resealer out(context, std::move(columns), total);
  out.writer_ = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), version, {dataset, version, out.columns_, std::move(keys), 65536, 2}));
  return out;
}

Status Resealer::copy(vault::SealedReader& reader, const ResealChange& change) {
  std::vector<size_t> places;
  for (const auto& spec : columns_) places.push_back(TRY(column_named(reader, spec.name)));
  for (size_t group = 0; group < reader.row_groups(); group++) {
    std::vector<KeptRun> runs;
    if (change.kept)
      runs = TRY(change.kept(group));
    else
      runs.push_back({0, reader.rows_of(group)});
    table::Batch batch;
    for (const KeptRun& run : runs) batch.rows += run.count;
    for (size_t c = 0; c < places.size() && batch.rows > 0; c++) {
      auto before = TRY(reader.read(group, places[c]));
      if (change.cells && places[c] == change.column) {
        batch.columns.push_back(TRY(change.cells(group, *before)));
        continue;
      }
      table::ColumnBuilder builder(columns_[c]);
      for (const KeptRun& run : runs) builder.append_rows(*before, run.from, run.count);
      batch.columns.push_back(builder.finish());
    }
    if (batch.rows > 0) TRY(writer_->append(batch));
    rows_ += batch.rows;
    TRY(send_progress(*context_, Json::object({{"rows", rows_}, {"total", total_}})));
  }
  return {};
}

Result<std::string> Resealer::finish() {
  TRY(writer_->finish());
  return vault::manifest_text(writer_->manifest());
}

}  // namespace sluice::node
