#include "node/delete_rows.h"

#include <filesystem>

#include "collect/manifest.h"
#include "crypto/hash.h"
#include "node/classify_version.h"
#include "node/collect_work.h"
#include "space/catalog/in_force.h"

namespace sluice::node {

using namespace space;

namespace {

// What the list or its rows were refused for, as against who may and what this machine can do.
bool is_of_the_list(const Error& error) {
  for (std::string_view room : {"manifest.", "deletion.", "csv.", "collect.", "operation."})
    if (error.reason.starts_with(room)) return error.reason != "collect.interrupted";
  return false;
}

Result<DeleteAnswer> carry_out(Node& node, const Principal& by, const DeleteAsk& ask, const ProgressFn& progress) {
  CollectWork work = TRY(collect_work(node, ask.plan));
  TRY(collect::deletion_plan(work.content));
  auto manifest = TRY(collect::load_manifest(collect::manifest_path(ask.file)));
  ReportDeletion report;
  report.dataset = work.plan.dataset;
  report.version = work.version;
  report.number = manifest.batch;
  auto from = node.space().read([&](const State& s) -> std::optional<DatasetVersion> {
    const DatasetVersion* found = find(s.versions, ask.version.empty() ? version_in_force(s, work.plan.dataset).version : ask.version);
    return found && found->dataset == work.plan.dataset ? std::optional(*found) : std::nullopt;
  });
  if (!from) return fail(Errc::not_found, "version.not_found");
  report.from = from->id;
  if (from->rows > 1) {
    ReportDeletion plausible = report;
    plausible.removed = 1;
    plausible.rows = from->rows - 1;
    TRY(would_take(node, as_node(by), plausible));
  }
  SealedWork sealed{.job = "delete-rows", .work = Work::merge, .version = from->id, .columns = from->columns, .more_folders = {}, .request = Json::object()};
  sealed.files.push_back(TRY(open_input(ask.file)));
  sealed.request = Json::object({{"dataset", work.plan.dataset.str()}, {"file_name", std::filesystem::path(ask.file).filename().string()},
                                 {"list_manifest", encode(manifest)}, {"new_version", work.version.str()}, {"plan", text(work.plan_bytes)},
                                 {"source_key", base64(work.plan.source_key)}});
  auto granted = TRY(start_sealed_work(node, by, std::move(sealed)));
  DatasetWraps wraps;
  auto worked = [&]() -> Result<WorkerAnswer> {
    OwnedFd key_end = TRY(granted.worker.key_end());
    wraps = TRY(node.agent().new_dataset_keys(work.plan.dataset.str(), work.version.str(), from->columns, std::move(key_end)));
    return granted.worker.run(granted.request, {}, progress);
  }();
  end_grant(node, by, granted.grant, worked ? "done" : std::string(worked.error().reason));
  if (!worked) {
    granted.worker.kill();
    drop_version(node, work.version);
    // What is to be destroyed instead.
    if (worked.error().reason == "deletion.nothing_left") return fail(Errc::conflict, "deletion.nothing_left", from->id.str());
    return tl::unexpected(worked.error());
  }
  report.rows = TRY(worked->result.get_int("rows"));
  report.removed = TRY(worked->result.get_int("removed"));
  report.unmatched = TRY(worked->result.get_int("unmatched"));
  report.list_digest = manifest.sm3;
  std::string version_manifest = TRY(worked->result.get_string("manifest"));
  report.version_manifest = sm3(view(version_manifest));
  TRY(node.keep_wraps(wraps));
  auto outcome = node.space().execute(as_node(by), report);
  if (!outcome) {
    drop_version(node, work.version);
    return tl::unexpected(outcome.error());
  }
  return DeleteAnswer{report.dataset, report.from, report.version, report.rows, report.removed, report.unmatched, outcome->first_seq,
                      grade_arrival(node, report.version)};
}

}  // namespace

Result<DeleteAnswer> delete_rows(Node& node, const Principal& by, const DeleteAsk& ask, const ProgressFn& progress) {
  auto done = carry_out(node, by, ask, progress);
  if (done || !is_of_the_list(done.error())) return done;
  // What a source asked for and did not get is on record too.
  auto digest = digest_of_file(ask.file);
  std::error_code ec;
  auto bytes = std::filesystem::file_size(ask.file, ec);
  if (digest)
    note_refused(node, by, {.plan = ask.plan, .file_digest = *digest, .bytes = ec ? 0 : static_cast<int64_t>(bytes), .reason = std::string(done.error().reason),
                            .file_problem = {}, .source = {}, .deletion = true});
  return done;
}

}  // namespace sluice::node
