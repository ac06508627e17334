// Requests of the persons whom data are about 个人行权 (C6.4, G4.4; PIPL 44–50): what is held, who used it, correct, delete, withdraw.
//
//   (new) ──TakeSubjectRequest──▶ taken ──VerifySubject──▶ verified ──DecideSubjectRequest (personal-information officer)──▶ granted | refused
//   granted ──AnswerSubjectRequest──▶ answered
//
//   verified | granted ──StartSubjectSearch (a grant for each version)──▶ looking ──ReportSubjectSearch──▶ found: which versions hold how many rows
//
// A search looks through the columns confirmed as identifying people, of the controller's own datasets: sealed versions, rows that are held for checking, and
// masked versions in which such a column can be found again (kept as it was, or under a key that gives equal cells equal ones). What it cannot look through
// it names, each with its reason (node/subject_search.h):
//   law.search_not_graded       nobody confirmed yet which columns identify people
//   law.search_no_identifier    no column of it does
//   law.search_destroyed        the keys of those columns are gone
//   law.search_masked           masked beyond finding anybody again
//   law.search_aggregate        counts and sums, nobody's rows
//   law.search_went_away        destroyed while the search ran
//   law.search_other_identifier names people by kinds of numbers only that were not searched for
//   law.search_many_links       searched; but the person's rows have too many numbers of one kind beside theirs to be their own
//
// A person has several numbers (rules/law.yaml, person_numbers), and a request names one. Where a raw version holds two kinds, the search reads the other
// of the rows that it found, inside the worker. Each such number is a link: a keyed reference here, the number itself sealed in the registry until the request
// ends. DecideSubjectLinks says of each whether it is this person's; those that are the next search looks for too. A number of a kind is compared with
// columns of that kind only: other registers count people differently. While a link is not decided, or confirmed and not searched for, there is no answer to
// a deletion or to what is held: "law.links_not_decided", "law.link_not_searched".
//
// A granted deletion after a search is answered when none of the raw versions that it found is left; held and masked rows that were found are named in the
// answer with what became of them.
//
// A granted request to correct is answered when its corrections are over (row_correction.h).
//
// Each kind has its days (rules); a request past them is overdue and shown as that. Granting a withdrawal withdraws the consent it names,
// or all of that person, in the same commit. The answer lies sealed in the registry, its digest here. A verified person gets a token
// (only its digest is kept) with which the own record is read: what is on file, who used it (node/subjects.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "space/ids.h"

namespace sluice::space {

enum class VerifiedBy { in_person, video, certificate };
constexpr std::array<std::string_view, 3> enum_names(VerifiedBy) { return {"in_person", "video", "certificate"}; }

struct TakeSubjectRequest {
  static constexpr std::string_view kind = "law.take_subject_request";
  SubjectId subject;
  Digest commitment{};
  std::string what, channel;
  DatasetId dataset;
  ConsentId consent;
  std::optional<std::string> identifier_kind{};  // of rules/law.yaml; absent: not said, found in any column that names people
  static constexpr auto fields = field_list(
      field("subject", &TakeSubjectRequest::subject), field("commitment", &TakeSubjectRequest::commitment),
      field("what", &TakeSubjectRequest::what), field("channel", &TakeSubjectRequest::channel),
      field("dataset", &TakeSubjectRequest::dataset), field("consent", &TakeSubjectRequest::consent),
      field("identifier_kind", &TakeSubjectRequest::identifier_kind));
};
struct VerifySubject {
  static constexpr std::string_view kind = "law.verify_subject";
  SubjectRequestId request;
  VerifiedBy method = VerifiedBy::in_person;
  std::string evidence;
  Digest token_digest{};
  static constexpr auto fields = field_list(
      field("request", &VerifySubject::request), field("method", &VerifySubject::method),
      field("evidence", &VerifySubject::evidence), field("token_digest", &VerifySubject::token_digest));
};
struct DecideSubjectRequest {
  static constexpr std::string_view kind = "law.decide_subject_request";
  SubjectRequestId request;
  bool grant = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("request", &DecideSubjectRequest::request), field("grant", &DecideSubjectRequest::grant),
      field("reason", &DecideSubjectRequest::reason));
};
struct AnswerSubjectRequest {
  static constexpr std::string_view kind = "law.answer_subject_request";
  SubjectRequestId request;
  Digest answer{};
  std::string note;
  KeyWorkId key_work;
  static constexpr auto fields = field_list(
      field("request", &AnswerSubjectRequest::request), field("answer", &AnswerSubjectRequest::answer),
      field("note", &AnswerSubjectRequest::note), field("key_work", &AnswerSubjectRequest::key_work));
};

