#include "node/settle_leases.h"

namespace sluice::node {

using namespace space;

namespace {

constexpr uint64_t kEntriesAtOnce = 1024;

using Orphans = std::map<std::string, SettleLease>;

Orphans unsettled(const State& state) {
  Orphans out;
  for (const auto& [id, lease] : state.leases) out[id].lease = lease.id;
  return out;
}

// Where the oldest of them was taken: no record before that is theirs.
Result<uint64_t> oldest_lease_entry(const ledger::Ledger& log, const Orphans& orphans) {
  uint64_t oldest = log.size();
  size_t missing = orphans.size();
  for (uint64_t end = oldest; end > 0 && missing > 0;) {
    uint64_t from = end - std::min(end, kEntriesAtOnce);
    for (const auto& e : TRY(log.read(from, end - from))) {
      if (e.entry.kind != QuotaLeased::kind || !orphans.contains(e.body.get_string_or("lease", "").value_or(""))) continue;
      oldest = std::min(oldest, e.entry.seq);
      missing--;
    }
    end = from;
  }
  return missing == 0 ? oldest : 0;
}

Status count_calls(ledger::Store& store, uint64_t oldest, Orphans& orphans) {
  auto last = TRY(store.last_segment());
  if (!last) return {};
  for (uint64_t next = last->id + 1; next > 0; next--) {
    auto segment = TRY(store.segment(next - 1));
    if (segment && segment->entry && *segment->entry < oldest) return {};
    TRY(store.records(next - 1, 0, UINT64_MAX, [&](const ledger::SegmentRecordRow& row) -> Status {
      Json record = TRY(parse_json(row.record));
      auto found = orphans.find(record.get_string_or("lease", "").value_or(""));
      if (found == orphans.end()) return {};
      found->second.used_calls++;
      found->second.rows += record.get_int_or("rows", 0).value_or(0);
      return {};
    }));
  }
  return {};
}

}  // namespace

Status settle_orphaned_leases(Node& node, ledger::Store& store) {
  Orphans orphans = node.space().read(unsettled);
  if (orphans.empty()) return {};
  uint64_t oldest = TRY(oldest_lease_entry(node.ledger(), orphans));
  TRY(count_calls(store, oldest, orphans));
  for (const auto& [id, settled] : orphans) TRY(node.space().execute(Principal{.person = {}, .system = true, .stepped_up = false}, settled));
  return {};
}

}  // namespace sluice::node
