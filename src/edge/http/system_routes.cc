#include "edge/http/system_routes.h"

#include <chrono>

#include "codec/json.h"
#include "edge/http/problem.h"

namespace sluice::http {

void add_system_routes(Router& router, Metrics& metrics, std::function<Status()> healthy) {
  router.add(Method::get, "/healthz", [healthy](const Request& request, const Params&) {
    Status status = healthy();
    if (!status) {
      Error away = status.error();
      away.code = Errc::unreachable;
      return problem(away, request);
    }
    return json_response(200, canonical(Json::object({{"status", "ok"}})));
  });
  router.add(Method::get, "/metrics", [&metrics](const Request& request, const Params&) {
    const std::string& from = request.peer.address;
    bool near = request.peer.local || from == "::1" || from.starts_with("127.");
    if (!near) return problem({Errc::not_found, "http.no_such_path"}, request);
    return text_response(200, "text/plain; version=0.0.4; charset=utf-8", metrics.text());
  });
}

Handler measured(const Router& router, Metrics& metrics) {
  return [&router, &metrics](const Request& request) {
    auto started = std::chrono::steady_clock::now();
    std::string_view pattern = router.pattern_of(request);
    // The console's files count together.
    if (pattern.empty() && !request.path.starts_with("/api/")) pattern = "console";
    Response response = router.route(request);
    auto took = std::chrono::steady_clock::now() - started;
    metrics.observe(pattern, request.method, response.status,
                    std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    return response;
  };
}

}  // namespace sluice::http
