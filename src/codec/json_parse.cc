#include <charconv>
#include <cmath>

#include "codec/json.h"
#include "codec/json_text.h"

namespace sluice {

namespace {

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
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return json_key_less(a.first, b.first); });
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

}  // namespace

Result<Json> parse_json(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) return fail(Errc::invalid, "json.too_large");
  return Parser(text).document();
}

}  // namespace sluice
