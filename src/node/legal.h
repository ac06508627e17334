// Use cases of the legal registers: scans that lie sealed in the registry, and statutory provisions (space/law/provision.h).
//
// A scan is named by its SM3 digest and stored before the paper that names it; the same scan twice is one item. Values of a provision's
// filter that identify people are kept in the registry as an application's are. Thread-safe.
#pragma once

#include "node/node.h"

namespace sluice::node {

constexpr size_t kScanBytesMax = 4u << 20;

// "law.scan_empty", "law.scan_too_large".
Result<Digest> keep_scan(Node& node, const SecretBytes& scan);
// "law.no_scan"; "registry.tampered" when it is not what its digest says.
Result<SecretBytes> scan_of(Node& node, const Digest& digest);

Result<space::ProvisionId> request_provision(Node& node, const space::Principal& by, space::RequestProvision command);
// Sealed for the requester's key; durable in the ledger before it can be fetched.
Status deliver_provision(Node& node, const space::Principal& by, const space::ProvisionId& provision, const ProgressFn& progress = {});
// What goes to the requester with the file, and what `sluice destroy-certificate` makes its certificate from (docs/formats/law.md):
// {destroy_by_ms?, document, file_digest, format, provision, requester, rows}. "law.provision_not_delivered".
Result<Json> provision_notice(Node& node, const space::ProvisionId& provision);
std::string provision_path(const Node& node, const space::ProvisionId& provision);

}  // namespace sluice::node
