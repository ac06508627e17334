#include "vault/backup/backup_set.h"

#include <algorithm>
#include <filesystem>

#include "crypto/hash.h"

namespace sluice::vault {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kSetFormat = "sluice-backup-set/1";
constexpr size_t kSmallJsonMax = 16u << 20;
constexpr std::string_view kEvidenceSuffix = ".evidence.json", kJsonSuffix = ".json";

struct SetHead {
  std::string format{kSetFormat};
  std::string origin, trust;
  std::vector<std::string> escrow{};
  static constexpr auto fields =
      field_list(field("format", &SetHead::format), field("origin", &SetHead::origin), field("trust", &SetHead::trust), field("escrow", &SetHead::escrow));
};

std::string snapshot_path(const std::string& dir, const std::string& id) { return dir + "/snapshots/" + id + std::string(kJsonSuffix); }
std::string evidence_path(const std::string& dir, const std::string& id) { return dir + "/snapshots/" + id + std::string(kEvidenceSuffix); }

// The ids that have a snapshot file; names that are none of ours are left alone.
std::vector<std::string> snapshot_ids(const std::string& dir) {
  std::vector<std::string> out;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(dir + "/snapshots", ec)) {
    std::string name = entry.path().filename().string();
    if (name.ends_with(kJsonSuffix) && !name.ends_with(kEvidenceSuffix)) out.push_back(name.substr(0, name.size() - kJsonSuffix.size()));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Status BackupSet::read_head() {
  auto content = read_text_file(dir_ + "/backup.json", kSmallJsonMax);
  if (!content) return fail(Errc::not_found, "backup.not_a_backup", dir_);
  auto json = parse_json(*content);
  auto head = json ? decode<SetHead>(*json) : tl::unexpected(json.error());
  if (!head || head->format != kSetFormat) return fail(Errc::corrupt, "backup.malformed", "backup.json");
  origin_ = head->origin;
  trust_ = head->trust;
  escrow_ = head->escrow;
  return {};
}

Status BackupSet::write_head() const {
  return write_file(dir_ + "/backup.json", view(pretty(encode(SetHead{std::string(kSetFormat), origin_, trust_, escrow_})) + "\n"), 0600);
}

Status BackupSet::keep_escrow(const std::vector<std::string>& places) {
  if (escrow_ == places) return {};
  escrow_ = places;
  return write_head();
}

std::string BackupSet::beside() const {
  std::error_code ec;
  fs::path dir = fs::absolute(dir_, ec).lexically_normal();
  if (!dir.has_filename()) dir = dir.parent_path();
  return dir.string() + ".epochs";
}

Result<BackupSet> BackupSet::open_for_writing(const std::string& dir, const std::string& origin, const std::string& trust) {
  BackupSet set(dir);
  std::error_code ec;
  bool known = fs::exists(dir + "/backup.json", ec);
  bool only_our_lock = true;
  for (const auto& entry : fs::directory_iterator(dir, ec)) only_our_lock = only_our_lock && entry.path().filename() == "lock";
  auto locked = [&]() -> Result<DirLock> {
    auto lock = DirLock::acquire(dir);
    if (!lock && lock.error().reason == "space.locked") return fail(Errc::conflict, "backup.locked", dir);
    return lock;
  };
  // A first backup that is only beginning is no folder of somebody else's.
  if (!known && !only_our_lock && fs::exists(dir + "/lock", ec)) TRY(locked());
  if (!known && !only_our_lock) return fail(Errc::conflict, "backup.not_a_backup", dir);
  TRY(make_dirs(dir, 0700));
  set.lock_ = TRY(locked());
  if (!known) {
    set.origin_ = origin;
    set.trust_ = trust;
    TRY(set.write_head());
  }
  TRY(set.read_head());
  if (set.origin_ != origin) return fail(Errc::conflict, "backup.foreign", set.origin_);
  for (const char* folder : {"/snapshots", "/tombstones"}) TRY(make_dirs(dir + folder, 0700));
  return set;
}

Result<BackupSet> BackupSet::open_for_reading(const std::string& dir) {
  BackupSet set(dir);
  TRY(set.read_head());
  return set;
}

Result<std::vector<BackupSnapshot>> BackupSet::list() const {
  std::vector<BackupSnapshot> out;
  for (const std::string& id : snapshot_ids(dir_)) {
    std::error_code ec;
    if (!fs::exists(evidence_path(dir_, id), ec)) continue;
    std::string content = TRY(read_text_file(snapshot_path(dir_, id), kSnapshotBytesMax));
    BackupSnapshot snapshot = TRY(parse_snapshot(content));
    if (snapshot.backup != id) return fail(Errc::corrupt, "backup.malformed", id);
    out.push_back(std::move(snapshot));
  }
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.made_ms < b.made_ms; });
  return out;
}

Result<BackupSet::Found> BackupSet::find(const std::string& wanted) const {
  std::string id = wanted;
  if (id.empty()) {
    auto all = TRY(list());
    // A backup was begun here, or there were no such folder, and a damaged version or a full disk ended it.
    if (all.empty()) return fail(Errc::refused, "backup.nothing_finished", dir_);
    id = all.back().backup;
  }
  auto content = read_text_file(snapshot_path(dir_, id), kSnapshotBytesMax);
  if (!content) return fail(Errc::not_found, "backup.no_such_backup", id);
  auto evidence = read_text_file(evidence_path(dir_, id), kSmallJsonMax);
  if (!evidence) return fail(Errc::corrupt, "backup.unfinished", id);
  auto proof = parse_json(*evidence, kSmallJsonMax);
  if (!proof) return fail(Errc::corrupt, "backup.malformed", id);
  BackupSnapshot snapshot = TRY(parse_snapshot(*content));
  if (snapshot.backup != id || snapshot.origin != origin_) return fail(Errc::corrupt, "backup.foreign", id);
  return Found{std::move(snapshot), sm3(view(*content)), std::move(*proof)};
}

Result<Digest> BackupSet::keep(const BackupSnapshot& snapshot) {
  std::string content = snapshot_text(snapshot);
  TRY(write_file(snapshot_path(dir_, snapshot.backup), view(content), 0600));
  return sm3(view(content));
}

Status BackupSet::keep_evidence(const std::string& backup, const Json& evidence) {
  return write_file(evidence_path(dir_, backup), view(canonical(evidence) + "\n"), 0600);
}

void BackupSet::remove_unfinished() {
  std::error_code ec;
  for (const std::string& id : snapshot_ids(dir_))
    if (!fs::exists(evidence_path(dir_, id), ec)) fs::remove(snapshot_path(dir_, id), ec);
}

bool BackupSet::has_backup_of(const std::string& epoch) const {
  auto all = list();
  return all && std::any_of(all->begin(), all->end(), [&](const BackupSnapshot& s) { return s.epoch == epoch; });
}

Status BackupSet::keep_tombstone(const std::string& key_work, const Json& evidence) {
  TRY(make_dirs(dir_ + "/tombstones", 0700));
  return write_file(tombstone_path(key_work), view(canonical(evidence) + "\n"), 0600);
}

std::string BackupSet::tombstone_path(const std::string& key_work) const { return dir_ + "/tombstones/" + key_work + std::string(kJsonSuffix); }

bool BackupSet::has_tombstone(const std::string& key_work) const {
  std::error_code ec;
  return fs::exists(tombstone_path(key_work), ec);
}

Status BackupSet::keep_tombstone_list(const Json& list) {
  return write_file(dir_ + "/" + std::string(kTombstoneListFile), view(canonical(list) + "\n"), 0600);
}

}  // namespace sluice::vault
