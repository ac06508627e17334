// De-identification: plan, preview and comparison of strategies, receipts and checks, tracing, reversal, audit (docs/formats/deident-api.md).
#include "edge/api/core.h"
#include "node/adopt_strategy.h"
#include "node/preview_strategy.h"
#include "node/recheck_version.h"
#include "node/release_marks.h"
#include "node/reverse_values.h"
#include "node/trace_suspect.h"

namespace sluice::api {

using namespace space;

namespace {

Look reversal_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.reversal(id); };
}

// Looking at sealed data of a dataset: the owner's data managers and security officers.
Status may_look_at(const node::View& view, const std::string& dataset) {
  TRY(view.own_dataset(dataset));
  if (!view.holds(Duty::data_manager) && !view.holds(Duty::security_officer)) return fail(Errc::forbidden, "duty.missing", std::string(name_of(Duty::security_officer)));
  return {};
}

Result<VersionId> version_to_look_at(Core& core, const Call& call, const std::string& dataset, const std::string& version_text) {
  auto version = TRY(id_of<VersionId>(version_text, "version.not_found"));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    const DatasetVersion* v = find(view.state.versions, version);
    if (!v || (!dataset.empty() && v->dataset.str() != dataset)) return fail(Errc::not_found, "version.not_found");
    TRY(may_look_at(view, v->dataset.str()));
    return Json::object();
  }));
  return version;
}

// A job of `node` on the version that the path names.
template <class Ask>
Answer on_version(Core& core, Call& call, std::string kind, std::initializer_list<std::string_view> demanded,
                  Result<Json> (*work)(node::Node&, const Principal&, const VersionId&, const Ask&, const node::ProgressFn&)) {
  auto version = TRY(version_to_look_at(core, call, call.param("id"), call.param("version")));
  auto ask = TRY(command_of<Ask>(call.request, {}, demanded));
  node::Node& node = core.node;
  return core.run(call, std::move(kind), [&node, by = call.by, version, ask, work](const node::ProgressFn& progress) { return work(node, by, version, ask, progress); });
}

Answer recheck_masked(Core& core, Call& call) {
  auto version = TRY(version_to_look_at(core, call, "", call.param("id")));
  auto ask = TRY(command_of<node::RecheckAsk>(call.request));
  node::Node& node = core.node;
  return core.run(call, "recheck", [&node, by = call.by, version, ask](const node::ProgressFn& progress) { return node::recheck_version(node, by, version, ask, progress); });
}

Answer recheck_released(Core& core, Call& call) {
  auto release = TRY(id_of<ReleaseId>(call.param("id"), "release.not_found"));
  auto ask = TRY(command_of<node::RecheckAsk>(call.request));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.release(release.str()));
    TRY(may_look_at(view, view.state.releases.at(release.str()).dataset.str()));
    return Json::object();
  }));
  node::Node& node = core.node;
  ledger::Store* store = core.store.get();
  return core.run(call, "recheck", [&node, store, by = call.by, release, ask](const node::ProgressFn& progress) {
    return node::recheck_release(node, store, by, release, ask, progress);
  });
}

Answer trace(Core& core, Call& call) {
  auto ask = TRY(command_of<node::TraceAsk>(call.request, {}, {"dataset", "reason"}));
  if (!ask.file.empty() && !call.request.peer.local) return fail(Errc::forbidden, "trace.local_only");
  if (!ask.file.empty() && ask.file.front() != '/') return fail(Errc::usage, "collection.path_not_absolute");
  node::Node& node = core.node;
  return core.run(call, "trace", [&node, by = call.by, ask](const node::ProgressFn& progress) { return node::trace_suspect(node, by, ask, progress); });
}

Answer audit(Core& core, Call& call) {
  const std::string* dataset = call.request.parameter("dataset");
  node::Node& node = core.node;
  auto document = [&node](const Digest& content) -> std::optional<deident::Strategy> {
    auto strategy = node::strategy_of(node, content);
    return strategy ? std::optional(*strategy) : std::nullopt;
  };
  auto receipt_there = [&node](const Digest& digest) { return digest != Digest{} && node.ledger().blob(digest).has_value(); };
  return core.show(call, [&](const node::View& view) -> Result<Json> {
    if (!view.access_office() && !view.holds(Duty::data_manager) && !view.sees_all()) return fail(Errc::forbidden, "duty.missing", "security_officer");
    return view.deident_audit(dataset ? *dataset : "", document, receipt_there);
  });
}

