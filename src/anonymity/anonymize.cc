#include "anonymity/anonymize.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "anonymity/table_file.h"
#include "anonymity/write_output.h"
#include "codec/record.h"

namespace sluice::anonymity {

namespace {

class Stopwatch {
 public:
  double ms() {
    auto now = std::chrono::steady_clock::now();
    double passed = std::chrono::duration<double, std::milli>(now - from_).count();
    from_ = now;
    return passed;
  }

 private:
  std::chrono::steady_clock::time_point from_ = std::chrono::steady_clock::now();
};

bool same_file(const std::string& a, const std::string& b) {
  struct stat one, other;
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

struct LoadedInput {
  CsvTable table;
  std::optional<CsvTable> population{};
  std::map<std::string, Hierarchy> hierarchies{};
};

// Empty cells of a column that has any are leaves of its hierarchy.
bool has_empty_cell(const TableColumn& column) { return column.texts.find("").has_value(); }

void take_empty_cells(LoadedInput& input, const std::vector<std::string>& quasi) {
  for (const auto& name : quasi) {
    Hierarchy& hierarchy = input.hierarchies.at(name);
    const bool among_people = input.population && has_empty_cell(*input.population->find(name));
    if (has_empty_cell(*input.table.find(name)) || among_people) hierarchy = hierarchy.with_empty_cell();
  }
}

// A column without a hierarchy is kept or suppressed as a whole; values and empty cells of the population are of it too.
Status take_hierarchies(LoadedInput& input, const std::vector<std::string>& quasi) {
  for (const auto& name : quasi) {
    const TableColumn *column = input.table.find(name), *people = input.population ? input.population->find(name) : nullptr;
    if (!column || (input.population && !people)) return fail(Errc::invalid, "anonymity.unknown_column", name);
    Dictionary texts = column->texts;
    for (uint32_t v = 0; people && v < people->texts.size(); v++) texts.code_of(people->texts.text_of(v));
    if (!input.hierarchies.contains(name)) input.hierarchies.emplace(name, Hierarchy::suppression_of(texts));
  }
  take_empty_cells(input, quasi);
  return {};
}

Status check_person(const Request& request) {
  // A population is counted in its rows: where a person has several, k would be met by one of them.
  if (!request.person.empty() && request.search.models.needs_population()) return fail(Errc::usage, "anonymity.person_with_population");
  if (request.person.empty() || std::find(request.quasi.begin(), request.quasi.end(), request.person) == request.quasi.end()) return {};
  return fail(Errc::usage, "anonymity.person_in_quasi", request.person);
}

Result<LoadedInput> load(const Request& request) {
  TRY(check_person(request));
  LoadedInput out;
  for (const auto& [name, path] : request.hierarchy_files) {
    if (std::find(request.quasi.begin(), request.quasi.end(), name) == request.quasi.end())
      return fail(Errc::usage, "anonymity.hierarchy_without_quasi", name);
    auto h = Hierarchy::load(path);
    if (!h) return fail(h.error().code, h.error().reason, name + (h.error().detail.empty() ? "" : ": " + h.error().detail));
    out.hierarchies.emplace(name, std::move(*h));
  }
  std::vector<std::string> columns = request.quasi;
  for (const auto& name : request.sensitive) columns.push_back(name);
  out.table = TRY(read_table_file(request.in, columns, request.reading));
  if (!request.population.empty()) out.population = TRY(read_table_file(request.population, request.quasi, {.threads = request.reading.threads}));
  TRY(take_hierarchies(out, request.quasi));
  return out;
}

// Group numbers of each code from level 0 up to the one group of the highest level.
Result<std::vector<std::vector<uint32_t>>> groups_of(const TableColumn& column, const Request& request) {
  auto read = request.hierarchies_of_sensitive.find(column.name);
  auto file = request.hierarchy_files_of_sensitive.find(column.name);
  if (read == request.hierarchies_of_sensitive.end() && file == request.hierarchy_files_of_sensitive.end()) return fail(Errc::usage, "anonymity.no_hierarchy", column.name);
  Hierarchy hierarchy = read != request.hierarchies_of_sensitive.end() ? read->second : TRY(Hierarchy::load(file->second));
  if (hierarchy.levels() < 2 || hierarchy.group_count(hierarchy.levels() - 1) != 1) return fail(Errc::invalid, "anonymity.no_hierarchy", column.name);
  std::vector<std::vector<uint32_t>> groups(hierarchy.levels(), std::vector<uint32_t>(column.texts.size()));
  for (uint32_t c = 0; c < column.texts.size(); c++) {
    auto leaf = hierarchy.leaf_of(column.texts.text_of(c));
    if (!leaf) return fail(Errc::invalid, "anonymity.value_outside", column.name);
    groups[0][c] = c;
    for (size_t l = 1; l < hierarchy.levels(); l++) groups[l][c] = hierarchy.group_of(l, *leaf);
  }
  return groups;
}

Status complete(Models& models, const Request& request, const CsvTable& table) {
  for (auto& model : models.closeness) {
    const TableColumn& column = *table.find(request.sensitive[model.column]);
    if (model.distance == Distance::ordered) model.order = places_by_value(column);
    if (model.distance == Distance::hierarchical) model.groups = TRY(groups_of(column, request));
  }
  return {};
}

// The labels of each code of a column at its level.
std::vector<std::string_view> labels_of(const TableColumn& column, const Hierarchy& hierarchy, size_t level) {
  std::vector<std::string_view> labels(column.texts.size());
  for (uint32_t code = 0; code < labels.size(); code++) {
    auto leaf = hierarchy.leaf_of(column.texts.text_of(code));
    if (leaf) labels[code] = hierarchy.label(level, hierarchy.group_of(level, *leaf));
  }
  return labels;
}

// What a search found, and the class of each row of the table.
struct Found {
  Report report;
  std::vector<uint32_t> class_of_row;
  std::vector<uint8_t> levels_of_class{};  // class × quasi-identifier; local recoding only
};

// Over all rows; those that are left out count as changed.
void count_cells(const WrittenColumn& column, std::span<const uint32_t> class_of_row, AttributeReport& report) {
  const TableColumn& source = *column.source;
  std::vector<std::vector<uint8_t>> same(column.labels.size());  // level, code
  for (size_t l = 0; l < same.size(); l++)
    for (uint32_t code = 0; code < column.labels[l].size(); code++) same[l].push_back(column.labels[l][code] == source.texts.text_of(code));
  const std::optional<uint32_t> empty = source.texts.find("");
  for (size_t r = 0; r < class_of_row.size(); r++) {
    const uint32_t code = source.keys.codes[r], its_class = class_of_row[r];
    const bool stays = its_class != kSuppressed && same[column.level_of_class.empty() ? column.level : column.level_of_class[its_class]][code];
    report.changed_cells += !stays;
    report.empty_cells += stays && code == empty;
  }
}

// The loss of a column's cells, suppressed rows counting 1 each.
double mean_loss(const TableColumn& column, const Hierarchy& hierarchy, size_t level, std::span<const uint32_t> class_of_row) {
  if (column.keys.codes.empty() || hierarchy.leaves() < 2) return 0;
  std::vector<uint64_t> cost(column.texts.size());
  for (uint32_t code = 0; code < cost.size(); code++)
    if (auto leaf = hierarchy.leaf_of(column.texts.text_of(code))) cost[code] = hierarchy.leaves_under(level, hierarchy.group_of(level, *leaf)) - 1;
  uint64_t sum = 0, most = hierarchy.leaves() - 1;
  for (size_t r = 0; r < class_of_row.size(); r++) sum += class_of_row[r] == kSuppressed ? most : cost[column.keys.codes[r]];
  return static_cast<double>(sum) / (static_cast<double>(most) * static_cast<double>(class_of_row.size()));
}

std::vector<uint32_t> classes_of_rows(const Problem& problem, const std::vector<uint32_t>& class_of_tuple) {
  std::vector<uint32_t> out(problem.tuples.tuple_of_row.size());
  for (size_t r = 0; r < out.size(); r++) out[r] = class_of_tuple[problem.tuples.tuple_of_row[r]];
  return out;
}

Status find_full_domain(const LoadedInput& input, const Request& request, const Problem& problem, const SearchOptions& options, Found& out) {
  Solution& solution = out.report.solution;
  solution = TRY(search(problem, options));
  out.class_of_row = classes_of_rows(problem, TRY(evaluate(problem, solution.levels, options.k, options.models, options.threads)).class_of_tuple);
  for (size_t a = 0; a < request.quasi.size(); a++) {
    const Hierarchy& hierarchy = input.hierarchies.at(request.quasi[a]);
    size_t level = solution.levels[a];
    out.report.attributes.push_back({.name = request.quasi[a], .level = level, .levels = hierarchy.levels(), .lowest_level = level,
                                     .loss = mean_loss(*input.table.find(request.quasi[a]), hierarchy, level, out.class_of_row)});
  }
  return {};
}

Status find_local(const Request& request, const Problem& problem, const SearchOptions& options, Found& out) {
  LocalRecoding local = TRY(recode_locally(problem, options));
  Solution& solution = out.report.solution;
  solution.score = local.score;
  solution.classes = local.class_rows.size();
  solution.smallest_class = *std::min_element(local.class_rows.begin(), local.class_rows.end());
  solution.lattice = problem.nodes();
  out.class_of_row = classes_of_rows(problem, local.class_of_tuple);
  const size_t width = problem.width();
  for (size_t a = 0; a < width; a++) {
    AttributeReport report{.name = request.quasi[a], .level = 0, .levels = problem.attributes[a].levels(), .lowest_level = kLevelsMax, .loss = local.loss[a]};
    for (uint32_t c = 0; c < local.class_rows.size(); c++) {
      report.level = std::max(report.level, local.level_of(c, a, width));
      report.lowest_level = std::min(report.lowest_level, local.level_of(c, a, width));
    }
    out.report.attributes.push_back(std::move(report));
  }
  out.levels_of_class = std::move(local.levels);
  return {};
}

// Different persons of the class that has the fewest; 0 without classes.
uint64_t fewest_persons(const TableColumn& person, std::span<const uint32_t> class_of_row) {
  std::vector<uint64_t> seen;
  for (size_t r = 0; r < class_of_row.size(); r++)
    if (class_of_row[r] != kSuppressed) seen.push_back(uint64_t{class_of_row[r]} << 32 | person.keys.codes[r]);
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  uint64_t fewest = 0;
  for (size_t from = 0, to = 0; from < seen.size(); from = to) {
    while (to < seen.size() && seen[to] >> 32 == seen[from] >> 32) to++;
    fewest = fewest == 0 ? to - from : std::min<uint64_t>(fewest, to - from);
  }
  return fewest;
}

Result<Found> find_best(const LoadedInput& input, const Request& request) {
  Stopwatch watch;
  Found out;
  out.report.metric = request.metric;
  out.report.recoding = request.recoding;
  out.report.k = request.search.k;
  out.report.rows = input.table.rows;
  out.report.suppression_limit = request.search.suppression;
  ProblemInput asked{.quasi = request.quasi, .hierarchies = input.hierarchies, .weights = request.weights, .sensitive = request.sensitive,
                     .population = input.population ? &*input.population : nullptr, .metric = request.metric, .threads = request.search.threads};
  Problem problem = TRY(make_problem(input.table, asked));
  SearchOptions options = request.search;
  TRY(complete(options.models, request, input.table));
  if (request.recoding == Recoding::local) {
    TRY(find_local(request, problem, options, out));
  } else {
    TRY(find_full_domain(input, request, problem, options, out));
  }
  // Who cancels wants no file; who wants the best so far gives a time.
  if (options.cancel && options.cancel->load()) return fail(Errc::exhausted, "anonymity.cancelled");
  if (!request.person.empty()) out.report.fewest_persons = fewest_persons(*input.table.find(request.person), out.class_of_row);
  out.report.person = request.person;
  out.report.search_ms = watch.ms();
  return out;
}

}  // namespace

void count_persons(Request& request, const std::string& column) {
  request.search.models.diversity.push_back({.column = sensitive_place(request, column), .l = static_cast<double>(request.search.k)});
  request.person = column;
}

Result<Report> plan(const CsvTable& table, const std::map<std::string, Hierarchy>& hierarchies, const Request& request, const CsvTable* population) {
  TRY(check_person(request));
  for (const auto& [name, hierarchy] : hierarchies)
    if (std::find(request.quasi.begin(), request.quasi.end(), name) == request.quasi.end()) return fail(Errc::usage, "anonymity.hierarchy_without_quasi", name);
  LoadedInput input{.table = table, .hierarchies = hierarchies};
  if (population) input.population = *population;
  for (const auto& name : request.sensitive)
    if (!table.find(name)) return fail(Errc::invalid, "anonymity.unknown_column", name);
  TRY(take_hierarchies(input, request.quasi));
  return TRY(find_best(input, request)).report;
}

namespace {

// The rows that are marked stand in a class of their own, in which the search did not look: distinct values and persons are counted here, and of the
// other models nothing is said, so that they do not go with it.
Status marked_class_holds(const Request& request, const CsvTable& table, std::span<const uint32_t> class_of_row) {
  const Models& models = request.search.models;
  if (!models.closeness.empty() || models.needs_population()) return fail(Errc::refused, "anonymity.marked_beyond_k");
  for (const LDiversity& wanted : models.diversity) {
    if (wanted.kind != Diversity::distinct) return fail(Errc::refused, "anonymity.marked_beyond_k");
    const table::KeyColumn& keys = table.find(request.sensitive[wanted.column])->keys;
    std::vector<bool> seen(keys.cardinality, false);
    uint64_t distinct = 0;
    for (size_t row = 0; row < class_of_row.size(); row++)
      if (class_of_row[row] == kSuppressed && !seen[keys.codes[row]]) seen[keys.codes[row]] = true, distinct++;
    if (static_cast<double>(distinct) < wanted.l) return fail(Errc::refused, "anonymity.marked_too_few", request.sensitive[wanted.column]);
  }
  return {};
}

// What goes out of the person keys, whose tokens `memory` holds.
Result<WrittenColumn> written_persons(const Request& request, const TableColumn& column, std::vector<std::string>& memory) {
  WrittenColumn out{.source = &column, .dropped = request.person_column == PersonColumn::drop, .marked = WrittenColumn::Marked::label};
  if (out.dropped) return out;
  if (!request.person_tokens) return fail(Errc::internal, "anonymity.no_person_tokens");
  std::vector<std::string_view> keys;
  for (uint32_t code = 0; code < column.texts.size(); code++) keys.push_back(column.texts.text_of(code));
  memory = TRY(request.person_tokens(keys));
  // Two keys of one token would be one person to whoever counts them.
  std::set<std::string_view> different(memory.begin(), memory.end());
  if (memory.size() != keys.size() || different.size() != keys.size()) return fail(Errc::internal, "anonymity.no_person_tokens");
  auto& labels = out.labels.emplace_back();
  for (size_t i = 0; i < keys.size(); i++) labels.push_back(keys[i].empty() ? keys[i] : std::string_view(memory[i]));
  return out;
}

}  // namespace

Result<Report> anonymize(const Request& request) {
  if (same_file(request.in, request.out)) return fail(Errc::usage, "deident.same_file");
  Stopwatch watch;
  LoadedInput input = TRY(load(request));
  double read_ms = watch.ms();
  Found found = TRY(find_best(input, request));
  Report& report = found.report;
  report.read_ms = read_ms;
  if (request.suppressed_rows == SuppressedRows::mark && report.solution.suppressed > 0 && report.solution.suppressed < request.search.k)
    return fail(Errc::refused, "anonymity.marked_too_few");
  if (request.suppressed_rows == SuppressedRows::mark && report.solution.suppressed > 0) TRY(marked_class_holds(request, input.table, found.class_of_row));
  std::vector<WrittenColumn> columns(input.table.header.size());
  for (AttributeReport& attribute : report.attributes) {
    const TableColumn& column = *input.table.find(attribute.name);
    auto at = std::find(input.table.header.begin(), input.table.header.end(), column.name);
    WrittenColumn written{.source = &column, .labels = {}, .level_of_class = {}, .level = attribute.level};
    written.labels.resize(attribute.level + 1);
    for (size_t l = attribute.lowest_level; l <= attribute.level; l++) written.labels[l] = labels_of(column, input.hierarchies.at(column.name), l);
    auto place = static_cast<size_t>(&attribute - report.attributes.data());
    for (size_t i = place; i < found.levels_of_class.size(); i += report.attributes.size()) written.level_of_class.push_back(found.levels_of_class[i]);
    if (request.written) count_cells(written, found.class_of_row, attribute);
    columns[static_cast<size_t>(at - input.table.header.begin())] = std::move(written);
  }
  std::vector<std::string> tokens;
  if (!request.person.empty()) {
    const TableColumn& column = *input.table.find(request.person);
    if (auto empty = column.texts.find("")) report.person_empty = static_cast<uint64_t>(std::count(column.keys.codes.begin(), column.keys.codes.end(), *empty));
    auto at = std::find(input.table.header.begin(), input.table.header.end(), column.name);
    if (request.person_column != PersonColumn::keep) columns[static_cast<size_t>(at - input.table.header.begin())] = TRY(written_persons(request, column, tokens));
  }
  watch.ms();
  TRY(write_output(request, input.table, columns, found.class_of_row, report));
  report.write_ms = watch.ms();
  return std::move(found.report);
}

Json to_json(const Report& report) {
  const Solution& s = report.solution;
  const bool local = report.recoding == Recoding::local;
  Json levels = Json::object(), attributes = Json::array();
  for (const auto& a : report.attributes) {
    levels.set(a.name, a.level);
    Json one = Json::object({{"name", a.name}, {"level", a.level}, {"levels", a.levels}, {"loss", a.loss}});
    if (local) one.set("lowest_level", a.lowest_level);
    attributes.push(std::move(one));
  }
  double rows = report.rows ? static_cast<double>(report.rows) : 1;
  Json out = Json::object({{"format", "sluice-anonymity/1"}, {"metric", name_of(report.metric)}, {"recoding", name_of(report.recoding)}, {"k", report.k},
                           {"rows", report.rows}, {"rows_out", report.rows - s.suppressed}, {"suppression_limit", report.suppression_limit},
                           {"attributes", std::move(attributes)}, {"score", s.score}, {"suppressed_rows", s.suppressed},
                           {"suppressed_share", static_cast<double>(s.suppressed) / rows}, {"classes", s.classes}, {"smallest_class", s.smallest_class},
                           {"average_class", s.classes ? static_cast<double>(report.rows - s.suppressed) / static_cast<double>(s.classes) : 0.0},
                           {"lattice_nodes", s.lattice == UINT64_MAX ? Json() : Json(s.lattice)},
                           {"time_ms", Json::object({{"read", report.read_ms}, {"search", report.search_ms}, {"write", report.write_ms},
                                                     {"total", report.read_ms + report.search_ms + report.write_ms}})}});
  if (!report.person.empty()) out.set("person", Json::object({{"column", report.person}, {"smallest_class", report.fewest_persons}}));
  if (local) return out;
  out.set("transformation", std::move(levels));
  out.set("lower_bound", s.lower_bound);
  out.set("optimal", s.optimal);
  out.set("visited_nodes", s.nodes);
  return out;
}

}  // namespace sluice::anonymity
