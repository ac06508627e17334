#include "recheck/receipt_check.h"

#include <algorithm>
#include <cmath>

namespace sluice::recheck {

bool changes_every_cell(const ClaimedField& f) {
  return (f.technique == "pseudonym" || f.technique == "encrypt" || f.technique == "redact") && !f.parameters.conditional();
}

namespace {

// Why the counts of a field cannot be; empty when they can. `taken`: rows that went through the techniques.
std::string_view impossible_counts(const ClaimedField& f, uint64_t taken, uint64_t rows_in) {
  if (f.technique == "keep") return f.masked || f.failed ? "a field that is kept has masked cells" : f.kept && *f.kept != taken ? "not as many cells kept as rows" : "";
  if (f.technique == "suppress") return f.masked > rows_in || f.kept.value_or(0) > 0 ? "more cells than rows" : "";
  if (f.masked > taken || f.nulls > taken - f.masked || f.failed > taken - f.masked - f.nulls) return "more cells than rows";
  if (f.kept && *f.kept != taken - f.masked - f.nulls - f.failed) return "masked, empty, failed and kept cells are not those of the rows";
  if (changes_every_cell(f) && f.masked + f.nulls + f.failed != taken) return "cells that the technique cannot have left";
  return "";
}

// Whether the numbers of a risk can stand beside each other; what it was measured on is gone. Risks are in millionths.
bool can_be(const ClaimedRisk& r, uint64_t rows_in) {
  if (r.rows == 0) return r.classes == 0 && r.unique_rows == 0;
  if (r.rows > rows_in || r.k_min == 0 || r.classes == 0 || r.classes > r.rows / r.k_min || r.unique_rows > r.classes || (r.k_min == 1) != (r.unique_rows > 0)) return false;
  auto near = [](uint64_t said, double share) { return std::abs(static_cast<double>(said) - share * 1e6) <= 1; };
  const double highest = 1 / static_cast<double>(r.k_min), mean = static_cast<double>(r.classes) / static_cast<double>(r.rows);
  return near(r.prosecutor_ppm, highest) && near(r.journalist_ppm, highest) && near(r.marketer_ppm, mean);
}

}  // namespace

void judge_counts(const ReceiptView& r, Report& report) {
  const bool rows_fit = adds_up(r.rows_in, {r.rows_out, r.not_sampled, r.suppressed, r.level5});
  report.add({"row_sum", "", rows_fit ? Outcome::ok : Outcome::broken, r.rows_in, "rows in = out + not sampled + suppressed + level 5"});
  const bool scanned = r.rows_scanned >= r.rows_out && r.rows_scanned <= r.rows_in;
  report.add({"scanned", "", scanned ? Outcome::ok : Outcome::broken, r.rows_scanned, "rows scanned for identifiers when it was made; out: " + std::to_string(r.rows_out)});
  if (r.before && !r.before->columns.empty() && !can_be(*r.before, r.rows_in)) report.add({"risk_before", "", Outcome::broken, r.before->rows, "numbers that do not fit each other or the rows"});
  if (!rows_fit) return;
  const uint64_t taken = r.rows_in - r.not_sampled - r.level5;
  for (const ClaimedField& f : r.fields)
    if (auto why = impossible_counts(f, taken, r.rows_in); !why.empty()) report.add({"field_counts", f.column, Outcome::broken, f.masked, std::string(why)});
}

void judge_marks(const ReceiptView& r, Report& report) {
  if (!r.marks) return;
  uint64_t changed = 0;
  std::string names, wrong;
  for (const auto& [column, cells] : r.marks->carriers) {
    names += (names.empty() ? "" : ", ") + column;
    const ClaimedField* f = r.field(column);
    bool slack = f && (f->technique == "keep" || f->technique == "date_shift" || f->technique == "noise" || f->technique == "pseudonym");
    if (!slack || cells > r.rows_out) wrong += (wrong.empty() ? "" : ", ") + column;
    changed += std::min(cells, r.rows_out);
  }
  bool possible = !r.marks->carriers.empty() && changed <= r.marks->cells_marked && r.marks->cells_marked / r.marks->carriers.size() <= r.rows_out;
  report.add({"marks", "", possible && wrong.empty() ? Outcome::ok : Outcome::broken, changed,
              !wrong.empty() ? "no carriers: " + wrong : possible ? "cells changed in " + names : "cells that cannot be"});
}

}  // namespace sluice::recheck
