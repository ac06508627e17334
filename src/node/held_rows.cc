#include "node/held_rows.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "collect/quality.h"
#include "crypto/hash.h"
#include "node/classify_version.h"
#include "node/code_tables.h"
#include "node/collect_work.h"
#include "node/work.h"
#include "space/collection/held_columns.h"
#include "vault/manifest.h"

namespace sluice::node {

using namespace space;

namespace {

struct HeldBatch {
  Batch batch;
  Plan plan;
  std::vector<DatasetVersion> accepted;  // what was accepted of this batch so far
};

Result<HeldBatch> held_batch(Node& node, const Principal& by, const BatchId& id) {
  return node.space().read([&](const State& s) -> Result<HeldBatch> {
    const Batch* batch = find(s.batches, id);
    const Plan* plan = batch ? find(s.plans, batch->plan) : nullptr;
    const Person* person = find(s.persons, by.person);
    if (!plan || !person || plan->owner != person->party) return fail(Errc::not_found, "batch.not_found");
    if (batch->held_version.empty()) return fail(Errc::conflict, "correction.nothing_held");
    HeldBatch out{*batch, *plan, {}};
    for (const auto& [version_id, version] : s.versions)
      if (version.batch == id) out.accepted.push_back(version);
    return out;
  });
}

std::vector<std::string> with_cells(const std::vector<std::string>& cells) {
  std::vector<std::string> out{std::string(kHeldRowNumber), std::string(kHeldReasons)};
  out.insert(out.end(), cells.begin(), cells.end());
  return out;
}

std::vector<std::string> cells_of(const Plan& plan) {
  std::vector<std::string> out;
  for (const auto& f : plan.plan_fields) out.push_back(std::string(kHeldCellPrefix) + f.name);
  return out;
}

std::vector<std::string> without_prefix(std::vector<std::string> cells) {
  for (std::string& name : cells) name.erase(0, kHeldCellPrefix.size());
  return cells;
}

// What this person is shown of the batch, and the approved download that it is shown under.
struct HeldView {
  HeldColumns columns;
  std::optional<Operation> approval{};
};

Result<HeldView> held_view(Node& node, const Principal& by, const HeldBatch& held, HeldDetail detail) {
  if (detail == HeldDetail::reasons) return HeldView{};
  HeldView out = node.space().read([&](const State& s) {
    HeldView view;
    const Person* person = find(s.persons, by.person);
    if (!person) return view;
    view.columns = held_columns(s, *person, held.batch, node.clock().now());
    if (const Operation* approval = held_approval(s, *person, held.batch, node.clock().now())) view.approval = *approval;
    return view;
  });
  if (out.columns.shown().empty()) return fail(Errc::forbidden, "access.no_right", out.columns.withheld.empty() ? std::string() : out.columns.withheld.front());
  if (detail != HeldDetail::file) return out;
  if (!out.approval) return fail(Errc::refused, "operation.needs_person", "download_held");
  for (auto* list : {&out.columns.open, &out.columns.named})
    std::erase_if(*list, [&](const std::string& name) {
      bool approved = std::find(out.approval->columns.begin(), out.approval->columns.end(), name) != out.approval->columns.end();
      if (!approved) out.columns.withheld.push_back(name);
      return !approved;
    });
  return out;
}

Json settled_json(const Batch& batch) {
  Json out = Json::array();
  for (const RowSpan& span : batch.settled) out.push(encode(span));
  return out;
}

// From which row on people will see how many, and whether as a file.
struct SeenRows {
  int64_t first = 0, count = 0;
  HeldDetail detail = HeldDetail::values;
};

// The grant, the worker and the keys of these cells of the batch's held rows.
Result<GrantedWorker> start_held_work(Node& node, const Principal& by, const HeldBatch& held, std::string job, const std::vector<std::string>& cells, Json request,
                                      std::vector<OwnedFd> files = {}, std::optional<SeenRows> seen = {}) {
  std::vector<std::string> columns = with_cells(cells);
  request.set("settled", settled_json(held.batch)).set("columns", encode(columns));
  if (!held.batch.held_manifest) return fail(Errc::corrupt, "vault.bad_manifest");
  return start_version_work(node, by,
                            {.job = std::move(job), .work = Work::correct, .version = held.batch.held_version, .columns = std::move(columns),
                             .more_folders = {}, .files = std::move(files), .request = std::move(request),
                             .first_row = seen ? std::optional(seen->first) : std::nullopt, .rows = seen ? std::optional(seen->count) : std::nullopt,
                             .download = seen && seen->detail == HeldDetail::file ? std::optional(true) : std::nullopt},
                            held.batch.dataset, *held.batch.held_manifest);
}

Status check_ask(const CorrectAsk& ask, const Plan& plan) {
  if (ask.corrections.empty() && ask.rejected.empty()) return fail(Errc::invalid, "correction.no_rows");
  if (ask.corrections.size() + ask.rejected.size() > kCorrectionRowsMax) return fail(Errc::invalid, "correction.too_many_rows");
  std::set<int64_t> rows;
  for (int64_t row : ask.rejected)
    if (!rows.insert(row).second) return fail(Errc::invalid, "correction.row_twice", std::to_string(row));
  for (const Correction& c : ask.corrections) {
    if (!rows.insert(c.row).second) return fail(Errc::invalid, "correction.row_twice", std::to_string(c.row));
    for (const auto& [column, cell] : c.cells)
      if (std::none_of(plan.plan_fields.begin(), plan.plan_fields.end(), [&](const PlanField& f) { return f.name == column; }))
        return fail(Errc::invalid, "correction.unknown_column");
  }
  return {};
}

Status not_settled(const HeldBatch& held, const CorrectAsk& ask) {
  std::vector<int64_t> rows = ask.rejected;
  for (const Correction& c : ask.corrections) rows.push_back(c.row);
  for (int64_t row : rows)
    if (has_row(held.batch.settled, row)) return fail(Errc::conflict, "correction.row_settled", std::to_string(row));
  return {};
}

std::vector<std::string> corrected_columns(const CorrectAsk& ask) {
  std::set<std::string> names;
  for (const Correction& c : ask.corrections)
    for (const auto& [column, cell] : c.cells) names.insert(column);
  return {names.begin(), names.end()};
}

// The last page was read: what was approved is done. It stays open where these pages were not read under it.
void close_download(Node& node, const Principal& by, const Operation& approval, int64_t rows) {
  (void)node.space().execute(as_node(by), ReportOperation{.operation = approval.id, .rows = rows});
}

struct Corrected {
  WorkerAnswer answer;
  DatasetWraps wraps;
};

// A row is unique among all that was accepted of its batch: the worker compares keys, and gets the key columns for it alone.
Result<std::vector<GrantId>> grant_keys_of_accepted(Node& node, const Principal& by, const HeldBatch& held, const collect::Plan& plan, GrantedWorker& work) {
  std::vector<std::string> columns;
  for (const auto& f : plan.columns)
    if (f.key.value_or(false)) columns.push_back(f.name);
  std::vector<GrantId> grants;
  Json inputs = Json::array();
  for (const DatasetVersion& version : held.accepted) {
    if (columns.empty()) break;
    auto further = grant_further(node, by, work.worker, Work::collect, version, columns);
    if (!further) {
      for (const GrantId& grant : grants) end_grant(node, by, grant, std::string(further.error().reason));
      return tl::unexpected(further.error());
    }
    grants.push_back(further->grant);
    inputs.push(std::move(further->input));
  }
  work.request.set("accepted", std::move(inputs)).set("key", encode(columns));
  return grants;
}

Result<Corrected> run_correction(Node& node, const Principal& by, const HeldBatch& held, const CorrectAsk& ask, const VersionId& version) {
  Bytes plan_bytes = TRY(node.ledger().blob(held.plan.plan_digest));
  Json request = Json::object({{"corrections", encode(ask.corrections)}, {"dataset", held.batch.dataset.str()}, {"new_version", version.str()},
                               {"plan", text(plan_bytes)}, {"rejected", encode(ask.rejected)}, {"today_days", node.clock().now() / kDayMs}});
  collect::Plan plan = TRY(collect::parse_plan(text(plan_bytes)));
  std::vector<OwnedFd> tables;
  request.set("tables", TRY(hand_code_tables(node, held.plan.owner, plan, 1, tables)));  // descriptor 0 is the vault
  auto granted = TRY(start_held_work(node, by, held, "correct", cells_of(held.plan), std::move(request), std::move(tables)));
  DatasetWraps wraps;
  std::vector<GrantId> further;
  auto worked = [&]() -> Result<WorkerAnswer> {
    if (plan.refunds) granted.request.set("origins", TRY(grant_origins(node, by, granted.worker, plan, held.batch.dataset, further)));
    auto accepted = TRY(grant_keys_of_accepted(node, by, held, plan, granted));
    further.insert(further.end(), accepted.begin(), accepted.end());
    std::vector<std::string> columns;
    for (const auto& f : held.plan.plan_fields) columns.push_back(f.name);
    OwnedFd key_end = TRY(granted.worker.key_end());
    wraps = TRY(node.agent().new_dataset_keys(held.batch.dataset.str(), version.str(), columns, std::move(key_end)));
    return granted.worker.run(granted.request);
  }();
  std::string ended = worked ? "done" : std::string(worked.error().reason);
  for (const GrantId& grant : further) end_grant(node, by, grant, ended);
  end_grant(node, by, granted.grant, ended);
  if (!worked) {
    granted.worker.kill();
    drop_version(node, version);
    return tl::unexpected(worked.error());
  }
  return Corrected{std::move(*worked), std::move(wraps)};
}

}  // namespace

Result<HeldPage> read_held(Node& node, const Principal& by, const HeldAsk& ask) {
  HeldBatch held = TRY(held_batch(node, by, ask.batch));
  int64_t limit = std::clamp<int64_t>(ask.limit, 1, static_cast<int64_t>(kHeldPageMax));
  HeldView seen = TRY(held_view(node, by, held, ask.detail));
  // Those who see values read: it counts under the windows of reading as any other look at data does.
  int64_t rows = std::min(limit, held.batch.held - rows_in(held.batch.settled));
  Json request = Json::object({{"after", ask.after}, {"limit", limit}, {"on_reason", encode(seen.columns.named)}});
  auto granted = TRY(start_held_work(node, by, held, "held-rows", seen.columns.shown(), std::move(request), {}, SeenRows{ask.after, rows, ask.detail}));
  auto worked = granted.worker.run(granted.request);
  if (!worked) {
    end_grant(node, by, granted.grant, std::string(worked.error().reason));
    return tl::unexpected(worked.error());
  }
  HeldPage page;
  page.on_reason = without_prefix(seen.columns.named);
  page.withheld = without_prefix(seen.columns.withheld);
  page.rows = TRY(parse_json(text(worked->payload)));
  if (!page.rows.is_array()) return fail(Errc::internal, "json.field", "rows");
  page.open = held.batch.held - rows_in(held.batch.settled);
  std::vector<int64_t> shown;
  for (const Json& row : page.rows.as_array()) shown.push_back(TRY(row.get_int("row")));
  if (TRY(worked->result.get_bool_or("more", false))) page.next = shown.back();
  std::string outcome = shown.empty() ? "read: no rows" : "read: " + std::to_string(shown.size()) + " held rows, " +
                                                           std::to_string(shown.front()) + " to " + std::to_string(shown.back());
  end_grant(node, by, granted.grant, std::move(outcome));
  if (seen.approval && !page.next) close_download(node, by, *seen.approval, page.open);
  return page;
}

Result<CorrectAnswer> correct_held(Node& node, const Principal& by, const CorrectAsk& ask) {
  HeldBatch held = TRY(held_batch(node, by, ask.batch));
  TRY(check_ask(ask, held.plan));
  TRY(not_settled(held, ask));
  VersionId version = VersionId::make(node.random());
  Corrected done = TRY(run_correction(node, by, held, ask, version));
  const Json& result = done.answer.result;
  auto accepted_rows = TRY(decode<std::vector<int64_t>>(*result.find("accepted")));
  CorrectAnswer answer;
  answer.batch = ask.batch;
  answer.still_held = TRY(decode<std::vector<StillHeld>>(*result.find("still_held")));
  if (accepted_rows.empty() && ask.rejected.empty()) return answer;
  std::vector<int64_t> rejected = ask.rejected;
  std::sort(rejected.begin(), rejected.end());
  SettleHeld report;
  report.batch = ask.batch;
  report.accepted = TRY(result.get_int("accepted_count"));
  report.warned = TRY(result.get_int("warned_count"));
  report.accepted_rows = spans_of(accepted_rows);
  report.rejected_rows = spans_of(rejected);
  report.corrected_columns = corrected_columns(ask);
  report.reason = ask.reason;
  if (!accepted_rows.empty()) {
    report.version = version;
    for (const auto& f : held.plan.plan_fields) report.columns.push_back(f.name);
    std::string manifest = TRY(result.get_string("manifest"));
    report.version_manifest = sm3(view(manifest));
    report.quality_digest = TRY(node.space().put_blob(view(canonical(*result.find("quality")))));
    TRY(node.keep_wraps(done.wraps));
  }
  auto outcome = node.space().execute(as_node(by), report);
  if (!outcome) {
    drop_version(node, version);
    return tl::unexpected(outcome.error());
  }
  answer.accepted = report.accepted;
  answer.warned = report.warned;
  answer.rejected = static_cast<int64_t>(rejected.size());
  answer.version = report.version;
  answer.seq = outcome->first_seq;
  if (!accepted_rows.empty()) answer.grading = grade_arrival(node, version);
  return answer;
}

}  // namespace sluice::node
