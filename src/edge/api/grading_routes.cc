// Grading: review queue, list, worksheet, levels, rule changes (docs/formats/grading-api.md).
#include "edge/api/core.h"
#include "node/grading_desk.h"

namespace sluice::api {

using namespace space;

namespace {

using Desk = std::shared_ptr<node::GradingDesk>;

std::string asked(const Call& call, std::string_view name) {
  const std::string* value = call.request.parameter(name);
  return value ? *value : std::string();
}

Result<int64_t> number_asked(const Call& call, std::string_view name, int64_t otherwise, int64_t most) {
  std::string text = asked(call, name);
  if (text.empty()) return otherwise;
  if (text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos) return fail(Errc::usage, "http.bad_page");
  int64_t value = std::stoll(text);
  if (value > most) return fail(Errc::usage, "http.bad_page");
  return value;
}

constexpr int64_t kPageMax = 500, kPositionMax = 100'000'000;

Answer review(const Desk& desk, Core& core, Call& call) {
  node::ReviewAsk ask{asked(call, "dataset"), asked(call, "why"), 50, 0};
  ask.limit = static_cast<size_t>(TRY(number_asked(call, "limit", 50, kPageMax)));
  ask.after = static_cast<size_t>(TRY(number_asked(call, "cursor", 0, kPositionMax)));
  return core.object(call, TRY(desk->review(call.by, ask)));
}

Answer confirm(Core& core, Call& call) {
  auto command = TRY(command_of<ApplyVerdict>(call.request, {}, {"verdict", "targets"}));
  auto outcome = TRY(core.node.space().execute(call.by, command));
  int64_t confirmed = 0, suggestions = 0;
  for (const Event& event : outcome.events) {
    confirmed += event.holds<FieldConfirmed>();
    suggestions += event.holds<VerdictRemembered>();
  }
  return core.object(call, Json::object({{"confirmed", confirmed}, {"seq", outcome.first_seq}, {"suggestions", suggestions}}));
}

Result<node::ListFilter> filter_of(const Call& call) {
  node::ListFilter filter{asked(call, "q"), asked(call, "dataset"), asked(call, "category"), asked(call, "state"), asked(call, "department"), 0};
  filter.level = static_cast<int>(TRY(number_asked(call, "level", 0, 5)));
  return filter;
}

Answer list(const Desk& desk, Core& core, Call& call) {
  auto limit = static_cast<size_t>(TRY(number_asked(call, "limit", 50, kPageMax))), from = static_cast<size_t>(TRY(number_asked(call, "cursor", 0, kPositionMax)));
  auto page = TRY(desk->page(call.by, TRY(filter_of(call)), from, limit));
  size_t end = from + page.items.size();
  Json out = Json::object({{"items", encode(page.items)}, {"total", page.total}, {"rows", page.total}, {"completeness", encode(page.completeness)},
                           {"columns", node::list_columns()}});
  return core.object(call, out.set("next", end < page.total ? Json(std::to_string(end)) : Json()));
}

// Who took the list out is on record: it tells where every sensitive field is.
Answer file(Core& core, const Call& call, const std::vector<node::GradedRow>& rows, const std::string& what) {
  TimeMs now = core.node.clock().now();
  std::string format = asked(call, "format");
  auto made = TRY(node::list_file(rows, format, "数据分类分级清单", now));
  TRY(core.node.space().record(Json::object({{"at_ms", now}, {"format", format}, {"kind", "grading.list_exported"}, {"list", what}, {"person", call.by.person.str()}})));
  http::Response response;
  response.headers.emplace("Content-Type", made.type);
  response.headers.emplace("Content-Disposition", "attachment; filename=\"graded-list." + made.ending + "\"");
  response.headers.emplace("Cache-Control", "no-store");
  response.body = std::move(made.content);
  return response;
}

// Members that are not sent stay as they are.
Answer describe(Core& core, Call& call) {
  Look dataset = [id = call.param("id")](const node::View& view) { return view.dataset(id); };
  auto id = TRY(id_of<DatasetId>(call.param("id"), "dataset.not_found"));
  Json facts = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    const Dataset* d = TRY(seen_dataset(view.state, view.person, id, view.now));
    return encode(d->facts.value_or(DatasetFacts{}));
  }));
  if (call.request.method == http::Method::get) return core.object(call, facts);
  Json body = TRY(completed(facts, TRY(body_of(call.request)), {}, {}));
  return core.act(call, DescribeDataset{id, TRY(decode<DatasetFacts>(body))}, dataset);
}

Result<Json> flow_asked(const Call& call) {
  Json body = TRY(completed(Json::object({{"fine_grained", false}, {"parts", Json::array()}, {"rows", 0}, {"scenario", "internal"}}), TRY(body_of(call.request)), {"parts"}, {}));
  const Json* parts = body.find("parts");
  if (!parts->is_array()) return fail(Errc::invalid, "record.wrong_kind", "parts");
  Json whole = Json::array();
  for (const Json& part : parts->as_array()) whole.push(TRY(completed(Json::object({{"columns", Json::array()}, {"version", ""}}), part, {"dataset"}, {})));
  return body.set("parts", std::move(whole));
}

struct AssociationAsk {
  std::vector<std::string> quasi;
  int64_t size = 5;
  static constexpr auto fields = field_list(field("quasi", &AssociationAsk::quasi), field("size", &AssociationAsk::size));
};

