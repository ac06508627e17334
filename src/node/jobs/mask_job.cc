// Worker: one sealed version in, one masked version out, with everything that its strategy asks for: conditions, sample, rows in small classes
// left out, model targets, an aggregate in place of the rows; and rows with level-5 content left out where that is demanded. Counts,
// residual scan and risk on the way. What misses a target or k is never finished: nothing is sealed.
#include "node/jobs/mask_job.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "deident/apply.h"
#include "deident/column_mask.h"
#include "deident/residual.h"
#include "deident/risk.h"
#include "deident/targets.h"
#include "node/jobs/job_table.h"
#include "node/jobs/mask_rows.h"
#include "node/jobs/sealed_input.h"
#include "table/cell_text.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

struct OutputColumn {
  size_t source;
  table::ColumnSpec spec;
  bool typed;  // kept as it is
  deident::CellTally tally{};
  deident::ResidualTally residual{};
};

std::string mask_cell(const table::Column& column, size_t row) {
  std::string out;
  if (!column.is_null(row)) table::cell_text_to(out, column, row);
  return out;
}

// Codes of some columns over the rows that were added.
class CodedColumns {
 public:
  explicit CodedColumns(size_t columns) : encoders_(columns) {}
  void add(size_t column, const table::Column& cells, size_t row) { encoders_[column].add(mask_cell(cells, row)); }
  void add(size_t column, std::string_view cell) { encoders_[column].add(cell); }
  std::vector<table::KeyColumn> take() {
    std::vector<table::KeyColumn> out;
    for (auto& e : encoders_) out.push_back(e.finish());
    return out;
  }

 private:
  std::vector<table::KeyEncoder> encoders_;
};

Result<table::RowClasses> classes_over(std::span<const table::KeyColumn> keys, size_t rows) {
  if (keys.empty()) return table::RowClasses{std::vector<uint32_t>(rows, 0), {static_cast<uint32_t>(rows)}};
  std::vector<const table::KeyColumn*> pointers;
  for (const auto& key : keys) pointers.push_back(&key);
  return table::row_classes(pointers);
}

using TakeBatch = std::function<Status(table::Batch&&)>;

class MaskRun {
 public:
  static Result<MaskRun> prepare(WorkerContext& context, vault::SealedReader& reader, const MaskOrder& order, const std::optional<SecretBytes>& key) {
    MaskRun run(context, reader, TRY(deident::read_strategy(order.strategy)));
    std::vector<std::string> names;
    for (const auto& spec : reader.specs()) names.push_back(spec.name);
    run.bind_ = [strategy = deident::masking_part(run.strategy_), names, key] { return deident::Masker::bind(strategy, names, key); };
    run.masker_ = TRY(run.bind_());
    TRY(run.find_columns());
    std::vector<size_t> level5;
    for (const std::string& name : order.level5) level5.push_back(TRY(run.position_of(name)));
    run.chosen_.emplace(TRY(RowChoice::make(reader, run.masker_, level5, order.packs ? &*order.packs : nullptr)));
    run.level5_asked_ = order.leave_out_level5;
    return run;
  }

  // Lets the techniques that learn see every row that is taken, and finds the rows in small classes.
  Status survey() {
    TRY(learn());
    if (!strategy_.suppress_permille) return {};
    TRY(drop_small_classes());
    bool counting = false;
    for (size_t c = 0; c < reader_.specs().size(); c++) counting = counting || masker_.counts_rows(c);
    if (stays_.empty() || !counting) return {};
    // What was learnt from rows that do not go out is learnt anew; k is measured over what is written.
    masker_ = TRY(bind_());
    return learn();
  }

  // Masks the rows that are taken and gives those that go out.
  Status pass(const TakeBatch& take) {
    std::vector<bool> all(reader_.specs().size(), true);
    CodedColumns before(quasi_source_.size());
    for (size_t g = 0; g < reader_.row_groups(); g++) {
      TakenRows group = TRY(chosen_->group(g, all));
      TRY(code_source(before, g));
      table::Batch batch = TRY(mask_group(group));
      if (!stays_.empty()) batch = rows_of_batch(batch, specs(), std::span(stays_).subspan(group.first_row, group.rows));
      code_output(batch);
      rows_out_ += batch.rows;
      if (batch.rows > 0) TRY(take(std::move(batch)));
      TRY(send_progress(context_, Json::object({{"rows", group.first_row + group.rows}, {"total", chosen_->taken()}})));
    }
    before_ = before.take();
    return {};
  }

