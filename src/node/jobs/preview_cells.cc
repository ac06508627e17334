#include "node/jobs/preview_cells.h"

#include <algorithm>

#include "table/profile.h"

namespace sluice::node {

namespace {

// Keyed, or a constant: what comes out has nothing of the cell in it, however alike they look.
bool replaces(deident::Technique technique) {
  using deident::Technique;
  return technique == Technique::pseudonym || technique == Technique::encrypt || technique == Technique::format_preserving || technique == Technique::redact ||
         technique == Technique::blank || technique == Technique::suppress;
}

bool leaves_values(deident::Technique technique) { return technique == deident::Technique::text || technique == deident::Technique::permute; }

bool nearly_whole(const std::string& before, const std::string& after) {
  size_t most = std::min(before.size(), after.size()), head = 0, tail = 0;
  while (head < most && before[head] == after[head]) head++;
  while (tail < most - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) tail++;
  return (head + tail) * 4 > before.size() * 3;
}

}  // namespace

ShownColumn shown_column(deident::Technique technique, const std::string& name, const PreviewJob& job) {
  ShownColumn out{.technique = technique};
  auto grade = std::find_if(job.graded.begin(), job.graded.end(), [&](const GradedColumn& g) { return g.column == name; });
  if (grade != job.graded.end()) {
    out.level = grade->level == 0 ? 5 : grade->level;
    out.identifying = grade->identifying || !grade->confirmed;
  }
  out.own_right = job.before && std::find(job.before->columns.begin(), job.before->columns.end(), name) != job.before->columns.end();
  return out;
}

std::string cell_pattern(const std::string& cell, int level) { return "\u27e8" + (level >= 5 ? "*" : table::shape_of(cell)) + "\u27e9"; }

std::string shown_cell(const ShownColumn& column, const std::string& before, const std::string& after) {
  if (column.open() || after.empty()) return after;
  bool replaced = replaces(column.technique) && before != after;
  bool tells = !replaced && (column.level >= 5 || leaves_values(column.technique) || nearly_whole(before, after));
  return tells ? cell_pattern(before, column.level) : after;
}

}  // namespace sluice::node
