#include <algorithm>

#include "edge/api/core.h"
#include "node/storage.h"
#include "space/event.h"
#include "space/policy_request.h"

namespace sluice::api {

namespace {

constexpr size_t kNamesAtOnce = 200;

// Every kind of entry that the state machine writes, for filters of the ledger.
const Json& event_kinds() {
  static const Json kinds = [] {
    std::vector<std::string> all;
    space::Event::each_kind([&](const auto& e) { all.emplace_back(std::remove_cvref_t<decltype(e)>::kind); });
    std::sort(all.begin(), all.end());
    return encode(all);
  }();
  return kinds;
}

// Names of the ids that this person may know, of those asked for; what may not be known is left out.
Answer names(Core& core, Call& call) {
  const std::string* given = call.request.parameter("ids");
  Json ids = Json::array();
  for (size_t at = 0; given && at < given->size();) {
    size_t end = std::min(given->find(',', at), given->size());
    ids.push(Json(given->substr(at, end - at)));
    at = end + 1;
  }
  if (ids.as_array().size() > kNamesAtOnce) return fail(Errc::usage, "http.bad_page", "ids");
  return core.show(call, [&](const node::View& view) -> Result<Json> { return Json::object({{"names", view.names_of(ids)}}); });
}

// How full the disk is costs a look at every version's folder: for whoever answers for it.
Answer inbox(Core& core, Call& call) {
  bool operates = core.look(call.by, [](const node::View& view) -> Result<Json> {
    if (!view.may(space::AdoptStoragePolicy{space::StoragePolicy{}})) return fail(Errc::forbidden, "duty.missing");
    return Json();
  }).has_value();
  std::optional<node::StorageMeasured> measured;
  if (operates) measured = node::measure_storage(core.node);
  node::CeremonySeen ceremony = core.ceremony.seen();
  return core.show(call, [&](const node::View& view) -> Result<Json> {
    return view.inbox({.storage = measured ? &*measured : nullptr, .ceremony = &ceremony});
  });
}

}  // namespace

void add_inbox_routes(Core& core) {
  core.get("/api/v1/inbox", [&core](Call& call) {
    return inbox(core, call);
  });
  core.get("/api/v1/search", [&core](Call& call) {
    const std::string* text = call.request.parameter("q");
    return core.show(call, [&](const node::View& view) -> Result<Json> { return view.search(text ? *text : ""); });
  });
  core.get("/api/v1/names", [&core](Call& call) { return names(core, call); });
  // The closed lists that forms choose from.
  core.get("/api/v1/vocabulary", [&core](Call& call) -> Answer {
    const auto& policy = core.node.rules().policy;
    return core.object(call, Json::object({{"event_kinds", event_kinds()}, {"purposes", encode(policy.purposes)}, {"legal_bases", encode(policy.legal_bases)}, {"labels", encode(policy.labels)}}));
  });
}

}  // namespace sluice::api
