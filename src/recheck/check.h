// The independent check of a masked file against its receipt (C6.5.3): `sluice deident check`.
//
// It reads the written file and the receipt, nothing else, and shares no code with the techniques, the residual scan or the
// search for k: this room stands below them (floor 2) and cannot include them. From codec it takes the CSV reader that
// collection uses, which is another than the one that masking writes and reads with; from table the Parquet reader (recheck/rows.h); from
// crypto SM3 and signatures.
//
// What it checks: the digest of the file; that the receipt's own counts add up (rows, scanned rows, cells of each field); the number of
// records and the columns in their order; each column's claim, cell by cell (recheck/claim.h); empty and written cells within what the
// receipt counts; direct identifiers left (recheck/identifiers.h), where the receipt does not declare them; k, classes, unique rows, risk and
// the strategy's targets over the quasi-identifiers, counted anew (recheck/class_count.h); marks (docs/formats/deident-receipt.md).
// What it cannot check: that a pseudonym, a shift or a permutation was made with the right key; given hierarchies (the
// receipt does not hold them); what a signature alone vouches for: which strategy and input it was, and who ran it. These claims are
// answered `not_checkable`, never `ok`, and counted. A field that the receipt says was kept is named as such (`kept`, a note).
//
// Errors are those of reading (file.*, csv.*, table.*, json.*) and "recheck.unsupported_format", "recheck.malformed_receipt",
// "recheck.no_such_column" (a demand's), "recheck.bad_hierarchy" (recheck/value_tree.h). A claim that does not hold is no error but a finding.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/record.h"

namespace sluice::recheck {

enum class Outcome { ok, broken, not_checkable, note };
constexpr std::array<std::string_view, 4> enum_names(Outcome) { return {"ok", "broken", "not_checkable", "note"}; }

struct Finding {
  // digest, signature, row_sum, scanned, field_counts, rows, columns, kept, claim, empty_cells, residual, possible_names, k, risk, model,
  // population, k_map, presence, l, t, marks, masked_receipt; of an aggregate threshold, dominance, columns, cells, hidden_cells, sums, recomputable
  std::string check;
  std::string column;
  Outcome outcome = Outcome::ok;
  uint64_t cells = 0;  // that break the claim, or were found; the k found for `k`
  std::string detail;  // never a value
  static constexpr auto fields = field_list(field("check", &Finding::check), field("column", &Finding::column), field("outcome", &Finding::outcome),
                                            field("cells", &Finding::cells), field("detail", &Finding::detail));
};

struct Report {
  std::string format = "sluice-deident-check/1";
  bool holds = true;           // nothing is broken
  uint64_t not_checkable = 0;  // findings of this outcome: what a reader must take on trust
  uint64_t rows = 0;
  std::vector<Finding> findings;
  static constexpr auto fields = field_list(field("format", &Report::format), field("holds", &Report::holds), field("not_checkable", &Report::not_checkable),
                                            field("rows", &Report::rows), field("findings", &Report::findings));
  void add(Finding finding);
};

// Of what the receipt is: of the file, or of an output of which the file is some columns or rows (a release), where counts, scanned rows and
// targets are of the larger one and are not held against the file.
enum class Covers { whole, part };

enum class Diversity { distinct, entropy, recursive };
constexpr std::array<std::string_view, 3> enum_names(Diversity) { return {"distinct", "entropy", "recursive"}; }
enum class Distance { equal, ordered, hierarchical };
constexpr std::array<std::string_view, 3> enum_names(Distance) { return {"equal", "ordered", "hierarchical"}; }

struct DiversityDemand {
  std::string column;
  Diversity kind = Diversity::distinct;
  double l = 2, c = 3;  // c: of recursive only
};
struct ClosenessDemand {
  std::string column;
  Distance distance = Distance::equal;
  double t = 0.2;
  std::string hierarchy{};  // path of the column's hierarchy; of hierarchical only ("recheck.bad_hierarchy" without)
};

struct Demands {
  std::optional<uint64_t> k{};
  std::vector<std::string> quasi_identifiers{};  // empty: those of the receipt
  std::vector<DiversityDemand> diversity{};
  std::vector<ClosenessDemand> closeness{};
  std::string population{};                                // path of the population's table: models of people are counted in it
  std::map<std::string, std::string> hierarchies{};        // quasi-identifier → path of the hierarchy that it was generalised by
  std::map<std::string, std::string> sensitive_hierarchies{};  // of the receipt's hierarchical t: column → path
  std::optional<uint64_t> k_map{};
  std::optional<std::pair<double, double>> presence{};     // lowest and highest share
  Covers covers = Covers::whole;
};

Result<Report> check_output(const std::string& path, std::string_view receipt_json, const Demands& demands = {});

}  // namespace sluice::recheck
