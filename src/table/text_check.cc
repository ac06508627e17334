#include "table/text_check.h"

#include <cstring>

#include "codec/json.h"

namespace sluice::table {

namespace {

bool is_ascii(std::string_view text) {
  uint64_t seen = 0;
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, text.data() + i, 8);
    seen |= word;
  }
  for (; i < text.size(); i++) seen |= static_cast<uint8_t>(text[i]);
  return (seen & 0x8080808080808080u) == 0;
}

}  // namespace

bool text_is_utf8(std::string_view text) { return is_ascii(text) || is_utf8(text); }

bool texts_are_utf8(const Column& column) {
  if (column.type() != Type::text) return true;
  const ColumnParts& parts = column.parts();
  std::string_view all(parts.arena.data(), parts.arena.size());
  if (is_ascii(all)) return true;
  if (!is_utf8(all)) return false;
  // The whole is valid; each text is when none begins inside a character.
  for (uint32_t offset : parts.offsets)
    if (offset < all.size() && (static_cast<uint8_t>(all[offset]) & 0xC0) == 0x80) return false;
  return true;
}

}  // namespace sluice::table
