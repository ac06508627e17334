// Law: whatever an envelope claims, opening it ends, in bounded memory, with an error or with its content; a header that
// reads has a context and a sane chunk size.
#include <algorithm>
#include <cstdlib>

#include "crypto/envelope.h"

using namespace sluice;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Sm2PrivateKey key = *Sm2PrivateKey::from_bytes(Bytes(32, 0x11));
  auto source = [&] {
    return [data, size, at = size_t{0}](std::span<uint8_t> buffer) mutable -> Result<size_t> {
      size_t n = std::min(buffer.size(), size - at);
      std::copy_n(data + at, n, buffer.begin());
      at += n;
      return n;
    };
  };
  auto header = read_envelope_header(source());
  if (header && (!header->context.is_object() || header->chunk_bytes <= 0)) std::abort();
  uint64_t passed = 0;
  auto opened = open_envelope(key, source(), [&](ByteView bytes) -> Status {
    passed += bytes.size();
    return {};
  });
  if (opened && (!header || opened->plain_bytes != passed)) std::abort();
  return 0;
}
