#include "space/catalog/taken_back.h"

#include <algorithm>
#include <set>

namespace sluice::space {

namespace {

using Ancestry = std::set<std::string, std::less<>>;

// A version, what it was merged or changed from, and the one in whose place it was written anew.
void add_ancestry(const State& s, const VersionId& id, Ancestry& out) {
  const DatasetVersion* version = find(s.versions, id);
  if (!version || !out.insert(id.str()).second) return;
  for (const VersionId& part : version->parts) add_ancestry(s, part, out);
  if (const VersionId* before = find(s.rewritten_from, id)) add_ancestry(s, *before, out);
}

std::optional<RowsChange> change_of(const DatasetVersion& version) {
  if (!version.change) return std::nullopt;
  if (version.change->removed.value_or(0) > 0) return RowsChange::deletion;
  if (version.change->superseded.value_or(0) > 0 || version.change->correction) return RowsChange::correction;
  return std::nullopt;
}

// One pass over the dataset, whose versions stand in the order in which they came: what each is made of came before it.
std::vector<ChangedSince> changes(const State& s, const VersionId& id, bool deletions_only) {
  const DatasetVersion* base = find(s.versions, id);
  while (base && !base->masked_from.empty()) base = find(s.versions, base->masked_from);
  const Dataset* dataset = base ? find(s.datasets, base->dataset) : nullptr;
  if (!dataset) return {};
  auto counts = [&](const DatasetVersion& version) {
    auto kind = change_of(version);
    return kind && (*kind == RowsChange::deletion || !deletions_only);
  };
  // Most datasets have none, and an API asks at each call.
  bool any = std::any_of(dataset->versions.begin(), dataset->versions.end(), [&](const VersionId& one) {
    const DatasetVersion* version = find(s.versions, one);
    return version && counts(*version);
  });
  if (!any) return {};
  Ancestry own, sharing;
  add_ancestry(s, base->id, own);
  std::set<std::string> taken_out;  // lists of the source that this version, or what it was made of, carried out already
  for (const std::string& one : own)
    if (auto version = s.versions.find(one); version != s.versions.end() && version->second.change && version->second.change->list_digest)
      taken_out.insert(hex(*version->second.change->list_digest));
  std::vector<ChangedSince> out;
  for (const VersionId& one : dataset->versions) {
    const DatasetVersion* later = find(s.versions, one);
    if (!later) continue;
    const VersionId* before = find(s.rewritten_from, one);
    bool of_parts = std::any_of(later->parts.begin(), later->parts.end(), [&](const VersionId& part) { return sharing.contains(part.str()); });
    bool mine = own.contains(one.str());
    if (mine || of_parts || (before && sharing.contains(before->str()))) sharing.insert(one.str());
    if (mine || !of_parts || !counts(*later)) continue;
    if (later->change->list_digest && taken_out.contains(hex(*later->change->list_digest))) continue;
    out.push_back({*change_of(*later), base->id, base->number, later->id, later->number, later->at_ms, later->seq});
  }
  return out;
}

}  // namespace

std::vector<ChangedSince> changed_since(const State& s, const VersionId& id) { return changes(s, id, false); }

Status not_taken_back(const State& s, const VersionId& version) {
  const auto deletions = changes(s, version, true);
  if (deletions.empty()) return {};
  return fail(Errc::refused, "contract.rows_taken_back", std::to_string(deletions.front().from_number) + " → " + std::to_string(deletions.front().number));
}

}  // namespace sluice::space
