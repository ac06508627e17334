// Collection: plans, batches and the sealed versions that come of them (C6.1).
//
//   plan     adopted by a data manager; names source, purpose, legal basis and every field with its necessity (C6.1.1)
//   batch    received → sealed as a version, or held: manifest missing, forged or differing (C6.1.2)
//            held ──ReceiptBatch (another person reconciles)──▶ may be collected again with the receipt in the manifest's place
//   version  one sealed, never changed content of a dataset; a batch fills one version, corrected rows, a merge or a masking
//            run another (correction.h, ../deident)
//
// The same file under the same plan is one batch: a second collection is refused with "collection.batch_known". Where the
// source numbers its batches, a file that is sealed replaces the held ones of its number, and a number that was sealed is not
// taken again from another file ("collection.number_known": held).
#pragma once

#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/collection/correction.h"
#include "space/ids.h"

namespace sluice::space {

struct PlanField {
  std::string name, title, type, code, necessity;
  static constexpr auto fields = field_list(field("name", &PlanField::name), field("title", &PlanField::title), field("type", &PlanField::type),
                                            field("code", &PlanField::code), field("necessity", &PlanField::necessity));
};

struct AdoptPlan {
  static constexpr std::string_view kind = "collection.adopt_plan";
  std::string name, title, source_name, source_uscc, purpose, legal_basis, frequency;
  Bytes source_key;    // SM2 public key of the source; empty where the source cannot sign
  Digest plan_digest;  // of the canonical plan, a blob of the ledger
  std::vector<PlanField> plan_fields;
  static constexpr auto fields = field_list(
      field("name", &AdoptPlan::name), field("title", &AdoptPlan::title), field("source_name", &AdoptPlan::source_name),
      field("source_uscc", &AdoptPlan::source_uscc), field("purpose", &AdoptPlan::purpose), field("legal_basis", &AdoptPlan::legal_basis),
      field("frequency", &AdoptPlan::frequency), field("source_key", &AdoptPlan::source_key), field("plan_digest", &AdoptPlan::plan_digest),
      field("fields", &AdoptPlan::plan_fields));
};

// measured: the node itself counted and summed at the source, in the moment of which the rows are.
enum class ManifestCheck { verified, missing, forged, differs, receipt, measured };
constexpr std::array<std::string_view, 6> enum_names(ManifestCheck) { return {"verified", "missing", "forged", "differs", "receipt", "measured"}; }

// What collecting a file found; the use case reports it, the state machine judges it.
struct ReportBatch {
  static constexpr std::string_view kind = "collection.report_batch";
  PlanId plan;
  Digest file_digest;
  std::string manifest_problem;  // stable reason where manifest is not verified
  ManifestCheck manifest = ManifestCheck::missing;
  int64_t rows = 0, accepted = 0, warned = 0, held = 0, bytes = 0;
  Digest quality_digest;     // quality report, a blob of the ledger
  VersionId version;         // the sealed version; absent when nothing was sealed
  Digest version_manifest;   // SM3 of the version's manifest
  VersionId held_version;    // the sealed held rows; absent when none were held
  Digest held_manifest{};
  std::vector<std::string> columns, dropped_columns;
  std::optional<std::string> number;        // the source's own number of the batch
  std::optional<std::string> file_problem;  // stable reason where the file could not be read to its end
  // Of an incremental run: where it began and where it ended. A number or a moment, never a name.
  std::optional<std::string> mark_before, mark_after;
  std::optional<SourceId> source{};  // the registered one whose run this was; absent: by hand
  static constexpr auto fields = field_list(
      field("plan", &ReportBatch::plan), field("file_digest", &ReportBatch::file_digest), field("manifest_problem", &ReportBatch::manifest_problem),
      field("manifest", &ReportBatch::manifest), field("rows", &ReportBatch::rows), field("accepted", &ReportBatch::accepted),
      field("warned", &ReportBatch::warned), field("held", &ReportBatch::held), field("bytes", &ReportBatch::bytes),
      field("quality_digest", &ReportBatch::quality_digest), field("version", &ReportBatch::version),
      field("version_manifest", &ReportBatch::version_manifest), field("held_version", &ReportBatch::held_version),
      field("held_manifest", &ReportBatch::held_manifest), field("columns", &ReportBatch::columns),
      field("dropped_columns", &ReportBatch::dropped_columns), field("number", &ReportBatch::number),
      field("file_problem", &ReportBatch::file_problem), field("mark_before", &ReportBatch::mark_before), field("mark_after", &ReportBatch::mark_after),
      field("source", &ReportBatch::source));
};
// A named person reconciles a batch whose source cannot sign: paper receipt number and what was compared.
struct ReceiptBatch {
  static constexpr std::string_view kind = "collection.receipt_batch";
  PlanId plan;
  Digest file_digest;
  int64_t rows = 0;
  std::string receipt, reconciliation;
  static constexpr auto fields =
      field_list(field("plan", &ReceiptBatch::plan), field("file_digest", &ReceiptBatch::file_digest), field("rows", &ReceiptBatch::rows),
                 field("receipt", &ReceiptBatch::receipt), field("reconciliation", &ReceiptBatch::reconciliation));
};

// A file that came and is no batch: no manifest lay beside it (in a watched folder: for as long as its source waits for one) and it was not read, or a
// list of rows to delete that was not carried out. The node reports it, once for each reason; the file is named by its digest. What it was refused for
// may pass: the file is taken when it comes right.
struct ReportRefusedFile {
  static constexpr std::string_view kind = "collection.report_refused_file";
  PlanId plan;
  Digest file_digest{};
  int64_t bytes = 0;
  std::string reason;                       // stable
  std::optional<std::string> file_problem{};  // where it could not be read to its end either
  std::optional<SourceId> source{};
  std::optional<bool> deletion{};           // a list of rows to delete
  static constexpr auto fields = field_list(field("plan", &ReportRefusedFile::plan), field("file_digest", &ReportRefusedFile::file_digest), field("bytes", &ReportRefusedFile::bytes),
                                            field("reason", &ReportRefusedFile::reason), field("file_problem", &ReportRefusedFile::file_problem),
                                            field("source", &ReportRefusedFile::source), field("deletion", &ReportRefusedFile::deletion));
};
struct FileRefused {
  static constexpr std::string_view kind = "collection.file_refused";
  PlanId plan;
  Digest file_digest{};
  int64_t bytes = 0;
  std::string reason;
  std::optional<std::string> file_problem{};
  std::optional<SourceId> source{};
  std::optional<bool> deletion{};
  static constexpr auto fields = field_list(field("plan", &FileRefused::plan), field("file_digest", &FileRefused::file_digest), field("bytes", &FileRefused::bytes),
                                            field("reason", &FileRefused::reason), field("file_problem", &FileRefused::file_problem),
                                            field("source", &FileRefused::source), field("deletion", &FileRefused::deletion));
};
constexpr size_t kRefusedFilesMax = 1000;  // of one plan: a folder full of strange files does not fill the ledger

struct PlanAdopted {
  static constexpr std::string_view kind = "collection.plan_adopted";
  PlanId plan;
  DatasetId dataset;
  std::string name, title, source_name, source_uscc, purpose, legal_basis, frequency;
  Bytes source_key;
  Digest plan_digest;
  std::vector<PlanField> plan_fields;
  static constexpr auto fields = field_list(
      field("plan", &PlanAdopted::plan), field("dataset", &PlanAdopted::dataset), field("name", &PlanAdopted::name),
      field("title", &PlanAdopted::title), field("source_name", &PlanAdopted::source_name), field("source_uscc", &PlanAdopted::source_uscc),
      field("purpose", &PlanAdopted::purpose), field("legal_basis", &PlanAdopted::legal_basis), field("frequency", &PlanAdopted::frequency),
      field("source_key", &PlanAdopted::source_key), field("plan_digest", &PlanAdopted::plan_digest), field("fields", &PlanAdopted::plan_fields));
};
struct BatchSealed {
  static constexpr std::string_view kind = "collection.batch_sealed";
  BatchId batch;
  PlanId plan;
  DatasetId dataset;
  VersionId version;
  Digest file_digest;
  ManifestCheck manifest = ManifestCheck::missing;
  int64_t rows = 0, accepted = 0, warned = 0, held = 0, bytes = 0;
  Digest quality_digest, version_manifest;
  VersionId held_version;
  Digest held_manifest{};
  std::vector<std::string> columns, dropped_columns;
  std::optional<std::string> number, mark_after;
  std::optional<SourceId> source{};
  static constexpr auto fields = field_list(
      field("batch", &BatchSealed::batch), field("plan", &BatchSealed::plan), field("dataset", &BatchSealed::dataset),
      field("version", &BatchSealed::version), field("file_digest", &BatchSealed::file_digest), field("manifest", &BatchSealed::manifest),
      field("rows", &BatchSealed::rows), field("accepted", &BatchSealed::accepted), field("warned", &BatchSealed::warned),
      field("held", &BatchSealed::held), field("bytes", &BatchSealed::bytes), field("quality_digest", &BatchSealed::quality_digest),
      field("version_manifest", &BatchSealed::version_manifest), field("held_version", &BatchSealed::held_version),
      field("held_manifest", &BatchSealed::held_manifest), field("columns", &BatchSealed::columns),
      field("dropped_columns", &BatchSealed::dropped_columns), field("number", &BatchSealed::number),
      field("mark_after", &BatchSealed::mark_after), field("source", &BatchSealed::source));
};
struct BatchHeld {
  static constexpr std::string_view kind = "collection.batch_held";
  BatchId batch;
  PlanId plan;
  DatasetId dataset;
  Digest file_digest;
  ManifestCheck manifest = ManifestCheck::missing;
  std::string reason;
  int64_t rows = 0;
  std::optional<std::string> number, file_problem;
  std::optional<SourceId> source{};
  static constexpr auto fields = field_list(field("batch", &BatchHeld::batch), field("plan", &BatchHeld::plan), field("dataset", &BatchHeld::dataset),
                                            field("file_digest", &BatchHeld::file_digest), field("manifest", &BatchHeld::manifest),
                                            field("reason", &BatchHeld::reason), field("rows", &BatchHeld::rows),
                                            field("number", &BatchHeld::number), field("file_problem", &BatchHeld::file_problem), field("source", &BatchHeld::source));
};
struct BatchReceipted {
  static constexpr std::string_view kind = "collection.batch_receipted";
  BatchId batch;
  Digest file_digest;
  int64_t rows = 0;
  std::string receipt, reconciliation;
  static constexpr auto fields =
      field_list(field("batch", &BatchReceipted::batch), field("file_digest", &BatchReceipted::file_digest), field("rows", &BatchReceipted::rows),
                 field("receipt", &BatchReceipted::receipt), field("reconciliation", &BatchReceipted::reconciliation));
};

struct Plan {
  PlanId id;
  DatasetId dataset;
  PartyId owner;
  std::string name, title, source_name, source_uscc, purpose, legal_basis, frequency;
  Bytes source_key;
  Digest plan_digest{};
  std::vector<PlanField> plan_fields;
  uint64_t seq = 0;
  std::optional<int64_t> version;  // absent: 1, as adopted
  std::optional<std::string> mark;  // up to where an incremental source was taken
  static constexpr auto fields = field_list(
      field("seq", &Plan::seq), field("id", &Plan::id), field("dataset", &Plan::dataset), field("owner", &Plan::owner), field("name", &Plan::name),
      field("title", &Plan::title), field("source_name", &Plan::source_name), field("source_uscc", &Plan::source_uscc),
      field("purpose", &Plan::purpose), field("legal_basis", &Plan::legal_basis), field("frequency", &Plan::frequency),
      field("source_key", &Plan::source_key), field("plan_digest", &Plan::plan_digest), field("fields", &Plan::plan_fields),
      field("version", &Plan::version), field("mark", &Plan::mark));
};

struct RefusedFile {
  PlanId plan;
  PartyId owner;
  Digest file_digest{};
  int64_t bytes = 0;
  std::string reason;
  std::optional<std::string> file_problem{};
  std::optional<SourceId> source{};
  std::optional<bool> deletion{};
  PersonId by;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("plan", &RefusedFile::plan), field("owner", &RefusedFile::owner), field("file_digest", &RefusedFile::file_digest), field("bytes", &RefusedFile::bytes),
      field("reason", &RefusedFile::reason), field("file_problem", &RefusedFile::file_problem), field("source", &RefusedFile::source),
      field("deletion", &RefusedFile::deletion), field("by", &RefusedFile::by), field("at_ms", &RefusedFile::at_ms), field("seq", &RefusedFile::seq));
};