  Result<deident::Receipt> judge(const std::optional<SecretBytes>& key, vault::SealedReader* population) {
    deident::Receipt receipt = deident::begin_receipt(strategy_, key);
    receipt.rows_in = reader_.rows();
    receipt.rows_out = receipt.residual_rows_scanned = rows_out_;
    if (strategy_.sample) receipt.rows_not_sampled = chosen_->not_sampled();
    if (strategy_.suppress_permille) receipt.rows_suppressed = chosen_->taken() - rows_out_;
    if (level5_asked_) receipt.rows_level5 = chosen_->level5();
    for (size_t c = 0; c < reader_.specs().size(); c++) {
      auto at = std::find_if(out_.begin(), out_.end(), [&](const OutputColumn& o) { return o.source == c; });
      receipt.columns.push_back(deident::field_receipt(masker_, c, reader_.specs()[c].name, at == out_.end() ? deident::CellTally{chosen_->taken(), 0, 0} : at->tally, chosen_->taken()));
    }
    TRY(judge_residual(receipt));
    std::vector<table::KeyColumn> quasi = quasi_codes_.take();
    if (!quasi_source_.empty()) {
      receipt.risk_before = deident::to_receipt(TRY(table::count_classes(before_)), strategy_.quasi_identifiers);
      // Over those that are left; without any, all rows are one class.
      receipt.risk_after = deident::to_receipt(quasi.empty() ? one_class(rows_out_) : TRY(table::count_classes(quasi)), names_of_quasi_left());
      if (strategy_.k_min && rows_out_ > 0 && receipt.risk_after->k_min < static_cast<uint64_t>(*strategy_.k_min))
        return fail(Errc::refused, "deident.k_too_small", std::to_string(receipt.risk_after->k_min));
    }
    std::optional<std::vector<uint64_t>> people;
    if (strategy_.targets && strategy_.targets->presence_permille_max && population) people = TRY(people_in_classes(*population, key));
    std::vector<table::KeyColumn> sensitive = sensitive_codes_.take();
    receipt.models = TRY(deident::measure_targets(strategy_, quasi, sensitive, people ? &*people : nullptr));
    TRY(deident::all_hold(receipt.models));
    return receipt;
  }

  const deident::Strategy& strategy() const { return strategy_; }
  std::vector<table::ColumnSpec> specs() const {
    std::vector<table::ColumnSpec> out;
    for (const OutputColumn& column : out_) out.push_back(column.spec);
    return out;
  }

 private:
  MaskRun(WorkerContext& context, vault::SealedReader& reader, deident::Strategy strategy)
      : context_(context), reader_(reader), strategy_(std::move(strategy)), masker_(deident::Masker::of(0, {})), quasi_codes_(0), sensitive_codes_(0) {}

  // Techniques that count rows learn from those that go out.
  Status learn() {
    std::vector<bool> learning(reader_.specs().size());
    for (size_t c = 0; c < learning.size(); c++) learning[c] = masker_.learns(c);
    for (size_t g = 0; masker_.learns() && g < reader_.row_groups(); g++) {
      TakenRows group = TRY(chosen_->group(g, learning));
      deident::learn_columns(masker_, group.columns, group.rows, group.first_row, stays_);
    }
    return masker_.finish_learning();
  }

  Result<size_t> position_of(const std::string& name) const {
    size_t at = table::find_column(reader_.specs(), name);
    if (at == reader_.specs().size()) return fail(Errc::invalid, "deident.missing_column", name.substr(0, 80));
    return at;
  }

