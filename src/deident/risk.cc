#include "deident/risk.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "deident/csv_block.h"

namespace sluice::deident {

namespace {

uint32_t ppm(double share) { return static_cast<uint32_t>(std::clamp(share, 0.0, 1.0) * 1e6 + 0.5); }

constexpr size_t kReadBytes = 1u << 20;

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

Result<RiskReceipt> measure_csv(const std::string& path, char delimiter, const std::vector<std::string>& columns) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Errc::io, "file.unreadable");
  std::vector<table::KeyEncoder> encoders(columns.size());
  std::vector<size_t> wanted;  // encoder of an input column, or columns.size()
  std::string pending;
  bool header_done = false, at_end = false;
  uint64_t rows = 0;
  while (!at_end) {
    size_t had = pending.size();
    pending.resize(had + kReadBytes);
    in.read(pending.data() + had, kReadBytes);
    auto got = static_cast<size_t>(in.gcount());
    pending.resize(had + got);
    at_end = got == 0;
    if (at_end && !pending.empty() && pending.back() != '\n') pending += '\n';
    if (!header_done) {
      size_t bom = pending.starts_with("\xef\xbb\xbf") ? 3 : 0;
      auto first = first_record(std::string_view(pending).substr(bom), delimiter);
      if (!first) continue;
      wanted.assign(first->fields.size(), columns.size());
      for (size_t k = 0; k < columns.size(); k++) {
        auto at = std::find(first->fields.begin(), first->fields.end(), columns[k]);
        if (at == first->fields.end()) return fail(Errc::invalid, "deident.missing_column");
        wanted[static_cast<size_t>(at - first->fields.begin())] = k;
      }
      pending.erase(0, bom + first->bytes);
      header_done = true;
    }
    size_t whole = whole_records(pending, delimiter);
    std::string block = pending.substr(0, whole);
    pending.erase(0, whole);
    block.append(16, '\n');
    auto count = read_fields(std::string_view(block).substr(0, whole), delimiter, wanted.size(), [&](size_t column, std::string_view field) {
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
