#include "edge/cli/usage.h"

#include <fmt/core.h>

#include "edge/messages/catalogue.h"

namespace sluice::cli {

tl::unexpected<Error> bad_words(std::string_view zh, std::string_view en) {
  return fail(Errc::usage, "cli.bad_arguments", std::string(language_of_environment() == Language::zh ? zh : en));
}

tl::unexpected<Error> wants_number(std::string_view option) { return bad_words(fmt::format("{} 须为数字", option), fmt::format("{} wants a number", option)); }

tl::unexpected<Error> wants(std::string_view option, std::string_view form) {
  return bad_words(fmt::format("{} 的写法为 {}", option, form), fmt::format("{} wants {}", option, form));
}

tl::unexpected<Error> is_one_of(std::string_view option, std::string_view words) {
  return bad_words(fmt::format("{} 只能是 {} 之一", option, words), fmt::format("{} is one of {}", option, words));
}

tl::unexpected<Error> goes_with(std::string_view option, std::string_view others) {
  return bad_words(fmt::format("{} 须与 {} 同用", option, others), fmt::format("{} wants {}", option, others));
}

tl::unexpected<Error> one_of_both(std::string_view one, std::string_view other) {
  return bad_words(fmt::format("{} 与 {} 须给出其一，且不能同时给出", one, other), fmt::format("{} or {}, and not both", one, other));
}

}  // namespace sluice::cli
