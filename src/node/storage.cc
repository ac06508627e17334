#include "node/storage.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

#include "vault/tier.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr TimeMs kGrowthMs = 90 * kDayMs;
constexpr int64_t kDaysLeftMax = 36'500;
constexpr TimeMs kChinaMs = 8 * kHourMs;

// Versions never change, so their size is looked up once. Entries of versions that are gone stay: a few bytes each, until the restart.
class KnownSizes {
 public:
  int64_t of(const std::string& dir, const std::string& version) {
    {
      std::lock_guard lock(mutex_);
      if (auto it = sizes_.find(version); it != sizes_.end()) return it->second;
    }
    int64_t bytes = vault::folder_bytes(dir);
    std::lock_guard lock(mutex_);
    if (bytes > 0) sizes_[version] = bytes;
    return bytes;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, int64_t> sizes_;
};

KnownSizes& known_sizes() {
  static KnownSizes sizes;
  return sizes;
}

struct Room {
  int64_t available = 0, total = 0;
};
Room room_of(Node& node) {
  std::error_code ec;
  auto space = std::filesystem::space(node.vault_dir(), ec);
  if (ec) return {};
  return {static_cast<int64_t>(space.available), static_cast<int64_t>(space.capacity)};
}

// What came when, and how much of it lies here.
struct Came {
  TimeMs at_ms = 0;
  int64_t bytes = 0;
};

int64_t per_day(const std::vector<Came>& came, TimeMs now) {
  int64_t bytes = 0;
  TimeMs first = now;
  for (const Came& one : came) {
    if (one.at_ms < now - kGrowthMs) continue;
    bytes += one.bytes;
    first = std::min(first, one.at_ms);
  }
  int64_t days = std::max<int64_t>(1, (now - first + kDayMs - 1) / kDayMs);
  return bytes / days;
}

void limit(Growth& growth, int64_t left, std::string_view by) {
  if (growth.bytes_per_day <= 0) return;
  int64_t days = std::min(kDaysLeftMax, std::max<int64_t>(0, left) / growth.bytes_per_day);
  if (growth.days_left && *growth.days_left <= days) return;
  growth.days_left = days;
  growth.limited_by = by;
}

std::vector<StoredDay> by_day(std::vector<Came> came, TimeMs now) {
  std::sort(came.begin(), came.end(), [](const Came& a, const Came& b) { return a.at_ms < b.at_ms; });
  std::vector<StoredDay> out;
  int64_t sum = 0;
  for (const Came& one : came) {
    sum += one.bytes;
    TimeMs day = (one.at_ms + kChinaMs) / kDayMs * kDayMs - kChinaMs;
    if (out.empty() || out.back().at_ms != day) out.push_back({day, 0});
    out.back().bytes = sum;
  }
  std::erase_if(out, [&](const StoredDay& day) { return day.at_ms < now - kGrowthMs; });
  return out;
}

StoragePolicy policy_of(Node& node) {
  return node.space().read([](const State& s) { return s.storage.policy.value_or(StoragePolicy{.keep_free_bytes = 0, .datasets = {}, .backup_to = {}}); });
}

std::optional<int64_t> quota_of(const StoragePolicy& policy, const DatasetId& dataset) {
  for (const DatasetQuota& quota : policy.datasets)
    if (quota.dataset == dataset) return quota.bytes_max;
  return std::nullopt;
}

}  // namespace

int64_t sealed_bytes(Node& node, const VersionId& version) { return known_sizes().of(node.version_dir(version), version.str()); }

std::vector<SealedThing> sealed_things(Node& node) {
  return node.space().read([](const State& s) {
    std::map<std::string, SealedThing> out;
    for (const auto& [id, version] : s.versions) {
      auto gone = s.destroyed.find(id);
      if (gone == s.destroyed.end() || !gone->second.whole) out[id] = {version.id, version.dataset, version.manifest, version.at_ms};
    }
    for (const auto& [id, batch] : s.batches)
      if (!batch.held_version.empty() && batch.held_manifest) out[batch.held_version.str()] = {batch.held_version, batch.dataset, *batch.held_manifest, batch.at_ms};
    std::vector<SealedThing> list;
    for (auto& [id, thing] : out) list.push_back(std::move(thing));
    return list;
  });
}

