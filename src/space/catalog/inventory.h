// The inventory around the fields: one verdict for many fields, what people add, the issued list, measured association,
// lowerings (G1, G2.1–G2.8, C7.2.3c).
//
//   ApplyVerdict      (data manager) the same verdict for fields of many datasets, all or none; a correction is remembered as a
//                     suggestion for the rules, which contradicting verdicts mark as contradicted
//   DescribeDataset   (data manager) what cannot be measured
//   IssueList         (data manager) the list as it is now becomes a numbered version; its content is a blob
//   SignList          (head of a lead department, second factor; not who issued it) signs it off until its review is due
//   ReportAssociation (the node) what was measured on a sealed version
//   lowering          requested (data manager) ──DecideLowering (personal-information officer, second person, second factor)──▶
//                     granted until a date, or rejected. Granted, the field's level stands at the lowered one, marked, until then.
#pragma once

#include "space/catalog/catalog.h"

namespace sluice::space {

struct FieldTarget {
  DatasetId dataset;
  std::string column;
  static constexpr auto fields = field_list(field("dataset", &FieldTarget::dataset), field("column", &FieldTarget::column));
};
struct ApplyVerdict {
  static constexpr std::string_view kind = "catalog.apply_verdict";
  FieldVerdict verdict;  // its `column` is not looked at
  std::vector<FieldTarget> targets;
  static constexpr auto fields = field_list(field("verdict", &ApplyVerdict::verdict), field("targets", &ApplyVerdict::targets));
};
struct DescribeDataset {
  static constexpr std::string_view kind = "catalog.describe";
  DatasetId dataset;
  DatasetFacts facts;
  static constexpr auto fields = field_list(field("dataset", &DescribeDataset::dataset), field("facts", &DescribeDataset::facts));
};
struct IssueList {
  static constexpr std::string_view kind = "catalog.issue_list";
  Digest content;  // docs/formats/graded-list.md
  int64_t list_fields = 0, confirmed = 0, completeness_permille = 0;
  std::string note;
  static constexpr auto fields =
      field_list(field("content", &IssueList::content), field("fields", &IssueList::list_fields), field("confirmed", &IssueList::confirmed),
                 field("completeness_permille", &IssueList::completeness_permille), field("note", &IssueList::note));
};
struct SignList {
  static constexpr std::string_view kind = "catalog.sign_list";
  GradedListId list;
  std::string reason;
  static constexpr auto fields = field_list(field("list", &SignList::list), field("reason", &SignList::reason));
};
struct ReportAssociation {
  static constexpr std::string_view kind = "catalog.report_association";
  DatasetId dataset;
  MeasuredAssociation measured;
  static constexpr auto fields = field_list(field("dataset", &ReportAssociation::dataset), field("measured", &ReportAssociation::measured));
};
struct RequestLowering {
  static constexpr std::string_view kind = "catalog.request_lowering";
  DatasetId dataset;
  std::string column;
  int level = 1;
  int64_t days = 0;
  std::string reason, measures;  // why, and what protects the data instead
  static constexpr auto fields =
      field_list(field("dataset", &RequestLowering::dataset), field("column", &RequestLowering::column), field("level", &RequestLowering::level),
                 field("days", &RequestLowering::days), field("reason", &RequestLowering::reason), field("measures", &RequestLowering::measures));
};
struct DecideLowering {
  static constexpr std::string_view kind = "catalog.decide_lowering";
  LoweringId lowering;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("lowering", &DecideLowering::lowering), field("approve", &DecideLowering::approve),
                                            field("reason", &DecideLowering::reason));
};

