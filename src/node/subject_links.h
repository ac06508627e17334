// The other numbers of a person whose request is open (space/law/subject.h): found by a search beside the number that the request names, and confirmed by
// somebody of the desk, who sees of each its kind, where it stands and a part of it, never the whole.
//
// The numbers lie in the registry, one item a request, until the request is answered or refused; entries have keyed references. What a killed node left is
// taken away at the next opening.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct LinkedNumber {
  space::SubjectId subject;
  std::string kind;
  SecretText number;
};

// Puts those that are not kept yet beside those that are: before the entry that names them.
Status keep_linked_numbers(Node& node, const space::SubjectRequestId& request, const std::vector<LinkedNumber>& found);
// Those confirmed as the person's. "law.identifier_erased".
Result<std::vector<LinkedNumber>> confirmed_numbers(Node& node, const space::SubjectRequest& request);
// One of them. "law.link_not_confirmed", "law.identifier_erased".
Result<SecretText> confirmed_number(Node& node, const space::SubjectRequestId& request, const space::SubjectId& number);

// For the desk: {items: [{column, dataset, kind, kind_zh, masked, rows, status, subject, title}]}; on record. "law.request_not_found", "duty.missing".
Result<Json> linked_numbers_shown(Node& node, const space::Principal& by, const space::SubjectRequestId& request);

// The officer's word; refused, the numbers that were found are gone.
Status decide_subject_request(Node& node, const space::Principal& by, const space::DecideSubjectRequest& command);
void forget_linked_numbers(Node& node, const space::SubjectRequestId& request);
Status settle_linked_numbers(Node& node);

}  // namespace sluice::node
