// Work on sealed data, the same way each time: a grant in the ledger, a worker, the granted keys from the agent to the
// worker, the result, the end of the grant in the ledger.
#pragma once

#include "node/node.h"

namespace sluice::node {

struct SealedWork {
  std::string job;
  space::Work work = space::Work::classify;
  space::VersionId version;
  std::vector<std::string> columns;  // empty: all of the version
  std::vector<OwnedFd> more_folders;
  Json request = Json::object();     // completed with version and manifest
};

// A worker whose keys were granted; `grant` ends it.
struct GrantedWorker {
  Worker worker;
  space::GrantId grant;
  Json request;
};

// Grants (unless `existing` is a grant of the ledger already), starts the worker and has the keys sent. The request is not
// sent yet, so that further keys can follow.
Result<GrantedWorker> start_sealed_work(Node& node, const space::Principal& by, SealedWork work, const space::GrantId& existing = {});
void end_grant(Node& node, const space::Principal& by, const space::GrantId& grant, std::string outcome);

space::Principal as_node(const space::Principal& by);

}  // namespace sluice::node
