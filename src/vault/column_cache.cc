#include "vault/column_cache.h"

namespace sluice::vault {

table::ColumnRef ColumnCache::find(size_t row_group, size_t column) {
  std::lock_guard lock(mutex_);
  auto found = index_.find(key_of(row_group, column));
  if (found == index_.end()) return nullptr;
  items_.splice(items_.begin(), items_, found->second);
  return found->second->value;
}

void ColumnCache::put(size_t row_group, size_t column, table::ColumnRef value) {
  size_t size = value->bytes();
  if (size > bytes_max_) return;
  std::lock_guard lock(mutex_);
  uint64_t key = key_of(row_group, column);
  if (index_.contains(key)) return;
  items_.push_front({key, size, std::move(value)});
  index_[key] = items_.begin();
  bytes_ += size;
  while (bytes_ > bytes_max_) {
    bytes_ -= items_.back().bytes;
    index_.erase(items_.back().key);
    items_.pop_back();
  }
}

size_t ColumnCache::bytes() const {
  std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace sluice::vault
