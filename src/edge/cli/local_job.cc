#include "edge/cli/local_job.h"

#include "edge/cli/told_problem.h"
#include "edge/http/local_client.h"
#include "edge/open_space.h"

namespace sluice::cli {

Result<Json> run_on_server(const std::string& space_dir, std::string target, const Json& body,
                           const std::function<void(const Json& progress)>& progress) {
  http::Request request;
  request.method = http::Method::post;
  request.target = request.path = std::move(target);
  request.headers.emplace("content-type", "application/json");
  request.headers.emplace("accept", "application/x-ndjson");
  request.body = canonical(body);
  auto answer = TRY(http::call_local(edge::socket_of(space_dir), request, std::chrono::hours(24)));
  Json last;
  for (std::string_view rest = answer.body; !rest.empty();) {
    size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) last = TRY(parse_json(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const Json* told = last.find("progress");
    if (told && progress) progress(*told);
  }
  if (answer.status >= 300) return told_problem(last, answer.status);
  if (const Json* error = last.find("error")) return told_problem(*error, static_cast<int>(error->get_int_or("status", 400).value_or(400)));
  const Json* result = last.find("result");
  return result ? *result : last;
}

}  // namespace sluice::cli
