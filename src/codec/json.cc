#include "codec/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace sluice {

namespace {

// Decodes one UTF-8 character at `at`; returns its length, 0 when the bytes are not valid UTF-8.
size_t utf8_next(std::string_view s, size_t at, uint32_t& cp) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  uint8_t lead = byte(at);
  if (lead < 0x80) {
    cp = lead;
    return 1;
  }
  size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + n > s.size()) return 0;
  cp = lead & (0xff >> (n + 1));
  for (size_t i = 1; i < n; i++) {
    if ((byte(at + i) & 0xc0) != 0x80) return 0;
    cp = cp << 6 | (byte(at + i) & 0x3f);
  }
  if ((n == 3 && cp < 0x800) || (n == 4 && (cp < 0x10000 || cp > 0x10ffff)) || (cp >= 0xd800 && cp <= 0xdfff)) return 0;
  return n;
}

void utf8_put(std::string& out, uint32_t cp) {
  if (cp < 0x80) {
    out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    out += static_cast<char>(0xc0 | cp >> 6);
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else if (cp < 0x10000) {
    out += static_cast<char>(0xe0 | cp >> 12);
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | cp >> 18);
    out += static_cast<char>(0x80 | (cp >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  }
}

// UTF-16 code-unit order differs from byte order only where a surrogate pair meets U+E000–U+FFFF.
bool key_less(std::string_view a, std::string_view b) {
  size_t n = std::min(a.size(), b.size()), i = 0;
  while (i < n && a[i] == b[i]) i++;
  if (i == n) return a.size() < b.size();
  uint8_t x = static_cast<uint8_t>(a[i]), y = static_cast<uint8_t>(b[i]);
  bool x_pair = x >= 0xf0, y_pair = y >= 0xf0;
  bool x_high = x >= 0xee && x < 0xf0, y_high = y >= 0xee && y < 0xf0;
  if (x_pair && y_high) return true;
  if (x_high && y_pair) return false;
  return x < y;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Json> document() {
    Json value = TRY(any(0));
    space();
    if (at_ != text_.size()) return bad();
    return value;
  }

 private:
  tl::unexpected<Error> bad() const { return fail(Errc::invalid, "json.malformed", "at byte " + std::to_string(at_)); }

  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      at_++;
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    at_++;
    return true;
  }

  Result<Json> word(std::string_view name, Json value) {
    if (text_.substr(at_, name.size()) != name) return bad();
    at_ += name.size();
    return value;
  }

  Result<Json> any(size_t depth) {
    space();
    if (at_ >= text_.size()) return bad();
    switch (text_[at_]) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': return Json(TRY(string()));
      case 't': return word("true", Json(true));
      case 'f': return word("false", Json(false));
      case 'n': return word("null", Json());
      default: return number();
    }
  }

  Result<Json> object(size_t depth) {
    if (depth >= kJsonDepthMax) return fail(Errc::invalid, "json.too_deep");
    at_++;
    Json::Object members;
    space();
    if (!take('}')) {
      do {
        space();
        if (at_ >= text_.size() || text_[at_] != '"') return bad();
        std::string key = TRY(string());
        space();
        if (!take(':')) return bad();
        members.emplace_back(std::move(key), TRY(any(depth + 1)));
        space();
      } while (take(','));
      if (!take('}')) return bad();
    }
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return key_less(a.first, b.first); });
    for (size_t i = 1; i < members.size(); i++)
      if (members[i].first == members[i - 1].first) return fail(Errc::invalid, "json.duplicate_key");
    Json out = Json::object();
    const_cast<Json::Object&>(out.as_object()) = std::move(members);
    return out;
  }

  Result<Json> array(size_t depth) {
    if (depth >= kJsonDepthMax) return fail(Errc::invalid, "json.too_deep");
    at_++;
    Json::Array items;
    space();
    if (take(']')) return Json::array();
    do {
      items.push_back(TRY(any(depth + 1)));
      space();
    } while (take(','));
    if (!take(']')) return bad();
    return Json::array(std::move(items));
  }

  Result<uint32_t> hex4() {
    if (at_ + 4 > text_.size()) return bad();
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
      char c = text_[at_++];
      int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (d < 0) return bad();
      v = v << 4 | static_cast<uint32_t>(d);
    }
    return v;
  }

  Status escape(std::string& out) {
    if (at_ >= text_.size()) return bad();
    switch (text_[at_++]) {
      case '"': out += '"'; return {};
      case '\\': out += '\\'; return {};
      case '/': out += '/'; return {};
      case 'b': out += '\b'; return {};
      case 'f': out += '\f'; return {};
      case 'n': out += '\n'; return {};
      case 'r': out += '\r'; return {};
      case 't': out += '\t'; return {};
      case 'u': break;
      default: return bad();
    }
    uint32_t cp = TRY(hex4());
    if (cp >= 0xdc00 && cp <= 0xdfff) return bad();
    if (cp >= 0xd800 && cp <= 0xdbff) {
      if (!take('\\') || !take('u')) return bad();
      uint32_t low = TRY(hex4());
      if (low < 0xdc00 || low > 0xdfff) return bad();
      cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
    }
    utf8_put(out, cp);
    return {};
  }

  Result<std::string> string() {
    at_++;
    std::string out;
    while (true) {
      size_t start = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<uint8_t>(text_[at_]) >= 0x20 &&
             static_cast<uint8_t>(text_[at_]) < 0x80)
        at_++;
      out.append(text_.substr(start, at_ - start));
      if (at_ >= text_.size()) return bad();
      if (take('"')) return out;
      if (take('\\')) {
        TRY(escape(out));
        continue;
      }
      uint32_t cp;
      size_t n = static_cast<uint8_t>(text_[at_]) < 0x20 ? 0 : utf8_next(text_, at_, cp);
      if (n == 0) return bad();
      out.append(text_.substr(at_, n));
      at_ += n;
    }
  }

  size_t digits() {
    size_t start = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') at_++;
    return at_ - start;
  }

  Result<Json> number() {
    size_t start = at_;
    bool whole = true;
    take('-');
    size_t first = at_;
    size_t n = digits();
    if (n == 0 || (n > 1 && text_[first] == '0')) return bad();
    if (take('.')) {
      whole = false;
      if (digits() == 0) return bad();
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      whole = false;
      at_++;
      if (!take('+')) take('-');
      if (digits() == 0) return bad();
    }
    std::string_view literal = text_.substr(start, at_ - start);
    const char* end = literal.data() + literal.size();
    if (whole) {
      int64_t v;
      auto [p, ec] = std::from_chars(literal.data(), end, v);
      if (ec == std::errc() && p == end) return Json(v);
    }
    double d;
    auto [p, ec] = std::from_chars(literal.data(), end, d);
    if (ec != std::errc() || p != end || !std::isfinite(d)) return bad();
    return Json(d);
  }

  std::string_view text_;
  size_t at_ = 0;
};

