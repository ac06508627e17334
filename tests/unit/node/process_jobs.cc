#include "tests/unit/node/process_jobs.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <thread>

namespace sluice::node {

namespace {

Status echo_job(WorkerContext& context) {
  TRY(send_progress(context, Json(1)));
  return send_result(context, context.request, context.payload);
}

Status failing_job(WorkerContext&) { return fail(Errc::refused, "test.refused", "column fee"); }
Status crashing_job(WorkerContext&) { std::abort(); }
Status endless_job(WorkerContext&) {
  while (true) ::usleep(1000);
}
Status spinning_job(WorkerContext&) {
  volatile uint64_t n = 0;
  while (true) n = n + 1;
}
Status greedy_job(WorkerContext& context) {
  Bytes big(size_t{3} << 30, 1);
  return send_result(context, Json(static_cast<int64_t>(big.size())));
}

// Tries what the sandbox forbids; the result names what got through.
Status escape_job(WorkerContext& context) {
  Json escaped = Json::array();
  auto tried = [&](const char* what, bool through) {
    if (through) escaped.push(Json(what));
  };
  tried("socket", ::socket(AF_INET, SOCK_STREAM, 0) >= 0);
  tried("unix socket", ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  int ends[2];
  tried("socketpair", ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  sockaddr_in address{};
  tried("connect", ::connect(context.server.fd(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 || errno != EPERM);
  char shell[] = "/bin/sh";
  char* argv[] = {shell, nullptr};
  tried("execve", ::execve(shell, argv, nullptr) == 0 || errno != EPERM);
  tried("fork", ::fork() >= 0);
  tried("ptrace", ::ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
  tried("kill", ::kill(::getppid(), 0) == 0);
  tried("dumpable", ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
  tried("write by path", ::open("/tmp/sluice_escape_test", O_WRONLY | O_CREAT, 0600) >= 0);
  tried("create", ::creat("/tmp/sluice_escape_test", 0600) >= 0);
  tried("mkdir", ::mkdir("/tmp/sluice_escape_test", 0700) == 0);
  rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  tried("raise limits", ::setrlimit(RLIMIT_CORE, &unlimited) == 0);
  return send_result(context, escaped);
}

Status reading_job(WorkerContext& context) {
  return send_result(context, Json(::open("/etc/passwd", O_RDONLY) >= 0));
}

// Makes a file below its folder and reads it back; lists the descriptors it has; starts a thread.
Status folder_job(WorkerContext& context) {
  int folder = context.fds.at(0).get();
  OwnedFd file(::openat(folder, "out.tmp", O_RDWR | O_CREAT | O_EXCL, 0600));
  if (!file || ::write(file.get(), "hello", 5) != 5 || ::fsync(file.get()) != 0) return fail(Errc::io, "test.no_write");
  if (::renameat(folder, "out.tmp", folder, "out") != 0 || ::fsync(folder) != 0) return fail(Errc::io, "test.no_rename");
  OwnedFd outside(::openat(folder, "../outside", O_RDWR | O_CREAT, 0600));
  int thread_ran = 0;
  std::thread([&] { thread_ran = 1; }).join();
  char first[5];
  ssize_t handed = ::read(context.fds.at(1).get(), first, sizeof first);
  int open_fds = 0;
  for (int fd = 0; fd < 256; fd++) open_fds += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
  return send_result(context, Json::object({{"outside", Json(static_cast<bool>(outside))}, {"thread", Json(thread_ran)},
                                            {"handed", Json(static_cast<int64_t>(handed))}, {"fds", Json(open_fds)}}));
}

// Tells the names and digests of the keys it was handed, as a stand-in for using them.
Status keys_job(WorkerContext& context) {
  int64_t times = TRY(context.request.get_int("times"));
  Json out = Json::array();
  for (int64_t i = 0; i < times; i++) {
    HandedKeys handed = TRY(receive_keys(context, 10000));
    Json columns = Json::object();
    for (const auto& [name, key] : handed.keys) columns.set(name, Json(hex(key.reveal("test"))));
    out.push(Json::object({{"purpose", Json(handed.purpose)}, {"dataset", Json(handed.dataset)}, {"keys", columns}}));
  }
  return send_result(context, out);
}

constexpr WorkerJob kTestJobs[] = {
    {"echo", echo_job},     {"failing", failing_job}, {"crashing", crashing_job}, {"endless", endless_job}, {"spinning", spinning_job},
    {"greedy", greedy_job}, {"escape", escape_job},   {"reading", reading_job},   {"folder", folder_job},   {"keys", keys_job},
};

class TestGrants final : public GrantCheck {
 public:
  Status allows_work(const std::string& grant, const std::string& dataset, std::span<const std::string_view> works, TimeMs) override {
    if (grant != "gr_good" || dataset != "ds_1") return fail(Errc::forbidden, "key_agent.no_grant");
    bool fits = std::find(works.begin(), works.end(), "trace") != works.end();  // what gr_good is for
    return fits ? Status{} : fail(Errc::forbidden, "key_agent.other_work");
  }
  Status allows(const std::string& grant, const std::string& dataset, const std::string& version,
                std::span<const std::string> columns, TimeMs) override {
    if (grant != "gr_good" || dataset != "ds_1" || version != "1") return fail(Errc::forbidden, "key_agent.no_grant");
    for (const std::string& column : columns)
      if (column != "fee" && column != "sex") return fail(Errc::forbidden, "key_agent.not_granted", column);
    return {};
  }
  Status approves(const std::string& key_work, std::string_view work) override {
    return key_work.starts_with("kw_good") && work == "rotate_space" ? Status{} : fail(Errc::forbidden, "key_agent.no_key_work");
  }
};

}  // namespace

std::span<const WorkerJob> test_jobs() { return kTestJobs; }

Result<std::unique_ptr<GrantCheck>> open_test_grants(const std::string&) { return std::make_unique<TestGrants>(); }

}  // namespace sluice::node
