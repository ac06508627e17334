#include "recheck/check.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "recheck/aggregate.h"
#include "recheck/claim.h"
#include "recheck/class_check.h"
#include "recheck/file_digest.h"
#include "recheck/identifiers.h"
#include "recheck/receipt_check.h"
#include "recheck/receipt_view.h"
#include "recheck/rows.h"

namespace sluice::recheck {

namespace {

// One column of the output while it is read.
struct WatchedColumn {
  const ClaimedField* field = nullptr;
  std::unique_ptr<Claim> claim{};
  IdentifierScan scan{};
  uint64_t broken = 0, empty = 0;
};

class OutputCheck {
 public:
  OutputCheck(const ReceiptView& receipt, const Demands& demands) : receipt_(receipt), demands_(demands) {}

  Status read(const std::string& path) {
    for (const auto& [column, file] : demands_.hierarchies) ladders_.emplace(column, TRY(Ladder::read(file)));
    return read_written_rows(path, [this](const std::vector<std::string>& header) { return begin(header); }, [this](std::span<const std::string_view> cells) { row(cells); });
  }

  Report report() {
    Report out;
    out.rows = rows_;
    if (demands_.covers == Covers::whole) judge_counts(receipt_, out);
    out.add({"rows", "", rows_ == receipt_.rows_out ? Outcome::ok : Outcome::broken, rows_, "receipt: " + std::to_string(receipt_.rows_out)});
    out.add({"columns", "", columns_as_claimed_ ? Outcome::ok : Outcome::broken, columns_.size(), ""});
    for (WatchedColumn& c : columns_)
      if (c.field) judge_field(c, out);
    bool left = false;
    for (const WatchedColumn& c : columns_) left = judge_identifiers(c, out) || left;
    out.add({"residual", "", Outcome::ok, rows_, left ? "every row scanned: what is left stands above" : "every row scanned, clean"});
    if (classes_) classes_->judge(out);
    judge_marks(receipt_, out);
    return out;
  }

 private:
  Status begin(const std::vector<std::string>& header) {
    std::vector<const ClaimedField*> expected;
    for (const ClaimedField& f : receipt_.fields)
      if (f.technique != "suppress") expected.push_back(&f);
    columns_as_claimed_ = header.size() == expected.size();
    columns_.resize(header.size());
    for (size_t c = 0; c < header.size(); c++) {
      auto field = std::find_if(expected.begin(), expected.end(), [&](const ClaimedField* f) { return f->column == header[c]; });
      columns_as_claimed_ = columns_as_claimed_ && c < expected.size() && expected[c]->column == header[c];
      if (field == expected.end()) continue;
      columns_[c].field = *field;
      if ((*field)->parameters.fault().empty()) columns_[c].claim = claim_with((**field));
    }
    for (const auto& [column, ladder] : ladders_)
      if (std::find(header.begin(), header.end(), column) == header.end()) return fail(Errc::invalid, "recheck.no_such_column", column.substr(0, 80));
    classes_.emplace(TRY(ClassCheck::create(receipt_, demands_, ladders_, header)));
    return {};
  }

  // Of a given hierarchy whose file was handed over, that every cell is a label of its height; without the file nothing is claimed.
  std::unique_ptr<Claim> claim_with(const ClaimedField& f) const {
    auto at = ladders_.find(f.column);
    const bool given = f.technique == "hierarchy" && f.parameters.has("hierarchy_sm3") && !f.parameters.conditional();
    if (!given || at == ladders_.end() || at->second.sm3() != f.parameters.text("hierarchy_sm3")) return claim_of(f.technique, f.parameters);
    return claim_of_ladder(at->second, f.parameters);
  }

  void row(std::span<const std::string_view> cells) {
    rows_++;
    for (size_t c = 0; c < columns_.size(); c++) {
      WatchedColumn& column = columns_[c];
      column.empty += cells[c].empty();
      if (cells[c].empty()) continue;
      if (column.claim && !column.claim->holds(cells[c])) column.broken++;
      column.scan.cell(cells[c]);
    }
    classes_->row(cells);
  }

