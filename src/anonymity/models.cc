#include "anonymity/models.h"

#include <algorithm>
#include <cmath>

namespace sluice::anonymity {

namespace {

constexpr double kTolerance = 1e-9;  // sums of shares are rounded; a limit that is met exactly is met

}  // namespace

// The histogram of one sensitive column over the class at hand, and over the table.
struct ClassJudge::Column {
  const std::vector<uint32_t>* codes = nullptr;
  std::vector<double> table_share;
  std::vector<uint64_t> count;
  std::vector<uint32_t> touched;
  uint64_t rows = 0;
  bool used = false;
  std::vector<double> scratch;
};

ClassJudge::ClassJudge(const Problem& problem, const Models& models) : problem_(problem), models_(models) {
  columns_.resize(problem.tuples.columns.size() - problem.width());
  for (const auto& m : models.diversity) columns_[m.column].used = true;
  for (const auto& m : models.closeness) columns_[m.column].used = true;
  for (size_t c = 0; c < columns_.size(); c++) {
    const table::KeyColumn& keys = problem.tuples.columns[problem.width() + c];
    columns_[c].codes = &keys.codes;
    columns_[c].count.resize(keys.cardinality);
    columns_[c].table_share.resize(keys.cardinality);
    for (size_t t = 0; t < problem.tuples.size(); t++) columns_[c].table_share[keys.codes[t]] += problem.tuples.weights[t];
    for (double& s : columns_[c].table_share) s /= static_cast<double>(problem.tuples.rows);
  }
}

ClassJudge::~ClassJudge() = default;

Status ClassJudge::at_node(const std::vector<size_t>& levels) {
  if (!models_.needs_population()) return {};
  std::vector<table::KeyColumn> columns(problem_.width());
  std::vector<const table::KeyColumn*> keys;
  for (size_t a = 0; a < problem_.width(); a++) {
    const auto& to = problem_.attributes[a].to[levels[a]];
    for (uint32_t code : problem_.tuples.columns[a].codes) columns[a].codes.push_back(to[code]);
    for (uint32_t code : problem_.population.columns[a].codes) columns[a].codes.push_back(to[code]);
    columns[a].cardinality = static_cast<uint32_t>(problem_.attributes[a].cost[levels[a]].size());
    keys.push_back(&columns[a]);
  }
  auto groups = TRY(table::row_classes(keys, {.bytes_max = SIZE_MAX, .threads = 1}));
  group_of_tuple_ = std::move(groups.class_of_row);
  people_in_group_.assign(groups.size_of_class.size(), 0);
  for (size_t t = 0; t < problem_.population.weights.size(); t++)
    people_in_group_[group_of_tuple_[problem_.tuples.size() + t]] += problem_.population.weights[t];
  return {};
}

bool ClassJudge::accepts(std::span<const uint32_t> tuples) {
  if (models_.needs_population()) {
    uint64_t rows = 0;
    for (uint32_t t : tuples) rows += problem_.tuples.weights[t];
    uint64_t people = std::max(rows, people_in_group_[group_of_tuple_[tuples[0]]]);
    if (models_.k_map && people < *models_.k_map) return false;
    double present = static_cast<double>(rows) / static_cast<double>(people);
    if (models_.presence && (present < models_.presence->lowest - kTolerance || present > models_.presence->highest + kTolerance)) return false;
  }
  for (Column& column : columns_) {
    if (!column.used) continue;
    for (uint32_t code : column.touched) column.count[code] = 0;
    column.touched.clear();
    column.rows = 0;
    for (uint32_t t : tuples) {
      uint32_t code = (*column.codes)[t];
      if (column.count[code] == 0) column.touched.push_back(code);
      column.count[code] += problem_.tuples.weights[t];
      column.rows += problem_.tuples.weights[t];
    }
  }
  return std::all_of(models_.diversity.begin(), models_.diversity.end(), [&](const auto& m) { return diverse(m, columns_[m.column]); }) &&
         std::all_of(models_.closeness.begin(), models_.closeness.end(), [&](const auto& m) { return close(m, columns_[m.column]); });
}

bool ClassJudge::diverse(const LDiversity& model, const Column& column) const {
  auto rows = static_cast<double>(column.rows);
  switch (model.kind) {
    case Diversity::distinct: return static_cast<double>(column.touched.size()) >= model.l;
    case Diversity::entropy: {
      double entropy = 0;
      for (uint32_t code : column.touched) {
        double p = static_cast<double>(column.count[code]) / rows;
        entropy -= p * std::log(p);
      }
      return entropy >= std::log(model.l) - kTolerance;
    }
    case Diversity::recursive: {
      std::vector<uint64_t> counts;
      for (uint32_t code : column.touched) counts.push_back(column.count[code]);
      std::sort(counts.rbegin(), counts.rend());
      uint64_t tail = 0;
      for (auto i = static_cast<size_t>(model.l) - 1; i < counts.size(); i++) tail += counts[i];
      return static_cast<double>(counts[0]) < model.c * static_cast<double>(tail);
    }
  }
  return false;
}

bool ClassJudge::close(const TCloseness& model, Column& column) const {
  auto rows = static_cast<double>(column.rows);
  const size_t values = column.table_share.size();
  double distance = 0;
  if (model.distance == Distance::equal) {
    // Half of the sum of |p − q|: values that are missing in the class bring their q.
    double present = 0;
    for (uint32_t code : column.touched) {
      double q = column.table_share[code];
      distance += std::abs(static_cast<double>(column.count[code]) / rows - q);
      present += q;
    }
    return (distance + (1 - present)) / 2 <= model.t + kTolerance;
  }
  std::vector<double>& surplus = column.scratch;
  surplus.assign(values, 0);
  for (size_t v = 0; v < values; v++) surplus[v] = -column.table_share[v];
  for (uint32_t code : column.touched) surplus[code] += static_cast<double>(column.count[code]) / rows;
  if (model.distance == Distance::ordered) {
    std::vector<double> ordered(values);
    for (size_t v = 0; v < values; v++) ordered[model.order[v]] = surplus[v];
    double carried = 0;
    for (double s : ordered) distance += std::abs(carried += s);
    return distance / std::max<double>(1, static_cast<double>(values) - 1) <= model.t + kTolerance;
  }
  // Hierarchical: at each inner node what its children can exchange among themselves costs the node's height.
  const size_t height = model.groups.size() - 1;
  std::vector<double> below = surplus;
  for (size_t level = 1; level <= height; level++) {
    std::vector<double> above, positive, negative;
    std::vector<uint32_t> parent(below.size(), UINT32_MAX);
    for (size_t code = 0; code < values; code++) parent[model.groups[level - 1][code]] = model.groups[level][code];
    for (uint32_t p : parent)
      if (p != UINT32_MAX && p >= above.size()) above.resize(p + 1);
    positive.resize(above.size());
    negative.resize(above.size());
    for (size_t g = 0; g < below.size(); g++) {
      if (parent[g] == UINT32_MAX) continue;
      above[parent[g]] += below[g];
      (below[g] > 0 ? positive : negative)[parent[g]] += std::abs(below[g]);
    }
    for (size_t p = 0; p < above.size(); p++)
      distance += static_cast<double>(level) / static_cast<double>(height) * std::min(positive[p], negative[p]);
    below = std::move(above);
  }
  return distance <= model.t + kTolerance;
}

}  // namespace sluice::anonymity
