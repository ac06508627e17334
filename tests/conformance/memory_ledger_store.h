// The ledger's store in memory, with faults: the double of the simulations.
//
// Each write point (one commit) can fail in every way the port allows: the batch lost, the batch persisted but reported
// lost, an I/O error, a full disk. What survives a crash is exactly `durable`.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "ledger/store.h"

namespace sluice::ledger {

enum class Fault { none, lost, reported_lost, io_error, disk_full };

struct MemoryLedgerState {
  struct Row {
    uint64_t seq;
    Bytes entry;
    std::string body;
    Bytes salts;
  };
  std::optional<HeadRow> head;
  std::map<uint64_t, Row> entries;
  std::map<std::tuple<TreeHash, unsigned, uint64_t>, Bytes> tiles;
  std::map<uint64_t, std::string> checkpoints;
  std::vector<uint64_t> key_entries;
  std::map<uint64_t, SegmentRow> segments;
  std::map<std::pair<uint64_t, uint64_t>, std::string> records;
  std::map<Digest, Bytes> blobs;
};

class MemoryLedgerStore final : public Store {
 public:
  explicit MemoryLedgerStore(std::shared_ptr<MemoryLedgerState> durable) : durable(std::move(durable)) {}
  MemoryLedgerStore() : MemoryLedgerStore(std::make_shared<MemoryLedgerState>()) {}

  std::shared_ptr<MemoryLedgerState> durable;
  // The fault of the n-th commit from now, counted from 0.
  std::map<uint64_t, Fault> faults;
  uint64_t commits = 0;

  Status commit(const Batch& b) override {
    std::lock_guard lock(mutex_);
    auto planned = faults.find(commits++);
    Fault fault = planned == faults.end() ? Fault::none : planned->second;
    if (fault == Fault::none || fault == Fault::reported_lost) apply(b);
    switch (fault) {
      case Fault::none: return {};
      case Fault::disk_full: return fail(Errc::exhausted, "store.disk_full");
      default: return fail(Errc::io, "store.io");
    }
  }

  Result<uint64_t> size() override {
    std::lock_guard lock(mutex_);
    return durable->entries.empty() ? 0 : durable->entries.rbegin()->first + 1;
  }
  Result<std::optional<HeadRow>> head() override {
    std::lock_guard lock(mutex_);
    return durable->head;
  }
  Status entries(uint64_t from, uint64_t count, const std::function<Status(const EntryRow&)>& visit) override {
    std::vector<MemoryLedgerState::Row> rows;
    {
      std::lock_guard lock(mutex_);
      for (auto it = durable->entries.lower_bound(from); it != durable->entries.end() && it->first - from < count; ++it)
        rows.push_back(it->second);
    }
    for (const auto& r : rows) TRY(visit({r.seq, r.entry, r.body, r.salts}));
    return {};
  }
  Result<Bytes> tile(TreeHash tree, unsigned level, uint64_t index) override {
    std::lock_guard lock(mutex_);
    auto it = durable->tiles.find({tree, level, index});
    if (it == durable->tiles.end()) return fail(Errc::not_found, "store.missing");
    return it->second;
  }
  Result<uint64_t> tile_count() override { return durable->tiles.size(); }
  Result<std::optional<std::string>> last_checkpoint(uint64_t at_most) override {
    std::lock_guard lock(mutex_);
    auto it = durable->checkpoints.upper_bound(at_most);
    if (it == durable->checkpoints.begin()) return std::optional<std::string>{};
    return std::optional<std::string>(std::prev(it)->second);
  }
  Status checkpoints(const std::function<Status(const CheckpointRow&)>& visit) override {
    for (const auto& [size, note] : durable->checkpoints) TRY(visit({size, note}));
    return {};
  }
  Result<std::vector<uint64_t>> key_entries() override { return durable->key_entries; }
  Result<std::optional<SegmentRow>> segment(uint64_t id) override {
    std::lock_guard lock(mutex_);
    auto it = durable->segments.find(id);
    return it == durable->segments.end() ? std::optional<SegmentRow>{} : std::optional(it->second);
  }
  Result<std::optional<SegmentRow>> last_segment() override {
    std::lock_guard lock(mutex_);
    return durable->segments.empty() ? std::optional<SegmentRow>{} : std::optional(durable->segments.rbegin()->second);
  }
  Status records(uint64_t segment, uint64_t from, uint64_t count,
                 const std::function<Status(const SegmentRecordRow&)>& visit) override {
    for (auto it = durable->records.lower_bound({segment, from}); it != durable->records.end() && it->first.first == segment; ++it) {
      if (count-- == 0) return {};
      TRY(visit({segment, it->first.second, it->second}));
    }
    return {};
  }
  Result<uint64_t> record_count() override { return durable->records.size(); }
  Result<Bytes> blob(const Digest& digest) override {
    std::lock_guard lock(mutex_);
    auto it = durable->blobs.find(digest);
    if (it == durable->blobs.end()) return fail(Errc::not_found, "store.missing");
    return it->second;
  }
  Status blobs(const std::function<Status(const BlobRow&)>& visit) override {
    for (const auto& [digest, content] : durable->blobs) TRY(visit({digest, content}));
    return {};
  }

 private:
  void apply(const Batch& b) {
    MemoryLedgerState& s = *durable;
    if (b.head) s.head = b.head;
    auto bytes = [](ByteView v) { return Bytes(v.begin(), v.end()); };
    for (const auto& r : b.entries) s.entries[r.seq] = {r.seq, bytes(r.entry), std::string(r.body), bytes(r.salts)};
    for (const auto& r : b.rewrites) {
      s.entries[r.seq].body = r.body;
      s.entries[r.seq].salts = bytes(r.salts);
    }
    for (const auto& t : b.tiles) s.tiles[{t.tree, t.level, t.index}] = t.hashes;
    for (const auto& r : b.segments) s.segments[r.id] = r;
    for (const auto& r : b.records) s.records[{r.segment, r.n}] = r.record;
    for (const auto& r : b.checkpoints) s.checkpoints[r.size] = r.note;
    for (uint64_t size : b.dropped_checkpoints) s.checkpoints.erase(size);
    for (uint64_t seq : b.key_entries) s.key_entries.push_back(seq);
    for (const auto& r : b.blobs) s.blobs.emplace(r.digest, bytes(r.content));
    for (const auto& d : b.dropped_blobs) s.blobs.erase(d);
  }

  std::mutex mutex_;
};

}  // namespace sluice::ledger
