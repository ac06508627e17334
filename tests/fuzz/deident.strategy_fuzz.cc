// Law: any text is a strategy or a named refusal; a strategy that is accepted is written, read and found the same, whatever its check says.
#include <cstdlib>

#include "deident/strategy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::deident;
  auto strategy = read_strategy({reinterpret_cast<const char*>(data), size});
  if (!strategy) return 0;
  (void)check(*strategy).has_value();
  auto again = read_strategy(sluice::canonical(sluice::encode(*strategy)));
  if (!again || digest_of(*again) != digest_of(*strategy)) std::abort();
  return 0;
}
