// The command line's way to a running server: one HTTP request over the space's UNIX socket.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/result.h"
#include "edge/http/server.h"

namespace sluice::http {

struct LocalAnswer {
  int status = 0;
  std::multimap<std::string, std::string> headers{};  // names in lower case
  std::string body{};
};

// True when a server accepts connections on the socket.
bool server_listens(const std::string& socket_path);

// Sends method, target, headers and body of `request`; waits for the whole answer (≤ 64 MiB).
// "http.server_away" (unreachable) when nobody listens or the connection breaks, "http.server_silent" after `timeout`.
Result<LocalAnswer> call_local(const std::string& socket_path, const Request& request,
                               std::chrono::milliseconds timeout = std::chrono::minutes(10));

}  // namespace sluice::http
