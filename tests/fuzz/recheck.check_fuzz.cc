// Law: any receipt beside any file gives a report that can be printed, or a named refusal. The input is the receipt, a NUL, the file.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "recheck/check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view all(reinterpret_cast<const char*>(data), size);
  size_t cut = std::min(all.find('\0'), all.size());
  std::string_view file = all.substr(std::min(cut + 1, all.size()));
  int fd = ::memfd_create("output", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, file.data(), file.size()) != static_cast<ssize_t>(file.size())) std::abort();
  auto report = sluice::recheck::check_output("/proc/self/fd/" + std::to_string(fd), all.substr(0, cut));
  ::close(fd);
  if (report && !sluice::parse_json(sluice::canonical(sluice::encode(*report)))) std::abort();
  return 0;
}
