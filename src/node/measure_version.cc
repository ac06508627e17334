#include "node/measure_version.h"

#include <algorithm>

#include "node/work.h"
#include "space/guard.h"

namespace sluice::node {

using namespace space;

namespace {

Result<Json> run_measure(Node& node, const Principal& by, const VersionId& version, std::vector<std::string> columns, Json request, const ProgressFn& progress) {
  SealedWork work{.job = "measure", .work = look_work(node, by), .version = version, .columns = std::move(columns), .more_folders = {}, .request = std::move(request)};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  auto answer = granted.worker.run(granted.request, {}, progress);
  end_grant(node, by, granted.grant, answer ? "done" : std::string(answer.error().reason));
  if (!answer) return tl::unexpected(answer.error());
  return std::move(answer->result);
}

}  // namespace

Work look_work(Node& node, const Principal& by) {
  TimeMs now = node.space().now();
  return node.space().read([&](const State& s) {
    const Person* person = find(s.persons, by.person);
    bool manages = person && (person->has(Duty::data_manager, now) || deputyship_for(s, *person, Duty::data_manager, now));
    return manages ? Work::check : Work::mask;
  });
}

std::vector<std::string> columns_of(const GeneraliseAsk& ask) {
  std::vector<std::string> columns = ask.quasi;
  for (const auto& [column, l] : ask.l) columns.push_back(column);
  return columns;
}

Result<Json> measure_version(Node& node, const Principal& by, const VersionId& version, const RiskAsk& ask, const ProgressFn& progress) {
  if (ask.quasi.empty()) return fail(Errc::usage, "anonymity.no_columns");
  const auto& thresholds = node.rules().masking.thresholds;
  if (std::none_of(thresholds.begin(), thresholds.end(), [&](const auto& t) { return t.share_type == ask.share_type; })) return fail(Errc::usage, "deident.bad_share_type");
  if (ask.unique < 0 || ask.unique > 5) return fail(Errc::usage, "deident.out_of_range", "unique");
  std::vector<std::string> columns = ask.quasi;
  columns.insert(columns.end(), ask.sensitive.begin(), ask.sensitive.end());
  return run_measure(node, by, version, std::move(columns), Json::object({{"risk", encode(ask)}, {"thresholds", encode(node.rules().masking.thresholds)}}), progress);
}

Result<Json> generalise_version(Node& node, const Principal& by, const VersionId& version, const GeneraliseAsk& ask, const ProgressFn& progress) {
  if (ask.quasi.empty()) return fail(Errc::usage, "anonymity.no_columns");
  return run_measure(node, by, version, columns_of(ask), Json::object({{"generalise", encode(ask)}}), progress);
}

}  // namespace sluice::node
