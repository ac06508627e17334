#include <algorithm>
#include <set>

#include "space/custody/destruction_checks.h"
#include "space/decisions.h"
#include "space/fold.h"

namespace sluice::space {

namespace {

const std::vector<std::string> kRequestDesk{"data_manager", "pi_officer"};

Result<const SubjectRequest*> own_request(const State& s, const Person& person, const SubjectRequestId& id) {
  const SubjectRequest* r = find(s.subject_requests, id);
  if (!r || r->owner != person.party) return fail(Errc::not_found, "law.request_not_found");
  return r;
}

constexpr size_t kSearchedMax = 150;  // of one portion, and of one report: an entry holds 64 KiB, and a commit only so many
constexpr size_t kLinksMax = 50;
constexpr TimeMs kSearchGrantMs = kHourMs;

// What the catalog confirms as naming people among these columns of a dataset, where it can hold a number that the request is about.
struct Identifying {
  std::vector<std::string> columns;  // searched
  std::vector<std::string> links;    // hold other kinds of numbers of a person
  bool graded = true;                // somebody confirmed every column
  bool any = false, searched = false;  // a column names people; one of a kind that is searched for does
};

// In a masked column equal people have equal cells, and the cell of one person can be made again: as it was, or by a key.
bool finds_people_again(std::string_view technique) {
  return technique == "keep" || technique == "pseudonym" || technique == "format_preserving" || technique == "encrypt";
}

struct SearchPlan {
  Events grants;
  int64_t raw = 0;
  std::vector<NotSearched> not_searched;
  std::optional<std::string> rest;  // the last place of this portion, where more come after it
};

class SearchPlanner {
 public:
  SearchPlanner(const State& s, const Context& c, const SubjectRequest& r) : s_(s), c_(c), r_(r) {
    if (r.identifier_kind) kinds_.insert(*r.identifier_kind);
    for (const SubjectLink& one : r.links)
      if (one.status == LinkStatus::confirmed) kinds_.insert(one.link.kind);
  }

  // The next portion: versions by their id, then batches with held rows by theirs, beginning after the last one of the portion before.
  Result<SearchPlan> plan(const std::optional<std::string>& after) {
    bool in_batches = after && BatchId::parse(*after).has_value();
    auto version = after ? s_.versions.upper_bound(*after) : s_.versions.begin();
    for (; !in_batches && version != s_.versions.end(); ++version) {
      const Dataset* dataset = own(version->second.dataset);
      if (!dataset) continue;
      if (is_full()) return std::move(out_);
      out_.rest = version->first;
      version->second.masked_from.empty() ? take_raw(*dataset, version->second) : take_masked(*dataset, version->second);
    }
    for (auto batch = in_batches ? s_.batches.upper_bound(*after) : s_.batches.begin(); batch != s_.batches.end(); ++batch) {
      const Dataset* dataset = own(batch->second.dataset);
      if (!dataset || batch->second.held_version.empty()) continue;
      if (is_full()) return std::move(out_);
      out_.rest = batch->first;
      take_held(*dataset, batch->second);
    }
    out_.rest.reset();
    // Nothing that names people is an answer too, unless somebody has to say first what the columns are.
    bool ungraded = std::any_of(out_.not_searched.begin(), out_.not_searched.end(), [](const NotSearched& n) { return n.reason == "law.search_not_graded"; });
    if (!after && out_.grants.empty() && ungraded) return fail(Errc::conflict, "law.nothing_to_search");
    return std::move(out_);
  }

 private:
  const Dataset* own(const DatasetId& id) const {
    const Dataset* dataset = find(s_.datasets, id);
    return dataset && dataset->owner == r_.owner && (r_.dataset.empty() || r_.dataset == id) ? dataset : nullptr;
  }

  // Numbers are compared with columns of their kind; a request that does not say of which kind its number is, with all that name people.
  Identifying identifying_among(const Dataset& dataset, const std::vector<std::string>& columns) const {
    Identifying out;
    for (const std::string& column : columns) {
      const CatalogField* field = dataset.column(column);
      if (!field || !field->confirmed) out.graded = false;
      if (!field || !field->confirmed || !field->identifying) continue;
      out.any = true;
      bool searched = !r_.identifier_kind || is_searched(field->type);
      out.searched |= searched;
      if (searched) {
        out.columns.push_back(column);
      } else if (c_.rules.law.number_in(field->type)) {
        out.links.push_back(column);
      }
    }
    return out;
  }
  bool is_searched(const std::string& type) const {
    return std::any_of(kinds_.begin(), kinds_.end(), [&](const std::string& kind) {
      const rules::LawPersonNumber* number = c_.rules.law.number(kind);
      return number && std::find(number->types.begin(), number->types.end(), type) != number->types.end();
    });
  }

