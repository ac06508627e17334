#include "edge/cli/told_problem.h"

#include <set>

namespace sluice::cli {

namespace {

Errc code_of_status(int status) {
  switch (status) {
    case 401: return Errc::unauthenticated;
    case 403: return Errc::forbidden;
    case 404: return Errc::not_found;
    case 409: return Errc::conflict;
    case 412:
    case 422: return Errc::refused;
    case 429: return Errc::exhausted;
    case 503: return Errc::unreachable;
    default: return Errc::invalid;
  }
}

// Reasons outlive the errors that name them.
std::string_view kept(std::string reason) {
  static std::set<std::string> all;
  return *all.insert(std::move(reason)).first;
}

}  // namespace

tl::unexpected<Error> told_problem(const Json& problem, int status) {
  std::string_view reason = kept(problem.get_string_or("code", "http.failed").value_or("http.failed"));
  const Json* params = problem.find("params");
  return fail(code_of_status(status), reason, params ? params->get_string_or("detail", "").value_or("") : "");
}

}  // namespace sluice::cli
