// Registry: what must be erasable or secret (names, phones, password hashes, second-factor seeds, key wraps) lies here,
// sealed, beside the ledger; events carry opaque ids and commitments only.
//
// RegistryStore is the port: bytes by (kind, id), durable when put or erase return, erased bytes are overwritten on disk
// (backups and snapshots taken before keep theirs). Registry seals each item with SM4-GCM under the registry key with
// its kind and id as associated data, so that items cannot be swapped. Threads: any, the store serialises.
// Errors: "registry.not_found", "registry.tampered", those of the store ("store.io", "store.disk_full").
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/restricted.h"

namespace sluice::ledger {

class RegistryStore {
 public:
  virtual ~RegistryStore() = default;
  virtual Status put(std::string_view kind, std::string_view id, ByteView bytes) = 0;
  virtual Result<Bytes> get(std::string_view kind, std::string_view id) = 0;
  virtual Status erase(std::string_view kind, std::string_view id) = 0;  // "registry.not_found"
  virtual Result<std::vector<std::string>> ids(std::string_view kind) = 0;  // sorted
  // Every item as it is stored, sorted by kind and id, as of one moment: for backups.
  using ItemVisitor = std::function<Status(std::string_view kind, std::string_view id, ByteView bytes)>;
  virtual Status items(const ItemVisitor& visit) = 0;
};

class Registry {
 public:
  // "aead.bad_key" unless the key has 16 bytes.
  static Result<Registry> open(RegistryStore& store, SecretBytes key);

  Status put(std::string_view kind, std::string_view id, const SecretBytes& item);
  Result<SecretBytes> get(std::string_view kind, std::string_view id) const;
  Status erase(std::string_view kind, std::string_view id);
  Result<std::vector<std::string>> ids(std::string_view kind) const;

 private:
  Registry(RegistryStore& store, SecretBytes key) : store_(&store), key_(std::move(key)) {}
  RegistryStore* store_;
  SecretBytes key_;
};

}  // namespace sluice::ledger