// replaced: a held batch whose corrected file was sealed since.
enum class BatchStatus { sealed, held, receipted, replaced };
constexpr std::array<std::string_view, 4> enum_names(BatchStatus) { return {"sealed", "held", "receipted", "replaced"}; }

struct Batch {
  BatchId id;
  PlanId plan;
  DatasetId dataset;
  VersionId version, held_version;
  Digest file_digest{};
  BatchStatus status = BatchStatus::held;
  ManifestCheck manifest = ManifestCheck::missing;
  std::string reason;
  int64_t rows = 0, accepted = 0, warned = 0, held = 0;
  Digest quality_digest{};
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  PersonId reported_by, receipted_by;
  std::optional<std::string> number, file_problem;
  std::optional<BatchId> replaced_by;
  std::vector<RowSpan> settled;  // held rows that were corrected or rejected
  std::optional<int64_t> corrected, rejected;
  std::optional<Digest> held_manifest;  // of the sealed held rows
  std::optional<SourceId> source{};     // absent: collected by hand
  static constexpr auto fields = field_list(
      field("id", &Batch::id), field("plan", &Batch::plan), field("dataset", &Batch::dataset), field("version", &Batch::version), field("held_version", &Batch::held_version),
      field("file_digest", &Batch::file_digest), field("status", &Batch::status), field("manifest", &Batch::manifest),
      field("reason", &Batch::reason), field("rows", &Batch::rows), field("accepted", &Batch::accepted), field("warned", &Batch::warned),
      field("held", &Batch::held), field("quality_digest", &Batch::quality_digest), field("at_ms", &Batch::at_ms), field("seq", &Batch::seq),
      field("reported_by", &Batch::reported_by), field("receipted_by", &Batch::receipted_by),
      field("number", &Batch::number), field("file_problem", &Batch::file_problem), field("replaced_by", &Batch::replaced_by),
      field("settled", &Batch::settled), field("corrected", &Batch::corrected), field("rejected", &Batch::rejected),
      field("held_manifest", &Batch::held_manifest), field("source", &Batch::source));
};

}  // namespace sluice::space
