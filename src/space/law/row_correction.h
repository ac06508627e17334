// A person's request to correct 更正 leads to work (PIPL 46): a cell of the person's rows in one version is made right in a version of its own.
//
//   granted request ──ProposeRowCorrection (the desk)──▶ proposed ──DecideRowCorrection (another person, second factor)──▶ approved | refused
//   approved ──ReportRowCorrection (the node, for a data manager)──▶ done: one more version, the older one stays for the releases that named it
//   approved ──DecideRowCorrection (refuse: it cannot be carried out)──▶ refused
//   several may wait in one version: each is carried out on what the one before it made
//   way "source": the source itself sent the row again; what is confirmed is in which version it arrived, and nothing is carried out
//
// The ledger names request, version and column, and commits to the value; the value and what it replaces lie sealed in the registry until the correction is
// over (node/row_correction.h). A request to correct is answered when none of its corrections is open, and one is done or was refused with its reason, or a
// search found no row of the person.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class CorrectionWay { office, source };
constexpr std::array<std::string_view, 2> enum_names(CorrectionWay) { return {"office", "source"}; }

struct ProposeRowCorrection {
  static constexpr std::string_view kind = "law.propose_row_correction";
  RowCorrectionId correction;   // made by the node, which seals the value under it first
  SubjectRequestId request;
  CorrectionWay way = CorrectionWay::office;
  VersionId version;            // way source: in which the person's row arrived corrected
  std::string person_column;    // that names the person
  std::string column;           // that is wrong
  Digest value{};               // commitment to the value and to what it replaces; zero with way source
  std::string evidence;         // what shows that it is wrong, and what is right: a document, never the value
  static constexpr auto fields = field_list(
      field("correction", &ProposeRowCorrection::correction), field("request", &ProposeRowCorrection::request), field("way", &ProposeRowCorrection::way),
      field("version", &ProposeRowCorrection::version), field("person_column", &ProposeRowCorrection::person_column),
      field("column", &ProposeRowCorrection::column), field("value", &ProposeRowCorrection::value), field("evidence", &ProposeRowCorrection::evidence));
};
struct DecideRowCorrection {
  static constexpr std::string_view kind = "law.decide_row_correction";
  RowCorrectionId correction;
  bool approve = false;
  std::string reason;
  static constexpr auto fields = field_list(field("correction", &DecideRowCorrection::correction), field("approve", &DecideRowCorrection::approve),
                                            field("reason", &DecideRowCorrection::reason));
};
struct ReportRowCorrection {
  static constexpr std::string_view kind = "law.report_row_correction";
  RowCorrectionId correction;
  VersionId new_version;
  Digest manifest{};
  int64_t rows = 0, corrected = 0;
  std::optional<VersionId> of{};  // the version that was read: another correction may have been carried out in it meanwhile
  static constexpr auto fields = field_list(field("correction", &ReportRowCorrection::correction), field("new_version", &ReportRowCorrection::new_version),
                                            field("manifest", &ReportRowCorrection::manifest), field("rows", &ReportRowCorrection::rows),
                                            field("corrected", &ReportRowCorrection::corrected), field("of", &ReportRowCorrection::of));
};

struct RowCorrectionProposed {
  static constexpr std::string_view kind = "law.row_correction_proposed";
  RowCorrectionId correction;
  SubjectRequestId request;
  CorrectionWay way = CorrectionWay::office;
  DatasetId dataset;
  VersionId version;
  std::string person_column, column;
  Digest value{};
  std::string evidence;
  static constexpr auto fields = field_list(
      field("correction", &RowCorrectionProposed::correction), field("request", &RowCorrectionProposed::request), field("way", &RowCorrectionProposed::way),
      field("dataset", &RowCorrectionProposed::dataset), field("version", &RowCorrectionProposed::version),
      field("person_column", &RowCorrectionProposed::person_column), field("column", &RowCorrectionProposed::column),
      field("value", &RowCorrectionProposed::value), field("evidence", &RowCorrectionProposed::evidence));
};
struct RowCorrectionDecided {
  static constexpr std::string_view kind = "law.row_correction_decided";
  RowCorrectionId correction;
  SubjectRequestId request;
  bool approved = false;
  std::string reason;
  static constexpr auto fields = field_list(field("correction", &RowCorrectionDecided::correction), field("request", &RowCorrectionDecided::request),
                                            field("approved", &RowCorrectionDecided::approved), field("reason", &RowCorrectionDecided::reason));
};
struct RowCorrected {
  static constexpr std::string_view kind = "law.row_corrected";
  RowCorrectionId correction;
  SubjectRequestId request;
  DatasetId dataset;
  VersionId version, new_version;
  Digest manifest{};
  std::vector<std::string> columns;
  std::string column;
  int64_t rows = 0, corrected = 0;
  TimeMs kept_from_ms = 0;  // since when its data are kept: retention does not begin anew
  static constexpr auto fields = field_list(
      field("correction", &RowCorrected::correction), field("request", &RowCorrected::request), field("dataset", &RowCorrected::dataset),
      field("version", &RowCorrected::version), field("new_version", &RowCorrected::new_version), field("manifest", &RowCorrected::manifest),
      field("columns", &RowCorrected::columns), field("column", &RowCorrected::column), field("rows", &RowCorrected::rows),
      field("corrected", &RowCorrected::corrected), field("kept_from_ms", &RowCorrected::kept_from_ms));
};

enum class RowCorrectionStatus { proposed, approved, refused, done };
constexpr std::array<std::string_view, 4> enum_names(RowCorrectionStatus) { return {"proposed", "approved", "refused", "done"}; }

struct RowCorrection {
  RowCorrectionId id;
  SubjectRequestId request;
  PartyId owner;
  CorrectionWay way = CorrectionWay::office;
  RowCorrectionStatus status = RowCorrectionStatus::proposed;
  DatasetId dataset;
  VersionId version, new_version;
  std::string person_column, column, evidence, reason;
  Digest value{};
  int64_t corrected = 0;
  PersonId proposed_by, decided_by, done_by;
  TimeMs at_ms = 0, decided_ms = 0, done_ms = 0;
  uint64_t seq = 0;
  bool open() const { return status == RowCorrectionStatus::proposed || status == RowCorrectionStatus::approved; }
  static constexpr auto fields = field_list(
      field("id", &RowCorrection::id), field("request", &RowCorrection::request), field("owner", &RowCorrection::owner), field("way", &RowCorrection::way),
      field("status", &RowCorrection::status), field("dataset", &RowCorrection::dataset), field("version", &RowCorrection::version),
      field("new_version", &RowCorrection::new_version), field("person_column", &RowCorrection::person_column), field("column", &RowCorrection::column),
      field("evidence", &RowCorrection::evidence), field("reason", &RowCorrection::reason), field("value", &RowCorrection::value),
      field("corrected", &RowCorrection::corrected), field("proposed_by", &RowCorrection::proposed_by), field("decided_by", &RowCorrection::decided_by),
      field("done_by", &RowCorrection::done_by), field("at_ms", &RowCorrection::at_ms), field("decided_ms", &RowCorrection::decided_ms),
      field("done_ms", &RowCorrection::done_ms), field("seq", &RowCorrection::seq));
};

struct State;
struct SubjectRequest;
// Whether the request's corrections are over: "law.correction_open" (detail: which), "law.request_needs_correction", "law.not_searched".
Status corrections_over(const State& state, const SubjectRequest& request);

}  // namespace sluice::space
