// Worker: sealed versions with the same columns, one after the other, into one sealed version.
#include <unordered_set>

#include "base/random.h"
#include "collect/value.h"
#include "node/jobs/job_table.h"
#include "node/jobs/reseal.h"
#include "table/cell_text.h"

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
  Result<std::vector<std::vector<KeptRun>>> stay(vault::SealedReader& reader) {
    std::vector<std::vector<KeptRun>> out;
    std::vector<Hash> own;
    for (size_t group = 0; group < reader.row_groups(); group++) {
      std::vector<table::ColumnRef> columns;
      for (const std::string& name : key_) columns.push_back(TRY(reader.read(group, table::find_column(reader.specs(), name))));
      out.push_back(kept_runs(reader.rows_of(group), [&](size_t row) {
        own.push_back(hash_of(columns, row));
        return !seen_.contains(own.back());
      }));
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

}  // namespace

Status run_merge_job(WorkerContext& context) {
  std::vector<std::unique_ptr<vault::SealedReader>> readers;
  readers.push_back(TRY(open_sealed_input(context, 1u << 20)));
  for (const Json& input : context.request.find("further")->as_array()) {
    readers.push_back(TRY(open_sealed_input(context, input, 1u << 20)));
    if (readers.back()->specs() != readers.front()->specs()) return fail(Errc::conflict, "merge.columns_differ");
  }
  uint64_t in = 0;
  for (const auto& reader : readers) in += reader->rows();
  auto sealing = TRY(Resealer::open(context, readers.front()->specs(), in));
  // From the last part to the first it is found who stays; then the rows are written in the order of the parts.
  const Json* key_list = context.request.find("key");
  LaterKeys later(key_list ? TRY(decode<std::vector<std::string>>(*key_list)) : std::vector<std::string>{});
  std::vector<std::vector<std::vector<KeptRun>>> kept(readers.size());
  for (size_t part = readers.size(); part-- > 0 && !later.empty();) kept[part] = TRY(later.stay(*readers[part]));
  for (size_t part = 0; part < readers.size(); part++) {
    ResealChange change;
    if (!later.empty()) change.kept = [&](size_t group) -> Result<std::vector<KeptRun>> { return kept[part][group]; };
    TRY(sealing.copy(*readers[part], change));
  }
  std::string manifest = TRY(sealing.finish());
  return send_result(context, Json::object({{"manifest", manifest}, {"rows", sealing.rows()}, {"superseded", in - sealing.rows()}}));
}

}  // namespace sluice::node
