#include "node/backup_space.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/folder.h"
#include "crypto/hash.h"
#include "ledger/dump.h"
#include "node/epoch_escrow.h"
#include "node/tombstones.h"
#include "node/work.h"
#include "vault/backup/store_version.h"

namespace sluice::node {

using namespace space;

namespace {

namespace fs = std::filesystem;
constexpr size_t kRegistryBlockBytes = 256u << 10;
constexpr std::string_view kEpochItem = "backup_epoch", kPlaceItem = "backup_place", kSubjectItem = "key_work_subject";
constexpr uint64_t kOtherFileBytesMax = uint64_t{1} << 40;

// Takes the epoch's secret back from where this backup brought it, unless the backup came to stand.
class EscrowGuard {
 public:
  EscrowGuard(Node& node, const Principal& by, const EpochId& epoch) : node_(node), by_(by), epoch_(epoch) {}
  ~EscrowGuard() {
    if (!stands_) take_back_epoch_file(node_, by_, epoch_, kept.fresh);
  }
  EscrowGuard(const EscrowGuard&) = delete;
  EscrowGuard& operator=(const EscrowGuard&) = delete;
  void stands() { stands_ = true; }
  KeptEpoch kept;

 private:
  Node& node_;
  const Principal& by_;
  EpochId epoch_;
  bool stands_ = false;
};

// What a backup leaves out: rebuilt, machine-bound, or too much of a secret.
bool left_out(std::string_view top) {
  for (std::string_view name : {"projections", "tls", "vault", "keys", "lock", "sluice.sock", "restored.json"})
    if (top == name) return true;
  return top.starts_with("ledger.sqlite") || top.starts_with("registry.sqlite") || top.starts_with(".") || top.find(".tmp_") != std::string_view::npos;
}

struct BackupRun {
  Node& node;
  vault::EpochCipher cipher;
  vault::ObjectFolder& objects;
  const ProgressFn& progress;
  const std::function<bool()>& stop;
  vault::BackupIndex index{};
  uint64_t done_bytes = 0, known_bytes = 0;

