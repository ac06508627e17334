#include "crypto/web_token.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <optional>

#include "crypto/openssl_owned.h"
#include "crypto/x509_parts.h"

namespace sluice {

namespace {

constexpr size_t kTokenBytesMax = 64u << 10, kKeySetBytesMax = 256u << 10, kKeysMax = 64;

OpensslOwned<EVP_PKEY> key_of(const char* kind, OSSL_PARAM_BLD* build) {
  OpensslOwned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(build));
  OpensslOwned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return OpensslOwned<EVP_PKEY>(key);
}

Bytes member_bytes(const Json& key, std::string_view name) {
  auto value = key.get_string_or(name, "");
  auto bytes = value ? from_base64url(*value) : Result<Bytes>(Bytes());
  return bytes.value_or(Bytes());
}

OpensslOwned<EVP_PKEY> rsa_key(const Json& json) {
  Bytes n = member_bytes(json, "n"), e = member_bytes(json, "e");
  if (n.size() < 256 || n.size() > 1024 || e.empty() || e.size() > 8) return nullptr;
  OpensslOwned<BIGNUM> modulus(BN_bin2bn(n.data(), static_cast<int>(n.size()), nullptr)), exponent(BN_bin2bn(e.data(), static_cast<int>(e.size()), nullptr));
  OpensslOwned<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
  if (!modulus || !exponent || !build || BN_num_bits(modulus.get()) < 2048 || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
    return nullptr;
  return key_of("RSA", build.get());
}

OpensslOwned<EVP_PKEY> p256_key(const Json& json) {
  Bytes x = member_bytes(json, "x"), y = member_bytes(json, "y"), point{4};
  if (x.size() != 32 || y.size() != 32) return nullptr;
  put(point, ByteView(x));
  put(point, ByteView(y));
  OpensslOwned<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
  if (!build || OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return key_of("EC", build.get());
}

OpensslOwned<EVP_PKEY> ed25519_key(const Json& json) {
  Bytes x = member_bytes(json, "x");
  if (x.size() != 32) return nullptr;
  return OpensslOwned<EVP_PKEY>(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, x.data(), x.size()));
}

// r ‖ s as the web writes it, in the form that the library reads.
Bytes der_of_pair(ByteView pair) {
  OpensslOwned<ECDSA_SIG> signature(ECDSA_SIG_new());
  BIGNUM *r = BN_bin2bn(pair.data(), 32, nullptr), *s = BN_bin2bn(pair.data() + 32, 32, nullptr);
  if (!signature || !r || !s || ECDSA_SIG_set0(signature.get(), r, s) != 1) return {};
  return openssl_der(signature.get(), i2d_ECDSA_SIG);
}

bool verifies(EVP_PKEY* key, const std::string& algorithm, ByteView message, Bytes signature) {
  OpensslOwned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* with = nullptr;
  bool eddsa = algorithm == "EdDSA";
  if (algorithm == "ES256") {
    if (signature.size() != 64) return false;
    signature = der_of_pair(signature);
  }
  if (!context || EVP_DigestVerifyInit(context.get(), &with, eddsa ? nullptr : EVP_sha256(), nullptr, key) != 1) return false;
  if (algorithm == "PS256" && (EVP_PKEY_CTX_set_rsa_padding(with, RSA_PKCS1_PSS_PADDING) != 1 || EVP_PKEY_CTX_set_rsa_pss_saltlen(with, RSA_PSS_SALTLEN_DIGEST) != 1))
    return false;
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

std::string_view kind_for(std::string_view algorithm) {
  if (algorithm == "RS256" || algorithm == "PS256") return "RSA";
  if (algorithm == "ES256") return "EC";
  return algorithm == "EdDSA" ? "OKP" : "";
}

tl::unexpected<Error> malformed_token() { return fail(Errc::refused, "token.malformed"); }

Result<Json> object_in(std::string_view part) {
  auto bytes = from_base64url(part);
  auto json = bytes ? parse_json(text(*bytes), kTokenBytesMax) : Result<Json>(tl::unexpected(bytes.error()));
  if (!json || !json->is_object()) return malformed_token();
  return json;
}

}  // namespace

struct WebKeys::Key {
  std::string id, kind, algorithm;
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key;
};

WebKeys::WebKeys() = default;
WebKeys::WebKeys(WebKeys&&) noexcept = default;
WebKeys& WebKeys::operator=(WebKeys&&) noexcept = default;
WebKeys::~WebKeys() = default;
size_t WebKeys::size() const { return keys_.size(); }

Result<WebKeys> WebKeys::read(std::string_view json) {
  auto set = parse_json(json, kKeySetBytesMax);
  const Json* keys = set ? set->find("keys") : nullptr;
  if (!keys || !keys->is_array() || keys->as_array().size() > kKeysMax) return fail(Errc::refused, "token.bad_keys");
  WebKeys out;
  for (const Json& item : keys->as_array()) {
    auto word = [&](std::string_view name) { return item.is_object() ? item.get_string_or(name, "").value_or("") : std::string(); };
    std::string kind = word("kty"), curve = word("crv"), use = word("use");
    if (!use.empty() && use != "sig") continue;
    OpensslOwned<EVP_PKEY> key;
    if (kind == "RSA") key = rsa_key(item);
    if (kind == "EC" && curve == "P-256") key = p256_key(item);
    if (kind == "OKP" && curve == "Ed25519") key = ed25519_key(item);
    if (key) out.keys_.push_back(std::make_unique<Key>(Key{word("kid"), kind, word("alg"), {key.release(), EVP_PKEY_free}}));
  }
  return out;
}

Result<Json> WebKeys::claims_of(std::string_view token, std::span<const std::string> algorithms) const {
  size_t first = token.find('.'), second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (token.size() > kTokenBytesMax || second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return malformed_token();
  Json header = TRY(object_in(token.substr(0, first)));
  Json claims = TRY(object_in(token.substr(first + 1, second - first - 1)));
  auto signature = from_base64url(token.substr(second + 1));
  // Extensions that must be understood are not.
  if (!signature || header.find("crit")) return malformed_token();
  std::string algorithm = header.get_string_or("alg", "").value_or(""), id = header.get_string_or("kid", "").value_or("");
  if (kind_for(algorithm).empty() || std::find(algorithms.begin(), algorithms.end(), algorithm) == algorithms.end())
    return fail(Errc::refused, "token.algorithm");
  const Key* chosen = nullptr;
  for (const auto& key : keys_) {
    bool fits = key->kind == kind_for(algorithm) && (key->algorithm.empty() || key->algorithm == algorithm) && (id.empty() || key->id == id);
    if (!fits) continue;
    if (chosen) return fail(Errc::refused, "token.unknown_key");  // which of the two is not said
    chosen = key.get();
  }
  if (!chosen) return fail(Errc::refused, "token.unknown_key");
  if (!verifies(chosen->key.get(), algorithm, view(token.substr(0, second)), std::move(*signature))) return fail(Errc::refused, "token.bad_signature");
  return claims;
}

}  // namespace sluice
