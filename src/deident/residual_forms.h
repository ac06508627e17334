// Forms of numbers that the residual scan (deident/residual.h) and free text look for: in groups, with area codes, on number plates. Cells are plain
// UTF-8 (deident/plain_text.h), places are bytes. Pure; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::deident {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool zeros(std::string_view s) { return s.find_first_not_of('0') == std::string_view::npos; }

// Digits in groups parted by one of - . / or by one to three blanks.
struct DigitGroups {
  std::array<size_t, 6> lengths{}, ends{};
  size_t count = 0, digits = 0;
  bool loose = false;  // the first two parted by blanks or a dash
  std::array<char, 19> text{};  // without what parts them
  std::string_view view() const { return {text.data(), digits}; }
};

// Whether [from, to) lies in a token that is a UUID or a digest in hexadecimal (16 characters or more, by eights, two of them letters): its digits
// are nobody's number, and of a thousand such tokens one or two hold eleven that look like a mobile.
bool in_random_token(std::string_view cell, size_t from, size_t to);
// How many bytes part two groups at `at`; 0 where none begins.
size_t parting(std::string_view cell, size_t at);
// The groups from `at` on, at most 19 digits of them.
void read_groups(std::string_view cell, size_t at, DigitGroups& out);
// A mobile number written 3-4-4, or with blanks or a dash also 3-8 or 7-4: the end of it, or 0.
size_t grouped_mobile_end(const DigitGroups& groups);
// An ID number in groups, one of them long enough for the map of a block to have seen it (csv_map.h): its 18 characters and its end.
bool grouped_id(std::string_view cell, const DigitGroups& groups, std::string& id, size_t& end);
// An issuer's prefix, and more than zeros; of 16 to 19 digits.
bool is_card_shaped(std::string_view run);
// A card in groups of four and a rest of at most four: 16 or 19 digits.
bool grouped_card(const DigitGroups& groups);
// The end of a landline whose area code is the run [from, to): 0755-26781234, (010)62345678; 0 when it is none. `from` moves to a bracket.
size_t landline_end(std::string_view cell, size_t& from, size_t to);
// A number plate that the run of digits from `at` on belongs to: 粤B12345, 京A·D12345; false when there is none.
bool plate_about(std::string_view cell, size_t at, size_t& from, size_t& to);

}  // namespace sluice::deident
