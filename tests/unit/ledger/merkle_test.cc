#include "ledger/merkle.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "crypto/hash.h"
#include "ledger/tile.h"

namespace sluice::ledger {
namespace {

// RFC 9162 §2.1.1, written down as it stands there.
Digest naive_root(TreeHash tree, std::span<const Digest> leaves) {
  if (leaves.empty()) return empty_root(tree);
  if (leaves.size() == 1) return leaves[0];
  size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  return node_hash(tree, naive_root(tree, leaves.first(k)), naive_root(tree, leaves.subspan(k)));
}

std::vector<Digest> some_leaves(TreeHash tree, size_t n) {
  std::vector<Digest> out;
  for (size_t i = 0; i < n; i++) out.push_back(leaf_hash(tree, view("leaf " + std::to_string(i))));
  return out;
}

NodeSource naive_nodes(TreeHash tree, const std::vector<Digest>& leaves) {
  return [tree, &leaves](unsigned level, uint64_t index) -> Result<Digest> {
    size_t n = size_t{1} << level;
    return naive_root(tree, std::span(leaves).subspan(index * n, n));
  };
}

class MerkleTrees : public testing::TestWithParam<TreeHash> {};
INSTANTIATE_TEST_SUITE_P(Both, MerkleTrees, testing::ValuesIn(kTrees));

TEST_P(MerkleTrees, BulkRootEqualsTheNaiveOneAtEverySize) {
  auto leaves = some_leaves(GetParam(), 300);
  for (size_t n = 0; n <= leaves.size(); n++)
    ASSERT_EQ(root_of(GetParam(), {leaves.begin(), leaves.begin() + static_cast<ptrdiff_t>(n)}), naive_root(GetParam(), std::span(leaves).first(n))) << n;
}

TEST_P(MerkleTrees, EveryInclusionProofVerifiesAndNoOtherLeafDoes) {
  auto leaves = some_leaves(GetParam(), 300);
  auto nodes = naive_nodes(GetParam(), leaves);
  for (size_t n = 1; n <= leaves.size(); n += n < 70 ? 1 : 23) {
    Digest root = naive_root(GetParam(), std::span(leaves).first(n));
    for (size_t i = 0; i < n; i++) {
      auto path = *inclusion_proof(GetParam(), i, n, nodes);
      ASSERT_TRUE(verify_inclusion(GetParam(), i, n, leaves[i], path, root)) << i << " of " << n;
      ASSERT_FALSE(verify_inclusion(GetParam(), i, n, leaves[(i + 1) % 300], path, root));
      ASSERT_FALSE(n > 1 && verify_inclusion(GetParam(), (i + 1) % n, n, leaves[i], path, root));
      path.push_back(root);
      ASSERT_FALSE(verify_inclusion(GetParam(), i, n, leaves[i], path, root));
    }
  }
}

TEST_P(MerkleTrees, EveryConsistencyProofVerifiesAndNoOtherRootDoes) {
  auto leaves = some_leaves(GetParam(), 130);
  auto nodes = naive_nodes(GetParam(), leaves);
  std::vector<Digest> roots;
  for (size_t n = 0; n <= leaves.size(); n++) roots.push_back(naive_root(GetParam(), std::span(leaves).first(n)));
  for (size_t to = 1; to <= leaves.size(); to++) {
    for (size_t from = 0; from <= to; from++) {
      auto path = *consistency_proof(GetParam(), from, to, nodes);
      ASSERT_TRUE(verify_consistency(GetParam(), from, to, path, roots[from], roots[to])) << from << " to " << to;
      ASSERT_FALSE(from > 0 && verify_consistency(GetParam(), from, to, path, roots[from], roots[to - 1]));
      ASSERT_FALSE(from > 0 && verify_consistency(GetParam(), from, to, path, roots[from - 1], roots[to]));
    }
  }
}

TEST_P(MerkleTrees, TheEdgeGrownInAnyBatchesHasTheNaiveRootAndTiles) {
  auto leaves = some_leaves(GetParam(), 1500);
  for (uint64_t seed = 0; seed < 6; seed++) {
    SeededRandom random(seed);
    TileEdge edge(GetParam());
    std::vector<Tile> full;
    while (edge.size() < leaves.size()) {
      size_t n = std::min<size_t>(1 + random.below(seed == 0 ? 1 : 700), leaves.size() - edge.size());
      edge.grow(std::span(leaves).subspan(edge.size(), n), full);
      if (seed == 0 && edge.size() % 97 != 0) continue;
      ASSERT_EQ(edge.root(), naive_root(GetParam(), std::span(leaves).first(edge.size()))) << edge.size();
      std::vector<std::vector<Digest>> partials;
      for (unsigned l = 0; l < edge.levels(); l++) partials.push_back(edge.partial(l));
      ASSERT_EQ(TileEdge::from_partials(GetParam(), edge.size(), partials).root(), edge.root());
    }
    ASSERT_EQ(full.size(), 5u);
    for (const Tile& tile : full) {
      ASSERT_EQ(tile.level, 0);
      ASSERT_EQ(tile_hashes(tile.hashes), std::vector(leaves.begin() + static_cast<ptrdiff_t>(tile.index * 256), leaves.begin() + static_cast<ptrdiff_t>(tile.index * 256 + 256)));
    }
  }
}

// RFC 6962 test tree (certificate-transparency reference): leaves "", 00, 10, 2021, 3031, 40414243, 50..57, 60..6f.
TEST(MerkleVectors, Sha256RootsOfTheReferenceTree) {
  const char* leaves[] = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
  std::vector<Digest> hashes;
  for (const char* leaf : leaves) hashes.push_back(leaf_hash(TreeHash::sha256, *from_hex(leaf)));
  EXPECT_EQ(hex(empty_root(TreeHash::sha256)), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(hashes[0]), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(hex(root_of(TreeHash::sha256, hashes)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST(Tiles, PathsAreThoseOfTlogTiles) {
  EXPECT_EQ(tile_index_path(0), "000");
  EXPECT_EQ(tile_index_path(67), "067");
  EXPECT_EQ(tile_index_path(1234067), "x001/x234/067");
}

}  // namespace
}  // namespace sluice::ledger
