#include "space/custody/one_person.h"

#include <algorithm>
#include <map>
#include <set>

#include "space/custody/destruction_checks.h"
#include "space/guard.h"

namespace sluice::space {

namespace {

bool is_kept(const State& s, const VersionId& id, TimeMs now) {
  const auto terms = terms_of(s, id);
  return std::any_of(terms.begin(), terms.end(), [&](const RetentionTerm* term) { return term->holds(now); });
}

// Which, and until when, as of a whole dataset.
std::string kept_until(const State& s, const VersionId& id, TimeMs now) {
  TimeMs until = 0;
  for (const RetentionTerm* term : terms_of(s, id))
    if (term->holds(now)) until = std::max(until, term->until_ms);
  return id.str() + " " + rfc3339(until).substr(0, 10);
}

// The number stands for the person, in a column that the grading confirmed as identifying people.
Status known_there(const State& s, const SubjectRequest& r, const VersionId& version, const FoundAt& at) {
  const SubjectLink* link = at.linked ? r.link(*at.linked) : nullptr;
  if (at.linked && !(link && link->status == LinkStatus::confirmed)) return fail(Errc::refused, "law.link_not_confirmed");
  const DatasetVersion* of = find(s.versions, version);
  const Dataset* dataset = of ? find(s.datasets, of->dataset) : nullptr;
  if (!dataset || dataset->owner != r.owner) return fail(Errc::not_found, "version.not_found");
  const CatalogField* field = dataset->column(at.column);
  return field && field->confirmed && field->identifying ? Status{} : fail(Errc::refused, "keys.column_names_no_person", at.column);
}

bool takes_out_rows(const KeyWorkItem* work, const std::optional<SubjectRequestId>& request) {
  return work && request && work->request == request && (work->work == KeyWork::destroy_person || work->work == KeyWork::destroy_rows);
}

// Whether a version has rows of those that were found: it is one of them, or was made of one. Written again without the person it has none.
class Holders {
 public:
  Holders(const State& s, const SubjectRequest& r) : state_(s), request_(r.id) {
    for (const FoundRows& rows : r.found)
      if (rows.raw()) known_[rows.version.str()] = true;
  }
  bool holds(const VersionId& id) {
    auto [at, fresh] = known_.emplace(id.str(), false);
    if (!fresh) return at->second;
    bool out = look(id);
    known_[id.str()] = out;
    return out;
  }

