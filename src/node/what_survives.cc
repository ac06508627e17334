#include "node/what_survives.h"

#include <algorithm>
#include <map>
#include <set>

namespace sluice::node {

using namespace space;

namespace {

// Backups that may hold the wraps: made before the destruction, in an epoch that lives.
Json surviving_backups(const State& s, const KeyWorkItem& item, const std::set<std::string>& roots, TimeMs destroyed_ms) {
  Json out = Json::array();
  TimeMs since = roots.empty() ? 0 : destroyed_ms;  // the first of them came then
  for (const std::string& root : roots)
    if (auto version = s.versions.find(root); version != s.versions.end()) since = std::min(since, version->second.at_ms);
    else since = 0;
  for (const auto& [id, backup] : s.backups) {
    const BackupEpoch* epoch = find(s.epochs, backup.epoch);
    bool before = backup.at_ms <= destroyed_ms && backup.at_ms >= since;
    if (item.work == KeyWork::destroy_epoch || !before || !epoch || epoch->destroyed) continue;
    out.push(Json::object({{"at_ms", backup.at_ms}, {"backup", id}, {"epoch", backup.epoch.str()}}));
  }
  return out;
}

// The epochs of these: what must be closed for the destruction to hold in copies of the backups too.
Json epochs_of_backups(const Json& backups) {
  std::set<std::string> epochs;
  for (const Json& one : backups.as_array()) epochs.insert(one.get_string_or("epoch", "").value_or(""));
  return encode(std::vector<std::string>(epochs.begin(), epochs.end()));
}

// What the work was about: one version, those that were written again without a person, or all of a dataset, those that went before too (what was delivered from them is still out there).
std::set<std::string> roots_of(const State& s, const KeyWorkItem& item) {
  std::set<std::string> out;
  if (!item.version.empty()) out.insert(item.version.str());
  if (item.person)
    for (const Rewrite& one : rewritten_by(s, item)) out.insert(one.version.str());
  const Dataset* dataset = item.whole ? find(s.datasets, item.dataset) : nullptr;
  if (!dataset) return out;
  for (const VersionId& id : dataset->versions) out.insert(id.str());
  return out;
}

// The versions that a version was written again from, back to the first: what was made of one of them has its rows.
std::set<std::string> with_earlier(const State& s, const std::set<std::string>& roots) {
  std::set<std::string> out = roots;
  for (const std::string& root : roots)
    for (auto before = s.rewritten_from.find(root); before != s.rewritten_from.end(); before = s.rewritten_from.find(before->second.str()))
      if (!out.insert(before->second.str()).second) break;
  return out;
}

// Versions with rows of the destroyed ones, however far, and these themselves.
class Family {
 public:
  Family(const State& s, const KeyWorkItem& item, const std::set<std::string>& roots) : state_(s), item_(item) {
    for (const std::string& root : roots) known_[root] = true;
  }
  std::set<std::string> all() {
    std::set<std::string> out;
    for (const auto& [id, version] : state_.versions)
      if (has_rows(version.id)) out.insert(id);
    return out;
  }

 private:
  bool has_rows(const VersionId& id) {
    auto [at, fresh] = known_.emplace(id.str(), false);
    if (!fresh) return at->second;
    bool out = look(id);
    known_[id.str()] = out;
    return out;
  }
  bool look(const VersionId& id) {
    const DatasetVersion* version = find(state_.versions, id);
    if (!version) return false;
    // Written again, it has what the one before had, but for what was taken out.
    if (const VersionId* before = find(state_.rewritten_from, id)) {
      const Rewrite* rewrite = find(state_.rewrites, *before);
      return !(rewrite && without_the_rows(state_, item_, *rewrite)) && has_rows(*before);
    }
    if (!version->masked_from.empty() && has_rows(version->masked_from)) return true;
    return std::any_of(version->parts.begin(), version->parts.end(), [&](const VersionId& part) { return has_rows(part); });
  }
  const State& state_;
  const KeyWorkItem& item_;
  std::map<std::string, bool> known_;
};

// The version that a version is today, if it lives and still has the rows.
std::optional<VersionId> as_it_is(const State& s, const KeyWorkItem& item, VersionId id) {
  for (const Rewrite* rewrite = find(s.rewrites, id); rewrite; rewrite = find(s.rewrites, id)) {
    if (without_the_rows(s, item, *rewrite)) return std::nullopt;
    id = rewrite->new_version;
  }
  const DestroyedKeys* gone = find(s.destroyed, id);
  return gone && gone->whole ? std::nullopt : std::optional(id);
}

bool lives(const State& s, const std::string& version) {
  auto gone = s.destroyed.find(version);
  return gone == s.destroyed.end() || !gone->second.whole;
}

Json surviving_versions(const State& s, const KeyWorkItem& item, const std::set<std::string>& roots, const std::set<std::string>& family) {
  std::set<std::string> out;
  for (const std::string& id : family)
    if (id != item.version.str() && lives(s, id)) out.insert(id);
  // Of one person: wherever else a search found rows, held, masked, kept longer or left.
  const SubjectRequest* request = item.person && item.request ? find(s.subject_requests, *item.request) : nullptr;
  if (request)
    for (const FoundRows& rows : request->found)
      if (auto at = rows.raw() ? version_with(s, *request, rows) : as_it_is(s, item, rows.version)) out.insert(at->str());
  // The held rows of a batch stay while other versions of the batch do.
  for (const std::string& root : roots) {
    auto version = s.versions.find(root);
    const Batch* batch = version != s.versions.end() ? find(s.batches, version->second.batch) : nullptr;
    if (batch && !batch->held_version.empty() && lives(s, batch->held_version.str())) out.insert(batch->held_version.str());
  }
  return encode(std::vector<std::string>(out.begin(), out.end()));
}

bool shares_column(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& name) { return std::find(b.begin(), b.end(), name) != b.end(); });
}

