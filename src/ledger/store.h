// Store: where a ledger lies. The port belongs to the ledger; adapters are adapter/sqlite and, in tests, a faulty one.
//
// Durability: when commit returns success, the whole batch survives a crash of process and machine, and none of it was
// visible to readers before. When it returns an error, the batch is there wholly or not at all, and which of the two is
// unknown: the ledger then refuses further writes until it is opened anew. A commit is never retried.
// Threads: commit is called by one thread at a time; reads may run in any thread beside it and see whole batches only.
// Errors: "store.disk_full" (exhausted), "store.io" (io), "store.corrupt" (corrupt), "store.missing" (not_found).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/tile.h"

namespace sluice::ledger {

// Views stay valid during the call they are passed to.
struct EntryRow {
  uint64_t seq = 0;
  ByteView entry;
  std::string_view body;
  ByteView salts;
};

// The state of an access segment: how many records it has and its chain head; `entry` is the sequence of the entry that
// closed it, absent while it is open. Segments are numbered from 0 without gaps and only the last may be open.
struct SegmentRow {
  uint64_t id = 0;
  uint64_t count = 0;
  Digest head{};
  std::optional<uint64_t> entry;
};

struct SegmentRecordRow {
  uint64_t segment = 0;
  uint64_t n = 0;
  std::string_view record;
};

struct CheckpointRow {
  uint64_t size = 0;
  std::string_view note;
};

// Size and roots after the last batch that had entries.
struct HeadRow {
  uint64_t size = 0;
  Digest sm3_root{};
  Digest sha256_root{};
};

struct BlobRow {
  Digest digest{};
  ByteView content;
};

struct Batch {
  std::optional<HeadRow> head{};                  // replaces the stored one
  std::span<const EntryRow> entries{};  // sequences follow the stored ones without gap
  std::span<const EntryRow> rewrites{};  // body and salts of stored entries after an erasure (entry bytes unused)
  std::span<const Tile> tiles{};
  std::span<const SegmentRow> segments{};  // inserted or replaced
  std::span<const SegmentRecordRow> records{};
  std::span<const CheckpointRow> checkpoints{};  // inserted or replaced
  std::span<const uint64_t> dropped_checkpoints{};
  std::span<const uint64_t> key_entries{};  // sequences of entries that bring keys, so that opening finds them
  std::span<const BlobRow> blobs{};  // an existing digest is kept
  std::span<const Digest> dropped_blobs{};
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Status commit(const Batch& batch) = 0;

  // Number of entries: one more than the greatest sequence.
  virtual Result<uint64_t> size() = 0;
  virtual Result<std::optional<HeadRow>> head() = 0;
  // Visits entries from..from+count in order; stops early at the end, or with the visitor's error.
  virtual Status entries(uint64_t from, uint64_t count, const std::function<Status(const EntryRow&)>& visit) = 0;
  // "store.missing" when there is no such tile.
  virtual Result<Bytes> tile(TreeHash tree, unsigned level, uint64_t index) = 0;
  virtual Result<uint64_t> tile_count() = 0;
  // The checkpoint with the greatest size ≤ at_most; absent when there is none.
  virtual Result<std::optional<std::string>> last_checkpoint(uint64_t at_most) = 0;
  virtual Status checkpoints(const std::function<Status(const CheckpointRow&)>& visit) = 0;
  virtual Result<std::vector<uint64_t>> key_entries() = 0;  // ascending
  virtual Result<std::optional<SegmentRow>> segment(uint64_t id) = 0;
  virtual Result<std::optional<SegmentRow>> last_segment() = 0;
  virtual Status records(uint64_t segment, uint64_t from, uint64_t count,
                         const std::function<Status(const SegmentRecordRow&)>& visit) = 0;
  virtual Result<uint64_t> record_count() = 0;
  virtual Result<Bytes> blob(const Digest& digest) = 0;
  virtual Status blobs(const std::function<Status(const BlobRow&)>& visit) = 0;
};

}  // namespace sluice::ledger
