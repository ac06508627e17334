// Use cases: the independent check of what was written against its receipt (C6.5.3), inside the space: of a masked version, and of a file
// release, whose file is written again from the sealed version with the recipient's marks: its digest tells whether it is the file
// that was delivered.
//
// Errors: "version.not_found", "recheck.not_masked", "release.not_found", "recheck.not_a_csv" (a Parquet or API release), "filter.erased",
// "keys.*". A claim that does not hold is a finding, not an error.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct RecheckAsk {
  std::optional<int64_t> k;
  std::vector<std::string> quasi;
  static constexpr auto fields = field_list(field("k", &RecheckAsk::k), field("quasi", &RecheckAsk::quasi));
};
Result<Json> recheck_version(Node& node, const space::Principal& by, const space::VersionId& version, const RecheckAsk& ask, const ProgressFn& progress = {});
Result<Json> recheck_release(Node& node, const space::Principal& by, const space::ReleaseId& release, const RecheckAsk& ask, const ProgressFn& progress = {});

}  // namespace sluice::node
