#include "ledger/tile.h"

#include <bit>
#include <cassert>
#include <cstring>

namespace sluice::ledger {

namespace {

Bytes join_hashes(std::span<const Digest> hashes) {
  Bytes out(hashes.size() * 32);
  std::memcpy(out.data(), hashes.data(), out.size());
  return out;
}

}  // namespace

std::string tile_index_path(uint64_t index) {
  auto three = [](uint64_t n) {
    std::string digits = std::to_string(n);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string out = three(index % 1000);
  while ((index /= 1000) > 0) out = "x" + three(index % 1000) + "/" + out;
  return out;
}

std::vector<Digest> tile_hashes(ByteView bytes) {
  std::vector<Digest> out(bytes.size() / 32);
  std::memcpy(out.data(), bytes.data(), out.size() * 32);
  return out;
}

Digest node_in_tile(TreeHash tree, std::span<const Digest> hashes, unsigned height, uint64_t index) {
  size_t n = size_t{1} << height;
  assert((index + 1) * n <= hashes.size());
  return root_of(tree, {hashes.begin() + static_cast<ptrdiff_t>(index * n), hashes.begin() + static_cast<ptrdiff_t>((index + 1) * n)});
}

const std::vector<Digest>& TileEdge::partial(unsigned level) const {
  static const std::vector<Digest> none;
  return level < partials_.size() ? partials_[level] : none;
}

Digest TileEdge::root() const {
  if (size_ == 0) return empty_root(tree_);
  unsigned height = static_cast<unsigned>(std::countr_zero(size_));
  Digest root = peaks_[height];
  while (++height < 64)
    if (size_ >> height & 1) root = node_hash(tree_, peaks_[height], root);
  return root;
}

// Level by level: the odd node left over from before, if any, pairs with the first new one. Each level is hashed at once.
void TileEdge::grow(std::span<const Digest> leaves, std::vector<Tile>& full) {
  if (leaves.empty()) return;
  if (peaks_.empty()) peaks_.resize(64);
  std::vector<Digest> nodes(leaves.begin(), leaves.end());
  uint64_t before = size_;
  size_ += leaves.size();
  for (unsigned height = 0; !nodes.empty(); height++) {
    if (height % 8 == 0) {
      unsigned level = height / 8;
      if (partials_.size() <= level) partials_.resize(level + 1);
      auto& partial = partials_[level];
      for (const Digest& node : nodes) {
        partial.push_back(node);
        if (partial.size() < kTileHashes) continue;
        uint64_t index = ((before >> height) + static_cast<uint64_t>(&node - nodes.data())) / kTileHashes;
        full.push_back({tree_, static_cast<uint8_t>(level), index, join_hashes(partial)});
        partial.clear();
      }
    }
    if (before >> height & 1) nodes.insert(nodes.begin(), peaks_[height]);
    if (nodes.size() % 2) {
      peaks_[height] = nodes.back();
      nodes.pop_back();
    }
    nodes = parents_of(tree_, nodes);
  }
}

TileEdge TileEdge::from_partials(TreeHash tree, uint64_t size, std::vector<std::vector<Digest>> partials) {
  TileEdge edge(tree);
  edge.size_ = size;
  edge.peaks_.resize(64);
  for (unsigned height = 0; height < 64; height++) {
    if (!(size >> height & 1)) continue;
    // The peak is the last complete subtree of its height: find it in the incomplete tile of its level.
    uint64_t within = (size >> height) - 1 - ((size >> (height / 8 * 8 + 8)) << (8 - height % 8));
    edge.peaks_[height] = node_in_tile(tree, partials[height / 8], height % 8, within);
  }
  edge.partials_ = std::move(partials);
  return edge;
}

}  // namespace sluice::ledger
