#include "node/process/worker.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>

#include "node/process/sandbox.h"

namespace sluice::node {
namespace {

Result<Worker> worker_for(const char* job, WorkerLimits limits = {}) {
  Worker::Start start;
  start.job = job;
  start.limits = limits;
  return Worker::start(std::move(start));
}

std::string reason_of(const Result<WorkerAnswer>& answer) { return answer ? "answered" : std::string(answer.error().reason); }

TEST(Worker, AnswersWithProgressOnTheWay) {
  auto worker = worker_for("echo");
  ASSERT_TRUE(worker);
  int news = 0;
  auto answer = worker->run(Json::object({{"a", 1}}), Bytes{9}, [&](const Json&) { news++; });
  ASSERT_TRUE(answer) << answer.error().reason << answer.error().detail;
  EXPECT_EQ(*answer->result.get_int("a"), 1);
  EXPECT_EQ(answer->payload, Bytes{9});
  EXPECT_EQ(news, 1);
}

TEST(Worker, ItsOwnErrorIsPassedOn) {
  auto answer = worker_for("failing")->run(Json());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "test.refused");
  EXPECT_EQ(answer.error().detail, "column fee");
  EXPECT_EQ(reason_of(worker_for("no such job")->run(Json())), "worker.unknown_job");
}

TEST(Worker, DeathSilenceAndKillingAreToldAlikeAndTheNextOneWorks) {
  EXPECT_EQ(reason_of(worker_for("crashing")->run(Json())), "worker.killed");
  WorkerLimits impatient;
  impatient.silence_ms = 100;
  EXPECT_EQ(reason_of(worker_for("endless", impatient)->run(Json())), "worker.killed");
  auto worker = worker_for("endless");
  ASSERT_TRUE(worker->send(Json()));
  ::kill(worker->pid(), SIGKILL);
  EXPECT_EQ(worker->receive().error().reason, "worker.killed");
  EXPECT_EQ(reason_of(worker_for("echo")->run(Json(1))), "answered");
}

TEST(Worker, LimitsOfTimeAndMemoryKill) {
  WorkerLimits limits;
  limits.process.cpu_seconds = 1;
  EXPECT_EQ(reason_of(worker_for("spinning", limits)->run(Json())), "worker.killed");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limits = {};
  limits.process.memory_bytes = uint64_t{1} << 30;
  EXPECT_EQ(reason_of(worker_for("greedy", limits)->run(Json())), "worker.killed");
#endif
}

TEST(Worker, CannotReachNetworkProgramsOrFiles) {
  auto answer = worker_for("escape")->run(Json());
  ASSERT_TRUE(answer) << answer.error().reason;
  EXPECT_EQ(canonical(answer->result), "[]");
  if (has_landlock()) {
    EXPECT_FALSE(worker_for("reading")->run(Json())->result.as_bool());
  }
}

TEST(Worker, WritesBelowItsFolderAndHasNothingElseOpen) {
  char dir[] = "/tmp/sluice_worker_XXXXXX";
  ASSERT_TRUE(::mkdtemp(dir));
  std::string inside = std::string(dir) + "/inside";
  std::filesystem::create_directory(inside);
  OwnedFd noise(::open("/dev/null", O_RDONLY));  // without close-on-exec: it must not reach the child
  Worker::Start start;
  start.job = "folder";
  start.folders.emplace_back(::open(inside.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  start.files.emplace_back(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
  auto worker = Worker::start(std::move(start));
  auto answer = worker->run(Json());
  ASSERT_TRUE(answer) << answer.error().reason << answer.error().detail;
  EXPECT_TRUE(std::filesystem::exists(inside + "/out"));
  EXPECT_EQ(*answer->result.get_int("handed"), 5);
  EXPECT_EQ(*answer->result.get_int("thread"), 1);
  EXPECT_EQ(*answer->result.get_int("fds"), 8);  // 0–2, channel, keys, folder, file, and the one it made
  if (has_landlock()) {
    EXPECT_FALSE(*answer->result.get_bool("outside"));
    EXPECT_FALSE(std::filesystem::exists(std::string(dir) + "/outside"));
  }
  std::filesystem::remove_all(dir);
}

TEST(Worker, GoneWithItsHandle) {
  pid_t pid;
  {
    auto worker = worker_for("endless");
    pid = worker->pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

}  // namespace
}  // namespace sluice::node
