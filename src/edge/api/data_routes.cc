// The data interface of API releases: GET /api/v1/data with the token of a release, for programs of its recipient.
//
//   ?cursor=N&limit=N&COLUMN.OP=VALUE…   OP among eq ne lt le gt ge in prefix; values of `in` are separated by commas
//
// POST /api/v1/data asks the same with {cursor, limit, filter: [{column, op, values}]}: for values that identify people and should
// not stand in the log of a proxy.
// With "Accept: application/vnd.sluice.envelope" the page comes sealed for the recipient's key (docs/formats/envelope.md): `sluice open` opens it.
// The page leaves only after ReleaseApi has returned: counted, and recorded in an access segment; `receipt` is that record's SM3.
#include <algorithm>
#include <charconv>

#include "crypto/envelope.h"
#include "edge/api/core.h"
#include "edge/http/problem.h"

namespace sluice::api {

namespace {

constexpr std::string_view kData = "/api/v1/data", kEnvelopeType = "application/vnd.sluice.envelope";
constexpr int64_t kRowsMax = 1000;
constexpr size_t kValueBytesMax = 1000, kValuesMax = 100, kConditionsMax = 20;

bool is_operator(std::string_view op) {
  static constexpr std::string_view kOps[] = {"eq", "ne", "lt", "le", "gt", "ge", "in", "prefix"};
  return std::find(std::begin(kOps), std::end(kOps), op) != std::end(kOps);
}

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
  if (!is_operator(out.op)) return fail(Errc::usage, "api.bad_filter");
  if (out.op != "in") {
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
  if (out.filter.size() > kConditionsMax) return fail(Errc::usage, "api.bad_filter");
  return out;
}

struct BodyCondition {
  std::string column, op;
  std::vector<std::string> values;
  static constexpr auto fields = field_list(field("column", &BodyCondition::column), field("op", &BodyCondition::op), field("values", &BodyCondition::values));
};
struct BodyQuery {
  std::optional<int64_t> cursor, limit;
  std::vector<BodyCondition> filter;
  static constexpr auto fields = field_list(field("cursor", &BodyQuery::cursor), field("limit", &BodyQuery::limit), field("filter", &BodyQuery::filter));
};

Result<node::PageQuery> query_in_body(const http::Request& request) {
  auto asked = TRY(decode<BodyQuery>(TRY(body_of(request))));
  node::PageQuery out{asked.cursor.value_or(0), asked.limit.value_or(100), {}};
  if (out.cursor < 0 || out.limit < 1 || out.limit > kRowsMax) return fail(Errc::usage, "http.bad_page");
  if (asked.filter.size() > kConditionsMax) return fail(Errc::usage, "api.bad_filter");
  for (BodyCondition& c : asked.filter) {
    bool fits = is_operator(c.op) && !c.values.empty() && (c.op == "in" ? c.values.size() <= kValuesMax : c.values.size() == 1);
    for (const std::string& value : c.values) fits = fits && value.size() <= kValueBytesMax;
    if (!fits) return fail(Errc::usage, "api.bad_filter");
    out.filter.push_back({std::move(c.column), std::move(c.op), std::move(c.values), {}});
  }
  return out;
}

// The same page for the recipient's key alone, as a file leaves: whoever ends its TLS before it does not read it. It says nothing of who sealed it; the receipt
// in it leads to the call's record in the ledger.
Result<std::string> sealed_page(Core& core, const node::ApiPage& rows, const std::string& body) {
  Json context = Json::object({{"format", "json"}, {"receipt", hex(rows.receipt)}, {"release", rows.release.str()}});
  Bytes key = core.node.space().read([&](const space::State& s) {
    const space::Release* release = space::find(s.releases, rows.release);
    const space::Contract* contract = release ? space::find(s.contracts, release->contract) : nullptr;
    const space::Party* recipient = contract ? space::find(s.parties, contract->terms.recipient) : nullptr;
    if (contract) context.set("contract", contract->id.str());
    return recipient ? recipient->public_key : Bytes();
  });
  if (key.empty()) return fail(Errc::conflict, "party.no_key");
  std::string out;
  auto writer = TRY(EnvelopeWriter::create(TRY(Sm2PublicKey::from_bytes(key)), context, [&out](ByteView bytes) {
    out.append(text(bytes));
    return Status{};
  }));
  TRY(writer.write(view(body)));
  TRY(writer.finish());
  return out;
}

Answer page(Core& core, const http::Request& request) {
  const std::string* authorization = request.header("authorization");
  std::string_view token = authorization ? std::string_view(*authorization) : std::string_view();
  if (token.starts_with("Bearer ")) token.remove_prefix(7);
  auto query = request.method == http::Method::post ? query_in_body(request) : query_of(request);
  if (!query) return tl::unexpected(query.error());
  auto rows = core.release_api.page(token, *query, request.peer.address, request.peer.certificate_der);
  if (!rows) {
    // A right token is never refused for what others at its address tried.
    if (rows.error().reason == "api.bad_token") return tl::unexpected(core.refuse_stranger(request, kData, rows.error()));
    return tl::unexpected(rows.error());
  }
  std::string body = "{\"next\":" + (rows->next ? std::to_string(*rows->next) : "null") + ",\"receipt\":\"" + hex(rows->receipt) + "\",\"release\":\"" + rows->release.str() + "\",\"rows\":" + rows->rows + "}";
  const std::string* accept = request.header("accept");
  bool sealed = accept && accept->find(kEnvelopeType) != std::string::npos;
  http::Response response = http::json_response(200, sealed ? TRY(sealed_page(core, *rows, body)) : std::move(body));
  if (sealed) response.headers.find("Content-Type")->second = kEnvelopeType;
  response.headers.emplace("Vary", "Accept");
  response.headers.emplace("Cache-Control", "no-store");
  return response;
}

}  // namespace

void add_data_routes(Core& core) {
  auto answer_page = [&core](const http::Request& request, const http::Params&) -> Answer {
    Answer answer = page(core, request);
    if (!answer && answer.error().code == Errc::unauthenticated) {
      http::Response response = http::problem(answer.error(), request);
      response.headers.emplace("WWW-Authenticate", "Bearer");
      return response;
    }
    return answer;
  };
  core.open(http::Method::get, kData, answer_page);
  core.open(http::Method::post, kData, answer_page);
}

}  // namespace sluice::api
