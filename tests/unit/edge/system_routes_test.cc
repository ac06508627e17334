// The routes every node has. That the OpenAPI document lists exactly the routes of the server: api_test.cc.
#include <gtest/gtest.h>

#include "edge/http/system_routes.h"

namespace sluice::http {
namespace {

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
