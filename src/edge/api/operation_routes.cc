// Operations on data inside the agency, and exceptions: asked for, decided by a second person, done, fetched, reviewed.
#include "edge/api/core.h"
#include "edge/api/envelope_download.h"
#include "node/operate.h"

namespace sluice::api {

using namespace space;

namespace {

Look operation_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.operation(id); };
}
Look exception_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.exception(id); };
}

// {"operation": object, "values": [...]} of list_values, else {"operation": object}.
Answer run(Core& core, Call& call) {
  auto id = TRY(id_of<OperationId>(call.param("id"), "operation.not_found"));
  Json seen = TRY(core.look(call.by, operation_view(id.str())));
  if (seen.get_string_or("requested_by", "").value_or("") != call.by.person.str()) return fail(Errc::forbidden, "operation.not_yours");
  if (seen.get_string_or("what", "").value_or("") == "list_values") {
    auto done = TRY(node::run_operation(core.node, call.by, id));
    Json shown = TRY(core.look(call.by, operation_view(id.str())));
    http::Response response = http::json_response(200, "{\"operation\":" + canonical(shown) + ",\"values\":" + done.values + "}");
    response.headers.emplace("Cache-Control", "no-store");
    return response;
  }
  node::Node& node = core.node;
  auto work = [&node, by = call.by, id](const node::ProgressFn& progress) -> Result<Json> {
    auto done = TRY(node::run_operation(node, by, id, progress));
    return Json::object({{"bytes", done.bytes}, {"rows", done.rows}});
  };
  return core.run(call, "operation", work, [&core, by = call.by, id](const Json&) -> Result<Json> {
    Json shown = TRY(core.look(by, operation_view(id.str())));
    return Json::object({{"operation", std::move(shown)}});
  });
}

// The envelope of a download or copy; each fetch is a record of the access segment.
Answer fetch(Core& core, Call& call) {
  auto id = TRY(id_of<OperationId>(call.param("id"), "operation.not_found"));
  Json seen = TRY(core.look(call.by, operation_view(id.str())));
  const Json* can = seen.find("can");
  bool may = false;
  for (const Json& action : can->as_array()) may |= action.as_string() == "fetch";
  if (!may) return fail(Errc::refused, "operation.nothing_to_fetch");
  auto response = TRY(envelope_download(node::operation_path(core.node, id), id.str()));
  TRY(core.node.space().record(Json::object({{"at_ms", core.node.clock().now()}, {"kind", "operation.file_fetched"}, {"operation", id.str()}, {"person", call.by.person.str()}})));
  return response;
}

template <class C>
void add_exception_action(Core& core, std::string_view pattern) {
  core.post(pattern, [&core](Call& call) -> Answer {
    auto command = TRY(command_of<C>(call.request, {{"exception", call.param("id")}}));
    return core.act(call, command, exception_view(call.param("id")));
  });
}

}  // namespace

void add_operation_routes(Core& core) {
  core.get("/api/v1/operations", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.operations(ask); });
  });
  core.get("/api/v1/operations/{id}", [&core](Call& call) { return core.show(call, operation_view(call.param("id"))); });
  core.post("/api/v1/operations", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RequestOperation>(call.request, {}, {"what", "dataset"}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(core.look(call.by, operation_view(outcome.get<OperationRequested>().operation.str()))), 201);
  });
  core.post("/api/v1/operations/{id}/decide", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<DecideOperation>(call.request, {{"operation", call.param("id")}}, {"approve"}));
    return core.act(call, command, operation_view(call.param("id")));
  });
  core.post("/api/v1/operations/{id}/withdraw", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<WithdrawOperation>(call.request, {{"operation", call.param("id")}}));
    return core.act(call, command, operation_view(call.param("id")));
  });
  core.post("/api/v1/operations/{id}/run", [&core](Call& call) { return run(core, call); });
  core.get("/api/v1/operations/{id}/file", [&core](Call& call) { return fetch(core, call); });

  core.get("/api/v1/exceptions", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.exceptions(ask); });
  });
  core.get("/api/v1/exceptions/{id}", [&core](Call& call) { return core.show(call, exception_view(call.param("id"))); });
  core.post("/api/v1/exceptions", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<RequestException>(call.request, {}, {"what", "dataset", "columns"}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(core.look(call.by, exception_view(outcome.get<ExceptionRequested>().exception.str()))), 201);
  });
  add_exception_action<DecideException>(core, "/api/v1/exceptions/{id}/decide");
  add_exception_action<EndException>(core, "/api/v1/exceptions/{id}/end");
  add_exception_action<ReviewException>(core, "/api/v1/exceptions/{id}/review");
}

}  // namespace sluice::api
