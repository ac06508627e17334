// Two ways of writing one person's name or telephone, brought to one form, so that rules of two persons can compare them. Forms
// for comparing only: what was typed is what is shown and kept.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Without white space (the ideographic space too), full-width letters and digits as their narrow ones, ASCII in lower case.
std::string folded_name(std::string_view name);
// The digits alone, full-width ones too, without 86 or 0086 before a number of mainland China (11 digits, the first a 1).
std::string folded_phone(std::string_view phone);

}  // namespace sluice
