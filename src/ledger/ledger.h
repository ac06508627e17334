// Ledger: the append-only record that everything in a space goes through.
//
// Guarantees: append returns success only when the entries are durable; readers see durable entries only; never are two
// different roots signed for one size; a checkpoint is signed for durable entries only and is stored before it is
// handed out. After any error of a commit the ledger is read-only ("ledger.read_only") until it is opened anew; reads
// go on. Not guaranteed: that the stored bytes stay what they were. verifier.h finds out.
//
// Threads: appending, closing, erasing and storing blobs are for one thread (the space's writer). Everything else,
// sign_now included, may be called from any thread beside it; append never waits for a signature.
// Time: entries carry the caller's time; where it went backwards, the last entry's time is kept instead.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/keys.h"
#include "ledger/segment.h"
#include "ledger/store.h"

namespace sluice::ledger {

struct Head {
  uint64_t size = 0;
  Digest sm3_root{};
  Digest sha256_root{};
};

// An entry with its body. Erased fields are absent from the body.
struct LedgerEntry {
  Entry entry;
  Json body;
};

struct Proof {
  std::vector<Digest> sm3;
  std::vector<Digest> sha256;
};

// An entry and the fields of it that a bundle of evidence shows.
struct Reveal {
  uint64_t seq = 0;
  std::vector<std::string> fields;
};

struct RecordProof {
  uint64_t segment = 0;
  uint64_t n = 0;
  std::string record;
  std::vector<Digest> path;       // record → segment root
  std::optional<uint64_t> entry;  // the entry that closed the segment; absent (and no path) while it is open
};

struct Appended {
  uint64_t first_seq = 0;  // of the caller's entries
  uint64_t segment = 0;    // where the caller's records went
  uint64_t first_record = 0;
};

class Ledger {
 public:
  // Writes the first entry and signs the first checkpoint. "ledger.exists" when the store has entries.
  static Result<std::unique_ptr<Ledger>> create(Store& store, const Genesis& genesis, LogSigner& signer, TimeMs time,
                                                RandomSource& random);
  // Rebuilds the right edge from the store and compares it with the last signed checkpoint, and with `last_seen`, a note
  // kept outside, where one is given. "ledger.empty"; "ledger.head_differs": entries at the right edge were changed; "ledger.shorter_than_signed", "ledger.differs_from_signed":
  // the stored history was rolled back or rewritten.
  static Result<std::unique_ptr<Ledger>> open(Store& store, RandomSource& random,
                                              const std::optional<std::string>& last_seen = {});
  ~Ledger();

  // One durable transaction: all entries and records or none. "ledger.read_only", or what check_new_entry refuses.
  Result<Appended> append(std::span<const NewEntry> entries, std::span<const Json> records, TimeMs time);
  Result<Appended> append(std::span<const NewEntry> entries, TimeMs time) { return append(entries, {}, time); }
  Result<Appended> append(const NewEntry& entry, TimeMs time) { return append({&entry, 1}, {}, time); }

  // Closes the open segment when it has records; its number, or absent when there was nothing to close.
  Result<std::optional<uint64_t>> close_segment(TimeMs time);

  // Removes values and salts of fields for good and records that in an entry "ledger.fields_erased" {seq, fields}, in
  // one transaction. "ledger.not_erasable" for structural entries, "ledger.no_such_field".
  Result<uint64_t> erase(uint64_t seq, std::span<const std::string> fields, std::string_view actor, TimeMs time);

  // Content named by its SM3 digest; storing it twice is one storing.
  Result<Digest> put_blob(ByteView content);
  Result<Bytes> blob(const Digest& digest) const;  // "ledger.no_such_blob", "ledger.blob_corrupt"
  Status erase_blob(const Digest& digest);

  // Replaces the ledger's keys: an entry signed by old and new ones. Checkpoints from here on are signed by the new.
  Result<uint64_t> rotate_keys(LogSigner& old_signer, LogSigner& new_signer, TimeMs time);

