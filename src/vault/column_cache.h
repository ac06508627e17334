// Decoded columns that were used lately, bounded in bytes; the least recently used leave first. Thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "table/column.h"

namespace sluice::vault {

class ColumnCache {
 public:
  explicit ColumnCache(size_t bytes_max) : bytes_max_(bytes_max) {}
  // Null when it is not there.
  table::ColumnRef find(size_t row_group, size_t column);
  // A column larger than the whole cache is not kept.
  void put(size_t row_group, size_t column, table::ColumnRef value);
  size_t bytes() const;

 private:
  struct Item {
    uint64_t key;
    size_t bytes;
    table::ColumnRef value;
  };
  static uint64_t key_of(size_t row_group, size_t column) {
    return static_cast<uint64_t>(row_group) << 16 | static_cast<uint64_t>(column);  // columns ≤ kColumnsMax
  }
  mutable std::mutex mutex_;
  size_t bytes_max_;
  size_t bytes_ = 0;
  std::list<Item> items_;  // most recent first
  std::unordered_map<uint64_t, std::list<Item>::iterator> index_;
};

}  // namespace sluice::vault
