// Use case: what a database holds, without copying it: catalog and a sample of each table, read by a `source` worker that reaches that
// one server and nothing else of this machine (docs/decisions/0050-a-source-has-a-process-of-its-own.md).
//
// A table that cannot be read is a finding beside it, not the end: "source.right_refused", "source.locked", "source.timed_out",
// "source.table_gone", "source.value_unfit", "source.dropped" (the connection went while this table was read, twice).
#pragma once

#include <set>

#include "classify/classify.h"
#include "node/node.h"
#include "odbc/sample.h"

namespace sluice::node {

enum class ScanDepth { catalog, sample };

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
};

// Hands over each table as it was read. Errors of the session as a whole (odbc/connection.h), "worker.killed", those of `take`.
Status scan_source(const ScanAsk& ask, const std::function<Status(ScannedTable)>& take);

// The table's columns as the classifier takes them. The schema stands before the name unless it is the server's usual one.
std::vector<classify::FieldInput> fields_of(const odbc::Description& source, ScannedTable& scanned);

}  // namespace sluice::node
