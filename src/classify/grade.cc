#include "classify/grade.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace sluice::classify {

namespace {

int cell_level(const rules::Worksheet& sheet, const rules::WorksheetArgument& a) {
  for (const auto& row : sheet.matrix)
    for (size_t d = 0; row.object == a.object && d < sheet.degrees.size(); d++)
      if (sheet.degrees[d].id == a.degree) return row.levels[d];
  return 0;
}

// The columns that meet a need; empty when it is not met.
std::vector<std::string> meeting(std::string_view need, std::span<const Verdict* const> columns) {
  std::vector<std::string> found;
  auto colon = need.find(':');
  std::string_view kind = need.substr(0, colon), what = colon == std::string_view::npos ? std::string_view() : need.substr(colon + 1);
  size_t least = 1;
  if (kind == "quasi") std::from_chars(what.data(), what.data() + what.size(), least);
  for (const Verdict* v : columns) {
    bool meets = (kind == "type" && v->type == what) || (kind == "category" && name_of(v->category) == what) ||
                 (kind == "identifier" && (what == "direct" ? v->direct_identifier : v->quasi_identifier)) ||
                 (kind == "quasi" && v->quasi_identifier && v->category == Category::personal);
    if (meets) found.push_back(v->column);
  }
  if (found.size() < std::max<size_t>(least, 1)) found.clear();
  return found;
}

void associate(const rules::RuleSet& rules, std::span<const Verdict* const> columns, TableGrade& grade) {
  std::vector<const rules::AssociationRule*> by_level;
  for (const auto& rule : rules.worksheet.associations) by_level.push_back(&rule);
  std::stable_sort(by_level.begin(), by_level.end(), [](const auto* a, const auto* b) { return a->level > b->level; });
  for (const auto* rule : by_level) {
    std::vector<std::string> all;
    bool holds = true;
    for (const auto& need : rule->needs) {
      auto found = meeting(need, columns);
      holds = holds && !found.empty();
      all.insert(all.end(), found.begin(), found.end());
    }
    if (!holds) continue;
    grade.associations.push_back(rule->id);
    Level raised = *Level::of(rule->level);
    if (raised <= grade.level) continue;
    grade.level = raised;
    grade.columns = std::move(all);
    grade.zh = "关联叠加：" + rule->zh + "，整表按第" + std::to_string(rule->level) + "级";
    grade.en = "association: " + rule->en + "; handled together, level " + std::to_string(rule->level);
  }
}

}  // namespace

std::vector<ArguedCell> argue(const rules::RuleSet& rules, std::string_view type) {
  const rules::TypeRule* rule = rules.type(type);
  std::vector<ArguedCell> own, inherited;
  if (!rule || rule->class_id.empty()) return own;
  for (const auto& a : rules.worksheet.arguments) {
    if (a.class_id != rule->class_id || (a.type && *a.type != type)) continue;
    auto level = Level::of(cell_level(rules.worksheet, a));
    if (level) (a.type ? own : inherited).push_back({a.object, a.property, a.degree, *level, a.zh, a.en});
  }
  return own.empty() ? inherited : own;
}

std::vector<TableGrade> grade_tables(const rules::RuleSet& rules, std::span<const Verdict> verdicts, std::span<const FieldInput> fields) {
  std::vector<TableGrade> out;
  std::map<std::string_view, std::vector<const Verdict*>> columns;
  std::map<std::string_view, uint64_t> rows;
  for (const auto& f : fields) rows[f.table] = std::max(rows[f.table], f.rows);
  for (const auto& v : verdicts) {
    auto& of_table = columns[v.table];
    if (of_table.empty()) out.push_back({});
    if (of_table.empty()) out.back().table = v.table;
    of_table.push_back(&v);
  }
  for (auto& grade : out) {
    const auto& of_table = columns[grade.table];
    for (const Verdict* v : of_table) grade.highest_field = std::max(grade.highest_field, v->level);
    grade.level = grade.highest_field;
    grade.rows = rows[grade.table];
    grade.zh = "就高不就低：按最高字段级别";
    grade.en = "the highest column counts";
    associate(rules, of_table, grade);
    grade.national = national_label(rules, grade.level, grade.rows);
  }
  return out;
}

std::string national_label(const rules::RuleSet& rules, Level level, uint64_t rows) {
  std::string label;
  int64_t most = -1;
  for (const auto& n : rules.worksheet.national)
    if (n.level == level.value() && n.rows_min > most && static_cast<uint64_t>(std::max<int64_t>(n.rows_min, 0)) <= rows) {
      most = n.rows_min;
      label = n.label;
    }
  return label;
}

std::vector<Moved> impact_of(std::span<const Verdict> before, std::span<const Verdict> after) {
  std::vector<Moved> out;
  for (size_t i = 0; i < before.size() && i < after.size(); i++) {
    const Verdict &b = before[i], &a = after[i];
    if (b.type == a.type && b.category == a.category && b.level == a.level) continue;
    out.push_back({b.table, b.column, b.type, a.type, b.category, a.category, b.level, a.level});
  }
  // What falls comes first: lowering is what needs an exception.
  std::stable_sort(out.begin(), out.end(), [](const Moved& x, const Moved& y) { return x.after.value() - x.before.value() < y.after.value() - y.before.value(); });
  return out;
}

Json to_json(const TableGrade& g) {
  Json associations = Json::array(), columns = Json::array();
  for (const auto& id : g.associations) associations.push(id);
  for (const auto& c : g.columns) columns.push(c);
  return Json::object({{"table", g.table},
                       {"level", g.level.value()},
                       {"highest_field", g.highest_field.value()},
                       {"rows", g.rows},
                       {"national", g.national},
                       {"associations", std::move(associations)},
                       {"columns", std::move(columns)},
                       {"zh", g.zh},
                       {"en", g.en}});
}

Json to_json(const Moved& m) {
  return Json::object({{"table", m.table},
                       {"column", m.column},
                       {"type_before", m.type_before},
                       {"type_after", m.type_after},
                       {"category_before", name_of(m.category_before)},
                       {"category_after", name_of(m.category_after)},
                       {"level_before", m.before.value()},
                       {"level_after", m.after.value()}});
}

}  // namespace sluice::classify
