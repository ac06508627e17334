#include "edge/http/server.h"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast.hpp>
#include <boost/beast/ssl.hpp>
#include <list>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "edge/http/problem.h"
#include "edge/http/target.h"
#include "edge/http/tls.h"

namespace sluice::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using asio::use_awaitable;
using tcp = asio::ip::tcp;
using unix_stream = asio::local::stream_protocol;
using boost::system::error_code;

constexpr size_t kHeaderBytesMax = 16u << 10;

// co_await an operation and take its error code as a value.
auto into(error_code& error) { return asio::redirect_error(use_awaitable, error); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// What stop() needs to know about a connection. Touched on the I/O thread only.
struct Live {
  std::function<void()> cut;
  bool idle = true;
};

class BeastServer final : public Server {
 public:
  BeastServer(ServerOptions options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)), pool_(options_.handler_threads) {}
  ~BeastServer() override { stop(std::chrono::seconds(1)); }

  Status listen();
  void run();
  uint16_t port() const override { return port_; }
  size_t connections() const override { return count_.load(); }
  void stop(std::chrono::milliseconds grace) override;

 private:
  Status listen_tcp();
  Status listen_local();
  awaitable<void> accept_tcp();
  awaitable<void> accept_local();
  awaitable<void> serve_tls(tcp::socket socket, Peer peer);
  template <class Stream, class Socket>
  awaitable<void> serve_plain(Socket socket, Peer peer);
  template <class Stream>
  awaitable<void> serve(Stream& stream, Peer peer);
  template <class Stream, class Parser>
  awaitable<bool> read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser, error_code& error);
  awaitable<Response> answer_of(Request request);
  Response guarded(const Request& request);
  template <class Stream>
  awaitable<bool> send(Stream& stream, Response response, Method method, bool keep);
  template <class Stream>
  awaitable<bool> send_stream(Stream& stream, Response& response, beast::http::response<beast::http::empty_body>& head);
  awaitable<Result<Chunk>> next_chunk(const Response& response);
  bool admit() { return count_.load() < options_.connections_max && !stopping_.load(); }

  // Keeps a connection in the list for as long as its coroutine lives.
  struct Listed {
    Listed(BeastServer& server, std::function<void()> cut) : server_(server) {
      server_.count_++;
      place_ = server_.live_.insert(server_.live_.end(), Live{std::move(cut)});
    }
    ~Listed() {
      server_.live_.erase(place_);
      server_.count_--;
    }
    Listed(const Listed&) = delete;
    Live* operator->() { return &*place_; }
    BeastServer& server_;
    std::list<Live>::iterator place_;
  };

  ServerOptions options_;
  Handler handler_;
  // What the coroutines touch is declared before io_, which destroys those that are left.
  std::list<Live> live_;
  std::atomic<size_t> count_{0};
  std::atomic<bool> stopping_{false};
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  asio::io_context io_{1};
  asio::thread_pool pool_;
  std::optional<tcp::acceptor> tcp_;
  std::optional<unix_stream::acceptor> local_;
  uint16_t port_ = 0;
  std::thread thread_;
  std::mutex stop_mutex_;
  bool stopped_ = false;
};

Status BeastServer::listen_tcp() {
  error_code error;
  auto address = asio::ip::make_address(options_.address, error);
  if (error) return fail(Errc::usage, "http.bad_address");
  if (!options_.tls && !address.is_loopback()) return fail(Errc::usage, "http.plain_beyond_loopback");
  if (options_.tls) TRY(prepare_tls(tls_, *options_.tls));
  tcp::endpoint endpoint(address, options_.port);
  tcp_.emplace(io_);
  tcp_->open(endpoint.protocol(), error);
  if (!error) tcp_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) tcp_->bind(endpoint, error);
  if (error == asio::error::address_in_use) return fail(Errc::conflict, "http.address_in_use", fmt::format("port {}", options_.port));
  if (!error) tcp_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(Errc::io, "http.cannot_listen", error.message());
  port_ = tcp_->local_endpoint().port();
  return {};
}

