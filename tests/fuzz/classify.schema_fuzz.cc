// Law: any text gives columns or a named error, and what was read can be classified and printed as JSON.
#include <cstdlib>

#include "classify/sample.h"
#include "classify/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto classifier = sluice::classify::Classifier::built_in();
  std::string_view text(reinterpret_cast<const char*>(data), size);
  for (auto fields : {sluice::classify::read_sql_schema(text), sluice::classify::read_field_list(text), sluice::classify::read_json_records(text, "t"),
                      sluice::classify::read_hl7_messages(text)}) {
    if (!fields) continue;
    if (fields->size() > 200) fields->resize(200);
    for (const auto& verdict : classifier.classify(*fields))
      if (!sluice::parse_json(sluice::canonical(sluice::classify::to_json(verdict)))) std::abort();
  }
  return 0;
}
