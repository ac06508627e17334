#include "bench/load/own_server.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "bench/load/open_loop.h"

namespace sluice::bench {

uint16_t free_port() {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

std::string sluice_program() {
  const char* said = std::getenv("SLUICE");
  if (said) return said;
  char path[4096];
  ssize_t n = ::readlink("/proc/self/exe", path, sizeof path);
  std::string self(path, n > 0 ? static_cast<size_t>(n) : 0);
  return self.substr(0, self.rfind('/')) + "/sluice";
}

OwnServer::OwnServer(std::vector<std::string> arguments, uint16_t port) : port_(port) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) ::_exit(126);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

OwnServer OwnServer::serving(const std::string& space) {
  uint16_t port = free_port();
  return OwnServer({sluice_program(), "serve", "--space", space, "--listen", "127.0.0.1:" + std::to_string(port)}, port);
}

OwnServer::~OwnServer() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

double OwnServer::until_healthy() const {
  auto start = std::chrono::steady_clock::now();
  auto since = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  while (since() < 60) {
    if (ask_once(port_, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 200")) return since();
    ::usleep(2000);
  }
  return -1;
}

}  // namespace sluice::bench
