#include "ledger/merkle.h"

#include <bit>
#include <cstring>

#include "crypto/hash.h"

namespace sluice::ledger {

namespace {

Digest hash_one(TreeHash tree, ByteView data) { return tree == TreeHash::sm3 ? sm3(data) : sha256(data); }

void hash_many(TreeHash tree, std::span<const ByteView> in, std::span<Digest> out) {
  if (tree == TreeHash::sm3) return sm3_many(in, out);
  sha256_many(in, out);
}

// The largest power of two smaller than n, as its exponent; n ≥ 2.
unsigned split_level(uint64_t n) { return static_cast<unsigned>(std::bit_width(n - 1)) - 1; }

// Root of the leaves [at, at + n); at is a multiple of every complete subtree that occurs, as in RFC 9162 splits.
Result<Digest> range_root(TreeHash tree, uint64_t at, uint64_t n, const NodeSource& node) {
  if (std::has_single_bit(n)) {
    unsigned level = static_cast<unsigned>(std::countr_zero(n));
    return node(level, at >> level);
  }
  uint64_t left = uint64_t{1} << split_level(n);
  Digest l = TRY(range_root(tree, at, left, node));
  return node_hash(tree, l, TRY(range_root(tree, at + left, n - left, node)));
}

Status inclusion_path(TreeHash tree, uint64_t index, uint64_t at, uint64_t n, const NodeSource& node, std::vector<Digest>& out) {
  if (n == 1) return {};
  uint64_t left = uint64_t{1} << split_level(n);
  if (index < left) {
    TRY(inclusion_path(tree, index, at, left, node, out));
    out.push_back(TRY(range_root(tree, at + left, n - left, node)));
  } else {
    TRY(inclusion_path(tree, index - left, at + left, n - left, node, out));
    out.push_back(TRY(range_root(tree, at, left, node)));
  }
  return {};
}

// SUBPROOF of RFC 9162 §2.1.4.1; `whole`: the verifier knows the root of [at, at + n) when from == n.
enum class Known { yes, no };
Status subproof(TreeHash tree, uint64_t from, uint64_t at, uint64_t n, Known known, const NodeSource& node,
                std::vector<Digest>& out) {
  if (from == n) {
    if (known == Known::no) out.push_back(TRY(range_root(tree, at, n, node)));
    return {};
  }
  uint64_t left = uint64_t{1} << split_level(n);
  if (from <= left) {
    TRY(subproof(tree, from, at, left, known, node, out));
    out.push_back(TRY(range_root(tree, at + left, n - left, node)));
  } else {
    TRY(subproof(tree, from - left, at + left, n - left, Known::no, node, out));
    out.push_back(TRY(range_root(tree, at, left, node)));
  }
  return {};
}

tl::unexpected<Error> out_of_range() { return fail(Errc::invalid, "proof.out_of_range"); }

}  // namespace

Digest leaf_hash(TreeHash tree, ByteView entry) {
  Bytes data;
  data.reserve(entry.size() + 1);
  data.push_back(0);
  put(data, entry);
  return hash_one(tree, data);
}

Digest node_hash(TreeHash tree, const Digest& left, const Digest& right) {
  uint8_t data[65];
  data[0] = 1;
  std::memcpy(data + 1, left.data(), 32);
  std::memcpy(data + 33, right.data(), 32);
  return hash_one(tree, data);
}

Digest empty_root(TreeHash tree) { return hash_one(tree, {}); }

std::vector<Digest> parents_of(TreeHash tree, std::span<const Digest> children) {
  size_t n = children.size() / 2;
  std::vector<Digest> out(n);
  constexpr size_t kAtOnce = 128;
  uint8_t data[kAtOnce][65];
  ByteView views[kAtOnce];
  for (size_t done = 0; done < n;) {
    size_t now = std::min(kAtOnce, n - done);
    for (size_t i = 0; i < now; i++) {
      data[i][0] = 1;
      std::memcpy(data[i] + 1, children[2 * (done + i)].data(), 32);
      std::memcpy(data[i] + 33, children[2 * (done + i) + 1].data(), 32);
      views[i] = ByteView(data[i], 65);
    }
    hash_many(tree, {views, now}, {out.data() + done, now});
    done += now;
  }
  return out;
}

Digest root_of(TreeHash tree, std::vector<Digest> leaves) {
  if (leaves.empty()) return empty_root(tree);
  // An odd node at the end of a level goes up as it is: that is the RFC's split, seen from below.
  while (leaves.size() > 1) {
    std::vector<Digest> up = parents_of(tree, {leaves.data(), leaves.size() / 2 * 2});
    if (leaves.size() % 2) up.push_back(leaves.back());
    leaves = std::move(up);
  }
  return leaves[0];
}

Result<Digest> root_at(TreeHash tree, uint64_t size, const NodeSource& node) {
  if (size == 0) return empty_root(tree);
  return range_root(tree, 0, size, node);
}

Result<std::vector<Digest>> inclusion_proof(TreeHash tree, uint64_t index, uint64_t size, const NodeSource& node) {
  if (index >= size) return out_of_range();
  std::vector<Digest> out;
  TRY(inclusion_path(tree, index, 0, size, node, out));
  return out;
}

Result<std::vector<Digest>> consistency_proof(TreeHash tree, uint64_t from, uint64_t to, const NodeSource& node) {
  if (from > to) return out_of_range();
  std::vector<Digest> out;
  if (from == 0 || from == to) return out;
  TRY(subproof(tree, from, 0, to, Known::yes, node, out));
  return out;
}

// RFC 9162 §2.1.3.2.
bool verify_inclusion(TreeHash tree, uint64_t index, uint64_t size, const Digest& leaf, std::span<const Digest> path,
                      const Digest& root) {
  if (index >= size) return false;
  uint64_t fn = index, sn = size - 1;
  Digest r = leaf;
  for (const Digest& p : path) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      r = node_hash(tree, p, r);
      while (!(fn & 1) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      r = node_hash(tree, r, p);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && r == root;
}

// RFC 9162 §2.1.4.2.
bool verify_consistency(TreeHash tree, uint64_t from, uint64_t to, std::span<const Digest> path, const Digest& from_root,
                        const Digest& to_root) {
  if (from > to) return false;
  if (from == to) return path.empty() && from_root == to_root;
  if (from == 0) return path.empty() && from_root == empty_root(tree);
  std::vector<Digest> nodes;
  if (std::has_single_bit(from)) nodes.push_back(from_root);
  nodes.insert(nodes.end(), path.begin(), path.end());
  if (nodes.empty()) return false;
  uint64_t fn = from - 1, sn = to - 1;
  while (fn & 1) fn >>= 1, sn >>= 1;
  Digest fr = nodes[0], sr = nodes[0];
  for (size_t i = 1; i < nodes.size(); i++) {
    if (sn == 0) return false;
    if ((fn & 1) || fn == sn) {
      fr = node_hash(tree, nodes[i], fr);
      sr = node_hash(tree, nodes[i], sr);
      while (!(fn & 1) && fn != 0) fn >>= 1, sn >>= 1;
    } else {
      sr = node_hash(tree, sr, nodes[i]);
    }
    fn >>= 1, sn >>= 1;
  }
  return sn == 0 && fr == from_root && sr == to_root;
}

}  // namespace sluice::ledger
