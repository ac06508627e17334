#include "node/operate.h"

#include "base/file.h"
#include "node/release_labels.h"
#include "node/work.h"

namespace sluice::node {

using namespace space;

namespace {

struct OperationPlan {
  Operation operation;
  Bytes key;  // of the organisation
};

Result<OperationPlan> operation_plan(Node& node, const OperationId& id) {
  return node.space().read([&](const State& s) -> Result<OperationPlan> {
    const Operation* o = find(s.operations, id);
    if (!o) return fail(Errc::not_found, "operation.not_found");
    const Party* party = find(s.parties, o->party);
    return OperationPlan{*o, party ? party->public_key : Bytes{}};
  });
}

Json range_of(const Operation& o) {
  return Json::object({{"columns", encode(o.columns)}, {"first_row", o.first_row}, {"row_filter", Json::array()}, {"rows", o.rows}});
}

Result<WorkerAnswer> do_operation(Node& node, const Principal& by, const OperationPlan& plan, const GrantId& grant, const ProgressFn& progress) {
  const Operation& o = plan.operation;
  SealedWork work{.job = "list-values", .work = Work::operate, .version = o.version, .columns = o.columns, .more_folders = {}, .request = range_of(o)};
  if (o.what != "list_values") {
    work.job = "release-file";
    TRY(make_dirs(node.dir() + "/operations", 0700));
    work.more_folders.push_back(TRY(open_folder(node.dir() + "/operations")));
    work.request.set("context", Json::object({{"format", "csv"}, {"operation", o.id.str()}}))
        .set("file", o.id.str() + ".sluice")
        .set("format", "csv")
        .set("labels", TRY(labels_of(node, o.version, o.columns, std::nullopt)))
        .set("recipient_key", base64(plan.key));
  }
  auto started = TRY(start_sealed_work(node, by, std::move(work), grant));
  return started.worker.run(started.request, {}, progress);
}

Result<ReportOperation> report_of(const OperationId& id, const WorkerAnswer& answer) {
  ReportOperation out{.operation = id, .rows = TRY(answer.result.get_int("rows"))};
  out.bytes = TRY(answer.result.get_int_or("bytes", static_cast<int64_t>(answer.payload.size())));
  std::string file = TRY(answer.result.get_string_or("file_digest", "")), envelope = TRY(answer.result.get_string_or("envelope_digest", ""));
  if (!file.empty()) out.file_digest = TRY(digest_from_hex(file));
  if (!envelope.empty()) out.envelope_digest = TRY(digest_from_hex(envelope));
  return out;
}

}  // namespace

std::string operation_path(const Node& node, const OperationId& operation) { return node.dir() + "/operations/" + operation.str() + ".sluice"; }

Result<OperationResult> run_operation(Node& node, const Principal& by, const OperationId& id, const ProgressFn& progress) {
  OperationPlan plan = TRY(operation_plan(node, id));
  if (plan.operation.what == "modify") return fail(Errc::invalid, "operation.done_by_collection");
  bool wants_key = plan.operation.what != "list_values" && plan.operation.status == OperationStatus::approved;
  if (wants_key && plan.key.empty()) return fail(Errc::conflict, "party.no_key");
  auto started = TRY(node.space().execute(as_node(by), StartOperation{id}));
  auto done = do_operation(node, by, plan, started.get<OperationStarted>().grant, progress);
  auto report = done ? report_of(id, *done) : Result<ReportOperation>(tl::unexpected(done.error()));
  if (!report) {
    (void)node.space().execute(as_node(by), ReportOperationFailure{id, std::string(report.error().reason)});
    return tl::unexpected(report.error());
  }
  // On record as done before the first value leaves the node.
  TRY(node.space().execute(as_node(by), *report));
  return OperationResult{id, report->rows, report->bytes, plan.operation.what == "list_values" ? std::string(text(done->payload)) : std::string()};
}

}  // namespace sluice::node
