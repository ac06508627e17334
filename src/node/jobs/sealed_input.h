// What every job on sealed data does first: keys from the agent, the manifest from the request, the reader on the folder.
#pragma once

#include "node/process/worker.h"
#include "vault/sealed_reader.h"

namespace sluice::node {

// The request's "manifest" (text) and "version" name the version below the handed vault folder (descriptor 0); the keys
// come over the key channel. The manifest's digest is checked against "manifest_digest".
Result<std::unique_ptr<vault::SealedReader>> open_sealed_input(WorkerContext& context, size_t cache_bytes);

// The same of an input object {manifest, manifest_digest, version} beside the request's own.
Result<std::unique_ptr<vault::SealedReader>> open_sealed_input(WorkerContext& context, const Json& input, size_t cache_bytes);

// Keys by column in the order of `columns`, and in the reader's form.
Result<std::vector<SecretBytes>> keys_in_order(const ColumnKeys& keys, const std::vector<std::string>& columns);

}  // namespace sluice::node
