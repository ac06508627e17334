#include "edge/cli/ask_space.h"

#include "edge/http/target.h"
#include "edge/messages/catalogue.h"

namespace sluice::cli {

namespace {

Errc category_of(int status) {
  switch (status) {
    case 401: return Errc::unauthenticated;
    case 403: return Errc::forbidden;
    case 404: return Errc::not_found;
    case 409: return Errc::conflict;
    case 412:
    case 422: return Errc::refused;
    case 503: return Errc::unreachable;
    default: return Errc::invalid;
  }
}

tl::unexpected<Error> as_error(int status, const std::string& body) {
  auto problem = parse_json(body);
  std::string code = problem ? problem->get_string_or("code", "").value_or("") : "";
  // The catalogue's own text outlives this answer.
  const Message* known = find_message(code);
  std::string detail;
  if (const Json* params = problem ? problem->find("params") : nullptr; params && params->is_object())
    detail = params->get_string_or("detail", "").value_or("");
  return fail(category_of(status), known ? known->reason : std::string_view("http.failed"), known ? detail : code);
}

Result<std::string> send(const Args& args, http::Method method, std::string target, std::string body) {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  auto parsed = TRY(http::parse_target(request.target));
  request.path = parsed.path;
  request.query = parsed.query;
  request.headers.emplace("accept", "application/json, application/problem+json");
  if (!body.empty()) request.headers.emplace("content-type", "application/json");
  request.body = std::move(body);
  auto answer = TRY(edge::call_space(args, request));
  if (answer.status >= 300) return as_error(answer.status, answer.body);
  return std::move(answer.body);
}

}  // namespace

Result<Json> get_from_space(const Args& args, std::string target) {
  std::string body = TRY(send(args, http::Method::get, std::move(target), {}));
  return parse_json(body, 64u << 20);
}

Result<Json> post_to_space(const Args& args, std::string target, const Json& ask) {
  std::string body = TRY(send(args, http::Method::post, std::move(target), canonical(ask)));
  return parse_json(body, 64u << 20);
}

Result<std::string> fetch_from_space(const Args& args, std::string target) { return send(args, http::Method::get, std::move(target), {}); }

std::string query_text(std::initializer_list<std::pair<std::string_view, std::string>> pairs) {
  std::string out;
  for (const auto& [name, value] : pairs)
    if (!value.empty()) out += (out.empty() ? "?" : "&") + std::string(name) + "=" + http::percent_encoded(value);
  return out;
}

}  // namespace sluice::cli
