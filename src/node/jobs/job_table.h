// The bodies of the worker jobs; each runs in a process of its own, shut in. Internal to node/.
#pragma once

#include "node/process/worker.h"

namespace sluice::node {

Status run_collect_job(WorkerContext& context);
Status run_held_rows_job(WorkerContext& context);
Status run_correct_job(WorkerContext& context);
Status run_merge_job(WorkerContext& context);
Status run_classify_job(WorkerContext& context);
Status run_mask_job(WorkerContext& context);
Status run_check_job(WorkerContext& context);
Status run_measure_job(WorkerContext& context);
Status run_release_file_job(WorkerContext& context);
Status run_release_api_job(WorkerContext& context);
Status run_list_values_job(WorkerContext& context);
Status run_rewrite_job(WorkerContext& context);
Status run_source_scan_job(WorkerContext& context);
Status run_source_copy_job(WorkerContext& context);
Status run_scan_files_job(WorkerContext& context);
Status run_delete_rows_job(WorkerContext& context);
Status run_correct_cells_job(WorkerContext& context);
Status run_preview_job(WorkerContext& context);
Status run_recheck_job(WorkerContext& context);
Status run_trace_job(WorkerContext& context);
Status run_reverse_job(WorkerContext& context);
Status run_find_person_job(WorkerContext& context);

}  // namespace sluice::node
