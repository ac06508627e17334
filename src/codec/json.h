// JSON: one value type, a strict bounded parser, and the canonical encoder (RFC 8785) whose bytes are signed.
//
// Parsing accepts exactly RFC 8259 over valid UTF-8, refuses duplicate keys, a nesting deeper than kJsonDepthMax and
// lone surrogates. Numbers without fraction or exponent that fit are int64; others are double (ours never are:
// money is integer fen). Errors: "json.malformed" (detail: byte offset), "json.too_deep", "json.duplicate_key",
// "json.too_large". Details never quote the input.
//
// Canonical form (RFC 8785): keys sorted by UTF-16 code units, no white space, minimal escapes, ECMAScript numbers.
// Objects are kept in that order, so that encoding is a walk. encode(parse(x)) is a fixed point.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace sluice {

class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;  // sorted by canonical key order, keys unique

  Json() = default;  // null
  Json(std::nullptr_t) {}
  Json(bool v) : value_(v) {}
  Json(int v) : value_(static_cast<int64_t>(v)) {}
  Json(unsigned v) : value_(static_cast<int64_t>(v)) {}
  Json(long v) : value_(static_cast<int64_t>(v)) {}
  Json(long long v) : value_(static_cast<int64_t>(v)) {}
  Json(unsigned long v) : value_(static_cast<int64_t>(v)) {}
  Json(double v) : value_(v) {}
  Json(const char* v) : value_(std::string(v)) {}
  Json(std::string_view v) : value_(std::string(v)) {}
  Json(std::string v) : value_(std::move(v)) {}

  static Json array(Array items = {});
  static Json object(std::initializer_list<std::pair<std::string_view, Json>> members = {});

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<int64_t>(value_); }
  bool is_double() const { return std::holds_alternative<double>(value_); }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // The value of the named kind; the caller has checked the kind (a wrong kind aborts).
  bool as_bool() const { return std::get<bool>(value_); }
  int64_t as_int() const { return std::get<int64_t>(value_); }
  double as_double() const { return is_int() ? static_cast<double>(as_int()) : std::get<double>(value_); }
  const std::string& as_string() const { return std::get<std::string>(value_); }
  const Array& as_array() const { return std::get<Array>(value_); }
  Array& as_array() { return std::get<Array>(value_); }
  const Object& as_object() const { return std::get<Object>(value_); }

  // The member of an object; null when this is no object or has no such member.
  const Json* find(std::string_view key) const;
  // Sets a member (this must be an object or null, which becomes one).
  Json& set(std::string_view key, Json value);
  void erase(std::string_view key);
  // Appends to an array (or to null, which becomes one).
  Json& push(Json value);

  // Members by kind, for decoding forms: absent or another kind → "json.field" (detail: the key).
  Result<std::string> get_string(std::string_view key) const;
  Result<int64_t> get_int(std::string_view key) const;
  Result<bool> get_bool(std::string_view key) const;
  // Absent or null → the given default; another kind → "json.field".
  Result<std::string> get_string_or(std::string_view key, std::string_view otherwise) const;
  Result<int64_t> get_int_or(std::string_view key, int64_t otherwise) const;
  Result<bool> get_bool_or(std::string_view key, bool otherwise) const;

  bool operator==(const Json&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> value_;
};

Result<Json> parse_json(std::string_view text, size_t bytes_max = kJsonBytesMax);

// RFC 8785. A string that is not valid UTF-8 is written with U+FFFD in place of each bad byte.
std::string canonical(const Json& value);
void canonical_to(std::string& out, const Json& value);
// The same members, indented for people.
std::string pretty(const Json& value);

// Appends `text` as a JSON string, quotes included.
void json_quote_to(std::string& out, std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace sluice
