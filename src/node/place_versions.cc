#include "node/place_versions.h"

#include "base/log.h"
#include "node/storage.h"
#include "node/work.h"
#include "vault/tier.h"

namespace sluice::node {

using namespace space;

namespace {

struct Standing {
  int64_t belongs = 0, recorded = 0;
  bool destroyed = false;
};

Standing standing_of(Node& node, const VersionId& version) {
  TimeMs now = node.clock().now();
  return node.space().read([&](const State& s) {
    Standing out;
    out.belongs = tier_of(s, node.rules(), version, now);
    auto known = s.storage.tiers.find(version.str());
    if (known != s.storage.tiers.end()) out.recorded = known->second;
    const DestroyedKeys* gone = find(s.destroyed, version);
    out.destroyed = gone && gone->whole;
    return out;
  });
}

// Gives whether anything had to be done.
Result<bool> place_one(Node& node, const Principal& by, const SealedThing& thing, const std::function<bool()>& stop) {
  std::unique_lock still(node.placement_mutex(), std::try_to_lock);
  if (!still.owns_lock()) return fail(Errc::conflict, "storage.busy");
  // A destruction of its keys waits: neither the wraps nor the folder come back behind it.
  std::lock_guard wraps_lock(node.wraps_mutex());
  Standing standing = standing_of(node, thing.version);
  if (standing.destroyed || !vault::find_tier(node.vault_dir(), thing.version.str())) return false;
  std::optional<int64_t> tier = standing.belongs == 0 ? std::nullopt : std::optional(standing.belongs);
  bool changed = false;
  auto wraps = node.wraps_of(thing.version);
  if (wraps && wraps->tier != tier) {
    TRY(node.keep_wraps(TRY(node.agent().rewrap_dataset(*wraps, tier))));
    changed = true;
  }
  if (!vault::lies_only_in(node.vault_dir(), thing.version.str(), static_cast<int>(standing.belongs))) {
    vault::Manifest manifest = TRY(vault::load_manifest(node.version_dir(thing.version), &thing.manifest));
    TRY(vault::move_version(node.vault_dir(), thing.version.str(), static_cast<int>(standing.belongs), manifest, stop));
    changed = true;
  }
  if (standing.recorded != standing.belongs) {
    TRY(node.space().execute(as_node(by), ReportTier{thing.version, standing.belongs, sealed_bytes(node, thing.version)}));
    changed = true;
  }
  return changed;
}

}  // namespace

Result<PlaceAnswer> place_versions(Node& node, const Principal& by, const std::function<bool()>& stop, const ProgressFn& progress) {
  PlaceAnswer answer;
  Status first;
  for (const SealedThing& thing : sealed_things(node)) {
    if (stop && stop()) return fail(Errc::refused, "storage.interrupted");
    auto placed = place_one(node, by, thing, stop);
    answer.looked_at++;
    if (!placed) {
      if (placed.error().reason == "storage.busy" || placed.error().reason == "vault.interrupted") return tl::unexpected(placed.error());
      log(LogLevel::warn, "storage.not_placed", {{"version", thing.version.str()}, {"reason", std::string(placed.error().reason)}});
      if (first) first = tl::unexpected(placed.error());
      continue;
    }
    if (!*placed) continue;
    answer.moved++;
    answer.bytes += sealed_bytes(node, thing.version);
    if (progress) progress(encode(answer));
  }
  TRY(std::move(first));
  return answer;
}

}  // namespace sluice::node
