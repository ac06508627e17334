// What the destruction of keys in a space does not reach, as the certificate of a destruction names it (destruction_certificate.h): backups whose epoch
// secret still exists, what left the space, versions with rows of what was destroyed, and whatever still names it.
//
// Rows are followed by how versions came about. Forwards: masked, merged, corrected, without rows that a source took back. Backwards: a version that was
// written again has the rows of the one before, so what was made of that one has them too. It stops at a version that was written without the rows in
// question. The issuer's statement: what was made elsewhere of a delivered copy is not known here.
#pragma once

#include "codec/json.h"
#include "space/state.h"

namespace sluice::node {

// `now`: of the certificate, after the destruction.
Json what_survives(const space::State& state, const space::KeyWorkItem& item, TimeMs now);

}  // namespace sluice::node
