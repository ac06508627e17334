// Grading as data (G3.2, G1): why a type stands at its level by the worksheet, what fields become together in one table, and
// the GB/T 43697 label beside the level. All from the worksheet pack; nothing here knows a type or a level by itself.
//
// Association (关联叠加): a rule holds when all its needs are met by the columns of a table; it raises the *table*, each column
// keeps its own level where columns are controlled one by one. 就高不就低: a table's level is never below its highest column.
// Pure; thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "classify/classify.h"

namespace sluice::classify {

struct ArguedCell {
  std::string object, property, degree;  // ids of the worksheet
  Level level;
  std::string zh, en;
};
// The cells that argue a type: its own, else those of its class; empty for types that hold no health-security data.
std::vector<ArguedCell> argue(const rules::RuleSet& rules, std::string_view type);

struct TableGrade {
  std::string table;
  Level highest_field, level;
  uint64_t rows = 0;
  std::string national;                   // label of the worksheet pack, "general_4" …
  std::vector<std::string> associations;  // ids of the rules that hold, the highest first
  std::vector<std::string> columns;       // those that met their needs
  std::string zh, en;                     // one sentence
};
// One per table, in order of first appearance. `rows` of the fields (by table) choose the national label's volume.
std::vector<TableGrade> grade_tables(const rules::RuleSet& rules, std::span<const Verdict> verdicts, std::span<const FieldInput> fields);

// The label of GB/T 43697 for a level and a volume; empty when the pack has none.
std::string national_label(const rules::RuleSet& rules, Level level, uint64_t rows);

// What a change of rules moves: the same fields by both sets.
struct Moved {
  std::string table, column, type_before, type_after;
  Category category_before = Category::none, category_after = Category::none;
  Level before, after;
};
std::vector<Moved> impact_of(std::span<const Verdict> before, std::span<const Verdict> after);

Json to_json(const TableGrade& grade);
Json to_json(const Moved& moved);

}  // namespace sluice::classify
