// Collection: plans, files on the server's own machine, receipts in the place of manifests, batches with their quality.
#include "collect/plan.h"
#include "edge/api/core.h"
#include "node/collect_batch.h"

namespace sluice::api {

using namespace space;

namespace {

struct PlanAsk {
  Json plan;                // the plan's text (YAML or JSON), or the plan itself
  std::string source_key;   // hex or base64 of 65 bytes; empty where the source cannot sign
  static constexpr auto fields = field_list(field("plan", &PlanAsk::plan), field("source_key", &PlanAsk::source_key));
};
struct CollectAsk {
  PlanId plan;
  std::string file;
  static constexpr auto fields = field_list(field("plan", &CollectAsk::plan), field("file", &CollectAsk::file));
};

Result<Bytes> key_from(const std::string& text) {
  if (text.empty()) return Bytes{};
  auto key = from_hex(text);
  if (!key) key = from_base64(text);
  if (!key || key->size() != 65) return fail(Errc::invalid, "party.bad_key");
  return *key;
}

Answer adopt(Core& core, Call& call) {
  Json body = TRY(body_of(call.request));
  auto ask = TRY(decode<PlanAsk>(TRY(completed(Json::object({{"source_key", ""}}), body, {"plan"}, {}))));
  Bytes key = TRY(key_from(ask.source_key));
  auto plan = TRY(collect::parse_plan(ask.plan.is_string() ? ask.plan.as_string() : canonical(ask.plan)));
  // The plan's text becomes a blob of the ledger: only for someone who may adopt plans at all.
  Json may = TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    return Json::object({{"may", view.may(AdoptPlan{})}});
  }));
  if (!may.find("may")->as_bool()) TRY(core.node.space().execute(call.by, AdoptPlan{}));
  auto id = TRY(node::adopt_plan(core.node, call.by, plan, key));
  return core.object(call, TRY(core.look(call.by, [&](const node::View& view) { return view.plan(id.str()); })), 201);
}

Answer collect_file(Core& core, Call& call) {
  if (!call.request.peer.local) return fail(Errc::forbidden, "collection.local_only");
  auto ask = TRY(command_of<CollectAsk>(call.request, {}, {"plan", "file"}));
  if (ask.file.empty() || ask.file.front() != '/') return fail(Errc::usage, "collection.path_not_absolute");
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.own_plan(ask.plan.str()));
    if (!view.holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, ask](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::collect_batch(node, by, {ask.plan, ask.file}, progress)));
  };
  return core.run(call, "collect", work);
}

Answer receipt(Core& core, Call& call) {
  auto command = TRY(command_of<ReceiptBatch>(call.request, {}, {"plan", "file_digest", "rows"}));
  Json none = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    return view.own_plan(command.plan.str()) ? Json::object() : Result<Json>(fail(Errc::not_found, "batch.not_found"));
  }));
  auto outcome = TRY(core.node.space().execute(call.by, command));
  std::string batch = outcome.get<BatchReceipted>().batch.str();
  return core.object(call, TRY(core.look(call.by, [&](const node::View& view) { return view.batch(batch); })));
}

// The quality report is a blob of the ledger; it holds counts and reasons, no values of persons.
Answer batch(Core& core, Call& call) {
  Json shown = TRY(core.look(call.by, [&](const node::View& view) { return view.batch(call.param("id")); }));
  auto digest = digest_from_hex(shown.get_string_or("quality_digest", "").value_or(""));
  if (digest && *digest != Digest{}) {
    auto blob = core.node.ledger().blob(*digest);
    auto quality = blob ? parse_json(text(*blob), 8u << 20) : Result<Json>(tl::unexpected(blob.error()));
    if (quality) shown.set("quality", std::move(*quality));
  }
  return core.object(call, shown);
}

}  // namespace

void add_collection_routes(Core& core) {
  core.get("/api/v1/plans", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.plans(ask); });
  });
  core.get("/api/v1/plans/{id}", [&core](Call& call) {
    return core.show(call, [&](const node::View& view) { return view.plan(call.param("id")); });
  });
  core.post("/api/v1/plans", [&core](Call& call) { return adopt(core, call); });
  core.post("/api/v1/collections", [&core](Call& call) { return collect_file(core, call); });
  core.post("/api/v1/collections/receipt", [&core](Call& call) { return receipt(core, call); });
  core.get("/api/v1/batches/{id}", [&core](Call& call) { return batch(core, call); });
}

}  // namespace sluice::api
