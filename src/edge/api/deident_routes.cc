// De-identification: plan, preview and comparison of strategies, receipts and checks, tracing, reversal, audit (docs/formats/deident-api.md).
#include "deident/carrier.h"
#include "edge/api/core.h"
#include "node/adopt_strategy.h"
#include "node/preview_strategy.h"
#include "node/recheck_version.h"
#include "node/release_marks.h"
#include "node/reverse_values.h"
#include "node/strategy_drafts.h"
#include "node/suspect_parts.h"
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

Result<VersionInForce> version_to_look_at(Core& core, const Call& call, const std::string& dataset, const std::string& version_text) {
  VersionInForce version;
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    if (!dataset.empty()) {
      TRY(may_look_at(view, dataset));
      version = TRY(version_of_path(view, dataset, version_text));
      return Json::object();
    }
    version.version = TRY(id_of<VersionId>(version_text, "version.not_found"));
    const DatasetVersion* v = find(view.state.versions, version.version);
    if (!v) return fail(Errc::not_found, "version.not_found");
    TRY(may_look_at(view, v->dataset.str()));
    return Json::object();
  }));
  return version;
}

// A job of `node` on the version that the path names.
template <class Ask>
Answer on_version(Core& core, Call& call, std::string kind, std::initializer_list<std::string_view> demanded,
                  Result<Json> (*work)(node::Node&, const Principal&, const VersionId&, const Ask&, const node::ProgressFn&)) {
  auto taken = TRY(version_to_look_at(core, call, call.param("id"), call.param("version")));
  auto ask = TRY(command_of<Ask>(call.request, {}, demanded));
  node::Node& node = core.node;
  return core.run(call, std::move(kind), [&node, by = call.by, taken, ask, work](const node::ProgressFn& progress) -> Result<Json> {
    return TRY(work(node, by, taken.version, ask, progress)).set("taken", encode(taken));
  });
}

// With what each column may not bear of marks, and why; the names are asked about outside the space's lock.
Answer overview(Core& core, Call& call) {
  deident::KnownTypes known;
  Json shown = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.own_dataset(call.param("id")));
    Json out = TRY(view.deident_overview(call.param("id"), TRY(version_of_path(view, call.param("id"), call.param("version"))).version.str()));
    known = node::known_types(view.state.datasets.at(call.param("id")));
    return out;
  }));
  Json columns = Json::array();
  for (Json column : shown.find("columns")->as_array()) {
    column.set("marks_refused", encode(deident::carrier_refusals(TRY(column.get_string("column")), known)));
    columns.push(std::move(column));
  }
  return core.object(call, shown.set("columns", std::move(columns)));
}

Answer recheck_masked(Core& core, Call& call) {
  auto version = TRY(version_to_look_at(core, call, "", call.param("id"))).version;
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

// {upload, data} with the bytes in base64; {upload, bytes} comes back.
Answer add_part(Core& core, Call& call, node::SuspectParts& parts) {
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!view.person.has(space::Duty::security_officer, view.now)) return fail(Errc::forbidden, "duty.missing");
    return Json::object();
  }));
  Json body = TRY(body_of(call.request));
  Bytes part = TRY(from_base64(TRY(body.get_string("data"))));
  const Json* given = body.find("upload");
  auto upload = TRY(parts.append(core.node, call.by.person.str(), given && given->is_string() ? given->as_string() : "", part));
  return json_of(201, Json::object({{"bytes", upload.bytes}, {"upload", upload.id}}));
}

Answer trace(Core& core, Call& call, node::SuspectParts& parts) {
  auto ask = TRY(command_of<node::TraceAsk>(call.request, {}, {"dataset", "reason"}));
  if (!ask.file.empty() && !call.request.peer.local) return fail(Errc::forbidden, "trace.local_only");
  if (!ask.file.empty() && ask.file.front() != '/') return fail(Errc::usage, "collection.path_not_absolute");
  node::Node& node = core.node;
  std::shared_ptr<node::MemoryFolder> uploaded;
  if (ask.upload) uploaded = std::make_shared<node::MemoryFolder>(TRY(parts.take(node, call.by.person.str(), *ask.upload)));
  return core.run(call, "trace", [&node, by = call.by, ask, uploaded](const node::ProgressFn& progress) { return node::trace_suspect(node, by, ask, progress, uploaded.get()); });
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

Look draft_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.strategy_draft(id); };
}

