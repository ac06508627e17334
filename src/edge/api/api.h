// The HTTP interface of a node: every route of /api/v1, /healthz, /metrics and the ledger's public tiles.
//
// A handler decodes the request, makes one call (a use case, a command, or a view of the state) and encodes the answer.
// It decides nothing itself: duties, visibility and terms are the state machine's (space/decide.h, space/guard.h), and
// the `can` lists of objects ask that same decide() in a dry run, so that they never drift from it.
//
// Who acts: the person of the session cookie; on the UNIX socket without a cookie the local operator. What a person may
// not see answers as if it did not exist. Refusals to strangers go to the open access segment, with reason and route
// pattern and never with what the stranger typed.
//
// Conventions: docs/formats/http-api.md; the contract: web/openapi.yaml. Thread-safe; construct before the server starts. The node
// and the metrics must outlive it; the server must have stopped before it goes.
#pragma once

#include <memory>

#include "edge/http/metrics.h"
#include "edge/http/router.h"
#include "node/alarm_post.h"
#include "node/node.h"
#include "node/run_source.h"

namespace sluice::api {

class Api {
 public:
  Api(node::Node& node, http::Metrics& metrics);
  // Ends background work and settles what API releases have leased.
  ~Api();

  // For wiring to add what it serves besides (the console's files by otherwise()), before the server starts.
  http::Router& router();
  // What looks at registered sources found; the schedule writes it, routes show it.
  node::SourceLooks& source_looks();
  // Which alarms are on their way; the post writes it, routes show it.
  node::AlarmTries& alarm_tries();
  // Folders in which a source may be registered from off the machine; called before the server starts.
  void allow_source_folders(std::vector<std::string> folders);
  // Routes and measures: the server's handler.
  http::Response handle(const http::Request& request);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::api
