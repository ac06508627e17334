// Law: an entry that decodes encodes to the same bytes.
#include <cstdlib>

#include "ledger/entry.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sluice::ByteView bytes(data, size);
  auto entry = sluice::ledger::decode_entry(bytes);
  if (!entry) return 0;
  sluice::Bytes again = sluice::ledger::encode_entry(*entry);
  if (!std::equal(again.begin(), again.end(), bytes.begin(), bytes.end())) std::abort();
  return 0;
}
