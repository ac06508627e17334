// What is wrong with the words of a command: "cli.bad_arguments", its detail in the language of the environment. No secret is ever a word.
#pragma once

#include <string_view>

#include "base/result.h"

namespace sluice::cli {

tl::unexpected<Error> bad_words(std::string_view zh, std::string_view en);

// "--needed wants a number"
tl::unexpected<Error> wants_number(std::string_view option);
// "--setting wants NAME=VALUE": how its value is written.
tl::unexpected<Error> wants(std::string_view option, std::string_view form);
// "--delimiter is one of , ; | tab"
tl::unexpected<Error> is_one_of(std::string_view option, std::string_view words);
// "--sign-key wants --receipt" beside it.
tl::unexpected<Error> goes_with(std::string_view option, std::string_view others);
// "--as or --session": exactly one of them.
tl::unexpected<Error> one_of_both(std::string_view one, std::string_view other);

}  // namespace sluice::cli
