#include "edge/cli/space_call.h"

#include "edge/cli/secret_input.h"
#include "edge/cli/told_problem.h"
#include "edge/cli/usage.h"
#include "edge/http/target.h"

namespace sluice::cli {

namespace {

constexpr size_t kAnswerBytesMax = 64u << 20, kSessionFileBytesMax = 4096;

// The last line of a stream of progress; the whole of any other answer.
std::string_view last_line(std::string_view body) {
  while (body.ends_with('\n')) body.remove_suffix(1);
  size_t before = body.rfind('\n');
  return before == std::string_view::npos ? body : body.substr(before + 1);
}

Result<Json> parsed_answer(std::string_view body) { return body.empty() ? Result<Json>(Json::object()) : parse_json(body, kAnswerBytesMax); }

}  // namespace

std::vector<Option> space_options() {
  return {edge::kSpaceOption, kAsOption, kPasswordFileOption, kCodeOption, kSessionOption, kPassphraseFileOption, kShareOption, kSharePassphraseOption};
}

Result<http::LocalAnswer> SpaceSession::send(http::Method method, std::string target, const Json* body) {
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
  return answer;
}

Result<Json> SpaceSession::ask(http::Method method, std::string target, const Json* body) {
  auto answer = TRY(send(method, std::move(target), body));
  Json last = TRY(parsed_answer(last_line(answer.body)));
  if (answer.status >= 300) return told_problem(last, answer.status);
  if (const Json* error = last.find("error"); error && error->is_object())
    return told_problem(*error, static_cast<int>(error->get_int_or("status", 400).value_or(400)));
  if (const Json* result = last.find("result"); result && last.as_object().size() == 1) return *result;
  return last;
}

Status SpaceSession::sign_in(const Args& args, const std::string& account) {
  SecretText password = TRY(read_password(args));
  Json me = TRY(post("/api/v1/session", Json::object({{"account", account}, {"password", password.reveal("sent to the space's own socket")}})));
  csrf_ = TRY(me.get_string("csrf"));
  return {};
}

Status SpaceSession::sign_in_by_key(const std::string& account, Sm2Signer& key, const std::optional<std::string>& code) {
  Json given = TRY(post("/api/v1/session/key/challenge", Json::object({{"account", account}})));
  std::string text = TRY(given.get_string("text"));
  Json proof = Json::object({{"account", account}, {"challenge", TRY(given.get_string("challenge"))}, {"signature", base64(TRY(key.sign(view(text))))}});
  csrf_ = TRY(TRY(post("/api/v1/session/key/sign-in", proof)).get_string("csrf"));
  return code ? step_up(*code) : Status{};
}

Status SpaceSession::step_up(const std::string& code) {
  TRY(post("/api/v1/session/step-up", Json::object({{"code", code}})));
  return {};
}

Status SpaceSession::take_up(const std::string& file) {
  std::string content = TRY(read_text_file(file, kSessionFileBytesMax));
  auto kept = parse_json(content);
  auto cookie = kept ? kept->get_string("cookie") : Result<std::string>(fail(Errc::invalid, "cli.bad_session"));
  auto csrf = kept ? kept->get_string("csrf") : Result<std::string>(fail(Errc::invalid, "cli.bad_session"));
  if (!cookie || !csrf || cookie->empty()) return fail(Errc::invalid, "cli.bad_session", file);
  cookie_ = *cookie;
  csrf_ = *csrf;
  return {};
}

std::string SpaceSession::kept() const { return canonical(Json::object({{"cookie", cookie_}, {"csrf", csrf_}})) + "\n"; }

Result<SpaceSession> SpaceSession::open(const Args& args) {
  auto account = args.value("--as"), file = args.value("--session"), code = args.value("--code");
  if (account && file) return one_of_both("--as", "--session");
  SpaceSession session(TRY(edge::SpaceCaller::open(args)));
  if (account) TRY(session.sign_in(args, *account));
  if (file) TRY(session.take_up(*file));
  if (code && (account || file)) TRY(session.step_up(*code));
  return session;
}

Result<Json> SpaceSession::get(std::string target) { return ask(http::Method::get, std::move(target)); }
Result<Json> SpaceSession::post(std::string target, const Json& body) { return ask(http::Method::post, std::move(target), &body); }

Result<std::string> SpaceSession::fetch(std::string target) {
  auto answer = TRY(send(http::Method::get, std::move(target), nullptr));
  if (answer.status >= 300) return told_problem(TRY(parsed_answer(answer.body)), answer.status);
  return std::move(answer.body);
}

}  // namespace sluice::cli
