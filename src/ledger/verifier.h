// The verifier for outsiders: reads a store, believes nothing of it, needs no secret, runs beside the server.
//
// It re-hashes every body, field commitment, entry and blob, rebuilds both trees from scratch, compares every stored
// tile, checks every stored checkpoint, every segment's chain and root, every key hand-over and that every erased field
// was recorded as erased. With trust, a rewritten or shortened history is found as well. Memory is bounded by erasures
// and checkpoints, not by entries. `threads` 0 means as many as there are processors.
//
// Known holes: a blob that was removed altogether is not missed (blobs may be erased); without trust the holder of the
// keys could have rewritten everything.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ledger/store.h"
#include "ledger/trust.h"

namespace sluice::ledger {

// The first thing that is wrong, in the order of entries; `seq` is absent where no entry can be named.
struct Finding {
  std::string reason;  // stable: "verify.commitment", "verify.entry", "verify.tile" …
  std::string what;    // for people: ids and numbers only
  std::optional<uint64_t> seq;
};

struct VerifyReport {
  std::string origin;
  uint64_t entries = 0;
  uint64_t fields = 0;
  uint64_t erased_fields = 0;
  uint64_t checkpoints = 0;
  uint64_t segments = 0;
  uint64_t records = 0;
  uint64_t blobs = 0;
  uint64_t tiles = 0;
  uint64_t key_periods = 0;
  Digest sm3_root{};
  Digest sha256_root{};
  uint64_t signed_size = 0;  // of the last checkpoint
  std::optional<bool> pinned;  // absent without trust
  std::optional<Finding> first_bad;
  bool ok() const { return !first_bad; }
};

struct VerifyOptions {
  const Trust* trust = nullptr;
  unsigned threads = 0;
  std::function<void(uint64_t done, uint64_t total)> progress;
};

// An error means that the store could not be read at all; what is wrong in it is in the report.
Result<VerifyReport> verify_store(Store& store, const VerifyOptions& options = {});

}  // namespace sluice::ledger
