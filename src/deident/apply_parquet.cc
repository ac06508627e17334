#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <mutex>

#include "base/file.h"
#include "base/pending_file.h"
#include "crypto/block_digest.h"
#include "deident/apply.h"
#include "deident/column_mask.h"
#include "deident/column_names.h"
#include "deident/residual_verdict.h"
#include "deident/risk.h"
#include "table/cell_text.h"
#include "table/parquet.h"
#include "table/parquet_map.h"

namespace sluice::deident {

namespace {

struct ParquetColumn {
  size_t source;
  table::ColumnSpec spec;
  CellTally tally{};
  ResidualTally residual{};
};

// What is counted of a column, added up by the engine's threads.
struct ColumnTallies {
  std::mutex mutex;
  CellTally cells;
  ResidualTally residual;
  void add(const CellTally& more, const ResidualTally& found) {
    std::lock_guard lock(mutex);
    cells.masked += more.masked;
    cells.nulls += more.nulls;
    cells.failed += more.failed;
    residual.add(found);
  }
};

// A cell that stands for as many, scanned once.
void scan_alike(std::string_view cell, uint64_t times, ResidualTally& residual) {
  if (times == 1) return scan_cell(cell, residual);
  ResidualTally once;
  scan_cell(cell, once);
  residual.add(once, times);
}

uint64_t times_of(std::span<const uint64_t> times, size_t i) { return times.empty() ? 1 : times[i]; }

// A technique that needs the cell alone, on a column of text.
class MaskTexts final : public table::TextFunction {
 public:
  MaskTexts(const Masker& masker, size_t column, ColumnTallies& tallies) : masker_(masker), column_(column), tallies_(tallies) {}
  Effect effect() const override { return Effect::replaces; }
  Status run(std::span<const std::string_view> cells, std::span<const uint64_t> times, table::TextsOut& out) override {
    std::vector<CellInput> inputs;
    inputs.reserve(cells.size());
    for (size_t i = 0; i < cells.size(); i++) inputs.push_back({.cell = cells[i], .times = times_of(times, i)});
    MaskedCells masked;
    masker_.apply_many(column_, inputs, masked);
    CellTally tally;
    ResidualTally residual;
    for (size_t i = 0; i < inputs.size(); i++) {
      const CellOutcome outcome = masked.outcome(i);
      if (outcome == CellOutcome::failed && masker_.on_failure(column_) == OnFailure::refuse)
        return fail(Errc::refused, "deident.value_refused", "column " + std::to_string(column_ + 1));
      const uint64_t n = inputs[i].times;
      if (outcome == CellOutcome::masked) tally.masked += n;
      if (outcome == CellOutcome::null) tally.nulls += n;
      if (outcome == CellOutcome::failed) tally.failed += n;
      if (outcome == CellOutcome::null || outcome == CellOutcome::failed) {
        out.add_null();
        continue;
      }
      out.add(masked.at(i));
      scan_alike(masked.at(i), n, residual);
    }
    tallies_.add(tally, residual);
    return {};
  }

 private:
  const Masker& masker_;
  size_t column_;
  ColumnTallies& tallies_;
};

// Numbers as long as a mobile or ID number, as the text that files carry. Dates and truths hold none.
void scan_numbers(const table::Column& column, ResidualTally& residual) {
  if (column.type() != table::Type::int64 && column.type() != table::Type::decimal) return;
  uint64_t unit = 1;
  for (int i = 0; i < column.scale(); i++) unit *= 10;
  std::string cell;
  for (size_t row = 0; row < column.rows(); row++) {
    if (column.is_null(row)) continue;
    const int64_t v = column.int_at(row);
    if ((v < 0 ? 0 - static_cast<uint64_t>(v) : static_cast<uint64_t>(v)) / unit < table::kLongNumber) continue;
    cell.clear();
    table::cell_text_to(cell, column, row);
    scan_cell(cell, residual);
  }
}

// The residual scan of a kept column.
class ScanTexts final : public table::TextFunction {
 public:
  explicit ScanTexts(ColumnTallies& tallies) : tallies_(tallies) {}
  Effect effect() const override { return Effect::watches; }
  Status run(std::span<const std::string_view> cells, std::span<const uint64_t> times, table::TextsOut&) override {
    ResidualTally residual;
    for (size_t i = 0; i < cells.size(); i++) scan_alike(cells[i], times_of(times, i), residual);
    tallies_.add({}, residual);
    return {};
  }

