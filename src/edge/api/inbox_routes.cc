#include "edge/api/core.h"
#include "space/policy_request.h"

namespace sluice::api {

void add_inbox_routes(Core& core) {
  core.get("/api/v1/inbox", [&core](Call& call) {
    return core.show(call, [](const node::View& view) -> Result<Json> { return view.inbox(); });
  });
  core.get("/api/v1/search", [&core](Call& call) {
    const std::string* text = call.request.parameter("q");
    return core.show(call, [&](const node::View& view) -> Result<Json> { return view.search(text ? *text : ""); });
  });
  // The closed lists that forms choose from.
  core.get("/api/v1/vocabulary", [&core](Call& call) -> Answer {
    const auto& policy = core.node.rules().policy;
    return core.object(call, Json::object({{"purposes", encode(policy.purposes)}, {"legal_bases", encode(policy.legal_bases)}, {"labels", encode(policy.labels)}}));
  });
}

}  // namespace sluice::api
