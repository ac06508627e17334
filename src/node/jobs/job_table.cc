#include "node/jobs/job_table.h"

#include "node/node.h"

namespace sluice::node {

std::span<const WorkerJob> worker_jobs() {
  static constexpr WorkerJob kJobs[] = {
      {"collect", run_collect_job}, {"held-rows", run_held_rows_job}, {"correct", run_correct_job}, {"merge", run_merge_job},
      {"classify", run_classify_job}, {"mask", run_mask_job},
      {"check", run_check_job},     {"release-file", run_release_file_job}, {"release-api", run_release_api_job},
      {"list-values", run_list_values_job}, {"measure", run_measure_job},
      {"rewrite", run_rewrite_job},
      {"delete-rows", run_delete_rows_job}, {"correct-cells", run_correct_cells_job},
      {"source-scan", run_source_scan_job, Reach::source}, {"source-copy", run_source_copy_job, Reach::source},
      {"scan-files", run_scan_files_job},
      {"preview", run_preview_job}, {"recheck", run_recheck_job}, {"trace", run_trace_job},
      {"reverse", run_reverse_job}, {"find-person", run_find_person_job},
  };
  return kJobs;
}

}  // namespace sluice::node
