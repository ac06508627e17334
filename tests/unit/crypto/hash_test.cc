#include "crypto/hash.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/block_digest.h"
#include "crypto/sm3_lanes.h"
#include "tests/unit/crypto/vectors.h"

namespace sluice {
namespace {

TEST(Sm3, GivesTheExamplesOfTheStandard) {
  // GB/T 32905-2016 annex A.
  EXPECT_EQ(hex(sm3(view("abc"))), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  std::string sixteen;
  for (int i = 0; i < 16; i++) sixteen += "abcd";
  EXPECT_EQ(hex(sm3(view(sixteen))), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
  EXPECT_EQ(hex(sm3({})), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
}

TEST(Sha256, GivesTheExamplesOfTheStandard) {
  EXPECT_EQ(hex(sha256(view("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The definition: SM3 over the SM3 digests of blocks of 65,536 bytes.
Digest block_digest_by_definition(ByteView data) {
  Bytes digests;
  for (; !data.empty(); data = data.subspan(std::min<size_t>(data.size(), 65536))) put(digests, sm3(data.first(std::min<size_t>(data.size(), 65536))));
  return sm3(digests);
}

TEST(BlockDigest, IsWhatItsDefinitionSaysHoweverTheBytesCome) {
  SeededRandom random(5);
  Bytes data = random_bytes(random, (size_t{3} << 20) + 12345);
  for (size_t size : {size_t{0}, size_t{1}, size_t{65535}, size_t{65536}, size_t{65537}, size_t{15} * 65536, size_t{1} << 20, (size_t{1} << 20) + 1, size_t{33} * 65536, data.size()}) {
    ByteView all = ByteView(data).first(size);
    for (size_t piece : {size_t{1000}, size_t{65536}, size_t{700'001}, size_t{2} << 20}) {
      BlockDigest digest;
      for (ByteView rest = all; !rest.empty(); rest = rest.subspan(std::min(rest.size(), piece))) digest.update(rest.first(std::min(rest.size(), piece)));
      EXPECT_EQ(digest.finish(), block_digest_by_definition(all)) << size << " bytes by " << piece;
    }
  }
}

TEST(Hash, StreamingEqualsOneShotAtEverySplit) {
  SeededRandom random(1);
  Bytes data = random_bytes(random, 300);
  for (size_t split = 0; split <= data.size(); split += 7) {
    Sm3 a;
    Sha256 b;
    a.update(ByteView(data).first(split));
    a.update(ByteView(data).subspan(split));
    b.update(ByteView(data).first(split));
    b.update(ByteView(data).subspan(split));
    EXPECT_EQ(a.finish(), sm3(data));
    EXPECT_EQ(b.finish(), sha256(data));
  }
}

std::vector<Bytes> messages_of_random_length(uint64_t seed, size_t count, size_t longest) {
  SeededRandom random(seed);
  std::vector<Bytes> out;
  for (size_t i = 0; i < count; i++) out.push_back(random_bytes(random, random.below(longest + 1)));
  return out;
}

TEST(Sm3Many, EveryKernelAgreesWithLibgcryptOnRandomLengths) {
  for (size_t count : {0u, 1u, 2u, 5u, 15u, 16u, 17u, 64u, 333u}) {
    auto messages = messages_of_random_length(count + 7, count, count > 100 ? 260 : 5000);
    std::vector<ByteView> in(messages.begin(), messages.end());
    std::vector<Digest> expected(count), got(count);
    for (size_t i = 0; i < count; i++) expected[i] = sm3(in[i]);
    for (const Sm3Kernel& kernel : sm3_kernels()) {
      std::fill(got.begin(), got.end(), Digest{});
      sm3_many_with(kernel, in, got);
      EXPECT_EQ(got, expected) << kernel.lanes << " lanes, " << count << " messages";
    }
    std::fill(got.begin(), got.end(), Digest{});
    sm3_many(in, got);
    EXPECT_EQ(got, expected);
    sha256_many(in, got);
    for (size_t i = 0; i < count; i++) EXPECT_EQ(got[i], sha256(in[i]));
  }
}

TEST(Sm3Many, OneLongMessageAmongShortOnes) {
  std::vector<Bytes> messages(20, Bytes(100, 3));
  for (size_t long_at : {0u, 7u, 19u}) messages[long_at] = Bytes(200000 + long_at, static_cast<uint8_t>(long_at));
  std::vector<ByteView> in(messages.begin(), messages.end());
  std::vector<Digest> got(in.size());
  for (const Sm3Kernel& kernel : sm3_kernels()) {
    sm3_many_with(kernel, in, got);
    for (size_t i = 0; i < in.size(); i++) EXPECT_EQ(got[i], sm3(in[i])) << kernel.lanes << " lanes, message " << i;
  }
}

TEST(Sm3Many, EveryLengthAroundTheBlockEdges) {
  std::vector<Bytes> messages;
  for (size_t n = 0; n <= 200; n++) messages.push_back(Bytes(n, static_cast<uint8_t>(n)));
  std::vector<ByteView> in(messages.begin(), messages.end());
  std::vector<Digest> got(in.size());
  for (const Sm3Kernel& kernel : sm3_kernels()) {
    sm3_many_with(kernel, in, got);
    for (size_t i = 0; i < in.size(); i++) EXPECT_EQ(got[i], sm3(in[i])) << kernel.lanes << " lanes, length " << i;
  }
}

TEST(Hmac, GivesRfc4231StyleKnownAnswers) {
  EXPECT_EQ(hex(hmac_sm3(view("Jefe"), view("what do ya want for nothing?"))),
            "2e87f1d16862e6d964b50a5200bf2b10b764faa9680a296a2405f24bec39f882");
}

TEST(Hkdf, LongOutputExtendsShortOutput) {
  Bytes long_key = hkdf_sm3(view("key"), view("salt"), "info", 100);
  Bytes short_key = hkdf_sm3(view("key"), view("salt"), "info", 33);
  EXPECT_EQ(Bytes(long_key.begin(), long_key.begin() + 33), short_key);
  EXPECT_NE(hkdf_sm3(view("key"), view("salt"), "other", 33), short_key);
  // RFC 5869 with HMAC-SM3, first block spelled out.
  Digest prk = hmac_sm3(view("salt"), view("key"));
  Bytes round = to_bytes("info");
  put_u8(round, 1);
  Digest first = hmac_sm3(prk, round);
  EXPECT_EQ(Bytes(first.begin(), first.end()), Bytes(long_key.begin(), long_key.begin() + 32));
}

TEST(HashVectors, OpensslSm3AndHmacFiles) {
  auto digests = vectors::evp_blocks("evpmd_sm3.txt");
  auto macs = vectors::evp_blocks("evpmac_sm3.txt");
  if (digests.empty()) GTEST_SKIP() << "shared test vectors are absent";
  size_t checked = 0;
  for (const auto& block : digests) {
    if (!block.contains("Digest") || block.at("Digest") != "SM3" || !block.contains("Output")) continue;
    auto input = vectors::evp_bytes(block.at("Input"));
    EXPECT_EQ(Bytes(*from_hex(block.at("Output"))), [&] { Digest d = sm3(input); return Bytes(d.begin(), d.end()); }());
    checked++;
  }
  for (const auto& block : macs) {
    if (!block.contains("Output") || !block.contains("Key")) continue;
    Digest mac = hmac_sm3(vectors::evp_bytes(block.at("Key")), vectors::evp_bytes(block.at("Input")));
    EXPECT_EQ(*from_hex(block.at("Output")), Bytes(mac.begin(), mac.end()));
    checked++;
  }
  EXPECT_GE(checked, 8u);
}

TEST(HashVectors, WycheproofHmacSm3IncludingModifiedTags) {
  Json file = vectors::wycheproof("hmac_sm3_test.json");
  if (file.is_null()) GTEST_SKIP() << "shared test vectors are absent";
  size_t checked = 0;
  for (const Json& group : file.find("testGroups")->as_array()) {
    size_t tag_bytes = static_cast<size_t>(*group.get_int("tagSize")) / 8;
    for (const Json& test : group.find("tests")->as_array()) {
      Digest mac = hmac_sm3(*from_hex(*test.get_string("key")), *from_hex(*test.get_string("msg")));
      bool same = equal_const_time(ByteView(mac).first(tag_bytes), *from_hex(*test.get_string("tag")));
      EXPECT_EQ(same, *test.get_string("result") == "valid") << "case " << *test.get_int("tcId");
      checked++;
    }
  }
  EXPECT_EQ(checked, 174u);
}

}  // namespace
}  // namespace sluice
