#include "deident/techniques/division_rank.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "deident/techniques/format_preserving.h"

namespace sluice::deident {

namespace {

constexpr std::array<uint8_t, 31> kProvinces = {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41,
                                                42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65};
constexpr std::array<uint8_t, 4> kWholeCode = {71, 81, 82, 83};  // of these only xx0000 is given to people

// Second pair of digits: 01–43, 51–53 and 90 are given to cities and counties under a province. 98 and 99 are those of made-up
// people (synth, tests): they stand for real ones, are enciphered like them and found like them. 54–89 and 91–97 never
// were given and are nobody's.
constexpr auto kCities = [] {
  std::array<uint8_t, kCityCodes> out{};
  size_t n = 0;
  for (uint8_t c = 1; c <= 43; c++) out[n++] = c;
  for (uint8_t c = 51; c <= 53; c++) out[n++] = c;
  for (uint8_t c : {90, 98, 99}) out[n++] = c;
  return out;
}();
constexpr uint32_t kNobodyCityCodes = 43;
constexpr auto kNobodyCities = [] {
  std::array<uint8_t, kNobodyCityCodes> out{};
  size_t n = 0;
  for (uint8_t c = 54; c <= 97; c++)
    if (c != 90) out[n++] = c;
  return out;
}();

constexpr uint32_t kNobodyMainland = 31 * kNobodyCityCodes * 100, kNobodyIsland = 9999;
static_assert(kNobodyMainland + 3 * kNobodyIsland >= kDivisions);

int pair_at(std::string_view text, size_t at) { return (text[at] - '0') * 10 + text[at + 1] - '0'; }

template <class List>
std::optional<uint32_t> place(const List& list, int value) {
  auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at == list.end() || *at != value) return std::nullopt;
  return static_cast<uint32_t>(std::distance(list.begin(), at));
}

void put_pair(uint32_t value, char* to) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<uint32_t> assignable_rank(std::string_view code) {
  if (auto whole = place(kWholeCode, pair_at(code, 0)))
    return code.substr(2) == "0000" ? std::optional(31u * kCityCodes * 100 + *whole) : std::nullopt;
  auto province = place(kProvinces, pair_at(code, 0));
  auto city = place(kCities, pair_at(code, 2));
  if (!province || !city) return std::nullopt;
  return (*province * kCityCodes + *city) * 100 + static_cast<uint32_t>(pair_at(code, 4));
}

std::optional<uint32_t> nobody_rank(std::string_view code) {
  if (auto island = place(kWholeCode, pair_at(code, 0)); island && *island < 3) {
    auto rest = static_cast<uint32_t>(pair_at(code, 2) * 100 + pair_at(code, 4));
    return rest ? std::optional(kNobodyMainland + *island * kNobodyIsland + rest - 1) : std::nullopt;
  }
  auto province = place(kProvinces, pair_at(code, 0));
  auto city = place(kNobodyCities, pair_at(code, 2));
  if (!province || !city) return std::nullopt;
  return (*province * kNobodyCityCodes + *city) * 100 + static_cast<uint32_t>(pair_at(code, 4));
}

void put_assignable(uint32_t rank, char* to) {
  if (rank >= 31 * kCityCodes * 100) {
    put_pair(kWholeCode[rank - 31 * kCityCodes * 100], to);
    std::fill(to + 2, to + 6, '0');
    return;
  }
  put_pair(kProvinces[rank / 100 / kCityCodes], to);
  put_pair(kCities[rank / 100 % kCityCodes], to + 2);
  put_pair(rank % 100, to + 4);
}

void put_nobody(uint32_t rank, char* to) {
  if (rank >= kNobodyMainland) {
    uint32_t island = (rank - kNobodyMainland) / kNobodyIsland, rest = (rank - kNobodyMainland) % kNobodyIsland + 1;
    put_pair(kWholeCode[island], to);
    put_pair(rest / 100, to + 2);
    put_pair(rest % 100, to + 4);
    return;
  }
  put_pair(kProvinces[rank / 100 / kNobodyCityCodes], to);
  put_pair(kNobodyCities[rank / 100 % kNobodyCityCodes], to + 2);
  put_pair(rank % 100, to + 4);
}

bool nobody_area(std::string_view code) { return nobody_rank(code).has_value(); }

}  // namespace sluice::deident
