#include "node/process/spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "table/limits.h"

namespace sluice::node {

namespace {

// Everything the child needs, made before fork: between fork and exec only async-signal-safe calls are allowed.
struct Prepared {
  std::vector<std::string> words;
  std::vector<char*> argv, envp;
  std::vector<std::string> environment;
  std::vector<int> sources;  // become descriptors 3, 4, …; all above every target
  ProcessLimits limits;
  const char* program;
  pid_t parent;
};

void limit_to(__rlimit_resource resource, uint64_t value) {
  rlimit limit{value, value};
  ::setrlimit(resource, &limit);
}

// A version of many columns is as many open files.
void allow_files() {
  constexpr rlim_t wanted = table::kTableColumnsMax + 512;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

[[noreturn]] void become_child(const Prepared& p) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != p.parent) ::_exit(127);  // the parent died before the line above
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  int null_fd = ::open("/dev/null", O_RDWR);
  if (null_fd < 0 || ::dup2(null_fd, STDIN_FILENO) < 0 || ::dup2(null_fd, STDOUT_FILENO) < 0) ::_exit(127);
  for (size_t i = 0; i < p.sources.size(); i++)
    if (::dup2(p.sources[i], kChannelFd + static_cast<int>(i)) < 0) ::_exit(127);
  ::syscall(SYS_close_range, kChannelFd + p.sources.size(), ~0u, 0);
  limit_to(RLIMIT_CORE, 0);
  allow_files();
  if (p.limits.memory_bytes) limit_to(RLIMIT_AS, p.limits.memory_bytes);
  if (p.limits.cpu_seconds) limit_to(RLIMIT_CPU, p.limits.cpu_seconds);
  ::execve(p.program, p.argv.data(), p.envp.data());
  ::_exit(127);
}

// All forks are made by one thread that never ends: PR_SET_PDEATHSIG follows the thread that forked.
class ForkThread {
 public:
  static ForkThread& instance() {
    static ForkThread* thread = new ForkThread;  // never destroyed: it must outlive every child
    return *thread;
  }

  pid_t fork_child(const Prepared& prepared) {
    std::promise<pid_t> answer;
    {
      std::lock_guard lock(mutex_);
      tasks_.push_back([&] {
        pid_t pid = ::fork();
        if (pid == 0) become_child(prepared);
        answer.set_value(pid);
      });
    }
    wake_.notify_one();
    return answer.get_future().get();
  }

 private:
  ForkThread() { std::thread([this] { loop(); }).detach(); }
  [[noreturn]] void loop() {
    while (true) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return !tasks_.empty(); });
      auto task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
};

std::vector<std::string> child_environment() {
  std::vector<std::string> out{"LC_ALL=C.UTF-8", "TZ=UTC"};
  // Sanitized builds configure themselves here; nothing else of the operator's environment reaches a child.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LD_LIBRARY_PATH"})
    if (const char* value = ::getenv(name)) out.push_back(std::string(name) + "=" + value);
  return out;
}

}  // namespace

Result<Child> spawn(SpawnRequest request) {
  auto [ours, theirs] = TRY(Channel::pair());
  Prepared p;
  p.words = std::move(request.arguments);
  p.words.insert(p.words.begin(), "sluice");
  p.environment = child_environment();
  for (auto& word : p.words) p.argv.push_back(word.data());
  for (auto& variable : p.environment) p.envp.push_back(variable.data());
  p.argv.push_back(nullptr);
  p.envp.push_back(nullptr);
  p.limits = request.limits;
  p.program = request.program.c_str();
  p.parent = ::getpid();
  int above = kChannelFd + 1 + static_cast<int>(request.fds.size());
  std::vector<OwnedFd> moved;
  moved.emplace_back(::fcntl(theirs.fd(), F_DUPFD_CLOEXEC, above));
  for (const OwnedFd& fd : request.fds) moved.emplace_back(::fcntl(fd.get(), F_DUPFD_CLOEXEC, above));
  for (const OwnedFd& fd : moved) {
    if (!fd) return fail(Errc::io, "process.spawn_failed", "descriptors");
    p.sources.push_back(fd.get());
  }
  pid_t pid = ForkThread::instance().fork_child(p);
  if (pid < 0) return fail(Errc::exhausted, "process.spawn_failed", std::strerror(errno));
  return Child(pid, std::move(ours));
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), channel_(std::move(other.channel_)) {}
Child& Child::operator=(Child&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(channel_, other.channel_);
  return *this;
}
Child::~Child() { kill(); }

bool Child::running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

bool Child::wait(int timeout_ms) {
  if (pid_ < 0) return true;
  OwnedFd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (handle) {
    pollfd poll_fd{handle.get(), POLLIN, 0};
    while (::poll(&poll_fd, 1, timeout_ms) < 0 && errno == EINTR) {
    }
  }
  return !running();
}

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

}  // namespace sluice::node
