// The ledger's signing keys are handed over: the new pair is made by the key agent once the ledger shows a witnessed work for it, the
// hand-over is an entry signed by both pairs, and the new one signs from there on. docs/formats/checkpoint.md, "Key history".
#pragma once

#include "node/node.h"

namespace sluice::node {

// "key_agent.no_key_work"; errors of Ledger::rotate_keys. A hand-over that was cut short is finished at the next opening.
Status rotate_ledger_keys(Node& node, const std::string& key_work);

// At the opening: keys that wait are adopted when the ledger was handed over to them.
Status settle_ledger_keys(Node& node);

}  // namespace sluice::node
