// Worker: one sealed version in, the same without the rows that the source's list names, under fresh keys.
#include <set>

#include "collect/pipeline.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

using KeySet = std::set<std::string, std::less<>>;

// A key of several fields as one text; the separator cannot stand in a cell's number or date, and is doubled in texts.
void append_key(std::string& out, const table::Column& column, size_t row) {
  std::string cell;
  if (!column.is_null(row)) table::cell_text_to(cell, column, row);
  for (char c : cell) {
    out += c;
    if (c == '\x1f') out += c;
  }
  out += '\x1f';
}

// The list's rows, as keys.
class ListedKeys final : public table::BatchSink, public collect::HeldSink {
 public:
  Status append(const table::Batch& batch) override {
    for (size_t row = 0; row < batch.rows; row++) {
      std::string key;
      for (const table::Column& column : batch.columns) append_key(key, column, row);
      keys.insert(std::move(key));
    }
    return {};
  }
  Status finish() override { return {}; }
  Status hold(collect::HeldRow) override { return fail(Errc::refused, "deletion.bad_rows"); }
  KeySet keys;
};

Result<KeySet> read_list(WorkerContext& context, const collect::Plan& list_plan) {
  auto manifest = TRY(decode<collect::BatchManifest>(*context.request.find("list_manifest")));
  std::string file_name = TRY(context.request.get_string("file_name")), key_text = TRY(context.request.get_string("source_key"));
  std::vector<Sm2PublicKey> keys;
  if (!key_text.empty()) {
    Bytes point = TRY(from_base64(key_text));
    keys.push_back(TRY(Sm2PublicKey::from_bytes(point)));
  }
  TRY(collect::check_manifest(manifest, list_plan, file_name, keys));
  ListedKeys listed;
  collect::Progress progress;
  auto bytes = bytes_of_fd(context.fds.at(1).get());
  auto outcome = TRY(collect::collect_stream(list_plan, *bytes, {}, listed, listed, progress));
  TRY(collect::reconcile(manifest, outcome.facts));
  return std::move(listed.keys);
}

struct Filtered {
  uint64_t rows = 0, removed = 0;
  KeySet matched;
};

// Rows of the group that stay, as runs.
Result<std::vector<std::pair<size_t, size_t>>> kept_of(vault::SealedReader& reader, size_t group, const std::vector<size_t>& key_columns, const KeySet& keys, Filtered& out) {
  std::vector<std::string> texts(reader.rows_of(group));
  for (size_t column : key_columns) {
    auto values = TRY(reader.read(group, column));
    for (size_t row = 0; row < texts.size(); row++) append_key(texts[row], *values, row);
  }
  std::vector<std::pair<size_t, size_t>> runs;
  size_t from = 0;
  for (size_t row = 0; row <= texts.size(); row++) {
    bool listed = row < texts.size() && keys.contains(texts[row]);
    if (row < texts.size() && !listed) continue;
    if (row > from) runs.emplace_back(from, row - from);
    from = row + 1;
    if (!listed) continue;
    out.removed++;
    out.matched.insert(texts[row]);
  }
  return runs;
}

}  // namespace

Status run_delete_rows_job(WorkerContext& context) {
  std::string dataset = TRY(context.request.get_string("dataset")), version = TRY(context.request.get_string("new_version"));
  auto plan = TRY(collect::parse_plan(TRY(context.request.get_string("plan"))));
  auto list_plan = TRY(collect::deletion_plan(plan));
  KeySet keys = TRY(read_list(context, list_plan));
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  ColumnKeys fresh = TRY(receive_keys(context)).keys;
  const auto& specs = reader->specs();
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  std::vector<size_t> key_columns;
  for (const auto& f : list_plan.columns) {
    size_t at = table::find_column(specs, f.name);
    if (at == specs.size()) return fail(Errc::not_found, "catalog.no_such_column", f.name);
    key_columns.push_back(at);
  }
  auto column_keys = TRY(keys_in_order(fresh, names));
  auto writer = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), version, {dataset, version, specs, std::move(column_keys), 65536, 2}));
  Filtered out;
  for (size_t group = 0; group < reader->row_groups(); group++) {
    auto runs = TRY(kept_of(*reader, group, key_columns, keys, out));
    table::Batch batch;
    for (const auto& [from, count] : runs) batch.rows += count;
    for (size_t c = 0; c < specs.size(); c++) {
      auto source = TRY(reader->read(group, c));
      table::ColumnBuilder builder(specs[c]);
      for (const auto& [from, count] : runs) builder.append_rows(*source, from, count);
      batch.columns.push_back(builder.finish());
    }
    out.rows += batch.rows;
    if (batch.rows > 0) TRY(writer->append(batch));
    TRY(send_progress(context, Json::object({{"rows", out.rows}, {"total", reader->rows()}})));
  }
  if (out.removed == 0) return fail(Errc::conflict, "deletion.nothing_matched");
  if (out.rows == 0) return fail(Errc::conflict, "deletion.nothing_left");
  TRY(writer->finish());
  return send_result(context, Json::object({{"manifest", vault::manifest_text(writer->manifest())}, {"removed", out.removed}, {"rows", out.rows},
                                            {"unmatched", keys.size() - out.matched.size()}}));
}

}  // namespace sluice::node
