// Our own parsing of what a client sends in a request line and its headers: targets, query strings, cookies.
// Strict: what is not understood is refused, never repaired. Pure; safe from any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::http {

struct Target {
  std::string path{};
  std::multimap<std::string, std::string> query{};
};

// origin-form (RFC 9112 §3.2.1). The path is decoded once and segment by segment. "http.bad_target" for: no leading
// slash, a bad percent escape, an encoded slash, a backslash, a control character, text that is not UTF-8, an empty,
// "." or ".." segment (encoded or not). A trailing slash is dropped. More than 100 parameters: "http.bad_target".
Result<Target> parse_target(std::string_view target);

// application/x-www-form-urlencoded names and values.
Result<std::multimap<std::string, std::string>> parse_query(std::string_view query);

// RFC 6265 §5.4. The value of the named cookie when it is there exactly once; a name given twice counts as absent,
// since a neighbour site may have planted one of the two.
std::string cookie(std::string_view cookie_header, std::string_view name);

// Percent-decodes one component ("+" stays a plus).
Result<std::string> percent_decoded(std::string_view text);
std::string percent_encoded(std::string_view text);

}  // namespace sluice::http
