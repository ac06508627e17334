// The pages of an API release made once more (recheck_version.h). Internal to node.
#pragma once

#include "ledger/store.h"
#include "node/node.h"
#include "node/release_marks.h"

namespace sluice::node {

struct RecheckedPages {
  uint64_t calls = 0, same = 0, differ = 0, not_checkable = 0;
};
Result<RecheckedPages> recheck_pages(Node& node, ledger::Store& store, const space::Principal& by, const space::Release& release, const std::optional<MarkOrder>& marks);

}  // namespace sluice::node
