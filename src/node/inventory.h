// Inventory 盘点 (C6.3.1): every sealed chunk is read and hashed again, slowly, without keys, and what is not as the manifest says is reported.
//
// Versions are taken in the order of their ids; where it stands is kept in DIR/projections/inventory.json after each of them, so that an
// inventory that was interrupted goes on. A version that was destroyed meanwhile is left out. It ends with one entry of the ledger (ReportInventory),
// whether something was found or not. One at a time: "storage.busy" (conflict).
#pragma once

#include "node/node.h"

namespace sluice::node {

struct InventoryAsk {
  int64_t bytes_per_s = 0;         // 0: as fast as it can
  std::function<bool()> stop{};    // asked between chunks: "storage.interrupted" (refused), and the next one goes on
};
// Progress: {"bytes", "found", "versions", "versions_total"}.
Result<space::InventoryRun> take_inventory(Node& node, const space::Principal& by, const InventoryAsk& ask, const ProgressFn& progress = {});

// Of one that is under way or was interrupted; empty otherwise: {started_ms, versions, versions_total, chunks, bytes, found}.
std::optional<Json> inventory_under_way(Node& node);

}  // namespace sluice::node
