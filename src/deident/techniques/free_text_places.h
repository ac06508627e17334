// Institutions and postal addresses in Chinese free text. Internal to free text (free_text.cc).
//
// An institution is told by what its name ends in (医院, 卫生服务站, 疾控 …), by a number (市二院, 附一院, 送至三院), or is one of the hospitals that go by a name of two or three
// characters in the whole country (协和, 浙一), where what is done there stands behind it. Kinds of institutions (三甲医院, 上级医院) are none. What is not found: a short name that
// only its own town knows.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace sluice::deident {

struct PlaceSpan {
  size_t from = 0, to = 0;  // characters
  bool institution = false;
};

// In the order in which they are to be taken; one may overlap another, the first counts.
std::vector<PlaceSpan> places_in(std::u32string_view text);

}  // namespace sluice::deident
