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
  std::vector<OwnedFd> files{};       // after the folders
  Json request = Json::object();     // completed with version and manifest
  std::optional<int64_t> first_row{}, rows{};  // of held rows whose values people will see (GrantKeys)
  std::optional<bool> download{};
};

// A worker whose keys were granted; `grant` ends it.
struct GrantedWorker {
  Worker worker;
  space::GrantId grant;
  Json request;
};

// What the space would answer to this command now; nothing is recorded. What is refused whatever a worker finds is refused before any key is granted.
Status would_take(Node& node, const space::Principal& by, const space::Command& command);

// Grants (unless `existing` is a grant of the ledger already), starts the worker and has the keys sent. The request is not
// sent yet, so that further keys can follow.
Result<GrantedWorker> start_sealed_work(Node& node, const space::Principal& by, SealedWork work, const space::GrantId& existing = {});
// The same for a version that is none of the dataset's own (held rows): `columns` are named, `manifest` is the ledger's digest
// of it.
Result<GrantedWorker> start_version_work(Node& node, const space::Principal& by, SealedWork work, const space::DatasetId& dataset,
                                         const Digest& manifest, const space::GrantId& existing = {});
// One more version for a worker that runs already: the grant, and its keys to the worker after those that were sent before.
struct GrantedVersion {
  space::GrantId grant;
  Json input;  // {manifest, manifest_digest, version}
};
Result<GrantedVersion> grant_further(Node& node, const space::Principal& by, const Worker& worker, space::Work work,
                                     const space::DatasetVersion& version, const std::vector<std::string>& columns);
// The folder of a version, wherever it lies.
void remove_version_folders(Node& node, const space::VersionId& version);
// Takes away what unfinished or refused work left of a version: its folder, its temporary folder, its wraps.
void drop_version(Node& node, const space::VersionId& version);
void end_grant(Node& node, const space::Principal& by, const space::GrantId& grant, std::string outcome);

space::Principal as_node(const space::Principal& by);

}  // namespace sluice::node
