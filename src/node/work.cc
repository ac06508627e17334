#include "node/work.h"

#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "node/people.h"
#include "node/rules_in_force.h"
#include "space/guard.h"
#include "vault/manifest.h"
#include "vault/sealed_writer.h"
#include "vault/tier.h"

namespace sluice::node {

using namespace space;

namespace {

Result<std::string> manifest_of_version(Node& node, const VersionId& version) {
  return read_text_file(node.version_dir(version) + "/" + std::string(vault::kManifestFile), vault::kManifestBytesMax);
}

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

Status would_take(Node& node, const Principal& by, const Command& command) {
  SeededRandom random(0);  // the ids of a dry run go nowhere
  OwnRules own_rules = [&](const Digest& content) { return rules_of_content(node, content); };
  SamePerson same = [&](const PersonId& a, const PersonId& b) { return same_person(node, a, b); };
  Context context{.now = node.space().now(), .random = random, .rules = node.rules(), .principal = by, .own_rules = &own_rules, .same_person = &same};
  return node.space().read([&](const State& s) -> Status {
    TRY(decide(s, context, command));
    return {};
  });
}

Principal as_node(const Principal& by) { return Principal{.person = by.person, .system = true, .stepped_up = by.stepped_up}; }

Result<GrantedWorker> start_sealed_work(Node& node, const Principal& by, SealedWork work, const GrantId& existing) {
  auto version = node.space().read([&](const State& s) -> std::optional<DatasetVersion> {
    const DatasetVersion* v = find(s.versions, work.version);
    return v ? std::optional(*v) : held_version(s, work.version);
  });
  if (!version) return fail(Errc::not_found, "version.not_found");
  if (work.columns.empty()) work.columns = node.space().read([&](const State& s) { return columns_with_keys(s, *version); });
  return start_version_work(node, by, std::move(work), version->dataset, version->manifest, existing);
}

Result<GrantedWorker> start_version_work(Node& node, const Principal& by, SealedWork work, const DatasetId& dataset, const Digest& digest,
                                         const GrantId& existing) {
  std::vector<std::string> columns = std::move(work.columns);
  GrantId grant = existing;
  if (grant.empty()) {
    GrantKeys command{dataset, work.version, columns, work.work, kHourMs, work.first_row, work.rows, work.download};
    grant = TRY(node.space().execute(as_node(by), command)).get<KeysGranted>().grant;
  }
  std::string manifest;
  auto started = [&]() -> Result<Worker> {
    // After the grant was decided: a column that was never there is then told as such, and not as one whose key was destroyed.
    DatasetWraps wraps = TRY(node.wraps_of(work.version));
    for (const std::string& column : columns)
      if (!wraps.columns.contains(column)) return fail(Errc::not_found, "keys.column_destroyed", column);
    manifest = TRY(manifest_of_version(node, work.version));
    std::vector<OwnedFd> folders;
    folders.push_back(TRY(open_folder(node.vault_dir())));
    for (OwnedFd& folder : work.more_folders) folders.push_back(std::move(folder));
    Worker worker = TRY(node.start_worker(work.job, std::move(folders), std::move(work.files)));
    OwnedFd key_end = TRY(worker.key_end());
    TRY(node.agent().open_columns(grant.str(), wraps, columns, std::move(key_end)));
    return worker;
  }();
  if (!started) {
    if (existing.empty()) end_grant(node, by, grant, std::string(started.error().reason));
    return tl::unexpected(started.error());
  }
  work.request.set("manifest", manifest).set("manifest_digest", hex(digest)).set("version", work.version.str());
  return GrantedWorker{std::move(*started), grant, std::move(work.request)};
}

Result<GrantedVersion> grant_further(Node& node, const Principal& by, const Worker& worker, Work work, const DatasetVersion& version,
                                     const std::vector<std::string>& columns) {
  GrantKeys command{version.dataset, version.id, columns, work, kHourMs};
  GrantId grant = TRY(node.space().execute(as_node(by), command)).get<KeysGranted>().grant;
  auto sent = [&]() -> Result<Json> {
    DatasetWraps wraps = TRY(node.wraps_of(version.id));
    std::string manifest = TRY(manifest_of_version(node, version.id));
    OwnedFd key_end = TRY(worker.key_end());
    TRY(node.agent().open_columns(grant.str(), wraps, columns, std::move(key_end)));
    return Json::object({{"manifest", manifest}, {"manifest_digest", hex(version.manifest)}, {"version", version.id.str()}});
  }();
  if (!sent) {
    end_grant(node, by, grant, std::string(sent.error().reason));
    return tl::unexpected(sent.error());
  }
  return GrantedVersion{grant, std::move(*sent)};
}

void remove_version_folders(Node& node, const VersionId& version) {
  std::error_code ec;
  for (int tier = vault::kIntake; tier <= vault::kTierHighest; tier++)
    std::filesystem::remove_all(vault::tier_dir(node.vault_dir(), tier) + "/" + version.str(), ec);
}

void drop_version(Node& node, const VersionId& version) {
  remove_version_folders(node, version);
  (void)vault::remove_unfinished(node.vault_dir(), version.str());
  (void)node.registry().erase("wraps", version.str());
}

void end_grant(Node& node, const Principal& by, const GrantId& grant, std::string outcome) {
  auto ended = node.space().execute(as_node(by), EndGrant{grant, std::move(outcome)});
  if (!ended && ended.error().reason != "keys.grant_ended_already")
    log(LogLevel::warn, "keys.grant_not_ended", {{"grant", grant.str()}, {"reason", std::string(ended.error().reason)}});
}

}  // namespace sluice::node
