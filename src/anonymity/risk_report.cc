#include "anonymity/risk_report.h"

#include <algorithm>

#include "anonymity/sampled_risk.h"
#include "anonymity/tuples.h"
#include "base/parallel.h"

namespace sluice::anonymity {

namespace {

using table::KeyColumn;

Result<std::vector<const KeyColumn*>> keys_of(const CsvTable& table, const std::vector<std::string>& names) {
  std::vector<const KeyColumn*> keys;
  for (const auto& name : names) {
    const TableColumn* column = table.find(name);
    if (!column) return fail(Errc::invalid, "anonymity.unknown_column", name);
    keys.push_back(&column->keys);
  }
  return keys;
}

double share(uint64_t part, uint64_t all) { return all ? static_cast<double>(part) / static_cast<double>(all) : 0; }

// The data's codes, then the population's rows in the same codes.
Result<table::Risk> against(const CsvTable& data, const CsvTable& population, const RiskOptions& options) {
  std::vector<KeyColumn> joined(options.quasi.size());
  std::vector<const KeyColumn*> keys;
  for (size_t c = 0; c < options.quasi.size(); c++) {
    const TableColumn* mine = data.find(options.quasi[c]);
    const TableColumn* theirs = population.find(options.quasi[c]);
    if (!mine || !theirs) return fail(Errc::invalid, "anonymity.unknown_column", options.quasi[c]);
    Dictionary texts = mine->texts;
    std::vector<uint32_t> translated(theirs->texts.size());
    for (uint32_t v = 0; v < translated.size(); v++) translated[v] = texts.code_of(theirs->texts.text_of(v));
    joined[c].codes = mine->keys.codes;
    joined[c].codes.reserve(data.rows + population.rows);
    for (uint32_t code : theirs->keys.codes) joined[c].codes.push_back(translated[code]);
    joined[c].cardinality = texts.size();
    keys.push_back(&joined[c]);
  }
  return table::risk_against_population(keys, data.rows, options.threshold, {.bytes_max = SIZE_MAX, .threads = options.threads});
}

ColumnSpread spread_of(const TableColumn& column, double threshold) {
  std::vector<uint32_t> rows(column.texts.size());
  for (uint32_t code : column.keys.codes) rows[code]++;
  ColumnSpread out{.name = column.name};
  for (uint32_t n : rows) {
    if (n == 0) continue;
    out.distinct++;
    out.top_rows = std::max<uint64_t>(out.top_rows, n);
    if (1.0 / n > threshold) {
      out.rare_values++;
      out.rare_rows += n;
    }
  }
  return out;
}

Disclosure disclosure_of(const Tuples& tuples, const TableColumn& sensitive) {
  constexpr uint32_t none = UINT32_MAX, mixed = UINT32_MAX - 1;
  std::vector<uint32_t> value(tuples.size(), none);
  for (size_t r = 0; r < tuples.tuple_of_row.size(); r++) {
    uint32_t& v = value[tuples.tuple_of_row[r]];
    uint32_t code = sensitive.keys.codes[r];
    if (v == none) v = code;
    if (v != code) v = mixed;
  }
  Disclosure out{.column = sensitive.name};
  for (size_t t = 0; t < tuples.size(); t++) {
    if (value[t] == mixed) continue;
    out.rows_uniform += tuples.weights[t];
    if (tuples.weights[t] > 1) out.rows_unsafe += tuples.weights[t];
  }
  return out;
}

table::ClassCount count_of(const Tuples& tuples) {
  table::ClassCount count{.rows = tuples.rows, .classes = tuples.size(), .k_min = 0, .histogram = {}};
  std::vector<uint64_t> small(1024);
  for (uint32_t w : tuples.weights) {
    if (w < small.size()) {
      small[w]++;
    } else {
      count.histogram[w]++;
    }
  }
  for (size_t s = 0; s < small.size(); s++)
    if (small[s]) count.histogram[s] = small[s];
  if (!count.histogram.empty()) count.k_min = count.histogram.begin()->first;
  return count;
}

// One row for each person in each of their tuples, of the quasi-identifiers; and who it is.
struct Persons {
  CsvTable table;
  std::vector<uint32_t> who;
  uint64_t persons = 0;
};

Persons persons_of(const CsvTable& data, const Tuples& tuples, const std::vector<std::string>& quasi, const TableColumn& person) {
  std::vector<uint64_t> seen(tuples.tuple_of_row.size());
  for (size_t r = 0; r < seen.size(); r++) seen[r] = uint64_t{tuples.tuple_of_row[r]} << 32 | person.keys.codes[r];
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  Persons out{.table = {.rows = seen.size(), .delimiter = data.delimiter, .header = data.header, .columns = {}}, .who = {}, .persons = 0};
  for (size_t c = 0; c < quasi.size(); c++) {
    TableColumn column{.name = quasi[c], .keys = {.codes = {}, .cardinality = tuples.columns[c].cardinality}, .texts = data.find(quasi[c])->texts};
    for (uint64_t s : seen) column.keys.codes.push_back(tuples.columns[c].codes[s >> 32]);
    out.table.columns.push_back(std::move(column));
  }
  std::vector<bool> counted(person.texts.size());
  for (uint64_t s : seen) {
    const auto who = static_cast<uint32_t>(s);
    out.who.push_back(who);
    if (!counted[who]) out.persons++;
    counted[who] = true;
  }
  return out;
}

// The share of the people that the table holds.
Result<std::optional<double>> fraction_of(const RiskOptions& options, uint64_t people) {
  if (!options.population_size) return options.sampling_fraction;
  if (options.sampling_fraction) return fail(Errc::usage, "anonymity.fraction_and_size");
  if (*options.population_size < people || *options.population_size == 0) return fail(Errc::usage, "anonymity.population_too_small");
  return std::optional(people == 0 ? 1.0 : static_cast<double>(people) / static_cast<double>(*options.population_size));
}

std::vector<ProfileVerdict> judge(const table::ClassCount& count, const std::vector<rules::RiskThreshold>& thresholds) {
  std::vector<ProfileVerdict> out;
  for (const auto& t : thresholds) {
    ProfileVerdict v{.share_type = t.share_type, .threshold = static_cast<double>(t.risk_permille_max) / 1000, .k_min = static_cast<uint64_t>(t.k_min)};
    for (auto [size, classes] : count.histogram)
      if (1.0 / static_cast<double>(size) > v.threshold) v.rows_above += size * classes;
    v.acceptable = count.rows > 0 && v.rows_above == 0 && count.k_min >= v.k_min;
    out.push_back(std::move(v));
  }
  return out;
}

Json attacker(const table::AttackerRisk& risk) {
  return Json::object({{"max", risk.highest}, {"avg", risk.average}, {"share_above_threshold", risk.share_at_risk}});
}

Json names(const std::vector<std::string>& list) {
  Json out = Json::array();
  for (const auto& name : list) out.push(name);
  return out;
}

Json unique_json(const RiskReport& report) {
  Json sets = Json::array();
  for (const auto& set : report.unique.sets) {
    Json columns = Json::array();
    for (size_t c : set.columns) columns.push(report.quasi[c]);
    sets.push(Json::object({{"columns", std::move(columns)}, {"rows", set.rows}, {"minimal_rows", set.minimal_rows}}));
  }
  return sets;
}

}  // namespace

Result<RiskReport> measure_risk(const CsvTable& whole, const RiskOptions& options, const std::vector<rules::RiskThreshold>& thresholds) {
  if (options.quasi.empty()) return fail(Errc::usage, "anonymity.no_columns");
  double fraction = options.sampling_fraction.value_or(1.0);
  if (!(fraction > 0 && fraction <= 1) || !(options.threshold > 0 && options.threshold <= 1)) return fail(Errc::usage, "anonymity.bad_fraction");
  auto keys = TRY(keys_of(whole, options.quasi));
  TRY(keys_of(whole, options.sensitive));
  RiskReport report;
  report.quasi = options.quasi;
  report.threshold = options.threshold;
  Tuples tuples = TRY(collapse(keys, options.threads));
  for (const auto& name : options.sensitive) report.disclosure.push_back(disclosure_of(tuples, *whole.find(name)));
  std::optional<Persons> persons;
  if (!options.person.empty()) {
    if (std::find(options.quasi.begin(), options.quasi.end(), options.person) != options.quasi.end()) return fail(Errc::usage, "anonymity.person_in_quasi", options.person);
    TRY(keys_of(whole, {options.person}));
    persons = persons_of(whole, tuples, options.quasi, *whole.find(options.person));
    report.person = PersonCount{.column = options.person, .persons = persons->persons, .rows = whole.rows};
    tuples = TRY(collapse(TRY(keys_of(persons->table, options.quasi)), options.threads));
  }
  const CsvTable& data = persons ? persons->table : whole;
  const std::optional<double> given = TRY(fraction_of(options, persons ? persons->persons : whole.rows));
  fraction = given.value_or(1.0);
  report.count = count_of(tuples);
  report.risk = table::risk_of(report.count, options.threshold);
  report.basis = given ? "sampling_fraction" : "table";
  if (given) report.population = estimate_population(report.count, fraction, options.model);
  if (fraction < 1) {
    report.risk.journalist = sampled_risk(report.count, *report.population, options.threshold, fraction);
    report.risk.marketer = report.risk.journalist.average;
    if (report.population->uniques) report.basis = report.population->chosen;
  }
  if (options.population) {
    if (report.person) return fail(Errc::usage, "anonymity.person_with_population");
    report.risk = TRY(against(data, *options.population, options));
    report.basis = "population";
  }
  report.profiles = judge(report.count, thresholds);
  if (options.unique_size_max > 0 && !persons) report.unique = TRY(find_unique_sets(tuples.columns, tuples.weights, options.unique_size_max, options.threads));
  if (options.unique_size_max > 0 && persons) {
    std::vector<KeyColumn> columns;
    for (auto& column : persons->table.columns) columns.push_back(column.keys);
    report.unique = TRY(find_unique_persons(columns, persons->who, options.unique_size_max));
  }
  report.spread.resize(options.quasi.size());
  in_parallel(threads_of(options.threads), options.quasi.size(),
                [&](size_t c) { report.spread[c] = spread_of(*data.find(options.quasi[c]), options.threshold); });
  return report;
}

Json to_json(const RiskReport& report) {
  const auto& count = report.count;
  Json out = Json::object({{"format", "sluice-risk/1"}, {"rows", count.rows}, {"quasi_identifiers", names(report.quasi)}, {"classes", count.classes},
                           {"k", count.k_min}, {"unique_rows", count.unique_rows()}, {"uniqueness", count.uniqueness()},
                           {"threshold", report.threshold}});
  out.set("prosecutor", attacker(report.risk.prosecutor));
  Json journalist = attacker(report.risk.journalist);
  journalist.set("basis", report.basis);
  if (report.taken_as_whole()) journalist.set("taken_as_whole", true);
  out.set("journalist", std::move(journalist));
  out.set("marketer", Json::object({{"avg", report.risk.marketer}}));
  if (report.person) out.set("person", Json::object({{"column", report.person->column}, {"persons", report.person->persons}, {"rows", report.person->rows}}));
  if (report.population) out.set("population_models", to_json(*report.population));
  Json histogram = Json::array(), profiles = Json::array(), spread = Json::array(), disclosure = Json::array(), smallest = Json::array();
  for (auto [size, classes] : count.histogram) histogram.push(Json::object({{"size", size}, {"classes", classes}, {"rows", size * classes}}));
  for (const auto& p : report.profiles)
    profiles.push(Json::object({{"share_type", p.share_type}, {"threshold", p.threshold}, {"k_min", p.k_min}, {"rows_above", p.rows_above},
                                {"share_above_threshold", share(p.rows_above, count.rows)}, {"acceptable", p.acceptable}}));
  for (const auto& c : report.spread)
    spread.push(Json::object({{"name", c.name}, {"distinct", c.distinct}, {"top_share", share(c.top_rows, count.rows)},
                              {"dominant", share(c.top_rows, count.rows) >= 0.8}, {"rare_values", c.rare_values}, {"rare_rows", c.rare_rows}}));
  for (const auto& d : report.disclosure)
    disclosure.push(Json::object({{"column", d.column}, {"rows_uniform", d.rows_uniform}, {"rows_uniform_in_groups", d.rows_unsafe},
                                  {"share_uniform", share(d.rows_uniform, report.person ? report.person->rows : count.rows)}}));
  for (size_t s = 1; s < report.unique.rows_by_smallest.size(); s++)
    smallest.push(Json::object({{"columns", s}, {"rows", report.unique.rows_by_smallest[s]}}));
  out.set("histogram", std::move(histogram));
  out.set("profiles", std::move(profiles));
  out.set("columns", std::move(spread));
  out.set("attribute_disclosure", std::move(disclosure));
  out.set("unique_combinations", unique_json(report));
  out.set("outliers", Json::object({{"rows_by_smallest_combination", std::move(smallest)}}));
  return out;
}

}  // namespace sluice::anonymity
