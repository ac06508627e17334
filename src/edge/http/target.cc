#include "edge/http/target.h"

#include "codec/json.h"

namespace sluice::http {
namespace {

constexpr size_t kParametersMax = 100;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

tl::unexpected<Error> bad_target() { return fail(Errc::usage, "http.bad_target"); }

bool has_control(std::string_view text) {
  for (unsigned char c : text)
    if (c < 0x20 || c == 0x7f) return true;
  return false;
}

Result<std::string> decoded_segment(std::string_view raw) {
  std::string segment = TRY(percent_decoded(raw));
  bool walks = segment.empty() || segment == "." || segment == "..";
  if (walks || segment.find_first_of("/\\") != std::string::npos || has_control(segment)) return bad_target();
  return segment;
}

Result<std::string> form_decoded(std::string_view raw) {
  std::string spaced(raw);
  for (char& c : spaced)
    if (c == '+') c = ' ';
  return percent_decoded(spaced);
}

}  // namespace

Result<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return bad_target();
    int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return bad_target();
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  if (!is_utf8(out)) return bad_target();
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view plain = "-._~";
  std::string out;
  for (unsigned char c : text) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(static_cast<char>(c)) != std::string_view::npos) {
      out += static_cast<char>(c);
    } else {
      constexpr std::string_view digits = "0123456789ABCDEF";
      out += '%';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out;
}

Result<std::multimap<std::string, std::string>> parse_query(std::string_view query) {
  std::multimap<std::string, std::string> out;
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    if (out.size() == kParametersMax) return bad_target();
    size_t equals = std::min(pair.find('='), pair.size());
    std::string name = TRY(form_decoded(pair.substr(0, equals)));
    std::string value = TRY(form_decoded(pair.substr(std::min(equals + 1, pair.size()))));
    if (name.empty()) return bad_target();
    out.emplace(std::move(name), std::move(value));
  }
  return out;
}

Result<Target> parse_target(std::string_view target) {
  Target out;
  size_t question = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, question);
  if (question < target.size()) out.query = TRY(parse_query(target.substr(question + 1)));
  if (path.empty() || path[0] != '/' || path.find('#') != std::string_view::npos) return bad_target();
  path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (path.empty()) {
    if (target.starts_with("//")) return bad_target();
    out.path = "/";
    return out;
  }
  for (;;) {
    size_t end = std::min(path.find('/'), path.size());
    out.path += "/" + TRY(decoded_segment(path.substr(0, end)));
    if (end == path.size()) return out;
    path.remove_prefix(end + 1);
  }
}

std::string cookie(std::string_view cookie_header, std::string_view name) {
  std::string found;
  size_t times = 0;
  while (!cookie_header.empty()) {
    size_t end = std::min(cookie_header.find(';'), cookie_header.size());
    std::string_view pair = cookie_header.substr(0, end);
    cookie_header.remove_prefix(std::min(end + 1, cookie_header.size()));
    while (!pair.empty() && (pair.front() == ' ' || pair.front() == '\t')) pair.remove_prefix(1);
    while (!pair.empty() && (pair.back() == ' ' || pair.back() == '\t')) pair.remove_suffix(1);
    size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    found = pair.substr(equals + 1);
    times++;
  }
  return times == 1 ? found : std::string();
}

}  // namespace sluice::http
