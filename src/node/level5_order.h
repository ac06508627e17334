// What a worker needs to leave out rows with level-5 content: {"columns": where it may stand, "packs": the rules' texts where they are not
// the built-in ones}. Internal to node.
#pragma once

#include "node/node.h"

namespace sluice::node {

// Whether codes and terms of level 5 count in this column: by its kind, or since some were found there.
bool may_hold_level5_rows(const space::CatalogField& field);

// Of a release: nothing where its contract does not leave such rows out.
Result<std::optional<Json>> level5_order(Node& node, const space::ContractTerms& terms, const std::vector<std::string>& columns);

}  // namespace sluice::node
