// Law: a table that is accepted has rows, knows every code of a row that bounds nothing, and knows codes without regard to case.
#include <cstdlib>

#include "collect/code_tables.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sluice::collect::CodeList;
  std::string_view csv(reinterpret_cast<const char*>(data), size);
  auto list = CodeList::parse(csv);
  if (!list) return 0;
  if (list->rows() <= 0) std::abort();
  for (int64_t day : {INT64_MIN, int64_t{0}, int64_t{20000}, INT64_MAX})
    if (list->look("a1", day) != list->look("A1", day)) std::abort();
  return 0;
}
