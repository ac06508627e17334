#include "anonymity/search.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <thread>

#include "anonymity/objective.h"
#include "anonymity/partition.h"
#include "base/parallel.h"

namespace sluice::anonymity {

namespace {

using Clock = std::chrono::steady_clock;
constexpr double kInfinite = HUGE_VAL;
constexpr size_t kMergeFrom = 2048;  // tuples
constexpr size_t kShared = 2;  // steps from the root whose branches go through the queue, where any thread may take them

// A branch that is still to be looked at: the steps that lead there, what its free attributes may still be, and its bound.
struct Branch {
  double bound = 0;
  std::vector<std::pair<size_t, size_t>> steps;  // attribute, level
  std::vector<size_t> lowest;
  std::vector<uint32_t> allowed;                 // by attribute: bit l set when level l may still lead to the best
  std::vector<double> least;                     // by free attribute: the least share that it can lose
  bool operator<(const Branch& other) const { return bound > other.bound || (bound == other.bound && steps > other.steps); }
};

// Sums of rounded logarithms differ in their last digits where scores are equal: what is compared are the first 40 binary digits.
double without_noise(double value) {
  int exponent = 0;
  double digits = std::frexp(value, &exponent);
  return std::ldexp(std::nearbyint(std::ldexp(digits, 40)), exponent - 40);
}

// What the threads share: the best so far, the branches that wait, and when to stop.
class Board {
 public:
  Board(const Problem& problem, const SearchOptions& options, uint64_t suppressed_max)
      : problem(problem), objective(problem), options(options), suppressed_max(suppressed_max) {
    if (options.seconds_max) deadline_ = Clock::now() + std::chrono::microseconds(static_cast<int64_t>(*options.seconds_max * 1e6));
  }

  const Problem& problem;
  const Objective objective;
  const SearchOptions& options;
  const uint64_t suppressed_max;
  std::atomic<uint64_t> nodes{0};

  double best() const { return best_.load(std::memory_order_relaxed); }
  // Bounds are sums and products of rounded numbers: what is equal up to rounding is looked at.
  bool hopeless(double bound) const { return bound > best() * (1 + 1e-12); }

  void offer(double value, std::vector<size_t> levels) {
    if (!objective.counts_squares()) value = without_noise(value);
    if (value > best()) return;
    std::lock_guard lock(mutex_);
    if (value < best_ || (value == best_ && levels < levels_)) {
      best_ = value;
      levels_ = std::move(levels);
    }
  }

  bool stopped() {
    if (stop_.load(std::memory_order_relaxed)) return true;
    bool stop = (options.cancel && options.cancel->load()) || (deadline_ && Clock::now() >= *deadline_);
    if (stop) stop_ = true;
    return stop;
  }
  void leave_open(double bound) {
    std::lock_guard lock(mutex_);
    left_open_ = std::min(left_open_, bound);
  }
  void made_node() {
    uint64_t n = ++nodes;
    if (!options.progress || n % 64 != 1) return;
    std::lock_guard lock(progress_mutex_);
    SearchProgress now{.nodes = n, .best_score = {}};
    if (best() < kInfinite) now.best_score = objective.score(best());
    options.progress(now);
  }

  void put(Branch branch) {
    std::lock_guard lock(mutex_);
    waiting_.push(std::move(branch));
    changed_.notify_one();
  }
  // The most promising branch; nothing when all threads have run out.
  std::optional<Branch> take() {
    std::unique_lock lock(mutex_);
    busy_--;
    while (waiting_.empty() && busy_ > 0) changed_.wait(lock);
    if (waiting_.empty()) {
      changed_.notify_all();
      return std::nullopt;
    }
    Branch branch = waiting_.top();
    waiting_.pop();
    busy_++;
    return branch;
  }
  void expect(size_t threads) { busy_ = static_cast<int>(threads); }

  const std::vector<size_t>& levels() const { return levels_; }
  double lower_bound() const { return std::min(left_open_, best_.load()); }

