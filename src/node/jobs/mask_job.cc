// Worker: one sealed version in, one masked version out, column by column; counts, residual scan and risk on the way.
#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "deident/apply.h"
#include "deident/column_mask.h"
#include "deident/residual.h"
#include "deident/risk.h"
#include "table/cell_text.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

// Codes of one quasi-identifier over all rows, before or after.
class CodeColumn {
 public:
  void add(const std::string& cell) {
    auto [it, fresh] = codes_.try_emplace(cell, static_cast<uint32_t>(codes_.size()));
    column_.codes.push_back(it->second);
  }
  table::KeyColumn take() {
    column_.cardinality = static_cast<uint32_t>(codes_.size());
    return std::move(column_);
  }

 private:
  std::unordered_map<std::string, uint32_t> codes_;
  table::KeyColumn column_;
};

struct OutputColumn {
  size_t source;
  table::ColumnSpec spec;
  bool typed;  // kept as it is
  deident::CellTally tally;
  deident::ResidualTally residual;
};

struct Masking {
  deident::Strategy strategy;
  deident::Masker masker;
  std::vector<table::ColumnSpec> source;
  std::vector<OutputColumn> out;
  std::vector<size_t> quasi_source;                // positions in the source
  std::vector<std::optional<size_t>> quasi_out;    // positions in `out`; absent when dropped
  std::vector<CodeColumn> before, after;
};

Result<deident::RiskReceipt> measure(std::vector<CodeColumn>& columns, const std::vector<std::string>& names) {
  std::vector<table::KeyColumn> keys;
  for (CodeColumn& column : columns) keys.push_back(column.take());
  table::ClassCount count = TRY(table::count_classes(keys));
  return deident::to_receipt(count, names);
}

// Masks one row group into typed or text columns.
Result<table::Batch> mask_group(Masking& m, std::span<const table::ColumnRef> group, size_t rows, uint64_t first_row) {
  table::Batch batch;
  batch.rows = rows;
  for (OutputColumn& out : m.out) {
    const table::Column& source = *group[out.source];
    table::ColumnBuilder builder(out.spec);
    if (out.typed) {
      builder.append_rows(source, 0, rows);
      for (size_t row = 0; row < rows; row++) out.tally.nulls += source.is_null(row);
      batch.columns.push_back(builder.finish());
      if (source.type() == table::Type::text)
        for (size_t row = 0; row < rows; row++)
          if (!source.is_null(row)) deident::scan_cell(source.text_at(row), out.residual);
      continue;
    }
    TRY(deident::mask_column(m.masker, out.source, group, first_row, builder, out.tally, out.residual));
    batch.columns.push_back(builder.finish());
  }
  return batch;
}

void collect_codes(Masking& m, std::span<const table::ColumnRef> group, const table::Batch& batch) {
  std::string cell;
  for (size_t q = 0; q < m.quasi_source.size(); q++) {
    for (size_t row = 0; row < batch.rows; row++) {
      cell.clear();
      cell_text_to(cell, *group[m.quasi_source[q]], row);
      m.before[q].add(cell);
      cell.clear();
      if (m.quasi_out[q]) cell_text_to(cell, batch.columns[*m.quasi_out[q]], row);
      m.after[q].add(cell);
    }
  }
}

Result<Masking> prepare(deident::Strategy strategy, const std::vector<table::ColumnSpec>& specs, const std::optional<SecretBytes>& key) {
  std::vector<std::string> names;
  for (const auto& spec : specs) names.push_back(spec.name);
  auto masker = TRY(deident::Masker::bind(strategy, names, key));
  Masking m{std::move(strategy), std::move(masker), specs, {}, {}, {}, {}, {}};
  for (size_t i = 0; i < specs.size(); i++) {
    if (m.masker.dropped(i)) continue;
    bool typed = m.masker.technique(i) == deident::Technique::keep;
    OutputColumn out{i, typed ? specs[i] : table::ColumnSpec{specs[i].name, table::Type::text, 0}, typed, {}, {}};
    m.out.push_back(std::move(out));
  }
  for (const std::string& name : m.strategy.quasi_identifiers) {
    size_t at = table::find_column(specs, name);
    if (at == specs.size()) return fail(Errc::invalid, "deident.missing_column", name);
    m.quasi_source.push_back(at);
    std::optional<size_t> position;
    for (size_t o = 0; o < m.out.size(); o++)
      if (m.out[o].source == at) position = o;
    m.quasi_out.push_back(position);
  }
  m.before.resize(m.quasi_source.size());
  m.after.resize(m.quasi_source.size());
  return m;
}

