// A column chunk of text as we write it: Zstandard, a dictionary where texts repeat, else plain.
//
// Law: the bytes are a function of the cells, in their order, and of nothing else. Entries stand in the order in which the cells first
// have them, each once; so what the column was made of — how the source wrote it, its order of entries, which different values became
// equal — cannot be told from the chunk. Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/parquet_meta.h"

namespace sluice::table {

class TextChunk {
 public:
  TextChunk();
  // What add() gives for a text may stand for it later: add_again() spares the look into the dictionary.
  uint32_t add(std::string_view text);
  void add_again(uint32_t ticket) { take(ticket); }
  void add_null() { take(kNull); }

  // The pages, and in `chunk` what they are; offsets count from the first byte. Once, after the last cell.
  Result<std::string> finish(ParquetChunk& chunk);

 private:
  static constexpr uint32_t kNull = UINT32_MAX;
  void take(uint32_t ticket) { tickets_.push_back(ticket); }
  std::string_view text_of(uint32_t ticket) const { return std::string_view(arena_).substr(ends_[ticket], ends_[ticket + 1] - ends_[ticket]); }
  uint32_t enter(std::string_view text);
  void grow();
  bool repeats() const;
  Status write_page(ParquetPageKind kind, ParquetEncoding encoding, std::string_view plain, size_t values);
  Status write_dictionary();
  Status write_data(size_t from, size_t to, bool by_dictionary);

  std::string arena_;            // texts in the order of their first cells
  std::vector<size_t> ends_{0};  // one more than there are texts
  std::vector<uint32_t> slots_;  // open addressing: ticket + 1, or 0
  std::vector<uint32_t> tickets_;
  bool looks_up_ = true;
  std::string out_, plain_;
  uint64_t bytes_plain_ = 0;
};

}  // namespace sluice::table
