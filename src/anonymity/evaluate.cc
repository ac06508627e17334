#include <algorithm>
#include <cmath>

#include "anonymity/objective.h"
#include "anonymity/search.h"

namespace sluice::anonymity {

namespace {

// Tuples of each class, class by class.
struct Members {
  std::vector<uint32_t> tuples, starts;
};

Members members_of(const table::RowClasses& classes) {
  Members out;
  out.starts.assign(classes.size_of_class.size() + 1, 0);
  for (uint32_t c : classes.class_of_row) out.starts[c + 1]++;
  for (size_t c = 0; c + 1 < out.starts.size(); c++) out.starts[c + 1] += out.starts[c];
  std::vector<uint32_t> at(out.starts.begin(), out.starts.end() - 1);
  out.tuples.resize(classes.class_of_row.size());
  for (uint32_t t = 0; t < out.tuples.size(); t++) out.tuples[at[classes.class_of_row[t]]++] = t;
  return out;
}

}  // namespace

Result<NodeClasses> evaluate(const Problem& problem, const std::vector<size_t>& levels, uint64_t k, const Models& models, unsigned threads) {
  std::vector<table::KeyColumn> columns(problem.width());
  std::vector<const table::KeyColumn*> keys;
  for (size_t a = 0; a < problem.width(); a++) {
    const Attribute& attribute = problem.attributes[a];
    columns[a] = problem.tuples.columns[a];
    for (uint32_t& code : columns[a].codes) code = attribute.to[levels[a]][code];
    columns[a].cardinality = static_cast<uint32_t>(attribute.cost[levels[a]].size());
    keys.push_back(&columns[a]);
  }
  table::RowClasses classes = TRY(table::row_classes(keys, {.bytes_max = SIZE_MAX, .threads = threads}));
  Members members = members_of(classes);
  ClassJudge judge(problem, models);
  TRY(judge.at_node(levels));
  NodeClasses out;
  out.class_of_tuple.assign(problem.tuples.size(), kSuppressed);
  std::vector<int64_t> cost(problem.width());
  double squares = 0;
  for (size_t c = 0; c + 1 < members.starts.size(); c++) {
    std::span<const uint32_t> tuples(members.tuples.data() + members.starts[c], members.starts[c + 1] - members.starts[c]);
    uint64_t rows = 0;
    for (uint32_t t : tuples) rows += problem.tuples.weights[t];
    if (rows < k || !judge.accepts(tuples)) {
      out.suppressed += rows;
      continue;
    }
    for (uint32_t t : tuples) out.class_of_tuple[t] = static_cast<uint32_t>(out.class_rows.size());
    out.class_rows.push_back(static_cast<uint32_t>(rows));
    squares += static_cast<double>(rows) * static_cast<double>(rows);
    for (size_t a = 0; a < problem.width(); a++)
      cost[a] += static_cast<int64_t>(rows) * problem.attributes[a].cost[levels[a]][columns[a].codes[tuples[0]]];
  }
  Objective objective(problem);
  if (objective.counts_squares()) {
    out.score = objective.score(squares + static_cast<double>(out.suppressed) * static_cast<double>(problem.tuples.rows));
    return out;
  }
  std::vector<double> shares(problem.width());
  for (size_t a = 0; a < problem.width(); a++)
    shares[a] = problem.share_lost(a, cost[a] + static_cast<int64_t>(out.suppressed) * problem.attributes[a].suppressed);
  out.score = objective.score(objective.value(shares));
  return out;
}

}  // namespace sluice::anonymity
