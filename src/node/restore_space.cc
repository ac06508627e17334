#include "node/restore_space.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/folder.h"
#include "crypto/hash.h"
#include "ledger/dump.h"
#include "ledger/evidence.h"
#include "ledger/trust.h"
#include "ledger/verifier.h"
#include "node/backup_space.h"
#include "node/epoch_escrow.h"
#include "node/rotate_registry.h"
#include "node/tombstones.h"
#include "vault/version_folder.h"

namespace sluice::node {

using namespace space;

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kRestoringMark = ".restoring_";

// The folder that becomes the space; taken away again unless it was published.
class RestoringFolder {
 public:
  static Result<RestoringFolder> create(const std::string& dir) {
    fs::path target = fs::absolute(dir).lexically_normal();
    if (!target.has_filename()) target = target.parent_path();
    std::error_code ec;
    if (fs::exists(target, ec) && (!fs::is_directory(target, ec) || !fs::is_empty(target, ec))) return fail(Errc::conflict, "restore.not_empty", dir);
    fs::create_directories(target.parent_path(), ec);
    RestoringFolder out(target);
    // What an interrupted restore of the same name left.
    for (const auto& entry : fs::directory_iterator(target.parent_path(), ec)) {
      std::string name = entry.path().filename().string();
      if (name.starts_with("." + target.filename().string() + std::string(kRestoringMark)) && DirLock::acquire(entry.path().string()))
        fs::remove_all(entry.path(), ec);
    }
    SystemRandom random;
    out.temp_ = target.parent_path() / ("." + target.filename().string() + random_name(random, kRestoringMark.substr(0, kRestoringMark.size() - 1)));
    TRY(make_dirs(out.temp_.string(), 0700));
    out.lock_ = TRY(DirLock::acquire(out.temp_.string()));
    return out;
  }
  RestoringFolder(RestoringFolder&& other) noexcept
      : target_(std::move(other.target_)), temp_(std::exchange(other.temp_, {})), lock_(std::move(other.lock_)) {}
  ~RestoringFolder() {
    std::error_code ec;
    if (!temp_.empty()) fs::remove_all(temp_, ec);
  }

  std::string path() const { return temp_.string(); }

