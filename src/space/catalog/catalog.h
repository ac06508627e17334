// The resource catalog: datasets, their versions, and for each field a type, a category and a level that a person
// confirmed (C6.2.1, C6.2.2, G2.7). A machine proposes with reasons; only a data manager's word counts downstream.
//
//   field   (unseen) ──ReportProposals──▶ proposed ──ConfirmField──▶ confirmed
//   confirmed ──ReportProposals with drift findings for it──▶ reopened ──ConfirmField──▶ confirmed
//   A confirmed field is locked: a later proposal is kept beside it and never overwrites it. Confirming a level below the
//   proposal needs a reason (not grading sensitive data low: G1); a level below the floor that the rule pack gives the type
//   needs a lowering (inventory.h): "catalog.below_floor". A verdict holds for the days of rules/grading.yaml. A reopened
//   field stands at the higher of verdict and proposal until a person looks again.
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
  std::optional<bool> enterprise{};
  std::optional<int64_t> level5_rows{};  // rows with level-5 content inside a column of a lower type
  static constexpr auto fields = field_list(
      field("column", &FieldProposal::column), field("type", &FieldProposal::type), field("type_zh", &FieldProposal::type_zh),
      field("category", &FieldProposal::category), field("level", &FieldProposal::level),
      field("confidence_permille", &FieldProposal::confidence_permille), field("review", &FieldProposal::review),
      field("identifying", &FieldProposal::identifying), field("quasi", &FieldProposal::quasi), field("reasons_zh", &FieldProposal::reasons_zh),
      field("reasons_en", &FieldProposal::reasons_en), field("enterprise", &FieldProposal::enterprise), field("level5_rows", &FieldProposal::level5_rows));
};

// A difference between what a verdict was given on and what came since. `cause` is one of kDriftCauses; the sentences name
// columns, counts and shares, never a value.
struct DriftFinding {
  std::string column, cause, zh, en;
  static constexpr auto fields = field_list(field("column", &DriftFinding::column), field("cause", &DriftFinding::cause), field("zh", &DriftFinding::zh),
                                            field("en", &DriftFinding::en));
};
constexpr std::array<std::string_view, 10> kDriftCauses = {"new_column",      "column_gone",     "type_changed",    "form_changed",    "nulls_changed",
                                                           "distinct_changed", "lengths_changed", "level5_appeared", "proposal_raised", "floor_raised"};

// The classifier's result for one version (the node reports it; no person decides anything here).
struct ReportProposals {
  static constexpr std::string_view kind = "catalog.report_proposals";
  DatasetId dataset;
  VersionId version;
  std::string rule_pack;  // name, version and digest of the rules that spoke
  std::vector<FieldProposal> proposals;
  std::optional<Digest> report{};     // evidence, profile and quality: docs/formats/classification-report.md
  std::vector<DriftFinding> drift{};  // against the report before it
  static constexpr auto fields = field_list(field("dataset", &ReportProposals::dataset), field("version", &ReportProposals::version),
                                            field("rule_pack", &ReportProposals::rule_pack), field("proposals", &ReportProposals::proposals),
                                            field("report", &ReportProposals::report), field("drift", &ReportProposals::drift));
};
struct FieldVerdict {
  std::string column, type;
  Category category = Category::none;
  int level = 1;
  bool identifying = false, quasi = false;
  std::string reason;  // demanded where the verdict differs from the proposal
  std::optional<bool> by_row{};  // rows with level-5 content are graded one by one, the column keeps `level`
  std::optional<std::string> own_level{};  // a step of the own scale (inventory/own_levels.h)
  static constexpr auto fields =
      field_list(field("own_level", &FieldVerdict::own_level), field("column", &FieldVerdict::column), field("type", &FieldVerdict::type), field("category", &FieldVerdict::category),
                 field("level", &FieldVerdict::level), field("identifying", &FieldVerdict::identifying), field("quasi", &FieldVerdict::quasi),
                 field("reason", &FieldVerdict::reason), field("by_row", &FieldVerdict::by_row));
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
  std::optional<Digest> report{};
  static constexpr auto fields = field_list(field("dataset", &FieldsProposed::dataset), field("version", &FieldsProposed::version),
                                            field("rule_pack", &FieldsProposed::rule_pack), field("proposals", &FieldsProposed::proposals),
                                            field("report", &FieldsProposed::report));
};
// What a new version, or a raised floor of the rules, does to a verdict.
struct FieldReopened {
  static constexpr std::string_view kind = "catalog.field_reopened";
  DatasetId dataset;
  VersionId version;
  std::string column;
  std::vector<DriftFinding> findings;
  static constexpr auto fields = field_list(field("dataset", &FieldReopened::dataset), field("version", &FieldReopened::version),
                                            field("column", &FieldReopened::column), field("findings", &FieldReopened::findings));
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
  std::optional<bool> by_row{};
  std::optional<TimeMs> valid_until_ms{};
  std::optional<std::string> own_level{};
  static constexpr auto fields =
      field_list(field("own_level", &FieldConfirmed::own_level), field("dataset", &FieldConfirmed::dataset), field("column", &FieldConfirmed::column), field("type", &FieldConfirmed::type),
                 field("category", &FieldConfirmed::category), field("level", &FieldConfirmed::level),
                 field("identifying", &FieldConfirmed::identifying), field("quasi", &FieldConfirmed::quasi),
                 field("corrected", &FieldConfirmed::corrected), field("reason", &FieldConfirmed::reason), field("by_row", &FieldConfirmed::by_row),
                 field("valid_until_ms", &FieldConfirmed::valid_until_ms));
};

