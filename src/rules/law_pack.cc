#include "rules/law_pack.h"

#include <algorithm>
#include <set>

#include "standard/taxonomy.h"

namespace sluice::rules {

namespace {

template <class T>
const T* with_id(const std::vector<T>& all, std::string_view id) {
  auto it = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.id == id; });
  return it == all.end() ? nullptr : &*it;
}

template <class T>
Status ids_once(const std::vector<T>& all, std::string_view what) {
  std::set<std::string_view> ids;
  for (const T& one : all)
    if (one.id.empty() || !ids.insert(one.id).second) return fail(Errc::invalid, "rules.duplicate", "law: " + std::string(what));
  if (all.empty()) return fail(Errc::invalid, "rules.incomplete", "law: " + std::string(what));
  return {};
}

Status check_matrix(const LawAssessment& a) {
  if (a.matrix.size() != a.likelihoods.size() || a.rank(a.residual_max) < 0) return fail(Errc::invalid, "rules.incomplete", "law: matrix");
  for (const LawRiskRow& row : a.matrix) {
    if (!with_id(a.likelihoods, row.likelihood) || row.risk.size() != a.severities.size()) return fail(Errc::invalid, "rules.incomplete", "law: matrix");
    for (const std::string& risk : row.risk)
      if (a.rank(risk) < 0) return fail(Errc::invalid, "rules.unknown_reference", "law: " + risk.substr(0, 40));
  }
  // At least three years (the law's own minimum); an organisation may keep them longer.
  if (a.valid_days < 1 || a.keep_years < 3 || a.growth_percent.value_or(1) < 1) return fail(Errc::invalid, "rules.incomplete", "law: keep_years");
  return {};
}

}  // namespace

int LawAssessment::rank(std::string_view risk) const {
  for (size_t i = 0; i < risks.size(); i++)
    if (risks[i].id == risk) return static_cast<int>(i);
  return -1;
}

std::string LawAssessment::risk_of(std::string_view likelihood, std::string_view severity) const {
  for (const LawRiskRow& row : matrix)
    for (size_t i = 0; row.likelihood == likelihood && i < severities.size(); i++)
      if (severities[i].id == severity) return row.risk[i];
  return {};
}

const LawPaper* LawPack::paper(std::string_view id) const { return with_id(papers, id); }
const LawRequestKind* LawPack::request(std::string_view id) const { return with_id(requests, id); }
const LawProvisionKind* LawPack::provision(std::string_view id) const { return with_id(provisions, id); }

int LawProvisionKind::level_of(std::string_view category) const {
  if (!may_ask) return level_max;
  for (const LawCeiling& one : *may_ask)
    if (one.category == category) return std::min(one.level_max, level_max);
  return 0;
}

const std::vector<LawPersonNumber>& LawPack::numbers() const {
  static const std::vector<LawPersonNumber> kOfOld{{"id_number", "公民身份号码", "Citizen ID number", {"id_number", "id_document"}},
                                                   {"id_document", "其他证件号码", "Number of another identity document", {"id_document", "id_number"}},
                                                   {"social_card", "社保卡号", "Social-security card number", {"social_card"}},
                                                   {"person_no", "人员编号", "Number of an insured person or patient", {"person_no"}}};
  return person_numbers ? *person_numbers : kOfOld;
}

const LawPersonNumber* LawPack::number(std::string_view id) const {
  for (const LawPersonNumber& one : numbers())
    if (one.id == id) return &one;
  return nullptr;
}

const LawPersonNumber* LawPack::number_in(std::string_view type) const {
  if (const LawPersonNumber* named = number(type)) return named;
  for (const LawPersonNumber& one : numbers())
    if (std::find(one.types.begin(), one.types.end(), type) != one.types.end()) return &one;
  return nullptr;
}

namespace {

// Approved by two at least, never level 5, and only categories that there are.
Status check_provision_kind(const LawProvisionKind& k) {
  bool whole = k.approvers.size() >= 2 && k.level_max >= 1 && k.level_max <= 4 && k.columns_max.value_or(1) >= 1 && k.persons_max.value_or(1) >= 1 && k.keep_days.value_or(1) >= 1;
  if (!whole) return fail(Errc::invalid, "rules.incomplete", "law: " + k.id);
  for (const LawCeiling& one : k.may_ask.value_or(std::vector<LawCeiling>()))
    if (!enum_of<Category>(one.category) || one.level_max < 1 || one.level_max > 4) return fail(Errc::invalid, "rules.unknown_reference", "law: " + one.category.substr(0, 40));
  return {};
}

}  // namespace

Status check_law(const LawPack& pack) {
  static const std::set<std::string_view> kFlags{"cross_border", "important_data", "human_genetic", "one_person"};
  static const std::set<std::string_view> kMembers{"counterpart", "product", "dataset",     "columns", "basis",   "abroad",
                                                   "mechanism",   "purpose", "application", "members", "decides", "duties", "expires", "digest",
                                                   "uscc",        "public_key", "unit"};
  TRY(ids_once(pack.demands, "demands"));
  TRY(ids_once(pack.papers, "papers"));
  TRY(ids_once(pack.assessment.questions, "questions"));
  TRY(ids_once(pack.requests, "requests"));
  TRY(ids_once(pack.provisions, "provisions"));
  for (const LawDemand& d : pack.demands) {
    for (const std::string& flag : d.flags)
      if (!kFlags.contains(flag)) return fail(Errc::invalid, "rules.unknown_reference", "law: " + d.id);
    for (const std::string& scenario : d.scenarios)
      if (!enum_of<Scenario>(scenario)) return fail(Errc::invalid, "rules.unknown_reference", "law: " + d.id);
    if (d.level_min.value_or(1) < 1 || d.level_min.value_or(1) > 5) return fail(Errc::invalid, "rules.bad_level", "law: " + d.id);
  }
  for (const LawPaper& p : pack.papers) {
    if (p.enter.empty() || p.check.empty()) return fail(Errc::invalid, "rules.incomplete", "law: " + p.id);
    for (const std::string& need : p.needs)
      if (!kMembers.contains(need)) return fail(Errc::invalid, "rules.unknown_reference", "law: " + p.id);
  }
  for (const LawProvisionKind& k : pack.provisions) TRY(check_provision_kind(k));
  TRY(ids_once(pack.numbers(), "person_numbers"));
  for (const LawPersonNumber& one : pack.numbers())
    if (one.types.empty()) return fail(Errc::invalid, "rules.incomplete", "law: " + one.id);
  for (const LawRetention& r : pack.retention)
    if (!enum_of<Category>(r.category) || r.days < 1) return fail(Errc::invalid, "rules.unknown_reference", "law: " + r.category);
  if (pack.one_person.misses_max < 1 || pack.one_person.window_minutes < 1) return fail(Errc::invalid, "rules.incomplete", "law: one_person");
  return check_matrix(pack.assessment);
}

}  // namespace sluice::rules
