// Workers: a page of held rows for a person who works them off; and corrected rows through the same checks as a file.
#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "collect/pipeline.h"
#include "table/cell_text.h"
#include "node/held_rows.h"
#include "node/jobs/collect_checks.h"
#include "node/jobs/job_table.h"
#include "node/jobs/sealed_input.h"
#include "vault/sealed_writer.h"

namespace sluice::node {

namespace {

// Rows of a version of held rows, in order; `row` says whether it wants more.
Status visit_held(vault::SealedReader& reader, const std::vector<std::string>& columns,
                  const std::function<Result<bool>(int64_t number, std::span<const table::ColumnRef> cells, size_t row)>& row) {
  std::vector<size_t> at;
  for (const std::string& name : columns) {
    at.push_back(table::find_column(reader.specs(), name));
    if (at.back() == reader.specs().size()) return fail(Errc::corrupt, "vault.bad_manifest", name);
  }
  for (size_t group = 0; group < reader.row_groups(); group++) {
    std::vector<table::ColumnRef> cells;
    for (size_t column : at) cells.push_back(TRY(reader.read(group, column)));
    for (size_t r = 0; r < reader.rows_of(group); r++)
      if (!TRY(row(cells[0]->int_at(r), cells, r))) return {};
  }
  return {};
}

Json reasons_json(std::string_view text) {
  Json out = Json::array();
  while (!text.empty()) {
    std::string_view one = text.substr(0, text.find(';'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    size_t colon = one.rfind(':');
    out.push(Json::object({{"rule", one.substr(colon == one.npos ? 0 : colon + 1)}, {"subject", one.substr(0, colon == one.npos ? 0 : colon)}}));
  }
  return out;
}

// Re-submitted rows, their numbers in the batch, and what became of them.
struct Resubmission {
  collect::Plan plan;  // as a CSV file with a header
  std::vector<collect::HeldRow> rows;
  std::vector<StillHeld> still_held;
};

class Accepted final : public table::BatchSink {
 public:
  Status append(const table::Batch& batch) override {
    batches.push_back(batch);
    return {};
  }
  Status finish() override { return {}; }
  std::vector<table::Batch> batches;
};

std::string key_of_row(std::span<const table::Column* const> columns, size_t row) {
  std::string key;
  for (const table::Column* column : columns) {
    key += column->is_null(row) ? '\0' : '\1';
    cell_text_to(key, *column, row);
    key += '\0';
  }
  return key;
}

void keep_held(Resubmission& r, std::map<size_t, StillHeld> broken) {
  std::vector<collect::HeldRow> left;
  for (size_t i = 0; i < r.rows.size(); i++) {
    auto found = broken.find(i);
    if (found == broken.end()) {
      left.push_back(std::move(r.rows[i]));
    } else {
      r.still_held.push_back(std::move(found->second));
    }
  }
  r.rows = std::move(left);
}

struct Checked {
  collect::Outcome outcome;
  Accepted accepted;
};

// Through the pipeline; rows that break a rule leave `rows`.
Result<Checked> check_rows(Resubmission& r, const collect::CollectOptions& options) {
  Checked out;
  collect::HeldRows held;
  collect::Progress progress;
  std::string text = collect::resubmission(r.plan, r.rows);
  auto source = bytes_of_memory(text);
  out.outcome = TRY(collect::collect_stream(r.plan, *source, options, out.accepted, held, progress));
  std::map<size_t, StillHeld> broken;
  for (const collect::HeldRow& row : held.rows) {
    size_t at = static_cast<size_t>(row.row) - 1;
    StillHeld one{static_cast<int64_t>(r.rows.at(at).row), {}};
    for (const auto& reason : row.reasons) one.reasons.push_back(reason.subject + ":" + reason.rule);
    broken.emplace(at, std::move(one));
  }
  keep_held(r, std::move(broken));
  return out;
}

// Keys that rows accepted before have already.
Status drop_known_keys(WorkerContext& context, Resubmission& r, const std::vector<std::string>& key, const Accepted& accepted) {
  if (key.empty()) return {};
  std::vector<table::ColumnSpec> specs = collect::specs_of(r.plan);
  std::unordered_map<std::string, size_t> mine;
  size_t number = 0;
  for (const table::Batch& batch : accepted.batches) {
    std::vector<const table::Column*> columns;
    for (const std::string& name : key) columns.push_back(&batch.columns[table::find_column(specs, name)]);
    for (size_t row = 0; row < batch.rows; row++) mine.emplace(key_of_row(columns, row), number++);
  }
  std::map<size_t, StillHeld> broken;
  for (const Json& input : context.request.find("accepted")->as_array()) {
    auto reader = TRY(open_sealed_input(context, input, 1u << 20));
    for (size_t group = 0; group < reader->row_groups(); group++) {
      std::vector<table::ColumnRef> held;
      std::vector<const table::Column*> columns;
      for (const std::string& name : key) held.push_back(TRY(reader->read(group, table::find_column(reader->specs(), name))));
      for (const auto& column : held) columns.push_back(column.get());
      for (size_t row = 0; row < reader->rows_of(group); row++) {
        auto found = mine.find(key_of_row(columns, row));
        if (found == mine.end()) continue;
        broken.insert_or_assign(found->second, StillHeld{static_cast<int64_t>(r.rows.at(found->second).row), {key.front() + ":key.duplicate"}});
      }
    }
  }
  keep_held(r, std::move(broken));
  return {};
}

Result<Resubmission> read_resubmission(WorkerContext& context, const std::vector<std::string>& columns) {
  Resubmission out;
  std::string plan = TRY(context.request.get_string("plan"));
  out.plan = TRY(collect::parse_plan(plan));
  out.plan.format = collect::Format::csv;
  out.plan.encoding = Encoding::utf8;
  out.plan.header = true;
  out.plan.delimiter = std::nullopt;
  std::map<int64_t, Correction> corrections;
  for (auto& c : TRY(decode<std::vector<Correction>>(*context.request.find("corrections")))) corrections.emplace(c.row, std::move(c));
  auto rejected_list = TRY(decode<std::vector<int64_t>>(*context.request.find("rejected")));
  std::set<int64_t> rejected(rejected_list.begin(), rejected_list.end());
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  TRY(visit_held(*reader, columns, [&](int64_t number, std::span<const table::ColumnRef> cells, size_t row) -> Result<bool> {
    rejected.erase(number);
    auto found = corrections.find(number);
    if (found == corrections.end()) return true;
    collect::HeldRow held;
    held.row = static_cast<uint64_t>(number);
    for (size_t c = 0; c < out.plan.columns.size(); c++) {
      auto corrected = found->second.cells.find(out.plan.columns[c].name);
      held.cells.emplace_back(corrected != found->second.cells.end() ? corrected->second : std::string(cells[c + 2]->text_at(row)));
    }
    out.rows.push_back(std::move(held));
    corrections.erase(found);
    return true;
  }));
  if (!rejected.empty()) return fail(Errc::invalid, "correction.not_held", std::to_string(*rejected.begin()));
  if (!corrections.empty()) return fail(Errc::invalid, "correction.not_held", std::to_string(corrections.begin()->first));
  return out;
}

Result<std::vector<std::string>> texts_in(const Json& request, std::string_view member) {
  const Json* list = request.find(member);
  if (!list) return std::vector<std::string>{};
  return decode<std::vector<std::string>>(*list);
}

bool names_subject(const Json& row, const std::string& column) {
  const Json* reasons = row.find("reasons");
  return reasons && std::any_of(reasons->as_array().begin(), reasons->as_array().end(), [&](const Json& one) { return one.get_string_or("subject", "").value_or("") == column; });
}

}  // namespace

Status run_held_rows_job(WorkerContext& context) {
  auto columns = TRY(texts_in(context.request, "columns"));
  auto settled = TRY(decode<std::vector<space::RowSpan>>(*context.request.find("settled")));
  int64_t after = TRY(context.request.get_int("after")), limit = TRY(context.request.get_int("limit"));
  auto on_reason_list = TRY(texts_in(context.request, "on_reason"));
  std::set<std::string> on_reason(on_reason_list.begin(), on_reason_list.end());
  auto reader = TRY(open_sealed_input(context, 1u << 20));
  Json rows = Json::array();
  bool more = false;
  TRY(visit_held(*reader, columns, [&](int64_t number, std::span<const table::ColumnRef> cells, size_t row) -> Result<bool> {
    if (number <= after || space::has_row(settled, number)) return true;
    more = static_cast<int64_t>(rows.as_array().size()) == limit;
    if (more) return false;
    Json one = Json::object({{"reasons", reasons_json(cells[1]->text_at(row))}, {"row", number}});
    if (cells.size() > 2) {
      Json values = Json::object();
      for (size_t c = 2; c < cells.size(); c++) {
        std::string name = columns[c].substr(space::kHeldCellPrefix.size());
        if (!on_reason.contains(columns[c]) || names_subject(one, name)) values.set(name, cells[c]->text_at(row));
      }
      one.set("cells", std::move(values));
    }
    rows.push(std::move(one));
    return true;
  }));
  std::string page = canonical(rows);
  return send_result(context, Json::object({{"more", more}}), view(page));
}

Status run_correct_job(WorkerContext& context) {
  auto columns = TRY(texts_in(context.request, "columns")), key = TRY(texts_in(context.request, "key"));
  std::string dataset = TRY(context.request.get_string("dataset")), version = TRY(context.request.get_string("new_version"));
  Resubmission r = TRY(read_resubmission(context, columns));
  collect::CollectOptions options;
  options.threads = 1;
  if (auto today = context.request.get_int("today_days")) options.today = civil_from_days(*today);
  CollectChecks checks = TRY(read_collect_checks(context, r.plan));
  checks.give(options);
  Json result = Json::object({{"accepted", Json::array()}, {"accepted_count", 0}, {"warned_count", 0}});
  const std::optional<collect::RefundBook> known_origins = checks.refunds;  // both looks begin with what was known
  if (!r.rows.empty()) {
    Checked first = TRY(check_rows(r, options));
    TRY(drop_known_keys(context, r, key, first.accepted));
  }
  if (!r.rows.empty()) {
    std::optional<collect::RefundBook> origins = known_origins;
    if (origins) options.refunds = &*origins;
    Checked last = TRY(check_rows(r, options));  // what is sealed was checked as it is sealed
    std::vector<table::ColumnSpec> specs = collect::specs_of(r.plan);
    std::vector<std::string> names;
    for (const auto& spec : specs) names.push_back(spec.name);
    ColumnKeys fresh = TRY(receive_keys(context)).keys;
    auto keys = TRY(keys_in_order(fresh, names));
    auto writer = TRY(vault::SealedWriter::create_at(context.fds.at(0).get(), version, {dataset, version, specs, std::move(keys), 65536, 1}));
    for (const table::Batch& batch : last.accepted.batches) TRY(writer->append(batch));
    TRY(writer->finish());
    Json rows = Json::array();
    for (const auto& row : r.rows) rows.push(Json(static_cast<int64_t>(row.row)));
    result.set("accepted", std::move(rows)).set("accepted_count", last.outcome.facts.accepted).set("warned_count", last.outcome.facts.warned);
    result.set("manifest", vault::manifest_text(writer->manifest())).set("quality", encode(last.outcome.quality));
  }
  result.set("still_held", encode(r.still_held));
  return send_result(context, result);
}

}  // namespace sluice::node