  // One place may be granted and named as not wholly searched: each list has room for one more.
  bool is_full() const { return out_.grants.size() >= kSearchedMax || out_.not_searched.size() >= kSearchedMax; }

  void take_raw(const Dataset& dataset, const DatasetVersion& version) {
    Identifying all = identifying_among(dataset, version.columns);
    std::vector<std::string> left = without_destroyed(version.id, all.columns), links = without_destroyed(version.id, all.links);
    if (!left.empty()) {
      out_.raw++;
      left.insert(left.end(), links.begin(), links.end());
    }
    take(dataset, version.id, SearchedIn::version, all, std::move(left));
  }

  void take_masked(const Dataset& dataset, const DatasetVersion& version) {
    const MaskingResult* masking = find(s_.maskings, version.id);
    Identifying all = identifying_among(dataset, version.columns);
    if (masking && masking->is_aggregate()) {
      cannot(dataset, version.id, SearchedIn::masked, "law.search_aggregate");
      return;
    }
    std::erase_if(all.columns, [&](const std::string& name) {
      const MaskedColumn* column = masking ? masking->column(name) : nullptr;
      return !column || !finds_people_again(column->technique);
    });
    // What names people in the source was masked beyond finding anybody: that is said, not that there is nothing.
    if (all.columns.empty()) {
      cannot(dataset, version.id, SearchedIn::masked, all.any && !all.searched ? "law.search_other_identifier" : "law.search_masked");
      return;
    }
    all.graded = true;
    take(dataset, version.id, SearchedIn::masked, all, without_destroyed(version.id, all.columns));
  }

  void take_held(const Dataset& dataset, const Batch& batch) {
    const Plan* plan = find(s_.plans, batch.plan);
    if (!plan) return;
    std::vector<std::string> names;
    for (const PlanField& f : plan->plan_fields) names.push_back(f.name);
    Identifying all = identifying_among(dataset, names);
    std::vector<std::string> cells;
    for (const std::string& name : all.columns) cells.push_back(std::string(kHeldCellPrefix) + name);
    take(dataset, batch.held_version, SearchedIn::held, all, without_destroyed(batch.held_version, cells));
  }

  std::vector<std::string> without_destroyed(const VersionId& version, std::vector<std::string> columns) const {
    if (const DestroyedKeys* gone = find(s_.destroyed, version))
      std::erase_if(columns, [&](const std::string& name) { return gone->whole || gone->has(name); });
    return columns;
  }

  // A grant for what is left of the columns that name people; else why there is none.
  void take(const Dataset& dataset, const VersionId& version, SearchedIn in, const Identifying& all, std::vector<std::string> left) {
    if (!all.graded) cannot(dataset, version, in, "law.search_not_graded");
    if (left.empty()) {
      if (all.graded) cannot(dataset, version, in, !all.any ? "law.search_no_identifier" : !all.searched ? "law.search_other_identifier" : "law.search_destroyed");
      return;
    }
    out_.grants.push_back(KeysGranted{.grant = GrantId::make(c_.random), .dataset = dataset.id, .version = version, .columns = std::move(left),
                                      .work = Work::find_person, .release = {}, .expires_ms = c_.now + kSearchGrantMs});
  }

  void cannot(const Dataset& dataset, const VersionId& version, SearchedIn in, std::string_view reason) {
    out_.not_searched.push_back({dataset.id, version, in, std::string(reason)});
  }