 private:
  ColumnTallies& tallies_;
};

// The rows of one run, batch by batch.
class ParquetRun {
 public:
  ParquetRun(const Strategy& strategy, Masker masker, std::vector<table::ColumnSpec> source, const Checks& checks)
      : strategy_(strategy), masker_(std::move(masker)), source_(std::move(source)), checks_(checks) {
    for (size_t c = 0; c < source_.size(); c++) {
      if (masker_.dropped(c)) continue;
      bool typed = masker_.technique(c) == Technique::keep;
      out_.push_back({c, typed ? source_[c] : table::ColumnSpec{source_[c].name, table::Type::text, 0}});
    }
    if (!checks_.risk) return;
    for (const auto& name : strategy_.quasi_identifiers) quasi_.push_back(table::find_column(source_, name));
    before_.resize(quasi_.size());
    after_.resize(quasi_.size());
  }

  std::vector<table::ColumnSpec> specs() const {
    std::vector<table::ColumnSpec> out;
    for (const auto& c : out_) out.push_back(c.spec);
    return out;
  }
  Masker& masker() { return masker_; }
  uint64_t rows() const { return rows_; }

  Status learn(table::RowStream& stream) {
    uint64_t row = 0;
    while (auto batch = TRY(stream.next())) {
      std::vector<table::ColumnRef> group = share(*batch);
      learn_columns(masker_, group, batch->rows, row);
      row += batch->rows;
    }
    return masker_.finish_learning();
  }

  Status pass(table::RowStream& stream, table::BatchSink& sink) {
    while (auto batch = TRY(stream.next())) {
      const size_t rows = batch->rows;
      std::vector<table::ColumnRef> group = share(*batch);
      table::Batch masked;
      masked.rows = rows;
      for (ParquetColumn& c : out_) masked.columns.push_back(TRY(mask(c, group, rows)));
      encode_quasi(group, masked);
      TRY(sink.append(masked));
      rows_ += rows;
    }
    return sink.finish();
  }

  // Whether every cell can be masked by itself, in any order: techniques that need the cell alone on texts, and nothing that wants rows.
  bool may_map() const {
    return quasi_.empty() && std::all_of(out_.begin(), out_.end(), [&](const ParquetColumn& c) {
             return masker_.technique(c.source) == Technique::keep || (masker_.by_cell_alone(c.source) && source_[c.source].type == table::Type::text);
           });
  }
  // By column chunks where the file is of the common form, else inside the engine, which shows us texts only. "table.wrong_shape": neither.
  Status pass_mapped(const std::string& in_path, const std::string& out_path, const table::EngineLimits& limits) {
    Status mapped = pass_by([&](const auto& columns) { return table::map_parquet_chunks(in_path, out_path, columns, limits.threads); }, Numbers::shown);
    if (mapped || mapped.error().reason != "table.wrong_shape") return mapped;
    TRY(pass_by([&](const auto& columns) { return table::map_parquet(in_path, out_path, columns, limits); }, Numbers::hidden));
    return checks_.scan ? scan_kept_numbers(in_path, limits) : Status();
  }

  Status judge(Receipt& receipt) {
    receipt.rows_in = receipt.rows_out = rows_;
    for (size_t c = 0; c < source_.size(); c++) {
      auto at = std::find_if(out_.begin(), out_.end(), [&](const auto& o) { return o.source == c; });
      receipt.columns.push_back(field_receipt(masker_, c, source_[c].name, at == out_.end() ? CellTally{rows_, 0, 0} : at->tally, rows_));
    }
    if (checks_.scan) TRY(judge_scan(receipt));
    if (quasi_.empty()) return {};
    receipt.risk_before = TRY(risk(before_, strategy_.quasi_identifiers));
    std::vector<std::string> left;  // suppressed ones are the same for every row
    for (size_t q = 0; q < quasi_.size(); q++)
      if (!masker_.dropped(quasi_[q])) left.push_back(strategy_.quasi_identifiers[q]);
    receipt.risk_after = TRY(risk(after_, left));
    if (strategy_.k_min && receipt.risk_after->rows > 0 && receipt.risk_after->k_min < static_cast<uint64_t>(*strategy_.k_min))
      return fail(Errc::refused, "deident.k_too_small", std::to_string(receipt.risk_after->k_min));
    return {};
  }