  Status find_columns() {
    for (size_t c = 0; c < reader_.specs().size(); c++) {
      if (masker_.dropped(c)) continue;
      bool typed = masker_.technique(c) == deident::Technique::keep && !masker_.in_batches(c);
      out_.push_back({c, typed ? reader_.specs()[c] : table::ColumnSpec{reader_.specs()[c].name, table::Type::text, 0}, typed});
    }
    auto output_of = [&](size_t source) -> std::optional<size_t> {
      for (size_t o = 0; o < out_.size(); o++)
        if (out_[o].source == source) return o;
      return std::nullopt;
    };
    for (const std::string& name : strategy_.quasi_identifiers) {
      quasi_source_.push_back(TRY(position_of(name)));
      if (auto o = output_of(quasi_source_.back())) quasi_out_.push_back(*o);
    }
    for (const std::string& name : deident::target_columns(strategy_)) {
      auto o = output_of(TRY(position_of(name)));
      if (!o) return fail(Errc::invalid, "deident.missing_column", name.substr(0, 80));
      sensitive_out_.push_back(*o);
    }
    quasi_codes_ = CodedColumns(quasi_out_.size());
    sensitive_codes_ = CodedColumns(sensitive_out_.size());
    return {};
  }

  std::vector<std::string> names_of_quasi_left() const {
    std::vector<std::string> out;
    for (size_t o : quasi_out_) out.push_back(out_[o].spec.name);
    return out;
  }
  static table::ClassCount one_class(uint64_t rows) {
    table::ClassCount out;
    out.rows = out.k_min = rows;
    out.classes = rows > 0;
    if (rows > 0) out.histogram[rows] = 1;
    return out;
  }

  Result<table::Column> masked(const TakenRows& group, OutputColumn& out, deident::CellTally& tally, deident::ResidualTally& residual) {
    table::ColumnBuilder builder(out.spec);
    if (!out.typed) {
      Status done = deident::mask_column(masker_, out.source, group.columns, group.first_row, builder, tally, residual);
      if (!done) return fail(done.error().code, done.error().reason, done.error().detail.empty() ? out.spec.name : done.error().detail);
      return builder.finish();
    }
    const table::Column& source = *group.columns[out.source];
    builder.append_rows(source, 0, group.rows);
    for (size_t row = 0; row < group.rows; row++) tally.nulls += source.is_null(row);
    if (source.type() == table::Type::text)
      for (size_t row = 0; row < group.rows; row++)
        if (!source.is_null(row)) deident::scan_cell(source.text_at(row), residual);
    return builder.finish();
  }

  Result<table::Batch> mask_group(const TakenRows& group) {
    table::Batch batch;
    batch.rows = group.rows;
    for (OutputColumn& out : out_) batch.columns.push_back(TRY(masked(group, out, out.tally, out.residual)));
    return batch;
  }

  // Rows in classes below k do not go out; more of them than the strategy allows refuse the run (as deident/small_classes.h).
  Status drop_small_classes() {
    std::vector<bool> wanted(reader_.specs().size());
    for (size_t o : quasi_out_) {
      wanted[out_[o].source] = true;
      if (auto beside = masker_.beside(out_[o].source)) wanted[*beside] = true;
    }
    CodedColumns codes(quasi_out_.size());
    for (size_t g = 0; g < reader_.row_groups(); g++) {
      TakenRows group = TRY(chosen_->group(g, wanted));
      for (size_t q = 0; q < quasi_out_.size(); q++) {
        deident::CellTally tally;
        deident::ResidualTally residual;
        table::Column column = TRY(masked(group, out_[quasi_out_[q]], tally, residual));
        for (size_t row = 0; row < group.rows; row++) codes.add(q, column, row);
      }
    }
    const uint64_t rows = chosen_->taken();
    table::RowClasses classes = TRY(classes_over(codes.take(), rows));
    uint64_t dropped = 0;
    for (uint64_t row = 0; row < rows; row++) {
      bool large = classes.size_of_class[classes.class_of_row[row]] >= static_cast<uint64_t>(*strategy_.k_min);
      stays_.push_back(large);
      dropped += !large;
    }
    uint64_t permille = rows ? (dropped * 1000 + rows - 1) / rows : 0;
    if (permille > static_cast<uint64_t>(*strategy_.suppress_permille)) return fail(Errc::refused, "deident.too_many_suppressed", std::to_string(permille));
    if (dropped == 0) stays_.clear();
    return {};
  }

