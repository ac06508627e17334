// The routes every node has, whatever its space holds: /healthz and /metrics. And the handler that wraps the whole
// table: it measures each request and never lets one through unmeasured.
#pragma once

#include <functional>

#include "edge/http/metrics.h"
#include "edge/http/router.h"

namespace sluice::http {

// `healthy`: OK, or why the node cannot do its work now ("ledger.read_only" → 503). /metrics is answered on loopback and
// the local socket only ("http.no_such_path" elsewhere): figures of load are for the operator.
void add_system_routes(Router& router, Metrics& metrics, std::function<Status()> healthy);

// The references must outlive the server.
Handler measured(const Router& router, Metrics& metrics);

}  // namespace sluice::http
