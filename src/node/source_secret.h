// The password, or private key, of a source: in the registry, and which one counts is the ledger's word.
//
//   source_secret_next/MARK   durable before the entry that names MARK (source.registered, source.secret_changed)
//   source_password/SOURCE    takes its place once that entry stands
//
// Killed before the entry, the next opening forgets what nobody named and the old one counts; killed after it, the opening puts the new one in its place. So
// ledger and registry agree at every moment, and in a backup too: the registry is taken after the ledger. Thread-safe.
// Errors: "registry.not_found" where a source has none; those of the registry.
#pragma once

#include <functional>

#include "node/node.h"

namespace sluice::node {

inline constexpr std::string_view kSourceSecretItem = "source_password", kNextSourceSecretItem = "source_secret_next";

Result<SecretText> source_secret(Node& node, const space::Source& source);

// Keeps `secret` as what the command names, executes the command with its mark, and puts it in its place. `execute` gets the mark and gives the source.
Result<space::SourceId> change_secret_with(Node& node, const SecretText& secret, const std::function<Result<space::SourceId>(const std::string& mark)>& execute);

// At the opening of a space, as above; of removed sources nothing stays.
Status settle_source_secrets(Node& node);

}  // namespace sluice::node
