// Collection: plans, files on the server's own machine, receipts in the place of manifests, batches with their quality.
#include "collect/plan.h"
#include "edge/api/core.h"
#include "node/collect_batch.h"
#include "node/held_rows.h"
#include "node/merge_versions.h"

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

struct HeldBody {
  std::string detail = "reasons";
  int64_t after = 0, limit = 50;
  static constexpr auto fields = field_list(field("detail", &HeldBody::detail), field("after", &HeldBody::after), field("limit", &HeldBody::limit));
};

// A reading is work that the ledger records, hence a POST.
Answer held_rows(Core& core, Call& call) {
  auto batch = TRY(id_of<BatchId>(call.param("id"), "batch.not_found"));
  auto ask = TRY(command_of<HeldBody>(call.request));
  if (ask.detail != "reasons" && ask.detail != "values" && ask.detail != "file") return fail(Errc::invalid, "record.unknown_name", "detail");
  auto detail = ask.detail == "file" ? node::HeldDetail::file : ask.detail == "values" ? node::HeldDetail::values : node::HeldDetail::reasons;
  auto page = TRY(node::read_held(core.node, call.by, {batch, detail, ask.after, ask.limit}));
  Json out = Json::object({{"on_reason", encode(page.on_reason)}, {"open", page.open}, {"rows", std::move(page.rows)}, {"withheld", encode(page.withheld)}});
  out.set("next", page.next ? Json(*page.next) : Json());
  http::Response response = json_of(200, out);
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Answer correct(Core& core, Call& call) {
  std::string id = call.param("id");
  TRY(id_of<BatchId>(id, "batch.not_found"));
  auto ask = TRY(command_of<node::CorrectAsk>(call.request, {{"batch", id}}));
  TRY(core.look(call.by, [&](const node::View& view) { return view.batch(id); }));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, ask](const node::ProgressFn&) -> Result<Json> { return encode(TRY(node::correct_held(node, by, ask))); };
  return core.run(call, "correct", work);
}

Answer change_source_key(Core& core, Call& call) {
  std::string id = call.param("id");
  TRY(id_of<PlanId>(id, "plan.not_found"));
  Json body = TRY(body_of(call.request));
  std::string key_text = TRY(body.get_string_or("source_key", ""));
  body.set("source_key", base64(TRY(key_from(key_text))));
  auto command = TRY(decode<ChangeSourceKey>(TRY(completed(encode(ChangeSourceKey{}), body, {"source_key", "reason"}, {{"plan", id}}))));
  return core.act(call, command, [id](const node::View& view) { return view.plan(id); });
}

Answer merge(Core& core, Call& call) {
  std::string id = call.param("id");
  TRY(id_of<DatasetId>(id, "dataset.not_found"));
  auto ask = TRY(command_of<node::MergeAsk>(call.request, {{"dataset", id}}));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    TRY(view.own_dataset(id));
    if (!view.person.has(Duty::data_manager, view.now)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, ask](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::merge_versions(node, by, ask, progress)));
  };
  return core.run(call, "merge", work);
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
  core.post("/api/v1/plans/{id}/source-key", [&core](Call& call) { return change_source_key(core, call); });
  core.get("/api/v1/batches", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.batches(ask); });
  });
  core.post("/api/v1/batches/{id}/held", [&core](Call& call) { return held_rows(core, call); });
  core.post("/api/v1/batches/{id}/corrections", [&core](Call& call) { return correct(core, call); });
  core.post("/api/v1/datasets/{id}/merge", [&core](Call& call) { return merge(core, call); });
  core.get("/api/v1/batches/{id}", [&core](Call& call) { return batch(core, call); });
}

}  // namespace sluice::api
