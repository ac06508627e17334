// What lies in the vault, how much more may, and how long that lasts (C6.3.1; space/storage/storage.h).
//
// Used are the bytes of sealed versions and held rows. The growth is what came in the last 90 days and still lies here, over the days since
// the first of it (one at least); the forecast is the days until the nearest bound (dataset quota, space quota, room on the disk above
// what the policy keeps free) at that growth. Without growth there is no forecast.
#pragma once

#include <optional>

#include "node/node.h"

namespace sluice::node {

struct Growth {
  int64_t bytes_per_day = 0;
  std::optional<int64_t> days_left{};
  std::string limited_by;  // "dataset_quota", "space_quota", "disk"; empty without a forecast
  static constexpr auto fields = field_list(field("bytes_per_day", &Growth::bytes_per_day), field("days_left", &Growth::days_left), field("limited_by", &Growth::limited_by));
};
struct StoredTier {
  int64_t tier = 0, versions = 0, bytes = 0;
  static constexpr auto fields = field_list(field("tier", &StoredTier::tier), field("versions", &StoredTier::versions), field("bytes", &StoredTier::bytes));
};
struct StoredDataset {
  space::DatasetId dataset;
  std::string title;
  int64_t versions = 0, bytes = 0;
  std::optional<int64_t> bytes_max{};
  Growth growth;
  static constexpr auto fields = field_list(field("dataset", &StoredDataset::dataset), field("title", &StoredDataset::title), field("versions", &StoredDataset::versions),
                                            field("bytes", &StoredDataset::bytes), field("bytes_max", &StoredDataset::bytes_max), field("growth", &StoredDataset::growth));
};
struct StoredDay {
  TimeMs at_ms = 0;
  int64_t bytes = 0;  // in all, at the end of the day
  static constexpr auto fields = field_list(field("at_ms", &StoredDay::at_ms), field("bytes", &StoredDay::bytes));
};
struct StorageMeasured {
  int64_t used_bytes = 0, disk_free_bytes = 0, disk_total_bytes = 0, misplaced = 0;
  Growth growth;
  std::vector<StoredTier> tiers;
  std::vector<StoredDataset> datasets;
  std::vector<StoredDay> days;  // the last 90 with something new
  static constexpr auto fields = field_list(
      field("used_bytes", &StorageMeasured::used_bytes), field("disk_free_bytes", &StorageMeasured::disk_free_bytes), field("disk_total_bytes", &StorageMeasured::disk_total_bytes),
      field("misplaced", &StorageMeasured::misplaced), field("growth", &StorageMeasured::growth), field("tiers", &StorageMeasured::tiers),
      field("datasets", &StorageMeasured::datasets), field("days", &StorageMeasured::days));
};
StorageMeasured measure_storage(Node& node);

// What the operator ought to look at: [{kind, …}] with the kinds full_soon {days_left, limited_by}, dataset_full_soon {dataset, days_left} (both only with
// what was measured), inventory_findings {found}, rehearsal_failed {reason}, work_failed {work, reason}, overdue {work, since_ms}: more than a day.
Json storage_warnings(const space::State& state, const StorageMeasured* measured, TimeMs now);

// Before anything is written: "storage.disk_short", "storage.space_quota", "storage.dataset_quota" (exhausted). Without a policy everything may be
// written until the disk is full, which leaves nothing half done either.
Status need_room(Node& node, const space::DatasetId& dataset, int64_t bytes);

// Every sealed version that the space knows and whose keys were not destroyed, held rows too, with the digest of its manifest; by id.
struct SealedThing {
  space::VersionId version;
  space::DatasetId dataset;
  Digest manifest{};
  TimeMs at_ms = 0;
};
std::vector<SealedThing> sealed_things(Node& node);

// The bytes of a version's folder, counted once.
int64_t sealed_bytes(Node& node, const space::VersionId& version);

}  // namespace sluice::node
