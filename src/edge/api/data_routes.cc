// The data interface of API releases: GET /api/v1/data with the token of a release, for programs of its recipient.
//
//   ?cursor=N&limit=N&COLUMN.OP=VALUE…   OP among eq ne lt le gt ge in prefix; values of `in` are separated by commas
//
// The page leaves only after ReleaseApi has returned: counted, and recorded in an access segment.
#include <algorithm>
#include <charconv>

#include "edge/api/core.h"
#include "edge/http/problem.h"

namespace sluice::api {

namespace {

constexpr std::string_view kData = "/api/v1/data";
constexpr int64_t kRowsMax = 1000;
constexpr size_t kValueBytesMax = 1000;

Result<int64_t> number_in(const std::string& text, int64_t from, int64_t to) {
  int64_t out = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out < from || out > to) return fail(Errc::usage, "http.bad_page");
  return out;
}

Result<space::RowCondition> condition_of(const std::string& name, const std::string& value) {
  size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0 || value.size() > kValueBytesMax) return fail(Errc::usage, "api.bad_filter");
  space::RowCondition out{name.substr(0, dot), name.substr(dot + 1), {}, {}};
  if (out.op != "in") {
    static constexpr std::string_view kOps[] = {"eq", "ne", "lt", "le", "gt", "ge", "prefix"};
    if (std::find(std::begin(kOps), std::end(kOps), out.op) == std::end(kOps)) return fail(Errc::usage, "api.bad_filter");
    out.values.push_back(value);
    return out;
  }
  for (size_t at = 0; at <= value.size();) {
    size_t end = std::min(value.find(',', at), value.size());
    out.values.push_back(value.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Result<node::PageQuery> query_of(const http::Request& request) {
  node::PageQuery out;
  for (const auto& [name, value] : request.query) {
    if (name == "cursor")
      out.cursor = TRY(number_in(value, 0, INT64_MAX));
    else if (name == "limit")
      out.limit = TRY(number_in(value, 1, kRowsMax));
    else
      out.filter.push_back(TRY(condition_of(name, value)));
  }
  if (out.filter.size() > 20) return fail(Errc::usage, "api.bad_filter");
  return out;
}

Answer page(Core& core, const http::Request& request) {
  const std::string* authorization = request.header("authorization");
  std::string_view token = authorization ? std::string_view(*authorization) : std::string_view();
  if (token.starts_with("Bearer ")) token.remove_prefix(7);
  auto query = query_of(request);
  if (!query) return tl::unexpected(query.error());
  auto rows = core.release_api.page(token, *query, request.peer.address);
  if (!rows) {
    if (rows.error().reason == "api.bad_token") core.record_stranger(request, kData, rows.error());
    return tl::unexpected(rows.error());
  }
  std::string body = "{\"next\":" + (rows->next ? std::to_string(*rows->next) : "null") + ",\"release\":\"" + rows->release.str() + "\",\"rows\":" + rows->rows + "}";
  http::Response response = http::json_response(200, std::move(body));
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_data_routes(Core& core) {
  core.open(http::Method::get, kData, [&core](const http::Request& request, const http::Params&) -> Answer {
    Answer answer = page(core, request);
    if (!answer && answer.error().code == Errc::unauthenticated) {
      http::Response response = http::problem(answer.error(), request);
      response.headers.emplace("WWW-Authenticate", "Bearer");
      return response;
    }
    return answer;
  });
}

}  // namespace sluice::api
