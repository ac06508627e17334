// Worker: the risk of a sealed version over chosen columns, and the best generalisation of it. Only names of columns, counts and
// levels leave the worker; the keys are those of the chosen columns.
#include "anonymity/anonymize.h"
#include "anonymity/risk_report.h"
#include "anonymity/source_table.h"
#include "codec/record.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "node/measure_version.h"

namespace sluice::node {

namespace {

constexpr size_t kSearchBytesMax = size_t{2} << 30;
constexpr double kSearchSecondsMax = 120;

Result<Json> measured_risk(const anonymity::CsvTable& table, const RiskAsk& ask, const std::vector<rules::RiskThreshold>& thresholds) {
  anonymity::RiskOptions options{.quasi = ask.quasi, .sensitive = ask.sensitive};
  for (const auto& t : thresholds)
    if (t.share_type == ask.share_type) options.threshold = static_cast<double>(t.risk_permille_max) / 1000;
  options.unique_size_max = static_cast<size_t>(std::clamp<int64_t>(ask.unique, 0, 5));
  return anonymity::to_json(TRY(anonymity::measure_risk(table, options, thresholds)));
}

Result<Json> planned(WorkerContext& context, const anonymity::CsvTable& table, const GeneraliseAsk& ask) {
  anonymity::Request request;
  request.quasi = ask.quasi;
  request.metric = ask.metric;
  request.search.k = static_cast<uint64_t>(std::max<int64_t>(0, ask.k));
  request.search.suppression = static_cast<double>(ask.suppression_permille) / 1000;
  request.search.seconds_max = kSearchSecondsMax;
  request.search.bytes_max = kSearchBytesMax;
  for (const auto& [column, l] : ask.l) {
    request.search.models.diversity.push_back({.column = request.sensitive.size(), .l = static_cast<double>(l)});
    request.sensitive.push_back(column);
  }
  std::map<std::string, anonymity::Hierarchy> hierarchies;
  for (const auto& [column, text] : ask.hierarchies) hierarchies.emplace(column, TRY(anonymity::Hierarchy::parse(text)));
  request.search.progress = [&](const anonymity::SearchProgress& now) {
    Status sent = send_progress(context, Json::object({{"done", now.nodes}, {"total", 0}}));
    (void)sent;  // a server that has gone ends the worker by itself
  };
  return anonymity::to_json(TRY(anonymity::plan(table, hierarchies, request)));
}

}  // namespace

Status run_measure_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  if (const Json* ask_json = context.request.find("risk")) {
    auto ask = TRY(decode<RiskAsk>(*ask_json));
    auto thresholds = TRY(decode<std::vector<rules::RiskThreshold>>(*context.request.find("thresholds")));
    std::vector<std::string> columns = ask.quasi;
    columns.insert(columns.end(), ask.sensitive.begin(), ask.sensitive.end());
    auto table = TRY(anonymity::read_source(*reader, columns));
    return send_result(context, TRY(measured_risk(table, ask, thresholds)));
  }
  const Json* ask_json = context.request.find("generalise");
  if (!ask_json) return fail(Errc::invalid, "record.missing_field", "generalise");
  auto ask = TRY(decode<GeneraliseAsk>(*ask_json));
  auto table = TRY(anonymity::read_source(*reader, columns_of(ask)));
  return send_result(context, TRY(planned(context, table, ask)));
}

}  // namespace sluice::node
