// Channel: how the processes of one node talk. Frames over a connected local stream socket:
//
//   magic "SLf1" · json size(4) · payload size(4) · descriptors(4) · JSON · payload
//
// Descriptors travel with the header (SCM_RIGHTS). Both sides check sizes before they allocate; JSON is strict. A channel
// that had an error other than a timeout before the first byte is finished: close it.
// Errors: "channel.closed" (unreachable), "channel.timeout" (unreachable), "channel.malformed", "channel.too_large",
// "channel.failed". Thread rule: one sender and one receiver at a time.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/owned_fd.h"
#include "codec/json.h"

namespace sluice::node {

constexpr size_t kFramePayloadBytesMax = 64u << 20;
constexpr size_t kFrameFdsMax = 8;
constexpr int kNoTimeout = -1;

struct Frame {
  Json body;
  Bytes payload;
  std::vector<OwnedFd> fds;
};

class Channel {
 public:
  explicit Channel(OwnedFd socket) : socket_(std::move(socket)) {}
  static Result<std::pair<Channel, Channel>> pair();

  // The descriptors stay the caller's; the receiver gets duplicates.
  Status send(const Json& body, ByteView payload = {}, std::span<const int> fds = {}, int timeout_ms = kNoTimeout);
  Result<Frame> receive(int timeout_ms = kNoTimeout);

  int fd() const { return socket_.get(); }
  OwnedFd take() { return std::move(socket_); }
  void close() { socket_.reset(); }

 private:
  OwnedFd socket_;
};

// Errors that cross a channel, as {"error": {code, reason, detail}}. The reader accepts only well-formed reason ids.
Json error_frame(const Error& error);
// The error of a frame, absent when it carries none.
std::optional<Error> frame_error(const Json& body);

}  // namespace sluice::node
