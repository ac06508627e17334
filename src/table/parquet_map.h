// A Parquet file to another inside the engine: columns kept, left out, or their texts put through functions of ours, by several
// threads, rows in the order of the file. The quick way for work that looks at one cell at a time.
//
// Kept columns keep the engine's type (what open_parquet reads as text is text). Output as by create_parquet (zstd, row groups of
// 122,880 rows), written to `out_path` in place; making it appear whole is the caller's business (base/pending_file.h).
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
  // One answer a cell where it replaces, none where it watches. An error ends the run and comes out of map_parquet as it is.
  virtual Status run(std::span<const std::string_view> cells, TextsOut& out) = 0;
};

struct MappedColumn {
  std::string name;
  std::shared_ptr<TextFunction> function{};  // null: kept unseen. Only for columns that are text in the file; else "table.wrong_shape" before anything is written.
};

// The number of rows. Errors: those of table/parquet.h and of the functions.
Result<uint64_t> map_parquet(const std::string& in_path, const std::string& out_path, const std::vector<MappedColumn>& columns,
                             const EngineLimits& limits = {});

}  // namespace sluice::table
