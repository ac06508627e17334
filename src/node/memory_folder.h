// A folder in memory for formats and checks that want a file: plaintext never reaches a disk. It goes with the object.
#pragma once

#include <string>

#include "base/result.h"

namespace sluice::node {

class Node;

class MemoryFolder {
 public:
  // "file.unwritable" where /dev/shm is not there.
  static Result<MemoryFolder> make(Node& node);
  // One process at a time is at work on a space: what bears its mark at the start is a killed one's, and goes.
  static void sweep(const Node& node);
  MemoryFolder(MemoryFolder&& other) noexcept;
  MemoryFolder& operator=(MemoryFolder&&) = delete;
  ~MemoryFolder();
  const std::string& path() const { return path_; }

 private:
  explicit MemoryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace sluice::node
