#include "ledger/verifier.h"

#include <algorithm>
#include <deque>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "crypto/hash.h"
#include "ledger/chunk_check.h"
#include "ledger/keys.h"

namespace sluice::ledger {

namespace {

constexpr uint64_t kChunkRows = 2048;

struct RootsAt {
  Digest sm3, sha256;
};

// Checks one store. Rows are read by the calling thread, checked by others, and folded into the trees in order.
class StoreCheck {
 public:
  StoreCheck(Store& store, const VerifyOptions& options) : store_(store), options_(options) {}

  Result<VerifyReport> run() {
    // The head is read first: what is added while we run belongs to a later state.
    auto head = TRY(store_.head());
    total_ = head ? head->size : 0;
    if (total_ == 0) {
      finding("verify.empty", "the ledger has no entries", {});
      return report_;
    }
    wanted_.insert(total_);
    TRY(read_checkpoints());
    TRY(read_segment_rows());
    TRY(walk_entries());
    report_.entries = sm3_.size();
    report_.sm3_root = sm3_.root();
    report_.sha256_root = sha256_.root();
    report_.tiles = tiles_;
    report_.key_periods = keys_.periods().size();
    // Beyond the first bad entry nothing can be said about roots: what is named first is what counts.
    if (report_.first_bad) return report_;
    check_head(*head);
    TRY(after_entries());
    return report_;
  }

 private:
  void finding(std::string_view reason, std::string what, std::optional<uint64_t> seq) {
    if (!report_.first_bad) report_.first_bad = Finding{std::string(reason), std::move(what), seq};
  }

  void check_head(const HeadRow& head) {
    if (head.sm3_root == report_.sm3_root && head.sha256_root == report_.sha256_root) return;
    uint64_t first = total_ / kTileHashes * kTileHashes;
    finding("verify.head", "an entry from this one on, or the stored roots, were changed", std::min(first, total_ - 1));
  }

  Status read_checkpoints() {
    return store_.checkpoints([&](const CheckpointRow& row) -> Status {
      auto note = SignedCheckpoint::parse(row.note);
      if (!note || note->checkpoint.size != row.size) {
        deferred("verify.checkpoint", "the checkpoint of size " + std::to_string(row.size) + " is malformed");
        return {};
      }
      wanted_.insert(row.size);
      checkpoints_.push_back(*std::move(note));
      return {};
    });
  }

  // Rows that the server adds while we run belong to a later state: the last segment is read before any entry.
  Status read_segment_rows() {
    auto last = TRY(store_.last_segment());
    if (!last) return {};
    for (uint64_t id = 0; id <= last->id; id++) {
      auto row = id == last->id ? last : TRY(store_.segment(id));
      if (!row) {
        deferred("verify.segment", "segment " + std::to_string(id) + " is missing");
        return {};
      }
      segment_rows_.push_back(*row);
    }
    return {};
  }

  Status walk_entries() {
    if (options_.trust && options_.trust->seen()) wanted_.insert(options_.trust->seen()->checkpoint.size);
    unsigned threads = options_.threads ? options_.threads : std::max(1u, std::thread::hardware_concurrency());
    std::deque<std::future<ChunkResult>> running;
    RowChunk chunk;
    auto hand_over = [&] {
      if (chunk.rows.empty()) return;
      uint64_t next = chunk.from + chunk.rows.size();
      running.push_back(std::async(std::launch::async, [c = std::move(chunk)] { return check_chunk(c); }));
      chunk = RowChunk{};
      chunk.from = next;
    };
    auto visited = store_.entries(0, total_, [&](const EntryRow& row) -> Status {
      chunk.add(row);
      if (chunk.rows.size() < kChunkRows) return {};
      hand_over();
      while (running.size() > threads) {
        fold(running.front().get());
        running.pop_front();
      }
      if (report_.first_bad) return fail(Errc::refused, "verify.stopped");
      return {};
    });
    hand_over();
    for (auto& result : running) fold(result.get());
    if (!visited && visited.error().reason != "verify.stopped") return visited;
    if (!report_.first_bad && sm3_.size() != total_) finding("verify.missing_entry", "entries are missing", sm3_.size());
    return {};
  }

  void fold(ChunkResult&& result) {
    if (report_.first_bad) return;
    if (sm3_.size() > 0 && !result.sm3_leaves.empty() && result.first_time < last_time_)
      entry_finding({"verify.time", "time runs backwards", sm3_.size()});
    last_time_ = result.last_time;
    for (auto& key : result.keys) key_entry(key);
    if (result.bad) entry_finding(*result.bad);
    grow(result);
    report_.fields += result.fields;
    report_.erased_fields += result.erased.size();
    erased_.insert(result.erased.begin(), result.erased.end());
    erasures_.insert(result.erasures.begin(), result.erasures.end());
    for (auto& [seq, closed] : result.segments) closed_.emplace(closed.segment, std::pair(seq, closed));
    if (options_.progress) options_.progress(sm3_.size(), total_);
  }

