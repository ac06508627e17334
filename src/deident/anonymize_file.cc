#include "deident/anonymize_file.h"

#include <algorithm>
#include <chrono>

#include "anonymity/table_file.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/random.h"
#include "crypto/block_digest.h"
#include "crypto/hash.h"
#include "deident/apply.h"
#include "deident/column_names.h"
#include "deident/masker.h"
#include "deident/models_reached.h"
#include "deident/residual_verdict.h"
#include "deident/risk.h"
#include "table/cell_text.h"

namespace sluice::deident {

namespace {

constexpr int kPersonTokenLength = 20;

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

FieldReceipt field_of_person(const std::string& name, const anonymity::Report& report, const anonymity::Request& request) {
  FieldReceipt out{.column = name, .technique = Technique::suppress, .masked = report.rows, .kept = 0};
  if (request.person_column == anonymity::PersonColumn::drop) return out;
  out.technique = Technique::pseudonym;
  out.masked = report.rows - report.person_empty;
  out.nulls = report.person_empty;
  out.parameters = Json::object({{"length", kPersonTokenLength}});
  return out;
}

// Of the hierarchy's file as the check wants it, that it may be told from another.
Result<std::string> digest_of_hierarchy(const std::string& path) { return hex(sm3(view(TRY(read_text_file(path, anonymity::kHierarchyBytesMax))))); }

Result<FieldReceipt> field_of(const std::string& name, const anonymity::Report& report, const anonymity::Request& request) {
  if (name == request.person && request.person_column != anonymity::PersonColumn::keep) return field_of_person(name, report, request);
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
  if (!one_value && at->lowest_level < at->level) out.parameters->set("lowest", at->lowest_level);
  if (auto path = request.hierarchy_files.find(name); !one_value && path != request.hierarchy_files.end()) out.parameters->set("hierarchy_sm3", TRY(digest_of_hierarchy(path->second)));
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
  std::vector<std::string> columns = request.quasi;
  for (const auto& name : request.sensitive)
    if (name != request.person || request.person_column != anonymity::PersonColumn::drop) columns.push_back(name);
  receipt.risk_before = TRY(risk_over(keys_of(TRY(anonymity::read_table_file(request.in, request.quasi, request.reading)), request.quasi), request.quasi));
  const anonymity::CsvTable after = TRY(anonymity::read_table_file(written, columns, request.reading));
  receipt.risk_after = TRY(risk_over(keys_of(after, request.quasi), request.quasi));
  receipt.models = TRY(models_reached(request, report, after));
  if (!request.population.empty()) receipt.population_digest = TRY(block_digest_of_file(request.population));
  return {};
}

// Keyed tokens as a strategy's `pseudonym` makes them. Without a key of the caller's one is drawn and forgotten: rows of one person still stand together, and nobody
// can make the tokens again.
Result<std::function<Result<std::vector<std::string>>(const std::vector<std::string_view>&)>> person_tokens(const std::string& column, const AnonymizeOptions& options) {
  Strategy strategy;
  strategy.id = "anonymize";
  strategy.scope = options.scope;
  FieldRule rule;
  rule.column = column;
  rule.technique = Technique::pseudonym;
  rule.length = kPersonTokenLength;
  strategy.rules.push_back(rule);
  SystemRandom random;
  const SecretBytes key = options.person_key ? *options.person_key : SecretBytes(random_bytes(random, 32));
  const std::vector<std::string> names{column};
  Masker masker = TRY(Masker::bind(strategy, names, key));
  return [masker](const std::vector<std::string_view>& keys) -> Result<std::vector<std::string>> {
    std::vector<CellInput> cells;
    for (std::string_view one : keys) cells.push_back({one});
    MaskedCells masked;
    masker.apply_many(0, cells, masked);
    std::vector<std::string> out;
    for (size_t i = 0; i < masked.size(); i++) out.emplace_back(masked.at(i));
    return out;
  };
}

// What was asked for, of which the receipt names the digest as it names a strategy's.
Json asked(const anonymity::Request& request) {
  Json quasi = Json::array(), models = Json::array();
  for (const auto& name : request.quasi) quasi.push(name);
  for (const auto& m : request.search.models.diversity) models.push(Json::object({{"l", m.l}, {"c", m.c}, {"kind", name_of(m.kind)}, {"column", request.sensitive[m.column]}}));
  for (const auto& m : request.search.models.closeness) models.push(Json::object({{"t", m.t}, {"distance", name_of(m.distance)}, {"column", request.sensitive[m.column]}}));
  if (request.search.models.k_map) models.push(Json::object({{"k_map", *request.search.models.k_map}}));
  if (request.search.models.presence) models.push(Json::object({{"presence_lowest", request.search.models.presence->lowest}, {"presence_highest", request.search.models.presence->highest}}));
  return Json::object({{"format", "sluice-anonymize/1"}, {"k", request.search.k}, {"suppression", request.search.suppression}, {"metric", name_of(request.metric)},
                       {"recoding", name_of(request.recoding)}, {"suppressed_rows", name_of(request.suppressed_rows)}, {"quasi_identifiers", std::move(quasi)}, {"models", std::move(models)}});
}

}  // namespace

Result<anonymity::Report> anonymize_file(anonymity::Request request, const AnonymizeOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  if (!request.person.empty() && request.person_column == anonymity::PersonColumn::pseudonym) request.person_tokens = TRY(person_tokens(request.person, options));
  request.written = [&](const std::string& written, char delimiter, const anonymity::Report& report) -> Status {
    Receipt receipt;
    const Scanned scanned = TRY(scan_file(written, delimiter));
    TRY(judge_scan(scanned, options.identifiers_kept, receipt));
    if (!options.receipt) return {};
    std::vector<std::string> names = scanned.names;
    if (!request.person.empty() && request.person_column == anonymity::PersonColumn::drop) names.push_back(request.person);
    receipt.strategy = "anonymize";
    receipt.strategy_version = "1";
    receipt.strategy_digest = sm3(view(canonical(asked(request))));
    receipt.performed_by = options.performed_by;
    if (options.person_key && request.person_column == anonymity::PersonColumn::pseudonym) receipt.key_id = key_id_of(*options.person_key);
    receipt.rows_in = report.rows;
    receipt.rows_out = scanned.rows;
    if (report.rows > scanned.rows) receipt.rows_suppressed = report.rows - scanned.rows;
    for (const auto& name : names) receipt.columns.push_back(TRY(field_of(name, report, request)));
    TRY(measure(written, request, report, receipt));
    name_files(receipt, TRY(block_digest_of_file(request.in)), TRY(block_digest_of_file(written)));
    receipt.duration_ms = static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
    return options.receipt(receipt);
  };
  return anonymity::anonymize(request);
}

}  // namespace sluice::deident
