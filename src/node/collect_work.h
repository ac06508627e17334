// What collecting has in common, whether rows come from a file or from a database: plan and fresh versions, the worker with its keys,
// and the report of what it found. Internal to node/.
#pragma once

#include "collect/manifest.h"
#include "node/collect_batch.h"
#include "node/work.h"

namespace sluice::node {

struct CollectWork {
  space::Plan plan;
  collect::Plan content;
  Bytes plan_bytes;
  space::VersionId version, held_version;
  std::vector<std::string> columns;
  std::optional<space::SourceId> source{};  // whose run it is
};
// "plan.not_found".
Result<CollectWork> collect_work(Node& node, const space::PlanId& plan);

struct StartedCollect {
  Worker worker;
  DatasetWraps wraps, held_wraps;
  Json job;  // completed by the caller
  SecretBytes marks_seed;              // goes beside the job, which may be logged (row_marks.h)
  std::vector<space::GrantId> grants;  // of the earlier versions in which origins of refunds are looked for
};
// Collected versions that no other one was made of and whose keys are there: together the rows of the dataset.
std::vector<space::DatasetVersion> whole_versions(const space::State& state, const space::DatasetId& dataset);

Result<StartedCollect> start_collect(Node& node, const space::Principal& by, const CollectWork& work, std::vector<OwnedFd> folders, std::vector<OwnedFd> files, const std::string& file_name);

// Keys of the columns that refunds are judged by, of each of those versions, to a worker that runs, after what it has been sent. Grants are appended
// as they are made, also where a later one fails: the caller ends them.
Result<Json> grant_origins(Node& node, const space::Principal& by, const Worker& worker, const collect::Plan& plan, const space::DatasetId& dataset,
                           std::vector<space::GrantId>& grants);
void end_grants_of(Node& node, const space::Principal& by, StartedCollect& started, const std::string& outcome);

// SM3 of a file's bytes.
Result<Digest> digest_of_file(const std::string& path);
// A file that came and is no batch, on record. What is known already leaves nothing; that it could not be recorded is logged and stops nobody.
bool note_refused(Node& node, const space::Principal& by, const space::ReportRefusedFile& refused);

// Takes away what an unfinished collection left.
void drop_collected(Node& node, const CollectWork& work);

// `report` has plan, manifest check and problem, number and marks; the rest comes from the worker's result. Refused or held as a whole:
// nothing of the versions stays.
Result<CollectAnswer> record_collected(Node& node, const space::Principal& by, const CollectWork& work, const StartedCollect& started, const Json& result,
                                       space::ReportBatch report);

// A batch that came and cannot be read: held, with the reason.
Result<CollectAnswer> record_unreadable(Node& node, const space::Principal& by, const CollectWork& work, space::ReportBatch report, std::string where);

}  // namespace sluice::node
