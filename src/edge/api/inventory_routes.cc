// The inventory beside the fields: described items, answers about datasets, business processes, the own scale of levels, usage, and
// the search over the catalog (docs/formats/grading-api.md).
#include "edge/api/core.h"
#include "edge/messages/catalogue.h"
#include "node/grading_desk.h"

namespace sluice::api {

using namespace space;

namespace {

using Desk = std::shared_ptr<node::GradingDesk>;

Json of_item(const node::View& view, const std::string& id) { return node::item_json(view, id).value_or(Json()); }

// Members that are not sent stay as they are.
Answer describe_item(Core& core, Call& call, const ItemId& item) {
  Json facts = encode(ItemFacts{});
  if (!item.empty())
    facts = TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> { return *TRY(node::item_json(view, item.str())).find("facts"); }));
  Json body = TRY(completed(facts, TRY(body_of(call.request)), {}, {}));
  auto outcome = TRY(core.node.space().execute(call.by, DescribeItem{item, TRY(decode<ItemFacts>(body))}));
  std::string id = outcome.get<ItemDescribed>().item.str();
  return core.object(call, TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> { return of_item(view, id); })), item.empty() ? 201 : 200);
}

template <class Command>
Answer change_item(Core& core, Call& call, const Command& command) {
  TRY(core.node.space().execute(call.by, command));
  return core.object(call, TRY(core.look(call.by, [id = call.param("id")](const node::View& view) -> Result<Json> { return of_item(view, id); })));
}

// Each object of a list with the members that it leaves out.
template <class T>
Result<Json> each_completed(const Json& body, std::string_view member, std::initializer_list<std::string_view> demanded) {
  const Json* list = body.find(member);
  if (!list) return Json::array();
  if (!list->is_array()) return fail(Errc::invalid, "record.wrong_kind", std::string(member));
  Json out = Json::array();
  for (const Json& one : list->as_array()) {
    if (!one.is_object()) return fail(Errc::invalid, "record.wrong_kind", std::string(member));
    out.push(TRY(completed(encode(T{}), one, demanded, {})));
  }
  return out;
}

Result<ProcessDiagram> diagram_of(const http::Request& request) {
  Json body = TRY(completed(encode(ProcessDiagram{}), TRY(body_of(request)), {"title", "nodes"}, {}));
  Json nodes = Json::array(), sent = TRY(each_completed<ProcessNode>(body, "nodes", {"id", "title"}));
  for (Json node : sent.as_array()) {
    node.set("data", TRY(each_completed<ProcessLink>(node, "data", {}))).set("access", TRY(each_completed<ProcessAccess>(node, "access", {"rights"})));
    nodes.push(std::move(node));
  }
  Json edges = TRY(each_completed<ProcessEdge>(body, "edges", {"from", "to"}));
  return decode<ProcessDiagram>(body.set("nodes", std::move(nodes)).set("edges", std::move(edges)));
}

Answer draw(const Desk& desk, Core& core, Call& call, const ProcessId& process) {
  auto diagram = TRY(diagram_of(call.request));
  auto outcome = TRY(core.node.space().execute(call.by, DrawProcess{process, std::move(diagram)}));
  return core.object(call, TRY(desk->process(call.by, outcome.get<ProcessDrawn>().process.str())), process.empty() ? 201 : 200);
}

// ?language=zh or en; else what the client says it reads.
Result<policy::Language> language_asked(const http::Request& request) {
  if (const std::string* asked = request.parameter("language")) {
    if (*asked != "zh" && *asked != "en") return fail(Errc::usage, "http.bad_language");
    return *asked == "zh" ? policy::Language::zh : policy::Language::en;
  }
  const std::string* accepted = request.header("accept-language");
  return language_of_accept(accepted ? *accepted : "") == Language::zh ? policy::Language::zh : policy::Language::en;
}

