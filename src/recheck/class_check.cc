#include "recheck/class_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "recheck/file_digest.h"

namespace sluice::recheck {

namespace {

std::optional<size_t> place_in(const std::vector<std::string>& names, const std::string& name) {
  auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? std::nullopt : std::optional(static_cast<size_t>(at - names.begin()));
}

std::string short_number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", v);
  return text;
}

Outcome ok_if(bool fine) { return fine ? Outcome::ok : Outcome::broken; }

bool sensitive_model(const ClaimedModel& m) {
  constexpr std::string_view kNames[] = {"l", "l_entropy_permille", "l_recursive", "t_permille", "t_ordered_permille", "t_hierarchical_permille"};
  return std::find(std::begin(kNames), std::end(kNames), m.model) != std::end(kNames);
}
bool people_model(const ClaimedModel& m) { return m.model == "k_map" || m.model == "presence_ppm" || m.model == "presence_permille"; }

constexpr size_t kDigestShown = 16;  // characters: enough to tell files apart by eye

// What a writer may have rounded a figure to: either neighbour, where it is that near.
struct Rounded {
  int64_t low = 0, high = 0;
  bool is(int64_t v) const { return v >= low && v <= high; }
};
Rounded up(double v) { return {static_cast<int64_t>(std::ceil(v - 1e-6)), static_cast<int64_t>(std::ceil(v + 1e-6))}; }
Rounded down(double v) { return {static_cast<int64_t>(std::floor(v - 1e-6)), static_cast<int64_t>(std::floor(v + 1e-6))}; }

std::string reached_said(int64_t found, const ClaimedModel& m) {
  return "found " + std::to_string(found) + ", receipt " + std::to_string(m.reached) + ", wanted " + std::to_string(m.wanted);
}

// Counts, and ppm with the last digit free: rounding is the writer's.
std::string differences(const ClaimedRisk& said, const ClassCount& found) {
  std::string out;
  auto differs = [&](bool fine, std::string_view name) {
    if (!fine) out += (out.empty() ? "differs: " : ", ") + std::string(name);
  };
  differs(said.rows == found.rows(), "rows");
  if (said.columns.empty()) return out;
  differs(said.classes == found.classes(), "classes");
  differs(said.unique_rows == found.alone(), "unique_rows");
  auto ppm = [&](uint64_t claimed, double share, std::string_view name) { differs(std::abs(static_cast<double>(claimed) - share * 1e6) < 1.01, name); };
  double rows = static_cast<double>(found.rows());
  double highest = found.rows() ? 1 / static_cast<double>(found.smallest()) : 0;
  ppm(said.prosecutor_ppm, highest, "prosecutor_ppm");
  ppm(said.journalist_ppm, highest, "journalist_ppm");
  ppm(said.marketer_ppm, found.rows() ? static_cast<double>(found.classes()) / rows : 0, "marketer_ppm");
  return out;
}

}  // namespace

Result<ClassCheck> ClassCheck::create(const ReceiptView& receipt, const Demands& demands, const Ladders& ladders, const std::vector<std::string>& header) {
  ClassCheck out(receipt, demands);
  std::vector<size_t> quasi;
  std::vector<std::string> quasi_names;
  for (const std::string& name : receipt.after ? receipt.after->columns : std::vector<std::string>()) {
    out.named_ = true;
    const ClaimedField* field = receipt.field(name);
    if (auto at = place_in(header, name)) {
      quasi.push_back(*at);
      quasi_names.push_back(name);
    } else if (!field || field->technique != "suppress") {
      out.missing_.push_back(name);
    }
  }
  std::vector<size_t> of_models;
  for (const ClaimedModel& m : receipt.models) {
    auto at = place_in(header, m.column);
    if (!sensitive_model(m) || !at || place_in(out.model_columns_, m.column)) continue;
    of_models.push_back(*at);
    out.model_columns_.push_back(m.column);
  }
  const bool of_people = demands.k_map || demands.presence;
  if (receipt.after || !receipt.models.empty() || of_people) out.of_receipt_.emplace(quasi, of_models);
  if (!demands.population.empty()) out.people_ = TRY(People::count(demands.population, quasi_names, receipt, ladders));
  for (const auto& [column, path] : demands.sensitive_hierarchies)
    out.model_trees_.emplace(column, NamedTree{TRY(ValueTree::read(path)), hex(TRY(digest_of_file("sm3", path)))});

  std::vector<size_t> demanded, sensitive;
  auto place_demanded = [&](const std::string& name, std::vector<size_t>& to) -> Status {
    auto at = place_in(header, name);
    if (!at) return fail(Errc::invalid, "recheck.no_such_column", name.substr(0, 80));
    to.push_back(*at);
    return {};
  };
  for (const std::string& name : demands.quasi_identifiers) TRY(place_demanded(name, demanded));
  for (const auto& d : demands.diversity) TRY(place_demanded(d.column, sensitive));
  for (const auto& d : demands.closeness) {
    TRY(place_demanded(d.column, sensitive));
    out.trees_.emplace_back();
    if (d.distance != Distance::hierarchical) continue;
    if (d.hierarchy.empty()) return fail(Errc::invalid, "recheck.bad_hierarchy", d.column.substr(0, 80));
    out.trees_.back() = TRY(ValueTree::read(d.hierarchy));
  }
  if (!demanded.empty() || !sensitive.empty()) out.demanded_.emplace(demanded.empty() ? quasi : demanded, sensitive);
  return out;
}