Status BeastServer::listen_local() {
  const std::string& path = options_.socket_path;
  if (path.size() >= sizeof(sockaddr_un{}.sun_path)) return fail(Errc::usage, "http.bad_address", "socket path too long");
  error_code error;
  {
    unix_stream::socket probe(io_);
    probe.connect(unix_stream::endpoint(path), error);
    if (!error) return fail(Errc::conflict, "http.socket_in_use");
  }
  ::unlink(path.c_str());
  local_.emplace(io_);
  local_->open(unix_stream(), error);
  // Made with mode 0600 from its first moment: the mask is the process's, so it is set only around bind.
  mode_t mask = ::umask(0177);
  if (!error) local_->bind(unix_stream::endpoint(path), error);
  ::umask(mask);
  if (!error) local_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(Errc::io, "http.cannot_listen", error.message());
  return {};
}

Status BeastServer::listen() {
  if (!options_.address.empty()) TRY(listen_tcp());
  if (!options_.socket_path.empty()) TRY(listen_local());
  return {};
}

void BeastServer::run() {
  if (tcp_) asio::co_spawn(io_, accept_tcp(), asio::detached);
  if (local_) asio::co_spawn(io_, accept_local(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

awaitable<void> BeastServer::accept_tcp() {
  while (!stopping_) {
    error_code error;
    tcp::socket socket = co_await tcp_->async_accept(into(error));
    if (error == asio::error::operation_aborted || stopping_) co_return;
    if (error) {
      // Out of descriptors, most likely: wait for some to come back instead of spinning.
      asio::steady_timer timer(io_, std::chrono::milliseconds(50));
      co_await timer.async_wait(into(error));
      continue;
    }
    if (!admit()) continue;
    Peer peer;
    auto endpoint = socket.remote_endpoint(error);
    if (error) continue;
    peer.address = endpoint.address().to_string();
    socket.set_option(tcp::no_delay(true), error);
    if (options_.tls) {
      asio::co_spawn(io_, serve_tls(std::move(socket), std::move(peer)), asio::detached);
    } else {
      asio::co_spawn(io_, serve_plain<beast::tcp_stream>(std::move(socket), std::move(peer)), asio::detached);
    }
  }
}

awaitable<void> BeastServer::accept_local() {
  using local_stream = beast::basic_stream<unix_stream, asio::any_io_executor>;
  while (!stopping_) {
    error_code error;
    unix_stream::socket socket = co_await local_->async_accept(into(error));
    if (error == asio::error::operation_aborted || stopping_) co_return;
    if (error) {
      asio::steady_timer timer(io_, std::chrono::milliseconds(50));
      co_await timer.async_wait(into(error));
      continue;
    }
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) continue;
    if (credentials.uid != ::geteuid() && credentials.uid != 0) continue;
    if (!admit()) continue;
    Peer peer;
    peer.address = "local";
    peer.local = true;
    asio::co_spawn(io_, serve_plain<local_stream>(std::move(socket), std::move(peer)), asio::detached);
  }
}

template <class Stream, class Socket>
awaitable<void> BeastServer::serve_plain(Socket socket, Peer peer) {
  Stream stream(std::move(socket));
  co_await serve(stream, std::move(peer));
}

awaitable<void> BeastServer::serve_tls(tcp::socket socket, Peer peer) {
  beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), tls_);
  {
    Listed listed(*this, [&stream] { beast::get_lowest_layer(stream).cancel(); });
    error_code error;
    beast::get_lowest_layer(stream).expires_after(options_.header_timeout);
    co_await stream.async_handshake(asio::ssl::stream_base::server, into(error));
    if (error) co_return;
  }
  peer.certificate_der = client_certificate(stream.native_handle());
  co_await serve(stream, std::move(peer));
  error_code ignored;
  beast::get_lowest_layer(stream).expires_after(std::chrono::seconds(2));
  co_await stream.async_shutdown(into(ignored));
}

