// A pack's index and trailer come from a backup folder that anybody may have touched.
#include <cstdint>
#include <cstdlib>

#include "vault/backup/pack.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice;
  ByteView bytes(data, size);
  if (size < vault::kPackTrailerBytes) return 0;
  auto tail = vault::parse_pack_trailer(bytes.last(vault::kPackTrailerBytes));
  if (!tail) return 0;
  size_t index_bytes = size_t{tail->objects} * vault::kPackRowBytes;
  if (size - vault::kPackTrailerBytes < index_bytes) return 0;
  uint64_t objects_bytes = size - vault::kPackTrailerBytes - index_bytes;
  auto rows = vault::parse_pack_index(bytes.subspan(objects_bytes, index_bytes), *tail, objects_bytes);
  if (rows && vault::pack_index(*rows) != Bytes(bytes.begin() + static_cast<ptrdiff_t>(objects_bytes), bytes.begin() + static_cast<ptrdiff_t>(objects_bytes + index_bytes)))
    std::abort();
  return 0;
}