void ClassCheck::row(std::span<const std::string_view> cells) {
  if (of_receipt_) of_receipt_->row(cells);
  if (demanded_) demanded_->row(cells);
}

void ClassCheck::judge(Report& report) const {
  judge_k(report);
  for (const ClaimedModel& model : receipt_->models) judge_model(model, report);
  judge_people(report);
  judge_demands(report);
}

void ClassCheck::judge_k(Report& report) const {
  const bool own = demands_->quasi_identifiers.empty();
  if (!missing_.empty()) report.add({"k", missing_[0], Outcome::broken, 0, "a quasi-identifier of the receipt is not in the file"});
  if (receipt_->before && !receipt_->after && demands_->covers == Covers::whole)
    report.add({"k", "", Outcome::broken, 0, "the receipt names quasi-identifiers and no risk after masking"});
  if (receipt_->after) {
    judge_risk(report);
  } else if (own) {
    report.add({"k", "", demands_->k ? Outcome::broken : Outcome::not_checkable, 0, "no quasi-identifiers named"});
  }
  if (!own) {
    bool enough = !demands_->k || demanded_->rows() == 0 || demanded_->smallest() >= *demands_->k;
    report.add({"k", "", ok_if(enough), demanded_->smallest(), std::to_string(demanded_->classes()) + " classes of the demanded quasi-identifiers"});
  }
}

void ClassCheck::judge_risk(Report& report) const {
  const ClaimedRisk& said = *receipt_->after;
  const ClassCount& found = *of_receipt_;
  bool enough = !demands_->k || !demands_->quasi_identifiers.empty() || found.rows() == 0 || found.smallest() >= *demands_->k;
  report.add({"k", "", ok_if(enough && found.smallest() == said.k_min), found.smallest(), std::to_string(found.classes()) + " classes"});
  std::string differing = differences(said, found);
  // What was measured before must still be measured, or be gone from the file.
  for (const std::string& name : receipt_->before && demands_->covers == Covers::whole ? receipt_->before->columns : std::vector<std::string>()) {
    const ClaimedField* field = receipt_->field(name);
    bool gone = field && field->technique == "suppress";
    if (!gone && !place_in(said.columns, name)) differing += (differing.empty() ? "not measured: " : ", ") + name;
  }
  report.add({"risk", "", ok_if(differing.empty()), found.alone(),
              differing.empty() ? std::to_string(found.alone()) + " rows alone in their class" : differing});
}