  const State& s_;
  const Context& c_;
  const SubjectRequest& r_;
  std::set<std::string> kinds_;  // of the numbers that are searched for
  SearchPlan out_;
};

// What two witnesses agreed to take out is what was found by then.
Status no_deletion_in_hand(const State& s, const SubjectRequest& r, TimeMs now) {
  const KeyWorkItem* work = person_work_in_hand(s, r.id, now);
  return work && work->status == KeyWorkStatus::approved ? Status(fail(Errc::conflict, "law.deletion_in_hand", work->id.str())) : Status{};
}

// Whether a deletion is done: nothing is left of what a search found, and a key work that is named was one for this request.
Status deletion_done(const State& s, const SubjectRequest& r, const KeyWorkId& key_work) {
  if (!r.searched_ms) return fail(Errc::refused, "law.not_searched");
  TRY(links_searched(r));
  TRY(search_is_current(s, r));
  bool any = false;
  for (const FoundRows& rows : r.found) {
    if (!rows.raw()) continue;
    any = true;
    if (auto left = version_with(s, r, rows)) return fail(Errc::refused, "law.request_rows_left", left->str());
  }
  if (!any && key_work.empty()) return {};
  const KeyWorkItem* work = find(s.key_works, key_work);
  bool of_this = work && work->status == KeyWorkStatus::done && is_destruction(work->work) && work->request == r.id;
  return of_this ? Status{} : fail(Errc::refused, "law.request_needs_destruction");
}

// The consents that a granted withdrawal ends: the one named, else all of that person at this controller.
void withdraw_all(const State& s, const SubjectRequest& r, const std::string& reason, Events& events) {
  for (const SubjectId& reference : references_of(s, r.subject)) {
    auto of = s.consents_of.find(reference.str());
    if (of == s.consents_of.end()) continue;
    for (const ConsentId& id : of->second) {
      const Consent& consent = s.consents.at(id.str());
      if (consent.withdrawn || consent.owner != r.owner || (!r.consent.empty() && r.consent != id)) continue;
      events.push_back(ConsentWithdrawn{id, consent.form.subject, reason});
    }
  }
}

}  // namespace

std::vector<SubjectId> references_of(const State& s, const SubjectId& subject) {
  std::vector<SubjectId> out{subject};
  for (const auto& [id, r] : s.subject_requests) {
    if (r.subject != subject) continue;
    for (const SubjectId& link : r.confirmed_links())
      if (std::find(out.begin(), out.end(), link) == out.end()) out.push_back(link);
  }
  return out;
}

int64_t reported_places(const SubjectRequest& r) { return static_cast<int64_t>(r.found.size() + (r.not_searched ? r.not_searched->size() : 0)); }

// Written again for another's sake, a version still holds the rows: they are looked for in the one that came of it.
std::optional<VersionId> version_with(const State& s, const SubjectRequest& r, const FoundRows& rows) {
  VersionId version = rows.version;
  for (size_t step = 0; step <= s.versions.size(); step++) {
    const DestroyedKeys* gone = find(s.destroyed, version);
    if (!gone || !(gone->whole || gone->has(rows.column))) {
      // The column may have gone before the version was written again.
      const DatasetVersion* at = find(s.versions, version);
      bool there = !at || std::find(at->columns.begin(), at->columns.end(), rows.column) != at->columns.end();
      return there ? std::optional(version) : std::nullopt;
    }
    const Rewrite* rewrite = find(s.rewrites, version);
    const KeyWorkItem* work = rewrite ? find(s.key_works, rewrite->key_work) : nullptr;
    if (!work) return std::nullopt;
    bool these = work->work == KeyWork::destroy_rows && work->linked == rows.by && work->columns == std::vector{rows.column};
    if (work->request == r.id && (these || work->work == KeyWork::destroy_person)) return std::nullopt;
    version = rewrite->new_version;
  }
  return version;
}

Status links_searched(const SubjectRequest& r) {
  for (const SubjectLink& one : r.links) {
    if (one.status == LinkStatus::found) return fail(Errc::refused, "law.links_not_decided");
    bool searched = std::find(r.searched_by.begin(), r.searched_by.end(), one.link.subject) != r.searched_by.end();
    if (one.status == LinkStatus::confirmed && !searched) return fail(Errc::refused, "law.link_not_searched");
  }
  return {};
}

Result<Events> decide_on(const State& s, const Context& c, const TakeSubjectRequest& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const rules::LawRequestKind* rule = c.rules.law.request(cmd.what);
  if (!rule) return fail(Errc::invalid, "law.unknown_request", cmd.what.substr(0, kNameBytesMax));
  if (cmd.subject.empty() || cmd.commitment == Digest{}) return fail(Errc::invalid, "law.no_subject");
  TRY(need_text("channel", cmd.channel, kNameBytesMax));
  if (cmd.identifier_kind && !c.rules.law.number(*cmd.identifier_kind)) return fail(Errc::invalid, "law.unknown_identifier_kind", cmd.identifier_kind->substr(0, kNameBytesMax));
  if (!cmd.dataset.empty() && TRY(seen_dataset(s, *person, cmd.dataset, c.now))->owner != person->party) return fail(Errc::forbidden, "dataset.not_yours");
  if (!cmd.consent.empty()) {
    const Consent* consent = find(s.consents, cmd.consent);
    if (!consent || consent->owner != person->party || consent->form.subject != cmd.subject) return fail(Errc::not_found, "law.consent_not_found");
  }
  return Events{SubjectRequestTaken{.request = SubjectRequestId::make(c.random), .owner = person->party, .subject = cmd.subject, .commitment = cmd.commitment,
                                    .what = cmd.what, .channel = cmd.channel, .dataset = cmd.dataset, .consent = cmd.consent,
                                    .due_ms = c.now + rule->days * kDayMs, .identifier_kind = cmd.identifier_kind}};
}

Result<Events> decide_on(const State& s, const Context& c, const VerifySubject& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status != SubjectRequestStatus::taken) return fail(Errc::conflict, "law.request_verified_already");
  TRY(second_person(s, c, r->taken_by));
  TRY(need_text("evidence", cmd.evidence, kNameBytesMax));
  return Events{SubjectVerified{cmd.request, cmd.method, cmd.evidence, cmd.token_digest}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideSubjectRequest& cmd) {
  const Person* person = TRY(acting_as(s, c, Duty::pi_officer));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status == SubjectRequestStatus::taken) return fail(Errc::refused, "law.request_not_verified");
  if (r->status != SubjectRequestStatus::verified) return fail(Errc::conflict, "law.request_decided_already");
  TRY(second_person(s, c, r->verified_by));
  TRY(stepped_up(c));
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  Events events{SubjectRequestDecided{cmd.request, cmd.grant, cmd.reason}};
  if (cmd.grant && r->what == "withdraw") withdraw_all(s, *r, cmd.reason, events);
  return events;
}

