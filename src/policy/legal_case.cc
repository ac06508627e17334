#include "policy/legal_case.h"

#include <algorithm>

#include "codec/record.h"

namespace sluice::policy {

namespace {

bool is_among(const std::vector<std::string>& all, std::string_view one) { return std::find(all.begin(), all.end(), one) != all.end(); }

bool has_flag(const CaseFacts& f, std::string_view flag) {
  if (flag == "cross_border") return f.cross_border;
  if (flag == "important_data") return f.important_data;
  if (flag == "human_genetic") return f.human_genetic;
  return flag == "one_person" && f.one_person;
}

bool applies(const rules::LawDemand& d, const CaseFacts& f) {
  if (d.level_min && f.level.value() < *d.level_min) return false;
  if (!d.legal_bases.empty() && !is_among(d.legal_bases, f.legal_basis)) return false;
  if (!d.scenarios.empty() && !is_among(d.scenarios, name_of(f.scenario))) return false;
  return std::all_of(d.flags.begin(), d.flags.end(), [&](const std::string& flag) { return has_flag(f, flag); });
}

}  // namespace

std::vector<const rules::LawDemand*> demands_of(const rules::LawPack& pack, const CaseFacts& facts) {
  std::vector<const rules::LawDemand*> out;
  for (const rules::LawDemand& d : pack.demands)
    if (applies(d, facts)) out.push_back(&d);
  return out;
}

}  // namespace sluice::policy
