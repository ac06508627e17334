// Merkle trees of RFC 6962 / RFC 9162 over entry bytes: leaf = H(0x00 ‖ entry), node = H(0x01 ‖ left ‖ right).
//
// The ledger keeps two over the same entries, one with SM3 and one with SHA-256. Everything here is pure; proofs are
// computed from complete subtrees that a NodeSource hands out, so that tiles, memory and tests share one algorithm.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/bytes.h"

namespace sluice::ledger {

enum class TreeHash : uint8_t { sm3 = 0, sha256 = 1 };
constexpr TreeHash kTrees[] = {TreeHash::sm3, TreeHash::sha256};

Digest leaf_hash(TreeHash tree, ByteView entry);
Digest node_hash(TreeHash tree, const Digest& left, const Digest& right);
// The root of no entries: H("").
Digest empty_root(TreeHash tree);

// parents[i] = node(children[2i], children[2i+1]), hashed in bulk; children.size() is even.
std::vector<Digest> parents_of(TreeHash tree, std::span<const Digest> children);

// The root of a list of leaf hashes, in bulk; any length.
Digest root_of(TreeHash tree, std::vector<Digest> leaves);

// Hands out the hash of the complete subtree of 2^level leaves that starts at leaf index·2^level.
using NodeSource = std::function<Result<Digest>(unsigned level, uint64_t index)>;

// Root of the first `size` entries. "proof.out_of_range" where the arguments do not fit.
Result<Digest> root_at(TreeHash tree, uint64_t size, const NodeSource& node);
Result<std::vector<Digest>> inclusion_proof(TreeHash tree, uint64_t index, uint64_t size, const NodeSource& node);
Result<std::vector<Digest>> consistency_proof(TreeHash tree, uint64_t from, uint64_t to, const NodeSource& node);

bool verify_inclusion(TreeHash tree, uint64_t index, uint64_t size, const Digest& leaf, std::span<const Digest> path,
                      const Digest& root);
// `from` may be 0 (empty path) or equal `to` (empty path, equal roots).
bool verify_consistency(TreeHash tree, uint64_t from, uint64_t to, std::span<const Digest> path, const Digest& from_root,
                        const Digest& to_root);

}  // namespace sluice::ledger
