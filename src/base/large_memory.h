// Large pages for large memory that is written soon: fewer faults, and random access without missing the TLB. A wish, not a need: where the
// system grants none, nothing changes.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice {

// `memory` need not be aligned; what is smaller than a few large pages is left alone. Contents stay as they are.
inline void prefer_large_pages(void* memory, size_t bytes) {
  constexpr uintptr_t page = 4096;
  if (bytes < size_t{4} << 20) return;
  const uintptr_t from = (reinterpret_cast<uintptr_t>(memory) + page - 1) & ~(page - 1);
  const uintptr_t to = (reinterpret_cast<uintptr_t>(memory) + bytes) & ~(page - 1);
  (void)::madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);
}

// Reserves room and wishes for large pages before a byte of it is touched.
template <class T>
void reserve_large(std::vector<T>& into, size_t n) {
  into.reserve(n);
  prefer_large_pages(into.data(), into.capacity() * sizeof(T));
}

}  // namespace sluice
