// Law: a bundle of any shape gets a verdict or a named refusal, in bounded time and memory.
#include "codec/json.h"
#include "ledger/evidence.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto json = sluice::parse_json({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  (void)sluice::ledger::verify_evidence(*json, nullptr).has_value();
  return 0;
}
