// A real server on a free loopback port, and the plainest clients there are: raw sockets, curl, openssl.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "edge/http/server.h"

namespace sluice::http {

// Closed when it goes out of scope. Sends raw bytes, reads until the peer closes or `patience_ms` pass in silence.
class RawClient {
 public:
  explicit RawClient(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  explicit RawClient(const std::string& socket_path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
    return true;
  }

  // All that comes; `closed` tells whether the peer ended the connection.
  std::string read_all(int patience_ms = 3000) {
    std::string out;
    std::array<char, 65536> buffer;
    for (;;) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, patience_ms) <= 0) return out;
      ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (n <= 0) {
        closed = true;
        return out;
      }
      out.append(buffer.data(), static_cast<size_t>(n));
    }
  }
  // Until the text has arrived, or time is up.
  std::string read_until(std::string_view text, int patience_ms = 3000) {
    std::string out;
    std::array<char, 4096> buffer;
    while (out.find(text) == std::string::npos) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, patience_ms) <= 0) break;
      ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
      if (n <= 0) {
        closed = true;
        break;
      }
      out.append(buffer.data(), static_cast<size_t>(n));
    }
    return out;
  }
  bool closed = false;

 private:
  int fd_;
};

inline std::string exchange(uint16_t port, std::string_view bytes) {
  RawClient client(port);
  client.send(bytes);
  return client.read_all();
}

inline std::unique_ptr<Server> start_server(Handler handler, ServerOptions options = {}) {
  auto server = Server::start(std::move(options), std::move(handler));
  EXPECT_TRUE(server.has_value());
  return server ? std::move(*server) : nullptr;
}

// Runs a shell command; its output (stdout and stderr) and exit code.
struct Ran {
  std::string output;
  int code;
};
inline Ran shell(const std::string& command) {
  Ran ran{{}, -1};
  FILE* pipe = ::popen(("( " + command + " ) 2>&1").c_str(), "r");
  std::array<char, 4096> buffer;
  while (size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) ran.output.append(buffer.data(), n);
  ran.code = WEXITSTATUS(::pclose(pipe));
  return ran;
}

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-edge-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempDir() { std::filesystem::remove_all(path_); }
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace sluice::http