  // Signs the durable head unless that is signed already, stores the note, returns it. "ledger.wrong_signer" when the
  // signature is not of the keys in force.
  Result<SignedCheckpoint> sign_now(LogSigner& signer);
  // The last stored checkpoint. "ledger.unsigned" when there is none.
  Result<SignedCheckpoint> last_checkpoint() const;

  // Durable head.
  Head head() const;
  uint64_t size() const { return published_size_.load(std::memory_order_acquire); }
  bool read_only() const { return read_only_.load(std::memory_order_acquire); }
  const std::string& origin() const { return origin_; }
  KeyHistory keys() const;

  // "ledger.no_such_entry" beyond the durable head.
  Result<LedgerEntry> entry(uint64_t seq) const;
  Result<Bytes> entry_bytes(uint64_t seq) const;
  Result<std::vector<LedgerEntry>> read(uint64_t from, uint64_t count) const;
  // The same without collecting; the visitor's error ends it.
  Status replay(uint64_t from, const std::function<Status(LedgerEntry&&)>& visit) const;
  // The same for who is going to believe what it reads: every body is checked against the commitments of its entry before it is
  // visited, and what was read must give the durable root. "ledger.entry_changed" (corrupt; detail: the first bad entry),
  // "ledger.head_differs": then nothing that was visited may be used.
  Status replay_checked(uint64_t from, const std::function<Status(LedgerEntry&&)>& visit) const;

  Result<Proof> inclusion_proof(uint64_t seq, uint64_t size) const;
  Result<Proof> consistency_proof(uint64_t from, uint64_t to) const;
  Result<Head> head_at(uint64_t size) const;
  Result<RecordProof> record_proof(uint64_t segment, uint64_t n) const;
  // A tile of a tree of the durable size: 256 hashes, fewer at the right edge, none beyond.
  Result<Bytes> tile(TreeHash tree, unsigned level, uint64_t index) const;

  // A bundle (docs/formats/evidence.md) under the last checkpoint; `consistency_from` adds the proof that the tree
  // grew from that size. "ledger.not_yet_signed" when an entry is newer than the checkpoint: sign_now first.
  // "ledger.no_such_field" for a field that is not there or erased.
  Result<Json> evidence(std::span<const Reveal> reveals, std::optional<uint64_t> consistency_from = {}) const;

 private:
  struct Pending;
  Ledger(Store& store, RandomSource& random) : store_(store), random_(random) {}

  // Opening.
  Status load();
  Result<TileEdge> load_edge(TreeHash tree, uint64_t size) const;
  Status load_keys();
  Status load_segment();
  Status check_against(const SignedCheckpoint& seen) const;

  // Appending; the caller holds write_mutex_.
  Status start(Pending& pending, std::span<const NewEntry> entries, TimeMs time) const;
  Status take_records(Pending& pending, std::span<const Json> records) const;
  Status close_open_segment(Pending& pending) const;
  Status render(Pending& pending);
  Status finish(Pending& pending, std::span<const EntryRow> rewrites);
  Status commit(const Batch& batch);
  void publish();

  Status visit_rows(uint64_t from, uint64_t count, const std::function<Status(const EntryRow&)>& visit) const;
  Result<Digest> node(TreeHash tree, unsigned level, uint64_t index) const;
  NodeSource nodes(TreeHash tree) const;
  Result<Json> evidence_entry(const Reveal& reveal, uint64_t size) const;

  Store& store_;
  RandomSource& random_;
  std::string origin_;

  std::mutex write_mutex_;  // one writer at a time: the space's writer, the storing of a checkpoint
  TileEdge sm3_{TreeHash::sm3};
  TileEdge sha256_{TreeHash::sha256};
  TimeMs last_time_ = 0;
  SegmentRow segment_;                   // the open segment; it has a row once it has a record
  std::vector<Digest> segment_leaves_;

  mutable std::mutex read_mutex_;  // guards what is published
  TileEdge published_sm3_{TreeHash::sm3};
  TileEdge published_sha256_{TreeHash::sha256};
  Head published_head_;
  KeyHistory keys_;
  std::mutex sign_mutex_;  // one signature at a time
  std::atomic<uint64_t> published_size_ = 0;
  std::atomic<bool> read_only_ = false;
};

}  // namespace sluice::ledger