  // In one rename; an empty folder of that name gives way, anything else does not.
  Status publish() {
    std::error_code ec;
    fs::remove(target_, ec);
    if (::renameat2(AT_FDCWD, temp_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
      if (errno == EEXIST) return fail(Errc::conflict, "restore.not_empty", target_.string());
      return tl::unexpected(last_os_error("file.unwritable", target_.string()));
    }
    temp_.clear();
    OwnedFd parent(::open(target_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent || ::fsync(parent.get()) != 0) return tl::unexpected(last_os_error("file.unwritable", target_.string()));
    return {};
  }

 private:
  explicit RestoringFolder(fs::path target) : target_(std::move(target)) {}
  fs::path target_, temp_;
  std::optional<DirLock> lock_;
};

struct RestoreRun {
  const RestoreAsk& ask;
  vault::BackupSet set;
  vault::BackupSet::Found found;
  std::unique_ptr<vault::ObjectFolder> objects;
  vault::EpochCipher cipher;
  vault::BackupIndex index;
  ledger::Trust trust;
  const ProgressFn& progress;
  RestoreAnswer answer{};
  DestroyedSince destroyed{};

  void tell() {
    if (progress) progress(Json::object({{"bytes", answer.bytes}}));
  }
};

// The signature of the backup: its entry, in the ledger of that origin, under a checkpoint of trusted keys.
Status check_proof(RestoreRun& run) {
  auto verdict = ledger::verify_evidence(run.found.evidence, &run.trust);
  if (!verdict) return fail(Errc::corrupt, "backup.tampered", "evidence");
  if (!verdict->ok()) return fail(Errc::corrupt, "backup.tampered", verdict->problems.front());
  if (verdict->origin != run.set.origin()) return fail(Errc::conflict, "backup.foreign", verdict->origin);
  if (verdict->pinning != ledger::Pinning::pinned) return fail(Errc::refused, "restore.not_pinned", verdict->origin);
  const ledger::EntryVerdict* entry = verdict->find(BackupMade::kind);
  const Json* digest = entry ? entry->revealed.find("snapshot") : nullptr;
  if (!digest || !digest->is_string() || digest->as_string() != hex(run.found.digest)) return fail(Errc::corrupt, "backup.tampered", "snapshot");
  return {};
}

// Folders that may hold the epoch's secret, the most deliberate first.
std::vector<std::string> escrow_of(const RestoreAsk& ask, const vault::BackupSet& set) {
  std::vector<std::string> out = ask.epochs;
  out.insert(out.end(), set.escrow().begin(), set.escrow().end());
  out.push_back(set.beside());
  return out;
}

std::string epoch_file_for(const RestoreAsk& ask, const vault::BackupSet& set, const std::string& epoch) {
  if (!ask.epoch_file.empty()) return ask.epoch_file;
  std::error_code ec;
  for (const std::string& place : escrow_of(ask, set))
    if (std::string path = vault::BackupSet::epoch_file_in(place, epoch); fs::exists(path, ec)) return path;
  return set.epoch_path(epoch);
}

Result<SecretBytes> epoch_key_for(const RestoreAsk& ask, const vault::BackupSet& set, const std::string& epoch) {
  if (ask.living) return ask.living->epoch_key;
  auto content = read_text_file(epoch_file_for(ask, set, epoch), 1u << 20);
  if (!content) return fail(Errc::not_found, "backup.epoch_file_missing", epoch);
  auto file = parse_json(*content);
  if (!file) return fail(Errc::corrupt, "custody.malformed", "epoch file");
  if (file->get_string_or("epoch", "").value_or("") != epoch) return fail(Errc::conflict, "backup.other_epoch", epoch);
  return KeyAgent::epoch_key_of_file(*file, TRY(ask.passphrase()), ask.program);
}

Status write_blocks(RestoreRun& run, const std::string& path, const std::vector<Digest>& blocks, int64_t size, unsigned mode) {
  TRY(make_dirs(fs::path(path).parent_path().string(), 0700));
  OwnedFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd) return tl::unexpected(last_os_error("file.unwritable", path));
  int64_t written = 0;
  for (const Digest& name : blocks) {
    Bytes plain = TRY(run.cipher.read_block(*run.objects, name));
    for (ByteView rest = plain; !rest.empty();) {
      ssize_t n = ::write(fd.get(), rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return tl::unexpected(last_os_error("file.unwritable", path));
      rest = rest.subspan(static_cast<size_t>(n));
    }
    written += static_cast<int64_t>(plain.size());
  }
  if (written != size) return fail(Errc::corrupt, "backup.tampered", "size");
  if (::fsync(fd.get()) != 0) return tl::unexpected(last_os_error("file.unwritable", path));
  run.answer.bytes += written;
  return {};
}

// A path of the index must stay below the space's folder, and may not be what is restored in another way.
bool is_plain_path(const std::string& path) {
  fs::path p(path);
  if (path.empty() || p.is_absolute() || path.find('\0') != std::string::npos) return false;
  for (const auto& part : p)
    if (part == ".." || part == "." || part.empty()) return false;
  std::string top = p.begin()->string();
  return top != "vault" && top != "ledger.sqlite" && top != "registry.sqlite" && top != "projections";
}

Status restore_files(RestoreRun& run, const std::string& dir) {
  for (const vault::BackupFile& file : run.index.files) {
    if (!is_plain_path(file.path)) return fail(Errc::corrupt, "backup.malformed", "path");
    TRY(write_blocks(run, dir + "/" + file.path, file.blocks, file.size, 0600));
  }
  return {};
}

Status restore_version(RestoreRun& run, const vault::BackupVersion& version, const std::string& dir) {
  Bytes content;
  for (const Digest& name : version.blocks) put(content, TRY(run.cipher.read_block(*run.objects, name)));
  if (sm3(content) != version.manifest) return fail(Errc::corrupt, "backup.tampered", version.version);
  vault::Manifest manifest = TRY(vault::parse_manifest(text(content)));
  if (manifest.version != version.version || version.folder != "vault/" + version.version) return fail(Errc::corrupt, "backup.malformed", version.version);
  TRY(make_dirs(dir + "/vault", 0700));
  auto folder = TRY(vault::VersionFolder::create(vault::OwnedFd(::open((dir + "/vault").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), version.version));
  Bytes sealed;
  for (size_t c = 0; c < manifest.columns.size(); c++) {
    size_t file = TRY(folder->add_file(vault::column_file(c)));
    for (const vault::ManifestChunk& chunk : manifest.columns[c].chunks) {
      if (run.ask.stop && run.ask.stop()) return fail(Errc::refused, "restore.interrupted");
      // The name of a chunk is its digest, and reading checks it: what is written is what the manifest names.
      TRY(run.objects->read_into(chunk.digest, sealed));
      if (static_cast<int64_t>(sealed.size()) != chunk.size || TRY(run.objects->digest_of(chunk.digest)) != chunk.digest)
        return fail(Errc::corrupt, "backup.tampered", version.version);
      TRY(folder->append(file, sealed));
      run.answer.bytes += chunk.size;
    }
    run.tell();
  }
  size_t manifest_file = TRY(folder->add_file(std::string(vault::kManifestFile)));
  TRY(folder->append(manifest_file, content));
  return folder->publish();
}

Status restore_ledger(RestoreRun& run, ledger::Store& store) {
  ledger::StoreLoader loader(store);
  for (const Digest& name : run.index.ledger.blocks) {
    Bytes block = TRY(run.cipher.read_block(*run.objects, name));
    TRY(loader.take(block));
    run.answer.bytes += static_cast<int64_t>(block.size());
  }
  TRY(loader.finish());
  ledger::VerifyOptions options;
  // A checkpoint of later than the backup cannot be held against it; what pins this ledger then is the proof of the backup (check_proof), whose roots it must have.
  const auto& seen = run.trust.seen();
  auto own = TRY(ledger::Trust::parse(run.set.trust()));
  options.trust = seen && seen->checkpoint.size > static_cast<uint64_t>(run.index.ledger.size) ? &own : &run.trust;
  auto report = TRY(ledger::verify_store(store, options));
  if (report.first_bad) return fail(Errc::corrupt, "restore.ledger_bad", report.first_bad->reason);
  if (!report.pinned.value_or(false)) return fail(Errc::refused, "restore.not_pinned", report.origin);
  bool same = static_cast<int64_t>(report.entries) == run.index.ledger.size && report.sm3_root == run.index.ledger.sm3_root &&
              report.sha256_root == run.index.ledger.sha256_root && report.origin == run.set.origin();
  if (!same) return fail(Errc::corrupt, "restore.ledger_bad", "roots");
  run.answer.entries = run.index.ledger.size;
  return {};
}

// What the folder itself says. A backup that was made with a list beside it is not restored without: somebody took it away.
Result<DestroyedSince> told_by_backup_folder(const RestoreRun& run, const ProofOf& of, bool told_elsewhere) {
  auto told = TRY(told_by_path(run.ask.in, of));
  bool listed = told.known_to > 0;
  if (run.index.tombstones && !listed && !told_elsewhere) return fail(Errc::corrupt, "backup.tombstones_missing");
  return told;
}

// The lists beside the epochs' secrets: newer than an old copy of the folder where the space could still reach them.
Result<DestroyedSince> told_by_escrow(const RestoreRun& run, const ProofOf& of) {
  DestroyedSince out;
  std::error_code ec;
  for (const std::string& place : escrow_of(run.ask, run.set))
    if (std::string list = escrow_list_path(place, run.set.origin()); fs::exists(list, ec)) out.add(TRY(told_by_path(list, of)));
  return out;
}

// All that is known of keys destroyed after the backup, and who says so.
Status hear_of_destroyed(RestoreRun& run) {
  ProofOf of{run.trust, run.set.origin()};
  DestroyedSince outside;
  for (const std::string& path : run.ask.tombstones) outside.add(TRY(told_by_path(path, of)));
  if (run.ask.later_ledger) {
    auto store = TRY(run.ask.later_ledger());
    outside.add(TRY(told_by_ledger(*store, of, {static_cast<uint64_t>(run.index.ledger.size), run.index.ledger.sm3_root, run.index.ledger.sha256_root})));
  }
  bool asked = run.ask.later_ledger || !run.ask.tombstones.empty();
  run.destroyed = TRY(told_by_backup_folder(run, of, outside.known_to > 0));
  bool listed = run.destroyed.known_to > 0;
  DestroyedSince escrowed = TRY(told_by_escrow(run, of));
  bool by_escrow = escrowed.known_to > run.destroyed.known_to;
  run.destroyed.add(escrowed);
  run.destroyed.add(outside);
  const auto& seen = run.trust.seen();
  uint64_t size = static_cast<uint64_t>(run.index.ledger.size), newest = seen ? seen->checkpoint.size : 0;
  if (newest > std::max(size, run.destroyed.known_to)) return fail(Errc::refused, "restore.newer_history", std::to_string(newest) + " > " + std::to_string(std::max(size, run.destroyed.known_to)));
  bool by_checkpoint = newest > size;
  run.answer.pinned = asked || by_checkpoint;
  run.answer.told_by = run.ask.later_ledger ? "ledger" : asked ? "tombstones" : by_checkpoint ? "checkpoint" : by_escrow ? "escrow" : listed ? "folder" : "nothing";
  if (run.destroyed.epochs.contains(run.found.snapshot.epoch)) return fail(Errc::refused, "backup.epoch_destroyed", run.found.snapshot.epoch);
  return {};
}

Status leave_out_destroyed(RestoreRun& run, ledger::Registry& registry, const std::string& dir) {
  for (const auto& [version, gone] : run.destroyed.versions) {
    auto item = registry.get("wraps", version);
    if (!item) continue;
    if (gone.whole) {
      TRY(registry.erase("wraps", version));
      std::error_code ec;
      if (is_id_text(version, VersionTag::prefix)) fs::remove_all(dir + "/vault/" + version, ec);
      run.answer.keys_left_out += static_cast<int64_t>(gone.columns.size());
      continue;
    }
    auto wraps = TRY(decode<DatasetWraps>(TRY(parse_json(text(item->reveal("sealed wraps, not keys"))))));
    size_t before = wraps.columns.size();
    for (const std::string& column : gone.columns) wraps.columns.erase(column);
    run.answer.keys_left_out += static_cast<int64_t>(before - wraps.columns.size());
    TRY(registry.put("wraps", version, SecretBytes(to_bytes(canonical(encode(wraps))))));
  }
  return {};
}

// Every item opens under the registry key.
Status check_registry(ledger::RegistryStore& store, const ledger::Registry& registry) {
  std::vector<std::pair<std::string, std::string>> items;
  TRY(store.items([&](std::string_view kind, std::string_view id, ByteView) -> Status {
    items.emplace_back(kind, id);
    return {};
  }));
  if (items.empty()) return fail(Errc::corrupt, "restore.incomplete", "registry");
  for (const auto& [kind, id] : items) TRY(registry.get(kind, id));
  return {};
}

// The state folded from the restored ledger names every version and its digest.
Status check_versions(RestoreRun& run, Stores& stores, const std::string& dir) {
  SystemRandom random;
  SystemClock clock;
  TRY(make_dirs(dir + "/projections", 0700));
  // Without a snapshot: it could not be sealed here, and would be believed by nobody.
  auto log = TRY(ledger::Ledger::open(*stores.ledger, random));
  auto state = TRY(Space::open(*log, clock, random, rules::RuleSet::built_in(), {}));
  std::map<std::string, Digest> restored;
  for (const vault::BackupVersion& version : run.index.versions) restored[version.version] = version.manifest;
  return state->read([&](const State& s) -> Status {
    for (const auto& [id, version] : s.versions) {
      auto gone = s.destroyed.find(id);
      if (gone != s.destroyed.end() && gone->second.whole) continue;
      auto found = restored.find(id);
      if (found == restored.end() || found->second != version.manifest) return fail(Errc::corrupt, "restore.incomplete", id);
    }
    return {};
  });
}

Status check_agent(RestoreRun& run, ledger::Ledger& log, KeyAgent& agent) {
  ledger::LogKeys held = TRY(agent.keys());
  const ledger::KeyHistory keys = log.keys();
  if (held.ed25519.bytes() != keys.current().ed25519.bytes() || held.sm2.bytes() != keys.current().sm2.bytes())
    return fail(Errc::corrupt, "restore.incomplete", "ledger keys");
  (void)run;
  return {};
}

Status same_key_files(const std::string& restored, const std::string& living) {
  for (const char* name : {"/root.json", "/space.json"}) {
    Bytes ours = TRY(read_file(restored + name, 1u << 20)), theirs = TRY(read_file(living + name, 1u << 20));
    if (ours != theirs) return fail(Errc::refused, "restore.keys_differ", name + 1);
  }
  return {};
}

Status restore_into(RestoreRun& run, const std::string& dir) {
  TRY(restore_files(run, dir));
  Stores stores = TRY(run.ask.fresh_stores(dir));
  TRY(restore_ledger(run, *stores.ledger));
  run.tell();
  for (const vault::BackupVersion& version : run.index.versions) TRY(restore_version(run, version, dir));
  run.answer.versions = static_cast<int64_t>(run.index.versions.size());
  for (const Digest& name : run.index.registry) TRY(load_registry_block(*stores.registry, TRY(run.cipher.read_block(*run.objects, name))));
  TRY(check_versions(run, stores, dir));

  std::unique_ptr<KeyAgent> own;
  if (run.ask.living) {
    TRY(same_key_files(dir + "/keys", run.ask.living->keys_dir));
  } else {
    KeyAgent::Start start;
    start.space_dir = dir;
    start.passphrase = TRY(run.ask.passphrase());
    start.program = run.ask.program;
    own = TRY(KeyAgent::start(std::move(start)));
  }
  KeyAgent* agent = own ? own.get() : run.ask.living->agent;
  {
    SystemRandom random;
    auto log = TRY(ledger::Ledger::open(*stores.ledger, random));
    TRY(check_agent(run, *log, *agent));
  }
  auto registry = TRY(open_registry(*stores.registry, *agent));
  TRY(check_registry(*stores.registry, registry));
  TRY(leave_out_destroyed(run, registry, dir));
  if (own) (void)own->shutdown();
  Json note = Json::object({{"backup", run.found.snapshot.backup}, {"snapshot", hex(run.found.digest)}});
  // The ledger of the backup knows nothing of it: the space says it in its first entry.
  if (!run.destroyed.datasets.empty()) note.set("destroyed", encode(std::vector<std::string>(run.destroyed.datasets.begin(), run.destroyed.datasets.end())));
  return write_file(dir + "/restored.json", view(canonical(note) + "\n"), 0600);
}

}  // namespace

Result<RestoreAnswer> restore_space(const RestoreAsk& ask, const ProgressFn& progress) {
  std::error_code ec;
  fs::path target = fs::weakly_canonical(ask.dir, ec), source = fs::weakly_canonical(ask.in, ec);
  if (lies_in(target, source)) return fail(Errc::invalid, "restore.inside_backup", ask.dir);
  auto folder = TRY(RestoringFolder::create(ask.dir));
  auto set = TRY(vault::BackupSet::open_for_reading(ask.in));
  auto found = TRY(set.find(ask.backup));
  auto trust = TRY(ledger::Trust::parse(ask.trust ? *ask.trust : set.trust()));
  SecretBytes key = TRY(epoch_key_for(ask, set, found.snapshot.epoch));
  auto cipher = TRY(vault::EpochCipher::create(key));
  auto index = TRY(cipher.open_index(found.snapshot));
  auto objects = TRY(vault::ObjectFolder::open(ask.in, vault::ObjectFolder::Access::read));
  RestoreRun run{ask, std::move(set), std::move(found), std::move(objects), std::move(cipher), std::move(index), std::move(trust), progress};
  run.answer.backup = run.found.snapshot.backup;
  run.answer.origin = run.set.origin();
  run.answer.made_ms = run.found.snapshot.made_ms;
  run.answer.keys_pinned = ask.trust.has_value();
  TRY(check_proof(run));
  TRY(hear_of_destroyed(run));
  TRY(restore_into(run, folder.path()));
  TRY(folder.publish());
  return run.answer;
}

}  // namespace sluice::node
