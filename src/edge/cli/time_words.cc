#include "edge/cli/time_words.h"
#include "edge/cli/usage.h"

namespace sluice::cli {

Result<int64_t> seconds_in(std::string_view option, std::string text) {
  int64_t unit = 1;
  if (!text.empty() && std::string_view("smhd").find(text.back()) != std::string_view::npos) {
    unit = text.back() == 's' ? 1 : text.back() == 'm' ? 60 : text.back() == 'h' ? 3600 : 86400;
    text.pop_back();
  }
  if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != std::string::npos)
    return wants(option, "90 | 15m | 6h | 1d");
  return std::stoll(text) * unit;
}

}  // namespace sluice::cli
