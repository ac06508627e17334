// A value of one of many record types, immutable and shared: what std::variant is for a handful of types, for a hundred.
//
//   struct Event : OneOf<PartyRegistered, PersonEnrolled, ...> { using OneOf::OneOf; };
//   Event event = PersonEnrolled{...};
//   if (const PersonEnrolled* e = event.get_if<PersonEnrolled>()) ...
//   event.visit([](const auto& e) { ... });
//
// Copying shares the value and never fails. The set is closed: `visit` must accept every alternative, so that a new one
// breaks the build until every place knows it. Derive from it (as above) and the long list stays out of symbol names.
// Not a std::variant: its copying, moving and visiting are made anew for each alternative in every file that names it,
// which over a hundred of them cost half of this project's build. Thread rule: as for a shared_ptr to const.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sluice {

template <class... Ts>
class OneOf {
 public:
  static constexpr size_t kinds = sizeof...(Ts);
  template <size_t I>
  using Alternative = typename std::tuple_element_t<I, std::tuple<std::type_identity<Ts>...>>::type;
  template <class T>
  static constexpr bool is_kind = (std::same_as<T, Ts> || ...);

  template <class T>
    requires is_kind<T>
  OneOf(T value) : kind_(index_of<T>()), value_(std::make_shared<const T>(std::move(value))) {}

  // The place of the held type in the list.
  size_t index() const { return kind_; }

  template <class T>
  bool holds() const {
    return kind_ == index_of<T>();
  }
  template <class T>
  const T* get_if() const {
    return holds<T>() ? static_cast<const T*>(value_.get()) : nullptr;
  }

  // f(value) of the held type; every alternative must give the same type.
  template <class F>
  decltype(auto) visit(F&& f) const {
    using R = decltype(f(std::declval<const Alternative<0>&>()));
    using Call = R (*)(F & f, const void* value);
    static constexpr std::array<Call, kinds> calls{&call<R, F, Ts>...};
    return calls[kind_](f, value_.get());
  }

  // f(Type{}) for each alternative, in order.
  template <class F>
  static void each_kind(F&& f) {
    (f(Ts{}), ...);
  }

 private:
  template <class T>
  static constexpr size_t index_of() {
    constexpr std::array<bool, kinds> same{std::same_as<T, Ts>...};
    size_t at = 0;
    while (!same[at]) at++;
    return at;
  }
  template <class R, class F, class T>
  static R call(F& f, const void* value) {
    return f(*static_cast<const T*>(value));
  }

  size_t kind_;
  std::shared_ptr<const void> value_;
};

}  // namespace sluice
