#include "codec/truetype.h"

#include <algorithm>
#include <set>

namespace sluice {

namespace {

constexpr size_t kFontBytesMax = size_t{64} << 20;
constexpr uint32_t kCodesMax = 0x180000;  // characters that all maps of a font name together; Unicode has fewer

uint32_t u8_at(std::string_view s, size_t at) { return at < s.size() ? static_cast<uint8_t>(s[at]) : 0; }
uint32_t u16_at(std::string_view s, size_t at) { return u8_at(s, at) << 8 | u8_at(s, at + 1); }
int s16_at(std::string_view s, size_t at) { return static_cast<int16_t>(u16_at(s, at)); }
uint32_t u32_at(std::string_view s, size_t at) { return u16_at(s, at) << 16 | u16_at(s, at + 2); }

void put16(std::string& out, uint32_t v) {
  out += static_cast<char>(v >> 8 & 0xff);
  out += static_cast<char>(v & 0xff);
}
void put32(std::string& out, uint32_t v) {
  put16(out, v >> 16);
  put16(out, v & 0xffff);
}

constexpr uint32_t kWords = 1, kScale = 8, kMore = 0x20, kScaleXY = 0x40, kMatrix = 0x80;  // flags of composed glyphs

// Calls f(offset of the part's glyph number) for each part of a composed glyph.
template <class F>
Status each_part(std::string_view outline, F&& f) {
  size_t at = 10;
  uint32_t flags = kMore;
  while (flags & kMore) {
    if (at + 6 > outline.size()) return fail(Errc::invalid, "font.broken");
    flags = u16_at(outline, at);
    f(at + 2);
    at += 4 + (flags & kWords ? 4 : 2) + (flags & kScale ? 2 : flags & kScaleXY ? 4 : flags & kMatrix ? 8 : 0);
  }
  return {};
}

std::string assembled(std::map<std::string, std::string>& tables) {
  std::string out;
  put32(out, 0x00010000);
  auto n = static_cast<uint32_t>(tables.size());
  uint32_t power = 1, log = 0;
  while (power * 2 <= n) power *= 2, log++;
  put16(out, n);
  put16(out, power * 16);
  put16(out, log);
  put16(out, n * 16 - power * 16);
  size_t at = 12 + 16 * tables.size();
  for (auto& [tag, content] : tables) {
    uint32_t sum = 0, size = static_cast<uint32_t>(content.size());
    while (content.size() % 4) content += '\0';
    for (size_t i = 0; i < content.size(); i += 4) sum += u32_at(content, i);
    out += tag;
    put32(out, sum);
    put32(out, static_cast<uint32_t>(at));
    put32(out, size);
    at += content.size();
  }
  for (const auto& [tag, content] : tables) out += content;
  return out;
}

}  // namespace

std::string_view TrueType::table(const char* tag) const {
  auto it = tables_.find(tag);
  return it == tables_.end() ? std::string_view() : std::string_view(bytes_).substr(it->second.at, it->second.size);
}

Result<TrueType> TrueType::parse(std::string bytes) {
  if (bytes.size() > kFontBytesMax || bytes.size() < 16) return fail(Errc::invalid, "font.broken");
  TrueType font;
  font.bytes_ = std::move(bytes);
  std::string_view all = font.bytes_;
  size_t start = all.starts_with("ttcf") ? u32_at(all, 12) : 0;
  uint32_t tables = u16_at(all, start + 4);
  if (start + 12 + 16 * size_t{tables} > all.size()) return fail(Errc::invalid, "font.broken");
  for (uint32_t i = 0; i < tables; i++) {
    size_t at = start + 12 + 16 * size_t{i};
    Table t{u32_at(all, at + 8), u32_at(all, at + 12)};
    if (t.at > all.size() || t.size > all.size() - t.at) return fail(Errc::invalid, "font.broken");
    font.tables_[std::string(all.substr(at, 4))] = t;
  }
  if (font.table("glyf").empty() || font.table("loca").empty()) return fail(Errc::invalid, "font.no_outlines");
  std::string_view head = font.table("head"), hhea = font.table("hhea"), maxp = font.table("maxp");
  if (head.size() < 54 || hhea.size() < 36 || maxp.size() < 6) return fail(Errc::invalid, "font.broken");
  font.units_per_em_ = static_cast<int>(std::max<uint32_t>(u16_at(head, 18), 1));
  font.long_offsets_ = u16_at(head, 50) != 0;
  font.ascent_ = s16_at(hhea, 4);
  font.descent_ = s16_at(hhea, 6);
  font.metrics_ = static_cast<uint16_t>(u16_at(hhea, 34));
  font.count_ = static_cast<uint16_t>(u16_at(maxp, 4));
  if (font.metrics_ == 0 || font.table("hmtx").size() < size_t{4} * font.metrics_) return fail(Errc::invalid, "font.broken");
  TRY(font.read_cmap());
  return font;
}

Status TrueType::read_cmap() {
  std::string_view cmap = table("cmap");
  uint32_t codes = 0;  // segments may overlap without end: a bound on the work, not on the map
  for (uint32_t i = 0, n = u16_at(cmap, 2); i < n; i++) {
    uint32_t platform = u16_at(cmap, 4 + 8 * size_t{i}), encoding = u16_at(cmap, 6 + 8 * size_t{i});
    size_t at = u32_at(cmap, 8 + 8 * size_t{i});
    if (!(platform == 0 || (platform == 3 && (encoding == 1 || encoding == 10))) || at >= cmap.size()) continue;
    std::string_view part = cmap.substr(at);
    if (u16_at(part, 0) == 4) {
      size_t segments = u16_at(part, 6) / 2;
      for (size_t s = 0; s < segments; s++) {
        uint32_t end = u16_at(part, 14 + 2 * s), begin = u16_at(part, 16 + 2 * segments + 2 * s);
        uint32_t delta = u16_at(part, 16 + 4 * segments + 2 * s), where = 16 + 6 * segments + 2 * s, range = u16_at(part, where);
        for (uint32_t c = begin; c <= end && c != 0xffff; c++) {
          if (++codes > kCodesMax) return fail(Errc::invalid, "font.broken");
          uint32_t glyph = range ? u16_at(part, where + range + 2 * size_t{c - begin}) : c;
          if (glyph || !range) glyph = (glyph + delta) & 0xffff;
          if (glyph && glyph < count_) glyphs_.emplace(c, static_cast<uint16_t>(glyph));
        }
      }
    } else if (u16_at(part, 0) == 12) {
      for (uint32_t g = 0, groups = std::min<uint32_t>(u32_at(part, 12), static_cast<uint32_t>(part.size() / 12)); g < groups; g++) {
        uint32_t begin = u32_at(part, 16 + 12 * size_t{g}), end = u32_at(part, 20 + 12 * size_t{g}), glyph = u32_at(part, 24 + 12 * size_t{g});
        for (uint32_t c = begin; c <= end && c - begin < 0x10000 && c <= 0x10ffff; c++) {
          if (++codes > kCodesMax) return fail(Errc::invalid, "font.broken");
          if (glyph + (c - begin) < count_) glyphs_.emplace(c, static_cast<uint16_t>(glyph + (c - begin)));
        }
      }
    }
  }
  return glyphs_.empty() ? Status(fail(Errc::invalid, "font.broken")) : Status();
}

uint16_t TrueType::glyph_of(char32_t c) const {
  auto it = glyphs_.find(c);
  return it == glyphs_.end() ? 0 : it->second;
}

int TrueType::width_of(uint16_t glyph) const {
  size_t at = size_t{4} * std::min<size_t>(glyph, metrics_ - 1u);
  return static_cast<int>(u16_at(table("hmtx"), at));
}

Result<std::string_view> TrueType::outline_of(uint16_t glyph) const {
  std::string_view loca = table("loca"), glyf = table("glyf");
  size_t from = long_offsets_ ? u32_at(loca, 4 * size_t{glyph}) : 2 * size_t{u16_at(loca, 2 * size_t{glyph})};
  size_t to = long_offsets_ ? u32_at(loca, 4 * size_t{glyph} + 4) : 2 * size_t{u16_at(loca, 2 * size_t{glyph} + 2)};
  if (glyph >= count_ || from > to || to > glyf.size()) return fail(Errc::invalid, "font.broken");
  return glyf.substr(from, to - from);
}

Result<std::string> TrueType::subset(const std::vector<uint16_t>& wanted, std::map<uint16_t, uint16_t>& renumbered) const {
  std::vector<uint16_t> glyphs = wanted;
  renumbered.clear();
  std::set<uint16_t> there(wanted.begin(), wanted.end());
  size_t outlines = 0;  // many glyphs may share one outline in the file, and have one each in the subset
  for (size_t i = 0; i < glyphs.size(); i++) {
    if (!renumbered.emplace(glyphs[i], static_cast<uint16_t>(i)).second) return fail(Errc::invalid, "font.broken");
    std::string_view outline = TRY(outline_of(glyphs[i]));
    if ((outlines += outline.size()) > kFontBytesMax) return fail(Errc::invalid, "font.broken");
    if (outline.size() < 10 || s16_at(outline, 0) >= 0) continue;
    TRY(each_part(outline, [&](size_t at) {
      auto part = static_cast<uint16_t>(u16_at(outline, at));
      if (there.insert(part).second) glyphs.push_back(part);
    }));
    if (glyphs.size() > 0xfffe) return fail(Errc::invalid, "font.broken");
  }
  std::map<std::string, std::string> out;
  std::string loca, glyf, hmtx;
  for (uint16_t glyph : glyphs) {
    put32(loca, static_cast<uint32_t>(glyf.size()));
    std::string outline(TRY(outline_of(glyph)));
    if (outline.size() >= 10 && s16_at(outline, 0) < 0) {
      std::string_view before = outline;
      std::string copy = outline;
      TRY(each_part(before, [&](size_t at) {
        uint16_t to = renumbered[static_cast<uint16_t>(u16_at(before, at))];
        copy[at] = static_cast<char>(to >> 8);
        copy[at + 1] = static_cast<char>(to & 0xff);
      }));
      outline = std::move(copy);
    }
    glyf += outline;
    while (glyf.size() % 4) glyf += '\0';
    put16(hmtx, static_cast<uint32_t>(width_of(glyph)));
    size_t bearing = glyph < metrics_ ? size_t{4} * glyph + 2 : size_t{4} * metrics_ + 2 * size_t{static_cast<uint32_t>(glyph - metrics_)};
    put16(hmtx, u16_at(table("hmtx"), bearing));
  }
  put32(loca, static_cast<uint32_t>(glyf.size()));
  auto put_count = [&](std::string content, size_t at) {
    content[at] = static_cast<char>(glyphs.size() >> 8);
    content[at + 1] = static_cast<char>(glyphs.size() & 0xff);
    return content;
  };
  std::string head(table("head"));
  head[50] = 0, head[51] = 1;  // long offsets
  for (size_t i = 8; i < 12; i++) head[i] = 0;
  out["head"] = head;
  out["hhea"] = put_count(std::string(table("hhea")), 34);
  out["maxp"] = put_count(std::string(table("maxp")), 4);
  out["hmtx"] = hmtx;
  out["loca"] = loca;
  out["glyf"] = glyf;
  for (const char* tag : {"cvt ", "fpgm", "prep"})
    if (!table(tag).empty()) out[tag] = std::string(table(tag));
  return assembled(out);
}

}  // namespace sluice
