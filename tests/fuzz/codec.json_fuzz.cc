// Law: what parses has a canonical form, and that form is a fixed point.
#include <cstdlib>

#include "codec/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto json = sluice::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  std::string once = sluice::canonical(*json);
  auto again = sluice::parse_json(once);
  if (!again || sluice::canonical(*again) != once) std::abort();
  return 0;
}
