#include "recheck/class_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

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

bool sensitive_model(const ClaimedModel& m) { return m.model == "l" || m.model == "t_permille"; }

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

Result<ClassCheck> ClassCheck::create(const ReceiptView& receipt, const Demands& demands, const std::vector<std::string>& header) {
  ClassCheck out(receipt, demands);
  std::vector<size_t> quasi;
  for (const std::string& name : receipt.after ? receipt.after->columns : std::vector<std::string>()) {
    out.named_ = true;
    const ClaimedField* field = receipt.field(name);
    if (auto at = place_in(header, name)) {
      quasi.push_back(*at);
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
  if (receipt.after || !receipt.models.empty()) out.of_receipt_.emplace(quasi, of_models);

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
  if (m.model == "presence_permille") return tell(ok_if(m.holds && m.reached <= m.wanted) == Outcome::broken ? Outcome::broken : Outcome::not_checkable, "wants the population");
  if (of_receipt_->rows() == 0) return tell(Outcome::not_checkable, "no rows");
  int64_t lowest = 0, highest = 0;  // the reached value may be either: rounding is the writer's
  bool at_least = false;
  const auto k = static_cast<int64_t>(of_receipt_->smallest());
  if (m.model == "k") {
    lowest = highest = k;
    at_least = true;
  } else if (m.model == "risk_permille") {
    lowest = highest = (1000 + k - 1) / k;
  } else if (sensitive_model(m)) {
    auto place = place_in(model_columns_, m.column);
    if (!place) return tell(Outcome::broken, "the column is not in the file");
    if (m.model == "l") {
      lowest = highest = static_cast<int64_t>(of_receipt_->least_distinct(*place));
      at_least = true;
    } else {
      double permille = of_receipt_->farthest_equal(*place) * 1000;
      lowest = static_cast<int64_t>(std::ceil(permille - 1e-6));
      highest = static_cast<int64_t>(std::ceil(permille + 1e-6));
    }
  } else {
    return tell(Outcome::broken, "unknown model");
  }
  bool met = at_least ? lowest >= m.wanted : lowest <= m.wanted;
  bool true_to_file = m.reached >= lowest && m.reached <= highest;
  tell(ok_if(met && true_to_file && m.holds), "found " + std::to_string(lowest) + ", receipt " + std::to_string(m.reached) + ", wanted " + std::to_string(m.wanted));
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
