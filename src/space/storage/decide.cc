#include <algorithm>

#include "space/catalog/level.h"
#include "space/decisions.h"
#include "space/fold.h"
#include "space/storage/storage.h"

namespace sluice::space {

namespace {

constexpr size_t kFolderBytesMax = 1024;

Status check_storage_period(int64_t every_s, std::string_view name) {
  if (every_s != 0 && (every_s < kStorageEverySecondsMin || every_s > kStorageEverySecondsMax)) return fail(Errc::invalid, "storage.bad_policy", std::string(name));
  return {};
}

Status check_storage_policy(const State& s, const Person& person, const StoragePolicy& p) {
  if (p.space_bytes_max < 0) return fail(Errc::invalid, "storage.bad_policy", "space_bytes_max");
  if (p.keep_free_bytes < 0) return fail(Errc::invalid, "storage.bad_policy", "keep_free_bytes");
  if (p.warn_days < 0) return fail(Errc::invalid, "storage.bad_policy", "warn_days");
  if (p.inventory_bytes_per_s < 0) return fail(Errc::invalid, "storage.bad_policy", "inventory_bytes_per_s");
  TRY(check_storage_period(p.backup_every_s, "backup_every_s"));
  TRY(check_storage_period(p.inventory_every_s, "inventory_every_s"));
  TRY(check_storage_period(p.rehearse_every_s, "rehearse_every_s"));
  if ((p.backup_every_s > 0 || p.rehearse_every_s > 0) && p.backup_to.empty()) return fail(Errc::invalid, "storage.bad_policy", "backup_to");
  if (!p.backup_to.empty() && (p.backup_to.front() != '/' || p.backup_to.size() > kFolderBytesMax)) return fail(Errc::invalid, "storage.bad_policy", "backup_to");
  std::vector<DatasetId> seen;
  for (const DatasetQuota& quota : p.datasets) {
    const Dataset* dataset = find(s.datasets, quota.dataset);
    if (!dataset || dataset->owner != person.party) return fail(Errc::not_found, "dataset.not_found");
    if (quota.bytes_max <= 0 || std::find(seen.begin(), seen.end(), quota.dataset) != seen.end()) return fail(Errc::invalid, "storage.bad_policy", "datasets");
    seen.push_back(quota.dataset);
  }
  return {};
}

// The organisation that operates the space registered itself first.
bool is_operator(const State& s, const PartyId& party) {
  const Party* first = nullptr;
  for (const auto& [id, p] : s.parties)
    if (!first || p.registered_seq < first->registered_seq) first = &p;
  return first && first->id == party;
}

// The batch whose held rows these are.
const Batch* batch_held_as(const State& s, const VersionId& version) {
  for (const auto& [id, batch] : s.batches)
    if (batch.held_version == version) return &batch;
  return nullptr;
}

// 0 where a column has no grade at all.
int column_grade(const CatalogField* column) {
  if (!column) return 0;
  int level = column->confirmed ? column->level : 0;
  if (column->proposal && (!column->confirmed || column->reopened())) level = std::max(level, column->proposal->level);
  return level;
}

int64_t highest_grade(const Dataset& dataset, const std::vector<std::string>* columns) {
  int highest = 0;
  auto look = [&](const CatalogField* column) {
    int grade = column_grade(column);
    if (grade == 0) return false;
    highest = std::max(highest, grade);
    return true;
  };
  if (columns) {
    for (const std::string& name : *columns)
      if (!look(dataset.column(name))) return 0;
  } else {
    for (const CatalogField& column : dataset.columns)
      if (!look(&column)) return 0;
  }
  return std::min(highest, kTierMax);
}

std::optional<TimeMs> last_done(const State& s, StorageWork work) {
  TimeMs last = 0;
  switch (work) {
    case StorageWork::backup:
      for (const auto& [id, backup] : s.backups) last = std::max(last, backup.at_ms);
      break;
    case StorageWork::inventory: last = s.storage.inventories.empty() ? 0 : s.storage.inventories.back().at_ms; break;
    case StorageWork::rehearsal: last = s.storage.rehearsals.empty() ? 0 : s.storage.rehearsals.back().at_ms; break;
    case StorageWork::tiers: break;
  }
  return last > 0 ? std::optional(last) : std::nullopt;
}

void storage_done(State& s, StorageWork work) { s.storage.failures.erase(std::string(name_of(work))); }

}  // namespace

int64_t tier_of(const State& s, const rules::RuleSet& rules, const VersionId& id, TimeMs now) {
  const DatasetVersion* version = find(s.versions, id);
  if (!version) {
    const Batch* batch = batch_held_as(s, id);
    const Dataset* dataset = batch ? find(s.datasets, batch->dataset) : nullptr;
    return dataset ? highest_grade(*dataset, nullptr) : 0;
  }
  const Dataset* dataset = find(s.datasets, version->dataset);
  if (!dataset) return 0;
  if (version->masked_from.empty()) return highest_grade(*dataset, &version->columns);
  // What a technique left of a column stands lower than its source.
  auto lineage = lineage_of(s, rules, id, now);
  return lineage ? std::min<int64_t>(lineage->level, kTierMax) : highest_grade(*dataset, &version->columns);
}

std::optional<TimeMs> storage_due(const State& s, StorageWork work) {
  if (!s.storage.policy) return std::nullopt;
  const StoragePolicy& p = *s.storage.policy;
  int64_t every_s = work == StorageWork::backup ? p.backup_every_s : work == StorageWork::inventory ? p.inventory_every_s : work == StorageWork::rehearsal ? p.rehearse_every_s : 0;
  if (every_s == 0) return std::nullopt;
  if (work == StorageWork::rehearsal && s.backups.empty()) return std::nullopt;
  TimeMs due = last_done(s, work).value_or(s.storage.adopted_ms) + every_s * kSecondMs;
  if (!last_done(s, work)) due = s.storage.adopted_ms;  // never done: at once
  // A destruction counts in the backups only when one of a fresh epoch lets those of before it be closed.
  if (work == StorageWork::backup)
    for (const auto& [epoch, since] : epochs_to_close(s)) due = std::min(due, since);
  auto failed = s.storage.failures.find(std::string(name_of(work)));
  if (failed != s.storage.failures.end()) due = std::max(due, failed->second.at_ms + std::min<int64_t>(every_s * kSecondMs, kHourMs));
  return due;
}

Result<Events> decide_on(const State& s, const Context& c, const AdoptStoragePolicy& cmd) {
  const Person* person = TRY(acting_as_any(s, c, {"system_admin", "data_manager"}));
  if (!is_operator(s, person->party)) return fail(Errc::forbidden, "storage.operator_only");
  TRY(check_storage_policy(s, *person, cmd.policy));
  return Events{StoragePolicyAdopted{cmd.policy}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportTier& cmd) {
  TRY(from_node(c));
  if (cmd.tier < 0 || cmd.tier > kTierMax || cmd.bytes < 0) return fail(Errc::invalid, "storage.bad_tier");
  const DatasetVersion* version = find(s.versions, cmd.version);
  const Batch* batch = version ? nullptr : batch_held_as(s, cmd.version);
  if (!version && !batch) return fail(Errc::not_found, "version.not_found");
  auto known = s.storage.tiers.find(cmd.version.str());
  int64_t from = known == s.storage.tiers.end() ? 0 : known->second;
  if (from == cmd.tier) return fail(Errc::conflict, "storage.same_tier");
  return Events{VersionTiered{version ? version->dataset : batch->dataset, cmd.version, from, cmd.tier, cmd.bytes}};
}

Result<Events> decide_on(const State&, const Context& c, const ReportInventory& cmd) {
  TRY(from_node(c));
  if (cmd.findings.size() > kFindingsMax || cmd.found < static_cast<int64_t>(cmd.findings.size())) return fail(Errc::invalid, "storage.bad_report");
  return Events{InventoryTaken{cmd.started_ms, cmd.versions, cmd.chunks, cmd.bytes, cmd.found, cmd.findings}};
}

Result<Events> decide_on(const State& s, const Context& c, const ReportRehearsal& cmd) {
  TRY(from_node(c));
  if (!find(s.backups, cmd.backup)) return fail(Errc::not_found, "backup.no_such_backup");
  return Events{RestoreRehearsed{cmd.backup, cmd.reason, cmd.entries, cmd.versions, cmd.bytes, cmd.took_ms}};
}

Result<Events> decide_on(const State&, const Context& c, const ReportStorageFailure& cmd) {
  TRY(from_node(c));
  TRY(need_text("reason", cmd.reason, kNameBytesMax));
  return Events{StorageWorkFailed{cmd.work, cmd.reason}};
}

void fold(State& s, const StoragePolicyAdopted& e, const EventPlace& at) {
  s.storage.policy = e.policy;
  s.storage.adopted_by = at.actor;
  s.storage.adopted_ms = at.time;
  s.storage.failures.clear();
}
void fold(State& s, const VersionTiered& e, const EventPlace&) {
  if (e.tier == 0) {
    s.storage.tiers.erase(e.version.str());
  } else {
    s.storage.tiers[e.version.str()] = e.tier;
  }
}
void fold(State& s, const InventoryTaken& e, const EventPlace& at) {
  s.storage.inventories.push_back({e.started_ms, at.time, e.versions, e.chunks, e.bytes, e.found, e.findings, at.seq});
  if (s.storage.inventories.size() > kStorageRunsKept) s.storage.inventories.erase(s.storage.inventories.begin());
  storage_done(s, StorageWork::inventory);
}
void fold(State& s, const RestoreRehearsed& e, const EventPlace& at) {
  s.storage.rehearsals.push_back({e.backup, e.reason, e.entries, e.versions, e.bytes, e.took_ms, at.time, at.seq});
  if (s.storage.rehearsals.size() > kStorageRunsKept) s.storage.rehearsals.erase(s.storage.rehearsals.begin());
  storage_done(s, StorageWork::rehearsal);
}
void fold(State& s, const StorageWorkFailed& e, const EventPlace& at) {
  StorageFailure& failure = s.storage.failures[std::string(name_of(e.work))];
  failure.times = failure.reason == e.reason ? failure.times + 1 : 1;
  failure.reason = e.reason;
  failure.at_ms = at.time;
}

}  // namespace sluice::space
