// Code tables: reference data with periods of validity.
#include "edge/api/core.h"
#include "node/code_tables.h"

namespace sluice::api {

using namespace space;

namespace {

Result<Json> code_tables_seen(const node::View& view) {
  Json items = Json::array();
  int64_t total = 0;
  for (const auto& [key, table] : view.state.code_tables) {
    if (!view.owns(table.owner) && !view.sees_all()) continue;
    items.push(encode(table));
    total++;
  }
  Json can = Json::array();
  if (view.holds(Duty::data_manager)) can.push("add");
  return Json::object({{"can", std::move(can)}, {"items", std::move(items)}, {"total", total}});
}

Answer add_table(Core& core, Call& call) {
  auto ask = TRY(command_of<node::CodeTableAsk>(call.request, {}, {"name", "title", "valid_from", "text"}));
  TRY(core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!view.holds(Duty::data_manager)) return fail(Errc::forbidden, "duty.missing", "data_manager");
    return Json::object();
  }));
  return json_of(201, encode(TRY(node::adopt_code_table(core.node, call.by, ask))));
}

}  // namespace

void add_reference_routes(Core& core) {
  core.get("/api/v1/references", [&core](Call& call) { return core.show(call, code_tables_seen); });
  core.post("/api/v1/references", [&core](Call& call) { return add_table(core, call); });
}

}  // namespace sluice::api
