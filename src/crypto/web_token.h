// Signed web tokens of outside parties (RFC 7515, 7517, 7518, 8037): a compact JWS checked against a set of public keys.
//
// Algorithms: RS256, PS256 (RSA of 2048 bits and more), ES256 (P-256), EdDSA (Ed25519); never "none", never one with a shared secret. The key is
// the one that the header's `kid` names, else the only one that fits the algorithm; a key that says another algorithm or another use than
// signing is not used. Reads what strangers send: bounds on everything (tests/fuzz/crypto.web_token_fuzz.cc). Pure, thread-safe.
// Errors, all refused: "token.malformed", "token.algorithm" (not one of these, or not one that the caller allows), "token.unknown_key",
// "token.bad_signature"; of read(): "token.bad_keys".
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "codec/json.h"

namespace sluice {

class WebKeys {
 public:
  // A JWK set; keys of other kinds are passed over.
  static Result<WebKeys> read(std::string_view json);
  WebKeys();
  WebKeys(WebKeys&&) noexcept;
  WebKeys& operator=(WebKeys&&) noexcept;
  ~WebKeys();
  size_t size() const;

  // The claims of a token that one of the keys signed, by one of the allowed algorithms.
  Result<Json> claims_of(std::string_view token, std::span<const std::string> algorithms) const;

 private:
  struct Key;
  std::vector<std::unique_ptr<Key>> keys_;
};

}  // namespace sluice