 private:
  std::atomic<double> best_{kInfinite};
  std::vector<size_t> levels_;
  double left_open_ = kInfinite;
  std::atomic<bool> stop_{false};
  std::optional<Clock::time_point> deadline_;
  std::priority_queue<Branch> waiting_;
  int busy_ = 0;
  std::mutex mutex_, progress_mutex_;
  std::condition_variable changed_;
};

// Levels of the free attributes at one partition: what they would give, and what may still come of them.
struct Outlook {
  std::vector<size_t> free;
  std::vector<Sweep> sweeps;                // by attribute
  std::vector<std::vector<double>> bound;   // attribute, level
  std::vector<double> least;                // attribute: the least share that any allowed level loses
};

class Worker {
 public:
  Worker(Board& board, const Partition& root)
      : board_(board), problem_(board.problem), root_(root), splitter_(board.problem, board.options.k, board.suppressed_max, board.objective.counts_squares()) {
    if (!board.options.models.empty()) judge_.emplace(problem_, board.options.models);
    shares_.resize(problem_.width());
    partitions_.resize(problem_.width() + 1);
    outlooks_.resize(problem_.width() + 1);
  }

  void run() {
    while (auto branch = board_.take()) {
      if (board_.stopped()) {
        board_.leave_open(branch->bound);
        continue;
      }
      if (board_.hopeless(branch->bound)) continue;
      const Partition* at = &root_;
      for (size_t i = 0; i < branch->steps.size(); i++) {
        auto [attribute, level] = branch->steps[i];
        splitter_.split(*at, attribute, level, partitions_[i]);
        at = &partitions_[i];
      }
      if (!branch->steps.empty()) shrink(partitions_[branch->steps.size() - 1], branch->lowest);
      expand(*at, *branch, branch->steps.size());
    }
  }

 private:
  void expand(const Partition& at, const Branch& here, size_t depth) {
    board_.made_node();
    if (at.suppressed > board_.suppressed_max) return;  // attributes fixed together may exceed what each alone did not
    if (judge_ && !judged(at)) return;
    Outlook& outlook = outlooks_[depth];
    std::vector<uint32_t> allowed = here.allowed;
    if (!look(at, here, allowed, outlook)) return;
    if (outlook.free.empty()) return judge_ ? void() : offer_node(at);
    std::vector<size_t> lowest = here.lowest;
    for (size_t a : outlook.free) lowest[a] = static_cast<size_t>(__builtin_ctz(allowed[a]));
    size_t chosen = outlook.free[0];
    std::vector<size_t> forced;
    for (size_t a : outlook.free) {
      if (__builtin_popcount(allowed[a]) == 1) forced.push_back(a);
      if (__builtin_popcount(allowed[a]) < __builtin_popcount(allowed[chosen])) chosen = a;
    }
    if (outlook.free.size() == 1 && !judge_) return;  // every level was offered by look()
    if (forced.size() > 1) {
      follow(at, here, forced, std::move(lowest), std::move(allowed), depth);
    } else {
      branch(at, here, chosen, lowest, allowed, depth);
    }
  }

  // Attributes that have one level left are fixed together.
  void follow(const Partition& at, const Branch& here, const std::vector<size_t>& forced, std::vector<size_t> lowest, std::vector<uint32_t> allowed, size_t depth) {
    Branch child{.bound = here.bound, .steps = here.steps, .lowest = std::move(lowest), .allowed = std::move(allowed), .least = outlooks_[depth].least};
    const Partition* from = &at;
    for (size_t a : forced) {
      child.steps.emplace_back(a, child.lowest[a]);
      splitter_.split(*from, a, child.lowest[a], partitions_[depth]);
      from = &partitions_[depth++];
    }
    shrink(partitions_[depth - 1], child.lowest);
    expand(*from, child, depth);
  }

  void branch(const Partition& at, const Branch& here, size_t chosen, const std::vector<size_t>& lowest, const std::vector<uint32_t>& allowed, size_t depth) {
    std::vector<std::pair<double, size_t>> children;
    for (size_t l = 0; l < problem_.attributes[chosen].levels(); l++)
      if (allowed[chosen] >> l & 1) children.emplace_back(outlooks_[depth].bound[chosen][l], l);
    std::sort(children.begin(), children.end());
    for (auto [bound, level] : children) {
      if (board_.hopeless(bound)) continue;
      Branch child{.bound = bound, .steps = here.steps, .lowest = lowest, .allowed = allowed, .least = outlooks_[depth].least};
      child.steps.emplace_back(chosen, level);
      if (board_.stopped()) {
        board_.leave_open(bound);
      } else if (depth < kShared) {
        board_.put(std::move(child));
      } else {
        splitter_.split(at, chosen, level, partitions_[depth]);
        shrink(partitions_[depth], lowest);
        expand(partitions_[depth], child, depth + 1);
      }
    }
  }

