// The network face of a node: HTTP/1.1 over TLS 1.3 on TCP, and over a UNIX socket for the local command line.
//
// Guarantees: a handler runs on a small pool of threads, never on the I/O thread, and sees whole requests only
// (header ≤ 16 KiB, body ≤ 8 MiB, arrived within their time). A peer that drips bytes, reads slowly or stays idle is
// closed at its deadline; connections above the limit are closed unanswered. A response with `stream` is sent chunked
// as the producer yields, with at most one chunk in memory. On the UNIX socket only the server's own user and root are
// served. TLS below 1.3 is refused. Plain HTTP over TCP is served only on loopback and only when asked for.
// Does not: HTTP/2, compression on the fly, or any decision about who may do what.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/restricted.h"
#include "base/result.h"

namespace sluice::http {

enum class Method { get, head, post, put, patch, remove, other };
std::string_view name_of(Method method);
Method method_named(std::string_view name);  // as it stands in a request

struct Peer {
  std::string address{};       // "192.0.2.7", or "local" on the UNIX socket
  bool local = false;          // came over the UNIX socket: same user as the server, or root
  Bytes certificate_der{};     // the client's certificate when it showed one, with proof of its key; whose it is, is not asked here
};

struct Request {
  Method method = Method::get;
  std::string target{};                          // as sent
  std::string path{};                            // decoded, "/a/b", never with "." or ".." or an empty segment
  std::multimap<std::string, std::string> query{};  // decoded
  std::multimap<std::string, std::string> headers{};  // names in lower case
  std::string body{};
  Peer peer{};

  // The first value of a header (name in lower case) or a query parameter; nullptr when absent.
  const std::string* header(std::string_view name) const;
  const std::string* parameter(std::string_view name) const;
};

// What a producer of a streamed body hands over each time it is asked, on a pool thread.
struct Chunk {
  std::string bytes{};
  bool last = false;
  std::chrono::milliseconds ask_again_in{0};  // for event streams: nothing new yet, wait without holding a thread
};

struct Response {
  int status = 200;
  std::multimap<std::string, std::string> headers{};
  std::string body{};
  // When set, `body` is not used. An error ends the connection without the closing chunk: the peer sees it is cut.
  std::function<Result<Chunk>()> stream{};
};

Response text_response(int status, std::string_view type, std::string body);
// Canonical JSON text with its content type.
Response json_response(int status, std::string json);

// Answers every request. Called from several threads at once. Must not throw; what a library throws becomes 500.
using Handler = std::function<Response(const Request&)>;

struct Tls {
  std::string certificate_pem;    // the chain, leaf first
  SecretText private_key_pem;
  // DER names of issuers, read at each handshake: a client is asked for a certificate of one of them and may go without; none: nobody is asked,
  // so that no browser wonders. What is shown is believed to be held, and nothing more.
  std::function<std::vector<Bytes>()> clients_asked{};
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP literal; empty: no TCP listener
  uint16_t port = 0;                  // 0: the system chooses, see Server::port()
  std::optional<Tls> tls{};           // absent: plain HTTP, allowed on loopback addresses only
  std::string socket_path{};          // the UNIX socket; empty: none. Mode 0600, a stale one is replaced
  unsigned handler_threads = 64;      // most of them wait for the disk: a call is answered when its record is durable
  size_t connections_max = 1024;
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{60'000};
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds write_timeout{60'000};  // for each chunk, or the whole of an unstreamed body
};

class Server {
 public:
  // Binds and starts to answer. Errors: "http.bad_address", "http.address_in_use", "http.plain_beyond_loopback",
  // "http.bad_certificate", "http.socket_in_use" (a live server listens there), "http.cannot_listen".
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  // Stops as stop() does, with a grace of a second.
  virtual ~Server() = default;

  virtual uint16_t port() const = 0;
  virtual size_t connections() const = 0;
  // Takes no new connection, closes idle ones, lets running requests finish within `grace`, then cuts. Idempotent.
  virtual void stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace sluice::http