 private:
  enum class Numbers { shown, hidden };
  // Counts anew; what is counted of a run that fails is forgotten.
  template <class Map>
  Status pass_by(const Map& map, Numbers numbers) {
    std::vector<ColumnTallies> tallies(out_.size());
    std::vector<table::MappedColumn> columns;
    for (size_t i = 0; i < out_.size(); i++) {
      const ParquetColumn& c = out_[i];
      table::MappedColumn column{.name = c.spec.name};
      if (masker_.technique(c.source) != Technique::keep) {
        column.function = std::make_shared<MaskTexts>(masker_, c.source, tallies[i]);
      } else if (checks_.scan && (numbers == Numbers::shown || source_[c.source].type == table::Type::text)) {
        column.function = std::make_shared<ScanTexts>(tallies[i]);
      }
      columns.push_back(std::move(column));
    }
    rows_ = TRY(map(columns));
    for (size_t i = 0; i < out_.size(); i++) {
      out_[i].tally = tallies[i].cells;
      out_[i].residual = tallies[i].residual;
    }
    return {};
  }

  Status scan_kept_numbers(const std::string& in_path, const table::EngineLimits& limits) {
    std::vector<size_t> kept;
    std::vector<std::string> names;
    for (size_t i = 0; i < out_.size(); i++) {
      if (masker_.technique(out_[i].source) != Technique::keep || (out_[i].spec.type != table::Type::int64 && out_[i].spec.type != table::Type::decimal)) continue;
      kept.push_back(i);
      names.push_back(out_[i].spec.name);
    }
    if (kept.empty()) return {};
    auto stream = TRY(table::open_parquet(in_path, limits, names));
    while (auto batch = TRY(stream->next()))
      for (size_t i = 0; i < kept.size(); i++) scan_numbers(batch->columns[i], out_[kept[i]].residual);
    return {};
  }

  static std::vector<table::ColumnRef> share(table::Batch& batch) {
    std::vector<table::ColumnRef> group;
    for (auto& column : batch.columns) group.push_back(std::make_shared<const table::Column>(std::move(column)));
    return group;
  }

  Result<table::Column> mask(ParquetColumn& c, std::span<const table::ColumnRef> group, size_t rows) {
    const table::Column& source = *group[c.source];
    if (masker_.technique(c.source) != Technique::keep) {
      table::ColumnBuilder builder(c.spec);
      auto done = mask_column(masker_, c.source, group, rows_, builder, c.tally, c.residual);
      if (!done) return fail(done.error().code, done.error().reason, "column " + std::to_string(c.source + 1));
      return builder.finish();
    }
    if (checks_.scan && source.type() == table::Type::text) {
      for (size_t r = 0; r < rows; r++)
        if (!source.is_null(r)) scan_cell(source.text_at(r), c.residual);
    }
    if (checks_.scan) scan_numbers(source, c.residual);
    return source;
  }

  void encode_quasi(std::span<const table::ColumnRef> group, const table::Batch& masked) {
    std::string cell;
    for (size_t q = 0; q < quasi_.size(); q++) {
      auto at = std::find_if(out_.begin(), out_.end(), [&](const auto& o) { return o.source == quasi_[q]; });
      for (size_t r = 0; r < masked.rows; r++) {
        cell.clear();
        table::cell_text_to(cell, *group[quasi_[q]], r);
        before_[q].add(cell);
        cell.clear();
        if (at != out_.end()) table::cell_text_to(cell, masked.columns[static_cast<size_t>(at - out_.begin())], r);
        after_[q].add(cell);
      }
    }
  }

  Status judge_scan(Receipt& receipt) {
    receipt.residual_rows_scanned = rows_;
    ResidualVerdict verdict(receipt);
    for (const ParquetColumn& c : out_)
      verdict.column(c.source + 1, c.spec.name, c.residual, [&](std::string_view type) { return residual_expected(strategy_, masker_, c.source, c.spec.name, type); });
    return verdict.end();
  }

  static Result<RiskReceipt> risk(std::vector<table::KeyEncoder>& encoders, const std::vector<std::string>& names) {
    std::vector<table::KeyColumn> keys;
    for (auto& e : encoders) keys.push_back(e.finish());
    return to_receipt(TRY(table::count_classes(std::span<const table::KeyColumn>(keys))), names);
  }

