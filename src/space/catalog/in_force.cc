#include "space/catalog/in_force.h"

#include <algorithm>
#include <set>

namespace sluice::space {

namespace {

// The version in whose place this one was written, if any.
const DatasetVersion* written_anew_of(const State& s, const DatasetVersion& version) {
  const VersionId* before = find(s.rewritten_from, version.id);
  return before ? find(s.versions, *before) : nullptr;
}

const DatasetVersion& origin_of(const State& s, const DatasetVersion& version) {
  const DatasetVersion* at = &version;
  while (const DatasetVersion* before = written_anew_of(s, *at)) at = before;
  return *at;
}

// When its rows came: the last of them.
uint64_t came_at(const State& s, const DatasetVersion& version) {
  const DatasetVersion& origin = origin_of(s, version);
  uint64_t last = 0;
  for (const VersionId& part : origin.parts)
    if (const DatasetVersion* one = find(s.versions, part)) last = std::max(last, came_at(s, *one));
  return origin.parts.empty() ? origin.seq : last;
}

// Rows of a batch that were held first and corrected since, and nothing else.
bool is_fragment(const State& s, const DatasetVersion& version) {
  const DatasetVersion& origin = origin_of(s, version);
  const Batch* batch = find(s.batches, origin.batch);
  return batch && !batch->version.empty() && batch->version != origin.id;
}

}  // namespace

VersionInForce version_in_force(const State& s, const DatasetId& id) {
  const Dataset* dataset = find(s.datasets, id);
  if (!dataset) return {};
  std::vector<const DatasetVersion*> living;
  std::set<std::string> used;
  for (const VersionId& one : dataset->versions) {
    const DatasetVersion* version = find(s.versions, one);
    const DestroyedKeys* gone = find(s.destroyed, one);
    if (!version || !version->masked_from.empty() || (gone && gone->whole)) continue;
    living.push_back(version);
    for (const VersionId& part : version->parts) used.insert(part.str());
  }
  const DatasetVersion* best = nullptr;
  int64_t candidates = 0;
  for (const DatasetVersion* version : living) {
    if (used.contains(version->id.str())) continue;
    candidates++;
    if (!best) {
      best = version;
      continue;
    }
    bool whole = !is_fragment(s, *version), best_whole = !is_fragment(s, *best);
    auto place = [&](const DatasetVersion& v) { return std::pair(came_at(s, v), v.seq); };
    if (whole != best_whole ? whole : place(*version) > place(*best)) best = version;
  }
  if (!best) return {};
  return {best->id, best->number, best->rows, candidates - 1};
}

}  // namespace sluice::space
