// How useful a published table still is, next to the original: what analysts would get wrong with it.
//
// Per column: total variation distance of the distributions (½ Σ |p − q|) and, for numbers and dates, the earth mover's distance as a
// share of the original range (∫ |F − G| / range), mean before and after; loss: mean share of the column's other values under a cell's
// label ((values under it − 1) / (values − 1), a missing row 1). A label's weight is spread evenly over the original values that it may stand for
// (label_cover.h). Per pair of columns: Pearson's correlation of two ordered ones, else Cramér's V, before and after. Count queries: what the
// published table answers, scaled to all rows, against the truth; the error is |estimate − truth| / max(truth, rows / 1000).
// Queries are the caller's and random ones (1 to 3 columns; ranges of a tenth of the line in ordered ones), the same in every run.
//
// Errors: "anonymity.no_columns" (nothing in common), "anonymity.unknown_column", those of class counting. Thread rule: pure.
// Format of the JSON: docs/formats/utility-report.md. Names of columns and numbers; never a value, but for queries that the caller asked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "anonymity/csv_table.h"
#include "anonymity/hierarchy.h"
#include "codec/json.h"

namespace sluice::anonymity {

struct ColumnUtility {
  std::string name;
  bool dropped = false, ordered = false;
  uint64_t distinct_before = 0, distinct_after = 0;
  double total_variation = 1, loss = 1;
  std::optional<double> earth_mover{}, mean_before{}, mean_after{};
};

struct PairUtility {
  std::string a, b;
  std::string_view measure;  // "pearson" or "cramers_v"
  double before = 0, after = 0;
};

// Rows in which every named column lies in its range; from = to for a single value.
struct CountQuery {
  struct Term {
    std::string column, from, to;
  };
  std::vector<Term> terms;
};
struct AskedQuery {
  CountQuery query;
  double truth = 0, estimate = 0, error = 0;
};

struct ClassSummary {
  uint64_t rows = 0, classes = 0, k = 0, unique_rows = 0;
  double highest_risk = 0, average_risk = 0;
  std::map<uint64_t, uint64_t> histogram{};  // class size → classes
};

struct UtilityReport {
  uint64_t rows_before = 0, rows_after = 0;
  std::vector<ColumnUtility> columns{};
  std::vector<PairUtility> pairs{};
  double correlation_lost = 0;  // mean |before − after| over pairs
  uint64_t random_queries = 0;
  double query_error_mean = 0, query_error_median = 0, query_error_p95 = 0;  // of the random ones
  std::vector<AskedQuery> asked{};
  std::optional<ClassSummary> classes_before{}, classes_after{};  // over the quasi-identifiers
};

struct UtilityOptions {
  std::vector<std::string> columns;                  // of `before`; those that `after` lacks count as dropped
  std::vector<std::string> quasi{};                  // among them
  std::map<std::string, Hierarchy> hierarchies{};
  std::vector<CountQuery> queries{};
  size_t random_queries = 200;
};

Result<UtilityReport> compare_tables(const CsvTable& before, const CsvTable& after, const UtilityOptions& options);
Json to_json(const UtilityReport& report);

// "age=30..40,sex=F" as a query; "anonymity.bad_query".
Result<CountQuery> parse_query(std::string_view text);

}  // namespace sluice::anonymity
