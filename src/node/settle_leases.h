// At the opening of a node: calls that a killed process had leased ahead go back to their contracts. How many of a lease were used is
// what the access records say, each durable before its rows left: so a kill neither takes calls away nor gives any twice.
// Costs nothing unless there are such leases; then it reads the ledger back to where they were taken, and the records since.
#pragma once

#include "ledger/store.h"
#include "node/node.h"

namespace sluice::node {

Status settle_orphaned_leases(Node& node, ledger::Store& store);

}  // namespace sluice::node
