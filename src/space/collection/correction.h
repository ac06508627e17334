// What happens to a batch after it came: held rows are corrected or given up, versions are merged, the source's key changes.
//
//   held row   ──SettleHeld──▶ accepted into a version of its own, or rejected with a reason; once, never again
//   versions   ──ReportMerge──▶ one version with the rows of all parts, each part's rows once
//   plan       ──ChangeSourceKey──▶ manifests are believed under the new key only
//
// Values stand in the sealed versions alone: the rows as they were held (the batch's held_version) and as they were accepted
// (the settled version). The ledger commits to both through the manifests' digests, and names rows and columns, no value.
#pragma once

#include <vector>

#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

// Rows of a file, 1-based and inclusive.
struct RowSpan {
  int64_t first = 0, last = 0;
  bool operator==(const RowSpan&) const = default;
  static constexpr auto fields = field_list(field("first", &RowSpan::first), field("last", &RowSpan::last));
};
constexpr size_t kRowSpansMax = 400;  // in one event: an entry stays below 64 KiB

// Rows in ascending order, without repetition, as spans; and how many rows spans hold.
std::vector<RowSpan> spans_of(const std::vector<int64_t>& rows);
int64_t rows_in(const std::vector<RowSpan>& spans);
bool has_row(const std::vector<RowSpan>& spans, int64_t row);

// What a re-submission came to; the node reports it. Rows that broke rules again are not named: they stay held.
struct SettleHeld {
  static constexpr std::string_view kind = "collection.settle_held";
  BatchId batch;
  VersionId version;        // the sealed rows that were accepted; absent when none were
  Digest version_manifest{};
  Digest quality_digest{};
  int64_t accepted = 0, warned = 0;
  std::vector<RowSpan> accepted_rows, rejected_rows;
  std::vector<std::string> columns, corrected_columns;
  std::string reason;       // why rows were rejected
  static constexpr auto fields = field_list(
      field("batch", &SettleHeld::batch), field("version", &SettleHeld::version), field("version_manifest", &SettleHeld::version_manifest),
      field("quality_digest", &SettleHeld::quality_digest), field("accepted", &SettleHeld::accepted), field("warned", &SettleHeld::warned),
      field("accepted_rows", &SettleHeld::accepted_rows), field("rejected_rows", &SettleHeld::rejected_rows),
      field("columns", &SettleHeld::columns), field("corrected_columns", &SettleHeld::corrected_columns), field("reason", &SettleHeld::reason));
};
struct HeldSettled {
  static constexpr std::string_view kind = "collection.held_settled";
  BatchId batch;
  PlanId plan;
  DatasetId dataset;
  VersionId held_version, version;
  Digest version_manifest{}, quality_digest{};
  int64_t accepted = 0, warned = 0, rejected = 0;
  std::vector<RowSpan> accepted_rows, rejected_rows;
  std::vector<std::string> columns, corrected_columns;
  std::string reason;
  static constexpr auto fields = field_list(
      field("batch", &HeldSettled::batch), field("plan", &HeldSettled::plan), field("dataset", &HeldSettled::dataset),
      field("held_version", &HeldSettled::held_version), field("version", &HeldSettled::version),
      field("version_manifest", &HeldSettled::version_manifest), field("quality_digest", &HeldSettled::quality_digest),
      field("accepted", &HeldSettled::accepted), field("warned", &HeldSettled::warned), field("rejected", &HeldSettled::rejected),
      field("accepted_rows", &HeldSettled::accepted_rows), field("rejected_rows", &HeldSettled::rejected_rows),
      field("columns", &HeldSettled::columns), field("corrected_columns", &HeldSettled::corrected_columns), field("reason", &HeldSettled::reason));
};