  const Strategy& strategy_;
  Masker masker_;
  std::vector<table::ColumnSpec> source_;
  Checks checks_;
  std::vector<ParquetColumn> out_;
  std::vector<size_t> quasi_;
  std::vector<table::KeyEncoder> before_, after_;
  uint64_t rows_ = 0;
};

}  // namespace

Result<Receipt> apply_parquet(const Strategy& strategy, const std::optional<SecretBytes>& key, const std::string& in_path, const std::string& out_path,
                              const ApplyOptions& options) {
  auto started = std::chrono::steady_clock::now();
  TRY(check(strategy));
  TRY(may_apply(strategy, options));
  std::error_code ec;
  if (std::filesystem::equivalent(in_path, out_path, ec)) return fail(Errc::usage, "deident.same_file");
  if (strategy.sample || strategy.suppress_permille) return fail(Errc::refused, "deident.rows_fixed");
  table::EngineLimits limits;
  if (options.threads) limits.threads = options.threads;
  auto stream = TRY(table::open_parquet(in_path, limits));
  std::vector<std::string> names;
  for (const auto& spec : stream->specs()) names.push_back(spec.name);
  TRY(check_column_names(names));
  ParquetRun run(strategy, TRY(Masker::bind(masking_part(strategy), names, key)), stream->specs(), options.checks);
  if (run.masker().learns()) {
    TRY(run.learn(*stream));
    stream = TRY(table::open_parquet(in_path, limits));
  }
  std::future<Result<Digest>> input_digest;  // beside the masking: the file is read, not waited for
  if (options.checks.digests) input_digest = std::async(std::launch::async, block_digest_of_file, in_path);
  PendingFile out = TRY(PendingFile::create(out_path));
  Status passed = run.may_map() ? run.pass_mapped(in_path, out.temporary(), limits) : fail(Errc::refused, "table.wrong_shape");
  // What is text to us but not in the file (floating point, UUID) goes row by row.
  if (!passed && passed.error().reason == "table.wrong_shape") {
    auto sink = TRY(table::create_parquet(out.temporary(), run.specs(), limits));
    passed = run.pass(*stream, *sink);
  }
  TRY(passed);
  Receipt receipt = begin_receipt(strategy, key);
  receipt.performed_by = options.performed_by;
  TRY(run.judge(receipt));
  TRY(judge_targets(strategy, key, out.temporary(), out_path, options, receipt));
  if (options.checks.digests) {
    Digest input = TRY(input_digest.get());
    name_files(receipt, input, TRY(block_digest_of_file(out.temporary())));
  }
  receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
  if (options.receipt) TRY(options.receipt(receipt));
  TRY(out.commit());
  return receipt;
}

Result<uint64_t> reverse_parquet(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& columns, const std::string& in_path,
                                 const std::string& out_path, const RestoredFn& restored) {
  TRY(check(strategy));
  std::error_code ec;
  if (std::filesystem::equivalent(in_path, out_path, ec)) return fail(Errc::usage, "deident.same_file");
  auto stream = TRY(table::open_parquet(in_path));
  std::vector<table::ColumnSpec> specs = stream->specs();
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  Masker masker = TRY(Masker::bind_reverse(strategy, names, columns, key));
  for (size_t c = 0; c < specs.size(); c++)
    if (masker.in_batches(c)) specs[c] = {specs[c].name, table::Type::text, 0};
  PendingFile out = TRY(PendingFile::create(out_path));
  auto sink = TRY(table::create_parquet(out.temporary(), specs));
  uint64_t rows = 0, failed = 0;
  while (auto batch = TRY(stream->next())) {
    std::vector<table::ColumnRef> group;
    for (auto& column : batch->columns) group.push_back(std::make_shared<const table::Column>(std::move(column)));
    table::Batch back{.columns = {}, .rows = batch->rows};
    for (size_t c = 0; c < specs.size(); c++) {
      if (!masker.in_batches(c)) {
        back.columns.push_back(*group[c]);
        continue;
      }
      table::ColumnBuilder builder(specs[c]);
      CellTally tally;
      ResidualTally residual;
      TRY(mask_column(masker, c, group, rows, builder, tally, residual));
      failed += tally.failed;
      back.columns.push_back(builder.finish());
    }
    TRY(sink->append(back));
    rows += batch->rows;
  }
  TRY(sink->finish());
  if (failed > 0) return fail(Errc::invalid, "deident.not_restored", std::to_string(failed));
  if (restored) TRY(restored(out.temporary(), rows));
  TRY(out.commit());
  return rows;
}

}  // namespace sluice::deident
