// Worker: one sealed version in, the same under fresh keys out, without one person's rows where a column names one.
#include "node/jobs/job_table.h"
#include "node/jobs/reseal.h"
#include "table/cell_text.h"

namespace sluice::node {

Status run_rewrite_job(WorkerContext& context) {
  std::string column = TRY(context.request.get_string_or("column", ""));
  // The person's identifier comes beside the request, which may be logged.
  std::string subject(text(context.payload));
  if (subject.empty() != column.empty()) return fail(Errc::invalid, "keys.subject_missing");
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  auto names = TRY(decode<std::vector<std::string>>(*context.request.find("columns"), "columns"));
  auto sealing = TRY(Resealer::open(context, TRY(specs_named(*reader, names)), reader->rows()));
  uint64_t removed = 0;
  ResealChange change;
  if (!column.empty()) {
    change.kept = [&, at = TRY(column_named(*reader, column)), cell = std::string()](size_t group) mutable -> Result<std::vector<KeptRun>> {
      auto who = TRY(reader->read(group, at));
      return kept_runs(reader->rows_of(group), [&](size_t row) {
        cell.clear();
        if (!who->is_null(row)) table::cell_text_to(cell, *who, row);
        removed += cell == subject;
        return cell != subject;
      });
    };
  }
  TRY(sealing.copy(*reader, change));
  if (removed == 0 && !column.empty()) return fail(Errc::not_found, "keys.no_such_rows");
  std::string manifest = TRY(sealing.finish());
  return send_result(context, Json::object({{"manifest", manifest}, {"removed", removed}, {"rows", sealing.rows()}}));
}

}  // namespace sluice::node
