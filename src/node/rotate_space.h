// The space key is replaced under everything that it seals: dataset keys, backup epochs, and the keys of the space's own file. Wraps only:
// no column is written again. docs/formats/keys.md, "Another space key".
//
// Order: the agent writes one file in which the fresh key counts and the one before is kept under it; then each wrap in the registry is
// moved; then the file forgets the one before. A process killed anywhere leaves a space that opens, and the next opening finishes the rest.
#pragma once

#include "node/node.h"

namespace sluice::node {

// How many wraps were looked at. "key_agent.no_key_work", "custody.rotation_unfinished".
Result<int64_t> rotate_space_key(Node& node, const std::string& key_work);

// At the opening: what a killed rotation left is moved.
Status settle_space_key(Node& node);

}  // namespace sluice::node
