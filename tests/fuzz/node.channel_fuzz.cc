// Law: whatever a worker that was taken over writes on its channel, receiving ends with a frame or an error, in bounded
// memory; a frame's error is a plain reason.
#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>

#include "node/process/channel.h"

using namespace sluice;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto pair = node::Channel::pair();
  if (!pair) return 0;
  auto& [writer, reader] = *pair;
  size_t bytes = std::min<size_t>(size, 64u << 10);  // fits the socket's buffer
  if (bytes > 0 && ::send(writer.fd(), data, bytes, MSG_DONTWAIT) < 0) return 0;
  writer.close();
  while (auto frame = reader.receive(1000)) {
    auto error = node::frame_error(frame->body);
    if (error && error->reason.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") != std::string_view::npos) std::abort();
  }
  return 0;
}
