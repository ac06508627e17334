// Worker: one sealed version in, the same under fresh keys out, without one person's rows where a column names one. A chunk is never written again under its
// old key: its nonce is its number, and two texts under one nonce would open both.
#include "table/cell_text.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

// Rows to keep, as runs: most groups hold none of the person's rows and are copied in one piece.
struct KeptRun {
  size_t from, count;
};

// Without a person every row is kept.
std::vector<KeptRun> kept_runs(const table::Column* who, size_t rows, const std::string& subject, uint64_t& removed) {
  std::vector<KeptRun> runs;
  if (!who) return rows > 0 ? std::vector<KeptRun>{{0, rows}} : runs;
  std::string cell;
  size_t from = 0;
  for (size_t row = 0; row < rows; row++) {
    cell.clear();
    if (!who->is_null(row)) table::cell_text_to(cell, *who, row);
    if (cell != subject) continue;
    if (row > from) runs.push_back({from, row - from});
    from = row + 1;
    removed++;
  }
  if (rows > from) runs.push_back({from, rows - from});
  return runs;
}

}  // namespace

Status run_rewrite_job(WorkerContext& context) {
  std::string dataset = TRY(context.request.get_string("dataset")), version = TRY(context.request.get_string("new_version"));
  std::string column = TRY(context.request.get_string_or("column", ""));
  // The person's identifier comes beside the request, which may be logged.
  std::string subject(text(context.payload));
  if (subject.empty() != column.empty()) return fail(Errc::invalid, "keys.subject_missing");
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  ColumnKeys fresh = TRY(receive_keys(context)).keys;
  std::vector<std::string> names = TRY(decode<std::vector<std::string>>(*context.request.find("columns"), "columns"));
  std::vector<size_t> positions;
  std::vector<table::ColumnSpec> specs;
  for (const std::string& name : names) {
    size_t at = table::find_column(reader->specs(), name);
    if (at == reader->specs().size()) return fail(Errc::invalid, "catalog.no_such_column", name);
    positions.push_back(at);
    specs.push_back(reader->specs()[at]);
  }
  size_t who = table::find_column(reader->specs(), column);
  if (!column.empty() && who == reader->specs().size()) return fail(Errc::invalid, "catalog.no_such_column", column);
  auto keys = TRY(keys_in_order(fresh, names));
  auto writer = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), version, {dataset, version, specs, std::move(keys), 65536, 2}));
  uint64_t rows = 0, removed = 0;
  for (size_t g = 0; g < reader->row_groups(); g++) {
    table::ColumnRef identity;
    if (!column.empty()) identity = TRY(reader->read(g, who));
    auto runs = kept_runs(identity.get(), reader->rows_of(g), subject, removed);
    table::Batch batch;
    for (const KeptRun& run : runs) batch.rows += run.count;
    for (size_t c = 0; c < positions.size(); c++) {
      auto source = TRY(reader->read(g, positions[c]));
      table::ColumnBuilder builder(specs[c]);
      for (const KeptRun& run : runs) builder.append_rows(*source, run.from, run.count);
      batch.columns.push_back(builder.finish());
    }
    rows += batch.rows;
    if (batch.rows > 0) TRY(writer->append(batch));
    TRY(send_progress(context, Json::object({{"rows", rows}, {"total", reader->rows()}})));
  }
  if (removed == 0 && !column.empty()) return fail(Errc::not_found, "keys.no_such_rows");
  TRY(writer->finish());
  return send_result(context, Json::object({{"manifest", vault::manifest_text(writer->manifest())}, {"removed", removed}, {"rows", rows}}));
}

}  // namespace sluice::node
