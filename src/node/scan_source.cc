#include "node/scan_source.h"

#include <map>

#include "classify/verdict_json.h"
#include "node/rules_in_force.h"

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

// `packs`: null where the worker hands over samples and judges nothing.
template <class Table>
Status scan_tables(const ScanAsk& ask, const Json& packs, const std::function<Status(Table)>& take) {
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
      auto table = decode<Table>(told);
      if (!table) {
        taken = tl::unexpected(table.error());
      } else {
        done.insert(table->key());
        taken = take(std::move(*table));
      }
      if (!taken) worker.kill();
    };
    const std::string& password = ask.password.reveal("hand it to the worker that signs in");
    Json request = scan_request(ask, done, passed_over);
    if (!packs.is_null()) request.set("packs", packs);
    auto answer = worker.run(request, view(password), heard);
    TRY(taken);
    if (answer) return {};
    if (answer.error().reason != "source.dropped" || dropped == kDropsMax) return tl::unexpected(answer.error());
    if (++drops[answer.error().detail] == kDropsOfTableMax) passed_over.insert(answer.error().detail);
  }
}

}  // namespace

Status scan_source(const ScanAsk& ask, const std::function<Status(ScannedTable)>& take) { return scan_tables<ScannedTable>(ask, Json(), take); }

Status judge_source(const ScanAsk& ask, const std::map<std::string, std::string>& packs, const std::function<Status(ScannedVerdicts)>& take) {
  return scan_tables<ScannedVerdicts>(ask, texts_json(packs), take);
}

TableFinding ScannedTable::told() const {
  TableFinding out{.table = key(), .sampled = 0, .error_permille = 1000, .of = table.rows_estimated, .reason = finding};
  if (!sample) return out;
  out.sampled = sample->rows;
  out.error_permille = sample->error_permille;
  out.of = sample->of;
  return out;
}

JudgedTable judged_table(TableFinding finding, const std::vector<classify::FieldInput>& fields, const std::vector<classify::Verdict>& verdicts) {
  JudgedTable out;
  out.finding = std::move(finding);
  for (const auto& f : fields) {
    out.name = f.table;
    out.comment = f.table_comment;
    out.columns.push_back(f.column);
    out.types.push_back(f.type);
    out.comments.push_back(f.comment);
  }
  for (const auto& v : verdicts) out.verdicts.push(classify::to_json(v));
  return out;
}

Status take_judged(const JudgedTable& table, std::vector<classify::FieldInput>& fields, std::vector<classify::Verdict>& verdicts) {
  size_t columns = table.columns.size();
  if (!table.verdicts.is_array() || table.verdicts.as_array().size() != columns || table.types.size() != columns || table.comments.size() != columns)
    return fail(Errc::invalid, "record.wrong_kind", "verdicts");
  for (const Json& verdict : table.verdicts.as_array()) verdicts.push_back(TRY(classify::verdict_from(verdict)));
  for (size_t c = 0; c < columns; c++) {
    classify::FieldInput f;
    f.table = table.name;
    f.table_comment = table.comment;
    f.column = table.columns[c];
    f.type = table.types[c];
    f.comment = table.comments[c];
    fields.push_back(std::move(f));
  }
  return {};
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
