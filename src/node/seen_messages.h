// Messages of the national platform that a plan's sealed batches held, by the marks of their msgids (collect/block_source.h): one that comes again, in another
// file, holds the batch ("message.seen_before") as one that stands twice in a file does.
//
// Of each plan the kSeenMessagesMax newest are remembered, eight bytes each, one registry item a version. An item counts once its version stands in the ledger, and
// is written before it does; what a killed node left is taken away when the plan collects again. A message older than what is remembered is not known again.
#pragma once

#include "node/node.h"

namespace sluice::node {

inline constexpr size_t kSeenMessagesMax = 1u << 20;

// Whether one of these messages was in a sealed batch of the plan.
Result<bool> seen_before(Node& node, const space::PlanId& plan, ByteView marks);
// Before the version that holds them is recorded; makes room by forgetting the oldest versions' marks.
Status remember_messages(Node& node, const space::PlanId& plan, const space::VersionId& version, ByteView marks);
void forget_messages(Node& node, const space::PlanId& plan, const space::VersionId& version);

}  // namespace sluice::node
