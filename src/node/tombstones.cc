#include "node/tombstones.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "ledger/evidence.h"
#include "ledger/verifier.h"
#include "node/epoch_escrow.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kBackupPlaceItem = "backup_place";
constexpr size_t kRevealsOfBundle = 5000, kTombstoneBytesMax = 256u << 20;

struct DestroyedWork {
  std::string id;
  std::vector<ledger::Reveal> reveals;
  bool keys = false, epochs = false;  // a work that destroyed keys may have closed epochs since
  bool grows = false;                 // destroys version by version: its proof may be of fewer
};

// Every destruction that was carried out, or in part so far, with the entries that prove it.
Result<std::vector<DestroyedWork>> works_carried_out(Node& node) {
  struct Carried {
    std::string id;
    std::vector<int64_t> seqs;
    bool grows = false;
  };
  auto carried = node.space().read([](const State& s) {
    std::vector<Carried> out;
    for (const auto& [id, item] : s.key_works)
      if ((item.carried_out || item.versions_done.value_or(0) > 0) && is_destruction(item.work)) out.push_back({id, item.seqs, item.work == KeyWork::destroy_person});
    return out;
  });
  std::vector<DestroyedWork> out;
  for (const Carried& work : carried) {
    DestroyedWork one{.id = work.id, .reveals = {}, .grows = work.grows};
    for (int64_t seq : work.seqs) {
      auto entry = TRY(node.ledger().entry(static_cast<uint64_t>(seq)));
      one.keys = one.keys || entry.entry.kind == KeysDestroyed::kind;
      one.epochs = one.epochs || entry.entry.kind == BackupEpochDestroyed::kind;
      if (entry.entry.kind == KeysDestroyed::kind) one.reveals.push_back({static_cast<uint64_t>(seq), {"key_work", "version", "columns", "whole"}});
      if (entry.entry.kind == DatasetDestroyed::kind) one.reveals.push_back({static_cast<uint64_t>(seq), {"key_work", "dataset"}});
      if (entry.entry.kind == BackupEpochDestroyed::kind) one.reveals.push_back({static_cast<uint64_t>(seq), {"key_work", "epoch"}});
    }
    if (!one.reveals.empty()) out.push_back(std::move(one));
  }
  return out;
}

Digest digest_of_list(const std::vector<std::string>& works) { return sm3(view(canonical(encode(works)))); }

tl::unexpected<Error> tombstone_damaged(std::string what = {}) { return fail(Errc::corrupt, "backup.tombstone_damaged", std::move(what)); }

Status take_destroyed(const ledger::EntryVerdict& entry, DestroyedSince& out, std::set<std::string>& works) {
  std::string work = entry.revealed.get_string_or("key_work", "").value_or("");
  if (entry.entry.kind == BackupEpochDestroyed::kind) {
    works.insert(work);
    out.epochs.insert(entry.revealed.get_string_or("epoch", "").value_or(""));
  }
  if (entry.entry.kind == DatasetDestroyed::kind) {
    works.insert(work);
    out.datasets.insert(entry.revealed.get_string_or("dataset", "").value_or(""));
  }
  if (entry.entry.kind != KeysDestroyed::kind) return {};
  works.insert(work);
  const Json* columns = entry.revealed.find("columns");
  auto names = columns ? decode<std::vector<std::string>>(*columns, "columns") : fail(Errc::invalid, "json.field");
  if (!names) return tombstone_damaged(work);
  DestroyedSince::Gone& gone = out.versions[TRY(entry.revealed.get_string("version"))];
  gone.whole = gone.whole || entry.revealed.get_bool_or("whole", false).value_or(false);
  gone.columns.insert(gone.columns.end(), names->begin(), names->end());
  return {};
}

Result<ledger::EvidenceVerdict> pinned_evidence(const Json& bundle, const ProofOf& of) {
  auto verdict = ledger::verify_evidence(bundle, &of.trust);
  if (!verdict || !verdict->ok() || verdict->pinning != ledger::Pinning::pinned) return tombstone_damaged();
  if (verdict->origin != of.origin) return fail(Errc::conflict, "backup.foreign", verdict->origin);
  return verdict;
}

