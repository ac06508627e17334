// What a class must satisfy besides its size. A class that breaks a model is suppressed like one that is too small.
//
// Sensitive columns are named by their place among the problem's sensitive columns. Frequencies are those of the rows of the
// class; the table's distribution is that of all rows.
//   l-diversity (Machanavajjhala et al. 2007): distinct: at least l values; entropy: entropy at least log l; recursive (c, l):
//     the most frequent value is less than c times the sum of the frequencies from the l-th on.
//   t-closeness (Li, Li, Venkatasubramanian 2007): earth mover's distance of the class's distribution to the table's at most t.
//     equal: all values at distance 1; ordered: values in order, |i − j| / (m − 1); hierarchical: distance of two values is the
//     height of their lowest common ancestor over the height of the hierarchy.
//   k-map: at least k rows of the population table have the class's values. δ-presence (Nergiz et al. 2007): the share of the
//     population's rows of these values that are in the table lies in [lowest, highest]. Both need the population's tuples.
// Thread rule: Models are read-only; a ClassJudge belongs to one thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "anonymity/problem.h"

namespace sluice::anonymity {

enum class Diversity { distinct, entropy, recursive };
constexpr std::array<std::string_view, 3> enum_names(Diversity) { return {"distinct", "entropy", "recursive"}; }
struct LDiversity {
  size_t column = 0;
  Diversity kind = Diversity::distinct;
  double l = 2;
  double c = 1;  // recursive only
};

enum class Distance { equal, ordered, hierarchical };
constexpr std::array<std::string_view, 3> enum_names(Distance) { return {"equal", "ordered", "hierarchical"}; }
struct TCloseness {
  size_t column = 0;
  Distance distance = Distance::equal;
  double t = 0.2;
  std::vector<uint32_t> order{};                  // ordered: the place of each code
  std::vector<std::vector<uint32_t>> groups{};    // hierarchical: level → code → group, from level 0 to one single group
};

struct Models {
  std::vector<LDiversity> diversity;
  std::vector<TCloseness> closeness;

  bool empty() const { return diversity.empty() && closeness.empty(); }
};

class ClassJudge {
 public:
  ClassJudge(const Problem& problem, const Models& models);
  ~ClassJudge();
  // May these tuples be one class?
  bool accepts(std::span<const uint32_t> tuples);

 private:
  struct Column;
  bool diverse(const LDiversity& model, const Column& column) const;
  bool close(const TCloseness& model, Column& column) const;

  const Problem& problem_;
  const Models& models_;
  std::vector<Column> columns_;
};

}  // namespace sluice::anonymity
