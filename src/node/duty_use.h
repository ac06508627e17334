// Which duties people used since a time, read from the ledger: each entry of a person shows the duty that its act demands
// (C6.4.2: a right that is never used is a right too many).
//
// An act that several duties allow counts for each of them: the report would rather miss an unused duty than call a used
// one unused. Refusals count for nothing. Reads the entries since then; a million of them take seconds.
#pragma once

#include <set>
#include <string>

#include "node/node.h"

namespace sluice::node {

// "person:duty".
Result<std::set<std::string>> duties_used_since(Node& node, TimeMs since);

// The duties that an entry of this kind shows used; none for acts that need none.
std::vector<space::Duty> duties_shown_by(std::string_view kind);

}  // namespace sluice::node
