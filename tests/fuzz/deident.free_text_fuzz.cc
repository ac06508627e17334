// Law: whatever the text, what is found in it stands in order, apart, inside the text and at whole characters; and the two scans of a cell answer.
#include <cstdlib>

#include "codec/json.h"
#include "deident/residual.h"
#include "deident/techniques/free_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sluice::deident;
  const std::string text(reinterpret_cast<const char*>(data), size);
  ResidualTally tally;
  for (TextEncoding encoding : {TextEncoding::utf8, TextEncoding::gb18030}) scan_cell(text, tally, encoding);
  if (!sluice::is_utf8(text)) return 0;
  auto inside_character = [&](size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  size_t last = 0;
  for (const Entity& e : find_entities(text)) {
    if (e.from < last || e.to <= e.from || e.to > text.size() || inside_character(e.from) || inside_character(e.to)) std::abort();
    last = e.to;
  }
  return 0;
}
