#include "node/merge_versions.h"

#include <algorithm>
#include <set>

#include "crypto/hash.h"
#include "node/classify_version.h"
#include "node/storage.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

// Collected versions in the order of their numbers; without `wanted`, those that are no part of another one.
Result<std::vector<DatasetVersion>> parts_of(const State& s, const Person& person, const MergeAsk& ask) {
  const Dataset* dataset = find(s.datasets, ask.dataset);
  if (!dataset || dataset->owner != person.party) return fail(Errc::not_found, "dataset.not_found");
  std::vector<DatasetVersion> out;
  if (!ask.parts.empty()) {
    for (const VersionId& id : ask.parts) {
      const DatasetVersion* version = find(s.versions, id);
      if (!version || version->dataset != ask.dataset) return fail(Errc::not_found, "version.not_found");
      out.push_back(*version);
    }
    return out;
  }
  std::set<std::string> used;
  for (const VersionId& id : dataset->versions)
    for (const VersionId& part : s.versions.at(id.str()).parts) used.insert(part.str());
  for (const VersionId& id : dataset->versions) {
    const DatasetVersion& version = s.versions.at(id.str());
    if (version.masked_from.empty() && !used.contains(id.str())) out.push_back(version);
  }
  return out;
}

// The plan's key fields where the newest row of a key counts; else none.
Result<std::vector<std::string>> key_of(Node& node, const MergeAsk& ask) {
  std::vector<std::string> out;
  if (!ask.newest_by_key.value_or(false)) return out;
  auto digest = node.space().read([&](const State& s) -> std::optional<Digest> {
    const Dataset* dataset = find(s.datasets, ask.dataset);
    const Plan* plan = dataset ? find(s.plans, dataset->plan) : nullptr;
    return plan ? std::optional(plan->plan_digest) : std::nullopt;
  });
  if (!digest) return fail(Errc::not_found, "plan.not_found");
  Bytes content = TRY(node.ledger().blob(*digest));
  for (const auto& f : TRY(collect::parse_plan(text(content))).columns)
    if (f.key.value_or(false)) out.push_back(f.name);
  if (out.empty()) return fail(Errc::conflict, "merge.no_key");
  return out;
}

}  // namespace

Result<MergeAnswer> merge_versions(Node& node, const Principal& by, const MergeAsk& ask, const ProgressFn& progress) {
  auto parts = TRY(node.space().read([&](const State& s) -> Result<std::vector<DatasetVersion>> {
    const Person* person = find(s.persons, by.person);
    if (!person) return fail(Errc::not_found, "dataset.not_found");
    return parts_of(s, *person, ask);
  }));
  if (parts.size() < 2) return fail(Errc::invalid, "merge.too_few");
  if (parts.size() > kMergePartsMax) return fail(Errc::invalid, "merge.too_many");
  VersionId version = VersionId::make(node.random());
  ReportMerge report{.dataset = ask.dataset, .parts = {}, .version = version, .rows = 0, .version_manifest = {}};
  for (const DatasetVersion& part : parts) {
    report.parts.push_back(part.id);
    report.rows += part.rows;
  }
  TRY(would_take(node, as_node(by), report));

  int64_t bytes = 0;
  for (const DatasetVersion& part : parts) bytes += sealed_bytes(node, part.id);
  TRY(need_room(node, ask.dataset, bytes));
  const std::vector<std::string>& columns = parts.front().columns;
  auto key = TRY(key_of(node, ask));
  SealedWork work{.job = "merge", .work = Work::merge, .version = parts.front().id, .columns = columns, .more_folders = {},
                  .request = Json::object({{"dataset", ask.dataset.str()}, {"key", encode(key)}, {"new_version", version.str()}})};
  auto granted = TRY(start_sealed_work(node, by, std::move(work)));
  std::vector<GrantId> further;
  DatasetWraps wraps;
  auto worked = [&]() -> Result<WorkerAnswer> {
    Json inputs = Json::array();
    for (size_t i = 1; i < parts.size(); i++) {
      auto more = TRY(grant_further(node, by, granted.worker, Work::merge, parts[i], columns));
      further.push_back(more.grant);
      inputs.push(std::move(more.input));
    }
    OwnedFd key_end = TRY(granted.worker.key_end());
    wraps = TRY(node.agent().new_dataset_keys(ask.dataset.str(), version.str(), columns, std::move(key_end)));
    granted.request.set("further", std::move(inputs));
    return granted.worker.run(granted.request, {}, progress);
  }();
  std::string ended = worked ? "done" : std::string(worked.error().reason);
  further.push_back(granted.grant);
  for (const GrantId& grant : further) end_grant(node, by, grant, ended);
  if (!worked) {
    granted.worker.kill();
    drop_version(node, version);
    return tl::unexpected(worked.error());
  }
  std::string manifest = TRY(worked->result.get_string("manifest"));
  if (ask.newest_by_key.value_or(false)) {
    report.superseded = TRY(worked->result.get_int("superseded"));
    report.rows -= *report.superseded;
  }
  report.version_manifest = sm3(view(manifest));
  TRY(node.keep_wraps(wraps));
  auto outcome = node.space().execute(as_node(by), report);
  if (!outcome) {
    drop_version(node, version);
    return tl::unexpected(outcome.error());
  }
  return MergeAnswer{ask.dataset, version, report.parts, report.rows, outcome->first_seq, report.superseded, grade_arrival(node, version)};
}

}  // namespace sluice::node