  // Merging costs about as much as two sweeps; it is tried while partitions are large. The judge needs tuples as they are.
  void shrink(Partition& made, const std::vector<size_t>& lowest) {
    if (!judge_ && made.order.size() >= kMergeFrom && problem_.width() > made_fixed(made) + 1) splitter_.merge(made, lowest);
  }
  static size_t made_fixed(const Partition& made) { return static_cast<size_t>(std::count(made.fixed.begin(), made.fixed.end(), true)); }

  // Sweeps all free attributes and takes levels away until nothing changes. False when no solution can be below.
  bool look(const Partition& at, const Branch& here, std::vector<uint32_t>& allowed, Outlook& out) {
    const size_t width = problem_.width();
    out.free.clear();
    out.sweeps.resize(width);
    out.bound.resize(width);
    out.least = here.least;
    for (size_t a = 0; a < width; a++)
      if (!at.fixed[a]) out.free.push_back(a);
    std::sort(out.free.begin(), out.free.end(), [&](size_t a, size_t b) { return __builtin_popcount(allowed[a]) < __builtin_popcount(allowed[b]); });
    for (size_t a : out.free) {
      Sweep& sweep = out.sweeps[a];
      splitter_.sweep(at, a, here.lowest[a], sweep);
      allowed[a] &= ~((uint32_t{1} << sweep.lowest) - 1);
      if (allowed[a] == 0) return false;
      if (!judge_) offer_levels(at, a, allowed[a], sweep);
      out.least[a] = least_share(a, allowed[a], sweep);
      if (!board_.objective.counts_squares() && board_.hopeless(bound_by_shares(at, out))) return false;
    }
    std::sort(out.free.begin(), out.free.end());
    double floor = board_.objective.counts_squares() ? least_squares(at) : 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (size_t a : out.free) out.least[a] = least_share(a, allowed[a], out.sweeps[a]);
      for (size_t a : out.free) {
        out.bound[a].resize(problem_.attributes[a].levels());
        for (size_t l = 0; l < out.bound[a].size(); l++) {
          if (!(allowed[a] >> l & 1)) continue;
          out.bound[a][l] = bound_of(at, a, l, out, floor);
          if (!board_.hopeless(out.bound[a][l])) continue;
          allowed[a] &= ~(uint32_t{1} << l);
          changed = true;
        }
        if (allowed[a] == 0) return false;
      }
    }
    return true;
  }

  double least_share(size_t a, uint32_t allowed, const Sweep& sweep) const {
    double least = kInfinite;
    for (size_t l = 0; l < problem_.attributes[a].levels(); l++)
      if (allowed >> l & 1) least = std::min(least, problem_.share_lost(a, sweep.self_cost[l]));
    return least;
  }

  double bound_by_shares(const Partition& at, const Outlook& out) {
    for (size_t b = 0; b < problem_.width(); b++)
      shares_[b] = at.fixed[b] ? problem_.share_lost(b, at.cost_of(problem_, b)) : out.least[b];
    return board_.objective.value(shares_);
  }

  double bound_of(const Partition& at, size_t a, size_t l, const Outlook& out, double floor) {
    const Sweep& sweep = out.sweeps[a];
    uint64_t gone = at.suppressed + sweep.suppressed[l];
    if (board_.objective.counts_squares()) {
      auto rows = static_cast<double>(problem_.tuples.rows);
      return rows * static_cast<double>(gone) + floor - static_cast<double>(board_.options.k * sweep.suppressed[l]);
    }
    for (size_t b = 0; b < problem_.width(); b++) {
      if (b == a) {
        shares_[b] = problem_.share_lost(b, sweep.self_cost[l]);
      } else if (at.fixed[b]) {
        shares_[b] = problem_.share_lost(b, at.cost_of(problem_, b) + sweep.more_cost[l][b]);
      } else {
        shares_[b] = std::max(out.least[b], problem_.share_lost(b, static_cast<int64_t>(gone) * problem_.attributes[b].suppressed));
      }
    }
    return board_.objective.value(shares_);
  }

