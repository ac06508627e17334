// Which types of the rules (rules/types.yaml) are money, which are measured, and which columns hold codes: for marks (deident/carrier.h) and for what tells
// rows apart (deident/tells.h).
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deident {

inline constexpr std::array<std::string_view, 3> kMeasuredTypes = {"vital_sign", "test_result", "environment"};
inline constexpr std::array<std::string_view, 3> kPriceTypes = {"price", "retail_price", "purchase_price"};
inline constexpr std::array<std::string_view, 6> kMoneyTypes = {"amount", "balance", "price", "retail_price", "purchase_price", "finance"};

inline constexpr std::array<std::string_view, 22> kCodeTypes = {"id_number",  "id_document",  "social_card",          "person_no",  "inpatient_no",  "visit_no",   "order_form_no", "bank_card",
                                                                "account",    "diagnosis_code", "disease_code_catalog", "settlement_no", "invoice_no", "institution_code", "uscc", "staff_code",
                                                                "drug_code", "service_code", "consumable_code", "catalog_code", "region_code", "code"};
inline constexpr std::array<std::string_view, 12> kCodeTokens = {"code", "codes", "cd", "no", "id", "icd", "drg", "dip", "sn", "ver", "version", "bm"};

inline bool among(std::string_view what, std::span<const std::string_view> list) { return std::find(list.begin(), list.end(), what) != list.end(); }

// Whether tokens (classify/tokens.h) end so.
inline bool ends_with(const std::vector<std::string>& tokens, std::initializer_list<std::string_view> last) {
  return tokens.size() >= last.size() && std::equal(last.begin(), last.end(), tokens.end() - static_cast<long>(last.size()));
}

// A column of codes, by its type or by its name.
inline bool holds_codes(std::string_view type, const std::vector<std::string>& tokens) {
  if (among(type, kCodeTypes)) return true;
  for (const std::string& token : tokens)
    if (among(token, kCodeTokens)) return true;
  return ends_with(tokens, {"编", "码"}) || ends_with(tokens, {"代", "码"}) || ends_with(tokens, {"号", "码"}) || ends_with(tokens, {"号"});
}

}  // namespace sluice::deident
