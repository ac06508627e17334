// The document and the server must list the same routes.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "edge/http/system_routes.h"

namespace sluice::http {
namespace {

std::set<std::string> documented() {
  std::set<std::string> out;
  YAML::Node document = YAML::LoadFile(SLUICE_ROOT "/web/openapi.yaml");
  for (const auto& path : document["paths"]) {
    for (const auto& operation : path.second) {
      std::string method = operation.first.as<std::string>();
      if (method == "parameters" || method == "summary") continue;
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      out.insert(method + " " + path.first.as<std::string>());
    }
  }
  return out;
}

std::set<std::string> served() {
  Router router;
  Metrics metrics;
  add_system_routes(router, metrics, [] { return Status(); });
  std::set<std::string> out;
  for (const Route& route : router.routes()) out.insert(std::string(name_of(route.method)) + " " + route.pattern);
  return out;
}

TEST(OpenApi, ListsExactlyTheRoutesThatTheServerHas) { EXPECT_EQ(documented(), served()); }

TEST(SystemRoutes, HealthTellsWhyAndMetricsStayNear) {
  Router router;
  Metrics metrics;
  Status health;
  add_system_routes(router, metrics, [&health] { return health; });
  Handler handler = measured(router, metrics);
  Request request{.method = Method::get, .target = "/healthz", .path = "/healthz"};
  EXPECT_EQ(handler(request).status, 200);
  health = fail(Errc::io, "ledger.read_only");
  EXPECT_EQ(handler(request).status, 503);
  request.path = "/metrics";
  request.peer.address = "192.0.2.1";
  EXPECT_EQ(handler(request).status, 404);
  request.peer.address = "127.0.0.1";
  EXPECT_NE(handler(request).body.find("route=\"/healthz\",method=\"GET\",status=\"5xx\"} 1"), std::string::npos);
}

}  // namespace
}  // namespace sluice::http
