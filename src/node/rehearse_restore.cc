#include "node/rehearse_restore.h"

#include <filesystem>

#include "base/log.h"
#include "node/restore_space.h"
#include "node/storage.h"
#include "node/work.h"
#include "vault/backup/backup_set.h"

namespace sluice::node {

using namespace space;

namespace {

namespace fs = std::filesystem;

std::string rehearsal_dir(Node& node) { return node.dir() + "/.rehearsal"; }

Result<SecretBytes> epoch_key_here(Node& node, const std::string& epoch) {
  auto id = TRY(EpochId::parse(epoch));
  bool destroyed = node.space().read([&](const State& s) {
    const BackupEpoch* found = find(s.epochs, id);
    return !found || found->destroyed;
  });
  auto wrap = node.registry().get("backup_epoch", epoch);
  if (destroyed || !wrap) return fail(Errc::refused, "backup.epoch_destroyed", epoch);
  Bytes box = wrap->reveal("a sealed epoch key");
  return node.agent().epoch_key(epoch, box);
}

std::string backup_folder(Node& node, const RehearseAsk& ask) {
  if (!ask.in.empty()) return ask.in;
  return node.space().read([](const State& s) { return s.storage.policy ? s.storage.policy->backup_to : std::string(); });
}

// As much as lies in the vault and the ledger now: a backup of this space is not larger by much.
Status room_for_rehearsal(Node& node) {
  std::error_code ec;
  auto disk = fs::space(node.dir(), ec);
  uint64_t wanted = static_cast<uint64_t>(measure_storage(node).used_bytes) + fs::file_size(node.dir() + "/ledger.sqlite", ec);
  int64_t keep = node.space().read([](const State& s) { return s.storage.policy ? s.storage.policy->keep_free_bytes : int64_t{0}; });
  if (disk.available < wanted + static_cast<uint64_t>(keep)) return fail(Errc::exhausted, "storage.disk_short");
  return {};
}

std::mutex& one_rehearsal() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

void remove_rehearsal(Node& node) {
  std::error_code ec;
  fs::remove_all(rehearsal_dir(node), ec);
}

Result<Rehearsal> rehearse_restore(Node& node, const Principal& by, const RehearseAsk& ask, const ProgressFn& progress) {
  std::unique_lock alone(one_rehearsal(), std::try_to_lock);
  if (!alone.owns_lock()) return fail(Errc::conflict, "storage.busy");
  std::string in = backup_folder(node, ask);
  if (in.empty()) return fail(Errc::invalid, "storage.no_backup_folder");
  vault::BackupSnapshot snapshot;
  {
    auto set = TRY(vault::BackupSet::open_for_reading(in));
    if (set.origin() != node.ledger().origin()) return fail(Errc::conflict, "backup.foreign", set.origin());
    snapshot = TRY(set.find({})).snapshot;
  }
  ReportRehearsal report;
  report.backup = TRY(BackupId::parse(snapshot.backup));
  TRY(room_for_rehearsal(node));
  RestoreAsk restore;
  restore.in = in;
  restore.backup = snapshot.backup;
  restore.dir = rehearsal_dir(node) + "/space";
  restore.trust = node.trust_text();
  restore.fresh_stores = ask.fresh_stores;
  restore.stop = ask.stop;
  restore.program = node.worker_program();
  restore.living = RestoreAsk::Living{&node.agent(), node.dir() + "/keys", TRY(epoch_key_here(node, snapshot.epoch))};
  remove_rehearsal(node);
  TimeMs began = node.clock().now();
  auto restored = restore_space(restore, progress);
  remove_rehearsal(node);
  report.took_ms = node.clock().now() - began;
  if (restored) {
    report.entries = restored->entries;
    report.versions = restored->versions;
    report.bytes = restored->bytes;
  } else if (restored.error().reason == "restore.interrupted") {
    return tl::unexpected(restored.error());
  } else {
    report.reason = std::string(restored.error().reason);
    log(LogLevel::error, "storage.rehearsal_failed", {{"backup", snapshot.backup}, {"reason", report.reason}});
  }
  TRY(node.space().execute(as_node(by), report));
  return node.space().read([](const State& s) { return s.storage.rehearsals.back(); });
}

}  // namespace sluice::node
