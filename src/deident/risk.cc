#include "deident/risk.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "deident/file_rows.h"

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

Result<RiskReceipt> measure_file(const std::string& path, const std::vector<std::string>& columns) {
  std::vector<table::KeyEncoder> encoders(columns.size());
  const uint64_t rows = TRY(read_rows(path, columns, [&](std::span<const std::string_view> cells) {
    for (size_t c = 0; c < cells.size(); c++) encoders[c].add(cells[c]);
    return true;
  }));
  std::vector<table::KeyColumn> keys;
  for (auto& e : encoders) keys.push_back(e.finish());
  if (keys.empty()) return to_receipt({.rows = rows, .classes = rows ? 1u : 0u, .k_min = rows, .histogram = {}}, columns);
  return to_receipt(TRY(table::count_classes(std::span<const table::KeyColumn>(keys))), columns);
}

}  // namespace sluice::deident
