// Use case: release a file under a contract (C7.1.1, C7.1.2, G4.6b). Recorded before the work begins; sealed for the
// recipient's key; the delivery's digests recorded after.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct ReleaseFileRequest {
  space::ContractId contract;
  std::vector<std::string> columns;  // empty: all agreed
  std::string purpose;
  std::string format = "csv";        // or "parquet"
};
struct ReleaseFileAnswer {
  space::ReleaseId release;
  std::string path;  // of the envelope in this space, for its recipient to fetch
  int64_t rows = 0, bytes = 0;
  static constexpr auto fields = field_list(field("release", &ReleaseFileAnswer::release), field("rows", &ReleaseFileAnswer::rows),
                                            field("bytes", &ReleaseFileAnswer::bytes));
};
Result<ReleaseFileAnswer> release_file(Node& node, const space::Principal& by, const ReleaseFileRequest& request, const ProgressFn& progress = {});

// At the opening of a node: a release whose making a killed process cut short is recorded as failed, which gives its count back and ends
// its keys; what lay there of it is taken away. Nobody could have fetched it.
Status settle_interrupted_releases(Node& node);

// The passport of a release, under a checkpoint that is signed now if need be.
Result<Json> issue_passport(Node& node, const space::ReleaseId& release);

}  // namespace sluice::node