// A correction by a person, for whoever maintains the rules: fields of this name are this type.
struct VerdictRemembered {
  static constexpr std::string_view kind = "catalog.verdict_remembered";
  DatasetId dataset;
  std::string column, title, type, type_before;
  Category category = Category::none;
  int level = 1;
  static constexpr auto fields = field_list(
      field("dataset", &VerdictRemembered::dataset), field("column", &VerdictRemembered::column), field("title", &VerdictRemembered::title),
      field("type", &VerdictRemembered::type), field("type_before", &VerdictRemembered::type_before),
      field("category", &VerdictRemembered::category), field("level", &VerdictRemembered::level));
};
struct DatasetDescribed {
  static constexpr std::string_view kind = "catalog.described";
  DatasetId dataset;
  DatasetFacts facts;
  static constexpr auto fields = field_list(field("dataset", &DatasetDescribed::dataset), field("facts", &DatasetDescribed::facts));
};
struct ListIssued {
  static constexpr std::string_view kind = "catalog.list_issued";
  GradedListId list;
  PartyId party;
  int64_t number = 0;
  Digest content;
  int64_t list_fields = 0, confirmed = 0, completeness_permille = 0;
  std::string note;
  static constexpr auto fields = field_list(
      field("list", &ListIssued::list), field("party", &ListIssued::party), field("number", &ListIssued::number), field("content", &ListIssued::content),
      field("fields", &ListIssued::list_fields), field("confirmed", &ListIssued::confirmed),
      field("completeness_permille", &ListIssued::completeness_permille), field("note", &ListIssued::note));
};
struct ListSigned {
  static constexpr std::string_view kind = "catalog.list_signed";
  GradedListId list;
  UnitId unit;  // the lead department
  std::string reason;
  TimeMs review_due_ms = 0;
  static constexpr auto fields = field_list(field("list", &ListSigned::list), field("unit", &ListSigned::unit), field("reason", &ListSigned::reason),
                                            field("review_due_ms", &ListSigned::review_due_ms));
};
struct AssociationMeasured {
  static constexpr std::string_view kind = "catalog.association_measured";
  DatasetId dataset;
  MeasuredAssociation measured;
  static constexpr auto fields = field_list(field("dataset", &AssociationMeasured::dataset), field("measured", &AssociationMeasured::measured));
};
struct LoweringRequested {
  static constexpr std::string_view kind = "catalog.lowering_requested";
  LoweringId lowering;
  DatasetId dataset;
  std::string column;
  int floor = 1, level = 1;
  int64_t days = 0;
  std::string reason, measures;
  static constexpr auto fields = field_list(
      field("lowering", &LoweringRequested::lowering), field("dataset", &LoweringRequested::dataset), field("column", &LoweringRequested::column),
      field("floor", &LoweringRequested::floor), field("level", &LoweringRequested::level), field("days", &LoweringRequested::days),
      field("reason", &LoweringRequested::reason), field("measures", &LoweringRequested::measures));
};
struct LoweringDecided {
  static constexpr std::string_view kind = "catalog.lowering_decided";
  LoweringId lowering;
  bool approved = false;
  std::string reason;
  TimeMs until_ms = 0;
  static constexpr auto fields = field_list(field("lowering", &LoweringDecided::lowering), field("approved", &LoweringDecided::approved),
                                            field("reason", &LoweringDecided::reason), field("until_ms", &LoweringDecided::until_ms));
};

struct GradedListVersion {
  GradedListId id;
  PartyId party;
  int64_t number = 0;
  Digest content{};
  int64_t list_fields = 0, confirmed = 0, completeness_permille = 0;
  std::string note, signed_reason;
  PersonId issued_by, signed_by;
  UnitId signed_for;
  TimeMs issued_ms = 0, signed_ms = 0, review_due_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("id", &GradedListVersion::id), field("party", &GradedListVersion::party), field("number", &GradedListVersion::number),
      field("content", &GradedListVersion::content), field("fields", &GradedListVersion::list_fields),
      field("confirmed", &GradedListVersion::confirmed), field("completeness_permille", &GradedListVersion::completeness_permille),
      field("note", &GradedListVersion::note), field("signed_reason", &GradedListVersion::signed_reason),
      field("issued_by", &GradedListVersion::issued_by), field("signed_by", &GradedListVersion::signed_by),
      field("signed_for", &GradedListVersion::signed_for), field("issued_ms", &GradedListVersion::issued_ms),
      field("signed_ms", &GradedListVersion::signed_ms), field("review_due_ms", &GradedListVersion::review_due_ms),
      field("seq", &GradedListVersion::seq));
};

enum class LoweringStatus { requested, granted, rejected };
constexpr std::array<std::string_view, 3> enum_names(LoweringStatus) { return {"requested", "granted", "rejected"}; }

struct Lowering {
  LoweringId id;
  PartyId party;
  DatasetId dataset;
  std::string column;
  int floor = 1, level = 1;
  int64_t days = 0;
  std::string reason, measures, decision;
  LoweringStatus status = LoweringStatus::requested;
  PersonId requested_by, decided_by;
  TimeMs at_ms = 0, decided_ms = 0, until_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("id", &Lowering::id), field("party", &Lowering::party), field("dataset", &Lowering::dataset), field("column", &Lowering::column),
      field("floor", &Lowering::floor), field("level", &Lowering::level), field("days", &Lowering::days), field("reason", &Lowering::reason),
      field("measures", &Lowering::measures), field("decision", &Lowering::decision), field("status", &Lowering::status),
      field("requested_by", &Lowering::requested_by), field("decided_by", &Lowering::decided_by), field("at_ms", &Lowering::at_ms),
      field("decided_ms", &Lowering::decided_ms), field("until_ms", &Lowering::until_ms), field("seq", &Lowering::seq));
};

// What people said about fields of one name, in one party. Keyed party ‖ ":" ‖ name_key.
struct RememberedVerdict {
  PartyId party;
  std::string name, title, type;
  Category category = Category::none;
  int level = 1;
  int64_t times = 0;
  bool contradicted = false;  // another person's verdict, or another time, said another type
  TimeMs at_ms = 0;
  static constexpr auto fields = field_list(
      field("party", &RememberedVerdict::party), field("name", &RememberedVerdict::name), field("title", &RememberedVerdict::title),
      field("type", &RememberedVerdict::type), field("category", &RememberedVerdict::category), field("level", &RememberedVerdict::level),
      field("times", &RememberedVerdict::times), field("contradicted", &RememberedVerdict::contradicted), field("at_ms", &RememberedVerdict::at_ms));
};

// A column's name without case, bars, dashes and spaces: two fields of one name_key look alike.
std::string name_key(std::string_view column);

}  // namespace sluice::space
