// The bare server's hello-world rate: the peer of every API figure. Its own peer is a loop that answers the same bytes
// on a raw socket with one read and one write, which is what the kernel allows one thread to do.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "edge/http/server.h"

namespace {

constexpr std::string_view kRaw =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

// Requests a second that wrk reaches with 32 connections over three seconds.
double rate(uint16_t port) {
  std::string command = "wrk -t1 -c32 -d3s http://127.0.0.1:" + std::to_string(port) + "/ 2>/dev/null";
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) return 0;
  std::array<char, 256> line;
  double found = 0;
  while (fgets(line.data(), line.size(), pipe)) sscanf(line.data(), "Requests/sec: %lf", &found);
  pclose(pipe);
  return found;
}

// Answers everything that arrives with kRaw; one thread, epoll.
class RawLoop {
 public:
  RawLoop() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 128) != 0) abort();
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { loop(); });
  }
  ~RawLoop() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }
  uint16_t port = 0;

 private:
  void loop() {
    int poll = epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {.fd = listener_}};
    epoll_ctl(poll, EPOLL_CTL_ADD, listener_, &event);
    std::array<epoll_event, 64> ready;
    std::array<char, 4096> buffer;
    while (!stop_) {
      int n = epoll_wait(poll, ready.data(), ready.size(), 50);
      for (int i = 0; i < n; i++) {
        int fd = ready[static_cast<size_t>(i)].data.fd;
        if (fd == listener_) {
          int peer = accept(listener_, nullptr, nullptr);
          if (peer < 0) continue;
          event.data.fd = peer;
          epoll_ctl(poll, EPOLL_CTL_ADD, peer, &event);
        } else if (read(fd, buffer.data(), buffer.size()) <= 0 || write(fd, kRaw.data(), kRaw.size()) < 0) {
          close(fd);
        }
      }
    }
    close(poll);
  }
  int listener_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

int main() {
  using namespace sluice::http;
  auto server = Server::start({}, [](const Request&) { return text_response(200, "text/plain", "hello"); });
  if (!server) return 1;
  double ours = rate((*server)->port());
  RawLoop raw;
  double peer = rate(raw.port);
  std::printf("{\"name\":\"http hello world\",\"ours\":%.0f,\"peer\":%.0f,\"unit\":\"requests/s\",\"ratio\":%.2f,"
              "\"goal\":\">= 0.5\",\"floor\":\">= 0.1\",\"note\":\"peer: epoll loop with a constant answer; wrk, 32 connections, no TLS\"}\n",
              ours, peer, peer > 0 ? ours / peer : 0);
  return ours > 0 && peer > 0 ? 0 : 1;
}