// The list's own entry says how many there are and which; each must be proven beside it.
Result<DestroyedSince> told_by_list(const Json& list, const ProofOf& of) {
  const Json *bundles = list.find("evidence"), *named = list.find("works");
  auto works = named ? decode<std::vector<std::string>>(*named, "works") : fail(Errc::invalid, "json.field");
  if (!bundles || !bundles->is_array() || bundles->as_array().empty() || !works) return tombstone_damaged("list");
  DestroyedSince out;
  std::set<std::string> proven;
  std::optional<Digest> digest;
  for (const Json& bundle : bundles->as_array()) {
    auto verdict = TRY(pinned_evidence(bundle, of));
    for (const ledger::EntryVerdict& entry : verdict.entries) {
      TRY(take_destroyed(entry, out, proven));
      if (entry.entry.kind != TombstonesListed::kind) continue;
      digest = TRY(digest_from_hex(TRY(entry.revealed.get_string("list"))));
      out.known_to = entry.seq + 1;
    }
  }
  if (!digest || *digest != digest_of_list(*works)) return tombstone_damaged("list");
  for (const std::string& work : *works)
    if (!proven.contains(work)) return tombstone_damaged(work);
  return out;
}

Result<Json> read_proof(const fs::path& path) {
  auto content = read_text_file(path.string(), kTombstoneBytesMax);
  auto json = content ? parse_json(*content, kTombstoneBytesMax) : Result<Json>(tl::unexpected(content.error()));
  // A tombstone that cannot be read is not passed over: what it forbids would come back.
  if (!json) return tombstone_damaged(path.filename().string());
  return json;
}

Result<DestroyedSince> told_by_folder(const fs::path& dir, const ProofOf& of) {
  DestroyedSince out;
  std::error_code ec;
  fs::path list = dir / vault::kTombstoneListFile;
  if (fs::exists(list, ec)) out.add(TRY(told_by_proof(TRY(read_proof(list)), of)));
  for (const fs::path& folder : {dir, dir / "tombstones"}) {
    // Of a backup folder the files beside the list are others.
    if (folder == dir && fs::exists(dir / "backup.json", ec)) continue;
    for (const auto& entry : fs::directory_iterator(folder, ec))
      if (entry.path().extension() == ".json" && entry.path().filename() != vault::kTombstoneListFile) out.add(TRY(told_by_proof(TRY(read_proof(entry.path())), of)));
  }
  return out;
}

bool has_proof_of(const vault::BackupSet& set, const DestroyedWork& work) {
  if (!set.has_tombstone(work.id) || (work.keys && work.epochs)) return false;
  if (!work.grows) return true;
  auto before = read_proof(set.tombstone_path(work.id));
  const Json* entries = before ? before->find("entries") : nullptr;
  return entries && entries->is_array() && entries->as_array().size() >= work.reveals.size();
}

// Where an epoch was destroyed, its file goes from every folder that can be reached: what is left of it opens nothing.
int64_t remove_epoch_files(Node& node, const vault::BackupSet& set) {
  auto destroyed = node.space().read([](const State& s) {
    std::vector<std::string> out;
    for (const auto& [id, epoch] : s.epochs)
      if (epoch.destroyed) out.push_back(id);
    return out;
  });
  int64_t removed = 0;
  std::error_code ec;
  for (const std::string& epoch : destroyed)
    if (fs::remove(set.epoch_path(epoch), ec)) removed++;
  return removed;
}

}  // namespace

void DestroyedSince::add(const DestroyedSince& other) {
  for (const auto& [version, gone] : other.versions) {
    Gone& mine = versions[version];
    mine.whole = mine.whole || gone.whole;
    for (const std::string& column : gone.columns)
      if (std::find(mine.columns.begin(), mine.columns.end(), column) == mine.columns.end()) mine.columns.push_back(column);
  }
  epochs.insert(other.epochs.begin(), other.epochs.end());
  datasets.insert(other.datasets.begin(), other.datasets.end());
  known_to = std::max(known_to, other.known_to);
}

Result<Json> list_tombstones(Node& node, const Principal& by) {
  auto works = TRY(works_carried_out(node));
  std::vector<std::string> names;
  for (const DestroyedWork& work : works) names.push_back(work.id);
  auto listed = TRY(node.space().execute(as_node(by), ReportTombstones{static_cast<int64_t>(names.size()), digest_of_list(names)}));
  TRY(node.checkpoint());
  Json bundles = Json::array();
  std::vector<ledger::Reveal> reveals{{listed.first_seq, {"works", "list"}}};
  for (DestroyedWork& work : works) {
    if (reveals.size() + work.reveals.size() > kRevealsOfBundle) bundles.push(TRY(node.ledger().evidence(std::exchange(reveals, {}))));
    for (ledger::Reveal& reveal : work.reveals) reveals.push_back(std::move(reveal));
  }
  if (!reveals.empty()) bundles.push(TRY(node.ledger().evidence(reveals)));
  return Json::object({{"evidence", std::move(bundles)}, {"format", kTombstoneListFormat}, {"origin", node.ledger().origin()}, {"works", encode(names)}});
}

