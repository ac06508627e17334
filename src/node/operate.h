// Use case: what a person does with data inside the agency, after the state machine has allowed it (space/operation).
//
// Showing values answers with the rows, and the ledger has the operation, its range and its columns before the first of them
// leaves the worker. A download or copy becomes an envelope for the organisation's own key (DIR/operations/ID.sluice),
// opened with `sluice open`; no plaintext file is ever made. Modifying is done by collection, under an approved operation.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct OperationResult {
  space::OperationId operation;
  int64_t rows = 0, bytes = 0;
  std::string values;  // of list_values: a JSON array of objects
};
// Starts the approved operation of this person and does it. "operation.*" of the state machine, "party.no_key".
Result<OperationResult> run_operation(Node& node, const space::Principal& by, const space::OperationId& operation, const ProgressFn& progress = {});

std::string operation_path(const Node& node, const space::OperationId& operation);

}  // namespace sluice::node