  // Found before the entries were walked: entries come first in the report.
  void deferred(std::string_view reason, std::string what) {
    if (!deferred_) deferred_ = Finding{std::string(reason), std::move(what), {}};
  }

  void entry_finding(Finding f) {
    if (!report_.first_bad) report_.first_bad = std::move(f);
  }

  void key_entry(const ChunkResult::KeyEntry& key) {
    key_seqs_.push_back(key.seq);
    auto added = keys_.add(key.kind, key.seq, key.body);
    if (!added) entry_finding({"verify.keys", std::string(added.error().reason), key.seq});
    if (key.seq == 0) report_.origin = keys_.genesis().origin;
  }

  // Cuts at the sizes whose roots are wanted.
  void grow(const ChunkResult& result) {
    size_t at = 0;
    while (at < result.sm3_leaves.size()) {
      uint64_t size = sm3_.size();
      auto next = wanted_.upper_bound(size);
      size_t n = result.sm3_leaves.size() - at;
      if (next != wanted_.end() && *next - size < n) n = static_cast<size_t>(*next - size);
      std::vector<Tile> full;
      sm3_.grow(std::span(result.sm3_leaves).subspan(at, n), full);
      sha256_.grow(std::span(result.sha256_leaves).subspan(at, n), full);
      compare_tiles(full);
      at += n;
      if (wanted_.contains(sm3_.size())) roots_[sm3_.size()] = {sm3_.root(), sha256_.root()};
    }
  }

  void compare_tiles(const std::vector<Tile>& full) {
    for (const Tile& tile : full) {
      tiles_++;
      auto stored = store_.tile(tile.tree, tile.level, tile.index);
      if (stored && *stored == tile.hashes) continue;
      std::string name = std::string(tile.tree == TreeHash::sm3 ? "SM3" : "SHA-256") + " tile of level " + std::to_string(tile.level);
      uint64_t first = tile.index << (8 * (tile.level + 1));
      if (!stored || stored->size() != tile.hashes.size()) {
        entry_finding({"verify.tile", name + " is missing", first});
        continue;
      }
      auto differs = std::mismatch(stored->begin(), stored->end(), tile.hashes.begin()).first;
      uint64_t position = static_cast<uint64_t>(differs - stored->begin()) / 32;
      first += position << (8 * tile.level);
      bool both = tile.level == 0 && other_tree_differs(tile, position);
      entry_finding({both ? "verify.entry" : "verify.tile",
                     both ? "the entry is not the one that both trees were built over" : name + " differs from the entries", first});
    }
  }

  bool other_tree_differs(const Tile& tile, uint64_t position) {
    TreeHash other = tile.tree == TreeHash::sm3 ? TreeHash::sha256 : TreeHash::sm3;
    auto stored = store_.tile(other, 0, tile.index);
    if (!stored || stored->size() != kTileBytes) return false;
    Digest leaf{};
    auto read = store_.entries(tile.index * kTileHashes + position, 1, [&](const EntryRow& row) -> Status {
      leaf = leaf_hash(other, row.entry);
      return {};
    });
    return read && !std::equal(leaf.begin(), leaf.end(), stored->begin() + static_cast<ptrdiff_t>(position * 32));
  }

  Status after_entries() {
    if (deferred_) entry_finding(*deferred_);
    if (keys_.empty() || key_seqs_.front() != 0) {
      finding("verify.keys", "the first entry is not a genesis", 0);
      return {};
    }
    auto listed = TRY(store_.key_entries());
    std::erase_if(listed, [&](uint64_t seq) { return seq >= total_; });
    if (listed != key_seqs_) finding("verify.keys", "the list of entries with keys differs from the entries", {});
    TRY(count_tiles());
    check_checkpoints();
    TRY(check_segments());
    TRY(check_erasures());
    TRY(check_blobs());
    check_trust();
    return {};
  }

  Status count_tiles() {
    uint64_t stored = TRY(store_.tile_count());
    if (TRY(store_.size()) == total_ && stored != tiles_) finding("verify.tile", "tiles are stored that no entries stand for", {});
    return {};
  }

  // "" when roots and signatures are right.
  std::string checkpoint_fault(const SignedCheckpoint& note) const {
    const Checkpoint& c = note.checkpoint;
    if (c.origin != report_.origin) return "names another origin";
    if (c.size == 0) return "is of size 0";
    if (c.size > total_) return "is larger than the ledger: entries were cut off";
    auto roots = roots_.find(c.size);
    if (roots == roots_.end() || roots->second.sm3 != c.sm3_root || roots->second.sha256 != c.sha256_root)
      return "does not have the roots of its entries: history was rewritten";
    if (!check_signatures(note, keys_.at_size(c.size)).both()) return "is not signed by the keys in force";
    return "";
  }

  void check_checkpoints() {
    for (const auto& note : checkpoints_) {
      if (note.checkpoint.size > total_ && grown()) continue;  // signed while we ran
      std::string fault = checkpoint_fault(note);
      if (fault.empty()) {
        report_.checkpoints++;
        report_.signed_size = std::max(report_.signed_size, note.checkpoint.size);
      } else {
        finding("verify.checkpoint", "the checkpoint of size " + std::to_string(note.checkpoint.size) + " " + fault, {});
      }
    }
  }

