#include "deident/text_fault.h"

#include <algorithm>

#include "codec/csv.h"
#include "codec/csv_scan.h"

namespace sluice::deident {

namespace {

// A start of so many characters in UTF-8 is no GB18030: it is UTF-8 that breaks.
constexpr size_t kSureCharacters = 16;

std::optional<TextFault> utf8_fault(std::string_view bytes) {
  size_t multibyte = 0;
  const size_t good = csv_scan::utf8_prefix(bytes.data(), bytes.size(), multibyte);
  if (good == bytes.size()) return std::nullopt;
  if (bytes[good] == '\0') return TextFault{"csv.nul_byte", good};
  return TextFault{multibyte >= 4 ? "csv.mixed_encoding" : "csv.bad_encoding", good};
}

std::optional<TextFault> gb18030_fault(std::string_view bytes) {
  if (csv_scan::ascii_prefix(bytes.data(), bytes.size()) == bytes.size()) return std::nullopt;
  if (size_t nul = bytes.find('\0'); nul != std::string_view::npos) return TextFault{"csv.nul_byte", nul};
  auto converted = gb18030_to_utf8(bytes);
  if (converted) return std::nullopt;
  size_t at = 0;  // the detail says where
  for (char c : converted.error().detail)
    if (c >= '0' && c <= '9') at = at * 10 + static_cast<size_t>(c - '0');
  size_t multibyte = 0;
  const bool looks_utf8 = csv_scan::utf8_prefix(bytes.data(), bytes.size(), multibyte) == bytes.size();
  return TextFault{looks_utf8 ? "csv.mixed_encoding" : "csv.bad_encoding", std::min(at, bytes.size())};
}

}  // namespace

std::optional<TextFault> text_fault(std::string_view bytes, TextEncoding encoding) {
  return encoding == TextEncoding::utf8 ? utf8_fault(bytes) : gb18030_fault(bytes);
}

FaultPlace place_of_fault(std::string_view bytes, char delimiter, size_t columns, size_t at) {
  FaultPlace place;
  bool field_start = true, quoted = false, empty = true;
  for (size_t i = 0; i < at && i < bytes.size(); i++) {
    const char c = bytes[i];
    if (quoted) {
      quoted = c != '"';  // a doubled quote closes and opens
      continue;
    }
    if (c == '"' && (field_start || (i > 0 && bytes[i - 1] == '"'))) {
      quoted = true;
      field_start = empty = false;
      continue;
    }
    field_start = c == delimiter || c == '\n';
    place.field += c == delimiter;
    if (c != '\n') {
      empty = empty && c == '\r';
      continue;
    }
    place.record += columns == 1 || !empty;
    place.field = 0;
    empty = true;
  }
  return place;
}

TextEncoding encoding_of_start(std::string_view start, bool whole) {
  size_t multibyte = 0;
  const size_t good = csv_scan::utf8_prefix(start.data(), start.size(), multibyte);
  const bool cut = !whole && good + 4 > start.size();  // a character may be cut by the end of what was read
  if (good == start.size() || cut || start[good] == '\0' || multibyte >= kSureCharacters) return TextEncoding::utf8;
  return TextEncoding::gb18030;
}

}  // namespace sluice::deident
