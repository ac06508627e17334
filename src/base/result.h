// Errors are values. Result<T> is either a T or an Error; nothing of ours throws.
//
// An Error carries a category (decides the exit code and the HTTP status), a stable reason id such as
// "contract.expired" (decides the message in both languages; never changes once published), and a detail
// for operators. Neither reason nor detail ever holds a data value, a name of a person or a secret.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace sluice {

enum class Errc {
  invalid,          // the input is malformed or breaks a rule (exit 1, HTTP 400)
  usage,            // the command line or the request form is wrong (exit 2, HTTP 400)
  not_found,        // exit 3, HTTP 404
  unauthenticated,  // exit 4, HTTP 401
  forbidden,        // exit 4, HTTP 403
  conflict,         // exit 5, HTTP 409
  refused,          // it ran and the answer is no: policy, verification, contract (exit 6, HTTP 422)
  pending,          // waits for an approval (exit 7, HTTP 202)
  unreachable,      // a peer or process is away (exit 8, HTTP 503)
  exhausted,        // a limit, quota or disk is full (exit 1, HTTP 429 or 507)
  corrupt,          // stored bytes are not what they must be (exit 1, HTTP 500)
  io,               // the operating system refused (exit 1, HTTP 500)
  internal,         // a fault of ours or of a library (exit 1, HTTP 500)
};

struct [[nodiscard]] Error {
  Errc code;
  std::string_view reason;  // always a string literal
  std::string detail{};
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(Errc code, std::string_view reason, std::string detail = {}) {
  return tl::unexpected<Error>(Error{code, reason, std::move(detail)});
}

namespace result_detail {
template <class T>
T value_of(Result<T>&& result) {
  return *std::move(result);
}
inline void value_of(Status&&) {}
}  // namespace result_detail

// The value of `expr`, or return its error from the enclosing function. The only macro of the project.
#define TRY(expr)                                                                          \
  __extension__({                                                                          \
    auto try_result_ = (expr);                                                             \
    if (!try_result_) [[unlikely]] return ::tl::unexpected(std::move(try_result_).error()); \
    ::sluice::result_detail::value_of(std::move(try_result_));                             \
  })

}  // namespace sluice
