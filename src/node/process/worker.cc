#include "node/process/worker.h"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "node/process/sandbox.h"
#include "table/limits.h"

namespace sluice::node {

namespace {

constexpr int kKeyFd = kFirstHandedFd;
constexpr int kWorkerFirstFileFd = kFirstHandedFd + 1;
constexpr size_t kHandedKeysMax = table::kTableColumnsMax;

tl::unexpected<Error> worker_killed(std::string detail) { return fail(Errc::unreachable, "worker.killed", std::move(detail)); }

Result<int> small_number(const std::string& word, int most) {
  int value = -1;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 0 || value > most) return fail(Errc::usage, "worker.bad_arguments");
  return value;
}

Bytes keys_payload(const ColumnKeys& keys) {
  Bytes out;
  put_u32(out, static_cast<uint32_t>(keys.size()));
  for (const auto& [name, key] : keys) {
    const Bytes& raw = key.reveal("hand it to a worker");
    put_u16(out, static_cast<uint16_t>(name.size()));
    put(out, name);
    put_u16(out, static_cast<uint16_t>(raw.size()));
    put(out, raw);
  }
  return out;
}

Result<ColumnKeys> keys_from(ByteView payload) {
  ByteReader reader(payload);
  uint32_t count = TRY(reader.u32());
  if (count > kHandedKeysMax) return fail(Errc::invalid, "channel.malformed", "keys");
  ColumnKeys out;
  for (uint32_t i = 0; i < count; i++) {
    uint16_t name_bytes = TRY(reader.u16());
    ByteView name = TRY(reader.take(name_bytes));
    uint16_t key_bytes = TRY(reader.u16());
    ByteView raw = TRY(reader.take(key_bytes));
    out.emplace(std::string(text(name)), SecretBytes(Bytes(raw.begin(), raw.end())));
  }
  return out;
}

// Keys may be handed before the request; those of a wide table are more than a socket holds, and whoever hands them waits until they are taken.
Status take_keys_until_asked(WorkerContext& context) {
  pollfd ends[] = {{context.server.fd(), POLLIN, 0}, {context.keys.fd(), POLLIN, 0}};
  while (true) {
    int ready = ::poll(ends, 2, -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return fail(Errc::io, "channel.failed");
    if (ends[1].revents & POLLIN) {
      context.handed.push_back(TRY(context.keys.receive()));
    } else if (ends[1].revents) {
      ends[1].fd = -1;  // nobody hands any more
    } else if (ends[0].revents) {
      return {};
    }
  }
}

// Runs the job between its request and its answer.
Status host_job(WorkerContext& context, const WorkerJob& job) {
  if (Status taken = take_keys_until_asked(context); !taken) return context.server.send(error_frame(taken.error()));
  Frame first = TRY(context.server.receive());
  context.request = std::move(first.body);
  context.payload = std::move(first.payload);
  Status done = job.run(context);
  return done ? context.server.send(Json::object({{"done", true}})) : context.server.send(error_frame(done.error()));
}

}  // namespace

Status send_progress(WorkerContext& context, const Json& progress) {
  return context.server.send(Json::object({{"progress", progress}}));
}

Status send_result(WorkerContext& context, const Json& result, ByteView payload) {
  return context.server.send(Json::object({{"result", result}}), payload);
}

Status hand_keys(Channel& key_end, const HandedKeys& keys, int timeout_ms) {
  Bytes payload = keys_payload(keys.keys);
  Json body = Json::object({{"purpose", Json(keys.purpose)}, {"dataset", Json(keys.dataset)}, {"version", Json(keys.version)}});
  Status sent = key_end.send(body, payload, {}, timeout_ms);
  wipe(payload.data(), payload.size());
  return sent;
}

Result<HandedKeys> receive_keys(WorkerContext& context, int timeout_ms) {
  auto frame = context.handed.empty() ? context.keys.receive(timeout_ms) : Result<Frame>(std::move(context.handed.front()));
  if (!context.handed.empty()) context.handed.pop_front();
  if (!frame) return fail(Errc::unreachable, "worker.no_keys", std::string(frame.error().reason));
  auto keys = keys_from(frame->payload);
  wipe(frame->payload.data(), frame->payload.size());
  if (!keys) return tl::unexpected(keys.error());
  return HandedKeys{TRY(frame->body.get_string("purpose")), TRY(frame->body.get_string("dataset")),
                    TRY(frame->body.get_string("version")), std::move(*keys)};
}

int run_worker(std::span<const std::string> arguments, std::span<const WorkerJob> jobs) {
  if (arguments.size() != 4) return 2;
  auto folders = small_number(arguments[1], 64), files = small_number(arguments[2], 64), port = small_number(arguments[3], 65535);
  if (!folders || !files || !port) return 2;
  auto job = std::find_if(jobs.begin(), jobs.end(), [&](const WorkerJob& known) { return known.name == arguments[0]; });
  bool source = job != jobs.end() && job->reach == Reach::source;
  if (source && (*folders > 0 || *port == 0)) return 2;
  Channel server{OwnedFd(kChannelFd)}, keys{OwnedFd(kKeyFd)};
  WorkerContext context{server, keys, {}, {}, {}};
  std::vector<int> folder_fds;
  for (int i = 0; i < *folders + *files; i++) {
    if (i < *folders) folder_fds.push_back(kWorkerFirstFileFd + i);
    context.fds.emplace_back(kWorkerFirstFileFd + i);
  }
  auto profile = source ? SandboxProfile::source : SandboxProfile::worker;
  if (Status shut = enter_sandbox(profile, folder_fds, static_cast<uint16_t>(*port)); !shut) {
    log(LogLevel::error, "worker.not_started", {{"reason", std::string(shut.error().reason)}, {"detail", shut.error().detail}});
    return 1;
  }
  if (job != jobs.end()) return host_job(context, *job) ? 0 : 1;
  (void)server.send(error_frame({Errc::internal, "worker.unknown_job", arguments[0]}));
  return 1;
}

Result<Worker> Worker::start(Start start) {
  auto [agent_end, worker_end] = TRY(Channel::pair());
  SpawnRequest request;
  request.arguments = {"worker", start.job, std::to_string(start.folders.size()), std::to_string(start.files.size()), std::to_string(start.port)};
  request.limits = start.limits.process;
  request.program = std::move(start.program);
  request.fds.push_back(worker_end.take());
  for (OwnedFd& folder : start.folders) request.fds.push_back(std::move(folder));
  for (OwnedFd& file : start.files) request.fds.push_back(std::move(file));
  Child child = TRY(spawn(std::move(request)));
  return Worker(std::move(child), agent_end.take(), start.limits);
}

Result<OwnedFd> Worker::key_end() const {
  OwnedFd copy(::fcntl(key_end_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return fail(Errc::io, "channel.failed");
  return copy;
}

Status Worker::send(const Json& body, ByteView payload) {
  Status sent = child_.channel().send(body, payload, {}, limits_.silence_ms);
  if (sent || sent.error().reason == "channel.too_large") return sent;
  kill();
  return worker_killed(std::string(sent.error().reason));
}

namespace {

constexpr int kCancelPollMs = 100;
thread_local const std::atomic<bool>* cancel_of_thread = nullptr;

// Until something can be read, or the time is over: then receive() says so itself.
Status wait_unless_cancelled(int fd, int silence_ms) {
  for (int waited = 0; cancel_of_thread && waited < silence_ms; waited += kCancelPollMs) {
    if (cancel_of_thread->load(std::memory_order_relaxed)) return fail(Errc::conflict, "jobs.cancelled");
    pollfd one{fd, POLLIN, 0};
    if (::poll(&one, 1, kCancelPollMs) != 0) break;
  }
  return {};
}

}  // namespace

CancelScope::CancelScope(const std::atomic<bool>& cancelled) { cancel_of_thread = &cancelled; }
CancelScope::~CancelScope() { cancel_of_thread = nullptr; }

Result<Frame> Worker::receive() {
  if (Status waited = wait_unless_cancelled(child_.channel().fd(), limits_.silence_ms); !waited) {
    kill();
    return tl::unexpected(waited.error());
  }
  auto frame = child_.channel().receive(limits_.silence_ms);
  if (!frame) {
    kill();
    return worker_killed(std::string(frame.error().reason));
  }
  if (auto error = frame_error(frame->body)) return tl::unexpected(std::move(*error));
  return frame;
}

Result<WorkerAnswer> Worker::run(const Json& request, ByteView payload, const std::function<void(const Json&)>& progress) {
  TRY(send(request, payload));
  WorkerAnswer answer;
  while (true) {
    Frame frame = TRY(receive());
    if (const Json* news = frame.body.find("progress")) {
      if (progress) progress(*news);
    } else if (const Json* result = frame.body.find("result")) {
      answer = {*result, std::move(frame.payload), std::move(frame.fds)};
    } else if (frame.body.find("done")) {
      child_.wait(limits_.silence_ms);
      return answer;
    } else {
      kill();
      return worker_killed("unexpected frame");
    }
  }
}

void Worker::kill() { child_.kill(); }

}  // namespace sluice::node
