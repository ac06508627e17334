// A masking receipt as the check reads it (docs/formats/deident-receipt.md), by a reader of its own.
//
// Errors: "recheck.unsupported_format", "recheck.malformed_receipt" (detail: the member; a receipt of format 2 without output_digest, a count
// that is none, a column twice in `fields`), those of JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "recheck/parameters.h"

namespace sluice::recheck {

struct ClaimedField {
  std::string column, technique;
  Parameters parameters{};
  uint64_t masked = 0, nulls = 0, failed = 0;
  std::optional<uint64_t> kept;  // receipts of earlier versions do not say
};

struct ClaimedRisk {
  std::vector<std::string> columns;
  uint64_t rows = 0, classes = 0, k_min = 0, unique_rows = 0;
  uint64_t prosecutor_ppm = 0, journalist_ppm = 0, marketer_ppm = 0;
};

struct ClaimedModel {
  std::string model, column;
  int64_t wanted = 0, reached = 0;
  bool holds = false;
  std::optional<int64_t> lowest_wanted{}, lowest_reached{}, c_permille{};
  std::string of{}, hierarchy_sm3{};  // empty: of the written rows; no hierarchy
};

// Recipient marks in the copy that the receipt is of.
struct ClaimedMarks {
  std::string masked_receipt_sm3;  // hexadecimal; of the canonical form of the receipt before marking
  std::vector<std::pair<std::string, uint64_t>> carriers;  // column, cells changed in it
  uint64_t cells_marked = 0;
};

// By which rule an aggregate was made.
struct ClaimedAggregate {
  std::vector<std::string> by, sums, means;
  uint64_t threshold = 0;
  bool dominance = false, contributor = false;
};

struct ReceiptView {
  std::string digest_kind = "sm3";
  std::optional<std::string> output_digest;  // of that kind, hexadecimal
  bool sealed = false;                       // names a sealed version by its manifest instead
  uint64_t rows_in = 0, rows_out = 0, not_sampled = 0, suppressed = 0, level5 = 0;
  uint64_t rows_scanned = 0;
  std::vector<ClaimedField> fields;
  std::set<std::pair<std::string, std::string>> declared;  // identifiers that the receipt says are left: column, type
  std::optional<ClaimedRisk> before, after;
  std::vector<ClaimedModel> models;
  std::optional<std::string> population_digest{};  // of digest_kind, hexadecimal
  std::optional<ClaimedMarks> marks;
  std::optional<uint64_t> cells, cells_hidden;  // the output is an aggregate
  std::optional<ClaimedAggregate> aggregate;    // older receipts do not say

  const ClaimedField* field(std::string_view column) const;
};

Result<ReceiptView> read_receipt(std::string_view text);

// Whether the parts, each within what is left of it, make up the whole.
bool adds_up(uint64_t whole, std::initializer_list<uint64_t> parts);

}  // namespace sluice::recheck
