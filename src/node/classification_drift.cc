#include <algorithm>
#include <map>

#include "node/classification_report.h"

namespace sluice::node {

using space::DriftFinding;

namespace {

int64_t permille(int64_t part, int64_t whole) { return whole > 0 ? part * 1000 / whole : 0; }
std::string in_percent(int64_t permille_value) { return std::to_string(permille_value / 10) + "%"; }

// By how much two counts differ, in permille of the greater one.
int64_t difference(int64_t a, int64_t b) { return std::max(a, b) > 0 ? std::abs(a - b) * 1000 / std::max(a, b) : 0; }

// How much of the rows lies in other forms than before: half the sum of differences of shares over the listed forms. Forms of
// texts of free length differ by nature; only columns whose listed forms cover most rows are compared.
int64_t form_change(const table::ColumnProfile& a, const table::ColumnProfile& b) {
  std::map<std::string, int64_t> share_a, share_b;
  int64_t covered_a = 0, covered_b = 0, filled_a = a.rows - a.nulls - a.empty, filled_b = b.rows - b.nulls - b.empty;
  for (const auto& s : a.shapes) covered_a += s.rows, share_a[s.form] = permille(s.rows, filled_a);
  for (const auto& s : b.shapes) covered_b += s.rows, share_b[s.form] = permille(s.rows, filled_b);
  if (permille(covered_a, filled_a) < 600) return 0;
  int64_t sum = std::abs(permille(covered_a, filled_a) - permille(covered_b, filled_b));
  for (const auto& [form, share] : share_a) sum += std::abs(share - (share_b.contains(form) ? share_b[form] : 0));
  for (const auto& [form, share] : share_b)
    if (!share_a.contains(form)) sum += share;
  return sum / 2;
}

void compare(const FieldReport& before, const FieldReport& after, const rules::DriftRule& rule, std::vector<DriftFinding>& out) {
  const table::ColumnProfile &a = before.profile, &b = after.profile;
  auto add = [&](std::string_view cause, std::string zh, std::string en) {
    out.push_back({.column = after.column, .cause = std::string(cause), .zh = std::move(zh), .en = std::move(en)});
  };
  if (a.type != b.type || a.scale != b.scale)
    add("type_changed", "字段类型由" + std::string(name_of(a.type)) + "变为" + std::string(name_of(b.type)),
        "the type changed from " + std::string(name_of(a.type)) + " to " + std::string(name_of(b.type)));
  bool new_level5 = after.level5 && after.level5->rows > 0 && (!before.level5 || before.level5->rows == 0);
  if (new_level5)
    add("level5_appeared", "出现第5级内容：" + std::to_string(after.level5->rows) + "行", "level 5 content appeared: " + std::to_string(after.level5->rows) + " rows");
  if (std::min(a.rows, b.rows) < rule.rows_min) return;
  int64_t nulls_a = permille(a.nulls + a.empty, a.rows), nulls_b = permille(b.nulls + b.empty, b.rows);
  if (std::abs(nulls_a - nulls_b) >= rule.nulls_permille)
    add("nulls_changed", "空值占比由" + in_percent(nulls_a) + "变为" + in_percent(nulls_b), "empty cells went from " + in_percent(nulls_a) + " to " + in_percent(nulls_b));
  int64_t filled_a = a.rows - a.nulls - a.empty, filled_b = b.rows - b.nulls - b.empty;
  if (filled_a < rule.rows_min || filled_b < rule.rows_min) return;
  // Few distinct values stay few as rows grow; many grow with the rows: both are compared on the scale that fits.
  bool few = std::max(a.distinct, b.distinct) * 10 <= std::min(filled_a, filled_b);
  int64_t distinct = few ? difference(a.distinct, b.distinct) : difference(permille(a.distinct, filled_a), permille(b.distinct, filled_b));
  bool matters = !few || std::abs(a.distinct - b.distinct) >= 5;
  if (matters && distinct >= rule.distinct_permille)
    add("distinct_changed", "不同取值数由" + std::to_string(a.distinct) + "变为" + std::to_string(b.distinct),
        "distinct values went from " + std::to_string(a.distinct) + " to " + std::to_string(b.distinct));
  if (a.length_max && b.length_max && difference(*a.length_max, *b.length_max) >= rule.length_permille && std::abs(*a.length_max - *b.length_max) >= 4)
    add("lengths_changed", "最大长度由" + std::to_string(*a.length_max) + "变为" + std::to_string(*b.length_max),
        "the longest went from " + std::to_string(*a.length_max) + " to " + std::to_string(*b.length_max) + " characters");
  if (int64_t change = form_change(a, b); change >= rule.form_permille)
    add("form_changed", in_percent(change) + "的取值形态与此前不同", in_percent(change) + " of the values have another form than before");
}

}  // namespace

std::vector<DriftFinding> drift_between(const ClassificationReport& before, const ClassificationReport& after, const rules::DriftRule& rule) {
  std::vector<DriftFinding> out;
  for (const FieldReport& field : after.columns) {
    if (const FieldReport* earlier = before.column(field.column)) {
      compare(*earlier, field, rule, out);
    } else {
      out.push_back({field.column, "new_column", "此前没有的字段", "a column that was not there before"});
    }
  }
  for (const FieldReport& field : before.columns)
    if (!after.column(field.column)) out.push_back({field.column, "column_gone", "字段已不存在", "the column is gone"});
  return out;
}

std::vector<DriftFinding> drift_of_proposals(const space::Dataset& dataset, const std::vector<space::FieldProposal>& proposals) {
  std::vector<DriftFinding> out;
  for (const space::FieldProposal& p : proposals) {
    const space::CatalogField* field = dataset.column(p.column);
    if (!field || !field->confirmed || !field->proposal) continue;
    // Only what is news: the person saw the earlier proposal and decided.
    if (p.level <= field->level || p.level <= field->proposal->level || p.confidence_permille < 700) continue;
    out.push_back({p.column, "proposal_raised", "新数据下建议级别升至第" + std::to_string(p.level) + "级", "on the new data the proposal rose to level " + std::to_string(p.level)});
  }
  return out;
}

}  // namespace sluice::node
