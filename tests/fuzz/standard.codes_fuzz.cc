// Law: every checker answers any text, a valid value stays valid when its surrounding space is cut, and no answer repeats the value.
#include <cstdlib>

#include "codec/record.h"
#include "standard/codes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (size_t t = 0; t < std::size(enum_names(CodeType{})); t++) {
    Verdict verdict = check_code(static_cast<CodeType>(t), text);
    if (!verdict.valid && verdict.reason.empty()) std::abort();
    if (verdict.valid && !check_code(static_cast<CodeType>(t), " " + std::string(text) + " ").valid) std::abort();
  }
  (void)id_facts(text).has_value();
  return 0;
}
