// The risk of re-identification of a table over its quasi-identifiers, for the three attackers, with what causes it.
//
// Prosecutor (knows that the person is in the table): risk 1/f of a row in a class of f rows. Journalist (does not know):
// 1/F, F the size of the class in the population. Marketer (wants many): mean of 1/F over rows. F comes from a population
// table, is expected from a sampling fraction (or the population's size) and a population model (anonymity/sampled_risk.h), or is f itself: then the
// table is taken for all the people there are. Of a sample that overstates 1/F, and makes the journalist's risk the prosecutor's; `taken_as_whole` says it.
// Classes are counted exactly (table/classes.h).
//
// With a column of person keys everything is counted in persons: one with several rows in a class is one of it, and a combination singles a person out
// where nobody else has its values. Empty keys are one person together. Disclosure stays counted in rows.
// Format of the JSON: docs/formats/risk-report.md. Numbers and names of columns only, never a value.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anonymity/csv_table.h"
#include "anonymity/population_models.h"
#include "anonymity/unique_sets.h"
#include "codec/json.h"
#include "rules/packs.h"

namespace sluice::anonymity {

struct RiskOptions {
  std::vector<std::string> quasi;
  std::vector<std::string> sensitive{};      // columns whose disclosure inside a class is measured
  const CsvTable* population = nullptr;      // a table with the same quasi-identifiers
  std::optional<double> sampling_fraction{}; // in (0, 1]
  std::optional<uint64_t> population_size{}; // people, instead of the fraction; not below the table's own
  PopulationModel model = PopulationModel::automatic;
  std::string person{};                      // column of person keys; empty: each row is a person
  double threshold = 0.2;
  size_t unique_size_max = 3;                // 0: none
  unsigned threads = 0;
};

struct ProfileVerdict {  // against the threshold of one share type (rules: masking pack)
  std::string share_type;
  double threshold = 0;
  uint64_t k_min = 0, rows_above = 0;
  bool acceptable = false;
};

struct ColumnSpread {
  std::string name;
  uint64_t distinct = 0, top_rows = 0;      // rows of the most frequent value
  uint64_t rare_values = 0, rare_rows = 0;  // values in fewer rows than 1 / threshold
};

struct Disclosure {  // rows whose class has one value only in a sensitive column: known without re-identification
  std::string column;
  uint64_t rows_uniform = 0, rows_unsafe = 0;  // the latter in classes of two or more rows
};

struct PersonCount {
  std::string column;
  uint64_t persons = 0, rows = 0;  // different keys; rows of the table
};

struct RiskReport {
  std::vector<std::string> quasi;
  std::optional<PersonCount> person;  // then `count` is of persons, each once in each of their classes
  table::ClassCount count;
  table::Risk risk;
  double threshold = 0;
  std::string_view basis;  // of the journalist's F: "table", "population", "sampling_fraction", or with one the model of uniques: "pitman", "zayatz", "snb"
  std::optional<PopulationEstimate> population;  // with a sampling fraction
  bool taken_as_whole() const { return basis == "table"; }
  std::vector<ProfileVerdict> profiles;
  UniqueSets unique;
  std::vector<ColumnSpread> spread;
  std::vector<Disclosure> disclosure;
};

// `table` holds at least the columns that the options name. Errors: "anonymity.no_columns", "anonymity.unknown_column",
// "anonymity.bad_fraction", "anonymity.fraction_and_size", "anonymity.population_too_small", "anonymity.person_in_quasi", "anonymity.person_with_population", those of class counting and of find_unique_sets. A table without rows gives a report of zeros.
Result<RiskReport> measure_risk(const CsvTable& table, const RiskOptions& options, const std::vector<rules::RiskThreshold>& thresholds);

Json to_json(const RiskReport& report);

}  // namespace sluice::anonymity
