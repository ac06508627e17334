// Tiles (C2SP tlog-tiles): 256 hashes of one level; tile (L, N) holds the nodes of height 8·L from 256·N on.
//
// Only full tiles are stored. The incomplete ones, the right edge of the tree, live in memory and are rebuilt at open
// from the stored tiles below them. Thread rule: none; a TileEdge is a value.
#pragma once

#include <string>
#include <vector>

#include "ledger/merkle.h"

namespace sluice::ledger {

constexpr size_t kTileHashes = 256;
constexpr size_t kTileBytes = kTileHashes * 32;
constexpr unsigned kTileLevelsMax = 8;

struct Tile {
  TreeHash tree;
  uint8_t level;   // L
  uint64_t index;  // N
  Bytes hashes;    // kTileBytes
};

// "x001/x234/067": the path form of a tile's or bundle's index.
std::string tile_index_path(uint64_t index);

// The growing right edge of one tree.
class TileEdge {
 public:
  explicit TileEdge(TreeHash tree) : tree_(tree) {}

  uint64_t size() const { return size_; }
  Digest root() const;
  // Appends leaf hashes; full tiles are appended to `full` in the order of their completion.
  void grow(std::span<const Digest> leaves, std::vector<Tile>& full);
  // The incomplete tile of level L (fewer than 256 hashes, maybe none).
  const std::vector<Digest>& partial(unsigned level) const;
  unsigned levels() const { return static_cast<unsigned>(partials_.size()); }

  // Rebuilds the edge of a tree of `size` leaves from its incomplete tiles, level by level.
  static TileEdge from_partials(TreeHash tree, uint64_t size, std::vector<std::vector<Digest>> partials);

 private:
  TreeHash tree_;
  uint64_t size_ = 0;
  std::vector<std::vector<Digest>> partials_;
  std::vector<Digest> peaks_;  // by height; meaningful where bit `height` of size_ is set
};

// The node of `height` bits below a tile's hashes: nodes inside a tile are computed, not stored.
// `hashes` are those of the tile from its beginning; the asked subtree lies within them.
Digest node_in_tile(TreeHash tree, std::span<const Digest> hashes, unsigned height, uint64_t index);

std::vector<Digest> tile_hashes(ByteView bytes);

}  // namespace sluice::ledger
