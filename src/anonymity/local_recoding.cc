#include "anonymity/local_recoding.h"

#include <algorithm>
#include <numeric>

#include "anonymity/objective.h"

namespace sluice::anonymity {

namespace {

// A class that may still be split: tuples [begin, end) of the order, and the level of each attribute.
struct Cell {
  uint32_t begin = 0, end = 0;
  std::vector<uint8_t> level;
};

// What the parts of a class must be for it to be split.
enum class Parts { holding, any };

class Mondrian {
 public:
  Mondrian(const Problem& problem, uint64_t k, const Models& models) : problem_(problem), k_(k), judge_(problem, models), judged_(!models.empty()) {
    order_.resize(problem.tuples.size());
    std::iota(order_.begin(), order_.end(), 0u);
    size_t widest = 1;
    for (const auto& a : problem.attributes)
      for (const auto& level : a.cost) widest = std::max(widest, level.size());
    rows_.resize(widest);
    at_.resize(widest);
  }

  // The classes of a transformation; `holding`: one that satisfies everything, and with it every coarser one on the way there.
  bool begin(const std::vector<size_t>& levels, Parts parts) {
    Cell all{.begin = 0, .end = static_cast<uint32_t>(order_.size()), .level = {}};
    for (const auto& a : problem_.attributes) all.level.push_back(static_cast<uint8_t>(a.levels() - 1));
    waiting_.push_back(std::move(all));
    for (size_t a = 0; a < problem_.width(); a++) {
      std::vector<Cell> before = std::move(waiting_);
      waiting_.clear();
      for (const Cell& cell : before)
        if (!split(cell, a, levels[a], parts)) return false;
    }
    return true;
  }

  // Puts those classes aside that do not satisfy everything as they are.
  void set_broken_aside() {
    std::vector<Cell> holding;
    for (Cell& cell : waiting_) (rows_of(cell) >= k_ && accepted(cell.begin, cell.end) ? holding : aside_).push_back(std::move(cell));
    waiting_ = std::move(holding);
  }

  LocalRecoding run() {
    LocalRecoding out;
    out.class_of_tuple.resize(order_.size());
    std::vector<int64_t> cost(problem_.width());
    while (!waiting_.empty()) {
      Cell cell = std::move(waiting_.back());
      waiting_.pop_back();
      if (!split_somewhere(cell)) take(cell, out, cost);
    }
    for (const Cell& cell : aside_) take(cell, out, cost);
    for (size_t a = 0; a < problem_.width(); a++) out.loss.push_back(problem_.share_lost(a, cost[a]));
    return out;
  }

 private:
  void take(const Cell& cell, LocalRecoding& out, std::vector<int64_t>& cost) const {
    const uint64_t rows = rows_of(cell);
    for (uint32_t i = cell.begin; i < cell.end; i++) out.class_of_tuple[order_[i]] = static_cast<uint32_t>(out.class_rows.size());
    for (size_t a = 0; a < problem_.width(); a++) cost[a] += static_cast<int64_t>(rows) * cost_of(cell, a);
    out.class_rows.push_back(rows);
    out.levels.insert(out.levels.end(), cell.level.begin(), cell.level.end());
  }

  uint64_t rows_of(const Cell& cell) const {
    uint64_t rows = 0;
    for (uint32_t i = cell.begin; i < cell.end; i++) rows += problem_.tuples.weights[order_[i]];
    return rows;
  }

  int64_t cost_of(const Cell& cell, size_t a) const {
    const Attribute& attribute = problem_.attributes[a];
    size_t l = cell.level[a];
    return attribute.cost[l][attribute.to[l][problem_.tuples.columns[a].codes[order_[cell.begin]]]];
  }

  bool split_somewhere(const Cell& cell) {
    std::vector<std::pair<double, size_t>> by_loss;
    for (size_t a = 0; a < problem_.width(); a++)
      if (cell.level[a] > 0) by_loss.emplace_back(-problem_.attributes[a].weight * static_cast<double>(cost_of(cell, a)) / static_cast<double>(std::max<int64_t>(1, problem_.attributes[a].suppressed)), a);
    std::sort(by_loss.begin(), by_loss.end());
    for (auto [loss, a] : by_loss)
      if (split(cell, a, cell.level[a] - 1u, Parts::holding)) return true;
    return false;
  }

  // Orders the cell's tuples by their group and makes the groups cells, or leaves everything as it was.
  bool split(const Cell& cell, size_t a, size_t level, Parts parts) {
    const auto& to = problem_.attributes[a].to[level];
    const auto& code = problem_.tuples.columns[a].codes;
    std::vector<uint32_t> groups;
    for (uint32_t i = cell.begin; i < cell.end; i++) {
      uint32_t g = to[code[order_[i]]];
      if (rows_[g] == 0) groups.push_back(g);
      rows_[g] += problem_.tuples.weights[order_[i]];
      at_[g]++;
    }
    bool fits = parts == Parts::any || std::all_of(groups.begin(), groups.end(), [&](uint32_t g) { return rows_[g] >= k_; });
    uint32_t from = cell.begin;
    std::vector<Cell> made;
    for (uint32_t g : groups) {
      uint32_t size = at_[g];
      rows_[g] = 0;
      at_[g] = from;
      made.push_back({.begin = from, .end = from + size, .level = cell.level});
      made.back().level[a] = static_cast<uint8_t>(level);
      from += size;
    }
    if (fits) {
      sorted_.assign(order_.begin() + cell.begin, order_.begin() + cell.end);
      for (uint32_t t : sorted_) order_[at_[to[code[t]]]++] = t;
      fits = !judged_ || parts == Parts::any || level == cell.level[a] || std::all_of(made.begin(), made.end(), [&](const Cell& c) { return accepted(c.begin, c.end); });
    }
    for (uint32_t g : groups) at_[g] = 0;
    if (fits) waiting_.insert(waiting_.end(), made.begin(), made.end());
    return fits;
  }

  bool accepted(uint32_t begin, uint32_t end) { return !judged_ || judge_.accepts({order_.data() + begin, end - begin}); }

  const Problem& problem_;
  uint64_t k_;
  ClassJudge judge_;
  bool judged_;
  std::vector<uint32_t> order_, sorted_;
  std::vector<uint64_t> rows_;
  std::vector<uint32_t> at_;
  std::vector<Cell> waiting_, aside_;
};

}  // namespace

Result<LocalRecoding> recode_locally(const Problem& problem, const SearchOptions& options) {
  if (options.models.needs_population()) return fail(Errc::usage, "anonymity.local_population");
  SearchOptions strict = options;
  strict.suppression = 0;
  Solution start = TRY(search(problem, strict));
  Mondrian mondrian(problem, options.k, options.models);
  if (!mondrian.begin(start.levels, Parts::holding)) return fail(Errc::internal, "anonymity.score_differs");
  LocalRecoding out = mondrian.run();
  Objective objective(problem);
  if (objective.counts_squares()) {
    double squares = 0;
    for (uint64_t rows : out.class_rows) squares += static_cast<double>(rows) * static_cast<double>(rows);
    out.score = objective.score(squares);
  } else {
    out.score = objective.score(objective.value(out.loss));
  }
  return out;
}

Result<LocalRecoding> refine_locally(const Problem& problem, const std::vector<size_t>& coarsest, uint64_t k, const Models& models) {
  if (models.needs_population()) return fail(Errc::usage, "anonymity.local_population");
  Mondrian mondrian(problem, k, models);
  mondrian.begin(coarsest, Parts::any);
  mondrian.set_broken_aside();
  return mondrian.run();
}

}  // namespace sluice::anonymity
