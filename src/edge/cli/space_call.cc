#include "edge/cli/space_call.h"

#include <set>

#include "edge/cli/secret_input.h"
#include "edge/http/target.h"

namespace sluice::cli {

namespace {

Errc code_of_status(int status) {
  switch (status) {
    case 401: return Errc::unauthenticated;
    case 403: return Errc::forbidden;
    case 404: return Errc::not_found;
    case 409: return Errc::conflict;
    case 422: return Errc::refused;
    case 429: return Errc::exhausted;
    case 503: return Errc::unreachable;
    default: return Errc::invalid;
  }
}

// Reasons outlive the errors that name them.
std::string_view kept(const std::string& reason) {
  static std::set<std::string> all;
  return *all.insert(reason).first;
}

tl::unexpected<Error> problem_of(const Json& problem, int status) {
  std::string_view reason = kept(problem.get_string_or("code", "http.failed").value_or("http.failed"));
  return fail(code_of_status(status), reason, problem.get_string_or("detail", "").value_or(""));
}

}  // namespace

Result<Json> SpaceSession::ask(http::Method method, std::string target, const Json* body) {
  http::Request request;
  request.method = method;
  auto parsed = TRY(http::parse_target(target));
  request.path = std::move(parsed.path);
  request.query = std::move(parsed.query);
  request.target = std::move(target);
  request.headers.emplace("accept", body ? "application/x-ndjson" : "application/json");
  if (!cookie_.empty()) request.headers.emplace("cookie", cookie_);
  if (!csrf_.empty()) request.headers.emplace("x-csrf-token", csrf_);
  if (body) {
    request.headers.emplace("content-type", "application/json");
    request.body = canonical(*body);
  }
  auto answer = TRY(caller_.call(request));
  for (const auto& [name, value] : answer.headers)
    if ((name == "set-cookie" || name == "Set-Cookie") && cookie_.empty()) cookie_ = value.substr(0, value.find(';'));
  while (answer.body.ends_with('\n')) answer.body.pop_back();
  size_t before = answer.body.rfind('\n');
  Json last = TRY(parse_json(before == std::string::npos ? answer.body : answer.body.substr(before + 1)));
  if (answer.status >= 300) return problem_of(last, answer.status);
  if (const Json* error = last.find("error"); error && error->is_object())
    return problem_of(*error, static_cast<int>(error->get_int_or("status", 400).value_or(400)));
  if (const Json* result = last.find("result"); result && last.as_object().size() == 1) return *result;
  return last;
}

Result<SpaceSession> SpaceSession::open(const Args& args) {
  SpaceSession session(TRY(edge::SpaceCaller::open(args)));
  auto account = args.value("--as");
  if (!account) return session;
  SecretText password = TRY(read_password(args));
  Json me = TRY(session.post("/api/v1/session", Json::object({{"account", *account}, {"password", password.reveal("sent to the space's own socket")}})));
  session.csrf_ = TRY(me.get_string("csrf"));
  if (auto code = args.value("--code")) TRY(session.post("/api/v1/session/step-up", Json::object({{"code", *code}})));
  return session;
}

Result<Json> SpaceSession::get(std::string target) { return ask(http::Method::get, std::move(target), nullptr); }
Result<Json> SpaceSession::post(std::string target, const Json& body) { return ask(http::Method::post, std::move(target), &body); }

}  // namespace sluice::cli
