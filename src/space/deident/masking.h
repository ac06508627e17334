// Masking: strategies adopted by the security officer and their application to a dataset version (C6.5).
//
//   AdoptStrategy (security officer) → ReportMasking (the node, after the work) → a new version with its lineage.
// The receipt (fields, techniques, counts, residual scan, risk before and after) is a blob named by the event. A run whose
// residual scan finds a direct identifier in a column that is not known to identify seals nothing: "masking.residual_identifiers".
#pragma once

#include "codec/record.h"
#include "space/catalog/catalog.h"

namespace sluice::space {

struct ColumnTechnique {
  std::string column, technique, parameters;
  static constexpr auto fields = field_list(field("column", &ColumnTechnique::column), field("technique", &ColumnTechnique::technique),
                                            field("parameters", &ColumnTechnique::parameters));
};

// A column of a masked version: what became of it and the level of what is left (就高不就低 decides over them).
struct MaskedColumn {
  std::string column, technique;
  int level = 1;
  bool direct_identifier = false;
  static constexpr auto fields = field_list(field("column", &MaskedColumn::column), field("technique", &MaskedColumn::technique),
                                            field("level", &MaskedColumn::level), field("direct_identifier", &MaskedColumn::direct_identifier));
};

// What C6.5.3 wants on record of a run, beside the risk figures; who ran it is the entry's actor. Absent in entries of old.
struct FieldCount {
  std::string column, technique;
  int64_t masked = 0, nulls = 0, failed = 0;  // cells
  static constexpr auto fields = field_list(field("column", &FieldCount::column), field("technique", &FieldCount::technique), field("masked", &FieldCount::masked),
                                            field("nulls", &FieldCount::nulls), field("failed", &FieldCount::failed));
};
struct MaskingRun {
  std::string strategy, strategy_version;  // as the document names them
  Digest strategy_digest{};                // SM3 of its canonical JSON
  Digest input{}, output{};                // SM3 of the manifests of the sealed versions: every chunk hangs below them
  std::optional<std::string> key_id;       // tells keys apart, reveals none
  std::string key_name;                    // what the key agent knows the key by; empty without one
  int64_t rows_in = 0, rows_out = 0, rows_dropped = 0, residual_rows_scanned = 0, duration_ms = 0;
  std::vector<FieldCount> counts;
  std::optional<Digest> applied{};                   // the strategy as it was applied, its classes resolved to columns: a blob; absent: as adopted
  std::optional<int64_t> rows_not_sampled{}, rows_suppressed{}, rows_level5{};  // of rows_dropped, where the run could drop such rows
  std::optional<int64_t> cells{}, cells_hidden{};    // of an aggregate: its lines, and those without numbers
  std::optional<std::string> share_type{}, form{}, purpose{};  // what it was said to be for
  static constexpr auto fields = field_list(
      field("applied", &MaskingRun::applied), field("rows_not_sampled", &MaskingRun::rows_not_sampled), field("rows_suppressed", &MaskingRun::rows_suppressed),
      field("rows_level5", &MaskingRun::rows_level5), field("cells", &MaskingRun::cells), field("cells_hidden", &MaskingRun::cells_hidden),
      field("share_type", &MaskingRun::share_type), field("form", &MaskingRun::form), field("purpose", &MaskingRun::purpose),
      field("strategy", &MaskingRun::strategy), field("strategy_version", &MaskingRun::strategy_version),
      field("strategy_digest", &MaskingRun::strategy_digest), field("input", &MaskingRun::input), field("output", &MaskingRun::output),
      field("key_id", &MaskingRun::key_id), field("key_name", &MaskingRun::key_name), field("rows_in", &MaskingRun::rows_in),
      field("rows_out", &MaskingRun::rows_out), field("rows_dropped", &MaskingRun::rows_dropped),
      field("residual_rows_scanned", &MaskingRun::residual_rows_scanned), field("duration_ms", &MaskingRun::duration_ms),
      field("counts", &MaskingRun::counts));
};
// What the state keeps of a strategy's document, so that lists need not open it. Absent in entries of old.
struct StrategyUse {
  std::vector<std::string> share_types, forms, purposes;  // empty: all
  std::optional<std::string> not_after;                   // the last day, YYYY-MM-DD (UTC)
  static constexpr auto fields = field_list(field("share_types", &StrategyUse::share_types), field("forms", &StrategyUse::forms),
                                            field("purposes", &StrategyUse::purposes), field("not_after", &StrategyUse::not_after));
};
// A second person's signature over exactly the document, by the key that the person signs in with.
struct StrategyReview {
  PersonId reviewer;
  std::string key_id;
  Digest document{};   // SM3 of the bytes that were signed
  Digest signature{};  // of the signature, a blob
  static constexpr auto fields = field_list(field("reviewer", &StrategyReview::reviewer), field("key_id", &StrategyReview::key_id),
                                            field("document", &StrategyReview::document), field("signature", &StrategyReview::signature));
};
struct StrategySummary {
  std::string id, version;
  bool marks = false;
  std::optional<std::string> base{}, base_version{};  // the house strategy that it extends, as it stood then
  std::optional<StrategyUse> use{};
  std::optional<bool> review_required{}, aggregate{};
  std::optional<StrategyReview> review{};
  static constexpr auto fields = field_list(
      field("id", &StrategySummary::id), field("version", &StrategySummary::version), field("marks", &StrategySummary::marks),
      field("base", &StrategySummary::base), field("base_version", &StrategySummary::base_version), field("use", &StrategySummary::use),
      field("review_required", &StrategySummary::review_required), field("aggregate", &StrategySummary::aggregate), field("review", &StrategySummary::review));
};

struct AdoptStrategy {
  static constexpr std::string_view kind = "masking.adopt_strategy";
  DatasetId dataset;
  std::string name;
  Digest content;  // of the strategy document, a blob of the ledger
  std::vector<ColumnTechnique> techniques;
  std::optional<StrategySummary> summary{};
  static constexpr auto fields = field_list(field("dataset", &AdoptStrategy::dataset), field("name", &AdoptStrategy::name),
                                            field("content", &AdoptStrategy::content), field("techniques", &AdoptStrategy::techniques),
                                            field("summary", &AdoptStrategy::summary));
};
struct ReportMasking {
  static constexpr std::string_view kind = "masking.report";
  StrategyId strategy;
  VersionId from_version, version;
  int64_t rows = 0, residual_identifiers = 0;
  int64_t k = 0;                     // smallest class over the quasi-identifiers kept
  int64_t max_risk_ppm = 0;          // prosecutor, parts per million
  int64_t uniques = 0;
  int64_t before_k = 0, before_risk_ppm = 0;
  std::vector<std::string> quasi_identifiers;
  Digest receipt, version_manifest;
  std::vector<MaskedColumn> columns;
  std::optional<MaskingRun> run{};
  std::optional<std::vector<ColumnTechnique>> techniques{};  // of a strategy that names classes: what became of each column
  static constexpr auto fields = field_list(
      field("techniques", &ReportMasking::techniques), field("strategy", &ReportMasking::strategy), field("from_version", &ReportMasking::from_version), field("version", &ReportMasking::version),
      field("rows", &ReportMasking::rows), field("residual_identifiers", &ReportMasking::residual_identifiers), field("k", &ReportMasking::k),
      field("max_risk_ppm", &ReportMasking::max_risk_ppm), field("uniques", &ReportMasking::uniques), field("before_k", &ReportMasking::before_k),
      field("before_risk_ppm", &ReportMasking::before_risk_ppm), field("quasi_identifiers", &ReportMasking::quasi_identifiers),
      field("receipt", &ReportMasking::receipt), field("version_manifest", &ReportMasking::version_manifest), field("columns", &ReportMasking::columns),
      field("run", &ReportMasking::run));
};

struct StrategyAdopted {
  static constexpr std::string_view kind = "masking.strategy_adopted";
  StrategyId strategy;
  DatasetId dataset;
  std::string name;
  Digest content;
  std::vector<ColumnTechnique> techniques;
  std::optional<StrategySummary> summary{};
  static constexpr auto fields =
      field_list(field("strategy", &StrategyAdopted::strategy), field("dataset", &StrategyAdopted::dataset), field("name", &StrategyAdopted::name),
                 field("content", &StrategyAdopted::content), field("techniques", &StrategyAdopted::techniques),
                                            field("summary", &StrategyAdopted::summary));
};
struct VersionMasked {
  static constexpr std::string_view kind = "masking.version_masked";
  DatasetId dataset;
  StrategyId strategy;
  VersionId from_version, version;
  int64_t rows = 0, residual_identifiers = 0, k = 0, max_risk_ppm = 0, uniques = 0, before_k = 0, before_risk_ppm = 0;
  std::vector<std::string> quasi_identifiers;
  std::vector<ColumnTechnique> techniques;
  Digest receipt, version_manifest;
  std::vector<MaskedColumn> columns;
  std::optional<MaskingRun> run{};
  std::optional<int64_t> level5_rows_left_out{};  // beside `run`, so that a passport can say it
  static constexpr auto fields = field_list(
      field("level5_rows_left_out", &VersionMasked::level5_rows_left_out), field("dataset", &VersionMasked::dataset), field("strategy", &VersionMasked::strategy), field("from_version", &VersionMasked::from_version),
      field("version", &VersionMasked::version), field("rows", &VersionMasked::rows),
      field("residual_identifiers", &VersionMasked::residual_identifiers), field("k", &VersionMasked::k),
      field("max_risk_ppm", &VersionMasked::max_risk_ppm), field("uniques", &VersionMasked::uniques), field("before_k", &VersionMasked::before_k),
      field("before_risk_ppm", &VersionMasked::before_risk_ppm), field("quasi_identifiers", &VersionMasked::quasi_identifiers),
      field("techniques", &VersionMasked::techniques), field("receipt", &VersionMasked::receipt),
      field("version_manifest", &VersionMasked::version_manifest), field("columns", &VersionMasked::columns),
      field("run", &VersionMasked::run));
};

struct Strategy {
  StrategyId id;
  DatasetId dataset;
  std::string name;
  Digest content{};
  std::vector<ColumnTechnique> techniques;
  PersonId adopted_by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  std::optional<StrategySummary> summary{};
  static constexpr auto fields = field_list(
      field("summary", &Strategy::summary), field("id", &Strategy::id), field("dataset", &Strategy::dataset), field("name", &Strategy::name), field("content", &Strategy::content),
      field("techniques", &Strategy::techniques), field("adopted_by", &Strategy::adopted_by), field("at_ms", &Strategy::at_ms),
      field("seq", &Strategy::seq));
};
// What masking did to one version: the risk side of its lineage.
struct MaskingResult {
  VersionId version, from_version;
  StrategyId strategy;
  int64_t rows = 0, residual_identifiers = 0, k = 0, max_risk_ppm = 0, uniques = 0, before_k = 0, before_risk_ppm = 0;
  std::vector<std::string> quasi_identifiers;
  std::vector<MaskedColumn> columns;
  Digest receipt{};
  uint64_t seq = 0;
  std::optional<MaskingRun> run{};
  std::optional<PersonId> masked_by{};
  const MaskedColumn* column(std::string_view name) const;
  // Counts and sums of groups; `k` is then the least number of contributors that a shown cell has.
  bool is_aggregate() const { return run && run->cells; }
  static constexpr auto fields = field_list(
      field("version", &MaskingResult::version), field("from_version", &MaskingResult::from_version), field("strategy", &MaskingResult::strategy),
      field("rows", &MaskingResult::rows), field("residual_identifiers", &MaskingResult::residual_identifiers), field("k", &MaskingResult::k),
      field("max_risk_ppm", &MaskingResult::max_risk_ppm), field("uniques", &MaskingResult::uniques), field("before_k", &MaskingResult::before_k),
      field("before_risk_ppm", &MaskingResult::before_risk_ppm), field("quasi_identifiers", &MaskingResult::quasi_identifiers),
      field("columns", &MaskingResult::columns), field("receipt", &MaskingResult::receipt), field("seq", &MaskingResult::seq), field("run", &MaskingResult::run),
      field("masked_by", &MaskingResult::masked_by));
};

}  // namespace sluice::space
