#include "node/memory_folder.h"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "crypto/hash.h"
#include "node/node.h"

namespace sluice::node {

namespace {

// Names the memory folders of one space.
std::string memory_mark(const Node& node) {
  std::error_code ec;
  return "sluice_" + hex(sm3(view(std::filesystem::weakly_canonical(node.dir(), ec).string()))).substr(0, 16) + "_";
}

}  // namespace

Result<MemoryFolder> MemoryFolder::make(Node& node) {
  std::string path = "/dev/shm/" + memory_mark(node) + random_name(node.random(), "m");
  if (::mkdir(path.c_str(), 0700) != 0) return tl::unexpected(last_os_error("file.unwritable", "/dev/shm"));
  return MemoryFolder(path);
}

void MemoryFolder::sweep(const Node& node) {
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/shm", ec))
    if (entry.path().filename().string().starts_with(memory_mark(node))) std::filesystem::remove_all(entry.path(), ec);
}

MemoryFolder::MemoryFolder(MemoryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

MemoryFolder::~MemoryFolder() {
  std::error_code ec;
  if (!path_.empty()) std::filesystem::remove_all(path_, ec);
}

}  // namespace sluice::node
