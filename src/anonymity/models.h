// What a class must satisfy besides its size. A class that breaks a model is suppressed like one that is too small.
//
// Sensitive columns are named by their place among the problem's sensitive columns. Frequencies are those of the rows of the
// class; the table's distribution is that of all rows.
//   l-diversity (Machanavajjhala et al. 2007): distinct: at least l values; entropy: entropy at least log l; recursive (c, l):
//     the most frequent value is less than c times the sum of the frequencies from the l-th on.
//   t-closeness (Li, Li, Venkatasubramanian 2007): earth mover's distance of the class's distribution to the table's at most t.
//     equal: all values at distance 1; ordered: values in order, |i − j| / (m − 1); hierarchical: distance of two values is the
//     height of their lowest common ancestor over the height of the hierarchy.
//   k-map: at least k rows of the population have the class's values. δ-presence (Nergiz et al. 2007): the share of the
//     population's rows of these values that are in the table lies in [lowest, highest]; only classes of the output are
//     judged, not groups of the population without any row in it. A population table may be incomplete: a class of the
//     table has at least as many people as rows. Both need Problem::population.
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

struct Presence {
  double lowest = 0, highest = 1;
};

struct Models {
  std::vector<LDiversity> diversity{};
  std::vector<TCloseness> closeness{};
  std::optional<uint64_t> k_map{};
  std::optional<Presence> presence{};

  // A class that breaks the models has a part that breaks them, at every finer node. Not so for a lowest presence: groups of the
  // population without a row of the table fall away at finer nodes.
  bool monotone() const { return !presence || presence->lowest <= 0; }
  bool needs_population() const { return k_map || presence; }
  bool empty() const { return diversity.empty() && closeness.empty() && !needs_population(); }
};

class ClassJudge {
 public:
  ClassJudge(const Problem& problem, const Models& models);
  ~ClassJudge();
  // Classes of the node at these levels of the problem are judged next. Costs nothing without a population.
  Status at_node(const std::vector<size_t>& levels);
  // May these tuples be one class?
  bool accepts(std::span<const uint32_t> tuples);

 private:
  struct Column;
  bool diverse(const LDiversity& model, const Column& column) const;
  bool close(const TCloseness& model, Column& column) const;

  const Problem& problem_;
  const Models& models_;
  std::vector<Column> columns_;
  std::vector<uint32_t> group_of_tuple_;  // with the population's tuples behind the table's
  std::vector<uint64_t> people_in_group_;
};

}  // namespace sluice::anonymity
