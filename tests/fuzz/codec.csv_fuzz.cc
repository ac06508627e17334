// Laws: the block size never changes the result; what was read, written and read again is the same.
#include <cstdlib>
#include <string>
#include <vector>

#include "codec/csv.h"

namespace {

struct Read {
  std::vector<std::vector<std::string>> rows;
  bool ok = false;
};

Read read_all(std::string_view text, const sluice::CsvDialect& dialect, size_t block) {
  Read out;
  auto source = sluice::bytes_of_memory(text);
  auto reader = sluice::CsvReader::open(*source, dialect, block);
  if (!reader) return out;
  while (true) {
    auto next = reader->next();
    if (!next) return out;
    if (!*next) break;
    for (size_t r = 0; r < (*next)->rows; r++) {
      out.rows.emplace_back();
      for (size_t c = 0; c < (*next)->columns; c++) out.rows.back().emplace_back((*next)->cell(r, c));
    }
  }
  out.ok = true;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  sluice::CsvDialect dialect{.delimiter = ",\t|;"[data[0] & 3],
                             .header = false,
                             .encoding = data[0] & 4 ? sluice::Encoding::gb18030 : sluice::Encoding::utf8};
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Read whole = read_all(text, dialect, 1 << 20), cut = read_all(text, dialect, 64);
  if (whole.ok != cut.ok || (whole.ok && whole.rows != cut.rows)) std::abort();
  if (!whole.ok) return 0;
  std::string out;
  sluice::CsvWriter writer(out);
  for (const auto& row : whole.rows) {
    for (const auto& cell : row) writer.field(cell);
    writer.end_record();
  }
  Read again = read_all(out, {.header = false, .encoding = sluice::Encoding::utf8}, 4096);
  if (!again.ok || again.rows != whole.rows) std::abort();
  return 0;
}
