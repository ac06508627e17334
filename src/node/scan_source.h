// Use case: what a database holds, without copying it: catalog and a sample of each table, read by a `source` worker that reaches that
// one server and nothing else of this machine (docs/decisions/0050-a-source-has-a-process-of-its-own.md).
//
// A table that cannot be read is a finding beside it, not the end: "source.right_refused", "source.locked", "source.timed_out",
// "source.table_gone", "source.value_unfit", "source.dropped" (the connection went while this table was read, twice).
#pragma once

#include <map>
#include <set>

#include "classify/classify.h"
#include "node/node.h"
#include "odbc/sample.h"

namespace sluice::node {

enum class ScanDepth { catalog, sample };

// What was learned of one table beside its verdicts: how well the sample stands for it, and what went wrong.
struct TableFinding {
  std::string table;  // "schema.table"
  int64_t sampled = 0, error_permille = 0;
  std::optional<int64_t> of;
  std::optional<std::string> reason;
  static constexpr auto fields = field_list(field("table", &TableFinding::table), field("sampled", &TableFinding::sampled),
                                            field("error_permille", &TableFinding::error_permille), field("of", &TableFinding::of),
                                            field("reason", &TableFinding::reason));
};
// A table with its verdicts and no value of any row: what is kept of a scan, and what a resume file has a line of.
struct JudgedTable {
  TableFinding finding;
  std::vector<std::string> columns, types, comments;
  std::string name, comment;  // as the classifier saw the table
  Json verdicts = Json::array();
  static constexpr auto fields = field_list(field("finding", &JudgedTable::finding), field("columns", &JudgedTable::columns), field("types", &JudgedTable::types),
                                            field("comments", &JudgedTable::comments), field("name", &JudgedTable::name), field("comment", &JudgedTable::comment),
                                            field("verdicts", &JudgedTable::verdicts));
};
JudgedTable judged_table(TableFinding finding, const std::vector<classify::FieldInput>& fields, const std::vector<classify::Verdict>& verdicts);
// Its columns, without values, and its verdicts, behind those that are there. "record.wrong_kind" and the errors of verdict_from.
Status take_judged(const JudgedTable& table, std::vector<classify::FieldInput>& fields, std::vector<classify::Verdict>& verdicts);

struct ScanAsk {
  odbc::Description source;
  SecretText password;
  ScanDepth depth = ScanDepth::sample;
  odbc::SampleLimits limits;
  std::set<std::string> done;  // "schema.table" that need not be read again
  std::string program = "/proc/self/exe";
};

struct ScannedTable {
  odbc::SourceTable table;
  std::optional<odbc::TableSample> sample;
  std::optional<std::string> finding;  // stable reason
  int64_t number = 0, of = 0;
  static constexpr auto fields = field_list(field("table", &ScannedTable::table), field("sample", &ScannedTable::sample), field("finding", &ScannedTable::finding),
                                            field("number", &ScannedTable::number), field("of", &ScannedTable::of));
  std::string key() const { return table.schema + "." + table.name; }
  TableFinding told() const;
};
// A table that the worker judged itself: no value of a row leaves it.
struct ScannedVerdicts {
  JudgedTable table;
  int64_t number = 0, of = 0;
  static constexpr auto fields = field_list(field("table", &ScannedVerdicts::table), field("number", &ScannedVerdicts::number), field("of", &ScannedVerdicts::of));
  std::string key() const { return table.finding.table; }
};

// Hands over each table as it was read. Errors of the session as a whole (odbc/connection.h), "worker.killed", those of `take`.
Status scan_source(const ScanAsk& ask, const std::function<Status(ScannedTable)>& take);
// The same, judged in the worker by these packs (rules_in_force.h; empty: the built-in rules).
Status judge_source(const ScanAsk& ask, const std::map<std::string, std::string>& packs, const std::function<Status(ScannedVerdicts)>& take);

// The classifier that a job was handed the packs of (texts_json; empty: the built-in one); nothing where it was handed none.
Result<std::optional<classify::Classifier>> classifier_in(const Json& request);

// The table's columns as the classifier takes them. The schema stands before the name unless it is the server's usual one.
std::vector<classify::FieldInput> fields_of(const odbc::Description& source, ScannedTable& scanned);

}  // namespace sluice::node