Json surviving_deliveries(const State& s, const KeyWorkItem& item, const std::set<std::string>& family) {
  Json out = Json::array();
  for (const auto& [id, release] : s.releases) {
    bool delivered = release.status == ReleaseStatus::delivered || release.calls > 0;
    bool touched = item.work != KeyWork::destroy_columns || shares_column(release.columns, item.columns);
    if (!delivered || !touched || !family.contains(release.version.str())) continue;
    const Contract* contract = find(s.contracts, release.contract);
    out.push(Json::object({{"at_ms", release.at_ms}, {"contract", release.contract.str()}, {"recipient", contract ? contract->terms.recipient.str() : ""},
                           {"release", id}, {"rows", release.rows}}));
  }
  return out;
}

// Where rows of what was destroyed stand besides: versions that it was made of, and datasets that hold the same rows.
Json copies_of_rows(const State& s, const KeyWorkItem& item, const std::set<std::string>& roots) {
  Json out = Json::array();
  std::set<std::string> before, datasets;
  std::vector<VersionId> next;
  if (!item.dataset.empty()) datasets.insert(item.dataset.str());
  for (const std::string& root : roots) {
    auto version = s.versions.find(root);
    if (version == s.versions.end()) continue;
    datasets.insert(version->second.dataset.str());
    if (item.whole) continue;  // all that they were made of went too
    next.insert(next.end(), version->second.parts.begin(), version->second.parts.end());
    if (!version->second.masked_from.empty()) next.push_back(version->second.masked_from);
  }
  while (!next.empty()) {
    const DatasetVersion* one = find(s.versions, next.back());
    next.pop_back();
    if (!one || !before.insert(one->id.str()).second) continue;
    next.insert(next.end(), one->parts.begin(), one->parts.end());
    if (!one->masked_from.empty()) next.push_back(one->masked_from);
  }
  std::set<std::string> today;
  for (const std::string& id : before)
    if (auto at = as_it_is(s, item, s.versions.at(id).id)) today.insert(at->str());
  for (const std::string& id : today) out.push(Json::object({{"dataset", s.versions.at(id).dataset.str()}, {"version", id}}));
  for (const auto& [key, pair] : s.same_rows) {
    bool first = datasets.contains(pair.dataset.str()), second = datasets.contains(pair.other.str());
    if (!pair.same || first == second) continue;  // a person is looked for in both
    const DatasetId& other = first ? pair.other : pair.dataset;
    if (!sealed_of(s, other).empty()) out.push(Json::object({{"dataset", other.str()}, {"version", ""}}));
  }
  return out;
}

// Files that left by law, with columns of what was destroyed.
Json surviving_provisions(const State& s, const KeyWorkItem& item, const std::set<std::string>& family) {
  Json out = Json::array();
  for (const auto& [id, provision] : s.provisions) {
    bool touched = item.work != KeyWork::destroy_columns || shares_column(provision.form.columns, item.columns);
    if (provision.delivered_ms == 0 || !touched || !family.contains(provision.form.version.str())) continue;
    out.push(Json::object({{"at_ms", provision.delivered_ms}, {"certified_ms", provision.destruction ? provision.destruction->at_ms : 0}, {"provision", id}, {"rows", provision.rows}}));
  }
  return out;
}

// Contracts that still name what is gone, and decisions to keep it that the approval went before.
Json contracts_left(const State& s, const std::set<std::string>& roots, TimeMs now) {
  Json out = Json::array();
  for (const auto& [id, contract] : s.contracts)
    if (contract.status == ContractStatus::active && now < contract.terms.expires_ms && roots.contains(contract.terms.version.str())) out.push(Json(id));
  return out;
}
// Of one person: the versions with rows that stay for now, kept longer or not to be written again.
std::set<std::string> places_left(const State& s, const KeyWorkItem& item, TimeMs now) {
  const SubjectRequest* request = item.person && item.request ? find(s.subject_requests, *item.request) : nullptr;
  std::set<std::string> out;
  if (request)
    for (const PersonPlace& place : places_of_person(s, *request, now)) out.insert(place.version.str());
  return out;
}
Json holds_left(const State& s, const std::set<std::string>& roots, TimeMs now) {
  Json out = Json::array();
  for (const std::string& id : roots) {
    auto term = s.retention_terms.find(id);
    if (term != s.retention_terms.end() && term->second.holds(now)) out.push(Json::object({{"until_ms", term->second.until_ms}, {"version", id}}));
  }
  return out;
}

}  // namespace

Json what_survives(const State& s, const KeyWorkItem& item, TimeMs now) {
  const std::set<std::string> roots = roots_of(s, item), earlier = with_earlier(s, roots), family = Family(s, item, earlier).all();
  std::set<std::string> held = roots;
  held.merge(places_left(s, item, now));
  Json backups = surviving_backups(s, item, roots, now), epochs = epochs_of_backups(backups);
  return Json::object({{"backups", std::move(backups)},
                       {"epochs_open", std::move(epochs)},
                       {"deliveries", surviving_deliveries(s, item, family)},
                       {"provisions", surviving_provisions(s, item, family)},
                       {"contracts", contracts_left(s, roots, now)},
                       {"holds", holds_left(s, held, now)},
                       {"same_rows", copies_of_rows(s, item, roots)},
                       {"versions", surviving_versions(s, item, roots, family)}});
}

}  // namespace sluice::node