  // The quasi-identifiers of all rows, before anything was left out.
  Status code_source(CodedColumns& before, size_t group) {
    for (size_t q = 0; q < quasi_source_.size(); q++) {
      table::ColumnRef column = TRY(reader_.read(group, quasi_source_[q]));
      for (size_t row = 0; row < column->rows(); row++) before.add(q, *column, row);
    }
    return {};
  }
  void code_output(const table::Batch& batch) {
    for (size_t row = 0; row < batch.rows; row++) {
      for (size_t q = 0; q < quasi_out_.size(); q++) quasi_codes_.add(q, batch.columns[quasi_out_[q]], row);
      for (size_t s = 0; s < sensitive_out_.size(); s++) sensitive_codes_.add(s, batch.columns[sensitive_out_[s]], row);
      if (strategy_.targets && strategy_.targets->presence_permille_max) {
        std::string tuple;
        for (size_t o : quasi_out_) append_part(tuple, mask_cell(batch.columns[o], row));
        tuples_.push_back(std::move(tuple));
      }
    }
  }
  static void append_part(std::string& tuple, const std::string& cell) { tuple += std::to_string(cell.size()) + ":" + cell; }

  Status judge_residual(deident::Receipt& receipt) const {
    std::string where;
    for (const OutputColumn& out : out_)
      for (auto [type, cells] : out.residual.findings()) {
        receipt.residual.push_back({out.spec.name, std::string(type), cells});
        if (!deident::residual_expected(strategy_, masker_, out.source, out.spec.name, type)) where += (where.empty() ? "" : ", ") + out.spec.name + ":" + std::string(type);
      }
    if (!where.empty()) return fail(Errc::refused, "deident.residual_found", where);
    return {};
  }

  // The population's rows in each class of the output, its quasi-identifiers masked alike.
  Result<std::vector<uint64_t>> people_in_classes(vault::SealedReader& population, const std::optional<SecretBytes>& key) {
    std::vector<std::string> names;
    for (const auto& spec : population.specs()) names.push_back(spec.name);
    auto masker = TRY(deident::Masker::bind(deident::population_part(strategy_), names, key));
    if (masker.learns()) return fail(Errc::refused, "deident.population_not_comparable");
    std::unordered_map<std::string, uint64_t> people;
    uint64_t first = 0;
    for (size_t g = 0; g < population.row_groups(); g++) {
      std::vector<table::ColumnRef> group(names.size());
      std::vector<table::Column> masked_columns;
      for (size_t o : quasi_out_) {
        size_t at = table::find_column(population.specs(), out_[o].spec.name);
        group[at] = TRY(population.read(g, at));
        if (auto beside = masker.beside(at)) group[*beside] = TRY(population.read(g, *beside));
        table::ColumnBuilder builder(table::Type::text);
        deident::CellTally tally;
        deident::ResidualTally residual;
        TRY(deident::mask_column(masker, at, group, first, builder, tally, residual));
        masked_columns.push_back(builder.finish());
      }
      for (size_t row = 0; row < population.rows_of(g); row++) {
        std::string tuple;
        for (const auto& column : masked_columns) append_part(tuple, mask_cell(column, row));
        people[tuple]++;
      }
      first += population.rows_of(g);
    }
    std::vector<uint64_t> out;
    std::unordered_set<std::string_view> seen;
    for (const std::string& tuple : tuples_)
      if (seen.insert(tuple).second) {
        auto at = people.find(tuple);
        out.push_back(at == people.end() ? 0 : at->second);
      }
    return out;
  }

  WorkerContext& context_;
  vault::SealedReader& reader_;
  deident::Strategy strategy_;
  std::function<Result<deident::Masker>()> bind_;
  deident::Masker masker_;
  std::optional<RowChoice> chosen_;
  bool level5_asked_ = false;
  std::vector<OutputColumn> out_;
  std::vector<size_t> quasi_source_;              // positions in the version
  std::vector<size_t> quasi_out_, sensitive_out_;  // positions in `out_`
  std::vector<uint8_t> stays_;                    // of the taken rows; empty: all go out
  CodedColumns quasi_codes_, sensitive_codes_;
  std::vector<table::KeyColumn> before_;
  std::vector<std::string> tuples_;               // only where a population is compared
  uint64_t rows_out_ = 0;
};

