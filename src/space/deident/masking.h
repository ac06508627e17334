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

struct AdoptStrategy {
  static constexpr std::string_view kind = "masking.adopt_strategy";
  DatasetId dataset;
  std::string name;
  Digest content;  // of the strategy document, a blob of the ledger
  std::vector<ColumnTechnique> techniques;
  static constexpr auto fields = field_list(field("dataset", &AdoptStrategy::dataset), field("name", &AdoptStrategy::name),
                                            field("content", &AdoptStrategy::content), field("techniques", &AdoptStrategy::techniques));
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
  static constexpr auto fields = field_list(
      field("strategy", &ReportMasking::strategy), field("from_version", &ReportMasking::from_version), field("version", &ReportMasking::version),
      field("rows", &ReportMasking::rows), field("residual_identifiers", &ReportMasking::residual_identifiers), field("k", &ReportMasking::k),
      field("max_risk_ppm", &ReportMasking::max_risk_ppm), field("uniques", &ReportMasking::uniques), field("before_k", &ReportMasking::before_k),
      field("before_risk_ppm", &ReportMasking::before_risk_ppm), field("quasi_identifiers", &ReportMasking::quasi_identifiers),
      field("receipt", &ReportMasking::receipt), field("version_manifest", &ReportMasking::version_manifest), field("columns", &ReportMasking::columns));
};

struct StrategyAdopted {
  static constexpr std::string_view kind = "masking.strategy_adopted";
  StrategyId strategy;
  DatasetId dataset;
  std::string name;
  Digest content;
  std::vector<ColumnTechnique> techniques;
  static constexpr auto fields =
      field_list(field("strategy", &StrategyAdopted::strategy), field("dataset", &StrategyAdopted::dataset), field("name", &StrategyAdopted::name),
                 field("content", &StrategyAdopted::content), field("techniques", &StrategyAdopted::techniques));
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
  static constexpr auto fields = field_list(
      field("dataset", &VersionMasked::dataset), field("strategy", &VersionMasked::strategy), field("from_version", &VersionMasked::from_version),
      field("version", &VersionMasked::version), field("rows", &VersionMasked::rows),
      field("residual_identifiers", &VersionMasked::residual_identifiers), field("k", &VersionMasked::k),
      field("max_risk_ppm", &VersionMasked::max_risk_ppm), field("uniques", &VersionMasked::uniques), field("before_k", &VersionMasked::before_k),
      field("before_risk_ppm", &VersionMasked::before_risk_ppm), field("quasi_identifiers", &VersionMasked::quasi_identifiers),
      field("techniques", &VersionMasked::techniques), field("receipt", &VersionMasked::receipt),
      field("version_manifest", &VersionMasked::version_manifest), field("columns", &VersionMasked::columns));
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
  static constexpr auto fields = field_list(
      field("id", &Strategy::id), field("dataset", &Strategy::dataset), field("name", &Strategy::name), field("content", &Strategy::content),
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
  const MaskedColumn* column(std::string_view name) const;
  static constexpr auto fields = field_list(
      field("version", &MaskingResult::version), field("from_version", &MaskingResult::from_version), field("strategy", &MaskingResult::strategy),
      field("rows", &MaskingResult::rows), field("residual_identifiers", &MaskingResult::residual_identifiers), field("k", &MaskingResult::k),
      field("max_risk_ppm", &MaskingResult::max_risk_ppm), field("uniques", &MaskingResult::uniques), field("before_k", &MaskingResult::before_k),
      field("before_risk_ppm", &MaskingResult::before_risk_ppm), field("quasi_identifiers", &MaskingResult::quasi_identifiers),
      field("columns", &MaskingResult::columns), field("receipt", &MaskingResult::receipt), field("seq", &MaskingResult::seq));
};

}  // namespace sluice::space