uint64_t residual_into(const Masking& m, deident::Receipt& receipt) {
  uint64_t found = 0;
  for (const OutputColumn& out : m.out) {
    for (auto [type, cells] : out.residual.findings()) {
      if (!deident::residual_expected(m.strategy, m.masker, out.source, out.spec.name, type)) found += cells;
      receipt.residual.push_back({out.spec.name, std::string(type), cells});
    }
  }
  return found;
}

}  // namespace

Status run_mask_job(WorkerContext& context) {
  const auto began = std::chrono::steady_clock::now();
  std::string text = TRY(context.request.get_string("strategy"));
  deident::Strategy strategy = TRY(deident::read_strategy(text));
  std::string dataset = TRY(context.request.get_string("dataset")), version = TRY(context.request.get_string("new_version"));
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  ColumnKeys fresh = TRY(receive_keys(context)).keys;
  std::optional<SecretBytes> key;
  if (deident::needs_key(strategy)) key = TRY(receive_keys(context)).keys.begin()->second;
  // Rows of a sealed version are never dropped: its rows are counted in the catalog before they are masked.
  if (strategy.sample || strategy.suppress_permille) return fail(Errc::refused, "deident.rows_fixed");
  Masking m = TRY(prepare(std::move(strategy), reader->specs(), key));

  std::vector<table::ColumnSpec> specs;
  std::vector<std::string> names;
  for (const OutputColumn& out : m.out) {
    specs.push_back(out.spec);
    names.push_back(out.spec.name);
  }
  if (specs.empty()) return fail(Errc::invalid, "deident.nothing_left");
  auto keys = TRY(keys_in_order(fresh, names));
  auto writer = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), version, {dataset, version, specs, std::move(keys), 65536, 2}));
  uint64_t rows = 0;
  for (size_t g = 0; m.masker.learns() && g < reader->row_groups(); g++) {
    std::vector<table::ColumnRef> group;
    for (size_t c = 0; c < m.source.size(); c++) group.push_back(m.masker.learns(c) ? TRY(reader->read(g, c)) : nullptr);
    deident::learn_columns(m.masker, group, reader->rows_of(g), rows);
    rows += reader->rows_of(g);
  }
  TRY(m.masker.finish_learning());
  rows = 0;
  for (size_t g = 0; g < reader->row_groups(); g++) {
    std::vector<table::ColumnRef> group;
    // A dropped column is read only where its value names the person of a date shift or is a quasi-identifier.
    for (size_t c = 0; c < m.source.size(); c++) group.push_back(TRY(reader->read(g, c)));
    table::Batch batch = TRY(mask_group(m, group, reader->rows_of(g), rows));
    collect_codes(m, group, batch);
    TRY(writer->append(batch));
    rows += batch.rows;
    TRY(send_progress(context, Json::object({{"rows", rows}, {"total", reader->rows()}})));
  }
  deident::Receipt receipt = deident::begin_receipt(m.strategy, key);
  receipt.rows_in = receipt.rows_out = rows;
  for (const OutputColumn& out : m.out) receipt.columns.push_back(deident::field_receipt(m.masker, out.source, out.spec.name, out.tally));
  for (size_t i = 0; i < m.source.size(); i++)
    if (m.masker.dropped(i)) receipt.columns.push_back(deident::field_receipt(m.masker, i, m.source[i].name, {rows, 0, 0}));
  receipt.residual_rows_scanned = rows;
  uint64_t residual = residual_into(m, receipt);
  if (!m.quasi_source.empty()) {
    receipt.risk_before = TRY(measure(m.before, m.strategy.quasi_identifiers));
    receipt.risk_after = TRY(measure(m.after, m.strategy.quasi_identifiers));
    if (m.strategy.k_min && receipt.risk_after->k_min < static_cast<uint64_t>(*m.strategy.k_min))
      return fail(Errc::refused, "deident.k_too_small", std::to_string(receipt.risk_after->k_min));
  }
  if (residual > 0) {
    std::string where;
    for (const auto& finding : receipt.residual) where += (where.empty() ? "" : ", ") + finding.column + ":" + finding.type;
    return fail(Errc::refused, "deident.residual_found", where);
  }
  TRY(writer->finish());
  receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began).count());
  return send_result(context, Json::object({{"columns", encode(names)}, {"manifest", vault::manifest_text(writer->manifest())}, {"receipt", encode(receipt)}}));
}

}  // namespace sluice::node
