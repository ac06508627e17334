// What may be said of a source from off the machine, and its password afterwards.
#pragma once

#include <filesystem>

#include "node/run_source.h"

namespace sluice::node {

// Where a path really lies, links followed; empty where it is no folder.
std::filesystem::path real_folder(const std::string& path);

// A place that somebody names who is not at the machine: a folder must be one of `folders` or lie below it, links followed
// ("source.folder_not_allowed"); no library of this machine is named as a driver ("source.driver_local_only"); the host is allowed (source_host.h).
Status check_place_from_afar(Node& node, const SourceAsk& ask, const std::vector<std::string>& folders);

// Another password, or private key, from the next run on (source_secret.h); the ledger says that it changed, never what it is. "source.no_password" of a folder,
// "source.bad_place" (detail: password) where it is empty; errors of ChangeSourceSecret.
Status change_source_secret(Node& node, const space::Principal& by, const space::ChangeSourceSecret& command, const SecretText& secret);

}  // namespace sluice::node
