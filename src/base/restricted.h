// Personal data and secrets sit behind restricted<T>: it prints nothing, compares nothing, converts to nothing.
// Opening it names a purpose, so that every reveal can be found by searching for `.reveal(`.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/bytes.h"

namespace sluice {

template <class T>
class restricted {
 public:
  restricted() = default;
  explicit restricted(T value) : value_(std::move(value)) {}
  restricted(const restricted&) = default;
  restricted& operator=(const restricted&) = default;
  restricted(restricted&&) noexcept = default;
  restricted& operator=(restricted&&) noexcept = default;
  ~restricted() {
    if constexpr (requires(T& t) { t.data(); t.size(); }) {
      if constexpr (sizeof(*std::declval<T&>().data()) == 1) wipe(value_.data(), value_.size());
    }
  }
  // `why` is for the reader of the code; it must be a literal.
  const T& reveal(const char* why) const {
    (void)why;
    return value_;
  }

 private:
  T value_{};
};

using SecretBytes = restricted<Bytes>;
using SecretText = restricted<std::string>;

}  // namespace sluice
