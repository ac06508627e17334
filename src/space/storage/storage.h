// Storage of sealed data (C6.3.1): where a version lies, how much may lie there, and what was last looked at.
//
//   policy     AdoptStoragePolicy replaces the whole policy: quotas, and the schedules of backup, inventory and rehearsal
//   tier       a version lies in the tier of its level (1–5), or in the intake (0) until its columns are graded. The node moves it and
//              reports: ReportTier
//   inventory  every sealed chunk was hashed again: ReportInventory, with what was found
//   rehearsal  a backup became a space again in a temporary folder and was verified whole: ReportRehearsal
//   failure    scheduled work that could not be done: ReportStorageFailure; the same failure again at most once an hour
//
// Quotas count the bytes that lie in the vault, held rows too. A dataset without a quota of its own is bounded by the space's alone. A write that would
// pass a quota or leave less than `keep_free_bytes` on the disk is refused before it begins (node/storage.h).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "rules/rule_set.h"
#include "space/ids.h"

namespace sluice::space {

constexpr int kTierMax = 5;
constexpr int64_t kStorageEverySecondsMin = 60, kStorageEverySecondsMax = 366 * 86400;
constexpr size_t kFindingsMax = 100, kStorageRunsKept = 20;

struct DatasetQuota {
  DatasetId dataset;
  int64_t bytes_max = 0;
  static constexpr auto fields = field_list(field("dataset", &DatasetQuota::dataset), field("bytes_max", &DatasetQuota::bytes_max));
};

// Zero: no bound, or not scheduled.
struct StoragePolicy {
  int64_t space_bytes_max = 0, keep_free_bytes = 256 << 20;
  std::vector<DatasetQuota> datasets;
  int64_t warn_days = 90;           // a forecast below it is a warning
  std::string backup_to;            // an absolute folder of this machine
  int64_t backup_every_s = 0, inventory_every_s = 0, rehearse_every_s = 0;
  int64_t inventory_bytes_per_s = 32 << 20;
  static constexpr auto fields = field_list(
      field("space_bytes_max", &StoragePolicy::space_bytes_max), field("keep_free_bytes", &StoragePolicy::keep_free_bytes),
      field("datasets", &StoragePolicy::datasets), field("warn_days", &StoragePolicy::warn_days), field("backup_to", &StoragePolicy::backup_to),
      field("backup_every_s", &StoragePolicy::backup_every_s), field("inventory_every_s", &StoragePolicy::inventory_every_s),
      field("rehearse_every_s", &StoragePolicy::rehearse_every_s), field("inventory_bytes_per_s", &StoragePolicy::inventory_bytes_per_s));
};

enum class StorageWork { backup, inventory, rehearsal, tiers };
constexpr std::array<std::string_view, 4> enum_names(StorageWork) { return {"backup", "inventory", "rehearsal", "tiers"}; }

// A chunk that is not what the manifest says. `reason`: "vault.chunk_tampered", "vault.file_missing", "vault.extra_bytes", "vault.wrong_manifest".
struct InventoryFinding {
  VersionId version;
  std::string column, reason;
  int64_t chunk = 0;
  static constexpr auto fields = field_list(field("version", &InventoryFinding::version), field("column", &InventoryFinding::column),
                                            field("reason", &InventoryFinding::reason), field("chunk", &InventoryFinding::chunk));
};

// A system administrator, or a data manager of the organisation that operates the space.
struct AdoptStoragePolicy {
  static constexpr std::string_view kind = "storage.adopt_policy";
  StoragePolicy policy;
  static constexpr auto fields = field_list(field("policy", &AdoptStoragePolicy::policy));
};
// The node's, all of them.
struct ReportTier {
  static constexpr std::string_view kind = "storage.report_tier";
  VersionId version;
  int64_t tier = 0, bytes = 0;
  static constexpr auto fields = field_list(field("version", &ReportTier::version), field("tier", &ReportTier::tier), field("bytes", &ReportTier::bytes));
};
struct ReportInventory {
  static constexpr std::string_view kind = "storage.report_inventory";
  TimeMs started_ms = 0;
  int64_t versions = 0, chunks = 0, bytes = 0, found = 0;
  std::vector<InventoryFinding> findings;  // the first kFindingsMax of `found`
  static constexpr auto fields = field_list(
      field("started_ms", &ReportInventory::started_ms), field("versions", &ReportInventory::versions), field("chunks", &ReportInventory::chunks),
      field("bytes", &ReportInventory::bytes), field("found", &ReportInventory::found), field("findings", &ReportInventory::findings));
};
struct ReportRehearsal {
  static constexpr std::string_view kind = "storage.report_rehearsal";
  BackupId backup;
  std::string reason;  // empty: restored and verified whole
  int64_t entries = 0, versions = 0, bytes = 0, took_ms = 0;
  static constexpr auto fields = field_list(field("backup", &ReportRehearsal::backup), field("reason", &ReportRehearsal::reason), field("entries", &ReportRehearsal::entries),
                                            field("versions", &ReportRehearsal::versions), field("bytes", &ReportRehearsal::bytes), field("took_ms", &ReportRehearsal::took_ms));
};
struct ReportStorageFailure {
  static constexpr std::string_view kind = "storage.report_failure";
  StorageWork work = StorageWork::backup;
  std::string reason;
  static constexpr auto fields = field_list(field("work", &ReportStorageFailure::work), field("reason", &ReportStorageFailure::reason));
};

struct StoragePolicyAdopted {
  static constexpr std::string_view kind = "storage.policy_adopted";
  StoragePolicy policy;
  static constexpr auto fields = field_list(field("policy", &StoragePolicyAdopted::policy));
};
struct VersionTiered {
  static constexpr std::string_view kind = "storage.version_tiered";
  DatasetId dataset;
  VersionId version;
  int64_t from = 0, tier = 0, bytes = 0;
  static constexpr auto fields = field_list(field("dataset", &VersionTiered::dataset), field("version", &VersionTiered::version), field("from", &VersionTiered::from),
                                            field("tier", &VersionTiered::tier), field("bytes", &VersionTiered::bytes));
};
struct InventoryTaken {
  static constexpr std::string_view kind = "storage.inventory_taken";
  TimeMs started_ms = 0;
  int64_t versions = 0, chunks = 0, bytes = 0, found = 0;
  std::vector<InventoryFinding> findings;
  static constexpr auto fields = field_list(
      field("started_ms", &InventoryTaken::started_ms), field("versions", &InventoryTaken::versions), field("chunks", &InventoryTaken::chunks),
      field("bytes", &InventoryTaken::bytes), field("found", &InventoryTaken::found), field("findings", &InventoryTaken::findings));
};
struct RestoreRehearsed {
  static constexpr std::string_view kind = "storage.restore_rehearsed";
  BackupId backup;
  std::string reason;
  int64_t entries = 0, versions = 0, bytes = 0, took_ms = 0;
  static constexpr auto fields = field_list(field("backup", &RestoreRehearsed::backup), field("reason", &RestoreRehearsed::reason), field("entries", &RestoreRehearsed::entries),
                                            field("versions", &RestoreRehearsed::versions), field("bytes", &RestoreRehearsed::bytes), field("took_ms", &RestoreRehearsed::took_ms));
};
struct StorageWorkFailed {
  static constexpr std::string_view kind = "storage.work_failed";
  StorageWork work = StorageWork::backup;
  std::string reason;
  static constexpr auto fields = field_list(field("work", &StorageWorkFailed::work), field("reason", &StorageWorkFailed::reason));
};

struct InventoryRun {
  TimeMs started_ms = 0, at_ms = 0;
  int64_t versions = 0, chunks = 0, bytes = 0, found = 0;
  std::vector<InventoryFinding> findings;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("started_ms", &InventoryRun::started_ms), field("at_ms", &InventoryRun::at_ms), field("versions", &InventoryRun::versions),
      field("chunks", &InventoryRun::chunks), field("bytes", &InventoryRun::bytes), field("found", &InventoryRun::found),
      field("findings", &InventoryRun::findings), field("seq", &InventoryRun::seq));
};
struct Rehearsal {
  BackupId backup;
  std::string reason;
  int64_t entries = 0, versions = 0, bytes = 0, took_ms = 0;
  TimeMs at_ms = 0;
  uint64_t seq = 0;
  static constexpr auto fields = field_list(
      field("backup", &Rehearsal::backup), field("reason", &Rehearsal::reason), field("entries", &Rehearsal::entries), field("versions", &Rehearsal::versions),
      field("bytes", &Rehearsal::bytes), field("took_ms", &Rehearsal::took_ms), field("at_ms", &Rehearsal::at_ms), field("seq", &Rehearsal::seq));
};
struct StorageFailure {
  std::string reason;
  TimeMs at_ms = 0;
  int64_t times = 0;  // one after the other
  static constexpr auto fields = field_list(field("reason", &StorageFailure::reason), field("at_ms", &StorageFailure::at_ms), field("times", &StorageFailure::times));
};