struct StartSubjectSearch {
  static constexpr std::string_view kind = "law.start_subject_search";
  SubjectRequestId request;
  std::optional<std::string> after{};  // the `rest` of the portion before
  static constexpr auto fields = field_list(field("request", &StartSubjectSearch::request), field("after", &StartSubjectSearch::after));
};
// Where rows were found, or not looked for: a raw version where nothing is said.
enum class SearchedIn { version, held, masked };
constexpr std::array<std::string_view, 3> enum_names(SearchedIn) { return {"version", "held", "masked"}; }

// Rows of the person in one column of one version.
struct FoundRows {
  DatasetId dataset;
  VersionId version;
  std::string column;
  int64_t rows = 0;
  std::optional<SearchedIn> in{};
  std::optional<SubjectId> by{};  // the linked number that found them; absent: the request's own. Rows that an earlier entry counts are not counted again
  bool raw() const { return in.value_or(SearchedIn::version) == SearchedIn::version; }
  static constexpr auto fields = field_list(field("dataset", &FoundRows::dataset), field("version", &FoundRows::version),
                                            field("column", &FoundRows::column), field("rows", &FoundRows::rows), field("in", &FoundRows::in),
                                            field("by", &FoundRows::by));
};
// Another number that stands in rows of the person: its keyed reference, its kind, and where it stands first.
struct FoundLink {
  SubjectId subject;
  std::string kind;
  DatasetId dataset;
  VersionId version;
  std::string column;
  int64_t rows = 0;
  static constexpr auto fields = field_list(field("subject", &FoundLink::subject), field("kind", &FoundLink::kind), field("dataset", &FoundLink::dataset),
                                            field("version", &FoundLink::version), field("column", &FoundLink::column), field("rows", &FoundLink::rows));
};
// Which of the found numbers are this person's and which are not: any of the desk, after looking at them (node/subject_links.h).
struct DecideSubjectLinks {
  static constexpr std::string_view kind = "law.decide_subject_links";
  SubjectRequestId request;
  std::vector<SubjectId> confirm, reject;
  std::string reason;
  static constexpr auto fields = field_list(field("request", &DecideSubjectLinks::request), field("confirm", &DecideSubjectLinks::confirm),
                                            field("reject", &DecideSubjectLinks::reject), field("reason", &DecideSubjectLinks::reason));
};
struct NotSearched {
  DatasetId dataset;
  VersionId version;
  SearchedIn in = SearchedIn::version;
  std::string reason;
  static constexpr auto fields = field_list(field("dataset", &NotSearched::dataset), field("version", &NotSearched::version), field("in", &NotSearched::in),
                                            field("reason", &NotSearched::reason));
};
struct ReportSubjectSearch {
  static constexpr std::string_view kind = "law.report_subject_search";
  SubjectRequestId request;
  int64_t versions = 0;  // looked through: raw ones; of `held` and `masked` those
  std::vector<FoundRows> found;
  int64_t held = 0, masked = 0;
  std::vector<NotSearched> not_searched;
  std::optional<std::vector<FoundLink>> links{};
  std::optional<std::vector<SubjectId>> by{};  // the linked numbers that it looked for
  std::optional<int64_t> follows{};  // goes on with a report of which so many places stand already
  std::optional<bool> more{};        // and another one goes on with this
  static constexpr auto fields = field_list(field("follows", &ReportSubjectSearch::follows), field("more", &ReportSubjectSearch::more), field("request", &ReportSubjectSearch::request), field("versions", &ReportSubjectSearch::versions),
                                            field("found", &ReportSubjectSearch::found), field("held", &ReportSubjectSearch::held),
                                            field("masked", &ReportSubjectSearch::masked), field("not_searched", &ReportSubjectSearch::not_searched), field("links", &ReportSubjectSearch::links),
                                            field("by", &ReportSubjectSearch::by));
};

