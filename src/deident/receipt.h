// The receipt of one masking run (C6.5.3), formats `sluice-deident-receipt/1` and `/2`: docs/formats/deident-receipt.md.
// It holds counts, digests and names of columns; never a value.
//
// Format 1 names files by SM3 of their bytes (input_sm3, output_sm3) and sealed versions by their manifests; format 2 names files by a
// digest with its kind (digest_kind, input_digest, output_digest). Written: 2 where files are named, else 1. Read: both.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "codec/record.h"
#include "deident/strategy.h"

namespace sluice::deident {

struct FieldReceipt {
  std::string column;
  Technique technique = Technique::keep;
  uint64_t masked = 0;  // cells the technique changed or replaced
  uint64_t nulls = 0;   // cells that were empty before
  uint64_t failed = 0;  // cells it could not handle: blanked
  std::optional<uint64_t> kept{};            // cells that stayed as they were, in a `keep` column all of them; receipts before 2026-11 have none
  std::optional<Json> parameters{};          // of the technique, as in the strategy
  std::optional<uint64_t> small_domain{};    // cells enciphered in a domain below 10⁶: a keyed permutation, weaker than FF1
  std::map<std::string, uint64_t> entities{};  // text: identifiers replaced, by kind
  std::optional<uint64_t> possible_names{};    // text: cells in which something behind a word like 患者 looks like a name and was left
  static constexpr auto fields = field_list(field("column", &FieldReceipt::column), field("technique", &FieldReceipt::technique),
                                            field("masked", &FieldReceipt::masked), field("nulls", &FieldReceipt::nulls),
                                            field("failed", &FieldReceipt::failed), field("kept", &FieldReceipt::kept), field("parameters", &FieldReceipt::parameters),
                                            field("small_domain", &FieldReceipt::small_domain), field("entities", &FieldReceipt::entities),
                                            field("possible_names", &FieldReceipt::possible_names));
};

// Direct identifiers that the detectors still find in an output column.
struct ResidualFinding {
  std::string column, type;
  uint64_t cells = 0;
  static constexpr auto fields = field_list(field("column", &ResidualFinding::column), field("type", &ResidualFinding::type),
                                            field("cells", &ResidualFinding::cells));
};

struct RiskReceipt {
  std::vector<std::string> columns;
  uint64_t rows = 0, classes = 0, k_min = 0, unique_rows = 0;
  uint32_t prosecutor_ppm = 0, journalist_ppm = 0, marketer_ppm = 0;  // parts per million
  static constexpr auto fields =
      field_list(field("columns", &RiskReceipt::columns), field("rows", &RiskReceipt::rows), field("classes", &RiskReceipt::classes),
                 field("k_min", &RiskReceipt::k_min), field("unique_rows", &RiskReceipt::unique_rows),
                 field("prosecutor_ppm", &RiskReceipt::prosecutor_ppm), field("journalist_ppm", &RiskReceipt::journalist_ppm),
                 field("marketer_ppm", &RiskReceipt::marketer_ppm));
};

// A model target of the strategy and what the output reaches.
struct ModelReceipt {
  std::string model;   // k, risk_permille, l, t_permille, presence_permille; of a search also those of docs/formats/deident-receipt.md
  std::string column;  // the sensitive column of l and t
  int64_t wanted = 0, reached = 0;
  bool holds = false;
  std::optional<int64_t> lowest_wanted{}, lowest_reached{};  // presence: the other end
  std::optional<int64_t> c_permille{};                       // recursive l
  std::optional<std::string> of{};                           // `input`: held against the rows of the input, some of which were left out
  std::optional<Digest> hierarchy_sm3{};                     // hierarchical t: of the file
  static constexpr auto fields = field_list(field("model", &ModelReceipt::model), field("column", &ModelReceipt::column), field("wanted", &ModelReceipt::wanted),
                                            field("reached", &ModelReceipt::reached), field("holds", &ModelReceipt::holds), field("lowest_wanted", &ModelReceipt::lowest_wanted),
                                            field("lowest_reached", &ModelReceipt::lowest_reached), field("c_permille", &ModelReceipt::c_permille), field("of", &ModelReceipt::of),
                                            field("hierarchy_sm3", &ModelReceipt::hierarchy_sm3));
};

inline constexpr const char* kReceiptFormat2 = "sluice-deident-receipt/2";

struct Receipt {
  std::string format = "sluice-deident-receipt/1";
  std::string strategy, strategy_version;
  Digest strategy_digest{};
  std::optional<std::string> key_id;  // first 16 hex digits of SM3("sluice-key-id/1" ‖ key): tells keys apart, reveals none
  std::optional<std::string> performed_by;
  uint64_t rows_in = 0, rows_out = 0;
  std::optional<uint64_t> rows_not_sampled, rows_suppressed;  // of rows_in, left out: by `sample`, in classes below k
  std::optional<uint64_t> rows_level5{};                      // rows with level-5 content, left out on demand (inside a space)
  std::optional<Digest> input_sm3, output_sm3;  // of the file's bytes; format 1
  std::optional<std::string> digest_kind{};             // format 2: how the two below are computed
  std::optional<Digest> input_digest{}, output_digest{};
  std::optional<Digest> input_manifest_sm3{}, output_manifest_sm3{};  // inside a space: of the sealed versions' manifests
  std::vector<FieldReceipt> columns;
  uint64_t residual_rows_scanned = 0;
  std::vector<ResidualFinding> residual;
  std::optional<RiskReceipt> risk_before, risk_after;
  std::vector<ModelReceipt> models;            // the strategy's targets
  std::optional<Digest> population_digest{};   // of the population that models of people were counted in
  std::optional<std::string> reviewed_by;      // key id of the reviewer whose signature was checked
  std::optional<uint64_t> aggregated_cells, aggregated_hidden;  // the output is an aggregate of rows_out rows
  std::optional<AggregateRule> aggregate{};    // by which rule: threshold and dominance as they held, defaults written out
  uint64_t duration_ms = 0;
  static constexpr auto fields = field_list(
      field("format", &Receipt::format), field("strategy", &Receipt::strategy),
      field("strategy_version", &Receipt::strategy_version), field("strategy_digest", &Receipt::strategy_digest),
      field("key_id", &Receipt::key_id), field("performed_by", &Receipt::performed_by),
      field("rows_not_sampled", &Receipt::rows_not_sampled), field("rows_suppressed", &Receipt::rows_suppressed), field("rows_in", &Receipt::rows_in), field("rows_out", &Receipt::rows_out),
      field("rows_level5", &Receipt::rows_level5), field("input_sm3", &Receipt::input_sm3), field("output_sm3", &Receipt::output_sm3), field("digest_kind", &Receipt::digest_kind), field("input_digest", &Receipt::input_digest), field("output_digest", &Receipt::output_digest),
      field("input_manifest_sm3", &Receipt::input_manifest_sm3),
      field("output_manifest_sm3", &Receipt::output_manifest_sm3), field("fields", &Receipt::columns),
      field("residual_rows_scanned", &Receipt::residual_rows_scanned), field("residual", &Receipt::residual),
      field("risk_before", &Receipt::risk_before), field("risk_after", &Receipt::risk_after),
      field("models", &Receipt::models), field("population_digest", &Receipt::population_digest), field("reviewed_by", &Receipt::reviewed_by),
      field("aggregated_cells", &Receipt::aggregated_cells), field("aggregated_hidden", &Receipt::aggregated_hidden), field("aggregate", &Receipt::aggregate), field("duration_ms", &Receipt::duration_ms));
};

}  // namespace sluice::deident
