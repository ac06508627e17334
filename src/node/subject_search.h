// Use case: what is held about one person (space/law/subject.h): the columns that identify people, of every raw version of the controller, of the rows
// that are held for checking and of masked versions, are looked through for the identifier of a verified request, each in a worker that has the
// keys of these columns alone, under a grant of the ledger; and the deletion that follows from it.
//
// Compared is the whole cell as text, as shredding one person's rows does (jobs/rewrite_job.cc). In a masked version the worker makes from the identifier
// what the strategy made of it (a pseudonym, an enciphered value; it gets that masking key for it) and looks for that. What cannot be looked through is
// named with its reason; deliveries and backups are not, and the answer says so. The identifier comes from the registry and goes to the workers; no
// entry has it, nor what was made of it.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct SubjectSearchAnswer {
  int64_t versions = 0, rows = 0;
  std::vector<space::FoundRows> found;
  int64_t held = 0, masked = 0;  // looked through beside the versions
  std::vector<space::NotSearched> not_searched;
  std::vector<space::FoundLink> links;  // numbers beside the person's, not found before: to be confirmed (node/subject_links.h)
  static constexpr auto fields = field_list(field("versions", &SubjectSearchAnswer::versions), field("rows", &SubjectSearchAnswer::rows),
                                            field("found", &SubjectSearchAnswer::found), field("held", &SubjectSearchAnswer::held),
                                            field("masked", &SubjectSearchAnswer::masked), field("not_searched", &SubjectSearchAnswer::not_searched), field("links", &SubjectSearchAnswer::links));
};
// However many versions there are: it is begun and reported portion by portion. "law.request_not_found", "law.request_not_verified", "law.request_over",
// "law.nothing_to_search" (nobody said yet which columns name people), "law.search_overtaken", "law.identifier_erased".
// A version whose keys go while the search runs is among those that were not searched.
Result<SubjectSearchAnswer> search_subject(Node& node, const space::Principal& by, const space::SubjectRequestId& request, const ProgressFn& progress = {});

// The second desk's word, after the node has looked whether the person is in the source of the product: nobody is shown where, only in how many
// rows. An accepted consent of nobody: "law.consent_nobody".
Status check_consent(Node& node, const space::Principal& by, const space::CheckConsent& command);

// The same look later, for a consent that was accepted and not searched: it counts once the person was found. Rows found.
// "law.consent_searched_already", "law.search_no_identifier".
Result<int64_t> search_consent(Node& node, const space::Principal& by, const space::ConsentId& consent);

// Of a granted deletion after a search: one work destroy_person over all raw versions that were found and are left (space/custody/one_person.h), proposed by
// this person, witnessed and carried out as any other. "law.request_not_decided", and the refusals of that work.
struct DeletionProposed {
  space::KeyWorkId key_work;
  int64_t versions = 0, kept = 0;  // that are written again; that somebody decided to keep longer
  static constexpr auto fields = field_list(field("key_work", &DeletionProposed::key_work), field("versions", &DeletionProposed::versions), field("kept", &DeletionProposed::kept));
};
Result<DeletionProposed> propose_deletion(Node& node, const space::Principal& by, const space::SubjectRequestId& request);

}  // namespace sluice::node