  void offer_levels(const Partition& at, size_t a, uint32_t allowed, const Sweep& sweep) {
    for (size_t l = sweep.lowest; l < problem_.attributes[a].levels(); l++) {
      if (!(allowed >> l & 1)) continue;
      uint64_t gone = at.suppressed + sweep.suppressed[l];
      double value = 0;
      if (board_.objective.counts_squares()) {
        value = static_cast<double>(sweep.squares[l]) + static_cast<double>(gone) * static_cast<double>(problem_.tuples.rows);
      } else {
        for (size_t b = 0; b < problem_.width(); b++)
          shares_[b] = problem_.share_lost(b, b == a ? sweep.self_cost[l] : at.cost_of(problem_, b) + sweep.more_cost[l][b]);
        value = board_.objective.value(shares_);
      }
      if (board_.hopeless(value)) continue;
      std::vector<size_t> levels = at.level;
      levels[a] = l;
      board_.offer(value, std::move(levels));
    }
  }

  void offer_node(const Partition& at) {
    double value = 0;
    if (board_.objective.counts_squares()) {
      value = static_cast<double>(at.suppressed) * static_cast<double>(problem_.tuples.rows);
      for (size_t c = 0; c < at.classes(); c++) {
        double rows = 0;
        for (uint32_t i = at.starts[c]; i < at.starts[c + 1]; i++) rows += at.weight[i];
        value += rows * rows;
      }
    } else {
      for (size_t b = 0; b < problem_.width(); b++) shares_[b] = problem_.share_lost(b, at.cost_of(problem_, b));
      value = board_.objective.value(shares_);
    }
    if (at.suppressed <= board_.suppressed_max) board_.offer(value, at.level);
  }

  // No class of a finer node is smaller than k or than the tuple itself.
  double least_squares(const Partition& at) const {
    double sum = 0;
    for (uint32_t rows : at.weight) {
      auto n = static_cast<double>(rows);
      sum += n * std::max(n, static_cast<double>(board_.options.k));
    }
    return sum;
  }

  // Judges the node itself by the models. False when no finer node can satisfy them.
  bool judged(const Partition& at) {
    if (!judge_->at_node(at.level)) return false;  // more classes than can be numbered: no node below has fewer
    uint64_t gone = at.suppressed, squares = 0;
    std::vector<int64_t> cost(problem_.width());
    for (size_t b = 0; b < problem_.width(); b++) cost[b] = at.cost_of(problem_, b);
    for (size_t c = 0; c < at.classes(); c++) {
      std::span<const uint32_t> tuples(at.order.data() + at.starts[c], at.starts[c + 1] - at.starts[c]);
      uint64_t rows = 0;
      for (uint32_t t : tuples) rows += problem_.tuples.weights[t];
      if (judge_->accepts(tuples)) {
        squares += rows * rows;
        continue;
      }
      gone += rows;
      if (board_.suppressed_max == 0 && board_.options.models.monotone()) return false;
      for (size_t b = 0; b < problem_.width(); b++) {
        const Attribute& attribute = problem_.attributes[b];
        size_t l = at.level[b];
        cost[b] += static_cast<int64_t>(rows) * (attribute.suppressed - attribute.cost[l][attribute.to[l][problem_.tuples.columns[b].codes[tuples[0]]]]);
      }
    }
    if (gone > board_.suppressed_max) return true;
    double value = static_cast<double>(squares) + static_cast<double>(gone) * static_cast<double>(problem_.tuples.rows);
    if (!board_.objective.counts_squares()) {
      for (size_t b = 0; b < problem_.width(); b++) shares_[b] = problem_.share_lost(b, cost[b]);
      value = board_.objective.value(shares_);
    }
    board_.offer(value, at.level);
    return true;
  }