Result<int64_t> write_tombstones(Node& node, vault::BackupSet& set, const Json& list) {
  for (const DestroyedWork& work : TRY(works_carried_out(node)))
    if (!has_proof_of(set, work)) TRY(set.keep_tombstone(work.id, TRY(node.ledger().evidence(work.reveals))));
  TRY(set.keep_tombstone_list(list));
  return remove_epoch_files(node, set);
}

Result<TombstoneReach> spread_tombstones(Node& node, const Principal& by) {
  TombstoneReach reach;
  auto places = TRY(node.registry().ids(kBackupPlaceItem));
  if (places.empty()) return reach;
  Json list = TRY(list_tombstones(node, by));
  tell_escrow(node, list);
  for (const std::string& id : places) {
    auto place = TRY(node.registry().get(kBackupPlaceItem, id));
    std::string dir(text(place.reveal("where backups were made")));
    auto set = fs::exists(dir + "/backup.json") ? vault::BackupSet::open_for_writing(dir, node.ledger().origin(), node.trust_text())
                                                : Result<vault::BackupSet>(fail(Errc::not_found, "backup.not_a_backup"));
    auto written = set ? write_tombstones(node, *set, list) : Result<int64_t>(tl::unexpected(set.error()));
    (written ? reach.reached : reach.missed)++;
    reach.epoch_files_removed += written.value_or(0);
    if (!written) log(LogLevel::warn, "backup.tombstone_not_written", {{"reason", std::string(written.error().reason)}});
  }
  EscrowCleared cleared = TRY(clear_escrow(node, by));
  reach.epoch_files_removed += cleared.removed;
  reach.epoch_copies_left = cleared.left;
  return reach;
}

Result<DestroyedSince> told_by_proof(const Json& json, const ProofOf& of) {
  if (json.is_object() && json.get_string_or("format", "").value_or("") == kTombstoneListFormat) return told_by_list(json, of);
  DestroyedSince out;
  std::set<std::string> works;
  auto verdict = TRY(pinned_evidence(json, of));
  for (const ledger::EntryVerdict& entry : verdict.entries) TRY(take_destroyed(entry, out, works));
  if (works.empty()) return tombstone_damaged();
  return out;
}

Result<DestroyedSince> told_by_path(const std::string& path, const ProofOf& of) {
  std::error_code ec;
  if (!fs::exists(path, ec)) return fail(Errc::not_found, "file.not_found", path);
  return fs::is_directory(path, ec) ? told_by_folder(path, of) : told_by_proof(TRY(read_proof(path)), of);
}

Result<DestroyedSince> told_by_ledger(ledger::Store& store, const ProofOf& of, const EarlierLedger& earlier) {
  ledger::VerifyOptions options;
  options.trust = &of.trust;
  auto report = TRY(ledger::verify_store(store, options));
  if (report.origin != of.origin) return fail(Errc::conflict, "backup.foreign", report.origin);
  if (report.first_bad) return fail(Errc::corrupt, "restore.ledger_bad", report.first_bad->reason);
  if (report.entries < earlier.size) return fail(Errc::refused, "restore.other_history", std::to_string(report.entries));
  SystemRandom random;
  auto log = TRY(ledger::Ledger::open(store, random));
  auto head = TRY(log->head_at(earlier.size));
  if (head.sm3_root != earlier.sm3_root || head.sha256_root != earlier.sha256_root) return fail(Errc::refused, "restore.other_history", std::to_string(earlier.size));
  DestroyedSince out;
  TRY(log->replay_checked(earlier.size, [&](ledger::LedgerEntry&& entry) -> Status {
    bool destroys = entry.entry.kind == KeysDestroyed::kind || entry.entry.kind == BackupEpochDestroyed::kind || entry.entry.kind == DatasetDestroyed::kind;
    if (!destroys) return {};
    std::set<std::string> works;
    ledger::EntryVerdict read;
    read.entry = entry.entry;
    read.revealed = entry.body;
    return take_destroyed(read, out, works);
  }));
  out.known_to = report.entries;
  return out;
}

}  // namespace sluice::node
