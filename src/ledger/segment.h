// Access segments: records of high rate (API calls, views of level 4 data, refusals to strangers), each durable before
// its answer, outside the ledger's entries. A segment is a hash chain while it is open; closing it puts its Merkle root,
// count and chain head into an entry "segment.closed" {segment, count, head, root} (digests in hex, SM3).
//
//   h_0 = SM3( "sluice/segment/v1/open" ‖ u64 segment ‖ head of the segment before, 32 zero bytes for segment 0 )
//   h_i = SM3( "sluice/segment/v1" ‖ h_{i−1} ‖ record i ),  record = canonical JSON object of at most 16 KiB
//   root = RFC 6962 tree (SM3) over the records
// A record is proven in two steps: record → segment root → entry. Source: docs/formats/segment.md.
#pragma once

#include <string_view>

#include "codec/json.h"
#include "ledger/merkle.h"

namespace sluice::ledger {

constexpr size_t kSegmentRecordBytesMax = 16u << 10;
// A segment is closed by the ledger itself when it has this many records.
constexpr uint64_t kSegmentRecordsMax = 16384;

Digest segment_opening(uint64_t segment, const Digest& previous_head);
Digest segment_next(const Digest& head, std::string_view record);

struct SegmentClosed {
  uint64_t segment;
  uint64_t count;
  Digest head;
  Digest root;

  Json body() const;
  static Result<SegmentClosed> from_body(const Json& body);  // "segment.bad_body"
};

}  // namespace sluice::ledger
