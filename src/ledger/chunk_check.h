// One stretch of rows, checked by itself: the unit of work that verifier threads share. Internal to this room: the verifier, and who replays a ledger to believe it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ledger/entry.h"
#include "ledger/segment.h"
#include "ledger/store.h"
#include "ledger/verifier.h"

namespace sluice::ledger {

// A copy of rows, in a few buffers.
struct RowChunk {
  uint64_t from = 0;
  Bytes bytes{};
  struct Extents {
    uint64_t seq;
    size_t entry, body, salts, end;  // offsets in `bytes`; a zero byte, the leaf's prefix, stands before the entry
  };
  std::vector<Extents> rows{};

  void add(const EntryRow& row);
  EntryRow row(size_t i) const;
};

struct ErasedField {
  uint64_t seq;
  std::string name;
  auto operator<=>(const ErasedField&) const = default;
};

// What later steps need from the entries: few of them carry it.
struct ChunkResult {
  uint64_t fields = 0;
  std::vector<Digest> sm3_leaves, sha256_leaves;
  TimeMs first_time = 0, last_time = 0;
  std::vector<ErasedField> erased;                             // fields found erased
  std::vector<ErasedField> erasures;                           // fields that entries say were erased
  std::vector<std::pair<uint64_t, SegmentClosed>> segments;    // by the closing entry
  struct KeyEntry {
    uint64_t seq;
    std::string kind;
    Json body;
  };
  std::vector<KeyEntry> keys;
  std::optional<Finding> bad;  // the first in the chunk; the leaves before it are complete
};

ChunkResult check_chunk(const RowChunk& chunk);

}  // namespace sluice::ledger
