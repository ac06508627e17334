#include "edge/cli/ask_space.h"

#include "edge/cli/space_call.h"
#include "edge/http/target.h"

namespace sluice::cli {

Result<Json> get_from_space(const Args& args, std::string target) {
  SpaceSession session = TRY(SpaceSession::open(args));
  return session.get(std::move(target));
}

Result<Json> post_to_space(const Args& args, std::string target, const Json& ask) {
  SpaceSession session = TRY(SpaceSession::open(args));
  return session.post(std::move(target), ask);
}

Result<std::string> fetch_from_space(const Args& args, std::string target) {
  SpaceSession session = TRY(SpaceSession::open(args));
  return session.fetch(std::move(target));
}

std::string query_text(std::initializer_list<std::pair<std::string_view, std::string>> pairs) {
  std::string out;
  for (const auto& [name, value] : pairs)
    if (!value.empty()) out += (out.empty() ? "?" : "&") + std::string(name) + "=" + http::percent_encoded(value);
  return out;
}

}  // namespace sluice::cli
