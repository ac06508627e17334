// Worker: one sealed version in, the same under fresh keys out, in which one person's cell of one column has another value. The value passes the plan's
// rules of its field first, as a file of the source would have to.
#include "collect/pipeline.h"
#include "node/jobs/collect_checks.h"
#include "node/jobs/job_table.h"
#include "node/jobs/reseal.h"
#include "table/cell_text.h"

namespace sluice::node {

namespace {

class OneCell final : public table::BatchSink {
 public:
  Status append(const table::Batch& batch) override {
    cells.push_back(batch);
    return {};
  }
  Status finish() override { return {}; }
  std::vector<table::Batch> cells;
};

// The plan with this field alone: rules between fields, totals and refunds are about whole rows.
Result<collect::Plan> plan_of_field(collect::Plan plan, const std::string& column) {
  plan.format = collect::Format::csv;
  plan.encoding = Encoding::utf8;
  plan.header = true;
  plan.delimiter.reset();
  plan.database.reset();
  plan.mapping.reset();
  plan.cross_rules.clear();
  plan.control_totals.clear();
  plan.refunds.reset();
  std::erase_if(plan.columns, [&](const collect::PlanField& f) { return f.name != column; });
  if (plan.columns.empty()) return fail(Errc::invalid, "catalog.no_such_column", column);
  return plan;
}

// The value as a cell of the column, checked.
Result<table::Column> cell_of(WorkerContext& context, const collect::Plan& plan, const std::string& value) {
  collect::CollectOptions options;
  options.threads = 1;
  if (auto today = context.request.get_int("today_days")) options.today = civil_from_days(*today);
  CollectChecks checks = TRY(read_collect_checks(context, plan));
  checks.give(options);
  collect::HeldRow row;
  row.row = 1;
  row.cells.emplace_back(value);
  std::string text = collect::resubmission(plan, std::span(&row, 1));
  auto source = bytes_of_memory(text);
  OneCell out;
  collect::HeldRows held;
  collect::Progress progress;
  TRY(collect::collect_stream(plan, *source, options, out, held, progress));
  if (!held.rows.empty()) return fail(Errc::invalid, "law.correction_breaks_rule", held.rows.front().reasons.empty() ? std::string() : held.rows.front().reasons.front().rule);
  if (out.cells.size() != 1 || out.cells.front().rows != 1) return fail(Errc::invalid, "law.correction_bad_value");
  return std::move(out.cells.front().columns.front());
}

struct Wanted {
  std::string person, value;
  std::optional<std::string> was;
  static constexpr auto fields = field_list(field("person", &Wanted::person), field("value", &Wanted::value), field("was", &Wanted::was));
};

bool holds_text(const table::Column& column, size_t row, const std::string& text, std::string& cell) {
  cell.clear();
  if (!column.is_null(row)) table::cell_text_to(cell, column, row);
  return cell == text;
}

// The column of a group with the person's cells replaced.
table::Column corrected_column(const table::Column& column, const table::Column& who, const table::Column& fresh, const table::ColumnSpec& spec, size_t rows, const Wanted& wanted, uint64_t& corrected) {
  table::ColumnBuilder builder(spec);
  std::string cell;
  size_t from = 0;
  for (size_t row = 0; row < rows; row++) {
    if (!holds_text(who, row, wanted.person, cell) || (wanted.was && !holds_text(column, row, *wanted.was, cell))) continue;
    if (row > from) builder.append_rows(column, from, row - from);
    builder.append_rows(fresh, 0, 1);
    from = row + 1;
    corrected++;
  }
  if (rows > from) builder.append_rows(column, from, rows - from);
  return builder.finish();
}

}  // namespace

Status run_correct_cells_job(WorkerContext& context) {
  auto wanted = TRY(decode<Wanted>(TRY(parse_json(text(context.payload)))));
  if (wanted.person.empty()) return fail(Errc::invalid, "keys.subject_missing");
  std::string column = TRY(context.request.get_string("column")), person_column = TRY(context.request.get_string("person_column"));
  auto names = TRY(decode<std::vector<std::string>>(*context.request.find("columns"), "columns"));
  auto plan = TRY(plan_of_field(TRY(collect::parse_plan(TRY(context.request.get_string("plan")))), column));
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  table::Column cell = TRY(cell_of(context, plan, wanted.value));
  size_t who = TRY(column_named(*reader, person_column)), wrong = TRY(column_named(*reader, column));
  auto sealing = TRY(Resealer::open(context, TRY(specs_named(*reader, names)), reader->rows()));
  uint64_t corrected = 0;
  auto cells = [&](size_t group, const table::Column& before) -> Result<table::Column> {
    auto persons = TRY(reader->read(group, who));
    return corrected_column(before, *persons, cell, reader->specs()[wrong], reader->rows_of(group), wanted, corrected);
  };
  TRY(sealing.copy(*reader, {.kept = {}, .column = wrong, .cells = cells}));
  if (corrected == 0) return fail(Errc::conflict, "law.correction_no_such_cell");
  std::string manifest = TRY(sealing.finish());
  return send_result(context, Json::object({{"corrected", corrected}, {"manifest", manifest}, {"rows", sealing.rows()}}));
}

}  // namespace sluice::node
