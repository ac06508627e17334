#include "deident/interval_audit.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace sluice::deident {

namespace {

// A fraction in lowest terms; `broken` once a step has left 127 bits.
struct Fraction {
  WideSigned over = 0, under = 1;
  bool broken = false;

  static Fraction of(WideSigned over, WideSigned under) {
    if (under < 0) {
      over = -over;
      under = -under;
    }
    WideSigned a = over < 0 ? -over : over, b = under;
    while (b != 0) a = std::exchange(b, a % b);
    return a == 0 ? Fraction{0, 1} : Fraction{over / a, under / a};
  }
  bool zero() const { return over == 0; }
  bool positive() const { return over > 0; }
};

Fraction broken() { return {0, 1, true}; }

Fraction times(const Fraction& a, const Fraction& b) {
  WideSigned over, under;
  if (a.broken || b.broken || __builtin_mul_overflow(a.over, b.over, &over) || __builtin_mul_overflow(a.under, b.under, &under)) return broken();
  return Fraction::of(over, under);
}

Fraction minus(const Fraction& a, const Fraction& b) {
  WideSigned left, right, over, under;
  if (a.broken || b.broken || __builtin_mul_overflow(a.over, b.under, &left) || __builtin_mul_overflow(b.over, a.under, &right) ||
      __builtin_sub_overflow(left, right, &over) || __builtin_mul_overflow(a.under, b.under, &under))
    return broken();
  return Fraction::of(over, under);
}

Fraction divided(const Fraction& a, const Fraction& b) { return times(a, b.over < 0 ? Fraction{-b.under, -b.over, b.broken} : Fraction{b.under, b.over, b.broken}); }

bool less(const Fraction& a, const Fraction& b) { return minus(a, b).over < 0; }

// A x = b, x ≥ 0 as a tableau whose last column is b.
class Simplex {
 public:
  Simplex(std::vector<std::vector<int>> a, std::vector<WideSigned> b) : variables_(a.empty() ? 0 : a[0].size()) {
    for (size_t r = 0; r < a.size(); r++) {
      int sign = b[r] < 0 ? -1 : 1;
      std::vector<Fraction> row;
      for (int v : a[r]) row.push_back({v * sign});
      for (size_t other = 0; other < a.size(); other++) row.push_back({other == r ? 1 : 0});
      row.push_back({b[r] * sign});
      rows_.push_back(std::move(row));
      basis_.push_back(variables_ + r);
    }
  }

  // A solution to start from; false where there is none or fractions break.
  bool start() {
    const size_t width = variables_ + rows_.size();
    std::vector<Fraction> cost(width, Fraction{0});
    for (size_t c = variables_; c < width; c++) cost[c] = {-1};
    if (!climb(cost, width)) return false;
    for (size_t r = 0; r < rows_.size();) {
      if (basis_[r] < variables_) {
        r++;
        continue;
      }
      if (!rows_[r].back().zero()) return false;
      size_t c = 0;
      while (c < variables_ && rows_[r][c].zero()) c++;
      if (c < variables_) {
        pivot(r, c);
        r++;
      } else {  // a relation that others imply
        rows_.erase(rows_.begin() + static_cast<ptrdiff_t>(r));
        basis_.erase(basis_.begin() + static_cast<ptrdiff_t>(r));
      }
    }
    return !broken_;
  }

  // The greatest value of sign · x[variable]; nothing: no bound. Look at good() afterwards.
  std::optional<Fraction> greatest(size_t variable, int sign) {
    std::vector<Fraction> cost(variables_, Fraction{0});
    cost[variable] = {sign};
    if (!climb(cost, variables_)) return std::nullopt;
    for (size_t r = 0; r < rows_.size(); r++)
      if (basis_[r] == variable) return times(rows_[r].back(), {sign});
    return Fraction{0};
  }
  bool good() const { return !broken_; }

 private:
  bool climb(const std::vector<Fraction>& cost, size_t width) {
    while (!broken_) {
      size_t enters = 0;
      for (; enters < width; enters++)
        if (gain(cost, enters).positive()) break;
      if (enters == width) return true;
      std::optional<size_t> leaves;
      Fraction least;
      for (size_t r = 0; r < rows_.size(); r++) {
        if (!rows_[r][enters].positive()) continue;
        Fraction step = divided(rows_[r].back(), rows_[r][enters]);
        if (step.broken) broken_ = true;
        if (!leaves || less(step, least) || (!less(least, step) && basis_[r] < basis_[*leaves])) {
          leaves = r;
          least = step;
        }
      }
      if (!leaves) return false;
      pivot(*leaves, enters);
    }
    return false;
  }

