// Law: a plan that is accepted encodes to one that is accepted and the same.
#include <cstdlib>

#include "collect/plan.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto plan = sluice::collect::parse_plan({reinterpret_cast<const char*>(data), size});
  if (!plan) return 0;
  std::string once = sluice::canonical(sluice::encode(*plan));
  auto again = sluice::collect::parse_plan(once);
  if (!again || sluice::canonical(sluice::encode(*again)) != once) std::abort();
  return 0;
}
