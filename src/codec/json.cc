#include "codec/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "codec/json_text.h"

namespace sluice {

namespace {

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
                             [](const Member& m, std::string_view k) { return json_key_less(m.first, k); });
  return it != object->end() && it->first == key ? &it->second : nullptr;
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  Object& object = std::get<Object>(value_);
  if (object.empty() || json_key_less(object.back().first, key)) {
    object.emplace_back(std::string(key), std::move(value));
    return *this;
  }
  auto it = std::lower_bound(object.begin(), object.end(), key,
                             [](const Member& m, std::string_view k) { return json_key_less(m.first, k); });
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