// ECMAScript Number::toString, as RFC 8785 demands: the shortest digits that read back, laid out by exponent.
void number_to(std::string& out, double v) {
  if (v == 0) {
    out += '0';
    return;
  }
  if (v < 0) {
    out += '-';
    v = -v;
  }
  char buffer[40];
  auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v, std::chars_format::scientific);
  std::string_view sci(buffer, static_cast<size_t>(end - buffer));
  size_t e = sci.find('e');
  int exponent = 0;
  std::from_chars(sci.data() + e + (sci[e + 1] == '+' ? 2 : 1), end, exponent);
  std::string digits(1, sci[0]);
  if (e > 2) digits += sci.substr(2, e - 2);
  int k = static_cast<int>(digits.size()), n = exponent + 1;
  if (k <= n && n <= 21) {
    out += digits + std::string(static_cast<size_t>(n - k), '0');
  } else if (0 < n && n <= 21) {
    out += digits.substr(0, static_cast<size_t>(n)) + "." + digits.substr(static_cast<size_t>(n));
  } else if (-6 < n && n <= 0) {
    out += "0." + std::string(static_cast<size_t>(-n), '0') + digits;
  } else {
    out += digits[0];
    if (k > 1) out += "." + digits.substr(1);
    out += n > 0 ? "e+" : "e-";
    out += std::to_string(std::abs(n - 1));
  }
}

void pretty_to(std::string& out, const Json& v, size_t depth) {
  std::string pad((depth + 1) * 2, ' ');
  if (v.is_array() && !v.as_array().empty()) {
    out += "[\n";
    for (const Json& item : v.as_array()) {
      out += pad;
      pretty_to(out, item, depth + 1);
      out += &item == &v.as_array().back() ? "\n" : ",\n";
    }
    out += std::string(depth * 2, ' ') + "]";
  } else if (v.is_object() && !v.as_object().empty()) {
    out += "{\n";
    for (const auto& member : v.as_object()) {
      out += pad;
      json_quote_to(out, member.first);
      out += ": ";
      pretty_to(out, member.second, depth + 1);
      out += &member == &v.as_object().back() ? "\n" : ",\n";
    }
    out += std::string(depth * 2, ' ') + "}";
  } else {
    canonical_to(out, v);
  }
}

}  // namespace

Json Json::array(Array items) {
  Json out;
  out.value_ = std::move(items);
  return out;
}

Json Json::object(std::initializer_list<std::pair<std::string_view, Json>> members) {
  Json out;
  out.value_ = Object{};
  for (const auto& [key, value] : members) out.set(key, value);
  return out;
}

