// The pages of one column chunk taken apart by us: so that the texts of a dictionary are looked at once and not for each cell, and so
// that a chunk can be taken over as it lies.
//
// What is read here is read completely: levels and values fill each page to its last byte, and every entry of a dictionary is used by
// a cell (`all_used`) or the chunk says so. A page of which that holds can be written again and carries nothing but its cells: no value
// of a row that was filtered out before and stayed in the dictionary, no bytes behind the last value, no second frame of the codec.
// A page in which packed bits are filled up with something is made anew. Order of entries and cuts of pages are the writer's. Texts are UTF-8.
//
// Encodings: PLAIN and dictionary; codecs: none, Snappy, Zstandard; all else, and every fault, is "table.wrong_shape".
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "table/parquet_meta.h"

namespace sluice::table {

constexpr uint32_t kNullCode = UINT32_MAX;

struct ChunkPage {
  ParquetPage header;
  std::string_view body;  // as it lies in the chunk, or made anew
};

struct ChunkCells {
  std::vector<ChunkPage> pages{};
  // Of a column of text: the entries of the dictionary, then the cells that lie in pages by themselves.
  std::vector<std::string_view> texts{};
  // Of other columns: the same as bytes of `width` each, in pieces; none of truths.
  std::vector<std::string_view> numbers{};
  size_t entries = 0;                // of the dictionary: the first texts, or the first piece of numbers
  std::vector<uint64_t> used{};      // cells of each entry
  std::vector<uint32_t> codes{};     // of each row, where asked for: its text, or kNullCode
  uint64_t rows = 0, nulls = 0;
  bool all_used() const;

  // What the views look into, besides the chunk's bytes.
  std::vector<std::unique_ptr<char[]>> memory{};
  std::deque<std::string> made{};
};

enum class Codes { wanted, unwanted };

// `bytes` are the chunk's, from its first page on; the answer looks into them.
Result<ChunkCells> read_chunk_cells(std::string_view bytes, const ParquetLeaf& leaf, const ParquetChunk& chunk, Codes codes);

}  // namespace sluice::table