// The draft that the path names, where its person sees it.
Result<StrategyDraftId> seen_draft(Core& core, const Call& call) {
  auto id = TRY(id_of<StrategyDraftId>(call.param("id"), "draft.not_found"));
  TRY(core.look(call.by, draft_view(id.str())));
  return id;
}

Answer submit_draft(Core& core, Call& call) {
  auto dataset = TRY(id_of<DatasetId>(call.param("id"), "dataset.not_found"));
  auto ask = TRY(command_of<node::DraftAsk>(call.request, {}, {"text"}));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(may_look_at(view, dataset.str()));
    return Json();
  }));
  auto id = TRY(node::submit_draft(core.node, call.by, dataset, ask));
  return core.object(call, TRY(core.look(call.by, draft_view(id.str()))), 201);
}

// With the text, byte for byte, which is what is to be signed, and what stands beside it for the reviewer.
Answer show_draft(Core& core, Call& call) {
  auto id = TRY(seen_draft(core, call));
  StrategyDraft draft = core.node.space().read([&](const State& s) { return s.strategy_drafts.at(id.str()); });
  Json shown = TRY(core.look(call.by, draft_view(id.str())));
  Json reading = TRY(node::reading_of_draft(core.node, draft));
  for (const auto& [name, value] : reading.as_object()) shown.set(name, value);
  return core.object(call, shown);
}

Answer decide_draft(Core& core, Call& call) {
  auto id = TRY(seen_draft(core, call));
  auto word = TRY(command_of<node::DraftWord>(call.request));
  TRY(core.check_version(call, draft_view(id.str())));
  TRY(node::decide_draft(core.node, call.by, id, word));
  return core.object(call, TRY(core.look(call.by, draft_view(id.str()))));
}

Answer adopt_draft(Core& core, Call& call) {
  auto strategy = TRY(node::adopt_draft(core.node, call.by, TRY(seen_draft(core, call))));
  return core.object(call, TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> { return encode(view.state.strategies.at(strategy.str())); })), 201);
}

void add_draft_routes(Core& core) {
  core.get("/api/v1/strategy-drafts", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.strategy_drafts(ask); });
  });
  core.get("/api/v1/strategy-drafts/{id}", [&core](Call& call) { return show_draft(core, call); });
  core.post("/api/v1/datasets/{id}/strategy-drafts", [&core](Call& call) { return submit_draft(core, call); });
  core.post("/api/v1/strategy-drafts/{id}/decide", [&core](Call& call) { return decide_draft(core, call); });
  core.post("/api/v1/strategy-drafts/{id}/withdraw", [&core](Call& call) -> Answer {
    auto id = TRY(seen_draft(core, call));
    TRY(node::withdraw_draft(core.node, call.by, id));
    return core.object(call, TRY(core.look(call.by, draft_view(id.str()))));
  });
  core.post("/api/v1/strategy-drafts/{id}/adopt", [&core](Call& call) { return adopt_draft(core, call); });
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
  core.get("/api/v1/datasets/{id}/versions/{version}/deident", [&core](Call& call) { return overview(core, call); });
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
  auto parts = std::make_shared<node::SuspectParts>();
  core.post("/api/v1/deident/suspects", [&core, parts](Call& call) { return add_part(core, call, *parts); });
  core.post("/api/v1/deident/trace", [&core, parts](Call& call) { return trace(core, call, *parts); });
  core.get("/api/v1/deident/traces", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.traces(ask); });
  });
  core.get("/api/v1/deident/audit", [&core](Call& call) { return audit(core, call); });
  add_reversal_routes(core);
  add_draft_routes(core);
}

}  // namespace sluice::api