const Json* Json::find(std::string_view key) const {
  const Object* object = std::get_if<Object>(&value_);
  if (!object) return nullptr;
  auto it = std::lower_bound(object->begin(), object->end(), key,
                             [](const Member& m, std::string_view k) { return key_less(m.first, k); });
  return it != object->end() && it->first == key ? &it->second : nullptr;
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  Object& object = std::get<Object>(value_);
  if (object.empty() || key_less(object.back().first, key)) {
    object.emplace_back(std::string(key), std::move(value));
    return *this;
  }
  auto it = std::lower_bound(object.begin(), object.end(), key,
                             [](const Member& m, std::string_view k) { return key_less(m.first, k); });
  if (it != object.end() && it->first == key) {
    it->second = std::move(value);
  } else {
    object.emplace(it, std::string(key), std::move(value));
  }
  return *this;
}

void Json::erase(std::string_view key) {
  if (!is_object()) return;
  std::erase_if(std::get<Object>(value_), [&](const Member& m) { return m.first == key; });
}

Json& Json::push(Json value) {
  if (is_null()) value_ = Array{};
  std::get<Array>(value_).push_back(std::move(value));
  return *this;
}

namespace {
tl::unexpected<Error> wrong_field(std::string_view key) { return fail(Errc::invalid, "json.field", std::string(key)); }
}  // namespace

Result<std::string> Json::get_string(std::string_view key) const {
  const Json* v = find(key);
  if (!v || !v->is_string()) return wrong_field(key);
  return v->as_string();
}
Result<int64_t> Json::get_int(std::string_view key) const {
  const Json* v = find(key);
  if (!v || !v->is_int()) return wrong_field(key);
  return v->as_int();
}
Result<bool> Json::get_bool(std::string_view key) const {
  const Json* v = find(key);
  if (!v || !v->is_bool()) return wrong_field(key);
  return v->as_bool();
}
Result<std::string> Json::get_string_or(std::string_view key, std::string_view otherwise) const {
  const Json* v = find(key);
  return !v || v->is_null() ? Result<std::string>(std::string(otherwise)) : get_string(key);
}
Result<int64_t> Json::get_int_or(std::string_view key, int64_t otherwise) const {
  const Json* v = find(key);
  return !v || v->is_null() ? Result<int64_t>(otherwise) : get_int(key);
}
Result<bool> Json::get_bool_or(std::string_view key, bool otherwise) const {
  const Json* v = find(key);
  return !v || v->is_null() ? Result<bool>(otherwise) : get_bool(key);
}

Result<Json> parse_json(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) return fail(Errc::invalid, "json.too_large");
  return Parser(text).document();
}

void json_quote_to(std::string& out, std::string_view s) {
  static constexpr char kHexDigits[] = "0123456789abcdef";
  out += '"';
  size_t start = 0;
  auto flush = [&](size_t end) { out.append(s.substr(start, end - start)); };
  for (size_t i = 0; i < s.size();) {
    uint8_t c = static_cast<uint8_t>(s[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      i++;
      continue;
    }
    if (c >= 0x80) {
      uint32_t cp;
      size_t n = utf8_next(s, i, cp);
      if (n == 0) {
        flush(i);
        out += "\xef\xbf\xbd";
        start = ++i;
      } else {
        i += n;
      }
      continue;
    }
    flush(i);
    start = ++i;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHexDigits[c >> 4];
        out += kHexDigits[c & 15];
    }
  }
  flush(s.size());
  out += '"';
}

void canonical_to(std::string& out, const Json& v) {
  if (v.is_null()) {
    out += "null";
  } else if (v.is_bool()) {
    out += v.as_bool() ? "true" : "false";
  } else if (v.is_int()) {
    char buffer[24];
    auto [end, ec] = std::to_chars(buffer, buffer + sizeof buffer, v.as_int());
    out.append(buffer, end);
  } else if (v.is_double()) {
    number_to(out, v.as_double());
  } else if (v.is_string()) {
    json_quote_to(out, v.as_string());
  } else if (v.is_array()) {
    out += '[';
    for (const Json& item : v.as_array()) {
      if (&item != v.as_array().data()) out += ',';
      canonical_to(out, item);
    }
    out += ']';
  } else {
    out += '{';
    for (const auto& member : v.as_object()) {
      if (&member != v.as_object().data()) out += ',';
      json_quote_to(out, member.first);
      out += ':';
      canonical_to(out, member.second);
    }
    out += '}';
  }
}

std::string canonical(const Json& value) {
  std::string out;
  canonical_to(out, value);
  return out;
}

std::string pretty(const Json& value) {
  std::string out;
  pretty_to(out, value, 0);
  return out;
}

bool is_utf8(std::string_view s) {
  for (size_t i = 0; i < s.size();) {
    if (static_cast<uint8_t>(s[i]) < 0x80) {
      i++;
      continue;
    }
    uint32_t cp;
    size_t n = utf8_next(s, i, cp);
    if (n == 0) return false;
    i += n;
  }
  return true;
}

}  // namespace sluice
