// The key of the registry is replaced: every item is sealed anew, while the space goes on. docs/formats/keys.md, "Another registry key".
//
// Order: the agent writes one file with the fresh key beside the one that counts; each item is brought under the fresh one; then it counts alone. A process
// killed anywhere leaves a registry whose items open under one of the two, and the next opening finishes the rest. The snapshot of the state, whose MAC comes
// from the registry's key, is made anew from the ledger at the opening after that. Backups of before keep the key that they were made with.
#pragma once

#include "node/node.h"

namespace sluice::node {

// The registry under the key that counts, and under the one that is to follow when a rotation was broken off.
Result<ledger::Registry> open_registry(ledger::RegistryStore& store, KeyAgent& agent);

// How many items there are. "key_agent.no_key_work", "custody.rotation_unfinished".
Result<int64_t> rotate_registry_key(Node& node, const std::string& key_work);

// At the opening: what a killed rotation left is finished.
Status settle_registry_key(Node& node);

}  // namespace sluice::node
