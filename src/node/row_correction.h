// Use case: a person's request to correct is carried out (space/law/row_correction.h): the value lies sealed in the registry from the proposal until the
// correction is over, the ledger commits to it; a worker writes the version again with the person's cell made right.
#pragma once

#include "node/arrival_grades.h"
#include "node/node.h"

namespace sluice::node {

// What `value` replaces may be said (`was`): then only those of the person's cells are corrected that hold it; else all of the column.
struct CorrectionAsk {
  space::SubjectRequestId request;
  space::CorrectionWay way = space::CorrectionWay::office;
  space::VersionId version;
  std::string person_column, column, evidence;
  std::optional<std::string> value{};  // of the office's own way; "" empties the cell, and is said
  std::optional<std::string> was{};
  static constexpr auto fields = field_list(
      field("request", &CorrectionAsk::request), field("way", &CorrectionAsk::way), field("version", &CorrectionAsk::version),
      field("person_column", &CorrectionAsk::person_column), field("column", &CorrectionAsk::column), field("evidence", &CorrectionAsk::evidence),
      field("value", &CorrectionAsk::value), field("was", &CorrectionAsk::was));
};
// Errors of ProposeRowCorrection; "law.correction_value_missing"; "law.correction_bad_value" for a value that is too long or no text;
// "law.correction_key_column" for a field of the plan's key: rows are told apart by it, so it is the source's to correct.
Result<space::RowCorrectionId> propose_correction(Node& node, const space::Principal& by, CorrectionAsk ask);

struct CorrectionValue {
  std::string value;
  std::optional<std::string> was{};
  static constexpr auto fields = field_list(field("value", &CorrectionValue::value), field("was", &CorrectionValue::was));
};
// For those who may decide about it, with a second factor; on record before it is shown. "law.correction_value_gone" once it is over.
Result<CorrectionValue> read_correction(Node& node, const space::Principal& by, const space::RowCorrectionId& correction);

// The decision; what is refused loses its value. Who confirms a value has looked at it: "law.correction_not_looked_at".
Status decide_correction(Node& node, const space::Principal& by, const space::DecideRowCorrection& command);

struct CorrectionAnswer {
  space::RowCorrectionId correction;
  space::VersionId version;  // the one with the cell made right
  int64_t rows = 0, corrected = 0;
  uint64_t seq = 0;
  std::optional<ArrivalGrades> grading{};
  static constexpr auto fields = field_list(field("correction", &CorrectionAnswer::correction), field("version", &CorrectionAnswer::version), field("rows", &CorrectionAnswer::rows),
                                            field("corrected", &CorrectionAnswer::corrected), field("seq", &CorrectionAnswer::seq), field("grading", &CorrectionAnswer::grading));
};
// "law.correction_breaks_rule" (detail: the plan's rule that the value breaks), "law.correction_no_such_cell" (the person has no row there, or none with
// what was to be replaced), "law.identifier_erased". What failed stays approved: it is tried again, or refused with the reason.
Result<CorrectionAnswer> carry_out_correction(Node& node, const space::Principal& by, const space::RowCorrectionId& correction, const ProgressFn& progress = {});

// At the opening of a space: of what is not open, or was never proposed, no value stays.
Status settle_row_corrections(Node& node);

}  // namespace sluice::node
