// Products and applications, up to the contract's draft.
#include "edge/api/core.h"
#include "node/check_product.h"
#include "node/registration_certificate.h"
#include "node/secret_filter.h"

namespace sluice::api {

using namespace space;

namespace {

Look product_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.product(id); };
}
Look application_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.application(id); };
}

// POST /api/v1/products/{id}/ACTION and the like: a command with the id of the path.
template <class C>
void add_action(Core& core, std::string_view pattern, std::string_view member, Look (*look)(std::string), std::initializer_list<std::string_view> demanded) {
  core.post(pattern, [&core, member, look, demanded = std::vector<std::string_view>(demanded)](Call& call) -> Answer {
    Json body = TRY(body_of(call.request));
    for (std::string_view name : demanded)
      if (!body.find(name)) return fail(Errc::invalid, "record.missing_field", std::string(name));
    C command = TRY(decode<C>(TRY(completed(encode(C{}), body, {}, {{member, call.param("id")}}))));
    return core.act(call, command, look(call.param("id")));
  });
}

Answer check(Core& core, Call& call) {
  std::string id = call.param("id");
  auto product = TRY(id_of<ProductId>(id, "product.not_found"));
  // The node does the work; that the product is this person's to check is asked first.
  TRY(core.look(call.by, [&](const node::View& view) -> Result<Json> {
    Json seen = TRY(view.product(id));
    if (!view.owns(view.state.products.at(id).owner)) return fail(Errc::forbidden, "product.not_yours");
    return seen;
  }));
  node::Node& node = core.node;
  auto work = [&node, by = call.by, product](const node::ProgressFn&) -> Result<Json> {
    TRY(node::check_product(node, by, product));
    return Json::object({{"product", product.str()}});
  };
  return core.run(call, "check_product", work, [&core, by = call.by, id](const Json&) { return core.look(by, product_view(id)); });
}

// Whoever sees the product may hold its certificate; `format` is json or pdf.
Answer registration_certificate(Core& core, Call& call) {
  const std::string* asked = call.request.parameter("format");
  std::string id = call.param("id"), format = asked ? *asked : "json";
  if (format != "json" && format != "pdf") return fail(Errc::invalid, "product.certificate_format", format);
  auto product = TRY(id_of<ProductId>(id, "product.not_found"));
  TRY(core.look(call.by, product_view(id)));
  Json made = TRY(node::issue_registration_certificate(core.node, product));
  http::Response response = json_of(200, made);
  if (format == "pdf") {
    response.body = TRY(node::print_registration_certificate(made));
    response.headers.erase("Content-Type");
    response.headers.emplace("Content-Type", "application/pdf");
  }
  response.headers.emplace("Content-Disposition", "attachment; filename=\"" + id + ".registration." + format + "\"");
  return response;
}

}  // namespace

void add_product_routes(Core& core) {
  core.get("/api/v1/products", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.products(ask); });
  });
  core.get("/api/v1/products/{id}", [&core](Call& call) { return core.show(call, product_view(call.param("id"))); });
  core.get("/api/v1/products/{id}/certificate", [&core](Call& call) { return registration_certificate(core, call); });
  core.post("/api/v1/products", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<DraftProduct>(call.request, {}, {"dataset", "version", "form"}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(core.look(call.by, product_view(outcome.get<ProductDrafted>().product.str()))), 201);
  });
  core.post("/api/v1/products/{id}/check", [&core](Call& call) { return check(core, call); });
  add_action<ReviewProduct>(core, "/api/v1/products/{id}/review", "product", product_view, {"approve"});
  add_action<RegisterProduct>(core, "/api/v1/products/{id}/register", "product", product_view, {"approve"});
  add_action<WithdrawProduct>(core, "/api/v1/products/{id}/withdraw", "product", product_view, {});

  core.get("/api/v1/applications", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.applications(ask); });
  });
  core.get("/api/v1/applications/{id}", [&core](Call& call) { return core.show(call, application_view(call.param("id"))); });
  core.post("/api/v1/applications", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<SubmitApplication>(call.request, {}, {"product", "form"}));
    auto application = TRY(node::submit_application(core.node, call.by, std::move(command)));
    return core.object(call, TRY(core.look(call.by, application_view(application.str()))), 201);
  });
  core.post("/api/v1/applications/{id}/reveal-filter", [&core](Call& call) -> Answer {
    auto id = TRY(id_of<ApplicationId>(call.param("id"), "application.not_found"));
    return json_of(200, TRY(node::reveal_filter(core.node, call.by, id)));
  });
  core.post("/api/v1/applications/{id}/erase-filter", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<EraseFilter>(call.request, {{"application", call.param("id")}}, {"secret_ref"}));
    TRY(node::erase_filter(core.node, call.by, command));
    return core.object(call, TRY(core.look(call.by, application_view(call.param("id")))));
  });
  add_action<CastVote>(core, "/api/v1/applications/{id}/vote", "application", application_view, {"approve"});
  add_action<RecuseMember>(core, "/api/v1/applications/{id}/recuse", "application", application_view, {});
  add_action<CloseVote>(core, "/api/v1/applications/{id}/close-vote", "application", application_view, {});
  add_action<WithdrawApplication>(core, "/api/v1/applications/{id}/withdraw", "application", application_view, {});
}

}  // namespace sluice::api
