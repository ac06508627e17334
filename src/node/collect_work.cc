#include "node/collect_work.h"

#include <fcntl.h>
#include <unistd.h>

#include <set>

#include "base/file.h"
#include "base/log.h"
#include "collect/quality.h"
#include "crypto/hash.h"
#include "node/classify_version.h"
#include "node/code_tables.h"
#include "node/row_marks.h"

namespace sluice::node {

using namespace space;

namespace {

std::vector<std::string> held_columns(const std::vector<std::string>& columns) {
  std::vector<std::string> out{"row_number", "held_reasons"};
  for (const std::string& column : columns) out.push_back("cell_" + column);
  return out;
}

}  // namespace

Result<CollectWork> collect_work(Node& node, const PlanId& id) {
  auto plan = node.space().read([&](const State& s) -> std::optional<Plan> {
    const Plan* found = find(s.plans, id);
    return found ? std::optional(*found) : std::nullopt;
  });
  if (!plan) return fail(Errc::not_found, "plan.not_found");
  TRY(node.space().read([&](const State& s) { return takes_data(s, plan->dataset); }));
  CollectWork work;
  work.plan = std::move(*plan);
  work.plan_bytes = TRY(node.ledger().blob(work.plan.plan_digest));
  work.content = TRY(collect::parse_plan(text(work.plan_bytes)));
  work.version = VersionId::make(node.random());
  work.held_version = VersionId::make(node.random());
  for (const auto& f : work.content.columns) work.columns.push_back(f.name);
  return work;
}

std::vector<DatasetVersion> whole_versions(const State& s, const DatasetId& id) {
  const Dataset* dataset = find(s.datasets, id);
  std::vector<DatasetVersion> out;
  if (!dataset) return out;
  std::set<std::string> used;
  for (const VersionId& version : dataset->versions)
    for (const VersionId& part : s.versions.at(version.str()).parts) used.insert(part.str());
  for (const VersionId& version : dataset->versions)
    if (const DatasetVersion& v = s.versions.at(version.str()); v.masked_from.empty() && !used.contains(version.str()) && !find(s.destroyed, version)) out.push_back(v);
  return out;
}

Result<Json> grant_origins(Node& node, const Principal& by, const Worker& worker, const collect::Plan& plan, const DatasetId& dataset, std::vector<GrantId>& grants) {
  auto versions = node.space().read([&](const State& s) { return whole_versions(s, dataset); });
  Json inputs = Json::array();
  for (const DatasetVersion& version : versions) {
    auto further = TRY(grant_further(node, by, worker, Work::collect, version, {plan.refunds->of, plan.refunds->amount, plan.refunds->origin}));
    grants.push_back(further.grant);
    inputs.push(std::move(further.input));
  }
  return inputs;
}

void end_grants_of(Node& node, const Principal& by, StartedCollect& started, const std::string& outcome) {
  for (const GrantId& grant : started.grants) end_grant(node, by, grant, outcome);
  started.grants.clear();
}

Result<StartedCollect> start_collect(Node& node, const Principal& by, const CollectWork& work, std::vector<OwnedFd> folders, std::vector<OwnedFd> files,
                                     const std::string& file_name) {
  Json tables = TRY(hand_code_tables(node, work.plan.owner, work.content, folders.size(), files));
  Worker worker = TRY(node.start_worker("collect", std::move(folders), std::move(files)));
  OwnedFd key_end = TRY(worker.key_end()), second_end = TRY(worker.key_end());
  std::string dataset = work.plan.dataset.str();
  DatasetWraps wraps = TRY(node.agent().new_dataset_keys(dataset, work.version.str(), work.columns, std::move(key_end)));
  DatasetWraps held_wraps = TRY(node.agent().new_dataset_keys(dataset, work.held_version.str(), held_columns(work.columns), std::move(second_end)));
  Json job = Json::object({{"dataset", dataset}, {"file_name", file_name}, {"held_version", work.held_version.str()}, {"plan", text(work.plan_bytes)},
                           {"source_key", base64(work.plan.source_key)}, {"today_days", node.clock().now() / kDayMs}, {"version", work.version.str()}});
  job.set("tables", std::move(tables));
  StartedCollect started{std::move(worker), std::move(wraps), std::move(held_wraps), std::move(job), TRY(row_marks_seed(node)), {}};
  if (!work.content.refunds) return started;
  auto origins = grant_origins(node, by, started.worker, work.content, work.plan.dataset, started.grants);
  if (!origins) {
    end_grants_of(node, by, started, std::string(origins.error().reason));
    return tl::unexpected(origins.error());
  }
  started.job.set("origins", std::move(*origins));
  return started;
}

Result<Digest> digest_of_file(const std::string& path) {
  OwnedFd file = TRY(open_input(path));
  Sm3 hash;
  Bytes buffer(1 << 20);
  ssize_t n;
  while ((n = ::read(file.get(), buffer.data(), buffer.size())) > 0) hash.update({buffer.data(), static_cast<size_t>(n)});
  if (n < 0) return fail(Errc::io, "file.unreadable", path);
  return hash.finish();
}

bool note_refused(Node& node, const Principal& by, const ReportRefusedFile& refused) {
  auto noted = node.space().execute(as_node(by), refused);
  if (!noted && noted.error().code != Errc::conflict) log(LogLevel::warn, "collection.refusal_not_recorded", {{"plan", refused.plan.str()}, {"reason", std::string(noted.error().reason)}});
  return noted || noted.error().code == Errc::conflict;
}

void drop_collected(Node& node, const CollectWork& work) {
  drop_version(node, work.version);
  drop_version(node, work.held_version);
  drop_row_sample(node, work.version);
}

Result<CollectAnswer> record_collected(Node& node, const Principal& by, const CollectWork& work, const StartedCollect& started, const Json& result, ReportBatch report) {
  auto facts = TRY(decode<collect::BatchFacts>(*result.find("facts")));
  auto quality = TRY(decode<collect::QualityReport>(*result.find("quality")));
  bool sealed = report.manifest_problem.empty();
  report.plan = work.plan.id;
  report.source = work.source;
  report.file_digest = facts.digest;
  report.rows = facts.rows;
  report.accepted = facts.accepted;
  report.warned = facts.warned;
  report.held = facts.held;
  report.dropped_columns = quality.dropped_fields;
  report.quality_digest = TRY(node.space().put_blob(view(canonical(encode(quality)))));
  if (sealed) {
    report.version = work.version;
    report.columns = work.columns;
    std::string manifest = TRY(result.get_string("manifest")), held_manifest = TRY(result.get_string_or("held_manifest", ""));
    report.version_manifest = sm3(view(manifest));
    TRY(node.keep_wraps(started.wraps));
    if (!held_manifest.empty()) {
      report.held_version = work.held_version;
      report.held_manifest = sm3(view(held_manifest));
      TRY(node.keep_wraps(started.held_wraps));
    }
  }
  if (sealed) keep_row_sample(node, work.version, result.get_string_or("row_marks", "").value_or(""));
  auto outcome = node.space().execute(Principal{.person = by.person, .system = true, .stepped_up = false}, report);
  if (!outcome) {
    drop_collected(node, work);
    return tl::unexpected(outcome.error());
  }
  if (sealed && !outcome->has<BatchSealed>()) drop_collected(node, work);  // refused by the state machine as a whole
  CollectAnswer answer;
  answer.sealed = outcome->has<BatchSealed>();
  answer.batch = answer.sealed ? outcome->get<BatchSealed>().batch : outcome->get<BatchHeld>().batch;
  answer.reason = answer.sealed ? "" : outcome->get<BatchHeld>().reason;
  answer.rows = facts.rows;
  answer.accepted = facts.accepted;
  answer.warned = facts.warned;
  answer.held = facts.held;
  answer.dataset = work.plan.dataset;
  if (answer.sealed) {
    answer.version = work.version;
    note_row_samples(node, by);
    answer.grading = grade_arrival(node, work.version);
  }
  answer.seq = outcome->first_seq;
  return answer;
}

Result<CollectAnswer> record_unreadable(Node& node, const Principal& by, const CollectWork& work, ReportBatch report, std::string where) {
  report.plan = work.plan.id;
  report.source = work.source;
  auto outcome = TRY(node.space().execute(as_node(by), report));
  CollectAnswer answer;
  answer.batch = outcome.get<BatchHeld>().batch;
  answer.reason = outcome.get<BatchHeld>().reason;
  answer.file_problem = report.file_problem;
  answer.file_problem_at = std::move(where);
  answer.dataset = work.plan.dataset;
  answer.seq = outcome.first_seq;
  return answer;
}

}  // namespace sluice::node
