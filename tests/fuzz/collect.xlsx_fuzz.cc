// Law: any bytes give rows of the header's width or a reason, within the limits on memory.
#include <cstdlib>

#include "collect/xlsx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto source = sluice::bytes_of_memory({reinterpret_cast<const char*>(data), size});
  auto rows = sluice::collect::xlsx_rows(*source);
  if (!rows) return 0;
  sluice::CsvBlock block;
  while (true) {
    auto more = (*rows)->next(block);
    if (!more || !*more) return 0;
    if (block.cells.size() != block.rows * (*rows)->header().size()) std::abort();
  }
}
