#include "adapter/sqlite/grants.h"

#include "adapter/sqlite/ledger_store.h"
#include "node/process/ledger_grants.h"

namespace sluice::adapter {

Result<std::unique_ptr<node::GrantCheck>> open_ledger_grants(const std::string& space_dir) {
  std::unique_ptr<ledger::Store> store = TRY(SqliteLedgerStore::open(space_dir + "/ledger.sqlite", OpenMode::read_only));
  return std::make_unique<node::LedgerGrants>(std::move(store));
}

}  // namespace sluice::adapter
