// Worker: one sealed version in, the same without the rows that the source's list names, under fresh keys.
#include <set>

#include "collect/pipeline.h"
#include "node/jobs/job_table.h"
#include "node/jobs/reseal.h"
#include "table/cell_text.h"

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

// The rows' keys, of one group.
Result<std::vector<std::string>> keys_of(vault::SealedReader& reader, size_t group, const std::vector<size_t>& key_columns) {
  std::vector<std::string> out(reader.rows_of(group));
  for (size_t column : key_columns) {
    auto values = TRY(reader.read(group, column));
    for (size_t row = 0; row < out.size(); row++) append_key(out[row], *values, row);
  }
  return out;
}

}  // namespace

Status run_delete_rows_job(WorkerContext& context) {
  auto plan = TRY(collect::parse_plan(TRY(context.request.get_string("plan"))));
  auto list_plan = TRY(collect::deletion_plan(plan));
  KeySet listed = TRY(read_list(context, list_plan)), matched;
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  std::vector<size_t> key_columns;
  for (const auto& f : list_plan.columns) {
    size_t at = table::find_column(reader->specs(), f.name);
    if (at == reader->specs().size()) return fail(Errc::not_found, "catalog.no_such_column", f.name);
    key_columns.push_back(at);
  }
  auto sealing = TRY(Resealer::open(context, reader->specs(), reader->rows()));
  uint64_t removed = 0;
  ResealChange change;
  change.kept = [&](size_t group) -> Result<std::vector<KeptRun>> {
    auto keys = TRY(keys_of(*reader, group, key_columns));
    return kept_runs(keys.size(), [&](size_t row) {
      if (!listed.contains(keys[row])) return true;
      removed++;
      matched.insert(std::move(keys[row]));
      return false;
    });
  };
  TRY(sealing.copy(*reader, change));
  if (removed == 0) return fail(Errc::conflict, "deletion.nothing_matched");
  if (sealing.rows() == 0) return fail(Errc::conflict, "deletion.nothing_left");
  std::string manifest = TRY(sealing.finish());
  return send_result(context, Json::object({{"manifest", manifest}, {"removed", removed}, {"rows", sealing.rows()}, {"unmatched", listed.size() - matched.size()}}));
}

}  // namespace sluice::node
