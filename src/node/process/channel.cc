#include "node/process/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace sluice::node {

namespace {

constexpr std::string_view kFrameMagic = "SLf1";
constexpr size_t kFrameHeaderBytes = 16;

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

Deadline deadline_after(int timeout_ms) {
  if (timeout_ms < 0) return std::nullopt;
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
}

// Waits until the socket is ready for `events`, or the deadline.
Status await(int fd, short events, const Deadline& deadline) {
  while (true) {
    int wait_ms = -1;
    if (deadline) {
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now()).count();
      wait_ms = static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30));
    }
    pollfd poll_fd{fd, events, 0};
    int n = ::poll(&poll_fd, 1, wait_ms);
    if (n > 0) return {};
    if (n == 0) return fail(Errc::unreachable, "channel.timeout");
    if (errno != EINTR) return fail(Errc::io, "channel.failed");
  }
}

bool is_closed_error(int error) { return error == EPIPE || error == ECONNRESET || error == ENOTCONN || error == EBADF; }

Status send_all(int fd, ByteView bytes, std::span<const int> fds, const Deadline& deadline) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kFrameFdsMax)] = {};
  while (!bytes.empty()) {
    iovec part{const_cast<uint8_t*>(bytes.data()), bytes.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (!fds.empty()) {
      message.msg_control = control;
      message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
      cmsghdr* rights = CMSG_FIRSTHDR(&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
      std::memcpy(CMSG_DATA(rights), fds.data(), sizeof(int) * fds.size());
    }
    ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
      bytes = bytes.subspan(static_cast<size_t>(n));
      if (n > 0) fds = {};
      continue;
    }
    if (errno == EINTR) continue;
    if (is_closed_error(errno)) return fail(Errc::unreachable, "channel.closed");
    if (errno != EAGAIN && errno != EWOULDBLOCK) return fail(Errc::io, "channel.failed");
    TRY(await(fd, POLLOUT, deadline));
  }
  return {};
}

void take_descriptors(msghdr& message, std::vector<OwnedFd>& out) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof fd);
      out.emplace_back(fd);
    }
  }
}

// Reads exactly out.size() bytes; descriptors that come along are collected.
Status receive_all(int fd, std::span<uint8_t> out, std::vector<OwnedFd>& fds, const Deadline& deadline) {
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * kFrameFdsMax)];
  size_t have = 0;
  while (have < out.size()) {
    iovec part{out.data() + have, out.size() - have};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t n = ::recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n > 0) {
      take_descriptors(message, fds);
      if (message.msg_flags & MSG_CTRUNC || fds.size() > kFrameFdsMax) return fail(Errc::invalid, "channel.malformed", "descriptors");
      have += static_cast<size_t>(n);
      continue;
    }
    if (n == 0) {
      if (have == 0) return fail(Errc::unreachable, "channel.closed");
      return fail(Errc::invalid, "channel.malformed", "frame cut short");
    }
    if (errno == EINTR) continue;
    if (is_closed_error(errno)) return fail(Errc::unreachable, "channel.closed");
    if (errno != EAGAIN && errno != EWOULDBLOCK) return fail(Errc::io, "channel.failed");
    TRY(await(fd, POLLIN, deadline));
  }
  return {};
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return fail(Errc::io, "channel.failed");
  return std::pair(Channel(OwnedFd(ends[0])), Channel(OwnedFd(ends[1])));
}

Status Channel::send(const Json& body, ByteView payload, std::span<const int> fds, int timeout_ms) {
  std::string json = canonical(body);
  if (json.size() > kJsonBytesMax || payload.size() > kFramePayloadBytesMax || fds.size() > kFrameFdsMax)
    return fail(Errc::invalid, "channel.too_large");
  Deadline deadline = deadline_after(timeout_ms);
  Bytes head = to_bytes(kFrameMagic);
  put_u32(head, static_cast<uint32_t>(json.size()));
  put_u32(head, static_cast<uint32_t>(payload.size()));
  put_u32(head, static_cast<uint32_t>(fds.size()));
  put(head, json);
  // The descriptors ride on the first byte; the payload is not copied.
  TRY(send_all(fd(), head, fds, deadline));
  Status sent = send_all(fd(), payload, {}, deadline);
  wipe(head.data(), head.size());
  wipe(json.data(), json.size());
  return sent;
}

Result<Frame> Channel::receive(int timeout_ms) {
  Deadline deadline = deadline_after(timeout_ms);
  Frame frame;
  uint8_t head[kFrameHeaderBytes];
  TRY(await(fd(), POLLIN, deadline));
  TRY(receive_all(fd(), head, frame.fds, deadline));
  if (text(ByteView(head).first(kFrameMagic.size())) != kFrameMagic) return fail(Errc::invalid, "channel.malformed", "magic");
  ByteReader reader(ByteView(head).subspan(kFrameMagic.size()));
  uint32_t json_bytes = TRY(reader.u32()), payload_bytes = TRY(reader.u32()), fd_count = TRY(reader.u32());
  if (json_bytes > kJsonBytesMax || payload_bytes > kFramePayloadBytesMax) return fail(Errc::invalid, "channel.too_large");
  std::string json(json_bytes, '\0');
  TRY(receive_all(fd(), {reinterpret_cast<uint8_t*>(json.data()), json.size()}, frame.fds, deadline));
  frame.payload.resize(payload_bytes);
  TRY(receive_all(fd(), frame.payload, frame.fds, deadline));
  if (frame.fds.size() != fd_count) return fail(Errc::invalid, "channel.malformed", "descriptors");
  auto body = parse_json(json);
  wipe(json.data(), json.size());
  if (!body) return fail(Errc::invalid, "channel.malformed", "json");
  frame.body = std::move(*body);
  return frame;
}

namespace {

constexpr std::string_view kErrcNames[] = {"invalid",  "usage",   "not_found",   "unauthenticated", "forbidden", "conflict", "refused",
                                           "pending",  "unreachable", "exhausted", "corrupt",       "io",        "internal"};

// Error::reason views a literal; one that came over a channel is kept for the life of the process. Only short, plain ids
// are kept, and not without bound: a worker that was taken over must not fill our memory.
std::optional<std::string_view> interned_reason(const std::string& reason) {
  static std::mutex mutex;
  static std::set<std::string> known;
  bool plain = !reason.empty() && reason.size() <= 64;
  for (char c : reason) plain = plain && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.');
  std::lock_guard lock(mutex);
  if (!plain || (known.size() >= 4096 && !known.contains(reason))) return std::nullopt;
  return *known.insert(reason).first;
}

}  // namespace

Json error_frame(const Error& error) {
  return Json::object({{"error", Json::object({{"code", Json(kErrcNames[static_cast<size_t>(error.code)])},
                                               {"reason", Json(error.reason)},
                                               {"detail", Json(error.detail)}})}});
}

std::optional<Error> frame_error(const Json& body) {
  const Json* error = body.find("error");
  if (!error) return std::nullopt;
  auto code = error->get_string("code"), reason = error->get_string("reason"), detail = error->get_string_or("detail", "");
  auto name = code ? std::find(std::begin(kErrcNames), std::end(kErrcNames), *code) : std::end(kErrcNames);
  auto known = reason ? interned_reason(*reason) : std::nullopt;
  if (name == std::end(kErrcNames) || !known || !detail || detail->size() > kTextBytesMax)
    return Error{Errc::invalid, "channel.malformed", "error"};
  return Error{static_cast<Errc>(name - std::begin(kErrcNames)), *known, *detail};
}

}  // namespace sluice::node
