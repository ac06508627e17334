#include "ledger/registry.h"

#include "crypto/aead.h"

namespace sluice::ledger {

namespace {

// u16 length of kind ‖ kind ‖ id: no two items share it.
Bytes item_name(std::string_view kind, std::string_view id) {
  Bytes out;
  put_u16(out, static_cast<uint16_t>(kind.size()));
  put(out, kind);
  put(out, id);
  return out;
}

}  // namespace

Result<Registry> Registry::open(RegistryStore& store, SecretBytes key) {
  TRY(Sm4Gcm::create(key));
  return Registry(store, std::move(key));
}

Status Registry::put(std::string_view kind, std::string_view id, const SecretBytes& item) {
  Bytes sealed = TRY(seal_box(key_, item_name(kind, id), item.reveal("seal a registry item")));
  return store_->put(kind, id, sealed);
}

Result<SecretBytes> Registry::get(std::string_view kind, std::string_view id) const {
  Bytes sealed = TRY(store_->get(kind, id));
  auto plain = open_box(key_, item_name(kind, id), sealed);
  if (!plain) return fail(Errc::corrupt, "registry.tampered", std::string(kind));
  return SecretBytes(*std::move(plain));
}

Status Registry::erase(std::string_view kind, std::string_view id) { return store_->erase(kind, id); }

Result<std::vector<std::string>> Registry::ids(std::string_view kind) const { return store_->ids(kind); }

}  // namespace sluice::ledger
