// Use case: classify and grade a sealed version (C6.2.1, G2.7), all its rows. Proposals only; people confirm. What differs from
// the classification before it reopens exactly the verdicts that it touches.
#pragma once

#include "node/classification_report.h"
#include "node/collect_batch.h"
#include "node/node.h"

namespace sluice::node {

Result<std::vector<space::FieldProposal>> classify_version(Node& node, const space::Principal& by, const space::VersionId& version,
                                                           const ProgressFn& progress = {});
// A version that has just come to a dataset which people had classified before (a batch, corrected rows, a merge, rows taken back): measured by the node
// itself, so that drift reopens what it touches at once (C6.2.1). A few rows (fewer than drift.rows_min of rules/grading.yaml) raise proposals and never
// lower them, and leave the report of the many in place. Absent where nobody classified the dataset yet. What fails leaves the task `classify_version`.
std::optional<ArrivalGrades> grade_arrival(Node& node, const space::VersionId& version);
// The report that an event named.
Result<ClassificationReport> classification_report(Node& node, const Digest& digest);

// What other rule packs ({name: text}) would move among the fields of a version; nothing is recorded but the grant.
Result<Json> moved_fields(Node& node, const space::Principal& by, const space::VersionId& version, const Json& against, const ProgressFn& progress = {});

}  // namespace sluice::node
