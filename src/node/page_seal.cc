#include "node/page_seal.h"

#include "crypto/hash.h"

namespace sluice::node {

namespace {

constexpr std::string_view kPageSealKind = "page_seal", kPageSealKey = "key";

}  // namespace

Result<PageSeal> PageSeal::of(Node& node) {
  auto stored = node.registry().get(kPageSealKind, kPageSealKey);
  if (stored) return PageSeal(std::move(*stored));
  if (stored.error().reason != "registry.not_found") return tl::unexpected(stored.error());
  TRY(node.registry().put(kPageSealKind, kPageSealKey, SecretBytes(random_bytes(node.random(), 32))));
  return PageSeal(TRY(node.registry().get(kPageSealKind, kPageSealKey)));
}

Digest PageSeal::over(const space::ReleaseId& release, std::string_view rows) const {
  std::string sealed = "sluice-api-page/1\n" + release.str() + "\n";
  sealed += rows;
  return hmac_sm3(key_.reveal("the key of the seals of pages"), view(sealed));
}

}  // namespace sluice::node
