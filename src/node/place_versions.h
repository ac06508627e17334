// Versions go to the tier of their level (vault/tier.h): the folder, and the wrap of the dataset key under the tier's own key.
//
// Each version by itself: wraps first, then the folder, then the entry in the ledger. Whatever comes in between, every version can be read at any
// time, and the next call finishes what is left.
// Errors of a version do not stop the others; the first is returned in the end. "storage.busy" (conflict) while a backup is being made.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct PlaceAnswer {
  int64_t looked_at = 0, moved = 0, bytes = 0;
  static constexpr auto fields = field_list(field("looked_at", &PlaceAnswer::looked_at), field("moved", &PlaceAnswer::moved), field("bytes", &PlaceAnswer::bytes));
};
Result<PlaceAnswer> place_versions(Node& node, const space::Principal& by, const std::function<bool()>& stop = {}, const ProgressFn& progress = {});

}  // namespace sluice::node
