#include "node/work.h"

#include "base/file.h"
#include "base/log.h"
#include "space/guard.h"
#include "vault/manifest.h"

namespace sluice::node {

using namespace space;

Principal as_node(const Principal& by) { return Principal{.person = by.person, .system = true, .stepped_up = by.stepped_up}; }

namespace {

// The held rows of a batch are sealed like a version, and no version of the dataset.
std::optional<DatasetVersion> held_version(const State& s, const VersionId& id) {
  for (const auto& [key, batch] : s.batches) {
    if (batch.held_version != id || !batch.held_manifest) continue;
    DatasetVersion out;
    out.id = id;
    out.dataset = batch.dataset;
    out.rows = batch.held;
    out.manifest = *batch.held_manifest;
    return out;
  }
  return std::nullopt;
}

}  // namespace

Result<GrantedWorker> start_sealed_work(Node& node, const Principal& by, SealedWork work, const GrantId& existing) {
  auto version = node.space().read([&](const State& s) -> std::optional<DatasetVersion> {
    const DatasetVersion* v = find(s.versions, work.version);
    return v ? std::optional(*v) : held_version(s, work.version);
  });
  if (!version) return fail(Errc::not_found, "version.not_found");
  std::vector<std::string> columns = std::move(work.columns);
  if (columns.empty()) columns = node.space().read([&](const State& s) { return columns_with_keys(s, *version); });
  DatasetWraps wraps = TRY(node.wraps_of(work.version));
  for (const std::string& column : columns)
    if (!wraps.columns.contains(column)) return fail(Errc::not_found, "keys.column_destroyed", column);
  std::string manifest = TRY(read_text_file(node.version_dir(work.version) + "/" + std::string(vault::kManifestFile), vault::kManifestBytesMax));
  GrantId grant = existing;
  if (grant.empty()) {
    GrantKeys command{version->dataset, work.version, columns, work.work, kHourMs};
    grant = TRY(node.space().execute(as_node(by), command)).get<KeysGranted>().grant;
  }
  auto started = [&]() -> Result<Worker> {
    std::vector<OwnedFd> folders;
    folders.push_back(TRY(open_folder(node.vault_dir())));
    for (OwnedFd& folder : work.more_folders) folders.push_back(std::move(folder));
    Worker worker = TRY(node.start_worker(work.job, std::move(folders)));
    OwnedFd key_end = TRY(worker.key_end());
    TRY(node.agent().open_columns(grant.str(), wraps, columns, std::move(key_end)));
    return worker;
  }();
  if (!started) {
    if (existing.empty()) end_grant(node, by, grant, std::string(started.error().reason));
    return tl::unexpected(started.error());
  }
  work.request.set("manifest", manifest).set("manifest_digest", hex(version->manifest)).set("version", work.version.str());
  return GrantedWorker{std::move(*started), grant, std::move(work.request)};
}

void end_grant(Node& node, const Principal& by, const GrantId& grant, std::string outcome) {
  auto ended = node.space().execute(as_node(by), EndGrant{grant, std::move(outcome)});
  if (!ended && ended.error().reason != "keys.grant_ended_already")
    log(LogLevel::warn, "keys.grant_not_ended", {{"grant", grant.str()}, {"reason", std::string(ended.error().reason)}});
}

}  // namespace sluice::node
