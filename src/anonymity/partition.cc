#include "anonymity/partition.h"

#include <algorithm>

#include "table/text_hash.h"

namespace sluice::anonymity {

Splitter::Splitter(const Problem& problem, uint64_t k, uint64_t suppressed_max, bool squares)
    : problem_(problem), k_(k), suppressed_max_(suppressed_max), squares_(squares) {
  size_t widest = 1;
  for (const auto& a : problem.attributes)
    for (const auto& level : a.cost) widest = std::max(widest, level.size());
  count_.resize(widest);
  upper_count_.resize(widest);
  tuples_.resize(widest);
  dropped_.resize(kLevelsMax);
}

Partition Splitter::root() {
  Partition start;
  const size_t tuples = problem_.tuples.size();
  start.order.resize(tuples);
  for (size_t t = 0; t < tuples; t++) start.order[t] = static_cast<uint32_t>(t);
  start.weight = problem_.tuples.weights;
  start.starts = {0};
  if (tuples > 0) start.starts.push_back(static_cast<uint32_t>(tuples));
  start.fixed.assign(problem_.width(), false);
  for (size_t a = 0; a < problem_.width(); a++) {
    start.level.push_back(problem_.attributes[a].levels() - 1);
    start.kept_cost.emplace_back(problem_.attributes[a].levels());
  }
  // Highest levels of several groups split the root, and a table of fewer than k rows is one small class.
  for (size_t a = 0; a < problem_.width(); a++) {
    Partition next;
    split(start, a, start.level[a], next);
    next.fixed[a] = false;
    start = std::move(next);
  }
  for (size_t a = 0; a < problem_.width(); a++) {
    const Attribute& attribute = problem_.attributes[a];
    std::vector<int64_t> rows(attribute.cost[0].size());
    for (size_t i = 0; i < start.order.size(); i++) rows[problem_.tuples.columns[a].codes[start.order[i]]] += start.weight[i];
    auto& kept = start.kept_cost[a];
    for (size_t l = 0; l < attribute.levels(); l++) {
      kept[l] = 0;
      for (size_t c = 0; c < rows.size(); c++)
        if (rows[c] > 0) kept[l] += rows[c] * attribute.cost[l][attribute.to[l][c]];
    }
  }
  return start;
}

void Splitter::count_class(const Partition& from, const std::vector<uint32_t>& code, const std::vector<uint32_t>& to, uint32_t begin, uint32_t end) {
  touched_.clear();
  for (uint32_t i = begin; i < end; i++) {
    uint32_t g = to[code[from.order[i]]];
    if (count_[g] == 0) touched_.push_back(g);
    count_[g] += from.weight[i];
  }
}

void Splitter::sweep_class(const Partition& from, size_t attribute, uint32_t begin, uint32_t end, Sweep& out) {
  const Attribute& a = problem_.attributes[attribute];
  size_t level = out.lowest, last = out.lowest;
  count_class(from, problem_.tuples.columns[attribute].codes, a.to[level], begin, end);
  while (true) {
    uint64_t small = 0;
    for (uint32_t g : touched_) {
      uint64_t n = count_[g];
      if (n < k_) {
        small += n;
        out.self_cost[level] += static_cast<int64_t>(n) * (a.suppressed - a.cost[level][g]);
      } else if (squares_) {
        out.squares[level] += n * n;
      }
    }
    dropped_[level] = small;
    if (small > 0) last = level + 1;
    bool done = level + 1 == a.levels() || (small == 0 && !squares_);
    if (done) break;
    next_touched_.clear();
    for (uint32_t g : touched_) {
      uint32_t p = a.up[level][g];
      if (upper_count_[p] == 0) next_touched_.push_back(p);
      upper_count_[p] += count_[g];
      count_[g] = 0;
    }
    std::swap(touched_, next_touched_);
    std::swap(count_, upper_count_);
    level++;
  }
  for (uint32_t g : touched_) count_[g] = 0;
  if (last == out.lowest) return;
  for (size_t l = out.lowest; l < last; l++) out.suppressed[l] += dropped_[l];
  for (size_t other : moving_) {
    if (other == attribute) continue;
    const Attribute& b = problem_.attributes[other];
    size_t at = from.level[other];
    int64_t saved = b.suppressed - b.cost[at][b.to[at][problem_.tuples.columns[other].codes[from.order[begin]]]];
    for (size_t l = out.lowest; l < last; l++) out.more_cost[l][other] += static_cast<int64_t>(dropped_[l]) * saved;
  }
}

void Splitter::sweep(const Partition& from, size_t attribute, size_t lowest, Sweep& out) {
  const Attribute& a = problem_.attributes[attribute];
  out.lowest = lowest;
  out.suppressed.assign(a.levels(), 0);
  out.squares.assign(a.levels(), 0);
  out.self_cost.resize(a.levels());
  for (size_t l = 0; l < a.levels(); l++) out.self_cost[l] = from.kept_cost[attribute][l] + static_cast<int64_t>(from.suppressed) * a.suppressed;
  out.more_cost.assign(a.levels(), std::vector<int64_t>(problem_.width()));
  moving_.clear();
  for (size_t b = 0; b < problem_.width(); b++) {
    const Attribute& other = problem_.attributes[b];
    const auto& cost = other.cost[from.level[b]];
    if (std::any_of(cost.begin(), cost.end(), [&](int64_t c) { return c < other.suppressed; })) moving_.push_back(b);
  }
  uint64_t room = suppressed_max_ - std::min(suppressed_max_, from.suppressed), singles = 0;
  for (size_t c = 0; c < from.classes(); c++) {
    uint32_t begin = from.starts[c], end = from.starts[c + 1];
    if (end - begin == 1) {
      uint64_t n = from.weight[begin];
      singles += squares_ ? n * n : 0;
      continue;
    }
    sweep_class(from, attribute, begin, end, out);
    while (out.lowest + 1 < a.levels() && out.suppressed[out.lowest] > room) out.lowest++;
  }
  for (auto& s : out.squares) s += singles;
}

void Splitter::drop(uint32_t tuple, uint32_t rows, Partition& out) {
  int64_t n = rows;
  out.suppressed += static_cast<uint64_t>(n);
  for (size_t b = 0; b < problem_.width(); b++) {
    const Attribute& a = problem_.attributes[b];
    uint32_t code = problem_.tuples.columns[b].codes[tuple];
    size_t from = out.fixed[b] ? out.level[b] : 0, to = out.fixed[b] ? out.level[b] + 1 : a.levels();
    for (size_t l = from; l < to; l++) out.kept_cost[b][l] -= n * a.cost[l][a.to[l][code]];
  }
}

void Splitter::split(const Partition& from, size_t attribute, size_t level, Partition& out) {
  const auto& to = problem_.attributes[attribute].to[level];
  const auto& code = problem_.tuples.columns[attribute].codes;
  out.order.resize(from.order.size());
  out.weight.resize(from.order.size());
  out.starts.clear();
  out.starts.push_back(0);
  out.suppressed = from.suppressed;
  out.level = from.level;
  out.level[attribute] = level;
  out.fixed = from.fixed;
  out.fixed[attribute] = true;
  out.kept_cost = from.kept_cost;
  constexpr uint32_t gone = UINT32_MAX;
  uint32_t filled = 0;
  for (size_t c = 0; c < from.classes(); c++) {
    uint32_t begin = from.starts[c], end = from.starts[c + 1];
    if (end - begin == 1) {
      out.order[filled] = from.order[begin];
      out.weight[filled] = from.weight[begin];
      if (from.weight[begin] >= k_) {
        out.starts.push_back(++filled);
      } else {
        drop(from.order[begin], from.weight[begin], out);
      }
      continue;
    }
    count_class(from, code, to, begin, end);
    for (uint32_t i = begin; i < end; i++) tuples_[to[code[from.order[i]]]]++;
    for (uint32_t g : touched_) {
      uint32_t size = tuples_[g];
      tuples_[g] = count_[g] < k_ ? gone : filled;
      if (count_[g] >= k_) out.starts.push_back(filled += size);
      count_[g] = 0;
    }
    for (uint32_t i = begin; i < end; i++) {
      uint32_t t = from.order[i];
      uint32_t& at = tuples_[to[code[t]]];
      if (at == gone) {
        drop(t, from.weight[i], out);
      } else {
        out.weight[at] = from.weight[i];
        out.order[at++] = t;
      }
    }
    for (uint32_t g : touched_) tuples_[g] = 0;
  }
  out.order.resize(filled);
  out.weight.resize(filled);
}

void Splitter::merge(Partition& at, const std::vector<size_t>& lowest) {
  uint64_t space = std::max<size_t>(1, at.classes());
  for (size_t a = 0; a < problem_.width(); a++)
    if (!at.fixed[a] && __builtin_mul_overflow(space, problem_.attributes[a].cost[lowest[a]].size(), &space)) return;
  if (space > at.order.size()) return;  // as good as none would meet another
  keys_.resize(at.order.size());
  for (size_t c = 0; c < at.classes(); c++)
    for (uint32_t i = at.starts[c]; i < at.starts[c + 1]; i++) keys_[i] = c;
  for (size_t a = 0; a < problem_.width(); a++) {
    if (at.fixed[a]) continue;
    const auto& to = problem_.attributes[a].to[lowest[a]];
    const auto& code = problem_.tuples.columns[a].codes;
    const uint64_t radix = problem_.attributes[a].cost[lowest[a]].size();
    for (size_t i = 0; i < keys_.size(); i++) keys_[i] = keys_[i] * radix + to[code[at.order[i]]];
  }
  size_t slots = 1024;
  while (slots < keys_.size() * 2) slots *= 2;
  constexpr uint32_t free_slot = UINT32_MAX;
  slot_key_.resize(slots);
  slot_at_.assign(slots, free_slot);
  uint32_t filled = 0;
  for (size_t c = 0; c < at.classes(); c++) {
    uint32_t begin = at.starts[c], end = at.starts[c + 1];
    at.starts[c] = filled;
    for (uint32_t i = begin; i < end; i++) {
      size_t slot = table::hash_int(keys_[i]) & (slots - 1);
      while (slot_at_[slot] != free_slot && slot_key_[slot] != keys_[i]) slot = (slot + 1) & (slots - 1);
      if (slot_at_[slot] != free_slot) {
        at.weight[slot_at_[slot]] += at.weight[i];
        continue;
      }
      slot_key_[slot] = keys_[i];
      slot_at_[slot] = filled;
      at.order[filled] = at.order[i];
      at.weight[filled++] = at.weight[i];
    }
  }
  at.starts[at.classes()] = filled;
  at.order.resize(filled);
  at.weight.resize(filled);
}

}  // namespace sluice::anonymity
