#include "collect/quality.h"

#include <algorithm>

#include "collect/validate.h"

namespace sluice::collect {

namespace {

int64_t parts_per_million(int64_t good, int64_t all) {
  return all == 0 ? 1'000'000 : static_cast<int64_t>(static_cast<__int128>(good) * 1'000'000 / all);
}

}  // namespace

QualityReport quality_of(const Plan& plan, const Tally& tally, const std::vector<std::string>& dropped) {
  QualityReport out;
  out.plan = plan.id;
  out.rows = tally.rows;
  out.accepted = tally.accepted;
  out.warned = tally.warned;
  out.held = tally.held;
  out.dropped_fields = dropped;
  out.columns = tally.columns;
  out.columns.resize(plan.columns.size());
  int64_t required_filled = 0, required_all = 0, filled = 0, fine = 0;
  for (size_t c = 0; c < plan.columns.size(); c++) {
    FieldQuality& q = out.columns[c];
    q.name = plan.columns[c].name;
    if (plan.columns[c].required.value_or(false) || plan.columns[c].key.value_or(false)) {
      required_filled += q.filled;
      required_all += q.filled + q.empty;
    }
    filled += q.filled;
    fine += q.filled - q.broken;
  }
  out.completeness_ppm = parts_per_million(required_filled, required_all);
  out.validity_ppm = parts_per_million(fine, filled);
  out.consistency_ppm = parts_per_million(tally.rows - tally.cross_broken_rows, tally.rows);
  out.uniqueness_ppm = parts_per_million(tally.rows - tally.duplicates, tally.rows);
  for (const auto& [key, rows] : tally.rules)
    out.rules.push_back({std::string(std::get<0>(key)), std::string(std::get<1>(key)), std::get<2>(key), rows});
  std::stable_sort(out.rules.begin(), out.rules.end(), [](const RuleCount& a, const RuleCount& b) { return a.rows > b.rows; });
  return out;
}

}  // namespace sluice::collect
