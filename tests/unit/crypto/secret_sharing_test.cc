#include "crypto/secret_sharing.h"

#include <gtest/gtest.h>

#include "crypto/root_shares.h"

namespace sluice {
namespace {

TEST(SecretSharing, AnyKOfNGiveTheSecretAndFewerAreRefused) {
  SeededRandom random(3);
  SecretBytes secret(random_bytes(random, 16));
  for (unsigned total = 2; total <= 6; total++) {
    for (unsigned needed = 2; needed <= total; needed++) {
      auto dealt = *split_secret(secret, needed, total, random);
      for (unsigned mask = 1; mask < (1u << total); mask++) {
        std::vector<Share> some;
        for (unsigned i = 0; i < total; i++)
          if (mask >> i & 1) some.push_back(dealt.shares[i]);
        auto back = combine_shares(some, needed, dealt.set, dealt.commitments);
        if (some.size() < needed) {
          EXPECT_EQ(back.error().reason, "shares.too_few");
        } else {
          ASSERT_TRUE(back) << back.error().reason;
          EXPECT_EQ(back->reveal("test"), secret.reveal("test"));
        }
      }
    }
  }
}

TEST(SecretSharing, FewerSharesSayNothingAboutTheSecret) {
  // With k - 1 shares every secret is as likely: for a fixed share at x = 1, each byte of the secret is met by one polynomial.
  SeededRandom random(4);
  std::vector<int> seen(256);
  for (int round = 0; round < 256 * 64; round++) {
    SecretBytes secret(Bytes(1, 0x5a));
    seen[split_secret(secret, 2, 2, random)->shares[0].value.reveal("test")[0]]++;
  }
  for (int count : seen) EXPECT_GT(count, 20) << "64 expected";
}

TEST(SecretSharing, AWrongShareIsNamedBeforeAnythingIsCombined) {
  SeededRandom random(5);
  auto dealt = *split_secret(SecretBytes(Bytes(16, 9)), 3, 5, random), other = *split_secret(SecretBytes(Bytes(16, 9)), 3, 5, random);
  std::vector<Share> shares{dealt.shares[0], other.shares[3], dealt.shares[4]};
  auto back = combine_shares(shares, 3, dealt.set, dealt.commitments);
  EXPECT_EQ(back.error().reason, "shares.wrong_share");
  EXPECT_EQ(back.error().detail, "4");
  std::vector<Share> twice{dealt.shares[0], dealt.shares[0], dealt.shares[1]};
  EXPECT_EQ(combine_shares(twice, 3, dealt.set, dealt.commitments).error().reason, "shares.same_share_twice");
  for (auto [k, n] : {std::pair{1u, 3u}, {4u, 3u}, {2u, 256u}, {0u, 0u}})
    EXPECT_EQ(split_secret(SecretBytes(Bytes(16, 9)), k, n, random).error().reason, "shares.bad_threshold");
}

struct SplitFixture {
  SeededRandom random{6};
  SecretBytes root{Bytes(16, 0x21)};
  std::vector<Officer> officers{{"王一", SecretText("passphrase one")}, {"李二", SecretText("passphrase two")}, {"张三", SecretText("passphrase three")}};
  SplitRoot split = *split_root(root, 2, officers, random);
  PresentedShare present(size_t i) const { return {split.shares[i], officers[i].passphrase}; }
};

TEST(RootShares, TwoOfThreeOfficersOpenTheRootByTheirLine) {
  SplitFixture f;
  std::vector<PresentedShare> two{f.present(2), f.present(0)};
  auto opened = open_root_file(encode(f.split.file), unlock_line(two));
  ASSERT_TRUE(opened) << opened.error().reason;
  EXPECT_EQ(opened->reveal("test"), f.root.reveal("test"));
  std::vector<PresentedShare> one{f.present(1)};
  EXPECT_EQ(open_root_file(encode(f.split.file), unlock_line(one)).error().reason, "shares.too_few");
  EXPECT_EQ(open_root_file(encode(f.split.file), SecretText("a passphrase")).error().reason, "shares.too_few");
}

TEST(RootShares, WrongSharesAndOfficersAreNamed) {
  SplitFixture f, other;
  other.split = *split_root(other.root, 2, other.officers, f.random);
  std::vector<PresentedShare> wrong_words{f.present(0), {f.split.shares[1], SecretText("passphrase three")}};
  auto refused = open_split_root(f.split.file, wrong_words);
  EXPECT_EQ(refused.error().reason, "shares.wrong_passphrase");
  EXPECT_EQ(refused.error().detail, "李二");
  std::vector<PresentedShare> same{f.present(0), f.present(0)};
  EXPECT_EQ(open_split_root(f.split.file, same).error().reason, "shares.officer_twice");
  std::vector<PresentedShare> foreign{f.present(0), other.present(1)};
  EXPECT_EQ(open_split_root(f.split.file, foreign).error().reason, "shares.other_root");
  // A share that opens but is not the one that was dealt.
  RootSharesFile bent = f.split.file;
  bent.holders[1].commitment[0] ^= 1;
  std::vector<PresentedShare> both{f.present(0), f.present(1)};
  auto named = open_split_root(bent, both);
  EXPECT_EQ(named.error().reason, "shares.wrong_share");
  EXPECT_EQ(named.error().detail, "李二");
}

TEST(RootShares, OnePersonIsNotTwoOfficers) {
  SeededRandom random(7);
  std::vector<Officer> same_name{{"王一", SecretText("passphrase one")}, {"王一", SecretText("passphrase two")}};
  std::vector<Officer> same_words{{"王一", SecretText("passphrase one")}, {"李二", SecretText("passphrase one")}};
  EXPECT_EQ(split_root(SecretBytes(Bytes(16, 1)), 2, same_name, random).error().reason, "shares.officer_twice");
  EXPECT_EQ(split_root(SecretBytes(Bytes(16, 1)), 2, same_words, random).error().reason, "shares.officer_twice");
}

}  // namespace
}  // namespace sluice
