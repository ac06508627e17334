#include "edge/http/local_client.h"

#include <sys/un.h>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

namespace sluice::http {
namespace {

namespace net = boost::asio;
using local = net::local::stream_protocol;
using LocalStream = boost::beast::basic_stream<local, net::any_io_executor>;
using boost::system::error_code;

constexpr size_t kAnswerBytesMax = 64u << 20;

bool fits_socket_path(const std::string& path) { return !path.empty() && path.size() < sizeof(sockaddr_un{}.sun_path); }

// Lets the started operation end and gives its error.
error_code finish(net::io_context& io, error_code& error) {
  io.run();
  io.restart();
  return error;
}

tl::unexpected<Error> away(const error_code& error) {
  if (error == boost::beast::error::timeout) return fail(Errc::unreachable, "http.server_silent");
  return fail(Errc::unreachable, "http.server_away");
}

}  // namespace

bool server_listens(const std::string& socket_path) {
  if (!fits_socket_path(socket_path)) return false;
  net::io_context io;
  local::socket socket(io);
  error_code error;
  socket.connect(local::endpoint(socket_path), error);
  return !error;
}

Result<LocalAnswer> call_local(const std::string& socket_path, const Request& request,
                               std::chrono::milliseconds timeout) {
  namespace http = boost::beast::http;
  if (!fits_socket_path(socket_path)) return fail(Errc::unreachable, "http.server_away");
  net::io_context io;
  LocalStream stream(io);
  stream.expires_after(timeout);
  error_code error;
  auto done = [&error](error_code e, size_t = 0) { error = e; };
  stream.async_connect(local::endpoint(socket_path), done);
  if (finish(io, error)) return away(error);
  http::request<http::string_body> message;
  message.method_string(name_of(request.method));
  message.target(request.target);
  message.version(11);
  message.set(http::field::host, "localhost");
  for (const auto& [name, value] : request.headers) message.insert(name, value);
  message.body() = request.body;
  message.prepare_payload();
  http::async_write(stream, message, done);
  if (finish(io, error)) return away(error);
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kAnswerBytesMax);
  if (request.method == Method::head) parser.skip(true);
  http::async_read(stream, buffer, parser, done);
  if (finish(io, error)) return away(error);
  LocalAnswer answer;
  auto response = parser.release();
  answer.status = static_cast<int>(response.result_int());
  for (const auto& field : response) {
    std::string name(field.name_string());
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    answer.headers.emplace(std::move(name), std::string(field.value()));
  }
  answer.body = std::move(response.body());
  return answer;
}

}  // namespace sluice::http
