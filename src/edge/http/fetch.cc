#include "edge/http/fetch.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>

#include "base/owned_fd.h"
#include "crypto/openssl_owned.h"

namespace sluice::http {
namespace {

constexpr std::chrono::seconds kFetchTime{10};
constexpr size_t kFetchBytesMax = 256u << 10;

struct FetchFree : OpensslFree {
  using OpensslFree::operator();
  void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
  void operator()(SSL* p) const { SSL_free(p); }
  void operator()(addrinfo* p) const { freeaddrinfo(p); }
};
template <class T>
using FetchOwned = std::unique_ptr<T, FetchFree>;

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

// A socket that never waits longer than what is left of the time.
class Wire {
 public:
  Wire(OwnedFd fd, std::chrono::steady_clock::time_point end) : fd_(std::move(fd)), end_(end) {}
  int fd() const { return fd_.get(); }
  Status wait(short events) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now()).count();
    pollfd one{fd_.get(), events, 0};
    if (left <= 0 || ::poll(&one, 1, static_cast<int>(left)) <= 0) return fail(Errc::unreachable, "fetch.too_slow");
    return {};
  }

 private:
  OwnedFd fd_;
  std::chrono::steady_clock::time_point end_;
};

bool is_this_machine(const addrinfo& address) {
  if (address.ai_family == AF_INET) return (ntohl(reinterpret_cast<const sockaddr_in*>(address.ai_addr)->sin_addr.s_addr) >> 24) == 127;
  return address.ai_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address.ai_addr)->sin6_addr);
}

Result<Wire> connect_to(const WebAddress& where, std::chrono::steady_clock::time_point end) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(where.host.c_str(), where.port.c_str(), &wanted, &found) != 0) return fail(Errc::unreachable, "fetch.no_such_host");
  FetchOwned<addrinfo> all(found);
  Error why{Errc::unreachable, "fetch.unreachable"};
  for (const addrinfo* a = found; a; a = a->ai_next) {
    if (!where.tls && !is_this_machine(*a)) return fail(Errc::invalid, "fetch.bad_url");
    OwnedFd fd(::socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) continue;
    int started = ::connect(fd.get(), a->ai_addr, a->ai_addrlen);
    if (started != 0 && errno != EINPROGRESS) continue;
    Wire wire(std::move(fd), end);
    int error = 0;
    socklen_t size = sizeof error;
    if (Status ready = wire.wait(POLLOUT); !ready) {
      why = ready.error();
      continue;
    }
    if (::getsockopt(wire.fd(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0) return wire;
  }
  return tl::unexpected(std::move(why));
}

Result<FetchOwned<SSL_CTX>> tls_context(const std::string& ca_pem) {
  FetchOwned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(Errc::internal, "fetch.unreachable");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (ca_pem.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
    return context;
  }
  FetchOwned<BIO> in(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  int count = 0;
  while (FetchOwned<X509> one{in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr}) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), one.get());
    count++;
  }
  ERR_clear_error();
  if (count == 0) return fail(Errc::refused, "fetch.untrusted");
  return context;
}

// Repeats a call of the library until it is done, waiting for the socket in between.
template <class Call>
Result<int> until_done(SSL* ssl, Wire& wire, const Call& call) {
  while (true) {
    int done = call();
    if (done > 0) return done;
    int why = SSL_get_error(ssl, done);
    if (why == SSL_ERROR_ZERO_RETURN) return 0;
    if (why == SSL_ERROR_WANT_READ) {
      TRY(wire.wait(POLLIN));
    } else if (why == SSL_ERROR_WANT_WRITE) {
      TRY(wire.wait(POLLOUT));
    } else {
      bool trust = SSL_get_verify_result(ssl) != X509_V_OK;
      ERR_clear_error();
      return trust ? fail(Errc::refused, "fetch.untrusted") : fail(Errc::unreachable, "fetch.unreachable");
    }
  }
}

Result<std::string> exchange_tls(const WebAddress& where, Wire& wire, const std::string& ca_pem, const std::string& request) {
  auto context = TRY(tls_context(ca_pem));
  FetchOwned<SSL> ssl(SSL_new(context.get()));
  if (!ssl || SSL_set_fd(ssl.get(), wire.fd()) != 1) return fail(Errc::internal, "fetch.unreachable");
  X509_VERIFY_PARAM* check = SSL_get0_param(ssl.get());
  bool address = X509_VERIFY_PARAM_set1_ip_asc(check, where.host.c_str()) == 1;
  if (!address && (SSL_set1_host(ssl.get(), where.host.c_str()) != 1 || SSL_set_tlsext_host_name(ssl.get(), where.host.c_str()) != 1))
    return fail(Errc::invalid, "fetch.bad_url");
  TRY(until_done(ssl.get(), wire, [&] { return SSL_connect(ssl.get()); }));
  for (size_t sent = 0; sent < request.size();)
    sent += static_cast<size_t>(TRY(until_done(ssl.get(), wire, [&] { return SSL_write(ssl.get(), request.data() + sent, static_cast<int>(request.size() - sent)); })));
  std::string answer;
  char buffer[16384];
  while (true) {
    auto n = until_done(ssl.get(), wire, [&] { return SSL_read(ssl.get(), buffer, sizeof buffer); });
    if (!n && answer.empty()) return tl::unexpected(n.error());
    if (!n || *n == 0) return answer;  // whether it is whole, its length says
    answer.append(buffer, static_cast<size_t>(*n));
    if (answer.size() > kFetchBytesMax) return fail(Errc::refused, "fetch.too_large");
  }
}

Result<std::string> exchange_plain(Wire& wire, const std::string& request) {
  for (size_t sent = 0; sent < request.size();) {
    TRY(wire.wait(POLLOUT));
    ssize_t n = ::send(wire.fd(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) return fail(Errc::unreachable, "fetch.unreachable");
    sent += static_cast<size_t>(n);
  }
  std::string answer;
  char buffer[16384];
  while (true) {
    TRY(wire.wait(POLLIN));
    ssize_t n = ::recv(wire.fd(), buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n < 0) return fail(Errc::unreachable, "fetch.unreachable");
    if (n == 0) return answer;
    answer.append(buffer, static_cast<size_t>(n));
    if (answer.size() > kFetchBytesMax) return fail(Errc::refused, "fetch.too_large");
  }
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
  std::string request = (ask.form.empty() ? "GET " : "POST ") + where.path + " HTTP/1.1\r\nHost: " + host +
                        "\r\nAccept: application/json\r\nConnection: close\r\nUser-Agent: sluice\r\n";
  if (!ask.basic_auth.empty()) request += "Authorization: Basic " + base64(view(ask.basic_auth)) + "\r\n";
  if (!ask.form.empty()) request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(ask.form.size()) + "\r\n";
  request += "\r\n" + ask.form;
  Wire wire = TRY(connect_to(where, std::chrono::steady_clock::now() + kFetchTime));
  std::string answer = TRY(where.tls ? exchange_tls(where, wire, ask.ca_pem, request) : exchange_plain(wire, request));
  wipe(request.data(), request.size());
  return parse_answer(answer);
}

}  // namespace sluice::http
