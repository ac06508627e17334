#include "deident/anonymize_file.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "anonymity/table_file.h"
#include "base/parallel.h"
#include "crypto/block_digest.h"
#include "crypto/hash.h"
#include "deident/apply.h"
#include "deident/column_names.h"
#include "deident/residual_verdict.h"
#include "deident/risk.h"
#include "deident/targets.h"
#include "table/cell_text.h"

namespace sluice::deident {

namespace {

struct Scanned {
  std::vector<std::string> names;
  std::vector<ResidualTally> cells;
  uint64_t rows = 0;
};

Result<Scanned> scan_file(const std::string& path, char delimiter) {
  auto in = TRY(anonymity::open_rows(path, delimiter));
  Scanned out;
  for (const auto& spec : in->specs()) out.names.push_back(spec.name);
  TRY(check_column_names(out.names));
  out.cells.resize(out.names.size());
  while (auto batch = TRY(in->next())) {
    in_parallel(threads_for_rows(0, batch->rows * out.names.size()), out.names.size(), [&](size_t c) {
      std::string text;
      for (size_t r = 0; r < batch->rows; r++) {
        text.clear();
        table::cell_text_to(text, batch->columns[c], r);
        scan_cell(text, out.cells[c]);
      }
    });
    out.rows += batch->rows;
  }
  return out;
}

Status judge_scan(const Scanned& scanned, const std::vector<std::string>& identifiers_kept, Receipt& receipt) {
  receipt.residual_rows_scanned = scanned.rows;
  ResidualVerdict verdict(receipt);
  for (size_t c = 0; c < scanned.names.size(); c++) {
    const bool kept = std::find(identifiers_kept.begin(), identifiers_kept.end(), scanned.names[c]) != identifiers_kept.end();
    verdict.column(c + 1, scanned.names[c], scanned.cells[c], [&](std::string_view) { return kept; });
  }
  return verdict.end();
}

FieldReceipt field_of(const std::string& name, const anonymity::Report& report, const anonymity::Request& request) {
  auto at = std::find_if(report.attributes.begin(), report.attributes.end(), [&](const auto& a) { return a.name == name; });
  FieldReceipt out{.column = name, .kept = report.rows};
  const bool marked = request.suppressed_rows == anonymity::SuppressedRows::mark && report.solution.suppressed > 0;
  if (at == report.attributes.end() || (at->level == 0 && !marked)) return out;
  const bool one_value = at->level + 1 == at->levels && at->lowest_level == at->level && !request.hierarchy_files.contains(name);
  out.technique = one_value ? Technique::redact : Technique::hierarchy;
  out.masked = one_value ? report.rows : at->changed_cells;
  out.nulls = one_value ? 0 : at->empty_cells;
  out.kept = report.rows - out.masked - out.nulls;
  out.parameters = one_value ? Json::object({{"value", "*"}}) : Json::object({{"hierarchy", "given"}, {"height", at->level}});
  return out;
}

// Of the rows that were written; what the check can count anew.
Strategy targets_of(const anonymity::Request& request, const anonymity::Report& report) {
  Strategy out;
  out.quasi_identifiers = request.quasi;
  out.targets.emplace();
  for (const auto& model : request.search.models.diversity)
    if (model.kind == anonymity::Diversity::distinct) out.targets->diversity.push_back({.column = request.sensitive[model.column], .l = static_cast<int>(std::ceil(model.l)), .t_permille = {}});
  for (const auto& model : request.search.models.closeness)
    if (model.distance == anonymity::Distance::equal && report.solution.suppressed == 0)
      out.targets->closeness.push_back({.column = request.sensitive[model.column], .l = {}, .t_permille = static_cast<int>(std::ceil(model.t * 1000 - 1e-9))});
  return out;
}

std::vector<table::KeyColumn> keys_of(const anonymity::CsvTable& table, const std::vector<std::string>& names) {
  std::vector<table::KeyColumn> out;
  for (const auto& name : names) out.push_back(table.find(name)->keys);
  return out;
}

Result<RiskReceipt> risk_over(const std::vector<table::KeyColumn>& keys, const std::vector<std::string>& names) {
  return to_receipt(TRY(table::count_classes(std::span<const table::KeyColumn>(keys))), names);
}

Status measure(const std::string& written, const anonymity::Request& request, const anonymity::Report& report, Receipt& receipt) {
  const Strategy targets = targets_of(request, report);
  const std::vector<std::string> sensitive = target_columns(targets);
  std::vector<std::string> columns = request.quasi;
  columns.insert(columns.end(), sensitive.begin(), sensitive.end());
  receipt.risk_before = TRY(risk_over(keys_of(TRY(anonymity::read_table_file(request.in, request.quasi, request.reading)), request.quasi), request.quasi));
  const anonymity::CsvTable after = TRY(anonymity::read_table_file(written, columns, request.reading));
  const auto quasi = keys_of(after, request.quasi);
  receipt.risk_after = TRY(risk_over(quasi, request.quasi));
  const auto k = static_cast<int64_t>(receipt.risk_after->k_min), wanted = static_cast<int64_t>(request.search.k);
  if (receipt.risk_after->rows > 0) receipt.models.push_back({.model = "k", .column = "", .wanted = wanted, .reached = k, .holds = k >= wanted});
  for (auto& model : TRY(measure_targets(targets, quasi, keys_of(after, sensitive)))) receipt.models.push_back(std::move(model));
  return {};
}

// What was asked for, of which the receipt names the digest as it names a strategy's.
Json asked(const anonymity::Request& request) {
  Json quasi = Json::array(), models = Json::array();
  for (const auto& name : request.quasi) quasi.push(name);
  for (const auto& m : request.search.models.diversity) models.push(Json::object({{"l", m.l}, {"kind", name_of(m.kind)}, {"column", request.sensitive[m.column]}}));
  for (const auto& m : request.search.models.closeness) models.push(Json::object({{"t", m.t}, {"distance", name_of(m.distance)}, {"column", request.sensitive[m.column]}}));
  return Json::object({{"format", "sluice-anonymize/1"}, {"k", request.search.k}, {"suppression", request.search.suppression}, {"metric", name_of(request.metric)},
                       {"recoding", name_of(request.recoding)}, {"suppressed_rows", name_of(request.suppressed_rows)}, {"quasi_identifiers", std::move(quasi)}, {"models", std::move(models)}});
}

}  // namespace

Result<anonymity::Report> anonymize_file(anonymity::Request request, const AnonymizeOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  request.written = [&](const std::string& written, char delimiter, const anonymity::Report& report) -> Status {
    Receipt receipt;
    const Scanned scanned = TRY(scan_file(written, delimiter));
    TRY(judge_scan(scanned, options.identifiers_kept, receipt));
    if (!options.receipt) return {};
    receipt.strategy = "anonymize";
    receipt.strategy_version = "1";
    receipt.strategy_digest = sm3(view(canonical(asked(request))));
    receipt.performed_by = options.performed_by;
    receipt.rows_in = report.rows;
    receipt.rows_out = scanned.rows;
    if (report.rows > scanned.rows) receipt.rows_suppressed = report.rows - scanned.rows;
    for (const auto& name : scanned.names) receipt.columns.push_back(field_of(name, report, request));
    TRY(measure(written, request, report, receipt));
    name_files(receipt, TRY(block_digest_of_file(request.in)), TRY(block_digest_of_file(written)));
    receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
    return options.receipt(receipt);
  };
  return anonymity::anonymize(request);
}

}  // namespace sluice::deident
