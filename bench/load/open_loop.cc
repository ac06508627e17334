#include "bench/load/open_loop.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <memory>

namespace sluice::bench {

namespace {

// A kept connection. Blocking until its handshake is done, then not.
class LoadConnection {
 public:
  LoadConnection(SSL_CTX* tls, uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd_);
    ready_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 && SSL_connect(ssl_) == 1;
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  ~LoadConnection() {
    SSL_free(ssl_);
    ::close(fd_);
  }
  LoadConnection(const LoadConnection&) = delete;

  int fd() const { return fd_; }
  bool ready() const { return ready_; }
  double due = 0;

  void send(const std::string& request) {
    in_.clear();
    ready_ = ready_ && SSL_write(ssl_, request.data(), static_cast<int>(request.size())) == static_cast<int>(request.size());
  }
  // Takes what has come. True once the answer is whole.
  bool receive() {
    char buffer[16384];
    int n;
    while ((n = SSL_read(ssl_, buffer, sizeof buffer)) > 0) in_.append(buffer, static_cast<size_t>(n));
    if (SSL_get_error(ssl_, n) != SSL_ERROR_WANT_READ) ready_ = false;
    size_t head = in_.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    size_t length = in_.find("Content-Length: ");
    return length < head && in_.size() >= head + 4 + std::strtoul(in_.c_str() + length + 16, nullptr, 10);
  }
  bool answered_ok() const { return in_.starts_with("HTTP/1.1 200"); }
  const std::string& answer() const { return in_; }

 private:
  int fd_ = -1;
  SSL* ssl_ = nullptr;
  bool ready_ = false;
  std::string in_;
};

SSL_CTX* load_tls() {
  static SSL_CTX* tls = SSL_CTX_new(TLS_client_method());
  return tls;
}

class OpenLoop {
 public:
  explicit OpenLoop(const LoadPlan& plan) : plan_(plan), poll_(::epoll_create1(EPOLL_CLOEXEC)), timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
    watch(timer_, 0);
    for (int i = 0; i < plan.connections; i++) {
      auto& connection = connections_.emplace_back(std::make_unique<LoadConnection>(load_tls(), plan.port));
      if (!connection->ready()) std::abort();
      idle_.push_back(connections_.size() - 1);
      watch(connection->fd(), connections_.size());
    }
  }
  ~OpenLoop() {
    ::close(timer_);
    ::close(poll_);
  }

  LoadResult run() {
    start_ = now() + 0.05;
    total_ = static_cast<uint64_t>(plan_.per_second * plan_.seconds);
    double give_up = start_ + plan_.seconds + 10;
    while (result_.latency_ms.size() + result_.failed < total_ && now() < give_up) {
      send_due();
      epoll_event ready[64];
      int n = ::epoll_wait(poll_, ready, 64, 100);
      for (int i = 0; i < n; i++)
        if (ready[i].data.u64 > 0) take(ready[i].data.u64 - 1);
    }
    result_.failed = total_ - result_.latency_ms.size();
    result_.answered_per_second = static_cast<double>(result_.latency_ms.size()) / std::max(last_answer_ - start_, 1e-9);
    std::sort(result_.latency_ms.begin(), result_.latency_ms.end());
    return std::move(result_);
  }

 private:
  static double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }
  double due(uint64_t n) const { return start_ + static_cast<double>(n) / plan_.per_second; }

  void watch(int fd, uint64_t tag) {
    epoll_event event{.events = EPOLLIN, .data = {.u64 = tag}};
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event);
  }

  // Sends what is due on idle connections; without one, a request waits and its clock runs.
  void send_due() {
    while (sent_ < total_ && due(sent_) <= now() && !idle_.empty()) {
      LoadConnection& connection = *connections_[idle_.back()];
      idle_.pop_back();
      connection.due = due(sent_);
      connection.send(plan_.request(sent_++));
    }
    if (sent_ >= total_ || idle_.empty()) return;
    double at = due(sent_);
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(at);
    when.it_value.tv_nsec = static_cast<long>((at - static_cast<double>(when.it_value.tv_sec)) * 1e9);
    ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }

  void take(size_t index) {
    LoadConnection& connection = *connections_[index];
    bool whole = connection.receive();
    if (!whole && connection.ready()) return;
    last_answer_ = now();
    if (whole && connection.answered_ok())
      result_.latency_ms.push_back((last_answer_ - connection.due) * 1e3);
    else
      result_.failed++;
    if (connection.ready()) idle_.push_back(index);
  }

  const LoadPlan& plan_;
  int poll_, timer_;
  std::vector<std::unique_ptr<LoadConnection>> connections_;
  std::deque<size_t> idle_;
  uint64_t total_ = 0, sent_ = 0;
  double start_ = 0, last_answer_ = 0;
  LoadResult result_;
};

}  // namespace

double LoadResult::at(double share) const {
  if (latency_ms.empty()) return 0;
  return latency_ms[std::min(latency_ms.size() - 1, static_cast<size_t>(share * static_cast<double>(latency_ms.size())))];
}

LoadResult run_open_loop(const LoadPlan& plan) { return OpenLoop(plan).run(); }

std::string ask_once(uint16_t port, const std::string& request) {
  LoadConnection connection(load_tls(), port);
  if (!connection.ready()) return {};
  connection.send(request);
  for (int i = 0; i < 20000 && connection.ready(); i++) {
    if (connection.receive()) return connection.answer();
    ::usleep(500);
  }
  return {};
}

}  // namespace sluice::bench
