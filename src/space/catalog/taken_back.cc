#include "space/catalog/taken_back.h"

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

bool share_rows(const Ancestry& a, const Ancestry& b) {
  for (const std::string& one : a)
    if (b.contains(one)) return true;
  return false;
}

std::optional<RowsChange> change_of(const DatasetVersion& version) {
  if (!version.change) return std::nullopt;
  if (version.change->removed.value_or(0) > 0) return RowsChange::deletion;
  if (version.change->superseded.value_or(0) > 0 || version.change->correction) return RowsChange::correction;
  return std::nullopt;
}

}  // namespace

std::vector<ChangedSince> changed_since(const State& s, const VersionId& id) {
  const DatasetVersion* base = find(s.versions, id);
  while (base && !base->masked_from.empty()) base = find(s.versions, base->masked_from);
  const Dataset* dataset = base ? find(s.datasets, base->dataset) : nullptr;
  if (!dataset) return {};
  std::vector<ChangedSince> out;
  Ancestry own;
  for (const VersionId& one : dataset->versions) {
    const DatasetVersion* later = find(s.versions, one);
    auto kind = later && later != base ? change_of(*later) : std::nullopt;
    if (!kind) continue;
    if (own.empty()) add_ancestry(s, base->id, own);
    if (own.contains(later->id.str())) continue;
    Ancestry before;
    for (const VersionId& part : later->parts) add_ancestry(s, part, before);
    if (share_rows(own, before)) out.push_back({*kind, base->id, base->number, later->id, later->number, later->at_ms, later->seq});
  }
  return out;
}

Status not_taken_back(const State& s, const VersionId& version) {
  for (const ChangedSince& change : changed_since(s, version))
    if (change.kind == RowsChange::deletion)
      return fail(Errc::refused, "contract.rows_taken_back", std::to_string(change.from_number) + " → " + std::to_string(change.number));
  return {};
}

}  // namespace sluice::space
