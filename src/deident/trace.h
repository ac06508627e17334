// Reading recipient marks (deident/mark.h): from whose copies a suspect file was made.
//
// Row key and carriers are found by their names. What has another name now, or none, is looked for by content: the row key among the columns
// whose cells nearly all differ (where a key stands in several rows, the user has to name it), a carrier among those whose cells can show its
// symbols; a column is taken for one when its symbols agree with each other at the places that the key chooses far more than chance has them
// agree. That choice hangs on the file and the keys, never on a candidate's bits, so that the bound on a false accusation stays what it is.
//
// Errors: "mark.bad_plan", "mark.no_carrier" (neither by name nor by content), "deident.missing_column" (the given key column), those of deident/file_rows.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/restricted.h"
#include "codec/record.h"
#include "deident/strategy.h"

namespace sluice::deident {

struct Accusation {
  std::string recipient;
  bool accused = false;
  int64_t deviations_permille = 0;    // of the score of one who had no part, in thousandths
  std::string false_accusation_bound; // of this candidate, over all candidates and readings, e.g. "3.1e-12"
  static constexpr auto fields = field_list(field("recipient", &Accusation::recipient), field("accused", &Accusation::accused),
                                            field("deviations_permille", &Accusation::deviations_permille),
                                            field("false_accusation_bound", &Accusation::false_accusation_bound));
};

struct TraceReport {
  std::string format = "sluice-deident-trace/1";
  uint64_t rows = 0, symbols = 0;
  std::vector<std::string> carriers;          // that the suspect still has, by the names of the plan
  std::map<std::string, std::string> renamed; // row key and carriers found by content: name in the plan → name in the suspect
  std::string bound;                          // on accusing anybody wrongly
  std::vector<Accusation> recipients;         // most suspect first
  static constexpr auto fields = field_list(field("format", &TraceReport::format), field("rows", &TraceReport::rows), field("symbols", &TraceReport::symbols),
                                            field("carriers", &TraceReport::carriers), field("renamed", &TraceReport::renamed), field("bound", &TraceReport::bound),
                                            field("recipients", &TraceReport::recipients));
};

struct TraceOptions {
  size_t traces = 1;         // strategies that the same file is held against; the bound covers them all
  std::string key_column{};  // the row key's name in the suspect; empty: the plan's, else by content
};

// The suspect is CSV or Parquet. Accuses those whose bound, over all candidates and readings, is below 10⁻⁶.
Result<TraceReport> trace_file(const Strategy& strategy, const SecretBytes& key, const std::vector<std::string>& recipients, const std::string& suspect_path,
                               const TraceOptions& options = {});

}  // namespace sluice::deident
