#include "deident/local_classes.h"

#include <algorithm>

#include "anonymity/local_recoding.h"
#include "anonymity/tuples.h"

namespace sluice::deident {

namespace {

constexpr uint32_t kNotSeen = UINT32_MAX;

anonymity::Attribute fixed_attribute(std::string name, uint32_t codes) {
  anonymity::Attribute out;
  out.name = std::move(name);
  out.to.emplace_back(codes);
  for (uint32_t c = 0; c < codes; c++) out.to[0][c] = c;
  out.cost.emplace_back(codes, 0);
  out.suppressed = 1;
  return out;
}

}  // namespace

size_t LocalClasses::add_ladder(std::string column, ValueHierarchy tree, int lowest, int height) {
  places_.push_back({.use = Use::ladder, .column = std::move(column), .tree = std::move(tree), .lowest = lowest, .height = height});
  places_.back().ladder = ladders_++;
  return places_.size() - 1;
}
size_t LocalClasses::add_quasi() {
  places_.push_back({.use = Use::quasi});
  return places_.size() - 1;
}
size_t LocalClasses::add_sensitive() {
  places_.push_back({.use = Use::sensitive});
  return places_.size() - 1;
}

void LocalClasses::learn(size_t place, std::string_view cell, uint64_t row) {
  Place& p = places_[place];
  if (p.code_of_row.size() <= row) p.code_of_row.resize(row + 1, kNotSeen);
  p.code_of_row[row] = p.cells.code_of(cell);
}

// A cell that any of the heights does not know stands for nothing at all of them.
void LocalClasses::make_labels(Place& p) const {
  const auto heights = static_cast<size_t>(p.height - p.lowest) + 1;
  p.labels.resize(heights);
  p.label_of.assign(heights, std::vector<uint32_t>(p.cells.size()));
  std::vector<std::string> made(heights);
  for (uint32_t code = 0; code < p.cells.size(); code++) {
    const std::string_view cell = p.cells.text_of(code);
    bool known = !cell.empty();
    for (size_t h = heights; h-- > 0;) {
      made[h].clear();
      known = known && p.tree.generalise(cell, p.lowest + static_cast<int>(h), made[h]);
    }
    for (size_t h = 0; h < heights; h++) p.label_of[h][code] = p.labels[h].code_of(known ? std::string_view(made[h]) : std::string_view());
  }
}

Result<anonymity::Attribute> LocalClasses::attribute_of(const Place& p) const {
  const size_t heights = p.labels.size();
  anonymity::Attribute out = fixed_attribute(p.column, p.labels[0].size());
  out.suppressed = std::max<int64_t>(1, static_cast<int64_t>(p.labels[0].size()) - 1);
  for (size_t h = 0; h + 1 < heights; h++) {
    std::vector<uint32_t> up(p.labels[h].size(), kNotSeen);
    for (uint32_t code = 0; code < p.cells.size(); code++) {
      uint32_t& above = up[p.label_of[h][code]];
      if (above != kNotSeen && above != p.label_of[h + 1][code]) return fail(Errc::invalid, "hierarchy.not_a_tree", p.column.substr(0, 80));
      above = p.label_of[h + 1][code];
    }
    std::vector<uint32_t> to(out.to[0].size());
    std::vector<int64_t> under(p.labels[h + 1].size(), 0);
    for (uint32_t leaf = 0; leaf < to.size(); leaf++) under[to[leaf] = up[out.to[h][leaf]]]++;
    for (int64_t& leaves : under) leaves--;
    out.up.push_back(std::move(up));
    out.to.push_back(std::move(to));
    out.cost.push_back(std::move(under));
  }
  return out;
}

Result<anonymity::Problem> LocalClasses::problem_of(const std::vector<uint64_t>& rows) const {
  anonymity::Problem out;
  std::vector<table::KeyColumn> columns;
  auto add = [&](const Place& p) {
    table::KeyColumn& keys = columns.emplace_back();
    keys.cardinality = p.use == Use::ladder ? p.labels[0].size() : p.cells.size();
    keys.codes.reserve(rows.size());
    for (uint64_t row : rows) keys.codes.push_back(p.use == Use::ladder ? p.label_of[0][p.code_of_row[row]] : p.code_of_row[row]);
  };
  // Ladders first, so that the levels of a class are theirs by their number; then what is fixed, then the sensitive columns.
  for (const Place& p : places_)
    if (p.use == Use::ladder) add(p), out.attributes.push_back(TRY(attribute_of(p)));
  for (const Place& p : places_)
    if (p.use == Use::quasi) add(p), out.attributes.push_back(fixed_attribute("", p.cells.size()));
  for (const Place& p : places_)
    if (p.use == Use::sensitive) add(p);
  std::vector<const table::KeyColumn*> keys;
  for (const auto& column : columns) keys.push_back(&column);
  out.tuples = TRY(anonymity::collapse(keys));
  return out;
}

anonymity::Models LocalClasses::models() const {
  std::vector<size_t> number(places_.size());
  size_t next = 0;
  for (size_t p = 0; p < places_.size(); p++)
    if (places_[p].use == Use::sensitive) number[p] = next++;
  anonymity::Models out;
  for (auto [place, l] : distinct_) out.diversity.push_back({.column = number[place], .l = static_cast<double>(l)});
  for (auto [place, t] : close_) out.closeness.push_back({.column = number[place], .t = static_cast<double>(t) / 1000});
  return out;
}

Status LocalClasses::finish() {
  if (finished_) return {};
  finished_ = true;
  size_t rows_end = 0;
  for (Place& p : places_) rows_end = std::max(rows_end, p.code_of_row.size());
  std::vector<uint64_t> rows;
  for (Place& p : places_) p.code_of_row.resize(rows_end, kNotSeen);
  for (uint64_t row = 0; row < rows_end; row++)
    if (std::all_of(places_.begin(), places_.end(), [&](const Place& p) { return p.code_of_row[row] != kNotSeen; })) rows.push_back(row);
  for (Place& p : places_)
    if (p.use == Use::ladder) make_labels(p);
  class_of_row_.assign(rows_end, kNotSeen);
  if (!rows.empty()) {
    const anonymity::Problem problem = TRY(problem_of(rows));
    std::vector<size_t> coarsest;
    for (const auto& attribute : problem.attributes) coarsest.push_back(attribute.levels() - 1);
    const anonymity::Models models = this->models();
    const anonymity::LocalRecoding found = TRY(anonymity::refine_locally(problem, coarsest, k_, models));
    for (size_t i = 0; i < rows.size(); i++) class_of_row_[rows[i]] = found.class_of_tuple[problem.tuples.tuple_of_row[i]];
    for (uint32_t c = 0; c < found.class_rows.size(); c++)
      for (size_t ladder = 0; ladder < ladders_; ladder++) height_above_lowest_.push_back(static_cast<uint8_t>(found.level_of(c, ladder, problem.width())));
  }
  for (Place& p : places_) p.code_of_row = {};
  return {};
}

CellOutcome LocalClasses::label(size_t place, std::string_view cell, uint64_t row, std::string& out) const {
  const Place& p = places_[place];
  if (cell.empty()) return CellOutcome::null;
  const uint32_t its_class = row < class_of_row_.size() ? class_of_row_[row] : kNotSeen;
  const auto code = p.cells.find(cell);
  if (!code || its_class == kNotSeen) return p.tree.generalise(cell, p.height, out) ? CellOutcome::masked : CellOutcome::failed;
  const size_t h = height_above_lowest_[its_class * ladders_ + p.ladder];
  const std::string_view label = p.labels[h].text_of(p.label_of[h][*code]);
  if (label.empty()) return CellOutcome::failed;
  out += label;
  return label == cell ? CellOutcome::kept : CellOutcome::masked;
}

}  // namespace sluice::deident
