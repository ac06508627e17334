#include "base/id.h"

namespace sluice {

bool is_id_text(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix) || text.size() < prefix.size() + 2 || text[prefix.size()] != '_') return false;
  std::string_view rest = text.substr(prefix.size() + 1);
  if (rest.size() > 40) return false;
  for (char c : rest)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_' || c == '-')) return false;
  return true;
}

}  // namespace sluice
