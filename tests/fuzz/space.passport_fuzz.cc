// Law: a bundle of any shape gets a verdict or a named refusal, and without an anchor none is ever `verified`.
#include <cstdlib>

#include "space/passport/passport.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto json = sluice::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  auto verdict = sluice::space::verify_passport(*json, nullptr, std::nullopt, 0);
  if (verdict && (verdict->pinned || verdict->verdict == sluice::space::Verdict::verified)) std::abort();
  return 0;
}
