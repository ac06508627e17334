#include "edge/http/fetch.h"

#include <algorithm>
#include <charconv>

#include "edge/http/wire.h"

namespace sluice::http {
namespace {

constexpr std::chrono::seconds kFetchTime{10};
constexpr size_t kFetchBytesMax = 256u << 10;

struct WebAddress {
  bool tls = false;
  std::string host, port, path;
};

Result<WebAddress> parse_url(const std::string& url) {
  auto bad = [] { return fail(Errc::invalid, "fetch.bad_url"); };
  WebAddress out;
  size_t at = 0;
  if (url.starts_with("https://")) {
    out.tls = true;
    at = 8;
  } else if (url.starts_with("http://")) {
    at = 7;
  } else {
    return bad();
  }
  for (unsigned char c : url)
    if (c <= ' ' || c == 0x7f) return bad();
  size_t slash = std::min(url.find_first_of("/?", at), url.size());
  std::string authority = url.substr(at, slash - at);
  out.path = slash == url.size() ? "/" : url[slash] == '?' ? "/" + url.substr(slash) : url.substr(slash);
  if (authority.find('@') != std::string::npos) return bad();
  size_t colon = authority.rfind(':'), bracket = authority.rfind(']');
  bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  out.host = authority.substr(0, has_port ? colon : authority.size());
  out.port = has_port ? authority.substr(colon + 1) : out.tls ? "443" : "80";
  if (out.host.starts_with('[') && out.host.ends_with(']')) out.host = out.host.substr(1, out.host.size() - 2);
  if (out.host.empty() || out.port.empty() || out.port.find_first_not_of("0123456789") != std::string::npos || out.port.size() > 5) return bad();
  return out;
}

tl::unexpected<Error> malformed_answer() { return fail(Errc::refused, "fetch.malformed"); }

// The value of a header, in lower case; empty when it is not there.
std::string header_value(std::string_view head, std::string_view name) {
  for (size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n", at + 2)) {
    std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon != name.size()) continue;
    auto lower = [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
    if (!std::equal(name.begin(), name.end(), line.begin(), [&](char a, char b) { return a == lower(b); })) continue;
    std::string value(line.substr(colon + 1));
    value.erase(0, value.find_first_not_of(" \t"));
    value.erase(value.find_last_not_of(" \t") + 1);
    std::transform(value.begin(), value.end(), value.begin(), lower);
    return value;
  }
  return {};
}

Result<std::string> unchunked(std::string_view rest) {
  std::string out;
  while (true) {
    size_t end = rest.find("\r\n"), size = 0;
    if (end == std::string_view::npos) return malformed_answer();
    auto [stop, error] = std::from_chars(rest.data(), rest.data() + end, size, 16);
    if (error != std::errc() || (stop != rest.data() + end && *stop != ';') || size > kFetchBytesMax) return malformed_answer();
    rest.remove_prefix(end + 2);
    if (size == 0) return out;
    if (rest.size() < size + 2 || rest.substr(size, 2) != "\r\n") return malformed_answer();
    out.append(rest.substr(0, size));
    rest.remove_prefix(size + 2);
  }
}

}  // namespace

Result<node::WebAnswer> parse_answer(std::string_view bytes) {
  size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos || !bytes.starts_with("HTTP/1.") || bytes.size() < 12) return malformed_answer();
  std::string_view head = bytes.substr(0, end), body = bytes.substr(end + 4);
  node::WebAnswer out;
  auto [stop, error] = std::from_chars(head.data() + 9, head.data() + 12, out.status);
  if (error != std::errc() || stop != head.data() + 12 || out.status < 200) return malformed_answer();
  std::string coding = header_value(head, "transfer-encoding"), length = header_value(head, "content-length");
  if (coding == "chunked") {
    out.body = TRY(unchunked(body));
    return out;
  }
  if (!coding.empty()) return malformed_answer();
  if (!length.empty()) {
    size_t size = 0;
    auto [last, bad] = std::from_chars(length.data(), length.data() + length.size(), size);
    if (bad != std::errc() || last != length.data() + length.size() || body.size() < size) return malformed_answer();
    body = body.substr(0, size);
  }
  out.body = std::string(body);
  return out;
}

Result<node::WebAnswer> fetch(const node::WebAsk& ask) {
  WebAddress where = TRY(parse_url(ask.url));
  bool literal = where.host.find(':') != std::string::npos;
  std::string host = (literal ? "[" + where.host + "]" : where.host) + (where.port == (where.tls ? "443" : "80") ? "" : ":" + where.port);
  const std::string& content = ask.json.empty() ? ask.form : ask.json;
  std::string request = (content.empty() ? "GET " : "POST ") + where.path + " HTTP/1.1\r\nHost: " + host +
                        "\r\nAccept: application/json\r\nConnection: close\r\nUser-Agent: sluice\r\n";
  if (!ask.basic_auth.empty()) request += "Authorization: Basic " + base64(view(ask.basic_auth)) + "\r\n";
  for (const auto& [name, value] : ask.headers) request += name + ": " + value + "\r\n";
  if (!content.empty())
    request += std::string("Content-Type: ") + (ask.json.empty() ? "application/x-www-form-urlencoded" : "application/json") + "\r\nContent-Length: " + std::to_string(content.size()) + "\r\n";
  request += "\r\n" + content;
  Wire wire = TRY(Wire::open(where.host, where.port, where.tls ? WireReach::anywhere : WireReach::this_machine, std::chrono::steady_clock::now() + kFetchTime));
  if (where.tls) TRY(wire.secure(where.host, ask.ca_pem));
  TRY(wire.send(request));
  wipe(request.data(), request.size());
  std::string answer;
  while (true) {
    auto more = wire.receive();
    if (!more && (answer.empty() || !where.tls)) return tl::unexpected(more.error());
    if (!more || more->empty()) break;  // whether it is whole, its length says
    answer += *more;
    if (answer.size() > kFetchBytesMax) return fail(Errc::refused, "fetch.too_large");
  }
  return parse_answer(answer);
}

}  // namespace sluice::http
