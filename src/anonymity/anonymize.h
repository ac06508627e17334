// From a CSV or Parquet file to an anonymous one: read, search, write, with a report of what was done and what it costs.
//
// The output has the columns and rows of the input in their order; quasi-identifiers carry the label of their group. Suppressed
// rows are left out; with SuppressedRows::mark they stay, with "*" in every quasi-identifier (then they form one class of
// their own, which must have k rows, l distinct values and k persons or more: "anonymity.marked_too_few"; it goes with no other model: "anonymity.marked_beyond_k"). CSV in UTF-8 with the input's separator, or Parquet, in which
// quasi-identifiers are text and the other columns keep their types (anonymity/table_file.h says which). The output appears
// whole or not at all. Columns that are no quasi-identifiers are copied as they are: direct identifiers are masked before, and who runs this for
// somebody else's file asks deident/anonymize_file.h, which looks for them. An empty cell is a value of its own that only the highest level
// generalises, whether the hierarchy lists it or not.
//
// t-closeness: values of an ordered column are in numeric order when all are numbers, else in order of their bytes; a
// hierarchical one needs its file, whose highest level is one group ("anonymity.no_hierarchy").
//
// Persons: with a column of person keys each class has k different ones of it (empty keys are one together), which is distinct k-diversity of that
// column, asked beside k of the rows; a receipt says it as that model, and the independent check counts it as that.
//
// Errors: "anonymity.person_in_quasi", "anonymity.person_with_population" (a population is counted in rows); those of table_file.h, hierarchy.h, problem.h, search.h, output_file.h; "deident.same_file"; "anonymity.input_changed"
// when the file is not what it was when it was read first.
// Format of the JSON: docs/formats/anonymity-report.md.
#pragma once

#include <algorithm>
#include <functional>

#include "anonymity/local_recoding.h"
#include "anonymity/search.h"
#include "codec/json.h"

namespace sluice::anonymity {

enum class SuppressedRows { drop, mark };
constexpr std::array<std::string_view, 2> enum_names(SuppressedRows) { return {"drop", "mark"}; }

enum class Recoding { full_domain, local };
constexpr std::array<std::string_view, 2> enum_names(Recoding) { return {"full-domain", "local"}; }

// What goes out of the column of person keys: the keys, no column, or what Request::person_tokens makes of them.
enum class PersonColumn { keep, drop, pseudonym };
constexpr std::array<std::string_view, 3> enum_names(PersonColumn) { return {"keep", "drop", "pseudonym"}; }

struct Request {
  std::string in, out;
  ReadOptions reading{};
  std::vector<std::string> quasi;
  std::map<std::string, std::string> hierarchy_files{};  // column → path
  std::map<std::string, double> weights{};
  std::vector<std::string> sensitive{};                  // columns that the models of `search` name by place
  std::map<std::string, std::string> hierarchy_files_of_sensitive{};  // for hierarchical t-closeness
  std::map<std::string, Hierarchy> hierarchies_of_sensitive{};        // the same, read already
  std::string population{};                              // path of a table of the population; empty: none
  std::string person{};                                  // column of person keys; count_persons() sets it
  PersonColumn person_column = PersonColumn::keep;
  // One token for each key, none of which is empty; an empty cell stays empty. Wanted for PersonColumn::pseudonym.
  std::function<Result<std::vector<std::string>>(const std::vector<std::string_view>& keys)> person_tokens{};
  Metric metric = Metric::loss;
  Recoding recoding = Recoding::full_domain;             // local: local_recoding.h, without suppression
  SuppressedRows suppressed_rows = SuppressedRows::drop;
  SearchOptions search{};
  // Sees the written file before it appears under its name; its error keeps it from appearing.
  std::function<Status(const std::string& written, char delimiter, const struct Report& report)> written{};
};

// Where the column stands among those that the models name by place; it joins them when it is not among them yet.
inline size_t sensitive_place(Request& request, const std::string& column) {
  auto at = std::find(request.sensitive.begin(), request.sensitive.end(), column);
  if (at == request.sensitive.end()) at = request.sensitive.insert(at, column);
  return static_cast<size_t>(at - request.sensitive.begin());
}
// k of the request is of different values of this column from now on.
void count_persons(Request& request, const std::string& column);

struct AttributeReport {
  std::string name;
  size_t level = 0, levels = 0;    // local recoding: the highest level of any class
  size_t lowest_level = 0;         // local recoding: the lowest
  double loss = 0;  // mean loss of its cells, suppressed ones counting 1
  uint64_t changed_cells = 0, empty_cells = 0;  // of all rows: written otherwise than they were, or not at all; empty and left so. Of anonymize() only
};

struct Report {
  Metric metric = Metric::loss;
  Recoding recoding = Recoding::full_domain;
  uint64_t k = 0, rows = 0;
  double suppression_limit = 0;
  Solution solution;
  std::vector<AttributeReport> attributes;
  std::string person{};             // column of person keys, where k is of persons
  uint64_t fewest_persons = 0;      // of a class
  uint64_t person_empty = 0;        // rows without a key. Of anonymize() only
  double read_ms = 0, search_ms = 0, write_ms = 0;
};

Result<Report> anonymize(const Request& request);

// The search alone, over tables that are in memory; writes nothing. Paths in the request are not looked at.
Result<Report> plan(const CsvTable& table, const std::map<std::string, Hierarchy>& hierarchies, const Request& request, const CsvTable* population = nullptr);

Json to_json(const Report& report);

}  // namespace sluice::anonymity
