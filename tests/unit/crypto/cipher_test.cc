#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/aead.h"
#include "crypto/sign.h"
#include "tests/unit/crypto/vectors.h"

namespace sluice {
namespace {

SecretBytes secret_of(std::string_view hex_text) { return SecretBytes(*from_hex(hex_text)); }

TEST(Sm4Gcm, GivesTheExampleOfRfc8998) {
  auto cipher = Sm4Gcm::create(secret_of("0123456789abcdeffedcba9876543210"));
  Bytes sealed = cipher->seal(*from_hex("00001234567800000000abcd"), *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                              *from_hex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                                        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"));
  EXPECT_EQ(hex(sealed),
            "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15"
            "a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec");
}

TEST(Sm4Gcm, AnyChangedByteIsFoundAndTheBufferIsWiped) {
  SystemRandom random;
  auto cipher = Sm4Gcm::create(SecretBytes(random_bytes(random, 16)));
  Bytes nonce = random_bytes(random, 12), plain = random_bytes(random, 50), aad = to_bytes("column");
  Bytes sealed = cipher->seal(nonce, aad, plain);
  EXPECT_EQ(*cipher->open(nonce, aad, sealed), plain);
  for (size_t i = 0; i < sealed.size(); i++) {
    Bytes bad = sealed, buffer(plain.size(), 0xaa);
    bad[i] ^= 1;
    EXPECT_EQ(cipher->open_into(nonce, aad, bad, buffer).error().reason, "aead.tampered");
    EXPECT_EQ(buffer, Bytes(plain.size(), 0));
  }
  EXPECT_FALSE(cipher->open(nonce, view("other"), sealed));
  EXPECT_FALSE(cipher->open(random_bytes(random, 12), aad, sealed));
  EXPECT_FALSE(cipher->open(nonce, aad, ByteView(sealed).first(15)));
  EXPECT_EQ(Sm4Gcm::create(SecretBytes(Bytes(15))).error().reason, "aead.bad_key");
}

TEST(SealBox, OpensOnlyWithItsKeyAndContext) {
  SystemRandom random;
  SecretBytes key(random_bytes(random, 16)), other(random_bytes(random, 16));
  Bytes box = *seal_box(key, view("a"), view("secret"));
  EXPECT_EQ(text(*open_box(key, view("a"), box)), "secret");
  EXPECT_FALSE(open_box(key, view("b"), box));
  EXPECT_FALSE(open_box(other, view("a"), box));
  EXPECT_FALSE(open_box(key, view("a"), ByteView(box).first(10)));
  EXPECT_TRUE(open_box(key, {}, *seal_box(key, {}, {}))->empty());
}

TEST(CipherVectors, WycheproofSm4GcmIncludingInvalidOnes) {
  Json file = vectors::wycheproof("sm4_gcm_test.json");
  if (file.is_null()) GTEST_SKIP() << "shared test vectors are absent";
  size_t checked = 0, refused = 0;
  for (const Json& group : file.find("testGroups")->as_array()) {
    if (*group.get_int("ivSize") != 96 || *group.get_int("tagSize") != 128) continue;  // the only shapes we have
    for (const Json& test : group.find("tests")->as_array()) {
      auto get = [&](const char* name) { return *from_hex(*test.get_string(name)); };
      auto cipher = Sm4Gcm::create(SecretBytes(get("key")));
      Bytes sealed = get("ct");
      put(sealed, get("tag"));
      bool valid = *test.get_string("result") == "valid";
      auto opened = cipher->open(get("iv"), get("aad"), sealed);
      EXPECT_EQ(opened.has_value(), valid) << "case " << *test.get_int("tcId");
      if (valid) {
        EXPECT_EQ(*opened, get("msg"));
        EXPECT_EQ(cipher->seal(get("iv"), get("aad"), get("msg")), sealed);
      } else {
        refused++;
      }
      checked++;
    }
  }
  EXPECT_GT(checked, 40u);
  EXPECT_GT(refused, 5u);
}

TEST(Sm2, SignaturesVerifyOnlyOverTheirMessageAndKey) {
  auto key = Sm2PrivateKey::generate(), other = Sm2PrivateKey::generate();
  Bytes signature = key.sign(view("message digest"));
  EXPECT_TRUE(key.public_key().verify(view("message digest"), signature));
  EXPECT_FALSE(key.public_key().verify(view("message digesT"), signature));
  EXPECT_FALSE(other.public_key().verify(view("message digest"), signature));
  for (size_t i = 0; i < signature.size(); i++) {
    Bytes bad = signature;
    bad[i] ^= 1;
    EXPECT_FALSE(key.public_key().verify(view("message digest"), bad)) << i;
  }
  EXPECT_FALSE(key.public_key().verify(view("message digest"), {}));
  auto again = Sm2PrivateKey::from_bytes(key.scalar().reveal("test"));
  EXPECT_EQ(again->public_key(), key.public_key());
}

// GB/T 32918.5-2017 annex A: the key of the example on the recommended curve and its signature (r, s).
TEST(Sm2, GivesTheExampleOfTheStandard) {
  auto key = Sm2PrivateKey::from_bytes(*from_hex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"));
  EXPECT_EQ(hex(key->public_key().bytes()),
            "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
            "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13");
  Bytes der = *from_hex(
      "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
      "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
  EXPECT_TRUE(key->public_key().verify(view("message digest"), der));
}

TEST(Sm2, KeysOutsideTheCurveOrRangeAreRefused) {
  EXPECT_EQ(Sm2PrivateKey::from_bytes(Bytes(32, 0)).error().reason, "sm2.bad_key");
  EXPECT_EQ(Sm2PrivateKey::from_bytes(Bytes(32, 0xff)).error().reason, "sm2.bad_key");
  // n − 1 is the first scalar above the range.
  EXPECT_FALSE(Sm2PrivateKey::from_bytes(*from_hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122")));
  EXPECT_TRUE(Sm2PrivateKey::from_bytes(*from_hex("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54121")));
  Bytes point = Sm2PrivateKey::generate().public_key().bytes();
  EXPECT_TRUE(Sm2PublicKey::from_bytes(point));
  point[64] ^= 1;
  EXPECT_EQ(Sm2PublicKey::from_bytes(point).error().reason, "sm2.bad_key");
  EXPECT_FALSE(Sm2PublicKey::from_bytes(Bytes(65, 0)));
  EXPECT_FALSE(Sm2PublicKey::from_bytes(Bytes{0}));
}

TEST(Sm2, EncryptionOpensOnlyWithTheRightKeyAndUnchangedBytes) {
  auto key = Sm2PrivateKey::generate(), other = Sm2PrivateKey::generate();
  SystemRandom random;
  Bytes plain = random_bytes(random, 16), cipher = *sm2_encrypt(key.public_key(), plain);
  EXPECT_EQ(cipher[0], 0x30);
  EXPECT_EQ(*sm2_decrypt(key, cipher), plain);
  EXPECT_EQ(sm2_decrypt(other, cipher).error().reason, "sm2.cannot_decrypt");
  for (size_t i = 0; i < cipher.size(); i++) {
    Bytes bad = cipher;
    bad[i] ^= 1;
    auto opened = sm2_decrypt(key, bad);
    EXPECT_TRUE(!opened || *opened == plain) << i;  // a lax DER length may still name the same ciphertext
  }
  EXPECT_FALSE(sm2_decrypt(key, {}));
  EXPECT_FALSE(sm2_encrypt(key.public_key(), {}));
}

// RFC 8032 section 7.1, test 2.
TEST(Ed25519, GivesTheExampleOfRfc8032) {
  auto key = Ed25519PrivateKey::from_seed(*from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(hex(key->public_key().bytes()), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  Bytes message{0x72}, signature = key->sign(message);
  EXPECT_EQ(hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(key->public_key().verify(message, signature));
  signature[5] ^= 1;
  EXPECT_FALSE(key->public_key().verify(message, signature));
  EXPECT_FALSE(key->public_key().verify(message, {}));
  EXPECT_EQ(Ed25519PrivateKey::from_seed(Bytes(31)).error().reason, "ed25519.bad_key");
}

TEST(Ed25519, KeysOfSmallOrderAreRefused) {
  Bytes identity(32, 0);
  identity[0] = 1;
  EXPECT_EQ(Ed25519PublicKey::from_bytes(identity).error().reason, "ed25519.bad_key");
  EXPECT_FALSE(Ed25519PublicKey::from_bytes(Bytes(32, 0)));
  EXPECT_FALSE(Ed25519PublicKey::from_bytes(Bytes(32, 0xff)));
}

}  // namespace
}  // namespace sluice
