// The order of division codes that enciphered ID numbers use: `assignable` codes (all that GB/T 2260 gave or may give) are
// numbered from 0, and as many `nobody` codes (never given) take the same numbers. Frozen: another order would break
// the consistency of what was enciphered before.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sluice::deident {

constexpr uint32_t kCityCodes = 49, kDivisions = 31 * kCityCodes * 100 + 4;

std::optional<uint32_t> assignable_rank(std::string_view six_digits);
std::optional<uint32_t> nobody_rank(std::string_view six_digits);  // also of codes beyond kDivisions
void put_assignable(uint32_t rank, char* six_digits);
void put_nobody(uint32_t rank, char* six_digits);

}  // namespace sluice::deident
