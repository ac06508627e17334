// The answer of a check: valid or not, why, and how much was really checked.
#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"

namespace sluice {

// `reason` and `warnings` are literals such as "id.check_character": never a part of the value.
struct Verdict {
  bool valid = false;
  bool form_only = false;         // no published rule, or no membership list loaded: only the form was checked
  std::string_view reason{};      // why not valid; empty when valid
  std::string_view profile{};     // dates: which form matched ("strict" is GB/T 7408, "platform" what systems send)
  std::vector<std::string_view> warnings{};
};

inline Verdict invalid(std::string_view reason) { return {.valid = false, .form_only = false, .reason = reason}; }

// What a person reads for a reason or warning id; {English, Chinese}. Unknown ids give the id itself.
struct Wording {
  std::string_view en, zh;
};
Wording wording_of(std::string_view reason);

}  // namespace sluice
