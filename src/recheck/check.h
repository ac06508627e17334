// The independent check of a masked file against its receipt (C6.5.3): `sluice deident check`.
//
// It reads the written file and the receipt, nothing else, and shares no code with the techniques, the residual scan or the
// search for k: this room stands below them (floor 2) and cannot include them. From codec it takes the CSV reader that
// collection uses, which is another than the one that masking writes and reads with; from crypto SM3.
//
// What it checks: the digest of the file; the number of records and the columns in their order; each column's claim, cell by
// cell (recheck/claim.h); empty cells within what the receipt counts; direct identifiers left (recheck/identifiers.h),
// where the receipt does not declare them; k over the quasi-identifiers, counted anew.
// What it cannot check: that a pseudonym, a shift or a permutation was made with the right key; given hierarchies (the
// receipt does not hold them). These claims are answered `not_checkable`, never `ok`.
//
// Errors are those of reading (file.*, csv.*, json.*) and "recheck.unsupported_format", "recheck.malformed_receipt",
// "recheck.no_such_column" (--qi). A claim that does not hold is no error but a finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"

namespace sluice::recheck {

enum class Outcome { ok, broken, not_checkable, note };
constexpr std::array<std::string_view, 4> enum_names(Outcome) { return {"ok", "broken", "not_checkable", "note"}; }

struct Finding {
  std::string check;  // digest, rows, columns, claim, empty_cells, residual, k, possible_names
  std::string column;
  Outcome outcome = Outcome::ok;
  uint64_t cells = 0;  // that break the claim, or were found; the k found for `k`
  std::string detail;  // never a value
  static constexpr auto fields = field_list(field("check", &Finding::check), field("column", &Finding::column), field("outcome", &Finding::outcome),
                                            field("cells", &Finding::cells), field("detail", &Finding::detail));
};

struct Report {
  std::string format = "sluice-deident-check/1";
  bool holds = false;  // nothing is broken
  uint64_t rows = 0;
  std::vector<Finding> findings;
  static constexpr auto fields = field_list(field("format", &Report::format), field("holds", &Report::holds), field("rows", &Report::rows),
                                            field("findings", &Report::findings));
};

struct Demands {
  std::optional<uint64_t> k{};
  std::vector<std::string> quasi_identifiers{};  // empty: those of the receipt
};

Result<Report> check_output(const std::string& path, std::string_view receipt_json, const Demands& demands = {});

}  // namespace sluice::recheck
