// Worker: the risk of a sealed version over chosen columns, and the best generalisation of it. Only names of columns, counts and
// levels leave the worker; the keys are those of the chosen columns.
#include <algorithm>

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

Result<Json> measured_risk(const anonymity::CsvTable& table, const std::optional<anonymity::CsvTable>& people, const RiskAsk& ask,
                           const std::vector<rules::RiskThreshold>& thresholds) {
  anonymity::RiskOptions options{.quasi = ask.quasi, .sensitive = ask.sensitive};
  for (const auto& t : thresholds)
    if (t.share_type == ask.share_type) options.threshold = static_cast<double>(t.risk_permille_max) / 1000;
  if (ask.threshold_permille) options.threshold = static_cast<double>(*ask.threshold_permille) / 1000;
  if (ask.sampling_ppm) options.sampling_fraction = static_cast<double>(*ask.sampling_ppm) / 1e6;
  if (ask.population_size) options.population_size = static_cast<uint64_t>(*ask.population_size);
  if (ask.population_model) options.model = *ask.population_model;
  if (ask.person) options.person = *ask.person;
  if (people) options.population = &*people;
  options.unique_size_max = static_cast<size_t>(std::clamp<int64_t>(ask.unique, 0, 5));
  return anonymity::to_json(TRY(anonymity::measure_risk(table, options, thresholds)));
}

Status read_models(const GeneraliseAsk& ask, anonymity::Request& request) {
  auto& models = request.search.models;
  for (const auto& [column, l] : ask.l) models.diversity.push_back({.column = anonymity::sensitive_place(request, column), .l = static_cast<double>(l)});
  for (const auto& d : ask.diversity)
    models.diversity.push_back({.column = anonymity::sensitive_place(request, d.column), .kind = d.kind.value_or(anonymity::Diversity::distinct), .l = static_cast<double>(d.l),
                                .c = static_cast<double>(d.c_permille.value_or(3000)) / 1000});
  for (const auto& c : ask.closeness) {
    models.closeness.push_back({.column = anonymity::sensitive_place(request, c.column), .distance = c.distance.value_or(anonymity::Distance::equal), .t = static_cast<double>(c.t_permille) / 1000});
    if (c.hierarchy) request.hierarchies_of_sensitive.insert_or_assign(c.column, TRY(anonymity::Hierarchy::parse(*c.hierarchy)));
  }
  if (ask.k_map) models.k_map = static_cast<uint64_t>(*ask.k_map);
  if (ask.presence) models.presence = anonymity::Presence{static_cast<double>(ask.presence->lowest_permille) / 1000, static_cast<double>(ask.presence->highest_permille) / 1000};
  return {};
}

Result<Json> planned(WorkerContext& context, const anonymity::CsvTable& table, const std::optional<anonymity::CsvTable>& people, const GeneraliseAsk& ask) {
  anonymity::Request request;
  request.recoding = ask.recoding.value_or(anonymity::Recoding::full_domain);
  for (const auto& [column, weight] : ask.weights_permille) request.weights[column] = static_cast<double>(weight) / 1000;
  request.quasi = ask.quasi;
  request.metric = ask.metric;
  request.search.k = static_cast<uint64_t>(std::max<int64_t>(0, ask.k));
  request.search.suppression = static_cast<double>(ask.suppression_permille) / 1000;
  request.search.seconds_max = kSearchSecondsMax;
  request.search.bytes_max = kSearchBytesMax;
  TRY(read_models(ask, request));
  if (ask.person) anonymity::count_persons(request, *ask.person);
  std::map<std::string, anonymity::Hierarchy> hierarchies;
  for (const auto& [column, text] : ask.hierarchies) hierarchies.emplace(column, TRY(anonymity::Hierarchy::parse(text)));
  request.search.progress = [&](const anonymity::SearchProgress& now) {
    Status sent = send_progress(context, Json::object({{"done", now.nodes}, {"total", 0}}));
    (void)sent;  // a server that has gone ends the worker by itself
  };
  return anonymity::to_json(TRY(anonymity::plan(table, hierarchies, request, people ? &*people : nullptr)));
}

// The quasi-identifiers of the population's version, where there is one; its keys follow those of the version.
Result<std::optional<anonymity::CsvTable>> read_people(WorkerContext& context, const std::vector<std::string>& quasi) {
  const Json* input = context.request.find("population");
  if (!input) return std::optional<anonymity::CsvTable>();
  auto reader = TRY(open_sealed_input(context, *input, 16u << 20));
  return std::optional(TRY(anonymity::read_source(*reader, quasi)));
}

}  // namespace

Status run_measure_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  if (const Json* ask_json = context.request.find("risk")) {
    auto ask = TRY(decode<RiskAsk>(*ask_json));
    auto thresholds = TRY(decode<std::vector<rules::RiskThreshold>>(*context.request.find("thresholds")));
    auto table = TRY(anonymity::read_source(*reader, columns_of(ask)));
    return send_result(context, TRY(measured_risk(table, TRY(read_people(context, ask.quasi)), ask, thresholds)));
  }
  const Json* ask_json = context.request.find("generalise");
  if (!ask_json) return fail(Errc::invalid, "record.missing_field", "generalise");
  auto ask = TRY(decode<GeneraliseAsk>(*ask_json));
  auto table = TRY(anonymity::read_source(*reader, columns_of(ask)));
  return send_result(context, TRY(planned(context, table, TRY(read_people(context, ask.quasi)), ask)));
}

}  // namespace sluice::node
