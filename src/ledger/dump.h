// A ledger's store as a sequence of blocks, and back: what a backup keeps of it. Independent of the storage adapter.
//
//   block = u8 kind ‖ rows;  blob ‖ … with a u32 length before each byte string; integers big-endian
//     'B' content of one blob
//     'E' per entry: u64 sequence ‖ entry ‖ body ‖ salts
//     'T' per tile: u8 tree ‖ u8 level ‖ u64 index ‖ hashes
//     'S' per segment: u64 id ‖ u64 count ‖ head(32) ‖ u8 closed ‖ u64 entry
//     'R' per record: u64 segment ‖ u64 number ‖ record
//     'C' per checkpoint: u64 size ‖ note
//     'K' per entry that brings keys: u64 sequence
//     'H' u64 size ‖ SM3 root ‖ SHA-256 root; always the last
// Blocks of entries and tiles begin at fixed places, so that what did not change gives the same blocks at the next dump.
// A dump wants a store that stands still (SqliteLedgerStore::open_snapshot). What was loaded is for verify_store to judge:
// the loader believes lengths and kinds only. "ledger.bad_dump" (corrupt; detail: where).
#pragma once

#include <functional>

#include "ledger/store.h"

namespace sluice::ledger {

Status dump_store(Store& store, const std::function<Status(ByteView block)>& sink);

class StoreLoader {
 public:
  // `store` is empty.
  explicit StoreLoader(Store& store) : store_(store) {}
  // One durable commit a block.
  Status take(ByteView block);
  // "ledger.bad_dump" unless the last block was the head.
  Status finish() const;

 private:
  Store& store_;
  bool complete_ = false;
};

}  // namespace sluice::ledger
