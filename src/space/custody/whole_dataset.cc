#include "space/custody/whole_dataset.h"

#include <algorithm>
#include <set>

#include "crypto/hash.h"
#include "space/collection/held_columns.h"
#include "space/custody/destruction_checks.h"
#include "space/guard.h"

namespace sluice::space {

namespace {

bool is_gone(const State& s, const VersionId& id) {
  const DestroyedKeys* gone = find(s.destroyed, id);
  return gone && gone->whole;
}

// A term that somebody set keeps the whole, unless the paper that approves the destruction was entered after it.
Status not_kept(const State& s, const Context& c, const VersionId& id, const std::optional<PaperId>& approval) {
  const Paper* paper = approval ? find(s.papers, *approval) : nullptr;
  for (const RetentionTerm* term : terms_of(s, id)) {
    bool lifted = paper && paper->at_ms >= term->at_ms && approved_on_paper(s, c, id, approval);
    if (term->holds(c.now) && !lifted) return fail(Errc::refused, "keys.kept_longer", id.str() + " " + rfc3339(term->until_ms).substr(0, 10));
  }
  return {};
}

Status may_go(const State& s, const Context& c, const DatasetId& dataset, const std::optional<PaperId>& approval, const std::optional<std::vector<ContractId>>& contracts) {
  // The last day of all is named, so that nobody comes back for each version.
  TimeMs end = whole_retention_ahead(s, c, dataset);
  const auto versions = sealed_of(s, dataset);
  for (const VersionId& id : versions) TRY(not_kept(s, c, id, approval));
  if (end > 0 && !approval) return fail(Errc::refused, "keys.retention_not_over", rfc3339(end).substr(0, 10));
  for (const VersionId& id : versions) {
    if (approval && !approved_on_paper(s, c, id, approval)) return fail(Errc::refused, "keys.no_destruction_approval");
    TRY(contracts_named(s, KeyWork::destroy_version, id, {}, contracts, c.now));
  }
  return {};
}

}  // namespace

Digest digest_of_whole(const std::vector<VersionId>& versions) { return sm3(view(canonical(encode(versions)))); }

std::vector<VersionId> sealed_of(const State& s, const DatasetId& id) {
  std::set<std::string> found;
  if (const Dataset* dataset = find(s.datasets, id))
    for (const VersionId& version : dataset->versions)
      if (!is_gone(s, version)) found.insert(version.str());
  for (const auto& [batch_id, batch] : s.batches)
    if (batch.dataset == id && !batch.held_version.empty() && !is_gone(s, batch.held_version)) found.insert(batch.held_version.str());
  std::vector<VersionId> out;
  for (const std::string& text : found)
    if (auto version = VersionId::parse(text)) out.push_back(*version);
  return out;
}

TimeMs whole_retention_ahead(const State& s, const Context& c, const DatasetId& dataset) {
  TimeMs last = 0;
  for (const VersionId& id : sealed_of(s, dataset)) last = std::max(last, retention_ahead(s, c, KeyWork::destroy_version, id));
  return last;
}

Result<WholeDataset> whole_fits(const State& s, const Context& c, const Person& person, const ProposeKeyWork& cmd) {
  const Dataset* dataset = cmd.dataset ? find(s.datasets, *cmd.dataset) : nullptr;
  if (!dataset || dataset->owner != person.party) return fail(Errc::not_found, "dataset.not_found");
  TRY(takes_data(s, dataset->id));
  if (!cmd.version.empty() || !cmd.columns.empty() || !cmd.epoch.empty() || cmd.request) return fail(Errc::invalid, "keys.whole_dataset_alone");
  const auto versions = sealed_of(s, dataset->id);
  if (versions.empty()) return fail(Errc::conflict, "keys.nothing_sealed");
  if (versions.size() > kWholeVersionsMax) return fail(Errc::exhausted, "keys.dataset_too_large", std::to_string(kWholeVersionsMax));
  TRY(may_go(s, c, dataset->id, cmd.approval, cmd.contracts));
  return WholeDataset{static_cast<int64_t>(versions.size()), digest_of_whole(versions)};
}

Status whole_unchanged(const State& s, const KeyWorkItem& item) {
  if (!item.whole) return {};
  const auto versions = sealed_of(s, item.dataset);
  bool same = static_cast<int64_t>(versions.size()) == item.whole->versions && digest_of_whole(versions) == item.whole->list;
  return same ? Status{} : fail(Errc::conflict, "keys.dataset_changed", std::to_string(item.whole->versions) + " → " + std::to_string(versions.size()));
}

Result<Events> destroy_whole(const State& s, const Context& c, const KeyWorkItem& item) {
  TRY(takes_data(s, item.dataset));
  TRY(whole_unchanged(s, item));
  // Terms, papers and contracts may have changed since the proposal.
  TRY(may_go(s, c, item.dataset, item.approval, item.contracts));
  const auto versions = sealed_of(s, item.dataset);
  Events events;
  for (const VersionId& id : versions) {
    auto columns = columns_of_sealed(s, id);
    events.push_back(KeysDestroyed{item.id, item.dataset, id, columns, true});
    end_grants(s, id, columns, events);
  }
  events.push_back(DatasetDestroyed{item.id, item.dataset, static_cast<int64_t>(versions.size())});
  return events;
}

std::vector<std::string> columns_of_sealed(const State& s, const VersionId& id) {
  auto sealed = sealed_version(s, id);
  return sealed ? sealed->columns : std::vector<std::string>();
}

}  // namespace sluice::space
