#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/file.h"
#include "base/unfinished.h"
#include "crypto/block_digest.h"
#include "deident/aggregate.h"
#include "deident/apply.h"
#include "deident/targets.h"
#include "table/parquet.h"

namespace sluice::deident {

namespace {

// A file of ours beside the output, gone with this object.
class Beside {
 public:
  Beside(const std::string& path, std::string_view what) : path_(path + "." + std::string(what) + "." + std::to_string(::getpid())) { note_unfinished(path_); }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    ::unlink(path_.c_str());
    forget_unfinished(path_);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<Receipt> mask_file(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path, const std::string& out_path,
                          const ApplyOptions& options) {
  return (table::is_parquet(in_path) ? apply_parquet : apply_csv)(strategy, key, in_path, out_path, options);
}

}  // namespace

Status may_apply(const Strategy& strategy, const ApplyOptions& options) {
  if (strategy.aggregate) return fail(Errc::refused, "strategy.not_applied", "aggregate");
  TRY(check_use(strategy, options.use));
  if (strategy.review == Review::required && !options.reviewed_by) return fail(Errc::refused, "strategy.not_reviewed");
  return {};
}

Status judge_targets(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& written, const std::string& out_path,
                     const ApplyOptions& options, Receipt& receipt) {
  receipt.reviewed_by = options.reviewed_by;
  if (!strategy.targets) return {};
  Beside people(out_path, "population");
  std::string population;
  if (strategy.targets->presence_permille_max && !options.population.empty()) {
    TRY(mask_file(population_part(strategy), key, options.population, people.path(), {.threads = options.threads, .checks = {false, false, false}}));
    population = people.path();
    receipt.population_digest = TRY(block_digest_of_file(options.population));
  }
  receipt.models = TRY(measure_targets_of_file(strategy, written, population));
  return all_hold(receipt.models);
}

Result<Receipt> apply_file(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path, const std::string& out_path,
                           const ApplyOptions& options) {
  if (!strategy.aggregate) return mask_file(strategy, key, in_path, out_path, options);
  auto started = std::chrono::steady_clock::now();
  Strategy rows = strategy;
  rows.aggregate.reset();
  Beside masked(out_path, "masked");
  Beside table(out_path, "aggregated");
  ApplyOptions inner = options;
  inner.receipt = nullptr;  // of the table, not of the rows
  Receipt receipt = TRY(mask_file(rows, key, in_path, masked.path(), inner));
  AggregateReport aggregated = TRY(aggregate_file(*strategy.aggregate, masked.path(), table.path()));
  receipt.strategy_digest = digest_of(strategy);
  if (receipt.output_digest) receipt.output_digest = TRY(block_digest_of_file(table.path()));
  receipt.aggregated_cells = aggregated.cells;
  receipt.aggregated_hidden = aggregated.cells_hidden;
  receipt.aggregate = in_full(*strategy.aggregate);
  receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
  if (options.receipt) TRY(options.receipt(receipt));
  if (std::rename(table.path().c_str(), out_path.c_str()) != 0) return tl::unexpected(last_os_error("file.unwritable"));
  return receipt;
}

Result<uint64_t> reverse_file(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& columns, const std::string& in_path,
                              const std::string& out_path, const RestoredFn& restored) {
  return (table::is_parquet(in_path) ? reverse_parquet : reverse_csv)(strategy, key, columns, in_path, out_path, restored);
}

}  // namespace sluice::deident
