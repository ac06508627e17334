// Law: a checkpoint note and a trust file are read or refused, and a note's text is the text of its checkpoint or longer.
#include <cstdlib>

#include "ledger/trust.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto note = sluice::ledger::SignedCheckpoint::parse(text);
  if (note && (note->note != text || note->text.size() < checkpoint_text(note->checkpoint).size())) std::abort();
  auto trust = sluice::ledger::Trust::parse(text);
  if (note && !trust) std::abort();
  return 0;
}
