#include "edge/api/open_to_brokers.h"

#include <algorithm>

namespace sluice::api {

namespace {

// The own account, mandates and what they cover, the record of that. No route here reads a row, a file, a sample, a profile or a key.
constexpr std::string_view kRead[] = {"/session", "/session/key", "/certificates", "/inbox", "/search", "/names", "/vocabulary", "/node", "/mandates", "/mandates/{id}", "/mandates/{id}/scan",
                                      "/products", "/products/{id}", "/products/{id}/certificate", "/applications", "/applications/{id}", "/contracts", "/contracts/{id}",
                                      "/parties", "/parties/{id}", "/people", "/people/{id}", "/people/{id}/oidc-link", "/ledger", "/ledger/trust", "/ledger/entries"};
constexpr std::string_view kWrite[] = {"/session/password", "/session/totp/enrol", "/session/totp/confirm", "/session/step-up", "/session/key", "/session/certificate/challenge", "/session/certificate/step-up",
                                       "/certificates", "/certificates/{id}/revoke", "/mandates/{id}/accept", "/mandates/{id}/end", "/mandates/{id}/applications",
                                       "/mandates/{id}/applications/{draft}/withdraw", "/mandates/{id}/products", "/mandates/{id}/contracts", "/mandates/{id}/chase", "/mandates/{id}/chase-destruction"};
constexpr std::string_view kRemove[] = {"/session", "/session/key"};

template <size_t N>
bool is_listed(const std::string_view (&list)[N], std::string_view one) {
  return std::find(std::begin(list), std::end(list), one) != std::end(list);
}

}  // namespace

bool route_open_to_brokers(http::Method method, std::string_view pattern) {
  constexpr std::string_view kBase = "/api/v1";
  if (!pattern.starts_with(kBase)) return false;
  pattern.remove_prefix(kBase.size());
  switch (method) {
    case http::Method::get: return is_listed(kRead, pattern);
    case http::Method::post: return is_listed(kWrite, pattern);
    case http::Method::remove: return is_listed(kRemove, pattern);
    default: return false;
  }
}

}  // namespace sluice::api