 private:
  bool look(const VersionId& id) {
    if (const VersionId* before = find(state_.rewritten_from, id)) {
      const Rewrite* rewrite = find(state_.rewrites, *before);
      const KeyWorkItem* work = rewrite ? find(state_.key_works, rewrite->key_work) : nullptr;
      return !takes_out_rows(work, request_) && holds(*before);
    }
    const DatasetVersion* version = find(state_.versions, id);
    return version && std::any_of(version->parts.begin(), version->parts.end(), [&](const VersionId& part) { return holds(part); });
  }
  const State& state_;
  SubjectRequestId request_;
  std::map<std::string, bool> known_;
};

// When a version was made: what corrects another is as old as that, and was written when the correction was done.
TimeMs made_at(const State& s, const DatasetVersion& version) {
  TimeMs out = version.at_ms;
  for (const auto& [id, correction] : s.row_corrections)
    if (correction.new_version == version.id) out = std::max(out, correction.done_ms);
  return out;
}

}  // namespace

Status search_is_current(const State& s, const SubjectRequest& r) {
  Holders holders(s, r);
  for (const auto& [id, version] : s.versions) {
    const DestroyedKeys* gone = find(s.destroyed, version.id);
    if (!version.masked_from.empty() || (gone && gone->whole) || version.parts.empty() || !holders.holds(version.id)) continue;
    // Written again for another's sake it is what it was: the first one's day counts.
    const DatasetVersion* first = &version;
    for (const VersionId* before = find(s.rewritten_from, first->id); before && find(s.versions, *before); before = find(s.rewritten_from, first->id)) first = find(s.versions, *before);
    if (first->parts.empty() || made_at(s, *first) <= r.searched_ms.value_or(0)) continue;
    return fail(Errc::conflict, "law.search_outdated", id);
  }
  return {};
}

Digest digest_of_found(const std::vector<FoundAt>& found) { return sm3(view(canonical(encode(found)))); }

std::vector<FoundAt> found_of_person(const SubjectRequest& r) {
  std::vector<FoundAt> out;
  for (const FoundRows& rows : r.found)
    if (rows.raw()) out.push_back({rows.version, rows.column, rows.by});
  return out;
}

std::vector<PersonPlace> places_of_person(const State& s, const SubjectRequest& r, TimeMs now) {
  std::vector<PersonPlace> out;
  std::map<std::string, size_t> at;
  for (const FoundRows& rows : r.found) {
    auto version = rows.raw() ? version_with(s, r, rows) : std::nullopt;
    if (!version) continue;
    auto [place, fresh] = at.emplace(version->str(), out.size());
    if (fresh) out.push_back({*version, {}, is_kept(s, *version, now)});
    out[place->second].by.push_back({rows.version, rows.column, rows.by});
  }
  return out;
}

const KeyWorkItem* person_work_in_hand(const State& s, const SubjectRequestId& request, TimeMs now) {
  for (const auto& [id, item] : s.key_works) {
    bool open = item.status == KeyWorkStatus::approved || (item.status == KeyWorkStatus::proposed && now < item.lapses_ms);
    if (item.work == KeyWork::destroy_person && item.request == request && open) return &item;
  }
  return nullptr;
}

std::vector<Rewrite> rewritten_by(const State& s, const KeyWorkItem& item) {
  std::vector<Rewrite> out;
  for (const auto& [id, rewrite] : s.rewrites)
    if (rewrite.key_work == item.id) out.push_back(rewrite);
  return out;
}

bool without_the_rows(const State& s, const KeyWorkItem& item, const Rewrite& rewrite) {
  return rewrite.key_work == item.id || takes_out_rows(find(s.key_works, rewrite.key_work), item.request);
}

Result<PersonRows> person_fits(const State& s, const Context& c, const Person& person, const ProposeKeyWork& cmd) {
  if (!cmd.version.empty() || !cmd.columns.empty() || !cmd.epoch.empty() || cmd.approval || cmd.contracts || cmd.linked) return fail(Errc::invalid, "keys.person_alone");
  const SubjectRequest* r = cmd.request ? find(s.subject_requests, *cmd.request) : nullptr;
  // A consent that was withdrawn ends the use of the data, and they wait for the end of their retention: version by version.
  if (!r || r->owner != person.party || r->what != "delete" || r->status != SubjectRequestStatus::granted) return fail(Errc::refused, "keys.no_granted_request");
  if (!r->searched_ms) return fail(Errc::refused, "law.not_searched");
  TRY(links_searched(*r));
  TRY(search_is_current(s, *r));
  if (const KeyWorkItem* before = person_work_in_hand(s, r->id, c.now)) return fail(Errc::conflict, "keys.person_in_hand", before->id.str());
  const auto places = places_of_person(s, *r, c.now);
  if (places.empty()) return fail(Errc::conflict, "law.nothing_found");
  if (places.size() > kPersonVersionsMax) return fail(Errc::exhausted, "keys.person_too_many_versions", std::to_string(kPersonVersionsMax));
  PersonRows out{.versions = 0, .kept = 0, .list = digest_of_found(found_of_person(*r))};
  for (const PersonPlace& place : places) {
    for (const FoundAt& at : place.by) TRY(known_there(s, *r, place.version, at));
    (place.kept ? out.kept : out.versions)++;
  }
  if (out.versions == 0) return fail(Errc::refused, "keys.kept_longer", kept_until(s, places.front().version, c.now));
  return out;
}

Status person_unchanged(const State& s, const KeyWorkItem& item) {
  if (!item.person) return {};
  const SubjectRequest* r = item.request ? find(s.subject_requests, *item.request) : nullptr;
  if (!r || digest_of_found(found_of_person(*r)) != item.person->list) return fail(Errc::conflict, "keys.person_changed");
  TRY(links_searched(*r));
  return search_is_current(s, *r);
}

Status person_lets_go(const State& s, const Context& c, const KeyWorkItem& item, const VersionId& version) {
  const SubjectRequest* r = item.request ? find(s.subject_requests, *item.request) : nullptr;
  if (!r || r->what != "delete" || r->status != SubjectRequestStatus::granted) return fail(Errc::refused, "keys.no_granted_request");
  // Of what it was written from alone: thousands of versions ask this one after the other.
  std::set<std::string> before{version.str()};
  for (const VersionId* from = find(s.rewritten_from, version); from && before.insert(from->str()).second;) from = find(s.rewritten_from, *from);
  bool found = std::any_of(r->found.begin(), r->found.end(), [&](const FoundRows& rows) {
    return rows.raw() && before.contains(rows.version.str()) && version_with(s, *r, rows) == version;
  });
  if (!found) return fail(Errc::conflict, "law.nothing_found");
  // That the columns name people was decided at the proposal: a grade changed since does not stop what was witnessed.
  return is_kept(s, version, c.now) ? Status(fail(Errc::refused, "keys.kept_longer", kept_until(s, version, c.now))) : Status();
}

Result<Events> person_destroyed(const State& s, const Context& c, const KeyWorkItem& item, int64_t counted) {
  if (item.work != KeyWork::destroy_person || !item.request) return fail(Errc::conflict, "keys.other_work");
  PersonRowsDestroyed done{.key_work = item.id, .request = *item.request, .versions = 0, .rows_removed = 0, .kept = 0};
  int64_t left = 0;
  if (const SubjectRequest* r = find(s.subject_requests, *item.request))
    for (const PersonPlace& place : places_of_person(s, *r, c.now)) {
      (place.kept ? done.kept : left)++;
      if (left > counted) return fail(Errc::conflict, "law.request_rows_left", place.version.str());
    }
  for (const Rewrite& one : rewritten_by(s, item)) {
    done.versions++;
    done.rows_removed += one.rows_removed;
  }
  if (left != counted) return fail(Errc::conflict, "law.request_rows_left", std::to_string(left));
  // Nothing went: that is a work that failed.
  if (left > 0 && done.versions == 0) return fail(Errc::conflict, "keys.work_not_done");
  if (left > 0) done.left = left;
  return Events{std::move(done)};
}

}  // namespace sluice::space
