// One question to a space through its API (space_call.h), as whom the arguments say: the answer's JSON, or the
// problem as the Error that it was, with its own reason and exit code.
#pragma once

#include "codec/json.h"
#include "edge/open_space.h"

namespace sluice::cli {

Result<Json> get_from_space(const Args& args, std::string target);
Result<Json> post_to_space(const Args& args, std::string target, const Json& body);
// The body as it came: files.
Result<std::string> fetch_from_space(const Args& args, std::string target);

// "?a=x&b=y" of the pairs that have a value.
std::string query_text(std::initializer_list<std::pair<std::string_view, std::string>> pairs);

}  // namespace sluice::cli
