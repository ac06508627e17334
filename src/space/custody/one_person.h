// One person's rows in all versions that a search found, destroyed as one work on keys (custody.h: destroy_person; C6.4, C7.2.5; the person's right to deletion).
//
//   granted request to delete, searched ──proposal──two witnesses──▶ each version written again without the person's rows ──▶ PersonRowsDestroyed
//   The proposal names the request and nothing else ("keys.person_alone"); what goes is what the search found in raw versions and is left. What the search
//   found is what was decided about: where another search added to it since, nobody witnesses it ("keys.person_changed"), and from the second witness until
//   the end no search of that request begins or reports ("law.deletion_in_hand").
//   A version that somebody decided to keep longer is left out as long as that holds, and counted as kept ("keys.kept_longer" where all are); a later
//   work for the same request takes it. One that cannot be written again (damaged) ends nothing: the others go, and it is counted as left; where none can
//   be, the work fails. The request is answered when nothing is left (law/subject.h).
//   Killed in between, the work goes on with the versions that are left.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "codec/record.h"
#include "crypto/hash.h"
#include "space/ids.h"

namespace sluice::space {

constexpr size_t kPersonVersionsMax = 4000;  // one certificate proves what became of each: evidence holds ten thousand entries

// Where a search found rows of the person in a raw version; `linked` where another number than the request's own found them.
struct FoundAt {
  VersionId version;
  std::string column;
  std::optional<SubjectId> linked{};
  static constexpr auto fields = field_list(field("version", &FoundAt::version), field("column", &FoundAt::column), field("linked", &FoundAt::linked));
};
Digest digest_of_found(const std::vector<FoundAt>& found);

// What there was at the proposal: versions with rows of the person, how many of them are kept longer, and by which digest what was found is known.
struct PersonRows {
  int64_t versions = 0, kept = 0;
  Digest list{};
  static constexpr auto fields = field_list(field("versions", &PersonRows::versions), field("kept", &PersonRows::kept), field("list", &PersonRows::list));
};

// The node's, when nothing is left that may go but what it says cannot be written again ("law.request_rows_left").
struct ReportPersonDestroyed {
  static constexpr std::string_view kind = "keys.report_person_destroyed";
  KeyWorkId key_work;
  std::optional<int64_t> left{};
  static constexpr auto fields = field_list(field("key_work", &ReportPersonDestroyed::key_work), field("left", &ReportPersonDestroyed::left));
};
struct PersonRowsDestroyed {
  static constexpr std::string_view kind = "keys.person_destroyed";
  KeyWorkId key_work;
  SubjectRequestId request;
  int64_t versions = 0, rows_removed = 0, kept = 0;  // written again; rows that went; versions that are kept longer
  std::optional<int64_t> left{};                     // versions that could not be written again, if any
  static constexpr auto fields =
      field_list(field("key_work", &PersonRowsDestroyed::key_work), field("request", &PersonRowsDestroyed::request), field("versions", &PersonRowsDestroyed::versions),
                 field("rows_removed", &PersonRowsDestroyed::rows_removed), field("kept", &PersonRowsDestroyed::kept), field("left", &PersonRowsDestroyed::left));
};

// The version that took the place of another, and the work that wrote it (keys.version_rewritten).
struct Rewrite {
  VersionId version, new_version;
  KeyWorkId key_work;
  int64_t rows_removed = 0;
  static constexpr auto fields = field_list(field("version", &Rewrite::version), field("new_version", &Rewrite::new_version), field("key_work", &Rewrite::key_work),
                                            field("rows_removed", &Rewrite::rows_removed));
};

// A version with rows of the person, as it is now, and by which numbers in which columns they are known.
struct PersonPlace {
  VersionId version;
  std::vector<FoundAt> by;
  bool kept = false;  // longer, by somebody's decision that holds now
};

struct State;
struct SubjectRequest;
struct KeyWorkItem;
std::vector<FoundAt> found_of_person(const SubjectRequest& request);
// What is left of them, each version once, in the order of the search.
std::vector<PersonPlace> places_of_person(const State& state, const SubjectRequest& request, TimeMs now);
// The work destroy_person of this request that is open: proposed and not lapsed, or approved.
const KeyWorkItem* person_work_in_hand(const State& state, const SubjectRequestId& request, TimeMs now);
std::vector<Rewrite> rewritten_by(const State& state, const KeyWorkItem& item);
// Whether it was written by this work, or by another for the same person: the rows in question are not in it.
bool without_the_rows(const State& state, const KeyWorkItem& item, const Rewrite& rewrite);

}  // namespace sluice::space
