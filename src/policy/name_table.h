// Names numbered from 1 in the order of their coming; 0 stands for a name that is not here.
//
// An open table over one arena: a look-up allocates nothing and goes to two places in memory, the slot and the name. The hash
// takes eight bytes at a time and is seeded anew for every table, so that who chooses names cannot choose collisions; numbers
// do not depend on the seed. Adding is not thread-safe, looking up is. At most 2^31 names and 4 GiB of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::policy {

class NameTable {
 public:
  NameTable();
  uint32_t number(std::string_view name) const;
  uint32_t add(std::string_view name);  // its number, a new one when it was not here
  size_t size() const { return size_; }

 private:
  struct Slot {
    uint32_t tag = 0, number = 0;  // number 0: free
    uint32_t from = 0, length = 0;  // of the name, in the arena
  };
  uint64_t hash(std::string_view name) const;
  std::string_view name(const Slot& slot) const { return {arena_.data() + slot.from, slot.length}; }
  size_t place(uint64_t hash, std::string_view name) const;  // of its slot, or of the free one where it belongs
  void grow();

  uint64_t seed_;
  size_t size_ = 0;
  std::string arena_;
  std::vector<Slot> slots_;  // a power of two, never more than half full
};

}  // namespace sluice::policy
