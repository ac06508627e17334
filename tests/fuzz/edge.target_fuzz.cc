// Laws: a decoded path never climbs, hides or holds controls; encoding what was decoded decodes to the same.
#include <cstdlib>

#include "edge/http/target.h"

using namespace sluice::http;

static void check(bool law) {
  if (!law) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto target = parse_target(text)) {
    const std::string& path = target->path;
    check(path[0] == '/' && path.find("//") == std::string::npos && path.find('\\') == std::string::npos);
    check((path + "/").find("/../") == std::string::npos && (path + "/").find("/./") == std::string::npos);
    for (unsigned char c : path) check(c >= 0x20 && c != 0x7f);
    std::string again;
    size_t at = 1;
    while (path != "/" && at <= path.size()) {
      size_t end = std::min(path.find('/', at), path.size());
      again += "/" + percent_encoded(std::string_view(path).substr(at, end - at));
      at = end + 1;
    }
    auto back = parse_target(again.empty() ? "/" : again);
    check(back && back->path == path);
  }
  if (auto decoded = percent_decoded(text)) check(*percent_decoded(percent_encoded(*decoded)) == *decoded);
  (void)parse_query(text);
  (void)cookie(text, "__Host-sluice");
  return 0;
}
