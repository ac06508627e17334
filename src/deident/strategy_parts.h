// Strategies made of parts: one that extends another, and rules for classes of fields instead of columns.
//
// extend(): every field rule of the base that the child does not replace stays; class rules of the child come before those of the base;
// hierarchies are joined; lists and members are the child's where it has them. Models only become stricter: the greater k_min,
// l and the smaller t, risk and presence of both count, and use is limited by both.
// resolve(): columns that no field rule names get the first class rule that fits their type, category, level or identifier
// kind. A column whose class nobody knows fits none and falls to `unlisted`. Where the strategy measures risk or k and names no
// quasi-identifiers, those that the classes say are measured, unless they are suppressed. What resolve() gives names columns only.
//
// Errors: "strategy.bad_extends" (not a plain file name beside the strategy, more than kExtendsMax steps), "strategy.extends_cycle", those
// of reading and of read_strategy; "strategy.unresolved" where a strategy still has parts and would be applied.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "deident/strategy.h"

namespace sluice::classify {
struct Verdict;
}

namespace sluice::deident {

constexpr int kExtendsMax = 8;

// What is known of a column: from the classifier, or as people confirmed it.
struct ColumnClass {
  std::string column, type = "unknown";
  Category category = Category::none;
  Level level{};
  bool direct_identifier = false, quasi_identifier = false;
};
std::vector<ColumnClass> classes_of(std::span<const classify::Verdict> verdicts);

// The file and all that it extends; `extends` names a file in the same folder. Not resolved against columns.
Result<Strategy> read_strategy_file(const std::string& path);
Strategy extend(const Strategy& base, const Strategy& child);
Result<Strategy> resolve(const Strategy& strategy, std::span<const ColumnClass> columns);
bool has_classes(const Strategy& strategy);

}  // namespace sluice::deident
