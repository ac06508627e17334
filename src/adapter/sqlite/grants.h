// What wiring hands to the key agent: the grant check over DIR/ledger.sqlite, opened read-only beside the server.
#pragma once

#include <memory>
#include <string>

#include "node/process/grant_check.h"

namespace sluice::adapter {

// A node::OpenGrantCheck. "store.missing" while the ledger does not exist.
Result<std::unique_ptr<node::GrantCheck>> open_ledger_grants(const std::string& space_dir);

}  // namespace sluice::adapter
