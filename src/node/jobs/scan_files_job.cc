// Worker: the files of a folder (descriptor 0) as tables: schema dumps, field lists, data files in any form that the classifier reads. It judges them itself:
// what it tells are verdicts, never a value. Files that cannot be read are findings.
#include <map>

#include "classify/sample.h"
#include "node/jobs/job_table.h"
#include "node/scan_source.h"

namespace sluice::node {

namespace {

std::string file_name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

Status run_scan_files_job(WorkerContext& context) {
  if (context.fds.empty()) return fail(Errc::invalid, "worker.no_folder");
  auto classifier = TRY(classifier_in(context.request));
  if (!classifier) return fail(Errc::invalid, "record.missing_field", "packs");
  bool names_only = TRY(context.request.get_bool("names_only"));
  auto read = TRY(classify::read_source("/proc/self/fd/" + std::to_string(context.fds.at(0).get())));
  std::vector<std::pair<std::string, std::vector<classify::FieldInput>>> tables;  // in the order in which they came
  std::map<std::string, size_t> place;
  for (classify::FieldInput& f : read.fields) {
    if (names_only) f.values.clear(), f.rows = f.nulls = 0;
    auto [at, fresh] = place.emplace(f.table, tables.size());
    if (fresh) tables.emplace_back(f.table, std::vector<classify::FieldInput>());
    tables[at->second].second.push_back(std::move(f));
  }
  auto total = static_cast<int64_t>(tables.size() + read.skipped.size());
  int64_t number = 0;
  for (const auto& [path, reason] : read.skipped)
    TRY(send_progress(context, encode(ScannedVerdicts{{.finding = {.table = file_name_of(path), .sampled = 0, .error_permille = 1000, .of = {}, .reason = std::string(reason)}, .columns = {}, .types = {},
                                                       .comments = {}, .name = file_name_of(path), .comment = {}}, ++number, total})));
  for (auto& [name, fields] : tables) {
    TableFinding finding{.table = name, .sampled = static_cast<int64_t>(fields.front().rows), .error_permille = 0, .of = {}, .reason = {}};
    if (finding.sampled == 0) finding.error_permille = 1000;
    TRY(send_progress(context, encode(ScannedVerdicts{judged_table(std::move(finding), fields, classifier->classify(fields)), ++number, total})));
  }
  return send_result(context, Json::object({{"tables", number}}));
}

}  // namespace sluice::node
