// What an answer to a person says that it does not have, in both languages. Internal to node/subjects.
#pragma once

#include "node/node.h"

namespace sluice::node {

// Of a request: what no search went through, each with its place and reason, and what none ever goes through.
Json not_searched_shown(const space::State& state, const space::SubjectRequest& request);
// What no record of uses has, by kind, and never whether there was one.
Json not_told_shown(const rules::LawPack& law);

}  // namespace sluice::node
