// One type, one codec: a struct lists its fields once and gets JSON encoding, decoding and field names from the list.
//
//   struct Drafted {
//     static constexpr std::string_view kind = "product.drafted";   // events and commands only
//     Id<ProductTag> product;
//     std::string name;
//     std::optional<int64_t> price_fen;
//     static constexpr auto fields = field_list(field("product", &Drafted::product), field("name", &Drafted::name),
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
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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

// The fields of a record. Not a std::tuple: its constructors alone cost minutes of building over some hundred records.
namespace record_detail {
template <size_t I, class F>
struct Leaf {
  F field;
};
template <class Indices, class... Fs>
struct Leaves;
template <size_t... I, class... Fs>
struct Leaves<std::index_sequence<I...>, Fs...> : Leaf<I, Fs>... {
  constexpr explicit Leaves(const Fs&... fs) : Leaf<I, Fs>{fs}... {}
  static constexpr size_t size() { return sizeof...(Fs); }
  template <class Fn>
  constexpr void each(Fn&& fn) const {
    (fn(static_cast<const Leaf<I, Fs>&>(*this).field), ...);
  }
};
}  // namespace record_detail
template <class... Fs>
constexpr auto field_list(const Fs&... fs) {
  return record_detail::Leaves<std::index_sequence_for<Fs...>, Fs...>(fs...);
}

// A field as data, so that the loops over a record's fields are compiled once (record.cc) and not once a record.
struct FieldOps {
  std::string_view name;
  ptrdiff_t offset = 0;  // of the member in the record
  bool optional = false;
  Json (*encode)(const void* member) = nullptr;
  Status (*decode)(const Json& json, void* member, std::string_view name) = nullptr;
  const std::string* (*id_text)(const void* member) = nullptr;  // of Id<> members
  std::span<const FieldOps> (*nested)() = nullptr;              // of members that are records themselves
  const void* in(const void* record) const { return static_cast<const char*>(record) + offset; }
  void* in(void* record) const { return static_cast<char*>(record) + offset; }
};

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
// Leaves `out` in an unspecified state when it fails. What decode() is made of: one Result type less for each record.
template <class T>
Status decode_to(const Json& json, T& out, std::string_view name = "");
template <class T>
Result<T> decode(const Json& json, std::string_view name = "") {
  T out{};
  if (auto done = decode_to(json, out, name); !done) return tl::unexpected(std::move(done).error());
  return out;
}

namespace record_detail {

template <class T>
Json encode_member(const void* member) {
  return sluice::encode(*static_cast<const T*>(member));
}
template <class T>
Status decode_member(const Json& json, void* member, std::string_view name) {
  return sluice::decode_to(json, *static_cast<T*>(member), name);
}

template <class T>
std::span<const FieldOps> table_of();

template <class T>
const std::string* id_text_of(const void* member) {
  return &static_cast<const T*>(member)->str();
}

Json encode_record(std::span<const FieldOps> table, const void* record);
Status decode_record(std::span<const FieldOps> table, const Json& json, void* record, std::string_view name);
// The place of `json` among the published names; "record.wrong_kind", "record.unknown_name".
Result<size_t> decode_name(const Json& json, std::span<const std::string_view> names, std::string_view name);

template <class T>
FieldOps ops_of(std::string_view name, ptrdiff_t offset) {
  FieldOps ops{name, offset, may_be_absent<T>, &encode_member<T>, &decode_member<T>};
  if constexpr (is_id<T>::value) ops.id_text = &id_text_of<T>;
  if constexpr (Record<T>) ops.nested = &table_of<T>;
  return ops;
}

// A pointer to a data member is its offset (Itanium C++ ABI: every compiler this project builds with). Written out as one
// expansion: a lambda or a function for each field would be thousands of instantiations.
template <class Owner, size_t... I, class... T>
std::array<FieldOps, sizeof...(I)> ops_of_all(const Leaves<std::index_sequence<I...>, Field<Owner, T>...>& fields) {
  return {ops_of<T>(static_cast<const Leaf<I, Field<Owner, T>>&>(fields).field.name,
                    __builtin_bit_cast(ptrdiff_t, static_cast<const Leaf<I, Field<Owner, T>>&>(fields).field.member))...};
}

template <class T>
std::span<const FieldOps> table_of() {
  static const auto table = ops_of_all(T::fields);
  return table;
}

}  // namespace record_detail

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
    return encode_record(table_of<T>(), &v);
  }
}

template <class T>
Status decode_to(const Json& json, T& out, std::string_view name) {
  using namespace record_detail;
  if constexpr (std::is_same_v<T, Json>) {
    out = json;
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_bool()) return wrong(name);
    out = json.as_bool();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) return wrong(name);
    out = json.as_string();
  } else if constexpr (std::is_integral_v<T>) {
    if (!json.is_int() || !std::in_range<T>(json.as_int())) return wrong(name);
    out = static_cast<T>(json.as_int());
  } else if constexpr (WireInteger<T>) {
    if (!json.is_int()) return wrong(name);
    out = TRY(T::of(json.as_int()));
  } else if constexpr (NamedEnum<T>) {
    out = static_cast<T>(TRY(decode_name(json, enum_names(T{}), name)));
  } else if constexpr (is_id<T>::value) {
    if (!json.is_string()) return wrong(name);
    out = T{};
    if (json.as_string().empty()) return {};
    auto id = T::parse(json.as_string());
    if (!id) return fail(Errc::invalid, "id.malformed", std::string(name));
    out = std::move(*id);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    if (!json.is_string()) return wrong(name);
    auto bytes = from_base64(json.as_string());
    if (!bytes) return wrong(name);
    out = std::move(*bytes);
  } else if constexpr (std::is_same_v<T, Digest>) {
    if (!json.is_string()) return wrong(name);
    auto digest = digest_from_hex(json.as_string());
    if (!digest) return wrong(name);
    out = *digest;
  } else if constexpr (is_optional<T>::value) {
    out.reset();
    if (!json.is_null()) return decode_to(json, out.emplace(), name);
  } else if constexpr (is_vector<T>::value) {
    if (!json.is_array()) return wrong(name);
    out.clear();
    out.reserve(json.as_array().size());
    for (const Json& item : json.as_array()) {
      if constexpr (std::is_same_v<typename T::value_type, bool>) {
        out.push_back(TRY(decode<bool>(item, name)));
      } else {
        TRY(decode_to(item, out.emplace_back(), name));
      }
    }
  } else if constexpr (is_map<T>::value) {
    if (!json.is_object()) return wrong(name);
    out.clear();
    for (const auto& [key, item] : json.as_object()) TRY(decode_to(item, out[key], name));
  } else {
    static_assert(Record<T>, "a type that is decoded lists its fields");
    out = T{};
    return decode_record(table_of<T>(), json, &out, name);
  }
  return {};
}

}  // namespace sluice