template <class Stream, class Parser>
awaitable<bool> BeastServer::read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser, error_code& error) {
  auto& lowest = beast::get_lowest_layer(stream);
  lowest.expires_after(options_.body_timeout);
  if (lower(std::string_view(parser.get()[beast::http::field::expect])) == "100-continue") {
    beast::http::response<beast::http::empty_body> go_on(beast::http::status::continue_, 11);
    co_await beast::http::async_write(stream, go_on, into(error));
    if (error) co_return false;
  }
  co_await beast::http::async_read(stream, buffer, parser, into(error));
  co_return !error;
}

// Reading failed: what to tell the peer before closing, when there is anything to tell.
std::optional<Error> complaint(const error_code& error) {
  namespace http = beast::http;
  if (error == http::error::body_limit) return Error{Errc::exhausted, "http.body_too_large"};
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return Error{Errc::exhausted, "http.header_too_large"};
  if (error == beast::error::timeout) return Error{Errc::usage, "http.request_timeout"};
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) return Error{Errc::usage, "http.bad_request"};
  return std::nullopt;
}

template <class Stream>
awaitable<void> BeastServer::serve(Stream& stream, Peer peer) {
  auto& lowest = beast::get_lowest_layer(stream);
  Listed listed(*this, [&lowest] { lowest.cancel(); });
  beast::flat_buffer buffer(kHeaderBytesMax + (64u << 10));
  error_code error;
  for (bool first = true, keep = true; keep && !stopping_; first = false) {
    // Between requests a connection may rest; once bytes come, the header has its own, absolute deadline.
    listed->idle = true;
    lowest.expires_after(first ? options_.header_timeout : options_.idle_timeout);
    if (buffer.size() == 0) {
      size_t n = co_await stream.async_read_some(buffer.prepare(4096), into(error));
      if (error) co_return;
      buffer.commit(n);
    }
    listed->idle = false;
    lowest.expires_after(options_.header_timeout);
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(kHeaderBytesMax);
    parser.body_limit(kRequestBytesMax);
    co_await beast::http::async_read_header(stream, buffer, parser, into(error));
    if (!error && !parser.is_done()) co_await read_body(stream, buffer, parser, error);
    Request request;
    request.peer = peer;
    if (error) {
      auto what = complaint(error);
      if (!what) co_return;
      lowest.expires_after(std::chrono::seconds(2));
      co_await send(stream, problem(*what, request), Method::get, false);
      // Unread bytes would turn our close into a reset that overtakes the answer: say that we are done, then drain.
      error_code drain_error;
      lowest.socket().shutdown(asio::socket_base::shutdown_send, drain_error);
      lowest.expires_after(std::chrono::seconds(2));
      std::array<char, 16384> sink;
      for (size_t i = 0; i < 1024 && !drain_error; i++) co_await stream.async_read_some(asio::buffer(sink), into(drain_error));
      co_return;
    }
    auto message = parser.release();
    keep = message.keep_alive();
    request.method = method_named(std::string_view(message.method_string()));
    request.target = std::string(message.target());
    for (const auto& field : message) request.headers.emplace(lower(std::string_view(field.name_string())), std::string(field.value()));
    request.body = std::move(message.body());
    Method method = request.method;
    lowest.expires_never();
    Response response = co_await answer_of(std::move(request));
    keep = co_await send(stream, std::move(response), method, keep && !stopping_);
  }
}

Response BeastServer::guarded(const Request& request) {
  try {
    return handler_(request);
  } catch (const std::exception&) {
    // The text of a library's exception may quote data: it goes nowhere.
    log(LogLevel::error, "http.handler_threw");
    return problem({Errc::internal, "http.internal"}, request);
  }
}

awaitable<Response> BeastServer::answer_of(Request request) {
  auto target = parse_target(request.target);
  if (!target) co_return problem(target.error(), request);
  request.path = std::move(target->path);
  request.query = std::move(target->query);
  Response response;
  // Hop to the pool, run, hop back: posting with the pool bound as the executor resumes this coroutine there.
  co_await asio::post(asio::bind_executor(pool_.get_executor(), use_awaitable));
  response = guarded(request);
  co_await asio::post(io_, use_awaitable);
  co_return response;
}