  Board& board_;
  const Problem& problem_;
  const Partition& root_;
  Splitter splitter_;
  std::optional<ClassJudge> judge_;
  std::vector<double> shares_;
  std::vector<Partition> partitions_;
  std::vector<Outlook> outlooks_;
};

Status check(const Problem& problem, const SearchOptions& options) {
  if (options.k < 1) return fail(Errc::usage, "anonymity.bad_k");
  if (!(options.suppression >= 0 && options.suppression <= 1)) return fail(Errc::usage, "anonymity.bad_fraction");
  if (problem.tuples.rows == 0) return fail(Errc::invalid, "anonymity.no_rows");
  if (options.models.needs_population() && problem.population.columns.empty()) return fail(Errc::usage, "anonymity.no_population");
  // Where all rows may be suppressed they are, as with any k that no class reaches.
  if (options.k > problem.tuples.rows && options.suppression < 1) return fail(Errc::invalid, "anonymity.k_too_large");
  return {};
}

// The lowest level that each attribute could take if the others were at their highest.
std::vector<size_t> lowest_levels(const Problem& problem, const SearchOptions& options, uint64_t suppressed_max, const Partition& root) {
  std::vector<size_t> lowest(problem.width());
  in_parallel(threads_of(options.threads), problem.width(), [&](size_t a) {
    Splitter splitter(problem, options.k, suppressed_max, false);
    Sweep sweep;
    splitter.sweep(root, a, 0, sweep);
    lowest[a] = sweep.lowest;
  });
  return lowest;
}

}  // namespace

Result<Solution> search(const Problem& whole, const SearchOptions& options) {
  TRY(check(whole, options));
  auto suppressed_max = static_cast<uint64_t>(std::floor(options.suppression * static_cast<double>(whole.tuples.rows) + 1e-9));
  Partition top = Splitter(whole, options.k, suppressed_max, false).root();
  if (top.suppressed > suppressed_max) return fail(Errc::refused, "anonymity.unreachable");
  Problem problem = TRY(whole.coarsened(lowest_levels(whole, options, suppressed_max, top), options.threads));
  top = {};
  unsigned threads = threads_of(options.threads);
  while (threads > 1 && problem.tuples.size() * 12 * (problem.width() + 1) * threads > options.bytes_max) threads--;
  if (problem.tuples.size() * 12 * (problem.width() + 1) * threads > options.bytes_max) return fail(Errc::exhausted, "anonymity.too_large");

  Board board(problem, options, suppressed_max);
  Partition root = Splitter(problem, options.k, suppressed_max, false).root();
  Branch start{.bound = 0, .steps = {}, .lowest = std::vector<size_t>(problem.width()), .allowed = {}, .least = std::vector<double>(problem.width())};
  for (const auto& a : problem.attributes) start.allowed.push_back(a.levels() == 32 ? UINT32_MAX : (uint32_t{1} << a.levels()) - 1);
  board.expect(threads);
  board.put(std::move(start));
  in_parallel(threads, threads, [&](size_t) { Worker(board, root).run(); });
  const bool found = board.best() < kInfinite;
  if (!found && !board.stopped()) return fail(Errc::refused, "anonymity.unreachable");

  Solution solution;
  // Stopped before anything was found: the highest levels, which reach k in any case; the models perhaps not.
  for (size_t a = 0; a < problem.width(); a++)
    solution.levels.push_back((found ? board.levels()[a] : problem.attributes[a].levels() - 1) + problem.attributes[a].first_level);
  solution.lower_bound = std::max(0.0, board.objective.score(board.lower_bound()));  // no score is negative
  solution.optimal = found && board.lower_bound() >= board.best();
  solution.nodes = board.nodes;
  solution.lattice = whole.nodes();
  NodeClasses judged = TRY(evaluate(whole, solution.levels, options.k, options.models, options.threads));
  solution.suppressed = judged.suppressed;
  solution.classes = judged.class_rows.size();
  if (!judged.class_rows.empty()) solution.smallest_class = *std::min_element(judged.class_rows.begin(), judged.class_rows.end());
  if (!found && judged.suppressed > suppressed_max) {
    const bool cancelled = options.cancel && options.cancel->load();
    return fail(Errc::exhausted, cancelled ? "anonymity.cancelled" : "anonymity.no_time");
  }
  if (found && std::abs(judged.score - board.objective.score(board.best())) > 1e-9) return fail(Errc::internal, "anonymity.score_differs");
  solution.score = judged.score;
  if (solution.optimal) solution.lower_bound = judged.score;
  return solution;
}

}  // namespace sluice::anonymity
