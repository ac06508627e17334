#include "base/unfinished.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>

namespace sluice {

namespace {

constexpr size_t kFilesMax = 256, kPathBytesMax = 1023;

// Plain memory that is never freed: a handler may read it at any time. `noted` is set when the path is whole and cleared before it changes.
struct Slot {
  std::atomic<bool> noted{false};
  std::array<char, kPathBytesMax + 1> path{};
};
std::array<Slot, kFilesMax>& slots() {
  static std::array<Slot, kFilesMax> all;
  return all;
}
// Made before main: a handler must not be the first to ask.
[[maybe_unused]] const auto& made_early = slots();

std::mutex& slots_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

void note_unfinished(const std::string& path) {
  if (path.size() > kPathBytesMax) return;
  std::lock_guard lock(slots_mutex());
  for (Slot& slot : slots()) {
    if (slot.noted.load()) continue;
    std::memcpy(slot.path.data(), path.c_str(), path.size() + 1);
    slot.noted.store(true);
    return;
  }
}

void forget_unfinished(const std::string& path) {
  std::lock_guard lock(slots_mutex());
  for (Slot& slot : slots())
    if (slot.noted.load() && path == slot.path.data()) slot.noted.store(false);
}

void remove_unfinished() noexcept {
  for (Slot& slot : slots())
    if (slot.noted.load()) ::unlink(slot.path.data());
}

}  // namespace sluice