struct SubjectRequestTaken {
  static constexpr std::string_view kind = "law.subject_request_taken";
  SubjectRequestId request;
  PartyId owner;
  SubjectId subject;
  Digest commitment{};
  std::string what, channel;
  DatasetId dataset;
  ConsentId consent;
  TimeMs due_ms = 0;
  std::optional<std::string> identifier_kind{};
  static constexpr auto fields = field_list(
      field("identifier_kind", &SubjectRequestTaken::identifier_kind), field("request", &SubjectRequestTaken::request), field("owner", &SubjectRequestTaken::owner),
      field("subject", &SubjectRequestTaken::subject), field("commitment", &SubjectRequestTaken::commitment),
      field("what", &SubjectRequestTaken::what), field("channel", &SubjectRequestTaken::channel),
      field("dataset", &SubjectRequestTaken::dataset), field("consent", &SubjectRequestTaken::consent),
      field("due_ms", &SubjectRequestTaken::due_ms));
};
struct SubjectVerified {
  static constexpr std::string_view kind = "law.subject_verified";
  SubjectRequestId request;
  VerifiedBy method = VerifiedBy::in_person;
  std::string evidence;
  Digest token_digest{};
  static constexpr auto fields = field_list(
      field("request", &SubjectVerified::request), field("method", &SubjectVerified::method),
      field("evidence", &SubjectVerified::evidence), field("token_digest", &SubjectVerified::token_digest));
};
struct SubjectRequestDecided {
  static constexpr std::string_view kind = "law.subject_request_decided";
  SubjectRequestId request;
  bool granted = false;
  std::string reason;
  static constexpr auto fields = field_list(
      field("request", &SubjectRequestDecided::request), field("granted", &SubjectRequestDecided::granted),
      field("reason", &SubjectRequestDecided::reason));
};
struct SubjectRequestAnswered {
  static constexpr std::string_view kind = "law.subject_request_answered";
  SubjectRequestId request;
  Digest answer{};
  std::string note;
  KeyWorkId key_work;
  static constexpr auto fields = field_list(
      field("request", &SubjectRequestAnswered::request), field("answer", &SubjectRequestAnswered::answer),
      field("note", &SubjectRequestAnswered::note), field("key_work", &SubjectRequestAnswered::key_work));
};

// Beside a keys.granted for each version. What entries of old do not have is absent. A search is begun portion by portion: `rest` is the last place
// that was planned where there are more, and the next portion begins `after` it.
struct SubjectSearchStarted {
  static constexpr std::string_view kind = "law.subject_search_started";
  SubjectRequestId request;
  int64_t versions = 0;
  std::optional<std::vector<NotSearched>> not_searched{};
  std::optional<std::string> after{}, rest{};
  static constexpr auto fields = field_list(field("after", &SubjectSearchStarted::after), field("rest", &SubjectSearchStarted::rest),
                                            field("request", &SubjectSearchStarted::request), field("versions", &SubjectSearchStarted::versions),
                                            field("not_searched", &SubjectSearchStarted::not_searched));
};
// What one entry cannot hold stands in several, one after the other; it is searched when the last one is there.
struct SubjectSearched {
  static constexpr std::string_view kind = "law.subject_searched";
  SubjectRequestId request;
  int64_t versions = 0;
  std::vector<FoundRows> found;
  std::optional<int64_t> held{}, masked{};
  std::optional<std::vector<NotSearched>> not_searched{};
  std::optional<std::vector<FoundLink>> links{};  // not known before
  std::optional<std::vector<SubjectId>> by{};
  std::optional<int64_t> follows{};
  std::optional<bool> more{};
  static constexpr auto fields = field_list(field("follows", &SubjectSearched::follows), field("more", &SubjectSearched::more), field("links", &SubjectSearched::links), field("by", &SubjectSearched::by), field("request", &SubjectSearched::request), field("versions", &SubjectSearched::versions),
                                            field("found", &SubjectSearched::found), field("held", &SubjectSearched::held),
                                            field("masked", &SubjectSearched::masked), field("not_searched", &SubjectSearched::not_searched));
};

struct SubjectLinksDecided {
  static constexpr std::string_view kind = "law.subject_links_decided";
  SubjectRequestId request;
  std::vector<SubjectId> confirmed, rejected;
  std::string reason;
  static constexpr auto fields = field_list(field("request", &SubjectLinksDecided::request), field("confirmed", &SubjectLinksDecided::confirmed),
                                            field("rejected", &SubjectLinksDecided::rejected), field("reason", &SubjectLinksDecided::reason));
};

enum class LinkStatus { found, confirmed, rejected };
constexpr std::array<std::string_view, 3> enum_names(LinkStatus) { return {"found", "confirmed", "rejected"}; }
struct SubjectLink {
  FoundLink link;
  LinkStatus status = LinkStatus::found;
  PersonId decided_by;
  std::string reason;
  static constexpr auto fields = field_list(field("link", &SubjectLink::link), field("status", &SubjectLink::status), field("decided_by", &SubjectLink::decided_by),
                                            field("reason", &SubjectLink::reason));
};

