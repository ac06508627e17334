#include "deident/risk.h"

#include <algorithm>
#include <string_view>

#include "deident/csv_block.h"
#include "deident/csv_input.h"

namespace sluice::deident {

namespace {

uint32_t ppm(double share) { return static_cast<uint32_t>(std::clamp(share, 0.0, 1.0) * 1e6 + 0.5); }

}  // namespace

RiskReceipt to_receipt(const table::ClassCount& count, std::vector<std::string> columns) {
  table::Risk risk = table::risk_of(count, 0.2);
  return {.columns = std::move(columns),
          .rows = count.rows,
          .classes = count.classes,
          .k_min = count.k_min,
          .unique_rows = count.unique_rows(),
          .prosecutor_ppm = ppm(risk.prosecutor.highest),
          .journalist_ppm = ppm(risk.journalist.highest),
          .marketer_ppm = ppm(risk.marketer)};
}

Result<RiskReceipt> measure_csv(const std::string& path, const std::vector<std::string>& columns) {
  auto in = TRY(CsvInput::open(path));
  std::vector<table::KeyEncoder> encoders(columns.size());
  std::vector<size_t> wanted(in->header().size(), columns.size());  // encoder of an input column, or columns.size()
  for (size_t k = 0; k < columns.size(); k++) {
    auto at = std::find(in->header().begin(), in->header().end(), columns[k]);
    if (at == in->header().end()) return fail(Errc::invalid, "deident.missing_column");
    wanted[static_cast<size_t>(at - in->header().begin())] = k;
  }
  uint64_t rows = 0;
  while (true) {
    std::string block = TRY(in->next());
    if (block.empty()) break;
    auto count = read_fields(CsvInput::record_bytes(block), in->delimiter(), wanted.size(), [&](size_t column, std::string_view field) {
      if (wanted[column] < columns.size()) encoders[wanted[column]].add(field);
    });
    if (!count) return fail(Errc::invalid, "deident.bad_quoting");
    rows += *count;
  }
  std::vector<table::KeyColumn> keys;
  for (auto& e : encoders) keys.push_back(e.finish());
  if (keys.empty()) return to_receipt({.rows = rows, .classes = rows ? 1u : 0u, .k_min = rows, .histogram = {}}, columns);
  return to_receipt(TRY(table::count_classes(std::span<const table::KeyColumn>(keys))), columns);
}

}  // namespace sluice::deident
