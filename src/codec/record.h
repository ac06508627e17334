// One type, one codec: a struct lists its fields once and gets JSON encoding, decoding and field names from the list.
//
//   struct Drafted {
//     static constexpr std::string_view kind = "product.drafted";   // events and commands only
//     Id<ProductTag> product;
//     std::string name;
//     std::optional<int64_t> price_fen;
//     static constexpr auto fields = std::tuple(field("product", &Drafted::product), field("name", &Drafted::name),
//                                               field("price_fen", &Drafted::price_fen));
//   };
//   Json json = encode(drafted);
//   Result<Drafted> back = decode<Drafted>(json);
//
// Supported: bool, integers, std::string, Json, Id<>, Bytes (base64), Digest (hex), enums with a names table
// (an `enum_names(E)` overload found by argument-dependent lookup), std::optional (null is omitted), vector,
// map<string, T>, value types that travel as an integer, and nested records. Decoding refuses unknown members ("record.unknown_field"), missing ones
// ("record.missing_field") and wrong kinds ("record.wrong_kind"); the detail names the field, never a value.
// An absent optional, vector or map decodes as empty, so that a later version may add such a field: old data open.
#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/bytes.h"
#include "base/id.h"
#include "codec/json.h"

namespace sluice {

template <class Owner, class T>
struct Field {
  std::string_view name;
  T Owner::*member;
};
template <class Owner, class T>
constexpr Field<Owner, T> field(std::string_view name, T Owner::*member) {
  return {name, member};
}

template <class T>
concept Record = requires { T::fields; };

template <class T>
concept NamedEnum = std::is_enum_v<T> && requires(T e) { enum_names(e); };

// The published name of an enumerator, and back. `enum_names` returns a span or array of string_views in order.
template <NamedEnum E>
std::string_view name_of(E e) {
  return enum_names(e)[static_cast<size_t>(e)];
}
template <NamedEnum E>
Result<E> enum_of(std::string_view name) {
  auto names = enum_names(E{});
  for (size_t i = 0; i < std::size(names); i++)
    if (names[i] == name) return static_cast<E>(i);
  return fail(Errc::invalid, "record.unknown_name");
}

// A value type that travels as an integer: `static Result<T> T::of(int64_t)` and `value()` (standard/taxonomy.h: Level).
template <class T>
concept WireInteger = std::is_class_v<T> && requires(const T& t) {
  { T::of(int64_t{}) } -> std::same_as<Result<T>>;
  { t.value() } -> std::integral;
};

namespace record_detail {

template <class T>
struct is_id : std::false_type {};
template <class Tag>
struct is_id<Id<Tag>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_map : std::false_type {};
template <class T>
struct is_map<std::map<std::string, T>> : std::true_type {};

inline tl::unexpected<Error> wrong(std::string_view name) {
  return fail(Errc::invalid, "record.wrong_kind", std::string(name));
}

template <class T>
constexpr bool may_be_absent =
    is_optional<T>::value || is_map<T>::value || (is_vector<T>::value && !std::is_same_v<T, Bytes>);

}  // namespace record_detail

template <class T>
Json encode(const T& v);
template <class T>
Result<T> decode(const Json& json, std::string_view name = "");

template <class T>
Json encode(const T& v) {
  using namespace record_detail;
  if constexpr (std::is_same_v<T, Json>) {
    return v;
  } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
    return Json(v);
  } else if constexpr (std::is_integral_v<T>) {
    return Json(static_cast<int64_t>(v));
  } else if constexpr (WireInteger<T>) {
    return Json(static_cast<int64_t>(v.value()));
  } else if constexpr (NamedEnum<T>) {
    return Json(name_of(v));
  } else if constexpr (is_id<T>::value) {
    return Json(v.str());
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return Json(base64(v));
  } else if constexpr (std::is_same_v<T, Digest>) {
    return Json(hex(v));
  } else if constexpr (is_optional<T>::value) {
    return v ? encode(*v) : Json();
  } else if constexpr (is_vector<T>::value) {
    Json out = Json::array();
    for (const auto& item : v) out.push(encode(item));
    return out;
  } else if constexpr (is_map<T>::value) {
    Json out = Json::object();
    for (const auto& [key, item] : v) out.set(key, encode(item));
    return out;
  } else {
    static_assert(Record<T>, "a type that is encoded lists its fields");
    Json out = Json::object();
    std::apply(
        [&](const auto&... f) {
          auto one = [&](const auto& member_field) {
            Json member = encode(v.*(member_field.member));
            if (!member.is_null()) out.set(member_field.name, std::move(member));
          };
          (one(f), ...);
        },
        T::fields);
    return out;
  }
}

