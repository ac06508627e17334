#include "classify/evidence.h"

#include <set>

namespace sluice::classify {

std::string_view usual_category(std::string_view subject) {
  if (subject == "person" || subject == "contact") return "personal";
  if (subject == "care") return "medical";
  if (subject == "settlement" || subject == "insurance") return "payment";
  return subject.empty() ? "" : "resource";
}

bool is_ascii(std::string_view text) {
  for (char c : text)
    if (static_cast<uint8_t>(c) >= 0x80) return false;
  return true;
}

bool is_short_latin(std::string_view name) { return name.size() <= 4 && is_ascii(name) && name.find('_') == std::string_view::npos; }

bool looks_like_initials(std::string_view name) {
  size_t letters = 0;
  for (char c : name) {
    if (c == '_' || (c >= '0' && c <= '9')) continue;
    char l = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (l < 'a' || l > 'z' || l == 'i' || l == 'u' || l == 'v') return false;
    letters++;
  }
  return letters >= 2 && letters <= 12;
}

bool begins_chinese(std::string_view text) { return !text.empty() && static_cast<uint8_t>(text[0]) >= 0x80; }

size_t shared_prefix(std::span<const FieldInput> fields) {
  std::set<std::string_view> names;
  std::string_view word;
  for (const auto& f : fields) {
    size_t bar = f.table.find('_');
    if (bar == std::string::npos || !is_ascii(f.table)) return 0;
    std::string_view first = std::string_view(f.table).substr(0, bar + 1);
    if (!word.empty() && first != word) return 0;
    word = first;
    names.insert(f.table);
  }
  return names.size() >= 3 ? word.size() : 0;
}

std::string percent(int64_t permille) { return std::to_string(permille / 10) + "." + std::to_string(permille % 10) + "%"; }

std::string shown(std::string_view name) {
  std::string out;
  for (char c : name.substr(0, 60)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  while (!out.empty() && !is_utf8(out)) out.pop_back();
  return out;
}

}  // namespace sluice::classify