  void judge_field(WatchedColumn& c, Report& out) const {
    const ClaimedField& f = *c.field;
    const uint64_t written = rows_ - c.empty;
    if (f.technique == "keep") return out.add({"kept", f.column, Outcome::note, written, "left as it was, the receipt says"});
    if (!is_technique(f.technique)) return out.add({"claim", f.column, Outcome::broken, written, "unknown technique"});
    if (!f.parameters.fault().empty()) return out.add({"claim", f.column, Outcome::broken, written, f.technique + ": a parameter cannot be: " + f.parameters.fault()});
    if (changes_nothing(f.technique, f.parameters)) out.add({"kept", f.column, Outcome::note, written, "the parameters leave every cell as it was"});
    if (c.claim) c.broken += c.claim->broken_at_end();
    out.add({"claim", f.column, !c.claim ? Outcome::not_checkable : c.broken ? Outcome::broken : Outcome::ok, c.broken, f.technique});
    if (f.kept.value_or(0) > 0) out.add({"kept", f.column, Outcome::note, *f.kept, "cells left as they were, the receipt says"});
    bool blanks = f.technique == "blank" || f.technique == "rare" || f.technique == "redact" || f.technique == "permute" || f.parameters.conditional();
    if (c.empty > f.nulls + f.failed + (blanks ? f.masked : 0)) out.add({"empty_cells", f.column, Outcome::broken, c.empty, "receipt: " + std::to_string(f.nulls + f.failed)});
    if (demands_.covers == Covers::whole && changes_every_cell(f) && written > f.masked)
      out.add({"field_counts", f.column, Outcome::broken, written, "cells written; receipt: " + std::to_string(f.masked)});
  }

  // Whether any were found.
  bool judge_identifiers(const WatchedColumn& c, Report& out) const {
    std::string column = c.field ? c.field->column : "";
    std::string technique = c.field ? c.field->technique : "keep";
    std::string kind = technique == "format_preserving" ? c.field->parameters.text("kind") : "";
    auto found = c.scan.found();
    for (const auto& [type, cells] : found) {
      bool made = (kind == "phone" && type == "phone") || (kind == "card" && type == "bank_card") || ((kind == "digits" || kind == "code") && type != "email");
      bool declared = made || receipt_.declared.contains({column, type});
      out.add({"residual", column, declared ? Outcome::note : Outcome::broken, cells, type});
    }
    if (technique == "text" && c.scan.possible_names() > 0) out.add({"possible_names", column, Outcome::note, c.scan.possible_names(), "cells where a word leads to a surname: a person should look"});
    return !found.empty();
  }

  const ReceiptView& receipt_;
  const Demands& demands_;
  Ladders ladders_;
  bool columns_as_claimed_ = false;
  uint64_t rows_ = 0;
  std::vector<WatchedColumn> columns_;
  std::optional<ClassCheck> classes_;
};

Result<Report> check_rows(const std::string& path, const ReceiptView& receipt, const Demands& demands) {
  OutputCheck check(receipt, demands);
  TRY(check.read(path));
  return check.report();
}

// An aggregate holds no rows: what the receipt says of them can be held against itself alone.
Result<Report> check_cells(const std::string& path, const ReceiptView& receipt, const Demands& demands) {
  Report report = TRY(check_aggregate(path, receipt));
  if (demands.covers == Covers::whole) judge_counts(receipt, report);
  for (const ClaimedField& f : receipt.fields)
    if (!is_technique(f.technique) || !f.parameters.fault().empty())
      report.add({"claim", f.column, Outcome::broken, 0, is_technique(f.technique) ? f.technique + ": a parameter cannot be: " + f.parameters.fault() : "unknown technique"});
  if (receipt.after) report.add({"risk", "", Outcome::not_checkable, 0, "of the rows before the aggregate"});
  for (const ClaimedModel& m : receipt.models) report.add({"model", m.column, Outcome::not_checkable, 0, m.model + ": of the rows before the aggregate"});
  if (demands.k || demands.k_map || demands.presence || !demands.diversity.empty() || !demands.closeness.empty()) report.add({"k", "", Outcome::broken, 0, "an aggregate has no rows"});
  return report;
}

Result<Finding> judge_digest(const std::string& path, const ReceiptView& receipt) {
  if (!receipt.output_digest && receipt.sealed) return Finding{"digest", "", Outcome::not_checkable, 0, "the receipt is of a sealed version"};
  if (!receipt.output_digest) return Finding{"digest", "", Outcome::broken, 0, "the receipt names no file and no sealed version: it could be of anything"};
  bool same = hex(TRY(digest_of_file(receipt.digest_kind, path))) == *receipt.output_digest;
  return Finding{"digest", "", same ? Outcome::ok : Outcome::broken, 0, receipt.digest_kind == "sm3" ? "SM3" : receipt.digest_kind};
}

}  // namespace

void Report::add(Finding finding) {
  holds = holds && finding.outcome != Outcome::broken;
  not_checkable += finding.outcome == Outcome::not_checkable;
  findings.push_back(std::move(finding));
}

Result<Report> check_output(const std::string& path, std::string_view receipt_json, const Demands& demands) {
  ReceiptView receipt = TRY(read_receipt(receipt_json));
  Report report = receipt.cells ? TRY(check_cells(path, receipt, demands)) : TRY(check_rows(path, receipt, demands));
  report.add(TRY(judge_digest(path, receipt)));
  std::rotate(report.findings.begin(), report.findings.end() - 1, report.findings.end());  // it is read first
  return report;
}

}  // namespace sluice::recheck
