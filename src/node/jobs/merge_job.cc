// Worker: sealed versions with the same columns, one after the other, into one sealed version.
#include <algorithm>
#include <unordered_set>

#include "base/random.h"
#include "collect/value.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

// Keys of the rows of later parts, as two keyed hashes: memory is 16 bytes a row, and two keys fall together with a chance of 2^-128.
class LaterKeys {
 public:
  LaterKeys(std::vector<std::string> key) : key_(std::move(key)) {
    SystemRandom random;
    random.fill({reinterpret_cast<uint8_t*>(seeds_.data()), sizeof seeds_});
  }
  bool empty() const { return key_.empty(); }

  // Which rows of a part stay, by row group; the part's own keys are known from then on.
  Result<std::vector<std::vector<uint8_t>>> stay(vault::SealedReader& reader) {
    std::vector<std::vector<uint8_t>> out;
    std::vector<Hash> own;
    for (size_t group = 0; group < reader.row_groups(); group++) {
      std::vector<table::ColumnRef> columns;
      for (const std::string& name : key_) columns.push_back(TRY(reader.read(group, table::find_column(reader.specs(), name))));
      std::vector<uint8_t>& rows = out.emplace_back(reader.rows_of(group));
      for (size_t row = 0; row < rows.size(); row++) {
        own.push_back(hash_of(columns, row));
        rows[row] = !seen_.contains(own.back());
      }
    }
    seen_.insert(own.begin(), own.end());
    return out;
  }

 private:
  using Hash = std::array<uint64_t, 2>;
  struct Spread {
    size_t operator()(const Hash& h) const { return h[0]; }
  };
  Hash hash_of(const std::vector<table::ColumnRef>& columns, size_t row) {
    text_.clear();
    for (const auto& column : columns) {
      size_t at = text_.size();
      if (!column->is_null(row)) table::cell_text_to(text_, *column, row);
      text_ += '\x1f' + std::to_string(text_.size() - at) + '\x1f';
    }
    return {collect::keyed_hash(seeds_[0], text_), collect::keyed_hash(seeds_[1], text_)};
  }
  std::vector<std::string> key_;
  std::array<uint64_t, 2> seeds_{};
  std::unordered_set<Hash, Spread> seen_;
  std::string text_;
};

// Runs of rows that stay, appended column by column.
void append_staying(table::ColumnBuilder& builder, const table::Column& column, const std::vector<uint8_t>* stay, size_t rows) {
  if (!stay) return builder.append_rows(column, 0, rows);
  for (size_t row = 0; row < rows;) {
    size_t end = row;
    while (end < rows && (*stay)[end]) end++;
    if (end > row) builder.append_rows(column, row, end - row);
    row = end + 1;
  }
}

Status copy_rows(WorkerContext& context, vault::SealedReader& reader, vault::SealedWriter& writer, const std::vector<std::vector<uint8_t>>& stay, uint64_t& rows) {
  for (size_t group = 0; group < reader.row_groups(); group++) {
    table::Batch batch;
    const std::vector<uint8_t>* staying = stay.empty() ? nullptr : &stay[group];
    batch.rows = staying ? static_cast<size_t>(std::count(staying->begin(), staying->end(), uint8_t{1})) : reader.rows_of(group);
    if (batch.rows == 0) continue;
    for (size_t c = 0; c < reader.specs().size(); c++) {
      auto column = TRY(reader.read(group, c));
      table::ColumnBuilder builder(reader.specs()[c]);
      append_staying(builder, *column, staying, reader.rows_of(group));
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
  // From the last part to the first it is found who stays; then the rows are written in the order of the parts.
  const Json* key_list = context.request.find("key");
  LaterKeys later(key_list ? TRY(decode<std::vector<std::string>>(*key_list)) : std::vector<std::string>{});
  std::vector<std::vector<std::vector<uint8_t>>> stay(readers.size());
  uint64_t in = 0, rows = 0;
  for (size_t part = readers.size(); part-- > 0;) {
    for (size_t group = 0; group < readers[part]->row_groups(); group++) in += readers[part]->rows_of(group);
    if (!later.empty()) stay[part] = TRY(later.stay(*readers[part]));
  }
  for (size_t part = 0; part < readers.size(); part++) TRY(copy_rows(context, *readers[part], *writer, stay[part], rows));
  TRY(writer->finish());
  return send_result(context, Json::object({{"manifest", vault::manifest_text(writer->manifest())}, {"rows", rows}, {"superseded", in - rows}}));
}

}  // namespace sluice::node