enum class SubjectRequestStatus { taken, verified, granted, refused, answered };
constexpr std::array<std::string_view, 5> enum_names(SubjectRequestStatus) { return {"taken", "verified", "granted", "refused", "answered"}; }

struct SubjectRequest {
  SubjectRequestId id;
  PartyId owner;
  SubjectId subject;
  std::string what, channel;
  DatasetId dataset;
  ConsentId consent;
  SubjectRequestStatus status = SubjectRequestStatus::taken;
  VerifiedBy method = VerifiedBy::in_person;
  std::string evidence, reason, note;
  Digest token_digest{}, answer{};
  KeyWorkId key_work;
  PersonId taken_by, verified_by, decided_by, answered_by;
  TimeMs at_ms = 0, due_ms = 0, verified_ms = 0, decided_ms = 0, answered_ms = 0;
  uint64_t seq = 0;
  std::optional<TimeMs> searched_ms{};  // of the last search that ended
  std::optional<int64_t> versions_searched{};
  std::vector<FoundRows> found;
  std::optional<int64_t> held_searched{}, masked_searched{};
  std::optional<std::vector<NotSearched>> not_searched{};
  std::optional<std::string> identifier_kind{};
  std::vector<SubjectLink> links;
  std::vector<SubjectId> searched_by;  // of the linked numbers
  const SubjectLink* link(const SubjectId& number) const {
    for (const SubjectLink& one : links)
      if (one.link.subject == number) return &one;
    return nullptr;
  }
  // The linked numbers that a person said are this person's.
  std::vector<SubjectId> confirmed_links() const {
    std::vector<SubjectId> out;
    for (const SubjectLink& one : links)
      if (one.status == LinkStatus::confirmed) out.push_back(one.link.subject);
    return out;
  }
  bool open() const { return status == SubjectRequestStatus::taken || status == SubjectRequestStatus::verified || status == SubjectRequestStatus::granted; }
  bool overdue(TimeMs now) const { return open() && now >= due_ms; }
  static constexpr auto fields = field_list(
      field("searched_ms", &SubjectRequest::searched_ms), field("versions_searched", &SubjectRequest::versions_searched),
      field("held_searched", &SubjectRequest::held_searched), field("masked_searched", &SubjectRequest::masked_searched),
      field("not_searched", &SubjectRequest::not_searched), field("found", &SubjectRequest::found), field("links", &SubjectRequest::links),
      field("searched_by", &SubjectRequest::searched_by), field("identifier_kind", &SubjectRequest::identifier_kind), field("id", &SubjectRequest::id), field("owner", &SubjectRequest::owner),
      field("subject", &SubjectRequest::subject), field("what", &SubjectRequest::what),
      field("channel", &SubjectRequest::channel), field("dataset", &SubjectRequest::dataset),
      field("consent", &SubjectRequest::consent), field("status", &SubjectRequest::status),
      field("method", &SubjectRequest::method), field("evidence", &SubjectRequest::evidence),
      field("reason", &SubjectRequest::reason), field("note", &SubjectRequest::note),
      field("token_digest", &SubjectRequest::token_digest), field("answer", &SubjectRequest::answer),
      field("key_work", &SubjectRequest::key_work), field("taken_by", &SubjectRequest::taken_by),
      field("verified_by", &SubjectRequest::verified_by), field("decided_by", &SubjectRequest::decided_by),
      field("answered_by", &SubjectRequest::answered_by), field("at_ms", &SubjectRequest::at_ms),
      field("due_ms", &SubjectRequest::due_ms), field("verified_ms", &SubjectRequest::verified_ms),
      field("decided_ms", &SubjectRequest::decided_ms), field("answered_ms", &SubjectRequest::answered_ms),
      field("seq", &SubjectRequest::seq));
};

constexpr size_t kSearchReportMax = 200;  // places found, and places not searched, in one report
// How many places the reports of the request's last search name.
int64_t reported_places(const SubjectRequest& request);

struct State;
// Every reference under which this person is on file: the one given, and the numbers confirmed as the same person's in requests of it.
std::vector<SubjectId> references_of(const State& state, const SubjectId& subject);
// Of rows that a search found in a raw version: the version that holds them now, unless a work for this request destroyed them.
std::optional<VersionId> version_with(const State& state, const SubjectRequest& request, const FoundRows& rows);
// Every number that was found is decided, and those confirmed were searched for. "law.links_not_decided", "law.link_not_searched".
Status links_searched(const SubjectRequest& request);

}  // namespace sluice::space
