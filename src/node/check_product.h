// Use case: the automatic check of a drafted product (C7.1.3): description against data, a sample drawn by the node, grades
// confirmed and none too low by the values of that sample, identifiers left, risk within the thresholds of the form.
#pragma once

#include "node/node.h"

namespace sluice::node {

Result<std::vector<space::CheckResult>> check_product(Node& node, const space::Principal& by, const space::ProductId& product);

}  // namespace sluice::node