Result<Events> decide_on(const State& s, const Context& c, const AnswerSubjectRequest& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status == SubjectRequestStatus::answered || r->status == SubjectRequestStatus::refused) return fail(Errc::conflict, "law.request_over");
  if (r->status != SubjectRequestStatus::granted) return fail(Errc::refused, "law.request_not_decided");
  TRY(need_text("note", cmd.note, kTextBytesMax));
  // What is deleted is deleted by a key operation that others witnessed and that is done.
  if (r->what == "delete") TRY(deletion_done(s, *r, cmd.key_work));
  if (r->what == "held") TRY(links_searched(*r));
  if (r->what == "correct") TRY(corrections_over(s, *r));
  return Events{SubjectRequestAnswered{cmd.request, cmd.answer, cmd.note, cmd.key_work}};
}

Result<Events> decide_on(const State& s, const Context& c, const StartSubjectSearch& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (r->status == SubjectRequestStatus::taken) return fail(Errc::refused, "law.request_not_verified");
  if (!r->open()) return fail(Errc::conflict, "law.request_over");
  TRY(no_deletion_in_hand(s, *r, c.now));
  SearchPlan plan = TRY(SearchPlanner(s, c, *r).plan(cmd.after));
  Events out{SubjectSearchStarted{.request = r->id, .versions = plan.raw, .not_searched = std::move(plan.not_searched), .after = cmd.after, .rest = std::move(plan.rest)}};
  out.insert(out.end(), plan.grants.begin(), plan.grants.end());
  return out;
}

Result<Events> decide_on(const State& s, const Context& c, const ReportSubjectSearch& cmd) {
  TRY(from_node(c));
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (!r->open()) return fail(Errc::conflict, "law.request_over");
  TRY(no_deletion_in_hand(s, *r, c.now));
  if (cmd.found.size() > kSearchReportMax || cmd.not_searched.size() > kSearchReportMax) return fail(Errc::exhausted, "law.too_many_versions", std::to_string(kSearchReportMax));
  // Begun before a deletion of this request, and told after it: what it saw is no more.
  for (const FoundRows& rows : cmd.found) {
    const Rewrite* rewrite = find(s.rewrites, rows.version);
    const KeyWorkItem* work = rewrite ? find(s.key_works, rewrite->key_work) : nullptr;
    if (work && work->work == KeyWork::destroy_person && work->request == r->id) return fail(Errc::conflict, "law.search_overtaken");
  }
  // Two who search at once do not mix what they found.
  if (cmd.follows && (r->searched_ms || *cmd.follows != reported_places(*r))) return fail(Errc::conflict, "law.search_overtaken");
  if (cmd.links && r->links.size() + cmd.links->size() > kLinksMax) return fail(Errc::exhausted, "law.too_many_links", std::to_string(kLinksMax));
  return Events{SubjectSearched{.request = cmd.request, .versions = cmd.versions, .found = cmd.found, .held = cmd.held, .masked = cmd.masked,
                                .not_searched = cmd.not_searched, .links = cmd.links, .by = cmd.by, .follows = cmd.follows, .more = cmd.more}};
}

