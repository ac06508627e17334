#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <cstdlib>

#include "crypto/openssl_owned.h"
#include "crypto/sign.h"

namespace sluice {

namespace {

constexpr std::string_view kSm2DefaultId = "1234567812345678";  // GB/T 35276 clause 10

void must_sm2(bool done) {
  if (!done) std::abort();  // valid keys on a fixed curve: only a broken library or no memory gets here
}

const EC_GROUP* sm2_group() {
  static const OpensslOwned<EC_GROUP> group(EC_GROUP_new_by_curve_name(NID_sm2));
  must_sm2(group != nullptr);
  return group.get();
}

// The multiple of the base point, uncompressed.
Bytes sm2_public_of(const BIGNUM* scalar) {
  OpensslOwned<EC_POINT> point(EC_POINT_new(sm2_group()));
  must_sm2(point && EC_POINT_mul(sm2_group(), point.get(), scalar, nullptr, nullptr, nullptr) == 1);
  Bytes out(65);
  must_sm2(EC_POINT_point2oct(sm2_group(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(), nullptr) == 65);
  return out;
}

// An OpenSSL key of the public point, with the private scalar when it is given.
OpensslOwned<EVP_PKEY> sm2_pkey(const Bytes& point, const Bytes* scalar) {
  OpensslOwned<OSSL_PARAM_BLD> build(OSSL_PARAM_BLD_new());
  OpensslOwned<BIGNUM> private_number;
  must_sm2(build && OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0) == 1 &&
           OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1);
  if (scalar) {
    private_number.reset(BN_bin2bn(scalar->data(), static_cast<int>(scalar->size()), nullptr));
    must_sm2(private_number && OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, private_number.get()) == 1);
  }
  OpensslOwned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(build.get()));
  OpensslOwned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  EVP_PKEY* key = nullptr;
  must_sm2(params && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
           EVP_PKEY_fromdata(context.get(), &key, scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params.get()) == 1);
  return OpensslOwned<EVP_PKEY>(key);
}

// A digest context whose key context carries the default id, ready for EVP_DigestSignInit or EVP_DigestVerifyInit.
struct Sm2Signing {
  explicit Sm2Signing(EVP_PKEY* key) : key_context(EVP_PKEY_CTX_new(key, nullptr)), digest(EVP_MD_CTX_new()) {
    must_sm2(key_context && digest &&
             EVP_PKEY_CTX_set1_id(key_context.get(), kSm2DefaultId.data(), static_cast<int>(kSm2DefaultId.size())) == 1);
    EVP_MD_CTX_set_pkey_ctx(digest.get(), key_context.get());
  }
  OpensslOwned<EVP_PKEY_CTX> key_context;
  OpensslOwned<EVP_MD_CTX> digest;
};

}  // namespace

Result<Sm2PublicKey> Sm2PublicKey::from_bytes(ByteView bytes) {
  if (bytes.size() != 65 || bytes[0] != 4) return fail(Errc::invalid, "sm2.bad_key");
  OpensslOwned<EC_POINT> point(EC_POINT_new(sm2_group()));
  must_sm2(point != nullptr);
  if (EC_POINT_oct2point(sm2_group(), point.get(), bytes.data(), bytes.size(), nullptr) != 1)
    return fail(Errc::invalid, "sm2.bad_key");
  return Sm2PublicKey(Bytes(bytes.begin(), bytes.end()));
}

bool Sm2PublicKey::verify(ByteView message, ByteView der_signature) const {
  auto key = sm2_pkey(point_, nullptr);
  Sm2Signing context(key.get());
  must_sm2(EVP_DigestVerifyInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1);
  return EVP_DigestVerify(context.digest.get(), der_signature.data(), der_signature.size(), message.data(), message.size()) == 1;
}

Sm2PrivateKey Sm2PrivateKey::generate() {
  // 1 + [0, n−2) is [1, n−2], the range of GB/T 32918.1.
  OpensslOwned<BIGNUM> bound(BN_dup(EC_GROUP_get0_order(sm2_group()))), scalar(BN_new());
  must_sm2(bound && scalar && BN_sub_word(bound.get(), 2) == 1 && BN_priv_rand_range(scalar.get(), bound.get()) == 1 &&
           BN_add_word(scalar.get(), 1) == 1);
  Bytes raw(32);
  must_sm2(BN_bn2binpad(scalar.get(), raw.data(), 32) == 32);
  Bytes point = sm2_public_of(scalar.get());
  return Sm2PrivateKey(SecretBytes(std::move(raw)), Sm2PublicKey(std::move(point)));
}

Result<Sm2PrivateKey> Sm2PrivateKey::from_bytes(ByteView raw) {
  if (raw.size() != 32) return fail(Errc::invalid, "sm2.bad_key");
  OpensslOwned<BIGNUM> bound(BN_dup(EC_GROUP_get0_order(sm2_group()))), scalar(BN_bin2bn(raw.data(), 32, nullptr));
  must_sm2(bound && scalar && BN_sub_word(bound.get(), 1) == 1);
  if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), bound.get()) >= 0) return fail(Errc::invalid, "sm2.bad_key");
  return Sm2PrivateKey(SecretBytes(Bytes(raw.begin(), raw.end())), Sm2PublicKey(sm2_public_of(scalar.get())));
}

Bytes Sm2PrivateKey::sign(ByteView message) const {
  auto key = sm2_pkey(public_.bytes(), &scalar_.reveal("sign"));
  Sm2Signing context(key.get());
  must_sm2(EVP_DigestSignInit(context.digest.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1);
  Bytes out(80);  // DER of two 32-byte integers is at most 72 bytes
  size_t size = out.size();
  must_sm2(EVP_DigestSign(context.digest.get(), out.data(), &size, message.data(), message.size()) == 1);
  out.resize(size);
  return out;
}

Result<Bytes> sm2_encrypt(const Sm2PublicKey& to, ByteView plain) {
  if (plain.empty() || plain.size() > 4096) return fail(Errc::invalid, "sm2.bad_length");
  auto key = sm2_pkey(to.bytes(), nullptr);
  OpensslOwned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
  must_sm2(context && EVP_PKEY_encrypt_init(context.get()) == 1);
  size_t size = 0;
  must_sm2(EVP_PKEY_encrypt(context.get(), nullptr, &size, plain.data(), plain.size()) == 1);
  Bytes out(size);
  must_sm2(EVP_PKEY_encrypt(context.get(), out.data(), &size, plain.data(), plain.size()) == 1);
  out.resize(size);
  return out;
}

Result<Bytes> sm2_decrypt(const Sm2PrivateKey& private_key, ByteView cipher) {
  if (cipher.empty() || cipher.size() > 8192) return fail(Errc::refused, "sm2.cannot_decrypt");
  auto key = sm2_pkey(private_key.public_key().bytes(), &private_key.scalar().reveal("decrypt"));
  OpensslOwned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new(key.get(), nullptr));
  must_sm2(context && EVP_PKEY_decrypt_init(context.get()) == 1);
  Bytes out(cipher.size());
  size_t size = out.size();
  if (EVP_PKEY_decrypt(context.get(), out.data(), &size, cipher.data(), cipher.size()) != 1 || size > out.size()) {
    wipe(out.data(), out.size());
    return fail(Errc::refused, "sm2.cannot_decrypt");
  }
  wipe(out.data() + size, out.size() - size);
  out.resize(size);
  return out;
}

}  // namespace sluice
