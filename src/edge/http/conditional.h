// Versions and pages: strong ETags with If-Match / If-None-Match (RFC 9110 §13), and opaque cursors.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "edge/http/server.h"

namespace sluice::http {

// A strong ETag, quotes included, of a representation or of a version text.
std::string etag_of(std::string_view representation);

// For changes: "http.precondition_required" (428) without If-Match, "http.precondition_failed" (412) when it names
// another version. "*" matches any.
Status demand_if_match(const Request& request, std::string_view etag);

// For reads: true when the client already has it; answer 304.
bool has_already(const Request& request, std::string_view etag);

// Query parameters `limit` (1–500, default 50) and `cursor` (what the last page handed out).
struct Page {
  size_t limit = 50;
  std::string after{};  // empty: from the start
};
// "http.bad_page" for a limit or cursor of another form.
Result<Page> page_of(const Request& request);
std::string cursor_of(std::string_view position);

}  // namespace sluice::http
