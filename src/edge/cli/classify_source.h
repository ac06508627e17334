// Classification of a database as it is scanned: each table is judged when it arrives, and its values are let go.
#pragma once

#include "classify/classify.h"
#include "edge/cli/command.h"
#include "odbc/sample.h"

namespace sluice::cli {

inline constexpr std::string_view kOdbcPrefix = "odbc:";

// What was learned of one table beside its verdicts: how well the sample stands for it, and what went wrong.
struct TableFinding {
  std::string table;
  int64_t sampled = 0, error_permille = 0;
  std::optional<int64_t> of;
  std::optional<std::string> reason;
  static constexpr auto fields = field_list(field("table", &TableFinding::table), field("sampled", &TableFinding::sampled),
                                            field("error_permille", &TableFinding::error_permille), field("of", &TableFinding::of),
                                            field("reason", &TableFinding::reason));
};

struct ScannedSource {
  std::vector<classify::FieldInput> fields;  // values of later tables are thinned: memory stays bounded
  std::vector<classify::Verdict> verdicts;
  std::vector<TableFinding> findings;
};

// INPUT is odbc:FILE, the description of a source; the password comes by --password-file or the terminal; --rows N of each table;
// --resume FILE keeps the verdicts of finished tables (no value of any row) and goes on where it stopped.
Result<ScannedSource> scan_and_classify(const Args& args, const classify::Classifier& classifier);

}  // namespace sluice::cli
