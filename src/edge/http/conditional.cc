#include "edge/http/conditional.h"

#include <charconv>

#include "codec/json.h"
#include "crypto/hash.h"

namespace sluice::http {
namespace {

constexpr size_t kPageMax = 500;
constexpr size_t kCursorBytesMax = 1024;

// Whether a list of entity tags ("a", W/"b", *) names this one, compared as text.
bool names_tag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    size_t end = std::min(list.find(','), list.size());
    std::string_view item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (item == "*" || item == etag) return true;
  }
  return false;
}

}  // namespace

std::string etag_of(std::string_view representation) {
  Digest digest = sm3(view(representation));
  return "\"" + base64url(ByteView(digest).first(18)) + "\"";
}

Status demand_if_match(const Request& request, std::string_view etag) {
  const std::string* list = request.header("if-match");
  if (!list) return fail(Errc::usage, "http.precondition_required");
  if (!names_tag(*list, etag)) return fail(Errc::conflict, "http.precondition_failed");
  return {};
}

bool has_already(const Request& request, std::string_view etag) {
  const std::string* list = request.header("if-none-match");
  if (!list) return false;
  // Reads compare weakly: a proxy may have weakened the tag it stored.
  return names_tag(*list, etag) || names_tag(*list, "W/" + std::string(etag));
}

Result<Page> page_of(const Request& request) {
  Page page;
  if (const std::string* limit = request.parameter("limit")) {
    auto [end, error] = std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    if (error != std::errc() || end != limit->data() + limit->size() || page.limit == 0 || page.limit > kPageMax)
      return fail(Errc::usage, "http.bad_page", "limit");
  }
  if (const std::string* cursor = request.parameter("cursor")) {
    auto bytes = from_base64url(*cursor);
    if (cursor->size() > kCursorBytesMax || !bytes || bytes->empty() || !is_utf8(text(*bytes)))
      return fail(Errc::usage, "http.bad_page", "cursor");
    page.after = text(*bytes);
  }
  return page;
}

std::string cursor_of(std::string_view position) { return base64url(view(position)); }

}  // namespace sluice::http
