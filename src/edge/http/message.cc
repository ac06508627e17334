#include "edge/http/server.h"

namespace sluice::http {
namespace {

const std::string* first_of(const std::multimap<std::string, std::string>& values, std::string_view name) {
  auto found = values.lower_bound(std::string(name));
  return found == values.end() || found->first != name ? nullptr : &found->second;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get: return "GET";
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::remove: return "DELETE";
    case Method::other: return "OTHER";
  }
  return "OTHER";
}

Method method_named(std::string_view name) {
  for (Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::remove})
    if (name_of(method) == name) return method;
  return Method::other;
}

const std::string* Request::header(std::string_view name) const { return first_of(headers, name); }
const std::string* Request::parameter(std::string_view name) const { return first_of(query, name); }

Response text_response(int status, std::string_view type, std::string body) {
  Response response;
  response.status = status;
  response.headers.emplace("Content-Type", type);
  response.body = std::move(body);
  return response;
}

Response json_response(int status, std::string json) {
  Response response = text_response(status, "application/json", std::move(json));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

}  // namespace sluice::http
