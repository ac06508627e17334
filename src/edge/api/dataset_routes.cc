// The catalog: datasets, their grades, classification and masking.
#include "edge/api/core.h"
#include "node/classify_version.h"
#include "node/adopt_strategy.h"
#include "node/mask_version.h"
#include "node/measure_version.h"

namespace sluice::api {

using namespace space;

namespace {

Look dataset_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.dataset(id); };
}

// Work on a dataset is for its owner's people with the duty; the node grants keys only after the same question.
Status may_work_on(Core& core, const Call& call, const std::string& dataset, Duty duty) {
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.own_dataset(dataset));
    if (!view.holds(duty)) return fail(Errc::forbidden, "duty.missing", std::string(name_of(duty)));
    return Json::object();
  }));
  return {};
}

Answer classify(Core& core, Call& call) {
  std::string id = call.param("id");
  TRY(may_work_on(core, call, id, Duty::data_manager));
  VersionInForce taken;
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    taken = TRY(version_of_path(view, id, call.param("version")));
    return Json::object();
  }));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, taken](const node::ProgressFn& progress) -> Result<Json> {
    auto proposals = TRY(node::classify_version(node, by, taken.version, progress));
    return Json::object({{"proposals", encode(proposals)}, {"version", taken.version.str()}});
  };
  return core.run(call, "classify", work, [&core, by = call.by, id](const Json&) { return core.look(by, dataset_view(id)); });
}

// Risk and generalisation of a version: for the owner's data managers and security officers, on the keys of the columns that they name.
Result<VersionId> version_to_measure(Core& core, const Call& call) {
  std::string id = call.param("id");
  if (!may_work_on(core, call, id, Duty::data_manager)) TRY(may_work_on(core, call, id, Duty::security_officer));
  VersionId version;
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    version = TRY(version_of_path(view, id, call.param("version"))).version;
    return Json::object();
  }));
  return version;
}

Answer measure_risk(Core& core, Call& call) {
  auto version = TRY(version_to_measure(core, call));
  auto ask = TRY(command_of<node::RiskAsk>(call.request, {}, {"quasi"}));
  node::Node& node = core.node;
  return core.run(call, "risk", [&node, by = call.by, version, ask](const node::ProgressFn& progress) { return node::measure_version(node, by, version, ask, progress); });
}

Answer plan_generalisation(Core& core, Call& call) {
  auto version = TRY(version_to_measure(core, call));
  auto ask = TRY(command_of<node::GeneraliseAsk>(call.request, {}, {"quasi", "k"}));
  node::Node& node = core.node;
  return core.run(call, "anonymize", [&node, by = call.by, version, ask](const node::ProgressFn& progress) { return node::generalise_version(node, by, version, ask, progress); });
}

struct StrategyAsk {
  Json text;                        // the strategy's YAML or JSON text, or the strategy itself
  std::optional<Json> signature{};  // a reviewer's, over exactly the text (`sluice sign`)
  static constexpr auto fields = field_list(field("text", &StrategyAsk::text), field("signature", &StrategyAsk::signature));
};

Answer adopt_dataset_strategy(Core& core, Call& call) {
  std::string id = call.param("id");
  TRY(may_work_on(core, call, id, Duty::security_officer));
  Json body = TRY(body_of(call.request));
  auto ask = TRY(decode<StrategyAsk>(body));
  auto dataset = TRY(id_of<DatasetId>(id, "dataset.not_found"));
  auto strategy = TRY(node::adopt_strategy(core.node, call.by, dataset, ask.text.is_string() ? ask.text.as_string() : canonical(ask.text), ask.signature));
  Json shown = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> { return encode(view.state.strategies.at(strategy.str())); }));
  return core.object(call, shown, 201);
}

Answer apply_strategy(Core& core, Call& call) {
  auto strategy = TRY(id_of<StrategyId>(call.param("id"), "strategy.not_found"));
  auto ask = TRY(command_of<node::MaskAsk>(call.request, {}, {}));
  std::string dataset;
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    const Strategy* s = find(view.state.strategies, strategy);
    if (!s || !view.own_dataset(s->dataset.str())) return fail(Errc::not_found, "strategy.not_found");
    // Nobody named one: the one that stands for the dataset. The answer says which it was.
    if (ask.version.empty()) ask.version = version_in_force(view.state, s->dataset).version;
    const DatasetVersion* v = find(view.state.versions, ask.version);
    if (!v || v->dataset != s->dataset) return fail(Errc::not_found, "version.not_found");
    dataset = s->dataset.str();
    return Json::object();
  }));
  TRY(may_work_on(core, call, dataset, Duty::security_officer));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, strategy, ask](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::mask_version(node, by, strategy, ask, progress)));
  };
  return core.run(call, "mask", work);
}

// A report in the ledger's blobs, named by what the person sees: a masking's receipt.
Answer masking_receipt(Core& core, Call& call) {
  Digest digest{};
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    auto it = view.state.maskings.find(call.param("id"));
    const DatasetVersion* v = it == view.state.maskings.end() ? nullptr : find(view.state.versions, it->second.version);
    if (!v || !view.may_know(v->dataset.str())) return fail(Errc::not_found, "version.not_found");
    digest = it->second.receipt;
    return Json::object();
  }));
  Bytes blob = TRY(core.node.ledger().blob(digest));
  return http::json_response(200, std::string(text(blob)));
}

}  // namespace

void add_dataset_routes(Core& core) {
  core.get("/api/v1/flow/{id}", [&core](Call& call) { return core.show(call, [id = call.param("id")](const node::View& view) { return view.flow(id); }); });
  core.get("/api/v1/datasets", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.datasets(ask); });
  });
  core.get("/api/v1/datasets/{id}", [&core](Call& call) { return core.show(call, dataset_view(call.param("id"))); });
  core.post("/api/v1/datasets/{id}/confirm", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<ConfirmFields>(call.request, {{"dataset", call.param("id")}}, {"verdicts"}));
    return core.act(call, command, dataset_view(call.param("id")));
  });
  core.post("/api/v1/datasets/{id}/same-rows", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<DecideSameRows>(call.request, {{"dataset", call.param("id")}}, {"other", "same", "reason"}));
    return core.act(call, command, dataset_view(call.param("id")));
  });
  core.post("/api/v1/datasets/{id}/versions/{version}/classify", [&core](Call& call) { return classify(core, call); });
  core.post("/api/v1/datasets/{id}/versions/{version}/risk", [&core](Call& call) { return measure_risk(core, call); });
  core.post("/api/v1/datasets/{id}/versions/{version}/anonymize", [&core](Call& call) { return plan_generalisation(core, call); });
  core.post("/api/v1/datasets/{id}/strategies", [&core](Call& call) { return adopt_dataset_strategy(core, call); });
  core.post("/api/v1/strategies/{id}/apply", [&core](Call& call) { return apply_strategy(core, call); });
  core.get("/api/v1/versions/{id}/receipt", [&core](Call& call) { return masking_receipt(core, call); });
}

}  // namespace sluice::api