Result<Events> decide_on(const State& s, const Context& c, const DecideSubjectLinks& cmd) {
  const Person* person = TRY(acting_as_any(s, c, kRequestDesk));
  const SubjectRequest* r = TRY(own_request(s, *person, cmd.request));
  if (!r->open()) return fail(Errc::conflict, "law.request_over");
  if (cmd.confirm.empty() && cmd.reject.empty()) return fail(Errc::invalid, "law.no_link_named");
  TRY(need_text("reason", cmd.reason, kTextBytesMax));
  std::set<std::string> named;
  for (const std::vector<SubjectId>* list : {&cmd.confirm, &cmd.reject})
    for (const SubjectId& number : *list) {
      const SubjectLink* link = r->link(number);
      if (!link || !named.insert(number.str()).second) return fail(Errc::not_found, "law.link_not_found");
      if (link->status != LinkStatus::found) return fail(Errc::conflict, "law.link_decided_already");
    }
  TRY(stepped_up(c));
  return Events{SubjectLinksDecided{cmd.request, cmd.confirm, cmd.reject, cmd.reason}};
}

void fold(State& s, const SubjectRequestTaken& e, const EventPlace& at) {
  SubjectRequest r;
  r.id = e.request;
  r.owner = e.owner;
  r.subject = e.subject;
  r.what = e.what;
  r.channel = e.channel;
  r.dataset = e.dataset;
  r.consent = e.consent;
  r.identifier_kind = e.identifier_kind;
  r.due_ms = e.due_ms;
  r.taken_by = at.actor;
  r.at_ms = at.time;
  r.seq = at.seq;
  s.subject_requests[e.request.str()] = std::move(r);
}
void fold(State& s, const SubjectVerified& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.status = SubjectRequestStatus::verified;
  r.method = e.method;
  r.evidence = e.evidence;
  r.token_digest = e.token_digest;
  r.verified_by = at.actor;
  r.verified_ms = at.time;
}
void fold(State& s, const SubjectRequestDecided& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.status = e.granted ? SubjectRequestStatus::granted : SubjectRequestStatus::refused;
  r.reason = e.reason;
  r.decided_by = at.actor;
  r.decided_ms = at.time;
}
void fold(State& s, const SubjectRequestAnswered& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.status = SubjectRequestStatus::answered;
  r.answer = e.answer;
  r.note = e.note;
  r.key_work = e.key_work;
  r.answered_by = at.actor;
  r.answered_ms = at.time;
}

void fold(State&, const SubjectSearchStarted&, const EventPlace&) {}
void fold(State& s, const SubjectSearched& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  r.searched_ms = e.more.value_or(false) ? std::nullopt : std::optional(at.time);
  if (!e.follows) {
    r.found.clear();
    r.not_searched.reset();
  }
  r.found.insert(r.found.end(), e.found.begin(), e.found.end());
  if (e.not_searched) {
    if (!r.not_searched) r.not_searched.emplace();
    r.not_searched->insert(r.not_searched->end(), e.not_searched->begin(), e.not_searched->end());
  }
  r.versions_searched = e.versions;
  r.held_searched = e.held;
  r.masked_searched = e.masked;
  r.searched_by = e.by.value_or(std::vector<SubjectId>());
  for (const FoundLink& link : e.links.value_or(std::vector<FoundLink>()))
    if (!r.link(link.subject)) r.links.push_back({link, LinkStatus::found, PersonId(), {}});
}
void fold(State& s, const SubjectLinksDecided& e, const EventPlace& at) {
  SubjectRequest& r = s.subject_requests[e.request.str()];
  auto has = [](const std::vector<SubjectId>& list, const SubjectId& number) { return std::find(list.begin(), list.end(), number) != list.end(); };
  for (SubjectLink& one : r.links) {
    bool confirmed = has(e.confirmed, one.link.subject);
    if (!confirmed && !has(e.rejected, one.link.subject)) continue;
    one.status = confirmed ? LinkStatus::confirmed : LinkStatus::rejected;
    one.decided_by = at.actor;
    one.reason = e.reason;
  }
}

}  // namespace sluice::space