// Below the floor of the rules, for a time, by the officer for personal information: stays marked.
struct FieldLowering {
  LoweringId lowering;
  int level = 1, floor = 1;
  TimeMs until_ms = 0;
  std::string reason;
  static constexpr auto fields = field_list(field("lowering", &FieldLowering::lowering), field("level", &FieldLowering::level),
                                            field("floor", &FieldLowering::floor), field("until_ms", &FieldLowering::until_ms), field("reason", &FieldLowering::reason));
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
  std::optional<bool> by_row{};
  std::optional<TimeMs> valid_until_ms{};
  std::vector<DriftFinding> drift;  // not empty: the verdict was reopened
  std::optional<VersionId> drift_version;
  std::optional<TimeMs> drift_ms;
  std::optional<FieldLowering> lowered;
  std::optional<std::string> own_level;
  bool reopened() const { return !drift.empty(); }
  bool expired(TimeMs now) const { return confirmed && valid_until_ms && now >= *valid_until_ms; }
  static constexpr auto fields = field_list(
      field("own_level", &CatalogField::own_level), field("column", &CatalogField::column), field("title", &CatalogField::title), field("proposal", &CatalogField::proposal),
      field("confirmed", &CatalogField::confirmed), field("corrected", &CatalogField::corrected), field("type", &CatalogField::type),
      field("category", &CatalogField::category), field("level", &CatalogField::level), field("identifying", &CatalogField::identifying),
      field("quasi", &CatalogField::quasi), field("reason", &CatalogField::reason), field("confirmed_by", &CatalogField::confirmed_by),
      field("confirmed_ms", &CatalogField::confirmed_ms), field("seq", &CatalogField::seq), field("by_row", &CatalogField::by_row),
      field("valid_until_ms", &CatalogField::valid_until_ms), field("drift", &CatalogField::drift),
      field("drift_version", &CatalogField::drift_version), field("drift_ms", &CatalogField::drift_ms), field("lowered", &CatalogField::lowered));
};

// What a version was made for, where its rows are not those of its parts as they were.
struct VersionChange {
  PersonId by;
  std::optional<int64_t> superseded{};         // a merge: rows in whose place later ones stand
  std::optional<int64_t> removed{}, unmatched{};  // a deletion by the source: rows that are gone, keys that no row had
  std::optional<std::string> number{};         // of the source's list
  std::optional<Digest> list_digest{};
  std::optional<OperationId> operation{};      // the modification that it counts as
  std::optional<RowCorrectionId> correction{}; // a person's request to correct
  static constexpr auto fields = field_list(
      field("by", &VersionChange::by), field("superseded", &VersionChange::superseded), field("removed", &VersionChange::removed),
      field("unmatched", &VersionChange::unmatched), field("number", &VersionChange::number), field("list_digest", &VersionChange::list_digest),
      field("operation", &VersionChange::operation), field("correction", &VersionChange::correction));
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
  std::optional<VersionChange> change{};
  static constexpr auto fields = field_list(
      field("id", &DatasetVersion::id), field("dataset", &DatasetVersion::dataset), field("number", &DatasetVersion::number),
      field("rows", &DatasetVersion::rows), field("manifest", &DatasetVersion::manifest), field("columns", &DatasetVersion::columns),
      field("batch", &DatasetVersion::batch), field("masked_from", &DatasetVersion::masked_from), field("strategy", &DatasetVersion::strategy),
      field("at_ms", &DatasetVersion::at_ms), field("seq", &DatasetVersion::seq), field("parts", &DatasetVersion::parts),
      field("change", &DatasetVersion::change));
};

