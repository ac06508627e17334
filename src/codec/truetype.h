// A TrueType font read for printing: which glyph a character has, how wide it is, and a font file of some glyphs only.
//
// Reads .ttf and the first font of a .ttc, with outlines in `glyf` (OpenType/CFF fonts are "font.no_outlines"). Source: OpenType
// specification 1.9, chapters cmap (formats 4 and 12), glyf, loca, hmtx, head, hhea, maxp. Offsets are checked, time and memory are
// bounded by 64 MiB of font; a broken font is "font.broken", never a crash. Thread rule: immutable after parse.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace sluice {

class TrueType {
 public:
  static Result<TrueType> parse(std::string bytes);

  uint16_t glyph_of(char32_t code_point) const;  // 0: the font has none
  int units_per_em() const { return units_per_em_; }
  int ascent() const { return ascent_; }
  int descent() const { return descent_; }
  int width_of(uint16_t glyph) const;  // in font units

  // A font of `glyphs` in this order, glyph 0 (which should be first) and the parts of composed ones included; `renumbered` tells
  // old → new numbers.
  Result<std::string> subset(const std::vector<uint16_t>& glyphs, std::map<uint16_t, uint16_t>& renumbered) const;

 private:
  struct Table {
    size_t at = 0, size = 0;
  };
  TrueType() = default;
  Status read_cmap();
  Result<std::string_view> outline_of(uint16_t glyph) const;
  std::string_view table(const char* tag) const;

  std::string bytes_;
  std::map<std::string, Table> tables_;
  std::map<char32_t, uint16_t> glyphs_;
  int units_per_em_ = 1000, ascent_ = 0, descent_ = 0;
  uint16_t count_ = 0, metrics_ = 0;
  bool long_offsets_ = false;
};

}  // namespace sluice