  bool grown() const {
    auto now = store_.size();
    return now && *now > total_;
  }

  Status check_segments() {
    Digest previous{};
    uint64_t records = 0;
    for (const SegmentRow& row : segment_rows_) {
      TRY(check_segment(row, previous));
      previous = row.head;
      records += row.count;
    }
    for (const auto& [id, closing] : closed_)
      if (id >= segment_rows_.size()) finding("verify.segment", "the records of a closed segment are missing", closing.first);
    report_.segments = segment_rows_.size();
    report_.records = records;
    uint64_t stored = TRY(store_.record_count());
    if (stored != records) {
      auto last = TRY(store_.last_segment());
      bool moved = last && (segment_rows_.empty() || last->id != segment_rows_.back().id || last->count != segment_rows_.back().count);
      if (!moved)
        finding("verify.segment", "records are stored that belong to no segment", {});
    }
    return {};
  }

  Status check_segment(const SegmentRow& row, const Digest& previous) {
    Digest head = segment_opening(row.id, previous);
    std::vector<Digest> leaves;
    uint64_t n = 0;
    bool in_order = true;
    TRY(store_.records(row.id, 0, row.count, [&](const SegmentRecordRow& record) -> Status {
      in_order = in_order && record.n == n++;
      head = segment_next(head, record.record);
      leaves.push_back(leaf_hash(TreeHash::sm3, view(record.record)));
      return {};
    }));
    auto closing = closed_.find(row.id);
    bool closed = closing != closed_.end();
    std::optional<uint64_t> seq;
    if (closed) seq = closing->second.first;
    std::string name = "segment " + std::to_string(row.id);
    if (!in_order || n != row.count || head != row.head) {
      finding("verify.segment", "the records of " + name + " do not give its chain head", seq);
    } else if (row.entry && *row.entry < total_ && row.entry != seq) {
      finding("verify.segment", name + " names another closing entry", row.entry);
    } else if (closed && !row.entry) {
      finding("verify.segment", name + " is closed by an entry and still open", seq);
    } else if (closed) {
      const SegmentClosed& c = closing->second.second;
      if (c.count != n || c.head != head || c.root != root_of(TreeHash::sm3, std::move(leaves)))
        finding("verify.segment", "the records of " + name + " differ from its closing entry", seq);
    }
    return {};
  }

  Status check_erasures() {
    if (std::includes(erasures_.begin(), erasures_.end(), erased_.begin(), erased_.end())) return {};
    // The server may have erased while we ran: what it recorded since then counts.
    RowChunk tail;
    tail.from = total_;
    TRY(store_.entries(total_, UINT64_MAX, [&](const EntryRow& row) -> Status {
      tail.add(row);
      return {};
    }));
    ChunkResult later = check_chunk(tail);
    erasures_.insert(later.erasures.begin(), later.erasures.end());
    for (const ErasedField& field : erased_) {
      if (erasures_.contains(field)) continue;
      finding("verify.erased", "a field is gone, and no entry records its erasure", field.seq);
      return {};
    }
    return {};
  }

  Status check_blobs() {
    return store_.blobs([&](const BlobRow& row) -> Status {
      report_.blobs++;
      if (sm3(row.content) != row.digest) finding("verify.blob", "a blob differs from its name " + hex(row.digest).substr(0, 16), {});
      return {};
    });
  }

  void check_trust() {
    if (!options_.trust) return;
    const auto& seen = options_.trust->seen();
    if (seen) {
      std::string fault = checkpoint_fault(*seen);
      report_.pinned = fault.empty();
      if (!fault.empty()) finding("verify.trust", "the trusted checkpoint of size " + std::to_string(seen->checkpoint.size) + " " + fault, {});
      return;
    }
    report_.pinned = std::any_of(keys_.periods().begin(), keys_.periods().end(),
                                 [&](const auto& period) { return options_.trust->pins(report_.origin, period.keys); });
    if (!*report_.pinned) finding("verify.trust", "no keys of this ledger are among the trusted ones", {});
  }

  Store& store_;
  const VerifyOptions& options_;
  VerifyReport report_;
  uint64_t total_ = 0;
  TileEdge sm3_{TreeHash::sm3}, sha256_{TreeHash::sha256};
  TimeMs last_time_ = 0;
  uint64_t tiles_ = 0;
  std::optional<Finding> deferred_;
  KeyHistory keys_;
  std::vector<uint64_t> key_seqs_;
  std::vector<SignedCheckpoint> checkpoints_;
  std::set<uint64_t> wanted_;
  std::map<uint64_t, RootsAt> roots_;
  std::vector<SegmentRow> segment_rows_;
  std::map<uint64_t, std::pair<uint64_t, SegmentClosed>> closed_;
  std::set<ErasedField> erased_, erasures_;
};

}  // namespace

Result<VerifyReport> verify_store(Store& store, const VerifyOptions& options) { return StoreCheck(store, options).run(); }

}  // namespace sluice::ledger
