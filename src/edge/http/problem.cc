#include "edge/http/problem.h"

#include <algorithm>

#include "codec/json.h"
#include "edge/messages/catalogue.h"

namespace sluice::http {
namespace {

struct ByReason {
  std::string_view reason;
  int status;
};

// Where HTTP has a more exact status than the category's.
constexpr ByReason kStatuses[] = {
    {"file.disk_full", 507},
    {"http.body_too_large", 413},
    {"http.header_too_large", 431},
    {"http.method_not_allowed", 405},
    {"http.precondition_failed", 412},
    {"http.precondition_required", 428},
    {"http.request_timeout", 408},
    {"http.unsupported_type", 415},
    {"ledger.read_only", 503},
};

// What a request named may stand in a detail: as much of it as helps to find it.
std::string shortened(const std::string& detail) {
  constexpr size_t bytes_max = 300;
  if (detail.size() <= bytes_max) return detail;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<uint8_t>(detail[end]) & 0xc0) == 0x80) end--;
  return detail.substr(0, end) + "…";
}

}  // namespace

int status_of(const Error& error) {
  for (const ByReason& known : kStatuses)
    if (known.reason == error.reason) return known.status;
  switch (error.code) {
    case Errc::invalid:
    case Errc::usage: return 400;
    case Errc::not_found: return 404;
    case Errc::unauthenticated: return 401;
    case Errc::forbidden: return 403;
    case Errc::conflict: return 409;
    case Errc::refused: return 422;
    case Errc::pending: return 202;
    case Errc::unreachable: return 503;
    case Errc::exhausted: return 429;
    case Errc::corrupt:
    case Errc::io:
    case Errc::internal: return 500;
  }
  return 500;
}

Response problem(const Error& error, const Request& request) {
  const std::string* accepted = request.header("accept-language");
  Language language = language_of_accept(accepted ? *accepted : "");
  const Message* message = find_message(error.reason);
  int status = status_of(error);
  Json body = Json::object({{"type", "urn:sluice:problem:" + std::string(error.reason)},
                            {"title", message ? message->text(language) : error.reason},
                            {"status", status},
                            {"code", error.reason}});
  if (!error.detail.empty() && status < 500) body.set("params", Json::object({{"detail", shortened(error.detail)}}));
  if (message && !message->next(language).empty()) body.set("nextStep", message->next(language));
  Response response = text_response(status, "application/problem+json", canonical(body));
  response.headers.emplace("Content-Language", language == Language::zh ? "zh-CN" : "en");
  response.headers.emplace("Cache-Control", "no-store");
  bool seconds = !error.detail.empty() && std::all_of(error.detail.begin(), error.detail.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (status == 429 && seconds) response.headers.emplace("Retry-After", error.detail);
  return response;
}

}  // namespace sluice::http
