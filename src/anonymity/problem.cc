#include "anonymity/problem.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/parallel.h"

namespace sluice::anonymity {

namespace {

// The finest unit of a bit in which sums over all rows, of at most 32 bits each, stay within 62 bits.
double bit_unit(uint64_t all_rows) { return std::ldexp(1.0, 57 - static_cast<int>(std::bit_width(all_rows))); }

int64_t bits_of(uint64_t rows, double unit) { return rows > 1 ? std::llround(std::log2(static_cast<double>(rows)) * unit) : 0; }

// Tuple numbers in the order of their codes, columns of few codes first.
std::vector<uint32_t> sorted_order(const Tuples& tuples, size_t width) {
  std::vector<size_t> columns(width);
  for (size_t c = 0; c < width; c++) columns[c] = c;
  auto radix = [&](size_t c) { return uint64_t{std::max<uint32_t>(1, tuples.columns[c].cardinality)}; };
  std::stable_sort(columns.begin(), columns.end(), [&](size_t a, size_t b) { return radix(a) < radix(b); });
  std::vector<std::pair<uint64_t, uint32_t>> keys(tuples.size());
  for (uint32_t t = 0; t < keys.size(); t++) keys[t].second = t;
  uint64_t space = 1;
  for (size_t c : columns) {
    if (__builtin_mul_overflow(space, radix(c), &space)) break;
    for (auto& [key, t] : keys) key = key * radix(c) + tuples.columns[c].codes[t];
  }
  std::sort(keys.begin(), keys.end());
  std::vector<uint32_t> order(keys.size());
  for (size_t i = 0; i < order.size(); i++) order[i] = keys[i].second;
  return order;
}

void reorder(std::vector<uint32_t>& values, const std::vector<uint32_t>& order) {
  std::vector<uint32_t> out(order.size());
  for (size_t i = 0; i < order.size(); i++) out[i] = values[order[i]];
  values = std::move(out);
}

// Levels of the hierarchy as groups of the column's codes.
Result<Attribute> attribute_of(const TableColumn& column, const Dictionary& texts, const Hierarchy& hierarchy) {
  Attribute a;
  a.name = column.name;
  const uint32_t codes = texts.size();
  std::vector<uint32_t> leaf(codes);
  std::vector<bool> outside(codes);
  uint64_t values = 0, rows = 0;
  for (uint32_t c = 0; c < codes; c++) {
    auto found = hierarchy.leaf_of(texts.text_of(c));
    leaf[c] = found.value_or(0);
    outside[c] = !found;
    values += !found;
  }
  if (values > 0) {
    for (uint32_t code : column.keys.codes) rows += outside[code];
    return fail(Errc::invalid, "anonymity.value_outside", column.name + ": " + std::to_string(values) + " values in " + std::to_string(rows) + " rows");
  }
  a.to.resize(hierarchy.levels());
  a.cost.resize(hierarchy.levels());
  a.suppressed = std::max<int64_t>(1, static_cast<int64_t>(hierarchy.leaves()) - 1);  // of one value too: a dropped cell is a loss
  for (size_t l = 0; l < hierarchy.levels(); l++) {
    a.to[l].resize(codes);
    for (uint32_t c = 0; c < codes; c++) a.to[l][c] = l == 0 ? c : hierarchy.group_of(l, leaf[c]);
    a.cost[l].assign(l == 0 ? codes : hierarchy.group_count(l), 0);
    for (uint32_t g = 0; l > 0 && g < hierarchy.group_count(l); g++) a.cost[l][g] = static_cast<int64_t>(hierarchy.leaves_under(l, g)) - 1;
  }
  for (size_t l = 0; l + 1 < hierarchy.levels(); l++) {
    a.up.emplace_back(a.cost[l].size());
    for (uint32_t c = 0; c < codes; c++) a.up[l][a.to[l][c]] = a.to[l + 1][c];
  }
  return a;
}

void set_entropy_costs(Attribute& a, const TableColumn& column, uint64_t rows) {
  const double unit = bit_unit(rows);
  std::vector<uint64_t> of_code(a.to[0].size());
  for (uint32_t code : column.keys.codes) of_code[code]++;
  for (size_t l = 0; l < a.levels(); l++) {
    std::vector<uint64_t> of_group(a.cost[l].size());
    for (uint32_t c = 0; c < of_code.size(); c++) of_group[a.to[l][c]] += of_code[c];
    for (size_t g = 0; g < of_group.size(); g++) a.cost[l][g] = bits_of(of_group[g], unit);
  }
  a.suppressed = bits_of(rows, unit);
  for (uint64_t n : of_code) a.base += static_cast<int64_t>(n) * bits_of(n, unit);
}

// The population's column in the data's codes; values that only the population has get codes behind them.
Status add_population(Population& population, const CsvTable& table, const std::string& name, Dictionary& texts) {
  const TableColumn* column = table.find(name);
  if (!column) return fail(Errc::invalid, "anonymity.unknown_column", name);
  std::vector<uint32_t> code(column->texts.size());
  for (uint32_t v = 0; v < code.size(); v++) code[v] = texts.code_of(column->texts.text_of(v));
  table::KeyColumn& out = population.columns.emplace_back();
  for (uint32_t v : column->keys.codes) out.codes.push_back(code[v]);
  population.weights.assign(out.codes.size(), 1);
  return {};
}

// Equal people as one, after their codes changed.
Status collapse_population(Population& population, unsigned threads) {
  if (population.columns.empty()) return {};
  std::vector<const table::KeyColumn*> keys;
  for (auto& c : population.columns) {
    for (uint32_t code : c.codes) c.cardinality = std::max(c.cardinality, code + 1);
    keys.push_back(&c);
  }
  Tuples merged = TRY(collapse(keys, threads));
  std::vector<uint32_t> weights(merged.size());
  for (size_t t = 0; t < population.weights.size(); t++) weights[merged.tuple_of_row[t]] += population.weights[t];
  population = {.columns = std::move(merged.columns), .weights = std::move(weights)};
  return {};
}

}  // namespace

uint64_t Problem::nodes() const {
  uint64_t all = 1;
  for (const auto& a : attributes)
    if (__builtin_mul_overflow(all, a.first_level + a.levels(), &all)) return UINT64_MAX;
  return all;
}

double Problem::share_lost(size_t attribute, int64_t cost) const {
  const Attribute& a = attributes[attribute];
  int64_t most = a.suppressed * static_cast<int64_t>(tuples.rows) - a.base;
  return most > 0 ? static_cast<double>(cost - a.base) / static_cast<double>(most) : 0;
}

Result<Problem> Problem::coarsened(const std::vector<size_t>& lowest, unsigned threads) const {
  Problem out;
  out.metric = metric;
  std::vector<table::KeyColumn> columns(tuples.columns.size());
  in_parallel(threads_of(threads), columns.size(), [&](size_t c) {
    columns[c] = tuples.columns[c];
    if (c >= width() || lowest[c] == 0) return;
    const auto& to = attributes[c].to[lowest[c]];
    for (uint32_t& code : columns[c].codes) code = to[code];
    columns[c].cardinality = static_cast<uint32_t>(attributes[c].cost[lowest[c]].size());
  });
  for (size_t c = 0; c < width(); c++) {
    const Attribute& from = attributes[c];
    size_t low = lowest[c];
    Attribute a{.name = from.name, .first_level = from.first_level + low, .up = {}, .to = {}, .cost = {}, .suppressed = from.suppressed, .base = from.base, .weight = from.weight};
    a.cost.assign(from.cost.begin() + static_cast<ptrdiff_t>(low), from.cost.end());
    a.up.assign(from.up.begin() + static_cast<ptrdiff_t>(low), from.up.end());
    std::vector<uint32_t> to(from.cost[low].size());
    for (uint32_t g = 0; g < to.size(); g++) to[g] = g;
    a.to.push_back(to);
    for (const auto& up : a.up) {
      for (uint32_t& g : to) g = up[g];
      a.to.push_back(to);
    }
    out.attributes.push_back(std::move(a));
  }
  std::vector<const table::KeyColumn*> keys;
  for (const auto& c : columns) keys.push_back(&c);
  Tuples merged = TRY(collapse(keys, threads));
  std::vector<uint32_t> weights(merged.size());
  for (size_t t = 0; t < tuples.size(); t++) weights[merged.tuple_of_row[t]] += tuples.weights[t];
  merged.weights = std::move(weights);
  merged.rows = tuples.rows;
  merged.tuple_of_row = {};
  const auto order = sorted_order(merged, width());
  reorder(merged.weights, order);
  in_parallel(threads_of(threads), merged.columns.size(), [&](size_t c) { reorder(merged.columns[c].codes, order); });
  out.tuples = std::move(merged);
  out.population = population;
  for (size_t c = 0; c < population.columns.size(); c++)
    for (uint32_t& code : out.population.columns[c].codes) code = attributes[c].to[lowest[c]][code];
  TRY(collapse_population(out.population, threads));
  return out;
}

Result<Problem> make_problem(const CsvTable& table, const ProblemInput& input) {
  if (input.quasi.empty()) return fail(Errc::usage, "anonymity.no_columns");
  if (input.quasi.size() > kQuasiMax) return fail(Errc::usage, "anonymity.too_many_columns");
  Problem problem;
  problem.metric = input.metric;
  std::vector<const table::KeyColumn*> keys;
  for (const auto& name : input.quasi) {
    const TableColumn* column = table.find(name);
    if (!column) return fail(Errc::invalid, "anonymity.unknown_column", name);
    auto given = input.hierarchies.find(name);
    Dictionary texts = column->texts;
    if (input.population) TRY(add_population(problem.population, *input.population, name, texts));
    Attribute a = TRY(attribute_of(*column, texts, given == input.hierarchies.end() ? Hierarchy::suppression_of(texts) : given->second));
    if (input.metric == Metric::entropy) set_entropy_costs(a, *column, table.rows);
    if (auto weight = input.weights.find(name); weight != input.weights.end()) a.weight = weight->second;
    if (!(a.weight >= 0 && a.weight <= 1e6)) return fail(Errc::usage, "anonymity.bad_weight", name);
    keys.push_back(&column->keys);
    problem.attributes.push_back(std::move(a));
  }
  for (const auto& name : input.sensitive) {
    const TableColumn* column = table.find(name);
    if (!column) return fail(Errc::invalid, "anonymity.unknown_column", name);
    keys.push_back(&column->keys);
  }
  // Nothing would be a loss, and every transformation the best.
  if (!problem.attributes.empty() && std::none_of(problem.attributes.begin(), problem.attributes.end(), [](const Attribute& a) { return a.weight > 0; }))
    return fail(Errc::usage, "anonymity.bad_weight", "0");
  problem.tuples = TRY(collapse(keys, input.threads));
  TRY(collapse_population(problem.population, input.threads));
  return problem;
}

}  // namespace sluice::anonymity