Answer picture(const Desk& desk, Call& call) {
  http::Response response;
  response.body = TRY(desk->process_picture(call.by, call.param("id"), TRY(language_asked(call.request))));
  response.headers.emplace("Vary", "Accept-Language");
  response.headers.emplace("Content-Type", "image/svg+xml; charset=utf-8");
  response.headers.emplace("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

Answer search(const Desk& desk, Core& core, Call& call) {
  const std::string *text = call.request.parameter("q"), *limit = call.request.parameter("limit");
  size_t most = 50;
  if (limit) {
    if (limit->empty() || limit->size() > 3 || limit->find_first_not_of("0123456789") != std::string::npos) return fail(Errc::usage, "http.bad_page");
    most = std::clamp<size_t>(static_cast<size_t>(std::stoul(*limit)), 1, 500);
  }
  return core.object(call, TRY(desk->search(call.by, text ? *text : "", most)));
}

void add_item_routes(Core& core) {
  core.get("/api/v1/grading/items", [&core](Call& call) { return core.show(call, [](const node::View& v) -> Result<Json> { return node::items_json(v); }); });
  core.post("/api/v1/grading/items", [&core](Call& call) { return describe_item(core, call, {}); });
  core.get("/api/v1/grading/items/{id}", [&core](Call& call) {
    return core.show(call, [id = call.param("id")](const node::View& v) { return node::item_json(v, id); });
  });
  core.post("/api/v1/grading/items/{id}", [&core](Call& call) -> Answer {
    return describe_item(core, call, TRY(id_of<ItemId>(call.param("id"), "inventory.item_not_found")));
  });
  core.post("/api/v1/grading/items/{id}/grade", [&core](Call& call) -> Answer {
    auto grade = TRY(command_of<ItemGrade>(call.request, {}, {"type", "category", "level", "reason"}));
    return change_item(core, call, GradeItem{TRY(id_of<ItemId>(call.param("id"), "inventory.item_not_found")), std::move(grade)});
  });
  core.post("/api/v1/grading/items/{id}/end", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<EndItem>(call.request, {{"item", call.param("id")}}, {"reason"}));
    return change_item(core, call, command);
  });
}

void add_process_routes(const Desk& desk, Core& core) {
  core.get("/api/v1/grading/processes", [&core](Call& call) { return core.show(call, [](const node::View& v) -> Result<Json> { return node::processes_json(v); }); });
  core.post("/api/v1/grading/processes", [desk, &core](Call& call) { return draw(desk, core, call, {}); });
  core.get("/api/v1/grading/processes/{id}", [desk, &core](Call& call) -> Answer { return core.object(call, TRY(desk->process(call.by, call.param("id")))); });
  core.post("/api/v1/grading/processes/{id}", [desk, &core](Call& call) -> Answer {
    return draw(desk, core, call, TRY(id_of<ProcessId>(call.param("id"), "process.not_found")));
  });
  core.get("/api/v1/grading/processes/{id}/picture", [desk](Call& call) { return picture(desk, call); });
  core.post("/api/v1/grading/processes/{id}/remove", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RemoveProcess>(call.request, {{"process", call.param("id")}}, {"reason"}));
    TRY(core.node.space().execute(call.by, command));
    return core.show(call, [](const node::View& v) -> Result<Json> { return node::processes_json(v); });
  });
}

}  // namespace

void add_inventory_routes(Core& core) {
  auto desk = std::make_shared<node::GradingDesk>(core.node);
  add_item_routes(core);
  add_process_routes(desk, core);
  core.get("/api/v1/grading/own-levels", [&core](Call& call) { return core.show(call, [](const node::View& v) -> Result<Json> { return node::own_levels_json(v); }); });
  core.post("/api/v1/grading/own-levels", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<AdoptOwnLevels>(call.request, {}, {"levels", "reason"}));
    TRY(core.node.space().execute(call.by, command));
    return core.show(call, [](const node::View& v) -> Result<Json> { return node::own_levels_json(v); });
  });
  core.get("/api/v1/datasets/{id}/answers", [&core](Call& call) {
    return core.show(call, [id = call.param("id")](const node::View& v) { return node::answers_json(v, id); });
  });
  core.get("/api/v1/datasets/{id}/usage", [&core](Call& call) {
    return core.show(call, [id = call.param("id")](const node::View& v) { return node::usage_json(v, id); });
  });
  core.get("/api/v1/catalog/search", [desk, &core](Call& call) { return search(desk, core, call); });
}

}  // namespace sluice::api
