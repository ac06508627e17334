#include "ledger/dump.h"

#include <algorithm>

#include "crypto/hash.h"

namespace sluice::ledger {

namespace {

constexpr uint64_t kEntriesAligned = 1024;   // an 'E' block never crosses a multiple
constexpr size_t kDumpBlockBytes = 4u << 20;  // a block is closed when it has so much
constexpr uint64_t kTilesAligned = 64;

void put_long(Bytes& out, ByteView bytes) {
  put_u32(out, static_cast<uint32_t>(bytes.size()));
  put(out, bytes);
}

// Collects rows of one kind until told to cut.
class DumpBlock {
 public:
  DumpBlock(char kind, const std::function<Status(ByteView)>& sink) : kind_(kind), sink_(sink) { begin(); }
  Bytes& row() { return bytes_; }
  Status end_row() { return bytes_.size() >= kDumpBlockBytes ? cut() : Status{}; }
  Status cut() {
    if (bytes_.size() == 1) return {};
    TRY(sink_(bytes_));
    begin();
    return {};
  }

 private:
  void begin() {
    bytes_.clear();
    put_u8(bytes_, static_cast<uint8_t>(kind_));
  }
  char kind_;
  const std::function<Status(ByteView)>& sink_;
  Bytes bytes_;
};

Status dump_blobs(Store& store, const std::function<Status(ByteView)>& sink) {
  return store.blobs([&](const BlobRow& row) -> Status {
    Bytes block;
    put_u8(block, 'B');
    put(block, row.content);
    return sink(block);
  });
}

Status dump_entries(Store& store, uint64_t size, const std::function<Status(ByteView)>& sink) {
  DumpBlock block('E', sink);
  TRY(store.entries(0, size, [&](const EntryRow& row) -> Status {
    put_u64(block.row(), row.seq);
    put_long(block.row(), row.entry);
    put_long(block.row(), view(row.body));
    put_long(block.row(), row.salts);
    return (row.seq + 1) % kEntriesAligned == 0 ? block.cut() : block.end_row();
  }));
  return block.cut();
}

Status dump_tiles(Store& store, const std::function<Status(ByteView)>& sink) {
  for (TreeHash tree : {TreeHash::sm3, TreeHash::sha256}) {
    for (unsigned level = 0; level < kTileLevelsMax; level++) {
      DumpBlock block('T', sink);
      uint64_t index = 0;
      for (;; index++) {
        auto hashes = store.tile(tree, level, index);
        if (!hashes && hashes.error().reason == "store.missing") break;
        if (!hashes) return tl::unexpected(hashes.error());
        put_u8(block.row(), static_cast<uint8_t>(tree));
        put_u8(block.row(), static_cast<uint8_t>(level));
        put_u64(block.row(), index);
        put_long(block.row(), *hashes);
        if ((index + 1) % kTilesAligned == 0) TRY(block.cut());
      }
      TRY(block.cut());
      if (index == 0) break;  // a level without a tile has none above it
    }
  }
  return {};
}

Status dump_segments(Store& store, const std::function<Status(ByteView)>& sink) {
  auto last = TRY(store.last_segment());
  if (!last) return {};
  std::vector<SegmentRow> rows;
  for (uint64_t id = 0; id <= last->id; id++) {
    auto row = TRY(store.segment(id));
    if (row) rows.push_back(*row);
  }
  DumpBlock segments('S', sink);
  for (const SegmentRow& row : rows) {
    put_u64(segments.row(), row.id);
    put_u64(segments.row(), row.count);
    put(segments.row(), ByteView(row.head));
    put_u8(segments.row(), row.entry ? 1 : 0);
    put_u64(segments.row(), row.entry.value_or(0));
    TRY(segments.end_row());
  }
  TRY(segments.cut());
  for (const SegmentRow& row : rows) {
    DumpBlock records('R', sink);
    TRY(store.records(row.id, 0, row.count, [&](const SegmentRecordRow& record) -> Status {
      put_u64(records.row(), record.segment);
      put_u64(records.row(), record.n);
      put_long(records.row(), view(record.record));
      return records.end_row();
    }));
    TRY(records.cut());
  }
  return {};
}

Status dump_rest(Store& store, const HeadRow& head, const std::function<Status(ByteView)>& sink) {
  DumpBlock notes('C', sink);
  TRY(store.checkpoints([&](const CheckpointRow& row) -> Status {
    put_u64(notes.row(), row.size);
    put_long(notes.row(), view(row.note));
    return notes.end_row();
  }));
  TRY(notes.cut());
  DumpBlock keys('K', sink);
  for (uint64_t seq : TRY(store.key_entries())) put_u64(keys.row(), seq);
  TRY(keys.cut());
  DumpBlock end('H', sink);
  put_u64(end.row(), head.size);
  put(end.row(), ByteView(head.sm3_root));
  put(end.row(), ByteView(head.sha256_root));
  return end.cut();
}

Result<ByteView> take_long(ByteReader& in) {
  uint32_t size = TRY(in.u32());
  return in.take(size);
}

Result<Digest> take_digest(ByteReader& in) {
  ByteView bytes = TRY(in.take(32));
  Digest out;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

Status load_entries(ByteReader in, Store& store) {
  std::vector<EntryRow> rows;
  while (!in.done()) {
    EntryRow row;
    row.seq = TRY(in.u64());
    row.entry = TRY(take_long(in));
    row.body = text(TRY(take_long(in)));
    row.salts = TRY(take_long(in));
    rows.push_back(row);
  }
  Batch batch;
  batch.entries = rows;
  return store.commit(batch);
}

Status load_tiles(ByteReader in, Store& store) {
  std::vector<Tile> rows;
  while (!in.done()) {
    Tile row;
    uint8_t tree = TRY(in.u8());
    row.tree = static_cast<TreeHash>(tree);
    row.level = TRY(in.u8());
    row.index = TRY(in.u64());
    ByteView hashes = TRY(take_long(in));
    if (tree > static_cast<uint8_t>(TreeHash::sha256)) return fail(Errc::corrupt, "ledger.bad_dump", "tree");
    row.hashes.assign(hashes.begin(), hashes.end());
    rows.push_back(std::move(row));
  }
  Batch batch;
  batch.tiles = rows;
  return store.commit(batch);
}

Status load_segments(ByteReader in, Store& store) {
  std::vector<SegmentRow> rows;
  while (!in.done()) {
    SegmentRow row;
    row.id = TRY(in.u64());
    row.count = TRY(in.u64());
    row.head = TRY(take_digest(in));
    bool closed = TRY(in.u8()) != 0;
    uint64_t entry = TRY(in.u64());
    if (closed) row.entry = entry;
    rows.push_back(row);
  }
  Batch batch;
  batch.segments = rows;
  return store.commit(batch);
}

Status load_records(ByteReader in, Store& store) {
  std::vector<SegmentRecordRow> rows;
  while (!in.done()) {
    SegmentRecordRow row;
    row.segment = TRY(in.u64());
    row.n = TRY(in.u64());
    row.record = text(TRY(take_long(in)));
    rows.push_back(row);
  }
  Batch batch;
  batch.records = rows;
  return store.commit(batch);
}

Status load_checkpoints(ByteReader in, Store& store) {
  std::vector<CheckpointRow> rows;
  while (!in.done()) {
    CheckpointRow row;
    row.size = TRY(in.u64());
    row.note = text(TRY(take_long(in)));
    rows.push_back(row);
  }
  Batch batch;
  batch.checkpoints = rows;
  return store.commit(batch);
}

Status load_keys(ByteReader in, Store& store) {
  std::vector<uint64_t> rows;
  while (!in.done()) rows.push_back(TRY(in.u64()));
  Batch batch;
  batch.key_entries = rows;
  return store.commit(batch);
}

Status load_blob(ByteView content, Store& store) {
  BlobRow row{sm3(content), content};
  Batch batch;
  batch.blobs = {&row, 1};
  return store.commit(batch);
}

Status load_head(ByteReader in, Store& store) {
  HeadRow head;
  head.size = TRY(in.u64());
  head.sm3_root = TRY(take_digest(in));
  head.sha256_root = TRY(take_digest(in));
  if (!in.done()) return fail(Errc::corrupt, "ledger.bad_dump", "head");
  Batch batch;
  batch.head = head;
  return store.commit(batch);
}

Status load_block(char kind, ByteView rows, Store& store) {
  switch (kind) {
    case 'B': return load_blob(rows, store);
    case 'E': return load_entries(ByteReader(rows), store);
    case 'T': return load_tiles(ByteReader(rows), store);
    case 'S': return load_segments(ByteReader(rows), store);
    case 'R': return load_records(ByteReader(rows), store);
    case 'C': return load_checkpoints(ByteReader(rows), store);
    case 'K': return load_keys(ByteReader(rows), store);
    case 'H': return load_head(ByteReader(rows), store);
    default: return fail(Errc::corrupt, "ledger.bad_dump", "kind");
  }
}

}  // namespace

Status dump_store(Store& store, const std::function<Status(ByteView block)>& sink) {
  auto head = TRY(store.head());
  if (!head) return fail(Errc::not_found, "ledger.empty");
  TRY(dump_blobs(store, sink));
  TRY(dump_entries(store, head->size, sink));
  TRY(dump_tiles(store, sink));
  TRY(dump_segments(store, sink));
  return dump_rest(store, *head, sink);
}

Status StoreLoader::take(ByteView block) {
  if (block.empty() || complete_) return fail(Errc::corrupt, "ledger.bad_dump", "order");
  char kind = static_cast<char>(block[0]);
  Status done = load_block(kind, block.subspan(1), store_);
  if (!done && done.error().reason == "bytes.truncated") return fail(Errc::corrupt, "ledger.bad_dump", "truncated");
  complete_ = done && kind == 'H';
  return done;
}

Status StoreLoader::finish() const {
  if (!complete_) return fail(Errc::corrupt, "ledger.bad_dump", "no head");
  return {};
}

}  // namespace sluice::ledger