// What cannot be measured and is asked of people (G2.8); `measures` by stage of the life cycle (inventory/item.h).
struct DatasetFacts {
  UnitId department;
  std::string system, place, medium, retention, purpose, processing, provision;
  std::optional<std::map<std::string, std::string>> measures{};
  static constexpr auto fields = field_list(
      field("measures", &DatasetFacts::measures),
      field("department", &DatasetFacts::department), field("system", &DatasetFacts::system), field("place", &DatasetFacts::place),
      field("medium", &DatasetFacts::medium), field("retention", &DatasetFacts::retention), field("purpose", &DatasetFacts::purpose),
      field("processing", &DatasetFacts::processing), field("provision", &DatasetFacts::provision));
};

// One version of the answers about a dataset.
struct AnsweredFacts {
  int64_t number = 1;
  DatasetFacts facts;
  PersonId by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(field("number", &AnsweredFacts::number), field("facts", &AnsweredFacts::facts), field("by", &AnsweredFacts::by),
                                            field("at_ms", &AnsweredFacts::at_ms), field("seq", &AnsweredFacts::seq));
};

// How far combinations of quasi-identifiers single rows out, as measured on a sealed version.
struct MeasuredCombination {
  std::vector<std::string> columns;
  int64_t unique_rows = 0, k_min = 0;
  static constexpr auto fields = field_list(field("columns", &MeasuredCombination::columns), field("unique_rows", &MeasuredCombination::unique_rows),
                                            field("k_min", &MeasuredCombination::k_min));
};
struct MeasuredAssociation {
  VersionId version;
  std::vector<std::string> quasi;
  int64_t rows = 0, unique_rows = 0, k_min = 0;  // of all `quasi` together
  std::vector<MeasuredCombination> combinations;
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(
      field("version", &MeasuredAssociation::version), field("quasi", &MeasuredAssociation::quasi), field("rows", &MeasuredAssociation::rows),
      field("unique_rows", &MeasuredAssociation::unique_rows), field("k_min", &MeasuredAssociation::k_min),
      field("combinations", &MeasuredAssociation::combinations), field("at_ms", &MeasuredAssociation::at_ms));
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
  std::optional<VersionId> proposed_version;
  std::optional<Digest> report;         // of the newest classification
  std::vector<std::string> unplanned;   // columns of the newest batch's file that the plan does not know
  std::optional<DatasetFacts> facts;
  std::vector<MeasuredAssociation> associations;  // the newest of each version
  std::vector<AnsweredFacts> answers;             // the newest kAnswersKept versions of `facts`; the ledger has all
  std::optional<TimeMs> destroyed_ms{};           // all of it, by a work on keys (custody/whole_dataset.h)
  std::optional<KeyWorkId> destroyed_by{};        // absent: known from the restore of an older backup
  const CatalogField* column(std::string_view column_name) const;
  CatalogField* column(std::string_view column_name);
  static constexpr auto fields = field_list(
      field("id", &Dataset::id), field("owner", &Dataset::owner), field("plan", &Dataset::plan), field("name", &Dataset::name),
      field("title", &Dataset::title), field("frequency", &Dataset::frequency), field("versions", &Dataset::versions),
      field("columns", &Dataset::columns), field("rule_pack", &Dataset::rule_pack), field("proposed_seq", &Dataset::proposed_seq),
      field("proposed_version", &Dataset::proposed_version), field("report", &Dataset::report), field("unplanned", &Dataset::unplanned),
      field("facts", &Dataset::facts), field("associations", &Dataset::associations), field("answers", &Dataset::answers),
      field("destroyed_ms", &Dataset::destroyed_ms), field("destroyed_by", &Dataset::destroyed_by));
};

}  // namespace sluice::space
