// Work that a running server does for the command line: posted over its socket, its progress streamed until it is done.
#pragma once

#include <functional>
#include <string>

#include "codec/json.h"

namespace sluice::cli {

// The result of the work. Errors of the server keep their reason and category; "http.server_away" when it went away.
Result<Json> run_on_server(const std::string& space_dir, std::string target, const Json& body,
                           const std::function<void(const Json& progress)>& progress = {});

}  // namespace sluice::cli
