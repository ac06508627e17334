// A sealed envelope on its way to who may fetch it.
#pragma once

#include "edge/http/server.h"

namespace sluice::api {

// The file in pieces, as a download of this name that nobody keeps. Not found with "release.envelope_gone" where it is no longer there.
Result<http::Response> envelope_download(const std::string& path, const std::string& name);

}  // namespace sluice::api
