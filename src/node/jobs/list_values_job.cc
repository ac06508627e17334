// Worker: a bounded range of rows of chosen columns as a JSON array of objects, for a person's eyes (node/operate.h).
#include "table/cell_text.h"
#include "node/jobs/job_table.h"
#include "node/jobs/release_rows.h"
#include "node/jobs/sealed_input.h"

namespace sluice::node {

namespace {

constexpr size_t kListedBytesMax = 8u << 20;

// One row as {"column": text or null, …}: what stands in the cell, as text, so that nothing is rounded on the way.
void listed_row_to(std::string& out, const std::vector<std::string>& keys, std::span<const table::ColumnRef> columns, size_t row, std::string& scratch) {
  out += out.size() > 1 ? ",{" : "{";
  for (size_t c = 0; c < columns.size(); c++) {
    if (c) out += ',';
    out += keys[c];
    if (columns[c]->is_null(row)) {
      out += "null";
      continue;
    }
    scratch.clear();
    table::cell_text_to(scratch, *columns[c], row);
    json_quote_to(out, scratch);
  }
  out += '}';
}

}  // namespace

Status run_list_values_job(WorkerContext& context) {
  auto reader = TRY(open_sealed_input(context, 64u << 20));
  ReleaseScope scope = TRY(scope_of(context.request, *reader));
  std::vector<std::string> keys;
  for (const auto& spec : scope.specs) {
    std::string key;
    json_quote_to(key, spec.name);
    keys.push_back(key + ":");
  }
  std::string rows = "[", scratch;
  int64_t count = 0;
  auto row = [&](std::span<const table::ColumnRef> shown, size_t r) -> Status {
    listed_row_to(rows, keys, shown, r, scratch);
    count++;
    return rows.size() <= kListedBytesMax ? Status{} : fail(Errc::refused, "operation.too_large_to_show");
  };
  TRY(visit_rows(*reader, scope, row, [](size_t) -> Status { return {}; }));
  rows += "]";
  return send_result(context, Json::object({{"rows", count}}), view(rows));
}

}  // namespace sluice::node