StorageMeasured measure_storage(Node& node) {
  StorageMeasured out;
  TimeMs now = node.clock().now();
  StoragePolicy policy = policy_of(node);
  Room room = room_of(node);
  out.disk_free_bytes = room.available;
  out.disk_total_bytes = room.total;
  for (int tier = vault::kIntake; tier <= vault::kTierHighest; tier++) out.tiers.push_back({tier, 0, 0});
  std::map<std::string, std::vector<Came>> of_dataset;
  std::map<std::string, StoredDataset> datasets;
  std::vector<Came> all;
  for (const SealedThing& thing : sealed_things(node)) {
    auto tier = vault::find_tier(node.vault_dir(), thing.version.str());
    if (!tier) continue;  // an inventory names it
    int64_t bytes = sealed_bytes(node, thing.version);
    auto belongs = node.space().read([&](const State& s) { return tier_of(s, node.rules(), thing.version, now); });
    out.used_bytes += bytes;
    out.misplaced += !vault::lies_only_in(node.vault_dir(), thing.version.str(), static_cast<int>(belongs));
    out.tiers[static_cast<size_t>(*tier)].versions++;
    out.tiers[static_cast<size_t>(*tier)].bytes += bytes;
    StoredDataset& dataset = datasets[thing.dataset.str()];
    dataset.dataset = thing.dataset;
    dataset.versions++;
    dataset.bytes += bytes;
    of_dataset[thing.dataset.str()].push_back({thing.at_ms, bytes});
    all.push_back({thing.at_ms, bytes});
  }
  int64_t disk_left = room.available - policy.keep_free_bytes;
  out.growth.bytes_per_day = per_day(all, now);
  limit(out.growth, disk_left, "disk");
  if (policy.space_bytes_max > 0) limit(out.growth, policy.space_bytes_max - out.used_bytes, "space_quota");
  for (auto& [id, dataset] : datasets) {
    dataset.growth.bytes_per_day = per_day(of_dataset[id], now);
    dataset.bytes_max = quota_of(policy, dataset.dataset);
    limit(dataset.growth, disk_left, "disk");
    if (policy.space_bytes_max > 0) limit(dataset.growth, policy.space_bytes_max - out.used_bytes, "space_quota");
    if (dataset.bytes_max) limit(dataset.growth, *dataset.bytes_max - dataset.bytes, "dataset_quota");
    node.space().read([&](const State& s) {
      if (const Dataset* known = find(s.datasets, dataset.dataset)) dataset.title = known->title;
    });
    out.datasets.push_back(std::move(dataset));
  }
  out.days = by_day(std::move(all), now);
  return out;
}

Json storage_warnings(const State& s, const StorageMeasured* measured, TimeMs now) {
  Json out = Json::array();
  auto warn = [&](std::string_view kind, Json more) { out.push(more.set("kind", kind)); };
  int64_t warn_days = s.storage.policy ? s.storage.policy->warn_days : StoragePolicy{}.warn_days;
  if (measured && measured->growth.days_left && *measured->growth.days_left < warn_days)
    warn("full_soon", Json::object({{"days_left", *measured->growth.days_left}, {"limited_by", measured->growth.limited_by}}));
  for (size_t i = 0; measured && i < measured->datasets.size(); i++)
    if (const StoredDataset& dataset = measured->datasets[i]; dataset.growth.limited_by == "dataset_quota" && *dataset.growth.days_left < warn_days)
      warn("dataset_full_soon", Json::object({{"dataset", dataset.dataset.str()}, {"days_left", *dataset.growth.days_left}}));
  if (!s.storage.inventories.empty() && s.storage.inventories.back().found > 0) warn("inventory_findings", Json::object({{"found", s.storage.inventories.back().found}}));
  if (!s.storage.rehearsals.empty() && !s.storage.rehearsals.back().reason.empty()) warn("rehearsal_failed", Json::object({{"reason", s.storage.rehearsals.back().reason}}));
  for (const auto& [work, failure] : s.storage.failures) warn("work_failed", Json::object({{"reason", failure.reason}, {"work", work}}));
  for (StorageWork work : {StorageWork::backup, StorageWork::inventory, StorageWork::rehearsal}) {
    auto due = storage_due(s, work);
    if (due && now > *due + kDayMs) warn("overdue", Json::object({{"since_ms", *due}, {"work", name_of(work)}}));
  }
  return out;
}

Status need_room(Node& node, const DatasetId& dataset, int64_t bytes) {
  auto adopted = node.space().read([](const State& s) { return s.storage.policy; });
  if (!adopted) return {};
  Room room = room_of(node);
  if (room.total > 0 && room.available - bytes < adopted->keep_free_bytes) return fail(Errc::exhausted, "storage.disk_short");
  auto quota = quota_of(*adopted, dataset);
  if (adopted->space_bytes_max <= 0 && !quota) return {};
  int64_t all = 0, own = 0;
  for (const SealedThing& thing : sealed_things(node)) {
    int64_t size = sealed_bytes(node, thing.version);
    all += size;
    if (thing.dataset == dataset) own += size;
  }
  if (adopted->space_bytes_max > 0 && all + bytes > adopted->space_bytes_max) return fail(Errc::exhausted, "storage.space_quota");
  if (quota && own + bytes > *quota) return fail(Errc::exhausted, "storage.dataset_quota", dataset.str());
  return {};
}

}  // namespace sluice::node