std::vector<std::string> mask_names(std::span<const table::ColumnSpec> specs) {
  std::vector<std::string> out;
  for (const auto& spec : specs) out.push_back(spec.name);
  return out;
}

struct MaskedVersion {
  std::string manifest;
  std::vector<std::string> columns;
};

class VersionSeal {
 public:
  static Result<VersionSeal> create(WorkerContext& context, const MaskOrder& order, const ColumnKeys& fresh, std::vector<table::ColumnSpec> specs) {
    VersionSeal out;
    out.columns_ = mask_names(specs);
    auto keys = TRY(keys_in_order(fresh, out.columns_));
    out.writer_ = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), order.new_version, {order.dataset, order.new_version, std::move(specs), std::move(keys), 65536, 2}));
    return out;
  }
  Status append(const table::Batch& batch) { return writer_->append(batch); }
  Result<MaskedVersion> finish() {
    TRY(writer_->finish());
    return MaskedVersion{vault::manifest_text(writer_->manifest()), columns_};
  }

 private:
  std::vector<std::string> columns_;
  std::unique_ptr<vault::SealedWriter> writer_;
};

Result<MaskedVersion> seal_rows(WorkerContext& context, const MaskOrder& order, const ColumnKeys& fresh, MaskRun& run, const std::function<Status()>& judge) {
  auto seal = TRY(VersionSeal::create(context, order, fresh, run.specs()));
  TRY(run.pass([&](table::Batch&& batch) { return seal.append(batch); }));
  TRY(judge());
  return seal.finish();
}

Result<MaskedVersion> seal_aggregate(WorkerContext& context, const MaskOrder& order, const ColumnKeys& fresh, MaskRun& run, const std::function<Status()>& judge,
                                     deident::Receipt& receipt) {
  auto rows = TRY(MaskedRowsFile::create(context.fds.at(1).get(), *run.strategy().aggregate, run.specs()));
  TRY(run.pass([&](table::Batch&& batch) { return rows.append(batch); }));
  TRY(judge());
  auto aggregated = TRY(rows.aggregate());
  receipt.aggregated_cells = aggregated.cells;
  receipt.aggregated_hidden = aggregated.hidden;
  receipt.aggregate = deident::in_full(*run.strategy().aggregate);
  auto seal = TRY(VersionSeal::create(context, order, fresh, aggregated.specs));
  if (aggregated.lines.rows > 0) TRY(seal.append(aggregated.lines));
  return seal.finish();
}

}  // namespace

Status run_mask_job(WorkerContext& context) {
  const auto began = std::chrono::steady_clock::now();
  const Json* order_json = context.request.find("mask");
  if (!order_json) return fail(Errc::invalid, "record.missing_field", "mask");
  auto order = TRY(decode<MaskOrder>(*order_json));
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  ColumnKeys fresh = TRY(receive_keys(context)).keys;
  std::optional<SecretBytes> key;
  if (deident::needs_key(TRY(deident::read_strategy(order.strategy)))) key = TRY(receive_keys(context)).keys.begin()->second;
  std::unique_ptr<vault::SealedReader> population;
  if (order.population) population = TRY(open_sealed_input(context, *order.population, 1u << 20));

  MaskRun run = TRY(MaskRun::prepare(context, *reader, order, key));
  if (run.specs().empty()) return fail(Errc::invalid, "deident.nothing_left");
  TRY(run.survey());
  deident::Receipt receipt;
  auto judge = [&]() -> Status {
    receipt = TRY(run.judge(key, population.get()));
    return {};
  };
  MaskedVersion made = run.strategy().aggregate ? TRY(seal_aggregate(context, order, fresh, run, judge, receipt)) : TRY(seal_rows(context, order, fresh, run, judge));
  receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count());
  return send_result(context, Json::object({{"columns", encode(made.columns)}, {"manifest", made.manifest}, {"receipt", encode(receipt)}}));
}

}  // namespace sluice::node