void ClassCheck::judge_model(const ClaimedModel& m, Report& report) const {
  auto tell = [&](Outcome outcome, std::string detail) { report.add({"model", m.column, outcome, static_cast<uint64_t>(std::max<int64_t>(0, m.reached)), m.model + ": " + std::move(detail)}); };
  if (demands_->covers == Covers::part) return tell(Outcome::not_checkable, "of the whole output");
  if (m.model == "persons") return tell(m.holds && m.reached >= m.wanted ? Outcome::not_checkable : Outcome::broken, "not counted: the column of person keys did not go out");
  if (people_model(m)) return judge_people_model(m, report);
  if (of_receipt_->rows() == 0) return tell(Outcome::not_checkable, "no rows");
  if (sensitive_model(m)) return judge_sensitive(m, report);
  int64_t lowest = 0, highest = 0;  // the reached value may be either: rounding is the writer's
  bool at_least = false;
  const auto k = static_cast<int64_t>(of_receipt_->smallest());
  if (m.model == "k") {
    lowest = highest = k;
    at_least = true;
  } else if (m.model == "risk_permille") {
    lowest = highest = (1000 + k - 1) / k;
  } else {
    return tell(Outcome::broken, "unknown model");
  }
  bool met = at_least ? lowest >= m.wanted : lowest <= m.wanted;
  bool true_to_file = m.reached >= lowest && m.reached <= highest;
  tell(ok_if(met && true_to_file && m.holds), reached_said(lowest, m));
}

void ClassCheck::judge_sensitive(const ClaimedModel& m, Report& report) const {
  auto tell = [&](Outcome outcome, std::string detail) { report.add({"model", m.column, outcome, static_cast<uint64_t>(std::max<int64_t>(0, m.reached)), m.model + ": " + std::move(detail)}); };
  const auto place = place_in(model_columns_, m.column);
  if (!place) return tell(Outcome::broken, "the column is not in the file");
  Rounded found;
  const bool at_least = m.model.starts_with("l");
  if (m.model == "l") {
    found.low = found.high = static_cast<int64_t>(of_receipt_->least_distinct(*place));
  } else if (m.model == "l_entropy_permille") {
    found = down(of_receipt_->least_entropy(*place) * 1000);
  } else if (m.model == "l_recursive") {
    if (m.c_permille.value_or(0) < 1) return tell(Outcome::broken, "no c");
    found.low = found.high = static_cast<int64_t>(of_receipt_->greatest_recursive(*place, static_cast<double>(*m.c_permille) / 1000));
  } else if (m.model == "t_hierarchical_permille") {
    auto tree = model_trees_.find(m.column);
    if (!m.holds || (m.of.empty() && m.reached > m.wanted)) return tell(Outcome::broken, "the receipt itself says that it was missed");
    if (tree == model_trees_.end()) return tell(Outcome::not_checkable, "not counted: wants --sensitive-hierarchy " + m.column + "=FILE");
    if (tree->second.sm3 != m.hierarchy_sm3) return tell(Outcome::broken, "another hierarchy than the receipt names");
    const auto distance = of_receipt_->farthest_hierarchical(*place, tree->second.tree);
    if (!distance) return tell(Outcome::broken, "values that are not in the hierarchy");
    found = up(*distance * 1000);
  } else {
    found = up((m.model == "t_permille" ? of_receipt_->farthest_equal(*place) : of_receipt_->farthest_ordered(*place)) * 1000);
  }
  if (!found.is(m.reached)) return tell(Outcome::broken, reached_said(found.low, m));
  if (m.of == "input" && !at_least) return tell(m.holds ? Outcome::not_checkable : Outcome::broken, "held against the rows of the input, which are not here; in the file itself " + std::to_string(found.low) + ", wanted " + std::to_string(m.wanted));
  const bool met = at_least ? found.high >= m.wanted : found.low <= m.wanted;
  tell(ok_if(met && m.holds && m.of.empty()), reached_said(found.low, m));
}

std::optional<ClassCheck::OfPeople> ClassCheck::of_people() const {
  if (!people_ || people_->why() || of_receipt_->rows() == 0) return std::nullopt;
  OfPeople out{.least = UINT64_MAX};
  for (const auto& [key, one_class] : of_receipt_->class_of_key()) {
    const uint64_t rows = of_receipt_->size_of(one_class), people = people_->of_class(key, rows);
    const double share = static_cast<double>(rows) / static_cast<double>(people);
    out.least = std::min(out.least, people);
    out.lowest = std::min(out.lowest, share);
    out.highest = std::max(out.highest, share);
  }
  return out;
}