  Fraction gain(const std::vector<Fraction>& cost, size_t column) {
    Fraction sum = cost[column];
    for (size_t r = 0; r < rows_.size(); r++) {
      size_t in = basis_[r];
      if (in < cost.size() && !cost[in].zero() && !rows_[r][column].zero()) sum = minus(sum, times(cost[in], rows_[r][column]));
    }
    if (sum.broken) broken_ = true;
    return sum;
  }

  void pivot(size_t row, size_t column) {
    Fraction by = rows_[row][column];
    for (Fraction& f : rows_[row])
      if (!f.zero()) f = divided(f, by);
    for (size_t r = 0; r < rows_.size(); r++) {
      Fraction factor = rows_[r][column];
      if (r == row || factor.zero()) continue;
      for (size_t c = 0; c < rows_[r].size(); c++) {
        if (rows_[row][c].zero()) continue;
        rows_[r][c] = minus(rows_[r][c], times(factor, rows_[row][c]));
        if (rows_[r][c].broken) broken_ = true;
      }
    }
    basis_[row] = column;
  }

  size_t variables_;
  std::vector<std::vector<Fraction>> rows_;
  std::vector<size_t> basis_;
  bool broken_ = false;
};

using CubePlace = std::array<uint32_t, kGroupsMax>;

// The relations that hang together with one cell: hidden cells as variables, what is visible on the right.
struct Relations {
  std::map<size_t, size_t> variable_of;
  std::set<std::pair<size_t, CubePlace>> lines;  // group column, place of the total

  bool gather(const CellCube& cube, size_t first, size_t cells_max) {
    std::vector<size_t> todo{first};
    variable_of.emplace(first, 0);
    while (!todo.empty()) {
      CubePlace at = cube.cells()[todo.back()].at;
      todo.pop_back();
      for (size_t g = 0; g < cube.groups(); g++) {
        CubePlace total = at;
        total[g] = kAll;
        if (!lines.emplace(g, total).second) continue;
        each_of_line(cube, g, total, [&](size_t cell, bool) {
          if (cube.cells()[cell].hidden && variable_of.try_emplace(cell, variable_of.size()).second) todo.push_back(cell);
        });
        if (variable_of.size() > cells_max) return false;
      }
    }
    return true;
  }

  template <class Fn>
  static void each_of_line(const CellCube& cube, size_t g, CubePlace at, Fn take) {
    for (uint32_t v = 0; v < cube.values(g); v++) {
      at[g] = v;
      if (auto cell = cube.find(at)) take(*cell, false);
    }
    at[g] = kAll;
    if (auto cell = cube.find(at)) take(*cell, true);
  }
};

}  // namespace

std::optional<CountInterval> outsider_interval(const CellCube& cube, size_t cell, size_t cells_max) {
  Relations relations;
  if (!relations.gather(cube, cell, cells_max)) return std::nullopt;
  std::vector<std::vector<int>> a;
  std::vector<WideSigned> b;
  for (const auto& [g, total] : relations.lines) {
    std::vector<int> row(relations.variable_of.size());
    WideSigned right = 0;
    Relations::each_of_line(cube, g, total, [&](size_t c, bool is_total) {
      int sign = is_total ? -1 : 1;
      if (!cube.cells()[c].hidden) {
        right -= sign * static_cast<WideSigned>(cube.cells()[c].rows);
        return;
      }
      row[relations.variable_of[c]] = sign;
      right -= sign;  // counts are 1 and a rest
    });
    a.push_back(std::move(row));
    b.push_back(right);
  }
  Simplex simplex(std::move(a), std::move(b));
  if (!simplex.start()) return std::nullopt;
  auto least = simplex.greatest(relations.variable_of[cell], -1);
  if (!simplex.good() || !least) return std::nullopt;
  CountInterval out{.low = static_cast<uint64_t>((-least->over + least->under - 1) / least->under) + 1};
  auto most = simplex.greatest(relations.variable_of[cell], 1);
  if (!simplex.good()) return std::nullopt;
  if (most) out.high = static_cast<uint64_t>(most->over / most->under) + 1;
  return out;
}

}  // namespace sluice::deident
