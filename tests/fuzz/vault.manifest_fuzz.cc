// Law: a manifest that parses is consistent, and its canonical text parses to the same text.
#include <cstdlib>

#include "vault/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  auto manifest = vault::parse_manifest({reinterpret_cast<const char*>(data), size});
  if (!manifest) return 0;
  int64_t rows = 0;
  for (int64_t n : manifest->row_groups) rows += n;
  if (rows != manifest->rows) std::abort();
  std::string once = vault::manifest_text(*manifest);
  auto again = vault::parse_manifest(once);
  if (!again || vault::manifest_text(*again) != once) std::abort();
  return 0;
}
