// Law: a Parquet file of any bytes gives rows or one of the named errors, within its memory.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "table/parquet.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  int fd = ::memfd_create("parquet", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) std::abort();
  auto stream = table::open_parquet("/proc/self/fd/" + std::to_string(fd), {.memory_bytes = 128u << 20, .threads = 1});
  auto named = [](std::string_view reason) {
    return reason == "table.bad_parquet" || reason == "table.out_of_memory" || reason == "table.unsupported_type" ||
           reason == "table.interrupted";
  };
  if (!stream && !named(stream.error().reason)) std::abort();
  for (int batches = 0; stream && batches < 1000; batches++) {
    auto batch = (*stream)->next();
    if (!batch && !named(batch.error().reason)) std::abort();
    if (!batch || !*batch) break;
  }
  ::close(fd);
  return 0;
}