  void tell() {
    if (progress) progress(Json::object({{"bytes", done_bytes}}));
  }
};

Result<vault::BackupFile> take_bytes(BackupRun& run, std::string path, ByteView content) {
  vault::BackupFile file{std::move(path), static_cast<int64_t>(content.size()), {}};
  for (size_t at = 0; at < content.size(); at += vault::kBlockBytes)
    file.blocks.push_back(TRY(run.cipher.put_block(run.objects, content.subspan(at, std::min(vault::kBlockBytes, content.size() - at)))));
  run.done_bytes += content.size();
  return file;
}

Status take_file(BackupRun& run, const std::string& path) {
  OwnedFd fd = TRY(open_input(run.node.dir() + "/" + path));
  vault::BackupFile file{path, 0, {}};
  Bytes buffer(vault::kBlockBytes);
  while (true) {
    size_t got = 0;
    while (got < buffer.size()) {
      ssize_t n = ::read(fd.get(), buffer.data() + got, buffer.size() - got);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return fail(Errc::io, "file.unreadable", path);
      if (n == 0) break;
      got += static_cast<size_t>(n);
    }
    if (got == 0) break;
    file.blocks.push_back(TRY(run.cipher.put_block(run.objects, ByteView(buffer).first(got))));
    file.size += static_cast<int64_t>(got);
    run.done_bytes += got;
    if (static_cast<uint64_t>(file.size) > kOtherFileBytesMax) return fail(Errc::invalid, "file.too_large", path);
    if (got < buffer.size()) break;
  }
  run.index.files.push_back(std::move(file));
  return {};
}

// Envelopes that await their recipient and whatever else lies in the folder.
Status take_other_files(BackupRun& run) {
  fs::path root = run.node.dir();
  std::error_code ec;
  for (auto it = fs::recursive_directory_iterator(root, ec); it != fs::recursive_directory_iterator(); it.increment(ec)) {
    if (ec) break;
    fs::path below = it->path().lexically_relative(root);
    if (it.depth() == 0 && left_out(below.string())) {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file(ec) || it->is_symlink(ec)) continue;
    Status taken = take_file(run, below.string());
    // Taken away while we looked (an envelope that was fetched): as if it had been before.
    if (!taken && taken.error().reason != "file.not_found") return taken;
  }
  return {};
}

// A sealed version as it lies; one whose keys were destroyed meanwhile is not there any more.
Status take_version(BackupRun& run, const std::string& version, const Digest& manifest_digest) {
  if (run.stop && run.stop()) return fail(Errc::refused, "backup.interrupted");
  std::string dir = run.node.version_dir(TRY(VersionId::parse(version)));
  auto manifest_bytes = read_text_file(dir + "/" + std::string(vault::kManifestFile), vault::kManifestBytesMax);
  if (!manifest_bytes) return tl::unexpected(manifest_bytes.error());
  if (sm3(view(*manifest_bytes)) != manifest_digest) return fail(Errc::corrupt, "vault.wrong_manifest", version);
  vault::Manifest manifest = TRY(vault::parse_manifest(*manifest_bytes));
  vault::BackupFile blocks = TRY(take_bytes(run, {}, view(*manifest_bytes)));
  auto stored = TRY(vault::store_version(run.objects, dir, manifest, [&](uint64_t bytes) {
    run.done_bytes += bytes;
    run.tell();
  }));
  run.known_bytes += stored.known_bytes;
  run.index.versions.push_back({version, "vault/" + version, manifest_digest, std::move(blocks.blocks)});
  return {};
}

struct VersionToTake {
  std::string id, dataset;
  Digest manifest;
};

// Versions and the held rows of batches, those destroyed left out.
std::vector<VersionToTake> versions_of(Node& node) {
  return node.space().read([](const State& s) {
    std::vector<VersionToTake> out;
    for (const auto& [id, version] : s.versions) {
      auto gone = s.destroyed.find(id);
      if (gone == s.destroyed.end() || !gone->second.whole) out.push_back({id, version.dataset.str(), version.manifest});
    }
    return out;
  });
}

std::vector<std::string> held_versions_of(Node& node) {
  return node.space().read([](const State& s) {
    std::vector<std::string> out;
    for (const auto& [id, batch] : s.batches)
      if (!batch.held_version.empty() && !s.versions.contains(batch.held_version.str())) out.push_back(batch.held_version.str());
    return out;
  });
}

// What is wrong with a version as it lies is said of that version: whoever reads it looks at one folder, not at all of them.
Status damaged(const Error& error, const std::string& version, const std::string& dataset) {
  bool lies_damaged = error.code == Errc::corrupt || error.reason.starts_with("json.") || error.reason.starts_with("vault.") || error.reason.starts_with("record.") ||
                      error.reason == "file.not_found" || error.reason == "file.unreadable";
  if (!lies_damaged || error.reason.starts_with("backup.")) return tl::unexpected(error);
  return fail(Errc::refused, "backup.version_damaged", version + (dataset.empty() ? " (held rows)" : " (" + dataset + ")") + ": " + std::string(error.reason));
}

Status take_versions(BackupRun& run) {
  for (const VersionToTake& version : versions_of(run.node)) {
    Status taken = take_version(run, version.id, version.manifest);
    bool gone = !taken && taken.error().reason == "file.not_found" && run.node.space().read([&](const State& s) {
      auto it = s.destroyed.find(version.id);
      return it != s.destroyed.end() && it->second.whole;
    });
    if (!taken && !gone) return damaged(taken.error(), version.id, version.dataset);
  }
  // Held rows have no manifest digest in the state: the folder's own is taken.
  for (const std::string& version : held_versions_of(run.node)) {
    auto id = VersionId::parse(version);
    if (!id) continue;
    auto manifest = read_text_file(run.node.version_dir(*id) + "/" + std::string(vault::kManifestFile), vault::kManifestBytesMax);
    if (!manifest) continue;
    if (Status taken = take_version(run, version, sm3(view(*manifest))); !taken) return damaged(taken.error(), version, {});
  }
  return {};
}

struct TakenKeyFiles {
  std::string root, space, signed_state;
};
// Read before the ledger is: what the agent has signed by then, the ledger has too.
Result<TakenKeyFiles> read_key_files(Node& node) {
  std::string dir = node.dir() + "/keys/";
  return TakenKeyFiles{TRY(read_text_file(dir + "root.json", 1u << 20)), TRY(read_text_file(dir + "space.json", 1u << 20)),
                       TRY(read_text_file(dir + "signed.json", 1u << 20))};
}

struct OpenedEpoch {
  EpochId id;
  SecretBytes key;
};

Result<OpenedEpoch> begin_epoch(Node& node, const Principal& by) {
  EpochId id = EpochId::make(node.random());
  auto fresh = TRY(node.agent().new_epoch_key(id.str()));
  TRY(node.registry().put(kEpochItem, id.str(), SecretBytes(fresh.wrap)));
  TRY(node.space().execute(as_node(by), OpenBackupEpoch{id}));
  return OpenedEpoch{id, std::move(fresh.key)};
}

// The newest epoch that lives, or a new one.
Result<OpenedEpoch> current_epoch(Node& node, const Principal& by, bool fresh) {
  // An epoch that is to be closed takes no more backups: they would go with it.
  auto newest = node.space().read([](const State& s) {
    const auto closing = epochs_to_close(s);
    const BackupEpoch* best = nullptr;
    for (const auto& [id, epoch] : s.epochs)
      if (!epoch.destroyed && !closing.contains(id) && (!best || epoch.at_ms > best->at_ms)) best = &epoch;
    return best ? std::optional(best->id) : std::nullopt;
  });
  if (!newest || fresh) return begin_epoch(node, by);
  auto wrap = node.registry().get(kEpochItem, newest->str());
  if (!wrap) return begin_epoch(node, by);  // a space that came out of a backup has none
  Bytes box = TRY(node.agent().current_epoch_wrap(newest->str(), wrap->reveal("a sealed epoch key")));
  SecretBytes key = TRY(node.agent().epoch_key(newest->str(), box));
  return OpenedEpoch{*newest, std::move(key)};
}

Status take_everything(BackupRun& run, const BackupAsk& ask, const TakenKeyFiles& keys) {
  {
    TRY(run.node.checkpoint());
    auto store = TRY(ask.ledger_snapshot());
    auto head = TRY(store->head());
    if (!head) return fail(Errc::not_found, "ledger.empty");
    run.index.ledger = {static_cast<int64_t>(head->size), head->sm3_root, head->sha256_root, {}};
    TRY(ledger::dump_store(*store, [&](ByteView block) -> Status {
      run.index.ledger.blocks.push_back(TRY(run.cipher.put_block(run.objects, block)));
      run.done_bytes += block.size();
      return {};
    }));
  }
  run.tell();
  TRY(take_versions(run));
  // After the ledger: whatever the ledger speaks of is in the registry by now.
  TRY(registry_blocks(run.node.registry_store(), [&](ByteView block) -> Status {
    run.index.registry.push_back(TRY(run.cipher.put_block(run.objects, block)));
    return {};
  }));
  run.index.files.push_back(TRY(take_bytes(run, "keys/root.json", view(keys.root))));
  run.index.files.push_back(TRY(take_bytes(run, "keys/space.json", view(keys.space))));
  run.index.files.push_back(TRY(take_bytes(run, "keys/signed.json", view(keys.signed_state))));
  TRY(take_other_files(run));
  return run.objects.flush();
}

Status remember_place(Node& node, const std::string& out) {
  std::string id = hex(ByteView(sm3(view(out))).first(16));
  return node.registry().put(kPlaceItem, id, SecretBytes(to_bytes(out)));
}

}  // namespace

Status registry_blocks(ledger::RegistryStore& store, const std::function<Status(ByteView block)>& sink) {
  Bytes block;
  auto put_row = [&](ByteView bytes) {
    put_u32(block, static_cast<uint32_t>(bytes.size()));
    put(block, bytes);
  };
  std::vector<Bytes> blocks;
  TRY(store.items([&](std::string_view kind, std::string_view id, ByteView bytes) -> Status {
    if (kind == kEpochItem || kind == kPlaceItem || kind == kSubjectItem) return {};
    put_row(view(kind));
    put_row(view(id));
    put_row(bytes);
    if (block.size() >= kRegistryBlockBytes) blocks.push_back(std::exchange(block, {}));
    return {};
  }));
  if (!block.empty()) blocks.push_back(std::move(block));
  for (const Bytes& b : blocks) TRY(sink(b));
  return {};
}

Status load_registry_block(ledger::RegistryStore& store, ByteView block) {
  ByteReader in(block);
  auto take = [&]() -> Result<ByteView> {
    auto size = in.u32();
    auto bytes = size ? in.take(*size) : Result<ByteView>(tl::unexpected(size.error()));
    if (!bytes) return fail(Errc::corrupt, "backup.malformed", "registry");
    return bytes;
  };
  while (!in.done()) {
    ByteView kind = TRY(take()), id = TRY(take()), bytes = TRY(take());
    TRY(store.put(text(kind), text(id), bytes));
  }
  return {};
}

Result<BackupAsk> backup_by_policy(Node& node, LedgerSnapshot snapshot) {
  BackupAsk ask;
  ask.out = node.space().read([](const State& s) { return s.storage.policy ? s.storage.policy->backup_to : std::string(); });
  if (ask.out.empty()) return fail(Errc::conflict, "storage.no_backup_folder");
  ask.ledger_snapshot = std::move(snapshot);
  return ask;
}

Result<BackupAnswer> backup_space(Node& node, const Principal& by, const BackupAsk& ask, const ProgressFn& progress) {
  std::error_code ec;
  fs::path out = fs::weakly_canonical(ask.out, ec), home = fs::weakly_canonical(node.dir(), ec);
  if (lies_in(out, home) || lies_in(home, out)) return fail(Errc::invalid, "backup.inside_space");
  auto set = TRY(vault::BackupSet::open_for_writing(out.string(), node.ledger().origin(), node.trust_text()));
  std::lock_guard still(node.placement_mutex());  // no version changes its place meanwhile
  set.remove_unfinished();
  auto objects = TRY(vault::ObjectFolder::open(out.string(), vault::ObjectFolder::Access::write));
  OpenedEpoch epoch = TRY(current_epoch(node, by, ask.new_epoch));
  Json tombstones = TRY(list_tombstones(node, by));
  TakenKeyFiles keys = TRY(read_key_files(node));
  EscrowGuard escrow(node, by, epoch.id);
  KeptEpoch& kept = escrow.kept;
  TRY(keep_epoch_file(node, by, set, TRY(epoch_file_of(node, epoch.id)), ask.escrow, kept));
  TRY(remember_place(node, out.string()));

  BackupRun run{node, TRY(vault::EpochCipher::create(epoch.key)), *objects, progress, ask.stop};
  TRY(take_everything(run, ask, keys));
  // The registry that was taken belongs to the key files that were taken, or nobody could open the copy.
  if (TRY(read_key_files(node)).space != keys.space) return fail(Errc::conflict, "backup.keys_changed");
  vault::BackupSnapshot snapshot;
  snapshot.backup = BackupId::make(node.random()).str();
  snapshot.origin = node.ledger().origin();
  snapshot.epoch = epoch.id.str();
  snapshot.made_ms = node.clock().now();
  run.index.tombstones = static_cast<int64_t>(tombstones.find("works")->as_array().size());
  TRY(run.cipher.seal_index(snapshot, run.index));
  Digest digest = TRY(set.keep(snapshot));

  ReportBackup report;
  report.backup = TRY(BackupId::parse(snapshot.backup));
  report.epoch = epoch.id;
  report.snapshot = digest;
  report.entries = run.index.ledger.size;
  report.versions = static_cast<int64_t>(run.index.versions.size());
  report.bytes_stored = static_cast<int64_t>(objects->stored_bytes());
  auto outcome = TRY(node.space().execute(as_node(by), report));
  escrow.stands();
  TRY(node.checkpoint());
  ledger::Reveal reveal{outcome.first_seq, {"backup", "epoch", "snapshot", "entries", "versions"}};
  TRY(set.keep_evidence(snapshot.backup, TRY(node.ledger().evidence({&reveal, 1}))));
  BackupAnswer answer{snapshot.backup, snapshot.epoch, report.entries, report.versions, report.bytes_stored,
                      static_cast<int64_t>(run.known_bytes), static_cast<int64_t>(objects->stored_objects()), hex(digest),
                      std::move(kept.places), kept.written_anew};
  answer.epochs_closed = TRY(close_due_epochs(node, by));
  Json list = TRY(list_tombstones(node, by));
  TRY(write_tombstones(node, set, list));
  tell_escrow(node, list);
  answer.epoch_copies_left = TRY(clear_escrow(node, by)).left;
  return answer;
}

}  // namespace sluice::node
