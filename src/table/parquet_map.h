// A Parquet file to another: columns kept, left out, or their texts put through functions of ours, by several threads, rows in the
// order of the file. Two ways for work that looks at one cell at a time, both writing to `out_path` in place; making it appear whole is
// the caller's business (base/pending_file.h).
//
// map_parquet works inside the engine. Kept columns keep the engine's type (what open_parquet reads as text is text). Output as by
// create_parquet (zstd, row groups of 122,880 rows).
//
// map_parquet_chunks is without the engine and three to four times as fast, for files of the common form (parquet_meta.h, parquet_pages.h).
// Row groups stay as they are. Pages of kept columns are taken over as they lie, once it is shown that they hold their cells and nothing
// else; page headers and footer are written anew. Columns that are replaced are written from their cells alone (text_chunk.h). No
// statistics but the number of nulls, no other metadata of the source gets into the output. A text that stands in a dictionary is put
// through a function once for all its cells.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "table/engine.h"

namespace sluice::table {

// Texts one after the other; a null has no text.
class TextsOut {
 public:
  void add(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
    nulls_.push_back(0);
  }
  void add_null() {
    ends_.push_back(bytes_.size());
    nulls_.push_back(1);
  }
  void clear() {
    bytes_.clear();
    ends_.clear();
    nulls_.clear();
  }
  size_t size() const { return ends_.size(); }
  bool is_null(size_t i) const { return nulls_[i] != 0; }
  std::string_view at(size_t i) const {
    size_t start = i ? ends_[i - 1] : 0;
    return std::string_view(bytes_).substr(start, ends_[i] - start);
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
  std::vector<char> nulls_;
};

// Sees all cells of a column, a piece at a time, in no particular order and on several threads. A null cell has data() == nullptr.
class TextFunction {
 public:
  enum class Effect { watches, replaces };
  virtual ~TextFunction() = default;
  virtual Effect effect() const = 0;
  // One more answer a cell where it replaces, none where it watches. times[i]: how many cells are like cells[i]; empty: one each. An error
  // ends the run and comes out as it is.
  virtual Status run(std::span<const std::string_view> cells, std::span<const uint64_t> times, TextsOut& out) = 0;
};

struct MappedColumn {
  std::string name;
  // Null: kept unseen. map_parquet has them only for columns that are text in the file; else "table.wrong_shape" before anything is written.
  std::shared_ptr<TextFunction> function{};
};

// What map_parquet_chunks shows of kept columns of numbers to functions that watch: those of ten digits and more before the point, as the
// text that files carry. Of dates, moments and truths it shows nothing.
constexpr uint64_t kLongNumber = 1'000'000'000;

// The number of rows. Errors: those of table/parquet.h and of the functions.
Result<uint64_t> map_parquet(const std::string& in_path, const std::string& out_path, const std::vector<MappedColumn>& columns,
                             const EngineLimits& limits = {});

// The same. "table.wrong_shape": the file is not of the common form, or broken; functions may have been shown cells by then. A file that was
// opened and not finished is left empty.
Result<uint64_t> map_parquet_chunks(const std::string& in_path, const std::string& out_path, const std::vector<MappedColumn>& columns, unsigned threads);

}  // namespace sluice::table