awaitable<Result<Chunk>> BeastServer::next_chunk(const Response& response) {
  co_await asio::post(asio::bind_executor(pool_.get_executor(), use_awaitable));
  Result<Chunk> chunk = fail(Errc::internal, "http.internal");
  try {
    chunk = response.stream();
  } catch (const std::exception&) {
    log(LogLevel::error, "http.handler_threw");
  }
  co_await asio::post(io_, use_awaitable);
  co_return chunk;
}

template <class Message>
void put_headers(Message& message, const Response& response) {
  for (const auto& [name, value] : response.headers) {
    // A header that could split the response is dropped: no handler needs one.
    if ((name + value).find_first_of("\r\n") != std::string::npos) continue;
    message.insert(name, value);
  }
  message.set("X-Content-Type-Options", "nosniff");
}

template <class Stream>
awaitable<bool> BeastServer::send(Stream& stream, Response response, Method method, bool keep) {
  auto& lowest = beast::get_lowest_layer(stream);
  error_code error;
  auto status = static_cast<unsigned>(response.status);
  if (response.stream && method != Method::head) {
    beast::http::response<beast::http::empty_body> head(static_cast<beast::http::status>(status), 11);
    put_headers(head, response);
    head.keep_alive(keep);
    head.chunked(true);
    co_return co_await send_stream(stream, response, head) && keep;
  }
  beast::http::response<beast::http::string_body> message(static_cast<beast::http::status>(status), 11);
  put_headers(message, response);
  message.keep_alive(keep);
  bool bodyless = status == 204 || status == 304;
  if (!bodyless) message.content_length(response.body.size());
  if (!bodyless && method != Method::head) message.body() = std::move(response.body);
  lowest.expires_after(options_.write_timeout);
  beast::http::response_serializer<beast::http::string_body> serializer(message);
  if (bodyless || method == Method::head)
    co_await beast::http::async_write_header(stream, serializer, into(error));
  else
    co_await beast::http::async_write(stream, serializer, into(error));
  co_return keep && !error;
}

template <class Stream>
awaitable<bool> BeastServer::send_stream(Stream& stream, Response& response,
                                         beast::http::response<beast::http::empty_body>& head) {
  auto& lowest = beast::get_lowest_layer(stream);
  error_code error;
  beast::http::response_serializer<beast::http::empty_body> serializer(head);
  lowest.expires_after(options_.write_timeout);
  co_await beast::http::async_write_header(stream, serializer, into(error));
  while (!error && !stopping_) {
    lowest.expires_never();
    Result<Chunk> chunk = co_await next_chunk(response);
    if (!chunk) co_return false;
    lowest.expires_after(options_.write_timeout);
    if (!chunk->bytes.empty()) {
      auto framed = beast::http::make_chunk(asio::buffer(chunk->bytes));
      co_await asio::async_write(stream, framed, into(error));
    }
    if (chunk->last && !error) {
      auto end = beast::http::make_chunk_last();
      co_await asio::async_write(stream, end, into(error));
      co_return !error;
    }
    if (chunk->ask_again_in.count() > 0 && !error) {
      asio::steady_timer timer(io_, chunk->ask_again_in);
      co_await timer.async_wait(into(error));
    }
  }
  co_return false;
}

void BeastServer::stop(std::chrono::milliseconds grace) {
  std::lock_guard lock(stop_mutex_);
  if (stopped_) return;
  stopped_ = true;
  stopping_ = true;
  asio::post(io_, [this] {
    error_code ignored;
    if (tcp_) tcp_->close(ignored);
    if (local_) local_->close(ignored);
    for (Live& live : live_)
      if (live.idle) live.cut();
  });
  auto until = std::chrono::steady_clock::now() + grace;
  while (count_ > 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  asio::post(io_, [this] {
    for (Live& live : live_) live.cut();
  });
  pool_.join();
  io_.stop();
  if (thread_.joinable()) thread_.join();
  if (local_) ::unlink(options_.socket_path.c_str());
}

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  auto server = std::make_unique<BeastServer>(std::move(options), std::move(handler));
  TRY(server->listen());
  server->run();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace sluice::http
