// Law: what mask_block accepts is a file of as many records, whose dropped column is gone and whose kept cells are the same.
#include <cstdlib>

#include "deident/csv_block.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::deident;
  static const auto strategy = read_strategy(
      "format: sluice-strategy/1\nid: f\nversion: \"1\"\nunlisted: keep\nfields: [{column: a, technique: suppress}, {column: b, technique: mask, first: 1, last: 0}]\n");
  static const std::vector<std::string> names = {"a", "b", "c"};
  static const auto masker = Masker::bind(*strategy, names, std::nullopt);
  std::string input(reinterpret_cast<const char*>(data), size);
  input += '\n';
  size_t whole = whole_records(input, ',');
  input.resize(whole);
  std::string padded = input + std::string(16, '\n');
  BlockResult result;
  mask_block(*masker, ',', std::string_view(padded).substr(0, whole), 0, Scan::on, result);
  std::vector<std::string> kept, after;
  auto rows = read_fields(std::string_view(padded).substr(0, whole), ',', 3, [&](size_t c, std::string_view f) {
    if (c == 2) kept.emplace_back(f);
  });
  if (rows.has_value() != result.error.empty()) std::abort();
  if (!rows) return 0;
  std::string out = result.out + std::string(16, '\n');
  auto out_rows = read_fields(std::string_view(out).substr(0, result.out.size()), ',', 2, [&](size_t c, std::string_view f) {
    if (c == 1) after.emplace_back(f);
  });
  if (!out_rows || *out_rows != *rows || after != kept || result.rows != *rows) std::abort();
  return 0;
}
