// Worker that reaches one database: its catalog, and a sample of each table. It has no key and no file; once it is signed in it can make
// no further connection. Where it got rule packs it judges each table itself, and no value leaves it.
#include <set>

#include "node/jobs/job_table.h"
#include "node/jobs/source_session.h"
#include "node/rules_in_force.h"
#include "node/scan_source.h"

namespace sluice::node {

namespace {

std::set<std::string> names_in(const Json& request, std::string_view member) {
  std::set<std::string> out;
  if (const Json* list = request.find(member); list && list->is_array())
    for (const Json& name : list->as_array())
      if (name.is_string()) out.insert(name.as_string());
  return out;
}

// Ends of the session, as against what is wrong with one table.
bool ends_session(const Error& error) { return error.reason == "source.dropped" || error.reason == "source.unreachable"; }

Status tell(WorkerContext& context, const odbc::Description& source, const std::optional<classify::Classifier>& classifier, ScannedTable scanned) {
  if (!classifier) return send_progress(context, encode(scanned));
  TableFinding finding = scanned.told();
  auto fields = fields_of(source, scanned);
  return send_progress(context, encode(ScannedVerdicts{judged_table(std::move(finding), fields, classifier->classify(fields)), scanned.number, scanned.of}));
}

}  // namespace

Result<std::optional<classify::Classifier>> classifier_in(const Json& request) {
  const Json* packs = request.find("packs");
  if (!packs) return std::optional<classify::Classifier>();
  auto texts = TRY(texts_from(*packs));
  if (texts.empty()) return std::optional(classify::Classifier::built_in());
  return std::optional(TRY(classify::Classifier::create(TRY(rules::RuleSet::from_texts(texts)))));
}

Status run_source_scan_job(WorkerContext& context) {
  odbc::Connection connection = TRY(open_source_session(context));
  auto classifier = TRY(classifier_in(context.request));
  bool sampling = TRY(context.request.get_string("depth")) == "sample";
  odbc::SampleLimits limits;
  limits.rows = static_cast<size_t>(TRY(context.request.get_int("rows")));
  limits.values_total = static_cast<size_t>(TRY(context.request.get_int("values_total")));
  std::set<std::string> skip = names_in(context.request, "skip"), dropped = names_in(context.request, "dropped");
  auto tables = TRY(odbc::read_catalog(connection));
  int64_t number = 0;
  for (odbc::SourceTable& table : tables) {
    ScannedTable scanned{.table = std::move(table), .sample = {}, .finding = {}, .number = ++number, .of = static_cast<int64_t>(tables.size())};
    if (skip.contains(scanned.key())) continue;
    bool refused = scanned.table.readable == odbc::Readable::no;
    if (refused) scanned.finding = "source.right_refused";
    // A view whose tables went has no columns any more.
    if (scanned.table.view && scanned.table.columns.empty()) scanned.finding = "source.table_gone";
    if (dropped.contains(scanned.key())) scanned.finding = "source.dropped";
    if (sampling && !scanned.finding) {
      auto sample = odbc::sample_table(connection, scanned.table, limits);
      if (!sample && ends_session(sample.error())) return fail(Errc::unreachable, "source.dropped", scanned.key());
      if (sample) {
        scanned.sample = std::move(*sample);
      } else {
        scanned.finding = std::string(sample.error().reason);
      }
    }
    TRY(tell(context, connection.description(), classifier, std::move(scanned)));
  }
  return send_result(context, Json::object({{"tables", number}}));
}

}  // namespace sluice::node
