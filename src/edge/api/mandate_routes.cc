// Mandates: a party lets a broker act for it; what a broker's people do is done under one, at its own address.
#include "edge/api/scanned_form.h"

namespace sluice::api {

using namespace space;

namespace {

Look mandate_look(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.mandate(id); };
}

// A command about the mandate of the path.
template <class C>
void add_mandate_action(Core& core, std::string_view pattern, std::initializer_list<std::string_view> demanded) {
  core.post(pattern, [&core, demanded = std::vector<std::string_view>(demanded)](Call& call) -> Answer {
    Json body = TRY(body_of(call.request));
    for (std::string_view name : demanded)
      if (!body.find(name)) return fail(Errc::invalid, "record.missing_field", std::string(name));
    Json whole = TRY(completed(encode(C{}), body, {}, {{"mandate", call.param("id")}}));
    if (call.params.contains("draft")) whole.set("draft", call.param("draft"));
    return core.act(call, TRY(decode<C>(whole)), mandate_look(call.param("id")));
  });
}

Answer propose_mandate(Core& core, Call& call) {
  auto form = TRY(form_of<MandateForm>(core, call.request, {"broker", "acts", "until_ms", "number"}));
  auto outcome = TRY(core.node.space().execute(call.by, ProposeMandate{std::move(form)}));
  return core.object(call, TRY(core.look(call.by, mandate_look(outcome.get<MandateProposed>().mandate.str()))), 201);
}

Answer mandate_scan(Core& core, Call& call) {
  Json shown = TRY(core.look(call.by, mandate_look(call.param("id"))));
  return scan_answer(core, call, TRY(digest_from_hex(TRY(shown.find("form")->get_string("digest")))));
}

Answer draft_product(Core& core, Call& call) {
  auto command = TRY(command_of<DraftProduct>(call.request, {{"mandate", call.param("id")}}, {"dataset", "version", "form"}));
  auto outcome = TRY(core.node.space().execute(call.by, command));
  auto look = [id = outcome.get<ProductDrafted>().product.str()](const node::View& view) { return view.product(id); };
  return core.object(call, TRY(core.look(call.by, look)), 201);
}

Answer draft_contract(Core& core, Call& call) {
  auto command = TRY(command_of<DraftContract>(call.request, {{"mandate", call.param("id")}}, {"application", "duties", "liability"}));
  auto outcome = TRY(core.node.space().execute(call.by, command));
  auto look = [id = outcome.get<ContractDrafted>().contract.str()](const node::View& view) { return view.contract(id); };
  return core.object(call, TRY(core.look(call.by, look)), 201);
}

Answer draft_application(Core& core, Call& call) {
  auto command = TRY(command_of<DraftApplication>(call.request, {{"mandate", call.param("id")}}, {"product", "form"}));
  TRY(core.node.space().execute(call.by, command));
  return core.object(call, TRY(core.look(call.by, mandate_look(call.param("id")))), 201);
}

}  // namespace

void add_mandate_routes(Core& core) {
  core.get("/api/v1/mandates", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.mandates(ask); });
  });
  core.get("/api/v1/mandates/{id}", [&core](Call& call) { return core.show(call, mandate_look(call.param("id"))); });
  core.get("/api/v1/mandates/{id}/scan", [&core](Call& call) { return mandate_scan(core, call); });
  core.post("/api/v1/mandates", [&core](Call& call) { return propose_mandate(core, call); });
  add_mandate_action<ConfirmMandate>(core, "/api/v1/mandates/{id}/confirm", {"approve"});
  add_mandate_action<AcceptMandate>(core, "/api/v1/mandates/{id}/accept", {"approve"});
  add_mandate_action<EndMandate>(core, "/api/v1/mandates/{id}/end", {"reason"});
  core.post("/api/v1/mandates/{id}/applications", [&core](Call& call) { return draft_application(core, call); });
  add_mandate_action<DecideDraftedApplication>(core, "/api/v1/mandates/{id}/applications/{draft}/decide", {"approve"});
  add_mandate_action<WithdrawDraftedApplication>(core, "/api/v1/mandates/{id}/applications/{draft}/withdraw", {"reason"});
  core.post("/api/v1/mandates/{id}/products", [&core](Call& call) { return draft_product(core, call); });
  core.post("/api/v1/mandates/{id}/contracts", [&core](Call& call) { return draft_contract(core, call); });
  add_mandate_action<ChaseDelivery>(core, "/api/v1/mandates/{id}/chase", {"contract", "note"});
  add_mandate_action<ChaseRecipient>(core, "/api/v1/mandates/{id}/chase-destruction", {"release", "note"});
}

}  // namespace sluice::api
