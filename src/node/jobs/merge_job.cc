// Worker: sealed versions with the same columns, one after the other, into one sealed version.
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

Status copy_rows(WorkerContext& context, vault::SealedReader& reader, vault::SealedWriter& writer, uint64_t& rows) {
  for (size_t group = 0; group < reader.row_groups(); group++) {
    table::Batch batch;
    batch.rows = reader.rows_of(group);
    for (size_t c = 0; c < reader.specs().size(); c++) {
      auto column = TRY(reader.read(group, c));
      table::ColumnBuilder builder(reader.specs()[c]);
      builder.append_rows(*column, 0, batch.rows);
      batch.columns.push_back(builder.finish());
    }
    TRY(writer.append(batch));
    rows += batch.rows;
    TRY(send_progress(context, Json::object({{"rows", rows}})));
  }
  return {};
}

}  // namespace

Status run_merge_job(WorkerContext& context) {
  std::string dataset = TRY(context.request.get_string("dataset")), version = TRY(context.request.get_string("new_version"));
  std::vector<std::unique_ptr<vault::SealedReader>> readers;
  readers.push_back(TRY(open_sealed_input(context, 1u << 20)));
  for (const Json& input : context.request.find("further")->as_array()) {
    readers.push_back(TRY(open_sealed_input(context, input, 1u << 20)));
    if (readers.back()->specs() != readers.front()->specs()) return fail(Errc::conflict, "merge.columns_differ");
  }
  std::vector<table::ColumnSpec> specs = readers.front()->specs();
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  ColumnKeys fresh = TRY(receive_keys(context)).keys;
  auto keys = TRY(keys_in_order(fresh, names));
  auto writer = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), version, {dataset, version, specs, std::move(keys), 65536, 2}));
  uint64_t rows = 0;
  for (auto& reader : readers) TRY(copy_rows(context, *reader, *writer, rows));
  TRY(writer->finish());
  return send_result(context, Json::object({{"manifest", vault::manifest_text(writer->manifest())}, {"rows", rows}}));
}

}  // namespace sluice::node
