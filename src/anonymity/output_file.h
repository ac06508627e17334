// A file that appears whole under its name or not at all: written beside it, fsync, rename; removed unless committed.
#pragma once

#include <string>
#include <string_view>

#include "base/owned_fd.h"
#include "base/result.h"

namespace sluice::anonymity {

class OutputFile {
 public:
  // "file.unwritable", "file.disk_full".
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();
  Status write(std::string_view bytes);  // the same errors
  Status commit();

 private:
  OutputFile(std::string path, std::string temporary, OwnedFd fd) : path_(std::move(path)), temporary_(std::move(temporary)), fd_(std::move(fd)) {}
  std::string path_, temporary_;
  OwnedFd fd_;
};

}  // namespace sluice::anonymity
