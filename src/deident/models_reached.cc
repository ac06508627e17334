#include "deident/models_reached.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "anonymity/table_file.h"
#include "base/file.h"
#include "crypto/hash.h"
#include "deident/spread.h"
#include "table/classes.h"

namespace sluice::deident {

namespace {

using anonymity::CsvTable;
using anonymity::Hierarchy;
using anonymity::TableColumn;

constexpr double kSlack = 1e-9;  // of rounding to whole numbers
constexpr double kPpm = 1e6;

double least_entropy(const Spread& s) {
  double least = std::log(static_cast<double>(s.overall.size()));
  for (size_t c = 0; c < s.of_class.size(); c++) {
    double entropy = std::log(static_cast<double>(s.size[c]));
    for (auto [code, n] : s.of_class[c]) entropy -= static_cast<double>(n) * std::log(static_cast<double>(n)) / static_cast<double>(s.size[c]);
    least = std::min(least, entropy);
  }
  return std::exp(least);
}

// The greatest l for which every class is recursively (c, l)-diverse; 0 when none is.
int64_t greatest_recursive(const Spread& s, double c) {
  size_t greatest = s.overall.size();
  for (const auto& counts : s.of_class) {
    std::vector<uint64_t> sorted;
    for (auto [code, n] : counts) sorted.push_back(n);
    std::sort(sorted.rbegin(), sorted.rend());
    uint64_t tail = 0;
    size_t l = sorted.size();
    for (; l > 0; l--) {
      tail += sorted[l - 1];
      if (static_cast<double>(sorted[0]) < c * static_cast<double>(tail)) break;
    }
    greatest = std::min(greatest, l);
  }
  return static_cast<int64_t>(greatest);
}

// The distance of each class's shares to all rows' by `work` over the differences, in the order of codes.
template <typename Work>
double farthest(const Spread& s, const Work& work) {
  double most = 0;
  std::vector<double> surplus(s.overall.size());
  for (size_t c = 0; c < s.of_class.size(); c++) {
    for (size_t v = 0; v < surplus.size(); v++) surplus[v] = -static_cast<double>(s.overall[v]) / static_cast<double>(s.rows);
    for (auto [code, n] : s.of_class[c]) surplus[code] += static_cast<double>(n) / static_cast<double>(s.size[c]);
    most = std::max(most, work(surplus));
  }
  return most;
}

double farthest_ordered(const Spread& s, const TableColumn& column) {
  const std::vector<uint32_t> place = anonymity::places_by_value(column);
  std::vector<double> ordered(place.size());
  return farthest(s, [&](const std::vector<double>& surplus) {
    for (size_t code = 0; code < place.size(); code++) ordered[place[code]] = surplus[code];
    double carried = 0, sum = 0;
    for (double v : ordered) sum += std::abs(carried += v);
    return ordered.size() < 2 ? 0 : sum / static_cast<double>(ordered.size() - 1);
  });
}

// Half of what every group below the root has too much or too little, over the height of the tree.
Result<double> farthest_hierarchical(const Spread& s, const TableColumn& column, const Hierarchy& tree) {
  std::vector<uint32_t> leaf;
  for (uint32_t code = 0; code < column.texts.size(); code++) {
    auto found = tree.leaf_of(column.texts.text_of(code));
    if (!found) return fail(Errc::invalid, "anonymity.value_outside", column.name);
    leaf.push_back(*found);
  }
  const size_t height = tree.levels() - 1;
  return farthest(s, [&](const std::vector<double>& surplus) {
    double sum = 0;
    for (size_t level = 0; level < height; level++) {
      std::vector<double> of_group(tree.group_count(level), 0);
      for (size_t code = 0; code < surplus.size(); code++) of_group[tree.group_of(level, leaf[code])] += surplus[code];
      for (double v : of_group) sum += std::abs(v);
    }
    return sum / 2 / static_cast<double>(height);
  });
}

int64_t rounded_up(double v) { return static_cast<int64_t>(std::ceil(v - kSlack)); }
int64_t rounded_down(double v) { return static_cast<int64_t>(std::floor(v + kSlack * 1000)); }

ModelReceipt diversity_reached(const anonymity::LDiversity& wanted, const std::string& column, const Spread& s) {
  ModelReceipt out{.model = "l", .column = column};
  if (wanted.kind == anonymity::Diversity::distinct) {
    out.wanted = static_cast<int64_t>(std::ceil(wanted.l));
    out.reached = least_distinct(s);
  } else if (wanted.kind == anonymity::Diversity::entropy) {
    out.model = "l_entropy_permille";
    out.wanted = rounded_down(wanted.l * 1000);
    out.reached = rounded_down(least_entropy(s) * 1000);
  } else {
    out.model = "l_recursive";
    out.wanted = static_cast<int64_t>(wanted.l);
    out.c_permille = static_cast<int64_t>(std::llround(wanted.c * 1000));
    out.reached = greatest_recursive(s, static_cast<double>(*out.c_permille) / 1000);
  }
  out.holds = out.reached >= out.wanted;
  return out;
}

Result<ModelReceipt> closeness_reached(const anonymity::TCloseness& wanted, const anonymity::Request& request, const anonymity::Report& report, const TableColumn& column, const Spread& s) {
  ModelReceipt out{.model = "t_permille", .column = column.name, .wanted = rounded_up(wanted.t * 1000)};
  double found = 0;
  if (wanted.distance == anonymity::Distance::equal) {
    found = farthest_equal(s);
  } else if (wanted.distance == anonymity::Distance::ordered) {
    out.model = "t_ordered_permille";
    found = farthest_ordered(s, column);
  } else {
    out.model = "t_hierarchical_permille";
    auto path = request.hierarchy_files_of_sensitive.find(column.name);
    if (path == request.hierarchy_files_of_sensitive.end()) return fail(Errc::usage, "anonymity.no_hierarchy", column.name);
    out.hierarchy_sm3 = sm3(view(TRY(read_text_file(path->second, anonymity::kHierarchyBytesMax))));
    found = TRY(farthest_hierarchical(s, column, TRY(Hierarchy::load(path->second))));
  }
  out.reached = rounded_up(found * 1000);
  out.holds = out.reached <= out.wanted;
  if (report.solution.suppressed == 0) return out;
  // The search was held to the shares of all rows of the input, which do not stand in the file.
  out.of = "input";
  out.holds = true;
  return out;
}

// A cell of the population as it would stand in the file.
Result<std::vector<std::string>> labels_in_file(const TableColumn& column, const anonymity::AttributeReport& attribute, const anonymity::Request& request, bool empties) {
  std::vector<std::string> out;
  auto path = request.hierarchy_files.find(column.name);
  std::optional<Hierarchy> tree;
  if (path != request.hierarchy_files.end()) tree = TRY(Hierarchy::load(path->second));
  if (tree && empties) tree = tree->with_empty_cell();
  for (uint32_t code = 0; code < column.texts.size(); code++) {
    const std::string_view cell = column.texts.text_of(code);
    if (!tree) {
      out.emplace_back(attribute.level == 0 ? cell : std::string_view("*"));
      continue;
    }
    auto leaf = tree->leaf_of(cell);
    if (!leaf) return fail(Errc::invalid, "anonymity.value_outside", column.name);
    out.emplace_back(tree->label(attribute.level, tree->group_of(attribute.level, *leaf)));
  }
  return out;
}

// The people of each class of the file, in the order of its classes.
Result<std::vector<uint64_t>> people_of_classes(const anonymity::Request& request, const anonymity::Report& report, const CsvTable& after, const table::RowClasses& classes) {
  const CsvTable people = TRY(anonymity::read_table_file(request.population, request.quasi, {.threads = request.reading.threads}));
  const CsvTable before = TRY(anonymity::read_table_file(request.in, request.quasi, request.reading));
  std::vector<std::vector<std::string>> labels;
  for (size_t q = 0; q < request.quasi.size(); q++) {
    const TableColumn& column = *people.find(request.quasi[q]);
    const bool empties = column.texts.find("") || before.find(request.quasi[q])->texts.find("");
    labels.push_back(TRY(labels_in_file(column, report.attributes[q], request, empties)));
  }
  auto key_of = [](std::string& key, std::string_view part) { (key += std::to_string(part.size()) + ":") += part; };
  std::unordered_map<std::string, uint64_t> of_tuple;
  for (size_t r = 0; r < people.rows; r++) {
    std::string key;
    for (size_t q = 0; q < labels.size(); q++) key_of(key, labels[q][people.find(request.quasi[q])->keys.codes[r]]);
    of_tuple[key]++;
  }
  std::vector<uint64_t> out(classes.size_of_class.size());
  std::vector<bool> known(out.size());
  for (size_t r = 0; r < classes.class_of_row.size(); r++) {
    const uint32_t c = classes.class_of_row[r];
    if (known[c]) continue;
    known[c] = true;
    std::string key;
    for (const auto& name : request.quasi) {
      const TableColumn& column = *after.find(name);
      key_of(key, column.texts.text_of(column.keys.codes[r]));
    }
    auto found = of_tuple.find(key);
    out[c] = std::max<uint64_t>(classes.size_of_class[c], found == of_tuple.end() ? 0 : found->second);
  }
  return out;
}

void population_reached(const anonymity::Models& wanted, const std::vector<uint64_t>& people, const table::RowClasses& classes, std::vector<ModelReceipt>& out) {
  if (wanted.k_map) {
    const auto least = static_cast<int64_t>(*std::min_element(people.begin(), people.end())), k = static_cast<int64_t>(*wanted.k_map);
    out.push_back({.model = "k_map", .column = "", .wanted = k, .reached = least, .holds = least >= k});
  }
  if (!wanted.presence) return;
  double highest = 0, lowest = 1;
  for (size_t c = 0; c < people.size(); c++) {
    const double share = static_cast<double>(classes.size_of_class[c]) / static_cast<double>(people[c]);
    highest = std::max(highest, share);
    lowest = std::min(lowest, share);
  }
  ModelReceipt model{.model = "presence_ppm", .column = "", .wanted = rounded_up(wanted.presence->highest * kPpm), .reached = rounded_up(highest * kPpm)};
  model.lowest_wanted = rounded_down(wanted.presence->lowest * kPpm);
  model.lowest_reached = rounded_down(lowest * kPpm);
  model.holds = model.reached <= model.wanted && *model.lowest_reached >= *model.lowest_wanted;
  out.push_back(std::move(model));
}

}  // namespace

Result<std::vector<ModelReceipt>> models_reached(const anonymity::Request& request, const anonymity::Report& report, const CsvTable& after) {
  std::vector<ModelReceipt> out;
  if (after.rows == 0) return out;
  std::vector<const table::KeyColumn*> keys;
  for (const auto& name : request.quasi) keys.push_back(&after.find(name)->keys);
  const table::RowClasses classes = TRY(table::row_classes(keys));
  const auto k = static_cast<int64_t>(*std::min_element(classes.size_of_class.begin(), classes.size_of_class.end())), wanted = static_cast<int64_t>(request.search.k);
  out.push_back({.model = "k", .column = "", .wanted = wanted, .reached = k, .holds = k >= wanted});
  for (const auto& model : request.search.models.diversity) {
    const std::string& name = request.sensitive[model.column];
    const TableColumn* column = after.find(name);
    if (column) {
      out.push_back(diversity_reached(model, name, spread_of(classes, column->keys)));
    } else {
      const auto persons = static_cast<int64_t>(report.fewest_persons);
      out.push_back({.model = "persons", .column = name, .wanted = static_cast<int64_t>(std::ceil(model.l)), .reached = persons, .holds = static_cast<double>(persons) >= model.l});
    }
  }
  for (const auto& model : request.search.models.closeness) {
    const TableColumn& column = *after.find(request.sensitive[model.column]);
    out.push_back(TRY(closeness_reached(model, request, report, column, spread_of(classes, column.keys))));
  }
  if (request.search.models.needs_population()) population_reached(request.search.models, TRY(people_of_classes(request, report, after, classes)), classes, out);
  return out;
}

}  // namespace sluice::deident
