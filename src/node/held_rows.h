// Use case: held rows (待核) of a batch are read, corrected and sent again, or rejected (C6.1.2, C6.5.4).
//
// Every reading is a grant of exactly the columns shown, durable in the ledger before a key leaves, and its end says which rows.
// Values are for the owner's data manager, as far as the rights reach (space/collection/held_columns.h): cells of level 5, of columns that nobody graded yet
// and of identifying ones only where the row's reasons name them. Row numbers and reasons are for the security officer too. What is sent again passes the
// same checks as a file of the source, in a worker of its own; rows that break a rule again stay held, and are named with
// their rules. A row is accepted or rejected once: "correction.row_settled" after that.
#pragma once

#include <map>

#include "node/arrival_grades.h"
#include "node/node.h"
#include "space/collection/correction.h"

namespace sluice::node {

inline constexpr size_t kHeldPageMax = 200;
inline constexpr size_t kCorrectionRowsMax = 5000;

// file: values that leave the console as a file, under an approved download_held of all held rows, in the columns that it names.
enum class HeldDetail { reasons, values, file };

struct HeldAsk {
  space::BatchId batch;
  HeldDetail detail = HeldDetail::reasons;
  int64_t after = 0;    // row number; rows beyond it
  int64_t limit = 50;
};
struct HeldPage {
  Json rows = Json::array();       // {row, reasons: [{subject, rule}], cells?: {column: text}}; settled rows are left out
  std::optional<int64_t> next;     // the row number to go on after
  int64_t open = 0;                // held rows that are not settled
  std::vector<std::string> on_reason, withheld;  // columns whose cells stand only in rows whose reasons name them, and those that are not shown at all
};
// "batch.not_found", "correction.nothing_held", "duty.missing", errors of the worker.
Result<HeldPage> read_held(Node& node, const space::Principal& by, const HeldAsk& ask);

struct Correction {
  int64_t row = 0;
  std::map<std::string, std::string> cells;  // what replaces the held text, by column; may be empty (sent again as it stood)
  static constexpr auto fields = field_list(field("row", &Correction::row), field("cells", &Correction::cells));
};
struct CorrectAsk {
  space::BatchId batch;
  std::vector<Correction> corrections;
  std::vector<int64_t> rejected;
  std::string reason;                        // why rows are rejected
  static constexpr auto fields = field_list(field("batch", &CorrectAsk::batch), field("corrections", &CorrectAsk::corrections),
                                            field("rejected", &CorrectAsk::rejected), field("reason", &CorrectAsk::reason));
};
struct StillHeld {
  int64_t row = 0;
  std::vector<std::string> reasons;  // FIELD:RULE
  static constexpr auto fields = field_list(field("row", &StillHeld::row), field("reasons", &StillHeld::reasons));
};
struct CorrectAnswer {
  space::BatchId batch;
  int64_t accepted = 0, warned = 0, rejected = 0;
  std::vector<StillHeld> still_held;
  space::VersionId version;  // the accepted rows; absent when none were
  std::optional<uint64_t> seq;  // absent when nothing was settled
  std::optional<ArrivalGrades> grading;
  static constexpr auto fields =
      field_list(field("batch", &CorrectAnswer::batch), field("accepted", &CorrectAnswer::accepted), field("warned", &CorrectAnswer::warned),
                 field("rejected", &CorrectAnswer::rejected), field("still_held", &CorrectAnswer::still_held),
                 field("version", &CorrectAnswer::version), field("seq", &CorrectAnswer::seq), field("grading", &CorrectAnswer::grading));
};
// Besides: "correction.no_rows", "correction.too_many_rows", "correction.row_twice", "correction.not_held" (a row that is not
// among the held ones), "correction.unknown_column"; details are row numbers and columns. Corrected values go to the worker alone.
Result<CorrectAnswer> correct_held(Node& node, const space::Principal& by, const CorrectAsk& ask);

}  // namespace sluice::node
