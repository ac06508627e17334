#include <gtest/gtest.h>

#include <set>

#include "base/random.h"
#include "crypto/ff1.h"
#include "crypto/hash.h"
#include "crypto/hmac_lanes.h"

namespace sluice {
namespace {

SecretBytes ff1_key(std::string_view hex_text) { return SecretBytes(*from_hex(hex_text)); }

std::vector<uint16_t> numerals_of(std::string_view text) {
  std::vector<uint16_t> out;
  for (char c : text) out.push_back(static_cast<uint16_t>(c <= '9' ? c - '0' : c - 'a' + 10));
  return out;
}
std::string text_of(const std::vector<uint16_t>& numerals) {
  std::string out;
  for (uint16_t n : numerals) out += "0123456789abcdefghijklmnopqrstuvwxyz"[n];
  return out;
}

// The nine samples that NIST publishes for FF1.
TEST(Ff1, GivesTheSamplesOfNist) {
  const std::string k128 = "2b7e151628aed2a6abf7158809cf4f3c", k192 = k128 + "ef4359d8d580aa4f", k256 = k192 + "7f036d6f04fc6a94";
  const std::string ten = "39383736353433323130", eleven = "3737373770717273373737";
  struct Sample {
    std::string key, tweak;
    uint32_t radix;
    std::string plain, cipher;
  };
  const Sample samples[] = {
      {k128, "", 10, "0123456789", "2433477484"},   {k128, ten, 10, "0123456789", "6124200773"},
      {k128, eleven, 36, "0123456789abcdefghi", "a9tv40mll9kdu509eum"},
      {k192, "", 10, "0123456789", "2830668132"},   {k192, ten, 10, "0123456789", "2496655549"},
      {k192, eleven, 36, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"},
      {k256, "", 10, "0123456789", "6657667009"},   {k256, ten, 10, "0123456789", "1001623463"},
      {k256, eleven, 36, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"},
  };
  for (const Sample& s : samples) {
    auto ff1 = Ff1::create(BlockCipher::aes, ff1_key(s.key), s.radix, s.plain.size());
    ASSERT_TRUE(ff1);
    auto n = numerals_of(s.plain);
    ff1->encrypt(n, *from_hex(s.tweak));
    EXPECT_EQ(text_of(n), s.cipher);
    ff1->decrypt(n, *from_hex(s.tweak));
    EXPECT_EQ(text_of(n), s.plain);
  }
}

TEST(Ff1, ABatchGivesWhatOneByOneGivesAndComesBackForEveryTweakLength) {
  SeededRandom random(7);
  for (size_t tweak_bytes : {0u, 1u, 11u, 12u, 16u, 40u, 255u}) {
    Bytes tweak = random_bytes(random, tweak_bytes);
    for (auto [radix, length] : {std::pair<uint32_t, size_t>{10, 18}, {10, 11}, {36, 19}, {2, 62}, {65536, 2}, {1457, 4}}) {
      for (BlockCipher cipher : {BlockCipher::sm4, BlockCipher::aes}) {
        auto ff1 = Ff1::create(cipher, SecretBytes(Bytes(16, 3)), radix, length);
        ASSERT_TRUE(ff1);
        std::vector<uint16_t> all(length * 300);
        for (auto& n : all) n = static_cast<uint16_t>(random.below(radix));
        auto before = all;
        ff1->encrypt(all, tweak);
        for (size_t row : {0u, 127u, 128u, 299u}) {
          std::vector<uint16_t> one(before.begin() + static_cast<long>(row * length), before.begin() + static_cast<long>((row + 1) * length));
          ff1->encrypt(one, tweak);
          EXPECT_TRUE(std::equal(one.begin(), one.end(), all.begin() + static_cast<long>(row * length)));
        }
        EXPECT_NE(all, before);
        ff1->decrypt(all, tweak);
        EXPECT_EQ(all, before);
      }
    }
  }
}

// A reference for SM4, for which NIST has no sample: algorithm 7 written down again, plainly, over one block at a time.
TEST(Ff1, WithSm4IsAlgorithm7OverThatCipher) {
  auto ff1 = Ff1::create(BlockCipher::sm4, ff1_key("0123456789abcdeffedcba9876543210"), 10, 18);
  ASSERT_TRUE(ff1);
  auto n = numerals_of("890121234567890000");
  ff1->encrypt(n, {});
  EXPECT_EQ(text_of(n), "546001174882645178");
}

TEST(Ff1, RefusesKeysAndDomainsThatTheStandardDoesNotAllow) {
  auto reason = [](BlockCipher c, size_t key, uint32_t radix, size_t length) {
    auto f = Ff1::create(c, SecretBytes(Bytes(key, 1)), radix, length);
    return f ? std::string_view("fine") : f.error().reason;
  };
  EXPECT_EQ(reason(BlockCipher::sm4, 16, 10, 6), "fine");
  EXPECT_EQ(reason(BlockCipher::sm4, 16, 10, 5), "fpe.bad_domain");
  EXPECT_EQ(reason(BlockCipher::sm4, 16, 1, 30), "fpe.bad_domain");
  EXPECT_EQ(reason(BlockCipher::sm4, 16, 65537, 4), "fpe.bad_domain");
  EXPECT_EQ(reason(BlockCipher::sm4, 16, 10, 37), "fpe.bad_domain");
  EXPECT_EQ(reason(BlockCipher::sm4, 32, 10, 18), "fpe.bad_key");
  EXPECT_EQ(reason(BlockCipher::aes, 15, 10, 18), "fpe.bad_key");
}

TEST(IntegerCipher, PermutesSmallAndLargeDomainsAndSaysWhichIsWhich) {
  SecretBytes key(Bytes(16, 9));
  for (uint64_t size : {1ull, 2ull, 366ull, 73049ull, 1000003ull}) {
    auto cipher = IntegerCipher::create(BlockCipher::sm4, key, size);
    ASSERT_TRUE(cipher);
    EXPECT_EQ(cipher->is_small_domain(), size < 1000000);
    std::vector<Wide> all(size);
    for (uint64_t i = 0; i < size; i++) all[i] = i;
    auto numbers = all;
    cipher->encrypt(numbers);
    EXPECT_EQ(std::set<Wide>(numbers.begin(), numbers.end()).size(), size);
    EXPECT_LT(*std::max_element(numbers.begin(), numbers.end()), Wide{size});
    cipher->decrypt(numbers);
    EXPECT_EQ(numbers, all);
  }
  auto wide = IntegerCipher::create(BlockCipher::sm4, key, Wide{1} << 90);
  ASSERT_TRUE(wide);
  std::vector<Wide> numbers = {0, 1, (Wide{1} << 90) - 1};
  auto before = numbers;
  wide->encrypt(numbers);
  for (Wide n : numbers) EXPECT_LT(n, Wide{1} << 90);
  wide->decrypt(numbers);
  EXPECT_EQ(numbers, before);
  EXPECT_FALSE(IntegerCipher::create(BlockCipher::sm4, key, 0));
}

TEST(HmacLanes, EqualTheSingleHmacForEveryLengthAndCount) {
  SeededRandom random(3);
  for (size_t key_bytes : {16u, 32u, 64u, 65u}) {
    SecretBytes key(random_bytes(random, key_bytes));
    HmacSm3Key hmac(key);
    for (size_t count : {1u, 3u, 16u, 17u, 40u}) {
      std::vector<Bytes> messages;
      for (size_t i = 0; i < count; i++) messages.push_back(random_bytes(random, (i * 7 + count) % 70));
      std::vector<ByteView> views(messages.begin(), messages.end());
      std::vector<Digest> out(count);
      hmac.many(views, out);
      for (size_t i = 0; i < count; i++) EXPECT_EQ(out[i], hmac_sm3(key.reveal("test"), messages[i])) << messages[i].size();
    }
  }
}

}  // namespace
}  // namespace sluice
