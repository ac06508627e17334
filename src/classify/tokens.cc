#include "classify/tokens.h"

#include "base/limits.h"

namespace sluice::classify {

namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_number(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<std::string> tokens_of(std::string_view name) {
  std::vector<std::string> tokens;
  name = name.substr(0, kNameBytesMax);
  for (size_t i = 0; i < name.size();) {
    char c = name[i];
    if (static_cast<uint8_t>(c) >= 0x80) {
      size_t n = static_cast<uint8_t>(c) >= 0xf0 ? 4 : static_cast<uint8_t>(c) >= 0xe0 ? 3 : 2;
      n = std::min(n, name.size() - i);
      tokens.emplace_back(name.substr(i, n));
      i += n;
    } else if (is_lower(c) || is_upper(c)) {
      size_t start = i++;
      // A word is Upper lower…, lower…, or UPPER…; an upper-case run gives its last letter to a following lower-case word.
      if (is_upper(c) && i < name.size() && is_upper(name[i])) {
        while (i < name.size() && is_upper(name[i])) i++;
        if (i < name.size() && is_lower(name[i]) && i - start > 1) i--;
      } else {
        while (i < name.size() && is_lower(name[i])) i++;
      }
      std::string word;
      for (char l : name.substr(start, i - start)) word += is_upper(l) ? static_cast<char>(l + 32) : l;
      tokens.push_back(std::move(word));
    } else if (is_number(c)) {
      size_t start = i;
      while (i < name.size() && is_number(name[i])) i++;
      tokens.emplace_back(name.substr(start, i - start));
    } else {
      i++;
    }
  }
  return tokens;
}

std::string_view headline(std::string_view comment) {
  // Table comments of one vendor begin so; the rest is the comment.
  for (std::string_view prefix : {"表名含义：", "表含义："})
    if (comment.starts_with(prefix)) comment.remove_prefix(prefix.size());
  while (!comment.empty() && (comment[0] == ' ' || comment[0] == '\t' || is_number(comment[0]) || comment[0] == '.')) comment.remove_prefix(1);
  size_t end = comment.size();
  for (std::string_view stop : {"（", "(", "：", ":", "，", ",", "。", ";", "；", "、", "【", "[", " ", "\n", "\r", "\t", "=", "-", "　", "<"}) {
    size_t at = comment.find(stop);
    if (at != std::string_view::npos && at > 0) end = std::min(end, at);
  }
  return comment.substr(0, end);
}

std::string phrase_key(const std::vector<std::string>& tokens, size_t from, size_t n) {
  std::string key;
  for (size_t i = from; i < from + n; i++) {
    key += tokens[i];
    key += '\x1f';
  }
  return key;
}

}  // namespace sluice::classify