// All of it that the state keeps; the newest last.
struct Storage {
  std::optional<StoragePolicy> policy;
  PersonId adopted_by;
  TimeMs adopted_ms = 0;
  std::map<std::string, int64_t> tiers;  // by version; absent: the intake
  std::vector<InventoryRun> inventories;
  std::vector<Rehearsal> rehearsals;
  std::map<std::string, StorageFailure> failures;  // by work, until it succeeds
  static constexpr auto fields = field_list(
      field("policy", &Storage::policy), field("adopted_by", &Storage::adopted_by), field("adopted_ms", &Storage::adopted_ms), field("tiers", &Storage::tiers),
      field("inventories", &Storage::inventories), field("rehearsals", &Storage::rehearsals), field("failures", &Storage::failures));
};

struct State;
// The tier that a version belongs in now: its level once every column has a grade, confirmed or proposed (the higher counts where a verdict
// was reopened), else the intake. Held rows of a batch follow the highest column of their dataset.
int64_t tier_of(const State& state, const rules::RuleSet& rules, const VersionId& version, TimeMs now);
// When work is due; absent: not scheduled. After a failure it is tried again after an hour, or sooner where it is due sooner.
std::optional<TimeMs> storage_due(const State& state, StorageWork work);

}  // namespace sluice::space