void ClassCheck::judge_people_model(const ClaimedModel& m, Report& report) const {
  auto tell = [&](Outcome outcome, std::string detail) { report.add({"model", m.column, outcome, static_cast<uint64_t>(std::max<int64_t>(0, m.reached)), m.model + ": " + std::move(detail)}); };
  const bool presence = m.model == "presence_ppm", of_strategy = m.model == "presence_permille";
  const bool said = m.holds && (of_strategy ? m.reached <= m.wanted : presence ? m.lowest_wanted && m.lowest_reached && m.reached <= m.wanted && *m.lowest_reached >= *m.lowest_wanted : m.reached >= m.wanted);
  if (!said) return tell(Outcome::broken, "the receipt itself says that it was missed");
  if (!people_) return tell(Outcome::not_checkable, "not counted: " + (receipt_->population_digest ? "wants --population FILE, whose " + receipt_->digest_kind + " begins with " + receipt_->population_digest->substr(0, kDigestShown) : std::string("the receipt names no population's file")));
  if (people_->why()) return tell(Outcome::not_checkable, "not counted");
  const auto people = of_people();
  if (!people) return tell(Outcome::not_checkable, "no rows");
  if (of_strategy) {
    const Rounded found = up(people->highest * 1000);
    return tell(ok_if(found.is(m.reached) && found.low <= m.wanted), reached_said(found.low, m));
  }
  if (!presence) {
    const auto least = static_cast<int64_t>(people->least);
    return tell(ok_if(least == m.reached && least >= m.wanted), reached_said(least, m));
  }
  const Rounded highest = up(people->highest * 1e6), lowest = down(people->lowest * 1e6);
  const bool as_said = highest.is(m.reached) && lowest.is(*m.lowest_reached);
  tell(ok_if(as_said && highest.low <= m.wanted && lowest.high >= *m.lowest_wanted), reached_said(highest.low, m) + "; lowest found " + std::to_string(lowest.high) + ", receipt " + std::to_string(*m.lowest_reached));
}

void ClassCheck::judge_people(Report& report) const {
  if (!people_) return;
  if (auto why = people_->why()) report.add(*why);
  const bool promised = std::any_of(receipt_->models.begin(), receipt_->models.end(), people_model);
  if (!promised && !demands_->k_map && !demands_->presence) report.add({"population", "", Outcome::not_checkable, 0, "nothing of it was promised or demanded"});
  const auto people = of_people();
  if (demands_->k_map)
    report.add({"k_map", "", !people ? Outcome::not_checkable : ok_if(people->least >= *demands_->k_map), people ? people->least : 0, people ? "people of the class that has the fewest" : "not counted"});
  if (!demands_->presence) return;
  const bool within = people && people->lowest >= demands_->presence->first - 1e-12 && people->highest <= demands_->presence->second + 1e-12;
  report.add({"presence", "", !people ? Outcome::not_checkable : ok_if(within), 0, people ? "shares of " + short_number(people->lowest) + " to " + short_number(people->highest) : "not counted"});
}

void ClassCheck::judge_demands(Report& report) const {
  size_t place = 0;
  for (const DiversityDemand& d : demands_->diversity) {
    uint64_t broken = 0;
    std::string found;
    if (d.kind == Diversity::recursive) {
      broken = demanded_->not_recursive(place, d.c, static_cast<uint64_t>(d.l));
      found = std::to_string(broken) + " classes break (" + short_number(d.c) + ", " + short_number(d.l) + ")";
    } else {
      double least = d.kind == Diversity::entropy ? demanded_->least_entropy(place) : demanded_->least_distinct(place);
      broken = demanded_->rows() > 0 && least < d.l * (1 - 1e-12);
      found = "least " + short_number(least) + ", demanded " + short_number(d.l);
    }
    report.add({"l", d.column, ok_if(broken == 0), broken, std::string(name_of(d.kind)) + ": " + found});
    place++;
  }
  for (size_t i = 0; i < demands_->closeness.size(); i++, place++) {
    const ClosenessDemand& d = demands_->closeness[i];
    std::optional<double> farthest = trees_[i] ? demanded_->farthest_hierarchical(place, *trees_[i])
                                     : d.distance == Distance::ordered ? demanded_->farthest_ordered(place) : demanded_->farthest_equal(place);
    bool near = farthest && *farthest <= d.t * (1 + 1e-9) + 1e-12;
    report.add({"t", d.column, ok_if(near), 0,
                std::string(name_of(d.distance)) + ": " + (farthest ? "farthest " + short_number(*farthest) + ", demanded " + short_number(d.t) : "values that are not in the hierarchy")});
  }
}

}  // namespace sluice::recheck