template <class T>
Result<T> decode(const Json& json, std::string_view name) {
  using namespace record_detail;
  if constexpr (std::is_same_v<T, Json>) {
    return json;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_bool()) return wrong(name);
    return json.as_bool();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) return wrong(name);
    return json.as_string();
  } else if constexpr (std::is_integral_v<T>) {
    if (!json.is_int() || !std::in_range<T>(json.as_int())) return wrong(name);
    return static_cast<T>(json.as_int());
  } else if constexpr (WireInteger<T>) {
    if (!json.is_int()) return wrong(name);
    return T::of(json.as_int());
  } else if constexpr (NamedEnum<T>) {
    if (!json.is_string()) return wrong(name);
    auto e = enum_of<T>(json.as_string());
    if (!e) return fail(Errc::invalid, "record.unknown_name", std::string(name));
    return *e;
  } else if constexpr (is_id<T>::value) {
    if (!json.is_string()) return wrong(name);
    if (json.as_string().empty()) return T{};
    auto id = T::parse(json.as_string());
    if (!id) return fail(Errc::invalid, "id.malformed", std::string(name));
    return *id;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    if (!json.is_string()) return wrong(name);
    auto bytes = from_base64(json.as_string());
    if (!bytes) return wrong(name);
    return *bytes;
  } else if constexpr (std::is_same_v<T, Digest>) {
    if (!json.is_string()) return wrong(name);
    auto digest = digest_from_hex(json.as_string());
    if (!digest) return wrong(name);
    return *digest;
  } else if constexpr (is_optional<T>::value) {
    if (json.is_null()) return T{};
    return T(TRY(decode<typename T::value_type>(json, name)));
  } else if constexpr (is_vector<T>::value) {
    if (!json.is_array()) return wrong(name);
    T out;
    out.reserve(json.as_array().size());
    for (const Json& item : json.as_array()) out.push_back(TRY(decode<typename T::value_type>(item, name)));
    return out;
  } else if constexpr (is_map<T>::value) {
    if (!json.is_object()) return wrong(name);
    T out;
    for (const auto& [key, item] : json.as_object())
      out.emplace(key, TRY(decode<typename T::mapped_type>(item, name)));
    return out;
  } else {
    static_assert(Record<T>, "a type that is decoded lists its fields");
    if (!json.is_object()) return wrong(name);
    T out{};
    size_t used = 0;
    Status status;
    std::apply(
        [&](const auto&... f) {
          auto one = [&](const auto& member_field) {
            if (!status) return;
            using Member = std::remove_cvref_t<decltype(out.*(member_field.member))>;
            const Json* member = json.find(member_field.name);
            if (!member) {
              if (!may_be_absent<Member>)
                status = fail(Errc::invalid, "record.missing_field", std::string(member_field.name));
              return;
            }
            used++;
            auto value = decode<Member>(*member, member_field.name);
            if (!value) {
              status = tl::unexpected(std::move(value).error());
              return;
            }
            out.*(member_field.member) = std::move(*value);
          };
          (one(f), ...);
        },
        T::fields);
    if (!status) return tl::unexpected(std::move(status).error());
    if (used != json.as_object().size()) {
      for (const auto& [key, item] : json.as_object()) {
        bool known = std::apply([&known_name = key](const auto&... f) { return ((f.name == known_name) || ...); }, T::fields);
        // The unknown key is input of a stranger: its text is bounded and cut to plain characters.
        if (!known) {
          std::string shown;
          for (char c : key.substr(0, 40))
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') shown += c;
          return fail(Errc::invalid, "record.unknown_field", shown);
        }
      }
    }
    return out;
  }
}

}  // namespace sluice
