#include "space/catalog/protection.h"

#include <algorithm>

namespace sluice::space {

namespace {

bool has_column(const std::vector<std::string>& columns, const std::string& column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

// Every version that has the column stands sealed, its manifest's digest in the ledger.
bool sealed_by_column(const State& s, const Dataset& d, const std::string& column) {
  return std::all_of(d.versions.begin(), d.versions.end(), [&](const VersionId& id) {
    const DatasetVersion* v = find(s.versions, id);
    return !v || !has_column(v->columns, column) || v->manifest != Digest{};
  });
}

// Every open grant on the column has an end.
bool granted_for_a_time(const State& s, const Dataset& d, const std::string& column) {
  return std::all_of(s.grants.begin(), s.grants.end(), [&](const auto& item) {
    const Grant& g = item.second;
    if (g.dataset != d.id || !has_column(g.columns, column)) return true;
    return g.expires_ms > 0;
  });
}

// Releases of the column that took place, or are open.
template <class F>
bool all_releases(const State& s, const Dataset& d, const std::string& column, F holds) {
  return std::all_of(s.releases.begin(), s.releases.end(), [&](const auto& item) {
    const Release& r = item.second;
    if (r.dataset != d.id || !has_column(r.columns, column)) return true;
    if (r.status == ReleaseStatus::failed || r.status == ReleaseStatus::revoked) return true;
    return holds(r);
  });
}

bool released_after_approval(const State& s, const Release& r) {
  const Contract* contract = find(s.contracts, r.contract);
  const Application* application = contract ? find(s.applications, contract->application) : nullptr;
  return application && application->status == ApplicationStatus::approved && contract->active_seq > 0;
}

const MaskedColumn* masked(const State& s, const Release& r, const std::string& column) {
  const MaskingResult* masking = find(s.maskings, r.version);
  return masking ? masking->column(column) : nullptr;
}

bool control_holds(const State& s, const Dataset& d, const CatalogField& f, std::string_view control) {
  const std::string& column = f.column;
  if (control == "graded_by_person") return f.confirmed && !f.reopened();
  if (control == "sealed_by_column") return sealed_by_column(s, d, column);
  if (control == "key_by_grant") return granted_for_a_time(s, d, column);
  if (control == "released_after_approval") return all_releases(s, d, column, [&](const Release& r) { return released_after_approval(s, r); });
  if (control == "deidentified") return all_releases(s, d, column, [&](const Release& r) { return masked(s, r, column) != nullptr; });
  // A field that was graded up after it had left unchanged is found here.
  if (control == "does_not_flow")
    return all_releases(s, d, column, [&](const Release& r) {
      const MaskedColumn* m = masked(s, r, column);
      return m && (m->technique != "keep" || grade_of(f).level < 4);
    });
  // What a person took is judged when it is asked for (space/operation); a grade that rose since shows here.
  bool by_people = control == "bulk_by_second_person" || control == "second_factor" || control == "no_download" || control == "never_shown";
  if (by_people)
    return std::all_of(s.operations.begin(), s.operations.end(), [&](const auto& item) {
      const Operation& o = item.second;
      if (o.dataset != d.id || o.status != OperationStatus::done || o.what == "modify") return true;
      const DatasetVersion* v = find(s.versions, o.version);
      if ((v && !v->masked_from.empty()) || (!o.columns.empty() && !has_column(o.columns, column))) return true;
      if (control == "never_shown") return false;
      if (control == "no_download") return o.what == "list_values" || !o.exception.empty();
      if (control == "second_factor") return o.level >= grade_of(f).level || !f.confirmed;
      return o.flow == OperationFlow::person || o.windows.empty();
    });
  return control == "access_on_record";  // a key leaves the agent only for an entry of the ledger: nothing to compare with
}

}  // namespace

FieldGrade grade_of(const CatalogField& f) {
  if (f.confirmed && f.reopened()) return {f.category, std::max(f.level, f.proposal ? f.proposal->level : 1), true};
  if (f.confirmed) return {f.category, f.level, false};
  if (f.proposal) return {f.proposal->category, f.proposal->level, true};
  return {};
}

FieldGrade grade_of(const CatalogField& f, TimeMs now) {
  FieldGrade grade = grade_of(f);
  bool over = f.confirmed && f.lowered && now >= f.lowered->until_ms && f.level < f.lowered->floor;
  if (over) grade.level = std::max(grade.level, f.lowered->floor);
  return grade;
}

namespace {

FieldGrade left_by_masking(const State& s, FieldGrade grade, const VersionId& version, std::string_view column) {
  const MaskingResult* masking = find(s.maskings, version);
  if (!masking) return grade;
  const MaskedColumn* m = masking->column(column);
  grade.level = m ? m->level : 5;
  return grade;
}

}  // namespace

FieldGrade grade_in(const State& s, const Dataset& d, const VersionId& version, std::string_view column) {
  const CatalogField* field = d.column(column);
  return left_by_masking(s, field ? grade_of(*field) : FieldGrade{}, version, column);
}

FieldGrade grade_in(const State& s, const Dataset& d, const VersionId& version, std::string_view column, TimeMs now) {
  const CatalogField* field = d.column(column);
  return left_by_masking(s, field ? grade_of(*field, now) : FieldGrade{}, version, column);
}

int floor_of(const State& s, const rules::RuleSet& rules, const PartyId& party, std::string_view type) {
  if (auto own = s.rules_in_force.find(party.str()); own != s.rules_in_force.end()) {
    auto floor = own->second.floors.find(std::string(type));
    return floor == own->second.floors.end() ? 1 : floor->second;
  }
  const rules::TypeRule* rule = rules.type(type);
  return rule ? rule->level : 1;
}

std::vector<MeasureFinding> measures_of(const State& s, const Dataset& d, const CatalogField& f, const rules::RuleSet& rules) {
  std::vector<MeasureFinding> out;
  int level = grade_of(f).level;
  for (const auto& profile : rules.protection.profiles) {
    if (profile.level != level) continue;
    for (const std::string& id : profile.measures)
      for (const auto& measure : rules.protection.measures) {
        if (measure.id != id) continue;
        MeasureState state = MeasureState::organisation;
        if (measure.control) state = control_holds(s, d, f, *measure.control) ? MeasureState::enforced : MeasureState::failing;
        out.push_back({&measure, state});
      }
  }
  return out;
}

}  // namespace sluice::space
