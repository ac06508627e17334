// The resource catalog: datasets, their versions, and for each field a type, a category and a level that a person
// confirmed (C6.2.1, C6.2.2, G2.7). A machine proposes with reasons; only a data manager's word counts downstream.
//
//   field   (unseen) ──ReportProposals──▶ proposed ──ConfirmField──▶ confirmed
//   A confirmed field is locked: a later proposal is kept beside it and never overwrites it. Confirming a level below the
//   proposal needs a reason (not grading sensitive data low: G1).
#pragma once

#include <map>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/collection/collection.h"
#include "standard/taxonomy.h"

namespace sluice::space {

struct FieldProposal {
  std::string column, type, type_zh;
  Category category = Category::none;
  int level = 1;
  int confidence_permille = 0;
  bool review = false, identifying = false, quasi = false;
  std::vector<std::string> reasons_zh, reasons_en;
  static constexpr auto fields = field_list(
      field("column", &FieldProposal::column), field("type", &FieldProposal::type), field("type_zh", &FieldProposal::type_zh),
      field("category", &FieldProposal::category), field("level", &FieldProposal::level),
      field("confidence_permille", &FieldProposal::confidence_permille), field("review", &FieldProposal::review),
      field("identifying", &FieldProposal::identifying), field("quasi", &FieldProposal::quasi), field("reasons_zh", &FieldProposal::reasons_zh),
      field("reasons_en", &FieldProposal::reasons_en));
};

// The classifier's result for one version (the node reports it; no person decides anything here).
struct ReportProposals {
  static constexpr std::string_view kind = "catalog.report_proposals";
  DatasetId dataset;
  VersionId version;
  std::string rule_pack;  // name, version and digest of the rules that spoke
  std::vector<FieldProposal> proposals;
  static constexpr auto fields = field_list(field("dataset", &ReportProposals::dataset), field("version", &ReportProposals::version),
                                            field("rule_pack", &ReportProposals::rule_pack), field("proposals", &ReportProposals::proposals));
};
struct FieldVerdict {
  std::string column, type;
  Category category = Category::none;
  int level = 1;
  bool identifying = false, quasi = false;
  std::string reason;  // demanded where the verdict differs from the proposal
  static constexpr auto fields =
      field_list(field("column", &FieldVerdict::column), field("type", &FieldVerdict::type), field("category", &FieldVerdict::category),
                 field("level", &FieldVerdict::level), field("identifying", &FieldVerdict::identifying), field("quasi", &FieldVerdict::quasi),
                 field("reason", &FieldVerdict::reason));
};
struct ConfirmFields {
  static constexpr std::string_view kind = "catalog.confirm_fields";
  DatasetId dataset;
  std::vector<FieldVerdict> verdicts;
  static constexpr auto fields = field_list(field("dataset", &ConfirmFields::dataset), field("verdicts", &ConfirmFields::verdicts));
};

struct FieldsProposed {
  static constexpr std::string_view kind = "catalog.fields_proposed";
  DatasetId dataset;
  VersionId version;
  std::string rule_pack;
  std::vector<FieldProposal> proposals;
  static constexpr auto fields = field_list(field("dataset", &FieldsProposed::dataset), field("version", &FieldsProposed::version),
                                            field("rule_pack", &FieldsProposed::rule_pack), field("proposals", &FieldsProposed::proposals));
};
// One entry a field, so that a passport reveals the grades of released columns and of no others.
struct FieldConfirmed {
  static constexpr std::string_view kind = "catalog.field_confirmed";
  DatasetId dataset;
  std::string column, type;
  Category category = Category::none;
  int level = 1;
  bool identifying = false, quasi = false, corrected = false;
  std::string reason;
  static constexpr auto fields =
      field_list(field("dataset", &FieldConfirmed::dataset), field("column", &FieldConfirmed::column), field("type", &FieldConfirmed::type),
                 field("category", &FieldConfirmed::category), field("level", &FieldConfirmed::level),
                 field("identifying", &FieldConfirmed::identifying), field("quasi", &FieldConfirmed::quasi),
                 field("corrected", &FieldConfirmed::corrected), field("reason", &FieldConfirmed::reason));
};

struct CatalogField {
  std::string column, title;
  std::optional<FieldProposal> proposal;
  bool confirmed = false, corrected = false;
  std::string type;
  Category category = Category::none;
  int level = 0;  // 0 until confirmed
  bool identifying = false, quasi = false;
  std::string reason;
  PersonId confirmed_by;
  TimeMs confirmed_ms = 0;
  uint64_t seq = 0;  // the entry that confirmed it
  static constexpr auto fields = field_list(
      field("column", &CatalogField::column), field("title", &CatalogField::title), field("proposal", &CatalogField::proposal),
      field("confirmed", &CatalogField::confirmed), field("corrected", &CatalogField::corrected), field("type", &CatalogField::type),
      field("category", &CatalogField::category), field("level", &CatalogField::level), field("identifying", &CatalogField::identifying),
      field("quasi", &CatalogField::quasi), field("reason", &CatalogField::reason), field("confirmed_by", &CatalogField::confirmed_by),
      field("confirmed_ms", &CatalogField::confirmed_ms), field("seq", &CatalogField::seq));
};

struct DatasetVersion {
  VersionId id;
  DatasetId dataset;
  int64_t number = 0, rows = 0;
  Digest manifest{};
  std::vector<std::string> columns;
  BatchId batch;            // of a collected version: its rows, or (id differs from the batch's version) rows held first and corrected
  VersionId masked_from;    // of a masked version
  StrategyId strategy;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  std::vector<VersionId> parts;  // of a merged version: whose rows it has
  static constexpr auto fields = field_list(
      field("id", &DatasetVersion::id), field("dataset", &DatasetVersion::dataset), field("number", &DatasetVersion::number),
      field("rows", &DatasetVersion::rows), field("manifest", &DatasetVersion::manifest), field("columns", &DatasetVersion::columns),
      field("batch", &DatasetVersion::batch), field("masked_from", &DatasetVersion::masked_from), field("strategy", &DatasetVersion::strategy),
      field("at_ms", &DatasetVersion::at_ms), field("seq", &DatasetVersion::seq), field("parts", &DatasetVersion::parts));
};

struct Dataset {
  DatasetId id;
  PartyId owner;
  PlanId plan;
  std::string name, title, frequency;
  std::vector<VersionId> versions;
  std::vector<CatalogField> columns;
  std::string rule_pack;
  uint64_t proposed_seq = 0;
  const CatalogField* column(std::string_view column_name) const;
  CatalogField* column(std::string_view column_name);
  static constexpr auto fields = field_list(
      field("id", &Dataset::id), field("owner", &Dataset::owner), field("plan", &Dataset::plan), field("name", &Dataset::name),
      field("title", &Dataset::title), field("frequency", &Dataset::frequency), field("versions", &Dataset::versions),
      field("columns", &Dataset::columns), field("rule_pack", &Dataset::rule_pack), field("proposed_seq", &Dataset::proposed_seq));
};

}  // namespace sluice::space
