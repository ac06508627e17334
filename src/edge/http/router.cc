#include "edge/http/router.h"

#include <algorithm>
#include <cassert>

#include "edge/http/problem.h"

namespace sluice::http {
namespace {

std::vector<std::string> path_segments(std::string_view path) {
  std::vector<std::string> out;
  if (path == "/") return out;
  assert(path.starts_with('/'));
  for (size_t at = 0; at != std::string_view::npos;) {
    size_t next = path.find('/', at + 1);
    out.emplace_back(path.substr(at + 1, next == std::string_view::npos ? next : next - at - 1));
    at = next;
  }
  return out;
}

bool is_parameter(const std::string& segment) { return segment.size() > 2 && segment.front() == '{'; }
bool is_rest(const std::string& segment) { return is_parameter(segment) && segment.ends_with("...}"); }

std::string parameter_name(const std::string& segment) {
  return segment.substr(1, segment.size() - (is_rest(segment) ? 5 : 2));
}

// Words before parameters, from the left: the more exact pattern comes first.
bool more_exact(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); i++) {
    if (is_parameter(a[i]) != is_parameter(b[i])) return is_parameter(b[i]);
    if (is_rest(a[i]) != is_rest(b[i])) return is_rest(b[i]);
  }
  return false;
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string>& path, Params& params) {
  params.clear();
  for (size_t i = 0; i < pattern.size(); i++) {
    if (is_rest(pattern[i])) {
      std::string rest;
      for (size_t j = i; j < path.size(); j++) rest += (j > i ? "/" : "") + path[j];
      params[parameter_name(pattern[i])] = rest;
      return i < path.size();
    }
    if (i >= path.size()) return false;
    if (is_parameter(pattern[i]))
      params[parameter_name(pattern[i])] = path[i];
    else if (pattern[i] != path[i])
      return false;
  }
  return pattern.size() == path.size();
}

}  // namespace

void Router::add(Method method, std::string_view pattern, RouteHandler handler) {
  assert(std::none_of(entries_.begin(), entries_.end(),
                      [&](const Entry& e) { return e.method == method && e.pattern == pattern; }));
  entries_.push_back({method, std::string(pattern), path_segments(pattern), std::move(handler)});
}

void Router::otherwise(RouteHandler handler) { otherwise_ = std::move(handler); }

Router::Match Router::match(Method method, std::string_view path) const {
  Match best;
  std::vector<std::string> segments = path_segments(path);
  Params params;
  for (const Entry& entry : entries_) {
    if (!fits(entry.segments, segments, params)) continue;
    best.methods.push_back(entry.method);
    if (entry.method != method) continue;
    if (best.entry && !more_exact(entry.segments, best.entry->segments)) continue;
    best.entry = &entry;
    best.params = params;
  }
  return best;
}

Response Router::route(const Request& request) const {
  Method method = request.method == Method::head ? Method::get : request.method;
  Match found = match(method, request.path);
  if (found.entry) return found.entry->handler(request, found.params);
  if (!found.methods.empty()) {
    Response response = problem({Errc::usage, "http.method_not_allowed"}, request);
    std::string allow;
    for (Method allowed : found.methods) allow += (allow.empty() ? "" : ", ") + std::string(name_of(allowed));
    response.headers.emplace("Allow", allow);
    return response;
  }
  // A path of the API that does not exist is never the console's business.
  if (otherwise_ && method == Method::get && !request.path.starts_with("/api/")) return otherwise_(request, {});
  return problem({Errc::not_found, "http.no_such_path"}, request);
}

std::string_view Router::pattern_of(const Request& request) const {
  Match found = match(request.method == Method::head ? Method::get : request.method, request.path);
  return found.entry ? std::string_view(found.entry->pattern) : std::string_view();
}

std::vector<Route> Router::routes() const {
  std::vector<Route> out;
  for (const Entry& entry : entries_) out.push_back({entry.method, entry.pattern});
  return out;
}

}  // namespace sluice::http
