// Use cases: the independent check of what was written against its receipt (C6.5.3), inside the space: of a masked version, and of a release, which
// is written again from the sealed version with the recipient's marks.
//
// A CSV file: its digest tells whether it is the file that was delivered. A Parquet file: the digest of its rows as CSV, which the delivery has on
// record (deliveries from before that have none: not_checkable). An API: all rows that it may show are checked against the receipt, and the newest
// kPagesRechecked calls are made once more; the seal in each access record (page_seal.h) tells whether the page is the one that left. Not checkable are
// calls with a condition whose values nobody kept (columns that identify nobody), whose values were erased, or from before pages were sealed.
//
// A file of those who consented: exactly the rows of the persons whom its access records name, also of those who withdrew since; their identifiers come
// from the registry ("law.identifier_erased" when one was erased there, "recheck.persons_unknown" when no record names anybody).
//
// Errors: "version.not_found", "recheck.not_masked", "release.not_found", "recheck.nothing_released", "filter.erased", "keys.*". A claim that does not
// hold is a finding, not an error.
#pragma once

#include "ledger/store.h"
#include "node/node.h"

namespace sluice::node {

constexpr size_t kPagesRechecked = 200;

struct RecheckAsk {
  std::optional<int64_t> k;
  std::vector<std::string> quasi;
  static constexpr auto fields = field_list(field("k", &RecheckAsk::k), field("quasi", &RecheckAsk::quasi));
};
Result<Json> recheck_version(Node& node, const space::Principal& by, const space::VersionId& version, const RecheckAsk& ask, const ProgressFn& progress = {});
// `store` is where access records are read; null: the pages of an API and files of those who consented cannot be checked.
Result<Json> recheck_release(Node& node, ledger::Store* store, const space::Principal& by, const space::ReleaseId& release, const RecheckAsk& ask,
                             const ProgressFn& progress = {});

}  // namespace sluice::node
