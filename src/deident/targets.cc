#include "deident/targets.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "deident/file_rows.h"
#include "deident/spread.h"
#include "rules/rule_set.h"

namespace sluice::deident {

namespace {

Result<rules::RiskThreshold> profile(const std::string& share_type) {
  for (const auto& t : rules::RuleSet::built_in().masking.thresholds)
    if (t.share_type == share_type) return t;
  return fail(Errc::invalid, "deident.bad_share_type");
}

struct CodedFile {
  std::vector<table::KeyColumn> quasi, sensitive;
  std::vector<std::vector<std::string>> tuples;  // quasi-identifiers of each row, only where a population is compared
};

Result<CodedFile> code_file(const Strategy& strategy, const std::string& path, bool keep_tuples) {
  auto header = TRY(columns_of_file(path));
  std::vector<std::string> columns;
  for (const auto& name : strategy.quasi_identifiers)
    if (std::find(header.begin(), header.end(), name) != header.end()) columns.push_back(name);
  const size_t quasi = columns.size();
  for (const auto& name : target_columns(strategy)) columns.push_back(name);
  std::vector<table::KeyEncoder> encoders(columns.size());
  CodedFile out;
  TRY(read_rows(path, columns, [&](std::span<const std::string_view> cells) {
    for (size_t i = 0; i < cells.size(); i++) encoders[i].add(cells[i]);
    if (keep_tuples) out.tuples.emplace_back(cells.begin(), cells.begin() + static_cast<ptrdiff_t>(quasi));
    return true;
  }));
  for (size_t i = 0; i < columns.size(); i++) (i < quasi ? out.quasi : out.sensitive).push_back(encoders[i].finish());
  return out;
}

}  // namespace

Result<uint64_t> k_of_targets(const Targets& targets) {
  int64_t k = 1;
  std::optional<int64_t> risk = targets.risk_permille_max;
  if (targets.share_type) {
    const auto its = TRY(profile(*targets.share_type));
    k = its.k_min;
    risk = std::min(risk.value_or(1000), its.risk_permille_max);
  }
  if (risk) k = std::max(k, (1000 + *risk - 1) / *risk);
  return static_cast<uint64_t>(k);
}

std::vector<std::string> target_columns(const Strategy& strategy) {
  std::vector<std::string> out;
  if (!strategy.targets) return out;
  for (const auto* list : {&strategy.targets->diversity, &strategy.targets->closeness})
    for (const auto& target : *list)
      if (std::find(out.begin(), out.end(), target.column) == out.end()) out.push_back(target.column);
  return out;
}

Result<std::vector<ModelReceipt>> measure_targets(const Strategy& strategy, std::span<const table::KeyColumn> quasi, std::span<const table::KeyColumn> sensitive,
                                                  const std::vector<uint64_t>* people) {
  std::vector<ModelReceipt> out;
  if (!strategy.targets) return out;
  const Targets& targets = *strategy.targets;
  if (targets.presence_permille_max && !people) return fail(Errc::refused, "deident.population_required");
  std::vector<const table::KeyColumn*> keys;
  for (const auto& k : quasi) keys.push_back(&k);
  table::RowClasses classes;
  if (!keys.empty()) {
    classes = TRY(table::row_classes(keys));
  } else if (!sensitive.empty()) {
    classes = {std::vector<uint32_t>(sensitive[0].codes.size(), 0), {static_cast<uint32_t>(sensitive[0].codes.size())}};
  }
  if (classes.class_of_row.empty()) return out;  // no row leaves
  auto add = [&](std::string model, std::string column, int64_t wanted, int64_t reached, bool holds) {
    out.push_back({.model = std::move(model), .column = std::move(column), .wanted = wanted, .reached = reached, .holds = holds});
  };
  const uint32_t smallest = *std::min_element(classes.size_of_class.begin(), classes.size_of_class.end());
  std::optional<int64_t> risk = targets.risk_permille_max;
  if (targets.share_type) {
    auto t = TRY(profile(*targets.share_type));
    risk = std::min(risk.value_or(1000), t.risk_permille_max);
    add("k", "", t.k_min, smallest, smallest >= t.k_min);
  }
  if (risk) add("risk_permille", "", *risk, (1000 + smallest - 1) / smallest, int64_t{smallest} * *risk >= 1000);
  auto names = target_columns(strategy);
  auto place = [&](const std::string& name) { return static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin()); };
  for (const auto& target : targets.diversity) {
    const int64_t least = least_distinct(spread_of(classes, sensitive[place(target.column)]));
    add("l", target.column, *target.l, least, least >= *target.l);
  }
  for (const auto& target : targets.closeness) {
    const auto farthest = static_cast<int64_t>(std::ceil(farthest_equal(spread_of(classes, sensitive[place(target.column)])) * 1000 - 1e-9));
    add("t_permille", target.column, *target.t_permille, farthest, farthest <= *target.t_permille);
  }
  if (targets.presence_permille_max) {
    int64_t worst = 0;
    for (size_t c = 0; c < classes.size_of_class.size(); c++) {
      uint64_t all = std::max<uint64_t>((*people)[c], classes.size_of_class[c]);  // a population table may be incomplete
      worst = std::max(worst, static_cast<int64_t>((classes.size_of_class[c] * 1000ull + all - 1) / all));
    }
    add("presence_permille", "", *targets.presence_permille_max, worst, worst <= *targets.presence_permille_max);
  }
  return out;
}

Result<std::vector<ModelReceipt>> measure_targets_of_file(const Strategy& strategy, const std::string& masked_path, const std::string& population) {
  if (!strategy.targets) return std::vector<ModelReceipt>();
  const bool presence = strategy.targets->presence_permille_max.has_value();
  if (presence && population.empty()) return fail(Errc::refused, "deident.population_required");
  CodedFile file = TRY(code_file(strategy, masked_path, presence));
  if (!presence) return measure_targets(strategy, file.quasi, file.sensitive);
  Strategy of_people = strategy;
  of_people.targets->diversity.clear();
  of_people.targets->closeness.clear();
  CodedFile others = TRY(code_file(of_people, population, true));
  std::map<std::vector<std::string>, uint64_t> people_of;
  for (auto& tuple : others.tuples) people_of[std::move(tuple)]++;
  std::vector<const table::KeyColumn*> keys;
  for (const auto& k : file.quasi) keys.push_back(&k);
  auto classes = TRY(table::row_classes(keys));
  std::vector<uint64_t> people(classes.size_of_class.size());
  for (size_t r = 0; r < file.tuples.size(); r++) {
    auto at = people_of.find(file.tuples[r]);
    people[classes.class_of_row[r]] = at == people_of.end() ? 0 : at->second;
  }
  return measure_targets(strategy, file.quasi, file.sensitive, &people);
}

Status all_hold(const std::vector<ModelReceipt>& models) {
  for (const auto& m : models)
    if (!m.holds) return fail(Errc::refused, "deident.target_missed", m.model + (m.column.empty() ? "" : " " + m.column.substr(0, 80)) + ": " + std::to_string(m.reached));
  return {};
}

}  // namespace sluice::deident
