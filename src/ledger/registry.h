// Registry: what must be erasable or secret (names, phones, password hashes, second-factor seeds, key wraps) lies here,
// sealed, beside the ledger; events carry opaque ids and commitments only.
//
// RegistryStore is the port: bytes by (kind, id), durable when put or erase return, erased bytes are overwritten on disk
// (backups and snapshots taken before keep theirs). Registry seals each item with SM4-GCM under the registry key with
// its kind and id as associated data, so that items cannot be swapped. Threads: any, the store serialises.
// Errors: "registry.not_found", "registry.tampered", those of the store ("store.io", "store.disk_full").
#pragma once

#include <functional>
#include <memory>
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

  // Another key: items are sealed under `next` from now on, and those under the key before are still read. reseal_all brings them under it, one by
  // one, while others read and write, and then forgets the key before; how many there are. Broken off, it can be called again.
  Status change_key(SecretBytes next);
  Result<int64_t> reseal_all();

 private:
  struct Keys;
  Registry(RegistryStore& store, SecretBytes key);
  Result<SecretBytes> open_item(std::string_view kind, std::string_view id, ByteView sealed) const;

  RegistryStore* store_;
  std::shared_ptr<Keys> keys_;  // shared only by moves: a registry has no copies that live beside it
};

}  // namespace sluice::ledger
