// The two ways to SM4-GCM against each other; cipher_test.cc holds the way that this processor takes to published vectors.
#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/sm4_portable.h"
#include "crypto/sm4_wide.h"

namespace sluice {
namespace {

template <class Way>
Bytes sealed_by(const Way& way, ByteView nonce, ByteView associated, ByteView plain) {
  Bytes out(plain.size() + 16);
  way.seal(nonce, associated, plain, out);
  return out;
}

TEST(Sm4Ways, ThePortableWayGivesTheExampleOfRfc8998) {
  Sm4Portable way(*from_hex("0123456789abcdeffedcba9876543210"));
  Bytes sealed = sealed_by(way, *from_hex("00001234567800000000abcd"), *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                           *from_hex("aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                                     "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"));
  EXPECT_EQ(hex(ByteView(sealed).last(16)), "83de3541e4c2b58177e065a9bf7b62ec");
}

TEST(Sm4Ways, GiveTheSameBytesForEveryLength) {
  if (!Sm4Wide::usable()) GTEST_SKIP() << "this processor has no GFNI with AVX-512: the portable way is the only one";
  SeededRandom random(20);
  for (size_t round = 0; round < 1600; round++) {
    // Each length up to past a stride of 1,024 bytes, then longer ones.
    size_t size = round < 1300 ? round : 1300 + (round - 1300) * 37;
    Bytes key = random_bytes(random, 16), nonce = random_bytes(random, 12), associated = random_bytes(random, round % 531), plain = random_bytes(random, size);
    Sm4Wide wide(key);
    Sm4Portable portable(key);
    Bytes sealed = sealed_by(wide, nonce, associated, plain);
    ASSERT_EQ(sealed, sealed_by(portable, nonce, associated, plain)) << size;
    Bytes opened(size), opened_portably(size);
    ASSERT_TRUE(wide.open(nonce, associated, sealed, opened)) << size;
    ASSERT_TRUE(portable.open(nonce, associated, sealed, opened_portably)) << size;
    ASSERT_EQ(opened, plain) << size;
    ASSERT_EQ(opened_portably, plain) << size;
  }
}

TEST(Sm4Ways, BothFindAnyChangedByte) {
  SeededRandom random(21);
  Bytes key = random_bytes(random, 16), nonce = random_bytes(random, 12), plain = random_bytes(random, 1100), associated = to_bytes("column");
  Sm4Portable portable(key);
  Bytes sealed = sealed_by(portable, nonce, associated, plain), buffer(plain.size());
  for (size_t i = 0; i < sealed.size(); i++) {
    Bytes bad = sealed;
    bad[i] ^= static_cast<uint8_t>(1 << i % 8);
    ASSERT_FALSE(portable.open(nonce, associated, bad, buffer)) << i;
    if (Sm4Wide::usable()) {
      ASSERT_FALSE(Sm4Wide(key).open(nonce, associated, bad, buffer)) << i;
    }
  }
}

TEST(Sm4Ways, TheWideWayOpensInPlace) {
  if (!Sm4Wide::usable()) GTEST_SKIP() << "this processor has no GFNI with AVX-512";
  SeededRandom random(22);
  Bytes key = random_bytes(random, 16), nonce = random_bytes(random, 12), plain = random_bytes(random, 5000);
  Sm4Wide wide(key);
  Bytes sealed = sealed_by(wide, nonce, {}, plain);
  EXPECT_TRUE(wide.open(nonce, {}, sealed, std::span(sealed).first(plain.size())));
  EXPECT_EQ(Bytes(sealed.begin(), sealed.begin() + 5000), plain);
}

}  // namespace
}  // namespace sluice
