// Which handler answers which method and path. A pattern is a path whose segments are words or {parameters}:
// "/api/v1/products/{id}". Words win over parameters; a last segment "{rest...}" takes all that follow.
//
// The table is complete before the server starts and constant afterwards; route() is safe from any thread.
// Unknown path: "http.no_such_path" (404). Known path, other method: 405 with Allow. HEAD is answered by GET's handler.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/server.h"

namespace sluice::http {

using Params = std::map<std::string, std::string, std::less<>>;
using RouteHandler = std::function<Response(const Request&, const Params&)>;

struct Route {
  Method method;
  std::string pattern;
};

class Router {
 public:
  // Asserts that the pattern is well-formed and not yet taken for this method.
  void add(Method method, std::string_view pattern, RouteHandler handler);
  // Answers what no pattern matches, for GET and HEAD only (the console's files). At most one.
  void otherwise(RouteHandler handler);
  Response route(const Request& request) const;
  // The pattern that a request matches, for metrics: bounded in number; empty when none does.
  std::string_view pattern_of(const Request& request) const;
  // In the order of adding: what the OpenAPI document must list.
  std::vector<Route> routes() const;

 private:
  struct Entry {
    Method method;
    std::string pattern;
    std::vector<std::string> segments;
    RouteHandler handler;
  };
  struct Match {
    const Entry* entry = nullptr;
    Params params{};
    std::vector<Method> methods{};  // of every pattern that fits the path
  };
  Match match(Method method, std::string_view path) const;

  std::vector<Entry> entries_;
  RouteHandler otherwise_;
};

}  // namespace sluice::http
