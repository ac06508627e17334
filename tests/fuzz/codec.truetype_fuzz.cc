// Law: any bytes are a font or a reason, in bounded time; a subset of a font has the outlines that were asked for and their parts.
#include <cstdlib>

#include "codec/truetype.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto font = sluice::TrueType::parse(std::string(reinterpret_cast<const char*>(data), size));
  if (!font) return 0;
  std::vector<uint16_t> glyphs{0};
  for (char32_t c = 0x20; c < 0x60; c++) {
    uint16_t glyph = font->glyph_of(c);
    if (font->width_of(glyph) < 0) std::abort();
    if (glyph && glyph != glyphs.back()) glyphs.push_back(glyph);
  }
  std::map<uint16_t, uint16_t> renumbered;
  auto small = font->subset(glyphs, renumbered);
  if (!small) return 0;
  if (renumbered.size() < glyphs.size()) std::abort();
  // Without a map of characters it is no font for itself; what reads it gets a reason and does not crash.
  if (sluice::TrueType::parse(*small)) std::abort();
  return 0;
}
