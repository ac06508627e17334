#include "ledger/registry.h"

#include <mutex>
#include <optional>
#include <utility>

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

// Writing an item and bringing it under another key exclude each other: an older item must not come back.
struct Registry::Keys {
  std::mutex mutex;
  SecretBytes key;
  std::optional<SecretBytes> before;
};

Registry::Registry(RegistryStore& store, SecretBytes key) : store_(&store), keys_(std::make_shared<Keys>()) { keys_->key = std::move(key); }

Result<Registry> Registry::open(RegistryStore& store, SecretBytes key) {
  TRY(Sm4Gcm::create(key));
  return Registry(store, std::move(key));
}

Status Registry::put(std::string_view kind, std::string_view id, const SecretBytes& item) {
  std::lock_guard lock(keys_->mutex);
  Bytes sealed = TRY(seal_box(keys_->key, item_name(kind, id), item.reveal("seal a registry item")));
  return store_->put(kind, id, sealed);
}

Result<SecretBytes> Registry::open_item(std::string_view kind, std::string_view id, ByteView sealed) const {
  auto plain = open_box(keys_->key, item_name(kind, id), sealed);
  if (!plain && keys_->before) plain = open_box(*keys_->before, item_name(kind, id), sealed);
  if (!plain) return fail(Errc::corrupt, "registry.tampered", std::string(kind));
  return SecretBytes(*std::move(plain));
}

Result<SecretBytes> Registry::get(std::string_view kind, std::string_view id) const {
  std::lock_guard lock(keys_->mutex);  // before the item is read: it may be sealed anew meanwhile, and the key before forgotten
  Bytes sealed = TRY(store_->get(kind, id));
  return open_item(kind, id, sealed);
}

Status Registry::erase(std::string_view kind, std::string_view id) {
  std::lock_guard lock(keys_->mutex);
  return store_->erase(kind, id);
}

Status Registry::change_key(SecretBytes next) {
  TRY(Sm4Gcm::create(next));
  std::lock_guard lock(keys_->mutex);
  if (keys_->key.reveal("compare") == next.reveal("compare")) return {};
  keys_->before = std::move(keys_->key);
  keys_->key = std::move(next);
  return {};
}

Result<int64_t> Registry::reseal_all() {
  std::vector<std::pair<std::string, std::string>> all;
  TRY(store_->items([&](std::string_view kind, std::string_view id, ByteView) -> Status {
    all.emplace_back(kind, id);
    return {};
  }));
  for (const auto& [kind, id] : all) {
    std::lock_guard lock(keys_->mutex);
    auto sealed = store_->get(kind, id);
    if (!sealed && sealed.error().reason == "registry.not_found") continue;  // erased meanwhile
    if (!sealed) return tl::unexpected(sealed.error());
    if (open_box(keys_->key, item_name(kind, id), *sealed)) continue;
    SecretBytes plain = TRY(open_item(kind, id, *sealed));
    Bytes fresh = TRY(seal_box(keys_->key, item_name(kind, id), plain.reveal("seal it under the next key")));
    TRY(store_->put(kind, id, fresh));
  }
  std::lock_guard lock(keys_->mutex);
  keys_->before.reset();
  return static_cast<int64_t>(all.size());
}

Result<std::vector<std::string>> Registry::ids(std::string_view kind) const { return store_->ids(kind); }

}  // namespace sluice::ledger
