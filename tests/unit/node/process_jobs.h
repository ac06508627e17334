// What the children of these tests do: the test binary starts itself again with the hidden verbs, as the server does.
#pragma once

#include <span>

#include "node/process/grant_check.h"
#include "node/process/worker.h"

namespace sluice::node {

std::span<const WorkerJob> test_jobs();
// Grants dataset ds_1 version 1, columns "fee" and "sex", to gr_good; the check against a real ledger has its own test.
Result<std::unique_ptr<GrantCheck>> open_test_grants(const std::string& space_dir);

}  // namespace sluice::node
