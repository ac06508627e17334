// Classification of a database as it is scanned: each table is judged when it arrives, and its values are let go.
#pragma once

#include "classify/classify.h"
#include "edge/cli/command.h"
#include "node/scan_source.h"

namespace sluice::cli {

inline constexpr std::string_view kOdbcPrefix = "odbc:";

using node::TableFinding;

struct ScannedSource {
  std::vector<classify::FieldInput> fields;  // values of later tables are thinned: memory stays bounded
  std::vector<classify::Verdict> verdicts;
  std::vector<TableFinding> findings;
};

// INPUT is odbc:FILE, the description of a source; the password comes by --password-file or the terminal; --rows N of each table;
// --resume FILE keeps the verdicts of finished tables (no value of any row) and goes on where it stopped.
Result<ScannedSource> scan_and_classify(const Args& args, const classify::Classifier& classifier);

}  // namespace sluice::cli
