// Law: any text gives Json or a named error; what parses has a canonical form that parses as JSON.
#include <cstdlib>

#include "rules/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto json = sluice::rules::parse_yaml({reinterpret_cast<const char*>(data), size}, 1 << 16);
  if (json && !sluice::parse_json(sluice::canonical(*json))) std::abort();
  return 0;
}