Answer ask_reversal(Core& core, Call& call) {
  auto ask = TRY(command_of<node::ReversalAsk>(call.request, {}, {"version", "column", "values", "reason"}));
  auto id = TRY(node::request_reversal(core.node, call.by, ask));
  return core.object(call, TRY(core.look(call.by, reversal_view(id.str()))), 201);
}

// What the values stand for leaves once, in this answer; no job keeps it.
Answer run_one_reversal(Core& core, Call& call) {
  auto id = TRY(id_of<ReversalId>(call.param("id"), "reversal.not_found"));
  TRY(core.look(call.by, reversal_view(id.str())));
  auto reversed = TRY(node::run_reversal(core.node, call.by, id));
  Json values = Json::array();
  for (const auto& one : reversed) values.push(Json::object({{"original", one.original ? Json(*one.original) : Json()}, {"value", one.value}}));
  Json shown = TRY(core.look(call.by, reversal_view(id.str())));
  return json_of(200, Json::object({{"reversal", std::move(shown)}, {"values", std::move(values)}}));
}

void add_reversal_routes(Core& core) {
  core.get("/api/v1/reversals", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.reversals(ask); });
  });
  core.get("/api/v1/reversals/{id}", [&core](Call& call) { return core.show(call, reversal_view(call.param("id"))); });
  core.post("/api/v1/reversals", [&core](Call& call) { return ask_reversal(core, call); });
  core.post("/api/v1/reversals/{id}/decide", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<DecideReversal>(call.request, {{"reversal", call.param("id")}}, {"approve", "reason"}));
    TRY(core.check_version(call, reversal_view(call.param("id"))));
    TRY(node::decide_reversal(core.node, call.by, command));
    return core.object(call, TRY(core.look(call.by, reversal_view(call.param("id")))));
  });
  core.post("/api/v1/reversals/{id}/withdraw", [&core](Call& call) -> Answer {
    TRY(node::withdraw_reversal(core.node, call.by, TRY(id_of<ReversalId>(call.param("id"), "reversal.not_found"))));
    return core.object(call, TRY(core.look(call.by, reversal_view(call.param("id")))));
  });
  core.post("/api/v1/reversals/{id}/run", [&core](Call& call) { return run_one_reversal(core, call); });
}

}  // namespace

void add_deident_routes(Core& core) {
  core.get("/api/v1/datasets/{id}/versions/{version}/deident", [&core](Call& call) {
    return core.show(call, [&](const node::View& view) { return view.deident_overview(call.param("id"), call.param("version")); });
  });
  core.post("/api/v1/datasets/{id}/versions/{version}/plan", [&core](Call& call) { return on_version<node::PlanAsk>(core, call, "plan", {}, node::plan_strategy); });
  core.post("/api/v1/datasets/{id}/versions/{version}/preview", [&core](Call& call) { return on_version<node::PreviewAsk>(core, call, "preview", {}, node::preview_strategy); });
  core.post("/api/v1/datasets/{id}/versions/{version}/compare", [&core](Call& call) { return on_version<node::CompareAsk>(core, call, "compare", {"a", "b"}, node::compare_strategies); });
  core.get("/api/v1/receipts", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.receipts(ask); });
  });
  core.post("/api/v1/versions/{id}/recheck", [&core](Call& call) { return recheck_masked(core, call); });
  core.post("/api/v1/releases/{id}/recheck", [&core](Call& call) { return recheck_released(core, call); });
  core.get("/api/v1/deident/marks", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.marked_releases(ask); });
  });
  core.post("/api/v1/deident/trace", [&core](Call& call) { return trace(core, call); });
  core.get("/api/v1/deident/traces", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.traces(ask); });
  });
  core.get("/api/v1/deident/audit", [&core](Call& call) { return audit(core, call); });
  add_reversal_routes(core);
}

}  // namespace sluice::api
