// Law: a description that is accepted encodes to one that is accepted and the same.
#include <cstdlib>

#include "odbc/description.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto description = sluice::odbc::parse_description({reinterpret_cast<const char*>(data), size});
  if (!description) return 0;
  std::string once = sluice::canonical(sluice::encode(*description));
  auto again = sluice::odbc::parse_description(once);
  if (!again || sluice::canonical(sluice::encode(*again)) != once) std::abort();
  return 0;
}
