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
  for (std::string_view stop : {"（", "(", "：", ":", "，", ",", "。", ";", "；", "、", "【", "[", "\n", "\r", "\t", "=", "-", "　", "<"}) {
    size_t at = comment.find(stop);
    // 地址-省, 体格检查--体温: between Chinese words a dash joins.
    while (stop == "-" && at != std::string_view::npos && at > 0 && static_cast<uint8_t>(comment[at - 1]) >= 0x80) {
      size_t next = comment.find_first_not_of('-', at);
      if (next == std::string_view::npos || static_cast<uint8_t>(comment[next]) < 0x80) break;
      at = comment.find(stop, next);
    }
    if (at != std::string_view::npos && at > 0) end = std::min(end, at);
  }
  // A blank ends a Chinese headline; between English words it is part of it.
  for (size_t at = comment.find(' '); at < end; at = comment.find(' ', at + 1))
    if (at > 0 && static_cast<uint8_t>(comment[at - 1]) >= 0x80) end = at;
  return comment.substr(0, end);
}

std::string spoken_headline(std::string_view comment) {
  std::string_view head = headline(comment);
  std::string out(head);
  size_t at = static_cast<size_t>(head.data() - comment.data()) + head.size();
  std::string_view rest = head.empty() ? std::string_view() : comment.substr(at);
  for (std::string_view open : {"（", "("}) {
    if (!rest.starts_with(open)) continue;
    rest.remove_prefix(open.size());
    for (std::string_view part : {"省", "市", "区", "县"})
      if (rest.starts_with(part)) return out + std::string(part);
    // 门（急）诊诊断: one character in brackets inside a word.
    size_t close = rest.find(open == "(" ? ")" : "）");
    if (close == 3 && rest.size() > close + open.size() && static_cast<uint8_t>(rest[close + open.size()]) >= 0x80)
      return out + std::string(headline(rest.substr(close + open.size())));
  }
  return out;
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
