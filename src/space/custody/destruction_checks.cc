#include "space/custody/destruction_checks.h"

#include <algorithm>

#include "space/guard.h"

namespace sluice::space {

TimeMs retention_ahead(const State& s, const Context& c, KeyWork work, const VersionId& id) {
  if (work != KeyWork::destroy_version && work != KeyWork::destroy_columns && work != KeyWork::destroy_rows) return 0;
  auto version = sealed_version(s, id);
  if (!version || !version->masked_from.empty()) return 0;
  TimeMs end = retention_end(s, c.rules.law, id).at_ms;
  return end > c.now ? end : 0;
}

bool approved_on_paper(const State& s, const Context& c, const VersionId& id, const std::optional<PaperId>& approval) {
  const Paper* paper = approval ? find(s.papers, *approval) : nullptr;
  auto version = sealed_version(s, id);
  const Dataset* dataset = version ? find(s.datasets, version->dataset) : nullptr;
  return paper && dataset && paper->form.kind == "destruction_approval" && paper->owner == dataset->owner && paper->form.dataset == version->dataset && version->at_ms <= paper->at_ms && paper->in_force(c.now);
}

Status retention_over_or_approved(const State& s, const Context& c, KeyWork work, const VersionId& id, const std::optional<PaperId>& approval) {
  TimeMs end = retention_ahead(s, c, work, id);
  if (end == 0) return {};
  if (!approval) return fail(Errc::refused, "keys.retention_not_over", rfc3339(end).substr(0, 10));
  return approved_on_paper(s, c, id, approval) ? Status{} : fail(Errc::refused, "keys.no_destruction_approval");
}

std::vector<ContractId> contracts_served(const State& s, KeyWork work, const VersionId& version, const std::vector<std::string>& columns, TimeMs now) {
  std::vector<ContractId> out;
  for (const auto& [id, contract] : s.contracts) {
    if (contract.status != ContractStatus::active || now >= contract.terms.expires_ms || contract.terms.version != version) continue;
    bool touched = work == KeyWork::destroy_version || std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
      return std::find(contract.terms.columns.begin(), contract.terms.columns.end(), column) != contract.terms.columns.end();
    });
    if (touched) out.push_back(contract.id);
  }
  return out;
}

Status contracts_named(const State& s, KeyWork work, const VersionId& version, const std::vector<std::string>& columns,
                       const std::optional<std::vector<ContractId>>& named, TimeMs now) {
  for (const ContractId& id : contracts_served(s, work, version, columns, now))
    if (!named || std::find(named->begin(), named->end(), id) == named->end()) return fail(Errc::refused, "keys.contract_delivers", id.str());
  return {};
}

void end_grants(const State& s, const VersionId& version, const std::vector<std::string>& columns, Events& events) {
  for (const auto& [id, grant] : s.grants) {
    if (grant.version != version) continue;
    bool touched = std::any_of(grant.columns.begin(), grant.columns.end(), [&](const std::string& column) {
      return std::find(columns.begin(), columns.end(), column) != columns.end();
    });
    if (touched) events.push_back(KeysGrantEnded{grant.id, "keys.column_destroyed"});
  }
}

}  // namespace sluice::space
