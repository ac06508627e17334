// The registry's store in one SQLite file (DIR/registry.sqlite); what it holds is sealed before it comes here.
// Erased and replaced bytes are overwritten in the file (secure_delete) and the log is truncated. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "adapter/sqlite/database.h"
#include "ledger/registry.h"

namespace sluice::adapter {

class SqliteRegistryStore final : public ledger::RegistryStore {
 public:
  static Result<std::unique_ptr<SqliteRegistryStore>> open(const std::string& path, OpenMode mode);

  Status put(std::string_view kind, std::string_view id, ByteView bytes) override;
  Result<Bytes> get(std::string_view kind, std::string_view id) override;
  Status erase(std::string_view kind, std::string_view id) override;
  Result<std::vector<std::string>> ids(std::string_view kind) override;
  Status items(const ItemVisitor& visit) override;

 private:
  SqliteRegistryStore(Database db, Statement put, Statement get, Statement erase, Statement ids)
      : db_(std::move(db)), put_(std::move(put)), get_(std::move(get)), erase_(std::move(erase)), ids_(std::move(ids)) {}
  std::mutex mutex_;
  Database db_;
  Statement put_, get_, erase_, ids_;
};

}  // namespace sluice::adapter
