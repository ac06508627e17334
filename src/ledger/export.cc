#include "ledger/export.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"

namespace sluice::ledger {

namespace {

Status write_under(const std::string& path, ByteView bytes) {
  TRY(make_dirs(std::filesystem::path(path).parent_path().string()));
  return write_file(path, bytes);
}

// "….p/W" for a tile of fewer than 256.
std::string tile_file(uint64_t index, uint64_t width) {
  return tile_index_path(index) + (width < kTileHashes ? ".p/" + std::to_string(width) : "");
}

// The widths at `size` are cut from today's tiles: tiles only grow.
Status export_tree(const Ledger& ledger, TreeHash tree, const std::string& dir, uint64_t size) {
  for (unsigned level = 0; size >> (8 * level) > 0; level++) {
    uint64_t nodes = size >> (8 * level);
    for (uint64_t index = 0; index * kTileHashes < nodes; index++) {
      uint64_t width = std::min<uint64_t>(kTileHashes, nodes - index * kTileHashes);
      Bytes bytes = TRY(ledger.tile(tree, level, index));
      if (bytes.size() < width * 32) return fail(Errc::corrupt, "ledger.missing_tile");
      bytes.resize(width * 32);
      TRY(write_under(dir + "/tile/" + std::to_string(level) + "/" + tile_file(index, width), bytes));
    }
  }
  return {};
}

Status export_entries(const Ledger& ledger, const std::string& dir, uint64_t size) {
  for (uint64_t first = 0; first < size; first += kTileHashes) {
    uint64_t width = std::min<uint64_t>(kTileHashes, size - first);
    Bytes bundle;
    for (uint64_t seq = first; seq < first + width; seq++) {
      Bytes entry = TRY(ledger.entry_bytes(seq));
      put_u16(bundle, static_cast<uint16_t>(entry.size()));
      put(bundle, entry);
    }
    TRY(write_under(dir + "/tile/entries/" + tile_file(first / kTileHashes, width), bundle));
  }
  return {};
}

}  // namespace

Status export_tiles(const Ledger& ledger, const std::string& dir) {
  SignedCheckpoint note = TRY(ledger.last_checkpoint());
  uint64_t size = note.checkpoint.size;
  TRY(export_tree(ledger, TreeHash::sha256, dir, size));
  TRY(export_tree(ledger, TreeHash::sm3, dir + "/sm3", size));
  TRY(export_entries(ledger, dir, size));
  const KeyHistory history = ledger.keys();
  std::string keys;
  for (const VerifierKey& key : verifier_keys(ledger.origin(), history.at_size(size))) keys += key.line() + "\n";
  TRY(write_under(dir + "/keys", view(keys)));
  return write_under(dir + "/checkpoint", view(note.note));
}

}  // namespace sluice::ledger
