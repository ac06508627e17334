#include "ledger/chunk_check.h"

#include <algorithm>

#include "crypto/hash.h"
#include "ledger/commitment.h"
#include "ledger/keys.h"

namespace sluice::ledger {

namespace {

// Checks rows one after the other, but hashes commitments and leaves of the whole chunk at once.
class ChunkCheck {
 public:
  explicit ChunkCheck(const RowChunk& chunk) : chunk_(chunk) {}

  ChunkResult run() {
    messages_.reserve(chunk_.bytes.size() * 2);
    for (size_t i = 0; i < chunk_.rows.size() && !out_.bad; i++) row(i);
    compare_commitments();
    hash_leaves();
    return std::move(out_);
  }

 private:
  void bad(uint64_t seq, std::string_view reason, std::string what) { out_.bad = Finding{std::string(reason), std::move(what), seq}; }

  void row(size_t i) {
    const auto& r = chunk_.rows[i];
    uint64_t expected = chunk_.from + i;
    if (r.seq != expected) return bad(expected, "verify.missing_entry", "the entry is missing");
    ByteView all(chunk_.bytes);
    auto entry = decode_entry(all.subspan(r.entry, r.body - r.entry));
    if (!entry) return bad(expected, "verify.entry", "the entry's bytes do not decode: " + entry.error().detail);
    if (entry->seq != expected) return bad(expected, "verify.entry", "the entry carries another sequence");
    if (i == 0) out_.first_time = entry->time;
    if (i > 0 && entry->time < out_.last_time) return bad(expected, "verify.time", "time runs backwards");
    out_.last_time = entry->time;
    std::string_view body = text(all.subspan(r.body, r.salts - r.body));
    auto slices = slice_body(*entry, body, all.subspan(r.salts, r.end - r.salts));
    if (!slices) return bad(expected, "verify.body", "body or salts are not in the stored form");
    for (const BodySlice& slice : *slices) {
      size_t at = messages_.size();
      commitment_message_to(messages_, slice.salt, entry->fields[slice.field].name, slice.value);
      pending_.push_back({at, messages_.size() - at, expected, entry->fields[slice.field].commitment});
    }
    out_.fields += entry->fields.size();
    note_erased(*entry, *slices);
    if (is_structural(entry->kind)) structural(*entry, body);
    good_rows_ = i + 1;
  }

  void note_erased(const Entry& entry, const std::vector<BodySlice>& slices) {
    if (slices.size() == entry.fields.size()) return;
    size_t next = 0;
    for (size_t f = 0; f < entry.fields.size(); f++) {
      if (next < slices.size() && slices[next].field == f) {
        next++;
      } else {
        out_.erased.push_back({entry.seq, entry.fields[f].name});
      }
    }
  }

  void structural(const Entry& entry, std::string_view body_text) {
    auto body = parse_json(body_text);
    if (!body) return bad(entry.seq, "verify.body", "the body is not JSON");
    if (entry.kind == kGenesisKind || entry.kind == kKeyRotatedKind) {
      out_.keys.push_back({entry.seq, entry.kind, *std::move(body)});
    } else if (entry.kind == kSegmentClosedKind) {
      auto closed = SegmentClosed::from_body(*body);
      if (!closed) return bad(entry.seq, "verify.segment", "the closing entry has another form");
      out_.segments.emplace_back(entry.seq, *closed);
    } else if (entry.kind == kErasedKind) {
      auto seq = body->get_int("seq");
      const Json* fields = body->find("fields");
      if (!seq || !fields || !fields->is_array()) return bad(entry.seq, "verify.body", "the record of an erasure has another form");
      for (const Json& name : fields->as_array())
        if (name.is_string()) out_.erasures.push_back({static_cast<uint64_t>(*seq), name.as_string()});
    }
  }

  void compare_commitments() {
    std::vector<ByteView> views;
    views.reserve(pending_.size());
    for (const auto& p : pending_) views.push_back(ByteView(messages_).subspan(p.at, p.size));
    std::vector<Digest> digests(views.size());
    sm3_many(views, digests);
    for (size_t i = 0; i < digests.size(); i++) {
      if (digests[i] == pending_[i].commitment) continue;
      bad(pending_[i].seq, "verify.commitment", "a field of the body, its salt or its commitment was changed");
      return;
    }
  }

  void hash_leaves() {
    std::vector<ByteView> views;
    views.reserve(good_rows_);
    for (size_t i = 0; i < good_rows_; i++) {
      const auto& r = chunk_.rows[i];
      views.push_back(ByteView(chunk_.bytes).subspan(r.entry - 1, r.body - r.entry + 1));
    }
    out_.sm3_leaves.resize(views.size());
    out_.sha256_leaves.resize(views.size());
    sm3_many(views, out_.sm3_leaves);
    sha256_many(views, out_.sha256_leaves);
  }

  struct PendingCommitment {
    size_t at, size;
    uint64_t seq;
    Digest commitment;
  };

  const RowChunk& chunk_;
  ChunkResult out_;
  Bytes messages_;
  std::vector<PendingCommitment> pending_;
  size_t good_rows_ = 0;
};

}  // namespace

void RowChunk::add(const EntryRow& row) {
  bytes.push_back(0);
  Extents e{row.seq, bytes.size(), 0, 0, 0};
  put(bytes, row.entry);
  e.body = bytes.size();
  put(bytes, row.body);
  e.salts = bytes.size();
  put(bytes, row.salts);
  e.end = bytes.size();
  rows.push_back(e);
}

EntryRow RowChunk::row(size_t i) const {
  const Extents& e = rows[i];
  ByteView all(bytes);
  return {e.seq, all.subspan(e.entry, e.body - e.entry), text(all.subspan(e.body, e.salts - e.body)), all.subspan(e.salts, e.end - e.salts)};
}

ChunkResult check_chunk(const RowChunk& chunk) { return ChunkCheck(chunk).run(); }

}  // namespace sluice::ledger
