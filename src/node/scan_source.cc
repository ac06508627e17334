#include "node/scan_source.h"

#include <map>

namespace sluice::node {

namespace {

constexpr int kDropsMax = 5;        // over the whole scan
constexpr int kDropsOfTableMax = 2;  // then the table is passed over, with its finding

Json scan_request(const ScanAsk& ask, const std::set<std::string>& done, const std::set<std::string>& passed_over) {
  Json skip = Json::array(), dropped = Json::array();
  for (const std::string& key : done) skip.push(key);
  for (const std::string& key : passed_over) dropped.push(key);
  return Json::object({{"description", encode(ask.source)}, {"depth", ask.depth == ScanDepth::catalog ? "catalog" : "sample"}, {"dropped", std::move(dropped)},
                       {"rows", static_cast<int64_t>(ask.limits.rows)}, {"skip", std::move(skip)}, {"values_total", static_cast<int64_t>(ask.limits.values_total)}});
}

}  // namespace

Status scan_source(const ScanAsk& ask, const std::function<Status(ScannedTable)>& take) {
  std::set<std::string> done = ask.done, passed_over;
  std::map<std::string, int> drops;
  for (int dropped = 0;; dropped++) {
    Worker::Start start;
    start.job = "source-scan";
    start.port = static_cast<uint16_t>(ask.source.port);
    start.program = ask.program;
    Worker worker = TRY(Worker::start(std::move(start)));
    Status taken;
    auto heard = [&](const Json& told) {
      if (!taken) return;
      auto table = decode<ScannedTable>(told);
      if (!table) {
        taken = tl::unexpected(table.error());
        return;
      }
      done.insert(table->key());
      taken = take(std::move(*table));
    };
    const std::string& password = ask.password.reveal("hand it to the worker that signs in");
    auto answer = worker.run(scan_request(ask, done, passed_over), view(password), heard);
    TRY(taken);
    if (answer) return {};
    if (answer.error().reason != "source.dropped" || dropped == kDropsMax) return tl::unexpected(answer.error());
    if (++drops[answer.error().detail] == kDropsOfTableMax) passed_over.insert(answer.error().detail);
  }
}

std::vector<classify::FieldInput> fields_of(const odbc::Description& source, ScannedTable& scanned) {
  const std::string& schema = scanned.table.schema;
  bool usual = schema == "public" || schema == "dbo" || schema == source.database;
  std::vector<classify::FieldInput> out;
  for (size_t c = 0; c < scanned.table.columns.size(); c++) {
    const odbc::SourceColumn& column = scanned.table.columns[c];
    classify::FieldInput f;
    f.table = usual ? scanned.table.name : schema + "." + scanned.table.name;
    f.table_comment = scanned.table.comment;
    f.column = column.name;
    f.type = column.type;
    f.comment = column.comment;
    if (scanned.sample && c < scanned.sample->columns.size()) {
      f.values = std::move(scanned.sample->columns[c].values);
      f.nulls = static_cast<uint64_t>(scanned.sample->columns[c].nulls);
      f.rows = f.values.size() + f.nulls;
    }
    out.push_back(std::move(f));
  }
  return out;
}

}  // namespace sluice::node
