// Worker: a suspect file read against the marks of each strategy whose releases bear some (node/trace_suspect.h). The file lies in a folder in
// memory (descriptor 0); the keys of the marks come over the key channel, by name. Candidates are codes here, not parties.
#include "deident/trace.h"
#include "node/jobs/job_table.h"
#include "node/trace_suspect.h"

namespace sluice::node {

Status run_trace_job(WorkerContext& context) {
  const Json* readings_json = context.request.find("readings");
  if (!readings_json) return fail(Errc::invalid, "record.missing_field", "readings");
  auto readings = TRY(decode<std::vector<TraceReading>>(*readings_json));
  ColumnKeys keys = TRY(receive_keys(context)).keys;
  std::string path = "/proc/self/fd/" + std::to_string(context.fds.at(0).get()) + "/suspect.csv";
  Json reports = Json::array();
  for (const TraceReading& reading : readings) {
    auto strategy = TRY(deident::read_strategy(reading.strategy));
    auto key = keys.find(reading.key_name);
    if (key == keys.end()) return fail(Errc::invalid, "worker.no_keys");
    auto report = deident::trace_file(strategy, key->second, reading.codes, path, {.traces = readings.size()});
    // A file without this strategy's row key or carriers says nothing about its copies.
    if (!report && report.error().reason != "mark.no_carrier") return tl::unexpected(report.error());
    reports.push(report ? encode(*report) : Json());
    TRY(send_progress(context, Json::object({{"done", reports.as_array().size()}, {"total", readings.size()}})));
  }
  return send_result(context, Json::object({{"reports", std::move(reports)}}));
}

}  // namespace sluice::node