// Several collected versions of one dataset as one: what later work is done on. The node reports it.
constexpr size_t kMergePartsMax = 400;
struct ReportMerge {
  static constexpr std::string_view kind = "collection.report_merge";
  DatasetId dataset;
  std::vector<VersionId> parts;
  VersionId version;
  int64_t rows = 0;
  Digest version_manifest{};
  std::optional<int64_t> superseded{};  // newest by key: rows of earlier parts that a later one sent again
  static constexpr auto fields = field_list(field("dataset", &ReportMerge::dataset), field("parts", &ReportMerge::parts),
                                            field("version", &ReportMerge::version), field("rows", &ReportMerge::rows),
                                            field("version_manifest", &ReportMerge::version_manifest), field("superseded", &ReportMerge::superseded));
};
struct VersionsMerged {
  static constexpr std::string_view kind = "collection.versions_merged";
  DatasetId dataset;
  std::vector<VersionId> parts;
  VersionId version;
  int64_t rows = 0;
  Digest version_manifest{};
  std::vector<std::string> columns;
  std::optional<int64_t> superseded{};
  std::optional<OperationId> operation{};  // the modification that it counts as, where rows were superseded
  static constexpr auto fields = field_list(field("dataset", &VersionsMerged::dataset), field("parts", &VersionsMerged::parts),
                                            field("version", &VersionsMerged::version), field("rows", &VersionsMerged::rows),
                                            field("version_manifest", &VersionsMerged::version_manifest), field("columns", &VersionsMerged::columns), field("superseded", &VersionsMerged::superseded),
                                            field("operation", &VersionsMerged::operation));
};

// Rows that the source took back (docs/formats/source-deletion.md): a version without them, by its signed list of keys. Older
// versions stay for the releases that named them, until their retention ends. The node reports it.
struct ReportDeletion {
  static constexpr std::string_view kind = "collection.report_deletion";
  DatasetId dataset;
  VersionId from, version;   // version is absent when no row was left
  int64_t rows = 0, removed = 0, unmatched = 0;
  Digest list_digest{};      // SM3 of the list's bytes
  std::string number;        // the source's own number of the list
  Digest version_manifest{};
  static constexpr auto fields =
      field_list(field("dataset", &ReportDeletion::dataset), field("from", &ReportDeletion::from), field("version", &ReportDeletion::version),
                 field("rows", &ReportDeletion::rows), field("removed", &ReportDeletion::removed), field("unmatched", &ReportDeletion::unmatched),
                 field("list_digest", &ReportDeletion::list_digest), field("number", &ReportDeletion::number),
                 field("version_manifest", &ReportDeletion::version_manifest));
};
struct RowsDeleted {
  static constexpr std::string_view kind = "collection.rows_deleted";
  DatasetId dataset;
  VersionId from, version;
  int64_t rows = 0, removed = 0, unmatched = 0;
  Digest list_digest{};
  std::string number;
  Digest version_manifest{};
  std::vector<std::string> columns;
  std::optional<OperationId> operation{};  // the modification that it counts as
  static constexpr auto fields =
      field_list(field("dataset", &RowsDeleted::dataset), field("from", &RowsDeleted::from), field("version", &RowsDeleted::version),
                 field("rows", &RowsDeleted::rows), field("removed", &RowsDeleted::removed), field("unmatched", &RowsDeleted::unmatched),
                 field("list_digest", &RowsDeleted::list_digest), field("number", &RowsDeleted::number),
                 field("version_manifest", &RowsDeleted::version_manifest), field("columns", &RowsDeleted::columns),
                 field("operation", &RowsDeleted::operation));
};

// A security officer, with a second factor: whoever changes this key decides whose word counts.
struct ChangeSourceKey {
  static constexpr std::string_view kind = "collection.change_source_key";
  PlanId plan;
  Bytes source_key;  // 65 bytes; empty: the source can no longer sign, receipts stand in
  std::string reason;
  static constexpr auto fields = field_list(field("plan", &ChangeSourceKey::plan), field("source_key", &ChangeSourceKey::source_key),
                                            field("reason", &ChangeSourceKey::reason));
};
struct SourceKeyChanged {
  static constexpr std::string_view kind = "collection.source_key_changed";
  PlanId plan;
  int64_t version = 0;  // of the plan: adopted is 1, each change one more
  Bytes source_key, previous_key;
  std::string reason;
  static constexpr auto fields = field_list(field("plan", &SourceKeyChanged::plan), field("version", &SourceKeyChanged::version),
                                            field("source_key", &SourceKeyChanged::source_key), field("previous_key", &SourceKeyChanged::previous_key),
                                            field("reason", &SourceKeyChanged::reason));
};

}  // namespace sluice::space
