// Which types of the rules (rules/types.yaml) are money, and which are measured: for marks (deident/carrier.h) and for what tells rows apart
// (deident/tells.h).
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace sluice::deident {

inline constexpr std::array<std::string_view, 3> kMeasuredTypes = {"vital_sign", "test_result", "environment"};
inline constexpr std::array<std::string_view, 3> kPriceTypes = {"price", "retail_price", "purchase_price"};
inline constexpr std::array<std::string_view, 6> kMoneyTypes = {"amount", "balance", "price", "retail_price", "purchase_price", "finance"};

inline bool among(std::string_view what, std::span<const std::string_view> list) { return std::find(list.begin(), list.end(), what) != list.end(); }

}  // namespace sluice::deident
