// Contracts: drafted out of an approved application, signed outside the node, released under.
#include "edge/api/core.h"
#include "node/release_file.h"

namespace sluice::api {

using namespace space;

namespace {

Look contract_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.contract(id); };
}
Look released_view(std::string id) {
  return [id = std::move(id)](const node::View& view) { return view.release(id); };
}

template <class C>
void add_contract_action(Core& core, std::string_view pattern) {
  core.post(pattern, [&core](Call& call) -> Answer {
    auto command = TRY(command_of<C>(call.request, {{"contract", call.param("id")}}));
    return core.act(call, command, contract_view(call.param("id")));
  });
}

struct ReleaseAsk {
  std::string purpose, format = "csv";
  std::vector<std::string> columns;
  static constexpr auto fields =
      field_list(field("purpose", &ReleaseAsk::purpose), field("format", &ReleaseAsk::format), field("columns", &ReleaseAsk::columns));
};

Answer release(Core& core, Call& call) {
  std::string id = call.param("id");
  auto contract = TRY(id_of<ContractId>(id, "contract.not_found"));
  auto ask = TRY(command_of<ReleaseAsk>(call.request));
  Json seen = TRY(core.look(call.by, contract_view(id)));
  if (seen.find("terms")->get_string("form").value_or("") == "api") {
    auto opened = TRY(node::open_api(core.node, call.by, contract, ask.purpose));
    Json shown = TRY(core.look(call.by, released_view(opened.release.str())));
    return json_of(201, Json::object({{"release", std::move(shown)}, {"token", opened.token}}));
  }
  node::Node& node = core.node;
  auto work = [&node, by = call.by, contract, ask](const node::ProgressFn& progress) -> Result<Json> {
    return encode(TRY(node::release_file(node, by, {contract, ask.columns, ask.purpose, ask.format}, progress)));
  };
  return core.run(call, "release_file", work, [&core, by = call.by](const Json& result) -> Result<Json> {
    std::string made = TRY(result.get_string("release"));
    return core.look(by, released_view(made));
  });
}

}  // namespace

void add_contract_routes(Core& core) {
  core.post("/api/v1/applications/{id}/contract", [&core](Call& call) -> Answer {
    auto command = TRY(command_of<DraftContract>(call.request, {{"application", call.param("id")}}));
    auto outcome = TRY(core.node.space().execute(call.by, command));
    return core.object(call, TRY(core.look(call.by, contract_view(outcome.get<ContractDrafted>().contract.str()))), 201);
  });
  core.get("/api/v1/contracts", [&core](Call& call) {
    return core.list(call, [](const node::View& view, const node::ListAsk& ask) { return view.contracts(ask); });
  });
  core.get("/api/v1/contracts/{id}", [&core](Call& call) { return core.show(call, contract_view(call.param("id"))); });
  add_contract_action<SignContract>(core, "/api/v1/contracts/{id}/sign");
  add_contract_action<SuspendContract>(core, "/api/v1/contracts/{id}/suspend");
  add_contract_action<ResumeContract>(core, "/api/v1/contracts/{id}/resume");
  add_contract_action<TerminateContract>(core, "/api/v1/contracts/{id}/terminate");
  core.post("/api/v1/contracts/{id}/release", [&core](Call& call) { return release(core, call); });
}

}  // namespace sluice::api
