// Laws: a hierarchy that is accepted writes a file that is accepted and the same; each level's leaves add up to all leaves; what is
// together at one level is together at the next.
#include <cstdlib>

#include "anonymity/hierarchy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::anonymity::Hierarchy;
  auto h = Hierarchy::parse({reinterpret_cast<const char*>(data), size});
  if (!h) return 0;
  std::string once = h->to_csv();
  auto again = Hierarchy::parse(once);
  if (!again || again->to_csv() != once) std::abort();
  for (size_t level = 0; level < h->levels(); level++) {
    uint64_t leaves = 0;
    for (uint32_t g = 0; g < h->group_count(level); g++) leaves += h->leaves_under(level, g);
    if (leaves != h->leaves()) std::abort();
    for (uint32_t v = 1; level + 1 < h->levels() && v < h->leaves(); v++)
      if (h->group_of(level, v) == h->group_of(level, v - 1) && h->group_of(level + 1, v) != h->group_of(level + 1, v - 1)) std::abort();
  }
  return 0;
}
