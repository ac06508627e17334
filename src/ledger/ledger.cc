// Opening and the reading half of the ledger.
#include "ledger/ledger.h"

#include <cstring>

#include "crypto/hash.h"
#include "ledger/chunk_check.h"
#include "ledger/commitment.h"

namespace sluice::ledger {

namespace {

tl::unexpected<Error> no_such_entry() { return fail(Errc::not_found, "ledger.no_such_entry"); }

Result<LedgerEntry> decode_row(const EntryRow& row) {
  LedgerEntry out;
  out.entry = TRY(decode_entry(row.entry));
  out.body = TRY(parse_json(row.body));
  return out;
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(Store& store, RandomSource& random, const std::optional<std::string>& last_seen) {
  std::unique_ptr<Ledger> ledger(new Ledger(store, random));
  TRY(ledger->load());
  auto last = TRY(store.last_checkpoint(UINT64_MAX));
  if (last) {
    SignedCheckpoint note = TRY(SignedCheckpoint::parse(*last));
    TRY(ledger->check_against(note));
    if (!check_signatures(note, ledger->keys_.at_size(note.checkpoint.size)).both())
      return fail(Errc::corrupt, "ledger.checkpoint_signature");
  }
  if (last_seen) {
    SignedCheckpoint note = TRY(SignedCheckpoint::parse(*last_seen));
    TRY(ledger->check_against(note));
  }
  return ledger;
}

Status Ledger::load() {
  uint64_t size = TRY(store_.size());
  if (size == 0) return fail(Errc::not_found, "ledger.empty");
  sm3_ = TRY(load_edge(TreeHash::sm3, size));
  sha256_ = TRY(load_edge(TreeHash::sha256, size));
  auto stored = TRY(store_.head());
  if (!stored || stored->size != size || stored->sm3_root != sm3_.root() || stored->sha256_root != sha256_.root())
    return fail(Errc::corrupt, "ledger.head_differs", "the stored entries do not give the stored roots");
  publish();
  last_time_ = TRY(entry(size - 1)).entry.time;
  TRY(load_keys());
  return load_segment();
}

// The incomplete tile of level 0 comes from the entries, that of level L from the full tiles of level L−1.
Result<TileEdge> Ledger::load_edge(TreeHash tree, uint64_t size) const {
  std::vector<std::vector<Digest>> partials(1);
  uint64_t first = size / kTileHashes * kTileHashes;
  TRY(store_.entries(first, size - first, [&](const EntryRow& row) -> Status {
    partials[0].push_back(leaf_hash(tree, row.entry));
    return {};
  }));
  if (partials[0].size() != size - first) return fail(Errc::corrupt, "ledger.missing_entry");
  for (unsigned level = 1; size >> (8 * level) > 0; level++) {
    uint64_t end = size >> (8 * level);
    auto& partial = partials.emplace_back();
    for (uint64_t i = end / kTileHashes * kTileHashes; i < end; i++) {
      auto bytes = store_.tile(tree, level - 1, i);
      if (!bytes || bytes->size() != kTileBytes) return fail(Errc::corrupt, "ledger.missing_tile");
      partial.push_back(root_of(tree, tile_hashes(*bytes)));
    }
  }
  return TileEdge::from_partials(tree, size, std::move(partials));
}

Status Ledger::load_keys() {
  for (uint64_t seq : TRY(store_.key_entries())) {
    LedgerEntry brings = TRY(entry(seq));
    TRY(keys_.add(brings.entry.kind, seq, brings.body));
  }
  if (keys_.empty()) return fail(Errc::corrupt, "keys.no_genesis");
  origin_ = keys_.genesis().origin;
  return {};
}

Status Ledger::load_segment() {
  auto last = TRY(store_.last_segment());
  if (!last) {
    segment_ = {0, 0, segment_opening(0, Digest{}), {}};
    return {};
  }
  if (last->entry) {
    segment_ = {last->id + 1, 0, segment_opening(last->id + 1, last->head), {}};
    return {};
  }
  Digest previous{};
  if (last->id > 0) {
    auto before = TRY(store_.segment(last->id - 1));
    if (!before) return fail(Errc::corrupt, "ledger.segment_corrupt");
    previous = before->head;
  }
  segment_ = {last->id, 0, segment_opening(last->id, previous), {}};
  TRY(store_.records(last->id, 0, UINT64_MAX, [&](const SegmentRecordRow& row) -> Status {
    segment_.head = segment_next(segment_.head, row.record);
    segment_leaves_.push_back(leaf_hash(TreeHash::sm3, view(row.record)));
    segment_.count++;
    return {};
  }));
  if (segment_.count != last->count || segment_.head != last->head) return fail(Errc::corrupt, "ledger.segment_corrupt");
  return {};
}

Status Ledger::check_against(const SignedCheckpoint& seen) const {
  const Checkpoint& c = seen.checkpoint;
  if (c.origin != origin_) return fail(Errc::corrupt, "ledger.differs_from_signed", "another origin");
  if (c.size > size()) return fail(Errc::corrupt, "ledger.shorter_than_signed", "signed size " + std::to_string(c.size));
  Head then = TRY(head_at(c.size));
  if (then.sm3_root != c.sm3_root || then.sha256_root != c.sha256_root)
    return fail(Errc::corrupt, "ledger.differs_from_signed", "at size " + std::to_string(c.size));
  return {};
}

Head Ledger::head() const {
  std::lock_guard lock(read_mutex_);
  return published_head_;
}

KeyHistory Ledger::keys() const {
  std::lock_guard lock(read_mutex_);
  return keys_;
}

Result<SignedCheckpoint> Ledger::last_checkpoint() const {
  auto note = TRY(store_.last_checkpoint(UINT64_MAX));
  if (!note) return fail(Errc::not_found, "ledger.unsigned");
  return SignedCheckpoint::parse(*note);
}

Status Ledger::visit_rows(uint64_t from, uint64_t count, const std::function<Status(const EntryRow&)>& visit) const {
  uint64_t end = size();
  if (from >= end) return no_such_entry();
  return store_.entries(from, std::min(count, end - from), visit);
}

Result<LedgerEntry> Ledger::entry(uint64_t seq) const {
  auto found = TRY(read(seq, 1));
  if (found.empty()) return no_such_entry();
  return std::move(found[0]);
}

Result<Bytes> Ledger::entry_bytes(uint64_t seq) const {
  Bytes out;
  TRY(visit_rows(seq, 1, [&](const EntryRow& row) -> Status {
    out.assign(row.entry.begin(), row.entry.end());
    return {};
  }));
  return out;
}

Result<std::vector<LedgerEntry>> Ledger::read(uint64_t from, uint64_t count) const {
  std::vector<LedgerEntry> out;
  auto visited = visit_rows(from, count, [&](const EntryRow& row) -> Status {
    out.push_back(TRY(decode_row(row)));
    return {};
  });
  TRY(std::move(visited));
  return out;
}

Status Ledger::replay(uint64_t from, const std::function<Status(LedgerEntry&&)>& visit) const {
  if (from >= size()) return {};
  return visit_rows(from, UINT64_MAX, [&](const EntryRow& row) -> Status { return visit(TRY(decode_row(row))); });
}

Status Ledger::replay_checked(uint64_t from, const std::function<Status(LedgerEntry&&)>& visit) const {
  constexpr size_t rows_at_once = 4096;
  Head durable = head();
  if (from >= durable.size) return {};
  TileEdge edge = TRY(load_edge(TreeHash::sm3, from));
  RowChunk chunk{.from = from};
  auto take_chunk = [&]() -> Status {
    ChunkResult checked = check_chunk(chunk);
    if (checked.bad) return fail(Errc::corrupt, "ledger.entry_changed", "seq=" + std::to_string(checked.bad->seq.value_or(chunk.from)) + " " + checked.bad->reason);
    std::vector<Tile> full;
    edge.grow(checked.sm3_leaves, full);
    for (size_t i = 0; i < chunk.rows.size(); i++) TRY(visit(TRY(decode_row(chunk.row(i)))));
    chunk = RowChunk{.from = edge.size()};
    return {};
  };
  TRY(visit_rows(from, durable.size - from, [&](const EntryRow& row) -> Status {
    chunk.add(row);
    return chunk.rows.size() < rows_at_once ? Status{} : take_chunk();
  }));
  TRY(take_chunk());
  if (edge.size() != durable.size || edge.root() != durable.sm3_root)
    return fail(Errc::corrupt, "ledger.head_differs", "the stored entries do not give the stored roots");
  return {};
}

Result<Bytes> Ledger::blob(const Digest& digest) const {
  auto content = store_.blob(digest);
  if (!content) {
    if (content.error().reason == "store.missing") return fail(Errc::not_found, "ledger.no_such_blob");
    return content;
  }
  if (sm3(*content) != digest) return fail(Errc::corrupt, "ledger.blob_corrupt");
  return content;
}

Result<Bytes> Ledger::tile(TreeHash tree, unsigned level, uint64_t index) const {
  if (level >= kTileLevelsMax) return Bytes{};
  {
    std::lock_guard lock(read_mutex_);
    const TileEdge& edge = tree == TreeHash::sm3 ? published_sm3_ : published_sha256_;
    uint64_t full = 8 * (level + 1) < 64 ? edge.size() >> (8 * (level + 1)) : 0;
    if (index > full) return Bytes{};
    if (index == full) {
      const auto& partial = edge.partial(level);
      Bytes out(partial.size() * 32);
      if (!out.empty()) std::memcpy(out.data(), partial.data(), out.size());
      return out;
    }
  }
  return store_.tile(tree, level, index);
}

Result<Digest> Ledger::node(TreeHash tree, unsigned level, uint64_t index) const {
  unsigned height = level % 8;
  uint64_t first = index << height;
  Bytes bytes = TRY(tile(tree, level / 8, first / kTileHashes));
  uint64_t within = (first % kTileHashes) >> height;
  if (bytes.size() < ((within + 1) << height) * 32) return fail(Errc::corrupt, "ledger.missing_tile");
  return node_in_tile(tree, tile_hashes(bytes), height, within);
}

NodeSource Ledger::nodes(TreeHash tree) const {
  return [this, tree](unsigned level, uint64_t index) { return node(tree, level, index); };
}

Result<Proof> Ledger::inclusion_proof(uint64_t seq, uint64_t at_size) const {
  if (at_size > size()) return fail(Errc::invalid, "proof.out_of_range");
  Proof out;
  out.sm3 = TRY(ledger::inclusion_proof(TreeHash::sm3, seq, at_size, nodes(TreeHash::sm3)));
  out.sha256 = TRY(ledger::inclusion_proof(TreeHash::sha256, seq, at_size, nodes(TreeHash::sha256)));
  return out;
}

Result<Proof> Ledger::consistency_proof(uint64_t from, uint64_t to) const {
  if (to > size()) return fail(Errc::invalid, "proof.out_of_range");
  Proof out;
  out.sm3 = TRY(ledger::consistency_proof(TreeHash::sm3, from, to, nodes(TreeHash::sm3)));
  out.sha256 = TRY(ledger::consistency_proof(TreeHash::sha256, from, to, nodes(TreeHash::sha256)));
  return out;
}

Result<Head> Ledger::head_at(uint64_t at_size) const {
  if (at_size > size()) return fail(Errc::invalid, "proof.out_of_range");
  Head out{at_size, {}, {}};
  out.sm3_root = TRY(root_at(TreeHash::sm3, at_size, nodes(TreeHash::sm3)));
  out.sha256_root = TRY(root_at(TreeHash::sha256, at_size, nodes(TreeHash::sha256)));
  return out;
}

Result<RecordProof> Ledger::record_proof(uint64_t segment, uint64_t n) const {
  auto row = TRY(store_.segment(segment));
  if (!row || n >= row->count) return fail(Errc::not_found, "ledger.no_such_record");
  RecordProof out{segment, n, {}, {}, {}};
  std::vector<Digest> leaves;
  TRY(store_.records(segment, 0, row->count, [&](const SegmentRecordRow& record) -> Status {
    if (record.n == n) out.record = record.record;
    leaves.push_back(leaf_hash(TreeHash::sm3, view(record.record)));
    return {};
  }));
  if (leaves.size() != row->count) return fail(Errc::corrupt, "ledger.segment_corrupt");
  if (!row->entry || *row->entry >= size()) return out;
  out.entry = row->entry;
  out.path = TRY(ledger::inclusion_proof(TreeHash::sm3, n, leaves.size(), [&](unsigned level, uint64_t index) -> Result<Digest> {
    return node_in_tile(TreeHash::sm3, leaves, level, index);
  }));
  return out;
}

}  // namespace sluice::ledger
