// What one append is made of before it is durable: bodies, salts, commitments and entries of the whole batch lie in a few
// large buffers, so that hashing runs over many messages at once and nothing is allocated for each entry.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "ledger/ledger.h"

namespace sluice::ledger {

struct Extent {
  size_t at = 0;
  size_t size = 0;
};

struct Ledger::Pending {
  uint64_t base = 0;
  TimeMs time = 0;
  std::vector<const NewEntry*> entries;  // the caller's, then the ledger's own
  std::list<NewEntry> own;

  std::string bodies;
  std::vector<Extent> body;         // of each entry
  std::vector<Extent> value;        // of each field, all entries in a row
  Bytes salts;                      // of each field
  Bytes leaves;                     // 0x00 ‖ entry, one after the other
  std::vector<Extent> leaf;
  std::vector<Tile> tiles;
  std::vector<uint64_t> key_entries;

  SegmentRow segment;               // the open segment after this batch
  std::vector<Digest> segment_leaves;
  std::list<std::string> record_texts;
  std::vector<SegmentRecordRow> records;
  std::vector<SegmentRow> segments;
};

}  // namespace sluice::ledger
