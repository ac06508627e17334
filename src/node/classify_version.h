// Use case: classify and grade a sealed version (C6.2.1, G2.7). Proposals only; people confirm.
#pragma once

#include "node/node.h"

namespace sluice::node {

Result<std::vector<space::FieldProposal>> classify_version(Node& node, const space::Principal& by, const space::VersionId& version,
                                                           const ProgressFn& progress = {});

}  // namespace sluice::node
