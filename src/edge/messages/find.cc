#include <algorithm>
#include <cstdlib>
#include <string>

#include "edge/messages/table.h"

namespace sluice {
namespace {

// The weight "q=" of one language range, in thousandths; a malformed one counts as 0.
int weight(std::string_view range) {
  size_t q = range.find("q=");
  if (q == std::string_view::npos) return 1000;
  int thousandths = 0, place = 1000;
  for (char c : range.substr(q + 2)) {
    if (c == '.' || c == ' ') continue;
    if (c < '0' || c > '9') return 0;
    thousandths += (c - '0') * place;
    place /= 10;
  }
  return std::min(thousandths, 1000);
}

}  // namespace

const Message* find_message(std::string_view reason) {
  auto table = message_table();
  auto found = std::lower_bound(table.begin(), table.end(), reason,
                                [](const Message& m, std::string_view r) { return m.reason < r; });
  return found == table.end() || found->reason != reason ? nullptr : &*found;
}

Language language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value) return std::string_view(value).starts_with("zh") ? Language::zh : Language::en;
  }
  return Language::en;
}

Language language_of_accept(std::string_view accept_language) {
  int zh = -1, en = -1;
  while (!accept_language.empty()) {
    size_t end = std::min(accept_language.find(','), accept_language.size());
    std::string_view range = accept_language.substr(0, end);
    accept_language.remove_prefix(std::min(end + 1, accept_language.size()));
    while (!range.empty() && range.front() == ' ') range.remove_prefix(1);
    if (range.starts_with("zh")) zh = std::max(zh, weight(range));
    if (range.starts_with("en")) en = std::max(en, weight(range));
  }
  return en > zh ? Language::en : Language::zh;
}

}  // namespace sluice