Answer associate(const Desk& desk, Core& core, Call& call) {
  auto ask = TRY(command_of<AssociationAsk>(call.request));
  auto version = TRY(id_of<VersionId>(call.param("version"), "version.not_found"));
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    const DatasetVersion* v = find(view.state.versions, version);
    if (!v || v->dataset.str() != call.param("id")) return fail(Errc::not_found, "version.not_found");
    TRY(view.own_dataset(call.param("id")));
    if (!view.holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  return core.run(call, "association", [desk, by = call.by, version, ask](const node::ProgressFn& progress) {
    return desk->associate(by, version, ask.quasi, ask.size, progress);
  });
}

struct ProposeAsk {
  std::string title, reason;
  Json packs = Json::object();
  static constexpr auto fields = field_list(field("title", &ProposeAsk::title), field("reason", &ProposeAsk::reason), field("packs", &ProposeAsk::packs));
};
struct NoteAsk {
  std::string note;
  static constexpr auto fields = field_list(field("note", &NoteAsk::note));
};

void add_list_routes(const Desk& desk, Core& core) {
  core.get("/api/v1/grading/list", [desk, &core](Call& call) { return list(desk, core, call); });
  core.get("/api/v1/grading/list/export", [desk, &core](Call& call) -> Answer {
    return file(core, call, TRY(desk->rows(call.by, TRY(filter_of(call)))), "current");
  });
  core.get("/api/v1/grading/heatmap", [desk, &core](Call& call) -> Answer {
    return core.object(call, node::heat_map(TRY(desk->rows(call.by, TRY(filter_of(call))))));
  });
  core.get("/api/v1/grading/lists", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->lists(call.by))); });
  core.post("/api/v1/grading/lists", [desk, &core](Call& call) -> Answer {
    auto ask = TRY(command_of<NoteAsk>(call.request));
    return core.object(call, TRY(desk->issue_list(call.by, ask.note)), 201);
  });
  core.get("/api/v1/grading/lists/{id}", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->one_list(call.by, call.param("id")))); });
  core.get("/api/v1/grading/lists/{id}/diff", [desk, &core](Call& call) -> Answer {
    return core.object(call, TRY(desk->difference(call.by, call.param("id"), asked(call, "against"))));
  });
  core.get("/api/v1/grading/lists/{id}/export", [desk, &core](Call& call) -> Answer {
    return file(core, call, TRY(desk->rows_of_list(call.by, call.param("id"))), call.param("id"));
  });
  core.post("/api/v1/grading/lists/{id}/sign", [desk, &core](Call& call) -> Answer {
    auto command = TRY(command_of<SignList>(call.request, {{"list", call.param("id")}}, {"reason"}));
    TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(desk->one_list(call.by, call.param("id"))));
  });
}

void add_change_routes(const Desk& desk, Core& core) {
  core.get("/api/v1/grading/changes", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->changes(call.by))); });
  core.post("/api/v1/grading/changes", [desk, &core](Call& call) -> Answer {
    auto ask = TRY(command_of<ProposeAsk>(call.request, {}, {"title", "reason", "packs"}));
    auto id = TRY(desk->propose_rules(call.by, ask.title, ask.reason, ask.packs));
    return core.object(call, TRY(desk->one_change(call.by, id.str())), 201);
  });
  core.get("/api/v1/grading/changes/{id}", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->one_change(call.by, call.param("id")))); });
  core.post("/api/v1/grading/changes/{id}/assess", [desk, &core](Call& call) -> Answer {
    return core.run(call, "assess", [desk, by = call.by, id = call.param("id")](const node::ProgressFn& progress) { return desk->assess_rules(by, id, progress); });
  });
  core.post("/api/v1/grading/changes/{id}/decide", [desk, &core](Call& call) -> Answer {
    auto command = TRY(command_of<DecideRules>(call.request, {{"change", call.param("id")}}, {"approve", "reason"}));
    TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(desk->one_change(call.by, call.param("id"))));
  });
  core.get("/api/v1/grading/lowerings", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->lowerings(call.by))); });
  core.post("/api/v1/grading/lowerings", [desk, &core](Call& call) -> Answer {
    auto command = TRY(command_of<RequestLowering>(call.request, {}, {"dataset", "column", "level", "days"}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, Json::object({{"id", outcome.get<LoweringRequested>().lowering.str()}}), 201);
  });
  core.post("/api/v1/grading/lowerings/{id}/decide", [desk, &core](Call& call) -> Answer {
    auto command = TRY(command_of<DecideLowering>(call.request, {{"lowering", call.param("id")}}, {"approve", "reason"}));
    TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(desk->lowerings(call.by)));
  });
}

}  // namespace

void add_grading_routes(Core& core) {
  auto desk = std::make_shared<node::GradingDesk>(core.node);
  core.get("/api/v1/grading/review", [desk, &core](Call& call) { return review(desk, core, call); });
  core.post("/api/v1/grading/confirm", [&core](Call& call) { return confirm(core, call); });
  core.get("/api/v1/grading/suggestions", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->suggestions(call.by))); });
  core.get("/api/v1/grading/worksheet", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->worksheet(call.by))); });
  core.post("/api/v1/grading/level", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->level(call.by, TRY(flow_asked(call))))); });
  core.get("/api/v1/grading/versions/{version}", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->lineage(call.by, call.param("version")))); });
  core.get("/api/v1/datasets/{id}/facts", [&core](Call& call) { return describe(core, call); });
  core.post("/api/v1/datasets/{id}/facts", [&core](Call& call) { return describe(core, call); });
  core.get("/api/v1/datasets/{id}/profile", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->profile(call.by, call.param("id")))); });
  core.post("/api/v1/datasets/{id}/versions/{version}/association", [desk, &core](Call& call) { return associate(desk, core, call); });
  add_list_routes(desk, core);
  add_change_routes(desk, core);
}

}  // namespace sluice::api
